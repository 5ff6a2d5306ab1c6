"""Make a drawing a figure of the house: 640 pixels wide, in letters of 17 of which none is cut.

It changes what nobody chose: matplotlib's sizes and lines, names of columns, legends, full axes.
Where axes have room says matplotlib's own layout; a text that would lie on another is moved.
"""

from __future__ import annotations

import itertools
import math
import re
import textwrap
import warnings
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import QuadMesh
from matplotlib.colors import same_color
from matplotlib.container import BarContainer
from matplotlib.dates import AutoDateFormatter, AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend
from matplotlib.text import Annotation, Text
from matplotlib.ticker import (
    AutoLocator,
    Formatter,
    MaxNLocator,
    ScalarFormatter,
)
from matplotlib.transforms import Bbox

from catrade.charts.draw import END
from catrade.charts.marks import Mark, colour_of, read, word
from catrade.charts.style import GRID, INK, LETTERS, MUTED, WIDTH
from rounding import formats
from rounding.errors import ParameterError

#: Names of a legend at most, and letters of its line.
_NAMES, _LINE = 24, 72
#: Letters of a name at the left before it is broken, and pixels of a letter.
_LONG, _LETTER = 22, 10
#: Pixels between names of an axis; between texts, and how far one may be moved in which steps.
_AIR, _APART, _STEP, _REACH = 8, 2, 3, 90
#: Pixels that are room for anything.
_WIDEST = 10_000
#: Rounds in which names at the ends of lines push each other away.
_PUSHES = 300
#: What stands before a number where a minus belongs.
_HYPHEN = re.compile(r"(?<![\w-])-(?=[\d$])")
#: A sign before a number that was rounded to nothing.
_SIGN_OF_ZERO = re.compile(r"(?<!\w)[+−-](?=\$?0(\.0+)?(?![\d.,]))")


# Letters are measured as browsers write them.
@mpl.rc_context({"text.hinting": "none"})
def finish(figure: Figure, frame: pd.DataFrame, unit: str) -> list[Mark]:
    """Give a figure the look of the house, read its marks, and find room for its texts.

    Raises
    ------
    ParameterError
        If a text has no room.
    """
    width, height = figure.get_size_inches()
    figure.set_size_inches(WIDTH / 72, height * WIDTH / 72 / width)
    figure.set(dpi=96, facecolor="none")
    # A colour bar keeps the kind of layout in which it was made.
    if not isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):
        has_bar = any(axes.get_label() == "<colorbar>" for axes in figure.axes)
        figure.set_layout_engine("tight" if has_bar else "constrained")
    for axes in figure.axes:
        _dress(axes)
        _say_in_words(axes, frame)
        for axis in (axes.xaxis, axes.yaxis):
            _name_times(axis, frame)
    marks = read(figure, frame, unit, _raise_legends(figure))
    by = max((mark.by for mark in marks), default=1)
    for axes in figure.axes:
        _number(axes, by, "%" if unit == "%" else "")
    for text in figure.findobj(Text):
        text.set(fontfamily="DejaVu Sans", fontsize=LETTERS, parse_math=False)
        text.set_linespacing(1.3)
        text.set_text(_HYPHEN.sub("−", _SIGN_OF_ZERO.sub("", text.get_text())))
        if same_color(text.get_color(), "black"):
            text.set_color(INK)
    # How wide the axes are says which ticks have room, and these how wide they can be.
    if engine := figure.get_layout_engine():
        _quietly(engine.execute, figure)
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if axes.axison and axis.get_visible():
                _fit_ticks(axes, axis)
    _quietly(figure.draw_without_rendering)
    for axes in figure.axes:
        spread(axes)
    # What was measured is what is saved.
    figure.set_layout_engine("none")
    _refuse_crowded(figure)
    return marks


def _dress(axes: Axes) -> None:
    """Give axes the few lines of the house; bars begin at zero."""
    bars = [drawn for drawn in axes.containers if isinstance(drawn, BarContainer)]
    across = any(drawn.orientation == "horizontal" for drawn in bars)
    is_plot = not axes.findobj(QuadMesh)
    axes.set(facecolor="none", axisbelow=True)
    axes.tick_params(length=0, labelsize=LETTERS, labelcolor=MUTED)
    axes.tick_params(axis="x", length=3.5 * is_plot, color=MUTED, pad=8)
    axes.tick_params(axis="y", labelrotation=0)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set(visible=is_plot and not across, color=MUTED)
    axes.grid(visible=False)
    if is_plot:
        axes.grid(axis="x" if across else "y", color=GRID, linewidth=0.8)
    if sum(map(len, bars)) == 1 and not across:
        axes.margins(x=1)  # a bar alone is no wall
    if bars and not across:
        low, high = axes.get_ylim()
        axes.set_ylim(min(low, 0), max(high, 0))
    # A line at zero, where figures stand on both sides of it, or bars on its right.
    low, high = axes.get_ylim()
    is_scale = isinstance(axes.yaxis.get_major_locator(), AutoLocator)
    zero: dict[str, Any] = {"color": MUTED, "linewidth": 0.8}
    if across and not isinstance(axes.xaxis.get_major_formatter(), AutoDateFormatter):
        axes.axvline(0, **zero)
    elif low < 0 < high and is_scale and is_plot:
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="x", length=0)
        axes.axhline(0, **zero)


