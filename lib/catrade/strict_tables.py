"""Rules of the strict check on the tables of goods, and on what other tables repeat of trade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

import pandas as pd

from catrade.definitions import choices
from catrade.strict_rules import Figure, Finding, amount, apart, figures_of

#: A published total against another publisher's figure of the flow: vintages differ by this part.
VINTAGE = 0.01
#: A complete set of chapters may miss this part of its total, one without small cells more.
CHAPTER_SLACK = {"complete": 0.0001, "partial": 1.0}
CHAPTER_SLACK_OTHERS = 0.005
#: A share without a precision of its own is taken to be right to this part of it.
LOOSE_SHARE = 0.1
Key = tuple[str, str, str]
Trade = Mapping[Key, Mapping[str, Figure]]
Held = Mapping[tuple[str, str, str, str], list[Figure]]


def goods_findings(
    tables: Mapping[str, pd.DataFrame], trade: Trade, rows: pd.DataFrame
) -> Iterator[Finding]:
    """Yield what the rules find in the tables of goods.

    Parameters
    ----------
    tables
        Tables by name, their lines as index.
    trade
        The chosen figures of trade.csv: (reporter, partner, flow) to a series.
    rows
        All usable rows of trade.csv in dollars.
    """
    yield from _chapter_sums(tables["composition"], tables["composition_totals"], trade)
    yield from _group_sums(tables["composition_groups"], rows)
    yield from _shares(tables["highlights"], trade)
    yield from _repeated(tables["highlights"], tables["market_series"], rows)


def _chapter_sums(
    composition: pd.DataFrame, totals: pd.DataFrame, trade: Trade
) -> Iterator[Finding]:
    flow = ["exporter", "importer", "reporter", "year"]
    published = {
        tuple(key): (line, value) for line, *key, value in totals[[*flow, "total_usd"]].itertuples()
    }
    for key, chapters in composition.groupby(flow):
        exporter, importer, reporter, year = (str(part) for part in key)
        cell, first = f"{exporter}-{importer}-{reporter}-{year}", int(str(chapters.index[0]))
        listed = float(chapters["value_usd"].sum())
        line, whole = published.get(key, (first, listed))
        # Single chapters may be any part of the flow, but no more than it.
        slack = CHAPTER_SLACK.get(chapters["coverage"].iloc[0], CHAPTER_SLACK_OTHERS)
        # Chapters are exact to the dollar, so their sum may be off by one dollar each.
        if not -len(chapters) <= whole - listed <= slack * whole + len(chapters):
            message = (
                f"{len(chapters)} chapters come to {amount(listed)} dollars, but the published"
                f" total is {amount(whole)}: {abs(whole - listed) / whole:.2%} apart"
            )
            yield Finding("composition_totals.csv", line, "chapter_sum", cell, message)
        partner = importer if reporter == exporter else exporter
        direction = "export" if reporter == exporter else "import"
        figure = trade.get((reporter, partner, direction), {}).get(year)
        if figure and apart(Figure(whole, whole, whole, line), figure, VINTAGE):
            message = (
                f"the flow comes to {amount(whole)} dollars here, but trade.csv has"
                f" {amount(figure.value)} ({figure.source}, row {figure.row})"
            )
            yield Finding("composition.csv", first, "chapter_trade", cell, message)


def _group_sums(groups: pd.DataFrame, rows: pd.DataFrame) -> Iterator[Finding]:
    flow = ["exporter", "importer", "reporter", "period", "classification"]
    unctad = rows[rows["source_id"].str.startswith("unctad") & (rows["flow"] == "export")]
    held = _held(rows)
    cell = unctad[["reporter", "partner", "period"]].itertuples(index=False, name=None)
    whole_of = dict(zip(cell, unctad["value_usd"], strict=True))
    complete = groups[(groups["coverage"] == "complete") & groups["value_usd"].notna()]
    for key, parts in complete.groupby(flow):
        exporter, importer, reporter, period, classification = (str(part) for part in key)
        name = f"{exporter}-{importer}-{reporter}-{period}-{classification}"
        listed = float(parts["value_usd"].sum())
        whole = whole_of.get((exporter, importer, period), listed)
        if abs(listed - whole) > CHAPTER_SLACK_OTHERS * whole:
            message = (
                f"groups come to {amount(listed)} dollars, but trade.csv has {amount(whole)}"
                " of the same publisher"
            )
            yield _group(parts.index[0], name, message)
        if classification == "WITS16":
            yield from _wits_sum(parts, name, held)
        for line, code, value, share, unit in parts[
            ["code", "value_usd", "share", "share_precision"]
        ].itertuples():
            ends = sorted((value / listed, value / whole))
            if not ends[0] - unit <= share <= ends[1] + unit:
                message = f"the share of {code} is {share:g}, but its value gives {ends[0]:.4f}"
                yield _group(line, f"{name}-{code}", message)


def _wits_sum(parts: pd.DataFrame, name: str, held: Held) -> Iterator[Finding]:
    """Compare the product groups of one flow with their list and with all of trade.csv."""
    row, listed = parts.iloc[0], float(parts["value_usd"].sum())
    line = int(str(parts.index[0]))
    groups = choices("wits_groups")
    if unknown := sorted(set(parts["code"]) - set(groups)):
        message = f"{', '.join(unknown)} is no product group; they are {', '.join(groups)}"
        yield _group(line, name, message)
    own = row["reporter"] == row["exporter"]
    key = (
        (row["exporter"], row["importer"], "export")
        if own
        else (row["importer"], row["exporter"], "import")
    )
    known = held.get((*key, row["period"]), [])
    figure = Figure(listed, listed, listed, line)
    if known and all(apart(figure, one, VINTAGE) for one in known):
        yield _unlike("composition_groups.csv", line, name, figure, known, "group_sum")


def _held(rows: pd.DataFrame) -> Held:
    """Return all usable figures of trade.csv by reporter, partner, flow and period."""
    held: dict[tuple[str, str, str, str], list[Figure]] = defaultdict(list)
    for reporter, partner, flow, period, *numbers in rows[
        ["reporter", "partner", "flow", "period", "value_usd", "low_usd", "high_usd", "line"]
    ].itertuples(index=False, name=None):
        value, low, high, line = numbers
        held[reporter, partner, flow, period].append(Figure(value, low, high, int(line)))
    return held


def _group(line: object, cell: str, message: str) -> Finding:
    return Finding("composition_groups.csv", int(str(line)), "group_sum", cell, message)


def _shares(highlights: pd.DataFrame, trade: Trade) -> Iterator[Finding]:
    """Compare value with share times the flow, in any of the books that have the flow."""
    usable = highlights[
        (highlights["unit"] == "USD") & highlights["value"].notna() & highlights["share"].notna()
    ]
    for figure, row in figures_of(usable, "value", "value_precision"):
        unit = row["share_precision"]
        spread = LOOSE_SHARE * row["share"] if pd.isna(unit) else unit
        least, most = row["share"] - spread, row["share"] + spread
        books = _books(row["exporter"], row["importer"], row["period"], trade)
        wholes = [Figure(0, least * b.low, most * b.high, b.row) for b in books]
        if wholes and all(figure.low > one.high or figure.high < one.low for one in wholes):
            of = figure.value / books[0].value
            message = (
                f"{row['item']}: {amount(figure.value)} dollars is {of:.1%} of the flow in"
                f" trade.csv (row {books[0].row}), but the share is {row['share']:.1%}"
            )
            cell = f"{row['exporter']}-{row['importer']}-{row['period']}:{row['source_id']}"
            yield Finding("highlights.csv", figure.row, "share_value", cell.split(";")[0], message)


def _books(exporter: str, importer: str, period: str, trade: Trade) -> list[Figure]:
    sides = ((exporter, importer, "export"), (importer, exporter, "import"))
    return [trade[side][period] for side in sides if period in trade.get(side, {})]


def _repeated(
    highlights: pd.DataFrame, market: pd.DataFrame, rows: pd.DataFrame
) -> Iterator[Finding]:
    """Compare figures of whole flows that stand in another table too with all of trade.csv."""
    held = _held(rows)
    whole = highlights[(highlights["topic"] == "all_goods") & (highlights["unit"] == "USD")]
    for figure, row in figures_of(whole, "value", "value_precision"):
        exporter, importer = row["exporter"], row["importer"]
        sides = ((exporter, importer, "export"), (importer, exporter, "import"))
        if row["item"].startswith("two-way"):
            sides = ((exporter, importer, "total"), (importer, exporter, "total"))
        cell = f"{exporter}-{importer}-{row['period']}:{row['source_id'].split(';')[0]}"
        known = [one for side in sides for one in held.get((*side, row["period"]), [])]
        if known and all(apart(figure, one) for one in known):
            yield _unlike("highlights.csv", figure.row, cell, figure, known)
    for figure, row in figures_of(market[market["unit"] == "USD"], "value", "precision"):
        side = _MARKET_TRADE.get(row["series"])
        if side is None:
            continue
        partner = side[0] or row["jurisdiction"]
        cell = f"{row['jurisdiction']}-{row['series']}-{row['period']}"
        # Whoever's book: goods_trade_with_china of a country is China's figure.
        known = [
            one
            for key in (("CHN", partner, side[1]), (partner, "CHN", side[1]))
            for one in held.get((*key, row["period"]), [])
        ]
        if known and all(apart(figure, one) for one in known):
            yield _unlike("market_series.csv", figure.row, cell, figure, known)


_MARKET_TRADE = {
    "goods_trade_with_central_asia": ("CA5", "total"),
    "exports_to_central_asia": ("CA5", "export"),
    "imports_from_central_asia": ("CA5", "import"),
    "goods_trade_with_china": ("", "total"),
}


def _unlike(
    file: str, line: int, cell: str, figure: Figure, known: list[Figure], rule: str = "tables_apart"
) -> Finding:
    nearest = min(known, key=lambda one: abs(one.value - figure.value))
    message = (
        f"{amount(figure.value)} dollars is in no row of trade.csv; nearest is"
        f" {amount(nearest.value)} (row {nearest.row})"
    )
    return Finding(file, line, rule, cell, message)
