"""One quantity has one value on all pages, and a title is true of what its figure shows."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pandas as pd
import pytest
from bs4 import BeautifulSoup

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

CELL = ["reporter", "partner", "flow", "year"]
#: What several pages say, each in its own words. Where words change, they change here.
SAID = {
    "China and the region, 2025": r"China counts (\S+) billion of trade with Central Asia in 2025"
    r"|was (\S+) billion in 2025",
    "China and the four, 2024": r"China counts (\S+) billion of goods, the four",
    "the four themselves, 2024": r"the four countries publishing statistics (\S+) billion",
    "China and Kazakhstan, 2025": r"counts (\S+) billion of trade with Kazakhstan in 2025"
    r"|beside China’s (\S+) billion",
    "Kazakhstan itself, 2025": r"itself counts (\S+) billion in 2025"
    r"|Kazakhstan alone has published both flows: (\S+) billion",
    "gold": r"[Gg]old (?:was|at|alone,) (\S+) billion",
}
#: How many pages say it at least.
SEVERAL = {"China and the four, 2024": 1, "the four themselves, 2024": 1}


class Figure(NamedTuple):
    page: str
    title: str
    table: pd.DataFrame


@pytest.fixture(scope="module")
def pages(plan_pages: Path) -> dict[str, BeautifulSoup]:
    files = sorted(plan_pages.glob("*.html"))
    return {file.stem: parsed(file.read_text("utf-8")) for file in files}


def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


@pytest.fixture(scope="module")
def drawn(pages: dict[str, BeautifulSoup]) -> list[Figure]:
    figures = []
    for page, soup in pages.items():
        for figure in soup.select("figure:has(figcaption):has(a[download$='.csv'])"):
            text = figure.select_one("a[download$='.csv']")["href"].partition(",")[2]
            table = pd.read_csv(io.StringIO(unquote(text).lstrip("\ufeff")), dtype=str)
            title = " ".join(figure.figcaption.get_text(" ").split())
            figures.append(Figure(page, title, table))
    return figures


def cells_of_two_values(drawn: list[Figure]) -> dict[Any, Any]:
    """Return the yearly cells that figures draw with more than one value, in dollars."""
    values: dict[Any, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for page, _, table in drawn:
        if not {*CELL, "value_bn"} <= set(table) or "goods" in table:
            continue
        whole = table.get("period", table["year"]) == table["year"]
        dollars = ~table.get("currency", table["year"]).isin(["CNY"])
        rows = table[whole & dollars][[*CELL, "value_bn"]].dropna()
        for *cell, value in rows.to_numpy():
            values[tuple(cell)][f"{float(value):.5g}"].add(page)
    return {cell: dict(printed) for cell, printed in values.items() if len(printed) > 1}


def said(pages: dict[str, BeautifulSoup], pattern: str) -> dict[str, set[str]]:
    """Return each value that pages say, with the pages."""
    values: dict[str, set[str]] = defaultdict(set)
    for page, soup in pages.items():
        for match in re.finditer(pattern, " ".join(soup.get_text(" ").split())):
            values[next(filter(None, match.groups()))].add(page)
    return values


def untrue(figure: Figure) -> str:
    """Say what of a title its figure's data do not bear; else nothing.

    "Since X" needs the year before X among the data; of dated events some earlier one. "Every year
    known since X" says itself that nothing before X is known.
    """
    since = re.search(r"(?<!every year known )since (\d{4})", figure.title)
    if not since or "year" not in figure.table:
        return ""
    years = set(figure.table["year"].dropna().astype(float).astype(int))
    first = int(since[1])
    before = min(years) if "event_id" in figure.table else first - 1
    if before in years and before < first:
        return ""
    return f"{figure.page}: {figure.title!r}, but {first - 1} is not in its data"


def test_no_cell_has_two_values(drawn):
    assert len({figure.page for figure in drawn}) > 10
    assert cells_of_two_values(drawn) == {}


@pytest.mark.parametrize("quantity", SAID)
def test_pages_say_one_value(pages, quantity):
    values = said(pages, SAID[quantity])
    assert len(values) == 1, dict(values)
    assert len(set().union(*values.values())) >= SEVERAL.get(quantity, 2)


def test_since_is_said_where_the_year_before_is_known(drawn):
    assert [*filter(None, map(untrue, drawn))] == []


def test_each_fault_is_found():
    row = {"reporter": "CHN", "partner": "KAZ", "flow": "total", "year": "2024"}
    row["value_bn"] = "43.87"
    figure = Figure("a", "Ahead since 2024", pd.DataFrame([row]))
    other = Figure("b", "", pd.DataFrame([row | {"value_bn": "43.9"}]))
    assert cells_of_two_values([figure, figure]) == {}
    assert len(cells_of_two_values([figure, other])) == 1
    assert "2023 is not in its data" in untrue(figure)
    earlier = pd.DataFrame([row, row | {"year": "2023"}])
    assert untrue(figure._replace(table=earlier)) == ""
    texts = {"a": parsed("gold was $4.95 billion"), "b": parsed("gold at $5 billion")}
    assert set(said(texts, SAID["gold"])) == {"$4.95", "$5"}
