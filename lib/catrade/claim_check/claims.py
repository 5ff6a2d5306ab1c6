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

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.claim_check import events as claims_events
from catrade.claim_check import goods as claims_goods
from catrade.claim_check import rank as claims_rank
from catrade.claim_check import trade as claims_trade
from catrade.claim_check.core import (
    ANNOUNCED,
    FAILS,
    HOLDS,
    STANDINGS,
    UNKNOWN,
    VERDICTS,
    WITHIN,
    Cell,
    Claim,
    Facts,
    Outcome,
    Span,
    books_name,
    judge,
)
from catrade.load.claims import claim_problems
from catrade.load.goods import load_composition, load_highlights
from catrade.load.nev import load_policy_events
from catrade.load.trade import load_trade
from pagemill.errors import ParameterError, choice_error
from pagemill.intervals import Interval

__all__ = [
    "ANNOUNCED",
    "FAILS",
    "HOLDS",
    "STANDINGS",
    "TESTS",
    "UNKNOWN",
    "VERDICTS",
    "WITHIN",
    "Facts",
    "Span",
    "Verdict",
    "check_claim",
    "check_claims",
    "evidence",
    "judge",
    "load_facts",
    "records",
    "standings",
    "verdict_frame",
]

#: Every kind of claim and its test.
TESTS = {**claims_trade.TESTS, **claims_rank.TESTS, **claims_goods.TESTS, **claims_events.TESTS}


@dataclass(frozen=True)
class Verdict:
    """What became of one claim in one set of books.

    Attributes
    ----------
    claim_id, number, statement, kind, source_id
        From the claim.
    books
        Whose statistics, as the claim names them ("" for events), and `whose` in words.
    verdict
        One of `VERDICTS`.
    computed, asserted
        The two intervals, None where there is none to compute; `unit` is theirs.
    reason
        One computed sentence.
    sensitive
        What the verdict would be with another published figure in place of the one chosen, where
        sources disagree beyond rounding; "" where that changes nothing.
    evidence
        The rows it rests on, with their source ids.
    """

    claim_id: str
    number: str
    statement: str
    kind: str
    books: str
    whose: str
    verdict: str
    computed: Span | None
    asserted: Span | None
    unit: str
    reason: str
    sensitive: str
    evidence: pd.DataFrame
    source_id: str

    @property
    def source_ids(self) -> str:
        """Sources of the figures used, joined with `;`."""
        used = self.evidence.loc[self.evidence["used"], "source_ids"]
        return join_ids(text for text in used if text)


def load_facts() -> Facts:
    """Return the tables claims are judged by, as bundled."""
    return Facts(
        load_trade(frequency=None),
        load_policy_events(),
        load_composition(level="group"),
        load_highlights(),
    )


def check_claims(claims: pd.DataFrame, facts: Facts | None = None) -> list[Verdict]:
    """Judge every claim in every set of books it names, in the order of the table.

    Parameters
    ----------
    claims
        Rows of `load_claims`.
    facts
        What to judge by; the bundled tables by default.

    Raises
    ------
    ParameterError
        If a claim is not one (unknown kind, missing column, impossible figure), naming it.

    Examples
    --------
    >>> from catrade.load.claims import load_claims
    >>> claims = load_claims("dailymail-2026-01")
    >>> [v.verdict for v in check_claims(claims[claims["claim_id"] == "growth-2025"])]
    ['holds', 'cannot be checked']
    """
    facts = facts or load_facts()
    return [verdict for claim in claims.to_dict("records") for verdict in check_claim(claim, facts)]


def check_claim(claim: Claim, facts: Facts) -> list[Verdict]:
    """Judge one claim: one verdict for each set of books, one for a claim without books."""
    name = str(claim.get("claim_id", "")) or "claim without an id"
    if claim.get("kind") not in TESTS:
        error = choice_error(f"kind of claim {name}", claim.get("kind"), TESTS)
        raise error
    problems = claim_problems(dict(claim))
    if problems:
        column, message = problems[0]
        sentence = f"claim {name}, column {column}: {message}"
        raise ParameterError(sentence)
    test = TESTS[str(claim["kind"])]
    found = []
    for books in [part.strip() for part in str(claim.get("books") or "").split(";")]:
        try:
            outcome = test(claim, facts, books)
        except ParameterError as error:
            message = f"claim {name}: {error}"
            raise ParameterError(message) from error
        outcome = _without_document(claim, outcome)
        whose = books_name(claim, books) if books else ""
        if str(claim["kind"]) in claims_rank.TESTS and books and books != "partner":
            whose = "each partner's own"
        found.append(
            Verdict(
                name,
                str(claim.get("number", "")),
                str(claim["statement"]),
                str(claim["kind"]),
                books,
                whose,
                outcome.verdict,
                outcome.computed,
                outcome.asserted,
                outcome.unit,
                outcome.reason,
                _sensitivity(claim, facts, books, outcome),
                outcome.evidence,
                str(claim.get("source_id", "")),
            )
        )
    return found


