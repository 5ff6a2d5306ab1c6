"""Rows of a CSV or YAML file beside a plan: each is a report's parameters (`[[each]]`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from rounding.errors import ParameterError, choice_error


def entries(
    each: Mapping[str, Any],
    folder: Path,
    texts: tuple[str, ...],
    fields: Collection[str],
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what a plan would say of each row, and where the row stands, in words.

    Parameters
    ----------
    each
        A table headed [[each]]: `rows` names the file, the rest holds for all its rows.
    folder
        The plan's.
    texts
        Columns that are not parameters: what a report may also be given, such as its title.
    fields
        Those that are: the parameters of the notebook.

    Raises
    ------
    ParameterError
        If the file cannot be read as rows, or a row has not the columns of the others.
    """
    name = each.get("rows")
    file = folder / str(name)
    readers = {".csv": _csv, ".yaml": _yaml, ".yml": _yaml}
    if not isinstance(name, str) or file.suffix not in readers:
        raise ParameterError(
            f"rows must name a .csv or .yaml file beside the plan; got {name!r}"
        )
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ParameterError(f"{name} cannot be read: {why}") from error
    shared = {key: value for key, value in each.items() if key != "rows"}
    given = shared.pop("parameters", {})
    if not isinstance(given, dict):
        raise ParameterError("parameters must be a table such as { number = 5 }")
    if unknown := given.keys() - fields:
        raise choice_error("a name in parameters", min(unknown), fields)
    for where, row in readers[file.suffix](text, name):
        # A head is wrong for all rows; what only one row has is that report's own failure.
        unknown = row.keys() - {*texts, *fields}
        if unknown and file.suffix == ".csv":
            head = f"{name}, row 1: a column"
            raise choice_error(head, min(unknown), [*fields, *texts])
        # An empty cell leaves the parameter its default.
        filled = {key: value for key, value in row.items() if value not in ("", None)}
        own = {key: str(filled.pop(key)) for key in texts if key in filled}
        yield where, {**shared, **own, "parameters": {**given, **filled}}


def _csv(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
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


def _yaml(text: str, name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    import yaml

    try:
        rows = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ParameterError(f"{name}: {' '.join(str(error).split())}") from error
    if not isinstance(rows, list):
        raise ParameterError(f"{name} must be a list, each row such as - number: 5")
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict) or not all(isinstance(key, str) for key in row):
            raise ParameterError(
                f"{name}, row {number}: a row is a mapping such as number: 5; got {row!r}"
            )
        yield f"{name}, row {number}", row
