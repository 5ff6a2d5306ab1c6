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
    ours = frame[frame["flow"] == "total"].set_index("period")
    world = of[of["flow"] == "total"].set_index("period")
    flows = frame[frame["flow"].isin(["export", "import"])]
    flows = flows.merge(
        of,
        on=["period", "flow"],
        suffixes=("", "_all"),
    )
    weight = flows["base_bn"] / flows.groupby("period")["base_bn"].transform("sum")
    # What trade with the partner had grown by if each flow had grown as all of it did.
    alike = flows[[f"{name}_all" for name in _RATE]].mul(weight, axis=0)
    alike = alike.set_axis(_RATE, axis=1).groupby(flows["period"]).sum(min_count=2)
    rates = {
        "all": world[_RATE],
        "mix": _difference(alike, world),
        "share": _difference(ours, alike),
    }
    found = pd.concat(rates, names=["part"]).reset_index()
    found = found.rename(columns=lambda name: name.replace("growth", "contribution"))
    complete = found.groupby("period")["contribution"].transform("count") == 3
    both = ours[["year"]].assign(sources=ours["sources"] + ";" + world["sources"])
    found = found[complete].merge(both, on="period")
    return found.sort_values(["period", "part"], ignore_index=True)


def _difference(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Return rates less others, with their bounds."""
    # The lower end of a difference has the upper one of what is taken off.
    crossed = other[["growth", "growth_high", "growth_low"]].set_axis(_RATE, axis=1)
    return one[_RATE] - crossed
