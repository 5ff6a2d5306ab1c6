"""How much one country weighs in a region's growth."""

from __future__ import annotations

import pandas as pd

from catrade.calc.growth import growth
from catrade.cells.frames import require_columns, with_sources
from catrade.cells.rows import CELL_COLUMNS
from catrade.tables.names import FLOWS
from rounding.intervals import bounds, difference_bounds

__all__ = ["without_country"]

_COLUMNS = ["series", "flow", "period", "year", "base_period", "value_usd", "growth"]
_COLUMNS += [
    "growth_low",
    "growth_high",
    "change_usd",
    "change_low_usd",
    "change_high_usd",
]


def without_country(
    cells: pd.DataFrame, country: str, *, region: str = "CA5", reporter: str = "CHN"
) -> pd.DataFrame:
    """Return the region's growth with and without one country, each flow and year.

    Parameters
    ----------
    cells
        Yearly cell frame of one reporter with the region and the country.

    Returns
    -------
    DataFrame
        series (`region`, `without`, `country`), flow, period, year, base_period, value_usd,
        growth and change_usd with bounds (see `growth.growth`), source_ids. The country's rows
        hold the years for which its growth can be computed; without figures of either there is no
        row. `without` takes each figure of the region less the country's, whose bounds are
        independent, so it is never too narrow.
    """
    require_columns(cells, CELL_COLUMNS, "without_country")
    rows = cells[(cells["reporter"] == reporter) & cells["flow"].isin(FLOWS)]
    whole, part = rows[rows["partner"] == region], rows[rows["partner"] == country]
    kept = ["flow", "period", "value_usd", "low_usd", "high_usd", "source_ids"]
    both = whole.merge(part[kept], on=["flow", "period"], suffixes=("", "_part"))
    rest = difference_bounds(
        bounds(both), bounds(both, "low_usd_part", "high_usd_part")
    )
    value = both["value_usd"] - both["value_usd_part"]
    less = both.assign(value_usd=value, low_usd=rest.low, high_usd=rest.high)
    less = with_sources(less, "source_ids_part")
    frames = {"region": whole, "without": less[CELL_COLUMNS], "country": part}
    rates = [growth(frame).assign(series=name) for name, frame in frames.items()]
    return pd.concat(rates, ignore_index=True)[[*_COLUMNS, "source_ids"]]
