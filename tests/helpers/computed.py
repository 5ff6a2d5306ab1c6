"""What a notebook's code shows when it is run here, and its page, without Jupyter."""

import ast
import functools
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import IPython.display
import made_page
import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter

from catrade_build.tables import as_of
from pagemill import page
from pagemill import plan as plans
from pagemill.display import Chart, Folded
from pagemill.tables import Table

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def cells_run(name: str, **parameters: Any) -> Iterator[list[Any]]:
    """Run a notebook's cells of code here, one after another, and give what each displays."""
    outputs: list[Any] = []
    scope: dict[str, Any] = {}
    day = None

    def display(*items: Any) -> None:
        assert not any(item is None for item in items), "the page would print None"
        outputs.extend(items)

    text = (NOTEBOOKS / f"{name}.ipynb").read_text("utf-8")
    for cell in json.loads(text)["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        with pytest.MonkeyPatch.context() as patch:
            # Another notebook may have asked for a day between two cells.
            as_of.use(day)
            patch.setattr(IPython.display, "display", display)
            try:
                exec(compile(tree, name, "exec"), scope)
                if last is not None:
                    value = ast.Expression(last.value)
                    outputs.append(eval(compile(value, name, "eval"), scope))
            finally:
                day = as_of.current()
                as_of.use(None)
        if "parameters" in cell["metadata"].get("tags", []):
            scope.update(parameters)
        yield [item for item in outputs if item is not None]
        outputs.clear()


def displaying(name: str, **parameters: Any) -> Iterator[Any]:
    """Run a notebook's cells here, one after another, and give what each displays."""
    for shown in cells_run(name, **parameters):
        # An empty note shows nothing.
        yield from (item for item in shown if getattr(item, "html", True))


def displayed(name: str, **parameters: Any) -> list[Any]:
    """Return what a notebook displays; run once for the tables that are read."""
    return _displayed(os.environ.get("CATRADE_DATA"), name, **parameters)


@functools.lru_cache(maxsize=16)
def _displayed(_: str | None, name: str, **parameters: Any) -> list[Any]:
    return list(displaying(name, **parameters))


def named(items: Sequence[Any]) -> dict[str, Chart | Table]:
    """Return the figures and tables of what was displayed, those in folded parts too."""
    folds = [item.items for item in items if isinstance(item, Folded)]
    every = sum(map(list, folds), list(items))
    return {item.name: item for item in every if isinstance(item, Chart | Table)}


def page_of(notebook: str, **asked: Any) -> str:
    """Return the page of a notebook with what its cells show when they are run here.

    Parameters are checked first, as a command does before a kernel starts.
    """
    run = plans.make_run(notebook, NOTEBOOKS, asked)
    made = nbformat.read(run.path, as_version=4)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    for cell, items in zip(code, cells_run(notebook, **run.parameters), strict=True):
        for item in items:
            data, metadata = DisplayFormatter().format(item)
            output = nbformat.v4.new_output("display_data", data, metadata=metadata)
            cell.outputs.append(output)
    return page.page(made, run, made_page.BLOCK)
