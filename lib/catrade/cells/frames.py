"""What every calculation does with the frame it is given: check it, find each row's base."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from rounding.dates import parse_period
from rounding.errors import ParameterError, did_you_mean
from rounding.intervals import Bounds, bounds

Flags = np.ndarray[Any, np.dtype[np.bool_]]

VALUE_COLUMNS = ("value_bn", "low_bn", "high_bn")
#: What identifies a series in a cell frame; a column the frame lacks is not used.
KEYS = ("reporter", "partner", "flow")
#: Names of a row's base figures once they stand beside it.
AS_BASE = {
    "value_bn": "base_bn",
    "low_bn": "base_low_bn",
    "high_bn": "base_high_bn",
}
#: Among which cells a figure is held: a quarter or half from January is a sum to date, too.
HELD_AS = {
    "annual": "annual",
    "monthly": "monthly",
    "ytd": "ytd",
    "half": "ytd",
    "quarterly": "ytd",
}


def require_columns(frame: pd.DataFrame, columns: Sequence[str], function: str) -> None:
    """Raise one sentence if `frame` lacks a column that `function` needs.

    Examples
    --------
    >>> require_columns(pd.DataFrame(columns=["low_us"]), ["low_bn"], "growth")
    Traceback (most recent call last):
    rounding.errors.ParameterError: growth needs column 'low_bn'; the frame has low_us (did you
    mean 'low_us'?)
    """
    for column in columns:
        if column not in frame.columns:
            has = ", ".join(map(str, frame.columns)) or "no columns"
            message = f"{function} needs column {column!r}; the frame has {has}"
            raise ParameterError(message + did_you_mean(column, frame.columns))


def require_unique(frame: pd.DataFrame, key: Sequence[str], function: str) -> None:
    """Raise one sentence if two rows of `frame` have the same `key`."""
    repeated = frame.duplicated(list(key))
    if repeated.any():
        row = frame.loc[repeated, list(key)].iloc[0]
        cell = ", ".join(f"{name} {value}" for name, value in row.items())
        others = [c for c in ("reporter", "partner", "country", "flow") if c not in key]
        several = [
            c for c in others if c in frame.columns and len(frame[c].unique()) > 1
        ]
        cause = (
            f"; the frame mixes several values of {', '.join(several)}"
            if several
            else ""
        )
        raise ParameterError(
            f"{function} needs one row for each {', '.join(key)}; {cell} has several{cause}"
        )


def is_in(frame: pd.DataFrame, other: pd.DataFrame, key: Sequence[str]) -> Flags:
    """Say of each row of `frame` whether `other` has one with the same `key`.

    Examples
    --------
    >>> is_in(pd.DataFrame({"year": [1, 2]}), pd.DataFrame({"year": [2]}), ["year"]).tolist()
    [False, True]
    """
    theirs = pd.MultiIndex.from_frame(other[list(key)])
    return pd.MultiIndex.from_frame(frame[list(key)]).isin(theirs)


def of_frequency(trade: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return the rows of a frequency; for `ytd`, of all that starts in January, as `2025-6M`."""
    rows = trade[trade["frequency"].map(HELD_AS) == frequency]
    if frequency != "ytd":
        return rows
    periods = {text: parse_period(text) for text in rows["period"].unique()}
    to_date = {
        t: f"{p.year}-{p.last_month}M" for t, p in periods.items() if p.first_month == 1
    }
    rows = rows[rows["period"].isin([*to_date])]
    return rows.assign(
        period=rows["period"].map(to_date).astype(str),
        frequency="ytd",
    )


