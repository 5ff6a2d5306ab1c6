"""What the steps of the edition share: its keys, its names of figures, joins by key."""

from __future__ import annotations

import pandas as pd

#: What makes a series of figures, and what makes a row.
SERIES = ["reporter", "partner", "flow", "freq", "currency"]
KEY = [*SERIES, "period"]


def in_billions(cells: pd.DataFrame, freq: str) -> pd.DataFrame:
    """Name the figures of a cell frame, which are in billions of dollars, as the edition does."""
    cells = cells.rename(columns=lambda name: name.removesuffix("_bn"))
    return cells.assign(freq=freq, currency="USD")


def beside(rows: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Put the columns of another frame of the same key beside rows; none has two rows a key."""
    return rows.merge(more, how="left", on=KEY, validate="m:1")
