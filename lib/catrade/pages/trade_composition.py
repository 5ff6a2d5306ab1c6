"""What the trade composition page draws and says that its notebook should not hold.

A `table` is what `ct.goods` returns of one flow, `sides` what `ct.mirror_goods` returns of it,
`single` what `single_good` makes of a good that is published singly.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes

from catrade.charts import style
from catrade.pages.goods_sides import (
    WORTH_LISTING,
    flow_name,
    flow_slug,
    long,
    sides_title,
    unowned_flow,
)
from catrade.pages.goods_sides import draw_sides as draw_sides
from catrade.pages.goods_sides import gap as gap
from catrade.pages.running_year import window
from catrade_build.calc.composition import contribution_to_change, share_in_flow
from catrade_build.calc.mirror import goods_by_side as goods_by_side
from catrade_build.cells.chosen import chosen
from catrade_build.tables.goods import BACI, NAMED, best_table
from catrade_build.tables.names import in_sentence, name_of, possessive
from catrade_build.tables.trade import read_fetched
from catrade_build.words import (
    capital,
    dollars,
    exact,
    small,
    source_words,
    times,
    told_dollars,
)
from catrade_build.words import years as in_years
from rounding import formats
from rounding.intervals import bounds, difference_bounds, share_bounds
from rounding.rounded import Rounded
from rounding.told import Row, either, newest, told
from rounding.told import rows as rows_of

#: A good that is more of a flow than this is told as nearly all of it.
NEARLY_ALL = 0.9
#: Of single facts, the goods whose yearly value is followed, as a chart names them.
_FOLLOWED = {"gas": "Gas", "gold": "Gold"}
#: All goods of a flow and the good followed, each with its bounds; both sides' figures.
_WHOLE = ["value_bn", "low_bn", "high_bn"]
_GOOD = ["good_bn", "good_low_bn", "good_high_bn"]
#: A good that is less of a flow than this is not told apart from the rest.
_WORTH_FOLLOWING = 0.2
#: A sum of goods that differs less from a total is of the same release, within what is left out.
_SAME = 0.005
#: A share is told to this.
_TOLD = 0.001
#: Months that must have passed since a burst, so that it is known to be over.
_PASSED = 3
#: What lies this part above both ends of a series is told; less is no news.
_PEAK = 0.05
_EACH = {
    "chapter": "HS chapters",
    "section": "HS sections",
    "wits": "product groups",
}
#: The table of goods: each column's head, and how its figures are written.
COLUMNS = {
    "flow": "Flow",
    "goods": "Good",
    "year": "Year",
    "value_bn": ("$ million", "million"),
    "share": ("Share", "percent"),
    "first_year": "First year",
    "first_share": ("Share then", "percent"),
    "change": ("Change, points", "points"),
    "contribution": ("Contribution to growth, points", "points"),
}


def goods_table(
    exporter: str,
    importer: str,
    book: str,
    start: int,
    end: int | None = None,
    *,
    level: str = "chapter",
    n: int = 6,
) -> pd.DataFrame:
    """Return the goods of a flow, by section where those that are not named would lead.

    Parameters
    ----------
    exporter, importer, start, end
        Codes of the two countries; first and last year.
    book
        Whose table is asked for; the nearest there is is taken
        (`catrade_build.tables.goods.best_table`).
    level, n
        HS chapters or sections, and how many goods are named.

    Returns
    -------
    DataFrame
        As `ct.goods` gives them; no rows where no table lists this flow.
    """
    asked = exporter, importer, book, start, end
    table = share_in_flow(best_table(*asked, level))
    if rest_leads(table, n):
        table = share_in_flow(best_table(*asked, "section"))
    return table


def totals_of(here: str, there: str, start: int, end: int) -> pd.DataFrame:
    """Return a side's sound yearly figures of goods sold and bought; no rows if it has none."""
    cells = chosen(goods=True).query("reporter == @here and partner == @there")
    rows = cells.query("flow in ('export', 'import') and quality == 'ok'")
    return rows.query("@start <= year <= @end").dropna(subset="value_bn")


