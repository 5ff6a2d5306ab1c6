"""What changed in a composition between two years: shares, and contributions to growth.

Functions take composition frames, see `catrade.calc.composition`. Shares and
contributions are fractions; times 100 a contribution or a change of a share is in percentage
points.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade.calc.composition import labels_of, named_items, share
from catrade.calc.concentration import (
    FLOW,
    flow_bounds,
    prepared_items,
    source_ids,
    unlisted,
)
from catrade.cells.frames import VALUE_COLUMNS, require_columns
from catrade.tables.products import FLOW_YEAR
from rounding.errors import ParameterError
from rounding.intervals import bounds, difference_bounds, ratio_bounds

__all__ = [
    "burst",
    "composition_change",
    "contribution_to_change",
    "peak_between",
    "revision_breaks",
]

#: What lies this part above both ends of a series is told; less is no news.
_PEAK = 0.05
#: A flow that had this part of its months' sum in less than half of them came in a burst.
_BURST = 0.9
#: Months that must have passed since a burst, so that it is known to be over.
_PASSED = 3

#: What each year of a comparison holds of an item, and of its flow.
_OF_ITEM = (*VALUE_COLUMNS, "share", "share_low", "share_high")
_OF_FLOW = ("total", "total_low", "total_high", "spare")


def composition_change(frame: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Compare the shares of two years, item by item.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, item column, its labels, start, end, share_start, share_end,
        change (share_end − share_start; times 100 it is percentage points), change_low,
        change_high, source_ids, from the largest rise to the largest fall. Changes of a flow sum to
        zero. Flows without both years are left out.

    Raises
    ------
    ParameterError
        If no flow has both years; the sentence lists the years there are.
    """
    pair, item = _two_years(frame, start, end, "composition_change")
    ends = (
        bounds(pair, f"share_low_{at}", f"share_high_{at}") for at in ("end", "start")
    )
    limits = difference_bounds(*ends)
    change = pair["share_end"] - pair["share_start"]
    pair = pair.assign(change=change, change_low=limits.low, change_high=limits.high)
    numbers = ["share_start", "share_end", "change", "change_low", "change_high"]
    return _ordered(pair, item, numbers, "change")


