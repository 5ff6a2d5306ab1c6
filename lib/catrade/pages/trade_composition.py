"""What the trade composition page draws and says that its notebook should not hold.

A `table` is what `ct.goods` returns of one flow, `sides` what `ct.mirror_goods` returns of it,
`single` what `single_good` makes of a good that is published singly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from catrade import words
from catrade.calc import changes, running
from catrade.calc.changes import peak_between
from catrade.calc.composition import contribution_to_change
from catrade.calc.concentration import LEVELS
from catrade.tables import fetched
from catrade.tables.names import in_sentence, name_of
from catrade.tables.paths import data_dir
from catrade.tables.products import BACI
from catrade.tables.trade import load_sources, load_trade
from catrade.words import dollars, exact
from rounding import formats
from rounding.intervals import bounds, difference_bounds, share_bounds
from rounding.rounded import Rounded
from rounding.told import Row, either, newest
from rounding.told import told as joined

#: A good that is more of a flow than this is told as nearly all of it.
NEARLY_ALL = 0.9
#: Of single facts, the goods whose yearly value is followed, as a chart names them.
_FOLLOWED = {"gas": "Gas", "gold": "Gold"}
#: All goods of a flow, the good followed and the rest, each with its bounds.
_WHOLE = ["value_bn", "low_bn", "high_bn"]
_GOOD = ["good_bn", "good_low_bn", "good_high_bn"]
_REST = ["rest_bn", "rest_low_bn", "rest_high_bn"]
#: A good that is less of a flow than this is not told apart from the rest.
_WORTH_FOLLOWING = 0.2
#: A good that is less of a flow than this is in the download only.
_WORTH_LISTING = 0.01
#: Two figures of a good that are no further apart (in logarithms) agree.
_AGREE = 0.05
#: A sum of goods that differs less from a total is of the same release, within what is left out.
_SAME = 0.005
#: A good worth less than this part of the flow is not told as one that agrees.
_WORTH_TELLING = 0.05
_EACH = {
    "hs_chapter": "HS chapters",
    "section": "HS sections",
    "wits_group": "product groups",
}


def item_of(table: pd.DataFrame) -> str:
    """Return the column that holds the code of the goods."""
    return next(column for column in LEVELS if column in table)


def level_of(table: pd.DataFrame) -> str:
    """Return the level of the goods, as `ct.goods` is asked for it."""
    item = item_of(table)
    return {"hs_chapter": "chapter", "wits_group": "wits"}.get(item, item)


def years_of(table: pd.DataFrame) -> list[int]:
    """Return the years of a table, oldest first."""
    return sorted(int(year) for year in table["year"].unique())


def largest(table: pd.DataFrame) -> pd.DataFrame:
    """Return the newest year's goods, largest first."""
    rows: pd.DataFrame = table[table["year"] == table["year"].max()]
    return rows.sort_values("value_bn", ascending=False, ignore_index=True)


def flow_name(frame: pd.DataFrame) -> str:
    """Return a flow as a reader says it, from China's side: `China’s exports to Kazakhstan`."""
    seller, buyer = frame[["exporter", "importer"]].iloc[0]
    if seller == "CHN":
        return f"China’s exports to {in_sentence(buyer)}"
    return f"China’s imports from {in_sentence(seller)}"


def slug(frame: pd.DataFrame) -> str:
    """Return `exports` or `imports`, as China sees the flow."""
    return "exports" if frame["exporter"].iloc[0] == "CHN" else "imports"


def tells(table: pd.DataFrame, sides: pd.DataFrame) -> bool:
    """Say whether a figure of a table shows what neither one good nor both sides' figures do."""
    if table.empty or "wits_group" not in table:
        return len(table) > 0
    return sides.empty and bool(largest(table)["share"][0] <= NEARLY_ALL)


# --- the table ----------------------------------------------------------------------------------


def rest_leads(table: pd.DataFrame, n: int = 6) -> bool:
    """Say whether what is not among the `n` largest goods is more than the largest of them."""
    shares = largest(table)["share"]
    return bool(shares[n:].sum() > shares.max())


