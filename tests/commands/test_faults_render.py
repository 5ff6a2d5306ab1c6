"""Renders that are killed, run twice at once, or lose their folder: what was there stays whole."""

import contextlib
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import faults
import nbformat
import pytest
import small_plan
from processes import python
from small_plan import PLAN, SLUG
from steps import Killed, until

from pagemill import pages, provenance
from pagemill import unfinished as paths_unfinished

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


@dataclass
class Project:
    """A plan of one cheap report, its tables, and a folder for temporary files."""

    root: Path
    temporary: Path
    #: The whole pages there may be: of the notebook in each of its variants.
    good: dict[str, dict[str, bytes]] = field(default_factory=dict)

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def env(self) -> dict[str, str]:
        return {"CATRADE_DATA": str(self.root / "data"), "TMPDIR": str(self.temporary)}

    def write(self, cell: str) -> None:
        """Change what the report says."""
        nbformat.write(
            small_plan.notebook(cell),
            self.root / "notebooks/trade_growth.ipynb",
        )

    def files(self) -> dict[str, bytes]:
        return small_plan.files(self.reports)

    def put(self, files: dict[str, bytes]) -> None:
        """Have these reports, and nothing of a run that was killed."""
        for left in self.reports.glob(".*"):
            shutil.rmtree(left)
        for name, content in files.items():
            (self.reports / name).write_bytes(content)

    def left(self) -> list[str]:
        """Return the names of unfinished files, of temporary ones too."""
        hidden = [
            path.name for path in self.reports.iterdir() if path.name.startswith(".")
        ]
        return hidden + [path.name for path in self.temporary.iterdir()]