def contribution_to_change(frame: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Split a flow's growth between two years into its items' contributions, (x1 − x0) / X0.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, item column, its labels, start, end, start_usd, end_usd,
        change_usd, contribution (fraction of the flow's start value; times 100 it is percentage
        points), contribution_low, contribution_high, growth (of the listed flow; the contributions
        sum to it), source_ids. Sorted from the largest push up to the largest push down.

    Raises
    ------
    ParameterError
        If no flow has both years.

    References
    ----------
    Insee, *Contribution to GDP growth (national accounts)*, the case of current prices.
    """
    pair, item = _two_years(frame, start, end, "contribution_to_change")
    ends = (bounds(pair, f"low_usd_{at}", f"high_usd_{at}") for at in ("end", "start"))
    total = bounds(pair, "total_low_start", "total_high_start")
    limits = ratio_bounds(difference_bounds(*ends), total)
    pair = pair.rename(
        columns={"value_usd_start": "start_usd", "value_usd_end": "end_usd"}
    )
    change = pair["end_usd"] - pair["start_usd"]
    pair = pair.assign(
        change_usd=change,
        contribution=change / pair["total_start"],
        contribution_low=limits.low,
        contribution_high=limits.high,
        growth=pair["total_end"] / pair["total_start"] - 1,
    )
    numbers = ["start_usd", "end_usd", "change_usd", "contribution"]
    numbers += ["contribution_low", "contribution_high", "growth"]
    return _ordered(pair, item, numbers, "contribution")


def _two_years(
    frame: pd.DataFrame, start: int, end: int, function: str
) -> tuple[pd.DataFrame, str]:
    """Return one row an item with the columns of both years (suffixes _start and _end)."""
    if not end > start:
        raise ParameterError(f"end must be after start; got start={start}, end={end}")
    frame, item = prepared_items(frame, function)
    _, total = flow_bounds(frame)
    shares = share(
        frame.assign(total_low=total.low, total_high=total.high, spare=unlisted(frame))
    )
    shares["total"] = shares.groupby(FLOW_YEAR)["value_usd"].transform("sum")
    ends = {start: "start", end: "end"}
    wide = shares[shares["year"].isin(ends)].assign(end=shares["year"].map(ends))
    wide = wide.pivot_table([*_OF_ITEM, *_OF_FLOW], [*FLOW, item], "end")
    pair = wide.set_axis(wide.columns.map("_".join), axis="columns")
    pair = pair.reindex(
        columns=[
            f"{name}_{at}" for name in (*_OF_ITEM, *_OF_FLOW) for at in ends.values()
        ]
    )
    of_flow = [f"{name}_{at}" for name in _OF_FLOW for at in ends.values()]
    pair[of_flow] = pair[of_flow].groupby(level=FLOW).transform("max")
    pair = pair.dropna(subset=of_flow).reset_index()
    if pair.empty:
        has = ", ".join(map(str, sorted(frame["year"].unique()))) or "no years"
        raise ParameterError(
            f"{function} needs a flow with both {start} and {end}; the frame has {has}"
        )
    for at in ends.values():
        # An item a source does not list is worth nothing, or no more than the cells left out.
        spare = pair[f"spare_{at}"]
        most = (spare / (pair[f"total_low_{at}"] + spare)).fillna(0.0)
        absent = {"high_usd": spare, "share_high": most}
        for name in _OF_ITEM:
            pair[f"{name}_{at}"] = pair[f"{name}_{at}"].fillna(absent.get(name, 0.0))
    pair = pair.join(named_items(frame, item), on=item).assign(start=start, end=end)
    of_years = frame[frame["year"].isin(ends)]
    return pair.join(source_ids(of_years, FLOW), on=FLOW), item


def _ordered(
    frame: pd.DataFrame, item: str, columns: Sequence[str], by: str
) -> pd.DataFrame:
    ranked = frame.assign(fall=-frame[by]).sort_values([*FLOW, "fall"])
    kept = [
        *FLOW,
        item,
        *labels_of(frame, item),
        "start",
        "end",
        *columns,
        "source_ids",
    ]
    return ranked[kept].reset_index(drop=True)


def revision_breaks(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the years in which a reporter's HS edition changes.

    The Harmonized System is revised about every five years (editions H4 of 2012, H5 of 2017, H6
    of 2022), and a reporter changes over in a year of its own: from then on some codes are split,
    merged or moved. Without the UN's correspondence tables a code seen on one side only cannot be
    followed.

    Parameters
    ----------
    frame
        Rows with `reporter`, `year` and `classification` (others are ignored).

    Returns
    -------
    DataFrame
        reporter, year (first year of the new edition), previous_year, from_edition, to_edition.

    Raises
    ------
    ParameterError
        If a column is missing or a reporter has two editions in one year.

    Examples
    --------
    >>> series = pd.DataFrame({"reporter": "CHN", "year": [2020, 2021, 2022],
    ...                        "classification": ["H5", "H5", "H6"]})
    >>> revision_breaks(series).to_dict("records")
    [{'reporter': 'CHN', 'year': 2022, 'previous_year': 2021, 'from_edition': 'H5',
      'to_edition': 'H6'}]
    """
    columns = ["reporter", "year", "classification"]
    require_columns(frame, columns, "revision_breaks")
    editions = frame[columns].drop_duplicates().sort_values(columns)
    twice = editions[editions.duplicated(columns[:2])]
    if len(twice):
        who, year = twice.iloc[0][columns[:2]]
        raise ParameterError(
            f"revision_breaks needs one HS edition a reporter and year; {who} {year} has several"
        )
    before = editions.groupby("reporter").shift()
    found = editions.assign(
        previous_year=before["year"], from_edition=before["classification"]
    ).rename(columns={"classification": "to_edition"})
    found = found[
        found["from_edition"].notna() & (found["from_edition"] != found["to_edition"])
    ]
    names = ["reporter", "year", "previous_year", "from_edition", "to_edition"]
    return found[names].astype({"previous_year": int}).reset_index(drop=True)


def peak_between(values: pd.Series[float]) -> int | None:
    """Return the year between a series' first and last in which it stood clearly above both.

    Whoever says that a figure rose from the first year to the last must say so too.

    Parameters
    ----------
    values
        Figures by year, oldest first.

    Examples
    --------
    >>> peak_between(pd.Series({2017: 3.7, 2023: 24.8, 2024: 20.2}))
    2023
    >>> peak_between(pd.Series({2017: 3.7, 2023: 24.8, 2024: 24.9})) is None
    True
    """
    known = values.dropna()
    if len(known) < 3 or known.max() <= (1 + _PEAK) * known.iloc[[0, -1]].max():
        return None
    return int(known.index[int(known.argmax())])


def burst(months: pd.Series[float]) -> dict[str, Any]:
    """Return the shortest run of months that holds nine tenths of a flow, if it is over.

    Parameters
    ----------
    months
        Figures by month (`2024-10`), oldest first, none missing.

    Returns
    -------
    dict
        first and last (month), count and value of the run, count_since and value_since of all
        months after it; empty if the run takes half of the months or is hardly over.

    Examples
    --------
    >>> values = [1.0, 1, 50, 40, 1, 1, 1, 1]
    >>> months = pd.Series(values, index=[f"2025-{n:02}" for n in range(1, 9)])
    >>> burst(months)["last"], burst(months)["value"], burst(months)["value_since"]
    ('2025-04', 90.0, 4.0)
    """
    number = len(months)
    for count in range(1, (number + 1) // 2):
        sums = months.rolling(count).sum()
        if sums.max() < _BURST * months.sum():
            continue
        end = int(sums.argmax()) + 1
        if number - end < _PASSED:
            return {}
        return {
            "first": months.index[end - count],
            "last": months.index[end - 1],
            "count": count,
            "value": float(sums.max()),
            "count_since": number - end,
            "value_since": float(months.iloc[end:].sum()),
        }
    return {}
