"""What all cores share: the words around a picture, units, names and colours."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, ParamSpec, Required, TypedDict

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import Locator, LogLocator, MaxNLocator
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

from catrade import words
from catrade.charts import style
from catrade.charts.canvas import NARROW, WIDE, Entries, Size
from catrade.tables.definitions import meanings
from catrade.tables.goods import load_hs_chapters
from catrade.tables.names import NAMES, name_of
from catrade.tables.paths import data_dir
from pagemill.display import Chart, NoChart
from rounding import formats
from rounding.errors import ParameterError, choice_error
from rounding.rounded import Rounded, ends_of

#: The one table of colours, by code and by name: a palette for seaborn.
COLOURS = dict(style.COLOURS)
_NAMED = NAMES | style.FLOW_NAMES | style.DRIVE_NAMES
for _code, _name in _NAMED.items():
    if _code in COLOURS:
        COLOURS[_name] = COLOURS[_code]

#: Colours, or codes of the table of colours, of single keys.
Colours = Mapping[Any, str] | None
#: Draws one size under a subtitle.
Draw = Callable[[Size, str], Figure]

#: Columns that may tell the series of a frame apart.
SERIES = (
    "country_name",
    "country",
    "reporter_name",
    "reporter",
    "partner_name",
    "partner",
    "flow",
    "series",
)


class Unit(NamedTuple):
    """How its columns are called, its name, its scale when drawn, its formats (see `Rounded`).

    Only money has a scale below 1.
    """

    columns: str
    name: str
    scale: float
    in_picture: str
    in_prose: str


UNITS = {
    "usd": Unit("(_bn|_usd)$", "$ billion", 1e-9, "bn", "usd"),
    "percent": Unit("^share|^growth|share$", "%", 100, "percent", "percent"),
    "points": Unit("^contribution", "Percentage points", 100, "+points", "+points"),
    "times": Unit("^ratio", "", 1, "times", "times"),
    # What frames may say of themselves.
    "CNY billion": Unit("(?!)", "Billion yuan", 1e-9, "cny", "cny"),
}
UNITS["USD billion"] = UNITS["usd"]
_MILLION = 1e6
#: Less is no hundredth of a million.
_LEAST = 5e3
#: For small series: `unit="$ million"`.
UNITS["$ million"] = Unit("(?!)", "$ million", 1e-6, "bn", "usd")
#: More alike than this (of the cube of red, green and blue) two colours are taken for one.
_ALIKE = 0.22


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
    unit
        What the values are, if their column's name does not say it, or "$ million" for small
        amounts of money; see `Measure`.
    colours
        Colours, or codes of the table of colours, of single series.
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
    unit: str
    colours: Colours
    height: float
    table: pd.DataFrame


@dataclass(frozen=True)
class Measure:
    """A column of values, its unit, and how it is written.

    Examples
    --------
    >>> row = {"growth": 0.1211, "growth_low": 0.1205, "growth_high": 0.1217}
    >>> Measure("growth", UNITS["percent"]).text(row)
    '12.1%'
    """

    column: str
    unit: Unit

    @classmethod
    def of(cls, frame: pd.DataFrame, column: str, unit: str | None) -> Measure:
        """Read the unit off the column's name, unless one is given; of billions off the frame.

        Raises
        ------
        ParameterError
            If the column holds no numbers, or billions of several currencies.
        """
        if not is_numeric_dtype(frame[column]):
            raise ParameterError(
                f"column {column!r} must hold numbers to be drawn; it holds "
                f"{frame[column].dtype}"
            )
        if unit is None:
            fits = (name for name in UNITS if re.search(UNITS[name].columns, column))
            unit = next(fits, "")
            if column.endswith("_bn"):
                unit = _money_of(frame, column)
        own = Unit("", unit, 1, "", "")
        return cls(column, UNITS.get(unit, own))

    @property
    def scale(self) -> float:
        """What values are multiplied by to be drawn."""
        if not self.column.endswith("_bn"):
            return self.unit.scale
        return 1e9 * self.unit.scale if self.unit.scale < 1 else 1.0

    def drawn(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return what is drawn of each row.

        `value`, `low` and `high` are as drawn; without an interval the ends are the value.
        Whiskers of their own (`whisker_low_bn`) are drawn in the place of the interval, whose
        digits the figure is written with. `text` is the figure and `said` the same in prose;
        `doubtful` and `hollow` say how sure it is: what was computed, or is doubtful, is hollow.
        """
        value = rows[self.column].astype(float) * self.scale
        ends = []
        for column in ends_of(self.column):
            own = rows.get(column, rows[self.column])
            end = rows.get(f"whisker_{column}", own).astype(float)
            ends.append((end * self.scale).fillna(value))
        low, high = ends
        origin = rows.reindex(columns=["basis", "quality"])
        published = origin["basis"].isin(["published", "reported"])
        doubtful = origin["quality"].eq("doubtful")
        return pd.DataFrame(
            {
                "value": value,
                "low": np.minimum(low, value),
                "high": np.maximum(high, value),
                "text": self.texts(rows),
                "said": self.texts(rows, prose=True),
                "doubtful": doubtful,
                "hollow": doubtful | ~(published | origin["basis"].isna()),
            }
        )

    def figures(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the columns that a figure is written from: its own, and its interval's ends."""
        return rows.filter([self.column, *ends_of(self.column)])

    def texts(self, rows: pd.DataFrame, *, prose: bool = False) -> list[str]:
        """Write the figure of each row."""
        cells = self.figures(rows).to_dict("records")
        return [self.text(row, prose=prose) for row in cells]

    def text(self, row: Any, *, prose: bool = False) -> str:
        """Write a row's figure with the digits its interval bears.

        Dollars without an interval are written to a tenth of a billion, or a million.
        """
        if formats.is_missing(row[self.column]):
            return "no figure" if prose else "n/a"
        if not self.unit.in_prose:
            value = float(row[self.column])
            is_whole = abs(value) >= 99.5 or value.is_integer()
            text = formats.decimal(value, 0 if is_whole else 1)
            return f"{text} {self.unit.name}".strip()
        figure = Rounded.of(row, self.column)
        low, _ = ends_of(self.column)
        is_money = self.unit.scale < 1
        if is_money and low not in row and figure.value:
            figure = words.told_dollars(figure.value)
        # Beside $10.2m stands $0.6m, not $624,592: billions of a frame are no prices.
        is_small = _LEAST <= abs(figure.value) < _MILLION
        if is_money and is_small and self.column.endswith("_bn"):
            return _below_a_million(figure.value, self.unit, prose=prose)
        if prose:
            return format(figure, self.unit.in_prose)
        text = format(figure, self.unit.in_picture)
        text = text.removesuffix(" points").removeprefix("between ")
        text = text.replace(" billion", "bn").replace(" million", "m")
        return text.replace(" and ", " to ")

    def ticks(
        self, low: float, high: float, count: int = 5, *, log: bool = False
    ) -> dict[float, str]:
        """Return an axis' numbers and how they are written: plainly, per cent with its sign."""
        locator: Locator
        if log:
            locator = LogLocator(10, subs=(1, 2, 5), numticks=8)
        else:
            locator = MaxNLocator(count, steps=[1, 2, 2.5, 5, 10])
        sign = "%" if self.unit.name == "%" else ""
        ticks = {}
        for value in locator.tick_values(low, high):
            if low <= value <= high:
                number = f"{round(value, 9):,.10g}{sign}"
                ticks[float(value)] = number.replace("-", "−")
        return ticks


def _below_a_million(value: float, unit: Unit, *, prose: bool) -> str:
    """Write an amount in millions, with a digit that is not 0: `$0.6m`, `$0.05 million`."""
    places = 1 if abs(value) >= _MILLION / 10 else 2
    word = " million" if prose else "m"
    template = f"{{}}{word} yuan" if unit.in_prose == "cny" else f"${{}}{word}"
    return formats.decimal(value / _MILLION, places, template)


def _money_of(frame: pd.DataFrame, column: str) -> str:
    """Return the unit of a frame's billions: dollars, if it does not say of another currency."""
    unit = str(frame.attrs.get("unit"))
    if unit.endswith(" billion"):
        return unit
    codes = frame.get("currency", pd.Series("USD")).dropna().unique()
    if len(codes) != 1:
        raise ParameterError(
            f"column {column!r} holds billions of {', '.join(codes) or 'no currency'}: "
            "choose the rows of one currency"
        )
    return f"{codes[0]} billion"


class NothingToDraw(ParameterError):
    """A frame has no rows, or none of them a figure."""


_Asked = ParamSpec("_Asked")


def or_nothing(core: Callable[_Asked, Chart]) -> Callable[_Asked, Chart]:
    """Return a core that makes of a frame with nothing to draw a chart that no page shows.

    So a page of any pair and year has the figures of which something is held, and no notebook asks.
    """

    @functools.wraps(core)
    def drawn(*args: _Asked.args, **about: _Asked.kwargs) -> Chart:
        try:
            return core(*args, **about)
        except NothingToDraw as nothing:
            # A title of nothing may have nothing to say.
            title = str(about.get("title") or nothing)
            name = str(about.get("name", ""))
            return NoChart(Figure(), title, str(nothing), pd.DataFrame(), name=name)

    return drawn


def drawable(
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
        If it is no frame, lacks a column, or names a row twice.
    NothingToDraw
        If it has no rows.
    """
    if not isinstance(frame, pd.DataFrame):
        raise ParameterError(f"{core} draws a DataFrame; got {type(frame).__name__}")
    keys = list(dict.fromkeys(filter(None, once)))
    for column in [*keys, *filter(None, more)]:
        if column not in frame.columns:
            raise choice_error(f"column for {core}", column, frame.columns)
    if frame.empty:
        raise NothingToDraw(f"{core} has nothing to draw: the frame has no rows")
    if keys and frame.duplicated(keys).any():
        twice = frame[frame.duplicated(keys)].iloc[0]
        row = ", ".join(f"{key} {shown(twice[key])}" for key in keys)
        raise ParameterError(
            f"{core} needs one row a {' and '.join(keys)}; {row} comes twice "
            "(choose rows, or name a column in by=)"
        )
    return frame.reset_index(drop=True)


@functools.cache
def _goods(_: Path) -> dict[str, str]:
    """Return the names of groups of goods, by the folder of tables."""
    chapters = load_hs_chapters()
    groups = zip(chapters["group"], chapters["group_name"], strict=True)
    return meanings("wits_groups") | dict(groups)


@functools.cache
def _by_name(folder: Path) -> dict[str, str]:
    """Return the one table by name and by code, in lower case."""
    goods = _goods(folder).items()
    named = {name: COLOURS[code] for code, name in goods if code in COLOURS}
    table = named | COLOURS
    return {key.casefold(): colour for key, colour in table.items()}


def palette(keys: Iterable[Any], given: Colours = None) -> dict[Any, str]:
    """Return each series' colour: the one given, that of what it is, or the next one free.

    What looks like a colour that is taken is free last.

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
    chosen = given or {}
    paint = {}
    for key in keys:
        wanted = str(chosen.get(key, key))
        paint[key] = table.get(wanted.casefold(), wanted)
    taken = {to_rgb(colour) for colour in paint.values() if colour.startswith("#")}

    def is_like_one_taken(colour: str) -> bool:
        return any(math.dist(to_rgb(colour), other) < _ALIKE for other in taken)

    unused = [name for name in style.CATEGORY_COLOURS if to_rgb(name) not in taken]
    free = sorted(unused, key=is_like_one_taken)
    for key, colour in paint.items():
        if not colour.startswith("#"):
            paint[key] = free.pop(0) if free else style.NOT_ALLOCATED
    return paint


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
        return f"{key:%b %Y}"
    text = str(key)
    if isinstance(key, float):
        text = text.removesuffix(".0")
    if text in _NAMED:
        return _NAMED[text]
    if text in style.COLOURS:
        text = _goods(data_dir()).get(text, text.replace("_", " "))
    elif text.isupper():
        text = name_of(text)
    return words.capital(text)


def with_years(column: pd.Series) -> pd.Series:
    """Return dates that all begin a year as years, and what else there may be as it is."""
    is_dated = is_datetime64_any_dtype(column)
    return column.dt.year if is_dated and column.dt.is_year_start.all() else column


def entries_of(paint: Mapping[Any, str]) -> Entries:
    """Return the names of a key, each with the colour it is painted in."""
    return [(shown(key), colour) for key, colour in paint.items() if key != ""]


def drawn_rows(
    core: str,
    frame: pd.DataFrame,
    value: str,
    about: About,
    more: str | None = None,
    **keys: str | None,
) -> tuple[Measure, pd.DataFrame]:
    """Return what is measured, and a frame's rows as drawn.

    Besides what `Measure.drawn` says, they have what names a row, such as its `label` and what its
    marks differ in, `by`, and `more`, what else the frame says of it: "" where there is no column.
    """
    frame = drawable(frame, keys.values(), core, value, more)
    measure = Measure.of(frame, value, about.get("unit"))
    rows = measure.drawn(frame)
    for name, column in keys.items():
        rows[name] = with_years(frame[column]) if column else ""
    rows["more"] = frame[more] if more else ""
    return measure, rows


def with_value(core: str, rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return the rows that have a value; raise one sentence where there is none to draw."""
    held = rows.dropna(subset="value")
    if held.empty:
        raise NothingToDraw(
            f"{core} has nothing to draw: no row has a value in {value!r}"
        )
    return held


def each(rows: pd.DataFrame) -> Iterator[Any]:
    """Yield the rows, whose columns are attributes."""
    # pandas' own tuples are of a class made anew for each frame, which takes longer.
    records: Any = rows.to_dict("records")
    for row in records:
        yield SimpleNamespace(**row)


def told_of(row: Any) -> str:
    """Return what the mark of a row says of itself."""
    names = [shown(key) for key in (row.label, row.by) if key != ""]
    return f"{', '.join(names)}: {row.text}"


def in_words(rows: pd.DataFrame, labels: Iterable[Any]) -> list[str]:
    """Say the figures of each label."""
    figures = rows["by"].map(shown) + " " + rows["said"]
    of_label = figures.str.strip().groupby(rows["label"], sort=False, dropna=False)
    parts = of_label.agg(", ".join)
    colon = ":" if rows["by"].ne("").any() else ""
    return [f"{shown(label)}{colon} {parts[label]}" for label in labels]


def series_columns(frame: Any) -> list[str]:
    """Return the columns that tell a frame's series apart: those with several values."""
    return [name for name in SERIES if name in frame and len(frame[name].unique()) > 1]


def ordered(sizes: pd.Series, order: str) -> list[Any]:
    """Return labels in the order asked for: `value`, largest first, or `given`."""
    if order not in ("value", "given"):
        raise choice_error("order", order, ("value", "given"))
    if order == "value":
        sizes = sizes.sort_values(ascending=False, kind="stable")
    return list(sizes.index)


def finish(
    draw: Draw,
    frame: pd.DataFrame,
    about: About,
    *,
    kind: str = "",
    sentences: Iterable[str] = (),
    notes: Iterable[str] = (),
    unit: str = "",
) -> Chart:
    """Draw both sizes and put the words around them.

    Parameters
    ----------
    draw
        Draws one size under a subtitle.
    frame
        What it was made of; offered for download and asked for its sources.
    about
        What the caller said.
    kind, sentences
        What a text alternative calls the picture, and says of it after what is measured.
    notes
        What the core's own marks mean.
    unit
        The subtitle of a picture without one.
    """
    for name in about.keys() - About.__annotations__.keys():
        raise choice_error("argument", name, About.__annotations__)
    subtitle = about.get("subtitle") or unit
    with style.house():
        wide = draw(WIDE, subtitle)
        with mpl.rc_context({"font.size": NARROW.type}):
            narrow = draw(NARROW, subtitle)
    head = (subtitle or "values").rstrip(".")
    every_note = [*notes, words.doubt_note(frame), about.get("note", "")]
    return Chart(
        wide,
        about.get("title", ""),
        about.get("alt") or f"{kind}: {head}. {'; '.join(sentences)}.",
        about.get("table", frame).reset_index(drop=True),
        source=about.get("source") or words.source_line(frame),
        note=" ".join(filter(None, every_note)),
        name=about.get("name", ""),
        narrow=narrow,
    )
