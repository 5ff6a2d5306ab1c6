"""A small page made of hand-written cells."""

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from pagemill import page as render
from pagemill.plan import Run

PARAMETERS = {"partner": "KAZ", "reporter": "CHN", "start": 2013, "end": 2025}
RUN = Run(
    "trade-growth-kaz",
    "trade_growth",
    Path("trade_growth.ipynb"),
    PARAMETERS,
    topic="Growth",
)
BLOCK: dict[str, Any] = {
    "slug": "trade-growth-kaz",
    "inputs": {
        "notebook": {"name": "trade_growth", "sha256": "a" * 64},
        "library": {"version": "0", "sha256": "b" * 64},
        "template": {"sha256": "d" * 64},
        "tables": {"trade": "c" * 64},
    },
    "data_date": "2026-01-20",
}
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" aria-label="A line" '
    'style="display:block" data-ct-viewbox="0 0 9 12"><g class="ct-export" display="none">'
    '<text>Title</text></g><path style="stroke:var(--ct-ink,#1b1f24)" d="M0 0"/></svg>'
)


def shown(html: str = "", **data: str) -> NotebookNode:
    """A code cell that showed something."""
    bundle = {"text/html": html} if html else {}
    bundle |= {key.replace("_", "/"): value for key, value in data.items()}
    output = nbformat.v4.new_output("display_data", data=bundle)
    return nbformat.v4.new_code_cell("show()  # here", outputs=[output])


def text(source: str) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(source)


def page(*cells: NotebookNode, run: Run = RUN) -> str:
    # A page was called after its file where its notebook began with the parameters.
    head = [nbformat.v4.new_code_cell("a = 1"), text("# A *title*\n\nThe question.")]
    notebook = nbformat.v4.new_notebook(cells=[*head, *cells])
    return render.page(notebook, run, BLOCK)
