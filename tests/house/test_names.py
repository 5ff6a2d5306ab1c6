"""A variable says what it holds: some words say nothing, wherever they stand."""

import ast
from pathlib import Path

import sizes

#: What is found, one of what, said by whom, known of what?
EMPTY = {"found", "known", "one", "said"}


def empty_names(code: str) -> list[str]:
    """Return the variables, arguments and attributes of some code that say nothing, by line."""
    nodes = ast.walk(ast.parse(code))
    names: set[tuple[int, str]] = set()
    for node in nodes:
        if isinstance(node, ast.arg):
            names.add((node.lineno, node.arg))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add((node.lineno, node.id))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add((node.lineno, node.attr))
    return [f"line {line}: {name}" for line, name in sorted(names) if name in EMPTY]


def test_a_variable_says_what_it_holds():
    folders = ("lib", "notebooks", "tests", "tools", "benchmarks", "examples")
    files = [file for name in folders for file in (sizes.ROOT / name).rglob("*")]
    named: dict[Path, list[str]] = {}
    for file in files:
        if file.suffix in (".py", ".ipynb"):
            named[file] = empty_names(sizes.code_of(file))
    assert len(named) > 350
    assert {file: names for file, names in named.items() if names} == {}


def test_an_empty_name_is_seen():
    code = "def f(known):\n    one = known\n    for said in one: self.found = said"
    assert empty_names(code) == [
        "line 1: known",
        "line 2: one",
        "line 3: found",
        "line 3: said",
    ]
