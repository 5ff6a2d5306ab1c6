"""How concentrated a composition is: the Herfindahl–Hirschman index and UNCTAD's index.

An item that is not listed is worth nothing, so `n` is the number of items there could be, not the
number listed: two years are comparable even if they list different items.

Frames of goods are figure frames as `ct.goods` returns them: one row an item (hs_chapter, section,
group or wits_group; its name is `goods`) of a flow (exporter, importer, reporter) in a year, with
value_bn, low_bn, high_bn and unlisted_bn, the most a flow may hold in cells its source leaves out.
"""

from __future__ import annotations

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
from rounding.intervals import Bounds, bounds

#: What a level counts: 96 chapters (77 is reserved) and one for goods not specified by kind.
LEVELS = {
    "hs_chapter": 97,
    "section": len(choices("sections")),
    "group": len(choices("groups")),
    "wits_group": len(choices("wits_groups")),
    "code": 10,  # sections of the SITC
}


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
