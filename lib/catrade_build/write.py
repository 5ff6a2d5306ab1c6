"""Writes an edition: each table as Parquet and CSV, with a package that defines the columns."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from catrade_build.columns import definitions
from catrade_build.edition import TABLES, table
from catrade_build.tables import as_of
from catrade_build.tables.choices import place
from catrade_build.tables.trade import load_sources
from catrade_build.workbook import NAME, write_workbook
from rounding.errors import ParameterError

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
    """
    require_own(folder)
    code = place(reporter, "reporter") if reporter else ""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=".edition-", dir=folder.parent))
    try:
        counts = _written(unfinished, code, workbook=workbook)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.chmod(0o755)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return counts


def require_own(folder: Path) -> None:
    """Refuse a folder that holds something else, so that nothing of the user's is replaced."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / DESCRIPTION).is_file():
        raise ParameterError(
            f"--output names {folder}, which holds something else than an edition: "
            "name an empty folder, or one that is not there"
        )


def _written(folder: Path, reporter: str, *, workbook: bool) -> dict[str, int]:
    """Write all tables and what they are into a folder."""
    resources = []
    tables = {name: table(name) for name in TABLES}
    for name, frame in tables.items():
        if reporter and "reporter" in frame:
            frame = tables[name] = frame[frame["reporter"] == reporter]
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
    return {name: len(frame) for name, frame in tables.items()}


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
