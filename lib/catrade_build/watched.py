"""The table `watched`: in which headings goods of the common high priority list are."""

from __future__ import annotations

import pandas as pd

from catrade_build.cells.frames import join_ids
from catrade_build.columns import columns_of
from catrade_build.tables.trade import read_table


def watched() -> pd.DataFrame:
    """Return one row a heading of the Harmonized System that holds goods of the list."""
    listed = read_table("watched_goods")
    headings = listed.groupby(listed["code"].str[:4].rename("heading"), as_index=False)
    rows = headings.agg(codes=("code", "size"), sources=("sources", join_ids))
    return rows.assign(listed=len(listed))[columns_of("watched")]
