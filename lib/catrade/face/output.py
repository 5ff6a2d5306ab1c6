"""What leaves the notebook: a house table and an Excel workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.issuers import issuer
from pagemill import display
from pagemill.cites import source_ids, sources
from pagemill.csvtext import safe_cell
from pagemill.tables import Column
from pagemill.unfinished import replacing
from rounding.errors import ParameterError
from rounding.formats import fixed

__all__ = ["table", "to_excel"]

_ONE = partial(fixed, decimals=1)
#: Heads and formats of the columns that the face returns; what is not here has its own name.
_HEADS: dict[str, Column] = {
    "date": ("Date", "date"),
    "year": "Year",
    "partner_name": "Partner",
    "flow": "Flow",
    "value_bn": ("$bn", _ONE),
    "china_bn": ("China’s figure, $bn", _ONE),
    "partner_bn": ("Partner’s figure, $bn", _ONE),
    "difference_bn": ("Difference, $bn", _ONE),
    "ratio": ("China’s over the partner’s", _ONE),
    "growth": ("Growth", display.Interval("growth_low", "growth_high")),
    "share": ("Share", "percent"),
    "cagr": ("A year", display.Interval("cagr_low", "cagr_high")),
    "contribution": ("Contribution", "points"),
    "index": ("Index", _ONE),
}
#: Columns that a table leaves to its CSV: bookkeeping, codes whose names are there.
_HIDDEN = (
    "low",
    "high",
    "basis",
    "period",
    "month",
    "reporter",
    "begins",
    "base_bn",
    "base_revised",
    "growth_computed",
    "unlisted_bn",
    "sources",
)
#: Columns that say something only where not all is well.
_CLEAR = {"quality": ("", "ok"), "missing": ("",)}


def table(
    frame: pd.DataFrame,
    caption: str,
    *,
    columns: Mapping[str, Column] | None = None,
    note: str = "",
) -> display.Table:
    """Return a frame as a house table, with heads, one decimal and its data as CSV.

    Parameters
    ----------
    frame
        What a name of `ct` returns, a pivot of it, or any other; a named index becomes columns.
    caption
        What the table says.
    columns
        Columns to show and their heads, as in `ct.display.table`; by default those a reader needs.
    note
        A line below the table.

    Raises
    ------
    ParameterError
        If it is no frame, has no row, or the caption is empty.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2025], "value_bn": [106.3], "low_bn": [106.25]})
    >>> print(table(frame, "Trade with Central Asia"))
    Trade with Central Asia
    Year	$bn
    2025	106.3
    """
    if not isinstance(frame, pd.DataFrame):
        kind = type(frame).__name__
        raise ParameterError(
            f"table needs a frame, such as ct.trade('KAZ') returns; got {kind}"
        )
    if frame.empty:
        raise ParameterError(f"table {caption!r} has nothing to show: no row is left")
    frame = _flat(frame)
    if columns is None:
        names = map(str, frame.columns)
        columns = {
            name: _column(frame, name) for name in names if not _is_hidden(frame, name)
        }
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
    named = f"{name}_name" in frame.columns
    yearly = (
        name == "date"
        and "year" in frame.columns
        and bool((frame[name].dt.month == 1).all())
    )
    bounds = name.startswith(("low_", "high_")) or name.endswith(
        ("_low", "_high", "_low_bn", "_high_bn", "_basis")
    )
    clear = bool(frame[name].isin(_CLEAR.get(name, ())).all())
    return named or yearly or bounds or clear or name in _HIDDEN


def _column(frame: pd.DataFrame, name: str) -> Column:
    column = _HEADS.get(name, name[:1].upper() + name[1:].replace("_", " "))
    head, how = column if isinstance(column, tuple) else (column, None)
    if isinstance(how, display.Interval) and how.low not in frame:
        return head, "percent"
    if how is None and pd.api.types.is_float_dtype(frame[name]):
        return head, _ONE
    return column


def to_excel(
    tables: pd.DataFrame | Sequence[Any] | Mapping[str, Any], path: str | Path
) -> Path:
    """Write frames, tables or charts to one Excel workbook, a sheet each, and their sources last.

    A frame of yearly figures has a second sheet, a row a year and a column a partner and flow.

    Parameters
    ----------
    tables
        A frame, `ct.table` or `ct.chart`; several; or several by the name of their sheet.
    path
        A file that ends in .xlsx; what was there is replaced once the new one is whole.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ParameterError
        If the file's name ends otherwise, or something is no table.

    Examples
    --------
    >>> import tempfile
    >>> frame = pd.DataFrame({"year": [2025], "value_bn": [106.3]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     to_excel({"Trade": frame}, f"{folder}/trade.xlsx").name
    'trade.xlsx'
    """
    target = Path(path)
    if target.suffix != ".xlsx":
        raise ParameterError(
            f"the name of a workbook must end in .xlsx; got {target.name!r}"
        )
    if isinstance(tables, Mapping):
        named = dict(tables)
    else:
        several = list(tables) if isinstance(tables, list | tuple) else [tables]
        named = {f"{_caption(one)}{n or ''}": one for n, one in enumerate(several)}
    frames = {}
    for name, one in named.items():
        frames[name] = _frame(one)
        if isinstance(one, pd.DataFrame) and _is_by_year(frames[name]):
            frames[f"{name[:20]} by year"] = _by_year(frames[name])
    if ids := source_ids(*frames.values()):
        listed = sources(ids).frame
        listed[["publisher", "read_from"]] = [
            issuer(who) for who in listed["publisher"]
        ]
        columns = [
            "publisher",
            "title",
            "published",
            "kind",
            "url",
            "read_from",
            "source_id",
        ]
        frames["Sources"] = listed[columns]
    with (
        replacing(target, str(target)) as made,
        pd.ExcelWriter(made, engine="openpyxl") as book,
    ):
        for n, (name, frame) in enumerate(frames.items(), 1):
            _write(book, frame, name, n)
    return target


def _caption(one: Any) -> str:
    return str(getattr(one, "caption", "") or getattr(one, "title", "") or "Data")


def _frame(one: Any) -> pd.DataFrame:
    for found in (one, getattr(one, "frame", None), getattr(one, "table", None)):
        if isinstance(found, pd.DataFrame):
            return _flat(found)
    raise ParameterError(
        f"to_excel needs frames, tables or charts; got {type(one).__name__}"
    )


def _is_by_year(frame: pd.DataFrame) -> bool:
    """Say whether a frame has one figure a year, partner and flow, and several of these."""
    cell = ["partner_name", "flow", "year"]
    if not {*cell, "value_bn"} <= set(frame) or frame.duplicated(cell).any():
        return False
    return len(frame[cell[:2]].drop_duplicates()) > 1


def _by_year(frame: pd.DataFrame) -> pd.DataFrame:
    series = frame["partner_name"] + ", " + frame["flow"]
    wide = frame.assign(series=series).pivot(  # noqa: PD010
        index="year", columns="series", values="value_bn"
    )
    return wide[series.unique()].rename_axis(columns=None).reset_index()


def _write(book: pd.ExcelWriter, flat: pd.DataFrame, name: str, number: int) -> None:
    for column in flat.columns[[kind.kind not in "iufMb" for kind in flat.dtypes]]:
        safe = flat[column].astype(object).map(safe_cell, na_action="ignore")
        flat = flat.assign(**{column: safe})
    clean = re.sub(r"[\[\]:*?/\\]", "-", name)
    sheet = clean[:28].strip("' ") or f"Sheet {number}"
    if sheet.casefold() in (known.casefold() for known in book.sheets):
        sheet = f"{sheet[:25]} {number}"
    flat.to_excel(book, sheet_name=sheet, index=False)
    page = book.sheets[sheet]
    page.freeze_panes = "A2"
    for cells in page.columns:
        widest = max(len(str(cell.value or "")) for cell in cells[:50])
        column = page.column_dimensions[cells[0].column_letter]
        column.width = min(max(widest + 2, 9), 60)
