"""What a notebook's code shows when it is run here, without Jupyter."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import IPython.display
import pytest

from catrade.tables import as_of
from pagemill.display import Chart, Folded
from pagemill.tables import Table


def displaying(notebook: Path, parameters: Mapping[str, Any]) -> Iterator[Any]:
    """Run a notebook's cells here, one after another, and give what each displays."""
    found: list[Any] = []
    scope: dict[str, Any] = {}
    day = None
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        with pytest.MonkeyPatch.context() as patch:
            as_of.use(
                day
            )  # another notebook may have asked for a day between two cells
            patch.setattr(IPython.display, "display", lambda *all: found.extend(all))
            exec(compile(tree, notebook.name, "exec"), scope)
            if last is not None:
                value = ast.Expression(last.value)
                found.append(eval(compile(value, notebook.name, "eval"), scope))
        day = as_of.current()
        as_of.use(None)
        if "parameters" in cell["metadata"].get("tags", []):
            scope.update(parameters)
        # An empty note shows nothing.
        yield from (one for one in found if getattr(one, "html", one is not None))
        found.clear()


def displayed(notebook: Path, parameters: Mapping[str, Any]) -> list[Any]:
    """Run a notebook's cells here and return what they display."""
    return list(displaying(notebook, parameters))


def named(things: Sequence[Any]) -> dict[str, Chart | Table]:
    """Return the figures and tables of what was displayed, those in folded parts too."""
    folded = [
        one for thing in things if isinstance(thing, Folded) for one in thing.items
    ]
    return {
        one.name: one for one in (*things, *folded) if isinstance(one, Chart | Table)
    }


def shown(notebook: Path, parameters: Mapping[str, Any]) -> dict[str, Chart | Table]:
    """Return a notebook's figures and tables by name, those in folded parts too."""
    return named(displayed(notebook, parameters))
