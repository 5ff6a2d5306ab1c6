"""Make a drawing a figure of the house: 640 pixels wide, in letters of 17 of which none is cut.

It changes what nobody chose: matplotlib's sizes and lines, names of columns, legends, full axes.
"""

from __future__ import annotations

import itertools
import math
import re
import textwrap
import warnings
from typing import Any

import matplotlib as mpl
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
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import (
    AutoLocator,
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    ScalarFormatter,
)
from pandas.api.types import is_numeric_dtype

from catrade.charts.draw import (
    CANVAS,
    END,
    Box,
    box_of,
    drawn_texts,
    label,
    overlap,
    spread,
)
from catrade.charts.marks import Mark, drawn_on, panels_of, read, title_of, word
from catrade.charts.style import GRID, INK, LETTERS, MUTED, WIDTH
from rounding.errors import ParameterError

#: Panels beside each other, names at the ends of lines, names of an axis or a legend at most.
_BESIDE, _AT_ENDS, _NAMES = 3, 8, 24
#: Points that a panel is high at least, and a name at the left.
_PANEL, _ROW = 150, 18
#: Points above them for a legend.
_LETTERS_ABOVE = 40
#: Letters of a name at the left before it is broken, and of a legend's line.
_LONG, _LEGEND = 22, 72
#: Pixels between names of an axis, and which of them are written where not all have room.
_AIR, _STEPS = 8, (1, 2, 3, 4, 5, 6, 10, 12, 20, 24, 30, 60, 120, 1000)

#: What stands before a number where a minus belongs.
_HYPHEN = re.compile(r"(?<![\w-])-(?=[\d$])")


# Letters are measured as browsers write them.
@mpl.rc_context({"text.hinting": "none"})
def finish(
    figure: Figure, frame: pd.DataFrame, unit: str, *, has_phone: bool = False
) -> list[Mark]:
    """Give a figure the look of the house, read its marks, and find room for its texts.

    Raises
    ------
    ParameterError
        If it is too wide, or a text has no room.
    """
    if figure.get_gid() != CANVAS:
        _dress(figure)
    elif not has_phone and round(72 * figure.get_figwidth()) != WIDTH:
        raise ParameterError(
            f"a figure is 640 pixels wide; this one has {96 * figure.get_figwidth():.0f}: "
            "give show a second one of 640 as phone="
        )
    for axes in figure.axes:
        _say_in_words(axes, frame)
        _begin_at_zero(axes)
        _name_times(axes.xaxis, frame)
        _name_times(axes.yaxis, frame)
        axes.tick_params(labelsize=LETTERS)
        # Below the lower half of the number at the foot of the axis beside it.
        axes.tick_params(axis="x", pad=8)
    for text in figure.findobj(Text):
        text.set(fontfamily="DejaVu Sans", fontsize=LETTERS, parse_math=False)
        text.set_linespacing(1.3)
        text.set_text(_HYPHEN.sub("−", text.get_text()))
        if same_color(text.get_color(), "black"):
            text.set_color(INK)
    _lay_out(figure)  # which writes the ticks
    marks = read(figure, frame, unit)
    for axes in figure.axes:
        _number(axes, marks, unit)
    _name_series(figure)
    for axes in figure.axes:
        _break_names(axes.yaxis)
    _lay_out(figure)
    for axes in figure.axes:
        _thin(axes.xaxis)
    _lay_out(figure)
    for axes in figure.axes:
        spread(axes)
    _lay_out(figure)
    # What was measured is what is saved.
    figure.set_layout_engine("none")
    figure.draw_without_rendering()
    _refuse_crowded(figure)
    return marks


def _dress(figure: Figure) -> None:
    """Give a drawing that is not of `canvas` the size and the few lines of the house."""
    panels = panels_of(figure)
    beside, below = _columns(panels), len({_corner(axes)[1] for axes in panels})
    if beside > _BESIDE:
        raise ParameterError(
            f"{beside} panels beside each other have no room in 640 pixels; at most {_BESIDE} "
            "have, as with col_wrap=2"
        )
    width, height = figure.get_size_inches() * 72
    names = max(len(axes.get_yticks()) for axes in panels)
    least = below * max(_PANEL, _ROW * names) + _LETTERS_ABOVE
    figure.set_size_inches(WIDTH / 72, max(height * WIDTH / width, least) / 72)
    figure.set_dpi(96)
    figure.set_facecolor("none")
    # A colour bar stays in the kind of layout in which it was made.
    if not isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine):
        has_bar = len(panels) < len(figure.axes)
        figure.set_layout_engine("tight" if has_bar else "constrained")
    for axes in figure.axes:
        axes.set_facecolor("none")
        axes.set_axisbelow(True)
        axes.tick_params(length=0, labelcolor=MUTED)
        axes.tick_params(axis="y", labelrotation=0)
        is_plot = axes in panels and not axes.findobj(QuadMesh)
        for side, spine in axes.spines.items():
            spine.set(visible=side == "bottom" and is_plot, color=MUTED)
        if is_plot:
            across = any(bars.orientation == "horizontal" for bars in _bars(axes))
            axes.grid(visible=True, axis="x" if across else "y", color=GRID)


