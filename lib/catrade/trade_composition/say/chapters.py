"""Sentences of the composition report, computed from its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from catrade.fetch import frames as data_fetched
from catrade.load.products import BACI
from catrade.names import name_of
from catrade.paths import data_dir
from catrade.trade_composition.changes import revision_breaks
from catrade.trade_composition.charts.concentration import rank_words
from catrade.trade_composition.composition import share, top_items
from catrade.trade_composition.say.goods import amount, counted_by
from pagemill import formats
from pagemill.numbers import format_percent, format_points, format_usd

if TYPE_CHECKING:
    from catrade.trade_composition.views.chapters import Goods

#: Why a share of chapters cannot be called a share of high technology, and what is counted.
PROXY = (
    "Machinery, electronics and vehicles are HS 84 to 89: the commerce ministry's own category of "
    "mechanical and electrical products takes in vehicles (Order 7 of 2008, annex), and besides "
    "these chapters instruments and metal goods. High-tech goods cannot be told apart by chapter, "
    "so this is not a high-tech share."
)
#: The same goods among the product groups of the World Bank.
LEADING_GROUPS = ("84-85", "86-89")
LEADING_NAME = "machinery, electronics and vehicles"
_NAMES = {
    "hs_chapter": "short_name",
    "section": "section_short",
    "group": "group_name",
    "wits_group": "wits_name",
}
#: One item that is more of a flow than this is told alone.
_NEARLY_ALL = 0.9


def answer(flows: list[Goods], partner: str) -> str:
    """Answer the question of `trade_composition`: what is traded, newest first."""
    said = [_led(flow) for flow in flows if flow.book or len(flow.products)]
    without = [flow.name for flow in flows if not flow.book and flow.products.empty]
    if without:
        said.append(f"No table by good of {formats.join(without)} is held for these years.")
    return " ".join(said)


def _led(flow: Goods) -> str:
    """Name the largest parts of the newest table, whose it is, and what is known since."""
    if flow.book:
        rows, book = flow.items[flow.items["year"] == flow.years[-1]], flow.book
    else:
        rows, book = flow.ours, "CHN"
    top = share(top_items(rows, 3))
    label = next(name for item, name in _NAMES.items() if item in top.columns)
    named = [f"{_lower(row[label])} ({_percent(row)})" for _, row in top.head(3).iterrows()]
    first, year, whose = top.iloc[0], int(top["year"].iloc[0]), _whose(book)
    if first["share"] > _NEARLY_ALL:
        text = f"{first[label]} made up {_percent(first)} of {flow.name} in {year}, by {whose}"
    else:
        text = f"The largest parts of {flow.name} in {year}, by {whose}, were {formats.join(named)}"
    return text + (_part_covered(flow) if flow.book else _since(flow, year)) + "."


def _part_covered(flow: Goods) -> str:
    """Say how much of China's figure the partner's table comes to; empty text for China's own."""
    found = _covered(flow)
    return f"; its table is {found[0]} of China's figure" if found else ""


def covers(flow: Goods) -> str:
    """Say in a sentence how much of what China reports the partner's newest table comes to."""
    found = _covered(flow)
    if not found:
        return ""
    part, whole, year, listed = found
    return (
        f"The table of {year} comes to {listed}, {part} of the {whole} that China reports for this "
        "flow."
    )


def _covered(flow: Goods) -> tuple[str, str, int, str] | None:
    if flow.book in ("", "CHN", BACI):
        return None
    year = flow.years[-1]
    cell = flow.china[flow.china["year"] == year].dropna(subset=["value_usd"])
    if len(cell) != 1:
        return None
    whole, rows = cell.iloc[0], flow.chapters[flow.chapters["year"] == year]
    listed = float(rows["value_usd"].sum())
    part = format_percent(*(listed / whole[f"{end}_usd"] for end in ("value", "high", "low")))
    said = format_usd(*(whole[f"{end}_usd"] for end in ("value", "low", "high")))
    return part, said, year, format_usd(listed, listed, listed)


def _since(flow: Goods, year: int) -> str:
    """Say what is known of the one good that matters, in a year after the table's."""
    facts = flow.facts[(flow.facts["frequency"] == "annual") & (flow.facts["year"] > year)]
    gold = facts[(facts["topic"] == "gold") & facts["share"].notna()]
    if len(gold):
        row = gold.sort_values("year").iloc[-1]
        return (
            f"; that is before the gold: in {row['period']}, {counted_by(row)}, {_percent(row)} of "
            "what China imported was gold"
        )
    gas = facts[(facts["topic"] == "gas") & (facts["unit"] == "USD")]
    if gas.empty:
        return ""
    row = gas.sort_values("year").iloc[-1]
    return f"; {row['item']} came to {amount(row)} in {row['period']}"


