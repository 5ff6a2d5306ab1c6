"""The data dictionary: `data/README.md` gets one section a table, made from the schemas.

`python -m catrade.schemas.dictionary [README]` rewrites the sections that stand between
`<!-- table: NAME -->` and `<!-- end: NAME -->`; the text around them is written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from catrade.schemas import TABLES
from catrade.schemas.core import TableSpec
from pagemill.errors import DataError

_TYPES = {"float64": "number", "int64": "whole number", "bool": "true or false"}
_MANY = 40


def table_section(spec: TableSpec) -> str:
    """Return the Markdown section of one table: what it is, its key and each column."""
    lines = [
        f"### `{spec.file}`",
        "",
        spec.about,
        f"One row for each {_listed([f'`{name}`' for name in spec.key])}.",
        "",
        "| column | what it holds | unit or values | may be empty |",
        "| --- | --- | --- | --- |",
    ]
    for name, column in spec.schema.columns.items():
        cells = [f"`{name}`", column.description or "", _values(spec, name, column)]
        cells.append("yes" if column.nullable else "no")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _values(spec: TableSpec, name: str, column: Any) -> str:
    metadata = column.metadata or {}
    parts = []
    for check in column.checks:
        allowed = (check.statistics or {}).get("allowed_values")
        if allowed is not None:
            shown = [f"`{value}`" for value in allowed]
            if len(shown) > _MANY:
                shown = [*shown[:3], "…", f"{shown[-1]} ({len(allowed)} values)"]
            parts.append(", ".join(shown))
    if metadata.get("unit"):
        parts.append(metadata["unit"])
    target = "sources" if name in spec.sources else metadata.get("refers_to")
    if target:
        parts.append(f"a key of `{target}.csv`")
    return "; ".join(parts) or _TYPES.get(str(column.dtype), "text")


def with_sections(text: str) -> str:
    """Return a README with the section of every table made anew.

    Raises
    ------
    DataError
        If a table has no pair of marks in the text, or a mark names no table.
    """
    marked = re.findall(r"<!-- table: (\w+) -->", text)
    if sorted(marked) != sorted(TABLES):
        message = (
            "the dictionary needs one pair of marks `<!-- table: NAME -->` and"
            f" `<!-- end: NAME -->` a table; marked are {', '.join(marked) or 'none'}, tables are"
            f" {', '.join(TABLES)}"
        )
        raise DataError(message)
    for name, spec in TABLES.items():
        start, end = f"<!-- table: {name} -->", f"<!-- end: {name} -->"
        before, _, rest = text.partition(start)
        _, found, after = rest.partition(end)
        if not found:
            message = f"the dictionary has {start} but no {end} after it"
            raise DataError(message)
        text = f"{before}{start}\n{table_section(spec)}\n{end}{after}"
    return text


def main(arguments: list[str]) -> None:
    """Rewrite the sections of the README named, `data/README.md` by default."""
    path = Path(arguments[0] if arguments else "data/README.md")
    text = with_sections(path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
