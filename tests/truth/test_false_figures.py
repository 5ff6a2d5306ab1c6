"""Figures that version 0.4.0 had wrong, as they are by hand from the sources."""

import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade import page

#: Of the bureau's series of September 2026, million dollars: with China 13,060.2 and 11,143.7 in
#: 2022, 14,666.2 and 15,389.2 in 2023, 14,891.4 and 15,266.2 in 2024; with Russia 9,091.39 and
#: 17,880.6, 10,207.4 and 16,847, 9,551.86 and 18,583.7. What the totals grew by, in per cent.
KAZAKH_SERIES = """
China | 2023 | 24.2
China | 2024 | 0.3
Russia | 2023 | 0.3
Russia | 2024 | 4.0
"""


def growth_of(reporter: str, partner: str) -> pd.DataFrame:
    totals = ct.trade(partner, "total", 2022, 2025, reporter=reporter)
    return ct.growth(totals).set_index("year")


@pytest.mark.parametrize(("partner", "year", "percent"), cases(KAZAKH_SERIES))
def test_growth_of_kazakh_trade_is_of_the_bureaus_own_series(partner, year, percent):
    rate = growth_of("Kazakhstan", partner).loc[int(year)]
    assert rate["growth"] * 100 == pytest.approx(float(percent), abs=0.05)
    assert rate["growth_basis"] == "one release"


def test_chinas_share_of_kazakh_trade_is_part_and_whole_of_one_release():
    # 30.055 of 139.551 billion, both of the bureau's table of July 2024.
    share = page.newest(
        ct.read.figures("KAZ", "total", 2023, 2023, reporter="partner")
    ).share
    assert share.value == pytest.approx(0.2154, abs=0.00005)


def test_a_persons_word_does_not_stand_for_the_statistics_committee():
    # 17.2 is what the press has of the committee, 17.8 what a deputy minister said at a forum.
    own = ct.trade("China", "total", 2025, 2025, reporter="Uzbekistan")
    assert own[["value", "low", "high"]].iloc[0].tolist() == pytest.approx(
        [17.2, 17.15, 17.25]
    )
    published = ct.published("China", "total", 2025, 2025, reporter="Uzbekistan")
    assert sorted(published["value"].round(1)) == [17.2, 17.8]


#: By the committee's first release of January 2026: 17.2 (of the press) and 12.986 (printed) of the
#: 33.812 and 47.355 billion that Uzbekistan sold and bought; its printed shares were 21.2 and 16.
UZBEK_SHARES = """
CHN | 0.2119
RUS | 0.1600
"""


@pytest.mark.parametrize(("partner", "share"), cases(UZBEK_SHARES))
def test_uzbek_shares_are_part_and_whole_of_one_release(partner, share):
    theirs = page.newest(ct.read.figures(partner, "total", 2025, 2025, reporter="UZB"))
    assert theirs.share.value == pytest.approx(float(share), abs=0.00005)


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
