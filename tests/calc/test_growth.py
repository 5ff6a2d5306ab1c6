"""Growth, compound growth and index, worked by hand."""

import pytest
from fetch_files import cases
from trade_totals import CA5, FIVE, table

from catrade_build.calc.growth import cagr_between, cell_growth, index_to_base
from catrade_build.calc.shares import NOT_ALLOCATED, contribution_to_growth, share_of
from rounding.errors import ParameterError

#: A figure that may be zero, and two that are not.
UNSURE = table([("KAZ", "2022", 1, 1), ("KAZ", "2023", 10, 2), ("KAZ", "2024", 20, 4)])
THREE = [("KAZ", "2012", 1, 0), ("KAZ", "2013", 2, 0), ("KAZ", "2014", 4, 0)]
PARTS = table([("KAZ", "2024-10M", 9, 0), ("KAZ", "2024-2M", 3, 0)])
_INDEX = ["index", "index_low", "index_high"]


def test_growth_of_the_region_by_hand():
    row = cell_growth(CA5).iloc[0]
    # 106.3 / 94.82 = 1.121071 (94.82 · 1.12 = 106.1984; 0.1016 / 94.82 = 0.001071).
    assert row["growth"] == pytest.approx(0.121071, abs=1e-6)
    # 106.25 / 94.825 = 1.120485; 106.35 / 94.815 = 1.121658: 12.05 to 12.17 per cent.
    assert row["growth_low"] == pytest.approx(0.120485, abs=1e-6)
    assert row["growth_high"] == pytest.approx(0.121658, abs=1e-6)
    assert (row["base_period"], row["base_bn"]) == ("2024", 94.82)


def test_a_base_that_may_be_zero_gives_no_row_and_rows_are_numbered_anew():
    frame = table([("TJK", "1992", 0, 0), ("TJK", "1993", 1, 0), ("TJK", "1994", 0, 0)])
    # 1993 on 1992 has no rate; 1994 on 1993 is −100 per cent, and that is a rate.
    assert cell_growth(frame)[["period", "growth"]].to_numpy().tolist() == [
        ["1994", -1.0]
    ]
    rates = cell_growth(UNSURE)
    assert (list(rates.index), rates["period"].tolist()) == ([0], ["2024"])
    assert "index" not in rates
    # 16 to 24 on 8 to 12
    row = rates.iloc[0]
    assert row[["growth_low", "growth_high"]].tolist() == pytest.approx([1 / 3, 2])
    # Growth of what is growth already: the base is looked up anew.
    assert cell_growth(cell_growth(table(THREE))).iloc[-1]["base_bn"] == 2


def test_sources_of_a_rate_are_those_of_both_figures():
    frame = CA5.assign(sources=["a;b", "b;c"])
    assert cell_growth(frame)["sources"].tolist() == ["b;c;a"]
    parts = FIVE.assign(sources=["old", "new"] * 5)
    sources = contribution_to_growth(parts, frame).set_index("partner")["sources"]
    assert sources["KAZ"] == "new;old;b;c;a"
    assert sources[NOT_ALLOCATED] == "b;c;a"
    assert set(share_of(parts, frame)["sources"]) == {"old;a;b", "new;b;c"}
    assert index_to_base(frame)["sources"].tolist() == ["a;b", "b;c;a"]


def test_index_by_hand():
    indexed = index_to_base(FIVE, 2024).set_index(["partner", "period"])
    row = indexed.loc[("KGZ", "2025"), _INDEX].astype(float)
    # 27.2 / 22.71 = 1.19771, from 27.15 / 22.715 to 27.25 / 22.705.
    assert row.tolist() == pytest.approx(
        [100 * 27.2 / 22.71, 100 * 27.15 / 22.715, 100 * 27.25 / 22.705]
    )
    base = indexed.xs("2024", level="period")
    assert base[_INDEX].to_numpy().tolist() == [[100.0] * 3] * 5
    # The first figure above zero for certain is 100; 10 ± 2 and 20 ± 4.
    indexed = index_to_base(UNSURE)
    assert indexed["base_period"].unique().tolist() == ["2023"]
    assert indexed[_INDEX].to_numpy()[1:].ravel().tolist() == pytest.approx(
        [100, 100, 100, 200, 400 / 3, 300]
    )
    assert index_to_base(UNSURE, "2022").empty
    small = table([("KAZ", "2023", 0.5, 0.25), ("KAZ", "2024", 1, 0)])
    assert index_to_base(small)["index"].tolist() == [100, 200]
    assert index_to_base(PARTS)["base_period"].unique().tolist() == ["2024-2M"]


