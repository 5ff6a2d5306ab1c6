"""One direction of a pair's trade by good: every frame the report needs, loaded and chosen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from catrade.calc import running
from catrade.calc.both_sides import (
    compare_reporters,
    flow_name,
    shares_of_gap,
)
from catrade.calc.changes import composition_change, contribution_to_change
from catrade.calc.composition import LABEL, group_share, share
from catrade.calc.concentration import concentration, item_column
from catrade.cells import series
from catrade.tables import fetched
from catrade.tables.definitions import PARTIAL
from catrade.tables.goods import (
    load_composition,
    load_composition_groups,
    load_highlights,
)
from catrade.tables.names import in_sentence, name_of
from catrade.tables.paths import data_dir
from catrade.tables.products import BACI, FLOW_YEAR
from catrade.tables.trade import load_trade
from catrade.tables.wits import groups_of_chapters, load_product_groups
from rounding.intervals import bounds, difference_bounds, share_bounds

__all__ = [
    "Flow",
    "concentrations",
    "flows",
    "listed",
    "pairs",
    "published_good",
    "risen",
    "sections",
    "some_chapters",
]

#: Machinery, electronics and vehicles (HS 84 to 89) at each level, and the column that says so.
LEADING = {
    "hs_chapter": ("group", ("machinery", "electronics", "vehicles")),
    "section": ("section", ("16", "17")),
    "wits_group": ("wits_group", ("84-85", "86-89")),
}
#: Of single facts, the goods whose yearly value is followed, as a chart names them.
FOLLOWED = {"gas": "Gas", "gold": "Gold"}
#: A good that is more of a flow than this is told as nearly all of it.
NEARLY_ALL = 0.9
#: A good that is less of a flow than this is not told apart from the rest.
_WORTH_FOLLOWING = 0.2
#: A good that is less of a flow than this is in the download only.
_WORTH_LISTING = 0.01


@dataclass(frozen=True)
class Flow:
    """One direction of a pair's trade, with every frame the report needs.

    Attributes
    ----------
    exporter, importer, asked
        The flow, and whose statistics the reader asked for.
    book
        Whose table is shown, `BACI` for CEPII's reconciled one; empty text if there is none.
    items
        The table shown, with shares: HS chapters or sections, else the World Bank's product groups.
    both
        The goods of `items` as either side has them, each year that is held whole.
    pairs, some
        Both sides' figures of the newest year that bears a comparison, see `pairs`; and of single
        chapters, where China lists only some, see `some_chapters`.
    months
        China's monthly figure of the flow in yuan, by month.
    facts, history
        Single published facts, and the structure by SITC section of 1995, 2005 and 2015.
    china
        China's yearly figure of the flow, as trade cells.
    """

    exporter: str
    importer: str
    asked: str
    book: str
    items: pd.DataFrame
    both: pd.DataFrame
    pairs: pd.DataFrame
    some: pd.DataFrame
    months: pd.Series[float]
    facts: pd.DataFrame
    history: pd.DataFrame
    china: pd.DataFrame

    @property
    def slug(self) -> str:
        """Part of a figure's name that tells the two directions apart."""
        return "exports" if self.exporter == "CHN" else "imports"

    @property
    def partner(self) -> str:
        """The other country, as it stands inside a sentence."""
        return in_sentence(self.importer if self.exporter == "CHN" else self.exporter)

    @property
    def name(self) -> str:
        """The flow as a reader says it, from China's side."""
        return flow_name(self.exporter, self.importer)

    @property
    def item(self) -> str:
        """The column that names the goods: hs_chapter, section or wits_group."""
        return item_column(self.items, "Flow")

    @property
    def years(self) -> list[int]:
        """Years of the table shown, oldest first."""
        return sorted(int(year) for year in self.items["year"].unique())

    @property
    def newest(self) -> pd.DataFrame:
        """The newest year's goods, largest first; no rows without a table."""
        rows: pd.DataFrame = self.items[self.items["year"] == self.items["year"].max()]
        return rows.sort_values("value_usd", ascending=False).reset_index(drop=True)

    @property
    def tells(self) -> bool:
        """Whether a figure of the table shows what neither one good nor both sides' figures do."""
        return bool(self.book) and not (
            self.item == "wits_group"
            and (len(self.pairs) or self.newest["share"][0] > NEARLY_ALL)
        )

    @property
    def gap(self) -> float:
        """Dollars between the two sides; 0 where nothing is compared, or one good is nearly all."""
        known = published_good(self)["share"].dropna()
        if self.pairs.empty or (known.tail(1) > NEARLY_ALL).any():
            return 0.0
        return abs(float(self.pairs["gap_usd"].iloc[0]))

    @property
    def leading(self) -> pd.DataFrame:
        """The joint share of machinery, electronics and vehicles, see `group_share`."""
        column, members = LEADING[self.item]
        there = [code for code in members if code in set(self.items[column])]
        return group_share(self.items, there, by=column)

    @property
    def frames(self) -> list[pd.DataFrame]:
        """The frames whose sources a page must list."""
        tables = [self.items, self.both, self.pairs, self.some]
        return [*tables, self.facts, self.history, self.china]


