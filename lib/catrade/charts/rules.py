"""Named vertical rules of a chart over time, their names above it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from catrade.charts import canvas, style
from catrade.charts.canvas import Plot, Point, Size
from catrade.charts.core import checked
from catrade.charts.labels import free_rows
from pagemill.svg import TITLE
from rounding.errors import ParameterError

_ROW = 1.4  # type sizes from row to row


class Rule(NamedTuple):
    """A named day: its place in years, its name, its month in words."""

    at: float
    name: str
    when: str


def place_of(day: pd.Timestamp) -> float:
    """Return a day as a place on an axis of years."""
    begun = (day.month - 1) / 12
    return float(day.year + begun + (day.day - 1) / 365.25)


def rules_of(marks: pd.DataFrame | Mapping[str, str] | None) -> list[Rule]:
    """Return named days in order of time.

    Raises
    ------
    ParameterError
        If a column is missing or a day is none.
    """
    if isinstance(marks, Mapping):
        marks = pd.DataFrame(marks.items(), columns=["date", "label"])
    if marks is None or getattr(marks, "empty", False):
        return []
    checked(marks, [], "marks of lines", "date", "label")
    texts = marks["date"].astype(str)
    try:
        days = pd.to_datetime(texts)
    except ValueError:
        told = ", ".join(texts[:3])
        message = f"marks of lines need days such as 2024-01-25; got {told}"
        raise ParameterError(message) from None
    named = sorted(zip(days, marks["label"], strict=True))
    return [Rule(place_of(day), str(name), f"{day:%B %Y}") for day, name in named]


class Name(NamedTuple):
    """A rule whose name begins at a point across, in a row above the axes."""

    rule: Rule
    start: float
    row: int


def names_above(
    rules: Sequence[Rule], window: Point, edges: Point, size: Size
) -> list[Name]:
    """Return where the names of rules stand, in order of time.

    A name begins at its rule, unless it would run out of the picture; none lies on another.
    """
    begin, end = window
    left, right = edges
    # From the last: what is named later stands lower, so that no rule crosses a name.
    last_first = rules[::-1]
    starts, stretches = [], []
    for rule in last_first:
        wide = size.wide(rule.name)
        x = left + (rule.at - begin) / (end - begin) * (right - left)
        start = min(x - 2, size.width - wide - 2)
        starts.append(start)
        stretches.append((start, start + wide + 6))
    names = list(map(Name, last_first, starts, free_rows(stretches)))
    return names[::-1]


def room_above(names: Sequence[Name], size: Size) -> float:
    """Return the points that the rows of names take above the axes."""
    rows = [name.row + 1 for name in names]
    return max(rows, default=0) * size.type * _ROW


def draw(plot: Plot, names: Sequence[Name]) -> None:
    """Draw the rules, each up to its name."""
    frame = plot.axes.bbox
    for rule, start, row in names:
        up = 4 + row * plot.size.type * _ROW
        plot.axes.axvline(
            rule.at,
            ymax=1 + up / frame.height,
            color=style.MUTED,
            linewidth=0.9,
            linestyle=canvas.DASHES,
            zorder=2,
            clip_on=False,
            gid=f"{TITLE}{rule.name}, {rule.when}",
        )
        plot.write(start, frame.y1 + up + 1, rule.name, **canvas.ON_PAPER)
