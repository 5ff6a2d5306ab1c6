"""Small pages of the project `waves` as `pagemill render` saves them, made without a kernel."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from pagemill import display, provenance, saved
from pagemill import page as render
from pagemill import plan as plans

INPUTS: dict[str, Any] = {
    "notebook": {"name": "wave", "sha256": "a"},
    "parameters": {"number": 3},
    "page": {"title": "", "topic": "Growth"},
    "library": {"version": "0", "sha256": "b"},
    "template": {"sha256": "c"},
    "packages": {"pandas": "3.0.0", "python": "3.11.0"},
    "tables": {"heights": "d"},
}
RUN = plans.Run("kaz", "wave", Path("x"), tuple(INPUTS["parameters"].items()))


def shown(*things: Any) -> nbformat.NotebookNode:
    cells = [nbformat.v4.new_markdown_cell("# Trade")]
    for thing in things:
        if isinstance(thing, str):
            cells.append(nbformat.v4.new_markdown_cell(thing))
            continue
        output = nbformat.v4.new_output("display_data", data=thing._repr_mimebundle_())
        cells.append(nbformat.v4.new_code_cell("show()", outputs=[output]))
    return nbformat.v4.new_notebook(cells=cells)


def write(file: Path, *things: Any, **inputs: Any) -> saved.Saved:
    """A page that shows some things, with some inputs replaced."""
    block = {
        "slug": "kaz",
        "inputs": {**copy.deepcopy(INPUTS), **inputs},
        "data_date": "",
    }
    file.write_text(render.page(shown(*things), RUN, block), encoding="utf-8")
    return saved.open_page(file)


def table(rows: list[tuple[int, str, float]], name: str = "flows") -> display.Table:
    frame = pd.DataFrame(rows, columns=["year", "flow", "value_usd"])
    return display.table(frame, f"The {name}", name=name)


BOTH = [(2024, "export", 74e9), (2024, "import", 28e9), (2025, "export", 80e9)]


def project(root: Path, *cells: str) -> Path:
    """A project of one report and one table; return its plan."""
    folder = root / "notebooks"
    folder.mkdir()
    made = [nbformat.v4.new_code_cell(cell, id=f"c{n}") for n, cell in enumerate(cells)]
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": spec})
    nbformat.write(content, folder / "wave.ipynb")
    (folder / "reports.toml").write_text('[[report]]\nnotebook = "wave"\n')
    (root / "heights.csv").write_text("height\n1\n", encoding="utf-8")
    return folder / "reports.toml"


def page_of_now(root: Path) -> tuple[Path, Path]:
    """A page with the inputs of now, and its plan; no kernel has run."""
    plan = project(root)
    run = plans.load_plan(plan).runs[0]
    block = {"slug": run.slug, "inputs": provenance.inputs(run, root), "data_date": ""}
    file = root / "page.html"
    file.write_text(render.page(shown(table(BOTH)), run, block), encoding="utf-8")
    return file, plan
