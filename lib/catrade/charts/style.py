"""House style of the charts: colours, figure frame, axis numbers.

Colours
-------
Every series colour keeps at least 3:1 contrast (WCAG 2.2, criterion 1.4.11) on white and on the
dark page alike, so a line needs no second colour for dark mode. Lightness alone cannot tell
series apart in that narrow band, so the sets were chosen from a grid over sRGB for the greatest
smallest distance (CIE 1976 L*a*b*) to normal sight and under simulated deuteranopia and
protanopia (Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113); the tests repeat
both measurements. Text is never written in a series colour: 4.5:1 on both pages is impossible.

Sizes
-----
A figure is 7.2 inches (518 units) wide with 9 to 9.5 point type. At a page width of 760 px this
reads as 14 px. Below 540 px the page lets the figure scroll sideways in its own frame instead of
shrinking the type; a second, narrow drawing of each figure would double the weight of a page.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import matplotlib.style
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from pagemill.svg import GRID, INK, MUTED, PAPER, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "CATEGORY_COLOURS",
    "COUNTRY_COLOURS",
    "DARK_PAPER",
    "DIVERGING",
    "FLOW_COLOURS",
    "FLOW_NAMES",
    "GRID",
    "INK",
    "MUTED",
    "NOT_ALLOCATED",
    "PAPER",
    "SEQUENTIAL",
    "SOFT",
    "STYLE_FILE",
    "THEME_COLOURS",
    "WIDTH",
    "axis_unit",
    "house",
    "money_axis",
    "new_figure",
    "no_data",
    "percent_axis",
    "text_on",
    "year_axis",
]

STYLE_FILE = Path(__file__).with_name("catrade.mplstyle")
WIDTH = 7.2
DARK_PAPER = "#14171c"

COUNTRY_COLOURS = {
    "KAZ": "#3c6cb4",
    "KGZ": "#d87818",
    "TJK": "#90603c",
    "TKM": "#2f9a94",
    "UZB": "#9d2ff5",
    "CHN": "#c8283f",
    "RUS": "#7b8794",
    "EU27": "#4460e0",
    "CA5": "#b07d00",
    "WLD": "#69707a",
}
#: Shades of one hue, dark to light; countries have the other hues.
FLOW_COLOURS = {"total": INK, "export": "#007531", "import": "#609f7a", "balance": MUTED}
FLOW_NAMES = {"total": "Total", "export": "Exports", "import": "Imports", "balance": "Balance"}
THEME_COLOURS = {
    "demand_support": "#4878c0",
    "industrial_policy": "#a84818",
    "competition_order": "#cc2478",
    "technology": "#6c3cfc",
    "safety": "#d87800",
    "trade": "#549cb4",
    "infrastructure": "#789c60",
    "heavy_trucks": "#6c78fc",
}
#: For sets without colours of their own (chapter groups, instruments): use in this order.
CATEGORY_COLOURS = tuple(
    THEME_COLOURS[theme]
    for theme in (
        "demand_support",
        "safety",
        "technology",
        "industrial_policy",
        "trade",
        "competition_order",
        "infrastructure",
        "heavy_trucks",
    )
)
#: The part of a whole that no source gives to a named series.
NOT_ALLOCATED = "#8b929b"
_GOODS = {
    "#4878c0": "84-85 machinery",
    "#6c78fc": "electronics instruments",
    "#d87800": "86-89 vehicles",
    "#a84818": "27 27-27 fuels",
    "#6c3cfc": "28-38 39-40 chemicals plastics_rubber",
    "#549cb4": "25-26 68-71 72-83 iron_steel other_metals ores_minerals precious_metals"
    " stone_glass",
    "#cc2478": "41-43 50-63 64-67 textiles_clothing leather_footwear",
    "#789c60": "01-05 06-15 16-24 farm_goods",
    NOT_ALLOCATED: "44-49 90-99 other_manufactures wood_paper not_classified other",
}
#: Groups of goods by the codes of `data/hs_chapters.csv` and of WITS.
GOODS_COLOURS = {code: colour for colour, codes in _GOODS.items() for code in codes.split()}
#: Cars by drive.
DRIVE_COLOURS = {"bev": "#1c93d2", "phev": "#b07d00", "nev": INK, "ice": NOT_ALLOCATED}
#: The one table: what a code stands for is drawn in this colour on every page.
COLOURS = COUNTRY_COLOURS | FLOW_COLOURS | GOODS_COLOURS | THEME_COLOURS | DRIVE_COLOURS
#: Names of matplotlib colour maps: perceptually even, readable without hue.
SEQUENTIAL = "cividis_r"
#: Inches that a figure keeps for its panels, however long the names beside them.
_LEAST_WIDTH = 1.5
DIVERGING = "PuOr_r"


@contextmanager
def house() -> Iterator[None]:
    """Draw in the house style; use it as `with house():` or as `@house()` on a chart function.

    The user's own matplotlib settings neither change the charts nor are changed by them.

    Examples
    --------
    >>> import matplotlib as mpl
    >>> with house():
    ...     print(mpl.rcParams["font.size"])
    9.5
    """
    with matplotlib.style.context(["default", _parameters()]):
        yield


@functools.cache
def _parameters() -> dict[str, Any]:
    return dict(mpl.rc_params_from_file(STYLE_FILE, use_default_template=False).items())


def new_figure(
    height: float = 3.6,
    *,
    width: float = WIDTH,
    ratios: tuple[float, ...] = (1.0,),
    margins: tuple[float, float, float, float] = (0.62, 1.05, 0.34, 0.34),
    gap: float = 0.5,
    share: bool = True,
) -> tuple[Figure, list[Axes]]:
    """Return a figure outside pyplot with panels one above the other.

    Parameters
    ----------
    height, width
        Inches.
    ratios
        One relative height a panel, from the top.
    margins
        Inches left, right, top and bottom. The right one holds labels at the ends of lines.
    gap
        Inches between panels (a panel's title stands in it).
    share
        Whether the panels share their x axis, written once under the lowest.

    Returns
    -------
    tuple
        The figure and its axes. Nothing is registered anywhere, so nothing needs closing.
    """
    figure = Figure(figsize=(width, height))
    left, right, top, bottom = margins
    # Names as long as a sentence run out of the picture rather than leave no room for it.
    if (excess := left + right - (width - _LEAST_WIDTH)) > 0:
        left, right = (side - excess * side / (left + right) for side in (left, right))
    inner = height - top - bottom
    panel = (inner - gap * (len(ratios) - 1)) / len(ratios)
    grid = figure.add_gridspec(
        len(ratios),
        1,
        height_ratios=ratios,
        hspace=gap / panel,
        left=left / width,
        right=1 - right / width,
        top=1 - top / height,
        bottom=bottom / height,
    )
    axes: list[Axes] = []
    for row in range(len(ratios)):
        first = axes[0] if axes and share else None
        axes.append(figure.add_subplot(grid[row, 0], sharex=first))
        for axis in (axes[-1].xaxis, axes[-1].yaxis):
            # No axis has a label; matplotlib would measure all numbers beside it to place one.
            axis.set_label_coords(0, 0)
        if share and row < len(ratios) - 1:
            axes[-1].xaxis.set_visible(False)
            axes[-1].spines["bottom"].set_visible(False)
    return figure, axes


def axis_unit(largest: float) -> tuple[float, str]:
    """Return the divisor and the words for an axis of dollars.

    Examples
    --------
    >>> axis_unit(106e9), axis_unit(4.2e8)
    ((1000000000.0, '$ billion'), (1000000.0, '$ million'))
    """
    if abs(largest) >= 5e12:
        return 1e12, "$ trillion"
    return (1e9, "$ billion") if abs(largest) >= 1e9 else (1e6, "$ million")


def _plain(value: float, _position: object = None) -> str:
    text = f"{value:,.10g}"
    return "−" + text[1:] if text.startswith("-") else text


def money_axis(axes: Axes, largest: float, title: str = "", *, ticks: int = 5) -> float:
    """Label a y axis in dollars above the axis (no sideways text); return its divisor.

    Values must be plotted in dollars; the axis divides.
    """
    divisor, unit = axis_unit(largest)
    axes.yaxis.set_major_locator(MaxNLocator(ticks, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _plain(v / divisor)))
    axes.set_title(f"{title}, {unit}" if title else unit)
    return divisor


def percent_axis(axes: Axes, title: str = "", *, unit: str = "%") -> None:
    """Label a y axis of fractions in per cent, or in percentage points with `unit`."""
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: _plain(round(100 * v, 8))))
    axes.set_title(f"{title}, {unit}" if title else unit)


def year_axis(axes: Axes, first: int, last: int, *, pad: float = 0.6) -> None:
    """Mark whole years from first to last, as many as there is room for, always the last."""
    span = last - first
    step = next((s for s in (1, 2, 5, 10) if span / s <= 13), 20)
    ticks = [year for year in range(first, last + 1) if (last - year) % step == 0]
    axes.set_xticks(ticks, [str(year) for year in ticks])
    axes.set_xlim(first - pad, last + pad)


def text_on(colour: str | tuple[float, float, float, float]) -> str:
    """Return the ink (fixed, the same in light and dark) that reads best on a filled cell.

    Examples
    --------
    >>> text_on("#ffe945"), text_on("#00224e")
    ('#000000', '#ffffff')
    """
    from matplotlib.colors import to_rgb

    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if luminance > 0.179 else "#ffffff"


def no_data(axes: Axes, sentence: str) -> None:
    """Fill a panel with one readable sentence instead of an empty frame."""
    axes.set_axis_off()
    axes.text(
        0.5,
        0.5,
        sentence,
        transform=axes.transAxes,
        ha="center",
        va="center",
        color=MUTED,
        wrap=True,
    )
