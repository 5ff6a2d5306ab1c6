"""Notebooks and pages without Jupyter: run here, or made by hand; what a drawing says."""

import ast
import functools
import itertools
import json
import os
import re
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import IPython.display
import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure
from matplotlib.text import Text
from nbformat import NotebookNode

from catrade_build.tables import as_of
from pagemill import bare
from pagemill import page as press
from pagemill import plan as plans
from pagemill.display import Chart, Folded
from pagemill.plan import Run
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


def words_of(notebook: str, **asked: Any) -> str:
    """Return all that a notebook shows as one text without tags, its title first."""
    items = displayed(notebook, **asked)
    html = " ".join(item._repr_html_() or "" for item in items)
    title = re.search(r'data-ct-title="([^"]*)"', html)
    text = f"{title[1] if title else ''} | {re.sub('<[^>]*>', ' ', html)}"
    return " ".join(unescape(text).replace("\u2060", "").replace("\xa0", " ").split())


def page_of(notebook: str, **asked: Any) -> str:
    """Return the page of a notebook with what its cells show when they are run here.

    Parameters are checked first, as a command does before a kernel starts.
    """
    with bare.looking_in(NOTEBOOKS):  # what is not asked is as its cell says
        run = plans.make_run(notebook, NOTEBOOKS, asked)
    made = nbformat.read(run.path, as_version=4)
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    for cell, items in zip(code, cells_run(notebook, **run.parameters), strict=True):
        for item in items:
            data, metadata = DisplayFormatter().format(item)
            output = nbformat.v4.new_output("display_data", data, metadata=metadata)
            cell.outputs.append(output)
    return press.page(made, run, BLOCK)


# --- a page of hand-written cells ----------------------------------------------------------------

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
    return press.page(notebook, run, BLOCK)


# --- small notebooks and a plan, quick to run ----------------------------------------------------

SLUG = "trade-growth-kaz"
PLAN = '[[report]]\nnotebook = "trade_growth"\nparameters = { partner = "KAZ" }\n'
ASKED = 'partner = "CA5"  # CA5 or a country\nreporter = "CHN"\nstart = 2013\nend = "newest"'


def notebook(*cells: str, asked: str = ASKED) -> NotebookNode:
    """A notebook with a title, the parameters cell, and the code of other cells."""
    made = [
        nbformat.v4.new_markdown_cell("# How has trade grown?\n\nA *short* question."),
        nbformat.v4.new_code_cell(asked, metadata={"tags": ["parameters"]}),
        *map(nbformat.v4.new_code_cell, cells),
    ]
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def write_plan(root: Path, text: str, notebooks: dict[str, NotebookNode]) -> Path:
    """Write `notebooks/` with a plan under a folder; return the plan's path."""
    folder = root / "notebooks"
    folder.mkdir(parents=True)
    for name, content in notebooks.items():
        nbformat.write(content, folder / f"{name}.ipynb")
    plan = folder / "reports.toml"
    plan.write_text(text, "utf-8")
    return plan


# --- what a drawing says -------------------------------------------------------------------------


def texts(figure: Figure) -> dict[str, Any]:
    """Return the texts of a figure that are seen, and where the renderer puts them."""
    outside: set[Any] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            ends = axis.get_view_interval()
            for tick in axis.get_major_ticks():
                if not axes.axison or not min(ends) <= tick.get_loc() <= max(ends):
                    outside |= {tick.label1, tick.label2}
    seen = [text for text in figure.findobj(Text) if text.get_visible()]
    return {
        text.get_text(): Text.get_window_extent(text)
        for text in seen
        if text.get_text().strip() and text not in outside
    }


def assert_readable(chart: Chart | None) -> None:
    """Hold that a drawing is 640 wide in letters of 17, none cut and none on another."""
    assert chart is not None
    figure = chart.figure
    assert round(96 * figure.get_figwidth()) == 640
    width, height = figure.get_size_inches() * figure.dpi
    boxes = texts(figure)
    for text, box in boxes.items():
        assert min(box.x0, box.y0) >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height + 1, text
    for (text, box), (other, its) in itertools.combinations(boxes.items(), 2):
        across = min(box.x1, its.x1) - max(box.x0, its.x0)
        along = min(box.y1, its.y1) - max(box.y0, its.y0)
        assert min(across, along) <= 1, (text, other)
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", chart.svg())]
    assert min(sizes) * 350 / 480 >= 9


def tips(chart: Chart | None) -> list[str]:
    """Return what the marks of a drawing say by finger, mouse and keys, in their order."""
    assert chart is not None
    return re.findall("<title>(.*?)</title>", chart.svg())
