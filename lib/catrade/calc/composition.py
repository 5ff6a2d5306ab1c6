"""What trade consists of: shares, the largest items, groups of items.

Functions take *composition frames*, as `load_composition` returns them: one row an item
(hs_chapter, section, group or wits_group) of a flow (exporter, importer, reporter) in a year, with
value_usd, low_usd, high_usd and unlisted_usd, the most a flow may hold in cells its source leaves
out. A composition is of listed goods; the bounds allow for the unlisted ones. Shares are fractions.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from catrade.calc.concentration import (
    flow_bounds,
    prepared_items,
    source_ids,
    unlisted,
)
from catrade.cells.frames import VALUE_COLUMNS, require_columns
from catrade.tables.products import FLOW_YEAR
from catrade.tables.select import refuse_unknown
from rounding.errors import ParameterError
from rounding.intervals import bounds, share_of_sum_bounds

__all__ = ["group_share", "share", "top_items"]

#: Code of the row that takes the items outside the largest.
OTHER = "other"
OTHER_NAME = "All other"
#: Columns that follow from the item and are carried along.
LABELS = (
    *("chapter_name", "short_name", "section", "section_name", "section_short"),
    *("group", "group_name", "high_tech", "wits_name"),
)
#: The label of an item for a chart, by the column that names the item.
LABEL = {
    "hs_chapter": "short_name",
    "section": "section_short",
    "group": "group_name",
    "wits_group": "wits_name",
}


def labels_of(frame: pd.DataFrame, item: str) -> list[str]:
    """Return which columns of a frame say something of its items besides the code."""
    return [name for name in LABELS if name in frame.columns and name != item]


def named_items(frame: pd.DataFrame, item: str) -> pd.DataFrame:
    """Return the labels of the items of a frame, by item."""
    return frame.drop_duplicates(item).set_index(item)[labels_of(frame, item)]


def share(frame: pd.DataFrame) -> pd.DataFrame:
    """Return each item's share in its flow and year.

    Returns
    -------
    DataFrame
        The frame plus share (in the listed goods; they sum to 1 in each flow and year), share_low
        and share_high (whatever the true values and the unlisted ones are). A flow worth nothing
        has no rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"exporter": "KAZ", "importer": "CHN", "reporter": "KAZ", "year": 2024,
    ...     "hs_chapter": ["26", "27"], "value_usd": [3.0, 1.0], "low_usd": [3.0, 1.0],
    ...     "high_usd": [3.0, 1.0], "unlisted_usd": 1.0})
    >>> share(frame)[["hs_chapter", "share", "share_low", "share_high"]].to_dict("list")
    {'hs_chapter': ['26', '27'], 'share': [0.75, 0.25], 'share_low': [0.6, 0.2],
     'share_high': [0.75, 0.25]}
    """
    frame, _ = prepared_items(frame, "share")
    limits = share_of_sum_bounds(*flow_bounds(frame))
    sums = frame.groupby(FLOW_YEAR)["value_usd"].transform("sum")
    shares = frame["value_usd"] / sums
    result = frame.assign(share=shares, share_low=limits.low, share_high=limits.high)
    return result.dropna(subset=["share", "share_low"]).reset_index(drop=True)


def top_items(frame: pd.DataFrame, n: int = 10) -> pd.DataFrame:
    """Keep the `n` largest items of each flow and year and put the rest into one row, `other`.

    Returns
    -------
    DataFrame
        The frame's flow, year, item, labels and value columns plus rank (1 is the largest, `other`
        comes last) and members (items in the row). Values add up to what they were.

    Raises
    ------
    ParameterError
        If `n` is less than 1.

    Examples
    --------
    >>> frame = pd.DataFrame({"exporter": "KAZ", "importer": "CHN", "reporter": "KAZ", "year": 2024,
    ...     "hs_chapter": ["26", "27", "74"], "value_usd": [3.0, 2.0, 1.0],
    ...     "low_usd": [3.0, 2.0, 1.0], "high_usd": [3.0, 2.0, 1.0]})
    >>> top_items(frame, 1)[["hs_chapter", "value_usd", "members"]].to_numpy().tolist()
    [['26', 3.0, 1], ['other', 3.0, 2]]
    """
    if n < 1:
        raise ParameterError(f"n must be at least 1; got {n}")
    frame, item = prepared_items(frame, "top_items")
    work = frame.sort_values([*FLOW_YEAR, item]).assign(members=1)
    rank = work.groupby(FLOW_YEAR)["value_usd"].rank(method="first", ascending=False)
    work["rank"] = rank.clip(upper=n + 1).astype(int)
    labels = labels_of(frame, item)
    work[item] = work[item].mask(rank > n, OTHER)
    work[labels] = work[labels].mask(rank > n, OTHER_NAME)
    kept = [
        c
        for c in (*labels, "basis", "coverage", "source_id", "unlisted_usd")
        if c in work
    ]
    rule = dict.fromkeys([*VALUE_COLUMNS, "members"], "sum") | dict.fromkeys(
        kept, "first"
    )
    result = work.groupby([*FLOW_YEAR, "rank", item]).agg(rule).reset_index()
    result.attrs.update(frame.attrs)
    return result


def group_share(
    frame: pd.DataFrame, members: Sequence[str], *, by: str = "group"
) -> pd.DataFrame:
    """Return the joint share of some items in each flow and year.

    Parameters
    ----------
    frame
        A composition frame.
    members
        Codes in column `by`, such as `["machinery", "electronics", "vehicles"]`.
    by
        The column that holds the codes.

    Returns
    -------
    DataFrame
        exporter, importer, reporter, year, value_usd, share, share_low, share_high, source_ids;
        one row a flow and year, also where none of the members is listed (share 0).

    Raises
    ------
    ParameterError
        If the frame has no column `by` or a member occurs in it nowhere.
    """
    require_columns(frame, [by], "group_share")
    if len(frame):
        refuse_unknown(f"members ({by})", members, set(frame[by]))
    frame, _ = prepared_items(frame, "group_share")
    figures, flows = frame[list(VALUE_COLUMNS)], [frame[name] for name in FLOW_YEAR]
    part = figures.where(frame[by].isin(list(members)), 0.0).groupby(flows).sum()
    whole, spare = figures.groupby(flows).sum(), unlisted(frame).groupby(flows).first()
    # Unlisted goods may all belong to the group, or all to the rest.
    part["high_usd"] += spare
    whole["high_usd"] += 2 * spare
    limits = share_of_sum_bounds(bounds(part), bounds(whole))
    result = part[["value_usd"]].assign(
        share=part["value_usd"] / whole["value_usd"],
        share_low=limits.low,
        share_high=limits.high,
        source_ids=source_ids(frame, FLOW_YEAR),
    )
    return result.reset_index()
