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
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from catrade_build.cells.chosen import chosen
from catrade_build.cells.selection import CELL
from catrade_build.claims import events, rank, trade
from catrade_build.claims.core import (
    ANNOUNCED,
    FAILS,
    HOLDS,
    UNKNOWN,
    WITHIN,
    Claim,
    Outcome,
    Row,
    are_apart,
)
from catrade_build.claims.facts import (
    EVIDENCE,
    Facts,
    amount,
    cell_of_figure,
    dollars_of,
    evidence_for,
    load_facts,
    with_parts,
)
from catrade_build.frames import is_in, join_ids, require_columns
from catrade_build.tables.choices import fetch_command, one_of, place
from catrade_build.tables.names import (
    FLOWS,
    MIRROR_FLOW,
    flow_with,
    in_sentence,
    name_of,
    possessive,
)
from catrade_build.tables.reading import claim_problems
from catrade_build.tables.trade import refuse_unknown
from catrade_build.vintages import rates
from catrade_build.words import capital
from rounding.dates import parse_period
from rounding.errors import ParameterError, choice_error
from rounding.formats import period as when

#: Every kind of claim and its test.
TESTS = {**trade.TESTS, **rank.TESTS, **events.TESTS}
#: Where a sentence ends and another begins.
_SENTENCE = re.compile(r"(?<=[^.]{3}[.]) (?=[A-Z])")
_NAMED = ["number", "claim_id", "statement", "kind"]
_ENDS = ["computed_low", "computed_high", "asserted_low", "asserted_high"]
_ASKS = ["subject", "partner", "scope", "period", "terms", "source_id"]
_VERDICT = [
    *_NAMED,
    *_ASKS,
    "books",
    "whose",
    "verdict",
    *_ENDS,
    "unit",
    "reason",
    "sensitive",
    "sources",
]
#: From here on, and beyond so many times what is held, growth was given in per cent.
_PER_CENT, _FAR_GROWTH = 2.0, 10.0
#: Beyond so many times the largest figure held an amount is not in billions.
_FAR_VALUE = 300.0
#: Each standing of several claims, in few words, in the order of `STANDINGS`.
_MANY = {
    HOLDS: "hold",
    WITHIN: "within rounding",
    ANNOUNCED: "as announced",
    FAILS: "wrong",
    UNKNOWN: "open",
}


class Checked(NamedTuple):
    """What became of some claims.

    Attributes
    ----------
    verdicts
        One row a claim and set of books: number, claim_id, statement, kind, subject, partner,
        scope, period, terms and source_id as the claim has them, books (whose statistics, as the
        claim names them; "" for events), whose (in words), verdict, computed_low, computed_high,
        asserted_low, asserted_high (NaN where none or open), unit, reason, sensitive (what the
        verdict would be with another published figure in place of the one chosen; "" where that
        changes nothing), sources (of the figures used).
    evidence
        The rows they rest on: document, number, claim_id, statement, books, role, cell, value with
        bounds, basis, quality, amount (in words), whether it was used, sources.
    """

    verdicts: pd.DataFrame
    evidence: pd.DataFrame