def ranked(table: pd.DataFrame, n: int = 6) -> pd.DataFrame:
    """Return the `n` largest goods of the newest year and the rest, in the first year and in it.

    Returns
    -------
    DataFrame
        goods, year, share with its bounds, value_bn, dollars (in words), reporter, sources; no row
        for a year whose table does not list the goods.
    """
    last, years = largest(table), years_of(table)
    order = last["goods"].head(n).tolist()
    rest = f"All other ({len(last) - n})"
    rows = table[table["year"].isin([years[0], years[-1]])]
    rows = rows.assign(goods=rows["goods"].where(rows["goods"].isin(order), rest))
    rule = dict.fromkeys(["share", "share_low", "share_high", "value_bn"], "sum")
    rule |= dict.fromkeys(["reporter", "sources"], "first")
    sums = rows.groupby(["goods", "year"], as_index=False).agg(rule)
    sums["dollars"] = [f"{dollars(value):bn}" for value in sums["value_bn"]]
    places = sums["goods"].map({name: at for at, name in enumerate(order)}).fillna(n)
    return sums.iloc[places.argsort(kind="stable")].reset_index(drop=True)


def riser(table: pd.DataFrame) -> pd.Series[float]:
    """Return the share by year of the good that gained most from first to last year, by its name.

    A good that a table does not list is no part of it that can be told.
    """
    shares = table.pivot_table("share", "year", "goods", fill_value=0.0)
    gains = shares.iloc[-1] - shares.iloc[0]
    return shares[gains.idxmax()].astype(float)


def span(values: pd.Series[float], said: Callable[[float], Rounded] = exact) -> Row:
    """Return a series' ends and the peak between them: begin, first, end, last, peak, most.

    Without a peak clearly above both ends the last two are unknown. `said` makes numbers of the
    values: `exact`, or `dollars` of billions.

    Examples
    --------
    >>> shares = span(pd.Series({2017: 0.037, 2023: 0.248, 2024: 0.202}))
    >>> f"{shares.first:percent} in {shares.begin}, {shares.most:percent} in {shares.peak}"
    '3.7% in 2017, 24.8% in 2023'
    """
    found = {
        "begin": values.index[0],
        "first": said(values.iloc[0]),
        "end": values.index[-1],
        "last": said(values.iloc[-1]),
    }
    if peak := peak_between(values):
        found |= {"peak": peak, "most": said(values[peak])}
    return Row(found)


def led_before(table: pd.DataFrame) -> Row:
    """Return the good that led the year before, where another leads now: else unknowns.

    Returns
    -------
    Row
        goods, year, then (its share in that year) and now (in the newest year).
    """
    last = largest(table)
    before = largest(table[table["year"] == table["year"].max() - 1])
    if before.empty or before["goods"][0] == last["goods"][0]:
        return Row({})
    old = before.iloc[0]
    now = last.set_index("goods")["share"].get(old["goods"], 0.0)
    shares = {"then": exact(old["share"]), "now": exact(now)}
    return Row({"goods": _lower(old["goods"]), "year": int(old["year"]), **shares})


def lead(table: pd.DataFrame) -> Row:
    """Return the largest good of the newest year: goods, value, whole, year, whose, by_year."""
    if table.empty:
        return Row({"by_year": []})
    last = largest(table)
    name, year = last["goods"][0], int(last["year"][0])
    known = table[table["goods"] == name].set_index("year")["value_bn"]
    return Row(
        {
            "goods": _lower(name),
            "value": dollars(last["value_bn"][0]),
            "whole": dollars(last["value_bn"].sum()),
            "year": year,
            "whose": possessive(last["reporter"][0]),
            "by_year": known.reindex(range(table["year"].min(), year + 1)).tolist(),
        }
    )


