"""Claims on rank, and who led when: worked out by hand from a few invented figures."""

from typing import Any

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

from catrade_build.claims.core import FAILS, HOLDS, UNKNOWN, WITHIN, Claim
from catrade_build.claims.facts import Facts
from catrade_build.claims.rank import leads
from catrade_build.tables.names import CENTRAL_ASIA


def _both(country: str, year: str, china: float, russia: float) -> list[Any]:
    """Return what China and Russia say of their trade with a country, in billions."""
    return [
        ("CHN", country, year, "total", china, 0.5, "a"),
        ("RUS", country, year, "total", russia, 0.5, "r"),
    ]


RANKS = """
19,21 terms=RUS | holds | By China’s and Russia’s own figures for 2025, trade of Kazakhstan with
 China, $110 billion, was ahead of that with Russia, $90 billion.
-6,-4 period=2024 terms=RUS;EU27 | does not hold | By China’s, Russia’s and the EU’s own figures for
 2024, trade of Kazakhstan with China, $100 billion, was behind that with Russia, $105 billion.
-5.5,1.5 period=2024 books=partner | holds within rounding | By Kazakhstan’s own figures for 2024,
 trade of Kazakhstan with China, $60 billion, was too close to tell from that with Russia, about $62
 billion.
-4.5,0.5 partner=UZB terms=RUS;EU27 | holds within rounding | By China’s, Russia’s and the EU’s own
 figures for 2025, trade of Uzbekistan with China, $10 billion, was too close to tell from that with
 the EU, about $12 billion.
"""


@pytest.mark.parametrize(("ends", "changes", "verdict", "sentence"), cases(RANKS))
def test_a_rank(ends, changes, verdict, sentence):
    """Who is behind one of several is not the first. 9.5 less 14 to 10.5 less 10 is -4.5 to 0.5."""
    judgement = judged("rank_among_partners", **changes)
    assert (judgement.verdict, judgement.reason) == (verdict, sentence)
    low, high = [float(end) * BILLION for end in ends.split(",")]
    assert judgement.computed == (low, high)
    assert judgement.asserted[0] == 0
    own = changes.get("books") == "partner"
    assert judgement.whose == ("Kazakhstan’s own" if own else "each partner’s own")


BOTH = "China’s and Russia’s own figures"
OPEN = """
rank books=partner | cannot be checked | Kazakhstan’s own figures for 2025 do not give trade of
 Kazakhstan with China and Russia; in 2024 China ($60 billion) was too close to tell from Russia
 (about $62 billion) and in January–May 2025 China ($30 billion) was ahead of Russia ($20 billion).
rank books=partner period=2026 | cannot be checked | Kazakhstan’s own figures for 2026 do not give
 trade of Kazakhstan with China and Russia; in 2024 China ($60 billion) was too close to tell from
 Russia (about $62 billion).
rank books=partner period=2023 | cannot be checked | Kazakhstan’s own figures for 2023 do not give
 trade of Kazakhstan with China and Russia; nor do they for any of the ten years before.
rank terms=RUS;EU27 | cannot be checked | China’s, Russia’s and the EU’s own figures for 2025 do not
 give trade of Kazakhstan with the EU; in 2024 China ($100 billion) was behind Russia ($105
 billion).
rank subject=RUS books=RUS terms=CHN period=2026 | cannot be checked | Russia’s and China’s own
 figures for 2026 do not give trade of Kazakhstan with Russia and China; in 2025 Russia ($90
 billion) was behind China ($110 billion).
rank partner=TJK | cannot be checked | BOTH for 2025 do not give trade of Tajikistan with China and
 Russia; nor do they for any of the ten years before.
rank partner=CA5 books=partner | cannot be checked | The countries’ own figures for 2025 do not give
 trade of Central Asia without Turkmenistan with China and Russia; nor do they for any of the ten
 years before.
rank partner=CA5 scope=each | cannot be checked | By BOTH for 2025, China beside Russia: ahead in
 Kazakhstan; too close to tell in Uzbekistan; figures are missing for Kyrgyzstan, Tajikistan and
 Turkmenistan.
"""


@pytest.mark.parametrize(("kind", "changes", "verdict", "sentence"), cases(OPEN))
def test_a_rank_that_cannot_be_told(kind, changes, verdict, sentence):
    judgement = judged("rank_among_partners", **changes)
    assert judgement.verdict == verdict
    assert judgement.reason == sentence.replace("BOTH", BOTH)


LEVEL = "; to draw level Russia’s would have had to rise by 18 to 22%"


