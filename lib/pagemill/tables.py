"""Frames as tables for a page, and how their cells are written: formats, intervals, what opens.

Use them through `pagemill.display.table`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import zip_longest
from typing import Any, ClassVar

import pandas as pd
from markupsafe import Markup

from pagemill import cites
from pagemill.csvtext import csv_text
from pagemill.htmlparts import LAB_STYLE, Shown, checked_name, fill, slug
from rounding import formats
from rounding.errors import ParameterError, choice_error
from rounding.rounded import Rounded
from rounding.told import known_only

_FEW = 12
_LONG = 60  # letters of a text that needs a wide column


@dataclass(frozen=True)
class Interval:
    """A column of fractions shown with its interval, such as `12.1% (12.0 to 12.2)`.

    Parameters
    ----------
    low, high
        Columns that hold the ends.

    Examples
    --------
    >>> cell = Interval("low", "high")
    >>> cell.write({"rate": 0.1213, "low": 0.1202, "high": 0.1224}, "rate")
    '12.1% (12.0 to 12.2)'
    >>> cell.write({"rate": 0.02, "low": -0.3, "high": 0.4}, "rate")
    'between −30% and 40%'
    >>> cell.write({"rate": 0.2838, "low": 0.281, "high": 0.287}, "rate")
    '28.4% (28.1 to 28.7)'
    """

    low: str
    high: str

    def write(self, row: Mapping[str, Any], column: str) -> str:
        """Return the text of one cell."""
        ends = (row[column], row[self.low], row[self.high])
        if any(map(formats.is_missing, ends)):
            return formats.percent(row[column])
        value, low, high = map(float, ends)
        main = f"{Rounded(value, min(low, value), max(high, value)):percent}"
        # The last digit says as much as an interval narrower than it; "between" has said both.
        if 100 * (high - low) < 0.1 or main.startswith("between"):
            return main
        shown = " to ".join(formats.fixed(100 * end, 1) for end in (low, high))
        return f"{formats.percent(value)} ({shown})"


def _by_size(value: Any) -> str:
    """Return a number with one decimal; one far below it keeps two digits, and is no 0.0."""
    if formats.is_missing(value):
        return formats.MISSING
    number = float(value)
    small = 0 < abs(number) < 0.1
    return formats.fixed(
        number, 1 - math.floor(math.log10(abs(number))) if small else 1
    )


@dataclass(frozen=True)
class Opens:
    r"""A column whose cells open on the text of another column, such as the reason of a verdict.

    Parameters
    ----------
    column
        The column shown when a reader opens the cell; further lines of its text are a list.

    Examples
    --------
    >>> Opens("why").html("It holds", "1 < 2")
    Markup('<details><summary>It holds</summary>1 &lt; 2</details>')
    >>> print(Opens("why").html("It holds", "1 is less\nthan 2"))
    <details><summary>It holds</summary>1 is less
    <ul><li>than 2</li></ul></details>
    """

    column: str

    def html(self, text: str, more: Any) -> Markup:
        """Return a cell; one with nothing to open is its text."""
        if formats.is_missing(more) or not more:
            return Markup.escape(text)
        told, *lines = str(more).splitlines()
        items = [Markup("<li>{}</li>").format(line) for line in lines if line]
        listed = Markup("\n<ul>{}</ul>").format(Markup("\n").join(items))
        cell = Markup("<details><summary>{}</summary>{}{}</details>")
        return cell.format(text, told, listed if items else "")


#: Formatters by name, for `table(columns={"value": ("Value, $bn", "bn")})`.
FORMATTERS: dict[str, formats.Formatter] = {
    "bn": _by_size,
    "percent": formats.percent,
    "points": formats.points,
    "integer": lambda value: formats.fixed(value, 0),
    "decimal": lambda value: formats.fixed(value, 2),
    "date": formats.date,
    "period": formats.period,
    "text": lambda v: formats.MISSING if formats.is_missing(v) else str(v),
}
#: What writes a column of source ids as HTML: as numbered marks that lead to the page's list, or as
#: links to the sources.
MARKED: dict[str, Callable[[Iterable[Any]], list[str]]] = {
    "sources": cites.cited,
    "links": cites.links,
}
#: Formats of 0.4.
_GONE = ("billion", "million", "usd")
#: Formats of numbers.
NUMERIC = FORMATTERS.keys() - {"date", "period", "text"}

How = str | Interval | Opens | Callable[[Any], str]
Column = str | tuple[str, How]


def write(record: Mapping[Any, Any], column: str, how: How) -> str:
    """Return the text of one cell.

    Examples
    --------
    >>> write({"value": 5.24}, "value", "bn"), write({"value": 0.0524}, "value", "bn")
    ('5.2', '0.052')
    """
    if isinstance(how, Interval):
        return how.write(record, column)
    how = "text" if isinstance(how, Opens) else how
    value = record[column]
    return FORMATTERS[how](value) if isinstance(how, str) else how(value)


def heads_and_formats(
    df: pd.DataFrame, caption: str, columns: Mapping[str, Column] | Sequence[str] | None
) -> dict[str, tuple[str, How]]:
    """Return header and format of each column, or raise ParameterError."""
    if not caption.strip():
        raise ParameterError(
            "caption of a table must say what the table shows; got an empty text"
        )
    shown = _with_heads(columns or list(df.columns))
    full: dict[str, tuple[str, How]] = {}
    for column, spec in shown.items():
        header, how = spec if isinstance(spec, tuple) else (spec, _default(df, column))
        if formats.MARK in header:
            continue  # of what is not known there is no column
        needed = [column]
        if isinstance(how, Interval):
            needed += [how.low, how.high]
        if isinstance(how, Opens):
            needed.append(how.column)
        for name in needed:
            if name not in df.columns:
                raise choice_error("column", name, df.columns)
        if how in _GONE:
            raise ParameterError(
                f"the format {how!r} of column {column} is no more: give a column in billions,"
                ' and the format "bn"'
            )
        formatters = [*FORMATTERS, *MARKED]
        if isinstance(how, str) and how not in formatters:
            raise choice_error(f"format of column {column}", how, formatters)
        full[column] = (header, how)
    return full


def _with_heads(columns: Mapping[str, Column] | Sequence[str]) -> dict[Any, Column]:
    """Return columns with their heads; where there are none, each is its own."""
    if isinstance(columns, Mapping):
        return dict(columns)
    # The name of a column may be a number, such as a year.
    return {column: str(column) for column in columns}


def _default(df: pd.DataFrame, column: str) -> str:
    if column not in df.columns:
        return "text"
    values = df[column].dropna()
    if (
        pd.api.types.is_datetime64_dtype(values)
        and (values == values.dt.floor("D")).all()
    ):
        return "date"
    # Years and counts stay as typed: a year must not read 2,025.
    return "decimal" if pd.api.types.is_float_dtype(values) else "text"


@dataclass
class Table(Shown):
    """A table with caption, column and row headers, and its data as CSV; see `table`."""

    frame: pd.DataFrame
    caption: str
    columns: dict[str, tuple[str, How]]
    note: str = ""
    source: str = ""
    name: str = ""
    choices: tuple[str, ...] = ()
    rows: list[list[str]] = field(init=False)

    #: Class of the figure on the page, for its style and script.
    extra: ClassVar[str] = ""

    def __post_init__(self) -> None:
        self.name = checked_name(self.name or slug(self.caption)[:48].strip("-"))
        records = self.frame.to_dict("records")
        texts = []
        for column, (_, how) in self.columns.items():
            if how in MARKED:
                texts.append(cites.names(self.frame[column]))
            else:
                texts.append([write(record, column, how) for record in records])
        self.caption = known_only(
            self.caption, self.name.replace("-", " ").capitalize()
        )
        self.note, self.source = known_only(self.note), known_only(self.source)
        rows = [list(row) for row in zip(*texts, strict=True)]
        self.rows = [
            [known_only(cell, formats.MISSING) for cell in row] for row in rows
        ]

    def _is_number(self, column: str) -> bool:
        how = self.columns[column][1]
        if isinstance(how, str):
            return how in NUMERIC
        if isinstance(how, Interval | Opens):
            return isinstance(how, Interval)
        return bool(pd.api.types.is_numeric_dtype(self.frame[column]))

    def is_rate(self, column: str) -> bool:
        """Return whether a column shows fractions as per cent."""
        how = self.columns[column][1]
        return isinstance(how, Interval) or how in ("percent", "points")

    def _repr_html_(self) -> str:
        name = escape(self.name)
        if not self.rows:
            return f'<p class="ct-none" id="{name}">{escape(self.caption)}: none.</p>'
        heads, columns = [], []
        for place, (column, (header, how)) in enumerate(self.columns.items()):
            texts = [row[place] for row in self.rows]
            is_number = self._is_number(column)
            is_long = sum(map(len, texts)) > _LONG * len(texts)
            kind = "ct-num" if is_number else "ct-long" if is_long else ""
            kind = "ct-date" if how == "date" else kind
            heads.append((column, header, kind))
            # What a reader's click on the header of numbers sorts by.
            keys = [
                "" if formats.is_missing(value) else f"{float(value):.15g}"
                for value in self.frame[column]
                if is_number
            ]
            cells = self._cells(texts, column, how)
            columns.append(zip_longest(cells, keys))
        return LAB_STYLE + fill(
            "table.html.j2",
            table=self,
            heads=heads,
            lines=zip(*columns, strict=True),
            marks=Markup(cites.place_of_marks(self.frame)),
        )

    def _cells(self, texts: list[str], column: str, how: How) -> Iterable[str]:
        """Return a column with links in place of the ids of sources, and what opens folded."""
        if isinstance(how, Opens):
            return map(how.html, texts, self.frame[how.column])
        if how not in MARKED:
            return texts
        cells = MARKED[str(how)](self.frame[column])
        return [Markup(cell or formats.MISSING) for cell in cells]

    def csv(self) -> str:
        """Return the whole frame (not only the columns shown) as spreadsheet-safe CSV."""
        return csv_text(self.frame)

    def __str__(self) -> str:
        head = [header for header, _ in self.columns.values()]
        lines = ["\t".join(line) for line in [head, *self.rows]]
        return "\n".join([self.caption, *lines])


@dataclass
class Register(Table):
    """A long table that the page's script lets a reader filter; see `register`."""

    extra: ClassVar[str] = " ct-register"