def flows(
    *, partner: str, direction: str, reporter: str, start: int, end: int, level: str
) -> list[Flow]:
    """Load the flows a report asks for: exports, imports or both.

    Parameters
    ----------
    partner, direction, reporter, start, end, level
        As in the notebook's parameters; `reporter` says whose table is shown where both sides
        publish one, and where only the other side does, that one is shown. Where neither does, or
        `BACI` was asked for, it is CEPII's BACI, if a release was imported; else product groups.

    Examples
    --------
    >>> found = flows(partner="TKM", direction="imports", reporter="CHN", start=2015, end=2026,
    ...     level="chapter")
    >>> found[0].name, found[0].newest["wits_name"][0]
    ('China’s imports from Turkmenistan', 'Mineral fuels')
    """
    ways = {"exports": ("CHN", partner), "imports": (partner, "CHN")}
    wanted = ways if direction == "both" else {direction: ways[direction]}
    asked = partner if reporter == "partner" else reporter
    span: dict[str, Any] = {"start": start, "end": end}
    cells = series.annual(load_trade(**span), reporter="CHN", partner=partner)
    published = load_trade("CHN", partner, frequency=None, convert=False, **span)
    months = running.figures(published, "monthly")
    found = []
    for way, flow in wanted.items():
        both = load_composition(*flow, level=level, **span)  # type: ignore[arg-type]
        groups = load_product_groups(*flow, **span)
        held = list(dict.fromkeys(both["reporter"]))
        book = asked if asked in held else next(iter(held), "")
        shown = both
        if (asked == BACI or not book) and partner in fetched.baci_countries(
            data_dir()
        ):
            baci = load_composition(*flow, level=level, source="baci", **span)  # type: ignore[arg-type]
            book, shown = (BACI, baci) if len(baci) else (book, shown)
        if not book and len(groups):
            shown, both = groups, groups
            book = (
                asked
                if asked in set(groups["reporter"])
                else str(groups["reporter"].iloc[0])
            )
        items = share(shown[shown["reporter"] == book])
        pair, some = pairs(*flow, start, end), some_chapters(*flow, start, end)
        facts = load_highlights(*flow, **span)
        facts = facts[facts["topic"] != "all_goods"]
        history = load_composition_groups(*flow, classification="SITC1")
        china = cells[cells["flow"] == way.removesuffix("s")]
        by_month = months[months["flow"] == way.removesuffix("s")]
        one = Flow(
            *flow,
            asked=asked,
            book=book,
            items=items,
            both=both,
            pairs=pair,
            some=some,
            months=by_month.set_index("period")["value"],
            facts=facts,
            history=history,
            china=china,
        )
        found.append(one)
    return found


