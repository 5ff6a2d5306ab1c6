"""Writes an edition: each table as Parquet and CSV, with a package that defines the columns."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import json
import os
from pathlib import Path
from typing import Any

import pandas as pd

from catrade_build.columns import definitions
from catrade_build.edition import table
from catrade_build.makers import TABLES
from catrade_build.tables import as_of
from catrade_build.tables.choices import place
from catrade_build.tables.trade import load_sources
from catrade_build.workbook import NAME, write_workbook
from pagemill.unfinished import unfinished
from rounding.errors import ParameterError, ReportError

#: How often an edition is put in its place where other builds do the same.
_ATTEMPTS = 9
_TYPES = {"i": "integer", "f": "number", "b": "boolean", "M": "date"}
DESCRIPTION = "datapackage.json"


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
        "title": "China–Central Asia trade: chosen figures with their intervals",
        "as_of": _day(),
        "sources": _publishers(),
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    (folder / DESCRIPTION).write_text(text, "utf-8")
    if workbook:
        write_workbook(folder / NAME, tables, tables["sources"], _day())


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
