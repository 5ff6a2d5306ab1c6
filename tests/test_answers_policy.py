"""Every figure of the policy pages' answers, computed again from the CSV files alone."""

from __future__ import annotations

import calendar
import re
from fractions import Fraction

import pytest
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
    r" association\)\. On (?P<day>\d+ \w+ \d+) a buyer had half the purchase tax waived, up to"
    r" (?P<cap>[\d,]+) yuan, and got up to (?P<most>[\d,]+) yuan for scrapping an old car \(newest"
    r" step: (?P<step>[^,)]+)\)\."
)
SHARE, SOLD = "cpca_nev_retail_penetration", "cpca_nev_retail_sales"


@pytest.mark.parametrize("years", [(2009, 2026), (2025, 2026)])
def test_timeline(years: tuple[int, int]) -> None:
    match = TIMELINE.fullmatch(answer("nev_policy_timeline", *map(str, years)))
    assert match
    year, one = int(match["year"]), Figure(1, 1, 1)
    months = [
        row["period"] for row in rows_of("market_series") if row["series"] == SHARE
    ]
    newest = max(period for period in months if re.fullmatch(r"\d{4}-\d\d", period))
    number = int(newest[-2:])
    assert match["month"] == f"{calendar.month_name[number]} {newest[:4]}"
    borne(match["share"], _held(SHARE, newest), Fraction(100), about=False)
    ago = f"{year - 1}-{number:02}"
    borne(match["before"], _held(SHARE, ago), Fraction(100), about=False)
    assert match["to"] == calendar.month_name[number]
    sold, before = (_held(SOLD, f"{one}-{number}M") for one in (year, year - 1))
    borne(match["sold"], sold, Fraction(1, 10**6), about=False)
    borne(match["fall"], _less(one, _over(sold, before)), Fraction(100), about=False)

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
