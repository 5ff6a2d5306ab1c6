"""The house order: which room may import which, and what no module does."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIB = ROOT / "lib"

#: Lowest first. Rooms on one line may import each other; a package alone is its own modules.
LAYERS = """\
rounding
catrade_build.tables catrade_build.words catrade_build.issuers
catrade_build.frames catrade_build.kept
catrade_build.cells
catrade_build.running catrade_build.revisions catrade_build.vintages
catrade_build.check
catrade_build
catrade.charts
catrade.asked catrade.refused
catrade.read catrade.frames catrade.series catrade.parts
catrade.traded catrade.listed catrade.markets catrade.policy catrade.effects catrade.judged
catrade.output
catrade.labels catrade.params catrade.reviews
catrade.page
catrade.explorer
catrade.project catrade.warm
catrade.found
catrade.month catrade.cli
catrade.__main__
"""
RANK = {
    name: rank
    for rank, layer in enumerate(LAYERS.splitlines())
    for name in layer.split()
}

#: Modules of the builder that calculate on chosen figures.
CALCULATIONS = ("decompose", "in_force", "nowcast", "revisions", "running", "vintages")
OF_A_NOTEBOOK = {"catrade", "pandas", "numpy", "seaborn", "matplotlib"}


def rank(module: str) -> int | None:
    """Return how high a module of these packages stands, by its room, else by its package."""
    package, _, rest = module.partition(".")
    return RANK.get(f"{package}.{rest.partition('.')[0]}", RANK.get(package))


def imports(source: str) -> set[str]:
    """Return what a source imports, each name of `catrade` as a module of its own."""
    imported: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            imported.update(
                names if node.module.startswith("catrade") else [node.module]
            )
    return imported


def modules(package: str) -> list[Path]:
    face = LIB / package / "__init__.py"
    return [path for path in sorted((LIB / package).rglob("*.py")) if path != face]


def test_whole_dollars_stay_below_the_calculations():
    """`cells` gives billions; converting to and fro is how a column comes to lie by 10⁹."""
    for path in [
        *(LIB / "catrade_build" / f"{name}.py" for name in CALCULATIONS),
        *LIB.glob("catrade_build/claims/*.py"),
    ]:
        assert "_usd" not in path.read_text("utf-8"), path


def test_a_module_imports_only_from_below():
    upwards = []
    for path in [*modules("catrade"), *modules("catrade_build")]:
        own = ".".join(path.relative_to(LIB).with_suffix("").parts)
        for name in imports(path.read_text("utf-8")):
            other = rank(name)
            if other is not None and other > rank(own):
                upwards.append(f"{own} imports {name}")
    assert upwards == []


def test_fetch_stands_on_the_tables_and_nothing_stands_on_it():
    own = LIB / "catrade_fetch"
    for path in sorted(LIB.rglob("*.py")):
        for name in imports(path.read_text("utf-8")):
            if own in path.parents:
                assert not name.startswith("catrade."), path
                is_below = name.startswith("catrade_build.tables")
                assert is_below or not name.startswith("catrade_build"), path
            else:
                assert not name.startswith("catrade_fetch"), path


def test_rounding_stands_on_nothing():
    for path in modules("rounding"):
        names = imports(path.read_text("utf-8"))
        assert not any(name.startswith("pagemill") for name in names), path


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("notebooks/*.ipynb")), ids=lambda path: path.stem
)
def test_a_notebook_needs_ct_and_its_words_alone(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    imported = {name for source in code for name in imports(source)}
    own = {name for name in imported if name.startswith("catrade.")}
    # Drawing, and words over figures that may be missing.
    words = {name for name in own if name.split(".")[1] == "page"}
    assert own == words
    others = imported - own - {"IPython.display"}
    assert {name.partition(".")[0] for name in others} <= OF_A_NOTEBOOK
    # At most one branch a cell: what needs more is a column of the edition.
    branches = [
        sum(isinstance(node, ast.If) for node in ast.walk(ast.parse(source)))
        for source in code
    ]
    assert max(branches) <= 1
    # An article: at most sixteen cells of code of twenty-four lines.
    assert len(code) <= 16
    assert max(len(source.splitlines()) for source in code) <= 24


#: What a library's manual offers though it begins with an underscore.
OFFERED = {"_replace", "_fields", "_field_defaults", "_make", "_asdict", "_exit"}


def private_of_others(source: str) -> list[str]:
    """Return the private attributes that a module takes from what it did not define itself."""
    tree = ast.parse(source)
    own = set(OFFERED)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            own.add(node.name)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            own.add(node.target.id)
    return [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and re.match(r"_(?!repr_)[a-z]", node.attr)
        if node.attr not in own
        if ast.unparse(node.value) not in {"self", "cls", "other"}
    ]


def test_no_private_attribute_of_another_library_is_used():
    taken = {p: private_of_others(p.read_text("utf-8")) for p in LIB.rglob("*.py")}
    assert {path: lines for path, lines in taken.items() if lines} == {}
