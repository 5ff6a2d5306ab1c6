"""The figures and events that claims are judged by: the edition's, and what others print beside."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import pandas as pd

from catrade_build.claims.core import Cell, Ends, Row, are_apart, interval_of
from catrade_build.edition import table
from catrade_build.figures import in_dollars
from catrade_build.frames import (
    VALUE_COLUMNS,
    earlier,
    in_billions,
    join_ids,
)
from catrade_build.kept import every_row
from catrade_build.tables.names import GROUPS, PUBLISHING, name_of, publishing
from catrade_build.tables.policy import load_policy_events
from catrade_build.tables.trade import CHOSEN, HELD_AS, to_date
from catrade_build.vintages import PRINTED
from rounding.dates import parse_period
from rounding.errors import ParameterError
from rounding.formats import digits, is_missing, join, scale, write_number
from rounding.rounded import Rounded

_CELL = ["reporter", "partner", "flow", "period"]
#: What the edition says of a figure of goods alone beside a figure that counts something else.
_OF_GOODS = ["value", "low", "high", "rounding", "basis", "quality", "sources"]
_FIGURE = [*_CELL, *_OF_GOODS, "currency", "coverage"]
_PRINTED = ["converted", "coverage", "rounding", "quality", "sources"]
_GROWTH = ["growth", "growth_low", "growth_high", "growth_basis"]
_BASE = ["base", "base_low", "base_high"]


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
    instead
        Figures put in the place of the edition's, to see what would follow.
    """

    figures: Mapping[Cell, Row]
    published: Mapping[Cell, list[Row]]
    events: Mapping[Any, Row]
    instead: Mapping[Cell, Row] = field(default_factory=dict)

    def figure(self, cell: Cell, *, goods_first: bool = True) -> Row | None:
        """Return the figure of a cell, or None: of goods alone, if a sound one is there."""
        reporter, partner, flow, period = cell
        held = (reporter, partner, flow, to_date(period))
        row = self.instead.get(cell) or self.figures.get(held)
        if row and goods_first:
            row = _of_goods(row)
        return row and row | {"period": period}

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
        """Return a lower bound of a group's figure where some members lack theirs, or None.

        Trade is never negative, so the others' sum is a lower bound. An upper one is not known: a
        country may count more than the other side does. Its value is NaN, so that nothing takes it
        for a figure; `missing` are the members without one, `parts` the figures it is the sum of.
        """
        reporter, partner, flow, period = cell
        if reporter in GROUPS:
            group, members = reporter, GROUPS[publishing(reporter)]
            cells = {code: (code, partner, flow, period) for code in members}
        elif partner in GROUPS:
            group, members = partner, GROUPS[partner]
            cells = {code: (reporter, code, flow, period) for code in members}
        else:
            return None
        parts = {}
        for code, of_member in cells.items():
            row = self.figure(of_member, goods_first=False)
            if row and row["quality"] == "ok":
                parts[code] = row
        missing = [code for code in GROUPS[group] if code not in parts]
        if not parts or not missing:
            return None
        counts = {part["coverage"] for part in parts.values()}
        return {
            **dict(zip(_CELL, cell, strict=True)),
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

    def revised(self, row: Row) -> Rounded | None:
        """Return a figure as its office has revised it since, as the growth it prints tells.

        None where the growth of the year after may be that over the figure held.
        """
        reporter, partner, flow, period = cell_of(row)
        period = to_date(period)
        after = self.figures.get((reporter, partner, flow, earlier(period, -1)))
        if not after or after["growth_basis"] not in PRINTED:
            return None
        held = self.figures.get((reporter, partner, flow, period), row)
        computed = after["value"] / held["value"] - 1
        if after["growth_low"] <= computed <= after["growth_high"]:
            return None
        return Rounded.of(after, "base")

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

    def periods(
        self, reporter: str, partner: str, flow: str, frequency: str = "annual"
    ) -> list[str]:
        """Return the periods of a frequency of which there is a figure, in order."""
        held = self._periods.get((reporter, partner, flow), [])
        return [text for text in held if parse_period(text).frequency == frequency]

    @cached_property
    def _periods(self) -> dict[tuple[str, str, str], list[str]]:
        held: dict[tuple[str, str, str], list[str]] = {}
        for reporter, partner, flow, period in self.figures:
            held.setdefault((reporter, partner, flow), []).append(period)
        return {of: sorted(periods, key=parse_period) for of, periods in held.items()}

    def beside(self, figure: Row) -> list[Row]:
        """Return what others print instead of a figure and counts the same."""
        if "reporter" not in figure:  # a row of the record
            return []
        sources = figure["sources"].split(";")
        printed = self.published.get(cell_of(figure), [])
        own = [row for row in printed if row["sources"] in sources]
        own.sort(key=lambda row: row["high"] - row["low"])
        before = [ends_of(row) for row in [figure, *own[:1]]]
        rows = []
        for row in printed:
            alike = _is_of_goods(row) == _is_of_goods(figure)
            if not alike or row["sources"] in sources:
                continue
            basis = "converted" if row["converted"] else "published"
            # What fits the growth printed since, and nothing before, is a revision.
            ends = ends_of(row)
            if all(are_apart(ends, other) for other in before):
                revised = self.revised(figure)
                if revised and not are_apart(ends, interval_of(revised)):
                    basis = "revised"
            rows.append(row | {"basis": basis})
        return rows


def load_facts(places: Iterable[str] = ()) -> Facts:
    """Return what claims are judged by, as the day that tables are read of knows it.

    Of some places, and of groups' members, if they are given: all others' figures are left out.
    """
    return _facts(table("figures"), places)


def facts_on(periods: Iterable[str], places: Iterable[str]) -> Facts:
    """Return what claims on some periods are judged by, where nothing else of a day is asked for.

    Only figures of the kind of these periods are chosen: years, or sums to date.
    """
    tables = {"annual", *(HELD_AS[parse_period(text).frequency] for text in periods)}
    freqs = [freq for freq, chosen_of in CHOSEN.items() if chosen_of in tables]
    return _facts(in_dollars(freqs), places)


def places_of(claims: pd.DataFrame) -> set[str]:
    """Return all that claims name as a place: whose trade, with whom, and who is set beside these.

    Examples
    --------
    >>> claims = pd.DataFrame({"subject": ["CHN"], "partner": "CA5", "terms": "RUS; EU27"})
    >>> sorted(places_of(claims))
    ['CA5', 'CHN', 'EU27', 'RUS']
    """
    columns = claims.reindex(columns=["subject", "partner", "terms"]).astype(object)
    texts = columns.fillna("").astype(str).to_numpy().ravel()
    return {part.strip() for text in texts for part in text.split(";")} - {""}


def _facts(figures: pd.DataFrame, places: Iterable[str]) -> Facts:
    """Return the facts of a day: a dictionary a figure, so of those that may be asked for."""
    trade = every_row()
    if named := {*places}:
        codes = named | {"WLD"} | {publishing(code) for code in named}
        codes |= {member for code in codes for member in GROUPS.get(code, ())}
        figures, trade = (
            rows[rows[["reporter", "partner"]].isin(codes).all(axis=1)]
            for rows in (figures, trade)
        )
    return facts_of(figures, trade, load_policy_events())


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
    # A region's own sums would hold the other side's figures for one of its members.
    rows = figures[
        ~figures["reporter"].isin(PUBLISHING) & figures["currency"].eq("USD")
    ]
    of_goods = [f"goods_{name}" for name in _OF_GOODS]
    chosen = _records(rows[[*_FIGURE, *_GROWTH, *_BASE, *of_goods]])

    printed = in_billions(trade)[[*_CELL, *VALUE_COLUMNS, *_PRINTED]]
    printed = printed.assign(freq="", currency="USD")
    published: dict[Cell, list[Row]] = {}
    for row in _records(printed):
        published.setdefault(cell_of(row), []).append(row)
    return Facts(
        {cell_of(row): row for row in chosen},
        published,
        events.set_index("event_id", drop=False).to_dict("index"),
    )


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


# --- in words -----------------------------------------------------------------------------------


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
    parts = [
        f"{name_of(code)} {told_figure(part)}" for code, part in bound["parts"].items()
    ]
    missing = [name_of(code) for code in bound["missing"]]
    return f"({join(parts)}; {join(missing)} not counted)"


def amount(row: Row) -> str:
    """Write a figure; a bound as what it is at least.

    Examples
    --------
    >>> parts = {"KAZ": {"high": 34.17}, "UZB": {"high": 17.85}}
    >>> amount({"value": math.nan, "low": 51.98, "high": math.inf, "parts": parts})
    'at least $51.9 billion'
    """
    if not is_bound(row):
        return f"{dollars(row):usd}"
    # As many digits as the figures it is the sum of bear, cut off and not rounded.
    most = 1e9 * sum(part["high"] for part in row["parts"].values())
    by, word, places = scale(most)
    low = 1e9 * row["low"] / by
    places = digits(low, low, most / by, places) or 0
    return f"at least ${write_number(low, places, 'floor')}{word}"


def _of_goods(row: Row) -> Row:
    """Return the figure of goods alone that stands beside a figure, where that is as sound."""
    if _is_of_goods(row) or is_missing(row.get("goods_value")):
        return row
    if row["goods_quality"] != "ok" and row["quality"] == "ok":
        return row
    of_goods = {name: row[f"goods_{name}"] for name in _OF_GOODS}
    return row | of_goods | {"coverage": "goods", "growth": math.nan}


def _is_of_goods(row: Row) -> bool:
    return str(row["coverage"]) == "goods"
