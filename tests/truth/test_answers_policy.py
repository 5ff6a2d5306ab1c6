"""Every figure of the policy pages' answers, computed again from the CSV files alone."""

import calendar
import re
from fractions import Fraction

from by_hand import (
    Figure,
    answer,
    borne,
    days_of,
    rounded,
    rows_of,
)

TIMELINE = re.compile(
    r"New-energy cars were (?P<share>[\d.]+)% of China’s car sales in (?P<month>\w+ \d+)"
    r" \((?P<before>[\d.]+)% a year before; passenger-car association\); their sales fell"
    r" (?P<fall>[\d.]+)% in January–(?P<to>\w+) (?P<year>\d+)\. "
)
BUYER = re.compile(
    r"On (?P<day>\d+ \w+ \d+) a buyer had half the purchase tax waived and up to"
    r" (?P<most>[\d,]+) yuan for an old car\."
)
SHARE, SOLD = "cpca_nev_retail_penetration", "cpca_nev_retail_sales"


def test_the_timeline_leads_with_the_newest_month():
    match = TIMELINE.match(answer("nev_policy_timeline"))
    assert match
    year, whole = int(match["year"]), Figure(1, 1, 1)
    rows = [row for row in rows_of("market_series") if row["series"] == SHARE]
    periods = [row["period"] for row in rows]
    newest = max(period for period in periods if re.fullmatch(r"\d{4}-\d\d", period))
    number = int(newest[-2:])
    assert match["month"] == f"{calendar.month_name[number]} {newest[:4]}"
    borne(match["share"], _held(SHARE, newest), Fraction(100), about=False)
    ago = f"{year - 1}-{number:02}"
    borne(match["before"], _held(SHARE, ago), Fraction(100), about=False)
    assert match["to"] == calendar.month_name[number]
    sold, before = (_held(SOLD, f"{of_year}-{number}M") for of_year in (year, year - 1))
    borne(match["fall"], _less(whole, _over(sold, before)), Fraction(100), about=False)


def test_what_a_buyer_gets():
    match = BUYER.search(answer("nev_policy_timeline"))
    assert match
    day = max(days_of(event["date"])[0] for event in rows_of("policy_events"))
    assert match["day"] == f"{day.day} {day:%B %Y}"
    (tax,) = [
        row
        for row in rows_of("purchase_tax_schedule")
        if row["period_start"] <= day.isoformat() <= row["period_end"]
    ]
    assert (tax["rule"], float(tax["relief_share"])) == ("half_to_cap", 0.5)
    paid = [
        int(row["amount_cny"])
        for row in rows_of("subsidy_schedule")
        if row["period_end"] == f"{day.year}-12-31" and "bonus" in row["scheme"]
    ]
    assert match["most"] == f"{max(paid):,}"


def _held(series: str, period: str) -> Figure:
    wanted = {"series": series, "period": period, "quality": "ok"}
    (row,) = [row for row in rows_of("market_series") if wanted.items() <= row.items()]
    return Figure(*rounded(row["value"], row["precision"], row["rounding"]))


def _less(a: Figure, b: Figure) -> Figure:
    return Figure(a.value - b.value, a.low - b.high, a.high - b.low)


def _over(part: Figure, whole: Figure) -> Figure:
    return Figure(
        part.value / whole.value, part.low / whole.high, part.high / whole.low
    )
