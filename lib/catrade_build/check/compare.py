"""The strict check: that figures fit each other, and that each misfit is known and explained.

`check_data` looks for faults, which must be mended. Here the tables are free of faults, and what
is found may be as published: sources contradict each other, publishers revise, customs unions
change the way they count. Each such finding is listed in `known_issues.csv` with its size and its
reason; one that is not listed fails, and so does a listed one that is no longer found or of another
size. The rules and their tolerances, in `rules/` and `macros.sql`, are run by DuckDB over the
tables as they are read.

The first comment of a rule's file says what it compares. Then follow one or more queries, each
below the sentence it finds reason for, ending with the first semicolon at the end of a line. A
query returns the figures its sentence names, and where to look first: in `rules/` `file`, `line`,
`cell` and `gap` (how far apart the figures are, if that can be said), in `faults/` and `notices/`
(named after their table) `line` and `field`, the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pandas as pd

from catrade_build.tables.definitions import choices, tables
from catrade_build.tables.reading import read_faults
from catrade_build.tables.trade import published_interval
from rounding.dates import parse_period
from rounding.errors import DataError

_QUERY = re.compile(r"((?:^--[^\n]*\n)+)(.+?);$", re.MULTILINE | re.DOTALL)


class Rule(NamedTuple):
    """What a rule compares, and its queries, each with the sentence about what it finds."""

    about: str
    queries: list[tuple[str, str]]


@cache
def rules(kind: str = "rules") -> dict[str, Rule]:
    """Return every rule of a kind by its name.

    Examples
    --------
    >>> rules()["jump"].about
    'a figure with the one before it in time'
    """
    by_name = {}
    folder = Path(__file__).parent / kind
    for path in sorted(folder.glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        about, _, rest = text.partition("\n\n")
        queries = [(_spoken(comment), query) for comment, query in _QUERY.findall(rest)]
        by_name[path.stem] = Rule(_spoken(about), queries)
    return by_name


def _spoken(comment: str) -> str:
    lines = comment.splitlines()
    return " ".join(line.removeprefix("-- ") for line in lines)


@dataclass(frozen=True, order=True)
class Finding:
    """Something two figures cannot both be right about, or one that looks wrong.

    Attributes
    ----------
    file, row
        Table and line of the figure to look at first.
    rule, cell
        The rule (a file in `rules/`) and what it found, with its size where it has one; together
        they are the name under which `known_issues.csv` lists it. A listed contradiction that grows
        is another finding.
    message
        One sentence.
    """

    file: str
    row: int
    rule: str
    cell: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}, row {self.row}, {self.rule} {self.cell}: {self.message}"


def findings(folder: Path) -> list[Finding]:
    """Return everything the rules find in the tables of a folder, sorted by table and line.

    Raises
    ------
    DataError
        If a table has a fault: figures that cannot be read cannot be compared.
    """
    with compared(folder) as con:
        run_file(con, "held.sql")
        every = chain.from_iterable(find(con, rule) for rule in rules())
        return sorted(set(every))


@contextmanager
def compared(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with the tables of a folder and what the rules share.

    Raises
    ------
    DataError
        If a table has a fault.
    """
    held = {name: table_of(name, folder) for name in tables()}
    dated = ("trade", "market_series", "release_days")
    periods = {period for name in dated for period in held[name]["period"]}
    spans = [{"period": text, **asdict(parse_period(text))} for text in sorted(periods)]
    held["periods"] = pd.DataFrame(spans)
    held["product_groups"] = pd.DataFrame({"code": choices("wits_groups")})
    regions = held["countries"].query("summed == 'yes'").set_index("code")
    members = regions["members"].str.split(";").rename("member").explode()
    held["members"] = members.rename_axis("region").reset_index()
    with connected(held) as con:
        run_file(con, "macros.sql")
        run_file(con, "shared.sql")
        yield con


@contextmanager
def connected(
    frames: Mapping[str, pd.DataFrame],
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection that has some frames as tables."""
    # One thread: the tables are small, and sums in another order could differ in the last digit.
    with duckdb.connect(config={"threads": 1}) as con:
        for name, frame in frames.items():
            con.register("frame", frame)
            con.execute(f"create table {name} as from frame")
        con.unregister("frame")
        yield con


def find(con: duckdb.DuckDBPyConnection, rule: str) -> Iterator[Finding]:
    """Yield what one rule finds in the tables of a connection."""
    for row, message in broken_rows(con, rules()[rule]):
        cell = row["cell"]
        gap = row.get("gap")
        if pd.notna(gap):
            cell += f":{gap:+.1%}"
        yield Finding(row["file"], row["line"], rule, cell, message)


def broken_rows(
    con: duckdb.DuckDBPyConnection, rule: Rule
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the rows that the queries of a rule return, each with its sentence."""
    for sentence, query in rule.queries:
        result = con.execute(query)
        described = result.description or []
        columns = [column for column, *_ in described]
        for cells in result.fetchall():
            row = dict(zip(columns, cells, strict=True))
            yield row, sentence.format_map(row)


def run_file(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run an SQL file that stands beside this module."""
    path = Path(__file__).with_name(name)
    con.execute(path.read_text(encoding="utf-8"))


def table_of(name: str, folder: Path) -> pd.DataFrame:
    """Return a table with the line of each row, and the ends of its figure where it is rounded.

    Raises
    ------
    DataError
        If it has a fault.
    """
    frame, problems = read_faults(name, folder)
    if frame is None or problems:
        raise DataError(str(problems[0]))
    return with_ends(frame)


def with_ends(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table as read with the line of each row, and the ends of a rounded figure."""
    frame = frame.assign(line=frame.index)
    for unit in ("precision", "value_precision"):
        if unit in frame and "value" in frame:
            exact = frame.fillna({unit: 0.0})
            low, high = published_interval(exact, precision=unit)
            frame = frame.assign(low=low, high=high)
    return frame


def check_strict(folder: Path) -> tuple[list[Finding], list[Finding]]:
    """Return what the rules find in the tables of a folder, and what of it is not explained.

    That is what `known_issues.csv` does not list, and also what it lists and is not found.

    Raises
    ------
    DataError
        If a table has a fault: figures that cannot be read cannot be compared.
    """
    every = findings(folder)
    names = {(finding.rule, finding.cell) for finding in every}
    listed: dict[tuple[str, str], int] = {}
    stale = []
    issues = table_of("known_issues", folder)
    for line, rule, cells in issues[["rule", "cells"]].itertuples():
        for cell in cells.split(";"):
            if (rule, cell) in listed:
                message = f"is listed twice, also in row {listed[rule, cell]}; keep one"
            elif (rule, cell) not in names:
                message = "is listed as known but no longer found; take it off the list"
            else:
                listed[rule, cell] = line
                continue
            stale.append(Finding("known_issues.csv", line, rule, cell, message))
    unlisted = [
        finding for finding in every if (finding.rule, finding.cell) not in listed
    ]
    return every, [*unlisted, *stale]
