"""What authors say of how a cell is shown: in tags of Jupyter Book, in options of Quarto."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

import yaml
from nbformat import NotebookNode

from pagemill.markdown import Rules

#: Of a Quarto option and its value, the tag that says the same.
_TAGS = {
    ("include", False): "remove-cell",
    ("echo", False): "remove-input",
    ("output", False): "remove-output",
    ("results", "hide"): "remove-output",
}
#: Options whose text stands with an output, by the metadata key that it becomes.
_TEXTS = {"fig-alt": "alt", "fig-cap": "caption", "tbl-cap": "caption"}
# Pages fold all code and show no warning, and a label is for references in Quarto's own text.
_AS_EVER = {"label", "warning", "message", "error", "code-fold"}
_OPTION = re.compile(r"#\|\s?(.*)")
_HEAD = re.compile(r"\s*---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)", re.DOTALL)
#: What a notebook's head says to its readers, in the order of the page.
_SHOWN = ("subtitle", "description", "author", "date", "abstract")
_QUARTO = {"title", "format", "execute", "jupyter", "author"}


def tags(cell: Any) -> set[str]:
    """Return the tags of a cell, as nbconvert and Jupyter Book write them, in one spelling."""
    return {tag.replace("_", "-") for tag in cell.metadata.get("tags", [])}


def with_values(cell: Any, **values: Any) -> Any:
    """Return a copy of a cell with other values."""
    return NotebookNode({**cell, **values})  # type: ignore[no-untyped-call]


def as_asked(cells: list[Any], rules: Rules) -> list[Any]:
    """Return cells as their authors have them shown; what no page obeys is noted."""
    cells = [_with_options(cell, rules) for cell in _with_head(cells, rules)]
    return [
        with_values(cell, outputs=[])
        if cell.cell_type == "code" and "remove-output" in tags(cell)
        else cell
        for cell in cells
        if "remove-cell" not in tags(cell)
    ]


def _with_options(cell: Any, rules: Rules) -> Any:
    """Return a code cell with the options that begin it (`#| echo: false`) as tags and metadata."""
    lines = cell.source.splitlines()
    matches = itertools.takewhile(bool, map(_OPTION.match, lines))
    options = [option[1] for option in matches if option]
    if cell.cell_type != "code" or not options:
        return cell
    source = "\n".join(lines[len(options) :])
    own = NotebookNode(cell.metadata)  # type: ignore[no-untyped-call]
    for name, value in _read("\n".join(options)).items():
        if tag := isinstance(value, bool | str) and _TAGS.get((name, value)):
            own["tags"] = [*own.get("tags", []), tag]
        elif name in _TEXTS and isinstance(value, str):
            own[_TEXTS[name]] = value
        elif name == "eval" and value is False:
            what = "cells have run that Quarto would not run (`#| eval: false`)"
            rules.note(what, "write such code into text", source)
        elif name not in _AS_EVER and (name, not value) not in _TAGS:
            what = f"the option `#| {name}` is not obeyed"
            rules.note(what, "no page has it", source)
    return with_values(cell, source=source, metadata=own)


def _with_head(cells: list[Any], rules: Rules) -> list[Any]:
    """Return cells whose first, where it is a head as Quarto writes it, is a title and text."""
    head = _HEAD.match(cells[0].source) if cells else None
    if not head or cells[0].cell_type == "code":
        return cells
    given = dict(_read(head[1]))
    if not _QUARTO.intersection(given):  # text between two lines
        return cells
    title = f"# {_words(given.pop('title'))}" if "title" in given else ""
    texts = [_words(given.pop(name)) for name in _SHOWN if name in given]
    rest = cells[0].source[head.end() :].strip()
    text = "\n\n".join(filter(None, [title, *texts, rest]))
    if given:
        rules.lost.append(
            f"what the notebook's head says of {', '.join(given)} is not obeyed:"
            " no page has it"
        )
    first = with_values(cells[0], cell_type="markdown", source=text)
    return [first, *cells[1:]]


def _read(text: str) -> Mapping[str, Any]:
    """Return YAML as names and values; none if it is no such text."""
    try:
        given = yaml.safe_load(text)
    except Exception:  # whatever a value of it leads to, such as 2026-02-30
        return {}
    is_mapping = isinstance(given, dict) and all(isinstance(key, str) for key in given)
    return given if is_mapping else {}


def _words(value: Any) -> str:
    """Return a value of a head as text: an author may be a name, or a list of some."""
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    if isinstance(value, dict):
        return _words(value.get("name", list(value.values())))
    return " ".join(str(value).split())
