"""The notebooks as papermill and Jupyter run them: from any folder, with any parameter."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import papermill
import papermill.cli
import pytest
from click.testing import CliRunner
from computed import displayed
from fetch_files import cases, options
from nbclient import NotebookClient

from catrade import params
from pagemill import plan as plans
from rounding.errors import ParameterError

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
#: What is asked | what changes it. Of Kazakhstan the newest table is its own, whichever is asked
#: for first; the region is taken with China's figures alone.
CHANGED = """
trade_growth |  | "partner": "KAZ"
trade_growth | "partner": "KAZ" | "reporter": "partner"
trade_growth |  | "start": 2016
trade_growth |  | "end": 2023
trade_composition | "partner": "UZB" | "reporter": "partner"
trade_composition |  | "start": 2017
trade_composition |  | "end": 2023
trade_composition |  | "top_n": 5
nev_central_asia |  | "partner": "UZB"
nev_central_asia |  | "start": 2023
nev_central_asia |  | "end": 2024
nev_policy_timeline |  | "start": 2018
nev_policy_timeline |  | "end": 2024
nev_policy_timeline |  | "jurisdiction": "UZB"
nev_policy_timeline |  | "themes": "trade,safety"
nev_policy_register |  | "start": 2018
nev_policy_register |  | "end": 2024
nev_policy_register |  | "jurisdiction": "UZB"
nev_policy_register |  | "themes": "trade,safety"
country_dossier |  | "partner": "KGZ"
country_dossier | "partner": "KGZ" | "reporter": "RUS"
transit |  | "start": 2022
"""
#: What a notebook is asked about; one of these may not be anything.
ABOUT = ("partner", "jurisdiction", "document", "since")

Outputs = list[dict[str, Any]]
RUNS = plans.load_plan(ROOT / plans.PLAN).runs
#: The first report of each notebook in the plan is as the notebook stands.
REPORTS = {run.notebook: run for run in reversed(RUNS)}
#: Where an ordinary kernel runs: in another time zone, with another order of sets.
ELSEWHERE = {"TZ": "Asia/Almaty", "PYTHONHASHSEED": "7", "LC_ALL": "C", "COLUMNS": "40"}


def outputs(cells: list[Any]) -> Outputs:
    """Return what cells show, without what is random in pandas and widgets."""
    results: Outputs = []
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        data = output.get("data", {})
        shown = (
            data.get("text/html") or data.get("text/plain") or output.get("text", "")
        )
        shown = re.sub(
            r"\bT_[0-9a-f]{5}", "T_", "".join(shown)
        )  # the name of a styled table
        results.append({"kind": output["output_type"], "shown": shown})
    return results


@pytest.fixture(scope="module")
def jupyter() -> Iterator[NotebookClient]:
    """An ordinary kernel in the project's folder, as JupyterLab starts one."""
    client = NotebookClient(
        nbformat.v4.new_notebook(),
        kernel_name="python3",
        extra_arguments=["--log-level=ERROR"],  # ipykernel warns of a local connection
        resources={"metadata": {"path": str(ROOT)}},
        timeout=600,
    )
    client.execute(cleanup_kc=False, env={**os.environ, **ELSEWHERE})
    yield client
    client.nb = nbformat.v4.new_notebook()
    client.execute()  # and end the kernel


@pytest.mark.parametrize("name", ["explore", "nev_policy_timeline"])
def test_jupyter_shows_what_the_report_was_made_from(name, jupyter, plan_pages):
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%reset -f"))
    jupyter.nb = notebook
    jupyter.execute(cleanup_kc=False)  # raises what a cell raises
    outside = outputs(notebook.cells)
    assert len(outside) >= 2
    assert {output["kind"] for output in outside} <= {"display_data", "execute_result"}
    if name in REPORTS:
        made = nbformat.read(plan_pages / f"{REPORTS[name].slug}.ipynb", as_version=4)
        assert outside == outputs(made.cells)


@pytest.mark.parametrize(("name", "asked", "change"), cases(CHANGED))
def test_every_parameter_changes_what_is_shown(name, asked, change):
    given = options(asked)
    before = [str(thing) for thing in displayed(name, **given)]
    assert [
        str(thing) for thing in displayed(name, **given | options(change))
    ] != before


def test_every_model_of_parameters_has_its_notebook():
    assert {*params.NOTEBOOKS} <= {*NOTEBOOKS}


@pytest.mark.parametrize("name", params.NOTEBOOKS)
def test_papermill_explains_every_parameter(name):
    asked = ["--help-notebook", str(FOLDER / f"{name}.ipynb")]
    told = CliRunner().invoke(papermill.cli.papermill, asked)
    assert told.exit_code == 0
    for key in params.NOTEBOOKS[name].model_fields:
        line = re.search(
            rf"^  {key}: .*\(default .*\)\s+(\S.*)$", told.output, re.MULTILINE
        )
        assert line, f"--help-notebook of {name} does not explain {key}:\n{told.output}"
        assert len(line[1]) > 10


@pytest.mark.parametrize("name", params.NOTEBOOKS)
def test_a_wrong_parameter_is_one_sentence(name):
    fields = params.NOTEBOOKS[name].model_fields
    key = next((key for key in ABOUT if key in fields), "start")
    with pytest.raises(ParameterError, match=f"^{key} must be .*'uzbec'") as error:
        displayed(name, **{key: "uzbec"})
    assert "\n" not in str(error.value)


def test_papermill_stops_at_a_wrong_parameter_with_its_sentence_only(
    tmp_path,
):
    file = tmp_path / "out.ipynb"
    with pytest.raises(papermill.PapermillExecutionError, match="ParameterError"):
        papermill.execute_notebook(
            FOLDER / "trade_growth.ipynb", file, {"partner": "UZZ"}, progress_bar=False
        )
    cells = nbformat.read(file, as_version=4).cells
    shown = [output for cell in cells for output in cell.get("outputs", [])]
    (error,) = [output for output in shown if output.output_type == "error"]
    assert error.traceback == [f"ParameterError: {error.evalue}"]