def beside(table: pd.DataFrame, sides: pd.DataFrame, china: pd.DataFrame) -> str:
    """Say what the other side has for the leading good, else what China has for the whole flow."""
    if table.empty:
        return ""
    top = largest(table).iloc[0]
    same = sides[(sides["year"] == top["year"]) & (sides["goods"] == top["goods"])]
    if len(same) and item_of(sides) == item_of(table):
        side = "importer" if top["reporter"] == top["exporter"] else "exporter"
        figure = same[f"{side}_bn"].iloc[0]
        if top["reporter"] != BACI and figure == figure:
            return f" ({name_of(top[side])} counts {dollars(figure):usd})"
    whole = china[china["year"] == top["year"]]
    if top["reporter"] == "CHN" or whole.empty:
        return ""
    return f" (China counts {dollars(whole['value_bn'].iloc[0]):usd} in all)"


def rise(table: pd.DataFrame) -> str:
    """Say which good gained most, at its peak too, or what led the year before."""
    if table.empty or len(years_of(table)) < 2:
        return ""
    shares, old = riser(table), led_before(table)
    at, name = span(shares), _lower(str(shares.name))
    text = f"; {name} rose from {at.first:percent} of it in {at.begin} to"
    return either(
        f"{text} {at.most:percent} in {at.peak}, then fell to {at.last:percent}",
        f"; {old.goods} led in {old.year} ({old.then:percent}, then {old.now:percent})",
        f"{text} {at.last:percent}" if slug(table) == "exports" else "",
    )


def structure(table: pd.DataFrame) -> str:
    """Return the finding of a table: what leads it and, of two years, what gained most."""
    top = newest(largest(table).head(1))
    if len(years_of(table)) < 2:
        return f"{top.goods}: {top.share:percent} of {flow_name(table)}"
    shares, old = riser(table), led_before(table)
    at, name = span(shares), str(shares.name)
    text = f"{_lower(name)} rose from {at.first:percent} to {at.last:percent}"
    return either(
        _fits(
            f"{name}: {at.first:percent} to {at.most:percent} in {at.peak}, then"
            f" {at.last:percent}"
        ),
        f"{top.goods} first since {top.year}, with {top.share:percent}; {old.goods}"
        f" {old.now:percent}",
        "" if name == top.goods else _fits(f"{top.goods} leads; {text}"),
        words.capital(f"{text} of {slug(table)}"),
    )


def _fits(title: str) -> str:
    """Return a title if it has ten words at most."""
    return title if len(title.split()) <= 10 else ""


def accent(table: pd.DataFrame) -> str:
    """Return the good that the finding is about."""
    if led_before(table) or len(years_of(table)) < 2:
        return str(largest(table)["goods"][0])
    return str(riser(table).name)


def subtitle(table: pd.DataFrame) -> str:
    """Say what a table's arrows are, and whose statistics."""
    book, years = table["reporter"].iloc[0], years_of(table)
    of = BACI if book == BACI else f"{in_sentence(book)}’s statistics"
    since = f"{years[0]} → " if len(years) > 1 else ""
    return (
        f"Share of {flow_name(table)}, %, {since}{years[-1]}, and dollars of"
        f" {years[-1]}; {of}"
    )


def whose(
    table: pd.DataFrame,
    asked: str,
    sides: pd.DataFrame,
    china: pd.DataFrame,
    singly: pd.DataFrame,
) -> str:
    """Say whose table it is, for which years, how much it covers, and where codes change.

    Parameters
    ----------
    asked
        Whose table the reader asked for.
    china
        China's figures of the whole flow.
    singly
        The single chapters that both sides list.
    """
    item, book, years = item_of(table), table["reporter"].iloc[0], years_of(table)
    if item == "wits_group":
        text = (
            "The World Bank’s product groups (WITS). They follow an older edition of the HS than"
            " chapter tables of today."
        )
        return joined(text, _vintage(table, china))
    said = [f"{_EACH[item]} of {words.years(years)}."]
    if book == BACI:
        none = "" if asked == BACI else ", and none of theirs was found"
        said.append(
            "BACI is CEPII’s reconciliation of what both sides report, valued without freight and"
            f" insurance; it is neither side’s own table{none}."
        )
    elif asked == BACI:
        said.append("BACI has nothing on this flow.")
    elif book != asked:
        text = f"{name_of(asked)}’s full table by chapter was not found"
        if len(singly):
            text += f"; of {len(singly)} chapters both sides are known"
        said += [f"{text}.", _by_groups(asked, sides)]
    spare = table["unlisted_bn"].max()
    if spare > 1e-3 * table.groupby("year")["value_bn"].sum().min():
        said.append(
            f"Goods the source leaves out come to at most {dollars(spare):usd} a year."
        )
    return joined(*said, _vintage(table, china), *_fetched(table), *editions(table))


