"""What the profile of a country needs beyond its notebook: both sides of a pair, and its partners.

Every function takes codes and years, or frames that the notebook has from `ct`.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from catrade.pages import running_year as running
from catrade.pages import trade_composition
from catrade.pages.trade_growth import (
    broken,
    doubt_of,
    leading,
    main_flow,
    newest_with_services,
)
from catrade.pages.weights import as_others_print
from catrade_build.calc.dependence import all_own_trade
from catrade_build.calc.mirror import has_new_source
from catrade_build.cells.chosen import chosen
from catrade_build.cells.frames import sort_rows
from catrade_build.tables.names import (
    MIRROR_FLOW,
    UNIONS,
    in_sentence,
    name_of,
    possessive,
)
from catrade_build.words import capital
from rounding.formats import date, join
from rounding.told import Row, either, newest, told
from rounding.told import rows as rows_of

#: What the notebook takes from here that is made elsewhere.
__all__ = [
    "as_others_print",
    "broken",
    "doubt_of",
    "leading",
    "main_flow",
    "newest_with_services",
    "running",
    "trade_composition",
]

_ENDS = ["value_bn", "low_bn", "high_bn"]
#: Of whom a country's trade is always shown, if it is known; EU27 stands for its members.
_USUAL = ["CHN", "RUS", "TUR", "EU27"]
#: How many partners are named.
_NAMED = 5
#: What a figure holds besides goods, by its coverage.
SERVICES = dict.fromkeys(("mixed", "goods_and_services"), ", with services")
#: What is left of all trade.
REST = "All others"


def both_sides(reporter: str, partner: str, start: int) -> pd.DataFrame:
    """Return a country's yearly trade with another by either's statistics, a row a side.

    Parameters
    ----------
    reporter, partner
        Codes; flows are as the first of them sees them.
    start
        First year.

    Returns
    -------
    DataFrame
        side (who counts), flow, year, value_bn with its ends, begins (whether figures begin to come
        from another source), coverage, quality and sources; sound figures alone if there are any.
        They are of goods, as `ct.mirror` sets them against each other; a side that has no total of
        goods is told by its figures with services, and that they are (`with_services`).
    """
    for quality in ("ok", "doubtful"):
        ours = _of_side(reporter, partner, start, quality)
        theirs = _of_side(partner, reporter, start, quality)
        if len(ours) or len(theirs):
            break
    theirs["flow"] = theirs["flow"].map(MIRROR_FLOW)
    kept = ["side", "flow", "year", *_ENDS, "begins", "coverage", "quality", "sources"]
    rows = pd.concat([ours, theirs])[kept]
    return rows.sort_values(["side", "flow", "year"], ignore_index=True)


def both_counts(
    sides: pd.DataFrame,
    codes: tuple[str, str],
    named: str,
    last: Row,
    grown: Row,
    services: str = "",
) -> str:
    """Say what both sides count in the newest year of both, then what either has counted since.

    Where that is the newest year of each, or there is none, nothing.

    Parameters
    ----------
    sides
        What `both_sides` returns, of one flow.
    codes
        Whose trade it is, and of whose profile.
    named
        The flow, as it stands in a sentence.
    last, grown
        The first side's newest figure, and its growth.
    services
        What the other counts with services besides, as its clause goes on.

    Examples
    --------
    >>> cells = {"year": [2023, 2025, 2023], "side": ["KAZ", "KAZ", "UZB"], "coverage": "goods"}
    >>> sides = pd.DataFrame(cells).assign(value_bn=[4.4, 4.8, 4.5])
    >>> sides = sides.assign(low_bn=sides["value_bn"], high_bn=sides["value_bn"])
    >>> growth = {"growth": 0.153, "growth_low": 0.153, "growth_high": 0.153}
    >>> last = newest(sides, side="KAZ")
    >>> codes = ("KAZ", "UZB")
    >>> both_counts(sides, codes, "trade", last, Row(growth))  # doctest: +NORMALIZE_WHITESPACE
    'In 2023 Kazakhstan counts $4.40 billion of trade, Uzbekistan itself $4.50 billion; for 2025
    Kazakhstan counts $4.80 billion, 15.3% more than a year before'
    """
    first, second = [sides[sides["side"] == code] for code in codes]
    both = newest(second[second["year"].isin(first["year"])])
    ours, own = newest(first, year=both.year), newest(second)
    if not both or last.year == own.year == both.year:
        return ""
    who, other = map(in_sentence, codes)
    since = f"for {last.year} {who} counts {last.value:usd}{doubt_of(last)}"
    own_since = f"for {own.year} {other} counts {own.value:usd}{_with(own)}"
    return told(
        f"In {both.year} {who} counts {ours.value:usd} of {named}{_with(ours)}, {other} itself"
        f" {both.value:usd}{_with(both)}{services}",
        either(f"{since}, {grown.growth:more} than a year before", since)
        if last.year > both.year
        else "",
        own_since if own.year > both.year else "",
        by="; ",
    )


def _with(row: Row) -> str:
    return SERVICES.get(str(row.coverage), "")


def by_whose(sides: pd.DataFrame) -> str:
    """Say whose statistics the drawn sides are, and whose hold services.

    Examples
    --------
    >>> sides = pd.DataFrame({"side": ["KAZ", "UZB"], "coverage": ["goods", "mixed"]})
    >>> by_whose(sides)
    'each side’s own statistics, Uzbekistan’s with services'
    >>> by_whose(sides.head(1)), by_whose(sides.tail(1))
    ('Kazakhstan’s statistics', 'Uzbekistan’s statistics, with services')
    """
    whose = {code: possessive(in_sentence(code)) for code in sides["side"].unique()}
    has_services = sides["coverage"].isin(SERVICES)
    codes = sides.loc[has_services, "side"].unique()
    if len(whose) == 1:
        services = ", with services" if len(codes) else ""
        return f"{join([*whose.values()])} statistics{services}"
    of_whom = join([whose[code] for code in codes])
    services = f", {of_whom} with services" if of_whom else ""
    return f"each side’s own statistics{services}"


def _of_side(side: str, other: str, start: int, quality: str) -> pd.DataFrame:
    """Return a country's own figures of its trade with another: of goods, if there are such."""
    for goods_alone in (True, False):
        cells = chosen(goods=goods_alone).query(
            "reporter == @side and partner == @other"
        )
        rows = cells.query(
            "year >= @start and quality == @quality and flow != 'balance'"
        )
        if "total" in {*rows["flow"]}:
            break
    rows = rows.assign(side=side, begins=rows["begins"].eq(True))
    as_pairs = {"value_bn": "partner_bn", "sources": "partner_sources"}
    if side != "CHN":
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
    cells = chosen().query("flow == 'total' and quality == 'ok' and year >= @start")
    own = cells.query("reporter == @country").assign(side="own")
    theirs = cells.query("partner == @country")
    theirs = theirs.assign(partner=theirs["reporter"], side="partner")
    is_usual = own["partner"].isin([*_USUAL, "WLD"])
    usual = own[is_usual].groupby("year")["partner"].nunique()
    rows = theirs.sort_values("year").drop_duplicates("partner", keep="last")
    named = [*rows.sort_values("value_bn", ascending=False)["partner"]]
    if len(usual):
        year = usual[usual == usual.max()].index.max()
        own = own[own["year"] == year].drop_duplicates("partner")
        named = _largest(own)
        shown = own.query("partner in @named")
        beside = theirs.query("year == @year and partner in @named")
        # Of the release that has the largest partner: a part is no part of a whole revised since.
        world = all_own_trade(named[0]).query("country == @country and year == @year")
        rows = pd.concat([shown, beside, _rest(world, shown)])
    rows = sort_rows(rows, ["partner", "side"], {"partner": named})
    rows = rows.assign(label=rows["partner"].map(name_of))
    return rows[["label", "side", "year", *_ENDS, "coverage", "sources"]]


