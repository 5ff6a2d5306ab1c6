"""Figures that two referees worked out or read themselves, which the library must give."""

import pytest
from fetch_files import cases

from catrade_build.edition import table
from catrade_build.revisions import every_revision
from catrade_build.vintages import rates

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
#: The first release and a later one, billion dollars. Kazakhstan's imports of 2023 were 27.4 per
#: cent of 61.159 as first released, which UN Comtrade has as 16.772.
REVISED = """
CHN | CA5 | 2022 | total | 70.2 | 69.8
CHN | UZB | 2023 | import | 1.6 | 1.66
KAZ | CHN | 2023 | import | 16.772 | 15.389
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
    totals = rates().query("reporter == 'CHN' and partner == 'CA5' and flow == 'total'")
    totals = totals.set_index("year")
    for year, level, percent in cases(REGION):
        own = totals.loc[int(year)]
        assert own["value_bn"] == pytest.approx(float(level), abs=0.006)
        assert own["growth"] * 100 == pytest.approx(float(percent), abs=0.06)


@pytest.mark.parametrize(("partner", "year", "flow", "percent"), cases(NINE))
def test_old_printed_rates_are_not_used_of_newer_levels(partner, year, flow, percent):
    by_flow = rates().query("reporter == 'CHN'").set_index(["partner", "year", "flow"])
    rate = by_flow.loc[(partner, int(year), flow), "growth"]
    assert rate * 100 == pytest.approx(float(percent), abs=0.051)


@pytest.mark.parametrize("case", cases(REVISED), ids=str)
def test_what_was_revised(case):
    *cell, first, later = case
    key = ["reporter", "partner", "period", "flow"]
    revisions = every_revision()
    row = revisions[(revisions[key] == cell).all(axis=1)].iloc[0]
    assert row["first"] / 1e9 == pytest.approx(float(first), abs=0.001)
    assert row["later"] / 1e9 == pytest.approx(float(later), abs=0.001)


def test_chapters_of_kazakhstan_that_both_sides_list():
    goods = table("goods").query(
        "exporter == 'KAZ' and importer == 'CHN' and reporter == 'CHN' and year == 2024"
    )
    both = goods[goods["level"] == "chapter"].dropna(subset="mirror")
    chapters = both.set_index("code")[["value", "mirror"]] * 1000
    wanted = {chapter: list(map(float, two)) for chapter, *two in cases(CHAPTERS)}
    assert set(chapters.index) == set(wanted)
    for chapter, both in wanted.items():
        assert chapters.loc[chapter].tolist() == pytest.approx(both, abs=0.5)
