"""House style of the charts: the one table of colours (`colours.yaml`), and their letters.

Colours
-------
Every series colour keeps at least 3:1 contrast (WCAG 2.2, criterion 1.4.11) on white and on the
dark page alike, so a line needs no second colour for dark mode. Lightness alone cannot tell
series apart in that narrow band, so the sets were chosen from a grid over sRGB for the greatest
smallest distance (CIE 1976 L*a*b*) to normal sight and under simulated deuteranopia and
protanopia (Machado, Oliveira and Fernandes 2009, doi:10.1109/TVCG.2009.113); the tests repeat
both measurements. A text in a series colour would not be read on both pages: the press darkens it
for the light page and lightens it for the dark one (`pagemill.svg`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from matplotlib.colors import is_color_like

from catrade_build.tables.names import NAMES, is_known
from pagemill.svg import GRID as GRID
from pagemill.svg import INK as INK
from pagemill.svg import MUTED as MUTED
from pagemill.svg import PAPER as PAPER
from pagemill.svg import SHADE as SHADE
from rounding.errors import choice_error

#: What is drawn only to compare with; it follows the page's scheme.
PALE = SHADE
#: The part of a whole that no source gives to a named series.
NOT_ALLOCATED = "#8b929b"
_OURS = {"ink": INK, "muted": MUTED, "rest": NOT_ALLOCATED}
_TABLE: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("colours.yaml").read_text(encoding="utf-8")
)


def _colours(of: str) -> dict[str, str]:
    """Return the colours of a part of the table, one a code."""
    rows = _TABLE[of].items()
    return {
        code: _OURS.get(colour, colour)
        for codes, colour in rows
        for code in codes.split()
    }


COUNTRY_COLOURS, FLOW_COLOURS = _colours("countries"), _colours("flows")
GOODS_COLOURS, DRIVE_COLOURS = _colours("goods"), _colours("drives")
THEME_COLOURS = _colours("themes")
CATEGORY_COLOURS: list[str] = _TABLE["categories"]
FLOW_NAMES: dict[str, str] = _TABLE["names"]["flows"]
DRIVE_NAMES: dict[str, str] = _TABLE["names"]["drives"]
#: The one table: what a code stands for is drawn in this colour on every page.
COLOURS = COUNTRY_COLOURS | FLOW_COLOURS | GOODS_COLOURS | THEME_COLOURS | DRIVE_COLOURS
#: By code and by name, as a palette for seaborn.
PALETTE = COLOURS | {
    name: COLOURS[code]
    for code, name in (NAMES | FLOW_NAMES | DRIVE_NAMES).items()
    if code in COLOURS
}

#: Points of a drawing of 640 pixels and of its letters of 17: 9 pixels on a phone of 390.
WIDTH, LETTERS = 480, 13


def colour(key: str) -> str:
    """Return the colour of what a code or name stands for; a colour is itself.

    Examples
    --------
    >>> colour("CHN"), colour("Kazakhstan"), colour("export"), colour("#1b1f24")
    ('#c8283f', '#3c6cb4', '#007531', '#1b1f24')
    """
    paint = PALETTE.get(key, key)
    if is_known(key) and key not in PALETTE:
        # A country without a colour of its own has the same one on every page, all the same.
        paint = CATEGORY_COLOURS[sum(map(ord, key)) % len(CATEGORY_COLOURS)]
    if not is_color_like(paint):
        raise choice_error("colour", key, PALETTE)
    return paint
