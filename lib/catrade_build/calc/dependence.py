"""Dependence: what one country is to each partner, and what each partner is to it.

The share of a large country in a country's trade, by that country's own statistics, is the measure
of dependence of A. O. Hirschman, *National Power and the Structure of Foreign Trade*, 1945 (ch. 2
and 5: the small country's share is large, the large country's small, and the asymmetry is the
power).
"""

from __future__ import annotations

import pandas as pd

from catrade_build.calc.shares import share_of
from catrade_build.cells.chosen import all_cells, chosen
from catrade_build.cells.frames import KEYS, is_in
from catrade_build.cells.implied import with_computed
from catrade_build.cells.memory import kept
from catrade_build.tables.names import GROUPS
from catrade_build.tables.trade import load_trade


@kept
def every_share(home: str) -> pd.DataFrame:
    """Return the `dependence` of everyone on all trade, once, for everyone to filter.

    Besides, the share of each region in home's trade, and `begins`, where a country's own figure
    is another statistic than the year before's.
    """
    cells = chosen()
    trade = with_computed(load_trade())
    of_countries = dependence_of_cells(trade, cells, home)
    totals = cells.query("flow == 'total'")
    ours = totals.query("reporter == @home")
    ours = ours.assign(country=ours["partner"])
    whole = ours.query("partner == 'WLD'")
    of_regions = share_of(ours[ours["country"].isin(GROUPS)], whole, by="country")
    shares = pd.concat([of_countries, of_regions])

    key = ["reporter", "partner", "year"]
    shares = shares.drop(columns="begins")  # what own figures lack
    return shares.merge(totals[[*key, "begins"]], on=key, how="left")


def dependence_of_cells(
    trade: pd.DataFrame, cells: pd.DataFrame, home: str
) -> pd.DataFrame:
    r"""Return a country's share in each other's trade, and each other's share in its.

    .. math:: s_{i} = T_{i,home} / T_{i,WLD}, \qquad s_{home,i} = T_{home,i} / T_{home,WLD}

    Parameters
    ----------
    trade
        Rows of `load_trade`. Where a country's trade with the world is published with services,
        only its figures with services are set against it.
    cells
        The figures chosen of them (`chosen`), for home's.
    home
        Code of the country, such as China.

    Returns
    -------
    DataFrame
        One row a country, reporter (the country itself, or home) and year: cells, value_bn with the
        other side and total_bn with the world, share with bounds (fractions), basis, quality,
        sources. `mirror_share` is the share if home's exports stood in the place of the
        country's imports from it, in part and whole. It is no bound: deliveries of others may be
        missing too, and part of home's only passes through. It is NaN for home's rows and where
        its exports are not known.

    Examples
    --------
    >>> found = dependence_of_cells(load_trade(), chosen(), "CHN").query("year == 2015")
    >>> own = found[found["reporter"] == found["country"]]
    >>> dict(zip(own["country"], own["share"].round(3), strict=True))
    {'KAZ': 0.138, 'KGZ': 0.193}
    """
    theirs = _own_figures(trade, home)
    totals = theirs.query("flow == 'total'")
    shares = [
        _share_of_world(own, home)
        for country, own in totals.groupby("country")
        if country != home
    ]
    # Home's part and whole are of one release, too, whichever has both of the other country.
    our_trade = trade.query("reporter == @home")
    for partner in sorted({*our_trade["partner"]} - {*GROUPS, "WLD"}):
        own = _own_figures(our_trade, partner).query("flow == 'total'")
        shares.append(_share_of_world(own, partner).assign(country=partner))
    ours = cells.query("reporter == @home")
    ours_of_each = ours.assign(country=ours["partner"])
    result = pd.concat(shares)
    result["mirror_share"] = _mirror_share(result, theirs, ours_of_each, home)
    return result


@kept
def all_own_trade(home: str) -> pd.DataFrame:
    """Return each country's total with the world by its own statistics, as home's shares are of."""
    own = _own_figures(with_computed(load_trade()), home)
    return own.query("partner == 'WLD' and flow == 'total'")


def _share_of_world(totals: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return the share of a partner in a country's trade with the world."""
    whole = totals.query("partner == 'WLD'")
    return share_of(totals.query("partner == @partner"), whole)


def _own_figures(trade: pd.DataFrame, home: str) -> pd.DataFrame:
    """Return what may be compared of each country's own trade with home and the world."""
    alike = of_one_release(like_with_world(trade), home)
    cells = all_cells(alike.query("partner in (@home, 'WLD')"))
    cells = cells.assign(country=cells["reporter"])
    return cells[~cells["country"].isin([*GROUPS, "WLD"])]


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
    series = trade.assign(is_like=is_like).groupby([*KEYS])
    has_like = series["is_like"].transform("any")
    rows = trade[is_like | ~has_like]

    services = world.query("coverage == 'goods_and_services'")
    of_one = rows["reporter"].isin(services["reporter"])
    coverage = rows["coverage"].mask(of_one, "goods_and_services")
    return rows.assign(coverage=coverage)


def of_one_release(trade: pd.DataFrame, home: str) -> pd.DataFrame:
    """Keep, of a reporter's trade with the world in a period, the releases that know home's too.

    A part of one release over a whole that another has revised since is no share of either, nor is
    a part revised since over a whole that was not: of home's trade, too, only these releases are
    kept. Where none gives all of it (the total, or both flows) and all of home's, all stay.

    Examples
    --------
    >>> rows = pd.DataFrame({"reporter": "KGZ", "partner": ["CHN", "CHN", "WLD", "WLD"],
    ...     "period": "2023", "flow": "total", "sources": ["first", "revised", "first", "third"]})
    >>> of_one_release(rows, "CHN")[["partner", "sources"]].to_numpy().tolist()
    [['CHN', 'first'], ['WLD', 'first']]
    """
    release = ["reporter", "period", "sources"]
    is_world, is_home = trade["partner"] == "WLD", trade["partner"] == home
    stays = pd.Series(data=True, index=trade.index)
    for is_one, is_other in ((is_world, is_home), (is_home, is_world)):
        is_shared = is_one & is_in(trade, trade[is_other], release)
        # A table of exports and one of imports are two sources.
        flows = trade[is_shared].groupby(["reporter", "period"])["flow"].agg(set)
        is_all = flows.map(lambda of: "total" in of or {"export", "import"} <= of)
        is_known = is_in(trade, flows[is_all].reset_index(), ["reporter", "period"])
        stays &= ~(is_one & is_known & ~is_shared)
    return trade[stays]


def _mirror_share(
    shares: pd.DataFrame, theirs: pd.DataFrame, ours: pd.DataFrame, home: str
) -> pd.Series[float]:
    """Return the share with home's exports in the place of the country's imports from it."""
    keys = ["country", "period"]
    imports = theirs.query("flow == 'import' and partner == @home").set_index(keys)
    exports = ours.query("flow == 'export'").set_index(keys)
    unrecorded = exports["value_bn"] - imports["value_bn"]
    more = shares.join(unrecorded.rename("more"), on=keys)["more"]
    share = (shares["value_bn"] + more) / (shares["total_bn"] + more)
    return share.where(shares["reporter"] != home)
