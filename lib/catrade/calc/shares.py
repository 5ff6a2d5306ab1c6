"""Contributions to growth and shares: how parts make up a total and its change.

Parts and totals are cell frames (`catrade.cells.chosen`) or any frames with a period and
`value_bn`, `low_bn`, `high_bn`. Shares and contributions are fractions; a row that cannot be
computed is left out; balances have no share.

Sources of the formulas: contribution to growth, Insee, *Contribution to GDP growth (national
accounts)*, the case of current prices; share, Mikic and Gilbert, *Trade Statistics in Policymaking*
(UN ESCAP, revised edition 2009).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from catrade.cells.frames import (
    AS_BASE,
    VALUE_COLUMNS,
    base_bounds,
    prepared,
    present,
    require_columns,
    with_base,
    with_sources,
)
from rounding.intervals import (
    Bounds,
    bounds,
    difference_bounds,
    ratio_bounds,
    share_bounds,
    share_of_sum_bounds,
)

#: Name of the row that takes what the parts do not explain.
NOT_ALLOCATED = "not allocated"


def contribution_to_growth(
    parts: pd.DataFrame, total: pd.DataFrame, by: str = "partner", periods: int = 1
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
    periods
        Years between the two periods compared.

    Returns
    -------
    by, flow (if given), period, base_period, contribution, contribution_low, contribution_high
    (fractions of the total's base; times 100 they are percentage points), change_bn, missing,
    source_ids (where there are any).
    Each period also has a row `not allocated`, the total's growth less the sum of the parts'
    contributions, so that a period's rows sum to the total's growth; its `missing` names the parts
    without a figure in either period, which it then includes.

    Notes
    -----
    The bounds of `not allocated` follow from (X1 − sum of x1 + sum of x0) / X0 − 1, which uses the
    total's base once. Where the total is itself the sum of the parts, they are exactly zero.
    """
    function = "contribution_to_growth"
    require_columns(parts, [by], function)
    flow = _flow_of(by, parts, total)
    p = _compared(parts, periods, [by, *flow], function)
    t = _compared(total, periods, flow, function)
    t = t[t["base_low_bn"] > 0]
    when = [*flow, "period", "base_period"]
    wanted = [*when, *VALUE_COLUMNS, *AS_BASE.values()]
    part = p[[by, *wanted, *present(["source_ids"], p)]]
    whole = t[[*wanted, *present(["source_ids"], t)]]
    p = part.merge(whole, on=when, suffixes=("", "_total"))
    p = with_sources(p, "source_ids_total")
    scale = Bounds(p["base_low_bn_total"], p["base_high_bn_total"])
    ratio = ratio_bounds(difference_bounds(bounds(p), base_bounds(p)), scale)
    change = p["value_bn"] - p["base_bn"]
    p = p.assign(
        change_bn=change,
        contribution=change / p["base_bn_total"],
        contribution_low=ratio.low,
        contribution_high=ratio.high,
        missing="",
    )
    names = list(parts[by].unique())
    rest = _not_allocated(p, t, by, when, names)
    columns = [by, *when, "contribution", "contribution_low", "contribution_high"]
    columns += ["change_bn", "missing", *present(["source_ids"], p)]
    names.append(NOT_ALLOCATED)
    return pd.concat([p, rest])[columns].sort_values(
        [*when, by],
        key=lambda column: column.map(names.index) if column.name == by else column,
        ignore_index=True,
    )


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
    function = "share_of"
    require_columns(parts, [by], function)
    frame = prepared(parts, [by, "flow"], function)
    flow = _flow_of(by, frame, frame if total is None else total)
    when = [*flow, "period"]
    totals = sums = frame.groupby(when)[[*VALUE_COLUMNS]].sum()
    if total is not None:
        totals = prepared(total, flow, function).set_index(when)
    same = _is_sum(totals, sums.reindex(totals.index), [*VALUE_COLUMNS])
    ids = present(["source_ids"], frame) and present(["source_ids"], totals)
    totals = totals[[*VALUE_COLUMNS, *ids]].add_prefix("total_").assign(_sum=same)
    merged = frame.merge(totals.reset_index(), on=when)
    merged = with_sources(merged, "total_source_ids")
    part = bounds(merged)
    whole = bounds(merged, "total_low_bn", "total_high_bn")
    apart, summed = share_bounds(part, whole), share_of_sum_bounds(part, whole)
    result = merged.assign(
        share=merged["value_bn"] / merged["total_value_bn"],
        share_low=summed.low.where(merged["_sum"], apart.low),
        share_high=summed.high.where(merged["_sum"], apart.high),
    )
    result = result.dropna(subset=["share", "share_low"])
    result = result.rename(columns={"total_value_bn": "total_bn"})
    result = result.drop(columns=["_sum", "total_low_bn", "total_high_bn"])
    return result.reset_index(drop=True)


def _flow_of(by: str, parts: pd.DataFrame, total: pd.DataFrame) -> list[str]:
    """Return the column of flows, where parts and total both have it and it names no parts."""
    both = by != "flow" and "flow" in parts and "flow" in total
    return ["flow"] if both else []


def _compared(
    frame: pd.DataFrame, periods: int, keys: list[str], function: str
) -> pd.DataFrame:
    """Return rows beside their base: the one they bring, else the figure held."""
    if {"base_period", *AS_BASE.values()} <= set(frame.columns):
        return prepared(frame, keys, function)
    return with_base(frame, periods, keys, function)


def _not_allocated(
    parts: pd.DataFrame, total: pd.DataFrame, by: str, when: list[str], names: list[str]
) -> pd.DataFrame:
    """Return the total's growth less the sum of contributions, one row for each row of `total`."""
    t = total.set_index(when).sort_index()
    columns = [*VALUE_COLUMNS, *AS_BASE.values(), "contribution"]
    sums = parts.groupby(when)[columns].sum().reindex(t.index, fill_value=0.0)
    there = parts.groupby(when)[by].agg(set).to_dict()
    missing = [
        ";".join(str(name) for name in names if name not in there.get(at, ()))
        for at in t.index
    ]
    unexplained = Bounds(
        t["low_bn"] - sums["high_bn"] + sums["base_low_bn"],
        t["high_bn"] - sums["low_bn"] + sums["base_high_bn"],
    )
    ratio = ratio_bounds(unexplained, base_bounds(t))
    is_sum = _is_sum(t, sums, [*VALUE_COLUMNS, *AS_BASE.values()])
    change = (t["value_bn"] - t["base_bn"]) - (sums["value_bn"] - sums["base_bn"])
    rest = t["value_bn"] / t["base_bn"] - 1 - sums["contribution"]
    # To the dollar: what is left of float arithmetic is nothing.
    change, rest = change.round(9), rest.round(12)
    return t.assign(
        **{by: NOT_ALLOCATED},
        contribution=rest,
        contribution_low=(ratio.low - 1).mask(is_sum, rest),
        contribution_high=(ratio.high - 1).mask(is_sum, rest),
        change_bn=change,
        missing=missing,
    ).reset_index()


def _is_sum(
    total: pd.DataFrame, sums: pd.DataFrame, columns: list[str]
) -> pd.Series[bool]:
    """Say for which rows the total is its parts added up: all figures equal but for float noise.

    A total that says it was published has a rounding of its own, however equal the figures.
    """
    left, right = total[columns].to_numpy(float), sums[columns].to_numpy(float)
    equal = np.isclose(left, right, rtol=1e-12).all(axis=1)
    if "basis" in total.columns:
        equal &= ~total["basis"].isin(["published", "converted"]).to_numpy()
    return pd.Series(equal, index=total.index)
