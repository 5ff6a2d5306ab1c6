"""What every calculation does with the frame it is given: check it, find each row's base."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catrade_build.tables.trade import HELD_AS, to_date
from rounding.dates import parse_period
from rounding.errors import ParameterError, did_you_mean
from rounding.formats import join
from rounding.intervals import Bounds, bounds, growth_bounds, ratio_bounds, share_bounds

Flags = NDArray[np.bool_]

VALUE_COLUMNS = ("value", "low", "high")
#: What identifies a series in a cell frame; a column the frame lacks is not used.
KEYS = ("reporter", "partner", "flow")


def require_columns(frame: pd.DataFrame, columns: Sequence[str], function: str) -> None:
    """Raise one sentence if `frame` is none, or lacks columns that `function` needs: it names all.

    Examples
    --------
    >>> require_columns(pd.DataFrame(columns=["low_us"]), ["low_bn"], "growth")
    Traceback (most recent call last):
    rounding.errors.ParameterError: growth needs column 'low_bn'; the frame has low_us (did you
    mean 'low_us'?)
    """
    if not isinstance(frame, pd.DataFrame):
        raise ParameterError(
            f"{function} needs a frame, such as ct.trade() returns; "
            f"got {type(frame).__name__}"
        )
    missing = [column for column in columns if column not in frame.columns]
    if not missing:
        return
    noun = "column" if len(missing) == 1 else "columns"
    hint = did_you_mean(missing[0], frame.columns)
    held = ", ".join(map(str, frame.columns)) or "no columns"
    raise ParameterError(
        f"{function} needs {noun} {join(list(map(repr, missing)))}; the frame has"
        f" {held}{hint}"
    )


def is_in(frame: pd.DataFrame, other: pd.DataFrame, key: Sequence[str]) -> Flags:
    """Say of each row of `frame` whether `other` has one with the same `key`.

    Examples
    --------
    >>> is_in(pd.DataFrame({"year": [1, 2]}), pd.DataFrame({"year": [2]}), ["year"]).tolist()
    [False, True]
    """
    columns = list(key)
    theirs = pd.MultiIndex.from_frame(other[columns])
    ours = pd.MultiIndex.from_frame(frame[columns])
    return ours.isin(theirs)


def of_frequency(trade: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Return the rows of a frequency; for `ytd`, of all that starts in January, as `2025-6M`."""
    held_as = trade["frequency"].map(HELD_AS)
    rows = trade[held_as == frequency]
    if frequency != "ytd":
        return rows
    spans = {text: to_date(text) for text in rows["period"].unique()}
    periods = rows["period"].map(spans).astype(str)
    is_sum = periods.str.endswith("M")
    return rows.assign(period=periods, frequency="ytd")[is_sum]


def ends_of(name: str) -> dict[str, str]:
    """Return what value, low and high are called where they stand beside another figure.

    Examples
    --------
    >>> ends_of("base")
    {'value': 'base', 'low': 'base_low', 'high': 'base_high'}
    """
    return {"value": name, "low": f"{name}_low", "high": f"{name}_high"}


