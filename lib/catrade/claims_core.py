"""What every test of a claim shares: the facts it may use, the intervals, the verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from catrade.errors import ParameterError, choice_error
from catrade.intervals import ROUNDING, Interval
from catrade.names import CENTRAL_ASIA, GROUPS, MIRROR_FLOW, NAMES, name_of, parse_period
from catrade.series import trade_cells

HOLDS = "holds"
WITHIN = "holds within rounding"
FAILS = "does not hold"
UNKNOWN = "cannot be checked"
#: Best first; every verdict is one of these.
VERDICTS = (HOLDS, WITHIN, FAILS, UNKNOWN)

Claim = Mapping[Any, Any]
#: Reporter, partner, flow, period of one published figure.
Cell = tuple[str, str, str, str]

EVIDENCE = [
    *("role", "reporter", "partner", "flow", "period", "item", "value", "low", "high", "unit"),
    *("basis", "quality", "used", "source_ids"),
]


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
        key = ("cells", reporter, partner, frequency)
        if key not in self._cache:
            for code in (reporter, partner):
                if code not in NAMES:
                    error = choice_error("country", code, NAMES)
                    raise error
            frame = self._frame(reporter, partner, frequency)
            same = (frame["reporter"] == reporter) & (frame["partner"] == partner)
            self._cache[key] = frame[same]
        found: pd.DataFrame = self._cache[key]
        return found

    def figure(self, cell: Cell) -> Figure | None:
        """Return the chosen figure of a cell, or None if there is none."""
        reporter, partner, flow, period = cell
        asked = parse_period(period)
        frequency = {"half": "ytd", "quarterly": "ytd"}.get(asked.frequency, asked.frequency)
        key = ("figures", reporter, partner, frequency)
        if key not in self._cache:
            rows = self.cells(reporter, partner, frequency).to_dict("records")
            self._cache[key] = {(str(row["flow"]), str(row["period"])): row for row in rows}
        if frequency == "ytd":
            period = f"{asked.year}-{asked.last_month}M"
        row = self._cache[key].get((flow, period))
        if row is None:
            return None
        return Figure(
            cell,
            float(row["value_usd"]),
            Interval(float(row["low_usd"]), float(row["high_usd"])),
            str(row["basis"]),
            str(row["quality"]),
            str(row["source_ids"]),
        )

    def published(self, cell: Cell) -> pd.DataFrame:
        """Return every row published for a cell, used or not."""
        reporter, partner, flow, period = cell
        t = self.trade
        same = (t["reporter"] == reporter) & (t["partner"] == partner)
        return t[same & (t["flow"] == flow) & (t["period"] == period)]

    def using(self, cell: Cell, source_id: str) -> Facts:
        """Return the same facts as if `source_id` alone had published the cell."""
        others = self.published(cell)
        drop = others.index[others["source_id"] != source_id]
        reporter, partner = cell[:2]
        touched = {("partner", partner), (reporter, partner)}
        kept = {
            key: value
            for key, value in self._cache.items()
            if key[0] == "frame" and key[1:3] not in touched and key[1] != reporter
        }
        return replace(self, trade=self.trade.drop(index=drop), _cache=kept)

    def _frame(self, reporter: str, partner: str, frequency: str) -> pd.DataFrame:
        """Return the cells of the pair and its neighbours, which cost no more together."""
        t, five = self.trade, [*CENTRAL_ASIA, "CA5"]
        if "CA4" in (reporter, partner):
            five.append("CA4")
        # A region's own books are the sum of its members', which the series knows as `partner`.
        home = reporter in five
        if home:
            key = ("frame", "partner", partner, frequency, len(five))
            rows, wanted = t[t["partner"] == partner], five
            side, counterpart = "partner", partner
        else:
            wanted = five if partner in five else [partner]
            key = ("frame", reporter, wanted[0], frequency, len(five))
            rows, side, counterpart = t[t["reporter"] == reporter], reporter, "CHN"
        if key not in self._cache:
            self._cache[key] = trade_cells(
                rows, reporter=side, partner=wanted, counterpart=counterpart, frequency=frequency
            )
        found: pd.DataFrame = self._cache[key]
        return found


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


def trade_evidence(facts: Facts, figures: Mapping[str, Figure | None]) -> pd.DataFrame:
    """Return the rows a verdict rests on: the chosen figures and what else was published.

    Parameters
    ----------
    figures
        Role in the calculation (`figure`, `base`, `rival`, …) and the figure; None is left out.
    """
    rows: list[dict[str, Any]] = []
    for role, figure in figures.items():
        if figure is None:
            continue
        reporter, partner, flow, period = figure.cell
        where = {"role": role, "reporter": reporter, "partner": partner, "flow": flow}
        where |= {"period": period, "item": "", "unit": "USD"}
        rows.append(
            {
                **where,
                "value": figure.value,
                "low": figure.interval.low,
                "high": figure.interval.high,
                "basis": figure.basis,
                "quality": figure.quality,
                "used": True,
                "source_ids": figure.source_ids,
            }
        )
        for other in facts.published(figure.cell).to_dict("records"):
            if other["source_id"] in figure.source_ids.split(";"):
                continue
            rows.append(
                {
                    **where,
                    "value": other["value_usd"],
                    "low": other["low_usd"],
                    "high": other["high_usd"],
                    "basis": "converted" if other["converted"] else "published",
                    "quality": other["quality"],
                    "used": False,
                    "source_ids": other["source_id"],
                }
            )
    return evidence_frame(rows)


def evidence_frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return evidence rows as a frame with all its columns; what is not given is empty."""
    numbers = ("value", "low", "high")
    empty = {column: float("nan") if column in numbers else "" for column in EVIDENCE}
    frame = pd.DataFrame([empty | dict(row) for row in rows], columns=EVIDENCE)
    return frame.astype(dict.fromkeys(numbers, "float64")).astype({"used": bool})


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
