"""Damaged copies of every table: it loads as it is written, or a sentence says where it is wrong.

The mutations are seeded, so a failure names one that can be made again: `_mutated("trade", 17)`.
"""

import csv
import io
import math
import random
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache

import pytest
from hostile_data import allowed, read, written

from catrade_build.check.check import check_data
from catrade_build.tables.definitions import tables
from catrade_build.tables.reading import Problem, parse_table

Rows = list[list[str]]

#: Some 45 kinds of damage; each table gets every one of them a few times.
PER_TABLE = 15
_ROWS = 25
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


@cache
def _sample(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the header and some rows of a table, spread over it; all if one refers to another."""
    rows = read(name)
    if name in tables()[name].references.values():
        return tuple(map(tuple, rows))
    step = max(1, (len(rows) - 1) // _ROWS)
    return tuple(map(tuple, [rows[0], *rows[1::step][:_ROWS]]))


#: What may stand in a cell by accident or by malice.
ODD = [*"\u200b\u200d\u202e\u2066\u2069\ufeff\x00\x07\u00ad\"';,\n\t \u00a0"]
ODD += [
    "NaN",
    "inf",
    "-Infinity",
    "1e400",
    "1e5",
    "0x1F",
    "true",
    "None",
    "1.0",
    "2025-13",
    "31.12.2025",
    "[]",
    "١٢٣",
    "12",
]
ODD += ["1" + "0" * 400, "-" + "9" * 25, "x" * 500, "é" * 3, "\x1b[31m", "=1+1", "\r\n"]
ODD += ['""', '"a""b', "%", "-", "0"]
#: Digits and letters that look like others.
WIDE = {ord(str(n)): chr(0xFF10 + n) for n in range(10)}
ALIKE = {ord("a"): "а", ord("A"): "А", ord("o"): "о"}


def _other(value: str, random: random.Random) -> str:
    """Return a cell damaged in one of many ways."""
    where = random.randint(0, len(value))
    odd = random.choice(ODD)
    inside = value[:where] + odd + value[where:]
    near = [value[::-1], value.swapcase(), value * 2, value[:-1], value + odd, inside]
    near += [value.replace(".", ","), value.translate(WIDE), value.translate(ALIKE)]
    return random.choice([*near, *near, odd, "", " "])


def _change_rows(rows: Rows, random: random.Random) -> None:
    here, there = random.choices(range(1, len(rows)), k=2)
    left, right = random.choices(range(len(rows[0])), k=2)
    match random.randrange(5):
        case 0:
            rows.insert(there, list(rows[here]))
        case 1:
            rows[here][left], rows[there][right] = rows[there][right], rows[here][left]
        case 2:
            del rows[here][left]
        case 3:
            rows[here].insert(left, random.choice(ODD))
        case _:
            for row in rows:
                row[left], row[right] = row[right], row[left]


def _change_header(rows: Rows, random: random.Random) -> None:
    place, kind = random.randrange(len(rows[0])), random.randrange(4)
    if kind == 0:
        rows[0][place] = _other(rows[0][place], random)
        return
    more = [f"c{number}" for number in range(1000)]
    for row in rows:
        row[place : place + 1] = [[row[place]] * 2, [], more][kind - 1]


def _change_bytes(raw: bytes, random: random.Random) -> bytes:
    where = random.randrange(len(raw))
    start, end = raw[:where], raw[where:]
    mark = b"\xef\xbb\xbf"
    kinds = [b"", start, mark + raw, mark * 2 + raw, raw + b"\n\n,,,\n"]
    kinds += [raw.partition(b"\n")[2], raw.decode().encode("utf-16"), raw + b"\xe9"]
    odd = [b"\x00", b'"', b"\n", bytes([random.randrange(256)])]
    kinds += [start + byte + end for byte in odd]
    swaps = [(b"\n", b"\r\n"), (b"\n", b"\r"), (b",", b";"), (b",", b"\t")]
    kinds += [raw.replace(*swap) for swap in swaps]
    return random.choice(kinds)


@cache
def _mutated(name: str, number: int) -> bytes:
    chance = random.Random(f"{name} {number}")
    rows = [list(row) for row in _sample(name)]
    kind = chance.choices(("cell", "rows", "header", "bytes"), (10, 5, 1, 4))[0]
    if kind == "cell":
        for _ in range(chance.choice((1, 1, 1, 3))):
            row = chance.choice(rows[1:])
            place = chance.randrange(len(row))
            row[place] = _other(row[place], chance)
    elif kind == "rows":
        _change_rows(rows, chance)
    elif kind == "header":
        _change_header(rows, chance)
    raw = written(rows)
    return _change_bytes(raw, chance) if kind == "bytes" else raw


def _parsed(name: str, raw: bytes) -> list[Problem]:
    """Load a table; if it has no fault, require that it says what the bytes say."""
    spec = tables()[name]
    others = {table: ids for table, ids in allowed(spec).items() if table != name}
    frame, problems = parse_table(raw, spec, others)
    if problems:
        return problems
    assert frame is not None
    # Read by the standard library alone, to compare with what the package made of it.
    stream = io.StringIO(raw.decode("utf-8-sig"), newline="")
    header, *rows = [row for row in csv.reader(stream) if any(row)]
    assert sorted(header) == sorted(frame.columns)
    assert len(rows) == len(frame)
    for column, kind in frame.dtypes.items():
        written = [row[header.index(str(column))] for row in rows]
        for text, value in zip(written, frame[column], strict=True):
            assert not _HIDDEN.search(text), f"{column}: {text!r} was let in"
            if kind.kind == "f":
                assert (text == "") == math.isnan(value)
                assert math.isfinite(value) or text == ""
                assert text == "" or float(Decimal(text)) == value
                assert text.isascii()
            elif kind.kind in "iu":
                assert str(value) == text.lstrip("0") or text.strip("0") == ""
            elif kind.kind == "b":
                assert text == str(value).lower()
            else:
                assert text == value
    return problems


def _is_sentence(problem: Problem, name: str) -> None:
    text = str(problem)
    assert problem.file == tables()[name].file
    assert text.startswith(problem.file)
    assert text.isprintable(), f"{text!r} has characters that cannot be seen"
    assert len(text) < 3000
    about_the_file = ("is empty", "header but no rows")
    assert (
        problem.row is not None
        or problem.column
        or any(w in text for w in about_the_file)
    )


@pytest.mark.parametrize("name", sorted(tables()))
def test_a_damaged_table_loads_as_written_or_is_refused_in_a_sentence(
    name,
):
    assert _parsed(name, written([*map(list, _sample(name))])) == []
    refused = 0
    for number in range(PER_TABLE):
        problems = _parsed(name, _mutated(name, number))
        refused += bool(problems)
        for problem in problems:
            _is_sentence(problem, name)
    assert PER_TABLE * 0.3 < refused < PER_TABLE  # both ways are tried


def test_the_check_of_all_tables_together_survives_any_of_them(tmp_path):
    for name, spec in tables().items():
        (tmp_path / spec.file).write_bytes(written([*map(list, _sample(name))]))
    assert all(
        problem.row for problem in check_data(tmp_path).problems
    )  # sources nobody uses, and so on
    for name, spec in tables().items():
        path = tmp_path / spec.file
        whole = path.read_bytes()
        path.write_bytes(_mutated(name, 0))
        for problem in check_data(tmp_path).problems:
            assert str(problem).isprintable()
        path.write_bytes(whole)


def _with(column: str, change: Callable[[str], str]) -> list[Problem]:
    """Load one row of the trade table with a changed cell."""
    header, first, *_ = [list(row) for row in _sample("trade")]
    first[header.index(column)] = change(first[header.index(column)])
    return _parsed("trade", written([header, first]))


@pytest.mark.parametrize("size", [1_000, 10_000_000])
@pytest.mark.parametrize("column", ["value", "partner", "note"])
def test_a_huge_cell(column, size):
    problems = _with(column, lambda _: "1" * size)
    assert bool(problems) == (column != "note" or size > 1_000)
    for problem in problems:
        _is_sentence(problem, "trade")
        assert problem.row == 2


@pytest.mark.parametrize("hidden", "\u200b\u202e\u2067\ufeff\u00ad\x00")
@pytest.mark.parametrize("column", ["reporter", "note", "value"])
def test_characters_that_cannot_be_seen_are_refused_everywhere(column, hidden):
    problems = _with(column, lambda cell: cell[:2] + hidden + cell[2:])
    assert [(p.row, p.column) for p in problems] == [(2, column)]
    assert f"U+{ord(hidden):04X}" in problems[0].message
