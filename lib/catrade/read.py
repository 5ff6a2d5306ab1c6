"""The edition's rows as pages read them: whole columns, in order, no row where nothing is held.

What an analyst types is `ct.trade` and `ct.goods`; `table` has any table of the edition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade.asked import dated, ends_of, one_code, pairs_of
from catrade_build.edition import table
from catrade_build.tables.goods import BACI
from catrade_build.tables.names import (
    FLOWS,
    GROUPS,
    UNIONS,
    Pair,
    code_of,
    in_sentence,
    is_known,
    name_of,
    no_such_place,
)
from catrade_build.tables.trade import CHOSEN, described, select
from rounding import formats, told
from rounding.errors import ParameterError, choice_error
from rounding.told import MARK, Row

FLOWS_OF_FIGURES = [*FLOWS, "balance"]
_FLOWS = pd.DataFrame({"flow": FLOWS_OF_FIGURES})


def figures(
    partner: str | Sequence[str] | None = None,
    flow: str | Sequence[str] | None = None,
    start: int | str | range | None = None,
    end: int | str | None = None,
    *,
    reporter: str | Sequence[str] | None = None,
    freq: str = "year",
    currency: str = "USD",
) -> pd.DataFrame:
    """Return figures of trade with all that may be said of each, as rows of the edition.

    Parameters
    ----------
    partner, start, end, reporter, currency
        As of `ct.trade`.
    flow
        export, import, total or balance, or several, as the reporter sees them; all by default.
    freq
        year, month, or ytd: the sum from January to a month.

    Returns
    -------
    DataFrame
        The columns of `figures` in docs/edition.md (value with low and high in billions of the
        currency, growth, share, mirror, …), with date (the first day of the year, or of the last
        month) and when (the period in words); in order of reporter, partner, flow and date. No row
        where no figure is held.

    Raises
    ------
    ParameterError
        If a name, flow, frequency or period is unknown.

    Examples
    --------
    >>> import catrade as ct
    >>> rows = ct.read.figures("Uzbekistan", "export", 2023, 2024)
    >>> rows[["year", "value", "growth"]].round(2).to_numpy().tolist()
    [[2023.0, 12.39, 0.65], [2024.0, 11.77, -0.05]]
    """
    if freq not in CHOSEN:
        raise choice_error("freq", freq, CHOSEN)
    first, last = ends_of(start, end)
    pairs = pairs_of(partner, reporter)
    rows = table("figures")
    rows = _in_currency(rows[rows["freq"] == freq], currency)
    asked = {} if flow is None else {"flow": (flow, FLOWS_OF_FIGURES)}
    rows = dated(select(rows, first, last, **asked)).sort_values("date")
    if "all" in {*pairs["partner"]}:
        is_asked = rows["reporter"].isin(pairs["reporter"])
        is_asked &= ~rows["partner"].isin([*GROUPS, *UNIONS, "WLD"])
        pairs = rows.loc[is_asked, ["reporter", "partner"]].drop_duplicates()
        pairs = pairs.sort_values(["reporter", "partner"])
    series = pairs[["reporter", "partner"]].merge(_FLOWS, "cross")
    rows = series.merge(rows)
    rows["when"] = rows["period"].map(formats.period)
    unit = f"{currency_in(rows, currency)} billion"
    return described(rows, "figures", unit, freq=freq)


def rivals(start: int | None = None, end: int | None = None) -> pd.DataFrame:
    """Return China and Russia side by side as partners of Central Asia, by its own count.

    Parameters
    ----------
    start, end
        First and last year, both included; all by default.

    Returns
    -------
    DataFrame
        The columns of `rivals` in docs/edition.md: a row a partner and year, with the sum of the
        countries that publish trade with both, whether it is a lower bound, and since when it is
        surely ahead.

    Examples
    --------
    >>> import catrade as ct
    >>> rows = ct.read.rivals(2022, 2023).query("partner == 'CHN'")
    >>> rows[["year", "value", "ahead_since"]].round(1).to_numpy().tolist()
    [[2022.0, 37.4, nan], [2023.0, 49.3, 2023.0]]
    """
    rows = select(table("rivals"), start, end)
    return described(rows.reset_index(drop=True), "rivals", "USD billion")


def _in_currency(rows: pd.DataFrame, currency: str) -> pd.DataFrame:
    """Return the rows in a currency, in their publishers' own, or in the one with newer figures."""
    if currency not in ("own", "newest"):
        return rows[rows["currency"] == currency]
    printed = table("figures").query("currency != 'USD'")["reporter"]
    is_dollars = rows["currency"] == "USD"
    own = rows[~is_dollars | ~rows["reporter"].isin(printed)]
    dollars = rows[is_dollars]
    if currency == "newest" and _newest_day(dollars) > _newest_day(own):
        return dollars
    return own


