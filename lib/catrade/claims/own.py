"""A claim of one's own, judged in one line."""

from __future__ import annotations

import math
from decimal import Decimal

import pandas as pd

from catrade.claims.claims import check_claims, standings
from catrade.claims.core import Claim
from catrade.claims.trade import FLOWS
from catrade.tables.names import CENTRAL_ASIA, code_of, name_of
from catrade.tables.trade import described
from rounding.errors import ParameterError, choice_error
from rounding.formats import period as when

#: Columns of what is given back.
SHOWN = "number statement whose verdict standing reason sources"


def claim(
    partner: str,
    flow: str = "total",
    period: int | str = 2025,
    *,
    growth: float | None = None,
    value_bn: float | None = None,
    rounding: str = "nearest",
    precision: float | None = None,
) -> pd.DataFrame:
    """Judge one statement on China's trade by both sides' figures.

    Parameters
    ----------
    partner
        One of the five, or CA5, by code or name.
    flow
        total, export or import, as China sees them.
    period
        A year (2025) or a part of one ("2025-H1", "2025-07").
    growth
        What it is said to have grown by on the year before: 0.11 for 11 per cent.
    value_bn
        What it is said to have been, in billions of US dollars. Give this or growth.
    rounding
        How the figure was rounded: nearest, floor ("over"), ceiling ("almost"), about; or above
        and below for "more than" and "less than".
    precision
        The unit it was rounded to, as `growth` or `value_bn` is written; by default that of its
        last digit, and of a growth at least a per cent.

    Returns
    -------
    DataFrame
        As `ct.check_claims` returns it: number, statement, whose, verdict, standing, reason,
        sources; a row for China's figures and one for the partner's own.

    Raises
    ------
    ParameterError
        If a name, flow, period or rounding is unknown, or not one figure is claimed.

    Examples
    --------
    >>> found = claim("Kazakhstan", "total", 2025, value_bn=34.2)
    >>> found[["whose", "verdict"]].values.tolist()
    [['China’s', 'does not hold'], ['Kazakhstan’s own', 'holds']]
    """
    partners = (*CENTRAL_ASIA, "CA5")
    code = code_of(partner, partners)
    if code not in partners:
        names = [name_of(one) for one in partners]
        raise choice_error("partner", partner, (*partners, *names))
    if flow not in FLOWS:
        raise choice_error("flow", flow, FLOWS)
    if growth is not None and value_bn is None:
        kind, verb, said = "growth", "changed by", growth
        scale, unit, at_most = 1.0, "fraction", 0.01
    elif value_bn is not None and growth is None:
        kind, verb, said = "level", "came to", value_bn
        scale, unit, at_most = 1e9, "USD", 1.0
    else:
        raise ParameterError(
            "a claim needs one figure: growth (0.11 for 11%) or value_bn (48.7)"
        )
    if not math.isfinite(said):
        raise ParameterError(f"a claim needs a finite figure; got {said!r}")
    row = {
        "claim_id": "own",
        "number": "1",
        "kind": kind,
        "subject": "CHN",
        "partner": code,
        "flow": flow,
        "period": str(period),
        "books": "CHN;partner",
        "value": said * scale,
        "precision": (_unit(said, at_most) if precision is None else precision) * scale,
        "rounding": rounding,
        "unit": unit,
    }
    what = f"China’s {FLOWS[flow]} {name_of(code)} in {when(str(period))}"
    row["statement"] = f"{what} {verb} {Claim.of(row).said}"
    return shown(pd.DataFrame([row]))


def shown(claims: pd.DataFrame, *, full: bool = False) -> pd.DataFrame:
    """Return the verdicts on some claims as analysts take them, one row a claim and side."""
    judged = check_claims(claims).verdicts
    standing = standings(judged).set_index("claim_id")["standing"]
    frame = judged.assign(standing=judged["claim_id"].map(standing).astype(str))
    return described(frame, "claims", None, SHOWN, full=full)


def _unit(number: float, at_most: float) -> float:
    """Return the unit of the last digit that a number is written with.

    Examples
    --------
    >>> _unit(106.3, at_most=1.0), _unit(0.1, at_most=0.01)
    (0.1, 0.01)
    """
    exponent = Decimal(str(number)).as_tuple().exponent
    return min(float(Decimal(1).scaleb(int(exponent))), at_most)
