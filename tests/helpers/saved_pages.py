"""Small pages of the project `waves` as `pagemill render` saves them, made without a kernel."""

import copy
import os
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from matplotlib.figure import Figure

from pagemill import cli, display, provenance, saved
from pagemill import page as render
from pagemill import plan as plans
from pagemill.plan import Run
from pagemill.run import ReportOutcome

Captured = pytest.CaptureFixture[str]
WAVES = Path(__file__).parents[2] / "examples" / "waves"
INPUTS: dict[str, Any] = {
    "notebook": {"name": "wave", "sha256": "a" * 64},
    "helpers": {},
    "parameters": {"number": 3},
    "page": {
        "title": "",
        "topic": "Growth",
        "front": "",
        "beside": "",
        "switch": "",
    },
    "library": {"version": "0", "sha256": "b" * 64},
    "template": {"sha256": "c" * 64},
    "packages": {"pandas": "3.0.0", "python": "3.11.0"},
    "tables": {"heights": "d" * 64},
}
RUN = Run("kaz", "wave", Path("x"), INPUTS["parameters"], topic="Growth")
HEIGHTS = pd.DataFrame({"wave": ["first", "second"], "height": [48.75, 12.5]})
BOTH = [(2024, "export", 74e9), (2024, "import", 28e9), (2025, "export", 80e9)]


def waves_env(folder: Path = WAVES) -> dict[str, str]:
    """The environment in which a process works for the project `waves` of a folder."""
    places = os.pathsep.join(filter(None, [str(folder), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PAGEMILL_PROJECT": "waves:PROJECT", "PYTHONPATH": places}


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """A notebook of these cells, for this Python's kernel."""
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=list(cells), metadata={"kernelspec": spec})


def of_outputs(*outputs: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """An executed notebook of one cell with these outputs."""
    return notebook(nbformat.v4.new_code_cell("show()", outputs=list(outputs)))


def output(**data: Any) -> nbformat.NotebookNode:
    """An output that was displayed; its kinds are written with `__` for the slash."""
    kinds = {kind.replace("__", "/"): value for kind, value in data.items()}
    return nbformat.v4.new_output("display_data", data=kinds)


def shown(*things: Any, head: str = "# Trade") -> nbformat.NotebookNode:
    """An executed notebook: Markdown for a text, an output for all else."""
    cells = [nbformat.v4.new_markdown_cell(head)]
    for thing in things:
        if isinstance(thing, str):
            cells.append(nbformat.v4.new_markdown_cell(thing))
        else:
            data = thing._repr_mimebundle_()
            made = nbformat.v4.new_output("display_data", data=data)
            cells.append(nbformat.v4.new_code_cell("show()", outputs=[made]))
    return notebook(*cells)


def _write(
    file: Path, made: nbformat.NotebookNode, run: Run, inputs: dict[str, Any]
) -> None:
    block = {"slug": run.slug, "inputs": inputs, "data_date": ""}
    file.write_text(render.page(made, run, block), "utf-8")


def write(file: Path, *things: Any, **inputs: Any) -> saved.Saved:
    """A page that shows some things, with some inputs replaced."""
    _write(file, shown(*things), RUN, {**copy.deepcopy(INPUTS), **inputs})
    return saved.open_page(file)


def write_now(waves: Path, file: Path, *things: Any) -> str:
    """Write a page with the record of now; return its text."""
    run = plans.make_run("wave", waves / "notebooks", {"number": 3})
    made = shown(*things, head="# Waves\n\nHow high do they go?")
    _write(file, made, run, provenance.inputs(run, file.parent))
    return file.read_text("utf-8")


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


def refusal(capsys: Captured, *asked: str | Path, status: int = 2) -> str:
    """Have the press refuse a command in one sentence, without another word; return that."""
    capsys.readouterr()
    assert cli.main([*map(str, asked)]) == status
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)
    return told.err


def table(rows: list[tuple[int, str, float]], name: str = "flows") -> display.Table:
    frame = pd.DataFrame(rows, columns=["year", "flow", "value_usd"])
    return display.table(frame, f"The {name}", name=name)


def project(root: Path, *cells: str) -> Path:
    """A project of one report and one table; return its plan."""
    folder = root / "notebooks"
    folder.mkdir(parents=True, exist_ok=True)
    made = notebook(*map(nbformat.v4.new_code_cell, cells))
    nbformat.write(made, folder / "wave.ipynb")
    (folder / "reports.toml").write_text('[[report]]\nnotebook = "wave"\n')
    (root / "heights.csv").write_text("height\n1\n", "utf-8")
    return folder / "reports.toml"


def page_of_now(root: Path) -> tuple[Path, Path]:
    """A page with the inputs of now, and its plan; no kernel has run."""
    plan = project(root)
    run = plans.load_plan(plan).runs[0]
    _write(root / "page.html", shown(table(BOTH)), run, provenance.inputs(run, root))
    return root / "page.html", plan


def making(text: str) -> Any:
    """Stand in for `run.run_all`: the page that a kernel would make."""

    def make(runs: Any, output: Path, _data: Path, **_: Any) -> list[ReportOutcome]:
        (output / f"{runs[0].slug}.html").write_text(text, "utf-8")
        return [ReportOutcome(runs[0].slug, "made")]

    return make


def rewritten(text: str, *path: str, value: Any) -> str:
    """A page's text with another value in its record, written as this version writes one."""
    block = provenance.from_html(text) or {}
    old = provenance.to_json(block)
    part: dict[str, Any] = block
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return text.replace(old, provenance.to_json(block))
