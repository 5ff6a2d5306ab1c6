"""What the composition report shows of each flow; for a flow without a table, what there is.

Each function takes a `Goods` and returns things to display, in order.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from catrade import books, changes, composition, concentration, data_fetched, display
from catrade import findings_composition as findings
from catrade.charts import books as book_charts
from catrade.charts import composition as charts
from catrade.charts import concentration as concentration_charts
from catrade.data_composition import load_composition, load_composition_groups, load_highlights
from catrade.data_products import BACI
from catrade.names import CENTRAL_ASIA, in_sentence
from catrade.paths import data_dir

#: Chapters 84 to 89, as the groups of `data/hs_chapters.csv`: what the announcement names first.
LEADING = ("machinery", "electronics", "vehicles")
#: A chart of shares over time stays readable with so many named parts.
_MOST_STACKED = 8

Shown = list[object]


@dataclass(frozen=True)
class Goods:
    """One direction of a pair's trade, with every frame the report needs.

    Attributes
    ----------
    exporter, importer, asked
        The flow, and whose book the reader asked for.
    book
        Whose table is shown, `BACI` for CEPII's reconciled one; empty text if there is none in
        these years.
    chapters, items
        The table by chapter, and at the level asked for.
    both
        The table at chapter level in every book of the two sides there is.
    groups, facts
        Published structure at other levels, and single published facts.
    """

    exporter: str
    importer: str
    asked: str
    book: str
    chapters: pd.DataFrame
    items: pd.DataFrame
    both: pd.DataFrame
    groups: pd.DataFrame
    facts: pd.DataFrame

    @property
    def slug(self) -> str:
        """Part of a figure's name that tells the two directions apart."""
        return "exports" if self.exporter == "CHN" else "imports"

    @property
    def name(self) -> str:
        """The flow as a reader says it, from China's side."""
        if self.exporter == "CHN":
            return f"China's exports to {in_sentence(self.importer)}"
        return f"China's imports from {in_sentence(self.exporter)}"

    @property
    def years(self) -> list[int]:
        """Years of the table shown, oldest first."""
        return sorted(int(year) for year in self.items["year"].unique())


def goods(
    *, partner: str, direction: str, reporter: str, start: int, end: int, level: str
) -> list[Goods]:
    """Load the flows a report asks for: exports, imports or both.

    Parameters
    ----------
    partner, direction, reporter, start, end, level
        As in the notebook's parameters; `reporter` says whose table is shown where both sides
        publish one, and where only the other side does, that one is shown. Where neither does, or
        `BACI` was asked for, it is CEPII's BACI, if a release was imported.
    """
    pairs = {"exports": ("CHN", partner), "imports": (partner, "CHN")}
    asked = partner if reporter == "partner" else reporter
    wanted = pairs if direction == "both" else {direction: pairs[direction]}
    found = []
    for exporter, importer in wanted.values():
        both = load_composition(exporter, importer, start=start, end=end)
        held = list(dict.fromkeys(both["reporter"]))
        book = asked if asked in held else next(iter(held), "")
        chapters = both
        items = load_composition(exporter, importer, start=start, end=end, level=level)  # type: ignore[arg-type]
        if (asked == BACI or not book) and partner in data_fetched.baci_countries(data_dir()):
            of_baci = {"start": start, "end": end, "source": "baci"}
            chapters = load_composition(exporter, importer, **of_baci)  # type: ignore[arg-type]
            items = load_composition(exporter, importer, level=level, **of_baci)  # type: ignore[arg-type]
            book = BACI if len(items) else book
        groups = load_composition_groups(exporter, importer)
        facts = load_highlights(exporter, importer, start=start, end=end)
        found.append(
            Goods(
                exporter,
                importer,
                asked,
                book,
                chapters[chapters["reporter"] == book].reset_index(drop=True),
                items[items["reporter"] == book].reset_index(drop=True),
                both,
                groups[groups["classification"] == "SITC1"].reset_index(drop=True),
                facts,
            )
        )
    return found


