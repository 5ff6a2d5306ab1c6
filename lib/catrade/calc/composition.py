r"""What trade consists of: each item's share, and what it brought to growth.

Functions take frames of goods, see `catrade.calc.concentration`. A composition is of listed goods;
bounds allow for the unlisted ones. Shares and contributions are fractions; times 100 they are per
cent and percentage points.

Constant market share is how trade with a partner would have grown as all trade did, and the rest:

.. math::
    g = \underbrace{w}_{\text{all}} + \underbrace{\textstyle\sum_f s_f w_f - w}_{\text{mix}}
        + \underbrace{\textstyle g - \sum_f s_f w_f}_{\text{share}}

with g the growth of trade with the partner, w that of the reporter's trade with the world, w_f that
of its exports and of its imports, and s_f the part of each in the partner's trade of the year
before. It is the split of E. E. Leamer and R. M. Stern, *Quantitative International Economics*,
1970, chapter 7 (growth of all trade, effect of its make-up, and a residual that they call
competitiveness), with exports and imports as the classes: what the five trade with the world, by
which their markets could be told apart, is not published for all five in any two years running.
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


def share(frame: pd.DataFrame) -> pd.DataFrame:
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
    >>> share(frame)[["hs_chapter", "share", "share_low", "share_high"]].to_dict("list")
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


_RATE = ["growth", "growth_low", "growth_high"]


def constant_share(frame: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    """Split growth into that of all trade, the mix of flows, and share won or lost.

    Parameters
    ----------
    frame
        Exports, imports and total of one partner, as `ct.growth` or `ct.as_printed` return them:
        period, year, flow, growth with bounds, base_bn, sources.
    of
        The same of the trade with the world.

    Returns
    -------
    DataFrame
        period, year, part (`all`: growth of all trade; `mix`: what it is more because exports
        and imports are other parts of the partner's trade; `share`: the rest), contribution with
        contribution_low and contribution_high (fractions; the three of a year add up to its growth;
        the weights of flows are taken as exact), sources. No row where a rate is missing.

    Examples
    --------
    Exports of 60 rose by 20%, imports of 40 by 10%; of all trade it was 10%, 5% and together 7%.

    >>> rates = {"growth_low": None, "growth_high": None, "period": "2025"}
    >>> rates |= {"year": 2025, "sources": "a"}
    >>> flows = {"flow": ["export", "import", "total"], "base_bn": [60.0, 40.0, 100.0]}
    >>> ours = pd.DataFrame({**flows, **rates, "growth": [0.2, 0.1, 0.16]})
    >>> world = pd.DataFrame({**flows, **rates, "growth": [0.1, 0.05, 0.07]})
    >>> constant_share(ours, world)[["part", "contribution"]].round(9).values.tolist()
    [['all', 0.07], ['mix', 0.01], ['share', 0.08]]
    """
    ours = frame.query("flow == 'total'").set_index("period")
    world = of.query("flow == 'total'").set_index("period")
    cell = ["period", "flow"]
    flows = frame.query("flow in ('export', 'import')").set_index(cell)["base_bn"]
    weight = flows / flows.groupby("period").transform("sum")
    # What trade with the partner had grown by if each flow had grown as all of it did.
    weighted = of.set_index(cell)[_RATE].mul(weight, axis=0)
    alike = weighted.groupby("period").sum(min_count=2)
    rates = {
        "all": world[_RATE],
        "mix": _difference(alike, world),
        "share": _difference(ours, alike),
    }
    found = pd.concat(rates, names=["part"])
    found.columns = found.columns.str.replace("growth", "contribution")
    found = found.reset_index()
    known = found.groupby("period")["contribution"].transform("count")
    sources = ours["sources"] + ";" + world["sources"]
    both = ours[["year"]].assign(sources=sources)
    found = found[known == 3].merge(both, on="period")
    return found.sort_values(["period", "part"], ignore_index=True)


def _difference(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return rates less others, with their bounds."""
    # The lower end of a difference has the upper one of what is taken off.
    ends = {"growth_low": "growth_high", "growth_high": "growth_low"}
    crossed = other[_RATE].rename(columns=ends)
    return one[_RATE] - crossed[_RATE]