def total_beside(table: pd.DataFrame) -> pd.DataFrame:
    """Return the newest year's total of a table's flow by the side whose table it is."""
    if table.empty:
        return chosen(goods=True).head(0)
    row = newest(largest(table).head(1))
    is_sold = row.reporter == row.exporter
    other = row.importer if is_sold else row.exporter
    totals = totals_of(row.reporter, other, row.year, row.year)
    return totals[totals["flow"] == ("export" if is_sold else "import")]


def level_of(table: pd.DataFrame) -> str:
    """Return the level of the goods, as `ct.goods` is asked for it."""
    return next(level for level, (code, _) in NAMED.items() if code in table)


def years_of(table: pd.DataFrame) -> list[int]:
    """Return the years of a table, oldest first."""
    return sorted(table["year"].unique().tolist())


def largest(table: pd.DataFrame) -> pd.DataFrame:
    """Return the newest year's goods, largest first."""
    rows = table.query("year == year.max()")
    return rows.sort_values("value_bn", ascending=False, ignore_index=True)


def tells(table: pd.DataFrame, sides: pd.DataFrame) -> bool:
    """Say whether a figure of a table shows what neither one good nor both sides' figures do."""
    if table.empty or "wits_group" not in table:
        return len(table) > 0
    return sides.empty and bool(largest(table)["share"].max() <= NEARLY_ALL)


# --- the table ----------------------------------------------------------------------------------


def rest_leads(table: pd.DataFrame, n: int) -> bool:
    """Say whether what is not among the `n` largest goods is more than the largest of them."""
    shares = largest(table)["share"]
    return len(shares) > n and bool(shares[n:].sum() > shares.max())


