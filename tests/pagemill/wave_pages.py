"""Pages of the project `waves` as `pagemill render` saves them, made without a kernel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
from matplotlib.figure import Figure

from pagemill import display, plan, provenance
from pagemill import page as render
from pagemill.run import Outcome

HEIGHTS = pd.DataFrame({"wave": ["first", "second"], "height": [48.75, 12.5]})


def shown(*things: Any) -> nbformat.NotebookNode:
    """An executed notebook: Markdown for a text, an output for all else."""
    cells = [nbformat.v4.new_markdown_cell("# Waves\n\nHow high do they go?")]
    for thing in things:
        if isinstance(thing, str):
            cells.append(nbformat.v4.new_markdown_cell(thing))
            continue
        output = nbformat.v4.new_output("display_data", data=thing._repr_mimebundle_())
        cells.append(nbformat.v4.new_code_cell("show()", outputs=[output]))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return nbformat.v4.new_notebook(cells=cells)


def usual() -> list[Any]:
    """An answer, a paragraph, a bar chart and a table."""
    figure = Figure(figsize=(5, 3))
    figure.subplots().bar(HEIGHTS["wave"], HEIGHTS["height"])
    alt = "Two bars: the first wave is 48.75 high, the second 12.5."
    return [
        display.answer("The first wave is 48.75 high."),
        "## The waves\n\nThe first is four times the second.",
        display.Chart(figure, "The first is higher", alt, HEIGHTS, name="bars"),
        display.table(HEIGHTS, "Heights", name="heights"),
    ]


def write(waves: Path, file: Path, *things: Any) -> str:
    """Write a page with the record of now; return its text."""
    run = plan.make_run("wave", waves / "notebooks", {"number": 3})
    block = {
        "slug": run.slug,
        "inputs": provenance.inputs(run, file.parent),
        "data_date": "",
    }
    text = render.page(shown(*things), run, block)
    file.write_text(text, encoding="utf-8")
    return text


def making(text: str) -> Any:
    """Stand in for the kernel: the page that it would make."""

    def make(runs: Any, output: Path, _data: Path) -> list[Outcome]:
        (output / f"{runs[0].slug}.html").write_text(text, encoding="utf-8")
        return [Outcome(runs[0].slug, "made")]

    return make


def shown_outputs(*outputs: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """An executed notebook of one cell with these outputs."""
    cell = nbformat.v4.new_code_cell("show()", outputs=list(outputs), id="a")
    return nbformat.v4.new_notebook(cells=[cell])
