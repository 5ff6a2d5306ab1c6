"""Both sides' figures of one flow, good by good."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade.calc.concentration import VALUES, prepared_items, sources_of
from catrade.cells.frames import is_in, require_columns
from catrade.tables.definitions import PARTIAL
from catrade.tables.goods import (
    as_figures,
    groups_of_chapters,
    load_composition,
    load_product_groups,
)
from catrade.tables.products import FLOW_YEAR
from rounding.intervals import bounds, difference_bounds, ratio_bounds

_PAIR = ["exporter", "importer"]
_FLOW = [*_PAIR, "year"]
#: Of differences that cancel further than to this part, shares are not given.
_LEFT = 0.5


def mirror_goods(
    exporter: str | Sequence[str] = "CHN",
    importer: str | Sequence[str] = "KAZ",
    start: int | None = None,
    end: int | None = None,
    *,
    singly: bool = False,
) -> pd.DataFrame:
    """Return both sides' figures of a flow by good, of the newest year that bears a comparison.

    HS chapters where both sides list them all; else the World Bank's product groups, the other
    side's chapters added up to them where it has only these; else the chapters that both list.
    Never one classification beside another.

    Parameters
    ----------
    exporter, importer
        Countries by code or name, or several: one call for many flows costs hardly more than one
        for one.
    start, end
        First and last year; the newest in between that both sides have is taken, of each flow its
        own.
    singly
        Whether to compare the single chapters that both list, where one side's table is not held
        whole, whatever else there is.

    Returns
    -------
    DataFrame
        goods, year, exporter_bn, importer_bn, difference_bn (importer less exporter), ratio
        (importer over exporter) with their bounds, share_of_gap and gap_bn (`shares_of_gap`),
        exporter, importer, the code of the goods, covered (of single chapters the part of one
        side's whole figure they come to, else NaN), sources. No rows if nothing can be compared.

    Examples
    --------
    >>> found = mirror_goods("CHN", "KGZ").set_index("goods")
    >>> found.loc["Textiles and clothing", ["exporter_bn", "importer_bn"]].round(1).tolist()
    [8.1, 0.5]
    >>> found = mirror_goods("KAZ", "CHN", singly=True).set_index("goods")
    >>> len(found), f"{found.loc['Iron and steel', 'ratio']:.2f}"
    (7, '1.63')
    """
    asked: Any = {"exporter": exporter, "importer": importer}
    asked |= {"start": start, "end": end}
    rows = load_composition(**asked, partial=True)
    partly = rows["coverage"] == PARTIAL
    single = _single_chapters(rows[is_in(rows, rows[partly], _FLOW)])
    found = single.head(0)
    if not singly:
        for table in _whole_tables(rows[~partly], load_product_groups(**asked)):
            found = _with_others(found, _newest(compare_reporters(table)))
    return _with_others(found, single)


def _with_others(found: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Add the flows of which nothing was found so far."""
    if found.empty:
        return more
    others = more[~is_in(more, found, _PAIR)]
    return pd.concat([others, found]) if len(others) else found


def _newest(both: pd.DataFrame) -> pd.DataFrame:
    """Return each flow's goods in the newest year in which both sides list one of them."""
    known = both.dropna(subset="difference_bn").sort_values("year")
    last = known.drop_duplicates(_PAIR, keep="last")
    return shares_of_gap(both[is_in(both, last, _FLOW)]).assign(covered=math.nan)


def _single_chapters(rows: pd.DataFrame) -> pd.DataFrame:
    """Compare the chapters that both list, where one side's table is not held whole."""
    both = compare_reporters(as_figures(rows, "chapter"))
    found = _newest(both.dropna(subset="difference_bn")).drop(columns="covered")
    some = as_figures(rows[rows["coverage"] == PARTIAL], "chapter").groupby(_FLOW)
    listed = some["value_bn"].sum()
    covered = listed / (listed + some["unlisted_bn"].max())
    return found.join(covered.rename("covered"), on=_FLOW)


def _whole_tables(whole: pd.DataFrame, groups: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the flows' chapters, and their product groups with chapters added up to them."""
    added = groups_of_chapters(whole)
    grouped = pd.concat([groups, added])
    grouped = grouped.drop_duplicates([*FLOW_YEAR, "wits_group"])
    grouped = grouped[is_in(grouped, groups, _FLOW)]
    return [as_figures(whole, "chapter"), as_figures(grouped, "wits")]


def compare_reporters(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the exporter's and the importer's figures side by side, item by item.

    Parameters
    ----------
    frame
        A frame of goods, see `catrade.calc.concentration`.

    Returns
    -------
    DataFrame
        goods, exporter, importer, year, item column, exporter_bn, importer_bn, difference_bn
        (importer − exporter), ratio (importer / exporter), each with its bounds, sources. A value
        one side does not list is NaN (it is not known to be zero), and so is what follows from it.
        Only flows and years that both sides publish.

    Examples
    --------
    >>> frame = pd.DataFrame({"exporter": "CHN", "importer": "UZB", "reporter": ["CHN", "UZB"],
    ...     "year": 2024, "hs_chapter": "87", "value_bn": [4.0, 3.0], "low_bn": [4.0, 3.0],
    ...     "high_bn": [4.0, 3.0]})
    >>> compare_reporters(frame)[["exporter_bn", "importer_bn", "ratio"]].to_dict("records")
    [{'exporter_bn': 4.0, 'importer_bn': 3.0, 'ratio': 0.75}]
    """
    frame, item = prepared_items(frame, "compare_reporters")
    of_seller = frame["reporter"] == frame["exporter"]
    of_buyer = frame["reporter"] == frame["importer"]
    sold, bought = frame[of_seller], frame[of_buyer]
    keys = [*_FLOW, item]
    pair = _book(sold, keys, "exporter").join(
        _book(bought, keys, "importer"), how="outer"
    )
    pair = pair.reset_index()
    listed = pair.groupby(_FLOW)[["exporter_bn", "importer_bn"]].transform("count")
    pair = pair[(listed > 0).all(axis=1)]
    pair = set_against(pair, "importer", "exporter")
    names = frame.drop_duplicates(item).set_index(item).filter(["goods"])
    sources = sources_of(frame[of_seller | of_buyer], _FLOW)
    pair = pair.join(names, on=item).join(sources, on=_FLOW)
    return pair.sort_values(keys, ignore_index=True)


def _book(rows: pd.DataFrame, keys: list[str], side: str) -> pd.DataFrame:
    """Return one side's figures by good: `{side}_bn` and its bounds."""
    figures = rows.set_index(keys)[VALUES]
    return figures.rename(columns={"value_bn": "bn"}).add_prefix(f"{side}_")


def set_against(pair: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Add how two sides' figures compare: one less the other, and one over the other.

    Parameters
    ----------
    pair
        Each side's figure and its bounds: `{side}_bn`, `{side}_low_bn`, `{side}_high_bn`.
    one, other
        Names of the sides.

    Returns
    -------
    DataFrame
        `pair` plus difference_bn and ratio with their bounds; a ratio to what may be zero is NaN.
    """
    first = bounds(pair, f"{one}_low_bn", f"{one}_high_bn")
    second = bounds(pair, f"{other}_low_bn", f"{other}_high_bn")
    apart = difference_bounds(first, second)
    ratio = ratio_bounds(first, second)
    return pair.assign(
        difference_bn=pair[f"{one}_bn"] - pair[f"{other}_bn"],
        difference_low_bn=apart.low,
        difference_high_bn=apart.high,
        ratio=pair[f"{one}_bn"] / pair[f"{other}_bn"].where(second.low > 0),
        ratio_low=ratio.low,
        ratio_high=ratio.high,
    )


def shares_of_gap(pairs: pd.DataFrame) -> pd.DataFrame:
    """Say which items the gap between the two sides' figures of a flow sits in.

    With X what the exporter and M what the importer reports, in all and of an item k, the item's
    ratio is M_k / X_k and its share of the gap (M_k − X_k) / (M − X). Items that one side alone
    lists are in the gap, so the shares of the others sum to 1 less theirs; one is negative where
    the item's own gap runs against the sum. Where the gaps cancel each other so far that less than
    half of Σ |M_k − X_k| is left, shares of what is left mean nothing.

    Parameters
    ----------
    pairs
        What `compare_reporters` returns.

    Returns
    -------
    DataFrame
        `pairs` plus gap_bn, the importer's sum less the exporter's in its flow and year, and
        share_of_gap (fraction; NaN where a side does not list the item, or where the gaps cancel).

    References
    ----------
    R. Fisman and S.-J. Wei, *Tax rates and tax evasion: evidence from "missing imports" in China*,
    Journal of Political Economy 112(2), 2004 (gaps good by good); United Nations, *International
    Merchandise Trade Statistics: Compilers Manual, Revision 1*, 2013, chapter 9 (mirror data). The
    share is the item's part in the sum, an identity.

    Examples
    --------
    China alone lists leather of 2: it is two tenths of the gap of 10.

    >>> pairs = pd.DataFrame({"exporter": "CHN", "importer": "KGZ", "year": 2023,
    ...     "wits_group": ["50-63", "84-85", "41-43"], "exporter_bn": [9.0, 2.0, 2.0],
    ...     "importer_bn": [2.0, 1.0, None]})
    >>> shares_of_gap(pairs.assign(difference_bn=[-7.0, -1.0, None]))["share_of_gap"].tolist()
    [0.7, 0.1, nan]
    """
    needed = [*_FLOW, "difference_bn", "importer_bn", "exporter_bn"]
    require_columns(pairs, needed, "shares_of_gap")
    bought = pairs["importer_bn"].fillna(0.0)
    apart = bought - pairs["exporter_bn"].fillna(0.0)
    flows = pairs.assign(gap_bn=apart, gross=apart.abs()).groupby(_FLOW)
    gap = flows["gap_bn"].transform("sum")
    least = _LEFT * flows["gross"].transform("sum")
    told = gap.where((gap.abs() >= least) & (gap != 0))
    return pairs.assign(gap_bn=gap, share_of_gap=pairs["difference_bn"] / told)
