"""Transit as three sides count it: the page’s rows of the tables, against rows added up by hand."""

import pandas as pd
import pytest

import catrade as ct
from catrade.pages import transit as page
from catrade_build.tables.trade import read_table
from rounding.errors import ParameterError


@pytest.fixture(scope="module")
def headings() -> pd.DataFrame:
    return ct.goods("CHN", "KGZ", level="heading")


def test_what_is_partial_is_no_whole(headings):
    assert headings["share"].isna().all()
    one_year = headings[headings["period"] == "2024"]
    for ask in (ct.hhi, ct.share, ct.contributions):
        with pytest.raises(
            ParameterError, match="needs all goods of a flow, and these"
        ):
            ask(one_year)
    with pytest.raises(ParameterError, match="there is CHN to KGZ by KGZ"):
        ct.goods("CHN", "UZB", level="heading")


def test_four_kinds_of_machines_came_and_went(headings):
    machines = headings[headings["heading"].isin(["8422", "8433", "8432", "8452"])]
    millions = (machines.groupby("period")["value_bn"].sum() * 1e3).round()
    assert millions["2021":].to_dict() == {
        "2021": 62,
        "2022": 361,
        "2023": 1430,
        "2024": 1996,
        "2025": 678,
        "2026-5M": 67,
    }
    dishwashers = machines[machines["heading"] == "8422"].set_index("period")
    assert round(dishwashers["value_bn"]["2024"], 3) == 1.253
    # 37 per cent of 5,451 million
    own = ct.trade("KGZ", "import", 2024, 2024, reporter="partner")["value_bn"].item()
    assert millions["2024"] / own / 1e3 == pytest.approx(0.366, abs=5e-4)


def test_the_excess_is_exports_less_imports_without_freight():
    frame = ct.mirror("KGZ", 2024, 2024, cif_margin=page.FREIGHT, full=True)
    row = frame[frame["flow"] == "export"].iloc[0]
    # 19.907 - 5.451 / 1.06 billion
    assert row["difference_bn"] == pytest.approx(19.907061 - 5.451009 / 1.06, abs=1e-3)


def test_textiles_are_half_of_what_one_side_lacks():
    goods = ct.mirror_goods("CHN", "KGZ", start=2020)
    largest = ct.newest(goods.nsmallest(1, "difference_bn"))
    assert (largest.goods, largest.year) == ("Textiles and clothing", 2023)
    assert largest.difference_bn.value / 1e9 == pytest.approx(-7.547, abs=1e-3)
    assert goods["difference_bn"].sum() == pytest.approx(-14.368, abs=1e-3)


def test_the_direct_road_is_as_customs_print_it():
    years = ct.as_printed(["RUS", "KGZ"], "export", start=2024, freq="year")
    months = ct.as_printed(["RUS", "KGZ"], "export", start=2025, currency="CNY")
    rows = page.roads(years, months).set_index(["partner", "period"])["growth"]
    assert rows["RUS", "2025"] == -0.099
    assert rows["KGZ", "2025"] == 0.11
    assert rows["RUS", "2026-7M"] == 0.245
    assert rows["KGZ", "2026-7M"] == -0.106


def test_no_watched_good_is_held_by_its_six_digits(headings):
    listed = read_table("watched_goods")["code"]
    assert len(listed) == 50
    watched = page.watched(headings, 2025)
    assert watched.all == 50
    # 8471 and 8504: 3 and 1; 8517: 2; 8541: 7
    held = listed.str[:4].isin(["8471", "8504", "8517", "8541"])
    assert watched.codes == held.sum()
    # 164.1 + 63.4 + 50.7 + 36.6 million
    assert watched.value_bn.value == pytest.approx(0.3148e9, rel=1e-3)


def test_an_economy_is_set_beside_trade_of_the_same_year():
    frame = ct.economy("KGZ", 2023, 2030)
    assert frame["year"].tolist() == [2023, 2024]  # never the nearest
    last = frame.iloc[-1]
    macro = read_table("macro").query("country == 'KGZ' and year == 2024")
    values = macro.set_index("indicator")["value"]
    assert last["gdp_bn"] == values["gdp"] / 1e9
    assert last["population"] == values["population"]
    with pytest.raises(ParameterError):
        ct.economy("Narnia")
