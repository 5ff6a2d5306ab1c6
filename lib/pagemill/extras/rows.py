"""Rows as reports: each row of a CSV file beside a plan is a report's parameters."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from pagemill.entries import Entry
from pagemill.files import read_bytes, why_unread
from pagemill.models import checked
from pagemill.project import current
from rounding.errors import ParameterError, choice_error

_TEXTS = ("slug", "title", "topic")


class _Each(Entry):
    rows: str = Field(
        pattern=r"\.csv$",
        json_schema_extra={"allowed": "the name of a .csv file beside the plan"},
    )


def rows_of(
    asked: Mapping[str, Any], folder: Path
) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield of each row where it stands, what a plan would say of it, and why it cannot begin.

    Raises
    ------
    ParameterError
        If the file cannot be read as rows, or a row has not the columns of the others.
    """
    each = checked(_Each, asked)
    fields = current().parameters_of(each.notebook).model_fields
    name = each.rows
    try:
        text = read_bytes(folder / name).decode("utf-8-sig")
    except (OSError, ValueError) as error:
        raise ParameterError(f"{name} cannot be read: {why_unread(error)}") from error
    shared = each.model_dump(exclude={"rows"}, exclude_unset=True)
    if unknown := each.parameters.keys() - fields:
        raise choice_error("a name in parameters", min(unknown), fields)
    for where, row in _rows(text, name):
        if unknown := row.keys() - {*_TEXTS, *fields}:
            head = f"{name}, row 1: a column"
            raise choice_error(head, min(unknown), [*fields, *_TEXTS])
        # An empty cell leaves the parameter its default.
        filled = {key: value for key, value in row.items() if value}
        texts = {key: filled.pop(key) for key in _TEXTS if key in filled}
        entry = {**shared, "parameters": {**each.parameters, **filled}}
        fault = ""
        for key, text in texts.items():
            try:
                checked(Entry, {**entry, key: text})
                entry[key] = text
            except ParameterError as error:  # of this row alone
                fault = str(error)
        yield where, entry, fault


def _rows(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the rows as a spreadsheet counts them: the head is row 1."""
    try:
        head, *rows = [*csv.reader(io.StringIO(text, newline=""), strict=True)] or [[]]
    except csv.Error as error:
        raise ParameterError(f"{name} cannot be read as CSV: {error}") from error
    twice = [column for column in head if head.count(column) > 1 or not column.strip()]
    if not head or twice:
        wrong = f"has {twice[0]!r} twice, or without a name" if twice else "is missing"
        raise ParameterError(f"{name}, row 1: the head of the columns {wrong}")
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) != len(head):
            raise ParameterError(
                f"{name}, row {number}: it has {len(row)} cells, and the head {len(head)}"
            )
        cells = dict(zip(head, map(str.strip, row), strict=True))
        yield f"{name}, row {number}", cells
