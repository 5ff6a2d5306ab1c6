"""What cores draw on and with: two sizes of figure, keys, scales, texts, and five kinds of mark.

Everything is measured in points. A wide drawing is 518 points across, a narrow one 270: at the
350 pixels a phone has for it, 8 points read as 10 pixels. Nothing is laid out by trial: the
widths of texts are summed from the font, which costs a hundredth of matplotlib's own layout. The
axes have matplotlib's coordinates and none of its ticks, which cost more than all else: numbers,
names and grid lines are drawn like every other text and line.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from catrade.charts import style
from catrade.charts.labels import text_width

_LINE = 1.32  # type sizes from line to line
_KEY_LINE = 1.5
_GAP = 20.0  # points between panels
_PAD = 3.5  # points between an axis and its numbers, and the length of its marks
Point = tuple[float, float]
Box = tuple[float, float, float, float]
#: Of each name in a key: the name, its square's colour, and how dense that is.
Entries = Sequence[tuple[str, str, float]]
_GRID: dict[str, Any] = {"color": style.GRID, "linewidth": 0.8, "zorder": 0.5}
#: Behind a text that lines may cross.
ON_PAPER: dict[str, Any] = {
    "bbox": {"facecolor": style.PAPER, "pad": 0.5, "linewidth": 0},
    "zorder": 5,
}


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
    for step in (1, 2, 3, 5, 10, 20, 50):
        if count / step * widest <= across:
            return step
    return max(count, 1)


def limits(low: float, high: float) -> Point:
    """Return limits that hold zero and all intervals, with a little room."""
    low, high = min(low, 0.0), max(high, 0.0)
    room = 0.06 * ((high - low) or 1.0)
    return (low - room if low < 0 else 0.0), (high + room if high > 0 else 0.0)


def told_as(text: str) -> str:
    """Return the id by which a mark says its value: the page shows it as a title."""
    return f"t:{text}"


def panels(
    size: Size,
    subtitle: str,
    entries: Entries = (),
    *,
    height: float,
    left: float,
    right: float,
    above: float = 4,
    below: float = 18,
    count: int = 1,
) -> list[Panel]:
    """Return the panels of a figure with its subtitle and key written.

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
    count
        Panels side by side in a wide drawing, one under the other in a narrow one.
    """
    # From the top: subtitle, key, panels; then the boxes of the panels from the bottom.
    lines, key = wrap(subtitle, size.width - 4, size.type), _key_rows(entries, size)
    head = len(lines) * size.type * _LINE + (6 if lines else 0)
    key_height = len(key) * size.type * _KEY_LINE + (4 if key else 0)
    stacked = count if size.narrow else 1
    step = height + _GAP + below
    total = head + key_height + above + stacked * step - _GAP
    figure = Figure(figsize=(size.width / 72, total / 72), dpi=72)
    for number, text in enumerate(lines):
        y = total - (number + 0.85) * size.type * _LINE
        write(figure, 0, y, text, size, color=style.MUTED)
    for number, row in enumerate(key):
        _draw_key(
            figure, row, total - head - (number + 0.7) * size.type * _KEY_LINE, size
        )
    # Long names run out of the picture rather than leave no room for it.
    across = max(60.0, size.width - left - right)
    if not size.narrow:
        across = (across - _GAP * (count - 1)) / count
    made = []
    for number in range(count):
        x, y = left + number * (across + _GAP), below
        if size.narrow:
            x, y = left, below + (count - 1 - number) * step
        box = (x / size.width, y / total, across / size.width, height / total)
        made.append(Panel(figure, box, size))
    return made


def _key_rows(entries: Entries, size: Size) -> list[Entries]:
    """Return a key's entries in as many rows as the width asks for."""
    rows: list[list[tuple[str, str, float]]] = []
    at = 0.0
    for entry in entries:
        wide = text_width(entry[0], size.type) + 26
        if not rows or at + wide - 14 > size.width:
            rows.append([])
            at = 0.0
        rows[-1].append(entry)
        at += wide
    return [*rows]


def _draw_key(figure: Figure, row: Entries, y: float, size: Size) -> None:
    at = 0.0
    for text, colour, alpha in row:
        square(figure, at + 1, y, 8, colour, alpha=alpha)
        write(figure, at + 12, y, text, size, va="center")
        at += text_width(text, size.type) + 26


