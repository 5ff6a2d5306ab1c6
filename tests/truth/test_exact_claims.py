"""Claims: every interval, verdict and sentence worked out by hand from a few invented figures."""

import datetime as dt
import re
from typing import Any

import pandas as pd
import pytest
from fetch_files import cases, options
from published_rows import (
    BILLION,
    EVENTS,
    FACTS,
    FIGURES,
    NONE,
    claim_cases,
    claim_row,
    facts_with,
    figures,
    judged,
    trade_rows,
)

from catrade_build.claims.core import (
    ANNOUNCED,
    FAILS,
    HOLDS,
    UNKNOWN,
    WITHIN,
    Claim,
    judge,
)
from catrade_build.claims.verdicts import judge_claims, standing_of
from catrade_build.tables import as_of
from catrade_build.tables.names import CENTRAL_ASIA
from rounding.errors import ParameterError

# --- figures ------------------------------------------------------------------------------------

ABOVE = {"rounding": "above", "precision": None}
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
level flow=export value=60e9 | holds | China’s exports to Kazakhstan in 2025 were $60 billion; the
 claim says $60 billion.
growth | holds within rounding | GROWTH, which rounding cannot tell from the 10% claimed.
growth precision=0.1 | holds | GROWTH; the claim says 10%.
growth value=0.2 | does not hold | GROWTH, but the claim says 20%.
growth value=0 rounding=above | holds | GROWTH; the claim says a rise.
growth_difference | holds | GAP; the claim says −15 points.
"""
RATE = {"unit": "fraction", "value": 0.1, "precision": 0.01}
POINTS = {"unit": "points", "value": -0.15, "precision": 0.1, "base_period": "2024"}
USUAL: dict[str, dict[str, Any]] = {"growth": RATE, "growth_difference": POINTS}


@pytest.mark.parametrize(
    ("kind", "changes", "verdict", "sentence"), claim_cases(FIGURES_SAY)
)
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
    # 119.5 to 120.5 is above 100 too: nothing changes
    assert judged("level", value=100e9, **ABOVE).sensitive == ""
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


@pytest.mark.parametrize(
    ("kind", "changes", "verdict", "sentence"), claim_cases(MISSING)
)
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


@pytest.mark.parametrize(("asked", "verdict"), cases(ANNOUNCEMENTS))
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


@pytest.mark.parametrize("case", TOGETHER.strip().splitlines())
def test_the_verdicts_on_a_claim_together(case):
    kind, *verdicts, standing = case.split(" | ")
    books = ["CHN", "partner"] if len(verdicts) == 2 else [""]
    assert standing_of(kind, dict(zip(books, verdicts, strict=True))) == standing


def test_why_a_claim_stands_so_begins_with_what_decides():
    """Kazakhstan has no figure of 2023, China has 80; and then of a claim in no books."""
    claims = [
        claim_row("level", books="partner;CHN", period="2023", value=90 * BILLION),
        claim_row("not_checkable", **(BLANK | {"note": "A view. A view."})),
        claim_row("event_count", **(BLANK | {"event_id": "first", "value": 12})),
    ]
    frame = judge_claims(pd.DataFrame(claims), FACTS)
    assert frame["topic"].tolist() == ["trade", "trade", "untestable", "record"]
    decided, same, view, _ = frame["why"]
    assert decided == same
    assert decided.startswith(
        "By China’s figures, China’s trade with Kazakhstan in 2023"
    )
    assert ". Kazakhstan’s own figures give no total for 2023;" in decided
    assert view == "A view."


JUDGED = """
1 2 1 2 holds
0.5 3 1 2 holds within rounding
1 2 1.5 3 holds within rounding
0.5 2 1 2 holds within rounding
1 2 2.1 3 does not hold
2.1 3 1 2 does not hold
0.999999999999 2 1 2 holds
0 0 0 inf holds
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


@pytest.mark.parametrize(("asked", "verdict", "ends", "sentence"), cases(RISES))
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


# --- ranks --------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(("ends", "changes", "verdict", "sentence"), claim_cases(RANKS))
def test_a_rank(ends, changes, verdict, sentence):
    """Who is behind one of several is not the first. 9.5 less 14 to 10.5 less 10 is -4.5 to 0.5."""
    judgement = judged("rank_among_partners", **changes)
    assert (judgement.verdict, judgement.reason) == (verdict, sentence)
    low, high = [float(end) * BILLION for end in ends.split(",")]
    assert judgement.computed == (low, high)
    assert judgement.asserted[0] == 0
    own = changes.get("books") == "partner"
    assert judgement.whose == ("Kazakhstan’s own" if own else "each partner’s own")


