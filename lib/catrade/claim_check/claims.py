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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.claim_check import core, events, goods, rank, trade
from catrade.claim_check.core import Claim, Facts, Outcome
from catrade.load.claims import claim_problems
from catrade.load.goods import load_composition, load_highlights
from catrade.load.nev import load_policy_events
from catrade.load.trade import load_trade
from pagemill.errors import ParameterError, choice_error

#: Every kind of claim and its test.
TESTS = {**trade.TESTS, **rank.TESTS, **goods.TESTS, **events.TESTS}


@dataclass(frozen=True, kw_only=True)
class Verdict(Outcome):
    """What became of one claim in one set of books: an outcome, and of what.

    Attributes
    ----------
    number, claim_id, statement, kind
        From the claim.
    books
        Whose statistics, as the claim names them ("" for events), and `whose` in words.
    sensitive
        What the verdict would be with another published figure in place of the one chosen, where
        sources disagree beyond rounding; "" where that changes nothing.
    evidence
        The rows it rests on as a frame, with their source ids.
    """

    number: str
    claim_id: str
    statement: str
    kind: str
    books: str
    whose: str
    sensitive: str
    evidence: pd.DataFrame

    @property
    def source_ids(self) -> str:
        """Sources of the figures used, joined with `;`."""
        used = self.evidence.loc[self.evidence["used"], "source_ids"]
        return join_ids(text for text in used if text)


