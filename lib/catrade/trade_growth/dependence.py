"""Dependence: what China is to each partner, and what each partner is to China.

The share of China in a country's trade, by that country's own statistics, is the measure of
dependence of A. O. Hirschman, *National Power and the Structure of Foreign Trade*, 1945 (ch. 2 and
5: the small country's share is large, the large country's small, and the asymmetry is the power).
Whether that share is more than China's size explains is the trade intensity index, in the form of
the World Bank's WITS user manual: K. Kojima, "The Pattern of International Trade among Advanced
Countries", *Hitotsubashi Journal of Economics* 5(1), 1964, takes the exporter's own trade out of
the world; for a small exporter the two are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from catrade.cells.frames import join_ids, require_columns
from catrade.cells.series import annual
from catrade.load.trade import described
from catrade.names import CENTRAL_ASIA
from catrade.trade_growth.indices import trade_intensity
from catrade.trade_growth.shares import share_of

DEPENDENCE = [
    *("country", "reporter", "partner", "flow", "period", "year", "value_usd", "total_usd"),
    *("share", "share_low", "share_high", "mirror_share", "basis", "coverage", "quality"),
    "source_ids",
]
INTENSITY = [
    *("country", "period", "year", "share", "world_share", "intensity", "quality", "source_ids"),
]


def dependence(
    trade: pd.DataFrame, *, flow: str = "total", start: int | None = None, end: int | None = None
) -> pd.DataFrame:
    r"""Return China's share in each country's trade, and each country's share in China's.

    .. math:: s_{i} = T_{i,CHN} / T_{i,WLD}, \qquad s_{CHN,i} = T_{CHN,i} / T_{CHN,WLD}

    Parameters
    ----------
    trade
        Rows of `load_trade`. Where a country's trade with the world is published with services,
        only its figures with services are set against it.
    flow
        total, export or import, as the reporter sees it.
    start, end
        First and last year.

    Returns
    -------
    DataFrame
        One row a country, reporter (the country itself, or CHN) and year: value_usd with the
        other side and total_usd with the world, share with bounds (fractions), basis, quality,
        source_ids. `mirror_share` is the share if China's exports stood in the place of the
        country's imports from China, in part and whole: where it is much larger, the country's own
        share is a floor. It is NaN for China's rows and where China's exports are not known.

    Notes
    -----
    (T + d) / (W + d) is larger than T / W for any d > 0 and T < W, so imports that a country's
    statistics miss can only raise the share.

    Examples
    --------
    >>> from catrade.load.trade import load_trade
    >>> found = dependence(load_trade(), start=2015, end=2015)
    >>> own = found[found["reporter"] == found["country"]]
    >>> dict(zip(own["country"], own["share"].round(3), strict=True))
    {'KAZ': 0.138, 'KGZ': 0.193}
    """
    require_columns(trade, ["reporter", "partner", "flow", "coverage"], "dependence")
    rows, countries = like_with_world(trade), list(CENTRAL_ASIA)
    own = annual(rows, reporter="partner", partner=countries, start=start, end=end)
    world = annual(rows, reporter="partner", partner=countries, counterpart="WLD")
    china = annual(trade, partner=countries, start=start, end=end)
    all_china = annual(trade, partner="WLD")
    pieces = [_shares(own, world, flow, code) for code in countries]
    pieces.append(_shares(china, all_china, flow))
    found = pd.concat(pieces, ignore_index=True)
    found["mirror_share"] = _mirror_share(found, own, china, flow)
    return described(found[DEPENDENCE], "trade", "USD", "source_ids")


def _shares(part: pd.DataFrame, whole: pd.DataFrame, flow: str, code: str = "") -> pd.DataFrame:
    """Return `share_of` of one flow, of the rows of one country if a code is given."""
    frames = [frame[frame["flow"] == flow] for frame in (part, whole)]
    if code:
        frames = [frame[frame["country"] == code] for frame in frames]
    return share_of(frames[0], frames[1], by="country")


def like_with_world(trade: pd.DataFrame) -> pd.DataFrame:
    """Keep, of each reporter's flow, the coverage in which its trade with the world is published.

    Uzbekistan's exports to the world are published with services, so its goods exports to China
    are no part of them that could be compared with another country's share. A pair's flow that is
    never published in that coverage stays (services in imports from China are in none of the
    tables). What is left of such a reporter is one statistic, whose sums count what the world's do.
    """
    flow = ["reporter", "flow"]
    world = trade.loc[trade["partner"] == "WLD", [*flow, "coverage"]].drop_duplicates()
    kinds = pd.MultiIndex.from_frame(world)
    like = pd.Series(pd.MultiIndex.from_frame(trade[[*flow, "coverage"]]).isin(kinds), trade.index)
    ever = like.groupby([trade["reporter"], trade["partner"], trade["flow"]]).transform("any")
    kept = trade[like | ~ever]
    services = world.loc[world["coverage"] == "goods_and_services", "reporter"]
    of_one = kept["reporter"].isin(services)
    kept = kept.assign(coverage=kept["coverage"].mask(of_one, "goods_and_services"))
    kept.attrs = trade.attrs
    return kept


def _mirror_share(
    found: pd.DataFrame, own: pd.DataFrame, china: pd.DataFrame, flow: str
) -> pd.Series[float]:
    """Return the share with China's exports in the place of the country's imports from China."""
    keys = ["country", "period"]
    recorded = own[own["flow"] == "import"].set_index(keys)["value_usd"]
    said = china[china["flow"] == "export"].set_index(keys)["value_usd"]
    more = (said - recorded).rename("more")
    more = found[keys].merge(more.reset_index(), on=keys, how="left")["more"].set_axis(found.index)
    share = (found["value_usd"] + more) / (found["total_usd"] + more)
    return share.where((found["reporter"] != "CHN") & (flow != "export"))


def intensity(
    trade: pd.DataFrame, *, start: int | None = None, end: int | None = None
) -> pd.DataFrame:
    """Return the intensity of each country's exports to China, where the world's imports are held.

    .. math:: TII_i = (X_{i,CHN} / X_{i,WLD}) / (M_{CHN,WLD} / M_{WLD})

    Above 1 the country sends China more of its exports than China takes of the world's imports.

    Parameters
    ----------
    trade
        Rows of `load_trade`; the world's imports are those of reporter and partner `WLD`. They are
        goods, so a country whose exports hold services has no index.
    start, end
        First and last year.

    Returns
    -------
    DataFrame
        country, period, year, share (China's in the country's exports), world_share (China's in
        the world's imports), intensity (a ratio), quality, source_ids.
    """
    sold = dependence(trade, flow="export", start=start, end=end)
    sold = sold[(sold["reporter"] != "CHN") & (sold["coverage"] == "goods")]
    bought, world = (
        annual(trade, reporter=code, partner="WLD").query("flow == 'import'")
        for code in ("CHN", "WLD")
    )
    sides = bought[["period", "value_usd", "source_ids"]].merge(
        world[["period", "value_usd", "source_ids"]], on="period", suffixes=("_china", "_world")
    )
    both = sold.merge(sides, on="period")
    ids = zip(both["source_ids"], both["source_ids_china"], both["source_ids_world"], strict=True)
    both = both.assign(
        intensity=[_intensity(row) for row in both.to_dict("records")],
        world_share=both["value_usd_china"] / both["value_usd_world"],
        source_ids=[join_ids(one) for one in ids],
    )
    return described(both[INTENSITY], "trade", None, "source_ids")


def _intensity(row: Mapping[Any, Any]) -> float:
    """Return the index of one country's exports: the world as it, China and the rest."""
    sold, exports = row["value_usd"], row["total_usd"]
    bought, world = row["value_usd_china"], row["value_usd_world"]
    rest = world - bought - (exports - sold)
    flows = [("own", "CHN", sold), ("own", "rest", exports - sold)]
    flows += [("rest", "CHN", bought - sold), ("rest", "rest", rest)]
    found = trade_intensity(pd.DataFrame(flows, columns=["exporter", "importer", "value_usd"]))
    return float(found["intensity"].iloc[0])
