"""What was fetched, for the loaders: checked as the bundled tables are, and cached.

Nothing here costs more than a look at the disk where `data/fetched` does not exist.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from catrade.tables import comtrade, doubts, kept
from catrade.tables.definitions import PARTIAL, UNKNOWN_EDITION, table, unreadable
from catrade.tables.paths import fetched_dir
from catrade.tables.publishers import SOURCE_COLUMNS, Rows, combine, directed, joined
from catrade.tables.reading import of_kind, stamp
from rounding.errors import DataError

#: What tells the tables of goods apart: a flow of one year in one side's statistics.
FLOW_YEAR = ["exporter", "importer", "reporter", "year"]

_CACHE: dict[tuple[object, ...], Rows] = {}


def present(folder: Path) -> bool:
    """Return whether anything was fetched."""
    return fetched_dir(folder).is_dir()


def _cached(read: Callable[[Path], Rows]) -> Callable[[Path], Rows]:
    """Have a reader read a folder again only if something in it changed."""

    @functools.wraps(read)
    def cached(folder: Path) -> Rows:
        if not present(folder):
            return Rows(pd.DataFrame(), pd.DataFrame(columns=SOURCE_COLUMNS))
        files = sorted(fetched_dir(folder).glob("**/*.json"))
        key = (read.__name__, *map(stamp, files))
        if key not in _CACHE:
            _CACHE[key] = read(folder)
        return _CACHE[key]

    return cached


def trade_rows(folder: Path) -> Rows:
    """Return the fetched rows of the table `trade` and their sources, as their files have them.

    A figure that no bundled one of the cell is within a factor of two of is marked doubtful.

    Raises
    ------
    DataError
        If a fetched file is damaged.
    """
    read = combine([comtrade.trade_rows(folder), *kept.kept_rows(folder)])
    return Rows(doubts.marked(read.rows, Path(folder)), read.sources)


@_cached
def trade(folder: Path) -> Rows:
    """Return the fetched rows of the table `trade` and their sources.

    Raises
    ------
    DataError
        If a fetched file is damaged or its rows break the table's schema.
    """
    read = trade_rows(folder)
    return Rows(_checked(read.rows, "trade"), _checked(read.sources, "sources"))


@_cached
def composition(folder: Path) -> Rows:
    """Return the fetched rows of the table `composition` and their sources; not BACI's.

    Besides the table's columns: `classification` (HS edition, such as "HS 2022") and `total_usd`
    (the total reported for the flow and year; NaN if it was not fetched).

    Raises
    ------
    DataError
        As `trade`.
    """
    read = comtrade.composition_rows(folder)
    rows = _checked(read.rows, "composition")
    # `comtrade` begins its notes with the edition.
    edition = (
        rows["note"].astype(str).str.extract(r"^coded in (HS \d{4})", expand=False)
    )
    keys = pd.MultiIndex.from_frame(rows[FLOW_YEAR].astype({"year": str}))
    total = totals(folder).reindex(keys).to_numpy(dtype="float64")
    rows = rows.assign(
        # Without a total, or with one that contradicts the bundled figure, nothing is proved whole.
        coverage=rows["coverage"].mask(pd.isna(total), PARTIAL),
        classification=edition.fillna(UNKNOWN_EDITION),
        total_usd=total,
    )
    return Rows(rows, _checked(read.sources, "sources"))


def totals(folder: Path) -> pd.Series[float]:
    """Return UN Comtrade's fetched totals by exporter, importer, reporter and period (as text).

    Without those that contradict the bundled figures.
    """
    rows = trade(folder).rows
    ours = rows[
        rows["source_id"].str.startswith("comtrade-") & (rows["quality"] == "ok")
    ]
    frame = directed(ours[ours["flow"] != "total"]).rename(columns={"period": "year"})
    return frame.drop_duplicates(FLOW_YEAR).set_index(FLOW_YEAR)["value"]


def sources(folder: Path) -> pd.DataFrame:
    """Return one row of the table `sources` for everything that was fetched."""
    parts = [trade(folder).sources, composition(folder).sources]
    if has_baci(folder):
        from catrade.tables import baci

        parts.append(_checked(baci.sources(folder), "sources"))
    return joined(parts).drop_duplicates("source_id", ignore_index=True)


def has_baci(folder: Path) -> bool:
    """Return whether a BACI release was imported."""
    return any((fetched_dir(folder, "baci")).glob("[!.]*/manifest.json"))


def baci_countries(folder: Path) -> set[str]:
    """Return the countries of the newest BACI release; none if there is no release."""
    if not has_baci(folder):
        return set()
    from catrade.tables import baci

    return set(baci.countries(folder)["iso3"])


def partners(folder: Path) -> set[str]:
    """Return the countries whose trade with China, by product, can be had from what was fetched."""
    cells = comtrade.covered(folder).query("level > 0")
    asked = {*cells["reporter"], *cells["partner"]}
    return (baci_countries(folder) | asked) - {"CHN", "WLD"}


def _checked(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return rows as the table wants them: what no bundled row may say, no fetched one may.

    Each value of a column is judged once, as the text that it would be in the table's file: there
    may be hundreds of thousands of rows.
    """
    of_table = table(name)
    fault = ""
    found = {}
    for column in of_table.columns.values():
        places, values = pd.factorize(rows[column.name], use_na_sentinel=False)
        texts = ["" if pd.isna(value) else _written(value) for value in values]
        for text in texts:
            if wrong := unreadable(text) or column.cell_fault(text):
                fault = fault or f"column {column.name} {wrong}"
        if not fault:
            found[column.name] = of_kind([texts[n] for n in places], column.kind)
    if not fault and rows.duplicated(list(of_table.key)).any():
        fault = "two rows have the same key"
    if fault:
        raise DataError(
            f"fetched rows break the table {name}: {fault}; remove what was fetched (catrade fetch"
            " list shows its name) and fetch it again"
        )
    return pd.DataFrame(found)


def _written(value: object) -> str:
    if isinstance(value, float):  # a table's numbers are plain decimals
        return np.format_float_positional(value, trim="-")
    return str(value)
