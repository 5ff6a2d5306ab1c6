"""Tables read from files: rows of the table `trade`, kept as CSV with a manifest beside it.

On disk: `data/fetched/<publisher>/<source id>.csv` in the columns of trade.csv, and
`<source id>.json` with the row of the table `sources`, the file's name and hash, and the time.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from catrade.fetch import door, store, tables

#: Folders below `data/fetched` that are kept so.
PUBLISHERS = ("gacc", "comtrade_plus", "imf", "wits")
_NUMBERS = ("value", "precision", "growth_printed", "growth_precision")
_ID = r"[a-z0-9]+(-[a-z0-9]+)*"


def keep(read: tables.Rows, file: Path, data_dir: Path, publisher: str) -> str:
    """Keep the rows of one source and return what was kept as a sentence.

    A later file of the same source takes the place of the earlier one.

    Raises
    ------
    FetchError
        If a cell stands twice, or the folder cannot be written. What was there before stays.
    """
    source = read.sources.iloc[0].to_dict()
    name = door.name(source["source_id"], f"the source of {file.name}", _ID)
    door.unique(read.rows, ["reporter", "partner", "period", "flow"], file.name)
    periods = sorted(set(read.rows["period"]))
    store.write_pair(
        store.fetched_dir(data_dir, publisher) / f"{name}.csv",
        lambda target: read.rows.to_csv(target, index=False),
        lambda digest: {
            "source": source,
            "file": file.name,
            "file_sha256": store.sha256(file),
            "fetched": store.now(),
            "periods": periods,
            "records": len(read.rows),
            "sha256": digest,
        },
    )
    few = " and ".join(periods) if len(periods) < 3 else f"{periods[0]} to {periods[-1]}"
    return f"kept {len(read.rows)} figures of {few} as {name}"


def trade_rows(data_dir: Path) -> list[tables.Rows]:
    """Return the rows of every table kept.

    Raises
    ------
    DataError
        If a kept file was changed.
    """
    parts = []
    kinds = {c: float if c in _NUMBERS else str for c in tables.TRADE_COLUMNS}
    empty = dict.fromkeys(_NUMBERS, "")
    for publisher in PUBLISHERS:
        for path, manifest in store.manifests(store.fetched_dir(data_dir, publisher)):
            file = path.with_suffix(".csv")
            store.check_hash(file, manifest["sha256"])
            rows = pd.read_csv(file, dtype=kinds, keep_default_na=False, na_values=empty)
            parts.append(tables.rows(rows, [manifest["source"]]))
    return parts
