"""Modules of the press make no circle, also where one is imported late or for its types alone."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pagemill

ROOT = Path(pagemill.__file__).parent


def imported(file: Path) -> set[str]:
    """Names that a module imports, wherever in it: modules, and what is in them."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {str(node.module)}
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_modules_make_no_circle():
    modules = {f"pagemill.{file.stem}": imported(file) for file in ROOT.glob("*.py")}
    arrows = {name: names & modules.keys() for name, names in modules.items()}
    assert "pagemill.run" in arrows["pagemill.terminal"]
    TopologicalSorter(arrows).prepare()