def load_facts() -> Facts:
    """Return the tables claims are judged by, as bundled."""
    goods_table = load_composition(level="group")
    return Facts(
        load_trade(frequency=None), load_policy_events(), goods_table, load_highlights()
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
    return [
        verdict
        for claim in claims.to_dict("records")
        for verdict in check_claim(claim, facts)
    ]


def check_claim(claim: Claim, facts: Facts) -> list[Verdict]:
    """Judge one claim: one verdict for each set of books, one for a claim without books."""
    named: dict[str, Any] = {
        column: str(claim.get(column) or "") for column in _COLUMNS[:4]
    }
    name = named["claim_id"] = named["claim_id"] or "claim without an id"
    if claim.get("kind") not in TESTS:
        raise choice_error(f"kind of claim {name}", claim.get("kind"), TESTS)
    if problems := claim_problems(dict(claim)):
        column, message = problems[0]
        sentence = f"claim {name}, column {column}: {message}"
        raise ParameterError(sentence)
    kind, found = named["kind"], []
    for books in [part.strip() for part in str(claim.get("books") or "").split(";")]:
        try:
            outcome = TESTS[kind](claim, facts, books)
        except ParameterError as error:
            raise ParameterError(f"claim {name}: {error}") from error
        outcome, rows = _without_document(claim, outcome)
        each = kind in rank.TESTS and books not in ("", "partner")
        whose = "each partner’s own" if each else core.books_name(claim, books)
        sensitive = _sensitivity(claim, facts, books, outcome.verdict, rows)
        how = vars(outcome) | {"books": books, "whose": whose, "sensitive": sensitive}
        found.append(Verdict(**named, **(how | {"evidence": rows})))
    return found


def _without_document(claim: Claim, outcome: Outcome) -> tuple[Outcome, pd.DataFrame]:
    """Take the announcement out of the evidence; what nobody else says cannot be checked."""
    rows = core.evidence_frame(outcome.rows)
    own = {str(claim.get("source_id", "")), str(claim.get("document", ""))}
    others = [
        ";".join(i for i in str(ids).split(";") if i not in own)
        for ids in rows["source_ids"]
    ]
    if any(others) or not any(rows["source_ids"]):
        return outcome, rows.assign(source_ids=others)
    reason = "Only the announcement itself says so; no other source was found."
    return replace(outcome, verdict=core.UNKNOWN, reason=reason), rows


def _sensitivity(
    claim: Claim, facts: Facts, books: str, verdict: str, evidence: pd.DataFrame
) -> str:
    """Judge again with each figure that contradicts the chosen one; say which changes it."""
    if verdict == core.UNKNOWN:
        return ""
    parts: list[str] = []
    money = evidence[evidence["unit"] == "USD"]
    if money["used"].all():
        return ""
    cell = ["reporter", "partner", "flow", "period"]
    for _, rows in money.groupby(["role", *cell], sort=False):
        if rows["used"].sum() != 1:
            continue
        chosen = rows[rows["used"]].iloc[0]
        apart = (rows["low"] > chosen["high"]) | (rows["high"] < chosen["low"])
        for other in rows[~rows["used"] & apart].to_dict("records"):
            changed = facts.using(
                tuple(other[name] for name in cell), other["source_ids"]
            )
            again = TESTS[str(claim["kind"])](claim, changed, books).verdict
            if again != verdict:
                figure = f"${other['value'] / 1e9:.4g} billion for {other['period']}"
                ends = "could not be checked" if again == core.UNKNOWN else again
                parts.append(f"with {figure}, as another source has it, it {ends}")
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
        of `STANDINGS`), reason (of all verdicts, one after the other).

    Examples
    --------
    >>> judged = pd.DataFrame({"number": "3", "claim_id": "growth", "statement": "It grew",
    ...     "kind": "growth", "books": ["CHN", "partner"], "reason": ["It did.", "No figure."],
    ...     "verdict": ["holds", "cannot be checked"]})
    >>> standings(judged)[["topic", "standing"]].values.tolist()
    [['trade', 'as announced, not independently confirmed']]
    """
    rows = []
    for _, part in judged.groupby("claim_id", sort=False):
        first = part.iloc[0].to_dict()
        by = part.set_index("books")["verdict"].to_dict()
        topic = "untestable" if first["kind"] == "not_checkable" else "record"
        first |= {
            "topic": topic if "" in by else "trade",
            "standing": _standing(first["kind"], by),
        }
        rows.append(first | {"reason": " ".join(dict.fromkeys(part["reason"]))})
    return pd.DataFrame(rows, columns=[*_COLUMNS[:4], "topic", "standing", "reason"])


def _standing(kind: str, by: Mapping[Any, str]) -> str:
    if "" in by:
        return by[""]
    other = by.get("partner", core.UNKNOWN)
    own = next(
        (verdict for books, verdict in by.items() if books != "partner"), core.UNKNOWN
    )
    if own == core.UNKNOWN or (kind in rank.TESTS and other != core.UNKNOWN):
        return other
    if own == core.FAILS:
        return core.FAILS
    if other not in (core.HOLDS, core.WITHIN):
        return core.ANNOUNCED
    return core.WITHIN if core.WITHIN in (own, other) else core.HOLDS


_COLUMNS = [
    *(
        "number",
        "claim_id",
        "statement",
        "kind",
        "books",
        "whose",
        "verdict",
        "computed_low",
    ),
    *("computed_high", "asserted_low", "asserted_high", "unit", "reason", "sensitive"),
    "source_ids",
]


def verdict_frame(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return the verdicts as a table, one row a verdict.

    Returns
    -------
    DataFrame
        number, claim_id, statement, kind, books, whose, verdict, computed_low, computed_high,
        asserted_low, asserted_high (NaN where none; infinite ends are NaN too), unit, reason,
        sensitive, source_ids.
    """
    frame = pd.DataFrame(records(verdicts), columns=_COLUMNS)
    return frame.astype(dict.fromkeys(_COLUMNS[7:11], float))


def records(verdicts: Iterable[Verdict]) -> list[dict[str, Any]]:
    """Return the verdicts as plain records for JSON; an open or absent end is None."""
    rows = []
    for v in verdicts:
        row = {name: getattr(v, name, None) for name in _COLUMNS}
        for name, span in (("computed", v.computed), ("asserted", v.asserted)):
            for side in ("low", "high"):
                end = getattr(span, side, math.inf)
                row[f"{name}_{side}"] = float(end) if math.isfinite(end) else None
        rows.append(row)
    return rows


def evidence(verdicts: Iterable[Verdict]) -> pd.DataFrame:
    """Return the evidence of all verdicts in one table, with the claim and the books in front."""
    rows = [
        {"number": v.number, "claim_id": v.claim_id, "books": v.books, **row}
        for v in verdicts
        for row in v.evidence.to_dict("records")
    ]
    return core.evidence_frame(rows, "number", "claim_id", "books")
