"""Frames as tables for a page; use them through `pagemill.display.table`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar

import pandas as pd
from markupsafe import Markup

from pagemill import cites
from pagemill.columns import (
    MARKED,
    NUMERIC,
    Column,
    How,
    Interval,
    Opens,
    checked,
    write,
)
from pagemill.csvtext import csv_text
from pagemill.htmlparts import LAB_STYLE, Shown, checked_name, csv_link, fill, slug
from rounding import formats
from rounding.errors import choice_error

_IDS = ("source_ids", "source_id")
_FEW = 12
_LONG = 60  # letters of a text that needs a wide column


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
        self.rows = [list(row) for row in zip(*texts, strict=True)]

    def _is_number(self, column: str) -> bool:
        how = self.columns[column][1]
        if isinstance(how, str):
            return how in NUMERIC
        if isinstance(how, Interval | Opens):
            return isinstance(how, Interval)
        return bool(pd.api.types.is_numeric_dtype(self.frame[column]))

    def _is_rate(self, column: str) -> bool:
        how = self.columns[column][1]
        return (how.unit if isinstance(how, Interval) else how) in ("percent", "points")

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
            heads.append(
                (column, header, kind, self._is_rate(column), column in self.choices)
            )
            keys = [
                _sort_key(value) if is_number else "" for value in self.frame[column]
            ]
            cells = self._cells(texts, column, how)
            flags = [is_number] * len(keys)
            columns.append(zip(cells, flags, keys, strict=True))
        return LAB_STYLE + fill(
            "table.html.j2",
            table=self,
            heads=heads,
            lines=zip(*columns, strict=True),
            marks=Markup(cites.marks(self.frame)),
            link=Markup(csv_link(self.frame, self.name, self.caption)),
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


def _sort_key(value: Any) -> str:
    """Return the number that a reader's click on the header sorts by."""
    return "" if formats.is_missing(value) else f"{float(value):.15g}"


@dataclass
class Register(Table):
    """A long table that the page's script lets a reader filter; see `register`."""

    extra: ClassVar[str] = " ct-register"


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
    >>> print(table(frame, "Money", columns={"year": "Year", "value_usd": ("$ bn", "billion")}))
    Money
    Year	$ bn
    2025	106.3
    """
    full = checked(df, caption, columns)
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
        isinstance(spec, tuple) and spec[1] in MARKED for spec in shown.values()
    )
    ids = next((column for column in _IDS if column in df.columns), None)
    if ids and not cited:
        shown[ids] = ("Source", "links")
    full = checked(df, caption, shown)
    if choices is None:
        texts = (column for column, (_, how) in full.items() if how == "text")
        choices = [c for c in texts if 2 <= df[c].nunique() <= min(_FEW, len(df) - 1)]
    for column in choices:
        if column not in full:
            raise choice_error("column to choose from", column, list(full))
    rows = df.reset_index(drop=True)
    return Register(rows, caption, full, note, source, name, tuple(choices))
