"""An edition as one Excel workbook: what it is and where it is from, then a sheet a table."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from catrade_build.columns import definitions
from rounding import formats

NAME = "edition.xlsx"
_TITLE = "China–Central Asia trade: chosen figures with their intervals"
#: What the first sheet says of each source.
_SOURCE = ["publisher", "title", "published", "url"]


def write_workbook(
    file: Path, tables: Mapping[str, pd.DataFrame], sources: pd.DataFrame, day: str
) -> None:
    """Write tables as sheets, behind one that says what they are: numbers as numbers, no formula.

    Parameters
    ----------
    file
        Where to.
    tables
        Tables of the edition by name.
    sources
        The edition's table of sources.
    day
        As known on which day; "" is all that is held.
    """
    # Text that begins with = or with https: is no formula and no link.
    as_text = {"strings_to_formulas": False, "strings_to_urls": False}
    options = {"options": as_text}
    with pd.ExcelWriter(file, engine="xlsxwriter", engine_kwargs=options) as book:
        about = pd.DataFrame(_about(tables, sources, day))
        about.to_excel(book, sheet_name="about", index=False, header=False)
        for name, frame in tables.items():
            frame.to_excel(book, sheet_name=name, index=False, freeze_panes=(1, 0))


def _about(
    tables: Mapping[str, pd.DataFrame], sources: pd.DataFrame, day: str
) -> list[list[Any]]:
    """Return the rows of the first sheet: title, tables, columns, sources."""
    known = f"As known on {formats.date(day)}" if day else "All that is held"
    rows: list[list[Any]] = [[_TITLE], [known], [""], ["table", "", "what it holds"]]
    rows += [[name, "", definitions()[name]["about"]] for name in tables]
    rows += [[""], ["table", "column", "what it holds", "unit"]]
    for name in tables:
        for column, told in definitions()[name]["columns"].items():
            rows.append([name, column, told["about"], told.get("unit", "")])
    rows += [[""], ["source", "publisher", "title", "published", "address"]]
    named = sources.set_index("source_id")[_SOURCE]
    rows += named.reset_index().to_numpy().tolist()
    widest = max(map(len, rows))
    return [row + [""] * (widest - len(row)) for row in rows]
