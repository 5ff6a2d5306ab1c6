"""Mirror statistics: one flow in the reporter's data and in the mirror data of its partner.

A flow is recorded twice, by the exporter and by the importer. The *mirror ratio* here is China's
figure over its partner's, for either flow; 1 means they agree. Exports are valued f.o.b. (free on
board), imports c.i.f. (with freight and insurance to the importer's border), so two true records
differ by the freight and insurance: the importer's should be the larger. Nothing is corrected
unless a margin is asked for; then the importer's figure is divided by 1 + margin and both figures
are f.o.b., as the IMF does with 6 per cent (*Direction of Trade Statistics Yearbook*, 2017). A
total holds one flow each way, so it is corrected only by what it is known to contain.

What a ratio can mean, and what it cannot: O. Morgenstern, *On the Accuracy of Economic
Observations*, 2nd ed. 1963; J. Bhagwati, "On the Underinvoicing of Imports", *Bulletin of the
Oxford University Institute of Economics and Statistics* 26, 1964 (imports below the partner's
exports as a sign of underinvoicing); A. J. Yeats, "On the Accuracy of Economic Observations: Do
Sub-Saharan Trade Statistics Mean Anything?", *World Bank Economic Review* 4(2), 1990 (neither side
is the truth); UN, *International Merchandise Trade Statistics: Compilers Manual, Revision 1*, 2013,
chapter 9 (causes of bilateral asymmetries); G. Gaulier and S. Zignago, "BACI: International Trade
Database at the Product-Level", CEPII working paper 2010-23 (estimating c.i.f. margins).

Goods are compared with goods: a figure that counts services, or a part of goods only, makes no
pair. A region is compared without Turkmenistan, which publishes no statistics: what stands for its
figures repeats China's, and a figure is no check of itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from catrade_build.calc.concentration import prepared_items, sources_of
from catrade_build.cells.frames import (
    VALUE_COLUMNS,
    is_in,
    require_fraction,
    sort_rows,
    with_sources,
)
from catrade_build.tables import as_of
from catrade_build.tables.definitions import PARTIAL
from catrade_build.tables.goods import (
    BACI,
    FLOW_YEAR,
    as_figures,
    groups_of_chapters,
    load_composition,
    load_product_groups,
)
from catrade_build.tables.names import (
    CENTRAL_ASIA,
    FLOWS,
    GROUPS,
    code_of,
    names_of,
)
from catrade_build.tables.trade import described, several
from rounding.errors import ParameterError
from rounding.intervals import bounds, difference_bounds, ratio_bounds

_PAIR = ["exporter", "importer"]
_FLOW = [*_PAIR, "year"]
#: Of differences that cancel further than to this part, shares are not given.
_LEFT = 0.5


def mirror_goods(
    exporter: str | Sequence[str] | None = None,
    importer: str | Sequence[str] | None = None,
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
        for one. Without them, or with "all", every country.
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
        side's whole figure they come to, else NaN), covered_of (that side, else ""), sources. No
        rows where a table lists a flow that cannot be compared in these years.

    Raises
    ------
    ParameterError
        If no table lists such goods.

    Examples
    --------
    >>> found = mirror_goods("CHN", "KGZ").set_index("goods")
    >>> found.loc["Textiles and clothing", ["exporter_bn", "importer_bn"]].round(1).tolist()
    [8.1, 0.5]
    >>> found = mirror_goods("KAZ", "CHN", singly=True).set_index("goods")
    >>> len(found), f"{found.loc['Iron and steel', 'ratio']:.2f}"
    (7, '1.63')
    """
    both = goods_by_side(exporter, importer, start, end, singly=singly)
    both = described(both, "composition", "USD billion")
    # As of a day nothing may have been known of them yet.
    if len(both) or singly or as_of.current() is not None:
        return both
    flow: Any = {"exporter": exporter, "importer": importer}
    held = [
        load_composition(**flow, partial=True),
        load_composition(**flow, reporter=BACI),  # who has no table of either side
        load_product_groups(**flow),
    ]
    if not any(map(len, held)):
        pair = f"{_named(exporter)} to {_named(importer)}"
        raise ParameterError(
            f"no table lists the goods from {pair}; ct.mirror_goods() has all flows that both "
            "sides list, and catrade fetch comtrade brings others"
        )
    return both


