"""Copies of the tables with something taken out, as those of another time or place may lack it."""

from pathlib import Path

import fetched_pages
import pandas as pd


def cut(target: Path, without: str, *names: str) -> Path:
    """Copy the tables, and leave out the rows of some that a query names."""
    data = fetched_pages.copy_tables(target)
    for name in names:
        file = data / f"{name}.csv"
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        left = rows.query(f"not ({without})")
        assert 0 < len(left) < len(rows), f"{without} takes nothing, or all, of {name}"
        left.to_csv(file, index=False, lineterminator="\n")
    return data
