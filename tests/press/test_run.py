"""Reports are made, made again when something changed, and fail alone in a sentence."""

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from fetch_files import cases
from processes import alive, wait_until
from saved_pages import project, waves_env

from pagemill import plan, provenance, reads, run
from pagemill import plan as plans
from pagemill import project as projects
from pagemill.files import hash_of
from pagemill.plan import Run

pytestmark = pytest.mark.kernel

NOTES = "from pagemill.reads import note_reading"


@pytest.fixture
def output(waves: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    folder.mkdir()
    return folder


def a_run(root: Path, *cells: str, number: int = 3) -> Run:
    if not (root / "notebooks").exists():
        project(root, *cells)
    return plans.make_run("wave", root / "notebooks", {"number": number})


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_failed_cell_is_named_and_the_last_good_page_stays(tmp_path, output):
    good = output / "wave-3.html"
    good.write_text("the last good page", "utf-8")
    done = a_run(tmp_path, "1", "{}['x']")
    outcome = run.execute(done, output, tmp_path)
    assert outcome.status == "failed"
    assert outcome.message == (
        "wave-3: cell 2 failed: KeyError: 'x' "
        "(the notebook up to there is wave-3.failed.ipynb)"
    )
    assert good.read_text("utf-8") == "the last good page"
    assert names(output) == ["wave-3.failed.ipynb", "wave-3.html"]
    kept = (output / "wave-3.failed.ipynb").read_text("utf-8")
    assert "KeyError" in kept
    # The next that is made takes its place; a parameter may be set from what was asked for.
    code = done.path.read_text()
    done.path.write_text(code.replace("{}['x']", "number = int(number)"))
    assert run.execute(done, output, tmp_path).status == "made"
    assert names(output) == ["wave-3.html", "wave-3.html.md", "wave-3.ipynb"]
    # What failed since, and is as it was again, is not told for ever.
    (output / "wave-3.failed.ipynb").write_text("{}", "utf-8")
    assert run.run_all([done], output, tmp_path)[0].status == "current"
    assert "wave-3.failed.ipynb" not in names(output)


#: A cell, and what is said; of an error of our own without its class. After a wrong magic the
#: cells that follow had not run, and the page was made.
STOPS = r"""
from rounding.errors import ParameterError\nraise ParameterError('few') | cell 1 failed: few (
1 + | cell 1 failed: SyntaxError: invalid syntax (line 1)
%nonsense | cell 1 failed: UsageError: Line magic function
from pagemill.reads import note_reading\nnote_reading('the heights.csv') | a cell notes that it
  reads 'the heights.csv': a table is named without
"""


@pytest.mark.parametrize(("cell", "sentence"), cases(STOPS))
def test_what_stops_a_report_is_a_sentence(cell, sentence, tmp_path, output):
    asked = a_run(tmp_path, cell.replace(r"\n", "\n"))
    outcome = run.execute(asked, output, tmp_path)
    assert outcome.status == "failed"
    assert outcome.message.startswith(f"wave-3: {sentence}")
    assert not (output / "wave-3.html").exists()


@pytest.mark.parametrize("tag", ["", "parameters"])
def test_a_parameter_that_a_later_cell_sets_anew_is_refused(tmp_path, output, tag):
    """The page said "Number 9", and showed what comes of 4; papermill fills the first tag."""
    done = a_run(tmp_path, "number = 1", "number = 3", "number = 4")
    about = nbformat.read(done.path, 4)
    tags = ("parameters", "injected-parameters", tag)
    for cell, own in zip(about.cells, tags, strict=True):
        cell.metadata["tags"] = [own]
    nbformat.write(about, done.path)
    message = run.execute(done, output, tmp_path).message
    assert message.startswith("wave-3: a cell of wave.ipynb sets number anew")


def test_a_page_that_nobody_could_read_again_is_not_made(tmp_path, output, monkeypatch):
    """It was "made" each time, and on no index."""
    done = a_run(tmp_path, "'x' * 1000")
    (output / "wave-3.html").write_text("the last good page", "utf-8")
    monkeypatch.setattr(provenance, "LARGEST", 1000)
    message = run.execute(done, output, tmp_path).message
    assert "bytes, and a page may have 1,000" in message
    assert (output / "wave-3.html").read_text("utf-8") == "the last good page"


def test_kernels_work_for_the_project_of_the_command(tmp_path, output, monkeypatch):
    """`catrade render` failed in a shell that named another project for `pagemill`."""
    monkeypatch.setenv("PAGEMILL_PROJECT", "nowhere:PROJECT")
    cell = "from pagemill.project import current\nprint('for', current().name)"
    assert run.execute(a_run(tmp_path, cell), output, tmp_path).message == ""
    assert "for waves" in (output / "wave-3.html").read_text("utf-8")


def test_what_was_printed_before_a_kernel_died_is_kept(tmp_path, output):
    done = a_run(tmp_path, "print(number * 7)", "import os; os.kill(os.getpid(), 9)")
    assert run.execute(done, output, tmp_path).message == (
        "wave-3: the kernel died: it was killed (SIGKILL), perhaps because memory ran out"
        " (the notebook up to there is wave-3.failed.ipynb)"
    )
    kept = nbformat.read(output / "wave-3.failed.ipynb", 4)
    assert [
        output.text for cell in kept.cells for output in cell.get("outputs", ())
    ] == ["21\n"]


def test_a_report_is_made_again_when_something_changed(tmp_path, output):
    done = a_run(tmp_path, "1")

    def status(force: bool = False) -> str:
        (outcome,) = run.run_all([done], output, tmp_path, force=force)
        return outcome.status

    def due(asked: Run = done) -> list[str]:
        return run.why_due(asked, output, tmp_path)

    assert (status(), status(), status(force=True)) == ("made", "current", "made")
    renamed = dataclasses.replace(done, title="Another")
    assert due(renamed) == ["title (the plan has Another, the record nothing)"]
    (tmp_path / "heights.csv").write_text("height\n2\n", "utf-8")
    assert due() == ["table heights changed"]
    (tmp_path / "heights.csv").write_text("height\n1\n", "utf-8")
    assert due() == []
    nbformat.write(nbformat.v4.new_notebook(), done.path)
    assert due() == ["notebook wave changed"]
    (output / "wave-3.ipynb").unlink()
    assert due() == ["there is no report yet"]


def test_only_tables_that_were_read_count(tmp_path, output):
    log = f"{NOTES}\nnote_reading('heights'); note_reading('heigths')"
    done = a_run(tmp_path, log, "open('here', 'w').write('x')")
    (tmp_path / "other.csv").write_text("a", "utf-8")
    # An outsider's page was never made again, for one letter.
    (lost,) = run.execute(done, output, tmp_path).lost
    sentence = f"the table 'heigths', which is not in {tmp_path.name}/ (did you mean 'heights'?)"
    assert lost.startswith(f"a cell notes that it reads {sentence}: what it reads in")
    (tmp_path / "other.csv").write_text("changed", "utf-8")
    assert run.why_due(done, output, tmp_path) == []
    (tmp_path / "notebooks" / "helper.py").touch()
    (tmp_path / "heights.csv").unlink()
    due = ["table heights is gone", "file helper.py is new"]
    assert run.why_due(done, output, tmp_path) == due
    assert reads.READ_LOG not in os.environ
    # Cells run in the notebooks' folder.
    assert (tmp_path / "notebooks" / "here").is_file()


UNFORKED = """
from pagemill import __main__, kernels
kernels.available = lambda: False
raise SystemExit(__main__.main())
"""


@pytest.mark.skipif(os.name != "posix", reason="signals are sent the POSIX way")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("command", [["-m", "pagemill"], ["-c", UNFORKED]])
def test_ctrl_c_ends_every_process_and_changes_nothing(
    waves, tmp_path, command, number
):
    """Tester T11: SIGTERM, by which a service or a container ends, left unfinished folders."""
    cell = "import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(3600)"
    project(tmp_path, cell)
    for_a_while = tmp_path / "tmp"
    for_a_while.mkdir()
    process = subprocess.Popen(
        [sys.executable, *command, "render"],
        cwd=tmp_path,
        env={**waves_env(), "TMPDIR": str(for_a_while)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    file = tmp_path / "notebooks" / "pid"
    wait_until(
        lambda: bool(file.exists() and file.read_text()) or process.poll() is not None,
        600,
    )
    assert process.poll() is None
    os.killpg(process.pid, number)
    _, sentence = process.communicate(timeout=120)
    assert process.returncode == 128 + number
    assert sentence.startswith("pagemill: interrupted")
    assert len(sentence.strip().splitlines()) == 1
    wait_until(lambda: not alive(int(file.read_text())), 120)
    assert names(tmp_path / "reports") == []
    assert names(for_a_while) == []


def test_what_a_project_has_warm_and_is_not_there_is_a_sentence(
    tmp_path, output, capfd
):
    own = dataclasses.replace(projects.current(), warm="nosuch,json")
    projects.use(own)
    (outcome,) = run.run_all([a_run(tmp_path, "number")], output, tmp_path)
    assert outcome.status == "made"
    assert capfd.readouterr().err == (
        "nosuch, which the project has warm, cannot be imported: No module named 'nosuch'\n"
    )


ENDS = """
import atexit, threading
from pagemill.leave import end_with

class Kept:
    def __del__(self):
        print("taken apart")

kept = Kept()

def run():
    atexit.register(print, "at the end")
    threading.Timer(0.1, print, ["a thread"]).start()
    print("begun")
    return 3

raise SystemExit(end_with("some command", run))
"""


def test_a_command_does_all_there_is_to_do_and_takes_nothing_apart():
    done = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (3, "")
    assert done.stdout.split("\n") == ["begun", "a thread", "at the end", ""]


def test_links_and_titles_are_renewed_without_running_a_cell(tmp_path, output):
    """Each report that is added to a plan makes none of the others again."""
    done = a_run(tmp_path, "open('runs', 'a').write('x')\nprint(number)")
    ran = tmp_path / "notebooks" / "runs"
    page = output / "wave-3.html"

    def make(asked: Run, **options: bool) -> str:
        """How often its cells have run."""
        run.run_all([asked], output, tmp_path, **options)
        assert run.why_due(asked, output, tmp_path) == []
        return ran.read_text()

    assert make(done) == "x"
    other = dataclasses.replace(done, title="Another", beside="wave-5 Waves")
    assert make(other) == "x"
    text = page.read_text("utf-8")
    assert '<h1 id="title">Another</h1>' in text
    assert 'href="wave-5.html"' in text
    # It is what running it would have made.
    assert make(other, force=True) == "xx"
    assert page.read_text("utf-8") == text
    # A notebook that was altered is no notebook of that page.
    kept = page.with_suffix(".ipynb")
    kept.write_text(kept.read_text("utf-8").replace('"3\\n"', '"4\\n"'), "utf-8")
    assert make(done) == "xxx"
    assert '"3\\n"' in kept.read_text("utf-8")


READS = """\
from pathlib import Path
from pagemill.reads import note_reading
note_reading("heights")
table, runs = Path("../heights.csv"), Path("../runs")
print("It read", table.read_text().strip())
runs.write_text(runs.read_text() + "x")
"""
SAVES_ONCE = READS + "if len(runs.read_text()) == 1:\n    table.write_text('new')"
SAVES_EACH_TIME = READS + "table.write_text(runs.read_text())"


def made(waves: Path, root: Path, cell: str) -> run.ReportOutcome:
    """The outcome of a notebook of one cell, from a table that says "old"."""
    wave = plan.make_run("wave", project(root, cell).parent, {})
    (root / "reports").mkdir()
    (root / "heights.csv").write_text("old", "utf-8")
    (root / "runs").write_text("", "utf-8")
    return run.execute(wave, root / "reports", root)


def test_a_report_whose_table_changed_meanwhile_is_made_again(waves, tmp_path):
    """Tester T4: the page of the old data was recorded with the new data's hash, for good."""
    outcome = made(waves, tmp_path, SAVES_ONCE)
    assert outcome.status == "made"
    page = (tmp_path / "reports" / "wave-3.html").read_text("utf-8")
    assert "It read new" in page
    assert "It read old" not in page
    recorded = (provenance.from_html(page) or {})["inputs"]["tables"]
    assert recorded == {"heights": hash_of([tmp_path / "heights.csv"])}
    assert (tmp_path / "runs").read_text() == "xx"


def test_one_that_changes_each_time_fails_in_a_sentence(waves, tmp_path):
    outcome = made(waves, tmp_path, SAVES_EACH_TIME)
    assert outcome.status == "failed"
    assert (
        "wave-3: while it was made, table heights changed, and again" in outcome.message
    )
    assert not (tmp_path / "reports" / "wave-3.html").exists()
