"""What cores draw on: axes under a subtitle and a key, in two sizes; and the marks they share.

Everything is measured in points, of which a figure of 72 dpi has one a pixel. A wide drawing is
518 points across, a narrow one 270: at the 350 pixels a phone has for it, 8 points read as 10
pixels. Nothing is laid out by trial: the widths of texts are summed from the font, which costs a
hundredth of matplotlib's own layout. All else is matplotlib: a core gets plain axes, and draws on
them with `plot`, `hlines`, `fill_between` and the methods of `Plot`.

Names are moved apart here, not by adjustText: it needs scipy, takes 0.6 s to import, searches step
by step (so a new version may place labels elsewhere) and solves in two dimensions what is
one-dimensional here.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.markers import TICKDOWN
from matplotlib.patches import Rectangle
from matplotlib.transforms import Affine2D

from catrade.charts import style
from pagemill.svg import TITLE

_LINE = 1.32  # type sizes from line to line of the subtitle
_KEY_LINE = 1.5
_PAD = 3.5  # points between an axis and its numbers, and the length of its marks
Point = tuple[float, float]
#: Of each name in a key: the name, and its square's colour as matplotlib takes it.
Entries = Sequence[tuple[str, Any]]
DASHES: Any = (0, (3, 2))
OF_SCALE: dict[str, Any] = {"colors": style.GRID, "linewidth": 0.8, "zorder": 0.5}
#: Behind a text that lines may cross.
ON_PAPER: dict[str, Any] = {
    "bbox": {"facecolor": style.PAPER, "pad": 0.5, "linewidth": 0},
    "zorder": 5,
}


_FACE = FontProperties(family="DejaVu Sans")
_MEASURED_AT = 100.0  # points
_FIXED_POINT = 2**16  # FreeType's unit of a glyph's unhinted advance


class Size(NamedTuple):
    """One of the two drawings: points across, size of type, and whether it is the phone's."""

    width: float
    type: float
    narrow: bool

    def wide(self, text: str) -> float:
        """Return the points a text takes."""
        return text_width(text, self.type)

    def widest(self, texts: Iterable[str]) -> float:
        """Return the points the widest of some texts takes."""
        return max(map(self.wide, texts), default=0.0)


WIDE = Size(518.4, 9, narrow=False)
NARROW = Size(270, 8, narrow=True)


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


def spread(
    wanted: Sequence[float],
    gap: float,
    low: float = float("-inf"),
    high: float = float("inf"),
) -> list[float]:
    """Return positions at least `gap` apart, in the order of and nearest to those wanted.

    The exact least-squares answer, by pooling neighbours that would collide (isotonic regression
    on `wanted − rank × gap`), then kept within the bounds as far as they have room.

    Parameters
    ----------
    wanted
        Positions wished for, in any order and any unit.
    gap
        Smallest distance allowed, same unit.
    low, high
        Bounds of the result; with less room than labels, the bounds give way at the top.

    Examples
    --------
    >>> spread([10, 0, 11], 4)
    [8.5, 0.0, 12.5]
    >>> spread([1, 2], 4, low=0)
    [0.0, 4.0]
    """
    order = np.argsort(wanted, kind="stable")
    steps = gap * np.arange(len(order))
    pools: list[list[float]] = []
    for free in np.take(wanted, order) - steps:
        pool = [free]
        while pools and fmean(pools[-1]) >= fmean(pool):
            pool = pools.pop() + pool
        pools.append(pool)
    flat: list[float] = []
    for pool in pools:
        flat += [fmean(pool)] * len(pool)
    # Clipping the pooled values is exact too: they only ever rise.
    top = high - gap * (len(order) - 1)
    kept = np.maximum(low, np.minimum(top, flat))
    placed = np.empty(len(order))
    placed[order] = kept + steps
    return [float(place) for place in placed]


def free_rows(stretches: Sequence[Point]) -> list[int]:
    """Return for each stretch the first row in which it lies on none of those before it.

    Examples
    --------
    >>> free_rows([(0, 5), (3, 8), (6, 9)])
    [0, 1, 0]
    """
    rows: list[int] = []
    for low, high in stretches:
        before = zip(rows, stretches, strict=False)
        taken = [row for row, (start, stop) in before if low < stop and start < high]
        rows.append(next(row for row in itertools.count() if row not in taken))
    return rows


