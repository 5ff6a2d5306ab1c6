"""The figures and events that claims are judged by, and the evidence they make."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, cast

import pandas as pd

from catrade_build.cells.chosen import chosen, sum_at_least
from catrade_build.claims.core import Cell, Ends, Row, Used, are_apart, interval_of
from catrade_build.frames import HELD_AS, VALUE_COLUMNS, earlier, in_billions
from catrade_build.kept import every_row, kept
from catrade_build.tables.names import (
    GROUPS,
    PUBLISHING,
    is_known,
    name_of,
    no_such_place,
    publishing,
)
from catrade_build.tables.policy import load_policy_events
from catrade_build.vintages import PRINTED, rates
from rounding.dates import parse_period
from rounding.errors import ParameterError
from rounding.formats import digits, join, scale, write_number
from rounding.rounded import Rounded

CELL = ["reporter", "partner", "flow", "period"]
#: What a row of evidence is that says no more, an entry of the record; figures are named as the
#: cells name them.
_RECORD: Row = {
    "role": "",
    **dict.fromkeys(CELL, ""),
    "item": "",
    "unit": "USD billion",
    "basis": "record",
    "quality": "ok",
    "coverage": "goods",
    "sources": "",
    **dict.fromkeys(["value", *VALUE_COLUMNS], math.nan),
    "amount": "",
    "used": True,
}
EVIDENCE = [*_RECORD]
Rows = dict[Cell, Row]


@dataclass(frozen=True)
class Facts:
    """What claims are judged by; see `facts_of` and `load_facts`.

    Attributes
    ----------
    chosen
        Returns the chosen figures of a frequency by cell, of any kind or of goods alone.
    rates
        Returns the growth of the chosen figures of a frequency by cell.
    published
        Every row published for a cell, used or not.
    events
        Rows of `load_policy_events()` by their id.
    instead
        Figures put in the place of the chosen ones, to see what would follow.
    """

    chosen: Callable[[str, bool], Rows]
    rates: Callable[[str], Rows]
    published: Mapping[Cell, list[Row]]
    events: Mapping[Any, Row] = field(default_factory=dict)
    instead: Mapping[Cell, Row] = field(default_factory=dict)

    def figure(self, cell: Cell, *, goods_first: bool = True) -> Row | None:
        """Return the chosen figure of a cell, or None: of goods alone, if a sound one is there."""
        for code in cell[:2]:
            if not is_known(code):
                raise no_such_place("country", code)
        frequency, held = _held(cell)
        row = self.chosen(frequency, False).get(held)
        if row and goods_first:
            of_goods = self.chosen(frequency, True).get(held, row)
            if of_goods["quality"] == "ok" or row["quality"] != "ok":
                row = of_goods
        row = self.instead.get(cell, row)
        return row and row | {"period": cell[3]}

    def alike(self, cells: Iterable[Cell]) -> list[Row | None]:
        """Return the figures of several cells, all counting the same where that can be had.

        Goods are set against goods; where not all cells have a sound figure of goods, the chosen
        ones stand, and are doubtful if they do not count the same.
        """
        asked = list(cells)
        of_goods = [self.figure(cell) for cell in asked]
        if all(row and _is_of_goods(row) for row in of_goods):
            return of_goods
        figures = [self.figure(cell, goods_first=False) for cell in asked]
        kinds = {_is_of_goods(row) for row in figures if row}
        # Exports with services and imports of goods are what a total with services is made of.
        if len(kinds) < 2:
            return figures
        return [row and row | {"quality": "doubtful"} for row in figures]

    def at_least(self, cell: Cell) -> Row | None:
        """Return a lower bound of a group's figure where members lack theirs, or None."""
        reporter, partner, flow, period = cell
        if reporter in GROUPS:
            group, side = reporter, "reporter"
            pairs = [(code, partner) for code in GROUPS[publishing(reporter)]]
        elif partner in GROUPS:
            group, side = partner, "partner"
            pairs = [(reporter, code) for code in GROUPS[partner]]
        else:
            return None
        figures = [
            self.figure((*pair, flow, period), goods_first=False) for pair in pairs
        ]
        parts = [row for row in figures if row and row["quality"] == "ok"]
        return sum_at_least(parts, group, side)

    def revised(self, row: Row) -> Rounded | None:
        """Return a figure as its office has revised it since, as the growth it prints tells.

        None where the growth of the year after may be that over the figure held.
        """
        frequency, (reporter, partner, flow, period) = _held(cell_of_figure(row))
        year_after = (reporter, partner, flow, earlier(period, -1))
        after = self.rates(frequency).get(year_after)
        if not after or after["growth_basis"] not in PRINTED:
            return None
        if after["growth_low"] <= after["growth_computed"] <= after["growth_high"]:
            return None
        return Rounded.of(after, "base_bn")

    def growth(self, new: Row, base: Row) -> tuple[Rounded, str]:
        """Return the growth from one figure to another within one vintage, and which that is.

        The rates that the growth pages show are of the chosen figures and the year before; of
        others it is the quotient.

        Raises
        ------
        ParameterError
            If the base may be zero.
        """
        if base["low_bn"] <= 0:
            raise ParameterError(
                f"growth needs a base above zero; {base['period']} may be zero"
            )
        frequency, held = _held(cell_of_figure(new))
        _, held_base = _held(cell_of_figure(base))
        row = self.rates(frequency).get(held)
        if row and row["base_period"] == held_base[3]:
            basis = str(row["growth_basis"])
            same_base = math.isclose(row["base_bn"], base["value_bn"])
            same_value = math.isclose(row["value_bn"], new["value_bn"])
            if same_value and (same_base or basis in PRINTED):
                return Rounded.of(row, "growth"), basis
        # The base is above zero.
        return cast("Rounded", Rounded.of(new) / Rounded.of(base) - 1), ""

    def periods(
        self, reporter: str, partner: str, flow: str, frequency: str = "annual"
    ) -> list[str]:
        """Return the periods of which there is a figure, in order."""
        series = (reporter, partner, flow)
        cells = self.chosen(frequency, False)
        periods = [cell[3] for cell in cells if cell[:3] == series]
        return sorted(periods, key=parse_period)

    def beside(self, figure: Row) -> list[Row]:
        """Return what others print instead of a chosen figure and counts the same."""
        if "reporter" not in figure:  # a row of the record
            return []
        sources = figure["sources"].split(";")
        printed = self.published.get(cell_of_figure(figure), [])
        own = [row for row in printed if row["sources"] in sources]
        own.sort(key=lambda row: row["high_bn"] - row["low_bn"])
        before = [dollars_of(row) for row in [figure, *own[:1]]]
        rows = []
        for row in printed:
            alike = _is_of_goods(row) == _is_of_goods(figure)
            if not alike or row["sources"] in sources:
                continue
            basis = "converted" if row["converted"] else "published"
            # What fits the growth printed since, and nothing before, is a revision.
            ends = dollars_of(row)
            if all(are_apart(ends, other) for other in before):
                revised = self.revised(figure)
                if revised and not are_apart(ends, interval_of(revised)):
                    basis = "revised"
            rows.append(row | {"used": False, "basis": basis})
        return rows


