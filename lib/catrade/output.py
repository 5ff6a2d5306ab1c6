"""What leaves the notebook: a house table and an Excel workbook."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from catrade_build.frames import require_columns
from catrade_build.issuers import issuer
from catrade_build.tables import as_of
from catrade_build.tables.names import name_of
from catrade_build.tables.trade import several
from catrade_build.words import capital
from pagemill import display
from pagemill.cites import source_ids, sources
from pagemill.tables import Column, How
from pagemill.workbook import write_sheets
from rounding.errors import ParameterError
from rounding.formats import MISSING, date, fixed, is_missing

#: Heads of columns; others have their names.
_HEADS = {
    "value_bn": "",
    "value": "",
    "reporter": "Statistics of",
    "hs_chapter": "HS chapter",
    "hhi": "HHI",
}
#: Formats of columns; numbers are written by their size, every share as per cent.
_FORMATS: dict[str, How] = {
    "date": "date",
    "period": "period",
    "base_period": "period",
    "growth": display.Interval("growth_low", "growth_high"),
    "contribution": "points",
    "relative": "percent",
    "beyond": "percent",
}
#: What the dates of a frame are, by its frequency: of sums they are the last month.
_DATES = {"month": "Month", "ytd": "January to"}
#: Columns that a table leaves to its CSV: bookkeeping, codes whose names are there.
_HIDDEN = ("month", "begins", "sources", "known_on")
#: Columns of money in a frame that says its currency: billions of it.
_MONEY = ("value", "base", "first", "goods_value", "mirror", "whole")
#: Columns that hold codes of countries, and what a table calls the one who counts.
_PLACES = ("exporter", "importer", "reporter", "partner", "country", "jurisdiction")
_BOUNDS = re.compile("^(low|high)_|(^|_)(low|high|low_bn|high_bn|basis)$")
#: Columns that say something only where not all is well.
_CLEAR = {"quality": ("", "ok"), "missing": ("",)}


def table(
    frame: pd.DataFrame,
    caption: str,
    *,
    columns: Mapping[str, Column] | Sequence[str] | None = None,
    note: str = "",
) -> display.Table:
    """Return a frame as a house table, with heads, few decimals and its data as CSV.

    Parameters
    ----------
    frame
        What a name of `ct` returns, a pivot of it, or any other; a named index becomes columns.
    caption
        What the table says.
    columns
        Columns to show, or with their heads as in `page.table`; by default those a reader
        needs.
    note
        A line below the table; after `ct.as_of` it says the day as well.

    Raises
    ------
    ParameterError
        If it is no frame, has no row, or the caption is empty.

    Examples
    --------
    >>> import catrade as ct
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"year": [2025], "value": [106.3], "currency": "USD"})
    >>> print(ct.table(frame, "Trade with Central Asia"))
    Trade with Central Asia
    Year	$bn
    2025	106.3
    >>> print(ct.table(frame, "Trade with Central Asia", columns=["value"]))
    Trade with Central Asia
    $bn
    106.3
    """
    require_columns(frame, [], "table")
    if frame.empty:
        raise ParameterError(f"table {caption!r} has nothing to show: no row is left")
    frame = _flat(frame)
    if not isinstance(columns, Mapping):
        every = [name for name in map(str, frame) if not _is_hidden(frame, name)]
        names = several(columns) if columns else every
        columns = {name: _column(frame, name) for name in names}
    if day := as_of.in_words_of(frame):
        note = f"{note} {capital(day)}.".strip()
    return display.table(frame, caption, columns=columns, note=note)


def _flat(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with a named index as columns, and one text as the head of each."""
    if list(frame.index.names) != [None]:
        frame = frame.reset_index()
    heads = (name if isinstance(name, tuple) else (name,) for name in frame.columns)
    return frame.set_axis(
        [" ".join(map(str, parts)).strip() for parts in heads], axis=1
    )


def _is_hidden(frame: pd.DataFrame, name: str) -> bool:
    """Say whether a column is left to the CSV: it is bookkeeping, or others say the same.

    Examples
    --------
    Whose statistics they are is said where rows differ in it:

    >>> both = pd.DataFrame({"reporter": ["KAZ", "CHN"], "period": "2025", "year": 2025})
    >>> [_is_hidden(both, name) for name in both], _is_hidden(both[:1], "reporter")
    ([False, True, False], True)

    The first of January is the year, in a saved frame that is read again as well:

    >>> _is_hidden(pd.DataFrame({"year": [2025], "date": ["2025-01-01"]}), "date")
    True
    """
    column = frame[name]
    has_one = len(column.unique()) == 1
    texts = column.astype(str)
    if name == "period":
        is_year = "year" in frame and {*texts.str.len()} == {4}
        return is_year or "when" in frame
    if name == "year" and "period" in frame:  # a part of a year says which
        return bool(frame["period"].astype(str).str.len().min() > 4)
    if name == "date":
        is_year = "year" in frame and "month" not in frame
        is_year = is_year and {*texts.str[5:7]} == {"01"}
        return is_year or "period" in frame or "when" in frame
    # Of goods both sides publish tables: whose they are, the flow does not say.
    if name == "reporter" and "exporter" in frame:
        return False
    if name in ("exporter", "importer") and "flow" in frame:
        return True
    if name in ("reporter", "partner") and "country" in frame:
        names = frame["country"].map(name_of)
        return has_one or column.map(name_of).equals(names)
    if name in ("reporter", "currency", "level"):  # heads of figures say the currency
        return has_one
    is_clear = bool(column.isin(_CLEAR.get(name, ("",))).all())
    is_bound = _BOUNDS.search(name) is not None
    return is_clear or is_bound or name in _HIDDEN or f"{name}_name" in frame


