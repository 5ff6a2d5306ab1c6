"""Claims of the page on transit, beside the columns they rest on, by hand from data/*.csv."""

import pytest

import catrade as ct
from catrade import page


@pytest.fixture(scope="module")
def headings():
    return ct.goods("China", "import", reporter="KGZ", level="heading", full=True)


def test_two_counts_are_apart_by_what_is_left_without_freight():
    row = page.newest(ct.read.figures("KGZ", "export", 2024, 2024))
    # 19,907 million dollars by China's count, 5,451 by Kyrgyzstan's, of which 6 per cent freight.
    gap = row.goods_value - row.mirror / 1.06
    assert gap.value / 1e9 == pytest.approx(19.907061 - 5.451009 / 1.06, abs=1e-3)
    assert f"{row.goods_value / row.mirror:times}" == "3.7 times"
    assert row.mirror_break == "another kind of source"


def test_it_is_more_than_kyrgyzstan_counts_of_all_imports_and_most_of_its_product():
    own = page.newest(ct.read.figures("WLD", "import", 2024, 2024, reporter="KGZ"))
    assert own.value.high < 14.76e9
    economy = page.newest(ct.economy("KGZ"), year=2024)
    assert 14.76 / economy.gdp_bn == pytest.approx(0.845, abs=1e-3)


def test_textiles_are_half_of_what_one_side_lacks():
    goods = ct.read.composition("CHN", "KGZ", 2020, book="both")
    largest = page.newest(goods.nlargest(1, "gap"))
    assert (largest.goods, largest.year) == ("Textiles and clothing", 2023)
    assert f"{largest.value:bn}, {largest.mirror:bn}" == "$8.08bn, $531.7m"


def test_cars_from_china_and_from_the_second_origin():
    cars = ct.read.table("cars").query(
        "country == 'KGZ' and goods == 'cars' and freq == 'year'"
    )
    counted = cars.set_index(["partner", "year"])
    assert counted["value"]["CHN", 2025] == 49_497
    assert counted["before"]["CHN", 2025] == 66_678
    origins = cars.query("flow == 'import' and partner != 'WLD' and year == 2025")
    assert origins.nlargest(2, "value")["partner"].tolist() == ["KOR", "CHN"]


def test_all_machinery_is_told_of_not_what_was_chosen_by_its_peak(headings):
    machinery = headings[headings["code"].str.startswith("84")]
    by_year = machinery.groupby("period")["value"].sum().round(2)
    assert by_year[["2023", "2024", "2025"]].tolist() == [1.84, 2.51, 1.46]
    dishwashers = machinery[machinery["code"] == "8422"].set_index("period")
    assert dishwashers["value"][["2024", "2025"]].round(3).tolist() == [1.253, 0.238]


def test_of_fifty_watched_goods_thirteen_are_in_headings_that_are_held(headings):
    watched = ct.read.table("watched")
    assert watched["listed"].unique().tolist() == [50]
    assert watched["codes"].sum() == 50
    held = headings[(headings["watched"] > 0) & (headings["period"] == "2025")]
    # 8471, 8504, 8517 and 8541: 164.1 + 63.4 + 50.7 + 36.6 million
    assert sorted(held["code"]) == ["8471", "8504", "8517", "8541"]
    assert (
        held["watched"].sum()
        == watched[watched["heading"].isin(held["code"])]["codes"].sum()
    )
    assert held["value"].sum() == pytest.approx(0.3148, rel=1e-3)


def test_the_direct_road_is_as_customs_print_it():
    asked = {"start": 2025, "currency": "own"}
    years = ct.read.figures(["RUS", "KGZ"], "export", **asked).query("year == 2025")
    months = ct.read.figures(["RUS", "KGZ"], "export", freq="ytd", **asked)
    months = months[months["period"] == "2026-7M"]
    assert years.set_index("partner")["growth"].to_dict() == {
        "RUS": -0.099,
        "KGZ": 0.11,
    }
    assert months.set_index("partner")["growth"].to_dict() == {
        "RUS": 0.245,
        "KGZ": -0.106,
    }
