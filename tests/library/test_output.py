"""What leaves the notebook: tables, workbooks, lists of sources, charts of seaborn's own."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import seaborn as sns

import catrade as ct
from rounding.errors import DataError


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


def test_sources_are_those_of_the_rows_that_are_left():
    # China's figure for the region's imports of 2025 is printed by several papers.
    frame = ct.published("CA5", "import", 2025, reporter="CHN")
    listed = ct.sources(frame[frame["sources"] == "kommersant-2026-01-19"])
    assert listed.frame["source_id"].tolist() == ["kommersant-2026-01-19"]
    assert 'id="source-kommersant-2026-01-19"' in listed._repr_html_()
    assert "Kommersant" in str(listed)
    assert len(ct.sources(frame).frame) > 1
    with pytest.raises(
        DataError, match=r"not in the table of sources \(did you mean 'komm"
    ):
        ct.sources("kommersant-2026-01-18")


def test_a_row_tells_its_sources():
    row = ct.trade("KAZ", "export", 2024, 2024).iloc[0]
    assert ct.sources(row).frame["source_id"].tolist() == ["comtrade-chn-github-2024"]


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


JULY = {"year": 2026, "month": 7, "date": pd.Timestamp("2026-07-01"), "value_bn": 5.3}


@pytest.mark.parametrize(
    ("row", "notes", "shown"),
    [
        (JULY, {"freq": "month"}, "Year\tMonth\t$bn\n2026\tJuly 2026\t5.3"),
        (
            JULY,
            {"freq": "ytd", "unit": "CNY billion"},
            "January to\tCNY billion\n2026\tJuly 2026\t5.3",
        ),
        (
            JULY | {"currency": "EUR"},
            {"unit": "EUR billion"},
            "Date\tEUR billion\n2026\t1 July 2026\t5.3",
        ),
    ],
)
def test_a_table_says_what_its_figures_are(row, notes, shown):
    frame = pd.DataFrame([row])
    frame.attrs = notes
    assert shown in str(ct.table(frame, "x"))


def sheets(book: Path) -> dict[str, pd.DataFrame]:
    return pd.read_excel(book, sheet_name=None, engine="openpyxl")


def test_a_table_becomes_a_workbook_with_its_sources(tmp_path):
    """27.954331 after 24.696910 billion."""
    table = ct.table(ct.growth(ct.trade("KAZ")), "Trade of China and Kazakhstan")
    book = sheets(ct.to_excel(table, tmp_path / "growth.xlsx"))
    assert [*book] == ["Trade of China and Kazakhsta", "Sources"]
    rows = book["Trade of China and Kazakhsta"].query("year == 2024")
    growth = rows.set_index("flow")["growth"]["export"]
    assert growth == pytest.approx(27.954331 / 24.696910 - 1, abs=1e-6)
    # The office that published a figure, and apart from it whose copy was read.
    copies = book["Sources"].set_index("publisher")["read_from"]
    assert copies["UN Comtrade"].startswith("GitHub user ")


def test_a_workbook_has_a_sheet_of_years_by_partners(tmp_path):
    exports = ct.trade(flow="export", start=2024)
    book = sheets(ct.to_excel(exports, tmp_path / "five.xlsx"))
    assert [*book] == ["Data", "Data by year", "Sources"]
    by_year = book["Data by year"].set_index("year")
    assert by_year["Kazakhstan, export"][2024] == pytest.approx(27.954331, abs=1e-6)


def test_no_sheet_is_written_over_another(tmp_path):
    days = pd.DataFrame({"day": pd.to_datetime(["2026-01-14"], utc=True)})
    exports = ct.trade(["KAZ", "UZB"], "export", 2025)
    named = {"Sources": days, "x" * 30: exports, "X" * 31: exports}
    book = sheets(ct.to_excel(named, tmp_path / "x.xlsx"))
    assert len(book) == 6
    # Excel has no time zones.
    assert book["Sources"]["day"][0] == "2026-01-14 00:00:00+00:00"


def test_fractions_are_per_cent_in_a_workbook(tmp_path):
    rates = ct.growth(ct.trade("KAZ", "export", 2024, 2025))
    sheet = openpyxl.load_workbook(ct.to_excel(rates, tmp_path / "x.xlsx")).worksheets[
        0
    ]
    formats = {cells[0].value: cells[1].number_format for cells in sheet.columns}
    per_cent = {name for name, written in formats.items() if written == "0.0%"}
    assert per_cent == {"growth", "growth_low", "growth_high"}
    dates = [name for name, written in formats.items() if written == "yyyy-mm-dd"]
    assert dates == ["date"]
