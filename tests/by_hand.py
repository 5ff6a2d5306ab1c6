"""Sentences of the pages, held against figures chosen and worked out by hand (`by_hand_cells`).

How a figure is printed, in plain Python with exact fractions. The sentences come from the
notebooks' own cells.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import tomllib
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import nbformat
import pytest
from by_hand_cells import FIVE, ROOT, Figure, growth_of
from by_hand_cells import cell_of as cell_of
from by_hand_cells import rounded as rounded
from by_hand_cells import rows_of as rows_of
from by_hand_cells import sum_of as sum_of

import catrade as ct

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
    plan = tomllib.loads(
        (ROOT / "notebooks" / "reports.toml").read_text(encoding="utf-8")
    )
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

    def keep(sentence: str, **_: object) -> None:
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


# --- how numbers are printed --------------------------------------------------------------------


def _places(printed: str) -> int:
    return len(printed.partition(".")[2])


def _at(number: Fraction, places: int) -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _number(printed: str) -> Decimal:
    return Decimal(printed.replace(",", "").replace("−", "-"))


def same(printed: str, number: Fraction) -> None:
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
SAID = {"floor": "over ", "ceiling": "almost ", "about": "about "}


def check_amount(text: str, figure: Figure | None) -> None:
    match = AMOUNT.match(text)
    assert match, text
    assert figure is not None, text
    scale = Fraction(1, 10**9 if match[3] == "billion" else 10**6)
    if figure.rounding in SAID:
        assert match[1] == SAID[figure.rounding], text
        same(match[2], figure.value * scale)
        return
    borne(match[2], figure, scale, about=bool(match[1]))


def check_rate(text: str, new: Figure, base: Figure) -> None:
    rate, printed = growth_of(new, base)
    if rate.low <= 0 <= rate.high:
        assert "within rounding" in text
        return
    match = RATE.search(text)
    assert match, text
    assert match[5] == ("more" if rate.value > 0 else "less")
    ends = sorted([abs(rate.low), abs(rate.high)])
    if match[2]:
        borne(
            match[2],
            Figure(abs(rate.value), *ends),
            Fraction(100),
            about=bool(match[1]),
        )
    else:
        same(match[3], ends[0] * 100)
        same(match[4], ends[1] * 100)
    assert printed or "its own rate" not in text


# --- dates ---------------------------------------------------------------------------------------


def days_of(text: str) -> tuple[dt.date, dt.date]:
    year, month, day = (*map(int, text.split("-")), 0, 0)[:3]
    last_month = month or 12
    last = day or calendar.monthrange(year, last_month)[1]
    return dt.date(year, month or 1, day or 1), dt.date(year, last_month, last)