OF_BOTH = "China’s and Russia’s own figures"
OPEN = """
rank books=partner | cannot be checked | Kazakhstan’s own figures for 2025 do not give trade of
 Kazakhstan with China and Russia; in 2024 China ($60 billion) was too close to tell from Russia
 (about $62 billion) and in January–May 2025 China ($30 billion) was ahead of Russia ($20 billion).
rank books=partner period=2023 | cannot be checked | Kazakhstan’s own figures for 2023 do not give
 trade of Kazakhstan with China and Russia; nor do they for any of the ten years before.
rank terms=RUS;EU27 | cannot be checked | China’s, Russia’s and the EU’s own figures for 2025 do not
 give trade of Kazakhstan with the EU; in 2024 China ($100 billion) was behind Russia ($105
 billion).
rank partner=TJK | cannot be checked | BOTH for 2025 do not give trade of Tajikistan with China and
 Russia; nor do they for any of the ten years before.
rank partner=CA5 books=partner | cannot be checked | The countries’ own figures for 2025 do not give
 trade of Central Asia without Turkmenistan with China and Russia; nor do they for any of the ten
 years before.
rank partner=CA5 scope=each | cannot be checked | By BOTH for 2025, China beside Russia: ahead in
 Kazakhstan; too close to tell in Uzbekistan; figures are missing for Kyrgyzstan, Tajikistan and
 Turkmenistan.
"""


@pytest.mark.parametrize(("kind", "changes", "verdict", "sentence"), claim_cases(OPEN))
def test_a_rank_that_cannot_be_told(kind, changes, verdict, sentence):
    judgement = judged("rank_among_partners", **changes)
    assert judgement.verdict == verdict
    assert judgement.reason == sentence.replace("BOTH", OF_BOTH)


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


#: What 99 with China and 70 with Russia count, and goods alone of a weaker source, if any: 60 is
#: less than 70; 99 with services says nothing of who leads in goods; goods in 70 with services are
#: no more than 70; and of what leaves some goods out nobody is surely ahead.
UNLIKE = """
goods_and_services goods 60 | does not hold
goods_and_services goods | cannot be checked
goods goods_and_services | holds
goods part_of_goods | cannot be checked
"""


@pytest.mark.parametrize(("asked", "verdict"), cases(UNLIKE))
def test_goods_are_compared_with_goods(asked, verdict):
    china, russia, *weaker = asked.split()
    own = figures("KGZ CHN 2024 total 99 0.5 a\nKGZ RUS 2024 total 70 0.5 r")
    of_goods = [
        ("KGZ", "CHN", "2024", "total", float(goods), 0.5, "x") for goods in weaker
    ]
    trade = trade_rows([*own, *of_goods])
    trade["coverage"] = [china, russia, *["goods"] * len(weaker)]
    asked = {"partner": "KGZ", "books": "partner", "period": "2024"}
    judgement = judged("rank_among_partners", facts_with(trade=trade), **asked)
    assert judgement.verdict == verdict
    # Nor are 99 with services too close to 70 to tell.
    assert (verdict == UNKNOWN) != ("that with Russia" in judgement.reason)


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
"""


@pytest.mark.parametrize(
    ("country", "changes", "sentence"),
    [(asked, changes, sentence) for asked, changes, _, sentence in claim_cases(FIRST)],
)
def test_becoming_the_largest_cannot_be_told(country, changes, sentence):
    asked = changes | {"partner": country}
    facts = facts_with(*LED) if country == "CA5" else FACTS
    judgement = judged("became_largest", facts, **asked)
    told = sentence.replace("BOTH", OF_BOTH).replace("FIVE", FIVE)
    assert (judgement.verdict, judgement.reason) == (UNKNOWN, told)
    assert judgement.computed == NONE
    year = int(changes["period"])
    assert judgement.asserted == (year, year)
    if country == "CA5":
        # The first and the last of the years led before, of each country.
        assert {*re.findall(r"20\d\d", judgement.evidence)} == {"2010", "2014"}


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
    judgement = judged("became_largest", surely, **asked)
    assert judgement.verdict == HOLDS
    # It led in no year before: of the years known the newest alone is shown.
    assert {*re.findall(r"20\d\d", judgement.evidence)} == {"2024"}


def test_a_first_lead_needs_a_record_without_a_gap():
    gap = facts_with(*_both("KAZ", "2020", 5, 3))
    judgement = judged("became_largest", gap, **RUSSIA, period="2024")
    assert (judgement.verdict, judgement.computed) == (UNKNOWN, NONE)
    assert "for 2024, but not for every year before" in judgement.reason


# --- events -------------------------------------------------------------------------------------

BLANK = dict.fromkeys(
    ("subject", "partner", "scope", "flow", "period", "books", "terms"), ""
)
BLANK |= {"precision": 1.0, "unit": "count"}  # type: ignore[dict-item]
DAYS = {"terms": "first", "unit": "days"}
MIIT = "Ministry of Industry and Information Technology of China"
BOTH = f"{MIIT} and National Development and Reform Commission of China"


CASES = """
weekday event_id=first terms=Tuesday | holds | A meeting was on 13 January 2026, a Tuesday, as
 claimed.
weekday event_id=first terms=Monday | does not hold | A meeting was on 13 January 2026, a Tuesday;
 the claim has Monday.
weekday event_id=month terms=Monday | cannot be checked | A month is dated January 2026, without a
 day.
issuer event_id=first terms=NDRC | holds | A meeting was held or issued by BOTH, as claimed.
issuer event_id=first terms=MIIT;MOF | does not hold | A meeting was held or issued by BOTH; the
 claim has Ministry of Finance of China as well.
