"""Frames as tables for a page; use them through `pagemill.display.table`."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any, ClassVar

import pandas as pd
from markupsafe import Markup

from pagemill import cites, formats
from pagemill.csvtext import csv_text
from pagemill.errors import ParameterError, choice_error
from pagemill.htmlparts import (
    LAB_STYLE,
    bundle,
    checked_name,
    csv_link,
    fill,
    slug,
)
from pagemill.rounded import Rounded


@dataclass(frozen=True)
class Interval:
    """A column shown with its interval, such as `12.1% (12.0 to 12.2)`.

    Parameters
    ----------
    low, high
        Columns that hold the ends.
    unit
        `"percent"` for fractions, `"usd"` for dollars in billions.

    Examples
    --------
    >>> cell = Interval("low", "high")
    >>> cell.write({"growth": 0.1213, "low": 0.1202, "high": 0.1224}, "growth")
    '12.1% (12.0 to 12.2)'
    >>> cell.write({"growth": 0.02, "low": -0.3, "high": 0.4}, "growth")
    'between −30% and 40%'
    >>> cell.write({"growth": 0.2838, "low": 0.281, "high": 0.287}, "growth")
    '28.4% (28.1 to 28.7)'
    >>> Interval("l", "h", "usd").write({"x": 106.3e9, "l": 106.25e9, "h": 106.35e9}, "x")
    '106.3 (106.25 to 106.35)'
    """

    low: str
    high: str
    unit: str = "percent"

    def write(self, row: Mapping[str, Any], column: str) -> str:
        """Return the text of one cell."""
        ends = (row[column], row[self.low], row[self.high])
        is_percent = self.unit == "percent"
        if any(map(formats.is_missing, ends)):
            return (formats.percent if is_percent else _in_billions)(row[column])
        value, low, high = map(float, ends)
        return _percent(value, low, high) if is_percent else _billions(value, low, high)


def _percent(value: float, low: float, high: float) -> str:
    main = f"{Rounded(value, min(low, value), max(high, value)):percent}"
    # The last digit shown says as much as an interval narrower than it; "between" has said both.
    if 100 * (high - low) < 0.1 or main.startswith("between"):
        return main
    ends = " to ".join(formats.fixed(100 * end, 1) for end in (low, high))
    return f"{formats.percent(value)} ({ends})"


def _billions(value: float, low: float, high: float) -> str:
    main, width = value / 1e9, (high - low) / 1e9
    if width < 1e-3:
        return _in_billions(value) if abs(main) >= 10 else formats.fixed(main, 2)
    decimals = min(3, max(0, math.ceil(-math.log10(width) - 1e-9)))
    ends = " to ".join(formats.fixed(end / 1e9, decimals + 1) for end in (low, high))
    return f"{formats.fixed(main, decimals)} ({ends})"


def _in(size: float, value: Any) -> str:
    if formats.is_missing(value):
        return formats.MISSING
    scaled = float(value) / size
    # A flow far below the unit keeps two significant digits instead of turning into 0.0.
    small = 0 < abs(scaled) < 0.1
    return formats.fixed(scaled, 1 - math.floor(math.log10(abs(scaled))) if small else 1)


_in_billions = partial(_in, 1e9)


def _usd(value: Any) -> str:
    if formats.is_missing(value):
        return formats.MISSING
    return f"{Rounded(float(value), float(value), float(value)):usd}"


@dataclass(frozen=True)
class Opens:
    """A column whose cells open on the text of another column, such as the reason of a verdict.

    Parameters
    ----------
    column
        The column shown when a reader opens the cell.

    Examples
    --------
    >>> Opens("why").html("It holds", "1 < 2")
    Markup('<details><summary>It holds</summary>1 &lt; 2</details>')
    """

    column: str

    def html(self, text: str, more: Any) -> Markup:
        """Return a cell; one with nothing to open is its text."""
        fold = Markup("<details><summary>{}</summary>{}</details>")
        return (
            Markup.escape(text) if formats.is_missing(more) or not more else fold.format(text, more)
        )


#: Formatters by name, for `table(columns={"value_usd": ("Value, $ billion", "billion")})`.
FORMATTERS: dict[str, formats.Formatter] = {
    "billion": _in_billions,
    "million": partial(_in, 1e6),
    "usd": _usd,
    "percent": formats.percent,
    "points": formats.points,
    "integer": lambda value: formats.fixed(value, 0),
    "decimal": lambda value: formats.fixed(value, 2),
    "date": formats.date,
    "period": formats.period,
    "text": lambda v: formats.MISSING if formats.is_missing(v) else str(v),
    # Ids of sources: as numbered marks that lead to the page's list, or as links to the sources.
    "sources": lambda v: cites.names(cites.source_ids([v])),
    "links": lambda v: cites.names(cites.source_ids([v])),
}
_HTML: dict[str, Callable[[list[str]], str]] = {"sources": cites.cite, "links": cites.links}
_NUMERIC = frozenset({"billion", "million", "usd", "percent", "points", "integer", "decimal"})

How = str | Interval | Opens | Callable[[Any], str]
Column = str | tuple[str, How]


@dataclass
class Table:
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
        # A register names few sources in many rows: each text of ids is looked up once.
        ids = {key: FORMATTERS[how] for key, (_, how) in self.columns.items() if how in _HTML}
        told = {key: {one: tell(one) for one in set(self.frame[key])} for key, tell in ids.items()}
        self.rows = [
            [
                told[key][record[key]] if key in told else _write(record, key, how)
                for key, (_, how) in self.columns.items()
            ]
            for record in records
        ]

    def _is_number(self, column: str) -> bool:
        how = self.columns[column][1]
        if isinstance(how, str):
            return how in _NUMERIC
        numeric = pd.api.types.is_numeric_dtype(self.frame[column])
        return isinstance(how, Interval) or (bool(numeric) and not isinstance(how, Opens))

    def _is_rate(self, column: str) -> bool:
        how = self.columns[column][1]
        return (how.unit if isinstance(how, Interval) else how) in ("percent", "points")

    def _repr_html_(self) -> str:
        name = escape(self.name)
        if not self.rows:
            return f'<p class="ct-none" id="{name}">{escape(self.caption)}: none.</p>'
        numeric = [self._is_number(column) for column in self.columns]
        keys = zip(
            *(
                self._sort_keys(name, number)
                for name, number in zip(self.columns, numeric, strict=True)
            ),
            strict=True,
        )
        return LAB_STYLE + fill(
            "table.html.j2",
            table=self,
            heads=[
                (column, header, kind, self._is_rate(column), column in self.choices)
                for (column, (header, _)), kind in zip(
                    self.columns.items(), self._kinds(numeric), strict=True
                )
            ],
            lines=[
                list(zip(row, numeric, key, strict=True))
                for row, key in zip(self._cells(), keys, strict=True)
            ],
            marks=Markup(cites.marks(self.frame)),
            link=Markup(csv_link(self.frame, self.name, self.caption)),
        )

    def _kinds(self, numeric: list[bool]) -> list[str]:
        """Return the class of each column's header: of numbers, of long texts, or none."""
        texts = zip(*self.rows, strict=True)
        lengths = [sum(map(len, column)) / len(self.rows) for column in texts]
        return [
            "ct-num" if number else "ct-long" if length > _LONG else ""
            for number, length in zip(numeric, lengths, strict=True)
        ]

    def _cells(self) -> list[list[str]]:
        """Return the rows with links in place of the ids of sources, and what opens folded."""
        rows = [[*row] for row in self.rows]
        for place, (column, (_, how)) in enumerate(self.columns.items()):
            if isinstance(how, str) and (write := _HTML.get(how)):
                told = {
                    one: Markup(write(cites.source_ids([one])) or formats.MISSING)
                    for one in set(self.frame[column])
                }
                for row, value in zip(rows, self.frame[column], strict=True):
                    row[place] = told[value]
            elif isinstance(how, Opens):
                for row, more in zip(rows, self.frame[how.column], strict=True):
                    row[place] = how.html(row[place], more)
        return rows

    def _sort_keys(self, column: str, is_number: bool) -> list[str]:
        """Return the numbers that a reader's click on the header sorts by."""
        if not is_number:
            return [""] * len(self.frame)
        values = self.frame[column]
        return ["" if formats.is_missing(value) else f"{float(value):.15g}" for value in values]

    def csv(self) -> str:
        """Return the whole frame (not only the columns shown) as spreadsheet-safe CSV."""
        return csv_text(self.frame)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return bundle(self._repr_html_(), str(self))

    def __str__(self) -> str:
        head = [header for header, _ in self.columns.values()]
        lines = ["\t".join(line) for line in [head, *self.rows]]
        return "\n".join([self.caption, *lines])


