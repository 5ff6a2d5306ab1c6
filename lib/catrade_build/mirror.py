"""Both sides' figures of the same goods: which good the gap between two books sits in.

A flow is recorded twice, by the exporter and by the importer. Exports are valued f.o.b. (free on
board), imports c.i.f. (with freight and insurance to the importer's border), so two true records
differ by the freight and insurance: the importer's should be the larger. Nothing is corrected.

What a ratio can mean, and what it cannot: O. Morgenstern, *On the Accuracy of Economic
Observations*, 2nd ed. 1963; J. Bhagwati, "On the Underinvoicing of Imports", *Bulletin of the
Oxford University Institute of Economics and Statistics* 26, 1964 (imports below the partner's
exports as a sign of underinvoicing); A. J. Yeats, "On the Accuracy of Economic Observations: Do
Sub-Saharan Trade Statistics Mean Anything?", *World Bank Economic Review* 4(2), 1990 (neither side
is the truth); UN, *International Merchandise Trade Statistics: Compilers Manual, Revision 1*, 2013,
chapter 9 (causes of bilateral asymmetries).
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade_build.cells.frames import is_in, join_ids
from catrade_build.edition import table
from catrade_build.tables import as_of
from catrade_build.tables.definitions import PARTIAL
from catrade_build.tables.names import NAMES, WORLD, code_of, names_of
from catrade_build.tables.trade import described, select, several
from rounding.errors import ParameterError
from rounding.intervals import bounds, difference_bounds, ratio_bounds

_PAIR = ["exporter", "importer"]
_FLOW = [*_PAIR, "year"]
_ENDS = {"value": "bn", "low": "low_bn", "high": "high_bn"}
#: What the code of a good is called, by level.
_ITEMS = {"chapter": "hs_chapter", "wits": "wits_group"}
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
    goods = table("goods")
    places = {*NAMES, *WORLD, *goods["exporter"], *goods["importer"]}
    asked = {"exporter": (exporter, places), "importer": (importer, places)}
    goods = select(goods[goods["level"].isin(_ITEMS)], **asked)
    rows = select(goods, start, end)
    chapters = rows[rows["level"] == "chapter"]
    partly = chapters[chapters["coverage"] == PARTIAL]
    some = chapters[is_in(chapters, partly, _FLOW)]
    if singly:
        both = _single_chapters(some)
    else:
        # Each step is for the flows of which none before has found anything.
        whole = _newest(side_by_side(chapters[chapters["coverage"] != PARTIAL]))
        groups = rows[rows["level"] == "wits"]
        grouped = _newest(side_by_side(groups[~is_in(groups, whole, _PAIR)]))
        found = [part for part in (grouped, whole) if len(part)]
        for part in found:
            some = some[~is_in(some, part, _PAIR)]
        single = _single_chapters(some)
        both = pd.concat([single, *found] if len(single) else found or [whole])
    # As of a day nothing may have been known of them yet.
    if goods.empty and not singly and as_of.current() is None:
        raise ParameterError(
            f"no table lists the goods from {_named(exporter)} to {_named(importer)}; "
            "ct.mirror_goods() has all flows that both sides list, and catrade fetch comtrade "
            "brings others"
        )
    return described(both, "composition", "USD billion")


def _named(asked: str | Sequence[str] | None) -> str:
    """Return who was asked for as a sentence has it."""
    if asked is None or asked == "all":
        return "any country"
    return names_of(map(code_of, several(asked)))


def _newest(both: pd.DataFrame) -> pd.DataFrame:
    """Return each flow's goods in the newest year in which both sides list one of them."""
    compared = both.dropna(subset="difference_bn").sort_values("year")
    last = compared.drop_duplicates(_PAIR, keep="last")
    of_last = both[is_in(both, last, _FLOW)]
    return shares_of_gap(of_last).assign(covered=float("nan"), covered_of="")


def _single_chapters(rows: pd.DataFrame) -> pd.DataFrame:
    """Compare the chapters that both list, where one side's table is not held whole."""
    both = _newest(side_by_side(rows).dropna(subset="difference_bn"))
    partly = rows[rows["coverage"] == PARTIAL].groupby([*_FLOW, "reporter"])
    listed = partly["value"].sum()
    covered = listed / (listed + partly["unlisted"].max())
    # Of two tables that are not whole, the one that covers less.
    least = covered.rename("covered").sort_values().reset_index()
    least = least.drop_duplicates(_FLOW).rename(columns={"reporter": "covered_of"})
    both = both.drop(columns=["covered", "covered_of"])
    return both.join(least.set_index(_FLOW), on=_FLOW)


