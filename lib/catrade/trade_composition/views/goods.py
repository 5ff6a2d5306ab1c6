"""What reports show of both sides' figures by good, and of the gold from Kyrgyzstan."""

from __future__ import annotations

import math

import pandas as pd

from catrade.cells import series
from catrade.fetch.frames import PARTIAL
from catrade.load.goods import load_composition, load_composition_groups, load_highlights
from catrade.load.trade import load_trade
from catrade.load.wits import load_product_groups
from catrade.names import CENTRAL_ASIA
from catrade.trade_composition import both_sides as books
from catrade.trade_composition.charts import both_sides as charts
from catrade.trade_composition.concentration import item_column
from catrade.trade_composition.say import goods as findings
from pagemill import display

Shown = list[object]

_GOLD_YEAR = 2025
_PARTS = (
    "Only the chapters that both sides' sources hold: ores, inorganic chemicals and metals, not the"
    " whole flow."
)
_NOTES = {
    "wits_group": "Product groups of the World Bank (WITS).",
    "group": "The exporter's side is UNCTAD's matrix, which takes China's reports, by section of"
    " the SITC; the importer's chapters are joined to match, an approximation.",
}


def pairs(exporter: str, importer: str, start: int, end: int) -> pd.DataFrame:
    """Return the newest comparison by good that the tables of both sides bear.

    Product groups, else chapters (of which a side may list only some), else, for China's exports,
    UNCTAD's sections beside the importer's chapters. Never one classification against another.

    Returns
    -------
    DataFrame
        What `books.shares_of_gap` returns, of one year, plus covered: where China lists only some
        chapters, the part of its figure that they come to; else NaN. No rows if nothing can be
        compared.
    """
    flow = exporter, importer
    chapters = load_composition(*flow, start=start, end=end, partial=True)
    tries = [books.compare_reporters(load_product_groups(*flow, start=start, end=end))]
    tries.append(books.compare_reporters(chapters))
    if exporter == "CHN":
        groups = load_composition_groups(*flow, None, start, end, "SITC1")
        theirs = chapters[chapters["reporter"] == importer]
        tries.append(books.sections_and_chapters(groups, theirs))
    best = next((one for one in tries if one["difference_usd"].notna().any()), tries[0])
    found = books.shares_of_gap(best[best["year"] == best["year"].max()])
    some = chapters[(chapters["coverage"] == PARTIAL) & chapters["year"].isin(found["year"])]
    if some.empty or best is not tries[1]:
        return found.assign(covered=math.nan)
    listed = float(some["value_usd"].sum())
    return found.assign(covered=listed / (listed + float(some["unlisted_usd"].iloc[0])))


def both_sides(table: pd.DataFrame, name: str) -> Shown:
    """Show a comparison that `pairs` made: its sentence and its figure; nothing without rows."""
    if table.empty:
        return []
    note = _NOTES.get(item_column(table, "both_sides"), "")
    drawn = table
    if table["covered"].notna().any():
        note, drawn = _PARTS, table[table["difference_usd"].notna()]
    chart = charts.both_books(drawn, top_n=16, note=note, name=name)
    return [display.note(findings.gap(table)), chart]


def by_goods(partner: str, start: int, end: int) -> tuple[Shown, list[pd.DataFrame]]:
    """Show where the gap between the two sides sits by good, for the report on the two sides.

    Parameters
    ----------
    partner
        The country; of the region it is Kyrgyzstan, where the gap is largest, with Tajikistan in
        the table.

    Returns
    -------
    What to display, and the frames whose sources are to be listed.
    """
    countries = ["KGZ", "TJK"] if partner in ("CA5", "CA4") else [partner]
    ways = [("CHN", one) for one in countries]
    ways += [(partner, "CHN")] if len(countries) == 1 else []
    tables = [table for way in ways if len(table := pairs(*way, start, end))]
    if not tables:
        return [], []
    largest = max(tables, key=lambda table: abs(table["gap_usd"].iloc[0]))
    rows = findings.gap_rows(pd.concat(tables, ignore_index=True))
    caption = "Where the two sides' figures differ by good, the largest differences of each flow"
    listed = display.table(rows, caption, columns=findings.GAP_COLUMNS, name="gap-by-goods")
    return [*both_sides(largest, "books-by-goods"), listed], tables


def gold(partner: str, end: int) -> tuple[Shown, list[pd.DataFrame]]:
    """Show what Kyrgyz gold does to China's imports from the region, on Kyrgyzstan's own page.

    Returns
    -------
    What to display, and the frames whose sources are to be listed; both empty for another partner
    or a window that ends before the gold is known.
    """
    if partner != "KGZ" or end < _GOLD_YEAR:
        return [], []
    cells = series.annual(load_trade(end=end), reporter="CHN", partner=[*CENTRAL_ASIA, "CA5"])
    cells = cells[cells["flow"] == "import"]
    facts = load_highlights("KGZ", "CHN")
    effect = books.gold_effect(cells, facts, _GOLD_YEAR)
    before = _GOLD_YEAR - 1
    of_year = {"start": before, "end": before, "frequency": "monthly", "convert": False}
    months = load_trade("CHN", "KGZ", "import", **of_year)  # type: ignore[arg-type]
    months = months[months["currency"] == "CNY"]
    note = display.note(findings.gold(effect, facts, months))
    return [note, charts.gold_effect(effect)], [effect, months]