def _column(frame: pd.DataFrame, name: str) -> Column:
    """Return the head of a column, and its format where the press would choose another.

    Examples
    --------
    >>> goods = {"importer_bn": 0.0004, "ratio": 0.0625, "share": 0.525, "beyond": 0.028}
    >>> print(table(pd.DataFrame([goods]), "Both sides"))
    Both sides
    Importer, $bn	Ratio	Share	Beyond
    0.00040	0.063	52.5%	2.8%
    >>> print(table(pd.DataFrame({"period": ["2024-3M"], "hhi": [0.1349]}), "How concentrated"))
    How concentrated
    Period	HHI
    January–March 2024	0.135
    """
    words = name.removesuffix("_bn").removesuffix("_name").replace("_", " ")
    head = _HEADS.get(name, words[:1].upper() + words[1:])
    how = _FORMATS.get(name, "percent" if name.endswith("share") else None)
    is_money = name in _MONEY and "currency" in frame
    if name.endswith("_bn") or is_money:
        codes = {*frame.get("currency", ["USD"])}
        other = "$bn" if codes == {"USD"} else "bn"
        unit = (frame.attrs.get("unit") or other).replace("USD billion", "$bn")
        return f"{head}, {unit}".removeprefix(", "), _by_size
    freq = frame.attrs.get("freq")
    if name == "date" and freq in _DATES:
        return _DATES[freq], lambda day: date(str(day)[:7])
    if isinstance(how, display.Interval) and how.low not in frame:
        how = "percent"
    if name in _PLACES:
        how = name_of
    if how is None and name in frame and pd.api.types.is_float_dtype(frame[name]):
        most = frame[name].abs().max()
        # Three digits of the largest: 0.152 beside 1.41 is no 0.2.
        decimals = 3 if most < 1 else 2
        how = partial(fixed, decimals=decimals) if most < 10 else _by_size
    return (head, how) if how else head


def _by_size(value: Any) -> str:
    """Write a number with one decimal, and below one with two digits that say something.

    Examples
    --------
    >>> [_by_size(value) for value in (106.31, 0.164, -0.0374, 0.0)]
    ['106.3', '0.16', '−0.037', '0.0']
    """
    if is_missing(value):
        return MISSING
    small = 0 < abs(value) < 1
    decimals = 1 - math.floor(math.log10(abs(value))) if small else 1
    return fixed(value, decimals)


def to_excel(
    tables: pd.DataFrame | Sequence[Any] | Mapping[str, Any], path: str | Path
) -> Path:
    """Write frames, tables or charts to one Excel workbook, a sheet each, and their sources last.

    A frame of yearly figures has a second sheet, a row a year and a column a partner and flow.

    Parameters
    ----------
    tables
        A frame, `ct.table` or `ct.show`; several; or several by the name of their sheet.
    path
        A file that ends in .xlsx; what was there is replaced once the new one is whole.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ParameterError
        If the file's name ends otherwise, something is no table, or there is none.

    Examples
    --------
    >>> import catrade as ct
    >>> import tempfile
    >>> frame = ct.trade("KAZ", "export", 2024, 2024)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     ct.to_excel({"Trade": frame}, f"{folder}/trade.xlsx").name
    'trade.xlsx'
    """
    target = Path(str(path))
    if target.suffix != ".xlsx":
        raise ParameterError(
            f"the name of a workbook must end in .xlsx; got {target.name!r}"
        )
    if isinstance(tables, Mapping):
        named = [(str(name), item) for name, item in tables.items()]
    else:
        items = tables if isinstance(tables, list | tuple) else [tables]
        named = [(_caption(item), item) for item in items]
    if not named:
        raise ParameterError("to_excel needs frames, tables or charts; got none")
    sheets = []
    for name, item in named:
        frame = _frame(item)
        sheets.append((name, frame))
        by_year = _by_year(frame) if isinstance(item, pd.DataFrame) else None
        if by_year is not None:
            sheets.append((f"{name[:17]} by year", by_year))
    days = {day for _, frame in sheets for day in as_of.days_in(frame) if day}
    if days:
        known = pd.DataFrame({"as known on": [*map(date, sorted(days))]})
        sheets.append(("As known on", known))
    if ids := source_ids(*(frame for _, frame in sheets)):
        listed = sources(ids).frame
        listed[["publisher", "read_from"]] = [*map(issuer, listed["publisher"])]
        columns = "publisher title published kind url read_from source_id"
        sheets.append(("Sources", listed[columns.split()]))
    return write_sheets(((name, "", frame) for name, frame in sheets), target)


def _caption(item: Any) -> str:
    if isinstance(item, pd.DataFrame):  # which may have a column called title
        return "Data"
    return str(getattr(item, "caption", "") or getattr(item, "title", "") or "Data")


def _frame(item: Any) -> pd.DataFrame:
    for frame in (item, getattr(item, "frame", None), getattr(item, "table", None)):
        if isinstance(frame, pd.DataFrame):
            return _flat(frame)
    raise ParameterError(
        f"to_excel needs frames, tables or charts; got {type(item).__name__}"
    )


def _by_year(frame: pd.DataFrame) -> pd.DataFrame | None:
    """Return years by country and flow of a frame that has one figure of each, and several."""
    if not {"country", "flow", "year", "value"} <= set(frame) or "period" in frame:
        return None
    series = frame["country"].map(name_of) + ", " + frame["flow"]
    rows = frame.assign(series=series)
    if rows.duplicated(["series", "year"]).any() or series.nunique() < 2:
        return None
    wide = rows.pivot_table("value", "year", "series", dropna=False)
    return wide[series.unique()].rename_axis(columns=None).reset_index()
