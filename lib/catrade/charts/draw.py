"""Drawing for a page: plain matplotlib on a canvas of 640 pixels, in letters of 17.

One drawing is read on a phone of 390 pixels, where its letters are 9 pixels high, and at 1280,
where they are as large as the text around them. What is here is what plain matplotlib lacks: a line
that breaks where its figures do, a text beside a point that may be missing, and names that do not
lie on one another.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from catrade.charts import style
from catrade.charts.style import INK, LETTERS, MUTED, PALE, PAPER
from rounding.errors import ParameterError, choice_error
from rounding.formats import MARK
from rounding.rounded import Rounded, ends_of
from rounding.told import Unknown

#: Left, bottom, right and top.
Box = tuple[float, float, float, float]
_PIXEL, _LINE = 0.75, 2.4  # points
#: What a text is called that names a line at its end, and a figure that `canvas` made.
END, CANVAS = "end", "canvas"
#: Figures that no office published: they are drawn hollow, as doubtful ones are.
_ESTIMATED = {"estimate", "implied_by_growth", "nowcast", "share_of_total"}
#: Days after which the next of months is not the next month.
_MONTH = pd.Timedelta(45, "D")
_HEIGHTS = (100, 2000)
#: A figure with its unit at the end of a text.
_FIGURE = re.compile(
    r"(?:^|[\s,:]+)(?:about |over )?[$€+−-]*\d\S*(?: (?:thousand|[mb]illion|yuan|points|times))*$"
)
#: Pixels between two names, and how far a text may be moved in which steps.
_AIR, _STEP, _REACH = 2.0, 3.0, 90.0


def canvas(
    height: int = 300, rows: int = 1, columns: int = 1, *, width: int = 640, **how: Any
) -> tuple[Figure, Any]:
    """Return a figure in house style and its axes, several as an array.

    Parameters
    ----------
    height
        Pixels of the whole figure.
    rows, columns
        How many axes below and beside each other; three beside each other have little room.
    width
        Pixels; other than 640 only for a desk whose phone has a drawing of its own (see `show`).
    **how
        As of `Figure.subplots`, such as `sharex=True`.

    Examples
    --------
    >>> figure, axes = canvas(300)
    >>> [round(side * 96) for side in figure.get_size_inches()]
    [640, 300]
    """
    least, most = _HEIGHTS
    if not least <= height <= most:
        raise ParameterError(
            f"height must be {least} to {most} pixels; got {height!r} (bars want about 45 each)"
        )
    with style.drawing():
        figure = Figure((width / 96, height / 96), layout="constrained")
        figure.set_gid(CANVAS)
        return figure, figure.subplots(rows, columns, **how)


def panels(count: int, height: int = 190) -> tuple[Figure, list[Axes]]:
    """Return a figure of small axes, two beside each other, and as many axes as are asked for.

    Parameters
    ----------
    count
        How many; the place of one that is odd stays empty.
    height
        Pixels of each.

    Examples
    --------
    >>> figure, each = panels(5)
    >>> len(each), [axes.axison for axes in figure.axes]
    (5, [True, True, True, True, True, False])
    """
    rows = max(1, (count + 1) // 2)
    figure, axes = canvas(60 + height * rows, rows, 2)
    every = list(axes.flat)
    for left in every[count:]:
        left.axis("off")
    return figure, every[:count]


def line(
    axes: Axes,
    frame: pd.DataFrame,
    colour: str = INK,
    text: str = "",
    value: str = "value",
    *,
    x: str = "year",
    name: str = "",
    breaks: str = "break",
    **how: Any,
) -> None:
    """Draw one series over years or dates; a frame without a figure draws nothing.

    The line breaks where a year or month is missing and where another statistic begins; a figure
    that is doubtful or estimated is hollow and stands alone; what rounding allows is a band, which
    is seen where it is wider than the line.

    Parameters
    ----------
    axes
        What is drawn on.
    frame
        A row a time: a time that comes twice is refused.
    colour
        A colour, or the code or name of what has one everywhere, such as `"CHN"`.
    text
        What stands at its end; a text that lacks a figure is not written.
    value
        Column of what is drawn, or its start (`value` for `value_bn`); its interval is beside it.
    x
        Column of times, `year` or `date`.
    name
        What its values are called by finger and keys, if not by the text at its end.
    breaks
        Column that says where another statistic begins; "" where this one has none.
    **how
        As of `Axes.plot`.

    Raises
    ------
    ParameterError
        If a column is missing, or a time comes twice.

    Examples
    --------
    >>> figure, axes = canvas()
    >>> frame = pd.DataFrame({"year": [2021, 2022, 2024], "value": [1.0, 2.0, 4.0]})
    >>> line(axes, frame, "CHN", "China 4.0")
    >>> axes.lines[0].get_ydata()
    array([ 1.,  2., nan,  4.])
    """
    value = _column_of(frame, value)
    if x not in frame:
        raise choice_error("column", x, frame.columns)
    held = frame.dropna(subset=[x, value]).sort_values(x)
    if held.empty:
        return
    _require_once(held, x)
    paint = style.colour(colour)
    is_hollow = _is_hollow(held)
    look: dict[str, Any] = {
        "color": paint,
        "label": name or _name_in(text),
        "linewidth": _LINE,
    }
    sound = broken(held[~is_hollow], value, x, breaks)
    axes.plot(sound[x], sound[value], **(look | {"solid_capstyle": "round"} | how))
    is_held = sound[value].notna()
    is_after, is_before = (is_held.shift(step, fill_value=False) for step in (1, -1))
    alone = is_held & ~is_after & ~is_before
    _points(axes, sound[alone], x, value, **look, markersize=5)
    _points(axes, held[is_hollow], x, value, **look, mfc=PAPER, mew=1.8, zorder=3)
    low, high = ends_of(value)
    if {low, high} <= set(sound):
        axes.fill_between(
            sound[x], sound[low], sound[high], color=paint, alpha=0.2, linewidth=0
        )
    last = held.iloc[[-1]]
    if text and not is_hollow.iloc[-1]:
        _points(axes, last, x, value, **look)
    label(axes, last[x].item(), last[value].item(), text, paint, dx=10, gid=END)


def _column_of(frame: pd.DataFrame, value: str) -> str:
    """Return a column of figures by its name or the start of it."""
    numbers = [str(name) for name in frame.select_dtypes("number")]
    for name in (value, f"{value}_bn"):
        if name in numbers:
            return name
    raise choice_error("column of figures", value, numbers)


def _require_once(frame: pd.DataFrame, x: str) -> None:
    if not frame[x].duplicated().any():
        return
    time = frame.loc[frame[x].duplicated(), x].iloc[0]
    texts = frame[frame[x] == time].select_dtypes(["object", "str", "category"])
    apart = [str(column) for column in texts if len(texts[column].unique()) > 1]
    raise ParameterError(
        f"line draws one series, and {str(time)[:10]} comes twice: "
        f"choose rows of one {apart[0] if apart else 'series'}"
    )


def _is_hollow(frame: pd.DataFrame) -> pd.Series[bool]:
    origin = frame.reindex(columns=["quality", "basis"])
    is_doubtful = origin["quality"].isin(["doubtful", "estimated"])
    return is_doubtful | origin["basis"].isin(_ESTIMATED)


def _name_in(text: str) -> str:
    r"""Return what a text at the end of a line calls it, without its figure.

    Examples
    --------
    >>> _name_in("China counts\n19.9"), _name_in("Russia $25.6 billion"), _name_in("S17")
    ('China counts', 'Russia', 'S17')
    """
    words = " ".join(text.split())
    return _FIGURE.sub("", words) if MARK not in words else ""


def _points(axes: Axes, rows: pd.DataFrame, x: str, value: str, **look: Any) -> None:
    if len(rows):
        axes.plot(rows[x], rows[value], "o", **look)


def broken(
    frame: pd.DataFrame, value: str, x: str = "year", breaks: str = "break"
) -> pd.DataFrame:
    """Return rows in order of time, with one that has no value wherever a line must break.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2021, 2022, 2024], "value": [1.0, 2.0, 4.0]})
    >>> broken(frame, "value")["value"].tolist()
    [1.0, 2.0, nan, 4.0]
    """
    rows = frame.sort_values(x)
    steps = rows[x].diff()
    is_gap = steps > (1 if pd.api.types.is_numeric_dtype(rows[x]) else _MONTH)
    if breaks in rows:
        begins = rows[breaks]
        is_other = begins.eq(True) if begins.dtype == bool else begins.fillna("").ne("")
        is_gap |= is_other & steps.notna()
    figures = [column for column in (value, *ends_of(value)) if column in rows]
    empty = rows[is_gap].assign(**dict.fromkeys(figures, np.nan))
    return pd.concat([empty, rows]).sort_values(x, kind="stable")


def between(
    axes: Axes,
    frame: pd.DataFrame,
    first: str,
    second: str,
    colour: str = PALE,
    *,
    x: str = "year",
) -> None:
    """Shade what lies between two columns, where both are held.

    Examples
    --------
    >>> figure, axes = canvas()
    >>> books = pd.DataFrame({"year": [2023, 2024], "china": [19.8, 19.9], "own": [5.1, 5.1]})
    >>> between(axes, books, "china", "own")
    """
    first, second = _column_of(frame, first), _column_of(frame, second)
    both = broken(frame.dropna(subset=[first, second]), first, x, "")
    axes.fill_between(
        both[x],
        both[first],
        both[second],
        color=style.colour(colour),
        alpha=0.35,
        linewidth=0,
        zorder=0.5,
    )


def label(
    axes: Axes,
    x: Any,
    y: Any,
    text: str,
    colour: str = INK,
    *,
    dx: float = 0,
    dy: float = 0,
    **how: Any,
) -> Annotation | None:
    r"""Write beside a point; where it or a figure in the text is missing, nothing is written.

    It begins right of its point, or with `ha="right"` ends left of it. It is moved up or down where
    it would lie on another; where there is no room, it is left out.

    Parameters
    ----------
    axes, x, y
        The point, as the axes have it.
    text
        Words with their figure; a new line where it is to break.
    colour
        As of `line`; bold where it is neither ink nor grey.
    dx, dy
        Pixels from the point, right and up.
    **how
        As of `Axes.annotate`, such as `ha="center"`.

    Examples
    --------
    >>> figure, axes = canvas()
    >>> label(axes, 2024, 19.9, "China counts\n19.9", "CHN", dx=10).get_text()
    'China counts\n19.9'
    >>> label(axes, 2024, float("nan"), "Kyrgyzstan") is None
    True
    """
    place = [end.value if isinstance(end, Rounded) else end for end in (x, y)]
    is_missing = any(isinstance(end, Unknown) or pd.isna(end) for end in place)
    if not text or MARK in text or is_missing:
        return None
    paint = style.colour(colour)
    usual: dict[str, Any] = {
        "ha": "left",
        "va": "center",
        "fontsize": LETTERS,
        "fontweight": "normal" if paint in (INK, MUTED) else "bold",
        "linespacing": 1.3,
        "parse_math": False,
        "annotation_clip": False,
        "zorder": 5,
    }
    return axes.annotate(
        text,
        (place[0], place[1]),
        (dx * _PIXEL, dy * _PIXEL),
        textcoords="offset points",
        color=paint,
        **(usual | how),
    )


def spread(axes: Axes) -> None:
    """Move texts apart that lie on one another: names at the ends of lines, then all others.

    Names stay in the order of their lines and as near to them as they can; another text is moved up
    or down, and left out where there is no room. `show` does it for all axes; here it is for a
    drawing that is not shown.
    """
    ends = [text for text in axes.texts if text.get_gid() == END]
    others = [text for text in axes.texts if isinstance(text, Annotation)]
    others = [text for text in others if text not in ends and text.get_visible()]
    if ends:
        boxes = np.array([box_of(name) for name in ends])
        middles, heights = boxes[:, [1, 3]].mean(axis=1), boxes[:, 3] - boxes[:, 1]
        frame = axes.get_window_extent()
        places = apart(middles, heights + _AIR, frame.y0, frame.y1)
        for name, move in zip(ends, places - middles, strict=True):
            _shift(name, move)
    texts = [text for text in drawn_texts(axes.figure) if text not in others]
    taken = [box_of(text) for text in texts]
    for text in others:
        _move_off(text, taken)
        taken.append(box_of(text))


def apart(wanted: Any, sizes: Any, low: float, high: float) -> Any:
    """Return places for things of some sizes that do not overlap, in the order of those wanted.

    They are the nearest to them (in the sense of least squares: what would collide is pooled), and
    within the bounds where these have room.

    Examples
    --------
    >>> apart(np.array([10, 0, 11]), np.array([4, 4, 4]), -100, 100).tolist()
    [8.5, 0.0, 12.5]
    >>> apart(np.array([1, 2]), np.array([4, 4]), 0, 100).tolist()
    [2.0, 6.0]
    """
    order = np.argsort(wanted, kind="stable")
    # How far each would stand from the first, if all touched.
    behind = np.cumsum(sizes[order]) - sizes[order] / 2
    pools: list[list[float]] = []
    for place in wanted[order] - behind:
        pool = [place]
        while pools and np.mean(pools[-1]) >= np.mean(pool):
            pool = pools.pop() + pool
        pools.append(pool)
    firsts = np.concatenate([[np.mean(pool)] * len(pool) for pool in pools])
    placed = np.empty(len(order))
    placed[order] = np.clip(firsts, low, max(low, high - sizes.sum())) + behind
    return placed


def _move_off(text: Any, taken: list[Box]) -> None:
    """Move a text up or down, as little as it can, until it lies on no other."""
    left, bottom, right, top = box_of(text)
    highest = text.figure.bbox.y1
    steps = np.arange(0, _REACH, _STEP)
    for move in np.column_stack([steps, -steps]).ravel():
        box = (left, bottom + move, right, top + move)
        is_inside = box[1] >= 0 and box[3] <= highest
        if is_inside and not any(overlap(box, other) for other in taken):
            _shift(text, move)
            return
    text.set_visible(False)


def _shift(text: Any, pixels: float) -> None:
    across, up = text.xyann
    text.xyann = (across, up + pixels * 72 / text.figure.dpi)


def box_of(text: Text) -> Box:
    """Return left, bottom, right and top of the letters of a text, in pixels of its figure."""
    x0, y0, x1, y1 = Text.get_window_extent(text).extents
    return x0, y0, x1, y1


def overlap(box: Box, other: Box) -> bool:
    """Return whether two boxes share more than a pixel."""
    across = min(box[2], other[2]) - max(box[0], other[0])
    along = min(box[3], other[3]) - max(box[1], other[1])
    return across > 1 and along > 1


def drawn_texts(figure: Any) -> list[Text]:
    """Return the texts of a figure that are seen, once it was drawn."""
    unseen: set[Text] = set()
    for axes in figure.axes:
        for axis, limits in (
            (axes.xaxis, axes.get_xlim()),
            (axes.yaxis, axes.get_ylim()),
        ):
            low, high = sorted(limits)
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                is_within = low <= tick.get_loc() <= high
                if not (axes.axison and axis.get_visible() and is_within):
                    unseen |= {tick.label1, tick.label2}
            if not axes.axison:
                unseen |= {axis.label, axis.offsetText}
    texts = figure.findobj(Text)
    return [
        text
        for text in texts
        if text not in unseen and text.get_visible() and text.get_text().strip()
    ]
