"""How much one country weighs in a region's growth, and what is known of its sudden trade."""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import join_ids, require_columns
from catrade.cells.rows import CELL_COLUMNS
from catrade.names import FLOWS
from catrade.trade_composition.both_sides import gold_effect
from catrade.trade_growth.growth import growth
from pagemill.errors import ParameterError
from pagemill.intervals import Bounds, bounds, difference_bounds, share_bounds


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
    keys = ["flow", "period"]
    both = whole.merge(part[[*keys, "value_usd", "low_usd", "high_usd", "source_ids"]], on=keys,
                       suffixes=("", "_part"))  # fmt: skip
    rest = difference_bounds(bounds(both), Bounds(both["low_usd_part"], both["high_usd_part"]))
    ids = zip(both["source_ids"], both["source_ids_part"], strict=True)
    less = both.assign(
        value_usd=both["value_usd"] - both["value_usd_part"],
        low_usd=rest.low,
        high_usd=rest.high,
        source_ids=[join_ids(pair) for pair in ids],
    )[CELL_COLUMNS]
    frames = [
        growth(frame).assign(series=name)
        for name, frame in (("region", whole), ("without", less), ("country", part))
    ]
    columns = ["series", "flow", "period", "year", "base_period", "value_usd", "growth"]
    columns += ["growth_low", "growth_high", "change_usd", "change_low_usd", "change_high_usd"]
    return pd.concat(frames, ignore_index=True)[[*columns, "source_ids"]]


def late_in_year(months: pd.DataFrame, years: pd.DataFrame, first_month: int = 10) -> pd.DataFrame:
    """Return what part of each year's flow fell in its last months.

    Parameters
    ----------
    months, years
        Figures of one pair and flow in one currency (`running.figures`).
    first_month
        The first of the last months.

    Returns
    -------
    DataFrame
        year, share with bounds (share_low, share_high), source_ids; years whose last months and
        whole figure are all there. Months are as first published, the year as revised within it.
    """
    late = months[months["period"].str[5:].astype(int) >= first_month]
    sums = late.groupby("year")[["value", "low", "high"]].sum(min_count=13 - first_month)
    both = (
        years.set_index("year")
        .join(sums.add_suffix("_late"), how="inner")
        .dropna(subset=["value_late"])
    )
    both = both[both["low"] > 0]
    ends = share_bounds(bounds(both, "low_late", "high_late"), bounds(both, "low", "high"))
    share = both["value_late"] / both["value"]
    found = both.assign(share=share, share_low=ends.low, share_high=ends.high).reset_index()
    return found[["year", "share", "share_low", "share_high", "source_ids"]]


def gold_known(
    cells: pd.DataFrame,
    highlights: pd.DataFrame,
    year: int,
    *,
    country: str = "KGZ",
    region: str = "CA5",
) -> pd.DataFrame:
    """Return `books.gold_effect` of a year, or an empty frame where a figure for it is missing."""
    try:
        return gold_effect(cells, highlights, year, country=country, region=region)
    except ParameterError:  # which figure is missing does not matter here: there is no answer
        return pd.DataFrame(columns=["measure", "series", "value", "low", "high", "source_ids"])
