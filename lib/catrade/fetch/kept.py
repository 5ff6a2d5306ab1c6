"""Tables read from files: rows of the table `trade`, kept as CSV with a manifest beside it.

On disk: `data/fetched/<publisher>/<source id>.csv` in the columns of trade.csv, and
`<source id>.json` with the row of the table `sources`, the file's name and hash, and the time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.fetch import door, store

#: Folders below `data/fetched` that are kept so.
PUBLISHERS = ("gacc", "comtrade_plus", "imf", "wits")
_NUMBERS = ("value", "precision", "growth_printed", "growth_precision")
_ID = r"[a-z0-9]+(-[a-z0-9]+)*"


def keep(read: store.Rows, file: Path, data_dir: Path, publisher: str) -> str:
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


def trade_rows(data_dir: Path) -> store.Rows:
    """Return the rows of every table kept.

    Raises
    ------
    DataError
        If a kept file was changed.
    """
    parts = []
    for _, path, manifest in _manifests(data_dir):
        data = path.with_suffix(".csv")
        store.check_hash(data, manifest["sha256"])
        kinds = {c: float if c in _NUMBERS else str for c in store.TRADE_COLUMNS}
        table = pd.read_csv(
            data, dtype=kinds, keep_default_na=False, na_values=dict.fromkeys(_NUMBERS, "")
        )
        parts.append(store.Rows(table, store.frame([manifest["source"]], store.SOURCE_COLUMNS)))
    return store.combine(parts, store.TRADE_COLUMNS)


def composition_rows(data_dir: Path) -> store.Rows:
    """Return no rows: the tables have no products."""
    return store.combine([], store.COMPOSITION_COLUMNS)


def entries(data_dir: Path) -> list[store.Entry]:
    """List the tables kept."""
    return [
        store.Entry(
            source=publisher,
            name=path.stem,
            about=f"{manifest['source']['title']}, from {manifest['file']}",
            fetched=store.parse_time(manifest["fetched"]),
            records=int(manifest["records"]),
            paths=(path.with_suffix(".csv"), path),
        )
        for publisher, path, manifest in _manifests(data_dir)
    ]


def _manifests(data_dir: Path) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    for publisher in PUBLISHERS:
        for path, manifest in store.manifests(store.fetched_dir(data_dir, publisher)):
            yield publisher, path, manifest