def _by_groups(asked: str, sides: pd.DataFrame) -> str:
    """Say what leads in the product groups of the side whose chapters are not held."""
    if "wits_group" not in sides:
        return ""
    side = "exporter" if asked == sides["exporter"].iloc[0] else "importer"
    top = sides.sort_values(f"{side}_bn", na_position="first").iloc[-1]
    return (
        f"By {possessive(asked)} product groups of {top['year']} the largest is"
        f" {_lower(top['goods'])}, {dollars(top[f'{side}_bn']):usd}."
    )


def _vintage(table: pd.DataFrame, china: pd.DataFrame) -> str:
    """Say where the sum of China's goods is of another release than its total."""
    year = table["year"].max()
    goods = dollars(largest(table)["value_bn"].sum())
    total = newest(china, year=year).value
    if table["reporter"].iloc[0] != "CHN" or not abs((goods / total).value - 1) > _SAME:
        return ""
    return (
        f"The goods of {year} come to {goods:usd}; the total shown on the pages of growth and of"
        f" both sides, {total:usd}, is of another release."
    )


def _fetched(table: pd.DataFrame) -> list[str]:
    """Say which years were fetched, from whom and when."""
    titles = fetched.sources(data_dir()).set_index("source_id")
    said = []
    for source, rows in table[table["sources"].isin(titles.index)].groupby("sources"):
        publisher, title = map(str, titles.loc[str(source), ["publisher", "title"]])
        what = title.rpartition(", ")[2] if publisher == "UN Comtrade" else title
        said.append(f"{words.years(rows['year'])}: {publisher}, {what}.")
    return said


def editions(table: pd.DataFrame) -> list[str]:
    """Say where the codes of a table change, as far as its editions are known."""
    known = table[table["classification"] != ""].sort_values("year")
    editions = known.drop_duplicates("year")[["year", "classification"]].to_numpy()
    return [
        f"From {year} on, goods are coded in {now} instead of {then}: part of a change from"
        f" {last} may be one of code."
        for (last, then), (year, now) in pairwise(editions)
        if now != then
    ]


def change(table: pd.DataFrame) -> str:
    """Say how a flow grew between the first and the last year of its table, and what drove it."""
    years = years_of(table)
    if len(years) < 2:
        return ""
    moved = contribution_to_change(table, years[0], years[-1])
    most = moved.iloc[int(moved["contribution"].abs().argmax())]
    part, growth = Rounded.of(most, "contribution"), exact(most["growth"])
    at = span(table.groupby("year")["value_bn"].sum(), dollars)
    between = either(f", after {at.most:usd} in {at.peak}")
    return (
        f"{flow_name(table)} were {at.first:usd} in {at.begin} and {at.last:usd} in"
        f" {at.end}{between} by {possessive(table['reporter'].iloc[0])} statistics,"
        f" {growth + 1:times} as much; {_lower(most['goods'])} contributed {part:points} of the"
        f" growth of {growth:percent}."
    ).replace(" points of", " percentage points of")


