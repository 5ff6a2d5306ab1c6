"""What a claim says, how it is compared with what was computed, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from catrade_build.tables.names import GROUPS, MIRROR_FLOW, in_sentence, possessive
from rounding.errors import choice_error
from rounding.formats import SAID, is_missing
from rounding.intervals import ROUNDING
from rounding.rounded import Rounded

HOLDS = "holds"
WITHIN = "holds within rounding"
FAILS = "does not hold"
UNKNOWN = "cannot be checked"
#: Of a claim, not of a verdict: it fits the announcer's own statistics, and no other bear it out.
ANNOUNCED = "as announced, not independently confirmed"

#: A figure as the edition has it, or an event of the record.
Row = dict[Any, Any]
#: Reporter, partner, flow, period of one published figure.
Cell = tuple[str, str, str, str]
#: What a claim allows, from low to high; one end may be infinite, as in "more than".
Ends = tuple[float, float]
RISES: Ends = (0.0, math.inf)
_OPEN = {"above": ("more than ", "at least "), "below": ("less than ", "at most ")}


@dataclass(frozen=True)
class Claim:
    """A row of the table `claims`, asked of one set of books; what is empty there is "" here."""

    claim_id: str
    document: str
    number: str
    statement: str
    kind: str
    subject: str
    partner: str
    scope: str
    flow: str
    period: str
    base_period: str
    terms: str
    books: str
    value: float
    precision: float
    rounding: str
    unit: str
    event_id: str
    source_id: str
    note: str

    @classmethod
    def of(cls, row: Row) -> Claim:
        """Take a claim from a row that may lack what its kind does not need."""
        cells: dict[str, Any] = {}
        for name in cls.__dataclass_fields__:
            cell = row.get(name)
            if name not in ("value", "precision"):
                cell = "" if is_missing(cell) else str(cell)
            cells[name] = cell
        return cls(**cells)

    @property
    def named(self) -> list[str]:
        """What it names: rivals, issuers, words."""
        return [part.strip() for part in self.terms.split(";") if part.strip()]

    def cell(self, flow: str, period: str) -> Cell:
        """Return the cell of a figure of it in its books.

        Examples
        --------
        >>> claim = Claim.of({"subject": "CHN", "partner": "UZB", "books": "partner"})
        >>> claim.cell("export", "2024"), claim.whose()
        (('UZB', 'CHN', 'import', '2024'), 'Uzbekistan’s own')
        """
        if self.books == "partner":
            return self.partner, self.subject, MIRROR_FLOW[flow], period
        if self.books != self.subject:
            raise choice_error("books", self.books, [self.subject, "partner"])
        return self.subject, self.partner, flow, period

    def whose(self) -> str:
        """Return whose statistics its books are, in words; "" for an event."""
        if self.books != "partner":
            return possessive(in_sentence(self.books)) if self.books else ""
        if self.partner in GROUPS:
            return "the countries’ own"
        return f"{possessive(in_sentence(self.partner))} own"

    @property
    def allows(self) -> Ends:
        """What its figure may stand for, given how it was rounded.

        Examples
        --------
        >>> Claim.of({"value": 12.0, "precision": 1.0, "rounding": "nearest"}).allows
        (11.5, 12.5)
        """
        if self.rounding == "above":
            return self.value, math.inf
        if self.rounding == "below":
            return -math.inf, self.value
        if self.rounding not in ROUNDING:
            raise choice_error("rounding", self.rounding, [*ROUNDING, *_OPEN])
        figure = Rounded.printed(self.value, self.precision, self.rounding)
        return interval_of(figure)

    @property
    def announced(self) -> str:
        """Its figure as it was announced.

        Examples
        --------
        >>> Claim.of({"value": 106.3e9, "unit": "USD", "rounding": "nearest"}).announced
        '$106.3 billion'
        >>> Claim.of({"value": 0.0, "unit": "fraction", "rounding": "above"}).announced
        'a rise'
        >>> Claim.of({"value": 6.0, "unit": "days", "rounding": "below"}).announced
        'at most 6 days'
        """
        value, unit, rounding = self.value, self.unit, self.rounding
        if unit in ("fraction", "points") and value == 0 and rounding in _OPEN:
            return "a rise" if rounding == "above" else "a fall"
        scale, word = (1e9, "billion") if abs(value) >= 1e9 else (1e6, "million")
        written = {
            "USD": f"${value / scale:,.10g} {word}",
            "fraction": f"{100 * value:.10g}%",
            "points": f"{100 * value:.10g} points",
            "days": f"{value:g} day{'' if value == 1 else 's'}",
        }
        text = written.get(unit, f"{value:.15g}").replace("-", "−")
        if rounding in _OPEN:
            more, at_least = _OPEN[rounding]
            return f"{at_least if unit in ('days', 'count') else more}{text}"
        return f"{SAID.get(rounding, '')} {text}".strip()


@dataclass(frozen=True)
class Outcome:
    """What a test found: verdict, one sentence, the rows used, both intervals."""

    verdict: str
    reason: str
    used: Sequence[Row] = ()
    computed: Ends = (math.nan, math.nan)
    asserted: Ends = (math.nan, math.nan)
    unit: str = ""


def interval_of(number: Rounded) -> Ends:
    """Return all that a number may be, from low to high."""
    return number.low, number.high


def judge(computed: Ends, asserted: Ends) -> str:
    """Compare two intervals: inside, only overlapping, or apart.

    Ends that differ by float noise (one part in 10^9) count as equal.

    Examples
    --------
    >>> [judge(ends, (11.5, 12.5)) for ends in [(12, 12.2), (12.4, 12.6), (13, 14)]]
    ['holds', 'holds within rounding', 'does not hold']
    >>> judge((51.9, math.inf), (50.0, math.inf)), judge((51.9, math.inf), (47.5, 48.5))
    ('holds', 'does not hold')

    Of the largest end: 5 in 10^10 of 100 are noise, though not of 0.001.

    >>> judge((0.001, 100.00000005), (0.001, 100))
    'holds'
    """
    low, high = computed
    at_least, at_most = asserted
    ends = [end for end in (*computed, *asserted) if math.isfinite(end)]
    noise = 1e-9 * max(abs(end) for end in ends)
    if low >= at_least - noise and high <= at_most + noise:
        return HOLDS
    if low > at_most + noise or high < at_least - noise:
        return FAILS
    return WITHIN


def least(numbers: Sequence[Ends]) -> Ends:
    """Return all that the smallest of several numbers may be.

    Examples
    --------
    >>> least([(1, 4), (2, 3)])
    (1, 3)
    """
    lows, highs = zip(*numbers, strict=True)
    return min(lows), min(highs)
