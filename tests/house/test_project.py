"""The files around the library agree with each other."""

import fnmatch
import json
import re
import tomllib
from pathlib import Path

import pytest

#: conda-forge's name where it differs from the package index's.
CONDA_NAMES = {"duckdb": "python-duckdb"}


def _project(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


def test_environment_yml_has_the_names_and_bounds_of_pyproject(root):
    project = _project(root)["project"]
    expected = {"python" + project["requires-python"], "pip"}
    fetch = project["optional-dependencies"]["fetch"]
    for requirement in [*project["dependencies"], *fetch]:
        name = re.match(r"[a-z0-9-]+", requirement)[0]
        expected.add(CONDA_NAMES.get(name, name) + requirement.removeprefix(name))
    text = (root / "environment.yml").read_text("utf-8")
    listed = set(re.findall(r"^  - ([a-z0-9.<>=,-]+)$", text, flags=re.MULTILINE))
    assert listed - {"conda-forge"} == expected


def _pins(root: Path, lock: str) -> set[str]:
    text = (root / lock).read_text("utf-8")
    return set(re.findall(r"^([a-z0-9-]+)==", text, flags=re.MULTILINE))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_lock_has_a_hash_for_every_pin_and_names_no_host(root, lock):
    text = (root / lock).read_text("utf-8")
    pins = re.findall(r"^[a-z0-9].*==.*$", text, flags=re.MULTILINE)
    assert pins
    assert all(pin.endswith("\\") for pin in pins)
    assert "://" not in text


def test_the_locks_pin_what_is_wanted_and_reports_need_no_test_tools(
    root,
):
    project = _project(root)
    groups = project["dependency-groups"]
    fetch = project["project"]["optional-dependencies"]["fetch"]
    reports = project["project"]["dependencies"] + fetch + groups["build"]
    wanted = [
        {re.match(r"[a-z0-9-]+", name)[0] for name in names}
        for names in (reports, groups["test"])
    ]
    pinned = [
        _pins(root, lock) for lock in ("requirements.lock", "requirements-test.lock")
    ]
    assert wanted[0] <= pinned[0]
    assert wanted[1] <= pinned[0] | pinned[1]
    assert not pinned[0] & pinned[1]


def test_version_is_the_same_everywhere(root):
    import catrade

    assert f"version: {catrade.__version__}\n" in (root / "CITATION.cff").read_text(
        "utf-8"
    )
    assert f"## [{catrade.__version__}]" in (root / "CHANGELOG.md").read_text("utf-8")


def _notebooks() -> list[Path]:
    return sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", _notebooks(), ids=lambda path: path.stem)
def test_notebook_is_clean(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert cells[0]["cell_type"] == "markdown"
    texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
    # A figure with a unit; dates and codes such as HS 84 or January 2026 are names, not figures.
    typed = r"\d[\d.,]*\s*(?:%|per cent|percent|billion|million|bn|points)"
    assert [text for text in texts if re.search(typed, text)] == []
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert [c for c in code if c["outputs"] or c["execution_count"]] == []
    sources = ["".join(cell["source"]) for cell in code]
    assert [s for s in sources if re.search(r"^\s*class ", s, re.MULTILINE)] == []
    tagged = [c for c in code if "parameters" in c["metadata"].get("tags", [])]
    assert len(tagged) <= 1
    for cell in tagged:
        for line in "".join(cell["source"]).splitlines():
            assert re.fullmatch(r"[a-z_]+(: [a-z]+)? = .+  # .+", line), line


def test_a_report_has_title_question_parameters_and_answer(root):
    plan = tomllib.loads((root / "notebooks" / "reports.toml").read_text("utf-8"))
    lacking = []
    for name in {report["notebook"] for report in plan["report"]}:
        text = (root / "notebooks" / f"{name}.ipynb").read_text("utf-8")
        head, *others = json.loads(text)["cells"]
        if not re.fullmatch(r"# .+\n\n.+\?", "".join(head["source"]).strip()):
            lacking.append(f"{name}: title, and below it a question that ends in ?")
        if not any("parameters" in c["metadata"].get("tags", []) for c in others):
            lacking.append(f"{name}: a cell tagged parameters")
        if not any("answer(" in "".join(cell["source"]) for cell in others):
            lacking.append(f"{name}: page.answer")
    assert lacking == []


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CONTRIBUTING.md",
        "data/README.md",
        "docs/architecture.md",
        "lib/pagemill/README.md",
    ],
)
def test_the_files_a_document_names_exist(root, document):
    text = (root / document).read_text("utf-8")
    folders = "lib|tests|notebooks|data|docs|benchmarks|examples"
    named = set(re.findall(rf"(?<![\w/.])(?:{folders})/[\w./-]*\w", text))
    assert named
    assert sorted(path for path in named if not (root / path).exists()) == []


@pytest.mark.parametrize("file", ["benchmarks/mutation.py", "tests/conftest.py"])
def test_the_files_of_tests_that_code_names_exist(root, file):
    named = re.findall(r"\b(test_\w+)", (root / file).read_text("utf-8"))
    assert named
    held = {path.stem for path in (root / "tests").rglob("test_*.py")}
    assert sorted(set(named) - held) == []


def test_pytest_looks_into_every_folder_of_tests(pytestconfig, root):
    """Left to itself it passes by folders called build, and nothing said that ours never ran."""
    passed_by = pytestconfig.getini("norecursedirs")
    folders = {path.parent.name for path in (root / "tests").rglob("test_*.py")}
    assert "build" in folders
    for pattern in passed_by:
        assert fnmatch.filter(folders, pattern) == []
