"""What every test of a claim shares: the facts it may use, the intervals, the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from catrade.tables.names import GROUPS, MIRROR_FLOW, NAMES, name_of
from rounding.errors import choice_error
from rounding.intervals import ROUNDING, Interval
from rounding.periods import parse_period
from rounding.rounded import Rounded

HOLDS = "holds"
WITHIN = "holds within rounding"
FAILS = "does not hold"
UNKNOWN = "cannot be checked"
#: Best first; every verdict is one of these.
VERDICTS = (HOLDS, WITHIN, FAILS, UNKNOWN)
#: Of a claim, not of a verdict: it fits the announcer's own statistics, and no other bear it out.
ANNOUNCED = "as announced, not independently confirmed"
#: What a claim may come to once the verdicts by each set of statistics are put together.
STANDINGS = (HOLDS, WITHIN, ANNOUNCED, FAILS, UNKNOWN)

Claim = Mapping[Any, Any]
#: A region, and those of its members that publish statistics: Turkmenistan's figures are China's.
PUBLISHING = {"CA5": "CA4"}
#: Reporter, partner, flow, period of one published figure.
Cell = tuple[str, str, str, str]
_CELL = ("reporter", "partner", "flow", "period")
_HOW = ("basis", "quality", "source_ids", "coverage")


class Span(NamedTuple):
    """From `low` to `high`, one of which may be infinite, as in "more than"."""

    low: float
    high: float


@dataclass(frozen=True)
class Figure:
    """The chosen figure of a cell: its number, how it came about, who published it."""

    cell: Cell
    number: Rounded
    basis: str
    quality: str
    source_ids: str
    coverage: str = "goods"

    def __str__(self) -> str:
        doubt = " (a doubtful figure)" if self.quality == "doubtful" else ""
        services = "" if self.coverage == "goods" else " with services"
        return f"{self.number:usd}{services}{doubt}"


@dataclass(frozen=True)
class Outcome:
    """What a test found: verdict, one sentence, rows of evidence, the two intervals."""

    verdict: str
    reason: str
    rows: Sequence[Mapping[Any, Any]] = ()
    computed: Rounded | Span | None = None
    asserted: Span | None = None
    unit: str = ""


@dataclass(frozen=True)
class Facts:
    """The tables claims are judged by.

    Attributes
    ----------
    cells
        Returns the chosen figures of a frequency, of goods alone or of any: `chosen.chosen`.
    rates
        Returns the growth of the chosen figures of a frequency: `vintages.rates`.
    trade
        Rows of `load_trade(frequency=None)`, all sources of each cell.
    events
        Rows of `load_policy_events()`.
    groups
        Rows of `load_product_groups()`.
    highlights
        Rows of `load_highlights()`.
    instead
        Figures put in the place of the chosen ones, to see what would follow.
    """

    cells: Callable[[str, bool], pd.DataFrame]
    rates: Callable[[str], pd.DataFrame]
    trade: pd.DataFrame
    events: pd.DataFrame
    groups: pd.DataFrame
    highlights: pd.DataFrame
    instead: Mapping[Cell, Figure] = field(default_factory=dict)
    _read: dict[object, dict[Cell, dict[Any, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # pandas copies attrs, with their long list of sources, at every step of a calculation.
        plain = self.trade.copy(deep=False)
        plain.attrs = {}
        object.__setattr__(self, "trade", plain)

    def figure(self, cell: Cell) -> Figure | None:
        """Return the chosen figure of a cell, or None: of goods alone, if a sound one is there."""
        return self._goods(cell) or self._figure(cell)

    def alike(self, *cells: Cell) -> list[Figure | None]:
        """Return the figures of several cells, all counting the same where that can be had.

        Goods are set against goods; where not all cells have a sound figure of goods, the chosen
        ones stand, and are doubtful if they do not count the same.
        """
        goods = [self._goods(cell) for cell in cells]
        if all(goods):
            return goods
        chosen = [self._figure(cell) for cell in cells]
        # Exports with services and imports of goods are what a total with services is made of.
        if len({figure.coverage == "goods" for figure in chosen if figure}) < 2:
            return chosen
        return [figure and replace(figure, quality="doubtful") for figure in chosen]

    def growth(self, new: Figure, base: Figure) -> tuple[Rounded, str]:
        """Return the growth from one figure to another within one vintage, and which that is.

        The rates that the growth pages show are of the chosen figures and the year before; of
        others it is the quotient.
        """
        frequency = parse_period(new.cell[3]).frequency
        row = self._by_cell(("rates", frequency), self.rates, frequency).get(
            new.cell, {}
        )
        one = {"period": row.get("base_period"), "value_usd": row.get("base_usd")}
        printed = str(row.get("growth_basis", "")).startswith("printed")
        same = _is_of(row, new) and one["period"] == base.cell[3]
        if same and (printed or _is_of(one, base)):
            return Rounded.of(row, "growth"), str(row["growth_basis"])
        return new.number / base.number - 1, ""

    def periods(
        self, reporter: str, partner: str, flow: str, frequency: str = "annual"
    ) -> list[str]:
        """Return the periods of which there is a figure, in order."""
        if reporter in PUBLISHING:
            return []
        wanted = (reporter, partner, flow)
        known = self._chosen(frequency, False)
        return sorted(
            (cell[3] for cell in known if cell[:3] == wanted), key=parse_period
        )

    def published(self, cell: Cell) -> pd.DataFrame:
        """Return every row published for a cell, used or not."""
        rows: pd.DataFrame = self.trade.iloc[self._places.get(cell, [])]
        return rows

    def _goods(self, cell: Cell) -> Figure | None:
        goods, any_ = self._figure(cell, goods=True), self._figure(cell)
        if goods is None or any_ is None or goods.coverage != "goods":
            return None
        return goods if goods.quality == "ok" or any_.quality != "ok" else None

    def _figure(self, cell: Cell, *, goods: bool = False) -> Figure | None:
        """Return the figure chosen among those that count goods, or among all."""
        reporter, partner, flow, period = cell
        for code in (reporter, partner):
            if code not in NAMES:
                raise choice_error("country", code, NAMES)
        asked = parse_period(period)
        frequency = asked.frequency
        if cell in self.instead:
            return self.instead[cell]
        if frequency in ("half", "quarterly"):  # cells hold sums from January on
            if asked.first_month != 1:
                return None
            frequency, period = "ytd", f"{asked.year}-{asked.last_month}M"
        row = self._chosen(frequency, goods).get((reporter, partner, flow, period))
        # A sum of the members' own figures would hold the other side's for one of them.
        if row is None or reporter in PUBLISHING:
            return None
        return Figure(cell, Rounded.of(row), *(str(row[name]) for name in _HOW))

    def _chosen(self, frequency: str, goods: bool) -> dict[Cell, dict[Any, Any]]:
        return self._by_cell(("cells", frequency, goods), self.cells, frequency, goods)

    def _by_cell(
        self, key: object, rows: Callable[..., pd.DataFrame], *asked: Any
    ) -> dict[Cell, dict[Any, Any]]:
        """Return the rows of a frame by their cells, read once."""
        if key not in self._read:
            found = rows(*asked).to_dict("records")
            self._read[key] = {_cell_of(row): row for row in found}
        return self._read[key]

    @cached_property
    def _places(self) -> dict[Any, Any]:
        found: dict[Any, Any] = self.trade.groupby(list(_CELL)).indices
        return found


def _cell_of(row: Mapping[Any, Any]) -> Cell:
    return row["reporter"], row["partner"], row["flow"], row["period"]


def _is_of(row: Mapping[Any, Any], figure: Figure) -> bool:
    """Say whether a row has the value of a figure, up to float noise."""
    value = row.get("value_usd", math.nan)
    return bool(abs(value - figure.number.value) <= 1e-9 * abs(figure.number.value))


# --- evidence -------------------------------------------------------------------------------------

_BLANK: dict[str, Any] = {
    **dict.fromkeys(("role", *_CELL, "item"), ""),
    **dict.fromkeys(("value", "low", "high"), math.nan),
    "unit": "",
    "basis": "published",
    "quality": "ok",
    "coverage": "goods",
    "used": True,
    "source_ids": "",
}


def evidence_row(**given: Any) -> dict[str, Any]:
    """Return one row of evidence; what is not given is empty."""
    return _BLANK | given


def evidence_frame(rows: Sequence[Mapping[Any, Any]]) -> pd.DataFrame:
    """Return rows of evidence as a frame with all its columns."""
    frame = pd.DataFrame(list(rows), columns=list(_BLANK))
    return frame.astype({"value": float, "low": float, "high": float, "used": bool})


def trade_evidence(
    facts: Facts, figures: Mapping[str, Figure | None]
) -> list[dict[str, Any]]:
    """Return the rows a verdict rests on: the chosen figures and what else was published.

    Parameters
    ----------
    figures
        Role in the calculation (`figure`, `base`, `rival`, …) and the figure; None is left out.
    """
    rows = []
    for role, figure in figures.items():
        if figure is None:
            continue
        where = dict(zip(_CELL, figure.cell, strict=True))
        what = evidence_row(role=role, unit="USD", coverage=figure.coverage, **where)
        number = figure.number
        ends = {"value": number.value, "low": number.low, "high": number.high}
        how = {name: getattr(figure, name) for name in _HOW}
        rows.append(what | ends | how)
        used = figure.source_ids.split(";")
        for other in facts.published(figure.cell).to_dict("records"):
            counts_alike = (other["coverage"] == "goods") == (
                figure.coverage == "goods"
            )
            if counts_alike and not set(other["source_id"].split(";")) <= set(used):
                ends = {name: other[f"{name}_usd"] for name in ("value", "low", "high")}
                how = {name: other[name] for name in ("quality", "coverage")}
                how["basis"] = "converted" if other["converted"] else "published"
                how["source_ids"] = other["source_id"]
                rows.append(what | ends | how | {"used": False})
    return rows


# --- what a claim says ----------------------------------------------------------------------------


def terms(claim: Claim) -> list[str]:
    """Return what a claim names: rivals, groups of goods, issuers, words."""
    return [part.strip() for part in str(claim["terms"]).split(";") if part.strip()]


def cell_of(claim: Claim, books: str, flow: str, period: str) -> Cell:
    """Return the cell that holds the claim's figure in one set of books.

    Examples
    --------
    >>> cell_of({"subject": "CHN", "partner": "UZB"}, "partner", "export", "2024")
    ('UZB', 'CHN', 'import', '2024')
    """
    subject, other = str(claim["subject"]), str(claim["partner"])
    if books == "partner":
        return other, subject, MIRROR_FLOW[flow], period
    if books != subject:
        raise choice_error("books", books, [subject, "partner"])
    return subject, other, flow, period


def asserted_span(claim: Claim) -> Span:
    """Return what the claim's figure may stand for, given how it was rounded.

    Examples
    --------
    >>> asserted_span({"value": 12.0, "precision": 1.0, "rounding": "nearest"})
    Span(low=11.5, high=12.5)
    """
    value, rounding = float(claim["value"]), str(claim["rounding"])
    if rounding == "above":
        return Span(value, math.inf)
    if rounding == "below":
        return Span(-math.inf, value)
    if rounding not in ROUNDING:
        raise choice_error("rounding", rounding, [*ROUNDING, "above", "below"])
    found = Interval.of_rounded(value, float(claim["precision"]), rounding)
    return Span(found.low, found.high)


_SAID = {"floor": "over ", "ceiling": "almost ", "about": "about "}
_OPEN = {"above": ("more than ", "at least "), "below": ("less than ", "at most ")}


def claimed(claim: Claim) -> str:
    """Return the claim's figure as it was announced.

    Examples
    --------
    >>> claimed({"value": 106.3e9, "unit": "USD", "rounding": "nearest"})
    '$106.3 billion'
    >>> claimed({"value": 0.0, "unit": "fraction", "rounding": "above"})
    'a rise'
    >>> claimed({"value": 6.0, "unit": "days", "rounding": "below"})
    'at most 6 days'
    """
    value, unit, rounding = (
        float(claim["value"]),
        str(claim["unit"]),
        str(claim["rounding"]),
    )
    if unit in ("fraction", "points") and value == 0 and rounding in _OPEN:
        return "a rise" if rounding == "above" else "a fall"
    scale, word = (1e9, "billion") if abs(value) >= 1e9 else (1e6, "million")
    text = {
        "USD": f"${value / scale:,.10g} {word}",
        "fraction": f"{100 * value:.10g}%",
        "points": f"{100 * value:.10g} points",
        "days": f"{value:g} day{'' if value == 1 else 's'}",
    }.get(unit, f"{value:.15g}").replace("-", "−")
    whole = unit in ("days", "count")
    return f"{_OPEN[rounding][whole] if rounding in _OPEN else _SAID.get(rounding, '')}{text}"


def judge(computed: Interval | Rounded | Span, asserted: Span) -> str:
    """Compare two intervals: inside, only overlapping, or apart.

    Ends that differ by float noise (one part in 10^9) count as equal.

    Examples
    --------
    >>> asserted = Span(11.5, 12.5)
    >>> [judge(Span(*ends), asserted) for ends in ((12.0, 12.2), (12.4, 12.6), (13.0, 14.0))]
    ['holds', 'holds within rounding', 'does not hold']
    """
    ends = (computed.low, computed.high, asserted.low, asserted.high)
    noise = 1e-9 * max((abs(end) for end in ends if math.isfinite(end)), default=0.0)
    if computed.low >= asserted.low - noise and computed.high <= asserted.high + noise:
        return HOLDS
    if computed.low > asserted.high + noise or computed.high < asserted.low - noise:
        return FAILS
    return WITHIN


def books_name(claim: Claim, books: str, partner: str = "") -> str:
    """Return whose statistics these are, in words; "" for an event.

    Examples
    --------
    >>> books_name({"subject": "CHN", "partner": "UZB"}, "partner")
    'Uzbekistan’s own'
    """
    if books != "partner":
        return f"{name_of(books)}’s" if books else ""
    owner = partner or str(claim["partner"])
    return "the countries’ own" if owner in GROUPS else f"{name_of(owner)}’s own"


def publishing(code: str) -> str:
    """Return whose own statistics there are: the region without who publishes none, or the country.

    Examples
    --------
    >>> publishing("CA5"), publishing("UZB")
    ('CA4', 'UZB')
    """
    return PUBLISHING.get(code, code)


def members(code: str) -> tuple[str, ...]:
    """Return the countries of a group, or the country itself."""
    return GROUPS.get(code, (code,))
