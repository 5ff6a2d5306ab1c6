"""What every test of a claim shares: the facts it may use, the intervals, the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import pandas as pd

from catrade.cells.series import all_cells
from catrade.names import GROUPS, MIRROR_FLOW, NAMES, name_of
from pagemill.errors import ParameterError, choice_error
from pagemill.intervals import ROUNDING, Interval
from pagemill.periods import parse_period
from pagemill.rounded import Rounded

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


@dataclass(frozen=True)
class Span:
    """An interval one side of which may be open (infinite), as in "more than"."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.low > self.high:
            raise ParameterError(
                f"low must not be above high; got low={self.low}, high={self.high}"
            )


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
        return f"{self.number:usd}"


@dataclass(frozen=True)
class Outcome:
    """What a test found: verdict, one sentence, rows of evidence, the two intervals."""

    verdict: str
    reason: str
    rows: Sequence[Mapping[Any, Any]] = ()
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
    _pairs: dict[str, dict[Any, pd.DataFrame]] = field(default_factory=dict)
    _figures: dict[Any, dict[tuple[str, str], Figure]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # pandas copies attrs, with their long list of sources, at every step of a calculation.
        plain = self.trade.copy()
        plain.attrs = {}
        object.__setattr__(self, "trade", plain)

    def figures(
        self, reporter: str, partner: str, frequency: str = "annual"
    ) -> Mapping[tuple[str, str], Figure]:
        """Return the figures of one pair by flow and period."""
        for code in (reporter, partner):
            if code not in NAMES:
                raise choice_error("country", code, NAMES)
        if reporter in PUBLISHING:
            return {}  # a sum of the members' own figures would hold the other side's
        key = (reporter, partner, frequency)
        if key not in self._figures:
            if frequency not in self._pairs:
                self._pairs[frequency] = _by_pair(self.trade, frequency)
            rows = self._pairs[frequency].get(key[:2])
            found = (
                [_figure(row) for row in rows.to_dict("records")]
                if rows is not None
                else []
            )
            self._figures[key] = {figure.cell[2:]: figure for figure in found}
        return self._figures[key]

    def figure(self, cell: Cell) -> Figure | None:
        """Return the chosen figure of a cell, or None if there is none."""
        reporter, partner, flow, period = cell
        asked, frequency = parse_period(period), _frequency(period)
        if frequency == "ytd":
            if asked.first_month != 1:
                return None
            period = f"{asked.year}-{asked.last_month}M"
        found = self.figures(reporter, partner, frequency).get((flow, period))
        return found and replace(found, cell=cell)

    def alike(self, *cells: Cell) -> list[Figure | None]:
        """Return the figures of several cells, all counting the same where that can be had.

        Where the chosen ones do not (goods beside goods and services), goods are taken throughout;
        where not all cells have a figure of goods, the chosen ones stand and are doubtful.
        """
        chosen = [self.figure(cell) for cell in cells]
        if len({figure.coverage for figure in chosen if figure}) < 2:
            return chosen
        found = [self._goods.figure(cell) for cell in cells]
        if all(found):
            return found
        return [figure and replace(figure, quality="doubtful") for figure in chosen]

    def published(self, cell: Cell) -> pd.DataFrame:
        """Return every row published for a cell, used or not."""
        rows: pd.DataFrame = self.trade.iloc[self._places.get(cell, [])]
        return rows

    def using(self, cell: Cell, source_id: str) -> Facts:
        """Return the same facts as if `source_id` alone had published the cell, officially.

        So flows of a better kind of source do not overrule it: what would follow is the question.
        """
        others = self.published(cell)
        drop = others.index[others["source_id"] != source_id]
        trade = self.trade.drop(index=drop)
        trade.loc[others.index.difference(drop), "source_kind"] = "official"
        changed = replace(self, trade=trade, _pairs=dict(self._pairs), _figures={})
        frequency = _frequency(cell[3])
        # Only the pair and the regions it is part of can change.
        near = _by_pair(changed._of(_family(cell[0]), _family(cell[1])), frequency)
        changed._pairs[frequency] = self._pairs.get(frequency, {}) | near
        return changed

    @cached_property
    def _places(self) -> dict[Any, Any]:
        found: dict[Any, Any] = self.trade.groupby(list(_CELL)).indices
        return found

    @cached_property
    def _goods(self) -> Facts:
        goods = self.trade[self.trade["coverage"] == "goods"]
        return replace(self, trade=goods, _pairs={}, _figures={})

    def _of(self, reporters: set[str], partners: set[str]) -> pd.DataFrame:
        t = self.trade
        return t[t["reporter"].isin(reporters) & t["partner"].isin(partners)]


def _by_pair(trade: pd.DataFrame, frequency: str) -> dict[Any, pd.DataFrame]:
    return dict(iter(all_cells(trade, frequency).groupby(["reporter", "partner"])))


def _figure(row: Mapping[Any, Any]) -> Figure:
    reporter, partner, flow, period = (str(row[name]) for name in _CELL)
    how = (str(row[name]) for name in ("basis", "quality", "source_ids", "coverage"))
    return Figure((reporter, partner, flow, period), Rounded.of(row), *how)


def _frequency(period: str) -> str:
    """Return which cells hold a period: quarters and halves stand among `ytd`."""
    found = parse_period(period).frequency
    return "ytd" if found in ("half", "quarterly") else found


def _family(code: str) -> set[str]:
    """Return the code, and what it is part of with all its members."""
    near = [
        (region, *parts) for region, parts in GROUPS.items() if code in (region, *parts)
    ]
    return {code, *(one for family in near for one in family)}


# --- evidence -------------------------------------------------------------------------------------

_BLANK: dict[str, Any] = dict.fromkeys(("role", *_CELL, "item"), "")
_BLANK |= {
    "value": math.nan,
    "low": math.nan,
    "high": math.nan,
    "unit": "",
    "basis": "published",
}
_BLANK |= {"quality": "ok", "used": True, "source_ids": ""}


def evidence_row(**given: Any) -> dict[str, Any]:
    """Return one row of evidence; what is not given is empty."""
    return _BLANK | given


def evidence_rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the rows of a frame as rows of evidence."""
    return [{**_BLANK, **row} for row in frame.to_dict("records")]


def evidence_frame(rows: Sequence[Mapping[Any, Any]], *first: str) -> pd.DataFrame:
    """Return rows of evidence as a frame with all its columns, others of the rows first."""
    frame = pd.DataFrame(list(rows), columns=[*first, *_BLANK])
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
        where = {
            "role": role,
            "unit": "USD",
            **dict(zip(_CELL, figure.cell, strict=True)),
        }
        ends = {name: getattr(figure.number, name) for name in ("value", "low", "high")}
        how = {
            name: getattr(figure, name) for name in ("basis", "quality", "source_ids")
        }
        rows.append(evidence_row(**where, **ends, **how))
        used = figure.source_ids.split(";")
        for other in facts.published(figure.cell).to_dict("records"):
            if other["source_id"] in used:
                continue
            ends = {name: other[f"{name}_usd"] for name in ("value", "low", "high")}
            basis = "converted" if other["converted"] else "published"
            how = {
                "basis": basis,
                "quality": other["quality"],
                "source_ids": other["source_id"],
            }
            rows.append(evidence_row(**where, **ends, **how, used=False))
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
