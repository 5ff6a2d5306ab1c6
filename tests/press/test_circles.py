"""Modules of the press make no circle, also where one is imported late."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import pagemill

ROOT = Path(pagemill.__file__).parent


def imported(tree: ast.AST) -> set[str]:
    """Modules of the press that a piece of code imports, wherever in it."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {
                node.module,
                *(f"{node.module}.{alias.name}" for alias in node.names),
            }
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names & set(MODULES)


def name_of(file: Path) -> str:
    parts = file.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


MODULES = {name_of(file): file for file in sorted(ROOT.rglob("*.py"))}
TREES = {name: ast.parse(file.read_text("utf-8")) for name, file in MODULES.items()}


def test_modules_make_no_circle():
    arrows = {name: imported(tree) - {"pagemill"} for name, tree in TREES.items()}
    # Also where one is imported late, or for its types alone, as these two were.
    assert "pagemill.run" in arrows["pagemill.terminal"]
    TopologicalSorter(arrows).prepare()
    again = {**arrows, "pagemill.run": {"pagemill.extras.cluster"}}
    with pytest.raises(CycleError):
        TopologicalSorter(again).prepare()
