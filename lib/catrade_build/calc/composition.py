"""What trade consists of: each item's share, and what it brought to growth.

Functions take frames of goods, see `catrade_build.calc.concentration`. A composition is of listed
goods; bounds allow for the unlisted ones. Shares and contributions are fractions; times 100 they
are per cent and percentage points.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade_build.calc.concentration import (
    FLOW,
    flow_bounds,
    prepared_items,
    sources_of,
)
from catrade_build.cells.frames import VALUE_COLUMNS
from catrade_build.tables.goods import FLOW_YEAR
from rounding.errors import ParameterError
from rounding.intervals import (
    bounds,
    difference_bounds,
    ratio_bounds,
    share_of_sum_bounds,
)


def share_in_flow(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each item's share in its flow and year.

    Returns
    -------
    DataFrame
        The frame plus share (in the listed goods; they sum to 1 in each flow and year), share_low
        and share_high (whatever the true values and the unlisted ones are). A flow worth nothing
        has no rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"exporter": "KAZ", "importer": "CHN", "reporter": "KAZ", "year": 2024,
    ...     "hs_chapter": ["26", "27"], "value_bn": [3.0, 1.0], "low_bn": [3.0, 1.0],
    ...     "high_bn": [3.0, 1.0], "unlisted_bn": 1.0})
    >>> share_in_flow(frame)[["hs_chapter", "share", "share_low", "share_high"]].to_dict("list")
    {'hs_chapter': ['26', '27'], 'share': [0.75, 0.25], 'share_low': [0.6, 0.2],
     'share_high': [0.75, 0.25]}
    """
    frame, _ = prepared_items(frame, "share")
    limits = share_of_sum_bounds(*flow_bounds(frame))
    value = frame["value_bn"]
    whole = frame.groupby(FLOW_YEAR)["value_bn"].transform("sum")
    result = frame.assign(
        share=value / whole, share_low=limits.low, share_high=limits.high
    )
    return result.dropna(subset=["share", "share_low"], ignore_index=True)


def contribution_to_change(frame: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Split a flow's growth between two years into its items' contributions, (x1 − x0) / X0.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, item column, goods, start_bn (0 if not listed), change_bn,
        contribution (of the flow's start value), contribution_low, contribution_high, growth (of
        the listed flow; the contributions sum to it), sources. Sorted from the largest push up to
        the largest push down.

    Raises
    ------
    ParameterError
        If no flow has both years; the sentence lists the years there are.

    References
    ----------
    Insee, *Contribution to GDP growth (national accounts)*, the case of current prices.
    """
    frame, item = prepared_items(frame, "contributions")
    ends = frame[frame["year"].isin([start, end])]
    years = ends.groupby(FLOW)["year"].transform("nunique")
    ends = ends[years == 2]
    if ends.empty:
        has = ", ".join(map(str, sorted(frame["year"].unique()))) or "no years"
        raise ParameterError(
            f"contributions needs a flow with both {start} and {end}; the frame has {has}"
        )
    key = [*FLOW, item]
    items = ends.drop_duplicates(key).set_index(key).filter(["goods", "group"])
    then = _in_year(ends, items.index, start)
    now = _in_year(ends, items.index, end)
    whole = bounds(then, "whole_low_bn", "whole_high_bn")
    limits = ratio_bounds(difference_bounds(bounds(now), bounds(then)), whole)
    base = then["whole_value_bn"]
    change = now["value_bn"] - then["value_bn"]
    result = items.assign(
        start_bn=then["value_bn"],
        change_bn=change,
        contribution=change / base,
        contribution_low=limits.low,
        contribution_high=limits.high,
        growth=now["whole_value_bn"] / base - 1,
    )
    result = result.join(sources_of(ends, FLOW), on=FLOW).reset_index()
    result = result.sort_values("contribution", ascending=False)
    return result.sort_values(FLOW, kind="stable", ignore_index=True)


def _in_year(ends: pd.DataFrame, items: pd.Index[Any], year: int) -> pd.DataFrame:
    """Return each item's figure in a year, and its flow's; what is not listed is worth nothing.

    Nor is it worth more than the cells that the source leaves out.
    """
    rows = ends[ends["year"] == year].set_index(items.names)
    unlisted = rows.groupby(FLOW)["unlisted_bn"].first()
    every = rows[[*VALUE_COLUMNS]].reindex(items)
    whole = every.groupby(FLOW).transform("sum").add_prefix("whole_")
    every = every.join(whole).join(unlisted, on=FLOW)
    every["high_bn"] = every["high_bn"].fillna(every["unlisted_bn"])
    every["whole_high_bn"] += every["unlisted_bn"]
    return every.fillna(0.0)
