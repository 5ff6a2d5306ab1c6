"""What was fetched, as rows of the library's own tables: `data/fetched/<table>.csv`.

They are made of the files that were kept (`catrade_fetch.kept`, `answers`, `baci`) whenever one of
these has changed, and have the columns of `tables.yaml`: the library reads them like the bundled
tables and knows nothing else of what was fetched. `tables.json` beside them says what they were
made of.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from catrade_build.tables.definitions import PARTIAL, definition_of
from catrade_build.tables.goods import FLOW_YEAR
from catrade_build.tables.paths import WRITTEN, fetched_dir
from catrade_build.tables.reading import parse_cells
from catrade_fetch import answers, baci, door, doubts, goods, kept, kgz, store
from catrade_fetch.publishers import OF_FILES, Rows, directed, joined
from pagemill.unfinished import clear, unfinished
from rounding.errors import DataError

#: Goes up when rows are made another way: they are then made anew.
_WAY = "4"
#: Bundled tables that fetched figures are compared with.
_COMPARED = ("trade.csv", "composition_totals.csv")


@door.reading("what was fetched", door.DAMAGED)
def trade_rows(data_dir: Path) -> Rows:
    """Return the fetched rows of the table `trade` and their sources.

    A figure that no bundled one of the cell is within a factor of two of is marked doubtful.

    Raises
    ------
    DataError
        If a fetched file is damaged.
    """
    asked = answers.total_rows(data_dir)
    given = kept.kept_rows(data_dir, OF_FILES)
    rows = joined([asked.rows, given.rows])
    sources = joined([asked.sources, given.sources])
    return Rows(doubts.marked(rows, data_dir), sources)


@door.reading("what was fetched", door.DAMAGED)
def write_tables(data_dir: Path, waits: Callable[[], object] = lambda: None) -> bool:
    """Write what was fetched into tables, if that was not done yet; return whether it was.

    Parameters
    ----------
    data_dir
        The data folder.
    waits
        Called before another fetch is waited for.

    Raises
    ------
    DataError
        If a fetched file is damaged, or its rows break the definition of a table.
    """
    root = fetched_dir(data_dir)
    clear(root)  # what a killed run left
    is_any = kept.manifest_paths(root) or (root / WRITTEN).is_file()
    if not is_any or is_written(data_dir):
        return False
    with _alone(root, waits), store.writing(root), unfinished(root) as made:
        state = hash_kept(data_dir)
        tables = _tables(data_dir)
        sources = tables.pop("sources")
        # Rows never stand there without their sources, whenever this is killed.
        earlier = _earlier(root / "sources.csv", sources)
        _put(joined([sources, earlier]).drop_duplicates("source_id"), "sources", made)
        for name, rows in tables.items():
            _put(rows, name, made)
        _put(sources, "sources", made)
        files = {path.name: kept.sha256(path) for path in sorted(root.glob("*.csv"))}
        (made / WRITTEN).write_text(json.dumps({"of": state, "files": files}), "utf-8")
        os.replace(made / WRITTEN, root / WRITTEN)
    return True


def is_written(data_dir: Path) -> bool:
    """Return whether the tables hold what was fetched, as it is now."""
    root = fetched_dir(data_dir)
    there = {path.name: kept.sha256(path) for path in root.glob("*.csv")}
    with contextlib.suppress(DataError):  # it is not there, or damaged
        written = kept.read_json(root / WRITTEN)
        return written == {"of": hash_kept(data_dir), "files": there}
    return False


def hash_kept(data_dir: Path) -> str:
    """Return a hash of all that rows are made of: what was kept, and what it is compared with."""
    root = fetched_dir(data_dir)
    digest = hashlib.sha256(_WAY.encode())
    for path in kept.manifest_paths(root):
        with contextlib.suppress(FileNotFoundError):  # another fetch writes it anew
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + content)
    for path in (data_dir / name for name in _COMPARED):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _alone(root: Path, waits: Callable[[], object]) -> Iterator[None]:
    """Wait until nobody writes rows, or a file that they are made of."""
    with contextlib.ExitStack() as stack:
        for path in (root, *sorted(root.glob("[!.]*"))):
            if path.is_dir():
                stack.enter_context(store.alone(path, waits))
        yield


def _tables(data_dir: Path) -> dict[str, pd.DataFrame]:
    """Return what was fetched as text in the columns of each table."""
    trade, chapters = trade_rows(data_dir), answers.chapter_rows(data_dir)
    reconciled = baci.pair_rows(data_dir)
    of_files = [
        kept.kept_rows(data_dir, [name], goods.TABLE)
        for name in (kgz.NAME, goods.WITS, goods.OWN)
    ]
    headings = [of_files[0], answers.heading_rows(data_dir), *of_files[1:]]
    composition, totals = _with_totals(chapters.rows, trade.rows)
    sources = [part.sources for part in (trade, chapters, reconciled, *headings)]
    tables = {
        "trade": trade.rows,
        "composition_totals": totals,
        "composition": joined([composition, reconciled.rows]),
        "composition_headings": _by_flow([part.rows for part in headings]),
        "sources": joined(sources).drop_duplicates("source_id", ignore_index=True),
    }
    return {name: check_rows(rows, name) for name, rows in tables.items()}


def _by_flow(publishers: list[pd.DataFrame]) -> pd.DataFrame:
    """Return headings of several publishers, of each flow and period those of the first."""
    flow = ["exporter", "importer", "reporter", "period"]
    rows = joined([part.assign(_place=n) for n, part in enumerate(publishers)])
    first = rows.groupby(flow)["_place"].transform("min")
    return rows[rows["_place"] == first].drop(columns="_place")


def _with_totals(
    goods: pd.DataFrame, trade: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of `composition`, and UN Comtrade's totals of their flows and years.

    A flow without a total, or with one that contradicts the bundled figures, is not proved whole.
    """
    columns = list(definition_of("composition_totals").columns)
    if goods.empty or trade.empty:
        return goods.assign(coverage=PARTIAL), pd.DataFrame(columns=columns)
    is_comtrade = trade["source_id"].str.startswith("comtrade-")
    is_sound = trade["quality"] == "ok"
    sound = trade[is_comtrade & is_sound & (trade["flow"] != "total")]
    totals = directed(sound).rename(columns={"period": "year", "value": "total_usd"})
    flows = goods[FLOW_YEAR].astype({"year": str})
    totals = totals.merge(flows.drop_duplicates(), on=FLOW_YEAR)
    proved = pd.MultiIndex.from_frame(totals[FLOW_YEAR])
    has_total = pd.MultiIndex.from_frame(flows).isin(proved)
    goods = goods.assign(coverage=goods["coverage"].where(has_total, PARTIAL))
    return goods, totals.drop_duplicates(FLOW_YEAR)[columns]


def check_rows(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return rows as text: what no bundled row may say, no fetched one may.

    Raises
    ------
    DataError
        If one breaks the definition of the table.
    """
    of_table = definition_of(name)
    texts = {column: _as_text(rows[column]) for column in of_table.columns}
    frame = pd.DataFrame(texts)
    _, faults = parse_cells(frame.copy(), of_table, {})
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


def _earlier(file: Path, like: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a file that was written before; none if it has other columns."""
    if file.is_file():
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        if list(rows) == list(like):
            return rows
    return like[:0]


def _put(rows: pd.DataFrame, name: str, made: Path) -> None:
    """Put a table in its place; one without rows is none."""
    target = made.parent / f"{name}.csv"
    if rows.empty:
        target.unlink(missing_ok=True)
        return
    file = made / target.name
    rows.to_csv(file, index=False)
    store.sync(file)
    os.replace(file, target)
