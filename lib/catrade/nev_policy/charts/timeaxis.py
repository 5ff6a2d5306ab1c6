"""A time axis in days, for charts of dated events and spells."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING

import matplotlib.dates as mdates
import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@functools.lru_cache(maxsize=1024)
def at(day: dt.date | pd.Timestamp) -> float:
    """Return a day as a place on the axis."""
    return float(mdates.date2num(day))  # type: ignore[no-untyped-call]


def by_years(first: dt.date, last: dt.date) -> bool:
    """Say whether the axis of a window marks years; otherwise months or days, on two lines."""
    return (last.year - first.year) * 12 + last.month - first.month + 1 > 30


def room_below(first: dt.date, last: dt.date) -> float:
    """Return the inches the labels of the axis need."""
    return 0.34 if by_years(first, last) else 0.48


def time_axis(axes: Axes, first: dt.date, last: dt.date) -> None:
    """Mark years, or months where the window is short, without crowding.

    Parameters
    ----------
    axes
        Axes whose x values are days made by `at`.
    first, last
        First and last day of the window.
    """
    axes.set_xlim(at(first), at(last) + 1)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if by_years(first, last):
        step = 1 if months <= 13 * 12 else 2
        years = [
            year for year in range(first.year, last.year + 1) if (last.year - year) % step == 0
        ]
        # The label stands in the middle of its year: a tick at 1 January reads as the day.
        axes.set_xticks([at(dt.date(year, 7, 2)) for year in years], [str(year) for year in years])
        axes.set_xticks(
            [at(dt.date(y, 1, 1)) for y in range(first.year, last.year + 2)], minor=True
        )
        axes.tick_params(axis="x", which="major", length=0)
        axes.tick_params(axis="x", which="minor", length=4)
        return
    days = (last - first).days + 1
    if days <= 75:
        gap = next(size for size in (1, 2, 7, 14) if days / size <= 11)
        marks = [first + dt.timedelta(days=n) for n in range(0, days, gap)]
        axes.set_xticks([at(day) for day in marks], [_day_label(d, d == marks[0]) for d in marks])
        return
    step = next(size for size in (1, 2, 3, 6) if months / size <= 10)
    starts = [dt.date(first.year, first.month, 1)]
    while starts[-1] <= last:
        total = starts[-1].year * 12 + starts[-1].month - 1 + step
        starts.append(dt.date(total // 12, total % 12 + 1, 1))
    starts = [day for day in starts if first <= day <= last]
    axes.set_xticks([at(day) for day in starts], [_month_label(d, d == starts[0]) for d in starts])


def _day_label(day: dt.date, is_first: bool) -> str:
    label = f"{day.day} {_MONTHS[day.month - 1]}"
    return f"{label}\n{day.year}" if is_first else label


def _month_label(day: dt.date, is_first: bool) -> str:
    name = _MONTHS[day.month - 1]
    return f"{name}\n{day.year}" if is_first or day.month == 1 else name
