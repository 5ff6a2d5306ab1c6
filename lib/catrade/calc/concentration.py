"""How concentrated a composition is: the Herfindahl–Hirschman index and UNCTAD's index.

Both take amounts (not necessarily shares) of the items of one whole. An item that is not listed is
worth nothing, so `n` is the number of items there could be, not the number listed: with a fixed `n`
two years are comparable even if they list different items.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from catrade.cells.frames import (
    VALUE_COLUMNS,
    join_ids,
    require_columns,
    require_unique,
)
from catrade.tables.definitions import choices
from catrade.tables.products import FLOW_YEAR
from rounding.errors import ParameterError
from rounding.intervals import Bounds, bounds, share_of_sum_bounds

__all__ = ["concentration", "concentration_index", "hhi"]

#: The trade of one pair as one side's statistics have it.
FLOW = ["exporter", "importer", "reporter"]
#: What a level counts: 96 chapters (77 is reserved) and one for goods not specified by kind.
LEVELS = {
    "hs_chapter": 97,
    "section": len(choices("sections")),
    "group": len(choices("groups")),
    "wits_group": len(choices("wits_groups")),
}


def hhi(
    values: Iterable[float], *, normalised: bool = False, n: int | None = None
) -> float:
    """Return the Herfindahl–Hirschman index, the sum of the squared shares.

    Plain, it runs from 1/n (all items equal) to 1 (one item only); its inverse is the number of
    equal items that would be as concentrated. Normalised, (H − 1/n) / (1 − 1/n), it runs from 0.

    Parameters
    ----------
    values
        Amounts of the items, in any unit, zero or more.
    normalised
        Whether to stretch the index to [0, 1].
    n
        Number of items there could be; by default the number of values.

    Raises
    ------
    ParameterError
        If an amount is no number or negative, all are zero, or `n` is smaller than the number of
        items.

    References
    ----------
    A. O. Hirschman, *National Power and the Structure of Foreign Trade*, 1945 (who takes the square
    root); O. C. Herfindahl, *Concentration in the U.S. Steel Industry*, 1950.

    Examples
    --------
    >>> hhi([5, 3, 2]), hhi([1, 1, 1, 1]), hhi([1, 1, 1, 1], normalised=True)
    (0.38, 0.25, 0.0)
    """
    shares = _shares(values)
    index, least = math.fsum(share**2 for share in shares), 1 / _count(shares, n)
    if not normalised:
        return index
    return 1.0 if least == 1 else max(0.0, (index - least) / (1 - least))


def concentration_index(values: Iterable[float], *, n: int | None = None) -> float:
    """Return UNCTAD's product concentration index, the normalised root of the HHI.

    (√H − √(1/n)) / (1 − √(1/n)), from 0 (all items equal) to 1. UNCTADstat computes it over about
    260 products of SITC at three digits; over chapters it is lower, so never compare the two.

    References
    ----------
    UNCTADstat, merchandise product concentration and diversification indices (Hirschman's root).

    Examples
    --------
    >>> concentration_index([1, 1, 1, 1]), concentration_index([1, 0, 0, 0])
    (0.0, 1.0)
    """
    shares = _shares(values)
    root, least = (
        math.sqrt(math.fsum(share**2 for share in shares)),
        _count(shares, n) ** -0.5,
    )
    return 1.0 if least == 1 else max(0.0, (root - least) / (1 - least))


def _shares(values: Iterable[float]) -> list[float]:
    try:
        amounts = [float(value) for value in values]
    except (TypeError, ValueError):
        raise ParameterError(
            f"amounts must be numbers, such as frame['value_usd']; got {values!r:.60}"
        ) from None
    wrong = [value for value in amounts if not 0 <= value < math.inf]
    if wrong:
        raise ParameterError(f"amounts must be zero or more; got {wrong[0]!r}")
    total = math.fsum(amounts)
    if total == 0:
        raise ParameterError("shares need amounts that do not add up to zero")
    return [amount / total for amount in amounts]


def _count(shares: list[float], n: int | None) -> int:
    listed = sum(share > 0 for share in shares)
    if n is not None and n < listed:
        raise ParameterError(
            f"n must be at least the number of items listed, {listed}; got {n}"
        )
    return len(shares) if n is None else n


def item_column(frame: pd.DataFrame, function: str) -> str:
    """Return which of hs_chapter, section, group, wits_group names the items of `frame`."""
    for column in LEVELS:
        if column in frame.columns:
            return column
    require_columns(frame, ["hs_chapter"], function)
    raise AssertionError  # require_columns has raised


def prepared_items(frame: pd.DataFrame, function: str) -> tuple[pd.DataFrame, str]:
    """Check a composition frame; return it with a plain index, and its item column."""
    item = item_column(frame, function)
    require_columns(frame, [*FLOW_YEAR, item, *VALUE_COLUMNS], function)
    require_unique(frame, [*FLOW_YEAR, item], function)
    return frame.reset_index(drop=True), item


def unlisted(frame: pd.DataFrame) -> pd.Series[float]:
    """Return for each row how much of its flow the rows may lack (0 where nothing says so)."""
    if "unlisted_usd" in frame.columns:
        return frame["unlisted_usd"].astype(float)
    return pd.Series(0.0, index=frame.index)


def source_ids(frame: pd.DataFrame, keys: list[str]) -> pd.Series[str]:
    """Return for each group of rows its source ids, joined with `;` ("" if they name none)."""
    ids = (
        frame["source_id"]
        if "source_id" in frame.columns
        else pd.Series("", frame.index)
    )
    grouped = ids.groupby([frame[key] for key in keys])
    return grouped.agg(join_ids).rename("source_ids")


def flow_bounds(frame: pd.DataFrame) -> tuple[Bounds, Bounds]:
    """Return the bounds of each row and of the whole of its flow and year."""
    part = bounds(frame)
    flow = frame.groupby(FLOW_YEAR).ngroup()
    high = part.high.groupby(flow).transform("sum") + unlisted(frame)
    return part, Bounds(part.low.groupby(flow).transform("sum"), high)


def concentration(frame: pd.DataFrame, *, n: int | None = None) -> pd.DataFrame:
    """Return how concentrated each flow is in each year.

    Parameters
    ----------
    frame
        Rows of `load_composition`: exporter, importer, reporter, year, an item column (hs_chapter,
        section or group), value_usd, low_usd, high_usd and, where a source leaves cells out,
        unlisted_usd.
    n
        Number of items there could be; by default that of the level (97 chapters, 22 sections, 18
        groups).

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, level, items (listed), n, hhi, hhi_low, hhi_high,
        hhi_normalised, concentration_index, equivalent_items (1/HHI) with its bounds, largest
        (code), largest_share, source_ids. The bounds hold whatever the true values were within
        theirs.

    Raises
    ------
    ParameterError
        If a column is missing, an item stands twice, or there are more items than `n`.

    Examples
    --------
    >>> rows = pd.DataFrame({"exporter": "CHN", "importer": "UZB", "reporter": "CHN", "year": 2024,
    ...     "group": ["machinery", "chemicals"], "value_usd": [3.0, 1.0],
    ...     "low_usd": [3.0, 1.0], "high_usd": [3.0, 1.0]})
    >>> concentration(rows)[["items", "hhi", "largest", "largest_share"]].to_dict("records")
    [{'items': 2, 'hhi': 0.625, 'largest': 'machinery', 'largest_share': 0.75}]
    """
    frame, item = prepared_items(frame, "concentration")
    count = LEVELS[item] if n is None else n
    part, total = flow_bounds(frame)
    limits = share_of_sum_bounds(part, total)
    # Goods that are not listed may all be one more item, or so many that none counts.
    missing = (unlisted(frame) / (total.low + unlisted(frame))).fillna(0.0)
    flows = frame.assign(
        listed=frame["value_usd"] > 0,
        low=limits.low**2,
        high=limits.high**2,
        missing=missing**2,
    ).groupby(FLOW_YEAR)
    value = flows["value_usd"]
    index = value.agg(hhi)
    low = flows["low"].sum().clip(upper=index)
    high = (
        (flows["high"].sum() + flows["missing"].first())
        .clip(lower=index)
        .clip(upper=1.0)
    )
    result = pd.DataFrame(
        {
            "level": item,
            "items": flows["listed"].sum(),
            "n": count,
            "hhi": index,
            "hhi_low": low,
            "hhi_high": high,
            "hhi_normalised": value.agg(hhi, normalised=True, n=count),
            "concentration_index": value.agg(concentration_index, n=count),
            "equivalent_items": 1 / index,
            "equivalent_items_low": 1 / high,
            "equivalent_items_high": 1 / low,
            "largest": frame.loc[value.idxmax()].set_index(FLOW_YEAR)[item],
            "largest_share": value.max() / value.sum(),
            "source_ids": source_ids(frame, FLOW_YEAR),
        }
    ).reset_index()
    result.attrs.update(frame.attrs)
    return result
