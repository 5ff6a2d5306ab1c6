"""The rules of the strict check, run by DuckDB over the tables as they are read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from catrade.check.rule_files import Rule, rules
from catrade.tables.definitions import choices
from catrade.tables.names import GROUPS
from catrade.tables.reading import read_faults
from catrade.tables.trade import published_interval
from rounding.errors import DataError
from rounding.periods import parse_period

_TABLES = (
    "trade exchange_rates sources composition composition_totals composition_groups highlights"
    " market_series trade_shares subsidy_schedule purchase_tax_schedule"
)


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
        return found_in(con)


@contextmanager
def compared(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a connection with the tables of a folder and what the rules share.

    Raises
    ------
    DataError
        If a table has a fault.
    """
    # One thread: the tables are small, and sums in another order could differ in the last digit.
    with duckdb.connect(config={"threads": 1}) as con:
        _put_tables(con, folder)
        yield con


def found_in(
    con: duckdb.DuckDBPyConnection, only: Iterable[str] | None = None
) -> list[Finding]:
    """Return what rules find in the tables of a connection, sorted by table and line.

    Parameters
    ----------
    con
        What `compared` gives; its tables may be changed since.
    only
        Names of rules; all by default.
    """
    run_file(con, "held.sql")
    return sorted({one for rule in only or rules() for one in found(con, rule)})


def found(con: duckdb.DuckDBPyConnection, rule: str) -> Iterator[Finding]:
    """Yield what one rule finds in the tables of a connection."""
    for row, message in told(con, rules()[rule]):
        far = row.get("gap")
        size = "" if far is None or math.isnan(far) else f":{far:+.1%}"
        yield Finding(row["file"], row["line"], rule, row["cell"] + size, message)


def told(
    con: duckdb.DuckDBPyConnection, rule: Rule
) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the rows that the queries of a rule return, each with its sentence."""
    for sentence, query in rule.queries:
        result = con.execute(query)
        columns = [column for column, *_ in result.description or []]
        for values in result.fetchall():
            row = dict(zip(columns, values, strict=True))
            yield row, sentence.format_map(row)


def run_file(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Run an SQL file that stands beside this module."""
    con.execute((Path(__file__).parent / name).read_text(encoding="utf-8"))


def _put_tables(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Give a connection the tables, and what the rules share of those other than trade.csv."""
    tables = {name: table_of(name, folder) for name in _TABLES.split()}
    both = pd.concat(
        [tables["trade"]["period"], tables["market_series"]["period"]]
    ).unique()
    tables["periods"] = pd.DataFrame(
        [{"period": one, **asdict(parse_period(one))} for one in both]
    )
    tables["product_groups"] = pd.DataFrame({"code": list(choices("wits_groups"))})
    members = [(group, one) for group, several in GROUPS.items() for one in several]
    tables["members"] = pd.DataFrame(members, columns=["region", "member"])
    for name, frame in tables.items():
        con.register("frame", frame)
        con.execute(f"create table {name} as from frame")
    con.unregister("frame")
    run_file(con, "macros.sql")
    run_file(con, "shared.sql")


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
    for unit in {"precision", "value_precision"} & set(frame.columns):
        if "value" in frame.columns:
            units = frame[unit].fillna(0.0)
            low, high = published_interval(frame["value"], units, frame["rounding"])
            frame = frame.assign(low=low, high=high)
    return frame
