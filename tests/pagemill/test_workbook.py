"""A report as a workbook: a sheet a figure or table, numbers as numbers, nothing as a formula."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from matplotlib.figure import Figure
from openpyxl import load_workbook
from saved_pages import write

from pagemill import display, saved
from pagemill.workbook import write_workbook
from rounding.errors import ReportError

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
    return write(
        tmp_path / "a.html", display.answer("Up 3%."), "Words.", chart, table, listed
    )


def test_each_figure_and_table_has_a_sheet_and_nothing_is_a_formula(
    page: saved.Saved, tmp_path: Path
) -> None:
    book = load_workbook(write_workbook(page, tmp_path / "a.xlsx"))
    assert book.sheetnames == ["Text", "Figure 1", "Table 1", "Sources"]
    assert book["Figure 1"]["A1"].value == "It grew"
    assert [c.value for c in book["Figure 1"][3]] == ["what", "value_usd"]
    assert [c.value for c in book["Table 1"][3]] == ["What", "Dollars"]
    assert book["Table 1"]["A1"].value == "All =of it"
    assert "Up 3%." in [row[0].value for row in book["Text"].iter_rows()]
    assert "Daily Mail" in book["Sources"]["B3"].value
    numbers = [row[1].value for row in book["Table 1"].iter_rows(min_row=4)]
    assert numbers == [1.5e9, -2, 0.1, None, 1e300, 3, 4, 5, 6]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    texts = [row[0].value for row in book["Table 1"].iter_rows(min_row=4)]
    assert texts[:5] == ["=1+1", "+1 more", "@x", "a;=2", "01"]
    assert texts[5] == "bell"
    assert len(texts[6]) == 32_767
    assert texts[7:] == ["'quoted'", "2024-05"]


def test_a_frame_that_a_cell_only_returned_has_a_sheet(
    waves: Path, tmp_path: Path
) -> None:
    """With the names of its levels in one, and each row's own: they were cut off or moved."""
    rain = {"town": ["A", "A", "B"], "year": [1, 2, 1], "mm": [5, 7, 9]}
    levels = pd.DataFrame(rain).set_index(["town", "year"]).agg(["min", "max"], axis=1)
    levels.columns = pd.MultiIndex.from_product([["mm"], levels.columns])
    page = write(tmp_path / "a.html", display.Html(levels.to_html(), ""))
    book = load_workbook(write_workbook(page, tmp_path / "a.xlsx"))
    rows = [list(row) for row in book["Data 1"].iter_rows(min_row=3, values_only=True)]
    assert rows == [
        ["town", "year", "mm min", "mm max"],
        ["A", 1, 5, 5],
        ["A", 2, 7, 7],
        ["B", 1, 9, 9],
    ]


def test_a_workbook_that_cannot_be_written_is_one_sentence(
    page: saved.Saved, tmp_path: Path
) -> None:
    (tmp_path / "a.xlsx").mkdir()
    with pytest.raises(ReportError, match="cannot be written"):
        write_workbook(page, tmp_path / "a.xlsx")
