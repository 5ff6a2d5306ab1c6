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
    percent, year = Fraction(100), int(match["year"])
    both = (year, year - 1)
    sold = [_printed("nev_sales", one) for one in both]
    sent = [_printed("nev_exports", one) for one in both]
    home = [_less(all_, part) for all_, part in zip(sold, sent, strict=True)]
    borne(match["home"], home[0], Fraction(1, 10**6), about=False)
    borne(match["sent"], sent[0], Fraction(1, 10**6), about=False)
    down, up = _over(*home), _over(*sent)
    borne(
        match["fall"],
        Figure(1 - down.value, 1 - down.high, 1 - down.low),
        percent,
        about=False,
    )
    borne(
        match["rise"],
        Figure(up.value - 1, up.low - 1, up.high - 1),
        percent,
        about=False,
    )
    for name, when in (("share", year), ("before", year - 1)):
        borne(
            match[name],
            _printed("nev_share_of_registrations", when),
            percent,
            about=False,
        )
    for name, when in (("now", year), ("ago", year - 1)):
        battery, cars = _months("bev_passenger", when), _months("passenger_car", when)
        borne(match[name], _over(battery, cars), percent, about=False)
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


def _months(series: str, year: int) -> Figure:
    """Sum January to June of a series of registrations."""
    rows = [
        Figure(*rounded(row["value"], row["precision"], row["rounding"]))
        for row in rows_of("market_series")
        if row["series"] == f"{series}_registrations"
        and row["period"][:5] == f"{year}-"
        if int(row["period"][5:]) <= 6
    ]
    assert len(rows) == 6
    return Figure(
        *(
            sum((getattr(one, end) for one in rows), Fraction(0))
            for end in ("value", "low", "high")
        )
    )


def _printed(series: str, year: int) -> Figure:
    """Return what is printed of January to June."""
    (row,) = [
        row
        for row in rows_of("market_series")
        if (row["series"], row["period"]) == (series, f"{year}-6M")
        and row["quality"] == "ok"
    ]
    return Figure(*rounded(row["value"], row["precision"], row["rounding"]))


def _less(one: Figure, other: Figure) -> Figure:
    return Figure(one.value - other.value, one.low - other.high, one.high - other.low)


def _over(part: Figure, whole: Figure) -> Figure:
    return Figure(
        part.value / whole.value, part.low / whole.high, part.high / whole.low
    )
