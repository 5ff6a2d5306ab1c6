"""The one way in which every loader chooses rows: by codes, kinds of period, and time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from catrade.tables.names import code_of, near
from rounding.dates import parse_period
from rounding.errors import ParameterError

#: What a loader may be asked for: a code or several; None is all, and so is "all".
Codes = str | Sequence[str] | None
Time = int | str | None
#: More choices than fit into so many characters help nobody: the nearest one does.
_LONGEST = 300


def select(
    frame: pd.DataFrame,
    start: Time = None,
    end: Time = None,
    **asked: tuple[Codes, Collection[str]],
) -> pd.DataFrame:
    """Return the rows of a table that were asked for, in the order of the table.

    Parameters
    ----------
    frame
        A table. If it has a column `period`, the result has `year` and `frequency` besides, which
        may be asked for like any other column; else `start` and `end` need a column `year`.
    start, end
        First and last year (2013) or period ("2025-03"), both included; None is open, and a date
        counts as its month. A period is in if it ends in the time between.
    **asked
        For each column what is asked for, and the values that may be; a country's name and small
        letters do for a code.

    Raises
    ------
    ParameterError
        If a value is none of those that may be asked for, a period is none, or the end is before
        the start.

    Examples
    --------
    >>> table = pd.DataFrame({"flow": ["export", "import"], "period": ["2024", "2025-03"]})
    >>> select(table, start=2025, flow=("import", ["export", "import"]))
         flow   period  year frequency
    1  import  2025-03  2025   monthly
    """
    # The rows are chosen all at once: each column asked for takes some out, then time does.
    if "period" in frame:
        frame = _with_time(frame)
    keep = np.ones(len(frame), dtype=bool)
    for name, (wanted, allowed) in asked.items():
        if wanted is None or wanted == "all":
            continue
        codes = [code_of(text, allowed) for text in several(wanted)]
        refuse_unknown(name, codes, allowed)
        keep &= frame[name].isin(codes).to_numpy()
    if start is not None or end is not None:
        low, high = months_between(start, end)
        texts = frame["period" if "period" in frame else "year"].astype(str)
        periods = [parse_period(text) for text in texts]
        months = [(period.year, period.last_month) for period in periods]
        keep &= np.array([low <= month <= high for month in months], dtype=bool)
    return frame[keep]


def months_between(start: Time, end: Time) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return year and month in which what is asked for begins and ends; open is every year.

    Raises
    ------
    ParameterError
        If one is no period, or the end is before the start.

    Examples
    --------
    >>> months_between("2024-03", None)
    ((2024, 3), (9999, 12))
    """
    first = parse_period("0000" if start is None else as_text(start))
    last = parse_period("9999" if end is None else as_text(end))
    low = (first.year, first.first_month)
    high = (last.year, last.last_month)
    refuse_backwards(start, end, high < low)
    return low, high


def as_text(time: Any, written: str = "%Y-%m") -> Any:
    """Return a year or period as text, of a date (such as one of a frame's own) its month.

    None, which is open, stays None; 2024.0, as a merge leaves it, is a year.

    Examples
    --------
    >>> as_text(2024), as_text("2024-Q1"), as_text(pd.Timestamp("2024-03-01"))
    ('2024', '2024-Q1', '2024-03')
    """
    if isinstance(time, dt.date) and time is not pd.NaT:
        return time.strftime(written)
    return None if time is None else str(time).removesuffix(".0")


def several(asked: object) -> list[str]:
    """Return what is asked for as texts, be it one or several.

    Examples
    --------
    >>> several("KAZ"), several(("KAZ", "UZB")), several(87)
    (['KAZ'], ['KAZ', 'UZB'], ['87'])
    """
    if isinstance(asked, Iterable) and not isinstance(asked, str):
        return [str(value) for value in asked]
    return [str(asked)]


def refuse_unknown(name: str, wanted: Codes, allowed: Collection[str]) -> None:
    """Refuse a value that may not be asked for.

    Raises
    ------
    ParameterError
        One sentence with the choices, or with the nearest one if there are many.
    """
    for value in several(wanted):
        if value in allowed:
            continue
        is_set = isinstance(allowed, set | frozenset)
        choices = sorted(allowed) if is_set else list(allowed)
        hint = near(value, choices)
        listed = ", ".join(choices)
        if len(listed) <= _LONGEST:
            raise ParameterError(f"{name} must be one of {listed}; got {value!r}{hint}")
        raise ParameterError(f"no {name} is called {value!r}{hint}")


def refuse_backwards(start: object, end: object, backwards: bool) -> None:
    """Refuse an end before the start.

    Raises
    ------
    ParameterError
        One sentence with both.
    """
    if backwards:
        raise ParameterError(
            f"end must not be before start; got start={start}, end={end}"
        )


def _with_time(frame: pd.DataFrame) -> pd.DataFrame:
    periods = [parse_period(text) for text in frame["period"]]
    years = [period.year for period in periods]
    frequencies = [period.frequency for period in periods]
    return frame.assign(
        year=np.array(years, dtype="int64"),
        frequency=pd.array(frequencies, dtype="str"),
    )
