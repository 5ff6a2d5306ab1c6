"""The one place where a frame of an analyst becomes what calculations take, and back.

Calculations (`catrade_build.calc`) take figure frames: value_bn with low_bn and high_bn, period,
and the columns that tell series apart. What an analyst has may say value and time otherwise, hold
doubtful rows or rows without a figure, or be a frame of `ct.trade` that lost columns on the way:

- `cells_of` makes a figure frame of it, in which `row` is the place of each figure in his;
- `keys_of` says which columns tell its series apart;
- `place_beside` puts what was calculated beside his rows.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandas.api.typing import DataFrameGroupBy

from catrade.face.frames import period_of, with_texts
from catrade_build.calc.concentration import LEVELS
from catrade_build.cells.chosen import chosen
from catrade_build.cells.frames import (
    HELD_AS,
    VALUE_COLUMNS,
    first_present,
    its_columns,
    present,
    require_columns,
)
from catrade_build.cells.rows import WITH_SERVICES
from catrade_build.tables.names import code_of, name_of, wholes_among
from catrade_build.tables.policy import series_among
from rounding.dates import parse_period
from rounding.errors import ParameterError
from rounding.formats import join

#: Columns that tell the series of a frame apart.
_KEYS = "reporter partner country exporter importer flow china_flow series jurisdiction"
#: Columns of text that may differ within a series: what is told of its figures.
_OF_FIGURES = (
    "basis classification coverage currency date frequency growth_basis missing month note period "
    "published quality quality_reason releases rounding sources source_kind "
    "statistic when year"
)
#: Whose figure of trade with whom; what calculations need of it besides.
_PAIR = ["reporter", "partner", "flow"]
_LOST = ["begins", "quality", "coverage", "sources"]
#: So many decimals of a billion belong to one figure alone.
_OF_ONE = 6
_AMOUNTS = ("value_bn", "value_usd", "value")
_WHEN = ("period", "date", "year")
_OWN_UNIT = "a unit of its own"


def cells_of(
    frame: pd.DataFrame, function: str, *, doubtful: bool = False
) -> pd.DataFrame:
    """Return a frame as the calculations take it: a value with bounds, and a period.

    Takes what the face returns and anybody's frame with a value and a year. Rows without a figure
    are left out, and doubtful ones unless they are asked for; `row` is the place of each in
    `frame`. A figure without bounds is exact, and what text is missing is "". Where the frame says
    what `begins`, `statistic` tells the statistics of a series apart. Figures of `ct.trade` are
    known again without the columns, or the digits, that they lost on the way.

    Raises
    ------
    ParameterError
        If it is no frame, has no figure or no time, or bounds that do not hold their figure.
    """
    amount, when = _figure_and_time(frame, function)
    require_one_unit(function, frame)
    cells = _plain(frame)
    unit = amount.removeprefix("value")
    scale = 1e9 if unit == "_usd" else 1.0
    value = cells[amount]
    cells = cells.assign(
        value_bn=value / scale,
        low_bn=cells.get(f"low{unit}", value).fillna(value) / scale,
        high_bn=cells.get(f"high{unit}", value).fillna(value) / scale,
        period=times_of(frame).to_numpy(),
        row=range(len(cells)),
    )
    cells = cells.dropna(subset="value_bn")
    if cells.empty:
        raise ParameterError(f"{function} needs figures; the frame has no row with one")
    _require_times(function, cells, frame[when])
    if (
        frame.attrs.get("freq") in ("month", "ytd")
        and cells["period"].str.len().max() == 4
    ):
        raise ParameterError(
            f"{function} cannot tell how many months of a year these sums hold: take freq='year', "
            "or say frame.attrs.clear() once you left out the years that lack some"
        )
    if unit:
        cells = _with_lost(cells, frame)
    if "begins" in cells:
        # The period with which the statistic began that a figure is of, "" of none.
        begun = cells["period"].where(cells["begins"].eq(True))
        in_time = cells.assign(begun=begun).sort_values("period")
        series = _by_series(in_time, _keys(cells))
        cells["statistic"] = series["begun"].ffill().fillna("")
    slack = 1e-9 * cells["value_bn"].abs()  # of float arithmetic
    low, high = cells["low_bn"] - slack, cells["high_bn"] + slack
    outside = cells[~cells["value_bn"].between(low, high)]
    if len(outside):
        row = frame.index[outside["row"].iloc[0]]
        raise ParameterError(
            f"{amount} lies outside low{unit} and high{unit} in row {row}: "
            "change the bounds too, or drop them"
        )
    if "quality" in cells and not doubtful:
        cells = cells[cells["quality"] != "doubtful"]
        if cells.empty:
            raise ParameterError(
                f"{function} leaves doubtful figures out, and this frame has no others; "
                "doubtful=True takes them"
            )
    return cells


def _figure_and_time(frame: pd.DataFrame, function: str) -> tuple[str, str]:
    """Return the columns of the figure and of its time; one sentence if there are none."""
    require_columns(frame, [], function)
    has = its_columns(frame)
    if within := [str(name) for name in frame.index.names if name is not None]:
        has += f" (and {join(within)} in its index: call .reset_index() first)"
    amount = first_present(_AMOUNTS, frame)
    if not amount:
        raise ParameterError(
            f"{function} needs figures in a column value_bn, value_usd or value; "
            f"the frame has {has}"
        )
    if not pd.api.types.is_numeric_dtype(frame[amount]):
        raise ParameterError(
            f"{function} needs numbers in {amount}; it holds {frame[amount].dtype}, such as "
            f"{next(iter(frame[amount]), None)!r}: pd.to_numeric makes numbers of text"
        )
    when = first_present(_WHEN, frame)
    if not when:
        raise ParameterError(
            f"{function} needs a column date, year or period; the frame has {has}"
        )
    return amount, when


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame numbered anew, its categories as what they are, and "" for missing text."""
    cells = frame.reset_index(drop=True)
    cells.attrs = {}  # pandas copies them at every step of a calculation
    categories = cells.select_dtypes("category")
    cells = cells.astype(dict.fromkeys(categories, object)).infer_objects()
    if "sources" in cells:  # where all are missing, they are no text
        cells["sources"] = cells["sources"].astype(str)
    return with_texts(cells)