def listed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the goods worth a hundredth of their flow or more, with what changed.

    Returns
    -------
    DataFrame
        The newest year's rows, flow, first_year and, where the table has several years,
        first_share, change (of the share) and contribution (to the growth of the flow), both in
        percentage points when times 100.
    """
    years, rows = years_of(table), largest(table)
    rows = rows.assign(flow=slug(table).capitalize(), first_year=years[0])
    if len(years) > 1:
        moved = contribution_to_change(table, years[0], years[-1]).set_index("goods")
        first = rows["goods"].map(moved["start_bn"] / moved["start_bn"].sum())
        rows = rows.assign(first_share=first, change=rows["share"] - first)
        rows["contribution"] = rows["goods"].map(moved["contribution"])
    return rows[rows["share"] >= _WORTH_LISTING]


def in_order(news: Iterable[Any], first: str = "") -> list[Any]:
    """Return news (sentence, value, what, values by year) with the greatest first.

    The sentence `first` leads whatever it is worth; what is not known comes last.
    """

    def place(one: Any) -> tuple[bool, bool, float]:
        said = joined(one[0])
        return not said, said != first, -one[1].value if said else 0.0

    return sorted(news, key=place)


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
    rows = facts[(facts["period"].str.len() == 4) & (facts["unit"] == "USD")]
    rows = rows[rows["topic"].isin(_FOLLOWED)].sort_values(["year", "value"])
    # Of several counts of one year the largest stands.
    rows = rows[rows["topic"].isin(rows["topic"].tail(1))]
    rows = rows.drop_duplicates("year", keep="last").set_index("year")
    named = rows[["topic", "item", "sources"]].add_suffix("_of_good")
    named[_GOOD] = rows[["value", "low", "high"]] / 1e9
    table = china[["year", "reporter", *_WHOLE, "basis", "sources"]]
    table = table.join(named, on="year").sort_values("year", ignore_index=True)
    one = bounds(table, "good_low_bn", "good_high_bn")
    whole = bounds(table, "low_bn", "high_bn")
    part, rest = share_bounds(one, whole), difference_bounds(whole, one)
    table["sources"] += (";" + table.pop("sources_of_good")).fillna("")
    table = table.assign(
        goods=table.pop("topic_of_good").map(_FOLLOWED).ffill().bfill(),
        item=table.pop("item_of_good"),
        rest_bn=(table["value_bn"] - table["good_bn"]).clip(lower=0),
        rest_low_bn=rest.low.clip(lower=0),
        rest_high_bn=rest.high.clip(lower=0),
        share=table["good_bn"] / table["value_bn"],
        share_low=part.low,
        share_high=part.high,
    )
    last = table["share"].dropna().tail(1)
    return table if (last >= _WORTH_FOLLOWING).any() else table.head(0)


def parts(single: pd.DataFrame) -> pd.DataFrame:
    """Return a good and the rest of its flow a row a part and year, to be drawn on one another."""
    good = str(single["goods"].iloc[0])
    known = single.dropna(subset=["good_bn"])
    one = known[_GOOD].set_axis(_WHOLE, axis=1).assign(part=good)
    rest = known[_REST].set_axis(_WHOLE, axis=1).assign(part="All other goods")
    whole = single.loc[single["good_bn"].isna(), _WHOLE]
    whole = whole.assign(part=f"All goods ({good.lower()} not published)")
    rows = pd.concat([one, rest, whole]).join(single[["year", "reporter", "sources"]])
    return rows.sort_values("year", kind="stable", ignore_index=True)


def counted(row: Row) -> str:
    """Say who is behind a single fact: an agency's count is not the statistics it counts."""
    if not row:
        return ""
    names = load_sources().set_index("source_id")["publisher"]
    publisher = str(names[row.sources.rpartition(";")[2]])
    if "RIA Novosti" in publisher:
        return "by a count RIA Novosti made of customs data"
    return f"as {publisher.partition(' (')[0]} reports"


def burst(partner: str, start: int, end: int) -> Row:
    """Return the run of months in which China bought nine tenths of what it did, if it is over.

    Returns
    -------
    Row
        count, first and last (month) of the run, value, count_since and value_since (in words, in
        yuan as customs prints months); unknowns without a burst.
    """
    span: dict[str, Any] = {"start": start, "end": end, "frequency": None}
    rows = load_trade("CHN", partner, "import", convert=False, **span)
    months = running.figures(rows, "monthly").set_index("period")["value"]
    found = changes.burst(months)
    for name, value in found.items():
        if name in ("first", "last"):
            found[name] = formats.period(value)
        elif name.startswith("value"):
            found[name] = exact(value)
    return Row(found)


# --- both sides ---------------------------------------------------------------------------------