def _corner(axes: Axes) -> tuple[float, float]:
    box = axes.get_position()
    return round(box.x0, 2), round(box.y0, 2)


def _columns(panels: list[Axes]) -> int:
    """Return how many axes stand beside each other."""
    return len({_corner(axes)[0] for axes in panels})


def _bars(axes: Axes) -> list[BarContainer]:
    return [bars for bars in axes.containers if isinstance(bars, BarContainer)]


def _say_in_words(axes: Axes, frame: pd.DataFrame) -> None:
    """Leave out names of columns, and write a panel's title as a reader says it, at the left."""
    for axis in (axes.xaxis, axes.yaxis):
        if axis.get_label_text() in {*frame.columns, "None"}:
            axis.set_label_text("")
    # As seaborn writes it: partner_name = Kazakhstan | flow = export
    parts = [part.rpartition(" = ") for part in title_of(axes).split(" | ")]
    title = ", ".join(
        word(key) if column in frame else f"{column}{sign}{key}"
        for column, sign, key in parts
    )
    for where in ("center", "right"):
        axes.set_title("", loc=where)
    axes.set_title(title, loc="left", fontweight="bold", color=INK)


def _begin_at_zero(axes: Axes) -> None:
    """Let bars begin at zero, where a line is drawn if anything goes below it."""
    ways = {bars.orientation for bars in _bars(axes)}
    if "horizontal" in ways:
        axes.grid(visible=False, axis="y")
    are_spans = isinstance(axes.xaxis.get_major_formatter(), AutoDateFormatter)
    if "horizontal" in ways and not are_spans:
        axes.set_xlim(*_with_zero(*axes.get_xlim()))
        axes.spines["bottom"].set_visible(False)
        axes.axvline(0, color=MUTED, linewidth=0.8)
    elif "vertical" in ways:
        axes.set_ylim(*_with_zero(*axes.get_ylim()))
    low, high = axes.get_ylim()
    # Not where rows stand, which have ticks of their own or none.
    has_scale = axes.axison and isinstance(axes.yaxis.get_major_locator(), AutoLocator)
    if low < 0 < high and has_scale and axes.spines["bottom"].get_visible():
        axes.spines["bottom"].set_visible(False)
        axes.axhline(0, color=MUTED, linewidth=0.8)


def _with_zero(low: float, high: float) -> tuple[float, float]:
    return (min(low, 0), max(high, 0)) if low < high else (low, high)


def _name_times(axis: Axis, frame: pd.DataFrame) -> None:
    """Write whole years, the newest among them, and dates in few words."""
    if isinstance(axis.get_major_formatter(), AutoDateFormatter):
        locator: Any = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
        short: Any = ConciseDateFormatter(locator, show_offset=False)  # type: ignore[no-untyped-call]
        axis.set_major_locator(locator)
        axis.set_major_formatter(short)
    is_chosen = not isinstance(axis.get_major_locator(), AutoLocator)
    if is_chosen or "year" not in frame or not is_numeric_dtype(frame["year"]):
        return
    low, high = axis.get_data_interval()
    # Bars of years begin half a year before them.
    if frame["year"].min() - 1 < low <= high < frame["year"].max() + 1:
        first, last = math.ceil(low), math.floor(high)
        axis.set_major_locator(FixedLocator(range(first, last + 1)))
        axis.set_major_formatter("{x:.0f}")
        if first == last:
            axis.set_view_interval(first - 1, first + 1, ignore=True)


