"""From the bytes of a table to a validated frame, or to the list of its faults.

Numbers are plain decimal digits and are converted exactly as written; nothing is guessed.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from catrade.celltext import SHOWN, all_readable, plain, shown, unreadable
from catrade.definitions import Table
from pagemill.errors import nearest


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a table: file, row (line of the file, the header is line 1), column, message."""

    file: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        where = [self.file]
        if self.row is not None:
            where.append(f"row {self.row}")
        if self.column:
            where.append(f"column {self.column}")
        return f"{', '.join(where)}: {self.message}"


def parse_table(
    raw: bytes, table: Table, allowed: Mapping[str, Collection[str]] | None = None
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Read and validate one table.

    Parameters
    ----------
    raw
        The file's bytes: UTF-8 with or without a byte-order mark, any line ends.
    table
        The table's definition.
    allowed
        For each table referred to (`sources`, `countries`, …) the ids it has; a table that is not
        in the mapping is not checked against.

    Returns
    -------
    (frame, problems)
        The frame has the table's columns and types, empty text as "" and the lines of the file as
        its index; it is None if the file could not be read as a table at all, or has characters
        nobody can see. Problems are in file order.
    """
    text, problems = _decode(raw, table.file)
    if text is None:
        return None, problems
    lines, rows, problems = _split(text, table)
    if problems:
        return None, problems
    columns = list(table.columns)
    problems = [
        Problem(table.file, line, name, fault)
        for line, row in zip(lines, rows, strict=True)
        if not all_readable(row)
        for name, cell in zip(columns, row, strict=True)
        if (fault := unreadable(cell))
    ]
    if problems:
        return None, problems
    cells = dict(zip(columns, zip(*rows, strict=True), strict=True))
    typed, problems = _convert(cells, lines, table)
    problems += _check_references(cells, lines, table, allowed or {})
    problems += _check_duplicates(rows, lines, table)
    return typed, sorted(problems, key=_place(table))


def _place(table: Table) -> Callable[[Problem], tuple[int, int]]:
    order = {name: number for number, name in enumerate(table.columns)}
    return lambda problem: (problem.row or 0, order.get(problem.column or "", -1))


def _decode(raw: bytes, file: str) -> tuple[str | None, list[Problem]]:
    if not raw.strip():
        return None, [Problem(file, None, None, "the file is empty; it needs at least a header")]
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        row = raw.count(b"\n", 0, error.start) + 1
        message = (
            f"byte 0x{raw[error.start]:02x} is not UTF-8 text (the file may be Latin-1 or"
            " Windows-1251): save it as UTF-8"
        )
        return None, [Problem(file, row, None, message)]


def _split(text: str, table: Table) -> tuple[list[int], list[list[str]], list[Problem]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    problems: list[Problem] = []
    columns = list(table.columns)
    header: list[str] | None = None
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cells):
                continue
            if header is None:
                header = cells
                problems = _check_header(header, columns, table.file)
                if problems:
                    return [], [], problems
                order = [header.index(name) for name in columns]
            elif len(cells) != len(columns):
                problems.append(_ragged(cells, header, line, table.file))
            else:
                lines.append(line)
                rows.append([cells[place] for place in order])
    except csv.Error as error:
        message = f"cannot be read as CSV ({error}): check its quotation marks"
        return [], [], [Problem(table.file, start, None, message)]
    if not rows and not problems:
        message = "the table has a header but no rows"
        problems = [Problem(table.file, None, None, message)]
    return lines, rows, problems


def _ragged(cells: Sequence[str], header: Sequence[str], line: int, file: str) -> Problem:
    count = len(cells)
    column = plain(header[count]) if count < len(header) else None
    cause = (
        "a text with a comma needs quotation marks"
        if count > len(header)
        else "is a comma missing?"
    )
    message = f"has {count} values but the table has {len(header)} columns; {cause}"
    return Problem(file, line, column, message)


def _check_header(header: Sequence[str], columns: Sequence[str], file: str) -> list[Problem]:
    problems = []
    header = [plain(name) for name in header]
    extra = [name for name in header if name not in columns]
    missing = [name for name in columns if name not in header]
    for name in missing:
        guess = nearest(name, extra)
        hint = f"rename {guess!r} to it" if guess else f"the columns are {', '.join(columns)}"
        problems.append(Problem(file, 1, name, f"the column is missing; {hint}"))
    renamed = {nearest(name, extra) for name in missing}
    for name in dict.fromkeys(extra):
        if name not in renamed:
            guess = nearest(name, columns)
            hint = f" (did you mean {guess!r}?)" if guess else ""
            message = f"the table has no such column{hint}; its columns are {', '.join(columns)}"
            problems.append(Problem(file, 1, name or "(no name)", message))
    problems += [
        Problem(file, 1, name, f"the column stands {header.count(name)} times; keep one")
        for name in columns
        if header.count(name) > 1
    ]
    return problems


def _convert(
    cells: Mapping[str, Sequence[str]], lines: Sequence[int], table: Table
) -> tuple[pd.DataFrame, list[Problem]]:
    """Give each column its type; a cell with a fault becomes missing.

    Each text is looked at once: a column repeats few.
    """
    typed: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, column in table.columns.items():
        usable = list(cells[name])
        said = {cell: fault for cell in set(usable) if (fault := column.cell_fault(cell))}
        for place, cell in enumerate(usable if said else []):
            if cell in said:
                problems.append(Problem(table.file, lines[place], name, said[cell]))
                usable[place] = "" if column.kind != "text" else cell
        typed[name] = _typed(usable, column.kind)
    return pd.DataFrame(typed, index=list(lines)), problems


_TYPES: dict[str, tuple[Callable[[str], Any], Any, Any]] = {
    "integer": (int, "int64", "Int64"),
    "truth": ("true".__eq__, "bool", "boolean"),
}


def _typed(cells: Sequence[str], kind: str) -> Any:
    """Return cells that are sound, or empty for a missing value, as an array of their type."""
    if kind == "text":
        return pd.array(list(cells), dtype="str")
    if kind == "number":
        return np.array([float(cell or "nan") for cell in cells])
    make, full, with_gaps = _TYPES[kind]
    values: list[Any] = [make(cell) if cell else None for cell in cells]
    return pd.array(values, dtype=with_gaps if None in values else full)


def _check_references(
    cells: Mapping[str, Sequence[str]],
    lines: Sequence[int],
    table: Table,
    allowed: Mapping[str, Collection[str]],
) -> list[Problem]:
    problems = []
    for name, target in table.references.items():
        if target not in allowed:
            continue
        known = allowed[target]
        several = table.columns[name].several
        unknown = {
            cell
            for cell in set(cells[name])
            if any(part not in known for part in _ids(cell, several=several))
        }
        for line, cell in zip(lines, cells[name], strict=True):
            for part in _ids(cell, several=several) if cell in unknown else ():
                if part not in known:
                    guess = nearest(part[:SHOWN], known)
                    hint = f" (did you mean {guess!r}?)" if guess else ""
                    message = f"{shown(part)} is not in {target}.csv{hint}"
                    problems.append(Problem(table.file, line, name, message))
    return problems


def _ids(cell: str, *, several: bool) -> Iterable[str]:
    if not cell:
        return []
    return [part.strip() for part in cell.split(";")] if several else [cell]


def _check_duplicates(
    rows: Sequence[Sequence[str]], lines: Sequence[int], table: Table
) -> list[Problem]:
    problems: list[Problem] = []
    columns = list(table.columns)
    places = [columns.index(name) for name in table.key]
    first: dict[tuple[str, ...], int] = {}
    for number, row in enumerate(rows):
        key = tuple(row[place] for place in places)
        earlier = first.setdefault(key, number)
        if earlier == number:
            continue
        other = lines[earlier]
        if rows[earlier] == row:
            message = f"is a copy of row {other}; remove one of them"
        else:
            named = ", ".join(
                f"{name} {plain(value)}" for name, value in zip(table.key, key, strict=True)
            )
            message = f"has the same key as row {other} ({named})"
        problems.append(Problem(table.file, lines[number], None, message))
    return problems
