"""The page of the edition's columns, made from `lib/catrade_build/defined/`.

`python tools/edition.py` writes `docs/edition.md` anew; a test holds that it is current.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catrade_build.columns import definitions

PAGE = Path(__file__).resolve().parent.parent / "docs" / "edition.md"
_HEAD = """\
# The edition

`catrade build` writes the tables below as Parquet and CSV, with a data package that defines
every column; `catrade build --as-of 2025-07-01` writes them as they were known on a day. A figure
rests on published rows (`data/`): `catrade build --explain CHN,KAZ,export,2024` says which were
used, and what became of the others. An empty cell is not known, never zero.
"""


def page() -> str:
    """Return the page: a section a table, a line a column."""
    sections = [_section(name, about) for name, about in definitions().items()]
    return "\n".join([_HEAD, *sections])


def _section(name: str, about: dict[str, Any]) -> str:
    """Return a table's section: what it is, one row of what, its columns."""
    keys = ", ".join(f"`{key}`" for key in about["key"])
    lines = [
        f"## `{name}`",
        "",
        about["about"],
        f"One row for each {keys}.",
        "",
        "| column | what it holds | unit |",
        "| --- | --- | --- |",
    ]
    for column, told in about["columns"].items():
        lines.append(f"| `{column}` | {told['about']} | {told.get('unit', '')} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