def in_billions(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with value, low and high in billions, in the place of whole dollars."""
    dollars = [f"{name}_usd" for name in VALUE_COLUMNS]
    billions = frame[dollars].set_axis(VALUE_COLUMNS, axis=1) / 1e9
    return frame.drop(columns=dollars).assign(**billions)


def earlier(period: str, years: int) -> str:
    """Return the same part of the year, `years` before.

    Examples
    --------
    >>> earlier("2025-10M", 1)
    '2024-10M'
    """
    return f"{parse_period(period).year - years:04d}{period[4:]}"


def whole_number(name: str, value: Any) -> int:
    """Return a number of years given as 5, 5.0 or "5"; a sentence if it is none.

    Examples
    --------
    >>> whole_number("years", 5.0)
    5
    """
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = 0.0
    if number >= 1 and number.is_integer():
        return int(number)
    raise ParameterError(f"{name} must be a whole number, 1 or more; got {value!r}")


def month_of(period: str) -> int:
    """Return the last month of a period as a number that grows with time.

    Examples
    --------
    >>> month_of("2025-H1") - month_of("2024")
    6
    """
    parsed = parse_period(period)
    return 12 * parsed.year + parsed.last_month


def with_earlier(frame: pd.DataFrame, years: int = 1) -> pd.DataFrame:
    """Add base_period: the same part of the year, `years` before."""
    periods = frame["period"]
    before = {text: earlier(text, years) for text in periods.unique()}
    base_period = periods.map(before)
    return frame.assign(base_period=base_period.astype(str))


def with_sources(frame: pd.DataFrame, other: str) -> pd.DataFrame:
    """Add the ids in column `other` to sources and drop it; nothing if there is no such column.

    Examples
    --------
    >>> with_sources(pd.DataFrame({"sources": ["a;b"], "more": ["b;c"]}), "more")
      sources
    0      a;b;c
    """
    if other not in frame.columns:
        return frame
    pairs = zip(frame["sources"], frame[other], strict=True)
    ids = [join_ids(filter(None, pair)) for pair in pairs]
    frame = frame.drop(columns=other)
    return frame.assign(sources=ids)


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
        Rows of the parts, with sources.
    keys, amounts
        Columns that tell wholes apart, and those to sum.
    n
        How many parts a whole has.
    **more
        Further columns, and how the whole's value is made of its parts'.

    Examples
    --------
    >>> parts = pd.DataFrame({"year": [1, 1, 2], "value": [2, 3, 4], "sources": list("aba")})
    >>> added(parts, ["year"], ["value"], 2).values.tolist()
    [[1, 5, 'a;b']]
    """
    size = parts.groupby(list(keys))["sources"].transform("size")
    parts = parts[size == n]
    groups = parts.groupby(list(keys), sort=False)
    sums = groups[list(amounts)].sum(min_count=n)
    # Each whole has n parts: they stand side by side, for groups would be a frame each.
    order = groups.ngroup().argsort(kind="stable")
    for name, made_of in {"sources": join_ids, **more}.items():
        texts = parts[name].to_numpy(object)[order]
        values = [made_of(of_whole) for of_whole in texts.reshape(-1, n)]
        sums[name] = pd.Series(values, sums.index, parts[name].dtype)
    return sums.reset_index()


def sort_rows(
    frame: pd.DataFrame, columns: Sequence[str], orders: Mapping[str, Collection[str]]
) -> pd.DataFrame:
    """Sort by columns, those of `orders` as they stand there and not by the alphabet.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": ["total", "export"], "year": [2024, 2025]})
    >>> sort_rows(frame, ["flow", "year"], {"flow": ["export", "total"]})["year"].tolist()
    [2025, 2024]
    """

    def places(column: pd.Series[Any]) -> pd.Series[Any]:
        order = orders.get(str(column.name))
        if order is None:
            return column
        place_of = {value: place for place, value in enumerate(order)}
        return column.map(place_of)

    return frame.sort_values([*columns], key=places, ignore_index=True)


def join_ids(texts: Iterable[str]) -> str:
    """Join texts of ids separated by `;`, each id once."""
    every = ";".join(texts).split(";")
    return ";".join(dict.fromkeys(every))


def printed_growth(rows: pd.DataFrame) -> Bounds:
    """Bound the growth that is printed with figures: half a unit either way."""
    printed = rows["growth_printed"]
    half = rows["growth_precision"] / 2
    return Bounds(printed - half, printed + half)


def implied_base(figure: Bounds, growth: Bounds) -> Bounds:
    """Bound the base that a figure and its growth g imply, x1 / (1 + g).

    NaN where a growth of −100% or less cannot be ruled out.

    Examples
    --------
    >>> figure = Bounds(pd.Series([15.35]), pd.Series([15.45]))
    >>> base = implied_base(figure, Bounds(pd.Series([1.0555]), pd.Series([1.0565])))
    >>> base.low.round(2).item(), base.high.round(2).item()
    (7.46, 7.52)
    """
    grown = Bounds(1 + growth.low, 1 + growth.high)
    return ratio_bounds(figure, grown)


def on_base(rows: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Return growth of value over base, with the bounds that those of both allow.

    Examples
    --------
    >>> rows = pd.DataFrame({"value": [12.0], "low": [11.5], "high": [12.5], "base": [10.0],
    ...                      "base_low": [10.0], "base_high": [10.0]})
    >>> {name: rate.round(2).item() for name, rate in on_base(rows).items()}
    {'growth': 0.2, 'growth_low': 0.15, 'growth_high': 0.25}
    """
    base = bounds(rows, "base_low", "base_high")
    rate = growth_bounds(bounds(rows), base)
    growth = rows["value"] / rows["base"].where(base.low > 0) - 1
    return {"growth": growth, "growth_low": rate.low, "growth_high": rate.high}


def part_of(rows: pd.DataFrame, whole: str, name: str) -> dict[str, pd.Series[float]]:
    """Return what part of a whole each value is, with the bounds that those of both allow.

    Examples
    --------
    >>> rows = pd.DataFrame({"value": [2.0], "low": [1.5], "high": [2.5], "whole": [10.0],
    ...                      "whole_low": [10.0], "whole_high": [10.0]})
    >>> {of: part.item() for of, part in part_of(rows, "whole", "share").items()}
    {'share': 0.2, 'share_low': 0.15, 'share_high': 0.25}
    """
    ends = bounds(rows, f"{whole}_low", f"{whole}_high")
    part = share_bounds(bounds(rows), ends)
    share = rows["value"] / rows[whole]
    return {name: share, f"{name}_low": part.low, f"{name}_high": part.high}


def with_base(
    rows: pd.DataFrame, held: pd.DataFrame, series: Sequence[str]
) -> pd.DataFrame:
    """Add base_period, and of that period base with ends and base_sources, where it is held.

    Parameters
    ----------
    rows, held
        period, value with ends, sources: the figures, and those that may be the base of one.
    series
        What else tells figures apart.
    """
    names = {"period": "base_period"} | ends_of("base")
    base = held.assign(base_sources=held["sources"]).rename(columns=names)
    base = base[[*series, *names.values(), "base_sources"]]
    return with_earlier(rows).merge(base, how="left", on=[*series, "base_period"])


def with_year_before(rows: pd.DataFrame, series: Sequence[str]) -> pd.DataFrame:
    """Add the figure of the same part of the year before, and growth on it: none of doubt.

    Parameters
    ----------
    rows, series
        As `with_base` takes them, and quality.
    """
    both = with_base(rows, rows[rows["quality"] == "ok"], series)
    is_sound = both["quality"] == "ok"
    growth = {name: rate.where(is_sound) for name, rate in on_base(both).items()}
    return both.assign(**growth)
