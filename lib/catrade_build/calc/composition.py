"""What trade consists of: each item's share in its flow and year.

Frames of goods have one row an item (hs_chapter, section, group or wits_group) of a flow (exporter,
importer, reporter) in a year, with value_bn, low_bn, high_bn and unlisted_bn, the most a flow may
hold in cells its source leaves out. A share is one of listed goods; bounds allow for the others.
"""

from __future__ import annotations

import pandas as pd

from catrade_build.cells.frames import VALUE_COLUMNS
from catrade_build.tables.goods import FLOW_YEAR
from rounding.intervals import Bounds, bounds, share_of_sum_bounds


def share_in_flow(frame: pd.DataFrame) -> pd.DataFrame:
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
    ...     "hs_chapter": ["26", "27"], "value_bn": [3.0, 1.0], "low_bn": [3.0, 1.0],
    ...     "high_bn": [3.0, 1.0], "unlisted_bn": 1.0})
    >>> share_in_flow(frame)[["hs_chapter", "share", "share_low", "share_high"]].to_dict("list")
    {'hs_chapter': ['26', '27'], 'share': [0.75, 0.25], 'share_low': [0.6, 0.2],
     'share_high': [0.75, 0.25]}
    """
    frame = frame.reset_index(drop=True)
    whole = frame.groupby(FLOW_YEAR)[[*VALUE_COLUMNS]].transform("sum")
    most = whole["high_bn"] + frame.get("unlisted_bn", 0.0)
    limits = share_of_sum_bounds(bounds(frame), Bounds(whole["low_bn"], most))
    shares = frame.assign(
        share=frame["value_bn"] / whole["value_bn"],
        share_low=limits.low,
        share_high=limits.high,
    )
    return shares.dropna(subset=["share", "share_low"], ignore_index=True)