def long(sides: pd.DataFrame, n: int = 6) -> pd.DataFrame:
    """Return the largest goods of a comparison a row a good and side: goods, reporter, value_bn.

    A good that is less than a hundredth of all is left out: its figures would be a few thousand
    dollars.
    """
    rows = sides.assign(size=sides[["exporter_bn", "importer_bn"]].max(axis=1))
    rows = rows[rows["size"] >= _WORTH_LISTING * rows["size"].sum()]
    rows = rows.sort_values("size", ascending=False).head(n)
    seller, buyer = rows[["exporter", "importer"]].iloc[0]
    rows = rows.rename(columns={"exporter_bn": seller, "importer_bn": buyer})
    return rows.melt(
        ["goods", "year", "sources"], [seller, buyer], "reporter", "value_bn"
    )


def about(sides: pd.DataFrame, note: str, name: str = "sides") -> dict[str, Any]:
    """Return the words around a drawing of both sides' figures, and its table."""
    year = sides["year"].iloc[0]
    return {
        "title": sides_title(sides),
        "subtitle": f"{flow_name(sides)} in {year}, $ billion, both sides’ statistics",
        "note": f"{gap(sides)} {note}",
        "table": sides,
        "name": f"{name}-{slug(sides)}",
    }


def sides_title(sides: pd.DataFrame) -> str:
    """Return the finding of a comparison: the good that the two sides count least alike."""
    row = sides.iloc[int(sides["difference_bn"].abs().argmax())]
    return (
        f"{row['goods']}, {slug(sides)} {row['year']}:"
        f" {name_of(row['exporter'])} {dollars(row['exporter_bn']):bn},"
        f" {name_of(row['importer'])} {dollars(row['importer_bn']):bn}"
    )


def gap(sides: pd.DataFrame) -> str:
    """Say in which good the two sides of one flow and year are furthest apart, and which agree."""
    rows = sides.dropna(subset=["difference_bn"])
    seller, buyer, year, covered = sides[
        ["exporter", "importer", "year", "covered"]
    ].iloc[0]
    sold, bought = (
        dollars(sides["exporter_bn"].sum()),
        dollars(sides["importer_bn"].sum()),
    )
    text = (
        f"{name_of(seller)} counts {sold:usd} exported in {year}, {name_of(buyer)} {bought:usd}"
        " imported"
    )
    if covered == covered:
        text += (
            f" in the {len(rows)} chapters that both list, {exact(covered):percent} of China’s"
            " figure"
        )
    worst = rows.sort_values("difference_bn", key=abs, kind="stable").iloc[-1]
    part = worst["share_of_gap"]
    # Where gaps of goods run in both directions, a share of their sum says nothing.
    lead = (
        f"{exact(part):percent} of the gap is"
        if 0 < part <= 1
        else "The widest gap is in"
    )
    text += f". {lead} {_lower(worst['goods'])} ({_both(worst)})"
    least = _WORTH_TELLING * sides["exporter_bn"].sum()
    large = rows[rows[["exporter_bn", "importer_bn"]].min(axis=1) > least]
    apart = np.log(large["ratio"]).abs()
    if len(large) and apart.min() < _AGREE:
        alike = large.iloc[int(apart.argmin())]
        text += f"; for {_lower(alike['goods'])} they are close ({_both(alike)})"
    return f"{text}."


def grouped(sides: pd.DataFrame) -> str:
    """Say what kind of goods a comparison is by, and what that means for its figures."""
    if "wits_group" not in sides:
        single = sides["covered"].notna().any()
        return "HS chapters, those that both sides list." if single else ""
    text = "Product groups of the World Bank (WITS)."
    if ";" in sides["sources"].iloc[0]:
        text += (
            " Of one side they are its HS chapters added up; where both are held, groups of over"
            " $100 million differ by at most 1.7%."
        )
    return text


# --- words --------------------------------------------------------------------------------------


def possessive(code: str) -> str:
    """Return whose statistics, as a sentence says it: `China’s`, `CEPII’s (BACI)`."""
    return "CEPII’s reconciled (BACI)" if code == BACI else f"{in_sentence(code)}’s"


def _both(row: Any) -> str:
    return f"{dollars(row['exporter_bn']):usd} and {dollars(row['importer_bn']):usd}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
