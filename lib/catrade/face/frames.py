"""The library's frames as analysts take them, and back: billions, dates and names for codes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from catrade.cells.frames import in_billions
from catrade.tables.names import code_of, is_known, name_of, no_such_place
from catrade.tables.trade import CHOSEN, described
from rounding.dates import parse_period
from rounding.errors import ParameterError, choice_error

Time = int | str | None
#: What a frame's periods may be, and what the tables call them.
FREQUENCIES = CHOSEN
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


def freq_of(freq: str | None, start: Time, end: Time) -> str:
    """Return the frequency asked for; by default years, or what `start` or `end` is a period of.

    Examples
    --------
    >>> freq_of(None, "2026-05", None), freq_of(None, 2015, 2025)
    ('month', 'year')
    """
    if freq is not None:
        return freq
    texts = [str(one) for one in (start, end) if one is not None]
    asked = {parse_period(text).frequency for text in texts}
    return next((one for one in ("month", "ytd") if FREQUENCIES[one] in asked), "year")


def frequency_of(freq: str) -> str:
    """Return what the tables call a frequency; a sentence if it is none."""
    if freq not in FREQUENCIES:
        raise choice_error("freq", freq, FREQUENCIES)
    return FREQUENCIES[freq]


def codes_of(
    name: str,
    asked: str | Sequence[str] | None,
    default: Sequence[str],
    only: Sequence[str] = (),
    also: Sequence[str] = (),
) -> list[str]:
    """Return the codes of countries asked for by code or name; a sentence if one is neither.

    Countries may be any, or `only` some; words of `also` are taken as they are.
    """
    if asked is None:
        return list(default)
    several = (
        [asked] if isinstance(asked, str) or not isinstance(asked, Iterable) else asked
    )
    codes = [str(one) if one in also else code_of(str(one)) for one in several]
    for code in codes:
        if code not in also and not (code in only if only else is_known(code)):
            raise no_such_place(name, code, only, also)
    return list(dict.fromkeys(codes))


def dates(periods: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    """Return the first day of each period, of a sum to date that of its last month.

    Examples
    --------
    >>> dates(pd.Series(["2025", "2025-03", "2025-10M"])).dt.strftime("%Y-%m-%d").tolist()
    ['2025-01-01', '2025-03-01', '2025-10-01']
    """
    found = {}
    for text in periods.unique():
        period = parse_period(text)
        month = (
            period.first_month if period.frequency == "annual" else period.last_month
        )
        found[text] = pd.Timestamp(period.year, month, 1)
    return pd.to_datetime(periods.map(found))


def with_gaps(frame: pd.DataFrame, keys: Sequence[str], freq: str) -> pd.DataFrame:
    """Add a row without a figure for each date at which a series has none, so that lines break."""
    every = pd.date_range(
        frame["date"].min(), frame["date"].max(), freq=_STEP[freq], unit="us"
    )
    series = frame[list(keys)].drop_duplicates()
    full = series.merge(pd.DataFrame({"date": every}), how="cross")
    frame = full.merge(
        frame,
        on=[*keys, "date"],
        how="left",
    )
    frame["year"] = frame["date"].dt.year.astype("int64")
    frame["month"] = frame["date"].dt.month.astype("int64")
    texts = [
        name for name in frame.columns if pd.api.types.is_string_dtype(frame[name])
    ]
    return frame.fillna(dict.fromkeys(texts, ""))


def described_as(
    frame: pd.DataFrame,
    table: str,
    unit: str | None,
    shown: str = "",
    *,
    full: bool = False,
    **how: str,
) -> pd.DataFrame:
    """Return the frame with `attrs` that name its table, unit, sources and how it was asked for.

    Of its columns those `shown` (names parted by blanks) come first, and without `full` alone.
    """
    first = shown.split()
    more = [name for name in frame.columns if name not in first]
    columns = first + more if full or not first else first
    found = described(frame, table, unit, "sources", columns)
    found.attrs.update(how)
    return found


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
    has = ", ".join(map(str, frame.columns)) or "no columns"
    amount = next((name for name in _AMOUNTS if name in frame), "")
    if not amount or not pd.api.types.is_numeric_dtype(frame[amount]):
        message = f"{function} needs figures in a column {', '.join(_AMOUNTS[:-1])} or value; "
        raise ParameterError(message + f"the frame has {has}")
    unit = amount.removeprefix("value")
    cells = frame.reset_index(drop=True)
    if unit == "_usd":
        cells, amount, unit = in_billions(cells), "value_bn", "_bn"
    source = next((name for name in _SOURCES if name in cells), "")
    cells = cells.rename(columns={source: "source_ids"}).assign(
        value_bn=cells[amount],
        low_bn=cells.get(f"low{unit}", cells[amount]),
        high_bn=cells.get(f"high{unit}", cells[amount]),
        row=range(len(cells)),
    )
    if "period" not in cells:
        cells["period"] = _periods(cells, frame.attrs.get("freq", ""), function, has)
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


def _periods(cells: pd.DataFrame, freq: str, function: str, has: str) -> pd.Series[str]:
    if "date" not in cells:
        if "year" in cells:
            return cells["year"].astype(int).astype(str)
        raise ParameterError(
            f"{function} needs a column date, year or period; the frame has {has}"
        )
    day = pd.to_datetime(cells["date"])
    if freq == "ytd":
        return day.dt.year.astype(str) + "-" + day.dt.month.astype(str) + "M"
    yearly = freq == "year" or bool((day.dt.month == 1).all())
    return day.dt.strftime("%Y" if yearly else "%Y-%m").astype(str)


def keys_of(cells: pd.DataFrame) -> list[str]:
    """Return the columns that tell the series of a frame apart."""
    return [key for key in KEYS if key in cells.columns]


def beside(
    frame: pd.DataFrame, found: pd.DataFrame, columns: Sequence[str]
) -> pd.DataFrame:
    """Put results beside the rows of `frame` they belong to (`found["row"]`), NaN where none."""
    placed = found.set_index("row").reindex(range(len(frame)))
    result = frame.assign(**{name: placed[name].to_numpy() for name in columns})
    where = next((name for name in _SOURCES[:2] if name in frame), "")
    if where and "source_ids" in placed:
        own = frame[where].reset_index(drop=True)
        ids = placed["source_ids"].astype(object).fillna(own)
        result[where] = ids.astype(str).to_numpy()
    return result


def with_names(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Add the English name of each code of a column, as `<column>_name`."""
    return frame.assign(**{f"{column}_name": [name_of(code) for code in frame[column]]})
