"""Data flows one way: a module imports only from layers below its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "lib" / "catrade"

#: Lowest first. Modules on one line are one layer and may import each other.
LAYERS = [
    {"errors"},
    {"names", "paths"},
    {"dates", "intervals", "celltext", "select"},
    {"definitions"},
    {"reading", "dictionary"},
    {"fetch"},
    {"data", "params"},
    {"numbers", "formats", "frames", "selection"},
    {
        *(
            "series",
            "shares",
            "growth",
            "printed",
            "implied",
            "identities",
            "apart",
            "coverage",
            "indices",
        ),
        *("nowcast", "revisions", "running"),
        *("composition", "concentration", "changes", "books", "mirror", "leaders", "dependence"),
        *("policy", "spells", "relief", "market"),
    },
    {"claims", "check"},
    {"csvtext", "svg", "htmlparts", "tables", "cites", "display"},
    {"charts"},
    {"views", "findings", "explore"},
    {"report"},
    {"cli"},
    {"__main__"},
]
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}


def _layer(module: str) -> int:
    """Return the rank of a module; `claims_rank` belongs to `claims`, `report.run` to `report`."""
    part = module.removeprefix("catrade.").split(".")[0]
    return RANK[part] if part in RANK else RANK[part.split("_")[0]]


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("catrade"):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found.update(names if node.module == "catrade" else {node.module})
        elif isinstance(node, ast.Import):
            found.update(a.name for a in node.names if a.name.startswith("catrade."))
    return found


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(PACKAGE.rglob("*.py")) if p.parent != PACKAGE or p.stem != "__init__"],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_module_imports_only_from_below(path: Path) -> None:
    own = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    for imported in _imports(path) - {"catrade.__version__"}:
        assert _layer(imported) <= _layer(own), f"{own} imports {imported}"
