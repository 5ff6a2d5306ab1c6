"""How much one country weighs in a region's growth, and what is known of its sudden trade."""

from __future__ import annotations

import pandas as pd

from catrade.books import gold_effect
from catrade.errors import ParameterError
from catrade.frames import join_ids, require_columns
from catrade.growth import growth
from catrade.intervals import Bounds, Interval, bounds, difference_bounds
from catrade.names import FLOWS
from catrade.series_rows import CELL_COLUMNS


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
        row. `without` takes each figure of the
        region less the country's, whose bounds are independent, so it is never too narrow.
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


def share_of_year(months: pd.DataFrame, first_month: int = 10) -> tuple[float, Interval] | None:
    """Return what part of a year's flow fell in its last months, from monthly cells.

    Parameters
    ----------
    months
        Monthly cells of one pair, flow and year, as many as were published.
    first_month
        The first of the last months.

    Returns
    -------
    The share and its interval, or None without a month in either part. A month that was not
    published counts as nothing, so with gaps before `first_month` the share is at most this.
    """
    late = months["period"].str[5:].astype(int) >= first_month
    if not late.any() or late.all():
        return None
    early, end = months[~late], months[late]
    value = end["value_usd"].sum() / months["value_usd"].sum()
    ends = Interval(end["low_usd"].sum(), end["high_usd"].sum())
    before = Interval(early["low_usd"].sum(), early["high_usd"].sum())
    low = ends.low / (ends.low + before.high)
    return float(value), Interval(low, ends.high / (ends.high + before.low))


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
