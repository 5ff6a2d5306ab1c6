"""What was fetched, for the loaders: checked as the bundled tables are, and cached.

Nothing here costs more than a look at the disk where `data/fetched` does not exist.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from catrade.tables import baci, comtrade, doubts, kept
from catrade.tables.definitions import PARTIAL, table
from catrade.tables.paths import fetched_dir
from catrade.tables.publishers import SOURCE_COLUMNS, Rows, directed, joined
from catrade.tables.reading import judged, state_of
from rounding.errors import DataError

#: What tells the tables of goods apart: a flow of one year in one side's statistics.
FLOW_YEAR = ["exporter", "importer", "reporter", "year"]

#: What is there where nothing was fetched.
NOTHING = Rows(pd.DataFrame(), pd.DataFrame(columns=SOURCE_COLUMNS))


def present(folder: Path) -> bool:
    """Return whether anything was fetched."""
    return fetched_dir(folder).is_dir()


def trade_rows(folder: Path) -> Rows:
    """Return the fetched rows of the table `trade` and their sources, as their files have them.

    A figure that no bundled one of the cell is within a factor of two of is marked doubtful.

    Raises
    ------
    DataError
        If a fetched file is damaged.
    """
    asked = comtrade.trade_rows(folder)
    given = kept.kept_rows(folder)
    rows = joined([asked.rows, given.rows])
    sources = joined([asked.sources, given.sources])
    return Rows(doubts.marked(rows, folder), sources)


def trade(folder: Path) -> Rows:
    """Return the fetched rows of the table `trade` and their sources.

    Raises
    ------
    DataError
        If a fetched file is damaged or its rows break the table's schema.
    """
    return _trade(folder, _state(folder)) if present(folder) else NOTHING


def composition(folder: Path) -> Rows:
    """Return the fetched rows of the table `composition` and their sources; not BACI's.

    Besides the table's columns: `classification` (HS edition, such as "HS 2022") and `total_usd`
    (the total reported for the flow and year; NaN if it was not fetched).

    Raises
    ------
    DataError
        As `trade`.
    """
    return _composition(folder, _state(folder)) if present(folder) else NOTHING


def _state(folder: Path) -> object:
    return state_of(sorted(fetched_dir(folder).glob("**/*.json")))


@functools.cache
def _trade(folder: Path, _state: object) -> Rows:
    read = trade_rows(folder)
    rows = _checked(read.rows, "trade")
    return Rows(rows, _checked(read.sources, "sources"))


@functools.cache
def _composition(folder: Path, _state: object) -> Rows:
    read = comtrade.composition_rows(folder)
    rows = _checked(read.rows, "composition")
    total = totals_of(rows, folder)
    rows = rows.assign(
        # Without a total, or with one that contradicts the bundled figure, nothing is proved whole.
        coverage=rows["coverage"].mask(pd.isna(total), PARTIAL),
        classification=read.rows["classification"].to_numpy(),
        total_usd=total,
    )
    return Rows(rows, _checked(read.sources, "sources"))


def totals_of(goods: pd.DataFrame, folder: Path) -> Any:
    """Return UN Comtrade's fetched total of the flow and year of each row; NaN is not known.

    Totals that contradict the bundled figures are none.
    """
    rows = trade(folder).rows
    is_comtrade = rows["source_id"].str.startswith("comtrade-")
    is_sound = rows["quality"] == "ok"
    has_direction = rows["flow"] != "total"
    frame = directed(rows[is_comtrade & is_sound & has_direction])
    frame = frame.rename(columns={"period": "year"})
    frame = frame.drop_duplicates(FLOW_YEAR)
    totals = frame.set_index(FLOW_YEAR)["value"]
    wanted = goods[FLOW_YEAR].astype({"year": str})
    return wanted.join(totals, on=FLOW_YEAR)["value"].to_numpy(float)


def sources(folder: Path) -> pd.DataFrame:
    """Return one row of the table `sources` for everything that was fetched."""
    if not present(folder):
        return NOTHING.sources
    releases = _checked(baci.sources(folder), "sources")
    together = joined([trade(folder).sources, composition(folder).sources, releases])
    return together.drop_duplicates("source_id", ignore_index=True)


def partners(folder: Path) -> set[str]:
    """Return the countries whose trade with China, by product, can be had from what was fetched."""
    cells = comtrade.covered(folder).query("level > 0")
    found = baci.countries(folder)
    found.update(cells["reporter"])
    found.update(cells["partner"])
    return found - {"CHN", "WLD"}


def _checked(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return rows as the table wants them: what no bundled row may say, no fetched one may."""
    of_table = table(name)
    texts = {column: _as_text(rows[column]) for column in of_table.columns}
    frame, faults = judged(pd.DataFrame(texts), of_table, {})
    if faults:
        fault = faults[0]
        where = f"column {fault.column}" if fault.column else f"row {fault.row}"
        raise DataError(
            f"fetched rows break the table {name}: {where} {fault.message}; remove what was"
            " fetched (catrade fetch list shows its name) and fetch it again"
        )
    return frame


def _as_text(column: pd.Series[Any]) -> Any:
    """Return values as the table's file would have them, each made once: they may be many."""
    places, values = pd.factorize(column, use_na_sentinel=False)
    return np.array([*map(_written, values)], dtype=object)[places]


def _written(value: Any) -> str:
    """Return a value as a table has it: nothing for none, and numbers as plain decimals."""
    if pd.isna(value):
        return ""
    if isinstance(value, float):
        return np.format_float_positional(value, trim="-")
    return str(value)