def _say_in_words(axes: Axes, frame: pd.DataFrame) -> None:
    """Leave out names of columns, and write a panel's title as a reader says it, at the left."""
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_label_text() in {*frame.columns, "None"}:
            axis.set_label_text("")
    title = "".join(axes.get_title(where) for where in ("left", "center", "right"))
    axes.set_title("")
    # Seaborn writes: partner_name = Kazakhstan | flow = export
    parts = [word(part.rpartition(" = ")[2]) for part in title.split(" | ")]
    axes.set_title(", ".join(parts), loc="left", fontweight="bold", color=INK, y=1)


def _name_times(axis: Axis, frame: pd.DataFrame) -> None:
    """Write each year, and dates in few words."""
    if isinstance(axis.get_major_formatter(), AutoDateFormatter):
        dates: Any = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
        axis.set_major_locator(dates)
        axis.set_major_formatter(ConciseDateFormatter(dates, show_offset=False))  # type: ignore[no-untyped-call]
    years = pd.to_numeric(frame.get("year", pd.Series()), errors="coerce")
    low, high = axis.get_data_interval()
    is_plain = isinstance(axis.get_major_formatter(), ScalarFormatter)
    # Bars of years begin half a year before them.
    if is_plain and years.min() - 1 < low <= high < years.max() + 1:
        if isinstance(axis.get_major_locator(), AutoLocator):  # nobody chose ticks
            axis.set_ticks(range(math.ceil(low), math.floor(high) + 1))
        axis.set_major_formatter("{x:.0f}")


class _Plain(Formatter):
    """Figures of a scale, each with the decimals of the finest: thousands parted, a true minus."""

    def __init__(self, by: int, sign: str) -> None:
        self._by, self._sign = by, sign

    def format_ticks(self, values: Any) -> list[str]:
        """Return the text of each tick; of zero it is 0."""
        figures = [round(float(value) * self._by, 9) for value in values]
        texts = [
            np.format_float_positional(figure, trim="-") for figure in [0, *figures]
        ]
        places = max(len(text.partition(".")[2]) for text in texts)
        return [
            f"{formats.decimal(figure, places if figure else 0)}{self._sign}"
            for figure in figures
        ]


def _number(axes: Axes, by: int, sign: str) -> None:
    """Write few figures, plainly, and per cent with its sign."""
    box = axes.get_window_extent()
    for axis, room in ((axes.xaxis, box.width / 90), (axes.yaxis, box.height / 36)):
        if isinstance(axis.get_major_formatter(), ScalarFormatter):
            axis.set_major_formatter(_Plain(by, sign))
        if isinstance(axis.get_major_locator(), AutoLocator):
            most = min(6, max(1, int(room)))
            axis.set_major_locator(
                MaxNLocator(most, min_n_ticks=1, steps=[1, 2, 5, 10])
            )


