"""Anchors of the bundled trade table, each a figure its source prints."""

import pytest
from fetch_files import cases

from catrade_build.cells.selection import select_published
from catrade_build.tables.trade import load_trade, read_table

BN = 1e9


def _value(reporter: str, partner: str, period: str, flow: str) -> float:
    frame = load_trade(
        reporter, partner, flow, start=period, end=period, frequency=None
    )
    frame = select_published(frame[frame["period"] == period])
    return float(frame["value_usd"].item())


#: The Ministry of Commerce on 18 January 2026; UN Comtrade, China's report; and figures instead
#: of 31.5 (the first release of 2023), of 6.73 and 0.552 (UNCTAD) and of 3.38 billion (a secondary
#: paper).
FIGURES = """
CHN CA5 2025 total | 106.3e9
CHN CA5 2025 export | 71.2e9
CHN CA5 2025 import | 35.1e9
CHN CA5 1992 total | 0.46e9
CHN KAZ 2014 import | 9741822440
CHN UZB 2015 export | 2228760931
KAZ CHN 2023 total | 30055389612
KAZ CHN 2015 export | 5480137487
UZB CHN 2005 export | 238000000
CHN UZB 2012 total | 2.88e9
"""


@pytest.mark.parametrize(("cell", "value"), cases(FIGURES))
def test_the_figure_its_source_prints(cell, value):
    assert _value(*cell.split()) == float(value)


#: Printed as "over 48.6", "about 4.3", "nearly 5", "almost 13.5", cut off after a digit; the words
#: belong to the total of a page, not to its flows.
ROUNDED = """
CHN KAZ 2025 total | caliber-2026 | floor 48.6 48.7
CHN TJK 2025 total | caliber-2026 | about 4.2 4.4
CHN UZB 2022-H1 total | xi-article-uzb-2022-09 | ceiling 4.0 5.0
CHN UZB 2024 total | 24kg-2025-01-24 | floor 13.7 13.8
KAZ CHN 2022 export | astanatimes-2023-04 | nearest 13.15 13.25
"""


@pytest.mark.parametrize(("cell", "source", "interval"), cases(ROUNDED))
def test_words_of_rounding(cell, source, interval):
    reporter, partner, period, flow = cell.split()
    frame = load_trade(
        reporter, partner, flow, start=period, end=period, frequency=None
    )
    row = frame[(frame["period"] == period) & (frame["sources"] == source)].iloc[0]
    rounding, low, high = interval.split()
    assert row["rounding"] == rounding
    assert row["low_usd"] == pytest.approx(float(low) * BN)
    assert row["high_usd"] == pytest.approx(float(high) * BN)


def test_every_value_is_a_multiple_of_its_unit():
    """A sum of ours is as wide as the units of its parts together, and ends in any digit."""
    table = read_table("trade").query("not derived")
    assert (table["value"] % table["precision"] == 0).all()