def table(
    df: pd.DataFrame,
    caption: str,
    *,
    columns: Mapping[str, Column] | Sequence[str] | None = None,
    note: str = "",
    source: str = "",
    name: str = "",
) -> Table:
    """Return a frame as a table with caption, headers and its data as CSV.

    Parameters
    ----------
    df
        One row a table row; the first column shown is the row header.
    caption
        What the table says, plain text.
    columns
        Columns to show, in order, as a list or `{column: header}` or `{column: (header, format)}`,
        where the format is a name of `FORMATTERS` ("bn", "percent", "points", "integer",
        "decimal", "date", "period", "text", and of source ids "sources" for numbered marks or
        "links" for the sources themselves), an `Interval`, `Opens`, or a function from value to
        text. Without it, all columns as they are.
    note, source
        Lines below the table.
    name
        Slug of the table on the page; made from the caption if empty.

    Raises
    ------
    ParameterError
        If the caption is empty, or a column or format does not exist.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2025], "value": [106.31]})
    >>> print(table(frame, "Money", columns={"year": "Year", "value": ("$bn", "bn")}))
    Money
    Year	$bn
    2025	106.3
    >>> print(table(frame, "Money", columns=["year"]))
    Money
    year
    2025
    """
    full = heads_and_formats(df, caption, columns)
    return Table(df.reset_index(drop=True), caption, full, note, source, name)


