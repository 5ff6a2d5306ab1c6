"""The strict check finds faults that are planted: each alone, in a row chosen by a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import duckdb
import pytest

from catrade.check.compare import compared, found, rules, run_file
from catrade.tables.paths import data_dir

#: Annual figures that the rule of choice may take, of the years that most pages show, printed so
#: finely that a tenth more is another figure.
ROWS = """
select line from trade
where length(period) = 4 and period >= '2015' and quality <> 'rejected'
  and precision < value / 10 and {}
order by line
"""
CHINA = ROWS.format("reporter = 'CHN'")
PARTNERS = ROWS.format(
    "partner = 'CHN' and reporter in ('KAZ', 'KGZ', 'TJK', 'TKM', 'UZB')"
)
#: Rules that do not look at trade.csv; a fault there is none of their business.
OTHERS = {"chapter_sum", "market_sum", "schedule_order", "unit_value"}

Found = set[tuple[str, str]]


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with compared(data_dir()) as made:
        yield made


def _found(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Yield what each rule finds, as long as somebody asks for more."""
    run_file(con, "held.sql")
    # The widest rule first: it is the one that most faults are found by.
    for rule in sorted(rules().keys() - OTHERS, key=lambda name: name != "jump"):
        for finding in found(con, rule):
            yield finding.rule, finding.cell


@pytest.fixture(scope="module")
def before(con: duckdb.DuckDBPyConnection) -> Found:
    """What is found in the tables as they are."""
    return set(_found(con))


def _planted(
    con: duckdb.DuckDBPyConnection, line: int, change: str, before: Found
) -> str:
    """Return the rule that first finds the figure of a line once it is changed, or ""."""
    con.begin()
    con.execute(
        f"update trade set value = {change}, low = {change} - value + low,"
        f" high = {change} - value + high where line = {line}"
    )
    new = (rule for rule, cell in _found(con) if (rule, cell) not in before)
    first = next(new, "")
    con.rollback()
    return first


def _lines(con: duckdb.DuckDBPyConnection, query: str) -> list[int]:
    lines = [line for (line,) in con.execute(query).fetchall()]
    return random.Random(23).sample(lines, 20)


@pytest.mark.parametrize(
    ("query", "change", "least"),
    [
        (CHINA, "10 * value", 20),
        (CHINA, "value / 1000", 20),
        (CHINA, "1.1 * value", 18),
        (PARTNERS, "10 * value", 20),
        (PARTNERS, "value / 1000", 20),
        (PARTNERS, "1.1 * value", 14),
    ],
)
def test_a_fault_in_a_row_of_trade_is_found(
    con: duckdb.DuckDBPyConnection,
    before: Found,
    query: str,
    change: str,
    least: int,
) -> None:
    lines = _lines(con, query)
    missed = [line for line in lines if not _planted(con, line, change, before)]
    assert len(lines) - len(missed) >= least, f"not found in rows {missed}"


@pytest.mark.parametrize("total", ["36e9", "42e9"])
def test_a_wrong_total_of_the_region_is_found(
    con: duckdb.DuckDBPyConnection, before: Found, total: str
) -> None:
    # The five come to 39.2 billion; they publish flows only.
    cell = "reporter = 'CHN' and partner = 'CA5' and flow = 'total' and period = '2020'"
    line = con.execute(f"select line from trade where {cell}").fetchone()
    assert line is not None
    assert _planted(con, line[0], total, before) == "region_sum"
