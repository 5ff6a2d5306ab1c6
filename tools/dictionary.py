"""The data dictionary made from tables.yaml: `README.md` for readers, `datapackage.json` for tools.

`python tools/dictionary.py [FOLDER]` writes both in the data folder. Of the README it rewrites the
sections that stand between `<!-- table: NAME -->` and `<!-- end: NAME -->`, between the marks
`choice` the rule of choice, and between `rules` the list of rules of the strict check; the text
around them is written by hand. The data
package (datapackage.org) is what frictionless, R, OpenRefine and data portals read: fields, keys,
and each table's publishers and terms.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from catrade_build.cells.selection import RULE
from catrade_build.check.compare import rules
from catrade_build.tables.definitions import Column, TableDefinition, tables
from rounding.errors import DataError
from rounding.formats import join

_TYPES = {"number": "number", "integer": "whole number", "text": "text"}
_MANY = 40
_SECTION = re.compile(r"(<!-- table: (\w+) -->\n).*?(?=<!-- end: \2 -->)", re.DOTALL)
_CHOICE = re.compile(r"(?<=<!-- choice -->\n).*?(?=<!-- end: choice -->)", re.DOTALL)
_RULES = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- end: rules -->)", re.DOTALL)


def table_section(table: TableDefinition) -> str:
    """Return the Markdown section of one table: what it is, its key and each column."""
    lines = [
        f"### `{table.file}`",
        "",
        table.about,
        f"One row for each {join([f'`{name}`' for name in table.key])}.",
        "",
        "| column | what it holds | unit or values | may be empty |",
        "| --- | --- | --- | --- |",
    ]
    for name, column in table.columns.items():
        cells = [f"`{name}`", column.about, _values(column)]
        cells.append("yes" if column.empty else "no")
        lines.append(
            "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        )
    return "\n".join(lines)


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
    marked = [name for _, name in _SECTION.findall(text)]
    if sorted(marked) != sorted(tables()):
        raise DataError(
            "the dictionary needs one pair of marks `<!-- table: NAME -->` and"
            f" `<!-- end: NAME -->` a table; marked are {', '.join(marked) or 'none'}, tables are"
            f" {', '.join(tables())}"
        )
    return _SECTION.sub(
        lambda head: f"{head[1]}{table_section(tables()[head[2]])}\n", text
    )


def with_rules(text: str) -> str:
    """Return a README with the rule of choice and the strict check's made anew of the code's."""
    choice = textwrap.fill(RULE, 100, initial_indent="> ", subsequent_indent="> ")
    text = _CHOICE.sub(lambda _: f"{choice}\n", text)
    lines = [f"- `{name}` compares {rule.about}.\n" for name, rule in rules().items()]
    return _RULES.sub(lambda _: "".join(lines), text)


def data_package(folder: Path) -> dict[str, Any]:
    """Return the data package of a folder of tables, as `datapackage.json` holds it.

    Parameters
    ----------
    folder
        Where the tables are: which sources a table cites, and so its publishers and terms, and
        which columns hold single keys of another table, is read from the rows.
    """
    rows = {name: _rows(folder / table.file) for name, table in tables().items()}
    sources = {row["source_id"]: row for row in rows["sources"]}
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "catrade",
        "title": "China–Central Asia trade and China’s new-energy-vehicle policy",
        "description": "Published figures, one row a figure and source, as README.md explains.",
        "resources": [_resource(table, rows, sources) for table in tables().values()],
    }


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def _resource(
    table: TableDefinition,
    rows: dict[str, list[dict[str, str]]],
    sources: dict[str, dict[str, str]],
) -> dict[str, Any]:
    own = rows[table.name]
    cites = [name for name, target in table.references.items() if target == "sources"]
    cited = {
        key for row in own for name in cites for key in row[name].split(";") if key
    }
    used = [
        sources[key] for key in sorted(cited if cites else sources) if key in sources
    ]
    return {
        "name": table.name,
        "type": "table",
        "path": table.file,
        "description": table.about,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "sources": [
            {"title": name} for name in _each(row["publisher"] for row in used)
        ],
        "licenses": [
            {"name": _licence(terms), "title": terms}
            for terms in _each(row["licence"] for row in used)
        ],
        "schema": {
            "fields": [_field(column) for column in table.columns.values()],
            "missingValues": [""],
            "primaryKey": list(table.key),
            "foreignKeys": [
                {
                    "fields": [name],
                    "reference": {
                        "resource": target,
                        "fields": [tables()[target].key[0]],
                    },
                }
                for name, target in table.references.items()
                if not any(";" in row[name] for row in own)
            ],
        },
    }


def _each(texts: Iterable[str]) -> list[str]:
    return sorted({text for text in texts if text})


#: How terms of use begin, and their name in the Open Definition's list of licences.
_LICENCES = {"CC BY 4.0": "CC-BY-4.0", "ODC-PDDL": "ODC-PDDL-1.0", "public": "other-pd"}
_LICENCES |= {"not stated": "notspecified", "No licence": "notspecified"}


def _licence(terms: str) -> str:
    """Return the licence that some terms of use name, or that they are others'.

    Examples
    --------
    >>> _licence("CC BY 4.0 (IEA Global EV data)"), _licence("all rights reserved")
    ('CC-BY-4.0', 'other-closed')
    """
    names = (name for start, name in _LICENCES.items() if terms.startswith(start))
    return next(names, "other-closed")


def _field(column: Column) -> dict[str, Any]:
    kind = {"text": "string", "truth": "boolean"}.get(column.kind, column.kind)
    limits = {"at_least": "minimum", "at_most": "maximum", "above": "exclusiveMinimum"}
    constraints: dict[str, Any] = {
        limits[name]: at for name, at in column.bounds.items()
    }
    if not column.empty:
        constraints["required"] = True
    if column.choices and not column.several:
        constraints["enum"] = [value for value in column.choices if value]
    elif (
        column.form and not column.form.isalpha()
    ):  # period and date are no regular expressions
        constraints["pattern"] = column.form
    field = {"name": column.name, "type": kind, "description": column.about}
    return (
        field
        | ({"unit": column.unit} if column.unit else {})
        | {"constraints": constraints}
    )


#: A list of plain values, or an object whose parts stand on one line each.
_SHORT = re.compile(
    r"(?<=\[)\n\s*([^\[\]{}]*?)\n\s*(?=\])"
    r"|(?<=\{)\n\s*((?:[^\[\]{}]|\{[^{}\n]*\}|\[[^\[\]\n]*\])*?)\n\s*(?=\})"
)


def written(package: dict[str, Any]) -> str:
    """Return a data package as the text of its file, a column or source a line."""
    text = json.dumps(package, ensure_ascii=False, indent=1)
    for _ in range(3):  # a list in the constraints of a field
        text = _SHORT.sub(
            lambda text_list: re.sub(r"\n\s*", " ", text_list[1] or text_list[2]), text
        )
    return text + "\n"


def main(arguments: Sequence[str]) -> None:
    """Write the README's sections and the data package of the folder named, by default `data`."""
    folder = Path(arguments[0] if arguments else "data")
    readme = folder / "README.md"
    text = with_rules(with_sections(readme.read_text(encoding="utf-8")))
    readme.write_text(text, encoding="utf-8")
    package = written(data_package(folder))
    (folder / "datapackage.json").write_text(package, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