def structure(flow: Goods, top_n: int) -> Shown:
    """Show the newest year's structure and how it came about."""
    if not flow.book:
        return [display.heading(flow.name), display.note(findings.missing(flow))]
    newest = flow.items[flow.items["year"] == flow.years[-1]]
    now = composition.share(composition.top_items(newest, top_n))
    stacked = min(top_n, _MOST_STACKED)
    over_time = composition.share(composition.top_items(flow.items, stacked, across="flow"))
    return [
        display.heading(flow.name),
        display.note(findings.book_shown(flow)),
        charts.structure_now(now, name=f"structure-{flow.slug}"),
        charts.structure_over_time(over_time, name=f"structure-over-time-{flow.slug}"),
    ]


def drivers(flow: Goods, top_n: int) -> Shown:
    """Show what changed between the first and the last year of the table."""
    if len(flow.years) < 2:
        return [display.note(findings.too_few_years(flow))]
    table = changes.contribution_to_change(flow.items, flow.years[0], flow.years[-1])
    top = changes.top_contributions(table, top_n)
    shift = changes.change_index(
        changes.composition_change(flow.items, flow.years[0], flow.years[-1])
    )
    recoded = findings.recoded(flow)
    return [
        display.note(findings.shift(flow, shift)),
        *([display.note(recoded)] if recoded else []),
        charts.drivers_of_change(top, name=f"drivers-{flow.slug}"),
    ]


def statements(flow: Goods) -> Shown:
    """Show the announcement's statement about this direction: leading goods, or diversity."""
    if not flow.book:
        return [display.note(findings.not_checkable(flow))]
    if flow.exporter == "CHN":
        # A small flow may have nothing of a group.
        there = [group for group in LEADING if group in set(flow.chapters["group"])]
        share = composition.group_share(
            flow.chapters, there, name="machinery, electronics and vehicles"
        )
        chart = concentration_charts.group_share_line(
            share, note=findings.PROXY, name=f"leading-goods-{flow.slug}"
        )
        return [display.note(findings.leading_goods(flow, share)), chart]
    table = concentration.concentration(flow.items)
    return [
        display.note(findings.diversity(flow, table)),
        concentration_charts.concentration_lines(table, name=f"concentration-{flow.slug}"),
    ]


def both_sides(flow: Goods) -> Shown:
    """Set the two sides' figures by chapter side by side, where both publish a table."""
    pairs = books.compare_reporters(flow.both)
    if pairs.empty:
        return [display.note(findings.one_side_only(flow))]
    newest = pairs[pairs["year"] == pairs["year"].max()]
    return [book_charts.both_books(newest, name=f"both-books-{flow.slug}")]


def published(flow: Goods) -> Shown:
    """Show the older structure by SITC section and the single facts of the window."""
    shown: Shown = [display.heading(flow.name)]
    if len(flow.groups):
        shown.append(charts.published_groups(flow.groups, name=f"sitc-{flow.slug}"))
    facts = findings.facts_table(flow.facts)
    if facts.empty:
        return [*shown, display.note(f"No single fact about {flow.name} is held for these years.")]
    caption = f"{flow.name}: single facts as published, newest first"
    return [
        *shown,
        display.table(facts, caption, columns=findings.FACT_COLUMNS, name=f"facts-{flow.slug}"),
    ]


def gold(cells: pd.DataFrame, partner: str, end: int) -> Shown:
    """Show what Kyrgyz gold does to China's imports from the region, if the window reaches it.

    `cells` are those of `region_imports`.
    """
    if partner not in CENTRAL_ASIA:
        return [display.note(findings.gold_elsewhere())]
    if end < _GOLD_YEAR:
        return [display.note(findings.gold_not_yet(_GOLD_YEAR))]
    effect = books.gold_effect(cells, load_highlights("KGZ", "CHN"), _GOLD_YEAR)
    return [display.note(findings.gold(effect)), book_charts.gold_effect(effect)]


_GOLD_YEAR = 2025


def sources(flows: list[Goods]) -> list[pd.DataFrame]:
    """Return the frames whose sources a report must list."""
    return [part for f in flows for part in (f.items, f.both, f.groups, f.facts)]


def region_imports(trade: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return China's yearly imports from the region and its members; none for other partners."""
    from catrade import series

    cells = series.annual(trade, partner=[*CENTRAL_ASIA, "CA5"])
    return cells[cells["flow"] == "import"] if partner in CENTRAL_ASIA else cells.iloc[:0]
