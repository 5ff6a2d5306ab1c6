"""Data flows one way: a room imports only from those below, and the press knows no trade."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

LIB = Path(__file__).parent.parent / "lib"

#: Lowest first. Rooms on one line may import each other.
LAYERS = [
    {"errors"},
    {"tables", "words", "issuers"},
    {"cells"},
    {"charts", "calc"},
    {"claims"},
    {"pages", "check"},
    {"face"},
    {"params", "explore"},
    {"project", "warm"},
    {"fetch"},  # above all: what was fetched is read by `tables`
    {"cli"},
    {"__main__"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def _rank(module: str) -> int:
    return RANK[module.removeprefix("catrade.").split(".")[0]]


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found.update(names if node.module == "catrade" else {node.module})
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return found


def _modules(package: str) -> list[Path]:
    face = LIB / package / "__init__.py"
    return [path for path in sorted((LIB / package).rglob("*.py")) if path != face]


@pytest.mark.parametrize(
    "path", _modules("catrade"), ids=lambda path: str(path.relative_to(LIB))
)
def test_a_module_imports_only_from_below(path: Path) -> None:
    own = ".".join(path.relative_to(LIB).with_suffix("").parts)
    for imported in _imports(path) - {"catrade", "catrade.__version__"}:
        if imported.startswith("catrade."):
            assert _rank(imported) <= _rank(own), f"{own} imports {imported}"


@pytest.mark.parametrize(
    "path",
    [*_modules("pagemill"), *_modules("rounding")],
    ids=lambda path: str(path.relative_to(LIB)),
)
def test_the_press_knows_no_trade(path: Path) -> None:
    assert "catrade" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", _modules("rounding"), ids=lambda path: path.stem)
def test_rounding_stands_on_nothing(path: Path) -> None:
    assert not any(name.startswith("pagemill") for name in _imports(path))


#: What a library's manual offers though it begins with an underscore.
OFFERED = {"_replace", "_fields", "_field_defaults", "_make", "_asdict", "_exit"}


def private_of_others(source: str) -> list[str]:
    """Return the private attributes that a module takes from what it did not define itself."""
    tree = ast.parse(source)
    own = {
        n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)
    }
    own |= {
        n.target.id
        for n in ast.walk(tree)
        if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)
    }
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and re.match(r"_[a-z]", node.attr)
        if node.attr not in OFFERED | own and not node.attr.startswith("_repr_")
        if ast.unparse(node.value) not in {"self", "cls", "other"}
    ]


@pytest.mark.parametrize("path", sorted(LIB.rglob("*.py")), ids=lambda path: path.stem)
def test_no_private_attribute_of_another_library_is_used(path: Path) -> None:
    assert private_of_others(path.read_text(encoding="utf-8")) == []


def test_a_private_attribute_is_found() -> None:
    assert private_of_others(
        "axes._left_title\nself._own\nrow._replace()\nsuper()._hook()\n"
    ) == [
        "line 1: axes._left_title",
        "line 4: super()._hook",
    ]
