r"""Constant market share: how trade with a partner would have grown as all trade did, and the rest.

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

from catrade.cells.frames import require_columns, require_unique

#: What growth is split into, in the order of the formula.
PARTS = ("all", "mix", "share")
_RATE = ["growth", "growth_low", "growth_high"]


def constant_share(frame: pd.DataFrame, of: pd.DataFrame) -> pd.DataFrame:
    """Split growth into that of all trade, the mix of flows, and share won or lost.

    Parameters
    ----------
    frame
        Exports, imports and total of one partner, as `ct.growth` or `ct.as_printed` return them:
        year or period, flow, growth with bounds, base_bn.
    of
        The same of the trade with the world.

    Returns
    -------
    DataFrame
        year (and period), part (`all`: growth of all trade; `mix`: what it is more because exports
        and imports are other parts of the partner's trade; `share`: the rest), contribution with
        contribution_low and contribution_high (fractions; the three of a year add up to its growth;
        the weights of flows are taken as exact), sources. No row where a rate is missing.

    Raises
    ------
    ParameterError
        If a column is missing, or there are several figures a flow and year.

    Examples
    --------
    Exports of 60 rose by 20%, imports of 40 by 10%; of all trade it was 10%, 5% and together 7%.

    >>> rates = {"growth_low": None, "growth_high": None, "year": 2025, "sources": "a"}
    >>> flows = {"flow": ["export", "import", "total"], "base_bn": [60.0, 40.0, 100.0]}
    >>> ours = pd.DataFrame({**flows, **rates, "growth": [0.2, 0.1, 0.16]})
    >>> world = pd.DataFrame({**flows, **rates, "growth": [0.1, 0.05, 0.07]})
    >>> constant_share(ours, world)[["part", "contribution"]].round(9).values.tolist()
    [['all', 0.07], ['mix', 0.01], ['share', 0.08]]
    """
    when = "period" if "period" in frame and "period" in of else "year"
    for rows in (frame, of):
        require_columns(rows, [when, "flow", "base_bn", *_RATE], "constant_share")
        require_unique(rows, [when, "flow"], "constant_share")
    ours = frame[frame["flow"] == "total"].set_index(when)
    world = of[of["flow"] == "total"].set_index(when)
    flows = frame[frame["flow"].isin(["export", "import"])]
    flows = flows.merge(of, on=[when, "flow"], suffixes=("", "_all"))
    weight = flows["base_bn"] / flows.groupby(when)["base_bn"].transform("sum")
    # What trade with the partner had grown by if each flow had grown as all of it did.
    alike = flows[[f"{name}_all" for name in _RATE]].mul(weight, axis=0)
    alike = alike.set_axis(_RATE, axis=1).groupby(flows[when]).sum(min_count=2)
    rates = {
        "all": world[_RATE],
        "mix": _difference(alike, world),
        "share": _difference(ours, alike),
    }
    found = pd.concat(rates, names=["part"]).reset_index()
    found = found.rename(columns=lambda name: name.replace("growth", "contribution"))
    complete = found.groupby(when)["contribution"].transform("count") == len(PARTS)
    years = ours[["year", "sources"]] if when == "period" else ours[["sources"]]
    both = years.join(world["sources"].rename("world"), how="inner")
    both["sources"] = both["sources"] + ";" + both.pop("world")
    found = found[complete].merge(both, on=when)
    return found.sort_values(
        [when, "part"],
        key=lambda column: column.map(PARTS.index) if column.name == "part" else column,
        ignore_index=True,
    )


def _difference(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return rates less others, with their bounds."""
    return pd.DataFrame(
        {
            "growth": one["growth"] - other["growth"],
            "growth_low": one["growth_low"] - other["growth_high"],
            "growth_high": one["growth_high"] - other["growth_low"],
        }
    )
