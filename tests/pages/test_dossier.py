"""A country's dossier: its claims beside the columns they rest on, and unusual pairs."""

import re

import pytest
from computed import words_of

import catrade as ct
from catrade import page
from rounding.formats import MARK


def told(**asked):
    return words_of("country_dossier", **asked)


# What the page says, and the row of `figures` that says so.
CLAIMS = """
KAZ | China bought 46.3% more from Kazakhstan in January–July 2026, in yuan
KAZ | January–February 2026 brought 70% of China’s rise in purchases
KAZ | In 2025 China counted $48.7 billion of trade, Kazakhstan $34.17 billion
KAZ | China was 23.6% of Kazakhstan’s 2025 trade, ahead of Russia
KAZ | 23.6%–30.6% of Kazakhstan’s trade in 2025 was with China
KAZ | China took 91.0% of Kazakhstan’s copper ore exports in 2024
KGZ | China bought 97.5% less from Kyrgyzstan in January–July 2026, in yuan
KGZ | 92% of China’s purchases came in 11 of 31 months
KGZ | China’s sales fell 10.6%
KGZ | China counts $17.14bn more than Kyrgyzstan in 2024
TJK | China bought 60.3% more from Tajikistan in January–July 2026, in yuan
TJK | China was 22% of Tajikistan’s 2024 trade, level with Russia
TJK | China $4.31bn; Tajikistan $2.0bn (2024)
TJK | Parts of Tajikistan’s trade, %, its own statistics; where a line breaks another source begins
UZB | 7.3% of Uzbekistan’s exports (with services) in 2025 went to China
TKM | China counts $10.05bn of trade with Turkmenistan in 2025
TKM | China bought 8.0% less from Turkmenistan in January–July 2026, in yuan
TKM | Turkmenistan publishes no trade statistics by partner regularly
UZB | China sold 22.0% more to Uzbekistan in January–July 2026, in yuan
UZB | Uzbekistan: $17.2bn in 2025, with services
UZB | Uzbekistan: from $4.04bn (2017)
TJK | $292.9m electric vehicles from China in 2025
"""


@pytest.mark.parametrize("claim", CLAIMS.strip().splitlines())
def test_a_page_says(claim):
    partner, sentence = claim.split(" | ")
    assert sentence in told(partner=partner)


def test_the_headline_is_the_flow_that_moved_more_money():
    for partner, flow in [("KAZ", "import"), ("UZB", "export"), ("TJK", "import")]:
        rows = ct.read.figures(
            partner, ["export", "import"], freq="ytd", currency="own"
        )
        rows = rows[rows["date"] == rows["date"].max()].set_index("flow")
        move = (rows["value"] - rows["base"]).abs()
        assert move.idxmax() == flow
        number = f"{abs(rows['growth'][flow]):.1%}"
        title = told(partner=partner).partition(" | ")[0]
        assert number in title


def test_kazakhstans_trade_with_its_four_neighbours():
    near = ["KGZ", "TJK", "TKM", "UZB"]
    rows = ct.read.figures(near, "total", reporter="KAZ").groupby("year")["value"]
    world = ct.read.figures("WLD", "total", reporter="KAZ").set_index("year")["value"]
    parts = rows.sum() / world
    assert (f"{parts[2018]:.1%}", f"{parts[2025]:.1%}") == ("4.9%", "6.1%")
    text = told(partner="KAZ")
    assert "Central Asia: from 4.9% (2018) to 6.1% (2025)" in text
    # Its line is named at its end.
    assert "Russia 19.2%; Central Asia 6.1%." in text


def test_whoever_published_the_whole_of_a_share_is_a_source_of_the_page():
    """Of Tajikistan's trade of 2024 that is TASS, of Uzbekistan's exports of 2025 its committee."""
    assert "China and Russia remain main trade partners of Tajikistan" in told(
        partner="TJK"
    )
    assert "Exports and imports 2015-2025, million dollars" in told(partner="UZB")


def test_a_count_that_contradicts_the_register_stands_beside_no_other():
    """Registered electric cars rose by 6,940 in a year in which 1,145 imports were reported."""
    text = told(partner="KAZ")
    assert "16,108 electric cars imported in 2025, from all countries" in text
    assert "1,347" not in text


def test_by_chinas_count_its_share_of_kazakhstans_trade_is_larger():
    """48.7 in place of 34.17 of 144.66: 48.7 of 159.2 is 30.6%."""
    assert "it would be 30.6%" in told(partner="KAZ")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            {"reporter": "RUS", "partner": "KAZ"},
            "Kazakhstan’s trade with Russia fell 1.2% in 2025",
        ),
        (
            {"reporter": "LVA", "partner": "UZB"},
            "exports to Latvia rose 12.2% in 2025",
        ),
        (
            {"reporter": "RUS", "partner": "TKM"},
            "In 2022 Russia counted $865 million of trade (a part of goods)",
        ),
        (
            {"reporter": "KAZ", "partner": "UZB"},
            "Uzbekistan $4.49 billion in 2023, in part with services",
        ),
        (
            {"reporter": "partner", "partner": "KAZ"},
            "Kazakhstan counts $14.5bn less than China",
        ),
        (
            {"partner": "KAZ", "as_of": "2018-01-01"},
            "In 2016 China counted $13.10 billion",
        ),
    ],
)
def test_unusual_pairs_say_less(asked, says):
    text = told(**asked)
    assert says in text
    assert not re.search(rf"{MARK}|\bnan\b|\bNaN\b|\bunknown\b", text)


def test_a_group_has_no_dossier():
    with pytest.raises(
        ct.params.ParameterError, match="the region's page is trade_growth"
    ):
        page.validate("country_dossier", partner="CA5")


def test_a_share_that_is_years_behind_is_not_told():
    """What is held of all of Russia's trade ends in 2021, its trade with China in 2025."""
    shares = ct.read.figures("CHN", "total", reporter="RUS").dropna(subset="share")
    assert shares["year"].max() == 2021
    text = told(partner="RUS")
    assert "trade in 2025, China’s count" in text
    assert "trade in 2021 was with China" not in text
