"""How concentrated a composition is: the Herfindahl–Hirschman index and UNCTAD's index.

An item that is not listed is worth nothing, so `n` is the number of items there could be, not the
number listed: two years are comparable even if they list different items.

Frames of goods are figure frames as `ct.goods` returns them: one row an item (hs_chapter, section,
group or wits_group; its name is `goods`) of a flow (exporter, importer, reporter) in a year, with
value_bn, low_bn, high_bn and unlisted_bn, the most a flow may hold in cells its source leaves out.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from catrade_build.cells.frames import (
    VALUE_COLUMNS,
    first_present,
    join_ids,
    require_columns,
    require_unique,
)
from catrade_build.tables.definitions import choices
from catrade_build.tables.goods import FLOW_YEAR
from rounding.errors import ParameterError
from rounding.intervals import Bounds, bounds, share_of_sum_bounds

#: The trade of one pair as one side's statistics have it.
FLOW = ["exporter", "importer", "reporter"]
#: What a level counts: 96 chapters (77 is reserved) and one for goods not specified by kind.
LEVELS = {
    "hs_chapter": 97,
    "section": len(choices("sections")),
    "group": len(choices("groups")),
    "wits_group": len(choices("wits_groups")),
    "code": 10,  # sections of the SITC
}


def hhi_of_shares(values: Iterable[float]) -> float:
    """Return the Herfindahl–Hirschman index, the sum of the squared shares.

    It runs from 1/n (all items equal) to 1 (one item only); its inverse is the number of equal
    items that would be as concentrated.

    Parameters
    ----------
    values
        Amounts of the items, in any unit, zero or more.

    Raises
    ------
    ParameterError
        If an amount is no number or negative, or all are zero.

    References
    ----------
    A. O. Hirschman, *National Power and the Structure of Foreign Trade*, 1945 (who takes the square
    root); O. C. Herfindahl, *Concentration in the U.S. Steel Industry*, 1950.

    Examples
    --------
    >>> hhi_of_shares([5, 3, 2]), hhi_of_shares([1, 1, 1, 1])
    (0.38, 0.25)
    """
    try:
        amounts = [float(value) for value in values]
    except (TypeError, ValueError):
        raise ParameterError(
            f"amounts must be numbers, such as frame['value_bn']; got {values!r:.60}"
        ) from None
    wrong = [value for value in amounts if not 0 <= value < math.inf]
    if wrong:
        raise ParameterError(f"amounts must be zero or more; got {wrong[0]!r}")
    total = math.fsum(amounts)
    if total == 0:
        raise ParameterError("shares need amounts that do not add up to zero")
    return math.fsum((amount / total) ** 2 for amount in amounts)


def prepared_items(frame: pd.DataFrame, function: str) -> tuple[pd.DataFrame, str]:
    """Check a frame of goods; return it with a plain index, and the column of its items."""
    item = first_present([*LEVELS], frame) or "hs_chapter"
    require_columns(frame, [item, *FLOW_YEAR, *VALUE_COLUMNS], function)
    require_unique(frame, [*FLOW_YEAR, item], function)
    frame = frame.reset_index(drop=True)
    if "unlisted_bn" not in frame:
        frame["unlisted_bn"] = 0.0
    return frame, item


def sources_of(frame: pd.DataFrame, keys: list[str]) -> pd.Series[str]:
    """Return for each group of rows its sources, joined with `;` ("" if they name none)."""
    if "sources" not in frame:
        frame = frame.assign(sources="")
    return frame.groupby(keys)["sources"].agg(join_ids)


def flow_bounds(frame: pd.DataFrame) -> tuple[Bounds, Bounds]:
    """Return the bounds of each row and of the whole of its flow and year."""
    sums = frame.groupby(FLOW_YEAR)[["low_bn", "high_bn"]].transform("sum")
    most = sums["high_bn"] + frame["unlisted_bn"]
    return bounds(frame), Bounds(sums["low_bn"], most)


def concentration(frame: pd.DataFrame) -> pd.DataFrame:
    """Return how concentrated each flow is in each year.

    Parameters
    ----------
    frame
        A frame of goods.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, level, items (listed), n (that there could be), hhi,
        hhi_low, hhi_high, hhi_normalised ((H − 1/n) / (1 − 1/n), from 0), concentration_index
        (UNCTAD's: the same of the roots), equivalent_items (1/HHI) with its bounds, largest
        (code), largest_share, sources, goods (name of the largest). The bounds hold whatever the
        true values were within theirs. UNCTADstat takes about 260 products of SITC at three
        digits; over chapters its index is lower, so never compare the two.

    Raises
    ------
    ParameterError
        If a column is missing or an item stands twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"exporter": "CHN", "importer": "UZB", "reporter": "CHN", "year": 2024,
    ...     "group": ["machinery", "chemicals"], "value_bn": [3.0, 1.0],
    ...     "low_bn": [3.0, 1.0], "high_bn": [3.0, 1.0]})
    >>> concentration(rows)[["items", "hhi", "largest", "largest_share"]].to_dict("records")
    [{'items': 2, 'hhi': 0.625, 'largest': 'machinery', 'largest_share': 0.75}]
    """
    frame, item = prepared_items(frame, "hhi")
    # Of a flow worth nothing there are no shares.
    worth = frame.groupby(FLOW_YEAR)["value_bn"].transform("sum")
    frame = frame[worth > 0].reset_index(drop=True)
    part, total = flow_bounds(frame)
    limits = share_of_sum_bounds(part, total)
    # Goods that are not listed may all be one more item, or so many that none counts.
    unlisted = frame["unlisted_bn"]
    missing = unlisted / (total.low + unlisted)
    frame = frame.assign(
        low=limits.low**2,
        high=limits.high**2,
        missing=missing.fillna(0.0) ** 2,
        listed=frame["value_bn"] > 0,
    )
    flows = frame.groupby(FLOW_YEAR)
    value = flows["value_bn"]
    index = value.agg(hhi_of_shares)
    low = flows["low"].sum().clip(upper=index)
    high = flows["high"].sum() + flows["missing"].first()
    high = high.clip(lower=index, upper=1.0)
    top = frame.loc[value.idxmax()].set_index(FLOW_YEAR)
    least = 1 / LEVELS[item]
    root, least_root = index**0.5, least**0.5
    result = pd.DataFrame(
        {
            "level": item,
            "items": flows["listed"].sum(),
            "n": LEVELS[item],
            "hhi": index,
            "hhi_low": low,
            "hhi_high": high,
            "hhi_normalised": (index - least) / (1 - least),
            "concentration_index": (root - least_root) / (1 - least_root),
            "equivalent_items": 1 / index,
            "equivalent_items_low": 1 / high,
            "equivalent_items_high": 1 / low,
            "largest": top[item],
            "largest_share": value.max() / value.sum(),
            "sources": sources_of(frame, FLOW_YEAR),
            **top.filter(["goods"]),
        }
    )
    return result.reset_index()
