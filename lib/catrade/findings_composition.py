"""Sentences of the composition report, computed from its frames."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from catrade import data_fetched, formats
from catrade.composition import share, top_items
from catrade.data import load_sources
from catrade.data_products import BACI
from catrade.fetch.revisions import revision_breaks
from catrade.names import name_of
from catrade.numbers import format_percent, format_usd
from catrade.paths import data_dir

if TYPE_CHECKING:
    from catrade.views_composition import Goods

#: Why a share of chapters cannot be called a share of high technology.
PROXY = (
    "High-tech goods cannot be told apart by HS chapter: the sum of these chapters also holds "
    "ordinary machines, cables and lorries, so it is an upper bound and not a high-tech share."
)
#: Columns of the table of facts, made by `facts_table`.
FACT_COLUMNS: Mapping[str, Any] = {
    "period": ("Period", "period"),
    "item": "What",
    "amount": "Amount",
    "share": ("Share of the flow", "percent"),
    "growth": ("On the year before", "percent"),
    "publisher": "Published by",
}
_NAMES = {"hs_chapter": "short_name", "section": "section_short"}


def answer(flows: list[Goods], partner: str) -> str:
    """Answer the question of `trade_composition`: what is traded, newest first."""
    known = [_structure(flow) for flow in flows if flow.book]
    without = [flow for flow in flows if not flow.book]
    if without:
        names = formats.join([flow.name for flow in without])
        known.append(f"No complete table by HS chapter is held for {names}{_instead(without)}.")
    return " ".join(known)


def _instead(flows: list[Goods]) -> str:
    """Name what is known of flows without a table: the old structure, and gold."""
    parts = []
    old = [flow for flow in flows if len(flow.groups)]
    if old:
        year = max(flow.groups["year"].max() for flow in old)
        tops = [_largest_group(flow, year) for flow in old]
        parts.append(f"the newest complete structure, of {year}, had {formats.join(tops)}")
    for flow in flows:
        gold_rows = flow.facts[(flow.facts["topic"] == "gold") & flow.facts["share"].notna()]
        if len(gold_rows):
            row = gold_rows.sort_values("year").iloc[-1]
            parts.append(f"in {row['period']}, {_percent(row)} of what China bought was gold")
    return "; " + "; ".join(parts) if parts else ""


def _largest_group(flow: Goods, year: int) -> str:
    rows = flow.groups[flow.groups["year"] == year]
    top = rows.nlargest(1, "share").iloc[0]
    side = "China's exports" if flow.exporter == "CHN" else "its imports"
    return f"{_lower(str(top['label']))} at {_percent(top)} of {side}"


def _structure(flow: Goods) -> str:
    year = flow.years[-1]
    newest = flow.items[flow.items["year"] == year]
    top = share(top_items(newest, 3))
    label = next(name for item, name in _NAMES.items() if item in top.columns)
    named = [f"{_lower(row[label])} ({_percent(row)})" for _, row in top.head(3).iterrows()]
    return (
        f"The largest parts of {flow.name} in {year}, by {_whose(flow.book)}, were "
        f"{formats.join(named)}."
    )


def missing(flow: Goods) -> str:
    """Say plainly that there is no table, what there is instead, and how to get one."""
    held = "the single facts below"
    if len(flow.groups):
        held = f"the structure of {flow.groups['year'].max()} by SITC section and {held}"
    return (
        f"No complete table of {flow.name} by HS chapter is held for these years; this page has "
        f"{held}. With a network, `{fetch_command(flow)}` brings one from UN Comtrade."
    )


def fetch_command(flow: Goods) -> str:
    """Return the command that fetches the missing table."""
    partner = flow.importer if flow.exporter == "CHN" else flow.exporter
    return f"catrade fetch comtrade --reporter CHN --partner {partner} --years 2015-2024 --level 2"


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
    text += _fetched(flow) + _editions(flow)
    spare = flow.items["unlisted_usd"].max() if "unlisted_usd" in flow.items else 0
    if spare > 1e-3 * flow.items.groupby("year")["value_usd"].sum().min():
        text += f" Goods not listed by the source come to at most {_usd(spare)} a year."
    return text


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
    count = len(flow.years)
    held = "no year" if not count else f"only {flow.years[0]}"
    return f"{flow.name}: a comparison over time needs tables of two years; there is {held}."


def shift(flow: Goods, index: pd.DataFrame) -> str:
    """Say how far the composition moved between its first and last year."""
    row = index.iloc[0]
    moved = format_percent(row["index"], row["index_low"], row["index_high"])
    return (
        f"Between {row['start']} and {row['end']}, {moved} of {flow.name} moved from some goods to "
        "others (half the sum of the absolute changes of shares)."
    )


def leading_goods(flow: Goods, table: pd.DataFrame) -> str:
    """Put the first statement beside the figures: what leads China's exports."""
    rows = table.sort_values("year")
    first, last = rows.iloc[0], rows.iloc[-1]
    text = (
        f"The announcement says that machinery, electronics and high-tech goods led China's "
        f"exports in 2025. Of {flow.name}, machinery, electronics and vehicles made "
        f"{_percent(last)} in {last['year']}"
    )
    if last["year"] == first["year"]:
        return text + "."
    return f"{text}, against {_percent(first)} in {first['year']}{_reach(flow)}."


