"""House style of the charts: the one table of colours, and matplotlib's parameters.

Colours
-------
Every series colour keeps at least 3:1 contrast (WCAG 2.2, criterion 1.4.11) on white and on the
dark page alike, so a line needs no second colour for dark mode. Lightness alone cannot tell
series apart in that narrow band, so the sets were chosen from a grid over sRGB for the greatest
smallest distance (CIE 1976 L*a*b*) to normal sight and under simulated deuteranopia and
protanopia (Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113); the tests repeat
both measurements. Text is never written in a series colour: 4.5:1 on both pages is impossible.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style

from pagemill.svg import GRID as GRID
from pagemill.svg import INK as INK
from pagemill.svg import MUTED as MUTED
from pagemill.svg import PAPER as PAPER
from pagemill.svg import SOFT as SOFT

STYLE_FILE = Path(__file__).with_name("catrade.mplstyle")
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
#: What has no colour of its own gets these in this order.
CATEGORY_COLOURS = (
    *("#4878c0", "#d87800", "#6c3cfc", "#a84818"),
    *("#549cb4", "#cc2478", "#789c60", "#6c78fc"),
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
DRIVE_NAMES = {
    "bev": "Battery cars",
    "phev": "Plug-in hybrids",
    "nev": "New-energy vehicles",
    "ice": "Combustion cars",
}
#: The one table: what a code stands for is drawn in this colour on every page.
COLOURS = COUNTRY_COLOURS | FLOW_COLOURS | GOODS_COLOURS | THEME_COLOURS | DRIVE_COLOURS


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