class Panel:
    """Axes of a figure, and what is drawn on them.

    Places are those of the data, as `(x, y)`, or points of the figure, as `x, y`.

    Attributes
    ----------
    axes, figure
        matplotlib's.
    size
        Wide or narrow.
    frame
        The box of the axes in points; `x0`, `x1`, `y0` and `y1` are its edges.
    """

    def __init__(self, figure: Figure, box: Box, size: Size) -> None:
        self.figure, self.size = figure, size
        self.axes = figure.add_axes(box)
        self.axes.set_axis_off()
        self.frame = self.axes.get_window_extent()

    def limit(self, x: Point, y: Point, *, log: bool = False) -> None:
        """Set the ends of both axes, before anything is drawn."""
        if log:
            self.axes.set_yscale("log")
        self.axes.set(xlim=x, ylim=y)

    def place(self, x: float, y: float) -> Point:
        """Return a place of the data in points."""
        across, along = self.axes.transData.transform((x, y))
        return float(across), float(along)

    def scale_left(self, ticks: Mapping[float, str]) -> None:
        """Draw the values' lines across, and their numbers on the left."""
        edges, values = _grid(ticks)
        self.line(edges, values, transform=self.axes.get_yaxis_transform(), **_GRID)
        left = self.frame.x0 - _PAD
        for value, number in ticks.items():
            _, y = self.place(0, value)
            self.write(left, y, number, ha="right", va="center_baseline")

    def scale_below(
        self,
        ticks: Mapping[float, str],
        *,
        marks: Iterable[float] = (),
        lines: bool = False,
        edge: bool = True,
    ) -> None:
        """Draw the line below and the names or numbers beneath it.

        Parameters
        ----------
        ticks
            Places and what is written there.
        marks
            Places of small strokes.
        lines
            Whether a line goes up from each tick, as for values.
        edge
            Whether there is a line below the plot.
        """
        low = self.frame.y0
        if edge:
            self.stroke([self.frame.x0, self.frame.x1], [low, low], style.MUTED)
        for at in marks:
            x, _ = self.place(at, 0)
            self.stroke([x, x], [low, low - _PAD], style.MUTED)
        below = low - _PAD - (_PAD if set(marks) & set(ticks) else 0)
        for at, name in ticks.items():
            x, _ = self.place(at, 0)
            self.write(x, below, name, ha="center", va="top")
        if lines:
            edges, values = _grid(ticks)
            upward = self.axes.get_xaxis_transform()
            self.line(values, edges, transform=upward, **_GRID)

    def name_columns(
        self, names: Sequence[str], first: float = 0.0, *, edge: bool = True
    ) -> None:
        """Write the names of columns beneath them, or of the last and every few others."""
        last, wide = len(names) - 1, widest(names, self.size) + 6
        step = step_of(len(names), self.frame.width, wide)
        ticks = {n + first: names[n] for n in range(last % step, last + 1, step)}
        self.scale_below(ticks, edge=edge)

    def write(self, x: float, y: float, text: str, **look: Any) -> None:
        """Write a text at a place in points."""
        write(self.figure, x, y, text, self.size, **look)

    def say(self, at: Point, text: str, toward: Point, **look: Any) -> None:
        """Write a text beside a place of the data, so many points `toward` right and up."""
        (x, y), (across, along) = self.place(*at), toward
        look["ha"] = "left" if across > 0 else "right" if across else "center"
        look["va"] = "bottom" if along > 0 else "top" if along else "center_baseline"
        self.write(x + across, y + along, text, **look)

    def line(self, xs: Any, ys: Any, **look: Any) -> None:
        """Draw a line through places of the data."""
        self.axes.add_artist(Line2D(xs, ys, **look))

    def stroke(self, xs: Any, ys: Any, colour: str, **look: Any) -> None:
        """Draw a line through points of the figure."""
        wide, high = self.figure.get_size_inches() * 72
        xs, ys = np.asarray(xs) / wide, np.asarray(ys) / high
        line: dict[str, Any] = {"color": colour, "linewidth": 0.8} | look
        self.figure.add_artist(Line2D(xs, ys, **line))

    def dot(
        self,
        at: Point,
        colour: str,
        told: str,
        *,
        hollow: bool = False,
        size: float = 4.5,
        marker: str = "o",
    ) -> None:
        """Draw a point that says what it is, or the head of an arrow."""
        self.line(
            [at[0]],
            [at[1]],
            color=colour,
            marker=marker,
            markersize=size,
            markeredgewidth=1.2,
            markerfacecolor=style.PAPER if hollow else colour,
            zorder=4,
            clip_on=False,
            gid=told_as(told),
        )

    def box(self, at: Point, sides: Point, colour: str, told: str, **look: Any) -> None:
        """Draw a bar that says what it is, from one corner."""
        look |= {"facecolor": colour, "gid": told_as(told)}
        self.axes.add_artist(Rectangle(at, *sides, **look))

    def square(self, x: float, y: float, width: float, colour: str) -> None:
        """Draw the square of a name, its middle at `y` points."""
        square(self.figure, x, y, width, colour)

    def whisker(self, low: Point, high: Point, colour: str, least: float = 4) -> None:
        """Draw an interval, if it is wide enough to be seen."""
        ends = self.axes.transData.transform([low, high])
        if np.abs(ends[1] - ends[0]).max() < least:
            return
        xs, ys = zip(low, high, strict=True)
        cap = "_" if low[0] == high[0] else "|"
        look: dict[str, Any] = {"marker": cap, "markersize": 5, "zorder": 3.5}
        self.line(xs, ys, color=colour, linewidth=1, **look)


def _grid(values: Iterable[float]) -> tuple[list[float], list[float]]:
    """Return one path of lines from edge to edge, a line a value: places across and along."""
    edges: list[float] = []
    along: list[float] = []
    for value in values:
        edges += [0, 1, np.nan]
        along += [value, value, np.nan]
    return edges, along


def write(figure: Any, x: float, y: float, text: str, size: Size, **look: Any) -> None:
    """Write a text at a place in points."""
    wide, high = figure.get_size_inches() * 72
    figure.text(x / wide, y / high, text, fontsize=size.type, **look)


def square(
    figure: Any, x: float, y: float, width: float, colour: str, **look: Any
) -> None:
    """Draw the square of a name, its middle at `y` points."""
    wide, high = figure.get_size_inches() * 72
    corner = (x / wide, (y - 3) / high)
    transform = figure.transFigure
    figure.add_artist(
        Rectangle(
            corner, width / wide, 6 / high, color=colour, transform=transform, **look
        )
    )
