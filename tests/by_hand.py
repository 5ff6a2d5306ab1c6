"""The library's rules in plain Python with exact fractions, from the CSV files alone.

Which row is used (the rule of data/README.md), sums of flows and of the five, growth, and how a
figure is printed. The sentences that are compared with them come from the notebooks' own cells.
"""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest

import catrade as ct

ROOT = Path(__file__).resolve().parent.parent
FIVE = ("KAZ", "KGZ", "TJK", "TKM", "UZB")
NAMES = {
    "CA5": "Central Asia",
    **dict(
        zip(
            FIVE,
            ("Kazakhstan", "Kyrgyzstan", "Tajikistan", "Turkmenistan", "Uzbekistan"),
            strict=True,
        )
    ),
}


# --- the sentence -------------------------------------------------------------------------------


class _Answered(Exception):
    pass


def planned() -> dict[tuple[str, ...], dict[str, Any]]:
    """Return the parameters of each report of the plan, by notebook and values."""
    plan = tomllib.loads((ROOT / "notebooks" / "reports.toml").read_text(encoding="utf-8"))
    found = {}
    for report in plan["report"]:
        asked = report.get("parameters", {})
        found[report["notebook"], *map(str, asked.values())] = asked
    return found


@cache
def answer(name: str, *values: str) -> str:
    """Run the cells of a planned report up to its answer and return the sentence."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", 4)
    return _answer_of(notebook, planned()[name, *values])


def _answer_of(notebook: Any, parameters: dict[str, Any]) -> str:
    said: list[str] = []

    def keep(sentence: str) -> None:
        said.append(sentence)
        raise _Answered

    patch = pytest.MonkeyPatch()
    patch.setattr(ct.display, "answer", keep)
    names: dict[str, Any] = {}
    try:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(compile(cell.source, "cell", "exec"), names)
                if "parameters" in cell.metadata.get("tags", []):
                    names.update(parameters)
    except _Answered:
        return said[0]
    finally:
        patch.undo()
    message = "the notebook gives no answer"
    raise AssertionError(message)


# --- the tables ---------------------------------------------------------------------------------


@cache
def rows_of(name: str) -> tuple[dict[str, str], ...]:
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as source:
        return tuple(csv.DictReader(source))


class Figure(NamedTuple):
    value: Fraction
    low: Fraction
    high: Fraction
    quality: str = "ok"
    row: dict[str, str] | None = None


def rounded(value: str, unit: str, rounding: str) -> tuple[Fraction, Fraction, Fraction]:
    down, up = {"nearest": (1, 1), "floor": (0, 2), "ceiling": (2, 0), "about": (2, 2)}[rounding]
    number, half = Fraction(value), Fraction(unit) / 2
    return number, max(Fraction(0), number - down * half), number + up * half


KIND = {"official": 0, "dataset": 1, "official_statement": 2, "research": 2, "press": 2}


@cache
def _published(reporter: str, partner: str, period: str, flow: str) -> Figure | None:
    """Choose a row: ok, in dollars, official, narrow, new."""
    rates = {(row["currency"], row["period"]): row for row in rows_of("exchange_rates")}
    sources = {row["source_id"]: row for row in rows_of("sources")}
    wanted = {"reporter": reporter, "partner": partner, "period": period, "flow": flow}
    found = []
    for row in rows_of("trade"):
        if row["quality"] == "rejected" or any(row[k] != v for k, v in wanted.items()):
            continue
        value, low, high = rounded(row["value"], row["precision"], row["rounding"])
        if row["currency"] != "USD":
            rate = rates.get((row["currency"], period))
            if rate is None:
                continue
            value, low = value / Fraction(rate["rate"]), low / Fraction(rate["high"])
            high = high / Fraction(rate["low"])
        found.append(Figure(value, low, high, row["quality"], row))

    def source(figure: Figure) -> dict[str, str]:
        assert figure.row is not None
        return sources[figure.row["source_id"]]

    found.sort(key=lambda figure: source(figure)["source_id"])
    found.sort(key=lambda figure: source(figure)["published"], reverse=True)
    found.sort(
        key=lambda figure: (
            figure.quality != "ok",
            (figure.row or {})["currency"] != "USD",
            KIND[source(figure)["kind"]],
            figure.high - figure.low,
        )
    )
    return found[0] if found else None


def sum_of(parts: Iterable[Figure | None]) -> Figure | None:
    held = list(parts)
    if not all(held):
        return None
    known = [part for part in held if part]
    worst = "ok" if all(part.quality == "ok" for part in known) else "doubtful"
    ends = [sum((part[place] for part in known), Fraction(0)) for place in range(3)]
    return Figure(ends[0], ends[1], ends[2], worst)


def _better(there: Figure | None, computed: Figure | None) -> Figure | None:
    """Published wins, unless it alone is doubtful, or the sum is the same with more digits."""
    if there is None or computed is None:
        return there or computed
    if there.quality == "doubtful" and computed.quality == "ok":
        return computed
    within = there.low <= computed.low and computed.high <= there.high
    finer = computed.high - computed.low < Fraction(99, 100) * (there.high - there.low)
    sound = computed.quality == "ok" or there.quality != "ok"
    return computed if within and finer and sound else there


@cache
def cell_of(reporter: str, partner: str, period: str, flow: str) -> Figure | None:
    """Return the figure of a cell: published, else exports + imports, else the five added up."""
    figure = _published(reporter, partner, period, flow)
    ends = (reporter, partner)
    if "CA5" not in ends:
        if flow == "total":
            figure = _better(
                figure, sum_of(cell_of(*ends, period, f) for f in ("export", "import"))
            )
        return figure
    members = [tuple(one if end == "CA5" else end for end in ends) for one in FIVE]
    five = sum_of(cell_of(one[0], one[1], period, flow) for one in members)
    if flow != "total":
        return _better(figure, five)
    flows = sum_of(cell_of(*ends, period, f) for f in ("export", "import"))
    return _better(_better(figure, flows), five)


# --- how numbers are printed --------------------------------------------------------------------


def _places(printed: str) -> int:
    return len(printed.partition(".")[2])


def _at(number: Fraction, places: int) -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _number(printed: str) -> Decimal:
    return Decimal(printed.replace(",", "").replace("−", "-"))


def same(printed: str, number: Fraction) -> None:
    assert _number(printed) == _at(number, _places(printed)), f"{printed} is not {float(number)}"


def borne(printed: str, figure: Figure, scale: Fraction, *, about: bool) -> None:
    """Require the value at the digits printed, and that the interval bears the last of them."""
    same(printed, figure.value * scale)
    unit = Decimal(1).scaleb(-_places(printed))
    for end in (figure.low, figure.high):
        apart = abs(_at(end * scale, _places(printed)) - _number(printed))
        assert apart <= unit or about, f"{printed} has more digits than {float(end * scale)} bears"


AMOUNT = re.compile(r"(about )?\$([\d.,]+) (billion|million)")
RATE = re.compile(r"(up|down) (?:(about )?([\d.]+) %|between ([\d.]+) % and ([\d.]+) %)")
ALLOWS = re.compile(r"rounding allows ([\d.]+) to ([\d.]+) %")


def check_amount(text: str, figure: Figure | None) -> None:
    match = AMOUNT.match(text)
    assert match, text
    assert figure is not None, text
    scale = Fraction(1, 10**9 if match[3] == "billion" else 10**6)
    borne(match[2], figure, scale, about=bool(match[1]))


def growth_of(new: Figure, base: Figure) -> tuple[Figure, bool]:
    """Return growth, and whether it is the publisher's own because ours contradicts it."""
    ours = Figure(new.value / base.value - 1, new.low / base.high - 1, new.high / base.low - 1)
    if new.row and new.row["growth_printed"]:
        printed, unit = (Fraction(new.row[k]) for k in ("growth_printed", "growth_precision"))
        if printed - unit > ours.high or printed + unit < ours.low:
            return Figure(printed, printed - unit / 2, printed + unit / 2), True
    return ours, False


def check_rate(text: str, new: Figure, base: Figure) -> None:
    rate, printed = growth_of(new, base)
    if rate.low <= 0 <= rate.high:
        assert "unchanged within rounding" in text
        return
    match = RATE.search(text)
    assert match, text
    assert match[1] == ("up" if rate.value > 0 else "down")
    ends = sorted([abs(rate.low), abs(rate.high)])
    if match[3]:
        borne(match[3], Figure(abs(rate.value), *ends), Fraction(100), about=bool(match[2]))
    else:
        same(match[4], ends[0] * 100)
        same(match[5], ends[1] * 100)
    assert ("as its publisher prints it" in text) == printed
    if allows := ALLOWS.search(text):
        same(allows[1], ends[0] * 100)
        same(allows[2], ends[1] * 100)


# --- dates ---------------------------------------------------------------------------------------


def days_of(text: str) -> tuple[dt.date, dt.date]:
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    last_month = month or 12
    last = day or calendar.monthrange(year, last_month)[1]
    return dt.date(year, month or 1, day or 1), dt.date(year, last_month, last)
