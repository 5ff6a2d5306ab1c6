"""What cores draw on and with: two sizes of figure, keys, texts, points, bars and whiskers.

Everything is measured in points. A wide drawing is 518 points across, a narrow one 270: at the
350 pixels a phone has for it, 8 points read as 10 pixels. Nothing is laid out by trial: the
widths of texts are summed from the font, which costs a hundredth of matplotlib's own layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from catrade.charts import style
from catrade.charts.labels import text_width

_LINE = 1.32  # type sizes from line to line
_GAP = 20.0  # points between panels
Point = tuple[float, float]


class Size(NamedTuple):
    """One of the two drawings: points across, size of type, and whether it is the phone's."""

    width: float
    type: float
    narrow: bool


WIDE, NARROW = Size(518.4, 9, False), Size(270, 8, True)


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break a text into lines no wider than `width` points; a long word stays whole."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def widest(texts: Iterable[str], size: Size) -> float:
    """Return the points the widest of some texts takes."""
    return max((text_width(text, size.type) for text in texts), default=0.0)


def step_of(count: int, across: float, widest: float) -> int:
    """Return how many names of an axis share one label, so that none lies on another.

    Examples
    --------
    >>> step_of(13, 400, 30), step_of(13, 200, 30)
    (1, 2)
    """
    fits = (n for n in (1, 2, 3, 5, 10, 20, 50) if count / n * widest <= across)
    return next(fits, max(count, 1))


def name_columns(
    axes: Axes, names: Sequence[str], size: Size, each: float, first: float = 0.0
) -> None:
    """Write the names of columns, each so many points wide, or of the last and every few others."""
    last = len(names) - 1
    step = step_of(len(names), each * len(names), widest(names, size) + 6)
    ticks = range(last % step, last + 1, step)
    axes.set_xticks([n + first for n in ticks], [names[n] for n in ticks], rotation=0)


def points(figure: Figure) -> Any:
    """Return the transform of points from the figure's lower left corner."""
    return Affine2D().scale(1 / 72) + figure.dpi_scale_trans


#: Of each name in a key: the name, its square's colour, and how dense that is.
Entries = Sequence[tuple[str, str, float]]


def _key(entries: Entries, size: Size) -> list[list[tuple[float, str, str, float]]]:
    """Return a key's entries with their places in points, in as many rows as the width asks for."""
    rows: list[list[tuple[float, str, str, float]]] = []
    at = 0.0
    for text, colour, alpha in entries:
        wide = text_width(text, size.type) + 26
        if not rows or at + wide - 14 > size.width:
            rows.append([])
            at = 0.0
        rows[-1].append((at, text, colour, alpha))
        at += wide
    return rows


def square(
    figure: Figure, x: float, y: float, width: float, colour: str, **look: Any
) -> None:
    """Draw the square of a name in a key, its middle at `y` points."""
    mark = Rectangle(
        (x, y - 3), width, 6, color=colour, transform=points(figure), **look
    )
    figure.add_artist(mark)


def write(
    figure: Figure, x: float, y: float, text: str, size: float, **look: Any
) -> None:
    """Write a text at a place in points."""
    figure.text(x, y, text, transform=points(figure), fontsize=size, **look)


