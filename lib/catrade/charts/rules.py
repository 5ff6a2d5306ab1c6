"""Named vertical rules of a chart over time: named above it, or by number below it on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from catrade.charts import canvas, style
from catrade.charts.canvas import Size
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
    return float(day.year + (day.month - 1) / 12 + (day.day - 1) / 365.25)


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
    named = sorted(zip(days, marks["label"].astype(str), strict=True))
    return [Rule(place_of(day), name, f"{day:%B %Y}") for day, name in named]


def listed(rules: Sequence[Rule], size: Size) -> list[str]:
    """Return what is written below a narrow drawing: each rule by its number."""
    found: list[str] = []
    if size.narrow:
        for number, rule in enumerate(rules, 1):
            text = f"{number} {rule.name}, {rule.when}"
            found += canvas.wrap(text, size.width - 4, size.type)
    return found


class Name(NamedTuple):
    """What is written over a rule: where it begins, and in which row above the plot."""

    text: str
    start: float
    row: int


def names_above(
    rules: Sequence[Rule], places: Sequence[float], size: Size
) -> list[Name]:
    """Return each rule's name, or number on a phone, in order of the rules.

    A name begins at its rule, unless it would run out of the picture; none lies on another.
    """
    texts = [rule.name for rule in rules]
    if size.narrow:
        texts = [str(number) for number in range(1, len(rules) + 1)]
    starts, stretches = [], []
    for text, x in zip(texts, places, strict=True):
        wide = size.wide(text)
        start = x - wide / 2 if size.narrow else min(x - 2, size.width - wide - 2)
        starts.append(start)
        stretches.append((start, start + wide + 6))
    rows = [0] * len(texts)
    if not size.narrow:
        # From the last: what is named later stands lower, so that no rule crosses a name.
        rows = free_rows(stretches[::-1])[::-1]
    return list(map(Name, texts, starts, rows))


def room_above(names: Sequence[Name], size: Size) -> float:
    """Return the points that the rows of names take above the plot."""
    rows = 1 + max((name.row for name in names), default=-1)
    return rows * size.type * _ROW


def draw(axes: Axes, rules: Sequence[Rule], names: Sequence[Name], size: Size) -> None:
    """Draw the rules, each up to its name."""
    for rule, name in zip(rules, names, strict=True):
        top = axes.bbox.y1 + 4 + name.row * size.type * _ROW
        axes.axvline(
            rule.at,
            ymax=(top - axes.bbox.y0) / axes.bbox.height,
            color=style.MUTED,
            linewidth=0.9,
            linestyle=canvas.DASHES,
            zorder=2,
            clip_on=False,
            gid=f"{TITLE}{rule.name}, {rule.when}",
        )
        canvas.write(axes.figure, name.start, top + 1, name.text, **canvas.ON_PAPER)
