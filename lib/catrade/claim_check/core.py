"""What every test of a claim shares: the facts it may use, the intervals, the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pandas as pd

from catrade.cells.frames import VALUE_COLUMNS
from catrade.cells.series import all_cells
from catrade.names import GROUPS, MIRROR_FLOW, NAMES, name_of
from pagemill.errors import ParameterError, choice_error
from pagemill.intervals import ROUNDING, Interval
from pagemill.numbers import format_usd
from pagemill.periods import parse_period

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


@dataclass(frozen=True)
class Span:
    """An interval one side of which may be open (infinite), as in "more than"."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            message = f"low must not be above high; got low={self.low}, high={self.high}"
            raise ParameterError(message)


@dataclass(frozen=True)
class Figure:
    """One figure of a cell frame, and which cell it is."""

    cell: Cell
    value: float
    interval: Interval
    basis: str
    quality: str
    source_ids: str
    coverage: str = "goods"
    rounding: str = "nearest"

    @property
    def usd(self) -> str:
        """The figure in dollars with the digits it bears, "over" where it is a floor."""
        low, high = self.interval.low, self.interval.high
        return format_usd(self.value, low, high, rounding=self.rounding)


class Published(NamedTuple):
    """What one source has for a cell."""

    source_id: str
    value_usd: float
    low_usd: float
    high_usd: float
    converted: bool
    quality: str


@dataclass(frozen=True)
class Outcome:
    """What a test found: computed and asserted intervals, verdict, one sentence, evidence."""

    verdict: str
    reason: str
    evidence: pd.DataFrame
    computed: Span | None = None
    asserted: Span | None = None
    unit: str = ""


@dataclass(frozen=True)
class Facts:
    """The tables claims are judged by.

    Attributes
    ----------
    trade
        Rows of `load_trade(frequency=None)`, all sources of each cell.
    events
        Rows of `load_policy_events()`.
    composition
        Rows of `load_composition(level="group")` for every flow there is.
    highlights
        Rows of `load_highlights()`.
    """

    trade: pd.DataFrame
    events: pd.DataFrame
    composition: pd.DataFrame
    highlights: pd.DataFrame
    _cache: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        # pandas copies attrs, with their long list of sources, at every step of a calculation.
        plain = self.trade.copy(deep=False)
        plain.attrs = {}
        object.__setattr__(self, "trade", plain)

    def cells(self, reporter: str, partner: str, frequency: str = "annual") -> pd.DataFrame:
        """Return the cell frame of one pair, a region summed where every member has a figure."""
        _check_known(reporter, partner)
        frame = self._frame(frequency)
        return frame[(frame["reporter"] == reporter) & (frame["partner"] == partner)]

    def figure(self, cell: Cell) -> Figure | None:
        """Return the chosen figure of a cell, or None if there is none."""
        reporter, partner, flow, period = cell
        asked, frequency = parse_period(period), _frequency(period)
        if frequency == "ytd":
            if asked.first_month != 1:
                return None
            period = f"{asked.year}-{asked.last_month}M"
        row = self.figures(reporter, partner, frequency).get((flow, period))
        return row if row is None or row.cell == cell else replace(row, cell=cell)

    def figures(
        self, reporter: str, partner: str, frequency: str = "annual"
    ) -> Mapping[tuple[str, str], Figure]:
        """Return the figures of one pair by flow and period."""
        _check_known(reporter, partner)
        if reporter in PUBLISHING:
            return {}  # a sum of the members' own figures would hold the other side's
        key = ("figures", frequency)
        if key not in self._cache:
            self._cache[key] = _by_pair(self._frame(frequency))
        found: dict[tuple[str, str], Figure] = self._cache[key].get((reporter, partner), {})
        return found

    def alike(self, *cells: Cell) -> list[Figure | None]:
        """Return the figures of several cells, all counting the same where that can be had.

        Where the chosen ones do not (goods beside goods and services), goods are taken throughout;
        where not all cells have a figure of goods, the chosen ones stand and are doubtful.
        """
        chosen = [self.figure(cell) for cell in cells]
        if len({figure.coverage for figure in chosen if figure}) < 2:
            return chosen
        if ("goods",) not in self._cache:
            goods = self.trade[self.trade["coverage"] == "goods"]
            self._cache["goods",] = replace(self, trade=goods, _cache={})
        found = [self._cache["goods",].figure(cell) for cell in cells]
        if all(found):
            return found
        return [figure and replace(figure, quality="doubtful") for figure in chosen]

    def published(self, cell: Cell) -> pd.DataFrame:
        """Return every row published for a cell, used or not."""
        reporter, partner, flow, period = cell
        pair = (self.trade["reporter"] == reporter) & (self.trade["partner"] == partner)
        when = (self.trade["flow"] == flow) & (self.trade["period"] == period)
        return self.trade[pair & when]

    def sources(self, cell: Cell) -> Sequence[Published]:
        """Return what every source has for a cell, used or not."""
        if ("sources",) not in self._cache:
            self._cache["sources",] = _by_cell(self.trade)
        found: list[Published] = self._cache["sources",].get(cell, [])
        return found

    def event(self, event_id: str) -> Mapping[Any, Any] | None:
        """Return an event, or None if there is none of this id."""
        if ("events",) not in self._cache:
            rows = self.events.to_dict("records")
            self._cache["events",] = {str(row["event_id"]): row for row in rows}
        found: Mapping[Any, Any] | None = self._cache["events",].get(event_id)
        return found

    def using(self, cell: Cell, source_id: str) -> Facts:
        """Return the same facts as if `source_id` alone had published the cell, officially.

        So flows of a better kind of source do not overrule it: what would follow is the question.
        """
        others = self.published(cell)
        drop = others.index[others["source_id"] != source_id]
        trade = self.trade.drop(index=drop)
        trade.loc[others.index.difference(drop), "source_kind"] = "official"
        frequency = _frequency(cell[3])
        cache = dict(self._cache)
        if ("sources",) in cache:
            alone = [row for row in self.sources(cell) if row.source_id == source_id]
            cache["sources",] = {**cache["sources",], cell: alone}
        cache.pop(("frame", frequency), None)
        cache.pop(("goods",), None)
        if ("figures", frequency) in cache:
            # Only the pair and the regions it is part of can change.
            near = [_family(code) for code in cell[:2]]
            again = _by_pair(all_cells(trade[_of_pairs(trade, *near)], frequency))
            cache["figures", frequency] = again | {
                pair: found
                for pair, found in cache["figures", frequency].items()
                if not (pair[0] in near[0] and pair[1] in near[1])
            }
        return replace(self, trade=trade, _cache=cache)

    def _frame(self, frequency: str) -> pd.DataFrame:
        key = ("frame", frequency)
        if key not in self._cache:
            self._cache[key] = all_cells(self.trade, frequency)
        found: pd.DataFrame = self._cache[key]
        return found


