"""Figures taken in with the fourth search: held against others of their own source and others'."""

import pandas as pd
import pytest
from by_hand import rows_of

from catrade_build.cells.chosen import chosen
from catrade_build.tables.names import UNIONS
from catrade_build.tables.trade import read_table

TRADE = read_table("trade")
MARKET = read_table("market_series")


def _of(source: str) -> pd.DataFrame:
    return TRADE[TRADE["sources"] == source]


def test_uzbek_exports_to_the_eu_are_its_members_added_up():
    table = _of("uzb-siat-exports-2026")
    by_partner = table.pivot_table("value", "period", "partner")
    assert list(by_partner.index) == [str(year) for year in range(2015, 2026)]
    assert len(by_partner.columns) == 61  # 60 countries, and the EU
    members = by_partner.columns.intersection(UNIONS["EU27"])
    # To thousands with one decimal.
    sums = by_partner[members].sum(axis=1)
    assert (sums - by_partner["EU27"]).abs().max() < 1000
    # Two tables of the committee, of January 2025 and July 2026.
    older = _of("uzb-stat-sdmx-1105").merge(table, on=["partner", "period", "flow"])
    assert (older["value_x"] == older["value_y"]).all()
    assert len(older) == 2 * 9 + 5 * 7


#: The committee's own, and what the IMF has: 1.33 times that of China.
@pytest.mark.parametrize(
    ("partner", "own", "imf"),
    [("CHN", 2.5160961, 3.3549), ("RUS", 4.5521113, 11.2267)],
)
def test_the_imf_on_uzbekistan_is_never_chosen(partner, own, imf):
    rows = _of("imf-imts-2026-04").query("reporter == 'UZB'")
    assert set(rows["quality"]) == {"rejected"}
    row = rows[rows["partner"] == partner].iloc[0]
    assert row["value"] == pytest.approx(imf * 1e9)
    cells = chosen().query(
        "reporter == 'UZB' and period == '2025' and flow == 'export'"
    )
    cell = cells[cells["partner"] == partner].iloc[0]
    assert cell["value_bn"] == pytest.approx(own, rel=1e-6)


def test_nothing_of_estimates_stands_for_a_country_that_publishes_none():
    estimates = TRADE[TRADE["sources"].str.startswith("imf-imts")]
    none = (estimates["reporter"] == "RUS") & (estimates["period"] >= "2022")
    none |= estimates["reporter"] == "TKM"
    assert set(estimates.loc[none, "quality"]) == {"rejected"}
    # China's 2025 stays as customs printed it; the IMF's 71.33 billion are a copy.
    ours = chosen().query("reporter == 'CHN' and partner == 'CA5' and period == '2025'")
    assert ours.set_index("flow").loc["export", "value_bn"] == pytest.approx(71.2)


def test_kyrgyz_cars_by_country_are_within_all_cars():
    cars = MARKET[MARKET["jurisdiction"] == "KGZ"]
    by_country = cars[cars["series"].str.fullmatch("car_imports_from_...")]
    by_country = by_country[by_country["sources"] == "kgz-nsc-hs4-2026"]
    together = by_country.groupby("period")["value"].sum()
    every = cars[cars["series"] == "car_imports"].set_index("period")["value"]
    share = (together / every).dropna()
    # 177,535 of 184,789 in 2023
    assert share["2023"] == pytest.approx(177_535 / 184_789, rel=1e-5)
    assert list(share.index) == ["2019", "2020", "2021", "2022", "2023"]
    assert share.between(0.89, 1).all()
    doubtful = by_country[by_country["quality"] == "doubtful"]
    assert set(doubtful["series"]) == {"car_imports_from_kaz", "car_imports_from_rus"}
    assert set(doubtful["period"]) == {"2019"}


def test_kazakhstans_trade_with_the_union_holds_its_largest_members():
    # Russia and Kyrgyzstan by the bureau's own table of 2025, Armenia and Belarus besides.
    union = _of("kaz-bns-eaeu-2025").groupby("flow")["value"].sum()
    panel = _of("kaz-bns-panel-2026").query("period == '2025'")
    two = panel[panel["partner"].isin(["RUS", "KGZ"])].groupby("flow")["value"].sum()
    assert (union / two).between(1, 1.1).all()
    assert union["export"] == 10_289_478_038


def test_macro_is_as_the_world_bank_prints_it():
    macro = read_table("macro").set_index(["country", "year", "indicator"])["value"]
    assert macro["CHN", 2024, "gdp"] == pytest.approx(18.7438e12, rel=1e-5)
    # A fraction: 14.7249900200331 per cent.
    assert macro["KAZ", 2023, "consumer_prices"] == 0.147249900200331
    gdp = macro.xs("gdp", level="indicator")
    largest = gdp.drop("WLD").groupby("year").max()
    assert (largest < gdp["WLD"]).all()


@pytest.mark.parametrize(
    ("year", "per_cent"), [("2021", 58), ("2022", 68), ("2023", 85), ("2024", 91)]
)
def test_headings_are_a_part_of_the_flow(year, per_cent):
    """What the scout counted of them: of all that Kyrgyzstan imported from China."""
    headings = pd.DataFrame(rows_of("composition_headings"))
    headings = headings.query("period == @year and reporter == 'KGZ'")
    flow = pd.DataFrame(rows_of("trade")).query(
        "reporter == 'KGZ' and partner == 'CHN' and flow == 'import' and period == @year"
        " and source_id == 'comtrade-mirror-cipf'"
    )
    held = headings["value_usd"].astype(float).sum()
    assert round(100 * held / float(flow["value"].item())) == per_cent
    assert set(headings["coverage"]) == {"partial"}
