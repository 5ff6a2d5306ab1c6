"""What an analyst hands to a calculation: rows with a value, its interval and a time.

`taken` makes of any such frame what the calculations work on. Its rows keep their place (the index
is the row's number in the frame that was given), and `beside` puts what was calculated there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from catrade.refused import days, refuse
from catrade_build.columns import definitions
from catrade_build.edition import table
from catrade_build.tables import as_of
from catrade_build.tables.names import code_of
from rounding.dates import parse_period
from rounding.errors import ParameterError

#: Columns that tell the series of a frame apart.
KEYS = (
    *("reporter", "partner", "country", "exporter", "importer", "flow", "jurisdiction"),
    *("series", "level", "code", "hs_chapter", "section", "goods", "currency", "unit"),
)
ENDS = ("value", "low", "high")
RATE = ["growth", "growth_low", "growth_high", "growth_basis"]
BASE = ["base", "base_low", "base_high"]
#: What the edition says of a figure that calculations need.
_SAID = ["quality", "break", "coverage", *RATE, *BASE]
#: What tells in the edition which figure it is.
_CELL = ["reporter", "partner", "flow", "freq", "currency"]
#: The same of a series of the market, and its figure.
_SERIES = ["series", "jurisdiction", "freq", "period", "value"]
#: So many decimals of a billion belong to one figure alone.
_OF_ONE = 6
#: So many years with so many decimals belong to one series alone.
_YEARS_OF_ONE, _DIGITS_OF_ONE = 3, 2
#: More text than this in a message is read by nobody.
_FEW = 12


def taken(
    frame: pd.DataFrame, function: str, *, doubtful: bool = False
) -> pd.DataFrame:
    """Return the rows of a frame that a calculation takes.

    Parameters
    ----------
    frame
        Rows with a `value` and a `date`, `period` or `year`; without `low` and `high` a value is
        exact.
    function
        Whose messages name it.
    doubtful
        Whether doubtful figures are taken.

    Returns
    -------
    DataFrame
        The frame's columns, with value, low and high as numbers, `at` (months since year 0), `freq`
        and, of figures of the edition, what it says of them, also where the frame lost it. Rows
        without a value are left out.

    Raises
    ------
    ParameterError
        If it is no frame, has no figures, no time, or an interval that does not hold its value.
    """
    _require_figures(frame, function)
    refuse(function, [days], frame)
    rows = frame.reset_index(drop=True)
    rows.attrs = {}  # pandas copies them at every step
    for name in ("low", "high"):
        rows[name] = rows[name].fillna(rows["value"]) if name in rows else rows["value"]
    rows[list(ENDS)] = rows[list(ENDS)].astype(float)
    rows["period"] = _periods(frame)
    rows = rows.dropna(subset="value")
    if rows.empty:
        raise ParameterError(f"{function} needs figures; the frame has no row with one")
    rows = _with_time(rows, function)
    _require_intervals(rows, function)
    with as_of.holding(_day_of(frame)):
        rows = _known_again(rows)
    if "quality" in rows and not doubtful:
        rows = rows[rows["quality"] != "doubtful"]
    if rows.empty:
        raise ParameterError(
            f"{function} leaves doubtful figures out, and this frame has no others; "
            "doubtful=True takes them"
        )
    return rows


def _day_of(frame: pd.DataFrame) -> dt.date | None:
    """Return the day whose edition a frame is of; a frame of one's own is of the day that holds."""
    (day,) = as_of.days_in(frame)
    if day:
        return dt.date.fromisoformat(day)
    return None if frame.attrs.get("table") else as_of.current()


def _require_figures(frame: pd.DataFrame, function: str) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise ParameterError(
            f"{function} needs a frame, such as ct.trade() returns; "
            f"got {type(frame).__name__}"
        )
    has = ", ".join(map(str, [*frame.columns][:_FEW])) or "no columns"
    if "value" not in frame:
        raise ParameterError(
            f"{function} needs figures in a column value; the frame has {has}"
        )
    values = frame["value"]
    if frame.columns.duplicated().any():
        name = frame.columns[frame.columns.duplicated()][0]
        raise ParameterError(f"{function} needs each column once; {name} stands twice")
    is_truth = pd.api.types.is_bool_dtype(values)
    if is_truth or not pd.api.types.is_numeric_dtype(values):
        raise ParameterError(
            f"{function} needs numbers in value, such as pd.to_numeric makes of text; "
            f"it holds {values.dtype}"
        )
    if values.isin([np.inf, -np.inf]).any():
        raise ParameterError(f"{function} needs finite numbers in value; it holds inf")
    if not {"date", "period", "year"} & {*frame}:
        raise ParameterError(
            f"{function} needs a column date, period or year; the frame has {has}"
        )


def _periods(frame: pd.DataFrame) -> pd.Series[Any]:
    """Return the period of each row, as it stands there or as its date or year says it."""
    years = frame["year"] if "year" in frame else pd.Series("none", frame.index)
    years = years.astype(str).str.removesuffix(".0")
    if "period" in frame:  # which years have not, where they stand beside months
        return frame["period"].fillna(years).astype(str).reset_index(drop=True)
    if "date" in frame:
        # 01.02.2024 may be February or January: it stays as it is, and is refused.
        texts = frame["date"].astype(str)
        days = pd.to_datetime(texts, format="ISO8601", errors="coerce")
        months = days.dt.strftime("%Y-%m")
        is_yearly = months.str.endswith("-01").all() and "month" not in frame
        months = months.fillna(texts.where(frame["date"].notna(), "no date"))
        return (months.str[:4] if is_yearly else months).reset_index(drop=True)
    return years.reset_index(drop=True)


