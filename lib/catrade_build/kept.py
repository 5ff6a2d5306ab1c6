"""What several tables are made of is made once in a process, until a file of data changes."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

import pandas as pd

from catrade_build.tables import as_of
from catrade_build.tables.trade import load_trade, state_of_files
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
    """Keep what a function makes of chosen figures, for each day, until a file of data changes.

    Each caller has a frame of its own, whose columns pandas copies if they are written to.
    """
    signature = inspect.signature(function)
    made: dict[object, Any] = {}
    made_of: list[object] = []

    @functools.wraps(function)
    def keeping(*args: P.args, **kwargs: P.kwargs) -> T:
        for table in TABLES:
            note_reading(table)  # also by who finds them made
        state = state_of_files()
        if made_of != [state]:
            made.clear()
            made_of[:] = [state]
        # However it is asked for: `chosen()` is `chosen("annual")`.
        asked = signature.bind(*args, **kwargs)
        asked.apply_defaults()
        key = (as_of.current(), *asked.arguments.items())
        if key not in made:
            made[key] = function(*args, **kwargs)
        result = made[key]
        if isinstance(result, pd.DataFrame):
            result = result.copy(deep=False)
        return cast("T", result)

    return keeping


@kept
def every_row(*, convert: bool = True) -> pd.DataFrame:
    """Return all that is published, several rows a cell: what `load_trade` does."""
    return load_trade(convert=convert)