def diversity(flow: Goods, table: pd.DataFrame) -> str:
    """Put the second statement beside the figures: whether China's imports became more diverse."""
    rows = table.sort_values("year")
    first, last = rows.iloc[0], rows.iloc[-1]
    change = last["hhi"] - first["hhi"]
    if last["hhi_high"] < first["hhi_low"]:
        verdict = f"less concentrated in {last['year']} than in {first['year']}"
    elif last["hhi_low"] > first["hhi_high"]:
        verdict = f"more concentrated in {last['year']} than in {first['year']}"
    else:
        verdict = f"as concentrated in {last['year']} as in {first['year']}, within rounding"
    return (
        f"The announcement says that China's imports became more diverse in 2025. {flow.name} were "
        f"{verdict}: the Herfindahl–Hirschman index went from {first['hhi']:.3f} to "
        f"{last['hhi']:.3f} ({formats.fixed(change, 3)}), as if trade were spread evenly over "
        f"{last['equivalent_items']:.1f} instead of {first['equivalent_items']:.1f} items"
        f"{_reach(flow)}."
    )


def _reach(flow: Goods) -> str:
    return "; no chapter table reaches 2025" if flow.years[-1] < _SAID_OF else ""


#: The year the announcement speaks of.
_SAID_OF = 2025


def not_checkable(flow: Goods) -> str:
    """Say that the announcement's statement cannot be checked for this flow."""
    said = (
        "that machinery, electronics and high-tech goods led China's exports"
        if flow.exporter == "CHN"
        else "that China's imports became more diverse"
    )
    return (
        f"The announcement says {said} in 2025; for {flow.name} this cannot be checked, since no "
        "table by chapter is held."
    )


def one_side_only(flow: Goods) -> str:
    """Say that only one side's table, or none, is held."""
    held = f"only {name_of(flow.book)}'s table is held" if flow.book else "no table is held"
    return f"{flow.name}: the two sides cannot be compared by chapter, because {held}."


def gold(effect: pd.DataFrame) -> str:
    """Say what Kyrgyz gold means for the region's sales to China."""
    share_row = effect[effect["measure"] == "gold_share"].iloc[0]
    growth = effect[effect["measure"] == "growth"].reset_index(drop=True)
    with_it, without = (_rate(growth.iloc[place]) for place in (0, 1))
    text = (
        f"In {share_row['period']}, {_rate(share_row)} of what China bought from Kyrgyzstan was "
        f"gold. China's imports from the region grew {with_it}, without Kyrgyzstan {without}"
    )
    part = effect[effect["measure"] == "share_of_increase"]
    if part.empty:
        return text + "."
    return f"{text}: Kyrgyzstan alone made {_rate(part.iloc[0])} of the increase."


def gold_not_yet(year: int) -> str:
    """Say why the gold section is empty."""
    return f"The gold that Kyrgyzstan sold to China is known for {year}, after the years shown."


def gold_elsewhere() -> str:
    """Say why the gold section is empty for a partner outside Central Asia."""
    return "This bears on China's imports from Central Asia only, not on this partner's goods."


def facts_table(facts: pd.DataFrame) -> pd.DataFrame:
    """Return single facts as the report lists them: newest first, amounts in words."""
    rows = facts[facts["topic"] != "all_goods"]
    if rows.empty:
        return rows.assign(amount="", publisher="")
    names = load_sources().set_index("source_id")["publisher"]
    publisher = [formats.join([names[one] for one in ids.split(";")]) for ids in rows["source_id"]]
    rows = rows.assign(amount=[_amount(row) for _, row in rows.iterrows()], publisher=publisher)
    order = rows.sort_values(["year", "period", "topic"], ascending=[False, False, True]).index
    return rows.loc[order].reset_index(drop=True)


def _amount(row: pd.Series[float]) -> str:
    if formats.is_missing(row["value"]):
        return ""
    if str(row["unit"]) == "USD":
        return format_usd(row["value"], row["low"], row["high"])
    return f"{formats.fixed(row['value'], 0 if row['value'] >= 100 else 1)} {row['unit']}"


def _rate(row: pd.Series[float]) -> str:
    return format_percent(row["value"], row["low"], row["high"])


def _percent(row: pd.Series[float]) -> str:
    return format_percent(row["share"], row["share_low"], row["share_high"])


def _usd(value: float) -> str:
    return format_usd(value, 0.95 * value, 1.05 * value)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _runs(years: list[int]) -> list[str]:
    from catrade.findings import year_ranges

    return year_ranges(years)