def _with_time(rows: pd.DataFrame, function: str) -> pd.DataFrame:
    """Add the last month of each period and the kind of period."""
    parsed = {}
    for text in rows["period"].unique():
        try:
            parsed[text] = parse_period(text)
        except ParameterError:
            place = rows.index[rows["period"] == text][0]
            raise ParameterError(
                f"{function} needs a time such as 2025, 2025-03 or 2025-7M in row {place}; "
                f"it has {text}"
            ) from None
    kinds = {"annual": "year", "monthly": "month"}
    last = {
        text: 12 * period.year + period.last_month for text, period in parsed.items()
    }
    freq = {text: kinds.get(period.frequency, "ytd") for text, period in parsed.items()}
    return rows.assign(at=rows["period"].map(last), freq=rows["period"].map(freq))


def _require_intervals(rows: pd.DataFrame, function: str) -> None:
    slack = 1e-9 * rows["value"].abs()  # of floating point
    is_held = rows["value"].between(rows["low"] - slack, rows["high"] + slack)
    if not is_held.all():
        place = rows.index[~is_held][0]
        raise ParameterError(
            f"{function} needs a value between low and high in row {place}: "
            "change the ends too, or drop them"
        )


def _known_again(rows: pd.DataFrame) -> pd.DataFrame:
    """Give figures of the edition back what they lost: columns, and digits if they were rounded.

    They are known by pair, flow and period, or by their digits alone. Unless each of them is one
    figure of the edition, they are figures of one's own, and stay as they are.
    """
    # A growth that stands there is that of other figures, once one of them was changed.
    own = rows.drop(columns=[name for name in RATE + BASE if name in rows])
    if {*_SERIES} <= {*rows}:
        return _of_market(own)
    value = rows["value"]
    fits = [n for n in range(_OF_ONE) if value.round(n).equals(value)]
    digits = min(fits, default=_OF_ONE)
    named = [name for name in _CELL if name in rows]
    held = table("figures")
    held = held.assign(rounded=held["value"].round(digits))
    asked = rows.assign(rounded=value.round(digits), row=rows.index)
    keys = [*named, "period", "rounded"]
    found = asked[[*keys, "row"]].merge(held, on=keys).set_index("row")
    if "country" in rows and "partner" not in rows:  # that of either side
        place = rows["country"].map(lambda name: code_of(str(name)))[found.index]
        found = found[(found["partner"] == place) | (found["reporter"] == place)]
        named.append("partner")
    if digits < _OF_ONE and not {"reporter", "partner", "flow"} <= {*named}:
        found = _of_one_series(found, len(rows), digits)
    if found.index.has_duplicates or len(found) < len(rows):
        return own
    found = found.loc[rows.index]
    lost = [
        name for name in (*_CELL, *_SAID) if name not in rows or name in RATE + BASE
    ]
    if digits < _OF_ONE:
        lost += ENDS
    return rows.assign(**{str(name): found[name] for name in lost})


def _of_market(rows: pd.DataFrame) -> pd.DataFrame:
    """Give figures of series of the market their growth; without it if one is another figure."""
    held = table("market")[[*_SERIES, *RATE[:3]]]
    has_growth = held["growth"].notna()
    held = held.assign(growth_basis=has_growth.map({True: "computed", False: ""}))
    found = rows[_SERIES].merge(held, "left", _SERIES)
    is_held = found["growth_basis"].notna().all() and len(found) == len(rows)
    return rows.join(found[RATE].set_axis(rows.index)) if is_held else rows


def _of_one_series(found: pd.DataFrame, count: int, digits: int) -> pd.DataFrame:
    """Return what was found of the one series that has all of some years, and their digits.

    Three years of two decimals are one series' alone; fewer may be anybody's.
    """
    if count < _YEARS_OF_ONE or digits < _DIGITS_OF_ONE:
        return found.head(0)
    sizes = found.groupby(_CELL)["value"].transform("size")
    whole = found[sizes == count]
    return whole if len(whole) == count else found.head(0)


def is_known(rows: pd.DataFrame) -> bool:
    """Return whether rows that were `taken` are figures of the edition, with their own growth."""
    return {*RATE, *BASE} <= {*rows}


def keys_in(rows: pd.DataFrame, function: str) -> list[str]:
    """Return the columns that tell the series of rows apart.

    Raises
    ------
    ParameterError
        If another column of text might, as it is not the same within a series.
    """
    keys = [name for name in KEYS if name in rows]
    said = {name for about in definitions().values() for name in about["columns"]}
    texts = {str(name) for name in rows.select_dtypes(["str", "object", "category"])}
    others = (
        texts
        - said
        - {*keys}
        - {"period", "when", "month", "missing", "name", as_of.KNOWN_ON}
    )
    for name in sorted(others):
        counts = rows.groupby([*keys, "freq", "at"], dropna=False)[name].nunique()
        if (counts > 1).any():
            raise ParameterError(
                f"{function} cannot tell whether {name!r} tells series apart: "
                "call it 'series' if it does, or drop it"
            )
    return [*keys, "freq"]


def beside(
    frame: pd.DataFrame, rows: pd.DataFrame, columns: Iterable[str]
) -> pd.DataFrame:
    """Put columns of rows that were `taken` beside the rows they came from, NaN where none."""
    placed = rows[list(columns)].reindex(range(len(frame)))
    return frame.assign(**{str(name): placed[name].to_numpy() for name in placed})
