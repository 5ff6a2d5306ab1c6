"""Extras stand apart: each is imported where its option stands, and modules make no circle."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import pagemill

ROOT = Path(pagemill.__file__).parent
EXTRAS = "pagemill.extras"
#: Of each extra the one module that offers it: by an option, or by what a plan says.
OFFERED = {
    "cluster": "pagemill.cli",
    "rows": "pagemill.plan",  # [[each]]
}


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


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """The first circle among modules, if there is one."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_modules_make_no_circle():
    arrows = {name: imported(tree) - {"pagemill"} for name, tree in TREES.items()}
    assert circle(arrows) == []
    # Also where one is imported late, or for its types alone, as these two were.
    assert "pagemill.run" in arrows["pagemill.terminal"]
    again = {**arrows, "pagemill.run": {"pagemill.extras.cluster"}}
    assert {"pagemill.run", "pagemill.extras.cluster"} <= {*circle(again)}


@pytest.mark.parametrize("extra", sorted(OFFERED))
def test_an_extra_is_imported_where_its_option_stands(extra):
    own = f"{EXTRAS}.{extra}"
    assert [name for name, tree in TREES.items() if own in imported(tree)] == [
        OFFERED[extra]
    ]


def test_nothing_of_the_press_needs_an_extra_to_begin():
    extras = {name.rpartition(".")[2] for name in MODULES if name.startswith(EXTRAS)}
    assert extras == {*OFFERED, "extras"}
    early = [
        name
        for name, tree in TREES.items()
        if not name.startswith(EXTRAS)
        for line in tree.body
        if not isinstance(line, ast.FunctionDef | ast.ClassDef | ast.If)
        if any(name.startswith(EXTRAS) for name in imported(line))
    ]
    assert early == []
