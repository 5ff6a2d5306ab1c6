"""What a notebook's code shows when it is run here, without Jupyter."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import IPython.display
import pytest

from pagemill.display import Chart, Folded
from pagemill.tables import Table


def shown(notebook: Path, parameters: Mapping[str, Any]) -> dict[str, Chart | Table]:
    """Run a notebook and return its figures and tables by name, those in folded parts too."""
    found: dict[str, Chart | Table] = {}

    def collect(*things: Any) -> None:
        for thing in things:
            if isinstance(thing, Chart | Table):
                found[thing.name] = thing
            if isinstance(thing, Folded):
                collect(*thing.items)

    scope: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(IPython.display, "display", collect)
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] != "code":
                continue
            tree = ast.parse("".join(cell["source"]))
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, notebook.name, "exec"), scope)
            if last is not None:
                collect(eval(compile(ast.Expression(last.value), notebook.name, "eval"), scope))
            if "parameters" in cell["metadata"].get("tags", []):
                scope.update(parameters)
    return found