@pytest.mark.parametrize(
    ("china", "year", "growth"),
    [
        # 60 (59.5 to 60.5) over 50 (49.5 to 50.5): 59.5/50.5 = 1.178 and 60.5/49.5 = 1.222
        (60, "2024", f"{LEVEL} in one year"),
        (60, "2022", ""),
        (51, "2024", ""),  # 50.5 over 50.5: perhaps not at all
    ],
)
def test_it_is_said_by_how_much_the_rival_would_have_had_to_grow(china, year, growth):
    rows = [
        ("CHN", "TJK", "2025", "total", china, 0.5, "a"),
        *_both("TJK", year, 99, 50),
    ]
    judgement = judged("rank_among_partners", facts_with(*rows), partner="TJK")
    assert judgement.verdict == UNKNOWN
    assert judgement.reason.endswith(f"was ahead of Russia ($50 billion){growth}.")
    assert f"Russia: trade with Tajikistan, {year}: $50 billion" in judgement.evidence


def test_goods_are_compared_with_goods():
    # The chosen figure with China counts services (99), a weaker source only goods (60).
    rows = """
KGZ CHN 2024 total 99 0.5 a
KGZ RUS 2024 total 70 0.5 r
KGZ CHN 2024 total 60 0.5 x
"""
    trade = trade_rows([*FIGURES, *figures(rows)])
    trade.loc[trade["value_usd"] == 99e9, "coverage"] = "goods_and_services"
    asked = {"partner": "KGZ", "books": "partner", "period": "2024"}
    judgement = judged("rank_among_partners", facts_with(trade=trade), **asked)
    assert (judgement.verdict, judgement.computed) == (FAILS, (-11e9, -9e9))
    # Where goods alone are not published, unlike figures are compared and called doubtful.
    unlike = judged(
        "rank_among_partners",
        facts_with(trade=trade[trade["sources"] != "x"]),
        **asked,
    )
    # 99 with services says nothing of who leads in goods, nor is it too close to 70 to tell.
    assert unlike.verdict == UNKNOWN
    assert "was ahead" not in unlike.reason
    assert "do not give trade of Kyrgyzstan with Russia" in unlike.reason
    # The other way round it does: the goods in 70 with services are no more than 70.
    goods = trade["sources"] != "x"
    trade.loc[trade["value_usd"] == 99e9, "coverage"] = "goods"
    trade.loc[trade["value_usd"] == 70e9, "coverage"] = "goods_and_services"
    proven = judged("rank_among_partners", facts_with(trade=trade[goods]), **asked)
    assert proven.verdict == HOLDS
    # And of what leaves some goods out nobody is surely ahead.
    trade.loc[trade["value_usd"] == 70e9, "coverage"] = "part_of_goods"
    part = judged("rank_among_partners", facts_with(trade=trade[goods]), **asked)
    assert part.verdict == UNKNOWN


@pytest.mark.parametrize(
    ("kyrgyz", "verdict", "part"),
    [
        (3, WITHIN, "ahead in Kazakhstan, Kyrgyzstan, Tajikistan and Turkmenistan;"),
        (9, FAILS, "too close to tell in Uzbekistan; behind in Kyrgyzstan."),
    ],
)
def test_a_rank_in_each_country_is_as_good_as_in_the_worst(kyrgyz, verdict, part):
    rows = _both("KGZ", "2025", 5, kyrgyz)
    rows += _both("TJK", "2025", 5, 3) + _both("TKM", "2025", 5, 3)
    asked = {"partner": "CA5", "scope": "each"}
    judgement = judged("rank_among_partners", facts_with(*rows), **asked)
    assert (judgement.verdict, judgement.computed) == (verdict, NONE)
    assert part in judgement.reason


FIVE = "each of Kazakhstan, Kyrgyzstan, Tajikistan, Turkmenistan and Uzbekistan"
LED = [
    row
    for country in CENTRAL_ASIA
    for year in ("2010", "2011", "2012", "2014")
    for row in _both(country, year, 5, 3)
]
RUSSIA = {"subject": "RUS", "books": "RUS", "terms": "CHN"}


FIRST = """
KAZ period=2025 | - | By BOTH China was ahead of Russia in Kazakhstan in 2023 already; other
 partners were not compared.
KAZ period=2023 | - | By BOTH China is compared with Russia in Kazakhstan for 2023, but not for
 every year before.
KAZ period=2025 books=partner | - | By Kazakhstan’s own figures China is not compared with Russia
 in Kazakhstan for 2025.
TJK period=2025 | - | By BOTH China is not compared with Russia in Tajikistan for 2025.
CA5 period=2016 scope=each | - | By BOTH China was ahead of Russia in FIVE in 2010–2012 and 2014
 already; other partners were not compared.
CA5 period=2010 scope=each | - | By BOTH China is compared with Russia in FIVE for 2010, but not
 for every year before.
"""


