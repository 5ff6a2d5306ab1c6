"""Named vertical rules of a chart over time: named above it, or by number below it on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes

from catrade.charts import canvas, style
from catrade.charts.canvas import Size
from catrade.charts.core import checked
from catrade.charts.labels import free_rows, text_width
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


def names_above(
    rules: Sequence[Rule], places: Sequence[float], size: Size
) -> list[tuple[str, float, int]]:
    """Return each rule's name (a number on a phone), where it begins, and its row above the plot.

    A name begins at its rule, unless it would run out of the picture; none lies on another.
    """
    names, starts, stretches = [], [], []
    for number, (rule, x) in enumerate(zip(rules, places, strict=True), 1):
        name = str(number) if size.narrow else rule.name
        wide = text_width(name, size.type)
        start = x - wide / 2 if size.narrow else min(x - 2, size.width - wide - 2)
        names.append(name)
        starts.append(start)
        stretches.append((start, start + wide + 6))
    rows = [0] * len(names)
    if not size.narrow:
        # From the last: what is named later stands lower, so that no rule crosses a name.
        rows = free_rows(stretches[::-1])[::-1]
    return list(zip(names, starts, rows, strict=True))


def room_above(named: Sequence[tuple[str, float, int]], size: Size) -> float:
    """Return the points that the rows of names take above the plot."""
    rows = [row + 1 for _, _, row in named]
    return max(rows, default=0) * size.type * _ROW


def draw(
    axes: Axes,
    rules: Sequence[Rule],
    named: Sequence[tuple[str, float, int]],
    size: Size,
) -> None:
    """Draw the rules, each up to its name."""
    for rule, (name, start, row) in zip(rules, named, strict=True):
        top = axes.bbox.y1 + 4 + row * size.type * _ROW
        look: dict[str, Any] = {"linewidth": 0.9, "linestyle": (0, (3, 2)), "zorder": 2}
        look |= {"color": style.MUTED, "gid": f"{TITLE}{rule.name}, {rule.when}"}
        end = (top - axes.bbox.y0) / axes.bbox.height
        axes.axvline(rule.at, 0, end, clip_on=False, **look)
        canvas.write(axes, start, top + 1, name, **canvas.ON_PAPER)
