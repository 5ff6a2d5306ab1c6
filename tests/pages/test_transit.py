"""Claims of the page on transit, beside the columns they rest on, by hand from data/*.csv."""

from pathlib import Path

import pandas as pd
import pytest
from computed import displayed, named

import catrade as ct
from catrade import page

DATA = Path(__file__).parents[2] / "data"
MARKET = pd.read_csv(DATA / "market_series.csv")


@pytest.fixture(scope="module")
def shown():
    return named(displayed("transit"))


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


def rows_of(series, period):
    rows = MARKET.query("series == @series and period == @period")
    return rows["value"].item()


def test_xinjiangs_share_of_trade_with_the_five(shown):
    """283.67 of 629.5 billion yuan in 2023, which customs' growth gives, and 276.69 of 760.84."""
    trade = pd.read_csv(DATA / "trade.csv")
    five = trade["partner"].isin(["KAZ", "KGZ", "TJK", "TKM", "UZB"])
    yuan = trade[five & trade["reporter"].eq("CHN") & trade["currency"].eq("CNY")]
    # The base of 2024 is each country's total, divided by one and its printed growth.
    totals = yuan[yuan["period"].eq("2024") & yuan["flow"].eq("total")]
    before = (totals["value"] / (1 + totals["growth_printed"])).sum()
    xinjiang = {
        year: rows_of("xinjiang_trade_with_central_asia", year)
        for year in ("2023", "2025")
    }
    totals = yuan[yuan["period"].eq("2025") & yuan["flow"].eq("total")]
    assert xinjiang["2025"] / totals["value"].sum() == pytest.approx(0.364, abs=5e-4)
    assert xinjiang["2023"] / before == pytest.approx(0.451, abs=5e-4)
    title = shown["xinjiang"].title
    assert title == "Xinjiang’s share was 45.1% in 2023 and 36.4% in 2025"


def test_tonnes_through_two_road_ports(shown):
    """982,000 + 700,000 tonnes after 591,566 + 456,323: 1.605 times as many."""
    ports = ("road_cargo_irkeshtam", "road_cargo_torugart")
    now, before = (
        sum(rows_of(port, period) for port in ports)
        for period in ("2025-5M", "2024-5M")
    )
    assert (now, before) == (1_682_000, 1_047_889)
    assert now / before == pytest.approx(1.605, abs=1e-3)
    assert "61% more in January–May 2025" in shown["road-ports"].title
    words = " ".join(map(str, displayed("transit")))
    assert "14,254 trains ran in 2025" in words
    assert rows_of("freight_trains_with_central_asia", "2025") == 14_254
    # China's own exports, as customs print their growth in yuan.
    assert "exports to Kyrgyzstan rose 7.6% in yuan" in words
    assert "fell 10.6%, those to Russia rose 24.5%" in words
