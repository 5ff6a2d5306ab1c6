"""The calls by which an analyst got a wrong number without a word, each by its own test.

They are of the third review; values are those that sources print, or worked out by hand.
"""

import openpyxl
import pandas as pd
import pytest
import seaborn as sns

import catrade as ct
from rounding.errors import ParameterError

SUPPLIERS = ["China", "Russia", "Germany", "South Korea"]


def test_default_flows_count_nothing_twice():
    flows = ct.trade("CA5", start=2025, end=2025)
    # The announcement: 71.2 of exports and 35.1 of imports, 106.3 in all.
    assert flows["value_bn"].sum() == pytest.approx(106.3, abs=0.05)


def test_a_list_of_partners_loses_nobody():
    imports = ct.trade(SUPPLIERS, "import", 2019, 2020, reporter="KAZ")
    assert imports["partner"].unique().tolist() == ["CHN", "RUS", "DEU", "KOR"]
    none = imports[imports["partner"].isin(["DEU", "KOR"])]
    assert none["value_bn"].isna().all()
    assert len(none) == 4
    with pytest.raises(ParameterError, match="on trade with Germany"):
        ct.trade("Germany", "import", reporter="KAZ")


def test_a_span_loses_no_month_and_no_year():
    months = ct.trade("UZB", "export", "2023-11", "2024-02")
    assert months["period"].tolist() == ["2023-11", "2023-12", "2024-01", "2024-02"]
    assert months["value_bn"].isna().tolist() == [True, True, False, False]
    years = ct.trade("KAZ", "export", range(2018, 2021))
    assert years["year"].tolist() == [2018, 2019, 2020]
    assert years.equals(ct.trade("KAZ", "export", 2018.0, "2020.0"))


def test_a_rest_is_not_what_was_left_out():
    """Of Kyrgyz exports to Kazakhstan another statistic begins in 2010: between 2009 and 2015."""
    parts = ct.trade(["Kazakhstan", "Russia"], "export", 2009, reporter="KGZ")
    whole = ct.trade("World", "export", 2009, reporter="KGZ")
    contributions = ct.contributions(parts, of=whole, years=6).query("period == '2015'")
    rest = contributions[contributions["partner"] == "not allocated"]
    assert "Kazakhstan" in rest["missing"].item()
    assert rest[["contribution", "contribution_low", "change_bn"]].isna().all(axis=None)


OWN = ["partner", "year", "flow", "value_bn"]


LOST = """
own[OWN]
own[["year", "value_bn"]]
own.drop(columns=["begins", "quality", "low_bn", "high_bn"])
own[own.columns[own.dtypes != "datetime64[us]"]].round(1)
"""


@pytest.mark.parametrize("line", LOST.strip().splitlines())
def test_growth_of_a_frame_that_lost_columns_is_the_right_one(line):
    """Customs prints +18.5% in yuan for 2025, +17.9% in dollars; the two levels give +16.8%."""
    own = ct.trade("UZB", "total", 2024, 2025)
    frame = eval(line, {"own": own, "OWN": OWN})
    frame.attrs = {}
    newest = ct.growth(frame).iloc[-1]
    assert newest["growth"] == pytest.approx(0.179, abs=0.0005)
    assert newest["growth_low"] < newest["growth_high"]


def test_growth_of_sums_says_what_it_cannot_know():
    sums = ct.trade(flow="export").groupby("year", as_index=False)[["value_bn"]].sum()
    with pytest.raises(ParameterError, match="of which release these figures are"):
        ct.growth(sums)
    sums.attrs.clear()
    assert set(ct.growth(sums)["growth_basis"]) == {"", "computed"}


def test_names_tell_the_parts_of_a_frame_without_codes():
    frame = pd.DataFrame(
        {"partner_name": ["A", "B"], "year": 2024, "value_bn": [1.0, 3.0]}
    )
    assert ct.share(frame.assign(flow="total"))["share"].tolist() == [0.25, 0.75]


# --- what leaves the notebook -----------------------------------------------------------------


def test_panels_are_titled_in_words():
    frame = ct.index_to(ct.trade(["KAZ", "UZB"], start=2023), 2023)
    grid = sns.relplot(
        frame, x="year", y="index", hue="flow", col="partner_name", kind="line"
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
    pivot = ct.trade("KAZ", "export", 2024, 2024).pivot_table(
        "value_bn", "year", "flow"
    )
    pivot.attrs.clear()
    with pytest.raises(ParameterError, match="does not say where its figures are from"):
        ct.sources(pivot)


def test_a_table_of_goods_says_whose_statistics_and_has_no_empty_column():
    told = str(ct.table(ct.goods("CHN", "KAZ", reporter="KAZ", start=2024), "Goods"))
    head, first = told.splitlines()[1:3]
    assert head.split("\t")[-1] == "Statistics of"
    assert first.split("\t")[-3:] == ["China", "Kazakhstan", "Kazakhstan"]
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
    assert per_cent == {"growth", "growth_low", "growth_high", "growth_computed"}
