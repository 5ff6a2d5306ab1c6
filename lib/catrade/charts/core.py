"""What all cores share: the words around a picture, units, names and colours."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Required, TypedDict

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator

from catrade import words
from catrade.charts import style
from catrade.charts.canvas import NARROW, WIDE, Entries, Size
from catrade.tables.definitions import meanings
from catrade.tables.goods import load_hs_chapters
from catrade.tables.names import NAMES, name_of
from catrade.tables.paths import data_dir
from pagemill.display import Chart
from rounding import formats, numbers
from rounding.errors import ParameterError, choice_error
from rounding.rounded import Rounded, ends_of

#: The one table of colours, by code and by name: a palette for seaborn.
COLOURS = style.COLOURS | {
    {**NAMES, **style.FLOW_NAMES}[code]: colour
    for code, colour in style.COLOURS.items()
    if code in NAMES or code in style.FLOW_NAMES
}
#: Of each unit: how its columns are called, and what is said of it under a title.
_UNITS = {
    "usd": ("(_bn|_usd)$", "$ billion"),
    "percent": ("^share|^growth|share$", "%"),
    "points": ("^contribution", "Percentage points"),
    "times": ("^ratio", ""),
    "index": ("^index", ""),
}
#: How much of the measured value a drawn unit is: billions, per cent.
_SCALE = {"percent": 100.0, "points": 100.0}


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
        guess = next(
            (u for u, (names, _) in _UNITS.items() if re.search(names, column)), ""
        )
        return cls(column, guess if unit is None else unit)

    @property
    def scale(self) -> float:
        """What values are multiplied by to be drawn."""
        dollars = 1.0 if self.column.endswith("_bn") else 1e-9
        return dollars if self.unit == "usd" else _SCALE.get(self.unit, 1.0)

    @property
    def subtitle(self) -> str:
        """The unit alone, for a picture without a subtitle."""
        return _UNITS[self.unit][1] if self.unit in _UNITS else self.unit

    def drawn(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Add `_value`, `_low` and `_high` as drawn; without an interval the ends are the value.

        Whiskers of their own (`whisker_low_bn`) are drawn in the place of the interval, whose
        digits the figure is written with.
        """
        value = rows[self.column].astype(float) * self.scale
        ends = []
        for end in ends_of(self.column):
            drawn = rows.get(f"whisker_{end}", rows.get(end, rows[self.column]))
            ends.append((drawn.astype(float) * self.scale).fillna(value))
        low, high = ends
        return rows.assign(
            _value=value, _low=np.minimum(low, value), _high=np.maximum(high, value)
        )

    def text(self, row: Any, *, prose: bool = False) -> str:
        """Write a row's figure with the digits its interval bears."""
        if formats.is_missing(row[self.column]):
            return "no figure" if prose else "n/a"
        if self.unit not in ("usd", "percent", "points", "times"):
            value = float(row[self.column])
            text = numbers.text(
                value, 0 if abs(value) >= 99.5 or value == int(value) else 1
            )
            return f"{text} {self.unit}".removesuffix(" index").strip()
        sign = "+" if self.unit == "points" else ""
        if self.unit == "usd" and prose:
            return f"{self.rounded(row):usd}"
        text = f"{self.rounded(row):{sign}{'bn' if self.unit == 'usd' else self.unit}}"
        if prose:
            return text
        return (
            text.removesuffix(" points")
            .replace("between ", "")
            .replace(" and ", " to ")
        )

    def held(self, rows: pd.DataFrame) -> list[str]:
        """Return the columns that a figure is written from: its own, and its interval's ends."""
        columns = (self.column, *ends_of(self.column))
        return [name for name in columns if name in rows.columns]

    def texts(self, rows: pd.DataFrame) -> list[str]:
        """Write the figure of each row."""
        return [self.text(row) for row in rows[self.held(rows)].to_dict("records")]

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
        sign = "%" if self.unit == "percent" else ""
        steps = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10])
        locator = LogLocator(10, subs=(1, 2, 5), numticks=8) if log else steps
        return {
            float(v): f"{round(v, 9):,.10g}{sign}".replace("-", "−")
            for v in locator.tick_values(low, high)
            if low <= v <= high
        }


def checked(
    frame: Any, once: Iterable[str | None], core: str, *more: str | None
) -> pd.DataFrame:
    """Return the frame if it can be drawn.

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
    return frame


@functools.cache
def _names(_: Path) -> dict[str, str]:
    """Return what a reader sees for each code of the table of colours, by the folder of tables."""
    goods = load_hs_chapters().set_index("group")["group_name"].to_dict()
    named = NAMES | dict(meanings("wits_groups")) | goods
    return named | style.FLOW_NAMES | style.DRIVE_NAMES


@functools.cache
def _named_colours(folder: Path) -> dict[str, str]:
    """Return the one table by code and by name, in lower case."""
    by_name = {
        _names(folder).get(code, code): colour for code, colour in style.COLOURS.items()
    }
    return {key.casefold(): colour for key, colour in (style.COLOURS | by_name).items()}


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
    table, wanted = _named_colours(data_dir()), list(keys)
    asked = {key: str((given or {}).get(key, key)) for key in wanted}
    found = {key: table.get(ask.casefold(), ask) for key, ask in asked.items()}
    taken = set(found.values())
    free = iter([colour for colour in style.CATEGORY_COLOURS if colour not in taken])
    if len(wanted) == 1 and not found[wanted[0]].startswith("#"):
        free = iter([style.CATEGORY_COLOURS[0]])
    return {
        key: colour if colour.startswith("#") else next(free, style.NOT_ALLOCATED)
        for key, colour in found.items()
    }


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
    plainly = text.replace("_", " ") if text in style.COLOURS else text
    name = _names(data_dir()).get(text) or (
        name_of(text) if text.isupper() else plainly
    )
    return name[:1].upper() + name[1:]


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
    for column in (
        "partner_name",
        "partner",
        "reporter_name",
        "reporter",
        "flow",
        "series",
    ):
        if column != x and column in frame.columns and len(frame[column].unique()) > 1:
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
