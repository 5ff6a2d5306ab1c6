"""A sum of which a part is missing is a lower bound; what it decides, and what it does not."""

import math
from typing import Any

import pytest
from published_rows import (
    BILLION,
    FIGURES,
    claim_cases,
    facts_with,
    figures,
    judged,
    trade_rows,
)

import catrade as ct
from catrade_build.claims.facts import Facts
from catrade_build.claims.verdicts import judge_claims
from catrade_build.tables.policy import load_claims

#: Own figures of the four: with China those of two, with Russia those of all or of three.
OWN = figures("""
KGZ CHN 2025 total 30 0.5 k
UZB CHN 2025 total 25 0.5 k
KAZ RUS 2025 total 20 0.5 k
KGZ RUS 2025 total 15 0.5 k
TJK RUS 2025 total 5 0.5 k
UZB RUS 2025 total 10 0.5 k
KGZ CHN 2022 total 9 0.5 k
KAZ RUS 2022 total 5 0.5 k
KGZ RUS 2022 total 15 0.5 k
KAZ CHN 2021 total 1 0.5 k
KGZ CHN 2021 total 1 0.5 k
TJK CHN 2021 total 1 0.5 k
UZB CHN 2021 total 1 0.5 k
KGZ RUS 2021 total 15 0.5 k
""")


@pytest.fixture(scope="module")
def four() -> Facts:
    return facts_with(*OWN)


# --- the sum ------------------------------------------------------------------------------------


def test_the_members_that_are_known_add_up_to_a_bound(four):
    """29.5 + 24.5; Kazakhstan and Tajikistan have none."""
    bound = four.at_least(("CA4", "CHN", "total", "2025"))
    assert bound
    assert (bound["reporter"], bound["partner"]) == ("CA4", "CHN")
    assert (bound["low"], bound["high"]) == (54.0, math.inf)
    assert (bound["missing"], bound["coverage"]) == (["KAZ", "TJK"], "goods")
    # No figure, so that nothing takes it for one.
    assert math.isnan(bound["value"])
    # all have one, or none has
    assert four.at_least(("CA4", "RUS", "total", "2025")) is None
    assert four.at_least(("CA4", "CHN", "total", "2020")) is None


def test_what_is_doubted_is_no_part_of_a_bound():
    """With Tajikistan's 5 with Russia in doubt, 20 + 15 + 10 are left, of at least 43.5."""
    rows = trade_rows(OWN)
    is_doubted = rows["reporter"].eq("TJK") & rows["partner"].eq("RUS")
    rows["quality"] = is_doubted.map({True: "doubtful", False: "ok"})
    bound = facts_with(trade=rows).at_least(("CA4", "RUS", "total", "2025"))
    assert bound
    assert (bound["low"], bound["missing"]) == (43.5, ["TJK"])


# --- what it decides ----------------------------------------------------------------------------

RANKS = """
rank period=2025 | holds | with China, at least $54 billion (Kyrgyzstan $30 billion and Uzbekistan
 $25 billion; Kazakhstan and Tajikistan not counted), was ahead of that with Russia, about $50
 billion.
rank period=2025 subject=RUS terms=CHN | does not hold | with Russia, about $50 billion, was behind
 that with China, at least $54 billion (Kyrgyzstan $30 billion and Uzbekistan $25 billion;
 Kazakhstan and Tajikistan not counted).
rank period=2021 | does not hold | with China, between $2.0 billion and $6.0 billion, was behind
 that with Russia, at least $14 billion (Kyrgyzstan $15 billion; Kazakhstan, Tajikistan and
 Uzbekistan not counted).
"""


@pytest.mark.parametrize(("kind", "changes", "verdict", "ending"), claim_cases(RANKS))
def test_a_bound_decides_a_rank(kind, changes, verdict, ending, four):
    """29.5 + 24.5 is more than 20.5 + 15.5 + 5.5 + 10.5; and 4 x 1.5 is less than 14.5."""
    asked = {"partner": "CA5", "books": "partner"} | changes
    judgement = judged("rank_among_partners", four, **asked)
    assert judgement.verdict == verdict, judgement
    assert judgement.reason.endswith(ending), judgement
    assert "Kyrgyzstan: trade with" in judgement.evidence
    # Who is behind now has not become the largest.
    became = judged("became_largest", four, **asked).verdict
    assert (became == "does not hold") == (verdict == "does not hold")


def test_a_bound_that_may_be_less_decides_nothing(four):
    """Of 2022 both sides lack members, and a close bound is not "too close to tell"."""
    asked = {"partner": "CA5", "books": "partner"}
    others = [row for row in OWN if row[:3] != ("UZB", "CHN", "2025")]
    close = facts_with(*others, ("UZB", "CHN", "2025", "total", 22, 0.5, "k"))
    for facts, period in [(four, "2022"), (close, "2025")]:
        judgement = judged("rank_among_partners", facts, period=period, **asked)
        assert judgement.verdict == "cannot be checked"
        assert "do not give trade of Central Asia without Turkm" in judgement.reason
    assert math.isnan(judgement.computed[0])


