"""Dependence: what China is to each partner, and what each partner is to China.

The share of China in a country's trade, by that country's own statistics, is the measure of
dependence of A. O. Hirschman, *National Power and the Structure of Foreign Trade*, 1945 (ch. 2 and
5: the small country's share is large, the large country's small, and the asymmetry is the power).
"""

from __future__ import annotations

import pandas as pd

from catrade.calc.shares import share_of
from catrade.cells.chosen import all_cells, chosen
from catrade.cells.frames import KEYS, is_in
from catrade.cells.implied import with_computed
from catrade.cells.memory import kept
from catrade.tables.names import CENTRAL_ASIA, GROUPS
from catrade.tables.trade import load_trade


@kept
def every_share() -> pd.DataFrame:
    """Return the `dependence` of everyone on all trade, once, for everyone to filter.

    Besides, the share of each region in China's trade, and `begins`, where a country's own figure
    is another statistic than the year before's.
    """
    cells = chosen()
    found = dependence(with_computed(load_trade()), cells)
    cells = cells[cells["flow"] == "total"]
    ours = cells[cells["reporter"] == "CHN"]
    regions = ours[ours["partner"].isin([*GROUPS])]
    whole = ours[ours["partner"] == "WLD"]
    found = pd.concat([found, share_of(regions, whole, by="country")])
    key = ["reporter", "partner", "year"]
    found = found.drop(columns="begins")  # what own figures lack
    return found.merge(cells[[*key, "begins"]], on=key, how="left")


def dependence(trade: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    r"""Return China's share in each country's trade, and each country's share in China's.

    .. math:: s_{i} = T_{i,CHN} / T_{i,WLD}, \qquad s_{CHN,i} = T_{CHN,i} / T_{CHN,WLD}

    Parameters
    ----------
    trade
        Rows of `load_trade`. Where a country's trade with the world is published with services,
        only its figures with services are set against it.
    cells
        The figures chosen of them (`chosen`), for China's.

    Returns
    -------
    DataFrame
        One row a country, reporter (the country itself, or CHN) and year: cells, value_bn with the
        other side and total_bn with the world, share with bounds (fractions), basis, quality,
        source_ids. `mirror_share` is the share if China's exports stood in the place of the
        country's imports from China, in part and whole. It is no bound: deliveries of others may be
        missing too, and part of China's only passes through. It is NaN for China's rows and where
        China's exports are not known.

    Examples
    --------
    >>> found = dependence(load_trade(), chosen()).query("year == 2015")
    >>> own = found[found["reporter"] == found["country"]]
    >>> dict(zip(own["country"], own["share"].round(3), strict=True))
    {'KAZ': 0.138, 'KGZ': 0.193}
    """
    countries = list(CENTRAL_ASIA)
    like = like_with_world(trade)
    # All of the region: what it leaves a member narrows that one's interval.
    like = like[like["reporter"].isin([*countries, *GROUPS])]
    like = all_cells(like[like["partner"].isin(["CHN", "WLD"])])
    like = like[like["reporter"].isin(countries)]
    own = like[like["partner"] == "CHN"]
    world = like[like["partner"] == "WLD"]
    ours = cells[cells["reporter"] == "CHN"]
    china = ours[ours["partner"].isin(countries)]
    totals, of = own[own["flow"] == "total"], world[world["flow"] == "total"]
    pieces = [
        share_of(totals[totals["country"] == code], of[of["country"] == code])
        for code in countries
    ]
    all_trade = ours[ours["partner"].eq("WLD") & ours["flow"].eq("total")]
    pieces.append(share_of(china[china["flow"] == "total"], all_trade))
    found = pd.concat(pieces)
    found["mirror_share"] = _mirror_share(found, own, china)
    return found


def like_with_world(trade: pd.DataFrame) -> pd.DataFrame:
    """Keep, of each reporter's flow, the coverage in which its trade with the world is published.

    Uzbekistan's exports to the world are published with services, so its goods exports to China
    are no part of them that could be compared with another country's share. A pair's flow that is
    never published in that coverage stays (services in imports from China are in none of the
    tables). What is left of such a reporter is one statistic, whose sums count what the world's do.
    """
    flow = ["reporter", "flow"]
    world = trade.loc[trade["partner"] == "WLD", [*flow, "coverage"]].drop_duplicates()
    like = pd.Series(is_in(trade, world, [*world]), trade.index)
    pair = [trade[name] for name in KEYS]
    kept = trade[like | ~like.groupby(pair).transform("any")]
    services = world.loc[world["coverage"] == "goods_and_services", "reporter"]
    of_one = kept["reporter"].isin(services)
    kept = kept.assign(coverage=kept["coverage"].mask(of_one, "goods_and_services"))
    kept.attrs = trade.attrs
    return kept


def _mirror_share(
    found: pd.DataFrame, own: pd.DataFrame, china: pd.DataFrame
) -> pd.Series[float]:
    """Return the share with China's exports in the place of the country's imports from China."""
    keys = ["country", "period"]
    recorded = own[own["flow"] == "import"].set_index(keys)["value_bn"]
    said = china[china["flow"] == "export"].set_index(keys)["value_bn"]
    more = found.join((said - recorded).rename("more"), on=keys)["more"]
    share = (found["value_bn"] + more) / (found["total_bn"] + more)
    return share.where(found["reporter"] != "CHN")
