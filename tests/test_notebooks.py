"""The notebooks as papermill and Jupyter run them: from any folder, with any parameter."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest

from catrade import params
from pagemill import kernels

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
#: A value for every parameter that is not its default; a new parameter needs one here.
OTHER: dict[str, dict[str, Any]] = {
    "trade_growth": {"partner": "UZB", "reporter": "partner", "start": 2016, "end": 2023},
    "trade_figures": {"partner": "UZB", "frequency": "annual", "start": 2016, "end": 2023},
    "trade_composition": {
        **{"partner": "KGZ", "direction": "imports", "reporter": "partner", "start": 2017},
        **{"end": 2023, "level": "section", "top_n": 5},
    },
    "nev_policy_timeline": {
        **{"start": 2018, "end": 2024, "jurisdiction": "UZB", "themes": "trade,safety"},
        "focus": "2026-01",
    },
    "nev_policy_register": {
        **{"start": 2018, "end": 2024, "jurisdiction": "UZB", "themes": "trade,safety"},
    },
    "claim_check": {"document": "stheadline-mofcom-2026"},
    "claim_evidence": {"document": "stheadline-mofcom-2026"},
    "mirror_statistics": {"partner": "KGZ", "start": 2018, "end": 2023, "valuation": "cif_10"},
}
#: A value that may not be, and what the sentence about it says.
WRONG: dict[str, tuple[str, Any, str]] = {
    "trade_growth": ("partner", "UZZ", "did you mean 'UZB'?"),
    "trade_figures": ("frequency", "anual", "did you mean 'annual'?"),
    "trade_composition": ("top_n", 99, "top_n must be a whole number from 3 to 20; got 99"),
    "nev_policy_timeline": ("themes", "trades", "did you mean 'trade'?"),
    "nev_policy_register": ("jurisdiction", "UZZ", "did you mean 'UZB'?"),
    "claim_check": ("document", "dailymail-2025-01", "did you mean 'dailymail-2026-01'?"),
    "claim_evidence": ("document", "dailymail-2025-01", "did you mean 'dailymail-2026-01'?"),
    "mirror_statistics": ("valuation", "cif_99", "a whole c.i.f. margin in per cent from 1 to 25"),
}

Outputs = list[dict[str, Any]]


def papermill_run(name: str, given: Mapping[str, Any], folder: str, file: str | None = None) -> Any:
    """Run a notebook with papermill, in a forked kernel."""
    import papermill

    with (
        tempfile.TemporaryDirectory() as sockets,
        kernels.warm_manager("python3", "catrade.warm", Path(sockets), cwd=folder) as manager,
    ):
        return papermill.execute_notebook(
            str(FOLDER / f"{name}.ipynb"), file, dict(given), km=manager, progress_bar=False
        )


def execute(name: str, given: Mapping[str, Any], folder: str) -> Outputs:
    """Return what the cells of a notebook show with these parameters."""
    import papermill

    try:
        return outputs(papermill_run(name, given, folder))
    except papermill.PapermillExecutionError as error:
        return [{"output_type": "error", "ename": error.ename, "evalue": error.evalue}]


def execute_as_jupyter(name: str, folder: str) -> Outputs:
    """Run a notebook in an ordinary kernel, as JupyterLab does, in a folder."""
    from nbclient import NotebookClient

    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    NotebookClient(
        notebook,
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # ipykernel warns of a local connection
        resources={"metadata": {"path": folder}},
        timeout=600,
    ).execute()
    return outputs(notebook)


def outputs(notebook: Any) -> Outputs:
    """Return what code cells show, without what is random in pandas and widgets."""
    found: Outputs = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            kept = {key: output[key] for key in ("ename", "evalue", "text") if key in output}
            data = output.get("data", {})
            shown = data.get("text/html") or data.get("text/plain", "")
            shown = re.sub(r"\bT_[0-9a-f]{5}", "T_", shown)  # the name of a styled table
            found.append({"output_type": output["output_type"], "shown": shown, **kept})
    return found


@pytest.fixture(scope="module")
def runs() -> dict[str, Any]:
    """Every run that the tests below look at, made two at a time: outputs, or the error."""
    tasks: list[tuple[str, tuple[Any, ...]]] = []
    for name in NOTEBOOKS:
        tasks.append(("execute", (name, {}, str(FOLDER))))
        tasks.append(("execute_as_jupyter", (name, str(ROOT))))
    for name, other in OTHER.items():
        tasks += [("execute", (name, {key: other[key]}, str(FOLDER))) for key in other]
    functions = {"execute": execute, "execute_as_jupyter": execute_as_jupyter}
    work = [(functions[kind], arguments) for kind, arguments in tasks]
    made = {}
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(function, *arguments) for function, arguments in work]
    for (kind, arguments), done in zip(tasks, asked, strict=True):
        made[key_of(kind, *arguments)] = done.exception() or done.result()
    return made


def key_of(kind: str, *arguments: Any) -> str:
    return f"{kind} {arguments!r}"


def errors(shown: Outputs | Exception) -> list[str]:
    if isinstance(shown, Exception):
        return [repr(shown)]
    return [f"{o['ename']}: {o['evalue']}" for o in shown if o["output_type"] == "error"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_alike_from_its_folder_and_from_the_project(
    runs: dict[str, Any], name: str
) -> None:
    inside = runs[key_of("execute", name, {}, str(FOLDER))]
    outside = runs[key_of("execute_as_jupyter", name, str(ROOT))]
    assert errors(inside) == errors(outside) == []
    assert not [shown for shown in (*inside, *outside) if shown["output_type"] == "stream"]
    assert len(inside) >= 2
    assert inside == outside


@pytest.mark.parametrize(("name", "key"), [(n, key) for n, other in OTHER.items() for key in other])
def test_every_parameter_changes_what_is_shown(runs: dict[str, Any], name: str, key: str) -> None:
    assert OTHER[name][key] != params.NOTEBOOKS[name].model_fields[key].default
    before = runs[key_of("execute", name, {}, str(FOLDER))]
    after = runs[key_of("execute", name, {key: OTHER[name][key]}, str(FOLDER))]
    assert errors(after) == []
    assert before != after


def test_no_parameter_is_forgotten() -> None:
    known = {name: set(model.model_fields) for name, model in params.NOTEBOOKS.items()}
    assert {name: set(other) for name, other in OTHER.items()} == known
    assert set(WRONG) == set(known)
    assert set(NOTEBOOKS) == {*known, "explore"}


@pytest.mark.parametrize("name", params.NOTEBOOKS)
def test_papermill_explains_every_parameter(name: str) -> None:
    from click.testing import CliRunner
    from papermill.cli import papermill

    told = CliRunner().invoke(papermill, ["--help-notebook", str(FOLDER / f"{name}.ipynb")])
    assert told.exit_code == 0
    for key, field in params.NOTEBOOKS[name].model_fields.items():
        found = re.search(rf"^  {key}: .*\(default (.*)\)\s+(\S.*)$", told.output, re.MULTILINE)
        assert found, f"--help-notebook of {name} does not explain {key}:\n{told.output}"
        assert found[1].strip("\"'") == str(field.default)
        assert len(found[2]) > 10


@pytest.mark.parametrize("name", params.NOTEBOOKS)
def test_a_wrong_parameter_is_one_sentence_in_the_notebook(name: str, tmp_path: Path) -> None:
    import papermill

    key, value, sentence = WRONG[name]
    file = tmp_path / "out.ipynb"
    with pytest.raises(papermill.PapermillExecutionError, match="ParameterError"):
        papermill_run(name, {key: value}, str(FOLDER), str(file))
    cells = nbformat.read(file, as_version=4).cells
    shown = [output for cell in cells for output in cell.get("outputs", [])]
    (error,) = [output for output in shown if output.output_type == "error"]
    assert error.traceback == [f"ParameterError: {error.evalue}"]
    assert key in error.evalue
    assert sentence in error.evalue
    assert "\n" not in error.evalue
