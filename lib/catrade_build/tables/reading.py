"""From the bytes of a table to a validated frame, or to the list of its faults.

Numbers are plain decimal digits and are converted exactly as written; nothing is guessed.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from catrade_build.tables.definitions import (
    SHOWN,
    Column,
    TableDefinition,
    definition_of,
    meanings,
    printable,
    quoted,
    unreadable,
)
from rounding.errors import did_you_mean, nearest
from rounding.formats import is_missing, join

_Row = dict[Any, Any]


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a table: file, row (line of the file, the header is line 1), column, message."""

    file: str
    row: int | None
    column: str | None
    message: str

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row}"
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.message}"


def state_of(files: Iterable[Path]) -> tuple[object, ...]:
    """Return what is another once one of some files has changed; what is read can be cached by it.

    Text of two storages side by side becomes plain objects: each has its own.
    """
    return pd.options.mode.string_storage, *map(_stamp, files)


def _stamp(path: Path) -> tuple[object, ...]:
    with contextlib.suppress(FileNotFoundError):
        status = path.stat()
        return path, status.st_mtime_ns, status.st_ctime_ns, status.st_size
    return ()


def read_faults(
    name: str, folder: Path, file: Path | None = None
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Return a table's frame and its faults; cached until one of its files changes.

    The frame's index holds the lines of the file; it is None if the file is unreadable. Callers
    must not change it. `file` is read in place of the table's own.
    """
    path = file or folder / definition_of(name).file
    targets = [folder / definition_of(target).file for target in _targets(name)]
    return _read(name, folder, path, state_of([path, *targets]))


def _targets(name: str) -> set[str]:
    return set(definition_of(name).references.values()) - {name}


@functools.cache
def _read(
    name: str, folder: Path, path: Path, _state: object
) -> tuple[pd.DataFrame | None, list[Problem]]:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
        if isinstance(error, FileNotFoundError):
            guess = nearest(
                path.name, [other.name for other in path.parent.glob("*.csv")]
            )
            hint = f" (there is {guess})" if guess else ""
            message = f"there is no such file in {path.parent}{hint}"
        return None, [Problem(path.name, None, None, message)]
    allowed = {}
    for target in _targets(name):
        frame, _ = read_faults(target, folder)
        if frame is not None:
            allowed[target] = set(frame[definition_of(target).key[0]])
    frame, problems = parse_table(content, definition_of(name), allowed)
    if name == "claims" and frame is not None and not problems:
        problems = _unlike_claims(frame, path.name)
    shown = path.name
    if path.parent.name == "fetched":
        shown = f"fetched/{shown}"
    return frame, [replace(problem, file=shown) for problem in problems]


def parse_table(
    raw: bytes,
    table: TableDefinition,
    allowed: Mapping[str, Collection[str]] | None = None,
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
        its index; it is None if the file could not be read as a table at all. Problems are in file
        order.
    """
    cells, problems = _split(raw, table)
    if problems:
        return None, problems
    return parse_cells(cells, table, allowed or {})


def parse_cells(
    cells: pd.DataFrame, table: TableDefinition, allowed: Mapping[str, Collection[str]]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Return cells, which are text, as `parse_table` returns those of a file."""
    problems = _check_duplicates(cells, table)
    frame = pd.DataFrame(index=cells.index.tolist())
    # A column may refer to its own table, as parts do to their whole.
    allowed = {**allowed, table.name: {*cells[table.key[0]]}}
    for name, column in table.columns.items():
        ids = allowed.get(column.refers_to or "")
        # A column repeats few texts: each is judged once.
        texts = cells[name].unique()
        faults = {text: _cell_fault(text, column, ids) for text in texts}
        messages = cells[name].map(faults)
        wrong = messages[messages != ""]
        for line, message in zip(wrong.index.tolist(), wrong, strict=True):
            problems.append(Problem(table.file, line, name, message))
        if column.kind != "text":
            cells.loc[wrong.index, name] = ""
        frame[name] = of_kind(cells[name].tolist(), column.kind)
    order = ["", *table.columns]
    problems.sort(
        key=lambda problem: (problem.row or 0, order.index(problem.column or ""))
    )
    return frame, problems


def claim_problems(claim: _Row) -> Iterator[tuple[str, str]]:
    """Yield (column, what is wrong) of one claim of a known kind.

    Examples
    --------
    >>> list(claim_problems({"kind": "event_weekday", "event_id": "2026-x", "terms": ""}))
    [('terms', 'must not be empty for a claim of kind event_weekday')]
    """
    kind = claim["kind"]
    for column in meanings("claim_kinds")[kind]:
        if is_missing(claim.get(column)):
            yield column, f"must not be empty for a claim of kind {kind}"
    value: Any = claim.get("value")
    unit = claim.get("unit")
    if is_missing(value):
        return
    rounding = claim.get("rounding")
    if is_missing(claim.get("precision")) and rounding not in ("above", "below"):
        yield "precision", "must say how the asserted figure was rounded"
    if is_missing(rounding):
        yield "rounding", "must say how the asserted figure was rounded"
    if unit in ("USD", "count", "days") and value < 0:
        yield "value", f"must be zero or more in {unit}; got {value:.15g}"
    if unit == "fraction" and value <= -1:
        reason = "since nothing falls by more than all of it"
        yield "value", f"must be above -1, {reason}; got {value:.15g}"


def _unlike_claims(frame: pd.DataFrame, file: str) -> list[Problem]:
    """Return what is wrong between the columns of claims; a definition looks at one at a time."""
    return [
        Problem(file, line, column, f"{message} ({claim['claim_id']})")
        for line, claim in zip(
            frame.index.tolist(), frame.to_dict("records"), strict=True
        )
        for column, message in claim_problems(claim)
    ]


def _split(raw: bytes, table: TableDefinition) -> tuple[pd.DataFrame, list[Problem]]:
    """Return the cells as text in the order of the definition, the lines of the file as index."""
    # Row by row, so that the line is known of each; a fault of the whole file ends it.
    rows: dict[int, list[str]] = {}
    problems: list[Problem] = []
    header: list[str] = []
    start = 1
    try:
        text = io.StringIO(raw.decode("utf-8-sig"), newline="")
        reader = csv.reader(text, strict=True)
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cells):
                continue
            if not header:
                header = cells
                problems = _check_header(header, table)
                if problems:
                    break
            elif len(cells) != len(header):
                problems.append(_ragged(cells, header, line, table.file))
            else:
                rows[line] = cells
    except UnicodeDecodeError as error:
        start = raw.count(b"\n", 0, error.start) + 1
        message = (
            f"byte 0x{raw[error.start]:02x} is not UTF-8 text (the file may be Latin-1 or"
            " Windows-1251): save it as UTF-8"
        )
        problems = [Problem(table.file, start, None, message)]
    except csv.Error as error:
        message = f"cannot be read as CSV ({error}): check its quotation marks"
        problems = [Problem(table.file, start, None, message)]
    if not rows and not problems:
        message = "the file is empty; it needs at least a header"
        if header:
            message = "the table has a header but no rows"
        problems = [Problem(table.file, None, None, message)]
    if problems:
        return pd.DataFrame(), problems
    frame = pd.DataFrame(
        list(rows.values()), index=list(rows), columns=header, dtype=object
    )
    return frame[list(table.columns)], []


def _ragged(
    cells: Sequence[str], header: Sequence[str], line: int, file: str
) -> Problem:
    count = len(cells)
    column = printable(header[count]) if count < len(header) else None
    cause = "a text with a comma needs quotation marks"
    if column:
        cause = "is a comma missing?"
    message = f"has {count} values but the table has {len(header)} columns; {cause}"
    return Problem(file, line, column, message)


def _check_header(header: Sequence[str], table: TableDefinition) -> list[Problem]:
    # Names that are missing, or nearly there; then names that are there twice, or too many.
    problems: list[tuple[str | None, str]] = []
    columns = ", ".join(table.columns)
    header = [printable(name) for name in header]
    extra = dict.fromkeys(name for name in header if name not in table.columns)
    absent = []
    for name in table.columns:
        times = header.count(name)
        if times > 1:
            problems.append((name, f"the column stands {times} times; keep one"))
        elif not times and (guess := nearest(name, extra)):
            del extra[guess]
            problems.append((name, f"the column is missing; rename {guess!r} to it"))
        elif not times:
            absent.append(name)
    if len(absent) == 1:
        missing = f"the column is missing; the columns are {columns}"
        problems.insert(0, (absent[0], missing))
    elif absent:
        missing = f"the columns {join(absent)} are missing; the columns are {columns}"
        problems.insert(0, (None, missing))
    for name in extra:
        hint = did_you_mean(name, table.columns)
        message = f"the table has no such column{hint}; its columns are {columns}"
        problems.append((name or "(no name)", message))
    return [Problem(table.file, 1, name, message) for name, message in problems]


_TYPES: dict[str, tuple[Callable[[str], Any], Any, Any]] = {
    "integer": (int, "int64", "Int64"),
    "truth": ("true".__eq__, "bool", "boolean"),
}


def of_kind(cells: Sequence[str], kind: str) -> Any:
    """Return cells that are sound, or empty for a missing value, as an array of their type."""
    if kind == "text":
        return pd.array(list(cells), dtype="str")
    if kind == "number":
        return np.array([float(cell or "nan") for cell in cells])
    make, full, with_gaps = _TYPES[kind]
    values: list[Any] = [make(cell) if cell else None for cell in cells]
    return pd.array(values, dtype=with_gaps if None in values else full)


def _cell_fault(cell: str, column: Column, ids: Collection[str] | None) -> str:
    """Say what is wrong with a cell: its characters, its column, the ids it refers to."""
    fault = unreadable(cell) or column.cell_fault(cell)
    if fault or ids is None or not cell:
        return fault
    parts = [part.strip() for part in cell.split(";")] if column.several else [cell]
    for part in parts:
        if part not in ids:
            hint = did_you_mean(part[:SHOWN], ids)
            return f"{quoted(part)} is not in {column.refers_to}.csv{hint}"
    return ""


def _check_duplicates(cells: pd.DataFrame, table: TableDefinition) -> list[Problem]:
    lines = cells.index.to_series()
    first = lines.groupby([cells[name] for name in table.key]).transform("first")
    problems = []
    for line in lines[first != lines].tolist():
        row = cells.loc[line]
        other = first[line]
        message = f"is a copy of row {other}; remove one of them"
        if not row.equals(cells.loc[other]):
            named = [f"{name} {printable(row[name])}" for name in table.key]
            message = f"has the same key as row {other} ({', '.join(named)})"
        problems.append(Problem(table.file, line, None, message))
    return problems
