"""Figures beside others: the other side's of the same trade, and the whole they are part of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from catrade_build.cells.chosen import all_cells
from catrade_build.columns import KEY, SERIES
from catrade_build.frames import KEYS, ends_of, is_in, month_of, part_of
from catrade_build.issuers import issuer
from catrade_build.tables.names import FLOWS, GROUPS, MIRROR_FLOW, WITHOUT_BOOKS
from catrade_build.tables.trade import by_source, read_table

#: What `mirror_break` says.
OTHER_STATISTIC = "another statistic begins"
OTHER_KIND = "another kind of source"
_OTHER_SHARE = [*ends_of("other_share").values(), "other_share_sources"]
_SIDES = {"reporter": "partner", "partner": "reporter"}
_MIRROR = ends_of("mirror") | {"sources": "mirror_sources"}
_WHOLE = ends_of("whole") | {"sources": "whole_sources"}
_PERIOD = ["reporter", "period"]
_PAIR = [*_PERIOD, "partner"]


def mirrors(goods: pd.DataFrame) -> pd.DataFrame:
    """Return the other side's figure of the same trade in goods, where both sides have a sound one.

    Parameters
    ----------
    goods
        Figures of goods alone: the key, value with ends, quality, sources, begins.

    Returns
    -------
    The key of the side that it stands beside, mirror with ends (billions), mirror_sources, and
    mirror_break: whether another statistic or kind of source begins with the other side's figure,
    or, of a region, with one of its members'.
    """
    sound = goods[goods["quality"] == "ok"]
    # A region with a member whose figures repeat the other side's has no books of its own.
    has_books = ~sound[["reporter", "partner"]].isin(WITHOUT_BOOKS).any(axis=1)
    sound = sound[has_books]
    theirs = sound.rename(columns=_SIDES)
    theirs = theirs.assign(flow=theirs["flow"].map(MIRROR_FLOW))
    pairs = theirs.merge(sound[KEY], on=KEY)
    pairs["mirror_break"] = _breaks(pairs)
    return pairs.rename(columns=_MIRROR)[[*KEY, *_MIRROR.values(), "mirror_break"]]


def _breaks(pairs: pd.DataFrame) -> pd.Series:
    """Say where the other side's statistic, or the kind of its sources, is another than before."""
    at = pairs["period"].map(month_of)
    in_time = pairs.assign(at=at).sort_values([*SERIES, "at"])
    kinds = in_time["sources"].map(_kinds_of(in_time["sources"].unique()))
    before = kinds.groupby([in_time[name] for name in SERIES]).shift()
    is_other = before.notna() & (kinds != before)
    words = np.select([in_time["begins"], is_other], [OTHER_STATISTIC, OTHER_KIND], "")
    breaks = pd.Series(words, in_time.index).reindex(pairs.index)

    same = ["reporter", "flow", "freq", "period"]
    when = pd.MultiIndex.from_frame(pairs[same])
    for group, members in GROUPS.items():
        broken = pairs["partner"].isin(members) & (breaks != "")
        with_member = pairs["partner"].eq(group) & when.isin(when[broken])
        breaks[with_member & (breaks == "")] = f"{OTHER_KIND} of a member"
    return breaks


def _kinds_of(joined: np.ndarray) -> dict[str, str]:
    """Return the kinds of the sources that are joined with `;`."""
    kind = by_source("kind").to_dict()
    return {
        ids: ";".join(sorted({kind.get(one, one) for one in ids.split(";")}))
        for ids in joined
    }


def shares_of_world(trade: pd.DataFrame) -> pd.DataFrame:
    """Return what part of each reporter's trade each partner is: part and whole of one release.

    A part of one release over a whole that another has revised since is no share of either: of a
    reporter's trade with the world in a year only those releases count that know the partner, too,
    and of its trade with the partner only those that know the world. So the whole is chosen anew
    for each partner. Exports and imports may stand in two tables that an office gave out on one
    day; a total of which one half is of another day is of no release, so of totals the tables are
    looked at one by one.
    """
    years = trade[trade["frequency"] == "annual"]
    years = years[~years["partner"].isin(GROUPS)]
    years = _like_with_world(years[~years["reporter"].isin([*GROUPS, "WLD"])])
    shares = _of_one(years, years["sources"])
    releases = _releases(years)
    tables = years["sources"].groupby(releases).transform("nunique")
    several = years["reporter"].isin(years["reporter"][tables > 1])
    flows = _of_one(years[several], releases).query("flow != 'total'")
    return pd.concat([flows, shares]).drop_duplicates([*_PAIR, "flow"])


