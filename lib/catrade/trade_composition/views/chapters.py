"""What the composition report shows of each flow; for a flow without a table, what there is.

Each function takes a `Goods` and returns things to display, in order; nothing to show, no things.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from catrade.cells import series
from catrade.charts import words
from catrade.fetch import frames as data_fetched
from catrade.fetch.frames import PARTIAL
from catrade.load.goods import load_composition, load_composition_groups, load_highlights
from catrade.load.products import BACI
from catrade.load.trade import load_trade
from catrade.load.wits import load_product_groups
from catrade.names import in_sentence
from catrade.paths import data_dir
from catrade.trade_composition import changes, composition, concentration
from catrade.trade_composition.charts import concentration as concentration_charts
from catrade.trade_composition.charts import structure as charts
from catrade.trade_composition.charts.history import published_groups
from catrade.trade_composition.say import chapters as findings
from catrade.trade_composition.say.goods import FACT_COLUMNS, facts_table
from pagemill import display, formats
from pagemill.display import Chart, Table

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
        The chapters of both sides, single ones too where no complete table is held.
    products
        Product groups of the World Bank, of both sides where they publish.
    groups, facts
        The older structure by SITC section, and single published facts.
    china
        China's yearly figure of the flow, as trade cells.
    """

    exporter: str
    importer: str
    asked: str
    book: str
    chapters: pd.DataFrame
    items: pd.DataFrame
    both: pd.DataFrame
    products: pd.DataFrame
    groups: pd.DataFrame
    facts: pd.DataFrame
    china: pd.DataFrame

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

    @property
    def ours(self) -> pd.DataFrame:
        """The product groups by China's statistics."""
        return self.products[self.products["reporter"] == "CHN"].reset_index(drop=True)


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
    cells = series.annual(load_trade(start=start, end=end), reporter="CHN", partner=partner)
    found = []
    for way, (exporter, importer) in wanted.items():
        both = load_composition(exporter, importer, start=start, end=end, partial=True)
        chapters = both[both["coverage"] != PARTIAL]
        held = list(dict.fromkeys(chapters["reporter"]))
        book = asked if asked in held else next(iter(held), "")
        items = load_composition(exporter, importer, start=start, end=end, level=level)  # type: ignore[arg-type]
        if (asked == BACI or not book) and partner in data_fetched.baci_countries(data_dir()):
            of_baci = {"start": start, "end": end, "source": "baci"}
            chapters = load_composition(exporter, importer, **of_baci)  # type: ignore[arg-type]
            items = load_composition(exporter, importer, level=level, **of_baci)  # type: ignore[arg-type]
            book = BACI if len(items) else book
        groups = load_composition_groups(exporter, importer, classification="SITC1")
        found.append(
            Goods(
                exporter,
                importer,
                asked,
                book,
                chapters[chapters["reporter"] == book].reset_index(drop=True),
                items[items["reporter"] == book].reset_index(drop=True),
                both,
                load_product_groups(exporter, importer, start=start, end=end),
                groups,
                load_highlights(exporter, importer, start=start, end=end),
                cells[cells["flow"] == way.removesuffix("s")],
            )
        )
    return found


def structure(flow: Goods, top_n: int) -> Shown:
    """Show the newest year's structure and how it came about; else that of the product groups."""
    shown: Shown = [display.heading(flow.name)]
    if flow.book:
        newest = flow.items[flow.items["year"] == flow.years[-1]]
        now = composition.share(composition.top_items(newest, top_n))
        stacked = min(top_n, _MOST_STACKED)
        over_time = composition.share(composition.top_items(flow.items, stacked, across="flow"))
        shown += [
            display.note(findings.book_shown(flow)),
            charts.structure_now(now, note=findings.covers(flow), name=f"structure-{flow.slug}"),
            charts.structure_over_time(over_time, name=f"structure-over-time-{flow.slug}"),
        ]
    # Chapters by China's own statistics say the same in more detail.
    if len(flow.ours) and flow.book != "CHN":
        groups = composition.share(composition.top_items(flow.ours, max(top_n, _MOST_STACKED)))
        name = f"product-groups-{flow.slug}"
        chart = charts.structure_now(groups, note=findings.products_shown(flow), name=name)
        fold = f"By product group in {int(groups['year'].iloc[0])}, China's statistics"
        shown.append(display.folded(fold, chart) if flow.book else chart)
    return shown if len(shown) > 1 else [*shown, display.note(findings.missing(flow))]


