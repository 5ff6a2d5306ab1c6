"""Contributions to growth and shares: how parts make up a total and its change.

Parts and totals are cell frames (`catrade_build.cells.chosen`) or any frames with a period and
`value_bn`, `low_bn`, `high_bn`. Shares and contributions are fractions; a row that cannot be
computed is left out; balances have no share.

Sources of the formulas: contribution to growth, Insee, *Contribution to GDP growth (national
accounts)*, the case of current prices; share, Mikic and Gilbert, *Trade Statistics in Policymaking*
(UN ESCAP, revised edition 2009); share won, the residual that E. E. Leamer and R. M. Stern call
competitiveness (*Quantitative International Economics*, 1970, chapter 7), with exports and imports
as the classes: what the five trade with the world, by which their markets could be told apart, is
not published for all five in any two years running.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from catrade_build.cells.frames import (
    AS_BASE,
    VALUE_COLUMNS,
    base_bounds,
    prepared,
    present,
    sort_rows,
    with_base,
    with_sources,
)
from rounding.intervals import (
    Bounds,
    bounds,
    difference_bounds,
    growth_bounds,
    ratio_bounds,
    share_bounds,
    share_of_sum_bounds,
)

#: Name of the row that takes what the parts do not explain.
NOT_ALLOCATED = "not allocated"
_BOTH = [*VALUE_COLUMNS, *AS_BASE.values()]


def contribution_to_growth(
    parts: pd.DataFrame, total: pd.DataFrame, by: str = "partner", years: int = 1
) -> pd.DataFrame:
    """Split a total's growth into its parts' contributions, (x1_i − x0_i) / X0.

    Parameters
    ----------
    parts
        One row for each `by` and period (and flow); other identifiers must be constant. Rows that
        have a base already (base_bn, …, as `growth` gives) keep it, as those of `total` do.
    total
        One row a period (and flow), of whatever the parts are parts of.
    by
        Column that names the parts: `partner`, `country`, `hs_chapter`, `flow`, …
    years
        How many lie between the two periods compared.

    Returns
    -------
    by, flow (if given), period, base_period, contribution, contribution_low, contribution_high
    (fractions of the total's base; times 100 they are percentage points), change_bn, sources
    (where there are any).
    Each period also has a row `not allocated`, the total's growth less the sum of the parts'
    contributions, so that a period's rows sum to the total's growth; parts without a figure in
    either period are in it.

    Notes
    -----
    The bounds of `not allocated` follow from (X1 − sum of x1 + sum of x0) / X0 − 1, which uses the
    total's base once. Where the total is itself the sum of the parts, they are exactly zero.
    """
    # Parts and wholes beside their bases, the parts beside their whole; then the change of each
    # over the whole's base, and what is left.
    flow = _flow_of(by, parts, total)
    part = _compared(parts, years, [by, *flow])
    whole = _compared(total, years, flow)
    whole = whole[whole["base_low_bn"] > 0]
    when = [*flow, "period", "base_period"]
    other = whole.filter([*when, *_BOTH, "sources"])
    rows = part.merge(other, on=when, suffixes=("", "_total"))
    rows = with_sources(rows, "sources_total")

    of = bounds(rows, "base_low_bn_total", "base_high_bn_total")
    difference = difference_bounds(bounds(rows), base_bounds(rows))
    ratio = ratio_bounds(difference, of)
    change = rows["value_bn"] - rows["base_bn"]
    rows = rows.assign(
        change_bn=change,
        contribution=change / rows["base_bn_total"],
        contribution_low=ratio.low,
        contribution_high=ratio.high,
    )
    rest = _not_allocated(rows, whole, by, when)
    columns = [by, *when, "contribution", "contribution_low", "contribution_high"]
    rows = pd.concat([rows, rest]).filter([*columns, "change_bn", "sources"])
    return sort_rows(rows, [*when, by], {by: [*parts[by].unique(), NOT_ALLOCATED]})


def share_of(
    parts: pd.DataFrame, total: pd.DataFrame | None = None, by: str = "partner"
) -> pd.DataFrame:
    """Return each part's share of a total.

    Parameters
    ----------
    parts
        One row for each `by` and period (and flow), of figures that cannot be negative.
    total
        One row a period (and flow). None takes the sum of the parts that are there.

    Returns
    -------
    parts plus share, share_low, share_high, total_bn; no row where the total is missing or may
    be zero. Where the total is exactly the sum of the parts, the interval allows for the part
    being in it; else it is part over total, cut to [0, 1].

    Raises
    ------
    ParameterError
        If a column is missing or a cell has several rows.
    """
    frame = prepared(parts, [by, "flow"], "share")
    flow = _flow_of(by, frame, frame if total is None else total)
    when = [*flow, "period"]
    amounts = [*VALUE_COLUMNS]
    totals = sums = frame.groupby(when)[amounts].sum()
    if total is not None:
        totals = prepared(total, flow, "share").set_index(when)
    is_sum = _is_sum(totals, sums.reindex(totals.index), amounts)
    if "sources" in frame:
        amounts.append("sources")
    totals = totals.filter(amounts).add_prefix("total_").assign(is_sum=is_sum)
    merged = frame.merge(totals.reset_index(), on=when)
    merged = with_sources(merged, "total_sources")

    part = bounds(merged)
    whole = bounds(merged, "total_low_bn", "total_high_bn")
    apart = share_bounds(part, whole)
    within = share_of_sum_bounds(part, whole)
    is_sum = merged["is_sum"]
    result = merged.assign(
        share=merged["value_bn"] / merged["total_value_bn"],
        share_low=apart.low.mask(is_sum, within.low),
        share_high=apart.high.mask(is_sum, within.high),
    )
    result = result.dropna(subset=["share", "share_low"], ignore_index=True)
    result = result.rename(columns={"total_value_bn": "total_bn"})
    return result.drop(columns=["is_sum", "total_low_bn", "total_high_bn"])


def share_won(parts: pd.DataFrame, world: pd.DataFrame) -> pd.DataFrame:
    r"""Return what each flow brought beyond what it had brought by growing as the world's flow did.

    .. math:: s_i = (x_i^1 - x_i^0 (1 + g_f)) / \sum_j x_j^0

    Parameters
    ----------
    parts
        Exports and imports that make up a whole, as `ct.growth` or `ct.as_printed` return them:
        period, flow, value_bn and base_bn with their bounds. Totals among them are left out.
    world
        The same flows of all trade: period, flow, growth with growth_low and growth_high.

    Returns
    -------
    parts plus contribution, contribution_low, contribution_high: fractions of the base of all parts
    of the period (taken as exact), so that they add up. No row of a period in which a flow is
    missing, or a part or the world's flow has no base.

    Examples
    --------
    Exports rose from 60 to 72 and imports from 40 to 44, those of the world by a tenth and a
    twentieth: 72 − 66 and 44 − 42, of 100.

    >>> flows = pd.DataFrame({"period": "2025", "flow": ["export", "import"]})
    >>> now, before, rate = [72.0, 44.0], [60.0, 40.0], [0.1, 0.05]
    >>> parts = flows.assign(value_bn=now, low_bn=now, high_bn=now,
    ...                      base_bn=before, base_low_bn=before, base_high_bn=before)
    >>> world = flows.assign(growth=rate, growth_low=rate, growth_high=rate)
    >>> share_won(parts, world)["contribution"].round(9).tolist()
    [0.06, 0.02]
    """
    flows = parts[parts["flow"] != "total"]
    cell = ["period", "flow"]
    rates = world.set_index(cell)[["growth", "growth_low", "growth_high"]]
    grown = flows[cell].join(1 + rates, on=cell)
    whole = flows.groupby("period")["base_bn"].transform("sum")
    alike = flows["base_bn"] * grown["growth"]
    least = flows["base_low_bn"] * grown["growth_low"]
    most = flows["base_high_bn"] * grown["growth_high"]
    flows = flows.assign(
        contribution=(flows["value_bn"] - alike) / whole,
        contribution_low=(flows["low_bn"] - most) / whole,
        contribution_high=(flows["high_bn"] - least) / whole,
    )
    periods = flows.groupby("period")
    is_whole = periods["flow"].transform("nunique") == 2
    is_whole &= periods["contribution"].transform("count") == periods.transform("size")
    return flows[is_whole].reset_index(drop=True)


def _flow_of(by: str, parts: pd.DataFrame, total: pd.DataFrame) -> list[str]:
    """Return the column of flows, where parts and total both have it and it names no parts."""
    flow = [] if by == "flow" else present(["flow"], parts)
    return present(flow, total)


def _compared(frame: pd.DataFrame, years: int, keys: list[str]) -> pd.DataFrame:
    """Return rows beside their base: the one they bring, else the figure held."""
    if {"base_period", *_BOTH} <= set(frame.columns):
        return prepared(frame, keys, "contributions")
    return with_base(frame, years, keys, "contributions")


def _not_allocated(
    parts: pd.DataFrame, total: pd.DataFrame, by: str, when: list[str]
) -> pd.DataFrame:
    """Return the total's growth less the sum of contributions, one row for each row of `total`."""
    t = total.set_index(when).sort_index()
    sums = parts.groupby(when)[_BOTH].sum()
    sums = sums.reindex(t.index, fill_value=0.0)
    low = t["low_bn"] - sums["high_bn"] + sums["base_low_bn"]
    high = t["high_bn"] - sums["low_bn"] + sums["base_high_bn"]
    rate = growth_bounds(Bounds(low, high), base_bounds(t))
    is_sum = _is_sum(t, sums, _BOTH)
    left = t[_BOTH] - sums
    change = left["value_bn"] - left["base_bn"]
    # What is left of float arithmetic is nothing.
    rest = (change / t["base_bn"]).round(12)
    t[by] = NOT_ALLOCATED
    return t.assign(
        contribution=rest,
        contribution_low=rate.low.mask(is_sum, rest),
        contribution_high=rate.high.mask(is_sum, rest),
        change_bn=change.round(9),
    ).reset_index()


def _is_sum(
    total: pd.DataFrame, sums: pd.DataFrame, columns: list[str]
) -> pd.Series[bool]:
    """Say for which rows the total is its parts added up: all figures equal but for float noise.

    A total that says it was published has a rounding of its own, however equal the figures.
    """
    whole = total[columns].to_numpy(float)
    equal = np.isclose(whole, sums[columns], rtol=1e-12).all(axis=1)
    is_sum = pd.Series(equal, total.index)
    if "basis" in total.columns:
        is_sum &= ~total["basis"].isin(["published", "converted"])
    return is_sum
