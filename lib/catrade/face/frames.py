"""The library's frames as analysts take them, and back: billions, dates and names for codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from pandas.api.typing import DataFrameGroupBy

from catrade.calc.concentration import LEVELS
from catrade.cells.chosen import chosen
from catrade.cells.frames import (
    HELD_AS,
    VALUE_COLUMNS,
    first_present,
    in_billions,
    its_columns,
    present,
)
from catrade.cells.rows import WITH_SERVICES
from catrade.tables.names import code_of, is_known, name_of, no_such_place
from catrade.tables.trade import CHOSEN, Codes, Time, as_text, several
from rounding.dates import parse_period
from rounding.errors import ParameterError, choice_error
from rounding.formats import join

#: Columns that say when a figure of each frequency is of. What a month's date may mean besides,
#: the sum since January, its period says: `2026-7M`.
WHEN = {"year": "year", "month": "year period month", "ytd": "year period month"}
#: Columns that tell the series of a frame apart.
_KEYS = "reporter partner country exporter importer flow china_flow series jurisdiction"
#: Columns of text that may differ within a series: what is known of its figures.
_KNOWN = (
    "basis classification coverage currency date frequency growth_basis missing month note period "
    "published quality quality_reason releases rounding sources source_kind "
    "statistic when year"
)
#: Whose figure of trade with whom; what calculations need of it besides.
_PAIR = ("reporter", "partner", "flow")
_LOST = ("begins", "quality", "coverage", "sources")
#: So many decimals of a billion belong to one figure alone.
_OF_ONE = 6
_AMOUNTS = ("value_bn", "value_usd", "value")
_WHEN = ("period", "date", "year")


def freq_of(freq: str | None, start: Time, end: Time, usual: str = "year") -> str:
    """Return the frequency asked for; by default what `start` or `end` is a period of, or `usual`.

    Raises
    ------
    ParameterError
        If it is none, or one of which no figures are chosen: quarters and halves.

    Examples
    --------
    >>> freq_of(None, "2026-05", None), freq_of(None, 2015, 2025)
    ('month', 'year')
    """
    if freq in CHOSEN:
        return freq
    if freq is not None:
        raise choice_error("freq", freq, CHOSEN)
    times = [as_text(one) for one in (start, end) if one is not None]
    asked = {parse_period(text).frequency for text in times}
    if asked & {"quarterly", "half"}:
        raise ParameterError(
            f"say freq='ytd' (sums from January), 'month' or 'year' with "
            f"{' to '.join(times)}: no figures are chosen by quarter or half"
        )
    return next((one for one in ("month", "ytd") if CHOSEN[one] in asked), usual)


def codes_of(
    name: str,
    asked: Codes,
    default: Sequence[str],
    only: Sequence[str] = (),
    also: Sequence[str] = (),
) -> list[str]:
    """Return the codes of countries asked for by code or name; a sentence if one is neither.

    Countries may be any, or `only` some; words of `also` are taken as they are.
    """
    if asked is None:
        return list(default)
    codes = [one if one in also else code_of(one) for one in several(asked)]
    if not codes:
        raise ParameterError(f"{name} must be a country or several; got none")
    for code in codes:
        may_be = code in only if only else is_known(code)
        if code not in also and not may_be:
            raise no_such_place(name, code, only, also)
    return list(dict.fromkeys(codes))


def one_code(
    name: str, asked: Codes, only: Sequence[str] = (), also: Sequence[str] = ()
) -> str:
    """Return the code of the one country asked for, as `codes_of`; a sentence if it is not one."""
    codes = codes_of(name, asked, [], only, also)
    if len(codes) != 1:
        raise ParameterError(
            f"{name} must be one country; got {', '.join(codes) or 'none'}: "
            "call once for each, and put the frames together with pd.concat"
        )
    return codes[0]


def dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the first day of each period, of a sum to date that of its last month, and the month.

    Examples
    --------
    >>> frame = dated(pd.DataFrame({"period": ["2025", "2025-03", "2025-10M"]}))
    >>> frame["date"].dt.strftime("%Y-%m-%d").tolist()
    ['2025-01-01', '2025-03-01', '2025-10-01']
    """
    found = {}
    for text in frame["period"].unique():
        period = parse_period(text)
        is_year = period.frequency == "annual"
        month = period.first_month if is_year else period.last_month
        found[text] = pd.Timestamp(period.year, month, 1)
    date = pd.to_datetime(frame["period"].map(found))
    return frame.assign(date=date, month=date.dt.month.astype("int64"))


