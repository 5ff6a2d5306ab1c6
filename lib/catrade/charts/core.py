"""What all cores share: the words around a picture, units, names and colours."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Required, TypedDict

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import Locator, LogLocator, MaxNLocator

from catrade import words
from catrade.charts import style
from catrade.charts.canvas import NARROW, WIDE, Entries, Size
from catrade.tables.definitions import meanings
from catrade.tables.goods import load_hs_chapters
from catrade.tables.names import NAMES, name_of
from catrade.tables.paths import data_dir
from pagemill.display import Chart
from rounding import formats
from rounding.errors import ParameterError, choice_error
from rounding.rounded import Rounded, ends_of

#: The one table of colours, by code and by name: a palette for seaborn.
COLOURS = style.COLOURS | {
    {**NAMES, **style.FLOW_NAMES}[code]: colour
    for code, colour in style.COLOURS.items()
    if code in NAMES or code in style.FLOW_NAMES
}


#: Columns that may tell the series of a frame apart.
_SERIES = ("partner_name", "partner", "reporter_name", "reporter", "flow", "series")


class _Unit(NamedTuple):
    """How its columns are called, its name, its scale when drawn, its formats (see `Rounded`)."""

    columns: str
    name: str
    scale: float
    in_picture: str
    in_prose: str


_UNITS = {
    "usd": _Unit("(_bn|_usd)$", "$ billion", 1e-9, "bn", "usd"),
    "percent": _Unit("^share|^growth|share$", "%", 100, "percent", "percent"),
    "points": _Unit("^contribution", "Percentage points", 100, "+points", "+points"),
    "times": _Unit("^ratio", "", 1, "times", "times"),
}


class About(TypedDict, total=False):
    """The words around a picture; every core takes them.

    Attributes
    ----------
    title
        The finding, at most ten words.
    subtitle
        The measure, its unit and whose statistics; in the picture.
    alt
        What the figure shows, in words; written from the frame if not given.
    note
        What a reader must know; what the core's own marks mean is added.
    source
        Made from the frame's columns reporter and sources if not given.
    name
        Slug of the figure; from the title if not given.
    height
        Points of the plot in the wide drawing; the core chooses if not given.
    table
        The frame offered for download, if not the one drawn.
    """

    title: Required[str]
    subtitle: str
    alt: str
    note: str
    source: str
    name: str
    height: float
    table: pd.DataFrame


@dataclass(frozen=True)
class Measure:
    """A column of values, its unit, and how it is written.

    Examples
    --------
    >>> row = {"growth": 0.1211, "growth_low": 0.1205, "growth_high": 0.1217}
    >>> Measure("growth", "percent").text(row)
    '12.1%'
    """

    column: str
    unit: str

    @classmethod
    def of(cls, frame: pd.DataFrame, column: str, unit: str | None) -> Measure:
        """Read the unit off the column's name, unless one is given."""
        if not pd.api.types.is_numeric_dtype(frame[column]):
            message = f"column {column!r} must hold numbers to be drawn; it holds "
            raise ParameterError(message + f"{frame[column].dtype}")
        if unit is not None:
            return cls(column, unit)
        for name, known in _UNITS.items():
            if re.search(known.columns, column):
                return cls(column, name)
        return cls(column, "")

    @property
    def scale(self) -> float:
        """What values are multiplied by to be drawn."""
        if self.unit not in _UNITS or self.column.endswith("_bn"):
            return 1.0
        return _UNITS[self.unit].scale

    @property
    def subtitle(self) -> str:
        """The unit alone, for a picture without a subtitle."""
        return _UNITS[self.unit].name if self.unit in _UNITS else self.unit

    def drawn(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what is drawn of each row, and the columns its figure is written from.

        `_value`, `_low` and `_high` are as drawn; without an interval the ends are the value.
        Whiskers of their own (`whisker_low_bn`) are drawn in the place of the interval, whose
        digits the figure is written with. `_text` is the figure, `_doubtful` and `_hollow` say
        how sure it is: what was computed, or is doubtful, is hollow.
        """
        figures = self.figures(rows)
        value = rows[self.column].astype(float) * self.scale
        ends = []
        for end in ends_of(self.column):
            drawn = rows.get(f"whisker_{end}", rows.get(end, rows[self.column]))
            ends.append((drawn.astype(float) * self.scale).fillna(value))
        low, high = ends
        basis = rows.get("basis", pd.Series("published", rows.index))
        published = basis.fillna("published").isin(["published", "reported"])
        doubtful = rows.get("quality", pd.Series("ok", rows.index)).eq("doubtful")
        return figures.assign(
            _value=value,
            _low=np.minimum(low, value),
            _high=np.maximum(high, value),
            _text=self.texts(figures),
            _doubtful=doubtful,
            _hollow=doubtful | ~published,
        )

    def figures(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the columns that a figure is written from: its own, and its interval's ends."""
        columns = (self.column, *ends_of(self.column))
        return rows[[name for name in columns if name in rows.columns]]

    def texts(self, figures: pd.DataFrame) -> list[str]:
        """Write the figure of each row."""
        return [self.text(row) for row in figures.to_dict("records")]

    def text(self, row: Any, *, prose: bool = False) -> str:
        """Write a row's figure with the digits its interval bears."""
        if formats.is_missing(row[self.column]):
            return "no figure" if prose else "n/a"
        if self.unit in _UNITS:
            unit, known = _UNITS[self.unit], self.rounded(row)
            if prose:
                return format(known, unit.in_prose)
            text = format(known, unit.in_picture).removesuffix(" points")
            return text.replace("between ", "").replace(" and ", " to ")
        value = float(row[self.column])
        is_whole = abs(value) >= 99.5 or value == int(value)
        text = formats.text(value, 0 if is_whole else 1)
        return f"{text} {self.unit}".strip()

    def rounded(self, row: Any) -> Rounded:
        """Return a row's figure as a number that knows its rounding.

        Dollars without an interval are written to a tenth of a billion, or a million.
        """
        known = Rounded.of(row, self.column)
        if self.unit != "usd" or ends_of(self.column)[0] in row or not known.value:
            return known
        return words.told(known.value)

    def ticks(
        self, low: float, high: float, count: int = 5, *, log: bool = False
    ) -> dict[float, str]:
        """Return an axis' numbers and how they are written: plainly, per cent with its sign."""
        locator: Locator = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10])
        if log:
            locator = LogLocator(10, subs=(1, 2, 5), numticks=8)
        sign = "%" if self.unit == "percent" else ""
        ticks = {}
        for value in map(float, locator.tick_values(low, high)):
            if low <= value <= high:
                ticks[value] = f"{round(value, 9):,.10g}{sign}".replace("-", "−")
        return ticks


