"""Small notebooks and a plan for the tests of plans: made by hand, quick to run."""

from pathlib import Path

import nbformat
from nbformat import NotebookNode

SLUG = "trade-growth-kaz"
PLAN = '[[report]]\nnotebook = "trade_growth"\nparameters = { partner = "KAZ" }\n'
PARAMETERS = (
    'partner = "CA5"  # CA5 or a country\nreporter = "CHN"\nstart = 2013\nend = 2025'
)


def notebook(*cells: str, asked: str = PARAMETERS) -> NotebookNode:
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