def register(
    df: pd.DataFrame,
    caption: str,
    *,
    columns: Mapping[str, Column] | Sequence[str] | None = None,
    choices: Iterable[str] | None = None,
    note: str = "",
    source: str = "",
    name: str = "",
) -> Register:
    """Return a long table that a reader can filter by words and by what some columns hold.

    Without JavaScript it is the whole table. If no column shows the sources and the frame has
    their ids (`sources`, `source_id`), a last column links to them by their issuers' names.

    Parameters
    ----------
    df, caption, columns, note, source, name
        As of `table`.
    choices
        Columns with a list to choose from; without it, the columns of text or days with two to
        twelve different values, some of them more than once.

    Examples
    --------
    >>> frame = pd.DataFrame({"day": ["2026-01-14"], "measure": ["Subsidy"]})
    >>> print(register(frame, "Measures", columns={"day": ("Date", "date"), "measure": "Measure"}))
    Measures
    Date	Measure
    14 January 2026	Subsidy
    """
    ids = cites.id_columns(df)
    shown = _with_heads(columns or [name for name in df.columns if name not in ids])
    hows = [spec[1] for spec in shown.values() if isinstance(spec, tuple)]
    if ids and not MARKED.keys() & hows:
        shown[ids[0]] = ("Source", "links")
    full = heads_and_formats(df, caption, shown)
    if choices is None:
        texts = (c for c, (_, how) in full.items() if how in ("text", "date"))
        counts = {c: df[c].dropna().astype(str).nunique() for c in texts}
        most = min(_FEW, len(df) - 1)
        choices = [column for column, count in counts.items() if 2 <= count <= most]
    for column in choices:
        if column not in full:
            raise choice_error("column to choose from", column, full)
    rows = df.reset_index(drop=True)
    return Register(rows, caption, full, note, source, name, tuple(choices))