def _newest_day(rows: pd.DataFrame) -> pd.Timestamp:
    """Return the newest day of a figure of a country: of the world alone it is no news of one."""
    days = dated(rows.loc[rows["partner"] != "WLD", ["period"]])["date"]
    return days.max() if len(days) else pd.Timestamp.min


def currency_in(rows: pd.DataFrame, asked: str) -> str:
    """Return the one currency that rows are in, or what was asked for."""
    held = {*rows["currency"]} - {""}
    return str(held.pop()) if len(held) == 1 else asked


def composition(
    exporter: str,
    importer: str,
    start: int | None = None,
    end: int | None = None,
    *,
    book: str = "CHN",
    level: str = "",
) -> pd.DataFrame:
    """Return what one country sells to another, good by good, as rows of the edition.

    Parameters
    ----------
    exporter, importer
        The country that sells and the one that buys, by code or name.
    start, end
        First and last year, both included; all by default.
    book
        Whose table is asked for: a country, or BACI. Where it has none, the nearest there is is
        returned (`shown_for`): the other side's chapters, or product groups of either. `both` is
        the goods that both sides list, of the newest year that they do: chapters, else product
        groups. `single` is a good whose value is published by itself, if it is a fifth of the flow.
    level
        The level asked for, such as group, where the table that is found has it.

    Returns
    -------
    DataFrame
        The columns of `goods` in docs/edition.md, the oldest year first, the largest good first; no
        row where no table is held.

    Raises
    ------
    ParameterError
        If a name is unknown.

    Examples
    --------
    >>> import catrade as ct
    >>> rows = ct.read.composition("KAZ", "China", start=2024)
    >>> rows[["goods", "value", "share"]].head(2).round(2).to_numpy().tolist()
    [['Ores', 3.94, 0.26], ['Fuels', 3.28, 0.22]]
    >>> both = ct.read.composition("CHN", "KGZ", book="both").head(2)
    >>> both[["goods", "reporter", "value", "gap"]].round(1).to_numpy().tolist()
    [['Textiles and clothing', 'CHN', 8.1, 7.5], ['Vehicles and transport', 'CHN', 3.2, 1.7]]
    """
    seller, buyer = one_code("exporter", exporter), one_code("importer", importer)
    book = book if book in ("both", "single") else one_code("book", book, also=[BACI])
    rows = table("goods")
    rows = rows[(rows["exporter"] == seller) & (rows["importer"] == buyer)]
    rows = select(rows, start, end)
    if book == "both":
        compared = rows[rows["is_compared"] & rows["level"].isin(["chapter", "wits"])]
        level = compared["level"].min()  # chapters, where both list any
        rows = compared[compared["level"] == level].query("year == year.max()")
    else:
        shown = rows["shown_for"].astype("str").str.split(";")
        is_single = rows["level"] == "single"
        is_asked = shown.map(lambda books: book in books) & ~is_single
        if book == "single":
            is_asked = is_single & (rows["shown_for"] != "")
        of_level = rows["reporter"].isin(rows.loc[is_asked, "reporter"])
        of_level &= rows["level"] == level
        rows = rows[of_level if of_level.any() else is_asked]
    rows = rows.sort_values(["year", "value"], ascending=[True, False])
    return described(rows.reset_index(drop=True), "composition", "USD billion")


