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
        if not {*CELL, "period", "currency", "value"} <= set(table):
            continue
        yearly = table[table["period"] == table["year"]]
        rows = yearly.query("currency == 'USD'")[[*CELL, "value"]].dropna()
        for *cell, value in rows.to_numpy():
            values[tuple(cell)][f"{float(value):.5g}"].add(page)
    return {cell: dict(printed) for cell, printed in values.items() if len(printed) > 1}


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


def test_since_is_said_where_the_year_before_is_known(drawn):
    assert [*filter(None, map(untrue, drawn))] == []
