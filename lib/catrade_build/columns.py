"""What the columns of an edition are, as the files of `defined/` say, one a table; its keys."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from catrade_build.tables.definitions import LOADER

#: What makes a series of figures, and what makes a row.
SERIES = ["reporter", "partner", "flow", "freq", "currency"]
KEY = [*SERIES, "period"]
_FOLDER = Path(__file__).with_name("defined")


@functools.cache
def definitions() -> dict[str, dict[str, Any]]:
    """Return each table's definition: about, key, and its columns by name, a line a column.

    Examples
    --------
    >>> definitions()["figures"]["columns"]["low"]["unit"]
    'billions of the currency'
    """
    tables: dict[str, dict[str, Any]] = {}
    for file in sorted(_FOLDER.glob("*.yaml")):
        table = tables[file.stem] = yaml.load(file.read_text("utf-8"), LOADER)
        table["columns"] = {
            name: about
            for names, about in table["columns"].items()
            for name in names.split()
        }
    return tables


def columns_of(table: str) -> list[str]:
    """Return the names of a table's columns, in its order.

    Examples
    --------
    >>> columns_of("figures")[:3]
    ['reporter', 'partner', 'flow']
    """
    return list(definitions()[table]["columns"])


def beside(rows: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """Put the columns of another frame of the same key beside rows; none has two rows a key."""
    return rows.merge(more, how="left", on=KEY, validate="m:1")