def goods_by_side(
    exporter: str | Sequence[str] | None,
    importer: str | Sequence[str] | None,
    start: int | None = None,
    end: int | None = None,
    *,
    singly: bool = False,
) -> pd.DataFrame:
    """Return what `mirror_goods` does; no rows of flows that no table lists."""
    asked: Any = {
        "exporter": exporter,
        "importer": importer,
        "start": start,
        "end": end,
    }
    rows = load_composition(**asked, partial=True)
    partly = rows["coverage"] == PARTIAL
    if singly:
        return _single_chapters(rows, rows[partly])
    # Each step is for the flows of which none before has found anything.
    whole = rows[~partly]
    both = _newest(compare_reporters(as_figures(whole, "chapter")))
    groups = load_product_groups(**asked)
    groups = groups[~is_in(groups, both, _PAIR)]
    if len(groups):
        both = _above(_product_groups(whole, groups), both)
    some = rows[partly]
    some = some[~is_in(some, both, _PAIR)]
    if len(some):
        both = _above(_single_chapters(rows, some), both)
    return both


def _named(asked: str | Sequence[str] | None) -> str:
    """Return who was asked for as a sentence has it."""
    if asked is None or asked == "all":
        return "any country"
    return names_of(map(code_of, several(asked)))


def _above(more: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Put rows above others; a frame without any would bring columns that nobody fills."""
    if more.empty or rows.empty:
        return rows if more.empty else more
    return pd.concat([more, rows])


def _newest(both: pd.DataFrame) -> pd.DataFrame:
    """Return each flow's goods in the newest year in which both sides list one of them."""
    compared = both.dropna(subset="difference_bn").sort_values("year")
    last = compared.drop_duplicates(_PAIR, keep="last")
    of_last = both[is_in(both, last, _FLOW)]
    return shares_of_gap(of_last).assign(covered=math.nan, covered_of="")


def _single_chapters(rows: pd.DataFrame, some: pd.DataFrame) -> pd.DataFrame:
    """Compare the chapters that both list, where one side's table (`some`) is not held whole."""
    rows = rows[is_in(rows, some, _FLOW)]
    both = compare_reporters(as_figures(rows, "chapter"))
    both = _newest(both.dropna(subset="difference_bn"))

    tables = as_figures(some, "chapter").groupby([*_FLOW, "reporter"])
    listed = tables["value_bn"].sum()
    covered = listed / (listed + tables["unlisted_bn"].max())
    # Of two tables that are not whole, the one that covers less.
    least = covered.rename("covered").sort_values().reset_index()
    least = least.drop_duplicates(_FLOW).rename(columns={"reporter": "covered_of"})
    both = both.drop(columns=["covered", "covered_of"])
    return both.join(least.set_index(_FLOW), on=_FLOW)


def _product_groups(whole: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Compare product groups, with chapters added up to them where one side has only these."""
    chapters = whole[is_in(whole, groups, _FLOW)]
    grouped = pd.concat([groups, groups_of_chapters(chapters)])
    grouped = grouped.drop_duplicates([*FLOW_YEAR, "wits_group"])
    return _newest(compare_reporters(as_figures(grouped, "wits")))


def compare_reporters(frame: pd.DataFrame) -> pd.DataFrame:
    """Put the exporter's and the importer's figures side by side, item by item.

    Parameters
    ----------
    frame
        A frame of goods, see `catrade_build.calc.concentration`.

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
    keys = [*_FLOW, item]
    sold = _side(frame[of_seller], keys, "exporter")
    bought = _side(frame[of_buyer], keys, "importer")
    pair = sold.join(bought, how="outer").reset_index()
    listed = pair.groupby(_FLOW)[["exporter_bn", "importer_bn"]].transform("count")
    pair = set_against(pair[listed.all(axis=1)], "importer", "exporter")

    names = frame.drop_duplicates(item).set_index(item).filter(["goods"])
    sources = sources_of(frame[of_seller | of_buyer], _FLOW)
    pair = pair.join(names, on=item).join(sources, on=_FLOW)
    return pair.sort_values(keys, ignore_index=True)


def _side(
    rows: pd.DataFrame, keys: list[str], side: str, more: Sequence[str] = ()
) -> pd.DataFrame:
    """Return one side's figures: `{side}_bn` with its bounds, and what more is told of them."""
    figures = rows.set_index(keys)[[*VALUE_COLUMNS, *more]]
    return figures.rename(columns={"value_bn": "bn"}).add_prefix(f"{side}_")


def set_against(pair: pd.DataFrame, side: str, other: str) -> pd.DataFrame:
    """Add how two sides' figures compare: one less the other, and one over the other.

    Parameters
    ----------
    pair
        Each side's figure and its bounds: `{side}_bn`, `{side}_low_bn`, `{side}_high_bn`.
    side, other
        Names of the sides.

    Returns
    -------
    DataFrame
        `pair` plus difference_bn and ratio with their bounds; a ratio to what may be zero is NaN.
    """
    first = bounds(pair, f"{side}_low_bn", f"{side}_high_bn")
    second = bounds(pair, f"{other}_low_bn", f"{other}_high_bn")
    apart = difference_bounds(first, second)
    ratio = ratio_bounds(first, second)
    ours = pair[f"{side}_bn"]
    theirs = pair[f"{other}_bn"]
    return pair.assign(
        difference_bn=ours - theirs,
        difference_low_bn=apart.low,
        difference_high_bn=apart.high,
        ratio=ours / theirs.where(second.low > 0),
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
    bought = pairs["importer_bn"].fillna(0.0)
    sold = pairs["exporter_bn"].fillna(0.0)
    apart = bought - sold
    flows = pairs.assign(gap=apart, gross=apart.abs()).groupby(_FLOW)
    gap = flows["gap"].transform("sum")
    gross = flows["gross"].transform("sum")
    is_left = (gap.abs() >= _LEFT * gross) & (gap != 0)
    share = pairs["difference_bn"] / gap.where(is_left)
    return pairs.assign(gap_bn=gap, share_of_gap=share)


#: The largest c.i.f. margin that may be asked for.
MOST_MARGIN = 0.5
_KEYS = ["country", "china_flow", "period", "year"]
_MADE = ["basis", "quality", "sources"]
_OF_SIDE = ["side", "country", "period"]
#: The lower end of a difference has the upper one of what is taken off.
_OTHER_END = {"value_bn": "value_bn", "low_bn": "high_bn", "high_bn": "low_bn"}


def pairs(
    cells: pd.DataFrame,
    *,
    cif_margin: float = 0.0,
    alone: bool = False,
    reporter: str,
) -> pd.DataFrame:
    """Put China's, or another reporter's, and the partner's figures side by side.

    Parameters
    ----------
    cells
        Cell frame with `country` and `china_flow`; balances are ignored.
    cif_margin
        Freight and insurance as a fraction of the f.o.b. value; the importer's figure is divided
        by 1 + margin. 0 leaves both figures as reported.
    alone
        Whether to keep what one side alone publishes, with NaN for the other.
    reporter
        The side that stands in the place of China (see `seen_by`).

    Returns
    -------
    DataFrame
        One row a partner, flow (as China sees it) and period that both sides publish: china_bn and
        partner_bn, ratio (China's over the partner's) and difference_bn (China's less the
        partner's), each with bounds; cif_margin, implied_margin (the c.i.f. margin that would close
        what gap is left: importer over exporter less 1; negative where the exporter's figure is the
        larger, so that no freight can explain it; NaN for a total, whose two flows err in opposite
        directions), china_basis and partner_basis, the worse quality, partner_sources and sources
        of both. With a margin a total loses the freight of the imports in it, a region's total what
        its members' lose (they must be among the cells); where nobody has the imports they are
        between none and all of the total, and the figure is the middle.

    Raises
    ------
    ParameterError
        If the margin is negative or above one half.

    Examples
    --------
    >>> cells = pd.DataFrame({"reporter": ["CHN", "KAZ"], "country": "KAZ", "china_flow": "export",
    ...     "period": "2024", "year": 2024, "value_bn": [28.0, 15.0], "low_bn": [28.0, 15.0],
    ...     "high_bn": [28.0, 15.0], "basis": "published", "quality": "ok", "sources": "a"})
    >>> [pairs(cells, cif_margin=m, reporter="CHN")["ratio"].round(3).item() for m in (0.0, 0.05)]
    [1.867, 1.96]
    """
    require_fraction("cif_margin", cif_margin, MOST_MARGIN)
    # Each side's columns, side by side; then what is made of both.
    rows = cells[cells["china_flow"].isin(FLOWS)]
    if cif_margin:
        rows = _to_fob(rows, cif_margin, reporter)
    of_china = rows["reporter"] == reporter
    china = _side(rows[of_china], _KEYS, "china", _MADE)
    partner = _side(rows[~of_china], _KEYS, "partner", _MADE)
    both = china.join(partner, how="outer" if alone else "inner").reset_index()
    both = both.rename(columns={"country": "partner", "china_flow": "flow"})

    texts = both.filter(regex="basis|quality|sources").fillna("")
    both[texts.columns] = texts.astype(str)
    qualities = ["china_quality", "partner_quality"]
    is_sound = both[qualities].isin(["ok", ""])
    both["quality"] = np.where(is_sound.all(axis=1), "ok", "doubtful")
    both["sources"] = both["china_sources"]
    both["more"] = both["partner_sources"]
    both = with_sources(both.drop(columns=[*qualities, "china_sources"]), "more")
    both["cif_margin"] = float(cif_margin)
    both = set_against(both, "china", "partner")

    # Of exports the partner is the importer, and its figure may be zero.
    flow = both["flow"]
    inverse = both["partner_bn"] / both["china_bn"].where(both["china_low_bn"] > 0)
    over = both["ratio"].where(flow == "import", inverse)
    both["implied_margin"] = (over - 1).where(flow != "total")
    orders = {"partner": [*CENTRAL_ASIA, *GROUPS], "flow": FLOWS}
    return sort_rows(both, ["partner", "flow", "period"], orders)


def _to_fob(cells: pd.DataFrame, margin: float, reporter: str) -> pd.DataFrame:
    """Take freight off importers' figures, and off totals what the imports in them bear."""
    # Each side by itself: its imports are known also where the other has its total alone.
    part = margin / (1 + margin)  # of a c.i.f. value
    is_china = cells["reporter"] == reporter
    imports = is_china.map({True: "import", False: "export"})
    is_import = cells["china_flow"] == imports
    is_total = cells["china_flow"] == "total"
    rows = cells.assign(side=is_china).set_index(_OF_SIDE)[[*VALUE_COLUMNS]]
    within = _imports_within(rows[is_total.to_numpy()], rows[is_import.to_numpy()])

    fob = cells.copy()
    for end, other in _OTHER_END.items():
        fob.loc[is_import, end] *= 1 - part
        fob.loc[is_total, end] -= part * within[other].to_numpy()
    return fob


def _imports_within(totals: pd.DataFrame, imports: pd.DataFrame) -> pd.DataFrame:
    """Return what of each total is imports, with bounds; of a region, of what its members' are."""
    # Where nobody has them they are between none and all of the total.
    unknown = totals.assign(value_bn=totals["value_bn"] / 2, low_bn=0.0)
    within = imports.reindex(totals.index).fillna(unknown)
    for region, members in GROUPS.items():
        of_members = within[within.index.isin(members, level="country")]
        by_period = of_members.groupby(["side", "period"])
        sums = by_period.sum()[by_period.size() == len(members)]
        sums = pd.concat({region: sums}, names=["country"]).reorder_levels(_OF_SIDE)
        within.update(sums.drop(imports.index, errors="ignore"))
    return within
