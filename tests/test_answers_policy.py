"""Every figure of the policy pages' answers, computed again from the CSV files alone."""

from __future__ import annotations

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
    r"Chinese makers sold (?P<home>[\d.]+) million new-energy vehicles at home in January–June"
    r" (?P<year>\d+), down (?P<fall>[\d.]+)% on a year before, and (?P<sent>[\d.]+) million abroad,"
    r" up (?P<rise>\d+)%\. By the police register new-energy vehicles were (?P<share>[\d.]+)% of"
    r" new cars, after (?P<before>[\d.]+)% a year before; by trade reports battery cars were"
    r" (?P<now>[\d.]+)% of passenger cars, after (?P<ago>[\d.]+)%\. On (?P<day>\d+ \w+ \d+) a buyer"
    r" had half the purchase tax waived, up to (?P<cap>[\d,]+) yuan, and got (?P<part>\d+)% of the"
    r" price, at most (?P<most>[\d,]+) yuan, for scrapping an old car \((?P<part2>\d+)% of the"
    r" price, at most (?P<most2>[\d,]+) yuan, for trading it in\)"
    r"(?P<ended>; the subsidy for every buyer ended in 2022)?\."
)


@pytest.mark.parametrize("years", [(2009, 2026), (2025, 2026)])
def test_timeline(years: tuple[int, int]) -> None:
    match = TIMELINE.fullmatch(answer("nev_policy_timeline", *map(str, years)))
    assert match
    year, one = int(match["year"]), Figure(1, 1, 1)
    both = (year, year - 1)
    sold, sent, share = [
        [_printed(f"nev_{name}", when) for when in both]
        for name in ("sales", "exports", "share_of_registrations")
    ]
    home = [_less(*pair) for pair in zip(sold, sent, strict=True)]
    battery = [_over(_months("bev", when), _months("car", when)) for when in both]
    figures = dict(zip(("share", "before"), share, strict=True))
    figures |= zip(("now", "ago"), battery, strict=True)
    figures["fall"] = _less(one, _over(*home))
    figures["rise"] = _less(_over(*sent), one)
    for name, figure in figures.items():
        borne(match[name], figure, Fraction(100), about=False)
    for name, (number, _) in (("home", home), ("sent", sent)):
        borne(match[name], number, Fraction(1, 10**6), about=False)
    day = max(days_of(event["date"])[0] for event in rows_of("policy_events"))
    assert match["day"] == f"{day.day} {day:%B %Y}"
    (tax,) = [
        row
        for row in rows_of("purchase_tax_schedule")
        if row["period_start"] <= day.isoformat() <= row["period_end"]
    ]
    assert (tax["rule"], float(tax["relief_share"])) == ("half_to_cap", 0.5)
    assert match["cap"] == f"{int(tax['cap_cny']):,}"
    for scheme, n in (("scrappage_bonus", ""), ("trade_in_bonus", "2")):
        amount, part = match[f"most{n}"].replace(",", ""), match[f"part{n}"]
        wanted = (scheme, f"{day.year}-12-31", amount, f"{part} percent of the price")
        names = ("scheme", "period_end", "amount_cny", "note")
        rows = [
            tuple(row[name] for name in names) for row in rows_of("subsidy_schedule")
        ]
        assert wanted in rows
    # Only where the subsidy is in the window.
    assert bool(match["ended"]) == (years[0] < 2023)


SERIES = {"bev": "bev_passenger_registrations", "car": "passenger_car_registrations"}


def _months(kind: str, year: int) -> Figure:
    """Sum January to June of a series of registrations."""
    rows = [_held(SERIES[kind], f"{year}-{month:02}") for month in range(1, 7)]
    return Figure(*(sum(one[end] for one in rows) for end in range(3)))


def _printed(series: str, year: int) -> Figure:
    """Return what is printed of January to June."""
    return _held(series, f"{year}-6M")


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