def judge_claims(claims: pd.DataFrame, facts: Facts | None = None) -> Checked:
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
    >>> from catrade_build.tables.policy import load_claims
    >>> claims = load_claims("dailymail-2026-01")
    >>> judge_claims(claims[claims["claim_id"] == "growth-2025"]).verdicts["verdict"].tolist()
    ['holds', 'cannot be checked']
    """
    require_columns(claims, ["statement", "kind"], "claim")
    facts = facts or load_facts()
    verdicts, evidence = [], []
    names = [*_NAMED[:3], "books", "document"]
    for row in claims.to_dict("records"):
        claim = _claim_of(row)
        for books in claim.books.split(";"):
            verdict, rows = _judged(replace(claim, books=books.strip()), facts)
            named = {name: verdict[name] for name in names}
            verdicts.append(verdict)
            evidence += [figure | named for figure in rows]
    frame = pd.DataFrame(verdicts, columns=_VERDICT)
    # An end that is open is none.
    ends = frame[_ENDS].astype(float)
    frame[_ENDS] = ends.where(np.isfinite(ends))
    return Checked(frame, pd.DataFrame(evidence, columns=[*EVIDENCE, *names]))


def _claim_of(row: dict[Any, Any]) -> Claim:
    """Return a row as a claim; raise if it cannot be one."""
    name = str(row.get("claim_id") or "claim without an id")
    if row["kind"] not in TESTS:
        raise choice_error(f"kind of claim {name}", row["kind"], TESTS)
    for column, message in claim_problems(row):
        raise ParameterError(f"claim {name}, column {column}: {message}")
    return replace(Claim.of(row), claim_id=name)


def _judged(claim: Claim, facts: Facts) -> tuple[dict[str, Any], list[Row]]:
    """Judge one claim in one set of books: its row of verdicts, and the evidence."""
    try:
        outcome = TESTS[claim.kind](claim, facts)
    except ParameterError as error:
        raise ParameterError(f"claim {claim.claim_id}: {error}") from error
    outcome = replace(outcome, used=with_parts(outcome.used))
    rows = evidence_for(facts, outcome.used)
    # The announcement is no evidence for itself; what nobody else says cannot be checked.
    own = {claim.source_id, claim.document}
    others = []
    for row in rows:
        ids = row["sources"].split(";")
        others.append(";".join(source for source in ids if source not in own))
    if any(row["sources"] for row in rows) and not any(others):
        reason = "Only the announcement itself says so; no other source was found."
        outcome = replace(outcome, verdict=UNKNOWN, reason=reason)
    else:
        rows = [row | {"sources": ids} for row, ids in zip(rows, others, strict=True)]

    used = [row["sources"] for row in rows if row["used"] and row["sources"]]
    by_each = claim.kind in rank.TESTS and claim.books != "partner"
    verdict = {
        **vars(claim),
        "computed_low": outcome.computed[0],
        "computed_high": outcome.computed[1],
        "asserted_low": outcome.asserted[0],
        "asserted_high": outcome.asserted[1],
        "whose": "each partner’s own" if by_each else claim.whose(),
        "verdict": outcome.verdict,
        "unit": outcome.unit,
        "reason": outcome.reason,
        "sensitive": _sensitivity(claim, facts, outcome),
        "sources": join_ids(used),
    }
    return verdict, rows


def _sensitivity(claim: Claim, facts: Facts, outcome: Outcome) -> str:
    """Judge again with each figure that contradicts the chosen one; say which changes it."""
    if outcome.verdict == UNKNOWN:
        return ""
    parts: list[str] = []
    figures = [row for _, row in outcome.used if row]
    for figure in figures:
        for other in facts.beside(figure):
            if not are_apart(dollars_of(figure), dollars_of(other)):
                continue
            changed = replace(facts, instead={cell_of_figure(other): other})
            again = TESTS[claim.kind](claim, changed).verdict
            if again != outcome.verdict:
                ends = "could not be checked" if again == UNKNOWN else again
                whose = "as another source has it"
                if other["basis"] == "revised":
                    whose = "as revised since"
                instead = f"{amount(other)} for {when(other['period'])}"
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
        number, claim_id, statement, kind, subject, partner, scope, period, terms, source_id, topic
        (`trade`, `record` or `untestable`), standing (one of `STANDINGS`), reason (of all
        verdicts, one after the other, first of the one that decides).

    Examples
    --------
    >>> judged = pd.DataFrame({"number": "3", "claim_id": "growth", "statement": "It grew",
    ...     "kind": "growth", "books": ["CHN", "partner"], "reason": ["It did.", "No figure."],
    ...     "verdict": ["holds", "cannot be checked"]})
    >>> standings(judged)[["topic", "standing"]].values.tolist()
    [['trade', 'as announced, not independently confirmed']]
    """
    together = []
    for _, rows in judged.groupby("claim_id", sort=False):
        first = rows.iloc[0].to_dict()
        by = rows.set_index("books")["verdict"].to_dict()
        first["topic"] = "trade"
        if "" in by:
            is_fact = first["kind"] != "not_checkable"
            first["topic"] = "record" if is_fact else "untestable"
        first["standing"] = _standing(first["kind"], by)
        # What decides is said first.
        decides = rows["verdict"] == first["standing"]
        reasons = " ".join(pd.concat([rows[decides], rows[~decides]])["reason"])
        # What is said of both sides alike is said once.
        first["reason"] = " ".join(dict.fromkeys(_SENTENCE.split(reasons)))
        together.append(first)
    columns = [*_NAMED, *_ASKS, "topic", "standing", "reason"]
    return pd.DataFrame(together, columns=columns)


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


# --- for analysts ---------------------------------------------------------------------------------


