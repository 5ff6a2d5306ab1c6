"""Rules of the strict check on one series of figures, and what a finding is.

A figure is an interval. Two statements of one thing conflict if their intervals are apart by more
than `SLACK` of the whole: first releases and later vintages differ by a few tenths of a per cent
all over the tables, and a list of those would hide the rest.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from catrade.data import published_interval
from pagemill.periods import Period, parse_period

#: Beyond rounding, this part of the whole is still a difference of vintage.
SLACK = 0.005
#: A publisher of running sums has revised by this part of the whole what it first published: months
#: need not add up to its sums, and the base of the growth it prints is not the figure first held.
REVISED = 0.03
#: A figure so many times the one before, or that part of it, is a jump: four times in a month or a
#: year, eight and twelve times where the figure before is two and three years older.
JUMP = 4.0
JUMP_YEARS = 3


@dataclass(frozen=True, order=True)
class Finding:
    """Something two figures cannot both be right about, or one that looks wrong.

    Attributes
    ----------
    file, row
        Table and line of the figure to look at first.
    rule, cell
        The rule (`rules` of tables.yaml) and what it found; together they are the name
        under which `known_issues.csv` lists it.
    message
        One sentence.
    """

    file: str
    row: int | None
    rule: str
    cell: str
    message: str

    def __str__(self) -> str:
        where = self.file if self.row is None else f"{self.file}, row {self.row}"
        return f"{where}, {self.rule} {self.cell}: {self.message}"


class Figure(NamedTuple):
    """A figure with the interval its rounding allows and the line it stands in."""

    value: float
    low: float
    high: float
    row: int
    source: str = ""


#: One thing over time: period to figure.
Series = Mapping[str, Figure]


def total(figures: Iterable[Figure]) -> Figure:
    """Add figures up, ends and all; the row is that of the first.

    Examples
    --------
    >>> total([Figure(3, 2, 4, 10, "a"), Figure(5, 5, 5, 11, "b")])
    Figure(value=8, low=7, high=9, row=10, source='a, b')
    """
    parts = list(figures)
    return Figure(
        sum(part.value for part in parts),
        sum(part.low for part in parts),
        sum(part.high for part in parts),
        parts[0].row,
        ", ".join(dict.fromkeys(part.source for part in parts)),
    )


def apart(one: Figure, other: Figure, slack: float = SLACK) -> bool:
    """Say whether two intervals are apart by more than `slack` of the second figure.

    Examples
    --------
    >>> whole = Figure(100, 99.5, 100.5, 2)
    >>> [apart(Figure(v, v, v, 3), whole) for v in (98.9, 99.1, 101.1)]
    [True, False, True]
    """
    return above(one, other, slack) or above(other, one, slack, of=other.value)


def above(one: Figure, other: Figure, slack: float = SLACK, *, of: float | None = None) -> bool:
    """Say whether the first must be larger by more than `slack` of the second (or of `of`)."""
    return one.low - other.high > slack * abs(other.value if of is None else of)


def amount(value: float) -> str:
    """Write a figure for a message, in full."""
    return f"{value:,.15g}"


def figures_of(
    frame: pd.DataFrame, value: str, precision: str
) -> Iterator[tuple[Figure, dict[Hashable, Any]]]:
    """Yield the figure of each row, with the interval of its rounding, and the row itself."""
    unit = frame[precision].fillna(0.0)
    low, high = published_interval(frame[value], unit, frame["rounding"])
    records = frame.to_dict("records")
    for line, row, least, most in zip(frame.index, records, low, high, strict=True):
        yield Figure(row[value], least, most, int(str(line)), row["source_id"]), row


def period_conflicts(series: Series) -> Iterator[tuple[str, str]]:
    """Compare every period with the shorter ones inside it.

    Months, quarters and halves inside must not come to more, and where all are there, not to less;
    January to some month must not come to more than January to a later one, and with the months
    between it must come to the same. Figures of one source may be apart by `REVISED`: its months
    are as first published, its running sums hold the revisions since.

    Returns
    -------
    Period and sentence, one for each period that conflicts.
    """
    spans = {text: parse_period(text) for text in series}
    for text, span in spans.items():
        inside = {t: s for t, s in spans.items() if t != text and _inside(s, span)}
        for names, complete in _covers(inside, span):
            parts, whole = total(series[name] for name in names), series[text]
            slack = REVISED if parts.source == whole.source else SLACK
            if above(parts, whole, slack) or (complete and apart(parts, whole, slack)):
                word = "come" if len(names) > 1 else "comes"
                yield (
                    text,
                    f"{_run(names)} {word} to {amount(parts.value)} ({parts.source}), but {text}"
                    f" is {amount(whole.value)} ({whole.source})",
                )
                break


def _inside(part: Period, whole: Period) -> bool:
    ends = (part.first_month, part.last_month)
    return (
        part.year == whole.year
        and whole.first_month <= part.first_month
        and part.last_month <= whole.last_month
        and ends != (whole.first_month, whole.last_month)
    )


def _covers(inside: Mapping[str, Period], whole: Period) -> Iterator[tuple[list[str], bool]]:
    """Yield sets of periods that do not overlap, and whether each set covers the whole."""
    wanted = whole.last_month - whole.first_month + 1
    months = {s.last_month: t for t, s in inside.items() if s.frequency == "monthly"}
    for frequency, length in (("monthly", 1), ("quarterly", 3), ("half", 6)):
        names = [t for t, s in inside.items() if s.frequency == frequency]
        if names:
            yield sorted(names, key=parse_period), length * len(names) == wanted
    for text, span in inside.items():
        if span.first_month == whole.first_month and span.last_month > span.first_month:
            rest = range(span.last_month + 1, whole.last_month + 1)
            held = [months[month] for month in rest if month in months]
            yield [text, *held], len(held) == len(rest)


def _run(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} to {names[-1]} ({len(names)} figures)"


def jumps(series: Series, floor: float) -> Iterator[tuple[str, str]]:
    """Compare every figure with the one before it: last month, and the same part of a year before.

    Parameters
    ----------
    floor
        Pairs whose larger figure is less are left alone: small figures do jump.

    Returns
    -------
    Period and sentence, one for each figure that is more than `JUMP` times the one before (for each
    year between them), or less than that part of it.
    """
    for text, figure in series.items():
        for earlier in _before(text, series):
            base = series[earlier]
            factor = JUMP * max(1, int(text[:4]) - int(earlier[:4]))
            least, most = sorted((figure.value, base.value))
            if most >= floor and most > factor * least:
                yield (
                    text,
                    f"{amount(figure.value)} ({figure.source}) is not within {factor:g} times of"
                    f" {amount(base.value)} in {earlier} ({base.source})",
                )
                break


def _before(text: str, series: Series) -> Iterator[str]:
    span = parse_period(text)
    if span.frequency == "monthly" and span.last_month > 1:
        month = f"{span.year}-{span.last_month - 1:02d}"
        if month in series:
            yield month
    for years in range(1, JUMP_YEARS + 1):
        earlier = f"{span.year - years}{text[4:]}"
        if earlier in series:
            yield earlier
            return
