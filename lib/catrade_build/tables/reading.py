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
from rounding.dates import date_interval
from rounding.errors import did_you_mean, nearest
from rounding.formats import is_missing, join

_Row = dict[Any, Any]
_LENGTH = {"day": 10, "month": 7, "year": 4}
_NEEDS_EFFECT = ("in_force", "amended", "suspended")


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
    if frame is not None and not problems:
        problems = row_faults(frame, definition_of(name))
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


def row_faults(frame: pd.DataFrame, table: TableDefinition) -> list[Problem]:
    """Return what is wrong between the columns of a row, where a table has rules for it.

    A definition looks at one column at a time.

    Parameters
    ----------
    frame
        The table as read, without any other fault.
    table
        Its definition.
    """
    judge: Callable[[_Row], Iterator[tuple[str, str]]]
    if table.name == "claims":
        judge = claim_problems
    elif table.name == "policy_events":
        titles = frame.groupby("measure_id")["measure_title"].first().to_dict()
        judge = functools.partial(_stage_problems, titles=titles)
    else:
        return []
    problems = []
    for line, row in zip(frame.index.tolist(), frame.to_dict("records"), strict=True):
        for column, message in judge(row):
            of_row = f"{message} ({row[table.key[-1]]})"
            problems.append(Problem(table.file, line, column, of_row))
    return problems


def _stage_problems(row: _Row, titles: dict[Any, str]) -> Iterator[tuple[str, str]]:
    """Yield (column, what is wrong) of one event: dates as exact as they claim, and so on.

    A stage has the dates it needs, a measure one title (`titles` are those of the measures there
    are), and what is superseded exists.
    """
    date, stage, end = row["date"], row["stage"], row["end_date"]
    if len(date) != _LENGTH[row["date_precision"]]:
        yield "date_precision", f"{row['date_precision']} does not fit {date!r}"
    if date[:4] != row["event_id"][:4]:
        yield "event_id", f"must begin with the year of its date, {date[:4]}"
    if stage in _NEEDS_EFFECT and not row["effective_date"]:
        yield "effective_date", f"must not be empty where the stage is {stage}"
    if stage == "ended" and not end:
        yield "end_date", "must not be empty where the stage is ended"
    if end and stage != "ended":
        begin = row["effective_date"] or date
        if date_interval(end)[1] < date_interval(begin)[0]:
            yield "end_date", f"must not be before {begin}; got {end!r}"
    title = titles[row["measure_id"]]
    if row["measure_title"] != title:
        yield "measure_title", f"must be {title!r} as in other rows"
    for other in filter(None, row["supersedes"].split(";")):
        if other not in titles or other == row["measure_id"]:
            yield "supersedes", f"{other!r} is not another measure of the table"
    if (row["quality"] == "ok") != (not row["quality_reason"]):
        yield "quality_reason", "must say why, and only why, the quality is not ok"


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
    # Names that are missing, or nearly there; then names that are too many; then names twice.
    problems: list[tuple[str | None, str]] = []
    columns = ", ".join(table.columns)
    header = [printable(name) for name in header]
    extra = [name for name in header if name not in table.columns]
    missing = [name for name in table.columns if name not in header]
    meant = {name: guess for name in missing if (guess := nearest(name, extra))}
    for name, guess in meant.items():
        problems.append((name, f"the column is missing; rename {guess!r} to it"))
    absent = [name for name in missing if name not in meant]
    if len(absent) == 1:
        message = f"the column is missing; the columns are {columns}"
        problems.append((absent[0], message))
    elif absent:
        message = f"the columns {join(absent)} are missing; the columns are {columns}"
        problems.append((None, message))
    for name in dict.fromkeys(extra):
        if name not in meant.values():
            hint = did_you_mean(name, table.columns)
            message = f"the table has no such column{hint}; its columns are {columns}"
            problems.append((name or "(no name)", message))
    for name in table.columns:
        times = header.count(name)
        if times > 1:
            message = f"the column stands {times} times; keep one"
            problems.append((name, message))
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