def times_of(frame: pd.DataFrame) -> pd.Series[str]:
    """Return the period of each row: as it stands there, else what its date or year says."""
    name = first_present(_WHEN, frame)
    if name != "date":
        return frame[name].astype(str).str.removesuffix(".0")
    periods = period_of(frame["date"], frame.attrs.get("freq", ""))
    if "year" in frame:
        periods = periods.fillna(times_of(frame[["year"]]))
    return periods


def _require_times(function: str, cells: pd.DataFrame, given: pd.Series[Any]) -> None:
    """Raise one sentence if a figure has no time that can be read."""
    for row, period in zip(cells["row"], cells["period"], strict=True):
        try:
            parse_period(period)
        except (ParameterError, TypeError):
            raise ParameterError(
                f"{function} needs a time such as 2025, 2025-03 or 2025-7M in row "
                f"{given.index[row]}; its {given.name} is {given.iloc[row]}"
            ) from None


def require_one_unit(function: str, *frames: pd.DataFrame) -> None:
    """Raise one sentence if the figures of frames are of several currencies or kinds of unit."""
    units = set().union(*map(_units_of, frames))
    if len(units) > 1:
        raise ParameterError(
            f"{function} needs all figures in one unit; got {join(sorted(units))}"
        )


def _units_of(frame: pd.DataFrame) -> set[str]:
    amount = first_present(_AMOUNTS, frame)
    if amount == "value":
        return {_OWN_UNIT}
    units = set()
    # Beside billions, where frames were put together.
    unwritten = frame[frame[amount].isna()]
    if "value" in frame and unwritten["value"].notna().any():
        units.add(_OWN_UNIT)
    if "currency" in frame and "converted" not in frame:
        currencies = frame["currency"].dropna().unique()
        return units.union(f"{currency} billion" for currency in currencies)
    unit = str(frame.attrs.get("unit"))
    return units | {unit if unit.endswith("billion") else "USD billion"}


def _with_lost(cells: pd.DataFrame, frame: pd.DataFrame) -> pd.DataFrame:
    """Give figures of `ct.trade` back what they lost: columns, and digits where they were rounded.

    They are known by pair, flow and period, or by their digits. Unless each of them is one chosen
    figure, they are figures of one's own, and stay as they are.
    """
    if {"exporter", "currency", "series"} & {*cells}:
        return cells
    for side in ("country", "partner"):
        if f"{side}_name" in cells and side not in cells:
            cells[side] = cells[f"{side}_name"].map(code_of)
    value = cells["value_bn"]
    enough = [n for n in range(_OF_ONE) if value.round(n).equals(value)]
    digits = min(enough, default=_OF_ONE)
    is_rounded = digits < _OF_ONE
    if is_rounded and not {*_PAIR} <= {*cells}:
        return cells
    periods = map(parse_period, cells["period"].unique())
    frequencies = {HELD_AS[period.frequency] for period in periods}
    figures = pd.concat(map(chosen, sorted(frequencies)))
    figures["rounded"] = figures["value_bn"].round(digits)
    key = [*present([*_PAIR, "country"], cells), "period", "rounded"]
    asked = cells.assign(rounded=value.round(digits))[[*key, "row"]]
    matches = asked.merge(figures, on=key).set_index("row")
    if matches.index.has_duplicates or len(matches) < len(cells):
        return cells
    matches = matches.loc[cells["row"]].set_axis(cells.index)
    lost = [name for name in (*_PAIR, *_LOST) if name not in cells]
    lost += [name for name in VALUE_COLUMNS if is_rounded or name not in frame]
    return cells.assign(**matches[lost])


