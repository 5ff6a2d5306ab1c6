"""Named vertical rules of a chart over time: named above it, or by number below it on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from catrade.charts import canvas, style
from catrade.charts.canvas import Panel, Size
from catrade.charts.core import checked
from catrade.charts.labels import text_width
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
        marks = pd.DataFrame({"date": list(marks), "label": list(marks.values())})
    if marks is None or (isinstance(marks, pd.DataFrame) and marks.empty):
        return []
    checked(marks, [], "marks of lines", "date", "label")
    try:
        days = pd.to_datetime(marks["date"].astype(str))
    except ValueError:
        told = ", ".join(map(str, marks["date"][:3]))
        raise ParameterError(
            f"marks of lines need days such as 2024-01-25; got {told}"
        ) from None
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


def rows_above(rules: Sequence[Rule], places: Sequence[float], size: Size) -> list[int]:
    """Return the row above the plot each rule's name stands in: none lies on another."""
    rows = [0] * len(rules)
    if size.narrow:
        return rows
    starts = [_start(x, rule.name, size) for x, rule in zip(places, rules, strict=True)]
    stops = [
        start + text_width(rule.name, size.type) + 6
        for start, rule in zip(starts, rules, strict=True)
    ]
    for one in reversed(range(len(rules))):
        for later in range(one + 1, len(rules)):
            if starts[later] < stops[one] and starts[one] < stops[later]:
                rows[one] = max(rows[one], rows[later] + 1)
    return rows


def room_above(rows: Sequence[int], size: Size) -> float:
    """Return the points that the rows of names take above the plot."""
    return (max(rows, default=-1) + 1) * size.type * _ROW


def draw(
    panel: Panel, rules: Sequence[Rule], places: Sequence[float], rows: Sequence[int]
) -> None:
    """Draw the rules at their places in points, each up to its name."""
    frame, size = panel.frame, panel.size
    for number, (rule, x, row) in enumerate(zip(rules, places, rows, strict=True), 1):
        top = frame.y1 + 4 + row * size.type * _ROW
        look: dict[str, Any] = {"linewidth": 0.9, "linestyle": (0, (3, 2)), "zorder": 2}
        look["gid"] = canvas.told_as(f"{rule.name}, {rule.when}")
        panel.stroke([x, x], [frame.y0, top], style.MUTED, **look)
        text, start = rule.name, _start(x, rule.name, size)
        if size.narrow:
            text = str(number)
            start = x - text_width(text, size.type) / 2
        panel.write(start, top + 1, text, va="bottom", **canvas.ON_PAPER)


def _start(x: float, text: str, size: Size) -> float:
    """Return where a name begins: at its rule, unless it would run out of the picture."""
    return min(x - 2, size.width - text_width(text, size.type) - 2)
