"""A plan of many reports: what it asks is read once, and one that cannot begin fails alone."""

import dataclasses
import html
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from saved_pages import INPUTS, RUN, project, shown

from pagemill import cli, index, notebook
from pagemill import page as render
from pagemill import plan as plans
from pagemill import project as projects
from rounding.errors import ReportError


@pytest.fixture
def folder(waves: Path, tmp_path: Path) -> Path:
    return project(tmp_path).parent


def load(folder: Path, *reports: str, head: str = "") -> plans.Plan:
    """A plan of reports of the notebook `wave`, of which each says something."""
    texts = [f'[[report]]\nnotebook = "wave"\n{report}\n' for report in reports]
    file = folder / "reports.toml"
    file.write_text("\n".join([head, *texts]), "utf-8")
    return plans.load_plan(file)


def test_what_a_plan_says_of_all_a_report_may_say_for_itself(folder):
    plan = load(folder, "timeout = 7", 'slug = "own"', head="timeout = 9")
    assert [(run.slug, run.timeout) for run in plan.runs] == [("wave-3", 7), ("own", 9)]


def test_what_a_report_asks_is_read_once_however_many_there_are(folder):
    """Press F1: each was compared with every other; 1,000 took 18 s, 10,000 half an hour."""
    looked = []

    def spell(name: str, value: str) -> str:
        looked.append(name)
        return value

    own = dataclasses.replace(projects.current(), filters=("Waves",), spell=spell)
    projects.use(own)
    count = 200
    plan = load(
        folder,
        *(
            f'slug = "no-{number}"\nparameters.number = {number % 9 + 1}'
            for number in range(count)
        ),
    )
    assert len(plan.runs) == count
    assert len(looked) == count
    # Nine subjects, of each the first, and in its place the page itself; eight have room.
    assert plan.named["no-9"].switch.splitlines() == [
        f"no-{number} {number + 1}" for number in range(1, 9)
    ]
    assert plan.named["no-3"].switch.splitlines() == [
        f"no-{number} {number + 1}" for number in range(8)
    ]
    looked.clear()
    (own_run,) = plans.select_runs(plan, ["wave"], {"number": "4"})
    assert own_run.slug == "wave-4"
    assert len(looked) == count + 1


#: Reports that cannot begin, and what is said of each.
UNABLE = {
    "waev": "report 1: notebook must be one of wave; got 'waev' (did you mean",
    "wave-40": "report 2: number must be a whole number from 1 to 9; got '40'",
    "wave-3-numer-4": "report 3: wave has no parameter 'numer' (did you mean",
}


@pytest.mark.kernel
def test_a_report_that_cannot_begin_fails_alone(folder, capsys):
    """An outsider's plan of sixty was refused for one wrong row."""
    load(
        folder,
        'parameters.number = "40"',
        "parameters.numer = 4",
        "",
        head='[[report]]\nnotebook = "waev"\n',
    )
    assert cli.main(["render", "--report", "night.json"]) == 1
    failed = capsys.readouterr().err
    cli.main(["render", "--explain"])  # each is due until it is mended
    due = capsys.readouterr().out
    listed = Path("reports/index.html").read_text("utf-8")
    for slug, sentence in UNABLE.items():
        assert f"failed: {slug}: reports.toml, {sentence}" in failed
        assert f"{slug}: reports.toml, {sentence}" in due
        assert f'<a href="{slug}.failed.ipynb">{slug}</a>: reports.toml, ' in listed
    told = json.loads(Path("night.json").read_text("utf-8"))
    states = {outcome["slug"]: outcome["status"] for outcome in told}
    assert states == {**dict.fromkeys(UNABLE, "failed"), "wave-3": "made"}
    assert "wave-3: current" in due


def of_cell(source: str, about: dict[str, Any], **metadata: Any) -> bytes:
    """A notebook of one cell, as its file holds it."""
    empty = {"cell_type": "code", "id": "a", "execution_count": None, "outputs": []}
    cells = [{**empty, "source": source, "metadata": about}]
    made = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[]", "is no notebook: its JSON is not that of a notebook"),
        (
            b'{"cells":' + b"[" * 100_000,
            "is no notebook: its JSON is not that of a notebook",
        ),
        (
            b"\xef\xbb\xbf{}",
            "is no notebook: it begins with a byte order mark: save it in UTF-8 without one",
        ),
        (
            of_cell("1", {}, kernelspec=None),
            "is damaged: kernelspec in its metadata is no mapping",
        ),
        (of_cell("1", {"tags": None}), "is damaged: the tags of cell 1 are no list"),
        (
            of_cell("print('\ud800')", {}),
            "is damaged: cell 1 holds half a character, which no file can",
        ),
    ],
)
def test_a_notebook_that_is_none_is_a_sentence(tmp_path, content, sentence):
    (tmp_path / "wave.ipynb").write_bytes(content)
    with pytest.raises(ReportError) as error:
        notebook.read_notebook(tmp_path / "wave.ipynb")
    assert str(error.value) == f"wave.ipynb {sentence}"


@pytest.mark.kernel
def test_what_nobody_foresaw_is_a_failure_that_is_kept(folder, monkeypatch, capsys):
    def unforeseen(*_: Any) -> str:
        raise AttributeError("'NoneType' object has no\nattribute 'get'")

    monkeypatch.setattr(render, "page", unforeseen)
    assert cli.main(["render"]) == 1
    sentence = "AttributeError: 'NoneType' object has no attribute 'get'"
    assert f"failed: wave-3: {sentence}" in capsys.readouterr().err
    listed = html.unescape(Path("reports/index.html").read_text("utf-8"))
    assert f"wave-3</a>: {sentence}" in listed
    # So is what is no notebook, without one that has run.
    (folder / "wave.ipynb").write_bytes(b"[]")
    assert cli.main(["render"]) == 1
    (kept,) = nbformat.read("reports/wave-3.failed.ipynb", 4).cells
    assert kept.source.startswith("wave.ipynb is no notebook: ")
    (folder / "wave.ipynb").unlink()
    assert cli.main(["render"]) == 1
    assert "report 1: there is no notebook wave.ipynb in" in capsys.readouterr().err


def test_reports_of_one_title_are_told_apart_by_their_parameters(waves, tmp_path):
    """An outsider's index had twelve cards called "Rain"."""
    for number in (4, 5, 6):
        title = "Rain" if number < 6 else "Wind"
        run = dataclasses.replace(RUN, title=title, parameters={"number": number})
        block = {"slug": f"n{number}", "inputs": INPUTS, "data_date": ""}
        page = tmp_path / f"n{number}.html"
        page.write_text(render.page(shown("x"), run, block), "utf-8")
    cards = index.read_cards(tmp_path, ["n4", "n5", "n6"])
    assert [card.facts for card in cards] == [["Waves: 4"], ["Waves: 5"], []]
