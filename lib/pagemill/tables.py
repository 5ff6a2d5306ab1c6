"""Frames as tables for a page; use them through `pagemill.display.table`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, ClassVar

import pandas as pd
from markupsafe import Markup

from pagemill import cites, formats
from pagemill.columns import (
    FORMATTERS,
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
from pagemill.errors import choice_error
from pagemill.htmlparts import LAB_STYLE, bundle, checked_name, csv_link, fill, slug

_IDS = ("source_ids", "source_id")
_FEW = 12
_LONG = 60  # letters of a text that needs a wide column


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
        ids = {key: FORMATTERS[how] for key, (_, how) in self.columns.items() if how in MARKED}
        told = {key: {one: tell(one) for one in set(self.frame[key])} for key, tell in ids.items()}
        self.rows = [
            [
                told[key][record[key]] if key in told else write(record, key, how)
                for key, (_, how) in self.columns.items()
            ]
            for record in records
        ]

    def _is_number(self, column: str) -> bool:
        how = self.columns[column][1]
        if isinstance(how, str):
            return how in NUMERIC
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
            if isinstance(how, str) and (mark := MARKED.get(how)):
                told = {
                    one: Markup(mark(cites.source_ids([one])) or formats.MISSING)
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
        isinstance(spec, tuple) and spec[1] in ("sources", "links") for spec in shown.values()
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
            error = choice_error("column to choose from", column, list(full))
            raise error
    rows = df.reset_index(drop=True)
    return Register(rows, caption, full, note, source, name, tuple(choices))