def _largest(own: pd.DataFrame) -> list[str]:
    """Return the partners to be named: the usual ones, then the largest others."""
    members = UNIONS["EU27"] if "EU27" in {*own["partner"]} else ()
    left_out = ["WLD", "CA4", "CA5", "EU28", "EAEU", *members]
    rows = own[~own["partner"].isin(left_out)]
    rows = rows.sort_values("value_bn", ascending=False)
    is_usual = rows["partner"].isin(_USUAL)
    others = rows[~is_usual].head(_NAMED - is_usual.sum())
    named = is_usual | rows.index.isin(others.index)
    return rows.loc[named, "partner"].tolist()


def _rest(world: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """Return what the named partners leave of a country's trade with the world."""
    sums = shown[_ENDS].sum()
    return world.assign(
        partner=REST,
        side="own",
        value_bn=world["value_bn"] - sums["value_bn"],
        low_bn=world["low_bn"] - sums["high_bn"],
        high_bn=world["high_bn"] - sums["low_bn"],
    )


def partners_title(rows: pd.DataFrame, country: str) -> str:
    """Return a country's three largest partners of those shown, by its own figures if it has any.

    No rank is claimed: a partner that is not known may be larger.
    """
    single = rows.query("label != @REST")
    own = single.query("side == 'own'")
    top = (own if len(own) else single).nlargest(3, "value_bn")
    listed = ", ".join(f"{row.label} {row.value:bn}" for row in rows_of(top))
    whose = capital(possessive(in_sentence(country)))
    return f"{whose} trade {_years(top)}: {listed}"


def _years(rows: pd.DataFrame) -> str:
    """Return the year of figures, or the first and last of them."""
    first, last = rows["year"].min(), rows["year"].max()
    return str(first) if first == last else f"{first}–{last}"


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
    return (
        f"Left out: {join(gone)}, of which nothing held was published by"
        f" {date(day.isoformat())}."
    )


def with_services(rows: pd.DataFrame) -> str:
    """Say which flows of a frame have services besides goods."""
    flows = rows.loc[rows["coverage"].isin(SERVICES), "flow"].unique()
    return "".join(f", {flow}s with services" for flow in flows)


def partners_subtitle(rows: pd.DataFrame) -> str:
    """Say what the figures of partners are: of which years, with services or without."""
    when = _years(rows)
    each_newest = ", each its newest" if "–" in when else ""
    what = "Trade in goods"
    if rows["coverage"].isin(SERVICES).any():
        what = "Trade, with services where they are counted"
    return f"{what}, {when}{each_newest}, $ billion"
