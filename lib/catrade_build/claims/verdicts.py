"""The table `claims`: what an announcement says, claim by claim, held against what is published.

A claim is a row of `claims.csv`; its kind names the test. Each test computes an interval from
published figures and compares it with the interval the claim's own rounding allows:

- the computed interval lies inside the asserted one: `holds`;
- the two only overlap: `holds within rounding` (it can be true, and the figures cannot tell);
- they are apart: `does not hold`;
- a figure that is needed was not published: `cannot be checked`.

There are no tolerances. A claim on trade gets one verdict for each set of statistics it names; its
standing puts them together, and says what only the announcer's own statistics say. The announcement
itself is never evidence for its own claims. Adding a kind of claim is adding a function to `TESTS`
and its needed columns to `claim_kinds` in tables.yaml.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from catrade_build.claims import events, rank, trade
from catrade_build.claims.core import (
    ANNOUNCED,
    FAILS,
    HOLDS,
    UNKNOWN,
    WITHIN,
    Claim,
    Row,
    judge,
)
from catrade_build.claims.evidence import amount, publisher, rows_of, told
from catrade_build.claims.facts import Facts, cell_of, ends_of, load_facts
from catrade_build.columns import columns_of
from catrade_build.edition import table
from catrade_build.figures import in_dollars
from catrade_build.frames import join_ids, require_columns
from catrade_build.tables import as_of
from catrade_build.tables.names import is_known, no_such_place
from catrade_build.tables.policy import load_claims
from catrade_build.tables.reading import claim_problems
from catrade_build.tables.trade import CHOSEN, HELD_AS
from catrade_build.words import source_words
from rounding.dates import date_interval, parse_period
from rounding.errors import ParameterError, choice_error
from rounding.formats import date
from rounding.formats import period as when

#: Every kind of claim and its test.
TESTS = {**trade.TESTS, **rank.TESTS, **events.TESTS}
#: Where a sentence ends and another begins.
_SENTENCE = re.compile(r"(?<=[^.]{3}[.]) (?=[A-Z])")
_ENDS = ["computed_low", "computed_high", "asserted_low", "asserted_high"]
#: What only a table of whole announcements has.
_OF_DOCUMENTS = ["announcement", "printed", "printed_in"]


def claims() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    return table_of(load_claims())


def table_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what becomes of some claims, and what became of them when they were printed.

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
    frame = judge_claims(rows).assign(printed="", printed_in="")
    known = as_of.current()
    for document in frame["document"].unique():
        published = source_words().get(document, {}).get("published")
        day = date_interval(published)[1] if published else None
        # What is read as of an earlier day knows nothing of the printing.
        if day and not (known and known < day):
            with as_of.holding(day):
                # Figures in dollars, of its kinds of periods: no whole edition of that day is made.
                its = rows[rows["document"] == document]
                facts = load_facts(in_dollars(_freqs_of(its["period"])))
                then = judge_claims(its, facts)["standing"]
            is_its = frame["document"] == document
            frame.loc[is_its, "printed"] = then.to_numpy()
            frame.loc[is_its, "printed_in"] = date(published)
    frame["announcement"] = frame["document"].map(announcement)
    return frame[columns_of("claims")]


def _freqs_of(periods: pd.Series) -> list[str]:
    """Return which frequencies of figures the periods of claims are of; years are always."""
    named = periods[periods.notna() & periods.ne("")]
    held = {"annual", *(HELD_AS[parse_period(text).frequency] for text in named)}
    return [freq for freq, kind in CHOSEN.items() if kind in held]


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


def judge_claims(claims: pd.DataFrame, facts: Facts | None = None) -> pd.DataFrame:
    """Judge every claim in every set of books it names, in the order of the table.

    Parameters
    ----------
    claims
        Rows of `load_claims`.
    facts
        What to judge by; the edition's figures by default.

    Returns
    -------
    One row a claim and set of books, with the columns of `defined/claims.yaml` that say nothing of
    the announcement as a whole.

    Raises
    ------
    ParameterError
        If a claim is not one (unknown kind, missing column, impossible figure), naming it.

    Examples
    --------
    >>> claims = load_claims("dailymail-2026-01").query("claim_id == 'growth-2025'")
    >>> judge_claims(claims)[["verdict", "standing"]].to_numpy().tolist()[1]
    ['cannot be checked', 'as announced, not independently confirmed']
    """
    require_columns(claims, ["statement", "kind"], "claim")
    facts = facts or load_facts(table("figures"))
    rows: list[Row] = []
    for claim in map(_claim_of, claims.to_dict("records")):
        in_books = [
            _judged(replace(claim, books=books.strip()), facts)
            for books in claim.books.split(";")
        ]
        together = _together(claim.kind, in_books)
        rows += [row | together for row in in_books]
    columns = [name for name in columns_of("claims") if name not in _OF_DOCUMENTS]
    frame = pd.DataFrame(rows, columns=columns)
    # An end that is open is none.
    frame[_ENDS] = frame[_ENDS].astype(float).replace([math.inf, -math.inf], math.nan)
    return frame


def _claim_of(row: dict[Any, Any]) -> Claim:
    """Return a row as a claim; raise if it cannot be one."""
    name = str(row.get("claim_id") or "claim without an id")
    if row["kind"] not in TESTS:
        raise choice_error(f"kind of claim {name}", row["kind"], TESTS)
    for column, message in claim_problems(row):
        raise ParameterError(f"claim {name}, column {column}: {message}")
    claim = replace(Claim.of(row), claim_id=name)
    rivals = claim.named if claim.kind in rank.TESTS else []
    for code in filter(None, [claim.subject, claim.partner, *rivals]):
        if not is_known(code):
            raise ParameterError(f"claim {name}: {no_such_place('country', code)}")
    return claim


def _judged(claim: Claim, facts: Facts) -> Row:
    """Judge one claim in one set of books."""
    try:
        outcome = TESTS[claim.kind](claim, facts)
    except ParameterError as error:
        raise ParameterError(f"claim {claim.claim_id}: {error}") from error
    rows = rows_of(facts, outcome.used)
    # The announcement is no evidence for itself; what nobody else says cannot be checked.
    own = {claim.source_id, claim.document}
    said = [row["sources"] for row in rows]
    others = [
        ";".join(name for name in ids.split(";") if name not in own) for ids in said
    ]
    if any(said) and not any(others):
        reason = "Only the announcement itself says so; no other source was found."
        outcome = replace(outcome, verdict=UNKNOWN, reason=reason)
    else:
        rows = [row | {"sources": ids} for row, ids in zip(rows, others, strict=True)]

    by_each = claim.kind in rank.TESTS and claim.books != "partner"
    ids = [row["sources"] for row in rows if row["used"] and row["sources"]]
    ends = [*outcome.computed, *outcome.asserted]
    return {
        **vars(claim),
        **dict(zip(_ENDS, ends, strict=True)),
        "whose": "each partner’s own" if by_each else claim.whose(),
        "verdict": outcome.verdict,
        "unit": outcome.unit,
        "reason": outcome.reason,
        "sensitive": _sensitivity(claim, facts, outcome.verdict, rows),
        "sources": join_ids(ids),
        "evidence": told(rows),
    }


def _sensitivity(claim: Claim, facts: Facts, verdict: str, rows: Sequence[Row]) -> str:
    """Judge again with each figure that contradicts the one used; say which changes it."""
    if verdict == UNKNOWN:
        return ""
    parts: list[str] = []
    used: Row = {}
    for row in rows:
        if row["used"]:
            used = row
        elif judge(ends_of(used), ends_of(row)) == FAILS:
            changed = replace(facts, instead={cell_of(used): row})
            again = TESTS[claim.kind](claim, changed).verdict
            if again != verdict:
                ends = "could not be checked" if again == UNKNOWN else again
                whose = "as another source has it"
                if row["basis"] == "revised":
                    whose = "as revised since"
                instead = f"{amount(row)} for {when(row['period'])}"
                parts.append(f"with {instead}, {whose}, it {ends}")
    return "; ".join(dict.fromkeys(parts))


def _together(kind: str, rows: Sequence[Row]) -> Row:
    """Put the verdicts on a claim together: its topic, standing, and why it stands so."""
    verdicts = {row["books"]: row["verdict"] for row in rows}
    standing = standing_of(kind, verdicts)
    topic = "trade"
    if "" in verdicts:
        topic = "untestable" if kind == "not_checkable" else "record"
    # What decides is said first; what is said of both sides alike is said once.
    decisive = sorted(rows, key=lambda row: row["verdict"] != standing)
    sentences = _SENTENCE.split(" ".join(row["reason"] for row in decisive))
    why = " ".join(dict.fromkeys(sentences))
    return {"topic": topic, "standing": standing, "why": why}


def standing_of(kind: str, verdicts: Mapping[str, str]) -> str:
    """Return what becomes of a claim by its verdicts in each set of books.

    A rank is decided by the country's own statistics where they can tell, for they alone measure
    all its partners alike. Any other claim that only the subject's own statistics bear out stands
    `as announced, not independently confirmed`: they are what was announced. A claim on which both
    sides' statistics agree gets the weaker of the two verdicts.

    Examples
    --------
    >>> standing_of("growth", {"CHN": "holds", "partner": "cannot be checked"})
    'as announced, not independently confirmed'
    """
    if "" in verdicts:
        return verdicts[""]
    other = verdicts.get("partner", UNKNOWN)
    own = next((verdicts[books] for books in verdicts if books != "partner"), UNKNOWN)
    if own == UNKNOWN or (kind in rank.TESTS and other != UNKNOWN):
        return other
    if own == FAILS:
        return FAILS
    if other not in (HOLDS, WITHIN):
        return ANNOUNCED
    return WITHIN if WITHIN in (own, other) else HOLDS