issuer_count event_id=first value=3 | does not hold | A meeting: 2 bodies (BOTH); the claim has 3.
count event_id=first value=12 | holds | A meeting: 12 firms, as claimed.
count event_id=first value=14 | does not hold | A meeting: 12 firms; the claim has 14.
count event_id=second value=14 | cannot be checked | Another meeting: no number is on record.
mentions event_id=first terms=steel;FIRMS | holds | A meeting: “Talked of Steel”, as claimed.
mentions event_id=first terms=steel;copper | cannot be checked | A meeting: “Talked of Steel”; what
 is quoted of it does not mention copper.
gap event_id=second value=1 | holds | Another meeting is dated 14 January 2026, 1 day after “a
 meeting” (13 January 2026), as claimed.
gap event_id=second value=3 rounding=above | does not hold | Another meeting is dated 14 January
 2026, 1 day after “a meeting” (13 January 2026); the claim has at least 3 days.
gap event_id=month value=6 rounding=below | holds within rounding | A month is dated January 2026,
 −12 to 18 days after “a meeting” (13 January 2026); the claim has at most 6 days.
gap event_id=first value=5 precision=4 | does not hold | A meeting is dated 13 January 2026, the
 same day as “a meeting” (13 January 2026); the claim has 5 days.
"""


@pytest.mark.parametrize(("kind", "changes", "verdict", "sentence"), claim_cases(CASES))
def test_events(kind, changes, verdict, sentence):
    judgement = judged(
        f"event_{kind}", **(BLANK | (DAYS if kind == "gap" else {}) | changes)
    )
    told = sentence.replace("BOTH", BOTH)
    assert judgement.verdict == verdict
    assert judgement.reason == told
    assert judgement.sensitive == ""


def test_the_evidence_of_an_event():
    judgement = judged("event_count", **(BLANK | {"event_id": "first", "value": 12}))
    assert judgement.evidence == "a meeting, 13 January 2026: 12 firms (e)"
    gap = judged("event_gap", **{**BLANK, **DAYS, "event_id": "second", "value": 1})
    first, second = gap.evidence.splitlines()
    assert first == judgement.evidence
    assert second.startswith("Another meeting, 14 January 2026")
    assert gap.computed == (1, 1)


WRONG = """
event_count | "event_id": "frist" | event of policy_events.csv must be .*did you mean 'first'
event_gap | "event_id": "first", "terms": "frist" | event of policy_events.csv must .*'first'
event_weekday | "event_id": "first", "terms": "Thuesday" | weekday must .*'Tuesday'
event_issuer | "event_id": "first", "terms": "MIITT" | no issuer .*'MIIT'
"""


@pytest.mark.parametrize(("kind", "changes", "message"), cases(WRONG))
def test_an_event_claim_that_is_none(kind, changes, message):
    with pytest.raises(ParameterError, match=f"claim c: {message}"):
        judged(kind, **(BLANK | {"value": 1} | options(changes)))


def test_as_of_a_day_an_event_may_not_be_on_record_yet():
    """What is misspelt today may have been nothing at all on a day in the past."""
    asked = BLANK | {"event_id": "third", "value": 12}
    with as_of.holding(dt.date(2026, 1, 20)):
        judgement = judged("event_count", **asked)
        on_record = judged("event_count", **(asked | {"event_id": "first"}))
    told = (judgement.verdict, judgement.reason)
    assert told == (UNKNOWN, "No such event was on record by then.")
    assert on_record.verdict == HOLDS


def test_a_quotation_tells_more_than_our_summary():
    """The summary has no sectors; three of the sources name them."""
    asked = BLANK | {"event_id": "first", "terms": "steel;ships"}
    assert judged("event_mentions", **asked).verdict == UNKNOWN
    events = EVENTS.assign(quote="firms from steel, ships and medicine")
    judgement = judged("event_mentions", facts_with(events=events), **asked)
    sentence = "A meeting: “firms from steel, ships and medicine”, as claimed."
    assert (judgement.verdict, judgement.reason) == (HOLDS, sentence)
    asked |= {"terms": "steel;copper"}
    judgement = judged("event_mentions", facts_with(events=events), **asked)
    assert judgement.verdict == UNKNOWN
    assert judgement.reason.endswith("; what is quoted of it does not mention copper.")


def test_what_nothing_can_judge_has_the_sources_of_what_its_note_tells():
    judgement = judged("not_checkable", **(BLANK | {"note": "an opinion."}))
    assert (judgement.verdict, judgement.reason) == (UNKNOWN, "An opinion.")
    assert judgement.evidence == ""
    asked = BLANK | {"note": "no table", "terms": "wits-wtw-2023"}
    judgement = judged("not_checkable", **asked)
    assert (judgement.reason, judgement.sources) == ("No table.", "wits-wtw-2023")
    assert judgement.evidence == ""
    with pytest.raises(ParameterError, match=r"no source of .*'wits-wtw"):
        judged("not_checkable", **(asked | {"terms": "wits-wtv-2023"}))
