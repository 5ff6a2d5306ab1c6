"""Claims on figures: every interval and sentence worked out by hand from a few invented ones."""

import re
from typing import Any

import pandas as pd
import pytest
from claim_cells import (
    BILLION,
    FACTS,
    FIGURES,
    NONE,
    cases,
    claim_row,
    facts_with,
    figures,
    judged,
    trade_rows,
)
from fetch_files import cases as lines

from catrade_build.claims.claims import judge_claims, standings
from catrade_build.claims.core import (
    ANNOUNCED,
    FAILS,
    HOLDS,
    UNKNOWN,
    WITHIN,
    Claim,
    judge,
)
from rounding.errors import ParameterError

OPEN = {"rounding": "above", "precision": None}
#: 109.5 to 110.5 on 99.5 to 100.5 is 8.96 to 11.06 per cent; a year before, 99.5/80.5 to 100.5/79.5
#: is 23.6 to 26.4.
TOLD = {
    "LEVEL": "China’s trade with Kazakhstan in 2025 was $110 billion",
    "GROWTH": "China’s trade with Kazakhstan changed by +10% (9 to 11), from $100 billion in 2024 "
    "to $110 billion in 2025",
    "GAP": "China’s trade with Kazakhstan grew 10% (9 to 11) in 2025 and 25% (24 to 26) in 2024, "
    "a difference of −15 points (−17 to −13)",
}
FIGURES_SAY = """
level | holds | LEVEL; the claim says $110 billion.
level precision=0.5e9 | holds within rounding | LEVEL, which rounding cannot tell from the $110
 billion claimed.
level value=115e9 | does not hold | LEVEL, but the claim says $115 billion.
level value=100e9 rounding=above | holds | LEVEL; the claim says more than $100 billion.
level value=100e9 rounding=below | does not hold | LEVEL, but the claim says less than $100 billion.
level value=1e9 | does not hold | LEVEL, but the claim says $1 billion.
level value=999999999 | does not hold | LEVEL, but the claim says $999.999999 million.
level flow=export value=60e9 | holds | China’s exports to Kazakhstan in 2025 were $60 billion; the
 claim says $60 billion.
growth | holds within rounding | GROWTH, which rounding cannot tell from the 10% claimed.
growth precision=0.1 | holds | GROWTH; the claim says 10%.
growth value=0.2 | does not hold | GROWTH, but the claim says 20%.
growth value=0 rounding=above | holds | GROWTH; the claim says a rise.
growth value=0 rounding=below | does not hold | GROWTH, but the claim says a fall.
growth_difference | holds | GAP; the claim says −15 points.
"""
RATE = {"unit": "fraction", "value": 0.1, "precision": 0.01}
POINTS = {"unit": "points", "value": -0.15, "precision": 0.1, "base_period": "2024"}
USUAL: dict[str, dict[str, Any]] = {"growth": RATE, "growth_difference": POINTS}


@pytest.mark.parametrize(("kind", "changes", "verdict", "sentence"), cases(FIGURES_SAY))
def test_a_figure(kind, changes, verdict, sentence):
    judgement = judged(kind, **(USUAL.get(kind, {}) | changes))
    told = re.sub("|".join(TOLD), lambda name: TOLD[name[0]], sentence)
    assert judgement.verdict == verdict
    assert judgement.reason == f"By China’s figures, {told}"


def test_growth_from_nothing_is_none():
    facts = facts_with(("CHN", "UZB", "2024", "total", 0.5, 0.5, "a"))
    with pytest.raises(
        ParameterError, match="claim c: growth needs a base above zero; 2024 may"
    ):
        judged("growth", facts, partner="UZB", **RATE)
    one_dollar = facts_with(("CHN", "UZB", "2024", "total", 1 / BILLION, 0, "a"))
    assert judged("growth", one_dollar, partner="UZB", **RATE).verdict == FAILS


def test_what_another_figure_would_change():
    judgement = judged("level")
    assert judgement.sensitive == (
        "with $120 billion for 2025, as another source has it, it does not hold"
    )
    total = "China: trade with Kazakhstan, 2025:"
    assert judgement.evidence.splitlines() == [
        f"{total} $110 billion, published (a)",
        f"Not used: {total} $120 billion, published (x)",
    ]
    # both figures of a rate, in their order
    rate = judged(
        "growth", facts_with(("CHN", "KAZ", "2024", "total", 120, 0.5, "x")), **RATE
    )
    assert rate.sensitive == "; ".join(
        f"with $120 billion for {year}, as another source has it, it does not hold"
        for year in ("2025", "2024")
    )
    # 119.5 to 120.5 is above 100 too: nothing changes
    assert judged("level", value=100e9, **OPEN).sensitive == ""
    # a figure that overlaps with the chosen one is the same figure, also where only ends meet
    for close in (109, 111):
        near = facts_with(("CHN", "KAZ", "2025", "total", close, 0.5, "y"), without="x")
        assert judged("level", near).evidence.count("\n") == 1
        assert judged("level", near).sensitive == ""


