"""What trade consists of: each item's share, and what it brought to growth.

Functions take frames of goods, see `catrade_build.calc.concentration`. A composition is of listed
goods; bounds allow for the unlisted ones. Shares and contributions are fractions; times 100 they
are per cent and percentage points.
"""

from __future__ import annotations

import pandas as pd

from catrade_build.calc.concentration import (
    flow_bounds,
    prepared_items,
)
from catrade_build.tables.goods import FLOW_YEAR
from rounding.intervals import (
    share_of_sum_bounds,
)


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
    frame, _ = prepared_items(frame, "share")
    limits = share_of_sum_bounds(*flow_bounds(frame))
    value = frame["value_bn"]
    whole = frame.groupby(FLOW_YEAR)["value_bn"].transform("sum")
    result = frame.assign(
        share=value / whole, share_low=limits.low, share_high=limits.high
    )
    return result.dropna(subset=["share", "share_low"], ignore_index=True)
