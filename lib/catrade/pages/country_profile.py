"""What the profile of a country needs beyond its notebook: both sides of a pair, and its partners.

Every function takes codes and years, or frames that the notebook has from `ct`.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from catrade.calc.dependence import all_own_trade
from catrade.calc.mirror import has_new_source
from catrade.cells.chosen import chosen
from catrade.charts import columns, dots, lines, style
from catrade.pages import running_year as running
from catrade.pages import trade_composition as goods
from catrade.pages.trade_growth import broken as broken
from catrade.tables.names import MIRROR_FLOW, UNIONS, in_sentence, name_of
from catrade.words import capital
from pagemill.display import Chart
from rounding.formats import date, join
from rounding.rounded import Rounded
from rounding.told import Row, either, newest
from rounding.told import rows as rows_of

#: Points of a drawing: two rows of two and their words are one sheet of paper.
HEIGHT = 95

_ENDS = ["value_bn", "low_bn", "high_bn"]
#: Of whom a country's trade is always shown, if it is known; EU27 stands for its members.
_USUAL = ["CHN", "RUS", "TUR", "EU27"]
#: How many partners are named.
_NAMED = 5
#: What a figure holds besides goods, by its coverage.
SERVICES = dict.fromkeys(("mixed", "goods_and_services"), ", with services")
#: What is left of all trade.
REST = "All others"


def both_sides(one: str, other: str, start: int) -> pd.DataFrame:
    """Return a country's yearly trade with another by either's statistics, a row a side.

    Parameters
    ----------
    one, other
        Codes; flows are as the first of them sees them.
    start
        First year.

    Returns
    -------
    DataFrame
        side (who counts), flow, year, value_bn with its ends, begins (whether figures begin to come
        from another source), coverage, quality and sources; sound figures alone if there are any,
        with services where a side has none without.
    """
    for quality in ("ok", "doubtful"):
        sides = [
            _of_side(*pair, start, quality) for pair in ((one, other), (other, one))
        ]
        rows = pd.concat(sides)
        if len(rows):
            break
    rows["flow"] = rows["flow"].mask(
        rows["side"] == other, rows["flow"].map(MIRROR_FLOW)
    )
    kept = ["side", "flow", "year", *_ENDS, "begins", "coverage", "quality", "sources"]
    return rows[kept].sort_values(["side", "flow", "year"], ignore_index=True)


def _of_side(one: str, other: str, start: int, quality: str) -> pd.DataFrame:
    """Return a country's own figures of its trade with another: of goods, if there are such."""
    for goods_alone in (True, False):
        cells = chosen(goods=goods_alone)
        rows = cells[(cells["reporter"] == one) & (cells["partner"] == other)]
        rows = rows[(rows["year"] >= start) & (rows["quality"] == quality)]
        rows = rows[rows["flow"].isin([*MIRROR_FLOW])]
        if "total" in {*rows["flow"]}:
            break
    rows = rows.assign(side=one, begins=rows["begins"].eq(True))
    as_pairs = {"value_bn": "partner_bn", "sources": "partner_sources"}
    if one != "CHN":
        rows["begins"] = has_new_source(rows.rename(columns=as_pairs))
    return rows


def partners(country: str, start: int) -> pd.DataFrame:
    """Return whom a country trades with, by its own statistics and by each partner's.

    The year is the newest of those in which the most of China, Russia, Türkiye, the EU and the
    world are known; of who publishes nothing, the partners' own figures of their newest years.

    Returns
    -------
    DataFrame
        label (a name), side (`own` or `partner`), year, value_bn with its ends, coverage, sources;
        the largest partner first, `REST` last.
    """
    cells = chosen()
    cells = cells[(cells["flow"] == "total") & (cells["year"] >= start)]
    cells = cells[cells["quality"] == "ok"]
    own = cells[cells["reporter"] == country]
    theirs = cells[cells["partner"] == country].assign(partner=cells["reporter"])
    usual = (
        own[own["partner"].isin([*_USUAL, "WLD"])].groupby("year")["partner"].nunique()
    )
    if usual.empty:
        rows = theirs.sort_values("year").drop_duplicates("partner", keep="last")
        return _labelled(rows.assign(side="partner"), [])
    year = usual[usual == usual.max()].index.max()
    own = own[own["year"] == year].drop_duplicates("partner")
    named = _largest(own)
    shown = own[own["partner"].isin(named)].assign(side="own")
    beside = theirs[(theirs["year"] == year) & theirs["partner"].isin(named)]
    rows = pd.concat([shown, beside.assign(side="partner")])
    # Of the release that has the largest partner: a part is no part of a whole revised since.
    world = all_own_trade(named[0]).query("country == @country and year == @year")
    return _labelled(pd.concat([rows, _rest(world, shown)]), named)