def series_of_good(flow: Goods) -> str:
    """Say the yearly values of gas, where single facts give at least two; else empty text."""
    facts = flow.facts[(flow.facts["frequency"] == "annual") & (flow.facts["topic"] == "gas")]
    rows = facts[facts["unit"] == "USD"].sort_values("year").drop_duplicates("year", keep="last")
    if len(rows) < 2:
        return ""
    named = [f"{amount(row)} in {row['period']}" for _, row in rows.iterrows()]
    item = str(rows["item"].iloc[-1])
    return f"{item[:1].upper()}{item[1:]}, as published: {formats.join(named)}."


def missing(flow: Goods) -> str:
    """Say plainly that there is no table."""
    return f"No table by good of {flow.name} is held for these years."


def products_shown(flow: Goods) -> str:
    """Say what the product groups are, what they are not, and the other side's order."""
    year = int(flow.ours["year"].iloc[0])
    text = (
        f"Product groups of the World Bank (WITS) for {year}. They follow an older edition of the "
        "HS, so they are not set against chapter tables."
    )
    facts = flow.facts[(flow.facts["topic"] == "gold") & (flow.facts["year"] > year)]
    if len(facts):
        text += f" {year} is before the gold of 2024 and 2025: it is not today's structure."
    theirs = flow.products[flow.products["reporter"] != "CHN"]
    if "TKM" in (flow.exporter, flow.importer):
        text += " Turkmenistan publishes no trade statistics."
    if theirs.empty:
        return text
    top = share(top_items(theirs, 3)).head(3)
    named = [f"{_lower(row['wits_name'])} ({_percent(row)})" for _, row in top.iterrows()]
    whose = name_of(str(theirs["reporter"].iloc[0]))
    return f"{text} In {whose}'s statistics the largest are {formats.join(named)}."


def book_shown(flow: Goods) -> str:
    """Say whose table it is, for which years, whether it was fetched, and where codes change."""
    years = formats.join(_runs(flow.years))
    whose = _whose(flow.book)
    text = f"{whose[:1].upper()}{whose[1:]}, HS chapters of {years}."
    if flow.book == BACI:
        text += (
            " BACI is CEPII's reconciliation of what both sides report, valued without freight and "
            "insurance; it is neither side's own table."
        )
        if flow.asked != BACI:
            text += " Neither side's own table of this flow is held."
    elif flow.book != flow.asked:
        text += (
            " BACI has nothing on this flow."
            if flow.asked == BACI
            else f" {name_of(flow.asked)}'s own table of this flow is not held, so its partner's "
            "is shown; the two differ."
        )
    if flow.book == "KAZ" and _leaves_out(flow.years, _TRUNCATED):
        text += " UN Comtrade lacks many chapters of 2020 to 2022; those years are left out."
    text += _fetched(flow) + _editions(flow)
    spare = flow.items["unlisted_usd"].max() if "unlisted_usd" in flow.items else 0
    if spare > 1e-3 * flow.items.groupby("year")["value_usd"].sum().min():
        text += f" Goods not listed by the source come to at most {_usd(spare)} a year."
    return text


#: Years of which Kazakhstan's report in UN Comtrade is known to be incomplete.
_TRUNCATED = (2020, 2021, 2022)


def _leaves_out(years: list[int], gap: tuple[int, ...]) -> bool:
    return years[0] < gap[0] and gap[-1] < years[-1] and not set(gap) & set(years)


def _whose(book: str) -> str:
    return "BACI's reconciled figures" if book == BACI else f"{name_of(book)}'s statistics"


def _fetched(flow: Goods) -> str:
    """Say which years were fetched, from whom and when."""
    titles = data_fetched.sources(data_dir()).set_index("source_id")[["publisher", "title"]]
    ours = flow.items[flow.items["source_id"].isin(titles.index)]
    said = []
    for source, rows in ours.groupby("source_id", sort=True):
        publisher, title = (str(text) for text in titles.loc[str(source)])
        years = formats.join(_runs(sorted(int(year) for year in rows["year"].unique())))
        what = title.rpartition(", ")[2] if publisher == "UN Comtrade" else title
        said.append(f" {years}: {publisher}, {what}.")
    return "".join(said)


def _editions(flow: Goods) -> str:
    breaks = revision_breaks(flow.items[flow.items["classification"] != ""])
    return "".join(
        f" From {row['year']} on, goods are coded in {row['to_edition']} instead of "
        f"{row['from_edition']}: a change against {row['previous_year']} may come from goods that "
        "moved to another code."
        for row in breaks.to_dict("records")
    )


