"""What was fetched, for the loaders: checked as the bundled tables are, and cached.

Nothing here costs more than a look at the disk where `data/fetched` does not exist.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from catrade.definitions import Column, table
from catrade.fetch.store import read_json
from catrade.fetch.tables import COMPOSITION_COLUMNS, SOURCE_COLUMNS, TRADE_COLUMNS, Rows, directed
from pagemill.errors import DataError

_FLOW_YEAR = ["exporter", "importer", "reporter", "year"]
#: Coverage of a flow whose chapters do not reach its reported total, or that has single ones only:
#: good for comparing these, never a structure.
PARTIAL = "partial"
#: Coverage of a flow without the chapters that are worth less than 100,000 dollars on the Chinese
#: side.
CELLS_MISSING = "cells_under_100000_missing"
#: Says nothing of the edition: the bundled tables do not know theirs.
UNKNOWN_EDITION = ""

_Stamps = tuple[tuple[str, int, int], ...]
_CACHE: dict[tuple[str, _Stamps], Rows] = {}


def present(folder: Path) -> bool:
    """Return whether anything was fetched."""
    return (folder / "fetched").is_dir()


def trade(folder: Path) -> Rows:
    """Return the fetched rows of the table `trade` and their sources.

    Raises
    ------
    DataError
        If a fetched file is damaged or its rows break the table's schema.
    """
    return _cached("trade", folder, _trade)


def composition(folder: Path) -> Rows:
    """Return the fetched rows of the table `composition` and their sources; not BACI's.

    Besides the table's columns: `classification` (HS edition, such as "HS 2022") and `total_usd`
    (the total reported for the flow and year; NaN if it was not fetched).

    Raises
    ------
    DataError
        As `trade`.
    """
    return _cached("composition", folder, _composition)


def totals(folder: Path) -> pd.Series[float]:
    """Return UN Comtrade's fetched totals by exporter, importer, reporter and period (as text).

    Without those that contradict the bundled figures.
    """
    rows = trade(folder).rows
    ours = rows[rows["source_id"].str.startswith("comtrade-") & (rows["quality"] == "ok")]
    frame = directed(ours[ours["flow"] != "total"]).rename(columns={"period": "year"})
    return frame.drop_duplicates(_FLOW_YEAR).set_index(_FLOW_YEAR)["value"]


def sources(folder: Path) -> pd.DataFrame:
    """Return one row of the table `sources` for everything that was fetched."""
    return _cached("sources", folder, _sources).sources


def availability(folder: Path) -> pd.DataFrame:
    """Return whether UN Comtrade has the reports that were asked for; see `load_availability`."""
    from catrade.fetch.comtrade_rows import availability as asked

    return asked(folder)


def has_baci(folder: Path) -> bool:
    """Return whether a BACI release was imported."""
    return any((folder / "fetched" / "baci").glob("[!.]*/manifest.json"))


def baci_countries(folder: Path) -> set[str]:
    """Return the countries of the newest BACI release; none if there is no release."""
    if not has_baci(folder):
        return set()
    from catrade.fetch import baci

    return set(baci.countries(folder)["iso3"])


def partners(folder: Path) -> set[str]:
    """Return the countries whose trade with China, by product, can be had from what was fetched."""
    found = baci_countries(folder)
    for path in (folder / "fetched" / "comtrade").glob("*/*.json"):
        request = read_json(path).get("request") or {}
        if request.get("level"):
            found |= {request["reporter"], *request["partners"]}
    return found - {"CHN", "WLD"}


def _stamps(folder: Path) -> _Stamps:
    found = []
    for path in sorted((folder / "fetched").glob("**/*.json")):
        status = path.stat()
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


def _cached(name: str, folder: Path, read: Callable[[Path], Rows]) -> Rows:
    if not present(folder):
        return _nothing()
    key = (name, _stamps(folder))
    if key not in _CACHE:
        _CACHE[key] = read(folder)
    return _CACHE[key]


@functools.cache
def _nothing() -> Rows:
    return Rows(pd.DataFrame(), pd.DataFrame(columns=list(SOURCE_COLUMNS)))


def _trade(folder: Path) -> Rows:
    from catrade.fetch import fetched_trade_rows

    read = fetched_trade_rows(folder)
    return Rows(
        _checked(read.rows, "trade", TRADE_COLUMNS),
        _checked(read.sources, "sources", SOURCE_COLUMNS),
    )


def _composition(folder: Path) -> Rows:
    from catrade.fetch import fetched_composition_rows

    read = fetched_composition_rows(folder)
    rows = _checked(read.rows, "composition", COMPOSITION_COLUMNS)
    # `comtrade_rows` begins its notes with the edition.
    edition = rows["note"].astype(str).str.extract(r"^coded in (HS \d{4})", expand=False)
    keys = pd.MultiIndex.from_frame(rows[_FLOW_YEAR].astype({"year": str}))
    total = totals(folder).reindex(keys).to_numpy(dtype="float64")
    rows = rows.assign(
        # Without a total, or with one that contradicts the bundled figure, nothing is proved whole.
        coverage=rows["coverage"].mask(pd.isna(total), PARTIAL),
        classification=edition.fillna(UNKNOWN_EDITION),
        total_usd=total,
    )
    return Rows(rows, _checked(read.sources, "sources", SOURCE_COLUMNS))


def _sources(folder: Path) -> Rows:
    parts = [trade(folder).sources, composition(folder).sources]
    if has_baci(folder):
        from catrade.fetch import baci

        parts.append(_checked(baci.sources(folder), "sources", SOURCE_COLUMNS))
    filled = [part for part in parts if len(part)] or parts[:1]
    frame = pd.concat(filled, ignore_index=True).drop_duplicates("source_id", ignore_index=True)
    return Rows(pd.DataFrame(), frame)


_PANDAS = {"text": "str", "number": "float64", "integer": "int64", "truth": "bool"}


def _checked(rows: pd.DataFrame, name: str, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return rows as the table wants them: what no bundled row may say, no fetched one may."""
    if rows.empty:
        return pd.DataFrame(columns=list(columns))
    of_table = table(name)
    kinds = {column: _PANDAS[of_table.columns[column].kind] for column in columns}
    frame = rows[list(columns)].astype(kinds).reset_index(drop=True)
    for column in columns:
        for value in frame[column].unique().tolist():
            if fault := _fault(of_table.columns[column], value):
                message = (
                    f"fetched rows break the table {name}: column {column} {fault}; remove what was"
                    " fetched (catrade fetch --list shows its name) and fetch it again"
                )
                raise DataError(message)
    twice = frame[frame.duplicated(list(of_table.key))]
    if len(twice):
        cell = ", ".join(str(twice.iloc[0][key]) for key in of_table.key)
        message = f"fetched rows of the table {name} have {cell} twice; fetch it again"
        raise DataError(message)
    return frame


def _fault(column: Column, value: str | float) -> str:
    """Say what is wrong with a value; empty text if nothing is. NaN is empty."""
    missing = value == "" or value != value
    return column.cell_fault("") if missing else column.value_fault(value)