def in_billions(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with its dollars in billions, named `…_bn` in place of `…_usd`."""
    dollars = [column for column in frame.columns if str(column).endswith("_usd")]
    small = frame.assign(**{column: frame[column] / 1e9 for column in dollars})
    return small.rename(columns={column: f"{column[:-4]}_bn" for column in dollars})


def earlier(period: str, years: int) -> str:
    """Return the same part of the year, `years` before.

    Examples
    --------
    >>> earlier("2025-10M", 1)
    '2024-10M'
    """
    return f"{parse_period(period).year - years:04d}{period[4:]}"


def month_of(period: str) -> int:
    """Return the last month of a period as a number that grows with time.

    Examples
    --------
    >>> month_of("2025-H1") - month_of("2024")
    6
    """
    parsed = parse_period(period)
    return 12 * parsed.year + parsed.last_month


def present(keys: Sequence[str], frame: pd.DataFrame) -> list[str]:
    """Return the keys that are columns of `frame`, each once."""
    return [key for key in dict.fromkeys(keys) if key in frame.columns]


def prepared(frame: pd.DataFrame, keys: Sequence[str], function: str) -> pd.DataFrame:
    """Check columns and uniqueness, and leave balances out."""
    require_columns(frame, [*VALUE_COLUMNS, "period"], function)
    if "flow" in frame.columns:
        frame = frame[frame["flow"] != "balance"]
    require_unique(frame, [*present(keys, frame), "period"], function)
    return frame


def with_base(
    frame: pd.DataFrame, years: int, keys: Sequence[str], function: str
) -> pd.DataFrame:
    """Put beside each row the figure of the same part of the year, `years` before.

    Rows without a base are left out, and figures implied by printed growth on either side: they
    belong to the vintage of that growth, not to that of the others.
    """
    if years < 1:
        raise ParameterError(f"periods must be 1 or more; got {years!r}")
    frame = prepared(frame, keys, function)
    if "basis" in frame.columns:
        frame = frame[frame["basis"] != "implied_by_growth"]
    return beside_base(with_earlier(frame, years), keys)


def with_earlier(frame: pd.DataFrame, years: int = 1) -> pd.DataFrame:
    """Add base_period: the same part of the year, `years` before."""
    periods = [earlier(text, years) for text in frame["period"]]
    return frame.assign(base_period=pd.array(periods, dtype=str))


def beside_base(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Put beside each row its series' figure of its base_period, as base_bn with its bounds.

    Where the frame has source_ids, they become those of both figures. Rows without a base are left
    out.
    """
    frame = frame.drop(columns=AS_BASE.values(), errors="ignore")
    series = present(keys, frame)
    base = frame[[*series, "period", *AS_BASE, *present(["source_ids"], frame)]]
    base = base.rename(columns={**AS_BASE, "period": "base_period"})
    found = frame.merge(base, on=[*series, "base_period"], suffixes=("", "_right"))
    return with_sources(found, "source_ids_right")


def base_bounds(frame: pd.DataFrame) -> Bounds:
    """Return the bounds of the base figures that `with_base` added."""
    return bounds(frame, "base_low_bn", "base_high_bn")


def with_sources(frame: pd.DataFrame, other: str) -> pd.DataFrame:
    """Add the ids in column `other` to source_ids and drop it; nothing if there is no such column.

    Examples
    --------
    >>> with_sources(pd.DataFrame({"source_ids": ["a;b"], "more": ["b;c"]}), "more")
      source_ids
    0      a;b;c
    """
    if other not in frame.columns:
        return frame
    pairs = zip(frame["source_ids"], frame[other], strict=True)
    return frame.assign(source_ids=[join_ids(pair) for pair in pairs]).drop(
        columns=other
    )


def added(
    parts: pd.DataFrame,
    keys: Sequence[str],
    amounts: Sequence[str],
    n: int,
    **more: Any,
) -> pd.DataFrame:
    """Sum `n` parts of a whole, where all are there: of what one of them lacks there is no sum.

    Parameters
    ----------
    parts
        Rows of the parts, with source_ids.
    keys, amounts
        Columns that tell wholes apart, and those to sum.
    n
        How many parts a whole has.
    **more
        Further columns, and how pandas makes the whole's value of its parts'.

    Examples
    --------
    >>> parts = pd.DataFrame({"year": [1, 1, 2], "value": [2, 3, 4], "source_ids": list("aba")})
    >>> added(parts, ["year"], ["value"], 2).values.tolist()
    [[1, 5.0, 'a;b']]
    """
    groups = parts.groupby(list(keys), sort=False)
    sums = groups[list(amounts)].sum(min_count=n)
    sums = sums.join(groups.agg({"source_ids": join_ids, **more}))
    return sums[groups.size() == n].reset_index()


def join_ids(texts: Iterable[str]) -> str:
    """Join texts of ids separated by `;`, each id once."""
    return ";".join(
        dict.fromkeys(source for text in texts for source in text.split(";"))
    )
