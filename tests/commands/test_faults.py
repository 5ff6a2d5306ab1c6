"""Renders that are killed, done twice at once, or meet a full disk: what was there stays whole."""

import json
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import computed
import nbformat
import processes
import pytest
from computed import PLAN, SLUG
from processes import Ended, Nursery, python

from pagemill import unfinished

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(sys.platform != "linux", reason="/proc, mounts, capabilities"),
]

NAMES = {f"{SLUG}.html", f"{SLUG}.html.md", f"{SLUG}.ipynb", "index.html", "llms.txt"}
READS = "from catrade_build.tables.trade import read_table\nprint(len(read_table('countries')))"


@dataclass
class Project:
    """A plan of one cheap report, its tables, and a folder for temporary files."""

    nursery: Nursery
    root: Path
    temporary: Path

    @property
    def reports(self) -> Path:
        return self.root / "reports"

    @property
    def env(self) -> dict[str, str]:
        return {"CATRADE_DATA": str(self.root / "data"), "TMPDIR": str(self.temporary)}

    def write(self, cell: str) -> None:
        """Change what the report says."""
        file = self.root / "notebooks/trade_growth.ipynb"
        nbformat.write(computed.notebook(cell), file)

    def render(self, *words: str) -> Ended:
        return self.nursery.run("render", *words, cwd=self.root, env=self.env)

    def completes(self) -> dict[str, bytes]:
        """Render and return what is there then; nothing unfinished is left of earlier runs."""
        ended = self.render()
        assert (ended.status, ended.err) == (0, "")
        self.nursery.until_gone()
        left = [*self.reports.glob(".*"), *self.temporary.iterdir()]
        assert left == []
        return self.files()

    def files(self) -> dict[str, bytes]:
        return computed.files(self.reports)


@pytest.fixture
def project(nursery: Nursery, tmp_path: Path, data_copy: Path) -> Iterator[Project]:
    assert data_copy == tmp_path / "data"
    # With a short name: sockets are in it.
    with tempfile.TemporaryDirectory(prefix="ct-") as temporary:
        computed.write_plan(tmp_path, PLAN, {"trade_growth": computed.notebook()})
        made = Project(nursery, tmp_path, Path(temporary))
        made.write("print('first')")
        yield made


# --- killed, or done twice -----------------------------------------------------------------------


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


def test_a_render_killed_before_any_move_loses_nothing(nursery, project):
    first = project.completes()
    project.write("print('second')")
    killed = processes.Killed(nursery, project.root, project.env)
    done = killed.steps(project.root, "render")
    second = project.files()
    assert {*first} == {*second} == NAMES
    assert all(first[name] != second[name] for name in NAMES - {"llms.txt"})
    moved = {step.rpartition("/")[2] for step in done if step.startswith("os.rename")}
    assert moved == NAMES
    for place in _worth_a_kill(done):
        shutil.rmtree(project.reports)
        project.reports.mkdir()
        for name, content in first.items():
            (project.reports / name).write_bytes(content)
        killed.steps(project.root, "render", last=place)
        left = project.files()
        assert {*left} == NAMES, done[place]
        for name, content in left.items():
            # Threads take some of them in either order.
            assert content in (first[name], second[name]), (done[place], name)
    assert project.completes() == second


def test_a_render_killed_while_a_cell_runs_loses_nothing(nursery, project):
    before = project.completes()
    project.write(
        "import os, subprocess, time\nsubprocess.Popen(['sleep', '600'])\n"
        "os.kill(int(os.environ['CATRADE_TEST_MAIN']), 9)\ntime.sleep(600)"
    )
    assert project.render().status == -signal.SIGKILL
    nursery.until_gone()
    assert project.files() == before
    project.write("print('first')")
    assert project.completes() == before


def test_two_renders_of_the_same_plan_at_once(nursery, project):
    before = project.completes()
    both = [("render", "--force"), ("render", "--force")]
    for ended in nursery.run_together(both, project.root, [project.env] * 2):
        assert (ended.status, ended.err) == (0, "")
    assert project.completes() == before
    # One of the two is killed: the other's unfinished files stay its own.
    dies = processes.until(project.temporary / "steps", project.root, last=3)
    dead, living = nursery.run_together(
        both, project.root, [project.env | dies, project.env]
    )
    (project.temporary / "steps").unlink()
    assert dead.status == -signal.SIGKILL
    assert (living.status, living.err) == (0, "")
    assert project.completes() == before


