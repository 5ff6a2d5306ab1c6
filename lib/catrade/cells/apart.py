"""Where published figures disagree: sources of one cell, and flows that do not make up a total."""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import in_billions
from catrade.cells.identities import Cell
from catrade.cells.implied import with_computed
from catrade.cells.memory import kept
from catrade.cells.rows import Row, cell_of, completed, misses, published_rows
from catrade.cells.selection import CELL, select_published, sources_apart
from catrade.tables.trade import load_trade


def disagreements(frame: pd.DataFrame) -> pd.DataFrame:
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
    >>> found = disagreements(load_trade("CHN", "KAZ", start=2024, end=2024))
    >>> found[found["flow"] == "total"][["chosen_usd", "other_usd"]].head(1).values.tolist()
    [[43865952035.0, 43820000000.0]]
    """
    found = sources_apart(frame)
    rows = []
    _, apart = completed(published_rows(select_published(frame)))
    replaced = {
        cell_of(one.published) for one in apart if one.used is not one.published
    }
    others = _published_in(frame, replaced)
    for held, total, used in apart:
        if used is held:
            rows.append(_row(held, total))
        else:
            of_cell = others[cell_of(held)]
            rows += [_row(total, other) for other in of_cell if misses(other, total)]
    is_replaced = pd.MultiIndex.from_frame(found[[*CELL]]).isin(replaced)
    found = found[~is_replaced]
    added = pd.DataFrame(rows, columns=list(found.columns)).astype(found.dtypes)
    return pd.concat([found, added], ignore_index=True)


@kept
def every_disagreement() -> pd.DataFrame:
    """Return the `disagreements` of all that is published, in billions, for everyone to filter."""
    trade = load_trade(frequency=None)
    is_year = trade["frequency"] == "annual"
    within = trade[~is_year].assign(basis="published")
    every = [with_computed(trade[is_year]), within]
    return in_billions(disagreements(pd.concat(every, ignore_index=True)))


def _row(used: Row, other: Row) -> tuple[object, ...]:
    figures = (used.value_usd, used.source_ids, other.value_usd, other.source_ids)
    return *cell_of(used), *figures, other.value_usd - used.value_usd


def _published_in(frame: pd.DataFrame, cells: set[Cell]) -> dict[Cell, list[Row]]:
    """Return the usable figures of some cells, by cell."""
    is_asked = pd.MultiIndex.from_frame(frame[[*CELL]]).isin(cells)
    used = frame[is_asked & frame["quality"].ne("rejected")]
    used = used.assign(
        n_sources=1,
        disagrees=False,
        source_ids=used["source_id"],
    )
    found: dict[Cell, list[Row]] = {cell: [] for cell in cells}
    for row in published_rows(used):
        found[cell_of(row)].append(row)
    return found