def text_width(text: str, size: float = 9) -> float:
    """Return the room a text needs in points, measured with the house font.

    The sum of its characters: kerning, which only brings some of them together, is left out.

    Examples
    --------
    >>> round(text_width("12.1%"), 1), round(text_width("12.1%", 18), 1)
    (28.6, 57.2)
    """
    return size * sum(map(_advance, text))


@functools.cache
def _advance(character: str) -> float:
    """Return the width of a character, or of the box for one the font lacks, in sizes of type."""
    # Asked for each time: matplotlib opens the file anew in a forked process.
    font = get_font(findfont(_FACE))
    font.set_size(_MEASURED_AT, 72)
    index = font.get_char_index(ord(character))
    glyph = font.load_glyph(index, flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / _FIXED_POINT / _MEASURED_AT


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
    low = min(0.0, low)
    high = max(0.0, high)
    if low == high:
        high = 1.0
    room = 0.06 * (high - low)
    if low < 0:
        low -= room
    if high > 0:
        high += room
    return low, high


class Plot:
    """One drawing: its figure with subtitle and key, its axes without scales, and their marks.

    Parameters
    ----------
    size
        Wide or narrow.
    subtitle, entries
        What stands above the axes: words, and names beside squares of their colour.
    x, y
        The limits of the axes.
    height
        Points of the axes.
    left, right, above, below
        Points around the axes, besides subtitle and key.
    """

    def __init__(
        self,
        size: Size,
        subtitle: str,
        entries: Entries = (),
        *,
        x: Point,
        y: Point,
        height: float,
        left: float,
        right: float,
        above: float = 4,
        below: float = 18,
    ) -> None:
        self.size = size
        lines = wrap(subtitle, size.width - 4, size.type)
        line = size.type * _LINE
        head = len(lines) * line + 6 if lines else 0.0
        places = _entry_places(entries, size)
        key = 0.0
        if places:
            _, down = places[-1]
            key = down + 0.3 * size.type * _KEY_LINE + 4
        total = head + key + above + height + below
        self.figure = Figure(figsize=(size.width / 72, total / 72), dpi=72)
        #: The coordinates of the figure in points, from its lower left corner.
        self.points: Any = Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans
        for number, text in enumerate(lines):
            below_top = (number + 0.85) * line
            self.write(0, total - below_top, text, color=style.MUTED)
        for (across, down), entry in zip(places, entries, strict=True):
            name, colour = entry
            middle = total - head - down
            # A lighter one is seen by its edge, as the bars are that it stands for.
            edge = colour[0] if isinstance(colour, tuple) else colour
            self.square(across + 1, middle, 8, facecolor=colour, edgecolor=edge, lw=0.8)
            self.write(across + 12, middle, name, va="center")
        # Long names run out of the picture rather than leave no room for it.
        width = max(60.0, size.width - left - right)
        self.axes = self.figure.add_axes(
            (left / size.width, below / total, width / size.width, height / total)
        )
        self.axes.set(xlim=x, ylim=y)
        self.axes.xaxis.set_visible(False)
        self.axes.yaxis.set_visible(False)

    def write(self, x: float, y: float, text: str, **look: Any) -> None:
        """Write a text at a place in points of the figure."""
        self.figure.text(x, y, text, transform=self.points, **look)

    def square(self, x: float, y: float, width: float, **look: Any) -> None:
        """Draw the square of a name, its middle at `y` points."""
        look["transform"] = self.points
        self.figure.add_artist(Rectangle((x, y - 3), width, 6, **look))

    def say(self, at: Any, text: str, toward: Point, **look: Any) -> None:
        """Write a text beside a place of the data, so many points `toward` right and up."""
        across, along = toward
        ha = "center"
        va = "center_baseline"
        if across:
            ha = "left" if across > 0 else "right"
        if along:
            va = "bottom" if along > 0 else "top"
        self.axes.annotate(
            text,
            at,
            toward,
            textcoords="offset points",
            annotation_clip=False,
            ha=ha,
            va=va,
            **look,
        )

    def name_row(self, top: float, end: float, name: str, **look: Any) -> None:
        """Write the name of a row at the left edge: beside its marks, or on a phone above them."""
        y = (top + end) / 2
        look["va"] = "center_baseline"
        if self.size.narrow:
            y = top - 4
            look |= ON_PAPER | {"va": "baseline"}
        self.axes.annotate(name, (0, y), xycoords=("figure points", "data"), **look)

    def scale_left(self, ticks: Mapping[float, str]) -> None:
        """Write the numbers of a scale of values, each with its line across.

        matplotlib's own ticks cost four times as much, and there are many.
        """
        left, right = self.axes.get_xlim()
        self.axes.hlines(list(ticks), left, right, **OF_SCALE)
        for value, number in ticks.items():
            self.say((left, value), number, (-_PAD, 0))
        bottom, _ = self.axes.get_ylim()
        if bottom < 0:
            self.axes.axhline(0, color=style.MUTED, linewidth=0.8)

    def scale_below(
        self,
        names: Mapping[float, str],
        *,
        marks: Sequence[float] | None = None,
        air: float = 9,
    ) -> None:
        """Write names below the axes, or the last and every few others, and draw small marks.

        The marks are at the names, unless others are given; `air` is the least room between names.
        """
        room = self.size.widest(names.values()) + air
        step = step_of(len(names), self.axes.bbox.width, room)
        low, high = self.axes.get_xlim()
        bottom, _ = self.axes.get_ylim()
        named = [at for at in list(names)[::-step] if low <= at <= high]
        if marks is None:
            marks = named
        for at in named:
            # Below the marks, and below the number of the scale that stands at its foot.
            self.say((at, bottom), names[at], (0, -2 * _PAD))
        if marks:
            self.axes.plot(
                marks,
                [bottom] * len(marks),
                color=style.MUTED,
                marker=TICKDOWN,
                markersize=_PAD,
                linewidth=0,
                clip_on=False,
            )

    def name_columns(self, names: Iterable[str]) -> None:
        """Write the names of columns beneath them, or of the last and every few others."""
        self.scale_below(dict(enumerate(names)), marks=[], air=6)

    def box(self, corner: Point, size: Point, told: str, **look: Any) -> None:
        """Draw a bar, which says what it is."""
        width, height = size
        look["gid"] = TITLE + told
        # Unlike `axes.bar`, it looks for no limits: they are set.
        self.axes.add_artist(Rectangle(corner, width, height, **look))

    def dots(
        self,
        x: Any,
        y: Any,
        told: Iterable[str],
        *,
        colours: Any,
        hollow: Any,
        size: float,
        marker: str = "o",
    ) -> None:
        """Draw points of which each says what it is; a hollow one has paper inside."""
        self.axes.scatter(
            x,
            y,
            s=size**2,
            c=np.where(hollow, style.PAPER, colours),
            marker=marker,
            edgecolors=colours,
            linewidths=1.2,
            joinstyle="miter",
            zorder=4,
            clip_on=False,
            urls=[TITLE + text for text in told],
        )

    def places(self, x: Any, y: Any) -> Any:
        """Return where places of the data are in the figure, in points: a row a place."""
        pairs = np.column_stack([x, y]).astype(float)
        return self.axes.transData.transform(pairs)

    def whiskers(
        self, rows: pd.DataFrame, colour: Any, *, upright: bool, least: float = 4
    ) -> None:
        """Draw the intervals of rows, those wide enough to be seen."""
        at, low, high = rows["at"], rows["low"], rows["high"]
        if upright:
            long = self.places(at, high) - self.places(at, low)
        else:
            long = self.places(high, at) - self.places(low, at)
        seen = np.abs(long).max(axis=1) >= least
        if not seen.any():
            return
        half = (high - low)[seen] / 2
        middle = low[seen] + half
        look: Any = {"fmt": "none", "ecolor": colour, "elinewidth": 1, "zorder": 3.5}
        if upright:
            self.axes.errorbar(at[seen], middle, yerr=half, **look)
        else:
            self.axes.errorbar(middle, at[seen], xerr=half, **look)


def _entry_places(entries: Entries, size: Size) -> list[Point]:
    """Return where the names of a key stand: points from the left, and down to the middle."""
    line = size.type * _KEY_LINE
    x = 0.0
    down = 0.7 * line
    places = []
    for name, _ in entries:
        wide = size.wide(name) + 12
        if x and x + wide > size.width:
            x = 0.0
            down += line
        places.append((x, down))
        x += wide + 14
    return places
