"""Parameters of many reports in one file: each row is a report."""

import dataclasses
import html
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from fetch_files import cases
from saved_pages import INPUTS, RUN, project, shown

from pagemill import cli, index
from pagemill import page as render
from pagemill import plan as plans
from pagemill import project as projects
from rounding.errors import ParameterError

EACH = '[[each]]\nnotebook = "wave"\nrows = "{}"\n'


@pytest.fixture
def folder(waves: Path, tmp_path: Path) -> Path:
    return project(tmp_path).parent


def load(folder: Path, name: str, content: str, more: str = "") -> plans.Plan:
    (folder / name).write_text(content, "utf-8")
    (folder / "reports.toml").write_text(EACH.format(name) + more, "utf-8")
    return plans.load_plan(folder / "reports.toml")


def asked(plan: plans.Plan) -> list[tuple[str, int, str]]:
    return [(run.slug, run.parameters["number"], run.title) for run in plan.runs]


def test_each_row_of_a_csv_is_a_report(folder):
    rows = '\ufeffnumber,title\r\n4,"Four, all"\r\n\r\n ,\r\n'
    by_hand = '[[report]]\nnotebook = "wave"\nslug = "own"\n'
    plan = load(folder, "waves.csv", rows, by_hand)
    # An empty cell is the default; an empty line is nothing.
    expected = [("own", 3, ""), ("wave-4", 4, "Four, all"), ("wave-3", 3, "")]
    assert asked(plan) == expected


def test_what_a_plan_says_of_all_rows_a_row_may_say_for_itself(folder):
    rows = "number,slug,topic\n5,five,\n6,,High\n"
    plan = load(folder, "waves.csv", rows, 'topic = "Low"\ntimeout = 9\n')
    assert asked(plan) == [("five", 5, ""), ("wave-6", 6, "")]
    assert [run.topic for run in plan.runs] == ["Low", "High"]
    assert [run.timeout for run in plan.runs] == [9, 9]


def test_what_a_report_asks_is_read_once_however_many_there_are(folder):
    """Press F1: each was compared with every other; 1,000 took 18 s, 10,000 half an hour."""
    looked = []

    def spell(name: str, value: str) -> str:
        looked.append(name)
        return value

    own = dataclasses.replace(projects.current(), filters=("Waves",), spell=spell)
    projects.use(own)
    count = 200
    lines = [f"{number % 9 + 1},wave-no-{number}" for number in range(count)]
    plan = load(folder, "waves.csv", "\n".join(["number,slug", *lines]))
    assert len(plan.runs) == count
    assert len(looked) == count
    # Nine subjects, of each the first, and in its place the page itself; eight have room.
    assert plan.named["wave-no-9"].switch.splitlines() == [
        *(f"wave-no-{number} {number + 1}" for number in range(1, 9)),
    ]
    assert plan.named["wave-no-3"].switch.splitlines() == [
        *(f"wave-no-{number} {number + 1}" for number in range(8)),
    ]
    looked.clear()
    (own_run,) = plans.select_runs(plan, ["wave"], {"number": "4"})
    assert own_run.slug == "wave-4"
    assert len(looked) == count + 1


#: A file, its lines (parted by a slash) and what is said of them.
WRONG_ROWS = """\
w.csv | numer/4 | w.csv, row 1: a column must be one of number, slug, title, topic; got 'numer' (did
w.csv | number/4,5 | row 2: it has 2 cells, and the head 1
w.csv | number,number/4,5 | row 1: the head of the columns has 'number'
w.csv |  | w.csv, row 1: the head of the columns is missing
w.csv | number/4/4 | row 3: the slug 'wave-4' is taken by an earlier
w.csv | number | reports.toml lists no report: there is no row of one in w.csv
w.txt | number/4 | rows must be the name of a .csv file beside the plan; got 'w.txt'
"""


@pytest.mark.parametrize(("name", "lines", "sentence"), cases(WRONG_ROWS))
def test_a_wrong_row_is_a_sentence_that_says_where(folder, name, lines, sentence):
    content = lines.replace("/", "\n")
    with pytest.raises(ParameterError) as caught:
        load(folder, name, content)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


#: Reports that cannot begin, and what is said of each.
UNABLE = {
    "waev-number-4": "report 1: notebook must be one of wave; got 'waev' (did you mean",
    "wave-40": "each 1, w.csv, row 3: number must be a whole number from 1 to 9; got '40'",
    "wave-3-numer-4": "report 2: wave has no parameter 'numer' (did you mean",
}
WAEV = '[[report]]\nnotebook = "waev"\nparameters = { number = 4 }\n'
NUMER = '[[report]]\nnotebook = "wave"\nparameters = { numer = 4 }\n'