@kept
def load_facts() -> Facts:
    """Return what claims are judged by, as bundled."""
    events = load_policy_events().set_index("event_id", drop=False)
    figures = facts_of(chosen, rates, every_row())
    return replace(figures, events=events.to_dict("index"))


def facts_of(
    cells: Callable[..., pd.DataFrame],
    growth: Callable[[str], pd.DataFrame],
    trade: pd.DataFrame,
) -> Facts:
    """Return tables of figures as facts; each is read once.

    Parameters
    ----------
    cells
        Returns the chosen figures of a frequency, of any kind or with `goods=True` of goods alone.
    growth
        Returns the growth of the chosen figures of a frequency.
    trade
        Rows of `load_trade()`, all sources of each cell.
    """

    @cache
    def figures(frequency: str, goods: bool) -> Rows:
        # A region's own sums would hold the other side's figures for one of its members.
        frame = cells(frequency, goods=goods)
        return _by_cell(frame[~frame["reporter"].isin(PUBLISHING)])

    @cache
    def rates_of(frequency: str) -> Rows:
        return _by_cell(growth(frequency))

    published: dict[Cell, list[Row]] = {}
    for row in in_billions(trade).to_dict("records"):
        published.setdefault(cell_of_figure(row), []).append(row)
    return Facts(figures, rates_of, published)


def _by_cell(frame: pd.DataFrame) -> Rows:
    return {cell_of_figure(row): row for row in frame.to_dict("records")}


