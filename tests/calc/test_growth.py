"""Growth of cells, worked by hand."""

import pytest
from trade_totals import CA5, table

from catrade_build.vintages import cell_growth
from rounding.errors import ParameterError

#: A figure that may be zero, and two that are not.
UNSURE = table([("KAZ", "2022", 1, 1), ("KAZ", "2023", 10, 2), ("KAZ", "2024", 20, 4)])
THREE = [("KAZ", "2012", 1, 0), ("KAZ", "2013", 2, 0), ("KAZ", "2014", 4, 0)]


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


def test_a_column_that_is_missing_is_named():
    with pytest.raises(ParameterError, match="column 'low_bn'; the frame has partner"):
        cell_growth(CA5.drop(columns="low_bn"))
