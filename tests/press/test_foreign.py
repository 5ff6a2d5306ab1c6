"""A project that is not about trade: the press renders, verifies and compares its reports."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import saved_pages
from fetch_files import cases
from processes import wait_until
from saved_pages import WAVES, waves_env

pytestmark = pytest.mark.kernel
#: Seconds after which a test gives up, on the slowest of machines.
PATIENCE = 600


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own") / "waves"
    shutil.copytree(WAVES, folder)
    return folder


def shell(project: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in which `pagemill` is the command."""
    command = f'pagemill() {{ "{sys.executable}" -m pagemill "$@"; }}\n{script}'
    return subprocess.run(
        ["bash", "-c", command],
        cwd=project,
        env=waves_env(project),
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def rendered(project: Path) -> Path:
    done = shell(project, "pagemill render")
    assert done.returncode == 0, done.stderr
    index = project / "reports" / "index.html"
    assert done.stdout.splitlines()[-1] == f"2 made: {index.as_uri()}"
    return project / "reports"


def test_its_pages_are_its_own(rendered):
    assert sorted(page.name for page in rendered.glob("*.html")) == [
        "index.html",
        "wave-3.html",
        "wave-5.html",
    ]
    page, listed = (
        (rendered / name).read_text("utf-8") for name in ("wave-5.html", "index.html")
    )
    # sin x + … + sin 5x = sin(5x/2) sin(3x) / sin(x/2), at x = 0.42: 0.867 · 0.952 / 0.208.
    assert "5 waves together reach 3.96." in page
    assert "Own calculation." in page
    assert "catrade" not in page
    # Press 5: pages of others said that their text was under MIT and their figures published.
    for words in ("MIT", "Licence", "published source", "<dt>Figures"):
        assert words not in page + listed
    assert "Sines, as many as you like." in listed


def test_closed_streams_and_a_strange_backend_do_not_matter(project, rendered):
    """Tester D21: a socket had the number of a closed stream, and a kernel wrote to it."""
    script = "MPLBACKEND=nonsense pagemill render wave-3 --force -o odd <&- >&-"
    done = shell(project, script)
    assert (done.returncode, done.stderr) == (0, "")
    pages = [folder / "wave-3.html" for folder in (project / "odd", rendered)]
    assert pages[0].read_bytes() == pages[1].read_bytes()


#: The last never ended (tester T12).
ODD = """
ln -s /nowhere/x link; pagemill render -o link | written: it is a link to nothing
touch taken; pagemill render -o taken | written: it is a file
mkdir gone; cd gone; rmdir ../gone; pagemill render | the current folder cannot be
ulimit -n 60; pagemill render --force | raise the limit (ulimit -n)
"""


@pytest.mark.parametrize(("script", "sentence"), cases(ODD))
def test_odd_surroundings_are_a_sentence(project, script, sentence):
    done = shell(project, script)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "script",
    [
        # Tester T21: the render waited for the pipe.
        "mkdir piped; mkfifo piped/index.html piped/x.failed.ipynb;"
        " pagemill render wave-3 -o piped",
        # Names and sentences need more letters than the terminal's encoding has.
        "LC_ALL=C PYTHONIOENCODING=latin-1 pagemill render wave-3 -o 数据",
        # Tester T19: Windows begins text with a mark.
        "sed $'1s/^/\\xef\\xbb\\xbf/' notebooks/reports.toml > notebooks/mark.toml;"
        " pagemill render wave-3 --plan notebooks/mark.toml",
    ],
)
def test_odd_surroundings_do_not_matter(project, rendered, script):
    done = shell(project, script)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"1 {'made' if '-o' in script else 'current'}: " in done.stdout


def test_a_user_without_a_home_has_one_for_a_while(project, rendered):
    """Tester T17: a container's user; "Could not determine home directory", a traceback."""
    code = (
        "import pwd, sys\ndef unknown(number):\n    raise KeyError(number)\n"
        "pwd.getpwuid = unknown\nfrom pagemill.cli import main\n"
        "sys.exit(main(['render', 'wave-3', '--force']))"
    )
    done = shell(project, f'unset HOME; "{sys.executable}" -c "{code}"')
    assert (done.returncode, done.stderr) == (0, "")