def _number(axes: Axes, marks: list[Mark], unit: str) -> None:
    """Write figures plainly: thousands parted, a true minus, per cent with its sign."""
    by = 100 if any(mark.is_fraction for mark in marks) else 1
    sign = "%" if unit == "%" else ""

    def number(value: float, _place: int) -> str:
        return f"{round(value * by, 9):,.10g}{sign}".replace("-", "−")

    box = axes.get_window_extent()
    for axis, room in ((axes.xaxis, box.width / 90), (axes.yaxis, box.height / 36)):
        if isinstance(axis.get_major_formatter(), ScalarFormatter):
            axis.set_major_formatter(FuncFormatter(number))
            if isinstance(axis.get_major_locator(), AutoLocator):
                most = min(6, max(1, int(room)))
                few = MaxNLocator(most, min_n_ticks=1, steps=[1, 2, 5, 10])
                axis.set_major_locator(few)


def _name_series(figure: Figure) -> None:
    """Write the names of few lines at their ends, and put any other legend above the figure."""
    legends = figure.findobj(Legend)
    if not legends:
        return
    handles: dict[str, Any] = {}
    for legend in legends:
        for handle, text in zip(legend.legend_handles, legend.texts, strict=True):
            handles.setdefault(word(text.get_text()), handle)
    if len(handles) > _NAMES:
        raise ParameterError(
            f"a legend of {len(handles)} names has no room: name at most {_NAMES} series, and "
            "draw the others without a label"
        )
    every = [(axes, drawn) for axes in figure.axes for drawn in drawn_on(axes)]
    lines = [(axes, drawn) for axes, drawn in every if isinstance(drawn.artist, Line2D)]
    are_lines = all(drawn.across is None and drawn.cells is None for _, drawn in every)
    are_named = {drawn.series for _, drawn in lines} == {*handles}
    for legend in legends:
        legend.remove()
    if (
        are_lines
        and are_named
        and len(handles) <= _AT_ENDS
        and _columns(figure.axes) == 1
    ):
        for axes, drawn in lines:
            place = (drawn.x[-1], drawn.y[-1])
            label(axes, *place, drawn.series, drawn.colours[-1], dx=10, gid=END)
        return
    longest = max(map(len, handles))
    figure.legend(
        handles.values(),
        handles.keys(),
        loc="outside upper left",
        ncols=max(1, min(len(handles), _LEGEND // (longest + 6))),
        frameon=False,
        fontsize=LETTERS,
        labelcolor=INK,
        handlelength=1.2,
        borderaxespad=0,
    )


def _lay_out(figure: Figure) -> None:
    """Make room around axes for their texts, as far as there is any."""
    engine = figure.get_layout_engine()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "constrained_layout not applied|Tight layout")
        if engine:
            engine.execute(figure)


def _break_names(axis: Axis) -> None:
    """Break long names at the left into lines."""
    texts = [text.get_text() for text in axis.get_ticklabels()]
    if any(len(text) > _LONG for text in texts):
        lines = [textwrap.fill(text, _LONG) for text in texts]
        axis.set_ticks(axis.get_ticklocs(), lines)


def _thin(axis: Axis) -> None:
    """Write every other time below axes, or every third …, where not all have room; turn names."""
    seen = drawn_texts(axis.figure)
    labels = [text for text in axis.get_ticklabels() if text in seen]
    labels.sort(key=lambda text: text.get_position()[0])
    boxes = [box_of(text) for text in labels]
    if _have_room(boxes):
        return
    texts = [text.get_text() for text in labels]
    if not all(any(map(str.isdigit, text)) for text in texts):
        axis.set_tick_params(labelrotation=90)
        return
    # From the newest back.
    step = next(step for step in _STEPS if _have_room(boxes[::-step][::-1]))
    places = [text.get_position()[0] for text in labels]
    axis.set_ticks(places[::-step], texts[::-step])


def _have_room(boxes: list[Box]) -> bool:
    return all(left[2] + _AIR <= right[0] for left, right in itertools.pairwise(boxes))


def _refuse_crowded(figure: Figure) -> None:
    """Raise one sentence if a text is cut or lies on another."""
    texts = [(text.get_text(), box_of(text)) for text in drawn_texts(figure)]
    width, height = figure.get_size_inches() * figure.dpi
    for text, (left, bottom, right, top) in texts:
        if min(left, bottom) < -1 or right > width + 1 or top > height + 1:
            raise ParameterError(
                f"{text!r} has no room in the figure: break it into lines, or give the canvas "
                "more height"
            )
    for (text, box), (other, its_box) in itertools.combinations(texts, 2):
        if overlap(box, its_box):
            raise ParameterError(
                f"{text!r} lies on {other!r} in the figure: give the canvas more height, or "
                "leave one out"
            )