def test_an_output_folder_deleted_meanwhile_is_a_sentence(nursery, project):
    project.write("import shutil\nshutil.rmtree('../reports')")
    ended = project.render()
    assert ended.status == 1
    assert "Traceback" not in ended.said
    assert f"{project.reports} cannot be written: it is gone" in ended.err
    nursery.until_gone()
    project.write("print('first')")
    assert {*project.completes()} == NAMES


# --- what is unfinished --------------------------------------------------------------------------


def test_a_folder_taken_for_abandoned_before_it_is_locked_is_made_again(
    tmp_path, monkeypatch
):
    """Two reports of one plan begin at once: the one clears what the other just made."""
    make = unfinished.tempfile.mkdtemp
    cleared: list[str] = []

    def then_cleared(**where: str) -> str:
        made = str(make(**where))
        if not cleared:
            cleared.append(made)
            unfinished.clear(tmp_path)
        return made

    monkeypatch.setattr(unfinished.tempfile, "mkdtemp", then_cleared)
    with unfinished.unfinished(tmp_path) as ours:
        assert ours.is_dir()
    assert cleared
    assert not Path(cleared[0]).exists()


def test_a_folder_in_use_is_not_removed_and_an_abandoned_one_is(tmp_path):
    (tmp_path / f"{unfinished.PREFIX}left").mkdir()
    foreign = tmp_path / ".making-of"
    foreign.mkdir()
    with unfinished.unfinished(tmp_path) as ours:
        assert sorted(tmp_path.iterdir()) == sorted([ours, foreign])
        with unfinished.unfinished(tmp_path) as theirs:
            unfinished.clear(tmp_path)
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


# --- full disks, and what may not be written or read ---------------------------------------------


def _failed(ended: Ended, sentence: str) -> None:
    """Demand status 1 and nothing on standard error but our own sentences."""
    assert ended.status == 1, ended
    assert "Traceback" not in ended.said
    assert sentence in ended.err, ended
    for line in ended.err.strip().splitlines():
        assert line.startswith(("catrade: ", "failed: ")), ended.err


def test_a_full_disk_is_a_sentence_and_costs_no_report(nursery, project):
    """Nothing can be written, or the page can, and not what follows."""
    disk = project.root / "disk"
    reports = disk / "reports"
    with processes.small_disk(disk, 400_000) as mounted:
        assert project.render("-o", str(reports)).status == 0
        made = computed.files(reports)
        assert {*made} == NAMES
        for free in (0, 28_672) if mounted else ():
            project.write(f"print('with {free} left')")
            processes.fill(disk, free)
            ended = project.render("-o", str(reports))
            _failed(ended, "cannot be written: No space left on device")
            nursery.until_gone()
            now = computed.files(reports)
            for name in (f"{SLUG}.html", "index.html"):
                assert now[name].rstrip().endswith(b"</html>")
                assert free > 20_000 or now[name] == made[name]  # a page takes less
        (disk / "filler").unlink(missing_ok=True)
        ended = project.render("-o", str(reports))
        assert (ended.status, ended.err) == (0, "")
        assert {path.name for path in reports.iterdir()} == NAMES


def test_an_output_that_takes_nothing_is_a_sentence(tmp_path):
    wrapper = ["sh", "-c", '"$@" > /dev/full', "sh"]
    sentence = processes.one_sentence(
        processes.run("params", cwd=tmp_path, wrapper=wrapper)
    )
    assert sentence.endswith("No space left on device")


def test_what_may_not_be_written_or_read_is_named(project):
    project.write(READS)
    before = project.completes()
    project.reports.chmod(0o555)
    ended = project.render("--force")
    assert ended.status == 1
    denied = "cannot be written: Permission denied"
    said = f"catrade: the folder {project.reports} {denied}"
    assert processes.one_sentence(ended) == said
    # What needs no writing needs no permission.
    assert project.completes() == before
    project.reports.chmod(0o755)
    (project.root / "data" / "countries.csv").chmod(0)
    why = "countries.csv cannot be read: Permission denied"
    assert why in project.render("--explain").out
    _failed(project.render(), f"failed: {SLUG}: ")
    kept = project.files()
    assert why in json.loads(kept.pop(f"{SLUG}.failed.ipynb"))["metadata"]["pagemill"]
    assert kept.pop("index.html") != before["index.html"]  # which says so
    assert kept == {name: before[name] for name in kept}  # no kernel was started
