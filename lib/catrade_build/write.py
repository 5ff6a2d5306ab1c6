"""Writes an edition: each table as Parquet and CSV, with a package that defines the columns.

All of them may be written as one Excel workbook besides.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from catrade_build.columns import definitions
from catrade_build.edition import table
from catrade_build.makers import TABLES
from catrade_build.tables import as_of
from catrade_build.tables.choices import place
from catrade_build.tables.trade import load_sources
from pagemill.unfinished import unfinished
from rounding import formats
from rounding.errors import ParameterError, ReportError

#: How often an edition is put in its place where other builds do the same.
_ATTEMPTS = 9
_TYPES = {"i": "integer", "f": "number", "b": "boolean", "M": "date"}
DESCRIPTION = "datapackage.json"
WORKBOOK = "edition.xlsx"
_TITLE = "China–Central Asia trade: chosen figures with their intervals"
#: What the workbook's first sheet says of each source.
_SOURCE = ["publisher", "title", "published", "url"]


def write(
    folder: Path, *, reporter: str = "", workbook: bool = False
) -> dict[str, int]:
    """Write the edition of the day that tables are read of, and return the rows of each table.

    Parameters
    ----------
    folder
        Where to: it is made, and an edition that stands there is replaced whole.
    reporter
        A country whose figures alone are written; all by default.
    workbook
        Whether to write all tables as one Excel workbook besides.

    Raises
    ------
    ParameterError
        If the folder holds anything but an edition, or the reporter is unknown.
    ReportError
        If it cannot be written; what stood there stays.
    """
    require_own(folder)
    code = place(reporter, "reporter") if reporter else ""
    tables = {name: table(name) for name in TABLES}
    for name, frame in tables.items():
        if code and "reporter" in frame:
            tables[name] = frame[frame["reporter"] == code]
    try:
        folder = folder.resolve()  # a link stays, and what it leads to is replaced
        folder.parent.mkdir(parents=True, exist_ok=True)
        with unfinished(folder.parent) as beside:
            made = beside / "edition"
            made.mkdir()
            _write_tables(made, tables, workbook=workbook)
            _put(made, folder, beside)
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else error
        raise ReportError(f"the edition {folder} cannot be written: {why}") from error
    return {name: len(frame) for name, frame in tables.items()}


def _put(made: Path, folder: Path, beside: Path) -> None:
    """Move an edition into its place: at any moment there is a whole one there, or none."""
    for attempt in range(_ATTEMPTS):
        before = beside / f"before-{attempt}"
        with contextlib.suppress(FileNotFoundError):
            folder.rename(before)
        try:
            made.rename(folder)
            return
        except OSError as error:
            # Another build has put its own there in between.
            is_taken = error.errno in (errno.EEXIST, errno.ENOTEMPTY)
            if is_taken and attempt + 1 < _ATTEMPTS:
                continue
            if before.exists() and not folder.exists():
                before.rename(folder)
            raise


def require_own(folder: Path) -> None:
    """Refuse a folder that holds something else, so that nothing of the user's is replaced."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / DESCRIPTION).is_file():
        raise ParameterError(
            f"--output names {folder}, which holds something else than an edition: "
            "name an empty folder, or one that is not there"
        )


def _write_tables(
    folder: Path, tables: dict[str, pd.DataFrame], *, workbook: bool
) -> None:
    """Write tables, and what they are, into a folder."""
    resources = []
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
        frame.to_csv(folder / f"{name}.csv", index=False, date_format="%Y-%m-%d")
        resources.append(_resource(name, frame))
    package = {
        "name": "catrade-edition",
        "title": _TITLE,
        "as_of": _day(),
        "sources": _publishers(),
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    (folder / DESCRIPTION).write_text(text, "utf-8")
    if workbook:
        _write_workbook(folder / WORKBOOK, tables)


def _day() -> str:
    """Return the day that the edition is as known on; "" is all that is held."""
    day = as_of.current()
    return day.isoformat() if isinstance(day, dt.date) else ""


def _resource(name: str, frame: pd.DataFrame) -> dict[str, Any]:
    """Return what the data package says of a table's CSV."""
    about = definitions()[name]
    fields = []
    for column, kind in frame.dtypes.items():
        told = about["columns"][column]
        field = {
            "name": column,
            "type": _TYPES.get(kind.kind, "string"),
            "description": told["about"],
        }
        if "unit" in told:
            field["unit"] = told["unit"]
        fields.append(field)
    return {
        "name": name,
        "path": f"{name}.csv",
        "format": "csv",
        "encoding": "utf-8",
        "description": about["about"],
        "schema": {"fields": fields, "primaryKey": about["key"], "missingValues": [""]},
    }


def _publishers() -> list[dict[str, str]]:
    """Return who published what the edition rests on."""
    names = load_sources()["publisher"].drop_duplicates().sort_values()
    return [{"title": name} for name in names]


def _write_workbook(file: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Write tables as sheets, behind one that says what they are; no cell is a formula."""
    # Text that begins with = or with https: is no formula and no link.
    as_text = {"strings_to_formulas": False, "strings_to_urls": False}
    options = {"options": as_text}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs=options) as book:
        about = pd.DataFrame(_about(tables))
        about.to_excel(book, sheet_name="about", index=False, header=False)
        for name, frame in tables.items():
            frame.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))


def _about(tables: Mapping[str, pd.DataFrame]) -> list[list[Any]]:
    """Return the rows of the first sheet: title, tables, columns, sources."""
    day = _day()
    known = f"As known on {formats.date(day)}" if day else "All that is held"
    rows: list[list[Any]] = [[_TITLE], [known], [""], ["table", "", "what it holds"]]
    rows += [[name, "", definitions()[name]["about"]] for name in tables]
    rows += [[""], ["table", "column", "what it holds", "unit"]]
    for name in tables:
        for column, told in definitions()[name]["columns"].items():
            rows.append([name, column, told["about"], told.get("unit", "")])
    rows += [[""], ["source", "publisher", "title", "published", "address"]]
    named = tables["sources"].set_index("source_id")[_SOURCE]
    rows += named.reset_index().to_numpy().tolist()
    widest = max(map(len, rows))
    return [row + [""] * (widest - len(row)) for row in rows]