def cell_of_figure(row: Row) -> Cell:
    """Return the cell a figure stands in."""
    return row["reporter"], row["partner"], row["flow"], row["period"]


def told_figure(row: Row) -> str:
    """Write a figure: what else than goods it counts, and whether it is doubtful.

    Behind a bound stand the figures it is the sum of, and whose are missing.
    """
    if is_bound(row):
        return f"{amount(row)} {told_parts(row)}"
    doubt = " (a doubtful figure)" if row["quality"] == "doubtful" else ""
    return f"{amount(row)}{other_than_goods(row)}{doubt}"


WITH_SERVICES, PART = " with services", " without some goods"


def other_than_goods(row: Row) -> str:
    """Return in words what a figure counts besides goods, or leaves out of them; "" if neither."""
    if _is_of_goods(row):
        return ""
    return PART if row["coverage"] == "part_of_goods" else WITH_SERVICES


def told_parts(bound: Row) -> str:
    """Write the figures a bound is the sum of, and whose are missing."""
    side = "reporter" if bound["reporter"] in GROUPS else "partner"
    parts = [f"{name_of(part[side])} {told_figure(part)}" for part in bound["parts"]]
    missing = [name_of(code) for code in bound["missing"].split(";")]
    return f"({join(parts)}; {join(missing)} not counted)"


def amount(row: Row) -> str:
    """Write a figure; a bound as what it is at least.

    Examples
    --------
    >>> parts = [{"high_bn": 34.17}, {"high_bn": 17.85}]
    >>> amount({"value_bn": math.nan, "low_bn": 51.98, "high_bn": math.inf, "parts": parts})
    'at least $51.9 billion'
    """
    if not is_bound(row):
        return f"{Rounded.of(row):usd}"
    # As many digits as the figures it is the sum of bear, cut off and not rounded.
    most = 1e9 * sum(part["high_bn"] for part in row["parts"])
    by, word, places = scale(most)
    low = 1e9 * row["low_bn"] / by
    places = digits(low, low, most / by, places) or 0
    return f"at least ${write_number(low, places, 'floor')}{word}"


def is_bound(row: Row) -> bool:
    """Say whether of a figure only a lower bound is known."""
    return math.isnan(row["value_bn"])


def dollars_of(row: Row) -> Ends:
    """Return all that a figure, or a bound, allows, in dollars."""
    return 1e9 * row["low_bn"], 1e9 * row["high_bn"]


def evidence_for(facts: Facts, used: Sequence[Used]) -> list[Row]:
    """Return what a verdict rests on: the rows used, and what else was published of each cell.

    A row of the record has an `item` in place of a cell.

    Parameters
    ----------
    facts
        What was judged by.
    used
        Role in the calculation (`figure`, `base`, `rival RUS`, `event`) and the row; None is left
        out.
    """
    rows = []
    for role, row in used:
        if not row:
            continue
        for figure in [row, *facts.beside(row)]:
            written = amount(figure) if "low_bn" in figure else ""
            rows.append({**_RECORD, **figure, "amount": written, "role": role})
    return rows


def with_parts(used: Sequence[Used]) -> list[Used]:
    """Put behind each bound the figures it is the sum of."""
    every = []
    for role, row in used:
        parts = row.get("parts", []) if row else []
        every += [(role, row), *((f"part of {role}", part) for part in parts)]
    return every


def _held(cell: Cell) -> tuple[str, Cell]:
    """Return the frequency and cell under which the chosen figures hold what is asked for.

    They hold a half or a quarter from January on as the sum to date, and no other.

    Examples
    --------
    >>> _held(("CHN", "KAZ", "total", "2025-H1")), _held(("CHN", "KAZ", "total", "2025-Q2"))
    (('ytd', ('CHN', 'KAZ', 'total', '2025-6M')), ('ytd', ('CHN', 'KAZ', 'total', '2025-Q2')))
    """
    reporter, partner, flow, period = cell
    asked = parse_period(period)
    frequency = HELD_AS[asked.frequency]
    if frequency == "ytd" and asked.first_month == 1:
        period = f"{asked.year}-{asked.last_month}M"
    return frequency, (reporter, partner, flow, period)


def _is_of_goods(row: Row) -> bool:
    return str(row["coverage"]) == "goods"
