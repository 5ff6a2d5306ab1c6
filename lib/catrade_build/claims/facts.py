"""What claims are judged by: figures of the edition, what others print beside them, and events.

A figure is a row of the edition as a dictionary, in billions; its cell is reporter, partner, flow
and period. Goods are set against goods, wherever both can be had.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pandas as pd

from catrade_build.claims.core import FAILS, Cell, Ends, Row, interval_of, judge
from catrade_build.frames import earlier, in_billions, join_ids
from catrade_build.kept import every_row
from catrade_build.tables.names import GROUPS, PUBLISHING, SILENT
from catrade_build.tables.policy import load_policy_events
from catrade_build.tables.trade import to_date
from catrade_build.vintages import PRINTED
from rounding.errors import ParameterError
from rounding.formats import is_missing
from rounding.rounded import Rounded

#: What the edition says of a figure of goods alone beside a figure that counts something else.
_OF_GOODS = ("value", "low", "high", "rounding", "basis", "quality", "sources")
#: Who has no books: a region's own sums would hold the other side's figures for one of its members.
_NO_BOOKS = [*PUBLISHING, SILENT]


@dataclass(frozen=True)
class Facts:
    """What claims are judged by; see `facts_of` and `load_facts`.

    Attributes
    ----------
    figures
        The edition's figures in dollars by their cell.
    published
        Every row published for a cell, used or not.
    events
        Rows of `load_policy_events()` by their id.
    years
        The years of which there is any figure, the newest first.
    instead
        Figures put in the place of the edition's, to see what would follow.
    """

    figures: Mapping[tuple[str, ...], Row]
    published: Mapping[Cell, Sequence[Row]]
    events: Mapping[Any, Row]
    years: Sequence[str]
    instead: Mapping[Cell, Row] = field(default_factory=dict)

    def figure(self, cell: Cell, *, goods_first: bool = True) -> Row | None:
        """Return the figure of a cell, or None: of goods alone, if a sound one is there."""
        *series, period = cell
        held = (*series, to_date(period))
        row = self.instead.get(cell) or self.figures.get(held)
        if row and goods_first:
            row = _of_goods(row)
        return row and row | {"period": period}

    def alike(self, cells: Iterable[Cell]) -> list[Row | None]:
        """Return the figures of several cells, all counting the same where that can be had.

        Goods are set against goods; where not all cells have a sound figure of goods, the chosen
        ones stand, and are doubtful if they do not count the same. Where a region's figure is
        missing a lower bound stands for it.
        """
        asked = list(cells)
        figures = [self.figure(cell) for cell in asked]
        if not all(row and is_of_goods(row) for row in figures):
            figures = [self.figure(cell, goods_first=False) for cell in asked]
        # Exports with services and imports of goods are what a total with services is made of.
        if len({is_of_goods(row) for row in figures if row}) > 1:
            figures = [row and row | {"quality": "doubtful"} for row in figures]
        for place, cell in enumerate(asked):
            figures[place] = figures[place] or self.at_least(cell)
        return figures

    def at_least(self, cell: Cell) -> Row | None:
        """Return a lower bound of a group's figure where some members lack theirs, or None.

        Trade is never negative, so the others' sum is a lower bound. An upper one is not known: a
        country may count more than the other side does. Its value is NaN, so that nothing takes it
        for a figure; `missing` are the members without one, `parts` the figures it is the sum of.
        """
        reporter, partner, flow, period = cell
        is_of_members = reporter in GROUPS
        members = GROUPS.get(reporter if is_of_members else partner, ())
        parts: dict[str, Row] = {}
        for code in members:
            pair = (code, partner) if is_of_members else (reporter, code)
            row = self.figure((*pair, flow, period), goods_first=False)
            if row and row["quality"] == "ok":
                parts[code] = row
        missing = [code for code in members if code not in parts]
        if not parts or not missing:
            return None
        counts = {part["coverage"] for part in parts.values()}
        return {
            "reporter": reporter,
            "partner": partner,
            "flow": flow,
            "period": period,
            "value": math.nan,
            "low": sum(part["low"] for part in parts.values()),
            "high": math.inf,
            "basis": "sum_of_known_partners",
            "quality": "ok",
            "coverage": counts.pop() if len(counts) == 1 else "mixed",
            "sources": join_ids(part["sources"] for part in parts.values()),
            "missing": missing,
            "parts": parts,
        }

    def growth(self, new: Row, base: Row) -> tuple[Rounded, str]:
        """Return the growth from one figure to another within one vintage, and which that is.

        It is the edition's where that is on the same base; else the quotient.

        Raises
        ------
        ParameterError
            If the base may be zero.
        """
        if base["low"] <= 0:
            raise ParameterError(
                f"growth needs a base above zero; {base['period']} may be zero"
            )
        is_year_before = earlier(to_date(new["period"]), 1) == to_date(base["period"])
        if is_year_before and not is_missing(new.get("growth")):
            basis = str(new["growth_basis"])
            if basis in PRINTED or math.isclose(new["base"], base["value"]):
                return Rounded.of(new, "growth"), basis
        # The base is above zero.
        return cast("Rounded", dollars(new) / dollars(base) - 1), ""

    def revised(self, row: Row) -> Rounded | None:
        """Return a figure as its office has revised it since, as the growth it prints tells.

        None where the growth of the year after may be that over the figure held.
        """
        *series, period = cell_of(row)
        period = to_date(period)
        after = self.figures.get((*series, earlier(period, -1)))
        if not after or after["growth_basis"] not in PRINTED:
            return None
        held = self.figures.get((*series, period), row)
        computed = after["value"] / held["value"] - 1
        if after["growth_low"] <= computed <= after["growth_high"]:
            return None
        return Rounded.of(after, "base")

    def beside(self, figure: Row) -> list[Row]:
        """Return what others print instead of a figure and counts the same."""
        sources = figure["sources"].split(";")
        printed = self.published.get(cell_of(figure), [])
        own = [row for row in printed if row["sources"] in sources]
        finest = min(own, key=lambda row: row["high"] - row["low"], default=figure)
        rows = []
        for row in printed:
            if row["sources"] in sources or is_of_goods(row) != is_of_goods(figure):
                continue
            basis = "converted" if row["converted"] else "published"
            # What fits the growth printed since, and nothing before, is a revision.
            ends = ends_of(row)
            before = [judge(ends, ends_of(other)) for other in (figure, finest)]
            revised = self.revised(figure) if {*before} == {FAILS} else None
            if revised and judge(ends, interval_of(revised)) != FAILS:
                basis = "revised"
            rows.append(row | {"basis": basis})
        return rows


def load_facts(figures: pd.DataFrame) -> Facts:
    """Return figures of the edition with all else claims are judged by, as of the day read of."""
    return facts_of(figures, every_row(), load_policy_events())


def facts_of(figures: pd.DataFrame, trade: pd.DataFrame, events: pd.DataFrame) -> Facts:
    """Return tables as facts.

    Parameters
    ----------
    figures
        The edition's table of figures.
    trade
        Rows of `load_trade(frequency=None)`, all sources of each cell.
    events
        Rows of `load_policy_events()`.
    """
    is_own = ~figures["reporter"].isin(_NO_BOOKS)
    rows = figures[is_own & figures["currency"].eq("USD")]
    chosen: dict[tuple[str, ...], Row] = {cell_of(row): row for row in _records(rows)}
    years = sorted(rows.loc[rows["freq"] == "year", "period"].unique(), reverse=True)
    printed = in_billions(trade).assign(currency="USD")
    published: dict[Cell, list[Row]] = {}
    for row in _records(printed):
        published.setdefault(cell_of(row), []).append(row)
    record = events.set_index("event_id", drop=False).to_dict("index")
    return Facts(chosen, published, record, years)


def _records(frame: pd.DataFrame) -> list[Row]:
    """Return rows as dictionaries: text as plain objects, which takes a tenth of the time."""
    return frame.astype(object).to_dict("records")


def cell_of(row: Row) -> Cell:
    """Return the cell a figure stands in."""
    return row["reporter"], row["partner"], row["flow"], row["period"]


def dollars(row: Row) -> Rounded:
    """Return a figure as a number that knows its rounding."""
    return Rounded.of(row, "value")


def ends_of(row: Row) -> Ends:
    """Return all that a figure, or a bound, allows, in dollars."""
    return 1e9 * row["low"], 1e9 * row["high"]


def is_bound(row: Row) -> bool:
    """Say whether of a figure only a lower bound is known."""
    return math.isnan(row["value"])


def is_of_goods(row: Row) -> bool:
    """Say whether a figure counts goods, all of them and nothing else."""
    return bool(row["coverage"] == "goods")


def _of_goods(row: Row) -> Row:
    """Return the figure of goods alone that stands beside a figure, where that is as sound."""
    if is_of_goods(row) or is_missing(row.get("goods_value")):
        return row
    if row["goods_quality"] != "ok" and row["quality"] == "ok":
        return row
    of_goods = {name: row[f"goods_{name}"] for name in _OF_GOODS}
    return row | of_goods | {"coverage": "goods", "growth": math.nan}
