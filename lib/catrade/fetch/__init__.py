"""Newer or larger data from its publishers, in the library's own tables.

A publisher is a module that returns what was fetched as `tables.Rows`, a row of publishers.csv
and a line here. Nothing else in the library touches the network, and nothing here does so on
import: this module and `commands` import nothing that takes time, as every command line does them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catrade.fetch.tables import Rows


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
    from catrade.fetch import comtrade_rows, doubts, kept, tables

    read = tables.combine(
        [comtrade_rows.trade_rows(data_dir), *kept.kept_rows(data_dir)]
    )
    return tables.Rows(doubts.marked(read.rows, Path(data_dir)), read.sources)


def fetched_composition_rows(data_dir: Path) -> Rows:
    """Return all fetched rows of the table `composition`, with their sources.

    BACI is not among them: it is hundreds of millions of rows and is asked by pair
    (`catrade.fetch.baci.load`).
    """
    from catrade.fetch import comtrade_rows

    return comtrade_rows.composition_rows(data_dir)
