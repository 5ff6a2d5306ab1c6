"""The notebooks as papermill and Jupyter run them: from any folder, with any parameter."""

import copy
import functools
import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import computed
import nbformat
import papermill
import papermill.cli
import pytest
from click.testing import CliRunner
from fetch_files import cases, options
from nbclient import NotebookClient

from catrade import params
from pagemill import plan as plans
from rounding.errors import ParameterError

pytestmark = [pytest.mark.kernel, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
#: A value for every parameter that is not its default; a new parameter needs one here.
TABLE = """
trade_growth | "partner": "UZB", "reporter": "partner", "start": 2016, "end": 2023,
  "as_of": "2025-02-01"
trade_figures | "partner": "UZB", "frequency": "annual", "start": 2016, "end": 2023
trade_composition | "partner": "KGZ", "reporter": "partner",
  "start": 2017, "end": 2023, "level": "section", "top_n": 5
country_profile | "partner": "UZB", "reporter": "RUS", "as_of": "2026-01-18"
nev_central_asia | "partner": "UZB", "start": 2023, "end": 2024
nev_policy_timeline | "start": 2018, "end": 2024, "jurisdiction": "UZB",
  "themes": "trade,safety", "focus": "2026-01"
nev_policy_register | "start": 2018, "end": 2024, "jurisdiction": "UZB",
  "themes": "trade,safety"
claim_check | "document": "stheadline-mofcom-2026", "as_of": "2026-01-20"
claim_evidence | "document": "stheadline-mofcom-2026"
mirror_statistics | "partner": "KGZ", "reporter": "KAZ", "start": 2018, "end": 2023,
  "as_of": "2025-02-01"
whats_new | "since": "2026-08-01", "until": "2026-09-10"
"""
OTHER = {name: options(given) for name, given in cases(TABLE)}
#: Of Kazakhstan the newest table is its own, whichever is asked for first.
GIVEN = {
    ("trade_composition", "reporter"): {"partner": "UZB"},
    # The region is taken with China's figures alone.
    ("mirror_statistics", "reporter"): {"partner": "KGZ"},
    # What was known on these days is worked out already.
    ("whats_new", "until"): {"since": "2026-08-01"},
}
#: What a notebook is asked about; one of these may not be anything.
ABOUT = ("partner", "jurisdiction", "document", "since")

Outputs = list[dict[str, Any]]
#: The first report of each notebook in the plan is as the notebook stands.
REPORTS = {
    run.notebook: run for run in reversed(plans.load_plan(ROOT / plans.PLAN).runs)
}
#: Where an ordinary kernel runs: in another time zone, with another order of sets.
ELSEWHERE = {"TZ": "Asia/Almaty", "PYTHONHASHSEED": "7", "LC_ALL": "C", "COLUMNS": "40"}


def outputs(cells: list[Any]) -> Outputs:
    """Return what cells show, without what is random in pandas and widgets."""
    found: Outputs = []
    for output in (output for cell in cells for output in cell.get("outputs", [])):
        data = output.get("data", {})
        shown = (
            data.get("text/html") or data.get("text/plain") or output.get("text", "")
        )
        shown = re.sub(
            r"\bT_[0-9a-f]{5}", "T_", "".join(shown)
        )  # the name of a styled table
        found.append({"kind": output["output_type"], "shown": shown})
    return found


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


@pytest.mark.parametrize("name", ["explore", "trade_growth", "nev_policy_timeline"])
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


def showing(name: str, **given: Any) -> Iterator[str]:
    """What a notebook shows in words, one thing after another, as far as is asked for."""
    for thing in computed.displaying(name, **given):
        assert " at 0x" not in str(thing)  # which would be another one every time
        yield str(thing)


@functools.cache
def standing(name: str, **given: str) -> Iterator[str]:
    return itertools.tee(showing(name, **given), 1)[0]


@pytest.mark.parametrize(
    ("name", "key"), [(n, key) for n, other in OTHER.items() for key in other]
)
def test_every_parameter_changes_what_is_shown(name, key):
    assert OTHER[name][key] != params.NOTEBOOKS[name].model_fields[key].default
    given = GIVEN.get((name, key), {})
    after = showing(name, **given, **{key: OTHER[name][key]})
    before = copy.copy(standing(name, **given))
    assert any(one != other for one, other in itertools.zip_longest(before, after))


def test_no_parameter_is_forgotten():
    known = {name: set(model.model_fields) for name, model in params.NOTEBOOKS.items()}
    known["claim_check"].discard("claims")  # a file that is not there: test_claims.py
    assert {name: set(other) for name, other in OTHER.items()} == known
    # Transit has no model: its cell says what it may be asked.
    assert set(NOTEBOOKS) == {*known, "explore", "transit"}


@pytest.mark.parametrize("name", params.NOTEBOOKS)
def test_papermill_explains_every_parameter(name):
    asked = ["--help-notebook", str(FOLDER / f"{name}.ipynb")]
    told = CliRunner().invoke(papermill.cli.papermill, asked)
    assert told.exit_code == 0
    for key, field in params.NOTEBOOKS[name].model_fields.items():
        found = re.search(
            rf"^  {key}: .*\(default (.*)\)\s+(\S.*)$", told.output, re.MULTILINE
        )
        assert found, (
            f"--help-notebook of {name} does not explain {key}:\n{told.output}"
        )
        assert found[1].strip("\"'") == str(field.default)
        assert len(found[2]) > 10


@pytest.mark.parametrize("name", params.NOTEBOOKS)
def test_a_wrong_parameter_is_one_sentence(name):
    key = next(key for key in ABOUT if key in params.NOTEBOOKS[name].model_fields)
    with pytest.raises(ParameterError, match=f"^{key} must be .*'uzbec'") as error:
        list(showing(name, **{key: "uzbec"}))
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
