"""A project that is not about trade: the press renders, verifies and compares its reports."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import saved_pages
from saved_pages import WAVES, refusal, waves_env

pytestmark = pytest.mark.kernel


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


#: Tester T21: the render waited for a pipe. Names and sentences need more letters than the
#: terminal's encoding has.
ODDLY = """
mkdir 数据
mkfifo 数据/index.html 数据/x.failed.ipynb
export LC_ALL=C PYTHONIOENCODING=latin-1
pagemill render -o 数据
"""


@pytest.fixture(scope="module")
def rendered(project: Path) -> Path:
    """The folder of the project's reports, made among odd things that do not matter."""
    plan = project / "notebooks" / "reports.toml"
    plan.write_bytes(b"\xef\xbb\xbf" + plan.read_bytes())  # T19: as Windows writes text
    done = shell(project, ODDLY)
    assert (done.returncode, done.stderr) == (0, "")
    folder = project / "数据"
    index = folder / "index.html"
    assert done.stdout.splitlines()[-1] == f"2 made: {index.as_uri()}"
    return folder


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


#: A container's user: nobody knows where it is at home.
HOMELESS = """
import pwd, sys

def unknown(number):
    raise KeyError(number)

pwd.getpwuid = unknown
from pagemill.cli import main
sys.exit(main(["render", "wave-3", "--force", "-o", "odd"]))
"""


def test_a_strange_machine_makes_the_same_page(project, rendered):
    """Tester D21: a socket had the number of a closed stream, and a kernel wrote to it.

    T17: without a home a traceback, "Could not determine home directory".
    """
    (project / "homeless.py").write_text(HOMELESS, "utf-8")
    settings = "unset HOME; export MPLBACKEND=nonsense"
    done = shell(project, f'{settings}; "{sys.executable}" homeless.py <&- >&-')
    assert (done.returncode, done.stderr) == (0, "")
    pages = [folder / "wave-3.html" for folder in (project / "odd", rendered)]
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_a_place_that_cannot_be_written_is_a_sentence(
    waves, tmp_path, monkeypatch, capsys
):
    saved_pages.project(tmp_path)
    (tmp_path / "link").symlink_to("/nowhere/x")
    (tmp_path / "taken").touch()
    for place, sentence in (
        ("link", "written: it is a link to nothing"),
        ("taken", "written: it is a file"),
        ("taken/reports", "taken/reports cannot be written: Not a directory"),
    ):
        assert sentence in refusal(capsys, "render", "-o", place, status=1)
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir("gone")
    (tmp_path / "gone").rmdir()
    told = refusal(capsys, "render", status=1)
    assert "the current folder cannot be" in told


def test_too_few_open_files_are_a_sentence(project, rendered):
    """A traceback of the kernel's stood above it."""
    done = shell(project, f"ulimit -n 60; pagemill render wave-3 --force -o {rendered}")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "pagemill: a report has up to 72 files open at once, and here 60 may be: allow more,"
        " such as with `ulimit -n 1024`\n"
    )
    # With room for one report they are made one after the other.
    done = shell(project, f"ulimit -n 80; pagemill render --force -o {rendered}")
    assert (done.returncode, done.stderr) == (0, "")


def test_other_tables_beside_the_plan_are_spoken_of(project, rendered):
    """Tester T16: others were read than those that lay there, without a word."""
    (project / "own").mkdir()
    (project / "else" / "own").mkdir(parents=True)
    plan = project / "notebooks" / "reports.toml"
    done = shell(project, f"cd else/own; pagemill render --plan {plan} -o {rendered}")
    assert done.stderr == (
        f"tables are read from {project / 'else' / 'own'}, not from {project / 'own'}\n"
    )
