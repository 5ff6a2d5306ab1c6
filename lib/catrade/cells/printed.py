"""Growth as its publishers print it, beside growth worked out from two published levels.

A source that prints growth knows the revised figure of the year before; we may hold only the first
one, and growth across two vintages is wrong. So printed growth is used where the two contradict
each other, where it says more than ours (its interval is narrower), and where there is no base.
"""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import earlier, is_in, require_columns
from catrade.cells.selection import CELL
from pagemill.intervals import Bounds, ratio_bounds

_PRINTED = ("growth_printed", "growth_precision")
_NEEDED = [*CELL, "currency", "quality", "low_usd", "high_usd", *_PRINTED]
#: No rate is given that may be a rise or a fall and is known no better than to this.
WIDEST = 0.2


def with_printed(
    rates: pd.DataFrame,
    rows: pd.DataFrame,
    cells: pd.DataFrame | None = None,
    *,
    currency: str = "USD",
) -> pd.DataFrame:
    """Put printed growth in place of ours where it contradicts ours, says more or stands alone.

    Every row of a cell is looked at whose figure touches the one shown: growth of another vintage
    belongs to its own figures. Among several, the finest is taken. Printed growth is held to
    contradict ours only if it does so by more than one unit of its rounding (it is often cut off
    instead of rounded); its own interval is half a unit either way.

    Parameters
    ----------
    rates
        What `growth.growth` returns.
    rows
        Rows of `load_trade` behind them.
    cells
        The cell frame the rates come from: with it, cells without a base get their printed growth.
    currency
        Of the figures whose growth is wanted: growth in yuan is not growth in dollars.

    Returns
    -------
    rates plus growth_basis (`computed` or `printed`), growth_computed (ours; NaN without a base)
    and base_revised (bool: the publisher's growth contradicts ours). A rate that may be a rise or
    a fall and is known to no better than 20 points is left out.

    Raises
    ------
    ParameterError
        If a column is missing.
    """
    require_columns(
        rates, [*CELL, "growth", "growth_low", "growth_high"], "with_printed"
    )
    require_columns(rows, _NEEDED, "with_printed")
    ours = rates.assign(growth_basis="computed", growth_computed=rates["growth"])
    if cells is not None:
        ours = pd.concat([ours, _without_base(rates, cells)], ignore_index=True)
    printed, unit = _finest(ours, rows[rows["currency"] == currency])
    low, high = ours["growth_low"], ours["growth_high"]
    revised = (printed - unit > high) | (printed + unit < low)
    meets = (printed - unit / 2 <= high) & (printed + unit / 2 >= low)
    used = printed.notna() & (revised | low.isna() | (meets & (unit < high - low)))
    result = ours.assign(
        growth=printed.where(used, ours["growth"]),
        growth_low=(printed - unit / 2).where(used, low),
        growth_high=(printed + unit / 2).where(used, high),
        growth_basis=ours["growth_basis"].mask(used, "printed"),
        base_revised=revised,
    )
    spans = (result["growth_low"] < 0) & (result["growth_high"] > 0)
    vague = spans & (result["growth_high"] - result["growth_low"] > WIDEST)
    return result[result["growth"].notna() & ~vague].reset_index(drop=True)


def implied_base(
    figure: Bounds, growth: pd.Series[float], precision: pd.Series[float]
) -> Bounds:
    """Bound the base that a figure and its printed growth imply: x1 / (1 + g), g half a unit.

    NaN where a growth of −100% or less cannot be ruled out.

    Examples
    --------
    >>> one = Bounds(pd.Series([15.35]), pd.Series([15.45]))
    >>> base = implied_base(one, pd.Series([1.056]), pd.Series([0.001]))
    >>> base.low.round(2).item(), base.high.round(2).item()
    (7.46, 7.52)
    """
    factor = Bounds(1 + growth - precision / 2, 1 + growth + precision / 2)
    return ratio_bounds(figure, factor)


def _without_base(rates: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the cells that have no rate, with the columns of those that have, empty."""
    found = cells[~is_in(cells, rates, CELL) & (cells["flow"] != "balance")]
    periods = [earlier(text, 1) for text in found["period"]]
    return found.assign(base_period=pd.array(periods, dtype=str), growth_basis="")


def _finest(
    ours: pd.DataFrame, rows: pd.DataFrame
) -> tuple[pd.Series[float], pd.Series[float]]:
    """Return for each row of `ours` the finest growth printed with a figure that touches it."""
    usable = rows["growth_printed"].notna() & (rows["quality"] != "rejected")
    printed = rows.loc[usable, [*CELL, "low_usd", "high_usd", *_PRINTED]]
    sides = ours[[*CELL, "low_usd", "high_usd"]].assign(place=range(len(ours)))
    pairs = sides.merge(printed, on=[*CELL], suffixes=("", "_of"))
    touch = (pairs["low_usd_of"] <= pairs["high_usd"]) & (
        pairs["high_usd_of"] >= pairs["low_usd"]
    )
    finest = (
        pairs[touch]
        .sort_values("growth_precision", kind="stable")
        .drop_duplicates("place")
    )
    found = finest.set_index("place").reindex(range(len(ours)))
    return found["growth_printed"].astype(float), found["growth_precision"].astype(
        float
    )
