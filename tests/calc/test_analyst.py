"""The calls by which an analyst got a wrong number without a word, each by its own test.

They are of the third review; values are those that sources print, or worked out by hand.
"""

import openpyxl
import pandas as pd
import pytest
import seaborn as sns

import catrade as ct
from rounding.errors import ParameterError

# --- what leaves the notebook -----------------------------------------------------------------


def test_panels_are_titled_in_words():
    frame = ct.index_to(ct.trade(["KAZ", "UZB"], start=2023), 2023)
    grid = sns.relplot(
        frame, x="year", y="index", hue="flow", col="country", kind="line"
    )
    made = ct.show(grid, frame, "It rose")
    assert [axes.get_title("left") for axes in made.figure.axes] == [
        "Kazakhstan",
        "Uzbekistan",
    ]
    assert "Kazakhstan, Exports: from 100 (2023)" in made.alt


def test_sources_have_a_length_a_loop_and_a_frame():
    listed = ct.sources(ct.trade("KAZ", "export", 2024, 2024))
    assert len(listed) == len(list(listed)) == len(listed.frame) == 1
    assert ".frame" in str(ct.sources.__doc__)
    pivot = ct.trade("KAZ", "export", 2024, 2024).pivot_table("value", "year", "flow")
    pivot.attrs.clear()
    with pytest.raises(ParameterError, match="does not say where its figures are from"):
        ct.sources(pivot)


def test_a_table_of_goods_says_whose_statistics_and_has_no_empty_column():
    told = str(
        ct.table(
            ct.goods("CHN", "import", start=2024, end=2024, reporter="KAZ"), "Goods"
        )
    )
    head, first = told.splitlines()[1:3]
    assert head.split("\t")[-1] == "Statistics of"
    assert first.split("\t")[-1] == "Kazakhstan"
    assert head.split("\t")[:4] == ["Country", "Year", "Flow", "Goods"]
    assert "Classification" not in head


def test_a_table_prints_small_billions_as_sentences_do():
    """A table said 0.2 where 0.1644 is held; `usd` says $164.4 million."""
    frame = pd.DataFrame({"year": [2024, 2025], "value_bn": [0.1644, 12.34]})
    assert str(ct.table(frame, "x")).splitlines()[2:] == ["2024\t0.16", "2025\t12.3"]


def test_fractions_are_per_cent_in_a_workbook(tmp_path):
    rates = ct.growth(ct.trade("KAZ", "export", 2024, 2025))
    sheet = openpyxl.load_workbook(ct.to_excel(rates, tmp_path / "x.xlsx")).worksheets[
        0
    ]
    formats = {cells[0].value: cells[1].number_format for cells in sheet.columns}
    per_cent = {name for name, written in formats.items() if written == "0.0%"}
    assert per_cent == {"growth", "growth_low", "growth_high"}
