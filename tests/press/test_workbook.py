"""A report as a workbook: a sheet a figure or table, numbers as numbers, nothing as a formula."""

import pandas as pd
from openpyxl import load_workbook
from saved_pages import write

from pagemill import display
from pagemill.workbook import write_page

ODD = ["=1+1", "@x", "a;=2", "01", "\x07bell", "x" * 40_000, "'quoted'", "2024-05"]
READ = ["=1+1", "@x", "a;=2", "01", "bell", "x" * 32_767, "'quoted'", "2024-05"]
NUMBERS = [1.5e9, -2.0, 0.1, None, 1e300, 3, 4, 5]


def test_each_figure_and_table_has_a_sheet_and_nothing_is_a_formula(waves, tmp_path):
    frame = pd.DataFrame({"what": ODD, "value_usd": NUMBERS})
    heads = {"what": "What", "value_usd": "Dollars"}
    source = {"source_id": "a", "publisher": "Daily Mail", "title": "Waves"}
    page = write(
        tmp_path / "a.html",
        display.answer("Up 3%."),
        display.table(frame, "All =of it", columns=heads),
        display.sources("a", table=pd.DataFrame([source])),
    )
    book = load_workbook(write_page(page, tmp_path / "a.xlsx"))
    assert book.sheetnames == ["Text", "Table 1", "Sources"]
    assert book["Text"]["A4"].value == "Up 3%."
    assert "Daily Mail" in book["Sources"]["B4"].value
    title, _, head, *rows = book["Table 1"].iter_rows(values_only=True)
    assert (title[0], head) == ("All =of it", ("What", "Dollars"))
    assert rows == list(zip(READ, NUMBERS, strict=True))
    kinds = {cell.data_type for row in book["Table 1"].iter_rows() for cell in row}
    assert "f" not in kinds