def side_by_side(rows: pd.DataFrame) -> pd.DataFrame:
    """Put the exporter's and the importer's figures side by side, good by good.

    Parameters
    ----------
    rows
        Rows of the table `goods`, of one level.

    Returns
    -------
    DataFrame
        exporter, importer, year, the code of the goods, exporter_bn, importer_bn, difference_bn
        (importer − exporter), ratio (importer / exporter), each with its bounds, goods, sources. A
        value one side does not list is NaN (it is not known to be zero), and so is what follows
        from it. Only flows and years that both sides publish.
    """
    level = rows["level"].iloc[0] if len(rows) else "chapter"
    key = [*_FLOW, "code"]
    sides = []
    for side in _PAIR:
        its = rows[rows["reporter"] == rows[side]].set_index(key)
        sides.append(its[[*_ENDS]].rename(columns=_ENDS).add_prefix(f"{side}_"))
    both = sides[0].join(sides[1], how="outer").reset_index()
    listed = both.groupby(_FLOW)[["exporter_bn", "importer_bn"]].transform("count")
    both = both[listed.all(axis=1)]

    sold = bounds(both, "exporter_low_bn", "exporter_high_bn")
    bought = bounds(both, "importer_low_bn", "importer_high_bn")
    apart, ratio = difference_bounds(bought, sold), ratio_bounds(bought, sold)
    both = both.assign(
        difference_bn=both["importer_bn"] - both["exporter_bn"],
        difference_low_bn=apart.low,
        difference_high_bn=apart.high,
        # A ratio to what may be zero is none.
        ratio=both["importer_bn"] / both["exporter_bn"].where(sold.low > 0),
        ratio_low=ratio.low,
        ratio_high=ratio.high,
    )
    names = rows.drop_duplicates("code").set_index("code")["goods"]
    own = rows[
        rows["reporter"].isin(rows["exporter"])
        | rows["reporter"].isin(rows["importer"])
    ]
    sources = own.groupby(_FLOW)["sources"].agg(join_ids)
    both = both.join(names, on="code").join(sources, on=_FLOW)
    both = both.sort_values(key, ignore_index=True)
    return both.rename(columns={"code": _ITEMS[level]})


def shares_of_gap(both: pd.DataFrame) -> pd.DataFrame:
    """Say which items the gap between the two sides' figures of a flow sits in.

    With X what the exporter and M what the importer reports, in all and of an item k, the item's
    ratio is M_k / X_k and its share of the gap (M_k − X_k) / (M − X). Items that one side alone
    lists are in the gap, so the shares of the others sum to 1 less theirs; one is negative where
    the item's own gap runs against the sum. Where the gaps cancel each other so far that less than
    half of Σ |M_k − X_k| is left, shares of what is left mean nothing.

    Parameters
    ----------
    both
        What `side_by_side` returns.

    Returns
    -------
    DataFrame
        `both` plus gap_bn, the importer's sum less the exporter's in its flow and year, and
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

    >>> both = pd.DataFrame({"exporter": "CHN", "importer": "KGZ", "year": 2023,
    ...     "wits_group": ["50-63", "84-85", "41-43"], "exporter_bn": [9.0, 2.0, 2.0],
    ...     "importer_bn": [2.0, 1.0, None]})
    >>> shares_of_gap(both.assign(difference_bn=[-7.0, -1.0, None]))["share_of_gap"].tolist()
    [0.7, 0.1, nan]
    """
    apart = both["importer_bn"].fillna(0.0) - both["exporter_bn"].fillna(0.0)
    flows = both.assign(gap=apart, gross=apart.abs()).groupby(_FLOW)
    gap = flows["gap"].transform("sum")
    gross = flows["gross"].transform("sum")
    is_left = (gap.abs() >= _LEFT * gross) & (gap != 0)
    share = both["difference_bn"] / gap.where(is_left)
    return both.assign(gap_bn=gap, share_of_gap=share)