def canvas(
    size: Size,
    subtitle: str,
    entries: Entries = (),
    *,
    height: float,
    left: float,
    right: float,
    above: float = 4,
    below: float = 18,
    panels: int = 1,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with its subtitle and key written, and its axes.

    Parameters
    ----------
    size
        Wide or narrow.
    subtitle, entries
        What stands above the plot: words, and names beside squares of their colour and density.
    height
        Points of each panel.
    left, right, above, below
        Points around the panels, besides subtitle and key.
    panels
        Panels side by side in a wide drawing, one under the other in a narrow one.
    """
    lines, key = wrap(subtitle, size.width - 4, size.type), _key(entries, size)
    head = len(lines) * size.type * _LINE + (6 if lines else 0)
    beneath = panels if size.narrow else 1
    body = beneath * height + (beneath - 1) * (_GAP + below)
    total = head + (len(key) * size.type * 1.5 + 4 if key else 0) + above + body + below
    figure = Figure(figsize=(size.width / 72, total / 72), dpi=72)
    for number, line in enumerate(lines):
        y = total - (number + 0.85) * size.type * _LINE
        write(figure, 0, y, line, size.type, color=style.MUTED)
    for row, places in enumerate(key):
        y = total - head - (row + 0.7) * size.type * 1.5
        for at, text, colour, alpha in places:
            square(figure, at + 1, y, 8, colour, alpha=alpha)
            write(figure, at + 12, y, text, size.type, va="center")
    # Long names run out of the picture rather than leave no room for it.
    across = max(60.0, size.width - left - right)
    wide = across if size.narrow else (across - _GAP * (panels - 1)) / panels
    axes = []
    for number in range(panels):
        x = left if size.narrow else left + number * (wide + _GAP)
        y = (
            below + (panels - 1 - number) * (height + _GAP + below)
            if size.narrow
            else below
        )
        box = (x / size.width, y / total, wide / size.width, height / total)
        axes.append(figure.add_axes(box))
        axes[-1].tick_params(labelsize=size.type)
        for axis in (axes[-1].xaxis, axes[-1].yaxis):
            # No axis has a label; matplotlib would measure all numbers beside it to place one.
            axis.set_label_coords(0, 0)
    return figure, axes


def say(
    axes: Axes, at: Point, text: str, size: Size, *, toward: Point, **look: Any
) -> None:
    """Write a text beside a place in the axes, so many points `toward` right and up."""
    across, along = toward
    axes.annotate(
        text,
        at,
        xytext=toward,
        textcoords="offset points",
        ha="left" if across > 0 else "right" if across else "center",
        va="bottom" if along > 0 else "top" if along else "center_baseline",
        fontsize=size.type,
        annotation_clip=False,
        **look,
    )


def line(on: Axes | Figure, xs: Any, ys: Any, **look: Any) -> None:
    """Draw a line in the places of axes, or in points of a figure."""
    if isinstance(on, Figure):
        look["transform"] = points(on)
    on.add_artist(Line2D(xs, ys, **look))


def dot(
    axes: Axes,
    at: Point,
    colour: str,
    told: str,
    *,
    hollow: bool,
    size: float = 4.5,
    marker: str = "o",
) -> None:
    """Draw a point that says what it is, or the head of an arrow."""
    look: dict[str, Any] = {"marker": marker, "markersize": size}
    look["markeredgewidth"] = 1.2
    look["markerfacecolor"] = style.PAPER if hollow else colour
    line(
        axes,
        [at[0]],
        [at[1]],
        color=colour,
        zorder=4,
        clip_on=False,
        gid=told_as(told),
        **look,
    )


def box(
    axes: Axes, at: Point, sides: Point, colour: str, told: str, **look: Any
) -> None:
    """Draw a bar that says what it is, from one corner."""
    axes.add_artist(Rectangle(at, *sides, facecolor=colour, gid=told_as(told), **look))


def whisker(axes: Axes, low: Point, high: Point, colour: str, least: float = 4) -> None:
    """Draw an interval, if it is wide enough to be seen; the axes' limits must be set."""
    ends = axes.transData.transform([low, high])
    if np.abs(ends[1] - ends[0]).max() >= least:
        cap = "_" if low[0] == high[0] else "|"
        look: dict[str, Any] = {
            "linewidth": 1,
            "marker": cap,
            "markersize": 5,
            "zorder": 3.5,
        }
        line(axes, [low[0], high[0]], [low[1], high[1]], color=colour, **look)


def told_as(text: str) -> str:
    """Return the id by which a mark says its value: the page shows it as a title."""
    return f"t:{text}"


def limits(low: float, high: float) -> Point:
    """Return limits that hold zero and all intervals, with a little room."""
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.06 * ((high - low) or 1.0)
    return (low - room if low < 0 else 0.0), (high + room if high > 0 else 0.0)