def of_world(seller: str, buyer: str, end: int | None = None) -> pd.DataFrame:
    """Return what part of its exports of each good a country sends to one buyer, by its own count.

    Parameters
    ----------
    seller, buyer
        Codes of countries.
    end
        The last year that may be shown; the newest held by default.

    Returns
    -------
    DataFrame
        Headings of the newest year with the columns of `goods` in docs/edition.md, the largest
        first; percent with its ends, and told ("91.0% of $3.16bn"); no row where none are held.

    Examples
    --------
    >>> of_world("KAZ", "CHN", 2024)[["goods", "told"]].head(1).values.tolist()
    [['Copper ore', '91.0% of $3.16bn']]
    """
    rows: pd.DataFrame = table("goods").dropna(subset="of_world")
    is_pair = rows["exporter"].eq(seller) & rows["importer"].eq(buyer)
    rows = rows[is_pair & rows["reporter"].eq(seller) & rows["level"].eq("heading")]
    rows = rows[rows["year"] <= (end or rows["year"].max())]
    rows = rows[rows["year"] == rows["year"].max()].sort_values(
        "value", ascending=False
    )
    percents = ["percent", "percent_low", "percent_high"]
    ends = rows[["of_world", "of_world_low", "of_world_high"]]
    rows[percents] = 100 * ends.to_numpy(float)
    words = [
        f"{row.of_world:percent} of {1e9 * row.world:bn}" for row in told.rows(rows)
    ]
    return rows.assign(told=words)


#: What both sides list is chapters, or the World Bank's groups.
_COMPARED = ["chapter", "wits"]
#: In so many years both sides must list a good before its gap is long there.
_SEVERAL = 3


def queue(
    one: str, other: str, start: int | None = None, end: int | None = None
) -> pd.DataFrame:
    """Return the goods on which two countries' counts are apart: what to look at first, first.

    Parameters
    ----------
    one, other
        Codes of countries.
    start, end
        First and last year, both included; all by default.

    Returns
    -------
    DataFrame
        Goods of the newest year that both sides list, in either direction, with the columns of
        `goods` in docs/edition.md: value is the seller's count, mirror the buyer's. apart is the
        difference of the two in billions of dollars; years are those in which the same side
        counted at least a tenth more; evidence is their part of the years (of_years) in which both
        list this good; score is apart times evidence, the largest first. A good that both list in
        fewer than three years has no row.

    Examples
    --------
    >>> first = queue("UZB", "CHN").iloc[0]
    >>> f"{first.goods}, {first.apart:.2f} bn, {first.years} of {first.of_years} years"
    'Road vehicles, 0.67 bn, 6 of 8 years'
    """
    rows = table("goods").dropna(subset="mirror")
    is_pair = rows["exporter"].isin([one, other]) & rows["importer"].isin([one, other])
    rows = rows[is_pair & rows["reporter"].eq(rows["exporter"])]
    rows = select(rows[rows["level"].isin(_COMPARED)], start, end)
    gap = rows["value"] - rows["mirror"]
    # Freight, in the buyer's count alone, is seldom more than a tenth.
    is_apart = gap.abs() > 0.1 * rows[["value", "mirror"]].max(axis=1)
    rows = rows.assign(side=(gap > 0).astype(int).where(is_apart, -1), apart=gap.abs())
    good = ["exporter", "level", "code"]
    of_years = rows.groupby(good)["year"].transform("nunique")
    rows = rows.assign(of_years=of_years)[of_years >= _SEVERAL]
    newest_of = rows.groupby("exporter")["year"].transform("max")
    first = rows[rows["year"] == newest_of]
    # Chapters, where the newest year has any.
    first = first[first["level"] == first.groupby("exporter")["level"].transform("min")]
    same = first[first["side"] >= 0].merge(rows[[*good, "side"]], on=[*good, "side"])
    years = same.groupby(good).size().rename("years")
    first = first.join(years, on=good)
    first["years"] = first["years"].fillna(0).astype(int)
    first["evidence"] = first["years"] / first["of_years"]
    first["score"] = first["apart"] * first["evidence"]
    return first.sort_values(["score", "apart"], ascending=False, ignore_index=True)


def price_effects(country: str, end: int | None = None) -> pd.DataFrame:
    """Return what prices and tonnes made of a country's exports to the world since January.

    Parameters
    ----------
    country
        Whose exports, by its own statistics: a code.
    end
        The last year that may be shown; the newest held by default.

    Returns
    -------
    DataFrame
        The rows of `effects` in docs/edition.md of the newest running sum, with when (the period in
        words), what changed most first; no row where no weights are held.

    Examples
    --------
    >>> rows = price_effects("KAZ", 2026)
    >>> rows.loc[rows["goods"] == "Crude oil", ["price", "quantity"]].round(1).values.tolist()
    [[0.7, -1.2]]
    """
    rows = table("effects")
    is_own = rows["reporter"].eq(country) & rows["exporter"].eq(country)
    rows = rows[is_own & rows["importer"].eq("WLD") & rows["freq"].eq("ytd")]
    rows = rows[rows["year"] <= (end or rows["year"].max())]
    rows = rows[rows["until"] == rows["until"].max()]
    rows = rows.assign(when=rows["period"].map(formats.period))
    largest: pd.DataFrame = rows.sort_values("change", key=abs, ascending=False)
    return largest