def judged(
    partner: str,
    flow: str = "total",
    period: int | str | None = None,
    *,
    reporter: str = "CHN",
    growth: float | None = None,
    value: float | None = None,
    rounding: str = "nearest",
    precision: float | None = None,
) -> pd.DataFrame:
    """Judge one statement by both sides' figures, as `ct.claim` says; a row a side.

    Examples
    --------
    >>> judged("Kazakhstan", "total", 2025, value=34.2)["verdict"].tolist()
    ['does not hold', 'holds']
    """
    code, home = place(partner, "partner"), place(reporter, "reporter")
    refuse_unknown("flow", [flow], FLOWS)
    # Both sides' yearly figures of the same flow.
    cells, key = chosen(), ["reporter", "partner", "flow"]
    flows = [(home, code, flow), (code, home, MIRROR_FLOW[flow])]
    held = cells[is_in(cells, pd.DataFrame(flows, columns=key), key)]
    if held.empty:
        instead = one_of([code, home]) or f"{fetch_command([home], [code])} brings it"
        raise ParameterError(
            f"no table has yearly {flow_with(flow, in_sentence(code))} by {in_sentence(home)}, nor "
            f"the other side’s; {instead}"
        )
    if period is None:
        ours = held.query("reporter == @home")
        period = int((held if ours.empty else ours)["year"].max())
    if growth is not None and value is None:
        kind, verb, number = "growth", "changed by", growth
        scale, unit, at_most = 1.0, "fraction", 0.01
    elif value is not None and growth is None:
        kind, verb, number = "level", "came to", value
        scale, unit, at_most = 1e9, "USD", 1.0
    else:
        raise ParameterError(
            "a claim needs one figure: growth (0.11 for 11%) or value (48.7)"
        )
    if not isinstance(number, Real) or not math.isfinite(number):
        raise ParameterError(f"a claim needs a finite figure; got {number!r}")
    if precision is None:
        precision = _unit(number, at_most)
    if not isinstance(precision, Real) or not 0 < precision < math.inf:
        raise ParameterError(
            "precision is the unit that a figure was rounded to, above zero, such as 0.1; "
            f"got {precision!r}"
        )
    row = {
        "claim_id": "own",
        "number": "1",
        "kind": kind,
        "subject": home,
        "partner": code,
        "flow": flow,
        "period": str(period),
        "books": f"{home};partner",
        "value": number * scale,
        "precision": precision * scale,
        "rounding": rounding,
        "unit": unit,
    }
    _refuse_another_unit(held, str(period), growth, value)
    whose = capital(possessive(in_sentence(home)))
    what = f"{whose} {flow_with(flow, name_of(code))} in {when(str(period))}"
    row["statement"] = f"{what} {verb} {Claim.of(row).announced}"
    verdicts = judge_claims(pd.DataFrame([row])).verdicts
    return verdicts.assign(standing=standings(verdicts)["standing"].item())


def _refuse_another_unit(
    held: pd.DataFrame, period: str, growth: float | None, value: float | None
) -> None:
    """Raise where per cent were given for a fraction, or dollars or millions for billions.

    What either side's figures come near is judged: imports have risen to the 33-fold.
    """
    if growth is not None and abs(growth) >= _PER_CENT:
        of_year = held[held["year"] == parse_period(period).year]
        fastest = rates()[is_in(rates(), of_year, CELL)]["growth"].abs().max()
        if not abs(growth) <= _FAR_GROWTH * fastest:
            raise ParameterError(
                f"growth is a fraction: {growth:g} would be {100 * growth:,.10g} per cent; "
                f"give {growth / 100:g} for {growth:g} per cent"
            )
    if value is not None:
        largest = held["high_bn"].max()
        if value > _FAR_VALUE * largest:
            by = 1e9 if value > 1e6 * largest else 1e3
            raise ParameterError(
                f"value is in billions of dollars: ${value:,.15g} billion is far above "
                f"the largest figure held, ${largest:.4g} billion; "
                f"give {value / by:g} for ${value / by:g} billion"
            )


def _unit(number: float, at_most: float) -> float:
    """Return the unit of the last digit that a number is written with.

    Examples
    --------
    >>> _unit(106.3, at_most=1.0), _unit(0.1, at_most=0.01)
    (0.1, 0.01)
    """
    exponent = Decimal(str(number)).as_tuple().exponent
    return min(float(Decimal(1).scaleb(int(exponent))), at_most)
