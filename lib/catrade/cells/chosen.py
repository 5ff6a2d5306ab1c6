"""The chosen figures of every pair, flow and frequency, computed once and filtered by everyone."""

from __future__ import annotations

import pandas as pd

from catrade.cells.begins import begins
from catrade.cells.implied import with_computed
from catrade.cells.memory import kept
from catrade.cells.series import all_cells
from catrade.tables.select import refuse_unknown
from catrade.tables.trade import CHOSEN, load_trade


@kept
def chosen(frequency: str = "annual", *, goods: bool = False) -> pd.DataFrame:
    """Return one figure a cell, of every reporter, partner, flow and period.

    Parameters
    ----------
    frequency
        annual (figures that follow from others included, `implied.with_computed`), monthly or ytd.
    goods
        Whether to choose among figures of goods alone, as two sides' figures are compared; an
        exporter's figure with services is then none.

    Returns
    -------
    A cell frame (`catrade.cells.series`) with `begins`, whether another statistic begins with a
    yearly figure (`catrade.cells.begins`). It is kept until a file of data changes.

    Raises
    ------
    ParameterError
        If the frequency is unknown.

    Examples
    --------
    >>> cells = chosen()
    >>> own = cells[(cells["reporter"] == "KAZ") & (cells["year"] == 2025)]
    >>> own = own[own["flow"] == "total"].set_index("partner")["value_usd"] / 1e9
    >>> own[["CHN", "RUS"]].round(1).to_dict()
    {'CHN': 34.2, 'RUS': 27.8}
    """
    refuse_unknown("frequency", frequency, [*CHOSEN.values()])
    coverage = "goods" if goods else None
    trade = load_trade(frequency=None, coverage=coverage)
    if frequency == "annual":
        trade = with_computed(trade[trade["frequency"] == "annual"])
    if goods:
        trade = trade[trade["coverage"] == "goods"]
    cells = all_cells(trade, frequency)
    yearly = frequency == "annual"
    return cells.assign(begins=begins(cells, trade) if yearly else False)