@pytest.mark.parametrize(
    ("country", "changes", "sentence"),
    [(asked, changes, sentence) for asked, changes, _, sentence in cases(FIRST)],
)
def test_becoming_the_largest_cannot_be_told(country, changes, sentence):
    asked = changes | {"partner": country}
    facts = facts_with(*LED) if country == "CA5" else FACTS
    judgement = judged("became_largest", facts, **asked)
    told = sentence.replace("BOTH", BOTH).replace("FIVE", FIVE)
    assert (judgement.verdict, judgement.reason) == (UNKNOWN, told)
    assert judgement.computed == NONE
    year = int(changes["period"])
    assert judgement.asserted == (year, year)


@pytest.mark.parametrize(
    ("changes", "verdict", "says"),
    [
        (
            {"note": "A centre has it first in 2024."},
            UNKNOWN,
            "compared. A centre has it first in 2024.",
        ),
        ({"period": "2024"}, FAILS, "was behind that with Russia, $105 billion."),
        (
            RUSSIA | {"period": "2024", "note": "x"},
            HOLDS,
            "Russia was first ahead of China in Kazakhstan in 2024, with records since 2023.",
        ),
    ],
)
def test_becoming_the_largest(changes, verdict, says):
    judgement = judged("became_largest", **changes)
    assert (judgement.verdict, judgement.reason.endswith(says)) == (verdict, True)


def test_a_first_lead_needs_another_ahead_before():
    """Russia's 50 of 2023 may have been more than China's 50: then 2024 was not the first year."""
    close = facts_with(*_both("TJK", "2023", 50, 50), *_both("TJK", "2024", 50, 60))
    asked = RUSSIA | {"partner": "TJK", "period": "2024"}
    judgement = judged("became_largest", close, **asked)
    assert (judgement.verdict, judgement.computed) == (UNKNOWN, NONE)
    assert judgement.reason == (
        "By Russia’s and China’s own figures Russia is too close to China in Tajikistan to tell, "
        "in 2024 or a year before."
    )
    surely = facts_with(*_both("TJK", "2023", 50, 40), *_both("TJK", "2024", 50, 60))
    assert judged("became_largest", surely, **asked).verdict == HOLDS


def test_a_first_lead_needs_a_record_without_a_gap():
    gap = facts_with(*_both("KAZ", "2020", 5, 3))
    judgement = judged("became_largest", gap, **RUSSIA, period="2024")
    assert (judgement.verdict, judgement.computed) == (UNKNOWN, NONE)
    assert "for 2024, but not for every year before" in judgement.reason


# --- who led when -------------------------------------------------------------------------------


def _leads(
    facts: Facts, country: str, first: int = 0, last: int = 9999, **asked: Any
) -> Any:
    claim = Claim.of(claim_row("became_largest", **asked))
    return leads(claim, facts, [country], first, last)


def test_the_history_of_a_lead():
    history = _leads(FACTS, "KAZ")
    assert [[lead.year, lead.leader] for lead in history] == [
        [2023, "CHN"],
        [2024, "RUS"],
        [2025, "CHN"],
    ]
    assert [history[0].ours["value"], history[0].theirs["value"]] == [80, 70]
    assert [history[0].ours["sources"], history[0].theirs["sources"]] == ["a", "r"]
    rows = trade_rows(FIGURES)
    is_doubted = rows["reporter"].eq("RUS") & rows["period"].eq("2024")
    rows["quality"] = is_doubted.map({True: "doubtful", False: "ok"})
    doubted = _leads(facts_with(trade=rows), "KAZ")
    assert [lead.theirs["quality"] for lead in doubted] == ["ok", "doubtful", "ok"]
    # Of the EU nothing is held, so nobody leads.
    assert _leads(FACTS, "KAZ", terms="EU27", last=2023) == []


@pytest.mark.parametrize(
    ("russia", "leader"),
    [(61, "too close"), (61.5, "RUS"), (59, "too close"), (58.5, "CHN")],
)
def test_a_lead_counts_where_the_intervals_do_not_touch(russia, leader):
    """Of China it is 59.5 to 60.5."""
    facts = facts_with(*_both("KGZ", "2022", 60, russia))
    (lead,) = _leads(facts, "KGZ")
    assert (lead.year, lead.leader) == (2022, leader)
