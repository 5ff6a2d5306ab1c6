"""Newer or larger data from its publishers, in the library's own tables.

The seam is small: a source is a module with `entries`, `trade_rows` and `composition_rows`, which
take the data folder and return what was fetched as rows of an existing table plus the rows of
`sources` they refer to. A new source is one module and one line in `_SOURCES`.

Nothing else in the library touches the network, and nothing here does so on import.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from catrade.fetch.kept import PUBLISHERS
from catrade.fetch.store import COMPOSITION_COLUMNS, TRADE_COLUMNS, Entry, Rows, combine

__all__ = ["Entry", "Rows", "Source", "fetched_composition_rows", "fetched_trade_rows", "listing"]


class Source(Protocol):
    """What a module of this package offers for one publisher."""

    def entries(self, data_dir: Path) -> list[Entry]:
        """List what was fetched from the publisher."""

    def trade_rows(self, data_dir: Path) -> Rows:
        """Return rows of the table `trade` (none if the publisher has no totals)."""

    def composition_rows(self, data_dir: Path) -> Rows:
        """Return rows of the table `composition` (none if the publisher has no products)."""


#: Modules, and the folders below `data/fetched` that each of them reads.
_SOURCES = {"comtrade_rows": ("comtrade",), "baci": ("baci",), "kept": PUBLISHERS}


def _present(data_dir: Path) -> list[Source]:
    # Imported only where something was fetched: the loaders stay quick without.
    root = Path(data_dir) / "fetched"
    return [
        cast("Source", import_module(f"catrade.fetch.{name}"))
        for name, folders in _SOURCES.items()
        if any((root / folder).is_dir() for folder in folders)
    ]


def fetched_trade_rows(data_dir: Path) -> Rows:
    """Return all fetched rows of the table `trade`, with their sources.

    Parameters
    ----------
    data_dir
        The data folder; what was fetched is in `fetched/` below it.

    Returns
    -------
    Rows
        `rows` in the columns of trade.csv and `sources` in those of sources.csv; both empty if
        nothing was fetched. A figure that no bundled one of the cell is within a factor of two of
        is marked doubtful.

    Raises
    ------
    DataError
        If a fetched file is damaged.
    """
    from catrade.fetch.doubts import marked

    parts = [source.trade_rows(data_dir) for source in _present(data_dir)]
    read = combine(parts, TRADE_COLUMNS)
    return Rows(marked(read.rows, Path(data_dir)), read.sources)


def fetched_composition_rows(data_dir: Path) -> Rows:
    """Return all fetched rows of the table `composition`, with their sources.

    BACI is not among them: it is hundreds of millions of rows and is asked by pair
    (`catrade.fetch.baci.load`).
    """
    parts = [source.composition_rows(data_dir) for source in _present(data_dir)]
    return combine(parts, COMPOSITION_COLUMNS)


def listing(data_dir: Path) -> list[Entry]:
    """List everything that was fetched, by source and name."""
    return [entry for source in _present(data_dir) for entry in source.entries(data_dir)]