def test_a_change_is_made_again_while_somebody_watches(project):
    """Press 7: with the server kept a change takes a second, and not five.

    It is saved while the index is still to be made, as people save: nobody waits for us to look.
    """
    notebook, page = (
        project / "notebooks" / "wave.ipynb",
        project / "seen" / "wave-3.html",
    )
    before = notebook.read_text("utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "pagemill", "render", "wave-3", "--watch", "-o", "seen"],
        cwd=project,
        env=waves_env(project),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            wait_until(page.exists, PATIENCE)
            notebook.write_text(before.replace("sine waves", "sea waves"), "utf-8")
            wait_until(lambda: "3 sea waves" in page.read_text("utf-8"), PATIENCE)
        finally:
            notebook.write_text(before, "utf-8")
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "wave-3: made" in out


@dataclass
class Watching:
    """A copy of the project that is rendered while it is watched, and what is said of it."""

    project: Path
    process: subprocess.Popen[bytes]

    @property
    def notebooks(self) -> Path:
        return self.project / "notebooks"

    def has_said(self, words: str, times: int = 1):
        """Wait until something was said so often."""
        file = self.project / "log"
        wait_until(lambda: file.read_text("utf-8").count(words) >= times, PATIENCE)
        assert self.process.poll() is None


@pytest.fixture
def watching(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Watching]:
    folder = tmp_path / "waves"
    shutil.copytree(WAVES, folder)
    cell: str = getattr(request, "param", "")
    if cell:
        saved_pages.project(folder, cell)
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-m", "pagemill", "render", "wave-3", "--watch"],
            cwd=folder,
            env=waves_env(folder),
            stdout=log,
            stderr=log,
        ) as process,
    ):
        yield Watching(folder, process)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130


def test_what_is_half_written_is_said_and_waited_for(watching):
    watching.has_said("wave-3: made")
    plan, module = watching.notebooks / "reports.toml", watching.project / "waves.py"
    for times, file, half, sentence in (
        (1, plan, "[[report", "reports.toml cannot be read as a plan: "),
        (2, module, "class", "PAGEMILL_PROJECT must name a project as module:object"),
    ):
        whole = file.read_text("utf-8")
        file.write_text(half, "utf-8")
        watching.has_said(sentence)
        file.write_text(whole, "utf-8")
        watching.has_said("wave-3: current", times)
    notebook, aside = watching.notebooks / "wave.ipynb", watching.project / "aside"
    notebook.rename(aside)
    watching.has_said(f"failed: wave-3: {notebook} cannot be read: No such file")
    aside.rename(notebook)
    watching.has_said("wave-3: current", 3)
    # Each was said as a sentence.
    assert "Traceback" not in (watching.project / "log").read_text("utf-8")


@pytest.mark.parametrize(
    "watching",
    ["with open('runs', 'a') as runs:\n    runs.write('x')\n1 / 0"],
    indirect=True,
)
def test_a_failing_cell_that_saves_a_file_is_not_run_without_end(watching):
    """It was run 53 times in 15 seconds."""
    rests = "runs: saved while reports were made, as the time before;"
    watching.has_said(rests)
    assert (watching.notebooks / "runs").read_text() == "xx"
    (watching.notebooks / "note").touch()
    watching.has_said(rests, 2)
    assert (watching.notebooks / "runs").read_text() == "xxx"


#: `--watch --index` stayed for ever, with nothing to make; in `-o notebooks` a notebook without
#: parameters was replaced by the executed one.
ASKED_WRONGLY = """
PAGEMILL_PROJECT=nowhere:X pagemill params | PAGEMILL_PROJECT must name a project as module:object
echo 1/0 > odd.py; PAGEMILL_PROJECT=odd:X pagemill render | must name a project as module:object
PAGEMILL_PROJECT=waves:Wave pagemill render | PAGEMILL_PROJECT must name a project as module:object
cd /; pagemill render | no notebooks/reports.toml in / or above it
cd /; pagemill params wave-3 | no notebooks/reports.toml in / or above it
pagemill render --plan none | none cannot be read as a plan: No such file
mkfifo pipe; pagemill render --plan pipe | it is no file
pagemill render --watch --index | --watch goes on until Ctrl-C and
pagemill render -o notebooks | which holds the notebooks themselves
pagemill render -o file://$PWD/notebooks | which holds the notebooks
"""


@pytest.mark.parametrize(("script", "sentence"), cases(ASKED_WRONGLY))
def test_what_was_asked_wrongly_is_a_sentence_and_status_2(project, script, sentence):
    done = shell(project, script)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert sentence in done.stderr


def test_other_tables_beside_the_plan_are_spoken_of(project, rendered):
    """Tester T16: others were read than those that lay there, without a word."""
    (project / "own").mkdir()
    (project / "else" / "own").mkdir(parents=True)
    plan = project / "notebooks" / "reports.toml"
    done = shell(project, f"cd else/own; pagemill render --plan {plan}")
    assert done.stderr == (
        f"tables are read from {project / 'else' / 'own'}, not from {project / 'own'}\n"
    )