def _of_one(years: pd.DataFrame, releases: pd.Series[str]) -> pd.DataFrame:
    """Return shares in which part and whole are of one of `releases`, which has the same index."""
    years = years.assign(release=releases)
    is_world = years["partner"] == "WLD"
    parts = years[~is_world]
    world = years[is_world].drop(columns="partner")
    wholes = parts[_PAIR].drop_duplicates().merge(world, on=_PERIOD)
    chosen = _pairs(_in_common(parts, wholes))
    whole = _pairs(_in_common(wholes, parts))
    return _shares(chosen, whole, [*_PAIR, "flow"])


def _releases(rows: pd.DataFrame) -> pd.Series[str]:
    """Say what each row is a release of: an office and a day, or a source where none is told."""
    publishers = rows["sources"].map(by_source("publisher")).fillna("")
    offices = publishers.map(lambda publisher: issuer(publisher)[0])
    is_told = rows["published"].str.len().eq(10) & offices.ne("")
    is_told &= rows["source_kind"].isin(["official", "dataset"])
    return rows["sources"].mask(is_told, offices + ", " + rows["published"])


def _like_with_world(trade: pd.DataFrame) -> pd.DataFrame:
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


def _in_common(rows: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Keep, of each pair and period, the releases that `others` have, too.

    Where these do not have all of it (the total, or both flows), all stay.
    """
    is_common = pd.Series(is_in(rows, others, [*_PAIR, "release"]), rows.index)
    pair = [rows[name] for name in _PAIR]
    has = {
        flow: (is_common & rows["flow"].eq(flow)).groupby(pair).transform("any")
        for flow in FLOWS
    }
    has_all = has["total"] | (has["export"] & has["import"])
    common: pd.DataFrame = rows[is_common | ~has_all]
    return common


def _pairs(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the chosen figures of each pair by itself: no group has members of such names."""
    sides = ["reporter", "partner"]
    cells = all_cells(rows.assign(**{side: rows[side] + "'" for side in sides}))
    return cells.assign(**{side: cells[side].str[:-1] for side in sides})


def shares_of_groups(cells: pd.DataFrame) -> pd.DataFrame:
    """Return what part of a reporter's trade a group is, and a partner of a group's.

    A sum of members has no release, so part and whole are the chosen figures.
    """
    is_world = cells["partner"] == "WLD"
    of_group = cells[["reporter", "partner"]].isin([*GROUPS]).any(axis=1)
    parts = cells[of_group & ~is_world]
    return _shares(parts, cells[is_world], [*_PERIOD, "flow"])


def _shares(
    parts: pd.DataFrame, wholes: pd.DataFrame, on: Sequence[str]
) -> pd.DataFrame:
    """Return shares of sound parts in sound wholes; a doubt of either leaves none."""
    wholes = wholes[wholes["quality"] == "ok"].rename(columns=_WHOLE)
    parts = parts[parts["quality"].eq("ok") & parts["flow"].ne("balance")]
    both = parts.merge(wholes[[*on, *_WHOLE.values()]], on=list(on))
    shares = both.assign(**part_of(both, "whole", "share"), freq="year", currency="USD")
    return shares.dropna(subset="share_low")


def other_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Return the shares that others print, where these are not those worked out here.

    Parameters
    ----------
    shares
        The key, share with ends: what `shares_of_world` returns.

    Returns
    -------
    The key, other_share with ends (of several one without doubt, and the finest) and
    other_share_sources.
    """
    printed = read_table("trade_shares").assign(freq="year", currency="USD")
    printed["doubt"] = printed["quality"] != "ok"
    printed = printed.sort_values(["doubt", "share_precision"]).drop_duplicates(KEY)
    half = printed["share_precision"] / 2
    printed = printed.assign(
        other_share=printed["share"],
        other_share_low=printed["share"] - half,
        other_share_high=printed["share"] + half,
        other_share_sources=printed["sources"],
    )
    ours = shares[[*KEY, "share_low", "share_high"]]
    both = ours.merge(printed[[*KEY, *_OTHER_SHARE]], on=KEY)
    is_above = both["other_share_low"] > both["share_high"]
    is_below = both["other_share_high"] < both["share_low"]
    return both.loc[is_above | is_below, [*KEY, *_OTHER_SHARE]]
