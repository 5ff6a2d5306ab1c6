"""From the bytes of a table to a validated frame, or to the list of its faults.

Numbers are plain decimal digits and are converted exactly as written; nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from catrade.schemas.celltext import (
    INTEGER,
    LARGEST,
    NUMBER,
    SHOWN,
    all_readable,
    is_huge,
    number_hint,
    plain,
    shown,
    unreadable,
)
from catrade.schemas.core import TableSpec
from pagemill.errors import nearest

if TYPE_CHECKING:
    import pandera.pandas as pa

_MUST_BE = {
    "greater_than_or_equal_to": "must be {min_value} or more",
    "greater_than": "must be greater than {min_value}",
    "less_than_or_equal_to": "must be {max_value} or less",
    "less_than": "must be less than {max_value}",
    "in_range": "must be between {min_value} and {max_value}",
    "str_matches": "must match {pattern}",
}


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
    raw: bytes, spec: TableSpec, allowed: Mapping[str, Collection[str]] | None = None
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """Read and validate one table.

    Parameters
    ----------
    raw
        The file's bytes: UTF-8 with or without a byte-order mark, any line ends.
    spec
        The table's definition.
    allowed
        For each table referred to (`sources`, `countries`, …) the ids it has; a table that is not
        in the mapping is not checked against.

    Returns
    -------
    (frame, problems)
        The frame has the schema's columns and types, empty text as "" and the lines of the file as
        its index; it is None if the file could not be read as a table at all, or has characters
        nobody can see. Problems are in file order.
    """
    text, problems = _decode(raw, spec.file)
    if text is None:
        return None, problems
    lines, rows, problems = _split(text, spec)
    if problems:
        return None, problems
    columns = list(spec.schema.columns)
    problems = [
        Problem(spec.file, line, name, fault)
        for line, row in zip(lines, rows, strict=True)
        if not all_readable(row)
        for name, cell in zip(columns, row, strict=True)
        if (fault := unreadable(cell))
    ]
    if problems:
        return None, problems
    cells = dict(zip(columns, zip(*rows, strict=True), strict=True))
    typed, problems = _convert(cells, lines, spec)
    bad = {(fault.row, fault.column) for fault in problems}
    problems += [p for p in _check_values(typed, spec) if (p.row, p.column) not in bad]
    problems += _check_references(cells, lines, spec, allowed or {})
    problems += _check_duplicates(rows, lines, spec)
    typed = typed.fillna({name: "" for name in columns if _kind(spec, name) == "text"})
    return typed, sorted(problems, key=_place(spec))


def reference_columns(spec: TableSpec) -> dict[str, str]:
    """Return {column: table it refers to} of a table."""
    found = dict.fromkeys(spec.sources, "sources")
    for name, column in spec.schema.columns.items():
        target = (column.metadata or {}).get("refers_to")
        if target:
            found[name] = target
    return found


def _place(spec: TableSpec) -> Callable[[Problem], tuple[int, int]]:
    order = {name: number for number, name in enumerate(spec.schema.columns)}
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


def _split(text: str, spec: TableSpec) -> tuple[list[int], list[list[str]], list[Problem]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    lines: list[int] = []
    rows: list[list[str]] = []
    problems: list[Problem] = []
    columns = list(spec.schema.columns)
    header: list[str] | None = None
    start = 1
    try:
        for cells in reader:
            line, start = start, reader.line_num + 1
            if not any(cells):
                continue
            if header is None:
                header = cells
                problems = _check_header(header, columns, spec.file)
                if problems:
                    return [], [], problems
                order = [header.index(name) for name in columns]
            elif len(cells) != len(columns):
                problems.append(_ragged(cells, header, line, spec.file))
            else:
                lines.append(line)
                rows.append([cells[place] for place in order])
    except csv.Error as error:
        message = f"cannot be read as CSV ({error}): check its quotation marks"
        return [], [], [Problem(spec.file, start, None, message)]
    if not rows and not problems:
        message = "the table has a header but no rows"
        problems = [Problem(spec.file, None, None, message)]
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


def _kind(spec: TableSpec, name: str) -> str:
    dtype = str(spec.schema.columns[name].dtype).lower()
    if dtype.startswith(("int", "uint")):
        return "integer"
    if dtype.startswith("float"):
        return "number"
    return "bool" if dtype.startswith("bool") else "text"


def _convert(
    cells: Mapping[str, Sequence[str]], lines: Sequence[int], spec: TableSpec
) -> tuple[pd.DataFrame, list[Problem]]:
    """Give each column its type; a cell that is empty or has no such value becomes missing."""
    typed: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, column in spec.schema.columns.items():
        kind, usable = _kind(spec, name), list(cells[name])
        faults = _faults(usable, kind, empty_allowed=column.nullable)
        for place, cell in enumerate(usable if faults else []):
            if cell in faults:
                problems.append(Problem(spec.file, lines[place], name, faults[cell]))
                usable[place] = ""
        typed[name] = _typed(usable, kind)
    return pd.DataFrame(typed, index=list(lines)), problems


_FORMS = {
    "integer": (INTEGER, "a whole number such as 12"),
    "number": (NUMBER, "a plain number such as 1234.5"),
    "bool": (re.compile("true|false"), "true or false"),
}

_TYPES: dict[str, tuple[Callable[[str], Any], Any, Any]] = {
    "text": (str, "str", "str"),
    "integer": (int, "int64", "Int64"),
    "bool": ("true".__eq__, "bool", "boolean"),
}


def _faults(cells: Sequence[str], kind: str, *, empty_allowed: bool) -> dict[str, str]:
    """Say why cells cannot stand in a column of a kind: {cell: what is wrong}, the sound left out.

    Each text is looked at once: a column repeats few.
    """
    distinct = set(cells)
    faults = {cell: _fault(cell, kind) for cell in distinct if cell}
    if "" in distinct and not empty_allowed:
        faults[""] = "must not be empty"
    return {cell: fault for cell, fault in faults.items() if fault}


def _fault(cell: str, kind: str) -> str:
    if kind == "text":
        return ""
    form, wanted = _FORMS[kind]
    if not form.fullmatch(cell):
        return f"must be {wanted}; got {shown(cell)}{number_hint(cell)}"
    if kind != "bool" and is_huge(cell):
        return f"is too large to be held exactly: at most {LARGEST}"
    return ""


def _typed(cells: Sequence[str], kind: str) -> Any:
    """Return cells that are sound, or empty for a missing value, as an array of their type."""
    if kind == "number":
        return np.array([float(cell or "nan") for cell in cells])
    make, full, with_gaps = _TYPES[kind]
    values: list[Any] = [make(cell) if cell else None for cell in cells]
    return pd.array(values, dtype=with_gaps if None in values else full)


def _check_values(frame: pd.DataFrame, spec: TableSpec) -> list[Problem]:
    from pandera.errors import SchemaErrors  # takes a while to import, so only when needed

    try:
        _values_of(spec.schema).validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return []
    problems = []
    for case in cases.itertuples(index=False):
        name = case.column if isinstance(case.column, str) else None
        line = None if pd.isna(case.index) else int(case.index)
        column = spec.schema.columns.get(name)
        checks = column.checks if column is not None else spec.schema.checks
        check = checks[int(case.check_number)] if not pd.isna(case.check_number) else None
        problems.append(Problem(spec.file, line, name, _sentence(check, case.failure_case)))
    return list(dict.fromkeys(problems))


def _values_of(schema: pa.DataFrameSchema) -> pa.DataFrameSchema:
    """Return what a schema says of values alone.

    Types and empty cells are the business of `_convert`, which says what is wrong in plainer
    words, and a key that stands twice that of `_check_duplicates`.
    """
    import pandera.pandas as pa

    columns = {
        name: pa.Column(checks=column.checks, nullable=True)
        for name, column in schema.columns.items()
        if column.checks
    }
    return pa.DataFrameSchema(columns, checks=schema.checks)


def _sentence(check: Any, value: object) -> str:
    name, statistics = getattr(check, "name", None), getattr(check, "statistics", None) or {}
    got = shown(value) if isinstance(value, str) else f"{value:.15g}"
    if name == "isin":
        choices = [str(choice) for choice in statistics["allowed_values"]]
        guess = nearest(str(value)[:SHOWN], choices)
        hint = f" (did you mean {guess!r}?)" if guess else ""
        return f"must be one of {', '.join(choices)}; got {got}{hint}"
    if name in _MUST_BE and statistics:
        bounds = {
            k: f"{v:.15g}" if isinstance(v, int | float) else v for k, v in statistics.items()
        }
        return f"{_MUST_BE[name].format_map(bounds)}; got {got}"
    return f"must be {getattr(check, 'error', None) or name}; got {got}"


def _check_references(
    cells: Mapping[str, Sequence[str]],
    lines: Sequence[int],
    spec: TableSpec,
    allowed: Mapping[str, Collection[str]],
) -> list[Problem]:
    problems = []
    for name, target in reference_columns(spec).items():
        if target not in allowed:
            continue
        known = allowed[target]
        several = name in spec.sources
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
                    problems.append(Problem(spec.file, line, name, message))
    return problems


def _ids(cell: str, *, several: bool) -> Iterable[str]:
    if not cell:
        return []
    return [part.strip() for part in cell.split(";")] if several else [cell]


def _check_duplicates(
    rows: Sequence[Sequence[str]], lines: Sequence[int], spec: TableSpec
) -> list[Problem]:
    problems: list[Problem] = []
    columns = list(spec.schema.columns)
    places = [columns.index(name) for name in spec.key]
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
                f"{name} {plain(value)}" for name, value in zip(spec.key, key, strict=True)
            )
            message = f"has the same key as row {other} ({named})"
        problems.append(Problem(spec.file, lines[number], None, message))
    return problems
