"""Sentences of the pages, held against figures worked out anew (`recomputed`).

How a figure is printed, in plain Python. The sentences come from the notebooks' own cells.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import recomputed
from computed import displaying
from recomputed import FIVE, REACH

ROOT = recomputed.DATA.parent
COUNTRIES = ("Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan")
NAMES = {"CA5": "Central Asia", **dict(zip(FIVE, COUNTRIES, strict=True))}

Number = Fraction | float


class Figure(NamedTuple):
    value: Number
    low: Number
    high: Number
    doubt: bool = False


@cache
def rows_of(name: str) -> tuple[dict[str, str], ...]:
    return tuple(recomputed.table(name).to_dict("records"))


def rounded(value: str, unit: str, rounding: str) -> tuple[Fraction, ...]:
    """Return a printed number and the ends that its rounding leaves open."""
    number = Fraction(value)
    below, above = (Fraction(reach) * Fraction(unit) for reach in REACH[rounding])
    return number, max(Fraction(0), number - below), number + above


def cell_of(
    reporter: str, partner: str, period: str, flow: str, *, goods: bool = False
) -> Figure | None:
    """Return the figure of a year; `goods` is for what compares two reporters."""
    held = recomputed.figures(goods=goods)
    figure = held.get((reporter, partner, int(period), flow))
    return Figure(*figure[:4]) if figure else None


def growth_of(reporter: str, partner: str, period: str, flow: str) -> Figure | None:
    rate = recomputed.growth_of((reporter, partner, int(period), flow))
    return Figure(*rate[:3]) if rate else None


def sum_of(parts: Iterable[Figure | None]) -> Figure | None:
    held = [*parts]
    figures = [part for part in held if part]
    if len(figures) < len(held):
        return None
    return Figure(
        sum(part.value for part in figures),
        sum(part.low for part in figures),
        sum(part.high for part in figures),
        any(part.doubt for part in figures),
    )


# --- the sentence -------------------------------------------------------------------------------


def planned() -> dict[tuple[str, ...], dict[str, Any]]:
    """Return the parameters of each report of the plan, by notebook and values."""
    plan = tomllib.loads((ROOT / "notebooks" / "reports.toml").read_text("utf-8"))
    by_report = {}
    for report in plan["report"]:
        asked = report.get("parameters", {})
        by_report[report["notebook"], *map(str, asked.values())] = asked
    return by_report


@cache
def answer(name: str, *values: str) -> str:
    """Run the cells of a report up to its answer and return the sentence.

    One that is not of the plan is of the partner named.
    """
    asked = planned().get((name, *values))
    if asked is None:
        asked = {"partner": values[0]}
    # An empty note before it, such as that no day is asked for, is nothing.
    return next(filter(None, map(str, displaying(name, **asked))))


# --- how numbers are printed --------------------------------------------------------------------


def _places(printed: str) -> int:
    return len(printed.partition(".")[2])


def _at(number: Number, places: int) -> Decimal:
    whole = Fraction(number)
    exact = Decimal(whole.numerator) / Decimal(whole.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _number(printed: str) -> Decimal:
    return Decimal(printed.replace(",", "").replace("−", "-"))


def same(printed: str, number: Number) -> None:
    assert _number(printed) == _at(number, _places(printed)), (
        f"{printed} is not {float(number)}"
    )


def borne(printed: str, figure: Figure, scale: Fraction, *, about: bool) -> None:
    """Require the value at the digits printed, and that the interval bears the last of them."""
    same(printed, figure.value * scale)
    unit = Decimal(1).scaleb(-_places(printed))
    for end in (figure.low, figure.high):
        apart = abs(_at(end * scale, _places(printed)) - _number(printed))
        assert apart <= unit or about, (
            f"{printed} has more digits than {float(end * scale)} bears"
        )


AMOUNT = re.compile(r"(about |over |almost )?\$([\d.,]+) (billion|million)")
RATE = re.compile(r"(?:(about )?([\d.]+)%|between ([\d.]+)% and ([\d.]+)%) (more|less)")


def check_amount(text: str, figure: Figure | None) -> None:
    match = AMOUNT.match(text)
    assert match, text
    assert figure is not None, text
    scale = Fraction(1, 10**9 if match[3] == "billion" else 10**6)
    borne(match[2], figure, scale, about=bool(match[1]))


def check_rate(text: str, rate: Figure | None) -> None:
    assert rate is not None, text
    if rate.low <= 0 <= rate.high:
        assert "within rounding" in text
        return
    match = RATE.search(text)
    assert match, text
    assert match[5] == ("more" if rate.value > 0 else "less")
    ends = sorted([abs(rate.low), abs(rate.high)])
    if match[2]:
        size = Figure(abs(rate.value), *ends)
        borne(match[2], size, Fraction(100), about=bool(match[1]))
    else:
        same(match[3], ends[0] * 100)
        same(match[4], ends[1] * 100)


# --- dates ---------------------------------------------------------------------------------------


def days_of(text: str) -> tuple[dt.date, dt.date]:
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    last_month = month or 12
    last = day or calendar.monthrange(year, last_month)[1]
    return dt.date(year, month or 1, day or 1), dt.date(year, last_month, last)