@dataclass
class Register(Table):
    """A long table that the page's script lets a reader filter; see `register`."""

    extra: ClassVar[str] = " ct-register"


def _write(record: Mapping[Any, Any], column: str, how: How) -> str:
    if isinstance(how, Interval):
        return how.write(record, column)
    how = "text" if isinstance(how, Opens) else how
    return FORMATTERS[how](record[column]) if isinstance(how, str) else how(record[column])


def table(
    df: pd.DataFrame,
    caption: str,
    *,
    columns: Mapping[str, Column] | None = None,
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
        Columns to show, in order: `{column: header}` or `{column: (header, format)}`, where the
        format is a name of `FORMATTERS` ("billion", "million", "usd", "percent", "points",
        "integer", "decimal", "date", "period", "text", and of source ids "sources" for numbered
        marks or "links" for the sources themselves), an `Interval`, `Opens`, or a function from
        value to text. Without it, all columns as they are.
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
    >>> frame = pd.DataFrame({"year": [2025], "value_usd": [106.3e9]})
    >>> print(table(frame, "Trade", columns={"year": "Year", "value_usd": ("$ bn", "billion")}))
    Trade
    Year	$ bn
    2025	106.3
    """
    full = _checked(df, caption, columns)
    return Table(df.reset_index(drop=True), caption, full, note, source, name)


def register(
    df: pd.DataFrame,
    caption: str,
    *,
    columns: Mapping[str, Column] | None = None,
    choices: Iterable[str] | None = None,
    note: str = "",
    source: str = "",
    name: str = "",
) -> Register:
    """Return a long table that a reader can filter by words and by what some columns hold.

    Without JavaScript it is the whole table. If no column shows the sources and the frame has
    their ids (`source_ids`, `source_id`), a last column links to them by their issuers' names.

    Parameters
    ----------
    df, caption, columns, note, source, name
        As of `table`.
    choices
        Columns with a list to choose from; without it, the columns of text with two to twelve
        different values, some of them more than once.

    Examples
    --------
    >>> frame = pd.DataFrame({"day": ["2026-01-14"], "measure": ["Subsidy"]})
    >>> print(register(frame, "Measures", columns={"day": ("Date", "date"), "measure": "Measure"}))
    Measures
    Date	Measure
    14 January 2026	Subsidy
    """
    shown = dict(columns or {str(c): str(c) for c in df.columns if c not in _IDS})
    cited = any(
        isinstance(spec, tuple) and spec[1] in ("sources", "links") for spec in shown.values()
    )
    ids = next((column for column in _IDS if column in df.columns), None)
    if ids and not cited:
        shown[ids] = ("Source", "links")
    full = _checked(df, caption, shown)
    if choices is None:
        texts = (column for column, (_, how) in full.items() if how == "text")
        choices = [c for c in texts if 2 <= df[c].nunique() <= min(_FEW, len(df) - 1)]
    for column in choices:
        if column not in full:
            error = choice_error("column to choose from", column, list(full))
            raise error
    rows = df.reset_index(drop=True)
    return Register(rows, caption, full, note, source, name, tuple(choices))


_IDS = ("source_ids", "source_id")
_FEW = 12
_LONG = 60  # letters of a text that needs a wide column


def _checked(
    df: pd.DataFrame, caption: str, columns: Mapping[str, Column] | None
) -> dict[str, tuple[str, How]]:
    """Return header and format of each column, or raise ParameterError."""
    if not caption.strip():
        message = "caption of a table must say what the table shows; got an empty text"
        raise ParameterError(message)
    shown: Mapping[str, Column] = columns or {str(c): str(c) for c in df.columns}
    full: dict[str, tuple[str, How]] = {}
    for column, spec in shown.items():
        header, how = spec if isinstance(spec, tuple) else (spec, _default(df, column))
        wanted = [column, *([how.low, how.high] if isinstance(how, Interval) else [])]
        wanted += [how.column] if isinstance(how, Opens) else []
        for needed in wanted:
            if needed not in df.columns:
                error = choice_error("column", needed, list(df.columns))
                raise error
        if isinstance(how, str) and how not in FORMATTERS:
            error = choice_error(f"format of column {column}", how, list(FORMATTERS))
            raise error
        full[column] = (header, how)
    return full


def _default(df: pd.DataFrame, column: str) -> str:
    values = df[column] if column in df.columns else pd.Series(dtype=object)
    if pd.api.types.is_float_dtype(values):
        return "decimal"
    # Years and counts stay as typed: a year must not read 2,025.
    return "text"
