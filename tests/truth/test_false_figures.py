"""Figures that a version had wrong, or that referees worked out, by hand from the sources."""

import pytest
from fetch_files import cases

import catrade as ct
from catrade_build.edition import table
from catrade_build.revisions import every_revision

#: Of Ember's file, dollars: Kazakhstan's electric vehicles of 2021 by month, 861,405, 270,940,
#: 3,557,944, 6,376,482, 5,134,491, 10,554,718, 6,638,495, 2,179,840, 1,040,961, 794,174, 447,700
#: and 324,984; the sums of twelve months that it prints at December 2021 and 2022.
EMBER_SUMS = """
KAZ | 2021 | 38182134
KAZ | 2022 | 31267029
UZB | 2021 | 28120264
TKM | 2021 | 49042
"""


@pytest.mark.parametrize(("partner", "year", "dollars"), cases(EMBER_SUMS))
def test_months_of_electric_vehicles_add_up_to_their_year(partner, year, dollars):
    asked = {"kind": "ev", "partner": partner, "start": int(year), "end": int(year)}
    by_month = ct.market(**asked, freq="month")["value"]
    assert len(by_month) == 12
    assert by_month.sum() == pytest.approx(float(dollars), abs=0.5)
    yearly = ct.market(**asked, freq="year")["value"]
    assert yearly.sum() == pytest.approx(float(dollars), abs=0.5)


def test_a_year_is_not_twelve_rows():
    # February 2021 has no row for Kyrgyzstan: the twelve rows to December hold December 2020,
    # 59,145 of the 2,134,091 dollars that the file prints.
    kyrgyz = ct.market(kind="ev", partner="KGZ", start=2021, end=2021, freq="year")
    assert kyrgyz["value"].sum() == pytest.approx(2134091 - 59145, abs=0.5)


#: China's trade with Kyrgyzstan in 2023 is 19.8 billion by those who print it so, 28.8 per cent
#: more than a year before; a page with "20 billion" has 32. The levels known then give 19.8 / 15.5.
@pytest.mark.slow
@pytest.mark.parametrize("day", ["2024-09-18", "2025-07-01", "2026-08-21"])
def test_a_rate_counts_only_with_the_level_it_was_printed_with(day):
    with ct.as_of(day):
        rate = ct.growth(ct.trade("KGZ", "total", 2022, 2023)).iloc[-1]
    assert rate["growth"] == pytest.approx(0.277, abs=0.0005)
    assert 0.27 < rate["growth_low"] < rate["growth_high"] < 0.288


def test_trade_both_ways_is_not_told_as_exports():
    # 48.6 billion is what China and Kazakhstan traded in 2025; 29.7 of it China sold.
    both = ct.facts("KAZ", "total", 2025, 2025, topic="all_goods")
    assert both["flow"].tolist() == ["total"]
    found = ct.search("two-way").query("what == 'fact'")["meaning"]
    assert "Trade both ways of China and Kazakhstan" in set(found)
    assert not found.str.startswith("Sold by").any()


def test_enriched_uranium_is_called_so():
    energy = ct.facts("KAZ", "import", 2024, 2024, topic="energy")
    assert "enriched uranium" in set(energy["item"])
    assert "uranium" not in set(energy["item"])


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
