"""What the press is told of catrade; see `pagemill.project.Project`."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from catrade import issuers, params
from catrade.tables.paths import data_dir, definitions_file, fetched_dir
from pagemill.project import Project
from pagemill.provenance import hash_of

if TYPE_CHECKING:
    import pandas as pd

TITLE = "China, Central Asia and new energy vehicles"
ABOUT = (
    "Trade between China and Central Asia and China’s policy for new-energy vehicles, in reports "
    "whose every figure names its source and keeps the rounding it was published with."
)
LICENCE = "Code and text: MIT. Figures: under the terms of those who published them."
PROMISE = (
    "Every figure comes from a published source named on this page, and keeps the rounding it was "
    "published with."
)


def _sources() -> pd.DataFrame:
    from catrade.tables.trade import load_sources

    return load_sources()


#: A notebook that imports it may read what rows were made of.
_FETCH = "catrade_fetch"


def fetched(data: Path, tables: Collection[str]) -> dict[str, str]:
    """Return a hash of the fetched rows of each of some tables."""
    folder = fetched_dir(data)
    files = {name: folder / f"{name}.csv" for name in sorted({*tables} - {"sources"})}
    return {
        f"fetched/{name}": hash_of([file])
        for name, file in files.items()
        if file.is_file()
    }


def stays(path: str, code: str) -> bool:
    """Return whether a file need not travel to a cluster: what fetched rows were made of.

    Examples
    --------
    >>> stays("fetched/comtrade/CHN/a.json", "ct.trade()"), stays("fetched/trade.csv", "")
    (True, False)
    """
    return path.startswith("fetched/") and path.count("/") > 1 and _FETCH not in code


def newest_source_day(data: Path, source_ids: Collection[str] = ()) -> str:
    """Return the newest date on which one of the sources was published, or "" if none says.

    Without source ids, all of `sources.csv` and of what was fetched counts.
    """
    folders = (data, fetched_dir(data))
    found = [row for folder in folders for row in _published(folder / "sources.csv")]
    dates = (
        day for source_id, day in found if not source_ids or source_id in source_ids
    )
    return max(dates, default="")


def _published(file: Path) -> list[tuple[str, str]]:
    """Return (source id, date of publication) of each source of a table."""
    rows = _rows_of(file)
    return [(row.get("source_id") or "", row.get("published") or "") for row in rows]


def _rows_of(file: Path) -> list[dict[str, str]]:
    """Return the rows of a table as text; none if it cannot be read."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))
    except OSError:
        return []


def other_names() -> dict[str, list[str]]:
    """Return the names of countries in Russian and Chinese, and their codes, by the English one."""
    rows = _rows_of(data_dir() / "countries.csv")
    also = ("name_ru", "name_zh", "code")
    return {
        row["name_en"]: [row.get(name) or "" for name in also]
        for row in rows
        if row.get("name_en")
    }


def describe(column: str) -> dict[str, str]:
    """Return the unit of a column of a page's data, for programs.

    Examples
    --------
    >>> describe("value_bn")["unitText"], describe("growth_low")["unitText"], describe("note")
    ('billions of the currency named in the row, else of US dollars', 'fraction of 1', {})
    """
    units = {
        "billions of the currency named in the row, else of US dollars": "_bn",
        "US dollars": "_usd",
        "tonnes": "_t",
    }
    for unit, ending in units.items():
        if column.endswith(ending):
            return {"unitText": unit}
    # A column `change` may hold words, too.
    is_fraction = issuers.is_rate(column) and column != "change"
    return {"unitText": "fraction of 1"} if is_fraction else {}


PROJECT = Project(
    name="catrade",
    notebooks=params.NOTEBOOKS,
    title=TITLE,
    about=ABOUT,
    spell=params.spell,
    tables=data_dir,
    tables_variable="CATRADE_DATA",
    sources=_sources,
    also_read=fetched,
    stays=stays,
    newest=newest_source_day,
    other_names=other_names,
    also_code=lambda: [definitions_file()],
    warm="catrade.warm",
    licence=LICENCE,
    creator="The catrade developers",
    promise=PROMISE,
    filters=("Partner",),
    issuer=issuers.issuer,
    groups=issuers.GROUPS,
    authority=issuers.authority,
    source_columns=issuers.COLUMNS,
    is_rate=issuers.is_rate,
    describe=describe,
    alternatives="required",
    interactive="refused",
    headline="finding",
    silent_sections="left out",
)
