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
    trade = with_computed(load_trade())
    of_countries = dependence(trade, cells)
    cells = cells.query("flow == 'total'")
    ours = cells.query("reporter == 'CHN'")
    is_region = ours["partner"].isin(GROUPS)
    whole = ours.query("partner == 'WLD'")
    of_regions = share_of(ours[is_region], whole, by="country")
    found = pd.concat([of_countries, of_regions])

    key = ["reporter", "partner", "year"]
    begun = cells[[*key, "begins"]]
    found = found.drop(columns="begins")  # what own figures lack
    return found.merge(begun, on=key, how="left")


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
        sources. `mirror_share` is the share if China's exports stood in the place of the
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
    like = _own_figures(trade)
    own = like.query("partner == 'CHN'")
    ours = cells.query("reporter == 'CHN'")
    with_country = ours["partner"].isin(countries)
    china = ours[with_country]

    wholes = like.query("partner == 'WLD' and flow == 'total'")
    all_trade = ours.query("partner == 'WLD' and flow == 'total'")
    pieces = []
    totals = own.query("flow == 'total'")
    for country, part in totals.groupby("country"):
        whole = wholes[wholes["country"] == country]
        pieces.append(share_of(part, whole))
    of_china = china.query("flow == 'total'")
    pieces.append(share_of(of_china, all_trade))
    found = pd.concat(pieces)
    found["mirror_share"] = _mirror_share(found, own, china)
    return found


@kept
def all_own_trade() -> pd.DataFrame:
    """Return each country's total with the world by its own statistics, as its shares are of."""
    own = _own_figures(with_computed(load_trade()))
    return own.query("partner == 'WLD' and flow == 'total'")


def _own_figures(trade: pd.DataFrame) -> pd.DataFrame:
    """Return what may be compared of each country's own trade with China and the world."""
    like = of_one_release(like_with_world(trade))
    like = like.query("partner in ('CHN', 'WLD')")
    # All of the region: what it leaves a member narrows that one's interval.
    is_near = like["reporter"].isin([*CENTRAL_ASIA, *GROUPS])
    like = all_cells(like[is_near])
    is_country = like["reporter"].isin(CENTRAL_ASIA)
    return like[is_country]


def like_with_world(trade: pd.DataFrame) -> pd.DataFrame:
    """Keep, of each reporter's flow, the coverage in which its trade with the world is published.

    Uzbekistan's exports to the world are published with services, so its goods exports to China
    are no part of them that could be compared with another country's share. A pair's flow that is
    never published in that coverage stays (services in imports from China are in none of the
    tables). What is left of such a reporter is one statistic, whose sums count what the world's do.
    """
    world = trade.query("partner == 'WLD'")
    counts = ["reporter", "flow", "coverage"]
    is_like = is_in(trade, world, counts)
    marked = trade.assign(is_like=is_like)
    pairs = marked.groupby([*KEYS])
    has_none = ~pairs["is_like"].transform("any")
    kept = trade[is_like | has_none]

    services = world.query("coverage == 'goods_and_services'")
    with_services = services["reporter"].unique()
    of_one = kept["reporter"].isin(with_services)
    coverage = kept["coverage"].mask(of_one, "goods_and_services")
    return kept.assign(coverage=coverage)


def of_one_release(trade: pd.DataFrame) -> pd.DataFrame:
    """Keep, of a reporter's trade with the world in a period, the releases that know China's too.

    A part of one release over a whole that another has revised since is no share of either. Where
    no release has both, all stay.

    Examples
    --------
    >>> rows = pd.DataFrame({"reporter": "KGZ", "partner": ["CHN", "WLD", "WLD"],
    ...     "period": "2023", "sources": ["first", "first", "revised"]})
    >>> of_one_release(rows)["sources"].tolist()
    ['first', 'first']
    """
    release = ["reporter", "period", "sources"]
    is_world = trade["partner"] == "WLD"
    with_china = trade[trade["partner"] == "CHN"]
    is_shared = is_world & is_in(trade, with_china, release)
    period = [trade["reporter"], trade["period"]]
    has_shared = is_shared.groupby(period).transform("any")
    return trade[~is_world | is_shared | ~has_shared]


def _mirror_share(
    found: pd.DataFrame, own: pd.DataFrame, china: pd.DataFrame
) -> pd.Series[float]:
    """Return the share with China's exports in the place of the country's imports from China."""
    keys = ["country", "period"]
    recorded = own.query("flow == 'import'").set_index(keys)
    said = china.query("flow == 'export'").set_index(keys)
    unrecorded = said["value_bn"] - recorded["value_bn"]
    unrecorded = unrecorded.rename("more")
    found = found.join(unrecorded, on=keys)
    part = found["value_bn"] + found["more"]
    whole = found["total_bn"] + found["more"]
    share = part / whole
    return share.where(found["reporter"] != "CHN")