@pytest.mark.kernel
def test_a_report_that_cannot_begin_fails_alone(folder, capsys):
    """An outsider's plan of sixty was refused for one wrong row."""
    load(folder, "w.csv", "number\n5\n40\n3\n", WAEV + NUMER)
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
    made = {"wave-5": "made", "wave-3": "made"}
    assert states == {**dict.fromkeys(UNABLE, "failed"), **made}
    assert all(f"{slug}: current" in due for slug in made)


def of_cell(source: str, about: dict[str, Any], **metadata: Any) -> bytes:
    """A notebook of one cell, as its file holds it."""
    empty = {"cell_type": "code", "id": "a", "execution_count": None, "outputs": []}
    cells = [{**empty, "source": source, "metadata": about}]
    made = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(made).encode()


@pytest.mark.kernel
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[]", "wave.ipynb is no notebook: 'list' object has no attribute 'get'"),
        (b"\xff", "wave.ipynb is no notebook: it is not JSON"),
        (
            b"\xef\xbb\xbf{}",
            "wave.ipynb is no notebook: it begins with a byte order mark: save it in"
            " UTF-8 without one",
        ),
        (
            of_cell("1", {}, kernelspec=None),
            "wave.ipynb is damaged: kernelspec in its metadata is no mapping",
        ),
        (
            of_cell("1", {"tags": None}),
            "wave.ipynb is damaged: the tags of cell 1 are no list",
        ),
        (
            of_cell("print('\ud800')", {}),
            "wave.ipynb is damaged: cell 1 holds half a character, which no file can",
        ),
        (None, "reports.toml, report 1: there is no notebook wave.ipynb in notebooks/"),
    ],
)
def test_a_notebook_that_is_none_fails_alone(folder, content, sentence, capsys):
    (folder / "wave.ipynb").write_bytes(content or b"")
    if content is None:
        (folder / "wave.ipynb").unlink()
    assert cli.main(["render"]) == 1
    assert f"failed: wave-3: {sentence}" in capsys.readouterr().err
    assert nbformat.read("reports/wave-3.failed.ipynb", 4).cells[0].source == sentence


@pytest.mark.kernel
def test_what_nobody_foresaw_is_a_failure_that_is_kept(folder, monkeypatch, capsys):
    def unforeseen(*_: Any) -> str:
        raise AttributeError("'NoneType' object has no\nattribute 'get'")

    monkeypatch.setattr(render, "page", unforeseen)
    assert cli.main(["render"]) == 1
    sentence = "AttributeError: 'NoneType' object has no attribute 'get'"
    assert f"failed: wave-3: {sentence}" in capsys.readouterr().err
    assert f"wave-3</a>: {sentence}" in html.unescape(
        Path("reports/index.html").read_text("utf-8")
    )


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


NO_ROWS = r"""
notebook = ["wave"] | each 1: notebook must be text; got
notebook = "wave"; rows = "gone.csv" | gone.csv cannot be read: No such file
notebook = "wave"; rows = "a\u0000.csv" | csv cannot be read: embedded null byte
"""


@pytest.mark.parametrize(("each", "sentence"), cases(NO_ROWS))
def test_rows_of_nothing_are_refused(folder, each, sentence):
    lines = each.replace("; ", "\n")
    (folder / "reports.toml").write_text(f"[[each]]\n{lines}\n", "utf-8")
    with pytest.raises(ParameterError, match=sentence):
        plans.load_plan(folder / "reports.toml")


def test_a_title_that_cannot_be_shown_fails_its_row_alone(folder):
    """A NUL, which a damaged export holds, stopped the whole plan."""
    rows = "number,title,slug\n4,Fo\0ur,\n5,,no slug\n6,,\n"
    plan = load(folder, "waves.csv", rows)
    assert [run.slug for run in plan.runs] == ["wave-4", "wave-5", "wave-6"]
    bad_title, bad_slug, good = [run.fault for run in plan.runs]
    begun = "reports.toml, each 1, waves.csv, row"
    assert bad_title.startswith(f"{begun} 2: title must be one line of at most 300 ")
    assert bad_slug.startswith(f"{begun} 3: slug must be small letters, digits and ")
    assert good == ""
