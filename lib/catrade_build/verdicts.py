"""The table `claims`: each claim of an announcement with its verdicts and what they rest on.

One row a claim and side whose statistics it is held against; `defined/claims.yaml` says what each
column holds. Claims of one's own (`data/claims/`) make a frame of the same columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from catrade_build.claims.claims import judge_claims, standings
from catrade_build.claims.events import TELLS
from catrade_build.columns import columns_of
from catrade_build.tables import as_of
from catrade_build.tables.names import flow_with, in_sentence, name_of
from catrade_build.tables.policy import load_claims
from catrade_build.words import source_words
from rounding.dates import date_interval
from rounding.formats import date, period

#: So many publishers of one figure are named, and how many more there are.
_NAMED = 3
#: What tells the figures and records of one verdict apart, in words.
_SAID = ["what", "when", "figure"]
#: What makes a verdict.
_VERDICT = ["claim_id", "books"]


def claims() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    return table_of(load_claims())


def table_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what becomes of some claims, document by document.

    Parameters
    ----------
    rows
        Rows of `load_claims`, of one or several documents.

    Examples
    --------
    >>> rows = load_claims("dailymail-2026-01").query("claim_id == 'roundtable-weekday'")
    >>> found = table_of(rows).iloc[0]
    >>> found["standing"], found["why"].rpartition(" was ")[2]
    ('does not hold', 'on 14 January 2026, a Wednesday; the claim has Tuesday.')
    >>> found["evidence"].partition(", 14")[2].partition(" (")[0]
    ' January 2026: 17 automakers attending'
    """
    if "document" not in rows:
        rows = rows.assign(document="")
    documents = [its for _, its in rows.groupby("document", sort=False)]
    frames = pd.concat(map(_of_document, documents), ignore_index=True)
    return frames[columns_of("claims")]


def _of_document(rows: pd.DataFrame) -> pd.DataFrame:
    document = str(rows["document"].iloc[0])
    checked = judge_claims(rows)
    together = standings(checked.verdicts).rename(columns={"reason": "why"})
    together = together.set_index("claim_id")[["topic", "standing", "why"]]
    published, day = _printing(document)
    known = as_of.current()
    # What is read as of an earlier day knows nothing of the printing.
    if day is None or (known and known < day):
        together = together.assign(printed="", printed_in="")
    else:
        with as_of.holding(day):
            then = standings(judge_claims(rows).verdicts).set_index("claim_id")
        together = together.assign(printed=then["standing"], printed_in=published)
    frame = checked.verdicts.join(together, on="claim_id")
    frame = frame.join(_sentences(checked.evidence), on=_VERDICT)
    frame["evidence"] = frame["evidence"].astype("str").fillna("")
    return frame.assign(document=document, announcement=announcement(document))


def _printing(document: str) -> tuple[str, dt.date | None]:
    """Return when an announcement was printed, in words, and the last day that may have been."""
    published = source_words().get(document, {}).get("published")
    if not published:
        return "", None
    return date(published), date_interval(published)[1]


def announcement(document: str) -> str:
    """Return how to speak of an announcement: its title and publisher, or its id.

    Examples
    --------
    >>> announcement("dailymail-2026-01")
    '“China becomes Central Asia’s biggest trading partner in 2025” (The Daily Mail)'
    """
    source = source_words().get(document)
    if source is None:
        return f"document {document}".strip()
    # Without what stands in brackets: the language, who else printed it.
    title = source["title"].partition(" (")[0]
    return f"“{title}” ({_publisher(source)})".replace("'", "’")


def _sentences(evidence: pd.DataFrame) -> pd.Series[str]:
    """Return a line for each figure and record of a verdict, by claim and side.

    Of the figures published for one cell one is used, and stands in the line with all who print the
    same; what others print instead has a line of its own.
    """
    rows = evidence[evidence["item"] != TELLS]  # a reason's own sources judge nothing
    records = rows.to_dict("records")
    rows = rows.assign(
        what=[row["item"] or _what(row) for row in records],
        when=[_when(row) for row in records],
        figure=[_figure(row) for row in records],
    )
    same = rows.groupby([*_VERDICT, *_SAID], sort=False, as_index=False)
    lines = same.agg(
        used=("used", "any"), basis=("basis", "first"), ids=("sources", list)
    )
    told_of = source_words()
    lines["line"] = [_line(row, told_of) for row in lines.to_dict("records")]
    return lines.groupby(_VERDICT)["line"].agg("\n".join).rename("evidence")


def _line(row: Mapping[Any, Any], told_of: Mapping[Any, Mapping[Any, Any]]) -> str:
    """Return `China: trade with Central Asia, 2025: $106.3 billion, published (Kommersant)`."""
    told = row["what"] if row["when"] == "–" else f"{row['what']}, {row['when']}"
    if row["figure"]:
        told = f"{told}: {row['figure']}"
    basis = "" if row["basis"] == "record" else f", {row['basis'].replace('_', ' ')}"
    publishers = dict.fromkeys(
        _publisher(told_of[name])
        for ids in row["ids"]
        for name in ids.split(";")
        if name
    )
    first = [*publishers][:_NAMED]
    if more := len(publishers) - len(first):
        first.append(f"{more} more")
    whose = f" ({'; '.join(first)})" if first else ""
    return f"{'' if row['used'] else 'Not used: '}{told}{basis}{whose}"


def _publisher(source: Mapping[Any, Any]) -> str:
    return str(source["publisher"].partition(" (")[0])


def _what(row: Mapping[Any, Any]) -> str:
    """Return whose figure of what it is: `China: trade with Central Asia`."""
    flow = flow_with(row["flow"], in_sentence(row["partner"]))
    return f"{name_of(row['reporter'])}: {flow}"


def _when(row: Mapping[Any, Any]) -> str:
    return date(row["period"]) if row["item"] else period(row["period"])


def _figure(row: Mapping[Any, Any]) -> str:
    if row["amount"]:
        has_services = row["coverage"] in ("goods_and_services", "mixed")
        return f"{row['amount']}{' with services' if has_services else ''}"
    if pd.isna(row["value"]):
        return ""
    return f"{row['value']:,.10g} {row['unit']}"
