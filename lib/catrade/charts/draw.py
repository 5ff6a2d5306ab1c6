"""Drawing for a page: plain matplotlib on a canvas of 640 pixels, in letters of 17.

One drawing is read on a phone of 390 pixels, where its letters are 9 pixels high, and at 1280,
where they are as large as the text around them. What is here is what plain matplotlib lacks: a line
that breaks where its figures do, and a text beside a point that may be missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import matplotlib.style
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.text import Annotation

from catrade.charts import style
from catrade.charts.style import INK, LETTERS, MUTED, PALE, PAPER
from pagemill.svg import HALO, TITLE
from rounding.errors import ParameterError, choice_error
from rounding.formats import MARK
from rounding.rounded import Rounded, ends_of
from rounding.told import Unknown

#: What a text is called that names a line at its end.
END = "_end"
#: Figures that no office published: they are drawn hollow, as doubtful ones are.
_ESTIMATED = {"estimate", "implied_by_growth", "nowcast", "share_of_total"}
#: After more than this the next of months is not the next month.
_MONTH = pd.Timedelta(45, "D")
_HEIGHTS = (100, 2000)


def canvas(
    height: int = 300, rows: int = 1, columns: int = 1, **how: Any
) -> tuple[Figure, Any]:
    """Return a figure of 640 pixels and its axes, several as an array.

    Parameters
    ----------
    height
        Pixels of the whole figure.
    rows, columns
        How many axes below and beside each other; three beside each other have little room.
    **how
        As of `Figure.subplots`, such as `sharex=True`.

    Raises
    ------
    ParameterError
        If the height is no picture's.

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
    # Whatever a notebook has set for its own drawings; panels stand well apart.
    apart: Any = {"figure.constrained_layout.wspace": 0.06}
    with matplotlib.style.context(["default", apart]):
        figure = Figure((style.WIDTH / 72, height / 96), layout="constrained")
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
    r"""Draw one series over years or dates; a frame without a figure draws nothing.

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
        Column of what is drawn; its interval is beside it.
    x
        Column of times, `year` or `date`.
    name
        What its values are called by finger and keys, if not by the first line of its text.
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
    >>> line(axes, frame, "CHN", "China\n4.0")
    >>> [drawn.get_ydata().tolist() for drawn in axes.lines]
    [[1.0, 2.0], [4.0]]
    """
    for column in (x, value):
        if column not in frame:
            raise choice_error("column", column, frame.columns)
    held = frame.dropna(subset=[x, value]).sort_values(x)
    if held.empty:
        return
    if held[x].duplicated().any():
        time = held.loc[held[x].duplicated(), x].iloc[0]
        raise ParameterError(
            f"line draws one series, and {str(time)[:10]} comes twice: choose rows of one series"
        )
    called = name or text.partition("\n")[0]
    look: dict[str, Any] = {
        "color": style.colour(colour),
        "label": "" if MARK in called else called,
        "linewidth": 2.4,
    }
    origin = held.reindex(columns=["quality", "basis"])
    is_hollow = origin["quality"].isin(["doubtful", "estimated"])
    is_hollow |= origin["basis"].isin(_ESTIMATED)
    hollow, sound = held[is_hollow], held[~is_hollow]
    last = held.iloc[-1]

    for _, part in sound.groupby(_runs(sound, x, breaks)):
        # A point is seen where it stands alone, and where its name begins.
        ends_named = text != "" and part[x].iloc[-1] == last[x]
        dots = [len(part) - 1] if ends_named or len(part) == 1 else []
        axes.plot(part[x], part[value], marker="o", markevery=dots, **(look | how))
        low, high = ends_of(value)
        if {low, high} <= set(part):
            band: dict[str, Any] = {
                "color": look["color"],
                "alpha": 0.2,
                "linewidth": 0,
            }
            axes.fill_between(part[x], part[low], part[high], **band)
    if len(hollow):
        empty: dict[str, Any] = {"mfc": PAPER, "mew": 1.8, "zorder": 3}
        axes.plot(hollow[x], hollow[value], "o", **look, **empty)
    if name_at_end := label(axes, last[x], last[value], text, colour, dx=10):
        name_at_end.set_label(END)


def _runs(rows: pd.DataFrame, x: str, breaks: str) -> Any:
    """Return the number of each row’s part: one ends where a time is missing or a break begins."""
    steps = rows[x].diff()
    is_new = steps > (1 if pd.api.types.is_numeric_dtype(rows[x]) else _MONTH)
    if breaks in rows:
        begins = rows[breaks]
        is_new |= begins.eq(True) if begins.dtype == bool else begins.fillna("").ne("")
    return is_new.cumsum()


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
    for column in (x, first, second):
        if column not in frame:
            raise choice_error("column", column, frame.columns)
    both = frame.dropna(subset=[first, second]).sort_values(x)
    shade: dict[str, Any] = {
        "color": style.colour(colour),
        "alpha": 0.35,
        "linewidth": 0,
        "zorder": 0.5,
    }
    for _, part in both.groupby(_runs(both, x, "")):
        axes.fill_between(part[x], part[first], part[second], **shade)


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

    It begins right of its point, or with `ha="right"` ends left of it. `show` moves it up or down
    where it would lie on another, and leaves it out where there is no room.

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
        "annotation_clip": False,
        "zorder": 5,
        "gid": HALO,
    }
    # Three quarters of a point are a pixel.
    away = (dx * 0.75, dy * 0.75)
    look: dict[str, Any] = {"textcoords": "offset points", "color": paint} | usual | how
    return axes.annotate(text, (place[0], place[1]), away, **look)


def tips(drawn: Collection, texts: Iterable[str]) -> None:
    """Let each part of a drawing say a text by finger, mouse and keys, where no axis says it.

    Parameters
    ----------
    drawn
        What `Axes.hlines` or `Axes.scatter` returns: the spells of rules, points on a map.
    texts
        One a part, in their order.

    Examples
    --------
    >>> figure, axes = canvas()
    >>> spells = axes.hlines([0, 1], [2024, 2025], [2026, 2027])
    >>> tips(spells, ["First rule: 2024 to 2026", "Second rule: 2025 to 2027"])
    """
    drawn.set_urls([TITLE + text for text in texts])