def risen(flow: Flow) -> pd.DataFrame:
    """Return the good whose share rose most between a table's first and last year, year by year.

    Returns
    -------
    DataFrame
        year, reporter, reporter_name, label, value_bn with its bounds, source_id; of both sides
        where both have whole tables. No rows for a table of one year.

    Examples
    --------
    >>> asked = {"reporter": "CHN", "start": 2015, "end": 2026, "level": "chapter"}
    >>> rows = risen(flows(partner="UZB", direction="exports", **asked)[0])
    >>> rows["label"].unique().tolist(), rows["reporter"].unique().tolist()
    (['Road vehicles'], ['CHN', 'UZB'])
    """
    if len(flow.years) < 2:
        return pd.DataFrame(columns=["year", "reporter", "label", "value_bn"])
    item = flow.item
    code = composition_change(flow.items, flow.years[0], flow.years[-1])[item][0]
    rows = pd.concat([flow.both, flow.items]) if flow.book == BACI else flow.both
    rows = rows[rows[item] == code]
    names = {"label": rows[LABEL[item]], "reporter_name": rows["reporter"].map(name_of)}
    kept = ["year", "reporter", "reporter_name", "label", "value_bn", "source_id"]
    found: pd.DataFrame = rows.assign(**names, value_bn=rows["value_usd"] / 1e9)[kept]
    return found.reset_index(drop=True)


def pairs(exporter: str, importer: str, start: int, end: int) -> pd.DataFrame:
    """Return the newest comparison by good that the tables of both sides bear.

    HS chapters where both sides list them all; else the World Bank's product groups, the other
    side's chapters added up to them where it has only these; else the chapters that both list, see
    `some_chapters`. Never one classification beside another.

    Returns
    -------
    DataFrame
        What `shares_of_gap` returns, of one year, plus covered (NaN but for `some_chapters`). No
        rows if nothing can be compared.

    Examples
    --------
    >>> found = pairs("CHN", "KGZ", 2015, 2026).set_index("wits_name")
    >>> f"{found.loc['Textiles and clothing', 'ratio']:.2f}"
    '0.07'
    """
    whole = load_composition(exporter, importer, start=start, end=end)
    groups = load_product_groups(exporter, importer, start=start, end=end)
    grouped = pd.concat([groups, groups_of_chapters(whole)])
    grouped = grouped.drop_duplicates([*FLOW_YEAR, "wits_group"])
    grouped = grouped[grouped["year"].isin(groups["year"])]
    for table in (whole, grouped):
        both = compare_reporters(table)
        if both["difference_usd"].notna().any():
            newest = both[both["year"] == both["year"].max()]
            return shares_of_gap(newest).assign(covered=math.nan)
    return some_chapters(exporter, importer, start, end)


def some_chapters(exporter: str, importer: str, start: int, end: int) -> pd.DataFrame:
    """Return both sides' figures of single chapters, where one side's table is not held whole.

    Returns
    -------
    DataFrame
        What `shares_of_gap` returns, of the newest year of both sides and the chapters both list,
        plus covered: the part of China's figure that these chapters come to. No rows if there are
        none.

    Examples
    --------
    >>> found = some_chapters("KAZ", "CHN", 2015, 2026).set_index("short_name")
    >>> len(found), f"{found.loc['Iron and steel', 'ratio']:.2f}"
    (7, '1.63')
    """
    chapters = load_composition(exporter, importer, start=start, end=end, partial=True)
    some = chapters[chapters["coverage"] == PARTIAL]
    both = compare_reporters(chapters).dropna(subset=["difference_usd"])
    both = both[both["year"].isin(some["year"])]
    found = shares_of_gap(both[both["year"] == both["year"].max()])
    some = some[some["year"].isin(found["year"])]
    listed = float(some["value_usd"].sum())
    whole = listed + float(some["unlisted_usd"].max())
    return found.assign(covered=listed / whole if len(found) else math.nan)


