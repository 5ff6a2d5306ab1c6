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
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import pandas as pd

from catrade.calc.vintages import rates
from catrade.cells.chosen import chosen
from catrade.cells.frames import join_ids
from catrade.claims import core, events, goods, rank, trade
from catrade.claims.core import Claim, Facts, Outcome
from catrade.tables.claims import claim_problems
from catrade.tables.definitions import table
from catrade.tables.goods import load_highlights, load_product_groups
from catrade.tables.policy import load_policy_events
from catrade.tables.trade import load_trade
from rounding.errors import ParameterError, choice_error
from rounding.formats import join
from rounding.rounded import Rounded

#: Every kind of claim and its test.
TESTS = {**trade.TESTS, **rank.TESTS, **events.TESTS, **goods.TESTS}
_NAMED = ["number", "claim_id", "statement", "kind"]
_ENDS = ["computed_low", "computed_high", "asserted_low", "asserted_high"]
_VERDICT = [*_NAMED, "books", "whose", "verdict", *_ENDS]
_VERDICT += ["unit", "reason", "sensitive", "source_ids"]


class Checked(NamedTuple):
    """What became of some claims.

    Attributes
    ----------
    verdicts
        One row a claim and set of books: number, claim_id, statement, kind, books (whose
        statistics, as the claim names them; "" for events), whose (in words), verdict,
        computed_low, computed_high, asserted_low, asserted_high (NaN where none or open), unit,
        reason, sensitive (what the verdict would be with another published figure in place of the
        one chosen; "" where that changes nothing), source_ids (of the figures used).
    evidence
        The rows they rest on: number, claim_id, statement, books, role, cell, value with bounds,
        basis, quality, whether it was used, source_ids.
    """

    verdicts: pd.DataFrame
    evidence: pd.DataFrame


def load_facts() -> Facts:
    """Return the tables claims are judged by, as bundled."""
    tables = (load_policy_events(), load_product_groups(), load_highlights())
    return Facts(_chosen, rates, load_trade(frequency=None), *tables)


def _chosen(frequency: str, goods: bool) -> pd.DataFrame:
    return chosen(frequency, goods=goods)


def check_claims(claims: pd.DataFrame, facts: Facts | None = None) -> Checked:
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
    >>> from catrade.tables.claims import load_claims
    >>> claims = load_claims("dailymail-2026-01")
    >>> check_claims(claims[claims["claim_id"] == "growth-2025"]).verdicts["verdict"].tolist()
    ['holds', 'cannot be checked']
    """
    lacking = [name for name in ("statement", "kind") if name not in claims.columns]
    if lacking:
        raise ParameterError(
            f"claims need the columns statement and kind; {join(lacking)} not found"
        )
    facts = facts or load_facts()
    # What a table of one's own leaves out is empty.
    blank = dict.fromkeys(table("claims").columns, "")
    verdicts, evidence = [], []
    for claim in claims.to_dict("records"):
        claim = blank | claim
        for verdict, rows in _judged(claim, facts):
            verdicts.append(verdict)
            at = {name: verdict[name] for name in (*_NAMED[:3], "books")}
            evidence.append(rows.assign(**at))
    frame = pd.DataFrame(verdicts, columns=_VERDICT)
    rows = pd.concat([core.evidence_frame([]), *evidence], ignore_index=True)
    return Checked(frame.astype(dict.fromkeys(_ENDS, float)), rows)


def _judged(claim: Claim, facts: Facts) -> list[tuple[dict[str, Any], pd.DataFrame]]:
    """Judge one claim: a verdict for each set of books, or one for a claim without books."""
    named = {column: str(claim.get(column) or "") for column in _NAMED}
    name = named["claim_id"] = named["claim_id"] or "claim without an id"
    kind = named["kind"]
    if kind not in TESTS:
        raise choice_error(f"kind of claim {name}", kind, TESTS)
    if problems := claim_problems(dict(claim)):
        column, message = problems[0]
        sentence = f"claim {name}, column {column}: {message}"
        raise ParameterError(sentence)
    found = []
    for books in [part.strip() for part in str(claim.get("books") or "").split(";")]:
        try:
            outcome = TESTS[kind](claim, facts, books)
        except ParameterError as error:
            raise ParameterError(f"claim {name}: {error}") from error
        outcome, rows = _without_document(claim, outcome)
        used = rows.loc[rows["used"], "source_ids"]
        each = kind in rank.TESTS and books not in ("", "partner")
        row: dict[str, Any] = named | {
            "books": books,
            "whose": "each partner’s own" if each else core.books_name(claim, books),
            "verdict": outcome.verdict,
            "unit": outcome.unit,
            "reason": outcome.reason,
            "sensitive": _sensitivity(claim, facts, books, outcome.verdict, rows),
            "source_ids": join_ids(text for text in used if text),
        }
        row |= _ends("computed", outcome.computed) | _ends("asserted", outcome.asserted)
        found.append((row, rows))
    return found


def _ends(name: str, span: core.Span | Rounded | None) -> dict[str, float]:
    """Return the ends of an interval, NaN where there is none or it is open."""
    low, high = (math.nan, math.nan) if span is None else (span.low, span.high)
    return {
        f"{name}_low": low if math.isfinite(low) else math.nan,
        f"{name}_high": high if math.isfinite(high) else math.nan,
    }


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
    cell = ["reporter", "partner", "flow", "period"]
    for key, rows in money.groupby(cell, sort=False):
        at: Any = key
        if rows["used"].sum() != 1:
            continue
        chosen = rows[rows["used"]].iloc[0]
        apart = (rows["low"] > chosen["high"]) | (rows["high"] < chosen["low"])
        for row in rows[~rows["used"] & apart].to_dict("records"):
            number = Rounded(row["value"], row["low"], row["high"])
            how = (row["basis"], row["quality"], row["source_ids"], row["coverage"])
            figure = core.Figure(at, number, *how)
            changed = replace(facts, instead={at: figure})
            again = TESTS[str(claim["kind"])](claim, changed, books).verdict
            if again != verdict:
                ends = "could not be checked" if again == core.UNKNOWN else again
                said = f"${row['value'] / 1e9:.4g} billion for {row['period']}"
                parts.append(f"with {said}, as another source has it, it {ends}")
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
        The verdicts of `check_claims`.

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
        first["topic"] = topic if "" in by else "trade"
        first["standing"] = _standing(first["kind"], by)
        first["reason"] = " ".join(dict.fromkeys(part["reason"]))
        rows.append(first)
    return pd.DataFrame(rows, columns=[*_NAMED, "topic", "standing", "reason"])


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