def test_a_year_as_the_base_of_months_is_the_mean_of_its_twelve():
    rows = [("KAZ", f"2024-{month:02}", month, 0) for month in range(1, 13)]
    more = [
        ("KAZ", "2025-01", 13, 0),
        ("UZB", "2024-01", 5, 0),
        ("UZB", "2025-01", 5, 0),
    ]
    indexed = index_to_base(table([*rows, *more]), 2024)
    # 1 + … + 12 = 78, a twelfth of which is 6.5; Uzbekistan lacks eleven months.
    assert set(indexed["partner"]) == {"KAZ"}
    assert indexed["index"].iloc[-1] == 200
    assert indexed["index"].head(12).mean() == pytest.approx(100)
    assert (len(indexed), set(indexed["base_bn"])) == (13, {6.5})
    with pytest.raises(
        ParameterError, match=r"twelve, and no series has all; .*2025-01"
    ):
        index_to_base(table(more), 2025)


def test_index_starts_where_all_series_do():
    frame = table([("UZB", "2013", 5, 0), *THREE])
    assert index_to_base(frame)["base_period"].unique().tolist() == ["2013"]
    # A series without a figure in the base period is left out, and leaves no hole.
    only = index_to_base(frame, "2012")
    assert (list(only.index), set(only["partner"])) == ([0, 1, 2], {"KAZ"})
    # Without a common period, the one that most series have.
    some = [("KAZ", "2012", 1, 0), ("UZB", "2013", 5, 0), ("TJK", "2013", 2, 0)]
    indexed = index_to_base(table(some))
    assert indexed["partner"].tolist() == ["UZB", "TJK"]


def test_a_series_of_zeros_does_not_stop_the_others():
    rows = [("KAZ", year, 0, 0) for year in ("2012", "2013")]
    rows += [("TJK", year, 5, 9) for year in ("2012", "2013")]  # it may be zero
    rows += [("UZB", "2013", 5, 0), ("UZB", "2014", 6, 0)]
    indexed = index_to_base(table(rows))
    assert indexed[["partner", "period", "base_period"]].to_numpy().tolist() == [
        ["UZB", "2013", "2013"],
        ["UZB", "2014", "2013"],
    ]
    nothing = index_to_base(table(rows[:4]))
    assert nothing.empty
    assert {*_INDEX, "base_period"} <= set(nothing)
    assert index_to_base(table(rows)[:0]).empty


def test_compound_growth_by_hand():
    # 100 to 121 in two years is 10 per cent a year.
    frame = table(
        [("KAZ", "2013", 100, 1), ("KAZ", "2014", 5, 0), ("KAZ", "2015", 121, 1)]
    )
    row = cagr_between(frame, 2013, 2015).iloc[0]
    assert row["cagr"] == pytest.approx(0.1)
    # √(120/101) − 1 and √(122/99) − 1.
    assert row["cagr_low"] == pytest.approx((120 / 101) ** 0.5 - 1)
    assert row["cagr_high"] == pytest.approx((122 / 99) ** 0.5 - 1)
    assert row[["start", "end", "years"]].tolist() == ["2013", "2015", 2]
    assert cagr_between(frame, 2013, 2016).empty
    # What may be negative, −1 to 9, ends at minus all; a base that may be zero gives nothing.
    wide = table([("KAZ", "2020", 4, 0), ("KAZ", "2022", 4, 5)])
    (rate,) = cagr_between(wide, 2020, 2022)[["cagr_low", "cagr_high"]].to_numpy()
    assert rate.tolist() == [-1, 0.5]
    assert cagr_between(UNSURE, 2022, 2024).empty


WRONG = """
cell_growth(CA5.drop(columns="low_bn")) | column 'low_bn'; the frame has partner
cagr_between(CA5, 2025, 2024) | end must be after start; got start=2025
index_to_base(CA5, 2020) | '2020' has no figure in any series, .*; the nearest .* is '2024'
index_to_base(PARTS, "2024-9M") | the nearest .* is '2024-10M'
index_to_base(PARTS, "2024-4M") | the nearest .* is '2024-2M'
"""


@pytest.mark.parametrize(("line", "sentence"), cases(WRONG))
def test_a_mistake_is_one_sentence(line, sentence):
    with pytest.raises(ParameterError, match=sentence) as caught:
        eval(line)
    assert "\n" not in str(caught.value)