def with_gaps(
    frame: pd.DataFrame,
    keys: Sequence[str],
    freq: str,
    *,
    series: pd.DataFrame | None = None,
    first: pd.Timestamp | None = None,
    last: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Add dates, and a row without a figure for each at which a series has none: lines break.

    Series, and the first and last day, are the frame's own unless others were asked for.
    """
    day = dated(frame)["date"]
    step = "YS" if freq == "year" else "MS"
    days = pd.date_range(first or day.min(), last or day.max(), freq=step)
    periods = _periods(days.to_series(), freq).rename("period")
    if series is None:
        series = frame[list(keys)].drop_duplicates()
    frame = series.merge(periods, how="cross").merge(frame, how="left")
    frame["year"] = frame["period"].str[:4].astype("int64")
    texts: pd.DataFrame = frame.select_dtypes("str")
    return dated(frame.assign(**texts.fillna("")))


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
    if not isinstance(frame, pd.DataFrame):
        kind = type(frame).__name__
        raise ParameterError(
            f"{function} needs a table, such as ct.trade('KAZ') returns; got {kind}"
        )
    amount = first_present(_AMOUNTS, frame)
    has = its_columns(frame)
    if within := [str(name) for name in frame.index.names if name is not None]:
        has += f" (and {join(within)} in its index: call .reset_index() first)"
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
    require_one_unit(function, frame)
    cells = _plain(frame)
    unit = amount.removeprefix("value")
    if unit == "_usd":
        cells = in_billions(cells)
    held = unit.replace("usd", "bn")
    value = cells[f"value{held}"]
    cells = cells.assign(
        value_bn=value,
        low_bn=cells.get(f"low{held}", value).fillna(value),
        high_bn=cells.get(f"high{held}", value).fillna(value),
        period=times_of(frame).to_numpy(),
        row=range(len(cells)),
    )
    cells = cells[cells["value_bn"].notna()]
    if cells.empty:
        raise ParameterError(f"{function} needs figures; the frame has no row with one")
    for row, text in zip(cells["row"], cells["period"], strict=True):
        try:
            parse_period(text)
        except (ParameterError, TypeError):
            raise ParameterError(
                f"{function} needs a time such as 2025, 2025-03 or 2025-7M in row "
                f"{frame.index[row]}; its {when} is {frame[when].iloc[row]}"
            ) from None
    if held == "_bn":
        cells = _with_lost(cells, frame)
    if "begins" in cells:
        cells["statistic"] = _statistics(cells)
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
    digits = next((n for n in range(_OF_ONE) if value.round(n).equals(value)), _OF_ONE)
    if digits < _OF_ONE and not set(_PAIR) <= {*cells}:
        return cells
    periods = map(parse_period, cells["period"].unique())
    frequencies = {HELD_AS[period.frequency] for period in periods}
    known = pd.concat(map(chosen, sorted(frequencies)))
    known = known.rename(columns={name: f"its_{name}" for name in VALUE_COLUMNS})
    key = [*present([*_PAIR, "country"], cells), "period"]
    texts = cells.assign(rounded=value.round(digits))[[*key, "rounded", "row"]]
    known = known.assign(rounded=known["its_value_bn"].round(digits))
    both = texts.merge(known, on=[*key, "rounded"]).set_index("row")
    if both.index.has_duplicates or len(both) < len(cells):
        return cells
    both = both.loc[cells["row"]].set_axis(cells.index)
    for name in VALUE_COLUMNS:
        if digits < _OF_ONE or name not in frame:
            cells[name] = both[f"its_{name}"]
    lost = [name for name in (*_PAIR, *_LOST) if name not in cells]
    return cells.assign(**both[lost])


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame numbered anew, its categories as what they are, and "" for missing text."""
    cells = frame.reset_index(drop=True)
    cells.attrs = {}  # pandas copies them at every step of a calculation
    categories = cells.select_dtypes("category")
    cells = cells.astype(dict.fromkeys(categories, object)).infer_objects()
    if "sources" in cells:  # where all are missing, they are no text
        cells["sources"] = cells["sources"].astype(str)
    texts: pd.DataFrame = cells.select_dtypes("str")
    return cells.assign(**texts.fillna(""))


def require_one_unit(function: str, *frames: pd.DataFrame) -> None:
    """Raise one sentence if the figures of frames are of several currencies or kinds of unit."""
    units = set()
    for frame in frames:
        said = str(frame.attrs.get("unit"))
        amount = first_present(_AMOUNTS, frame)
        if (
            "value" in frame
            and frame["value"].where(frame[amount].isna()).notna().any()
        ):
            units.add(
                "a unit of its own"
            )  # beside billions, where frames were put together
        if amount == "value":
            units.add("a unit of its own")
        elif "currency" in frame and "converted" not in frame:
            units.update(f"{one} billion" for one in frame["currency"].dropna())
        else:
            units.add(said if said.endswith("billion") else "USD billion")
    if len(units) > 1:
        raise ParameterError(
            f"{function} needs all figures in one unit; got {join(sorted(units))}"
        )


def refuse_both_sides(function: str, cells: pd.DataFrame) -> None:
    """Raise one sentence if a pair's trade stands in the frame by both sides: it is the same."""
    if not {"reporter", "partner"} <= {*cells}:
        return
    pairs = cells[["reporter", "partner"]].drop_duplicates().astype(str)
    held = {*pairs.itertuples(index=False, name=None)}
    for reporter, partner in sorted(held):
        if (partner, reporter) in held and reporter != partner:
            first, second = name_of(reporter), name_of(partner)
            raise ParameterError(
                f"{function} cannot add up both sides’ figures of one trade: the frame has that "
                f"of {first} and {second} by the statistics of each; keep one reporter"
            )


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


def times_of(frame: pd.DataFrame) -> pd.Series[str]:
    """Return the period of each row: as it stands there, else what its date or year says."""
    name = first_present(_WHEN, frame)
    if name != "date":
        return frame[name].astype(str).str.removesuffix(".0")
    periods = _periods(frame["date"], frame.attrs.get("freq", ""))
    if "year" in frame:
        periods = periods.fillna(times_of(frame[["year"]]))
    return periods


def _periods(days: pd.Series[Any], freq: str) -> pd.Series[str]:
    """Return the periods of days: months, or sums to them; years if nothing says it is months."""
    months = days.astype(str).str[:7]
    if freq == "ytd":
        return months.str.replace("-0", "-", regex=False) + "M"
    if freq == "" and months.str.endswith("-01", na=True).all():
        freq = "year"
    return months.str[:4] if freq == "year" else months


def _statistics(cells: pd.DataFrame) -> pd.Series[str]:
    """Return of each row the period with which the statistic began that it is of, "" of none."""
    begun = cells["period"].where(cells["begins"].eq(True))
    in_time = cells.assign(begun=begun).sort_values("period")
    return _series(in_time, _keys(cells))["begun"].ffill().fillna("")


def _series(cells: pd.DataFrame, keys: list[str]) -> DataFrameGroupBy[Any, Any]:
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
    known = [*keys, *_KNOWN.split()]
    texts = [name for name in map(str, cells.select_dtypes("str")) if name not in known]
    counts = _series(cells.replace("", None), keys)[texts].nunique()
    for name in texts:
        if (counts[name] > 1).any():
            raise ParameterError(
                f"{function} cannot tell whether {name!r} tells series apart: "
                "call it 'series' if it does, or drop it"
            )
    return keys


def place_beside(
    frame: pd.DataFrame, found: pd.DataFrame, columns: list[str]
) -> pd.DataFrame:
    """Put results beside the rows of `frame` they belong to (`found["row"]`), NaN where none."""
    placed = found.set_index("row").reindex(range(len(frame)))
    placed = placed.set_axis(frame.index)
    result = frame.assign(**placed[columns])
    if "sources" in frame:
        ids = placed["sources"].astype(object)
        result["sources"] = ids.fillna(frame["sources"]).fillna("").astype(str)
    return result


def with_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the English names of countries and partners, as country_name and partner_name."""
    for side in present(["country", "partner"], frame):
        names = {code: name_of(code) for code in frame[side].unique()}
        frame = frame.assign(**{f"{side}_name": frame[side].map(names)})
    return frame