OTHERS = """
KGZ CHN 2025 total 1 0.5 k
TJK CHN 2025 total 1 0.5 k
TKM CHN 2025 total 1 0.5 k
UZB CHN 2025 total 1 0.5 k
KAZ CHN 2021 total 1 0.01 k
KGZ CHN 2021 total 1 0.01 k
TJK CHN 2021 total 1 0.01 k
TKM CHN 2021 total 1 0.01 k
UZB CHN 2021 total 1 0.01 k
"""
NEWEST = (
    "the newest of the four countries publishing statistics is $4.0 billion for 2021"
)


MISSING = f"""
level books=partner | cannot be checked | Kazakhstan’s own figures give no total for 2025; the
 newest is $60 billion for 2024, where China has $100 billion.
level books=partner flow=export | cannot be checked | Kazakhstan’s own figures give no imports for
 2025.
growth period=2023 | cannot be checked | China’s figures give no total for 2022; the newest is $110
 billion for 2025.
growth_difference base_period=2023 | cannot be checked | China’s figures give no total for 2022; the
 newest is $110 billion for 2025.
level partner=CA5 books=partner | cannot be checked | The countries’ own figures give no total for
 2025; at least $1 billion is known for 2025 (Kyrgyzstan $1 billion, Tajikistan $1 billion and
 Uzbekistan $1 billion; Kazakhstan and Turkmenistan not counted); {NEWEST}.
level partner=CA5 books=partner period=2021 | cannot be checked | The countries’ own figures give no
 total for 2021; at least $3.9 billion is known for 2021 (Kazakhstan $1.00 billion, Kyrgyzstan $1.00
 billion, Tajikistan $1.00 billion and Uzbekistan $1.00 billion; Turkmenistan not counted);
 {NEWEST}.
level partner=CA5 books=partner period=2020 | cannot be checked | The countries’ own figures give no
 total for 2020; {NEWEST}.
"""


@pytest.mark.parametrize(("kind", "changes", "verdict", "sentence"), cases(MISSING))
def test_a_figure_that_is_missing(kind, changes, verdict, sentence):
    facts = facts_with(*(figures(OTHERS) if "partner" in changes else []))
    judgement = judged(kind, facts, **(USUAL.get(kind, {}) | changes))
    assert (judgement.verdict, judgement.reason) == (verdict, sentence)
    assert (judgement.computed, judgement.sensitive) == (NONE, "")


#: The only figure of exports is of source a; of the total another source speaks too.
ANNOUNCEMENTS = """
a d export 60e9 | cannot be checked
d x export 60e9 | holds
a d total 110e9 | holds
"""


@pytest.mark.parametrize(("asked", "verdict"), lines(ANNOUNCEMENTS))
def test_the_announcement_alone_is_no_source(asked, verdict):
    source, document, flow, value = asked.split()
    of_whom = {"flow": flow, "source_id": source, "document": document}
    judgement = judged("level", value=float(value), **of_whom)
    assert judgement.verdict == verdict
    assert ("Only the announcement itself" in judgement.reason) == (verdict == UNKNOWN)


def test_no_claim_gives_no_verdict():
    claims = pd.DataFrame([claim_row("rank_among_partners")])
    frame = judge_claims(claims, FACTS)
    assert frame["asserted_high"].isna().all()
    assert frame["sources"].item() == "a;r"
    assert list(judge_claims(claims[:0], FACTS)) == list(frame)


#: Kind | verdict by the subject's and by the partner's books, or by the record | together.
TOGETHER = f"""
level | {HOLDS} | {UNKNOWN} | {ANNOUNCED}
level | {HOLDS} | {FAILS} | {ANNOUNCED}
level | {HOLDS} | {WITHIN} | {WITHIN}
level | {FAILS} | {UNKNOWN} | {FAILS}
level | {UNKNOWN} | {HOLDS} | {HOLDS}
rank_among_partners | {HOLDS} | {FAILS} | {FAILS}
rank_among_partners | {HOLDS} | {UNKNOWN} | {ANNOUNCED}
event_count | {HOLDS} | {HOLDS}
not_checkable | {UNKNOWN} | {UNKNOWN}
"""
TOPICS = {"event_count": "record", "not_checkable": "untestable"}


@pytest.mark.parametrize("case", TOGETHER.strip().splitlines())
def test_the_verdicts_on_a_claim_together(case):
    kind, *verdicts, standing = case.split(" | ")
    frame = judge_claims(pd.DataFrame([claim_row("level")] * len(verdicts)), FACTS)
    books = ["CHN", "partner"] if len(verdicts) == 2 else [""]
    frame = frame.assign(books=books, verdict=verdicts, kind=kind)
    both = pd.concat([frame.assign(claim_id="z"), frame.assign(claim_id="a")])
    together = standings(both)[["topic", "standing"]]
    assert together.index.tolist() == ["z", "a"]
    assert together.loc["a"].tolist() == [TOPICS.get(kind, "trade"), standing]