def checked(
    frame: Any, once: Iterable[str | None], core: str, *more: str | None
) -> pd.DataFrame:
    """Return a frame that can be drawn, its rows numbered.

    Parameters
    ----------
    frame
        What the caller gave.
    once
        Columns that together may name a row only once; None is no column.
    core
        Which core draws, for the messages.
    more
        Other columns it needs.

    Raises
    ------
    ParameterError
        If it is no frame, has no rows, lacks a column, or names a row twice.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ParameterError(f"{core} draws a DataFrame; got {type(frame).__name__}")
    keys = [column for column in once if column]
    for column in [*keys, *filter(None, more)]:
        if column not in frame.columns:
            raise choice_error(f"column for {core}", column, frame.columns)
    if frame.empty:
        raise ParameterError(f"{core} has nothing to draw: the frame has no rows")
    if keys and (twice := frame.duplicated(keys)).any():
        first = frame[twice].iloc[0]
        found = ", ".join(f"{key} {shown(first[key])}" for key in dict.fromkeys(keys))
        message = f"{core} needs one row a {' and '.join(dict.fromkeys(keys))}; {found} comes twice"
        raise ParameterError(message + " (choose rows, or name a column in by=)")
    return frame.reset_index(drop=True)


@functools.cache
def _names(_: Path) -> dict[str, str]:
    """Return what a reader sees for each code of the table of colours, by the folder of tables."""
    goods = load_hs_chapters().set_index("group")["group_name"].to_dict()
    named = NAMES | dict(meanings("wits_groups")) | goods
    return named | style.FLOW_NAMES | style.DRIVE_NAMES


@functools.cache
def _by_name(folder: Path) -> dict[str, str]:
    """Return the one table by code and by name, in lower case."""
    table = {}
    for code, colour in style.COLOURS.items():
        table[_names(folder).get(code, code).casefold()] = colour
    return table | {code.casefold(): colour for code, colour in style.COLOURS.items()}


def palette(
    keys: Iterable[Any], given: Mapping[Any, str] | None = None
) -> dict[Any, str]:
    """Return each series' colour: the one given, that of what it is, or the next one free.

    Parameters
    ----------
    keys
        Codes or names, in the order they are drawn.
    given
        Colours, or codes of the table, of single keys.

    Examples
    --------
    >>> palette(["KAZ", "export", "Kazakhstan"])
    {'KAZ': '#3c6cb4', 'export': '#007531', 'Kazakhstan': '#3c6cb4'}
    >>> palette(["mine"], {"mine": "CHN"})
    {'mine': '#c8283f'}
    """
    table = _by_name(data_dir())
    found = {}
    for key in keys:
        wanted = str((given or {}).get(key, key))
        found[key] = table.get(wanted.casefold(), wanted)
    free = iter([one for one in style.CATEGORY_COLOURS if one not in found.values()])
    for key, colour in found.items():
        if not colour.startswith("#"):
            found[key] = next(free, style.NOT_ALLOCATED)
    return found


def shown(key: Any) -> str:
    """Return a code as a reader sees it.

    Examples
    --------
    >>> shown("KAZ"), shown("export"), shown(2025), shown("Own words")
    ('Kazakhstan', 'Exports', '2025', 'Own words')
    >>> shown("demand_support"), shown("fuels")
    ('Demand support', 'Fuels')
    """
    if isinstance(key, pd.Timestamp):
        return str(key.year) if (key.month, key.day) == (1, 1) else f"{key:%b %Y}"
    text = f"{key:.0f}" if isinstance(key, float) and key.is_integer() else str(key)
    if text in style.COLOURS:
        text = _names(data_dir()).get(text, text.replace("_", " "))
    elif text.isupper():
        text = name_of(text)
    return words.capital(text)


def named(*keys: Any) -> str:
    """Return what a mark stands for, such as a partner and a flow; an empty key is no name.

    Examples
    --------
    >>> named("KAZ", "export"), named("", "KAZ")
    ('Kazakhstan, Exports', 'Kazakhstan')
    """
    return ", ".join(shown(key) for key in keys if key != "")


def entries_of(paint: Mapping[Any, str]) -> Entries:
    """Return the names of a key, each with the colour it is painted in."""
    return [(shown(key), colour, 1.0) for key, colour in paint.items() if key != ""]


def series_of(frame: Any, by: str | None, x: str = "") -> str | None:
    """Return the column that tells a frame's series apart: the one with several values."""
    if by is not None or not isinstance(frame, pd.DataFrame):
        return by
    for column in _SERIES:
        if column != x and column in frame and len(frame[column].unique()) > 1:
            return column
    return None


