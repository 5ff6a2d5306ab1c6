"""The library's frames as analysts take them, and back: billions, dates and names for codes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade.cells.frames import first_present, in_billions, its_columns, present
from catrade.tables.names import code_of, is_known, name_of, no_such_place
from catrade.tables.select import Codes, Time, as_text, several
from catrade.tables.trade import CHOSEN
from rounding.dates import parse_period
from rounding.errors import ParameterError, choice_error

#: Columns that say when a figure of each frequency is of.
WHEN = {"year": "year", "month": "year month", "ytd": "year month"}
#: Columns that tell the series of a frame apart.
KEYS = (
    "reporter",
    "partner",
    "country",
    "exporter",
    "importer",
    "flow",
    "china_flow",
    "series",
    "jurisdiction",
    "hs_chapter",
    "section",
    "group",
    "wits_group",
    "code",
)
_AMOUNTS = ("value_bn", "value_usd", "value")
_SOURCES = ("sources", "source_ids", "source_id")
_STEP = {"year": "YS", "month": "MS", "ytd": "MS"}


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
    return frame.assign(date=date, month=date.dt.month)


def with_gaps(frame: pd.DataFrame, keys: Sequence[str], freq: str) -> pd.DataFrame:
    """Add dates, and a row without a figure for each at which a series has none: lines break."""
    frame = dated(frame)
    day = frame["date"]
    every = pd.date_range(day.min(), day.max(), freq=_STEP[freq], unit="us")
    series = frame[list(keys)].drop_duplicates()
    full = series.merge(every.to_frame(name="date"), how="cross")
    frame = full.merge(frame, on=[*keys, "date"], how="left")
    day = frame["date"].dt
    frame["year"] = day.year.astype("int64")
    frame["month"] = day.month.astype("int64")
    texts: pd.DataFrame = frame.select_dtypes("str")
    return frame.assign(**texts.fillna(""))


def cells_of(
    frame: pd.DataFrame, function: str, *, doubtful: bool = False
) -> pd.DataFrame:
    """Return a frame as the calculations take it: a value with bounds, and a period.

    Takes what the face returns and anybody's frame with a value and a year. Rows without a figure
    are left out, and doubtful ones unless they are asked for; `row` is the place of each in
    `frame`.

    Raises
    ------
    ParameterError
        If it is no frame, or has no figure or no time.
    """
    if not isinstance(frame, pd.DataFrame):
        kind = type(frame).__name__
        raise ParameterError(
            f"{function} needs a table, such as ct.trade('KAZ') returns; got {kind}"
        )
    amount = first_present(_AMOUNTS, frame)
    if not amount or not pd.api.types.is_numeric_dtype(frame[amount]):
        raise ParameterError(
            f"{function} needs figures in a column {', '.join(_AMOUNTS[:-1])} or value; "
            f"the frame has {its_columns(frame)}"
        )
    unit = amount.removeprefix("value")
    cells = frame.reset_index(drop=True)
    cells.attrs = {}  # pandas copies them at every step of a calculation
    if unit == "_usd":
        cells, amount, unit = in_billions(cells), "value_bn", "_bn"
    source = first_present(_SOURCES, cells)
    value = cells[amount]
    cells = cells.rename(columns={source: "source_ids"}).assign(
        value_bn=value,
        low_bn=cells.get(f"low{unit}", value),
        high_bn=cells.get(f"high{unit}", value),
        row=range(len(cells)),
    )
    if "period" not in cells:
        cells["period"] = _periods(frame, function).to_numpy()
    cells = cells[cells["value_bn"].notna()]
    if cells.empty:
        raise ParameterError(f"{function} needs figures; the frame has no row with one")
    if "quality" in cells and not doubtful:
        cells = cells[cells["quality"] != "doubtful"]
        if cells.empty:
            raise ParameterError(
                f"{function} leaves doubtful figures out, and this frame has no others; "
                "doubtful=True takes them"
            )
    return cells


def _periods(frame: pd.DataFrame, function: str) -> pd.Series[str]:
    if "date" not in frame:
        if "year" in frame:
            return frame["year"].astype(int).astype(str)
        has = its_columns(frame)
        raise ParameterError(
            f"{function} needs a column date, year or period; the frame has {has}"
        )
    day = pd.to_datetime(frame["date"]).dt
    freq = frame.attrs.get("freq", "")
    if freq == "ytd":
        return day.year.astype(str) + "-" + day.month.astype(str) + "M"
    is_yearly = freq == "year" or bool((day.month == 1).all())
    return day.strftime("%Y" if is_yearly else "%Y-%m").astype(str)


def keys_of(cells: pd.DataFrame) -> list[str]:
    """Return the columns that tell the series of a frame apart."""
    return present(KEYS, cells)


def beside(
    frame: pd.DataFrame, found: pd.DataFrame, columns: Sequence[str]
) -> pd.DataFrame:
    """Put results beside the rows of `frame` they belong to (`found["row"]`), NaN where none."""
    placed = found.set_index("row").reindex(range(len(frame)))
    placed = placed.set_axis(frame.index)
    result = frame.copy(deep=False)
    result[list(columns)] = placed[list(columns)]
    where = first_present(_SOURCES[:2], frame)
    if where and "source_ids" in placed:
        ids = placed["source_ids"].astype(object)
        result[where] = ids.fillna(frame[where]).astype(str)
    return result


def with_names(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the English name of each partner, as partner_name."""
    names = {code: name_of(code) for code in frame["partner"].unique()}
    return frame.assign(partner_name=frame["partner"].map(names))