def _largest(own: pd.DataFrame) -> list[str]:
    """Return the partners to be named: the usual ones, then the largest others."""
    members = UNIONS["EU27"] if "EU27" in {*own["partner"]} else ()
    left_out = ["WLD", "CA4", "CA5", "EU28", "EAEU", *members]
    own = own[~own["partner"].isin(left_out)]
    by_size = own.sort_values("value_bn", ascending=False)["partner"].tolist()
    usual = [code for code in _USUAL if code in by_size]
    others = [code for code in by_size if code not in usual]
    named = {*usual, *others[: _NAMED - len(usual)]}
    return [code for code in by_size if code in named]


def _rest(world: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Return what the named partners leave of a country's trade with the world."""
    left = world.assign(partner=REST, side="own")
    sums = shown[_ENDS].sum()
    left["value_bn"] -= sums["value_bn"]
    left["low_bn"] -= sums["high_bn"]
    left["high_bn"] -= sums["low_bn"]
    return left


def _labelled(rows: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """Return rows with names, in an order; without one the largest first."""
    order = order or rows.sort_values("value_bn", ascending=False)["partner"].tolist()
    rows = rows.assign(
        at=rows["partner"].map({code: n for n, code in enumerate(order)})
    )
    rows = rows.sort_values(["at", "side"], na_position="last")
    rows = rows.assign(label=rows["partner"].map(name_of))
    kept = ["label", "side", "year", *_ENDS, "coverage", "sources"]
    return rows[kept].reset_index(drop=True)


def partners_title(rows: pd.DataFrame, country: str) -> str:
    """Return a country's three largest partners of those shown, by its own figures if it has any.

    No rank is claimed: a partner that is not known may be larger.
    """
    single = rows[rows["label"] != REST]
    own = single[single["side"] == "own"]
    top = (own if len(own) else single).nlargest(3, "value_bn")
    listed = ", ".join(f"{row.label} {row.value:bn}" for row in rows_of(top))
    return f"{capital(in_sentence(country))}’s trade: {listed}"


def not_known(
    day: dt.date | None,
    goods: pd.DataFrame,
    cars: pd.DataFrame | None,
    partners: pd.DataFrame,
) -> str:
    """Say which parts of the profile are left out, since nothing held tells of them by a day.

    Parameters
    ----------
    day
        The day as of which the page is; without one nothing is said.
    goods, cars, partners
        What is drawn of each; None is not asked about.
    """
    parts = {"its goods": goods, "electric vehicles": cars, "other partners": partners}
    gone = [name for name, rows in parts.items() if rows is not None and rows.empty]
    if not day or not gone:
        return ""
    by = date(day.isoformat())
    return f"Left out: {join(gone)}, of which nothing held was published by {by}."


def growth_of(to_date: pd.DataFrame, now: Row, flow: str) -> Rounded:
    """Return the growth of a flow in the months of a total; unknown without it."""
    row = newest(to_date, flow=flow, period=now.period)
    growth: Rounded = row.growth
    return growth


def story_of(
    months: pd.DataFrame,
    single: pd.DataFrame,
    cars: pd.DataFrame,
    trade: pd.DataFrame,
    over: Row,
) -> Chart:
    """Draw what is a country's own: a good that came in months, or is published, cars, or flows.

    Parameters
    ----------
    months, over
        Imports by month as first published, and what `burst` says of them.
    single
        A good published singly, as `single_good` returns it.
    cars
        Chinese electric vehicles sold to it by year.
    trade
        Exports, imports and totals by year.
    """
    if over:
        return _by_month(months)
    if len(single):
        return _by_year(single)
    if len(cars):
        last = newest(cars)
        return columns(
            cars,
            "year",
            title=f"Electric vehicles: {last.value:bn} in {last.year}",
            subtitle="China’s exports as Ember groups them, $ billion; more than electric cars",
            height=HEIGHT,
            name="own-story",
        )
    flows = trade[trade["flow"] != "total"]
    sold, bought = newest(flows, flow="export"), newest(flows, flow="import")
    who = capital(in_sentence(trade["reporter"].iloc[0]))
    return lines(
        flows,
        "year",
        by="flow",
        title=either(
            f"{who} sells {sold.value:bn}, buys {bought.value:bn}",
            f"{who} sells {sold.value:bn}",
            f"{who} buys {bought.value:bn}",
        ),
        subtitle=f"Trade in goods, $ billion, {who}’s statistics",
        height=HEIGHT,
        name="own-story",
    )


def _by_month(months: pd.DataFrame) -> Chart:
    """Draw imports that came in a burst, its months in another colour."""
    since = months["period"].iloc[-1][:4]
    shown = months[months["year"] >= int(since) - 2]
    shown = shown.assign(month=shown["date"].dt.strftime("%b %y"))
    inside = running.window(shown)
    part = inside["value_bn"].sum() / shown["value_bn"].sum()
    colours = dict.fromkeys(shown["month"], style.NOT_ALLOCATED)
    colours |= dict.fromkeys(inside["month"], style.CATEGORY_COLOURS[1])
    return columns(
        shown,
        "month",
        unit="",
        colours=colours,
        title=f"{part:.0%} of imports in {len(inside)} of {len(shown)} months",
        subtitle="China’s imports by month as first published, billion yuan",
        height=HEIGHT,
        name="own-story",
    )


def _by_year(single: pd.DataFrame) -> Chart:
    """Draw a good that is published singly, beside all goods of the flow."""
    last = newest(single.dropna(subset="good_bn"))
    rows = single.rename(columns={"goods": "good"})
    kept = ["year", "reporter", "sources"]
    good = rows[[*kept, "good_bn", "good_low_bn", "good_high_bn"]]
    every = rows[[*kept, *_ENDS]]
    good = good.set_axis([*kept, *_ENDS], axis=1).assign(series=last.goods)
    parts = pd.concat([every.assign(series="All goods"), good])
    return lines(
        parts,
        "year",
        by="series",
        title=f"{last.goods}: {last.good_bn:bn} of {last.value:bn} in {last.year}",
        subtitle="China’s imports, $ billion; the single good as published",
        colours={last.goods: "27", "All goods": style.INK},
        height=HEIGHT,
        name="own-story",
    )


def draw_goods(
    rows: pd.DataFrame, sides: pd.DataFrame, table: pd.DataFrame, years: str
) -> Chart | None:
    """Draw the largest goods of either flow by both sides; nothing where no table lists any."""
    if rows.empty:
        return None
    return dots(
        rows[["label", "reporter", "year", "value_bn", "sources"]],
        "label",
        by="reporter",
        order="given",
        title=goods.goods_title(sides, table),
        subtitle=f"Largest goods, {years}, $ billion, by whose statistics",
        name="goods",
    )


def draw_partners(rows: pd.DataFrame, country: str) -> Chart | None:
    """Draw whom a country trades with, by its own statistics and by each partner's."""
    if rows.empty:
        return None
    words = {"own": f"By {name_of(country)}", "partner": "By the partner"}
    named = rows.assign(by=rows["side"].map(words))
    years = sorted(rows["year"].unique())
    when = (
        str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}, each its newest"
    )
    what = "Trade in goods"
    if rows["coverage"].isin(["mixed", "goods_and_services"]).any():
        what = "Trade, with services where they are counted"
    return dots(
        named,
        "label",
        by="by",
        order="given",
        title=partners_title(rows, country),
        subtitle=f"{what}, {when}, $ billion",
        colours={words["own"]: country, words["partner"]: style.NOT_ALLOCATED},
        name="partners",
    )
