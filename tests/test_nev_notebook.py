"""The policy notebook: its form, and that each parameter changes what it shows.

The cells run in this process: what they show does not depend on a kernel.
"""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
import pytest

from catrade.params import NevTimelineParams
from pagemill.errors import ParameterError

NAME = "notebooks/nev_policy_timeline.ipynb"


@pytest.fixture(scope="module")
def notebook() -> Any:
    return nbformat.read(Path(__file__).resolve().parent.parent / NAME, as_version=4)


def run(notebook: Any, **parameters: object) -> str:
    """Run all cells and return what they show, as plain text."""
    names: dict[str, Any] = {}
    shown = []
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell.id, "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names.update(parameters)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
            if value is not None:
                shown.append(value._repr_mimebundle_()["text/plain"])
    return "\n".join(shown)


@pytest.fixture(scope="module")
def default(notebook: Any) -> str:
    return run(notebook)


def test_form(notebook: Any) -> None:
    assert notebook.metadata["kernelspec"]["name"] == "python3"
    assert notebook.cells[0].cell_type == "markdown"
    assert "parameters" in notebook.cells[1].metadata["tags"]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None
            assert len(cell.source.splitlines()) <= 14
            assert "def " not in cell.source


def test_parameters_cell_holds_the_defaults_of_the_model(notebook: Any) -> None:
    tree = ast.parse(notebook.cells[1].source)
    found = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    assert found == NevTimelineParams().model_dump()
    assert all("#" in line for line in notebook.cells[1].source.splitlines())


def test_prose_holds_no_figure(notebook: Any) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not any(ch.isdigit() for ch in cell.source), cell.source


@pytest.mark.parametrize(
    "flipped",
    [
        {"start": 2013},
        {"end": 2020},
        {"jurisdiction": "UZB"},
        {"themes": "trade,safety"},
        {"focus": "2026-01"},
        {"focus": "2025-kgz-quota-exhausted"},
    ],
    ids=str,
)
def test_every_parameter_changes_the_page(
    notebook: Any, default: str, flipped: dict[str, object]
) -> None:
    assert run(notebook, **flipped) != default


@pytest.mark.parametrize(
    "parameters",
    [
        {"jurisdiction": "TJK"},
        {"jurisdiction": "TKM", "start": 2009, "end": 2010},
        {"themes": "heavy_trucks", "end": 2012},
        {"start": 2010, "end": 2011},
        {"start": 2025, "focus": "2025"},
        {"jurisdiction": "EU", "themes": "technology"},
    ],
    ids=str,
)
def test_selections_without_events_or_figures_still_make_a_page(
    notebook: Any, parameters: dict[str, object]
) -> None:
    assert len(run(notebook, **parameters)) > 1000


def test_a_wrong_focus_is_told_in_one_sentence(notebook: Any) -> None:
    with pytest.raises(ParameterError, match="did you mean '2026-nev-joint-conference'"):
        run(notebook, focus="2026-nev-joint-conferense")


def test_a_focus_that_was_not_asked_for_leaves_no_trace(notebook: Any, default: str) -> None:
    assert "focus" not in default.lower()
    assert all("focus" not in c.source.lower() for c in notebook.cells if c.cell_type != "code")
    assert "Events of January 2026" in run(notebook, focus="2026-01")


def test_page_tells_the_meetings_tax_and_gaps(default: str) -> None:
    assert "Wednesday 14 January 2026 (it says Tuesday)" in default
    assert "half the purchase tax waived, up to 15,000 yuan" in default
    assert "no import figure for" in default
