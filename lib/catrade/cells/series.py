"""From published values to one cell a (reporter, partner, period, flow), gaps left as gaps.

A *cell frame* has one row a cell and these columns:

reporter, partner, period, year, flow
    As in `trade.csv`; flow may also be `balance` (exports − imports), seen from the reporter.
value_usd, low_usd, high_usd
    The figure and the interval its rounding allows, in US dollars; `all_cells` narrows it
    by what must hold (`catrade.cells.identities`).
basis
    `published`; `converted` (published in another currency); `sum_of_flows` (exports + imports);
    `difference_of_flows` (a balance); `sum_of_partners` (the region as the sum of its members); and
    what `implied.with_computed` adds where nothing is published: `share_of_total`,
    `sum_of_chapters`, `implied_by_growth` (also a sum with such a figure in it).
source_ids, n_sources, disagrees
    Sources of the value, joined with `;`. How many sources publish the cell, or, for a computed
    one, how many different sources it is made of. Whether sources differ beyond rounding, here or
    in any figure the cell is made of.
quality, frequency
    The worst quality among the figures used; annual, monthly, … as in `load_trade`.
coverage
    What the figure counts, as in `load_trade`; a sum counts what its parts do, `mixed` if these
    differ.
rounding, source_kind, converted
    How the publisher rounded (a sum is `nearest`); the weakest kind of source; whether anything in
    it was converted from another currency.
published, releases
    When the newest source of it was published; the sources of each published figure in it, joined
    with `;`, and these with `+`.

A published figure wins over a computed one unless it is doubtful, converted (and the computed one
is not) or the same less finely (46 billion for 2012, of which the sum of the five, 45.94 billion,
says more); a sum of a better kind of source overrules what it contradicts: `selection.RULE`.
The region's total is first its exports + imports (so the three fit), then its members' totals.
A cell nobody published and nothing can be computed for has no row; a published zero is a row with
the value 0.
"""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import (
    of_frequency,
)
from catrade.cells.identities import narrowed
from catrade.cells.rows import (
    completed,
    frame_of,
    published_rows,
    with_balance,
)
from catrade.cells.selection import select_published
from catrade.tables.names import CENTRAL_ASIA, GROUPS, MIRROR_FLOW


def with_country(cells: pd.DataFrame) -> pd.DataFrame:
    """Add `country` (the Central Asian side) and `china_flow`, so that both books line up.

    `china_flow` is the flow as China sees it: what Kazakhstan reports as imports from China is
    China's `export`. It is empty where China is on neither side. The values do not change, so a
    `balance` keeps the reporter's sign. Where no side is Central Asian, `country` is the partner.
    """
    home = {*CENTRAL_ASIA, *GROUPS}
    sides = cells[["reporter", "partner", "flow"]].to_numpy().tolist()
    country = [
        reporter if reporter in home else partner for reporter, partner, _ in sides
    ]
    flows = [
        flow if reporter == "CHN" else _MIRRORED.get(flow) if partner == "CHN" else ""
        for reporter, partner, flow in sides
    ]
    return cells.assign(
        country=pd.array(country, dtype=str), china_flow=pd.array(flows, dtype=str)
    )


def all_cells(trade: pd.DataFrame, frequency: str = "annual") -> pd.DataFrame:
    """Return the cells of every pair in `trade`, the regions as partner and as reporter included.

    Parameters
    ----------
    trade
        Rows of `load_trade`, several a cell, with the members of any region.
    frequency
        `annual`, `monthly` or `ytd` (January to some month; quarters and halves that start in
        January count, so `2025-H1` becomes `2025-6M`).

    Returns
    -------
    Cell frame with the columns of `with_country`, sorted.
    """
    published = of_frequency(trade, frequency)
    published.attrs = {}  # pandas copies them at every step of a calculation
    rows, _ = completed(published_rows(select_published(published)))
    return with_country(frame_of(with_balance(narrowed(rows))))


_MIRRORED = {**MIRROR_FLOW, "balance": "balance"}