def drivers(flow: Goods, top_n: int) -> Shown:
    """Show what changed between the first and the last year of the table."""
    if not flow.years:
        return []
    if len(flow.years) < 2:
        return [display.note(findings.too_few_years(flow))]
    table = changes.contribution_to_change(flow.items, flow.years[0], flow.years[-1])
    top = changes.top_contributions(table, top_n)
    change = changes.composition_change(flow.items, flow.years[0], flow.years[-1])
    recoded = findings.recoded(flow)
    return [
        display.note(findings.shift(changes.change_index(change))),
        *([display.note(recoded)] if recoded else []),
        charts.drivers_of_change(top, name=f"drivers-{flow.slug}"),
    ]


def statements(flow: Goods) -> Shown:
    """Show the announcement's statement about this direction: leading goods, or diversity."""
    name = findings.LEADING_NAME
    if not flow.book:
        if flow.exporter != "CHN" or flow.ours.empty:
            return []
        groups = list(findings.LEADING_GROUPS)
        table = composition.group_share(flow.ours, groups, by="wits_group", name=name)
        return [display.note(f"{findings.leading_groups(flow, table)} {findings.PROXY}")]
    if flow.exporter == "CHN":
        # A small flow may have nothing of a group.
        there = [group for group in LEADING if group in set(flow.chapters["group"])]
        share = composition.group_share(flow.chapters, there, name=name)
        chart = concentration_charts.group_share_line(
            share, note=findings.PROXY, name=f"leading-goods-{flow.slug}"
        )
        return [display.note(findings.leading_goods(flow, share)), chart]
    table = concentration.concentration(flow.items)
    parts = pd.DataFrame()
    if len(flow.years) > 1:
        change = changes.composition_change(flow.items, flow.years[0], flow.years[-1])
        parts = changes.concentration_change(change)
    return [
        display.note(findings.diversity(flow, table, parts)),
        concentration_charts.concentration_lines(table, name=f"concentration-{flow.slug}"),
    ]


def published(flow: Goods) -> Shown:
    """Show the older structure by SITC section and the single facts of the window."""
    shown: list[Chart | Table] = []
    facts = facts_table(flow.facts)
    if len(facts):
        caption = f"{flow.name}: single facts as published, newest first"
        name = f"facts-{flow.slug}"
        shown.append(display.table(facts, caption, columns=FACT_COLUMNS, name=name))
    if len(flow.groups):
        newer = "newer tables stand above" if flow.book or len(flow.ours) else ""
        shown.append(published_groups(flow.groups, newer=newer, name=f"sitc-{flow.slug}"))
    if not shown:
        return []
    years = words.years(flow.groups["year"])
    what = formats.join(
        [f"{len(facts)} single fact{'s' * (len(facts) > 1)}"] * bool(len(facts))
        + [f"the structure by SITC section in {years}"] * bool(len(flow.groups))
    )
    good = findings.series_of_good(flow)
    first = [display.note(good)] if good else []
    return [*first, display.folded(f"{flow.name}: {what}", *shown)]


def sources(flows: list[Goods]) -> list[pd.DataFrame]:
    """Return the frames whose sources a report must list."""
    cells = [f.china for f in flows if f.book not in ("", "CHN", BACI)]
    parts = [(f.items, f.both, f.products, f.groups, f.facts) for f in flows]
    return [*(one for part in parts for one in part), *cells]
