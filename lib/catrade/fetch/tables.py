"""Fetched figures in the library's own tables: what a row says unless its publisher says more.

The rows of `sources` stand in publishers.csv beside this module, with {names} for what differs.

What was read from files is kept as `data/fetched/<publisher>/<source id>.csv` in the columns of
trade.csv, and `<source id>.json` with the row of the table `sources`, the file's name and hash,
and the time.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.definitions import table
from catrade.fetch import door, store
from pagemill.errors import one_line

TRADE_COLUMNS, COMPOSITION_COLUMNS, SOURCE_COLUMNS = (
    tuple(table(name).columns) for name in ("trade", "composition", "sources")
)
#: A figure in dollars, to the dollar, of which nothing more is known.
_USUAL: dict[str, Any] = {
    **{"currency": "USD", "precision": 1.0, "rounding": "nearest", "coverage": "goods"},
    **{"growth_printed": float("nan"), "growth_precision": float("nan")},
    **{"quality": "ok", "quality_reason": "", "note": "", "derived": "false"},
}
with (
    Path(__file__)
    .with_name("publishers.csv")
    .open(encoding="utf-8", newline="") as _file
):
    _PUBLISHERS = {row.pop("key"): row for row in csv.DictReader(_file)}
_ID = r"[a-z0-9]+(-[a-z0-9]+)*"


@dataclass(frozen=True)
class Rows:
    """Rows of one of the library's tables and the rows of `sources` they refer to."""

    rows: pd.DataFrame
    sources: pd.DataFrame


def rows(
    found: pd.DataFrame | Sequence[Mapping[str, Any]],
    sources: Sequence[Mapping[str, Any]],
    columns: tuple[str, ...] = TRADE_COLUMNS,
) -> Rows:
    """Return figures as rows of `trade` (or of other columns) with their sources.

    Parameters
    ----------
    found
        What the publisher says; columns of `trade` that it lacks get their usual value.
    sources
        Rows of `sources`, as `source` makes them.

    Examples
    --------
    >>> figure = {"reporter": "CHN", "partner": "KAZ", "period": "2024", "flow": "export"}
    >>> rows([{**figure, "value": 5e9, "source_id": "x"}], []).rows["currency"].tolist()
    ['USD']
    """
    frame = pd.DataFrame(found)
    frame = frame.assign(**{name: v for name, v in _USUAL.items() if name not in frame})
    return Rows(
        frame.reindex(columns=list(columns)),
        pd.DataFrame(
            [{"read_in": "publisher", **one} for one in sources],
            columns=list(SOURCE_COLUMNS),
        ),
    )


def source(
    publisher: str, source_id: str, published: str = "", **said: object
) -> dict[str, str]:
    """Return a row of `sources`: a publisher's texts with what this file or answer says.

    Examples
    --------
    >>> source("imf", "imf-kaz-2024", what="KAZ, 2024", file="x.xlsx")["locator"]
    'file x.xlsx'
    """
    texts = {
        name: one_line(text.format(**said))
        for name, text in _PUBLISHERS[publisher].items()
    }
    return {"source_id": source_id, "published": published, **texts}


def directed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return flows with `exporter` and `importer` beside reporter, partner and flow.

    Examples
    --------
    >>> bought = {"reporter": "KAZ", "partner": "CHN", "flow": "import"}
    >>> directed(pd.DataFrame([bought]))[["exporter", "importer"]].to_numpy().tolist()
    [['CHN', 'KAZ']]
    """
    sold = frame["flow"] == "export"
    return frame.assign(
        exporter=frame["reporter"].where(sold, frame["partner"]),
        importer=frame["partner"].where(sold, frame["reporter"]),
    )


def combine(parts: Iterable[Rows]) -> Rows:
    """Join the rows of several sources."""
    tables = list(parts)
    filled = [one for one in tables if len(one.rows)] or tables[:1]
    return Rows(
        pd.concat([one.rows for one in filled], ignore_index=True),
        pd.concat([one.sources for one in filled], ignore_index=True),
    )


def keep(read: Rows, file: Path, data_dir: Path, publisher: str) -> str:
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
    few = (
        " and ".join(periods) if len(periods) < 3 else f"{periods[0]} to {periods[-1]}"
    )
    return f"kept {len(read.rows)} figures of {few} as {name}"


def kept_rows(data_dir: Path) -> list[Rows]:
    """Return the rows of every table kept.

    Raises
    ------
    DataError
        If a kept file was changed.
    """
    parts = []
    columns = table("trade").columns.items()
    kinds = {
        name: float if column.kind == "number" else str for name, column in columns
    }
    empty = {name: "" for name, kind in kinds.items() if kind is float}
    for publisher in (one for one in _PUBLISHERS if one not in ("comtrade", "baci")):
        for path, manifest in store.manifests(store.fetched_dir(data_dir, publisher)):
            file = path.with_suffix(".csv")
            store.check_hash(file, manifest["sha256"])
            read = pd.read_csv(
                file, dtype=kinds, keep_default_na=False, na_values=empty
            )
            parts.append(rows(read, [manifest["source"]]))
    return parts