def recoded(flow: Goods) -> str:
    """Say that the two years compared are coded in different HS editions, if they are known to be.

    Growth of an item then mixes trade and coding; empty text if the editions are one or unknown.
    """
    editions = flow.items.groupby("year")["classification"].first()
    first, last = (str(editions[flow.years[place]]) for place in (0, -1))
    if not first or not last or first == last:
        return ""
    return (
        f"{flow.years[0]} is coded in {first} and {flow.years[-1]} in {last}: where goods were "
        "split or moved between the editions, part of a change is one of code and not of trade."
    )


def too_few_years(flow: Goods) -> str:
    """Say why there is no comparison over time."""
    return (
        f"Only the table of {flow.years[0]} is held for {flow.name}, so changes over time cannot "
        "be shown."
    )


def shift(index: pd.DataFrame) -> str:
    """Say how far the structures of the first and the last year differ."""
    row = index.iloc[0]
    moved = format_points(row["index"], row["index_low"], row["index_high"])
    return (
        f"The structures of {row['start']} and {row['end']} differ by "
        f"{moved.removesuffix(' points')} percentage points of share (Lawrence's index: 0 if "
        "identical, 100 if nothing is common)."
    )


_SAID_EXPORTS = (
    "The announcement says that machinery, electronics and high-tech goods led China's exports in "
    "2025."
)


def leading_goods(flow: Goods, table: pd.DataFrame) -> str:
    """Put the first statement beside the figures: what leads China's exports."""
    rows = table.sort_values("year")
    first, last = rows.iloc[0], rows.iloc[-1]
    text = (
        f"{_SAID_EXPORTS} By {_whose(flow.book)}, {LEADING_NAME} made up {_percent(last)} of "
        f"{flow.name} in {last['year']}"
    )
    if last["year"] == first["year"]:
        return text + "."
    return f"{text}, against {_percent(first)} in {first['year']}{_reach(flow)}."


def leading_groups(flow: Goods, table: pd.DataFrame) -> str:
    """Put the first statement beside the product groups of one year."""
    now = table.iloc[-1]
    top = share(top_items(flow.ours, 1)).iloc[0]
    text = (
        f"{_SAID_EXPORTS} By China's statistics {LEADING_NAME} made up {_percent(now)} of "
        f"{flow.name} in {now['year']}; no newer table is held."
    )
    if top["wits_group"] in LEADING_GROUPS:
        return text
    return f"{text} The largest product group was {_lower(top['wits_name'])}, {_percent(top)}."


def diversity(flow: Goods, table: pd.DataFrame, parts: pd.DataFrame) -> str:
    """Put the second statement beside the figures: whether China's imports became more diverse.

    Parameters
    ----------
    flow, table
        The flow and its rows of `concentration`.
    parts
        What `concentration_change` returns for its first and last year; empty for one year.
    """
    rows = table.sort_values("year").reset_index(drop=True)
    last, level = rows.iloc[-1], _LEVELS[str(rows["level"].iloc[0])]
    text = (
        "The announcement says that China's imports became more diverse in 2025. By "
        f"{_whose(flow.book)}, over {level}, the Herfindahl–Hirschman index of {flow.name} was "
        f"{last['hhi']:.3f} in {last['year']}, like {last['equivalent_items']:.1f} equal "
        f"{level.removeprefix('HS ')} (1/HHI)"
    )
    if parts.empty:
        return text + "."
    ranked = rows.sort_values("hhi", kind="stable")
    least, most = ranked.iloc[0], ranked.iloc[-1]
    label = next(name for item, name in _NAMES.items() if item in parts.columns)
    named = [
        f"{_lower(row[label])} ({_signed(row['hhi_change'])})"
        for row in parts.head(3).to_dict("records")
    ]
    return (
        f"{text}: {rank_words(rows['hhi'].tolist())}, between {least['hhi']:.3f} in "
        f"{least['year']} and {most['hhi']:.3f} in {most['year']}. The change since "
        f"{parts['start'].iloc[0]}, {_signed(parts['hhi_change'].sum())}, is mostly "
        f"{formats.join(named)}{_reach(flow)}."
    )


_LEVELS = {"hs_chapter": "HS chapters", "section": "HS sections", "group": "groups of chapters"}


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _reach(flow: Goods) -> str:
    return "; no chapter table reaches 2025" if flow.years[-1] < _SAID_OF else ""


#: The year the announcement speaks of.
_SAID_OF = 2025


def _percent(row: pd.Series[float]) -> str:
    return format_percent(row["share"], row["share_low"], row["share_high"])


def _usd(value: float) -> str:
    return format_usd(value, 0.95 * value, 1.05 * value)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _runs(years: list[int]) -> list[str]:
    from catrade.trade_growth.say.year import year_ranges

    return year_ranges(years)
