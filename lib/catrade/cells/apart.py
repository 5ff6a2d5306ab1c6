"""Where published figures disagree: sources of one cell, and flows that do not make up a total."""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import Flags, in_billions
from catrade.cells.implied import with_computed
from catrade.cells.memory import kept
from catrade.cells.rows import (
    Cell,
    CellRow,
    cell_of,
    completed,
    misses,
    published_rows,
)
from catrade.cells.selection import CELL, select_published, sources_apart
from catrade.tables.trade import load_trade


def figures_apart(frame: pd.DataFrame) -> pd.DataFrame:
    """Return every figure that disagrees with the one used for its cell beyond rounding.

    Sums (exports plus imports, a region's members) are held against published figures, too: the
    one that is not used is listed beside the one that is (see `selection.RULE`).

    Parameters
    ----------
    frame
        Rows as `load_trade` returns them: several a cell, in dollars.

    Returns
    -------
    DataFrame
        reporter, partner, period, flow, chosen_usd, chosen_source, other_usd, other_source,
        difference_usd (other less chosen): one row a figure, only those that count the same as the
        chosen one and whose rounding interval does not touch its. Sources of a sum are joined with
        `;`.

    Examples
    --------
    >>> from catrade.tables.trade import load_trade
    >>> found = figures_apart(load_trade("CHN", "KAZ", start=2024, end=2024))
    >>> found[found["flow"] == "total"][["chosen_usd", "other_usd"]].head(1).values.tolist()
    [[43865952035.0, 43820000000.0]]
    """
    found = sources_apart(frame)
    _, apart = completed(published_rows(select_published(frame)))
    replaced = {
        cell_of(one.published) for one in apart if one.used is not one.published
    }
    others = _published_in(frame, replaced)

    rows = []
    for held, total, used in apart:
        if used is held:
            rows.append(_row(held, total))
            continue
        of_cell = others[cell_of(held)]
        rows += [_row(total, other) for other in of_cell if misses(other, total)]
    found = found[~_are_of(found, replaced)]
    added = pd.DataFrame(rows, columns=list(found.columns))
    added = added.astype(found.dtypes)
    return pd.concat([found, added], ignore_index=True)


def _are_of(frame: pd.DataFrame, cells: set[Cell]) -> Flags:
    """Say of each row whether it is of one of some cells."""
    return pd.MultiIndex.from_frame(frame[[*CELL]]).isin(cells)


@kept
def every_disagreement() -> pd.DataFrame:
    """Return the `disagreements` of all that is published, in billions, for everyone to filter."""
    trade = load_trade(frequency=None)
    is_year = trade["frequency"] == "annual"
    within = trade[~is_year].assign(basis="published")
    every = [with_computed(trade[is_year]), within]
    found = figures_apart(pd.concat(every, ignore_index=True))
    return in_billions(found)


def _row(used: CellRow, other: CellRow) -> tuple[object, ...]:
    difference = other.value_usd - used.value_usd
    figures = (used.value_usd, used.sources, other.value_usd, other.sources)
    return *cell_of(used), *figures, difference


def _published_in(frame: pd.DataFrame, cells: set[Cell]) -> dict[Cell, list[CellRow]]:
    """Return the usable figures of some cells, by cell."""
    used = frame[_are_of(frame, cells)]
    used = used[used["quality"] != "rejected"]
    used = used.assign(
        n_sources=1,
        disagrees=False,
    )
    found: dict[Cell, list[CellRow]] = {cell: [] for cell in cells}
    for row in published_rows(used):
        found[cell_of(row)].append(row)
    return found
