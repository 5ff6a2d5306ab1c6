"""The table `claims`: each claim of an announcement with its verdicts and what they rest on.

One row a claim and side whose statistics it is held against; `defined/claims.yaml` says what each
column holds. Claims of one's own (`data/claims/`) make a frame of the same columns.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from catrade_build.claims.claims import judge_claims, standings
from catrade_build.claims.evidence import publisher
from catrade_build.claims.facts import facts_on, places_of
from catrade_build.columns import columns_of
from catrade_build.tables import as_of
from catrade_build.tables.policy import load_claims
from catrade_build.words import source_words
from rounding.dates import date_interval
from rounding.formats import date


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
    verdicts = judge_claims(rows)
    together = standings(verdicts).assign(printed="", printed_in="")
    published, day = _printing(document)
    known = as_of.current()
    # What is read as of an earlier day knows nothing of the printing.
    if day and not (known and known < day):
        with as_of.holding(day):
            periods = filter(None, rows["period"].dropna().unique())
            facts = facts_on(periods, places_of(rows))
            then = standings(judge_claims(rows, facts))
        together = together.assign(printed=then["standing"], printed_in=published)
    frame = verdicts.join(together, on="claim_id")
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
    return f"“{title}” ({publisher(source)})".replace("'", "’")
