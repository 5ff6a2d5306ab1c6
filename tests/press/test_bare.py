"""Notebooks of which no project and no model tells: `pagemill render any.ipynb -p x=7`."""

from pathlib import Path
from typing import ClassVar

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell
from pydantic import Field
from saved_pages import notebook, refusal

from pagemill import bare, cli, models, plan, project
from rounding.errors import ParameterError

ASKED = (
    "days = 3  # how many days\ntown = 'Aldmoor'\nshare: float = 1\ndry = False\n"
    "months = [1, 2]\nlimit: int | None = None\nother = None\nfirst = str(1)  # a day"
)
SAYS = "import gauge\nprint(f'{days} days in {town}, {first}, {gauge.NAME}')"
TOLD = """\
days = 3
    how many days
    takes a whole number
town = 'Aldmoor'
    takes text
share = 1
    takes a number
dry = False
    takes true or false
months = [1, 2]
    takes a list
limit = None
    takes a whole number or nothing
other = None
    takes any value
first = None
    a day; str(1) if nothing is asked
    takes any value
"""


@pytest.fixture
def folder(alone: Path) -> Path:
    """A folder with a notebook and a module, and no project."""
    write(alone / "rain.ipynb", ASKED)
    (alone / "gauge.py").write_text("NAME = 'the old gauge'", "utf-8")
    return alone


def write(file: Path, asked: str) -> None:
    tagged = new_code_cell(asked, metadata={"tags": ["parameters"]})
    cells = [new_markdown_cell("# Rain\n\nHow much fell?"), tagged, new_code_cell(SAYS)]
    nbformat.write(notebook(*cells), file)


def test_what_it_may_be_asked_stands_in_its_cell(folder, capsys):
    assert cli.main(["params", "rain.ipynb"]) == 0
    assert capsys.readouterr().out == TOLD
    assert cli.main(["params"]) == 0
    assert capsys.readouterr().out.startswith("rain\tdays, town, share, dry, months, ")


def test_what_is_not_a_literal_is_left_to_the_notebook(folder):
    planned = plan.plan_of(None, ["rain.ipynb"])
    (run,) = plan.select_runs(planned, ["rain.ipynb"], {})
    assert run.parameters == {
        "days": 3,
        "town": "Aldmoor",
        "share": 1,
        "dry": False,
        "months": [1, 2],
        "limit": None,
        "other": None,
    }
    assert run.slug == "rain"
    asked = {"first": "[3]", "other": "2.5", "limit": "4", "town": "5"}
    (run,) = plan.select_runs(planned, ["rain"], asked)
    told = [run.parameters[name] for name in asked]
    assert told == [[3], 2.5, 4, "5"]


@pytest.mark.parametrize("name", ["_days", "topic", "model_dump", "spans"])
def test_a_name_that_pages_use_is_refused(folder, name):
    write(folder / "odd.ipynb", f"{name} = 3")
    with pytest.raises(ParameterError, match=f"odd.ipynb: .* be called '{name}'"):
        plan.plan_of(None, ["odd.ipynb"]) and bare.model_of("odd")


@pytest.mark.parametrize("code", ["a = = 1", "", "a, b = 1, 2", "a = 1e999", "# a = 1"])
def test_what_cannot_be_read_is_asked_nothing(folder, code):
    write(folder / "odd.ipynb", code)
    (run,) = plan.select_runs(plan.plan_of(None, ["odd.ipynb"]), ["odd"], {})
    assert run.parameters == {}
    assert run.fault == ""


def test_a_notebook_without_a_model_is_asked_beside_those_with_one(
    waves, tmp_path, capsys
):
    """Analyst N7: "notebook must be one of …", whatever stood in the plan."""
    plan = tmp_path / "notebooks" / "reports.toml"
    plan.parent.mkdir()
    write(plan.parent / "rain.ipynb", ASKED)
    report = '[[report]]\nnotebook = "rain"\nparameters = { days = 5 }\n'
    plan.write_text(report, "utf-8")
    for asked, told in (
        ("render --list", "rain-5\train\t\n"),
        ("params rain-5", "days = 5\n"),
        ("params rain.ipynb", "days = 3\n"),
        ("params", "wave\tnumber\nrain\tdays, "),
    ):
        cli.main(asked.split())
        assert capsys.readouterr().out.startswith(told)


@pytest.mark.kernel
def test_a_notebook_alone_becomes_a_page_that_can_be_made_again(folder, capsys):
    """Press P6: nobody could begin without writing Python."""
    assert cli.main(["render", "rain.ipynb", "-p", "days=7"]) == 0
    page = folder / "reports" / "rain-7.html"
    html = page.read_text("utf-8")
    assert '<h1 id="title">Rain</h1>' in html
    assert "7 days in Aldmoor, 1, the old gauge" in html
    assert "pagemill render rain -p days=7 -p town=Aldmoor" in html
    assert '<dt class="ct-chip">Days</dt>\n<dd class="ct-chip">7</dd>' in html
    listed = (folder / "reports" / "index.html").read_text("utf-8")
    assert 'href="rain-7.html"' in listed
    assert page.resolve().as_uri() in capsys.readouterr().out
    assert cli.main(["verify", str(page), "--notebook", "rain.ipynb"]) == 0
    assert capsys.readouterr().out == f"{page}: reproduced\n"
    assert cli.main(["render", "rain", "-p", "days=7"]) == 0
    assert "1 current: " in capsys.readouterr().out


def test_a_folder_with_a_plan_needs_no_project(folder, capsys):
    report = '[[report]]\nnotebook = "rain"\nparameters = { days = 5 }\n'
    (folder / "reports.toml").write_text(report, "utf-8")
    assert cli.main(["render", "--list"]) == 0
    assert capsys.readouterr().out == "rain-5\train\t\n"


@pytest.mark.parametrize("asked", ["render", "params rain-3"])
def test_without_a_plan_and_a_notebook_it_is_said_what_to_name(asked, folder, capsys):
    told = refusal(capsys, *asked.split())
    assert f"no notebooks/reports.toml in {folder} or above it" in told
    assert "or name a notebook, such as rain.ipynb" in told


class Rain(models.Parameters):
    """The model that a project gives the notebook: it checks one of its parameters."""

    topic: ClassVar[str] = "Weather"
    days: int = Field(3, ge=1, le=9)


def test_a_model_only_adds_checks(folder, capsys):
    """A new parameter of a house notebook works at once: its cell says what it is."""
    project.use(project.Project("pagemill", {"rain": Rain}))
    write(folder / "rain.ipynb", "days = 3\ntown = 'Aldmoor'  # where\nnow = str(1)")
    planned = plan.plan_of(None, ["rain.ipynb"])
    (run,) = plan.select_runs(planned, ["rain.ipynb"], {"town": "ostby"})
    assert (run.slug, run.topic) == ("rain-ostby", "Weather")
    # What only the notebook knows is not told it.
    assert run.parameters == {"days": 3, "town": "ostby"}
    assert cli.main(["params", "rain.ipynb"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:5] == [
        "    takes a whole number from 1 to 9",
        "town = 'Aldmoor'",
        "    where",
        "    takes text",
    ]
    for asked, wrong in (
        ("days=10", "days must be a whole number from 1 to 9; got '10'"),
        (
            "twn=x",
            "rain has no parameter 'twn' (did you mean 'town'?); it has days, town,",
        ),
    ):
        assert wrong in refusal(capsys, "render", "rain.ipynb", "-p", asked)
