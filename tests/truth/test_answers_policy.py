"""Every figure of the policy pages' answers, computed again from the CSV files alone."""

from __future__ import annotations

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
    r"New-energy cars were (?P<share>[\d.]+)% of the cars sold to buyers in China in"
    r" (?P<month>\w+ \d+), after (?P<before>[\d.]+)% a year before; in January–(?P<to>\w+)"
    r" (?P<year>\d+) (?P<sold>[\d.]+) million were sold, down (?P<fall>[\d.]+)% \(passenger-car"
    r" association\)\. "
)
BUYER = re.compile(
    r"On (?P<day>\d+ \w+ \d+) a buyer had half the purchase tax waived, up to"
    r" (?P<cap>[\d,]+) yuan, and got up to (?P<most>[\d,]+) yuan for scrapping an old car \(newest"
    r" step: (?P<step>[^,)]+)\)\."
)
SHARE, SOLD = "cpca_nev_retail_penetration", "cpca_nev_retail_sales"


def months_of(series: str) -> list[str]:
    periods = [r["period"] for r in rows_of("market_series") if r["series"] == series]
    return sorted(one for one in periods if re.fullmatch(r"\d{4}-\d\d", one))


def in_words(month: str) -> str:
    return f"{calendar.month_name[int(month[-2:])]} {month[:4]}"


def test_the_timeline_leads_with_the_newest_month() -> None:
    match = TIMELINE.match(answer("nev_policy_timeline"))
    assert match
    year, one = int(match["year"]), Figure(1, 1, 1)
    newest = months_of(SHARE)[-1]
    number = int(newest[-2:])
    assert match["month"] == in_words(newest)
    borne(match["share"], _held(SHARE, newest), Fraction(100), about=False)
    ago = f"{year - 1}-{number:02}"
    borne(match["before"], _held(SHARE, ago), Fraction(100), about=False)
    assert match["to"] == calendar.month_name[number]
    sold, before = (_held(SOLD, f"{one}-{number}M") for one in (year, year - 1))
    borne(match["sold"], sold, Fraction(1, 10**6), about=False)
    borne(match["fall"], _less(one, _over(sold, before)), Fraction(100), about=False)


def test_what_a_buyer_gets() -> None:
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
    assert match["cap"] == f"{int(tax['cap_cny']):,}"
    paid = [
        int(row["amount_cny"])
        for row in rows_of("subsidy_schedule")
        if row["period_end"] == f"{day.year}-12-31" and "bonus" in row["scheme"]
    ]
    assert match["most"] == f"{max(paid):,}"
    steps = [row for row in rows_of("policy_events") if row["measure_id"] == "trade-in"]
    newest_step = max(steps, key=lambda row: row["date"])
    assert match["step"].casefold() == newest_step["title_en"].casefold()


def _held(series: str, period: str) -> Figure:
    wanted = {"series": series, "period": period, "quality": "ok"}
    (row,) = [row for row in rows_of("market_series") if wanted.items() <= row.items()]
    return Figure(*rounded(row["value"], row["precision"], row["rounding"]))


def _less(one: Figure, other: Figure) -> Figure:
    return Figure(one.value - other.value, one.low - other.high, one.high - other.low)


def _over(part: Figure, whole: Figure) -> Figure:
    return Figure(
        part.value / whole.value, part.low / whole.high, part.high / whole.low
    )