def ordered(sizes: pd.Series, order: str) -> list[Any]:
    """Return labels in the order asked for: `value`, largest first, or `given`."""
    if order not in ("value", "given"):
        raise choice_error("order", order, ("value", "given"))
    if order == "value":
        sizes = sizes.sort_values(ascending=False, kind="stable")
    return list(sizes.index)


def finish(
    draw: Callable[[Size, str], Figure],
    frame: pd.DataFrame,
    about: About,
    *,
    alt: Callable[[str], str],
    notes: Iterable[str] = (),
    unit: str = "",
) -> Chart:
    """Draw both sizes and put the words around them.

    Parameters
    ----------
    draw
        Draws one size under a subtitle.
    frame
        What is drawn; offered for download and asked for its sources.
    about
        What the caller said.
    alt
        Writes the text alternative, if none was given, from what is measured.
    notes
        What the core's own marks mean.
    unit
        The subtitle of a picture without one.
    """
    for one in about.keys() - About.__annotations__.keys():
        raise choice_error("argument", one, About.__annotations__)
    subtitle, doubt = about.get("subtitle") or unit, words.doubt_note(frame)
    with style.house():
        wide = draw(WIDE, subtitle)
        with mpl.rc_context({"font.size": NARROW.type}):
            narrow = draw(NARROW, subtitle)
    return Chart(
        wide,
        about.get("title", ""),
        about.get("alt") or alt((subtitle or "values").rstrip(".")),
        about.get("table", frame).reset_index(drop=True),
        source=about.get("source") or words.source_line(frame),
        note=" ".join(filter(None, [*notes, doubt, about.get("note", "")])),
        name=about.get("name", ""),
        narrow=narrow,
    )
