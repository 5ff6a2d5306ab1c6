"""What cores draw on and with: two sizes of figure, keys, texts, points, bars and whiskers.

Everything is measured in points. A wide drawing is 518 points across, a narrow one 270: at the
350 pixels a phone has for it, 8 points read as 10 pixels. Nothing is laid out by trial: the
widths of texts are summed from the font, which costs a hundredth of matplotlib's own layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from catrade.charts import style
from catrade.charts.labels import text_width

if TYPE_CHECKING:
    from matplotlib.artist import Artist

_LINE = 1.32  # type sizes from line to line


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


def points(figure: Figure) -> Any:
    """Return the transform of points from the figure's lower left corner."""
    return Affine2D().scale(1 / 72) + figure.dpi_scale_trans


@dataclass
class Key:
    """Names beside squares of their colour and density, in as many rows as the width asks for."""

    entries: Sequence[tuple[str, str, float]]
    size: Size

    @property
    def rows(self) -> list[list[tuple[float, str, str, float]]]:
        """The entries with their places in points, a list a row."""
        rows: list[list[tuple[float, str, str, float]]] = []
        at = 0.0
        for text, colour, alpha in self.entries:
            wide = text_width(text, self.size.type) + 26
            if not rows or at + wide - 14 > self.size.width:
                rows.append([])
                at = 0.0
            rows[-1].append((at, text, colour, alpha))
            at += wide
        return rows

    @property
    def height(self) -> float:
        """Points it takes."""
        return len(self.rows) * self.size.type * 1.5 + 4 if self.entries else 0.0

    def draw(self, figure: Figure, top: float) -> None:
        """Write it, its upper edge at `top` points."""
        for row, entries in enumerate(self.rows):
            y = top - (row + 0.7) * self.size.type * 1.5
            for x, text, colour, alpha in entries:
                square = Rectangle((x + 1, y - 3), 8, 6, color=colour, alpha=alpha)
                square.set_transform(points(figure))
                figure.add_artist(square)
                write(figure, x + 12, y, text, self.size.type, va="center")


def write(figure: Figure, x: float, y: float, text: str, size: float, **look: Any) -> None:
    """Write a text at a place in points."""
    figure.text(x, y, text, transform=points(figure), fontsize=size, **look)


def canvas(
    size: Size,
    subtitle: str,
    key: Key | None = None,
    *,
    height: float,
    left: float,
    right: float,
    above: float = 4,
    below: float = 18,
    panels: int = 1,
    gap: float = 20,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with its subtitle and key written, and its axes.

    Parameters
    ----------
    size
        Wide or narrow.
    subtitle, key
        What stands above the plot.
    height
        Points of each panel.
    left, right, above, below
        Points around the panels, besides subtitle and key.
    panels, gap
        Panels side by side in a wide drawing, one under the other in a narrow one, and the points
        between them.
    """
    lines = wrap(subtitle, size.width - 4, size.type)
    head = len(lines) * size.type * _LINE + (6 if lines else 0)
    beneath = panels if size.narrow else 1
    body = beneath * height + (beneath - 1) * (gap + below)
    total = head + (key.height if key else 0) + above + body + below
    figure = Figure(figsize=(size.width / 72, total / 72), dpi=72)
    for number, line in enumerate(lines):
        y = total - (number + 0.85) * size.type * _LINE
        write(figure, 0, y, line, size.type, color=style.MUTED)
    if key:
        key.draw(figure, total - head)
    # Long names run out of the picture rather than leave no room for it.
    across = max(60.0, size.width - left - right)
    wide = across if size.narrow else (across - gap * (panels - 1)) / panels
    axes = []
    for number in range(panels):
        x = left if size.narrow else left + number * (wide + gap)
        y = below + (panels - 1 - number) * (height + gap + below) if size.narrow else below
        box = (x / size.width, y / total, wide / size.width, height / total)
        axes.append(figure.add_axes(box))
        axes[-1].tick_params(labelsize=size.type)
        for axis in (axes[-1].xaxis, axes[-1].yaxis):
            # No axis has a label; matplotlib would measure all numbers beside it to place one.
            axis.set_label_coords(0, 0)
    return figure, axes


def say(
    axes: Axes,
    at: tuple[float, float],
    text: str,
    size: Size,
    *,
    toward: tuple[float, float],
    **look: Any,
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


def dot(
    axes: Axes, at: tuple[float, float], colour: str, told: str, *, hollow: bool, size: float = 4.5
) -> None:
    """Draw a point that says what it is."""
    face = style.PAPER if hollow else colour
    look: dict[str, Any] = {"markerfacecolor": face, "markeredgewidth": 1.2, "clip_on": False}
    mark = Line2D([at[0]], [at[1]], color=colour, marker="o", markersize=size, zorder=4, **look)
    axes.add_artist(mark)
    tell(mark, told)


def box(
    axes: Axes,
    at: tuple[float, float],
    sides: tuple[float, float],
    colour: str,
    told: str,
    **look: Any,
) -> None:
    """Draw a bar that says what it is, from one corner."""
    bar = Rectangle(at, *sides, facecolor=colour, **look)
    axes.add_artist(bar)
    tell(bar, told)


def whisker(
    axes: Axes, low: tuple[float, float], high: tuple[float, float], colour: str, least: float = 4
) -> None:
    """Draw an interval, if it is wide enough to be seen; the axes' limits must be set."""
    ends = axes.transData.transform([low, high])
    if np.abs(ends[1] - ends[0]).max() >= least:
        cap = "_" if low[0] == high[0] else "|"
        x, y = zip(low, high, strict=True)
        axes.add_artist(
            Line2D(x, y, color=colour, linewidth=1, marker=cap, markersize=5, zorder=3.5)
        )


def tell(artist: Artist, text: str) -> None:
    """Let a mark say its value: the page shows it as a title."""
    artist.set_gid(f"t:{text}")


def limits(low: Iterable[float], high: Iterable[float], *, zero: bool = True) -> Any:
    """Return limits that hold all intervals (and zero), with a little room."""
    bottom, top = float(np.nanmin(low)), float(np.nanmax(high))  # type: ignore[call-overload]
    if zero:
        bottom, top = min(bottom, 0.0), max(top, 0.0)
    room = 0.06 * ((top - bottom) or 1.0)
    return (bottom - room if bottom < 0 or not zero else 0.0), (top + room if top > 0 else 0.0)