def ranked(table: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return the `n` largest goods of the newest year and the rest, in the first year and in it.

    Returns
    -------
    DataFrame
        goods, year, share with its bounds, value_bn, reporter, sources, dollars (in words); no row
        for a year whose table does not list the goods.
    """
    last = largest(table)
    named, rest = last["goods"].head(n), f"All other ({len(last) - n})"
    years = table["year"]
    rows = table[years.isin([years.min(), years.max()])]
    goods = rows["goods"].where(rows["goods"].isin(named), rest)
    rows = rows.assign(goods=pd.Categorical(goods, [*named, rest]))
    parts = rows.groupby(["goods", "year"], observed=True)
    sums = parts[["share", "share_low", "share_high", "value_bn"]].sum()
    sums = sums.join(parts[["reporter", "sources"]].first())
    sums["dollars"] = [f"{dollars(value):bn}" for value in sums["value_bn"]]
    return sums.reset_index().astype({"goods": str})


def beside_first_year(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    """Draw the newest year as bars and the first as marks, good by good; of one year bars alone.

    Parameters
    ----------
    axes
        What is drawn on.
    rows
        What `ranked` returns.
    colour
        Of the largest good; the others are pale.
    """
    years = sorted(rows["year"].unique())
    for year in years[-1:]:
        newest_rows = rows[rows["year"] == year]
        colours = [colour] + [style.PALE] * (len(newest_rows) - 1)
        bars = axes.barh(newest_rows["goods"], newest_rows["value_bn"], color=colours)
        axes.bar_label(bars, fmt="{:.2f}", padding=8)
    for year in years[:-1][:1]:
        first = rows[rows["year"] == year]
        axes.plot(
            first["value_bn"],
            first["goods"],
            "|",
            color=style.INK,
            markersize=26,
            markeredgewidth=2.5,
            label=str(year),
        )
        axes.legend()
    axes.invert_yaxis()
    axes.set_xticks([])


def ends_and_peak(
    values: pd.Series[float], number: Callable[[float], Rounded] = exact
) -> Row:
    """Return a series' ends and the peak between them: begin, first, end, last, peak, most.

    Whoever says that a figure rose from the first year to the last must say so too. Without a peak
    clearly above both ends the last two are unknown. `number` makes numbers of the values: `exact`,
    or `dollars` of billions.

    Examples
    --------
    >>> shares = ends_and_peak(pd.Series({2017: 0.037, 2023: 0.248, 2024: 0.202}))
    >>> f"{shares.first:percent} in {shares.begin}, {shares.most:percent} in {shares.peak}"
    '3.7% in 2017, 24.8% in 2023'
    >>> ends_and_peak(pd.Series({2017: 0.037, 2023: 0.248, 2024: 0.249})).peak
    unknown
    """
    first, last = values.iloc[0], values.iloc[-1]
    ends = {
        "begin": values.index[0],
        "first": number(first),
        "end": values.index[-1],
        "last": number(last),
    }
    if values.max() > (1 + _PEAK) * max(first, last):
        ends |= {"peak": values.idxmax(), "most": number(values.max())}
    return Row(ends)


def shares_of(table: pd.DataFrame) -> pd.DataFrame:
    """Return shares by year (rows) and good; a good that a table does not list has none."""
    return table.pivot_table("share", "year", "goods", fill_value=0.0)


def riser(table: pd.DataFrame) -> str:
    """Return the good that gained most from the first year to the last; of one year nothing.

    What was sold in the last year alone, such as arms once, is no riser, nor what gained less than
    is told.
    """
    shares = shares_of(table)
    if len(shares) < 2:
        return ""
    last = shares.iloc[1:].tail(2).min()
    gains = last - shares.iloc[0]
    return str(gains.idxmax()) if gains.max() >= _TOLD else ""


def led_first(table: pd.DataFrame) -> str:
    """Return the good that led the first year shown, where another leads now; else nothing."""
    shares = shares_of(table)
    first, now = str(shares.iloc[0].idxmax()), shares.iloc[-1].idxmax()
    return first if first != now else ""


def lead(table: pd.DataFrame) -> Row:
    """Return the last year's largest good: goods, value, whole, year, whose, reporter, by_year."""
    if table.empty:
        return Row({"by_year": []})
    last = largest(table)
    top = last.iloc[0]
    same_good = table[table["goods"] == top["goods"]]
    years = range(table["year"].min(), top["year"] + 1)
    by_year = same_good.set_index("year")["value_bn"].reindex(years)
    return Row(
        {
            "goods": small(top["goods"]),
            "value": dollars(top["value_bn"]),
            "whole": dollars(last["value_bn"].sum()),
            "year": top["year"],
            "reporter": top["reporter"],
            "whose": whose_statistics(top["reporter"]),
            "by_year": by_year.tolist(),
        }
    )


def other_side_has(
    table: pd.DataFrame, sides: pd.DataFrame, totals: pd.DataFrame
) -> str:
    """Say what the other side has for the leading good, else who counts the whole flow has."""
    if table.empty:
        return ""
    top = newest(largest(table).head(1))
    if len(sides) and level_of(sides) == level_of(table) and top.reporter != BACI:
        side = "importer" if top.reporter == top.exporter else "exporter"
        theirs = newest(sides, year=top.year, goods=top.goods)[f"{side}_bn"]
        if theirs:
            counted = told_dollars(theirs.value)
            return f" ({in_sentence(top[side])} counts {counted:usd})"
    whole = newest(totals, year=top.year)
    if top.reporter == whole.reporter or not whole:
        return ""
    counted = told_dollars(whole.value.value)
    return f" ({in_sentence(whole.reporter)} counts {counted:usd} in all)"


def structure(table: pd.DataFrame, here: str) -> str:
    """Return the finding of a table: what leads it and, of two years, what gained most."""
    top = newest(largest(table).head(1))
    name = riser(table)
    if not name:
        return f"{top.goods}: {top.share:percent} of {flow_name(table, here)}"
    at = ends_and_peak(shares_of(table)[name])
    old, flow = led_first(table), unowned_flow(table, here)
    text = f"{small(name)} rose from {at.first:percent} to {at.last:percent}"
    overtook = f"{top.goods} overtook {small(old)} in {flow}"
    # Whose count it is: the other side's may have another order.
    is_other = top.reporter not in (here, BACI)
    whose = "its count" if is_other else f"{whose_statistics(top.reporter)} count"
    return either(
        _fits(f"{overtook} ({whose}, {top.year})") if old else "",
        _fits(f"{overtook} ({whose})") if old else "",
        "" if name == top.goods else _fits(f"{top.goods} leads; {text}"),
        capital(f"{text} of {flow_slug(table, here)}"),
    )


def _fits(title: str) -> str:
    """Return a title if it has ten words at most."""
    return title if len(title.split()) <= 10 else ""


def accent(table: pd.DataFrame) -> str:
    """Return the good that the finding is about."""
    top = str(largest(table)["goods"][0])
    return top if led_first(table) else riser(table) or top


def subtitle(table: pd.DataFrame, here: str) -> str:
    """Say what a table's bars and marks are, and whose statistics."""
    book = table["reporter"].iloc[0]
    of = BACI if book == BACI else f"{whose_statistics(book)} statistics"
    first, last = table["year"].min(), table["year"].max()
    when = f"{last}, marks: {first}" if first < last else last
    return f"{flow_name(table, here)}, $ billion, {when}; {of}"


def passed_over(table: pd.DataFrame) -> str:
    """Say what a table's arrows pass over: the largest share of the good that gained most."""
    name = riser(table)
    if not name:
        return ""
    at = ends_and_peak(shares_of(table)[name])
    return told(
        f"The largest share of {small(name)} was {at.most:percent}, in {at.peak}."
    )


def whose_table(
    table: pd.DataFrame,
    asked: str,
    sides: pd.DataFrame,
    totals: pd.DataFrame,
    singly: pd.DataFrame,
) -> str:
    """Say whose table it is, for which years, how much it covers, and where codes change.

    Parameters
    ----------
    asked
        Whose table the reader asked for.
    totals
        One side's figures of the whole flow.
    singly
        The single chapters that both sides list.
    """
    level, book = level_of(table), table["reporter"].iloc[0]
    if level == "wits":
        text = (
            "The World Bank’s product groups (WITS). They follow an older edition of the HS than"
            " chapter tables of today."
        )
        return told(text, _vintage(table, totals))
    whose = ""
    if book == BACI:
        none = "" if asked == BACI else ", and none of theirs was found"
        whose = (
            "BACI is CEPII’s reconciliation of what both sides report, valued without freight and"
            f" insurance; it is neither side’s own table{none}."
        )
    elif asked == BACI:
        whose = "BACI has nothing on this flow."
    elif book != asked:
        of_both = f"; of {len(singly)} chapters both sides are known"
        whose = (
            f"{possessive(name_of(asked))} full table by chapter was not found"
            f"{of_both if len(singly) else ''}. {_by_groups(asked, sides)}"
        )
    spare = table["unlisted_bn"].max()
    by_year = table.groupby("year")["value_bn"].sum()
    left_out = (
        f"Goods the source leaves out come to at most {dollars(spare):usd} a year."
    )
    return told(
        f"{_EACH[level]} of {in_years(table['year'])}.",
        whose.strip(),
        left_out if spare > 1e-3 * by_year.min() else "",
        _vintage(table, totals),
        *_fetched(table),
        *editions(table),
    )


def _by_groups(asked: str, sides: pd.DataFrame) -> str:
    """Say what leads in the product groups of the side whose chapters are not held."""
    if "wits_group" not in sides:
        return ""
    side = "exporter" if asked == sides["exporter"].iloc[0] else "importer"
    top = sides.sort_values(f"{side}_bn", na_position="first").iloc[-1]
    return (
        f"By {whose_statistics(asked)} product groups of {top['year']} the largest is"
        f" {small(top['goods'])}, {dollars(top[f'{side}_bn']):usd}."
    )


def _vintage(table: pd.DataFrame, totals: pd.DataFrame) -> str:
    """Say where the sum of a side's goods is of another release than its total."""
    last = largest(table)
    year, goods = last["year"][0], dollars(last["value_bn"].sum())
    total = newest(totals, year=year, reporter=last["reporter"][0]).value
    if not abs((goods / total).value - 1) > _SAME:
        return ""
    return (
        f"The goods of {year} come to {goods:usd}; the total shown on other pages, {total:usd}, is"
        " of another release."
    )


def _fetched(table: pd.DataFrame) -> list[str]:
    """Say which years were fetched, from whom and when."""
    sources = read_fetched("sources").set_index("source_id")
    rows = table.join(sources[["publisher", "title"]], on="sources", how="inner")
    # UN Comtrade's titles end with the day.
    days = rows["title"].str.rsplit(", ", n=1).str[-1]
    rows["title"] = rows["title"].mask(rows["publisher"] == "UN Comtrade", days)
    years = rows.groupby(["publisher", "title"])["year"].agg(in_years)
    return [
        f"{row.year}: {row.publisher}, {row.title}."
        for row in rows_of(years.reset_index())
    ]


def editions(table: pd.DataFrame) -> list[str]:
    """Say where the codes of a table change, as far as its editions are known."""
    rows = table[table["classification"] != ""].sort_values("year")
    editions = rows.drop_duplicates("year").set_index("year")["classification"]
    return [
        f"From {year} on, goods are coded in {now} instead of {then}: part of a change from"
        f" {last} may be one of code."
        for (last, then), (year, now) in pairwise(editions.items())
        if now != then
    ]


def change(table: pd.DataFrame, here: str) -> str:
    """Say how a flow grew between the first and the last year of its table, and what drove it."""
    years = years_of(table)
    if len(years) < 2:
        return ""
    moved = contribution_to_change(table, years[0], years[-1])
    most = newest(moved.sort_values("contribution", key=abs).tail(1))
    growth = exact(most.growth)
    at = ends_and_peak(table.groupby("year")["value_bn"].sum(), dollars)
    between = either(f", after {at.most:usd} in {at.peak}")
    return (
        f"{flow_name(table, here)} were {at.first:usd} in {at.begin} and {at.last:usd} in"
        f" {at.end} by {whose_statistics(table['reporter'].iloc[0])} statistics,"
        f" {times(growth + 1)}{between}; {small(most.goods)} contributed"
        f" {most.contribution:points} of the growth of {growth:percent}."
    ).replace(" points of", " percentage points of")


def listed(table: pd.DataFrame, here: str) -> pd.DataFrame:
    """Return the goods worth a hundredth of their flow or more, with what changed.

    Returns
    -------
    DataFrame
        The newest year's rows, flow, first_year and, where the table has several years,
        first_share, change (of the share) and contribution (to the growth of the flow), both in
        percentage points when times 100.
    """
    years, rows = years_of(table), largest(table)
    rows["flow"] = flow_slug(table, here).capitalize()
    rows["first_year"] = years[0]
    if len(years) > 1:
        moved = contribution_to_change(table, years[0], years[-1])
        moved["first_share"] = moved["start_bn"] / moved["start_bn"].sum()
        rows = rows.merge(moved[["goods", "first_share", "contribution"]], on="goods")
        rows["change"] = rows["share"] - rows["first_share"]
    return rows[rows["share"] >= WORTH_LISTING]


# --- a good published singly --------------------------------------------------------------------


def single_good(facts: pd.DataFrame, china: pd.DataFrame) -> pd.DataFrame:
    """Return a good whose yearly value is published singly beside all goods of the flow.

    Parameters
    ----------
    facts
        Single facts on the flow, as `ct.facts` returns them.
    china
        China's yearly figures of it, as `ct.trade` returns them.

    Returns
    -------
    DataFrame
        year, reporter, goods (Gas or Gold), item (as published), good_bn with its bounds (NaN where
        it was not published), value_bn (all goods) with bounds, rest_bn and share with their
        bounds, sources; one row a year. No rows if no followed good is a fifth of the newest year
        it is known for.
    """
    # The good of the newest count, beside the whole flow; then what that leaves, and its share.
    rows = facts.query(
        "topic in @_FOLLOWED and unit == 'USD' and period.str.len() == 4"
    )
    rows = rows.sort_values(["year", "value"])
    topic = rows["topic"].tail(1)
    # Of several counts of one year the largest stands.
    rows = rows[rows["topic"].isin(topic)].drop_duplicates("year", keep="last")
    rows[_GOOD] = rows[["value", "low", "high"]] / 1e9
    table = china[["year", "reporter", *_WHOLE, "basis", "sources"]].merge(
        rows[["year", "item", *_GOOD, "sources"]],
        how="left",
        on="year",
        suffixes=("", "_of_good"),
    )
    table["sources"] += (";" + table.pop("sources_of_good")).fillna("")
    table = table.sort_values("year", ignore_index=True)

    good = bounds(table, "good_low_bn", "good_high_bn")
    whole = bounds(table)
    part = share_bounds(good, whole)
    rest = difference_bounds(whole, good)
    left = table["value_bn"] - table["good_bn"]
    table = table.assign(
        goods="".join(topic.map(_FOLLOWED)),
        item=table.pop("item"),
        rest_bn=left.clip(lower=0),
        rest_low_bn=rest.low.clip(lower=0),
        rest_high_bn=rest.high.clip(lower=0),
        share=table["good_bn"] / table["value_bn"],
        share_low=part.low,
        share_high=part.high,
    )
    last = table["share"].dropna().tail(1)
    return table if (last >= _WORTH_FOLLOWING).any() else table.head(0)


def who_counted(row: Row) -> str:
    """Say who is behind a single fact: an agency's count is not the statistics it counts."""
    if not row:
        return ""
    last = row.sources.split(";")[-1]
    publisher = source_words()[last]["publisher"]
    if "RIA Novosti" in publisher:
        return "by a count RIA Novosti made of Chinese customs data"
    return f"as {publisher.partition(' (')[0]} reports"


def burst(months: pd.DataFrame) -> Row:
    """Return the shortest run of months that holds nine tenths of a flow, if it is over.

    Parameters
    ----------
    months
        period (`2024-10`) and value_bn, oldest first, none missing.

    Returns
    -------
    Row
        last (its last month, in words), count and value of the run, count_since and value_since of
        all months after it; unknowns if the run takes half of the months or is hardly over.

    Examples
    --------
    >>> months = pd.DataFrame({"value_bn": [1.0, 1, 50, 40, 1, 1, 1, 1]})
    >>> months["period"] = [f"2025-{n:02}" for n in range(1, 9)]
    >>> run = burst(months)
    >>> run.last, run.count, run.count_since
    ('April 2025', 2, 4)
    """
    run = window(months)
    since = months[months["period"] > run["period"].max()]
    if 2 * len(run) >= len(months) or len(since) < _PASSED:
        return Row({})
    return Row(
        {
            "last": formats.period(run["period"].iloc[-1]),
            "count": len(run),
            "value": exact(1e9 * run["value_bn"].sum()),
            "count_since": len(since),
            "value_since": exact(1e9 * since["value_bn"].sum()),
        }
    )


# --- both sides ---------------------------------------------------------------------------------


def top_goods(sides: pd.DataFrame, table: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return the largest goods of a flow by both sides, as `long` does; else in that of `table`."""
    if len(sides):
        return long(sides, n)
    kept = ["goods", "year", "sources", "reporter", "value_bn"]
    return largest(table)[kept].head(n)


def goods_title(sides: pd.DataFrame, table: pd.DataFrame, here: str) -> str:
    """Return the finding of a flow: where both sides differ most, or what leads; else nothing."""
    if len(sides):
        return sides_title(sides, here)
    return structure(table, here) if len(table) else ""


# --- words --------------------------------------------------------------------------------------


def whose_statistics(code: str) -> str:
    """Return whose statistics, as a sentence says it: `China’s`, `CEPII’s (BACI)`."""
    return (
        "CEPII’s reconciled (BACI)" if code == BACI else possessive(in_sentence(code))
    )