def _by_series(cells: pd.DataFrame, keys: list[str]) -> DataFrameGroupBy[Any, Any]:
    """Group rows by series; without keys there is one."""
    return cells.groupby(keys or (lambda _: 0), dropna=False)


def _keys(cells: pd.DataFrame) -> list[str]:
    keys = [*_KEYS.split(), *LEVELS]
    # Names, where no code stands beside them.
    keys += [f"{side}_name" for side in ("country", "partner") if side not in cells]
    if not first_present([*LEVELS], cells):
        keys.append("goods")
    return present(keys, cells)


def keys_of(cells: pd.DataFrame, function: str) -> list[str]:
    """Return the columns that tell the series of a frame apart.

    Raises
    ------
    ParameterError
        If another column might, as its text is not the same within a series.
    """
    keys = _keys(cells)
    named = [*keys, *_OF_FIGURES.split()]
    texts = map(str, cells.select_dtypes("str"))
    others = [name for name in texts if name not in named]
    counts = _by_series(cells.replace("", None), keys)[others].nunique()
    for name in others:
        if (counts[name] > 1).any():
            raise ParameterError(
                f"{function} cannot tell whether {name!r} tells series apart: "
                "call it 'series' if it does, or drop it"
            )
    return keys


def place_beside(
    frame: pd.DataFrame, rows: pd.DataFrame, columns: list[str]
) -> pd.DataFrame:
    """Put results beside the rows of `frame` they belong to (`rows["row"]`), NaN where none."""
    placed = rows.set_index("row").reindex(range(len(frame)))
    placed = placed.set_axis(frame.index)
    result = frame.assign(**placed[columns])
    if "sources" in frame:
        ids = placed["sources"].astype(object)
        result["sources"] = ids.fillna(frame["sources"]).fillna("").astype(str)
    return result


def refuse_both_sides(function: str, cells: pd.DataFrame) -> None:
    """Raise one sentence if a pair's trade stands in the frame by both sides: it is the same."""
    if not {"reporter", "partner"} <= {*cells}:
        return
    pairs = cells[["reporter", "partner"]].drop_duplicates().astype(str)
    held = {*pairs.itertuples(index=False, name=None)}
    for reporter, partner in sorted(held):
        if (partner, reporter) in held and reporter != partner:
            raise ParameterError(
                f"{function} cannot add up both sides’ figures of one trade: the frame has that "
                f"of {name_of(reporter)} and {name_of(partner)} by the statistics of each; keep "
                "one reporter"
            )


def wholes_in(rows: pd.DataFrame, part: str) -> list[tuple[str, list[str]]]:
    """Return which parts of a frame hold others of it: in the column `part`, and of its series.

    Examples
    --------
    >>> wholes_in(pd.DataFrame({"partner": ["KAZ", "UZB", "CA5"]}), "partner")
    [('CA5', ['KAZ', 'UZB'])]
    >>> cars = pd.DataFrame({"kind": ["nev", "bev"], "series": ["nev_sales", "bev_sales"]})
    >>> wholes_in(cars, "kind")
    [('nev_sales', ['bev_sales'])]
    """
    names = sorted({code_of(str(name)) for name in rows[part]})
    return wholes_among(names) + series_among(sorted({*rows.get("series", ())}))


def without_goods(rows: pd.DataFrame, part: str) -> str:
    """Say of which parts goods alone are missing, where others count no services; "" if of none.

    Examples
    --------
    >>> coverage = ["goods", "goods_and_services"]
    >>> without_goods(pd.DataFrame({"country": ["KAZ", "UZB"], "coverage": coverage}), "country")
    'goods alone of Uzbekistan'
    """
    services = rows["coverage"].isin(WITH_SERVICES)
    if services.nunique() < 2:
        return ""
    names = map(name_of, rows.loc[services, part].unique())
    return f"goods alone of {', '.join(names)}"
