"""What trade consists of: each item's share, and what it brought to growth.

Functions take frames of goods, see `catrade.calc.concentration`. A composition is of listed goods;
bounds allow for the unlisted ones. Shares and contributions are fractions; times 100 they are per
cent and percentage points.
"""

from __future__ import annotations

import pandas as pd

from catrade.calc.concentration import (
    FLOW,
    VALUES,
    flow_bounds,
    prepared_items,
    sources_of,
)
from catrade.cells.frames import present
from catrade.tables.goods import FLOW_YEAR
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
    result = result.dropna(subset=["share", "share_low"])
    return result.reset_index(drop=True)


def contribution_to_change(frame: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Split a flow's growth between two years into its items' contributions, (x1 − x0) / X0.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, item column, goods, start, end, start_bn, end_bn, change_bn,
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
    # Of every item a row a year, also where it is not listed; then what it changed by, over what
    # the flow was.
    name = "contributions"
    if not end > start:
        raise ParameterError(f"end must be after start; got start={start}, end={end}")
    frame, item = prepared_items(frame, name)
    ends = frame[frame["year"].isin([start, end])]
    years = ends.groupby(FLOW)["year"].transform("nunique")
    ends = ends[years == 2]
    if ends.empty:
        known = sorted(frame["year"].unique())
        has = ", ".join(map(str, known)) or "no years"
        raise ParameterError(
            f"{name} needs a flow with both {start} and {end}; the frame has {has}"
        )
    key = [*FLOW, item]
    columns = present([*key, "goods", "group"], frame)
    items = ends.drop_duplicates(key)[columns]
    flows = ends.drop_duplicates(FLOW_YEAR)[[*FLOW_YEAR, "unlisted_bn"]]
    listed = ends[[*FLOW_YEAR, item, *VALUES]]
    every = items[key].merge(flows, on=FLOW).merge(listed, how="left")
    # An item a source does not list is worth nothing, or no more than the cells left out.
    spare = every["unlisted_bn"].where(every["value_bn"].isna(), 0.0)
    every[VALUES] = every[VALUES].fillna(0.0)
    _, whole = flow_bounds(every)
    every["high_bn"] += spare
    sums = every.groupby(FLOW_YEAR)["value_bn"].transform("sum")
    every = every.assign(whole_bn=sums, low_whole=whole.low, high_whole=whole.high)

    every = every.set_index(key)
    is_end = every["year"] == end
    then, now = every[~is_end], every[is_end]
    of = bounds(then, "low_whole", "high_whole")
    limits = ratio_bounds(difference_bounds(bounds(now), bounds(then)), of)
    base = then["whole_bn"]
    change = now["value_bn"] - then["value_bn"]
    found = items.set_index(key).assign(
        start=start,
        end=end,
        start_bn=then["value_bn"],
        end_bn=now["value_bn"],
        change_bn=change,
        contribution=change / base,
        contribution_low=limits.low,
        contribution_high=limits.high,
        growth=now["whole_bn"] / base - 1,
    )
    found = found.join(sources_of(ends, FLOW), on=FLOW).reset_index()
    found = found.sort_values("contribution", ascending=False)
    return found.sort_values(FLOW, kind="stable", ignore_index=True)