def test_nothing_is_said_of_growth_on_a_bound(four):
    """Of 2022 all four have a figure with China; with Russia they lack some, as of 2021."""
    others = ("KAZ", "TJK", "UZB")
    rows = [(code, "CHN", "2022", "total", 90, 0.5, "k") for code in others]
    asked = {"partner": "CA5", "books": "partner", "period": "2022"}
    judgement = judged("rank_among_partners", facts_with(*OWN, *rows), **asked)
    assert (
        "do not give trade of Central Asia without Turkmenistan with Russia; in 2021"
        in judgement.reason
    )
    assert judgement.reason.endswith("was behind Russia (at least $14 billion).")


def test_russia_counts_its_trade_with_turkmenistan():
    rows = [("RUS", code, "2025", "total", 90, 0.5, "r") for code in ("KGZ", "TKM")]
    bound = facts_with(*rows).at_least(("RUS", "CA5", "total", "2025"))
    # and with Kazakhstan and Uzbekistan 90 and 10: 4 x 0.5 less
    assert bound
    assert (bound["low"], bound["missing"]) == (278.0, ["TJK"])


def test_services_in_a_bound_are_not_set_against_goods():
    """Uzbekistan's 25 with services show no lead in goods; with services on both sides they do."""
    trade = trade_rows([*FIGURES, *OWN])
    of_uzbeks = trade["reporter"].eq("UZB")
    asked = {"partner": "CA5", "books": "partner"}
    for partners, verdict in [
        (["CHN"], "cannot be checked"),
        (["CHN", "RUS"], "holds"),
    ]:
        services = of_uzbeks & trade["partner"].isin(partners)
        counted = services.map({True: "goods_and_services", False: "goods"})
        facts = facts_with(trade=trade.assign(coverage=counted))
        judgement = judged("rank_among_partners", facts, **asked)
        assert judgement.verdict == verdict
        assert math.isnan(judgement.computed[1])


LEVELS = """
level value=50e9 rounding=above | holds
level value=48e9 | does not hold
level value=52e9 rounding=below | does not hold
level value=54e9 | cannot be checked
level value=60e9 rounding=above | cannot be checked
level value=60e9 rounding=below | cannot be checked
"""


@pytest.mark.parametrize("case", LEVELS.strip().splitlines())
def test_a_bound_decides_a_level(case, four):
    """At least 54: more than 50, not 47.5 to 48.5, not less than 52; it may be 54 or 60."""
    asked, verdict = case.split(" | ")
    _, value, *rounding = [part.split("=")[-1] for part in asked.split()]
    changes: dict[str, Any] = {"value": float(value), "partner": "CA5"}
    if rounding:
        changes |= {"rounding": rounding[0], "precision": None}
    judgement = judged("level", four, books="partner", **changes)
    assert judgement.verdict == verdict
    assert "at least $54 billion" in judgement.reason


def test_growth_is_not_told_of_bounds(four):
    """Of 2022 only Kyrgyzstan's 8.5 or more are known, of 2021 four countries' of five."""
    asked = {"value": 0.1, "precision": 0.01, "unit": "fraction", "period": "2022"}
    judgement = judged("growth", four, partner="CA5", books="partner", **asked)
    assert judgement.verdict == "cannot be checked"
    assert "no total for 2022 and 2021; at least $8 billion is" in judgement.reason


# --- the announcement of 2026 -------------------------------------------------------------------


def test_china_was_ahead_of_russia_by_the_own_figures_of_two():
    """At least 34.166 + 17.15 beside at most 27.788 + 13.197 + 3.2 + 2.55, without Kyrgyzstan.

    Kazakhstan's bureau has 15.1960 and 18.9703 with China, 8.24832 and 19.5391 with Russia; the
    press has 17.2 for Uzbekistan; with Russia it has 4.5521113 and 8.644, Kyrgyzstan over 3.1,
    Tajikistan 2.5.
    """
    china = 15.19595 + 18.97025 + 17.15
    russia = 8.248325 + 19.53915 + 4.5521113 + 8.6445 + 3.2 + 2.55
    claims = load_claims("dailymail-2026-01").query(
        "claim_id == 'largest-partner-2025'"
    )
    verdicts = judge_claims(claims)
    assert verdicts["standing"].tolist() == ["holds", "holds"]
    own = verdicts[verdicts["books"] == "partner"].iloc[0]
    assert own["computed_low"] == pytest.approx((china - russia) * BILLION)
    assert math.isnan(own["computed_high"])
    assert (
        "with China, at least $51.3 billion (Kazakhstan $34.17 billion and Uzbekistan $17.2 billion"
        " with services; Kyrgyzstan and Tajikistan not counted), was ahead of that with Russia, "
        "$46.6 billion with services."
    ) in own["reason"]
    # It is so without Uzbekistan's exports of 2.5161, in which services are.
    assert china - 2.5161 > russia
    above_50 = ct.claim("CA5", "total", 2025, value=50, rounding="above")
    assert above_50["verdict"].tolist() == ["holds", "holds"]
