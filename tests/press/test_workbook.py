"""A report as a workbook: a sheet a figure or table, numbers as numbers, nothing as a formula."""

from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from openpyxl import load_workbook
from saved_pages import write

from pagemill import display, saved
from pagemill.workbook import write_page

ODD = [
    "=1+1",
    "+1 more",
    "@x",
    "a;=2",
    "01",
    "\x07bell",
    "x" * 40_000,
    "'quoted'",
    "2024-05",
]


@pytest.fixture
def page(waves: Path, tmp_path: Path) -> saved.Saved:
    frame = pd.DataFrame(
        {"what": ODD, "value_usd": [1.5e9, -2.0, 0.1, None, 1e300, 3, 4, 5, 6]},
    )
    table = display.table(
        frame, "All =of it", columns={"what": "What", "value_usd": "Dollars"}
    )
    chart = display.Chart(
        Figure(), "It grew", "A line that rises to the end.", frame, name="line"
    )
    row = {"source_id": "a", "publisher": "Daily Mail", "title": "Waves"}
    sources = pd.DataFrame([row | {"published": "2026-01", "kind": "press"}])
    listed = display.sources("a", table=sources)
    towns = [("A", 1), ("A", 2), ("B", 1)]
    rain = pd.DataFrame(
        {("mm", "min"): [5, 7, 9], ("mm", "max"): [6, 8, 9]},
        pd.MultiIndex.from_tuples(towns, names=["town", "year"]),
    )
    shown = display.answer("Up 3%."), "Words.", chart, table, listed
    return write(tmp_path / "a.html", *shown, display.Html(rain.to_html(), ""))


def test_each_figure_and_table_has_a_sheet_and_nothing_is_a_formula(page, tmp_path):
    book = load_workbook(write_page(page, tmp_path / "a.xlsx"))
    assert book.sheetnames == ["Text", "Figure 1", "Table 1", "Data 3", "Sources"]
    assert book["Figure 1"]["A1"].value == "It grew"
    assert [c.value for c in book["Figure 1"][3]] == ["what", "value_usd"]
    assert [c.value for c in book["Table 1"][3]] == ["What", "Dollars"]
    assert book["Table 1"]["A1"].value == "All =of it"
    assert "Up 3%." in [row[0].value for row in book["Text"].iter_rows()]
    assert "Daily Mail" in book["Sources"]["B4"].value
    numbers = [row[1].value for row in book["Table 1"].iter_rows(min_row=4)]
    assert numbers == [1.5e9, -2, 0.1, None, 1e300, 3, 4, 5, 6]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    texts = [row[0].value for row in book["Table 1"].iter_rows(min_row=4)]
    assert texts[:5] == ["=1+1", "+1 more", "@x", "a;=2", "01"]
    assert texts[5] == "bell"
    assert len(texts[6]) == 32_767
    assert texts[7:] == ["'quoted'", "2024-05"]
    # A frame that a cell only returned: levels were cut off, and rows moved.
    assert [*book["Data 3"].iter_rows(min_row=3, values_only=True)] == [
        ("town", "year", "mm min", "mm max"),
        ("A", 1, 5, 6),
        ("A", 2, 7, 8),
        ("B", 1, 9, 9),
    ]
