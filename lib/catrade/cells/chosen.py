"""The chosen figures of every pair, flow and frequency, computed once and filtered by everyone."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import pandas as pd

from catrade.cells.begins import begins
from catrade.cells.implied import with_computed
from catrade.cells.series import all_cells
from catrade.tables.select import refuse_unknown
from catrade.tables.trade import CHOSEN, load_trade, state
from pagemill.reads import note_reading

P = ParamSpec("P")
T = TypeVar("T")

#: The tables that chosen figures rest on.
TABLES = (
    "composition",
    "composition_totals",
    "countries",
    "exchange_rates",
    "hs_chapters",
    "sources",
    "trade",
    "trade_shares",
)


def kept(function: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function makes of chosen figures until a file of data changes.

    Each caller has a frame of its own, whose columns pandas copies if they are written to.
    """
    cache: dict[object, T] = {}
    of_state: list[object] = []
    signature = inspect.signature(function)

    @functools.wraps(function)
    def keeping(*args: P.args, **kwargs: P.kwargs) -> T:
        for table in TABLES:
            note_reading(table)  # also by who finds it computed
        now = (pd.options.mode.string_storage, state())
        if of_state != [now]:
            cache.clear()
            of_state[:] = [now]
        # However it is asked for: `chosen()` is `chosen("annual")`.
        asked = signature.bind(*args, **kwargs)
        asked.apply_defaults()
        key = tuple(asked.arguments.items())
        if key not in cache:
            cache[key] = function(*args, **kwargs)
        found = cache[key]
        if isinstance(found, pd.DataFrame):
            return cast("T", found.copy(deep=False))
        return found

    return keeping


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