@contextlib.contextmanager
def _project(root: Path) -> Iterator[Project]:
    with tempfile.TemporaryDirectory(
        prefix="ct-"
    ) as temporary:  # short: sockets are in it
        made = Project(root, Path(temporary))
        (root / "data").mkdir()
        (root / "data" / "trade.csv").write_text("a\n1\n", "utf-8")
        small_plan.write_plan(root, PLAN, {"trade_growth": small_plan.notebook()})
        made.write("print('first')")
        yield made


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with _project(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def good(
    nursery: faults.Nursery, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, dict[str, bytes]]:
    """The whole pages there may be: of the notebook in each of its variants."""
    whole = {}
    with _project(tmp_path_factory.mktemp("good")) as made:
        for variant in ("first", "second"):
            made.write(f"print('{variant}')")
            ended = nursery.run("render", "--force", cwd=made.root, env=made.env)
            assert (ended.status, ended.err) == (0, "")
            whole[variant] = made.files()
    made = {f"{SLUG}.html", f"{SLUG}.html.md", f"{SLUG}.ipynb", "index.html"}
    listed = {"llms.txt"}
    assert set(whole["first"]) == made | listed
    assert all(whole["second"][name] != whole["first"][name] for name in made)
    return whole


@pytest.fixture
def rendered(project: Project, good: dict[str, dict[str, bytes]]) -> Project:
    """A project whose second variant was rendered."""
    project.good = good
    project.write("print('second')")
    project.reports.mkdir()
    project.put(good["second"])
    return project


def _worth_a_kill(done: list[str]) -> list[int]:
    """Return the places of all moves, and the first and the last of every other kind of step.

    What is opened or removed between two moves leaves the folder as they do.
    """
    places: dict[str, list[int]] = {}
    for place, step in enumerate(done):
        places.setdefault(step.split()[0], []).append(place)
    moves = places.pop("os.rename")
    ends = [end for of_kind in places.values() for end in (of_kind[0], of_kind[-1])]
    return sorted({*moves, *ends})


def test_a_render_killed_before_any_move_loses_nothing(nursery, rendered):
    rendered.write("print('first')")
    killed = Killed(nursery, rendered.root, rendered.env)
    command = ("render", "--force")
    done = killed.steps(rendered.root, *command)
    first, second = rendered.good["first"], rendered.good["second"]
    assert rendered.files() == first
    moved = {step.rpartition("/")[2] for step in done if step.startswith("os.rename")}
    assert moved == {*first}
    for place in _worth_a_kill(done):
        rendered.put(second)
        killed.steps(rendered.root, *command, last=place)
        left = rendered.files()
        assert {*left} == {*second}, done[place]
        for name, content in left.items():
            # Threads take some of them in either order.
            assert content in (first[name], second[name]), (done[place], name)
    _next_run_completes(nursery, rendered, "first")


def test_a_render_killed_while_a_cell_runs_loses_nothing(nursery, rendered):
    before = rendered.files()
    rendered.write(
        "import os, time\nos.kill(int(os.environ['CATRADE_TEST_MAIN']), 9)\ntime.sleep(600)"
    )
    ended = nursery.run("render", cwd=rendered.root, env=rendered.env)
    assert ended.status == -signal.SIGKILL
    nursery.until_gone()
    assert rendered.files() == before
    rendered.write("print('first')")
    _next_run_completes(nursery, rendered, "first")


def _next_run_completes(
    nursery: faults.Nursery, project: Project, variant: str
) -> None:
    ended = nursery.run("render", cwd=project.root, env=project.env)
    assert (ended.status, ended.err) == (0, "")
    nursery.until_gone()
    assert project.files() == project.good[variant]
    assert project.left() == []


def _whole(page: Path) -> bool:
    text = page.read_text("utf-8").rstrip()
    return text.endswith("</html>") and (
        page.name == pages.INDEX or provenance.from_html(text) is not None
    )


def test_two_renders_of_the_same_plan_at_once(nursery, rendered):
    both = [("render", "--force"), ("render", "--force")]
    rendered.write("print('first')")
    for ended in nursery.run_together(both, rendered.root, [rendered.env] * 2):
        assert (ended.status, ended.err) == (0, "")
    assert rendered.files() == rendered.good["first"]
    assert rendered.left() == []
    rendered.write("print('second')")
    # One of the two is killed: the other's unfinished files stay its own.
    dies = until(rendered.temporary / "steps", rendered.root, last=3)
    dead, living = nursery.run_together(
        both, rendered.root, [rendered.env | dies, rendered.env]
    )
    (rendered.temporary / "steps").unlink()
    assert dead.status == -signal.SIGKILL
    assert (living.status, living.err) == (0, "")
    assert rendered.files() == rendered.good["second"]
    _next_run_completes(nursery, rendered, "second")


def test_an_output_folder_deleted_meanwhile_is_a_sentence(nursery, project):
    project.write("import shutil\nshutil.rmtree('../reports')")
    ended = nursery.run("render", cwd=project.root, env=project.env)
    assert ended.status == 1
    assert "Traceback" not in ended.said
    assert f"{project.reports} cannot be written: it is gone" in ended.err
    nursery.until_gone()
    project.write("print('first')")
    ended = nursery.run("render", cwd=project.root, env=project.env)
    assert (ended.status, ended.err) == (0, "")
    assert _whole(project.reports / f"{SLUG}.html")
    assert project.left() == []


def test_a_folder_taken_for_abandoned_before_it_is_locked_is_made_again(
    tmp_path, monkeypatch
):
    """Two reports of one plan begin at once: the one clears what the other just made."""
    make = paths_unfinished.tempfile.mkdtemp
    cleared: list[str] = []

    def then_cleared(**where: str) -> str:
        made = str(make(**where))
        if not cleared:
            cleared.append(made)
            paths_unfinished.clear(tmp_path)
        return made

    monkeypatch.setattr(paths_unfinished.tempfile, "mkdtemp", then_cleared)
    with paths_unfinished.unfinished(tmp_path) as ours:
        assert ours.is_dir()
    assert cleared
    assert not Path(cleared[0]).exists()


def test_a_folder_in_use_is_not_removed_and_an_abandoned_one_is(tmp_path):
    (tmp_path / f"{paths_unfinished.PREFIX}left").mkdir()
    foreign = tmp_path / ".making-of"
    foreign.mkdir()
    with paths_unfinished.unfinished(tmp_path) as ours:
        assert sorted(tmp_path.iterdir()) == sorted([ours, foreign])
        with paths_unfinished.unfinished(tmp_path) as theirs:
            paths_unfinished.clear(tmp_path)
            assert ours.is_dir()
            assert theirs.is_dir()
        assert ours.is_dir()
    assert list(tmp_path.iterdir()) == [foreign]


def test_a_folder_in_use_outlives_a_process_that_was_forked_from_its_owner(
    tmp_path,
):
    code = (
        "import os, sys; from pathlib import Path\n"
        "from pagemill.unfinished import unfinished\n"
        "with unfinished(Path()) as own:\n"
        "    if not (child := os.fork()): sys.exit()\n"
        "    os.waitpid(child, 0); print(own.is_dir())\n"
        "print(own.is_dir())"
    )
    assert python(code, tmp_path).split() == ["True", "False"]