def _without_document(claim: Claim, outcome: Outcome) -> Outcome:
    """Take the announcement out of the evidence; what nobody else says cannot be checked."""
    found = outcome.evidence["source_ids"]
    if found.empty:
        return outcome
    own = {str(claim.get("source_id", "")), str(claim.get("document", ""))}
    others = [";".join(i for i in str(ids).split(";") if i not in own) for ids in found]
    if any(others) or not any(found):
        return replace(outcome, evidence=outcome.evidence.assign(source_ids=others))
    reason = "Only the announcement itself says so; no other source was found."
    return replace(outcome, verdict=UNKNOWN, reason=reason)


def _sensitivity(claim: Claim, facts: Facts, books: str, outcome: Outcome) -> str:
    """Judge again with each figure that contradicts the chosen one; say which changes it."""
    e = outcome.evidence
    if outcome.verdict == UNKNOWN or e.empty or "USD" not in set(e["unit"]):
        return ""
    figures: dict[tuple[str, Cell], list[dict[Any, Any]]] = {}
    for row in e.to_dict("records"):
        cell = (row["reporter"], row["partner"], row["flow"], row["period"])
        figures.setdefault((row["role"], cell), []).append(row)
    parts = []
    for (_, cell), rows in figures.items():
        chosen = [row for row in rows if row["used"]]
        if len(chosen) != 1:
            continue
        span = Interval(chosen[0]["low"], chosen[0]["high"])
        for other in rows:
            if other["used"] or span.overlaps(Interval(other["low"], other["high"])):
                continue
            again = TESTS[str(claim["kind"])](
                claim, facts.using(cell, str(other["source_ids"])), books
            )
            if again.verdict != outcome.verdict:
                billion = f"{other['value'] / 1e9:.4g}"
                parts.append(
                    f"with ${billion} billion for {cell[3]} ({other['source_ids']}) it "
                    f"{again.verdict if again.verdict != UNKNOWN else 'could not be checked'}"
                )
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
        Result of `verdict_frame`.

    Returns
    -------
    DataFrame
        number, claim_id, statement, kind, topic (`trade`, `record` or `untestable`), standing (one
        of `STANDINGS`).

    Examples
    --------
    >>> judged = pd.DataFrame({"number": "3", "claim_id": "growth", "statement": "It grew",
    ...     "kind": "growth", "books": ["CHN", "partner"],
    ...     "verdict": ["holds", "cannot be checked"]})
    >>> standings(judged)[["topic", "standing"]].values.tolist()
    [['trade', 'as announced, not independently confirmed']]
    """
    rows = []
    for claim_id, part in judged.groupby("claim_id", sort=False):
        first = part.iloc[0]
        by = dict(zip(part["books"], part["verdict"], strict=True))
        named = {name: first[name] for name in ("number", "statement", "kind")}
        rows.append({**named, "claim_id": claim_id, **_standing(str(first["kind"]), by)})
    return pd.DataFrame(rows, columns=[*_COLUMNS[:4], "topic", "standing"])


def _standing(kind: str, by: dict[str, str]) -> dict[str, str]:
    if "" in by:
        topic = "untestable" if kind == "not_checkable" else "record"
        return {"topic": topic, "standing": by[""]}
    other = by.get("partner", UNKNOWN)
    own = next((verdict for books, verdict in by.items() if books != "partner"), UNKNOWN)
    if own == UNKNOWN or (kind in claims_rank.TESTS and other != UNKNOWN):
        return {"topic": "trade", "standing": other}
    if own == FAILS:
        return {"topic": "trade", "standing": FAILS}
    confirmed = other in (HOLDS, WITHIN)
    weaker = max(own, other, key=VERDICTS.index)
    return {"topic": "trade", "standing": weaker if confirmed else ANNOUNCED}


def verdict_frame(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return the verdicts as a table, one row a verdict.

    Returns
    -------
    DataFrame
        number, claim_id, statement, kind, books, whose, verdict, computed_low, computed_high,
        asserted_low, asserted_high (NaN where none; infinite ends are NaN too), unit, reason,
        sensitive, source_ids.
    """
    return pd.DataFrame(records(verdicts), columns=_COLUMNS).astype(
        dict.fromkeys(("computed_low", "computed_high", "asserted_low", "asserted_high"), float)
    )


_COLUMNS = [
    *("number", "claim_id", "statement", "kind", "books", "whose", "verdict", "computed_low"),
    *("computed_high", "asserted_low", "asserted_high", "unit", "reason", "sensitive"),
    "source_ids",
]


def records(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """Return the verdicts as plain records for JSON; an open or absent end is None."""
    rows = []
    for v in verdicts:
        ends = {
            f"{name}_{side}": _finite(getattr(span, side)) if span else None
            for name, span in (("computed", v.computed), ("asserted", v.asserted))
            for side in ("low", "high")
        }
        values = {**{name: getattr(v, name, None) for name in _COLUMNS}, **ends}
        rows.append({name: values[name] for name in _COLUMNS})
    return rows


def evidence(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return the evidence of all verdicts in one table, with the claim and the books in front."""
    frames = [
        v.evidence.assign(claim_id=v.claim_id, books=v.books) for v in verdicts if len(v.evidence)
    ]
    if not frames:
        return pd.DataFrame(columns=["claim_id", "books"])
    together = pd.concat(frames, ignore_index=True)
    return together[["claim_id", "books", *[c for c in together if c not in {"claim_id", "books"}]]]


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
