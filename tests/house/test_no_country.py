"""What calculates knows no country by its code: what one publisher has is read from its rows."""

import ast
import re
from pathlib import Path

import pytest

from catrade_build.tables.names import WORLD

ROOT = Path(__file__).parents[2]
BUILDER = ROOT / "lib/catrade_build"
NAMES = "cells/* frames in_force nowcast revisions running vintages"
MODULES = sorted(file for name in NAMES.split() for file in BUILDER.glob(f"{name}.py"))
COUNTRIES = {*WORLD}


def named_in(text: str) -> set[str]:
    """Return the codes of countries in the string literals of some code, docstrings left out."""
    tree = ast.parse(text)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and isinstance(node.body[0], ast.Expr)
    }
    codes: set[str] = set()
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in told:
            codes.update(re.findall(r"\b[A-Z]{3}\b", str(node.value)))
    return codes & COUNTRIES


@pytest.mark.parametrize("file", MODULES, ids=lambda file: file.stem)
def test_no_country_stands_in_a_calculation(file):
    assert named_in(file.read_text("utf-8")) == set()