def _raise_legends(figure: Figure) -> dict[str, str]:
    """Put all legends above the figure as one; return which colour they give to which name."""
    named: dict[str, Any] = {}
    for legend in figure.findobj(Legend):
        for handle, text in zip(legend.legend_handles, legend.texts, strict=True):
            named.setdefault(word(text.get_text()), handle)
        legend.remove()
    if len(named) > _NAMES:
        raise ParameterError(
            f"a legend of {len(named)} names has no room: name at most {_NAMES} series, and "
            "draw the others without a label"
        )
    if named:
        figure.legend(
            named.values(),
            named.keys(),
            loc="outside upper left",
            ncols=max(1, min(len(named), _LINE // (max(map(len, named)) + 6))),
            frameon=False,
            labelcolor=INK,
            handlelength=1.2,
            borderaxespad=0,
        )
    return {colour_of(handle): name for name, handle in named.items()}


def _quietly(make_room: Callable[..., object], *figure: Figure) -> None:
    """Make room around axes for their texts, as far as there is any."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "constrained_layout not applied|Tight layout")
        make_room(*figure)


def _fit_ticks(axes: Axes, axis: Axis) -> None:
    """Keep the ticks that are seen, of times those that have room; break long names into lines."""
    low, high = sorted(axis.get_view_interval())
    places = [float(tick) for tick in axis.get_ticklocs()]
    texts = map(str, axis.get_major_formatter().format_ticks(places))
    ticks = {
        at: text for at, text in zip(places, texts, strict=True) if low <= at <= high
    }
    room = float(_WIDEST)
    if axis is axes.xaxis and len(ticks) > 1:
        apart = np.diff([*ticks]).min() / (high - low)
        room = apart * axes.get_window_extent().width - _AIR
    letters = min(_LONG, max(1, room // _LETTER))
    axis.set_ticks([*ticks], [_in_lines(text, letters) for text in ticks.values()])
    widths = [text.get_window_extent().width for text in axis.get_ticklabels()]
    if max(widths, default=0) <= room:
        return
    if any(map(str.isalpha, "".join(ticks.values()))):
        axis.set_tick_params(labelrotation=90)
        axis.set_ticks([*ticks], [_in_lines(text, _LONG) for text in ticks.values()])
    else:
        # From the newest back; where two have room, the oldest and the newest.
        step = math.ceil(max(widths) / room)
        step = step if 2 * step < len(ticks) else len(ticks) - 1
        axis.set_ticks([*ticks][::-step], [*ticks.values()][::-step])


def _in_lines(text: str, letters: float) -> str:
    r"""Return a text in lines that are about as long as each other.

    Examples
    --------
    >>> _in_lines("Uzbekistan, China sells", 22)
    'Uzbekistan,\nChina sells'
    """
    lines = math.ceil(len(text) / letters)
    width = len(text) // max(1, lines) + 4
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


def spread(axes: Axes) -> None:
    """Move texts apart that lie on one another: names at the ends of lines, then all others.

    Names stay in the order of their lines and as near to them as they can; another text is moved up
    or down, and left out where there is no room. `show` does it for all axes; here it is for a
    drawing that is not shown.
    """
    texts = [text for text in axes.texts if isinstance(text, Annotation)]
    names = [text for text in texts if text.get_label() == END]
    others = [text for text in texts if text not in names and text.get_visible()]

    # Names that overlap push each other up and down by halves, until none does.
    names.sort(key=lambda text: _box(text).y0)
    places = np.array([_box(text).y0 for text in names])
    heights = np.array([_box(text).height + _APART for text in names])
    frame = axes.get_window_extent()
    begun = places.copy()
    for _ in range(_PUSHES if names else 0):
        push = np.clip(heights[:-1] - np.diff(places), 0, None) / 2
        places[1:] += push
        places[:-1] -= push
        places = np.clip(places, frame.y0, frame.y1 - heights)
    for name, move in zip(names, places - begun, strict=True):
        _shift(name, move)

    taken = [_box(text) for text in _texts_of(axes.figure) if text not in others]
    steps = np.arange(0, _REACH, _STEP)
    for text in others:
        box = _box(text)
        for move in np.column_stack([steps, -steps]).ravel().tolist():
            moved = box.translated(0, move)
            is_inside = moved.y0 >= 0 and moved.y1 <= axes.figure.bbox.y1
            if is_inside and not moved.count_overlaps(taken):
                _shift(text, move)
                break
        else:
            text.set_visible(False)
        taken.append(_box(text))


def _shift(text: Annotation, pixels: float) -> None:
    across, up = text.xyann
    text.xyann = (across, up + pixels * 72 / text.figure.dpi)


def _box(text: Text) -> Bbox:
    """Return where the letters of a text are, in pixels of its figure; less than one is nothing."""
    return text.get_window_extent().padded(-0.5)


def _texts_of(figure: Any) -> list[Text]:
    """Return the texts of a figure that are seen, once its ticks were fitted."""
    hidden = [
        text
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for text in axis.findobj(Text)
        if not (axes.axison and axis.get_visible())
    ]
    return [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in hidden
    ]


def _refuse_crowded(figure: Figure) -> None:
    """Raise one sentence if a text is cut or lies on another."""
    boxes = [(text.get_text(), _box(text)) for text in _texts_of(figure)]
    for text, box in boxes:
        if min(box.x0, box.y0) < -1 or not figure.bbox.contains(box.x1 - 1, box.y1 - 1):
            raise ParameterError(
                f"{text!r} has no room in the figure: break it into lines, or give the canvas "
                "more height"
            )
    for (text, box), (other, its) in itertools.combinations(boxes, 2):
        if box.count_overlaps([its]):
            raise ParameterError(
                f"{text!r} lies on {other!r} in the figure: give the canvas more height or "
                "fewer panels, or leave one out"
            )
