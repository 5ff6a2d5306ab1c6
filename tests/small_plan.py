"""Small notebooks and a plan for the tests of catrade.report: made by hand, quick to run."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode

SLUG = "trade-growth-kaz"
PLAN = '[[report]]\nnotebook = "trade_growth"\nparameters = { partner = "KAZ" }\n'
PARAMETERS = (
    'partner = "CA5"  # CA5 or a country\nreporter = "CHN"\nstart = 2013\nend = 2025'
)
VALIDATE = (
    "from catrade import params\n"
    'p = params.validate("trade_growth", partner=partner, reporter=reporter, '
    "start=start, end=end)"
)
ANSWER = (
    "from catrade import display\ndisplay.answer(f'Trade with <{p.partner}> grew.')"
)
CHART = """\
import pandas as pd
from matplotlib.figure import Figure
figure = Figure(figsize=(7.2, 4), layout="constrained")
axes = figure.subplots()
axes.plot([2013, 2024, 2025], [50.3, 94.8, 106.3], marker="o")
display.Chart(
    figure, "Trade reached 106.3 billion dollars in 2025",
    "A line rises from 50.3 billion dollars in 2013 to 106.3 billion in 2025.",
    pd.DataFrame({"year": [2013, 2024, 2025], "value_usd": [50.3e9, 94.8e9, 106.3e9]}),
    source="Chinese customs", name="trade",
)"""
TABLE = """\
frame = pd.DataFrame({"year": ["2013", "2024", "2025"], "value_usd": [50.3e9, 94.8e9, 106.3e9]})
display.table(
    frame, "Trade by year",
    columns={"year": ("Year", "text"), "value_usd": ("Total, $ billion", "billion")},
)"""


def notebook(*cells: tuple[str, str], parameters: str = PARAMETERS) -> NotebookNode:
    """A notebook with a title, the parameters cell, and the cells given as (kind, source)."""
    made = [
        nbformat.v4.new_markdown_cell("# How has trade grown?\n\nA *short* question."),
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
    ]
    for kind, source in cells:
        new = (
            nbformat.v4.new_markdown_cell
            if kind == "text"
            else nbformat.v4.new_code_cell
        )
        made.append(new(source))
    for number, cell in enumerate(made):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})


def usual() -> NotebookNode:
    """A notebook as ours are: validation, answer, a chart, a table."""
    return notebook(
        ("code", VALIDATE),
        ("code", ANSWER),
        (
            "text",
            "## Trade over time\n\nFrom the [ministry](https://example.org/page).",
        ),
        ("code", CHART),
        ("text", "## In numbers"),
        ("code", TABLE),
    )


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
    plan.write_text(text, encoding="utf-8")
    return plan
