"""The policy notebooks: each claim beside the columns it rests on, and pages of few events.

The cells run in this process: what they show does not depend on a kernel.
"""

import re
from typing import Any

import pandas as pd
import pytest
from computed import displayed, named

from catrade import policy
from catrade_build.edition import table
from pagemill.display import Chart

#: Words by which a sentence would claim a cause.
CAUSES = "because|caused|led to|thanks to|due to|boosted|drove|impact"


def run(name: str = "nev_policy_timeline", **parameters: object) -> list[Any]:
    return displayed(name, **parameters)


def text(shown: list[Any]) -> str:
    return "\n".join(part._repr_mimebundle_()["text/plain"] for part in shown)


def charts(shown: list[Any]) -> list[Chart]:
    return [part for part in named(shown).values() if isinstance(part, Chart)]


@pytest.fixture(scope="module")
def default() -> list[Any]:
    return run()


def row_of(series: str, period: str, freq: str) -> pd.Series:
    rows = table("market").query("series == @series and period == @period")
    return rows[rows["freq"] == freq].iloc[0]


#: A sentence or title | series, period and column it rests on.
CLAIMS = """
New-energy cars were 67.1% of China’s car sales in September 2026 |
 cpca_nev_retail_penetration 2026-09 month value
(57.8% a year before; passenger-car association) |
 cpca_nev_retail_penetration 2025-09 month value
their sales fell 11.8% in January–September 2026 |
 cpca_nev_retail_sales 2026-9M ytd growth
Makers’ home sales of new-energy vehicles fell 13.4%, January–June 2026 |
 nev_sales_at_home 2026-6M ytd growth
and 2.36 million abroad, up 122% | nev_exports 2026-6M ytd growth
Battery cars were 43% of cars registered in June 2026 |
 bev_passenger_registrations 2026-06 month share
the share of battery cars went from 35% to | bev_passenger_registrations 2025-12 month share
without the season from 35.6% to | bev_passenger_registrations 2025-12 month share_adjusted
35.6% to 29.8% | bev_passenger_registrations 2026-01 month share_adjusted
5.20 million new-energy vehicles in January–June 2026, down 7.6% |
 nev_registrations 2026-6M ytd growth
49.4% of new cars | nev_share_of_registrations 2026-6M ytd value
"""


@pytest.mark.parametrize("claim", CLAIMS.strip().replace("|\n ", "| ").splitlines())
def test_a_claim_is_in_the_columns(default, claim):
    sentence, at = claim.split(" | ")
    titles = [chart.title for chart in charts(default)]
    assert sentence in "\n".join([text(default), *titles])
    *where, column = at.split()
    held = abs(100 * row_of(*where)[column])
    told = [float(number) for number in re.findall(r"([\d.]+)%", sentence)]
    assert any(held == pytest.approx(number, abs=0.51) for number in told)


def test_the_title_of_the_timeline_counts_rules_that_it_draws(default):
    chart = named(default)["timeline"]
    assert chart.title == "4 of China’s rules end by 31 December 2026"
    rules = policy.events("CHN", on=policy.newest_day(), full=True)
    rules = rules.query("status == 'yes' and quality == 'ok'")
    assert (rules["ends"] == pd.Timestamp("2026-12-31")).sum() == 4
    assert rules["ends"].min() == pd.Timestamp("2026-12-31")
    assert (chart.table["said"] == "to 31 Dec 2026").sum() == 4
    # Relief from tax is drawn since it began, not since it was last prolonged.
    bars = chart.table.set_index("label")["begin"]
    assert bars["Purchase tax relief for NEVs"] == pd.Timestamp("2025-01-01")


def test_no_sentence_names_a_cause(default):
    for chart in charts(default):
        assert not re.search(CAUSES, f"{chart.title} {chart.alt} {chart.note}".lower())


@pytest.mark.parametrize(
    "parameters",
    [
        {"jurisdiction": "TJK"},
        {"jurisdiction": "TKM", "start": 2009, "end": 2010},
        {"themes": "heavy_trucks", "end": 2012},
        {"as_of": "2013-06-01"},
        {"start": 2025, "end": 2026},
    ],
    ids=str,
)
def test_selections_without_events_or_figures_still_make_good_pages(parameters):
    shown = run(**parameters)
    assert not re.search(r"\b(nan|None|inf|NaT)\b", text(shown))
    for chart in charts(shown):
        assert not chart.table.empty
    register = text(run("nev_policy_register", **parameters))
    assert not re.search(r"\b(nan|None|NaT)\b", register)


def test_as_of_a_day_a_page_knows_what_was_decided_by_then():
    shown = run(as_of="2026-01-18")
    words = text(shown)
    assert "On 18 January 2026 a buyer had half the purchase tax waived" in words
    assert "in June 2026" not in words
    assert "What came in the month to 18 January 2026" in words


def test_a_page_of_another_country_tells_of_no_buyer_in_china(default):
    here = text(default[-1:]).lower()
    there = text(run(jurisdiction="KAZ")).lower()
    assert ("subsidies" in here, "purchase tax" in here) == (True, True)
    assert ("subsid" in there, "purchase tax" in there) == (False, False)
