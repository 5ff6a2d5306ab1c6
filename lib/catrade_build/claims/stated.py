"""A statement of one's own, judged by both sides' figures."""

from __future__ import annotations

import math
from decimal import Decimal
from numbers import Real

import pandas as pd

from catrade_build.claims.core import Claim
from catrade_build.claims.verdicts import judge_claims
from catrade_build.edition import table
from catrade_build.frames import is_in
from catrade_build.tables.choices import fetch_command, one_of, place
from catrade_build.tables.names import (
    FLOWS,
    MIRROR_FLOW,
    flow_with,
    in_sentence,
    name_of,
    possessive,
)
from catrade_build.tables.trade import refuse_unknown
from catrade_build.words import capital
from rounding.dates import parse_period
from rounding.errors import ParameterError
from rounding.formats import period as when

#: From here on, and beyond so many times what is held, growth was given in per cent.
_PER_CENT, _FAR_GROWTH = 2.0, 10.0
#: Beyond so many times the largest figure held an amount is not in billions.
_FAR_VALUE = 300.0


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
    held = _of_both_sides(home, code, flow)
    if period is None:
        ours = held[held["reporter"] == home]
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
    is_number = isinstance(number, Real) and not isinstance(number, bool)
    if not is_number or not math.isfinite(number):
        raise ParameterError(f"a claim needs a finite figure; got {number!r}")
    if precision is None:
        precision = _unit(number, at_most)
    if not isinstance(precision, Real) or not 0 < precision < math.inf:
        raise ParameterError(
            "precision is the unit that a figure was rounded to, above zero, such as 0.1; "
            f"got {precision!r}"
        )
    _refuse_another_unit(held, str(period), growth, value)
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
    whose = capital(possessive(in_sentence(home)))
    what = f"{whose} {flow_with(flow, name_of(code))} in {when(str(period))}"
    row["statement"] = f"{what} {verb} {Claim.of(row).announced}"
    return judge_claims(pd.DataFrame([row]))


def _of_both_sides(home: str, code: str, flow: str) -> pd.DataFrame:
    """Return both sides' yearly figures of a flow."""
    figures = table("figures").query("freq == 'year' and currency == 'USD'")
    key = ["reporter", "partner", "flow"]
    flows = [(home, code, flow), (code, home, MIRROR_FLOW[flow])]
    held = figures[is_in(figures, pd.DataFrame(flows, columns=key), key)]
    if held.empty:
        instead = one_of([code, home]) or f"{fetch_command([home], [code])} brings it"
        raise ParameterError(
            f"no table has yearly {flow_with(flow, in_sentence(code))} by {in_sentence(home)}, nor "
            f"the other side’s; {instead}"
        )
    return held


def _refuse_another_unit(
    held: pd.DataFrame, period: str, growth: float | None, value: float | None
) -> None:
    """Raise where per cent were given for a fraction, or dollars or millions for billions.

    What either side's figures come near is judged: imports have risen to the 33-fold.
    """
    if growth is not None and abs(growth) >= _PER_CENT:
        of_year = held[held["year"] == parse_period(period).year]
        fastest = of_year["growth"].abs().max()
        if not abs(growth) <= _FAR_GROWTH * fastest:
            raise ParameterError(
                f"growth is a fraction: {growth:g} would be {100 * growth:,.10g} per cent; "
                f"give {growth / 100:g} for {growth:g} per cent"
            )
    if value is not None:
        largest = held["high"].max()
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
