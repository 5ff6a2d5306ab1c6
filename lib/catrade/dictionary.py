"""The data dictionary: `data/README.md` gets one section a table, made from tables.yaml.

`python -m catrade.dictionary [README]` rewrites the sections that stand between
`<!-- table: NAME -->` and `<!-- end: NAME -->`; the text around them is written by hand.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from catrade.definitions import Column, Table, tables
from pagemill.errors import DataError

_TYPES = {"number": "number", "integer": "whole number", "text": "text"}
_MANY = 40


def table_section(table: Table) -> str:
    """Return the Markdown section of one table: what it is, its key and each column."""
    lines = [
        f"### `{table.file}`",
        "",
        table.about,
        f"One row for each {_listed([f'`{name}`' for name in table.key])}.",
        "",
        "| column | what it holds | unit or values | may be empty |",
        "| --- | --- | --- | --- |",
    ]
    for name, column in table.columns.items():
        cells = [f"`{name}`", column.about, _values(column)]
        cells.append("yes" if column.empty else "no")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _values(column: Column) -> str:
    parts = []
    if column.choices and not column.several:  # else `about` spells them
        given = [f"`{value}`" for value in column.choices]
        if len(given) > _MANY:
            given = [*given[:3], "…", f"{given[-1]} ({len(given)} values)"]
        parts.append(", ".join(given))
    if column.unit:
        parts.append(column.unit)
    if column.refers_to:
        parts.append(f"a key of `{column.refers_to}.csv`")
    return "; ".join(parts) or _TYPES[column.kind]


def with_sections(text: str) -> str:
    """Return a README with the section of every table made anew.

    Raises
    ------
    DataError
        If a table has no pair of marks in the text, or a mark names no table.
    """
    marked = re.findall(r"<!-- table: (\w+) -->", text)
    if sorted(marked) != sorted(tables()):
        message = (
            "the dictionary needs one pair of marks `<!-- table: NAME -->` and"
            f" `<!-- end: NAME -->` a table; marked are {', '.join(marked) or 'none'}, tables are"
            f" {', '.join(tables())}"
        )
        raise DataError(message)
    for name, table in tables().items():
        start, end = f"<!-- table: {name} -->", f"<!-- end: {name} -->"
        before, _, rest = text.partition(start)
        _, found, after = rest.partition(end)
        if not found:
            message = f"the dictionary has {start} but no {end} after it"
            raise DataError(message)
        text = f"{before}{start}\n{table_section(table)}\n{end}{after}"
    return text


def main(arguments: list[str]) -> None:
    """Rewrite the sections of the README named, `data/README.md` by default."""
    path = Path(arguments[0] if arguments else "data/README.md")
    text = with_sections(path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
