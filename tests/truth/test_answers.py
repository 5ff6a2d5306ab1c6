"""The answers of two pages, computed again from the CSV files alone, without the library.

Each kind of claim is judged by hand in test_exact_claims, and what bounds decide in test_bounds.
"""

import calendar
import re
from decimal import ROUND_HALF_UP, Decimal

from computed import displaying
from fetch_files import rows_of

from catrade_build.claims.verdicts import judge_claims
from catrade_build.tables.policy import load_claims


def answer(notebook: str, **asked: str) -> str:
    """Run a notebook's cells up to the first thing that it shows."""
    return next(filter(None, map(str, displaying(notebook, **asked))))


# --- claims -------------------------------------------------------------------------------------


def test_growth_and_level_of_one_sentence_are_of_one_release(facts):
    """The five's yuan grew by 12.26 per cent in dollars: 106.3 on 94.69, where 94.87 was first.

    94.69 is 5.89 per cent more than the 89.42 of 2023, which is 6.4 points less.
    """
    claims = load_claims("dailymail-2026-01")
    asked = claims[claims["claim_id"].isin(["growth-2025", "growth-faster-2025"])]
    verdicts = judge_claims(asked, facts).query("books == 'CHN'")
    rate, gap = verdicts["reason"]
    assert "12.3%" in rate
    assert "on $94.7 billion" in rate
    assert "as revised since (first $94.87 billion)" in rate
    assert "printed" not in rate
    assert "a difference of +6.4 points" in gap
    assert set(verdicts["sensitive"]) == {""}


def test_the_answer_to_the_chinese_wording():
    """Kazakhstan's 34.17 over 27.79, Uzbekistan's 17.2 over 12.99; the others have not both."""
    lede = answer("claim_check", document="stheadline-mofcom-2026")
    assert "show China ahead of Russia in Kazakhstan and Uzbekistan. " in lede


# --- policy -------------------------------------------------------------------------------------

TIMELINE = re.compile(
    r"New-energy cars were (?P<share>[\d.]+)% of China’s car sales in (?P<month>\w+ \d+)"
    r" \((?P<before>[\d.]+)% a year before; passenger-car association\); their sales fell"
    r" (?P<fall>[\d.]+)% in January–(?P<to>\w+) (?P<year>\d+)\. "
)
SHARE, SOLD = "cpca_nev_retail_penetration", "cpca_nev_retail_sales"


def held(series: str, period: str) -> tuple[float, float, float]:
    """Return a figure of a market series and the ends that its rounding leaves open."""
    wanted = {"series": series, "period": period, "quality": "ok"}
    (row,) = [row for row in rows_of("market_series") if wanted.items() <= row.items()]
    value, half = float(row["value"]), float(row["precision"]) / 2
    return value, value - half, value + half


def bears(printed: str, value: float, *ends: float) -> bool:
    """Say whether a percentage is the value's, and no end is further than its last digit."""
    unit = Decimal(1).scaleb(-len(printed.partition(".")[2]))
    at = [Decimal(str(100 * x)).quantize(unit, ROUND_HALF_UP) for x in (value, *ends)]
    return Decimal(printed) == at[0] and all(abs(x - at[0]) <= unit for x in at)


def test_the_timeline_leads_with_the_newest_month():
    match = TIMELINE.match(answer("nev_policy_timeline"))
    assert match
    periods = [
        row["period"] for row in rows_of("market_series") if row["series"] == SHARE
    ]
    newest = max(period for period in periods if re.fullmatch(r"\d{4}-\d\d", period))
    year, month = map(int, newest.split("-"))
    assert match["month"] == f"{calendar.month_name[month]} {year}"
    assert bears(match["share"], *held(SHARE, newest))
    assert bears(match["before"], *held(SHARE, f"{year - 1}-{month:02}"))
    assert (match["to"], match["year"]) == (calendar.month_name[month], str(year))
    now, least, most = held(SOLD, f"{year}-{month}M")
    before, low, high = held(SOLD, f"{year - 1}-{month}M")
    assert bears(match["fall"], 1 - now / before, 1 - most / low, 1 - least / high)