def published_good(flow: Flow) -> pd.DataFrame:
    """Return a good whose yearly value is published singly beside all goods of the flow.

    Returns
    -------
    DataFrame
        year, good (Gas or Gold), item (as published), good_usd with its bounds (NaN where it was
        not published), value_usd (all goods, China's statistics) with bounds, rest_usd and share
        with their bounds, source_ids; one row a year of `flow.china`. No rows if no followed good
        is a fifth of the newest year it is known for.

    Examples
    --------
    >>> imports = flows(partner="KGZ", direction="imports", reporter="CHN", start=2021, end=2026,
    ...     level="chapter")[0]
    >>> newest = published_good(imports).iloc[-1]
    >>> newest["good"], f"{newest['share']:.3f}"
    ('Gold', '0.945')
    """
    facts = flow.facts
    facts = facts[(facts["frequency"] == "annual") & (facts["unit"] == "USD")]
    facts = facts[facts["topic"].isin(FOLLOWED)].sort_values(["year", "value"])
    china = flow.china.dropna(subset=["value_usd"])
    topic = facts["topic"].iloc[-1] if len(facts) else ""
    # Of several counts of one year the largest stands.
    rows = facts[facts["topic"] == topic].drop_duplicates("year", keep="last")
    ends = {"value": "good_usd", "low": "good_low_usd", "high": "good_high_usd"}
    named = rows[["year", "item", *ends, "source_id"]].rename(columns=ends)
    columns = [
        "year",
        "reporter",
        "value_usd",
        "low_usd",
        "high_usd",
        "basis",
        "source_ids",
    ]
    table = china[columns].merge(named, on="year", how="left").sort_values("year")
    one, whole = bounds(table, "good_low_usd", "good_high_usd"), bounds(table)
    part, rest = share_bounds(one, whole), difference_bounds(whole, one)
    ids = table["source_ids"] + (";" + table["source_id"]).fillna("")
    table = table.drop(columns="source_id").assign(
        good=FOLLOWED.get(topic, ""),
        rest_usd=(table["value_usd"] - table["good_usd"]).clip(lower=0),
        rest_low_usd=rest.low.clip(lower=0),
        rest_high_usd=rest.high.clip(lower=0),
        share=table["good_usd"] / table["value_usd"],
        share_low=part.low,
        share_high=part.high,
        source_ids=ids,
    )
    newest = table["share"].dropna().tail(1)
    return table if (newest >= _WORTH_FOLLOWING).any() else table.head(0)


def listed(flows: list[Flow]) -> pd.DataFrame:
    """Return the goods worth a hundredth of their flow or more, with what changed.

    Returns
    -------
    DataFrame
        flow, good, year, reporter, value_bn, share, first_year and, where the table has several
        years, first_share, change (of the share) and contribution (to the growth of the flow), both
        in percentage points when times 100; source_id.
    """
    tables = []
    for flow in (one for one in flows if one.book):
        item, rows = flow.item, flow.newest
        rows = rows[rows["share"] >= _WORTH_LISTING].assign(
            flow=flow.slug.capitalize(),
            good=rows[LABEL[item]],
            value_bn=rows["value_usd"] / 1e9,
            first_year=flow.years[0],
        )
        if len(flow.years) > 1:
            ends = flow.items, flow.years[0], flow.years[-1]
            moved = composition_change(*ends).set_index(item)
            parts = contribution_to_change(*ends).set_index(item)["contribution"]
            rows = rows.assign(
                first_share=rows[item].map(moved["share_start"]),
                change=rows[item].map(moved["change"]),
                contribution=rows[item].map(parts),
            )
        tables.append(rows)
    columns = ["flow", "good", "year", "reporter", "value_bn", "share", "first_year"]
    columns += ["first_share", "change", "contribution", "source_id"]
    return _stacked(tables).reindex(columns=columns)


def concentrations(flows: list[Flow]) -> pd.DataFrame:
    """Return `concentration` of the tables of several years, with the flow and the largest good."""
    tables = []
    for flow in (one for one in flows if len(one.years) > 1):
        names = flow.items.drop_duplicates(flow.item).set_index(flow.item)[
            LABEL[flow.item]
        ]
        table = concentration(flow.items)
        tables.append(
            table.assign(flow=flow.slug.capitalize(), good=table["largest"].map(names))
        )
    return _stacked(tables)


def sections(flows: list[Flow]) -> pd.DataFrame:
    """Return shares by section of the SITC, a column a year: 1995, 2005 and 2015 (UNCTAD).

    Sections that are less than a hundredth of a flow in all three are left out.
    """
    tables = []
    for flow in (one for one in flows if len(one.history)):
        index = ["code", "label", "source_id"]
        table = flow.history.pivot_table(index=index, columns="year", values="share")
        table = table[table.max(axis=1) >= _WORTH_LISTING].reset_index()
        tables.append(table.assign(flow=flow.slug.capitalize()))
    return _stacked(tables)


def _stacked(tables: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
