"""Figures that two referees worked out or read themselves, which the library must give."""

import pytest
from fetch_files import cases

import catrade as ct
from catrade.calc.vintages import rates
from catrade.cells.implied import implied_by_growth
from catrade.tables.trade import load_trade, read_table

#: Region's totals, billion dollars and per cent: exports + imports = the sum of the five.
REGION = """
2019 | 46.01 | 11.4
2020 | 39.193 | -14.8
2021 | 49.93 | 27.4
2022 | 70.24 | 40.7
2024 | 94.87 | 6.1
"""
#: Of which a printed rate is older than a level: 31.2 over 25.0 is not 23.6 per cent.
NINE = """
KAZ | 2017 | total | 37.0
KAZ | 2022 | total | 24.5
KGZ | 2022 | total | 105.2
KGZ | 2023 | total | 27.7
TJK | 2018 | total | 10.0
TJK | 2023 | total | 51.1
UZB | 2018 | total | 47.7
UZB | 2023 | total | 43.6
TKM | 2023 | export | 10.3
"""
#: Years that only growth tells: more than, less than, billion dollars.
IMPLIED = """
KGZ | 2021 | 7.51 | 7.57
UZB | 2017 | 4.21 | 4.23
UZB | 2022 | 9.58 | 9.73
TKM | 2017 | 6.88 | 6.96
TKM | 2021 | 7.33 | 7.39
"""
#: The first release and a later one, billion dollars: 17.8 is 34 per cent above 13.284.
#: Kazakhstan’s imports of 2023 (15.389, 16.772)
#: are none: 31.5 in all was printed in February 2024, before the table of July that has 15.389.
REVISED = """
CHN | CA5 | 2022 | total | 70.2 | 69.8
CHN | UZB | 2023 | import | 1.6 | 1.66
UZB | CHN | 2024 | total | 12.5 | 13.284
UZB | CHN | 2025 | total | 17.2 | 17.8
"""
#: Chapters of Kazakhstan's sales in 2024: millions as China and as Kazakhstan has them.
CHAPTERS = """
26 | 4548 | 3944
28 | 1706 | 1776
72 | 1790 | 1101
74 | 2742 | 2695
78 | 74 | 35
79 | 413 | 327
81 | 27 | 26
"""


def test_the_regions_totals_are_its_flows_and_its_members():
    found = rates().query("reporter == 'CHN' and partner == 'CA5' and flow == 'total'")
    found = found.set_index("year")
    for year, level, percent in cases(REGION):
        own = found.loc[int(year)]
        assert own["value_bn"] == pytest.approx(float(level), abs=0.006)
        assert own["growth"] * 100 == pytest.approx(float(percent), abs=0.06)


@pytest.mark.parametrize(("partner", "year", "flow", "percent"), cases(NINE))
def test_old_printed_rates_are_not_used_of_newer_levels(partner, year, flow, percent):
    found = rates().query("reporter == 'CHN'").set_index(["partner", "year", "flow"])
    rate = found.loc[(partner, int(year), flow), "growth"]
    assert rate * 100 == pytest.approx(float(percent), abs=0.051)


def test_levels_of_single_countries():
    found = ct.trade(["KAZ", "KGZ"], ct.names.FLOWS, 2024, 2025)
    found = found.set_index(["partner", "flow", "year"])
    # 19.98075 billion yuan over 7.1247 and 7.1062: within "2.8", so it takes its place
    low, high = found.loc[("KGZ", "import", 2024), ["low_bn", "high_bn"]]
    assert 2.8044 - 5e-5 <= low < high <= 2.8117 + 5e-5
    ends = found.loc[("KAZ", "total", 2025), ["value_bn", "low_bn", "high_bn"]]
    assert ends.tolist() == pytest.approx([48.7, 48.65, 48.7])
    # Comtrade's flows contradict the first release of the total
    total = found.loc[("KAZ", "total", 2024)]
    assert total["basis"] == "sum_of_flows"
    assert total["value_bn"] == pytest.approx(27.954331004 + 15.911621031)


@pytest.mark.parametrize(("partner", "period", "low", "high"), cases(IMPLIED))
def test_years_that_only_growth_tells(partner, period, low, high):
    rates = read_table("exchange_rates")
    found = implied_by_growth(load_trade("CHN", convert=False), rates)
    found = found[(found["partner"] == partner) & (found["period"] == period)]
    narrowest = found.loc[(found["high_usd"] - found["low_usd"]).idxmin()]
    ends = (narrowest["low_usd"] / 1e9, narrowest["high_usd"] / 1e9)
    assert float(low) < ends[0] < ends[1] < float(high)


@pytest.mark.parametrize("case", cases(REVISED), ids=str)
def test_what_was_revised(case):
    reporter, partner, period, flow, first, later = case
    side = "CHN" if reporter == "CHN" else "partner"
    country = partner if reporter == "CHN" else reporter
    found = ct.revisions(country, reporter=side)
    row = found[(found["period"] == period) & (found["flow"] == flow)].iloc[0]
    assert row["first"] / 1e9 == pytest.approx(float(first), abs=0.001)
    assert row["later"] / 1e9 == pytest.approx(float(later), abs=0.001)


def test_january_to_july_2026_is_as_customs_has_it():
    """China's whole trade +17.3 (exports 14.0, imports 22.0), the five +1.8 per cent."""
    july = ct.as_printed(["CA5", "World"], start="2026-07", end="2026-07")
    found = july.set_index(["partner", "flow"])
    # In yuan: Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan, Uzbekistan.
    totals = (224292900132, 81193715781, 19947054173, 39831546633, 72967204411)
    assert found.loc[("CA5", "total"), "value_bn"] == pytest.approx(sum(totals) / 1e9)
    assert found.loc[("CA5", "total"), "growth"] == pytest.approx(0.0175, abs=3e-4)
    world = found.loc["WLD", "growth"]
    assert world[["total", "export", "import"]].tolist() == [0.173, 0.14, 0.22]


def test_where_2026_may_end():
    """Billion yuan; of Kyrgyzstan exports alone, 141 to 148, and about 1.5 of imports."""
    for code, said in {"CA5": 785, "KAZ": 400, "KGZ": 146}.items():
        now = ct.nowcast(code).iloc[0]
        assert now["estimate_bn"] == pytest.approx(said, abs=0.5)
        assert 0.7 <= now["held"] / now["tried"] <= 0.95


def test_chapters_of_kazakhstan_that_both_sides_list():
    found = ct.mirror_goods("KAZ", "CHN", start=2024, end=2024, singly=True)
    found = found.set_index("hs_chapter")[["importer_bn", "exporter_bn"]] * 1000
    wanted = {chapter: list(map(float, two)) for chapter, *two in cases(CHAPTERS)}
    assert set(found.index) == set(wanted)
    for chapter, both in wanted.items():
        assert found.loc[chapter].tolist() == pytest.approx(both, abs=0.5)