JUDGED = """
1 2 1 2 holds
0.5 3 1 2 holds within rounding
1 2 1.5 3 holds within rounding
1 2 2 3 holds within rounding
2 3 1 2 holds within rounding
0.5 2 1 2 holds within rounding
1 2 2.1 3 does not hold
2.1 3 1 2 does not hold
0.999999999999 2 1 2 holds
0 0 0 inf holds
-2 -1 -inf 0 holds
99999999950 1.1e11 1e11 1.1e11 holds
"""


@pytest.mark.parametrize("case", JUDGED.strip().splitlines())
def test_judging(case):
    """Inside, around, over one end, touching, apart, open; float noise is nothing."""
    *ends, verdict = case.split(" ", 4)
    low, high, least, most = map(float, ends)
    assert judge((low, high), (least, most)) == verdict


ALLOWED = """
nearest 11.5 12.5 12 days
floor 12 13 over 12 days
ceiling 11 12 almost 12 days
about 11 13 about 12 days
above 12 inf at least 12 days
below -inf 12 at most 12 days
"""


@pytest.mark.parametrize("case", ALLOWED.strip().splitlines())
def test_what_a_rounded_claim_allows(case):
    rounding, low, high, words = case.split(" ", 3)
    claim = {"value": 12.0, "precision": 1.0, "rounding": rounding, "unit": "days"}
    assert Claim.of(claim).allows == (float(low), float(high))
    assert Claim.of(claim).announced == words


RUN = figures("""
CHN UZB 2022 total 7 0.5 a
CHN UZB 2023 total 9 0.5 a
CHN UZB 2024 total 10.5 0.5 a
""")
WORLD = figures("""
CHN WLD 2023 total 100 0.5 a
CHN WLD 2024 total 100 0.5 a
CHN WLD 2025 total 100 0.5 a
""")


#: 8.5/7.5 to 9.5/6.5 and 10/9.5 to 11/8.5: the least is the second; of shares 9.5/100.5 less
#: 11/99.5 to 10.5/99.5 less 10/100.5.
RISES = """
growth_run period=2024 value=2 | holds | 10 / 9.5 - 1, 11 / 8.5 - 1 | China’s trade with Uzbekistan
  changed in 2023 to 2024 by between +13% and +46% and between +5% and +29%; the claim
share_run period=2025 value=1 | holds within rounding | 9.5 / 100.5 - 11 / 99.5,
  10.5 / 99.5 - 10 / 100.5 | of all of China’s trade, that with Uzbekistan was 10.5%
"""


@pytest.mark.parametrize(("asked", "verdict", "ends", "sentence"), lines(RISES))
def test_a_rise_in_each_year(asked, verdict, ends, sentence):
    kind, period, value = (part.rpartition("=")[2] for part in asked.split())
    of_uzbeks = {"partner": "UZB", "unit": "count", "precision": 1, "period": period}
    facts = facts_with(*RUN, *WORLD)
    judgement = judged(kind, facts, value=float(value), **of_uzbeks)
    assert (judgement.verdict, sentence in judgement.reason) == (verdict, True)
    assert judgement.computed == pytest.approx(eval(ends))


@pytest.mark.parametrize("years", [0.0, 1.5])
@pytest.mark.parametrize("kind", ["growth_run", "share_run"])
def test_a_run_is_of_whole_years(kind, years):
    words = "claim c: value, a number of years, must be a whole number, 1 or more; got"
    with pytest.raises(ParameterError, match=words):
        judged(kind, value=years, unit="count", precision=1)


def test_a_figure_of_goods_comes_first_and_services_are_named():
    rows = [("UZB", "CHN", "2025", "total", 12.5, 0.05, "k")]
    with_services = trade_rows([*FIGURES, *rows])
    with_services.loc[with_services["reporter"] == "UZB", "coverage"] = "mixed"
    goods = trade_rows([("UZB", "CHN", "2025", "total", 11.5, 0.5, "x")])
    both = pd.concat([with_services, goods], ignore_index=True)
    asked = {"partner": "UZB", "books": "partner", "value": 11.5 * BILLION}
    judgement = judged("level", facts_with(trade=both), **asked)
    assert judgement.verdict == HOLDS
    assert "\n" not in judgement.evidence  # the other counts something else
    only = judged("level", facts_with(trade=with_services), **asked)
    assert "was $12.5 billion with services, but the claim says" in only.reason
    doubtful = both.assign(quality=["ok"] * len(with_services) + ["doubtful"])
    assert judged("level", facts_with(trade=doubtful), **asked).reason == only.reason


def test_what_growth_implies_is_no_base_of_growth():
    facts = facts_with(*RUN)
    trade = trade_rows([*FIGURES, *RUN]).assign(basis="published")
    trade.loc[trade["period"] == "2024", "basis"] = "implied_by_growth"
    implied = facts_with(trade=trade)
    asked = {"partner": "UZB", **RATE}
    assert judged("growth", facts, **asked).verdict == FAILS
    assert judged("growth", implied, **asked).verdict == UNKNOWN
    level = {"partner": "UZB", "period": "2024", "value": 10.5 * BILLION}
    assert judged("level", implied, **level).verdict == HOLDS
