"""Check an announcement claim by claim against the published figures.

A claim is a row of `claims.csv`; its kind names the test. Each test computes an interval from
published figures and compares it with the interval the claim's own rounding allows:

- the computed interval lies inside the asserted one: `holds`;
- the two only overlap: `holds within rounding` (it can be true, and the figures cannot tell);
- they are apart: `does not hold`;
- a figure that is needed was not published: `cannot be checked`.

There are no tolerances. A claim on trade gets one verdict for each set of statistics it names;
`standings` puts them together, and counts apart what only the announcer's own statistics say. The
announcement itself is never evidence for its own claims. Adding a kind of claim is adding a
function to `TESTS` and its needed columns to `claim_kinds` in tables.yaml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
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
    are_apart,
)
from catrade_build.claims.evidence import rows_of, told
from catrade_build.claims.facts import (
    Facts,
    amount,
    cell_of,
    ends_of,
    load_facts,
    places_of,
)
from catrade_build.frames import join_ids, require_columns
from catrade_build.tables.names import is_known, no_such_place
from catrade_build.tables.reading import claim_problems
from rounding.errors import ParameterError, choice_error
from rounding.formats import period as when

#: Every kind of claim and its test.
TESTS = {**trade.TESTS, **rank.TESTS, **events.TESTS}
#: Where a sentence ends and another begins.
_SENTENCE = re.compile(r"(?<=[^.]{3}[.]) (?=[A-Z])")
_ENDS = ["computed_low", "computed_high", "asserted_low", "asserted_high"]
_VERDICT = [
    *(
        "number",
        "claim_id",
        "statement",
        "kind",
        "subject",
        "partner",
        "scope",
        "period",
    ),
    *("terms", "source_id", "books", "whose", "verdict", *_ENDS, "unit", "reason"),
    *("sensitive", "sources", "evidence"),
]
#: Each standing of several claims, in few words, in the order of `STANDINGS`.
_MANY = {
    HOLDS: "hold",
    WITHIN: "within rounding",
    ANNOUNCED: "as announced",
    FAILS: "wrong",
    UNKNOWN: "open",
}


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
    One row a claim and set of books: number, claim_id, statement, kind, subject, partner, scope,
    period, terms and source_id as the claim has them, and books to evidence as
    `defined/claims.yaml` says.

    Raises
    ------
    ParameterError
        If a claim is not one (unknown kind, missing column, impossible figure), naming it.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_claims
    >>> claims = load_claims("dailymail-2026-01")
    >>> judge_claims(claims[claims["claim_id"] == "growth-2025"])["verdict"].tolist()
    ['holds', 'cannot be checked']
    """
    require_columns(claims, ["statement", "kind"], "claim")
    facts = facts or load_facts(places_of(claims))
    verdicts = [
        _judged(replace(claim, books=books.strip()), facts)
        for claim in map(_claim_of, claims.to_dict("records"))
        for books in claim.books.split(";")
    ]
    frame = pd.DataFrame(verdicts, columns=_VERDICT)
    # An end that is open is none.
    ends = frame[_ENDS].astype(float)
    frame[_ENDS] = ends.where(np.isfinite(ends))
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
    sensitive = _sensitivity(claim, facts, outcome.verdict, rows)
    # The announcement is no evidence for itself; what nobody else says cannot be checked.
    own = {claim.source_id, claim.document}
    others = [
        ";".join(source for source in row["sources"].split(";") if source not in own)
        for row in rows
    ]
    if any(row["sources"] for row in rows) and not any(others):
        reason = "Only the announcement itself says so; no other source was found."
        outcome = replace(outcome, verdict=UNKNOWN, reason=reason)
        sensitive = ""
    else:
        rows = [row | {"sources": ids} for row, ids in zip(rows, others, strict=True)]

    by_each = claim.kind in rank.TESTS and claim.books != "partner"
    ends = [*outcome.computed, *outcome.asserted]
    return vars(claim) | {
        **dict(zip(_ENDS, ends, strict=True)),
        "whose": "each partner’s own" if by_each else claim.whose(),
        "verdict": outcome.verdict,
        "unit": outcome.unit,
        "reason": outcome.reason,
        "sensitive": sensitive,
        "sources": join_ids(
            row["sources"] for row in rows if row["used"] and row["sources"]
        ),
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
        elif are_apart(ends_of(used), ends_of(row)):
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


def standings(judged: pd.DataFrame) -> pd.DataFrame:
    """Put the verdicts on each claim together, one row a claim.

    A rank is decided by the country's own statistics where they can tell, for they alone measure
    all its partners alike. Any other claim that only the subject's own statistics bear out stands
    `as announced, not independently confirmed`: they are what was announced. A claim on which both
    sides' statistics agree gets the weaker of the two verdicts.

    Parameters
    ----------
    judged
        Verdicts.

    Returns
    -------
    DataFrame
        By claim_id: topic (`trade`, `record` or `untestable`), standing (one of `STANDINGS`), why
        (the reasons of all verdicts, one after the other, first of the one that decides).

    Examples
    --------
    >>> judged = pd.DataFrame({"claim_id": "growth", "kind": "growth", "books": ["CHN", "partner"],
    ...     "reason": ["It did.", "No figure."], "verdict": ["holds", "cannot be checked"]})
    >>> standings(judged).loc["growth"].tolist()
    ['trade', 'as announced, not independently confirmed', 'It did. No figure.']
    """
    together = {}
    for claim, rows in judged.groupby("claim_id", sort=False):
        kind = rows["kind"].iloc[0]
        by = rows.set_index("books")["verdict"].to_dict()
        topic = "trade"
        if "" in by:
            topic = "untestable" if kind == "not_checkable" else "record"
        standing = _standing(kind, by)
        # What decides is said first; what is said of both sides alike is said once.
        decides = rows["verdict"] == standing
        reasons = " ".join(pd.concat([rows[decides], rows[~decides]])["reason"])
        why = " ".join(dict.fromkeys(_SENTENCE.split(reasons)))
        together[claim] = topic, standing, why
    columns = ["topic", "standing", "why"]
    return pd.DataFrame.from_dict(together, orient="index", columns=columns)


def _standing(kind: str, by: Mapping[Any, str]) -> str:
    if "" in by:
        return by[""]
    other = by.get("partner", UNKNOWN)
    own = next((by[books] for books in by if books != "partner"), UNKNOWN)
    if own == UNKNOWN:
        return other
    if kind in rank.TESTS and other != UNKNOWN:
        return other
    if own == FAILS:
        return FAILS
    if other not in (HOLDS, WITHIN):
        return ANNOUNCED
    return WITHIN if WITHIN in (own, other) else HOLDS


def counts(standing: Iterable[str]) -> str:
    """Say in few words how many claims come to what.

    Examples
    --------
    >>> counts(["holds", "cannot be checked", "does not hold", "holds"])
    '2 hold, 1 wrong, 1 open'
    >>> counts(["holds"])
    '1 holds'
    """
    many = Counter(standing)
    words = ", ".join(f"{many[name]} {_MANY[name]}" for name in _MANY if many[name])
    if many[HOLDS] == 1:
        words = words.replace("hold", "holds", 1)
    return words or "none"
