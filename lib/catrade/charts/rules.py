"""Named vertical rules of a chart over time: named above it, or by number below it on a phone."""

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


def listed(rules: Sequence[Rule], size: Size) -> list[str]:
    """Return what is written below a narrow drawing: each rule by its number."""
    found: list[str] = []
    if size.narrow:
        room = size.width - 4
        for number, rule in enumerate(rules, 1):
            text = f"{number} {rule.name}, {rule.when}"
            found += canvas.wrap(text, room, size.type)
    return found


class Name(NamedTuple):
    """What is written over a rule: where it begins, and in which row above the axes."""

    text: str
    start: float
    row: int


def names_above(
    rules: Sequence[Rule], window: Point, edges: Point, size: Size
) -> list[Name]:
    """Return each rule's name, or number on a phone, in order of the rules.

    A name begins at its rule, unless it would run out of the picture; none lies on another.
    """
    begin, end = window
    left, right = edges
    scale = (right - left) / (end - begin)
    texts, starts, stretches = [], [], []
    for number, rule in enumerate(rules, 1):
        text = str(number) if size.narrow else rule.name
        wide = size.wide(text)
        x = left + (rule.at - begin) * scale
        start = min(x - 2, size.width - wide - 2)
        if size.narrow:
            start = x - wide / 2
        texts.append(text)
        starts.append(start)
        stretches.append((start, start + wide + 6))
    rows = [0] * len(texts)
    if not size.narrow:
        # From the last: what is named later stands lower, so that no rule crosses a name.
        stretches.reverse()
        rows = free_rows(stretches)
        rows.reverse()
    return list(map(Name, texts, starts, rows))


def room_above(names: Sequence[Name], size: Size) -> float:
    """Return the points that the rows of names take above the axes."""
    rows = [name.row + 1 for name in names]
    return max(rows, default=0) * size.type * _ROW


def draw(plot: Plot, rules: Sequence[Rule], names: Sequence[Name]) -> None:
    """Draw the rules, each up to its name."""
    frame = plot.axes.bbox
    for rule, name in zip(rules, names, strict=True):
        up = 4 + name.row * plot.size.type * _ROW
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
        top = frame.y1 + up + 1
        plot.write(name.start, top, name.text, **canvas.ON_PAPER)