def _frequency(period: str) -> str:
    """Return which cells hold a period: quarters and halves stand among `ytd`."""
    found = parse_period(period).frequency
    return "ytd" if found in ("half", "quarterly") else found


def _family(code: str) -> set[str]:
    """Return the code, and what it is part of with all its members."""
    regions = {region for region, codes in GROUPS.items() if code in (region, *codes)}
    return {code, *regions, *(member for region in regions for member in GROUPS[region])}


def _of_pairs(rows: pd.DataFrame, reporters: set[str], partners: set[str]) -> pd.Series[bool]:
    return rows["reporter"].isin(reporters) & rows["partner"].isin(partners)


def _check_known(*codes: str) -> None:
    for code in codes:
        if code not in NAMES:
            error = choice_error("country", code, NAMES)
            raise error


_Pairs = dict[tuple[str, str], dict[tuple[str, str], Figure]]


def _by_pair(cells: pd.DataFrame) -> _Pairs:
    found: _Pairs = {}
    names = [*VALUE_COLUMNS, "basis", "quality", "source_ids", "coverage", "rounding"]
    rows = zip(*(cells[name].tolist() for name in names), strict=True)
    for cell, (value, low, high, *rest) in zip(_cells_of(cells), rows, strict=True):
        figure = Figure(cell, value, Interval(low, high), *rest)
        found.setdefault(cell[:2], {})[cell[2:]] = figure
    return found


def _by_cell(trade: pd.DataFrame) -> dict[Cell, list[Published]]:
    found: dict[Cell, list[Published]] = {}
    rows = zip(*(trade[name].tolist() for name in Published._fields), strict=True)
    for cell, row in zip(_cells_of(trade), map(Published._make, rows), strict=True):
        found.setdefault(cell, []).append(row)
    return found


def _cells_of(frame: pd.DataFrame) -> Iterator[Cell]:
    names = ("reporter", "partner", "flow", "period")
    return zip(*(frame[name].tolist() for name in names), strict=True)


def cell_of(claim: Claim, books: str, flow: str, period: str, partner: str = "") -> Cell:
    """Return the cell that holds the claim's figure in one set of books.

    Examples
    --------
    >>> claim = {"subject": "CHN", "partner": "UZB"}
    >>> cell_of(claim, "partner", "export", "2024")
    ('UZB', 'CHN', 'import', '2024')
    """
    subject, other = str(claim["subject"]), partner or str(claim["partner"])
    if books == "partner":
        return other, subject, MIRROR_FLOW[flow], period
    if books != subject:
        error = choice_error("books", books, [subject, "partner"])
        raise error
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
        error = choice_error("rounding", rounding, [*ROUNDING, "above", "below"])
        raise error
    found = Interval.of_rounded(value, float(claim["precision"]), rounding)
    return Span(found.low, found.high)


def judge(computed: Interval | Span, asserted: Span) -> str:
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
    """Return whose statistics these are, in words.

    Examples
    --------
    >>> books_name({"subject": "CHN", "partner": "UZB"}, "partner")
    "Uzbekistan's own"
    """
    if not books:
        return ""
    owner = (partner or str(claim["partner"])) if books == "partner" else books
    if owner in GROUPS:
        return "the countries' own" if books == "partner" else f"{name_of(owner)}'s"
    return f"{name_of(owner)}'s own" if books == "partner" else f"{name_of(owner)}'s"


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


def allowed(asserted: Span, write: Callable[[float, float, float], str], value: float) -> str:
    """Return what a claim says, an open side in words: `$106.3 billion`, `more than $100 billion`.

    Parameters
    ----------
    write
        Writes (value, low, high), as `numbers.format_usd` does.
    """
    exact = write(value, value, value)
    if math.isinf(asserted.high):
        return f"more than {exact}"
    if math.isinf(asserted.low):
        return f"less than {exact}"
    return write(value, asserted.low, asserted.high)
