"""What an author of a page types: drawing, and words over figures that may be missing.

>>> from catrade import page
>>> figure, axes = page.canvas(300)

A figure of the page is `ct.show(axes, frame, "Its finding", subtitle="Exports, $ billion")`; how to
draw one says docs/drawing.md.
"""

from __future__ import annotations

from catrade.charts.draw import between, canvas, label, line, panels, tips
from catrade.charts.fit import spread
from catrade.charts.style import INK, PALE, colour
from catrade.charts.style import MUTED as GREY
from catrade.charts.style import PALETTE as COLOURS
from catrade.labels import FirstScreen
from catrade.params import validate
from catrade.read import newest, pair
from catrade_build.tables import names
from catrade_build.words import counting, how_many, in_currency, with_services
from pagemill.display import (
    FORMATTERS,
    Opens,
    answer,
    folded,
    linked,
    note,
    numbers,
    register,
    sources,
    table,
    text,
)
from rounding.formats import join
from rounding.rounded import Rounded
from rounding.told import either, rows, told

__all__ = [
    "COLOURS",
    "FORMATTERS",
    "GREY",
    "INK",
    "PALE",
    "FirstScreen",
    "Opens",
    "Rounded",
    "answer",
    "between",
    "canvas",
    "colour",
    "counting",
    "either",
    "folded",
    "how_many",
    "in_currency",
    "join",
    "label",
    "line",
    "linked",
    "names",
    "newest",
    "note",
    "numbers",
    "pair",
    "panels",
    "register",
    "rows",
    "sources",
    "spread",
    "table",
    "text",
    "tips",
    "told",
    "validate",
    "with_services",
]