def sum_of_effects(rows: pd.DataFrame) -> Row:
    """Return the sum of the effects of goods that have weights, between its ends.

    Examples
    --------
    >>> made = sum_of_effects(price_effects("KAZ", 2026))
    >>> f"{1e9 * made.price:bn} {1e9 * made.quantity:bn}".replace("\u2060", "")
    '$2.36bn −$998m'
    """
    weighed = rows[rows["missing"] == ""]
    sums = weighed.filter(regex="^(price|quantity)").sum().to_frame().T
    return newest(sums.assign(year=0).head(len(weighed)))


#: Columns that hold countries.
_PLACES = ["reporter", "partner", "country", "exporter", "importer", "jurisdiction"]


def newest(frame: pd.DataFrame, **where: Any) -> Row:
    """Return the newest row with a figure, of those that fit; without one, a row of unknowns.

    Parameters
    ----------
    frame
        Rows with a `date`, `period` or `year`, one at each time once they fit.
    **where
        Values that columns must have, countries by code or name: `flow="total"`,
        `partner="Kazakhstan"`.

    Raises
    ------
    ParameterError
        If the frame has no such column, a country is none, a value cannot stand in its column, or
        several rows are the newest: which of them is meant, no rule can know.

    Examples
    --------
    >>> import catrade as ct
    >>> from catrade import page
    >>> last = page.newest(ct.trade(flow="export", end=2024), partner="Kazakhstan")
    >>> f"{last.value:usd} in {last.year}"
    '$27.95 billion in 2024'
    """
    for column in {*where} & {*frame}:
        asked, held = where[column], {*frame[column]}
        is_plain = isinstance(asked, str | int) and MARK not in str(asked)
        if not is_plain or asked == "" or asked in held:
            continue
        if column in _PLACES:
            code = code_of(str(asked))
            if not is_known(code):
                raise no_such_place(column, asked)
            where[column] = name_of(code) if name_of(code) in held else code
        else:
            where[column] = _as_held(column, asked, frame[column])
    return told.newest(frame, **where)


def _as_held(column: str, asked: str | int, held: pd.Series[Any]) -> Any:
    """Return a value as a column holds it: "2025" of years is 2025; a sentence if it cannot."""
    if pd.api.types.is_numeric_dtype(held):
        kind = "number"
        value: Any = pd.to_numeric(asked, errors="coerce")
    elif pd.api.types.is_datetime64_dtype(held):
        kind = "day"
        value = pd.to_datetime(str(asked), errors="coerce")
    else:
        return str(asked)
    if pd.isna(value):
        raise ParameterError(f"{column} must be a {kind}; got {asked!r}")
    return value


def pair(partner: str = "CA5", reporter: str = "CHN") -> Pair:
    """Return two sides of trade as one of them counts it, with the words for both.

    Parameters
    ----------
    partner
        A country or group, by code or name.
    reporter
        Whose statistics: a country's or group's, or "partner" for the partner's own of its trade
        with China.

    Examples
    --------
    >>> from catrade import page
    >>> both = page.pair("Uzbekistan")
    >>> f"{both.counts} {both.named('export')}, by {both.whose}"
    'China counts exports to Uzbekistan, by China’s statistics'
    >>> page.pair("Uzbekistan", reporter="UZB").counts
    'Uzbekistan counts'
    >>> page.pair("Kazakhstan", reporter="Russia").title("export")
    'Russia’s exports to Kazakhstan'
    """
    whose = one_code("reporter", reporter, also=["CHN", "partner"])
    code = one_code("partner", partner)
    if whose not in ("CHN", "partner") and code in ("CHN", whose):
        return Pair(whose, "partner")
    if code == whose:
        raise ParameterError(
            f"partner and reporter must be two; both are {in_sentence(whose)}"
        )
    return Pair(code, whose)
