"""Renders that are killed, run twice at once, or lose their folder: what was there stays whole."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import faults
import nbformat
import pytest
import small_plan
from processes import wait_until
from small_plan import PLAN, SLUG

from catrade import cli
from pagemill import index, provenance
from pagemill import unfinished as paths_unfinished

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


@pytest.fixture(scope="module")
def nursery() -> Iterator[faults.Nursery]:
    with faults.nursery() as made:
        yield made


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
            small_plan.notebook(("code", cell)),
            self.root / "notebooks/trade_growth.ipynb",
        )

    def files(self) -> dict[str, bytes]:
        return small_plan.files(self.reports)

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
        (root / "data" / "trade.csv").write_text("a\n1\n", encoding="utf-8")
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
    found = {}
    with _project(tmp_path_factory.mktemp("good")) as made:
        for variant in ("first", "second"):
            made.write(f"print('{variant}')")
            ended = nursery.run("render", "--force", cwd=made.root, env=made.env)
            assert (ended.status, ended.err) == (0, "")
            found[variant] = made.files()
    assert set(found["first"]) == {f"{SLUG}.html", f"{SLUG}.ipynb", "index.html"}
    assert all(
        found["second"][name] != content for name, content in found["first"].items()
    )
    return found


@pytest.fixture
def rendered(project: Project, good: dict[str, dict[str, bytes]]) -> Project:
    """A project whose second variant was rendered."""
    project.good = good
    project.write("print('second')")
    project.reports.mkdir()
    for name, content in good["second"].items():
        (project.reports / name).write_bytes(content)
    return project


def test_a_render_killed_before_any_of_its_steps_loses_nothing(
    nursery: faults.Nursery, rendered: Project
) -> None:
    """Each run gets one step further with the page of "first" than the one that was killed."""
    rendered.write("print('first')")
    steps = []
    for step in itertools.count():
        ended = nursery.run(
            "render", "--force", cwd=rendered.root, env=rendered.env, kill_at=step
        )
        nursery.until_gone()
        for name, content in rendered.files().items():
            assert content in [good[name] for good in rendered.good.values()], (
                ended,
                name,
            )
        if ended.status == 0:
            break
        assert ended.status == -signal.SIGKILL, ended
        steps.append(ended.err)
    assert {f"os.rename reports/{name}" for name in rendered.good["first"]} <= {*steps}
    _next_run_completes(nursery, rendered, "first")


def test_a_render_killed_while_a_cell_runs_loses_nothing(
    nursery: faults.Nursery, rendered: Project
) -> None:
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


#: What a fork server has loaded, first and last, by the name of a file that it maps: to begin with,
#: only Python itself.
LOADED = ("libc", "matplotlib")


@pytest.mark.parametrize("library", LOADED)
def test_a_render_killed_while_it_starts_leaves_no_process(
    project: Project, library: str
) -> None:
    """Most of a start are the imports of the fork server, which has nobody to tell it."""
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        faults.command("render", "--force", "-o", "away"),
        cwd=project.root,
        env={**os.environ, **project.env, faults.MARK: mark},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until(lambda: _other_has_loaded(library, mark, process), faults.GRACE)
    process.kill()
    process.wait()
    faults.until_gone(mark)
    assert not [
        path for path in (project.root / "away").glob("*.html") if not _whole(path)
    ]


def _other_has_loaded(
    library: str, mark: str, process: subprocess.Popen[bytes]
) -> bool:
    """Say whether a process that another started has loaded a library, or all is over."""
    for pid in set(faults.alive(mark)) - {process.pid}:
        with contextlib.suppress(OSError):
            if library in Path(f"/proc/{pid}/maps").read_text():
                return True
    return process.poll() is not None


def _whole(page: Path) -> bool:
    text = page.read_text(encoding="utf-8").rstrip()
    return text.endswith("</html>") and (
        page.name == index.NAME or provenance.from_html(text) is not None
    )


def test_two_renders_of_the_same_plan_at_once(
    nursery: faults.Nursery, rendered: Project
) -> None:
    both = [("render", "--force"), ("render", "--force")]
    rendered.write("print('first')")
    for ended in nursery.run_together(both, cwd=rendered.root, env=rendered.env):
        assert (ended.status, ended.err) == (0, "")
    assert rendered.files() == rendered.good["first"]
    assert rendered.left() == []
    rendered.write("print('second')")
    # One of the two is killed: the other's unfinished files stay its own.
    for step in (3, 6):
        dead, living = nursery.run_together(
            both, cwd=rendered.root, env=rendered.env, kill_at=[step, None]
        )
        assert dead.status == -signal.SIGKILL
        assert (living.status, living.err) == (0, "")
        assert rendered.files() == rendered.good["second"]
    _next_run_completes(nursery, rendered, "second")


def test_two_renders_of_different_reports_at_once_share_an_index(
    nursery: faults.Nursery, project: Project
) -> None:
    codes = ("UZB", "TJK", "KGZ")
    asked = [("render", "trade_growth", "-p", f"partner={code}") for code in codes]
    for ended in nursery.run_together(asked, cwd=project.root, env=project.env):
        assert (ended.status, ended.err) == (0, "")
    html = (project.reports / index.NAME).read_text(encoding="utf-8")
    for code in codes:
        assert f'href="trade-growth-{code.lower()}.html"' in html
    assert project.left() == []


def test_a_page_that_comes_while_the_index_is_written_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = tmp_path / "late.html"

    def write(output: Path, *_: object) -> None:
        pages = sorted(
            path.name for path in output.glob("*.html") if path.name != index.NAME
        )
        late.touch()  # another run is done with it
        (output / index.NAME).write_text(" ".join(pages), encoding="utf-8")

    monkeypatch.setattr(index, "_write", write)
    (tmp_path / "early.html").touch()
    assert (
        index.write_index(tmp_path).read_text(encoding="utf-8")
        == "early.html late.html"
    )


def test_an_index_that_a_killed_run_did_not_write_is_written_by_the_next(
    nursery: faults.Nursery, rendered: Project
) -> None:
    # As after a kill between the last page and the index.
    (rendered.reports / index.NAME).write_bytes(rendered.good["first"][index.NAME])
    _next_run_completes(nursery, rendered, "second")
    (rendered.reports / f"{SLUG}.html").unlink()
    assert not index.is_current(rendered.reports, [SLUG])


@pytest.mark.parametrize("moment", ["while it runs", "while it is moved"])
def test_an_output_folder_deleted_meanwhile_is_a_sentence(
    nursery: faults.Nursery, project: Project, moment: str
) -> None:
    if moment == "while it runs":
        project.write("import shutil\nshutil.rmtree('../reports')")
    else:  # only the unfinished files
        project.write(
            "import shutil, pathlib\n"
            f"for f in pathlib.Path('../reports').glob('{paths_unfinished.PREFIX}*'):\n"
            "    shutil.rmtree(f)"
        )
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


def _explained(nursery: faults.Nursery, project: Project) -> str:
    said = nursery.run("render", "--explain", cwd=project.root, env=project.env).out
    return said.removeprefix(f"{SLUG}: ").strip()


def test_the_clock_decides_nothing(nursery: faults.Nursery, rendered: Project) -> None:
    for year in (1980, 2100):  # the clock was set back since, or forward
        stamp = (year - 1970) * 365.25 * 86400
        for path in [*rendered.root.rglob("*"), rendered.reports]:
            os.utime(path, (stamp, stamp))
        assert _explained(nursery, rendered) == "current"
        _next_run_completes(nursery, rendered, "second")
    (rendered.root / "data" / "trade.csv").write_text("a\n2\n", encoding="utf-8")
    os.utime(rendered.root / "data" / "trade.csv", (0, 0))
    assert _explained(nursery, rendered) == "table trade changed"
    # What a killed run left is told by its lock, not by its age.
    left = rendered.reports / f"{paths_unfinished.PREFIX}left"
    left.mkdir()
    os.utime(left, (4e9, 4e9))
    _next = nursery.run("render", cwd=rendered.root, env=rendered.env)
    assert (_next.status, rendered.left()) == (0, [])


def _abandoned(folder: Path) -> None:
    (folder / f"{paths_unfinished.PREFIX}left").mkdir()


def test_a_folder_in_use_is_not_removed_and_an_abandoned_one_is(tmp_path: Path) -> None:
    _abandoned(tmp_path)
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


@pytest.mark.parametrize("step", [(Path, "chmod"), (paths_unfinished, "_lock")])
def test_a_new_folder_that_another_run_takes_for_abandoned_is_made_again(
    step: tuple[Any, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual: Callable[..., int | None] = getattr(*step)
    taken: list[Path] = []

    def late(folder: Path, *mode: int) -> int | None:
        if not taken:  # another run is quicker, once
            taken.append(folder)
            shutil.rmtree(folder)
        return usual(folder, *mode)

    monkeypatch.setattr(*step, late)
    with paths_unfinished.unfinished(tmp_path) as ours:
        assert ours.is_dir()
        assert ours != taken[0]
    with contextlib.suppress(FileNotFoundError):
        assert not taken[0].exists()


def test_a_folder_in_use_outlives_a_process_that_was_forked_from_its_owner(
    tmp_path: Path,
) -> None:
    code = (
        "import os, sys; from pathlib import Path\n"
        "from pagemill.unfinished import unfinished\n"
        "with unfinished(Path()) as own:\n"
        "    if not (child := os.fork()): sys.exit()\n"
        "    os.waitpid(child, 0); print(own.is_dir())\n"
        "print(own.is_dir())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "False"]


def test_a_long_path_for_temporary_files_is_no_obstacle(
    nursery: faults.Nursery, project: Project
) -> None:
    project.temporary = project.root / ("long" * 30)
    project.temporary.mkdir()
    ended = nursery.run("render", cwd=project.root, env=project.env)
    assert (ended.status, ended.err) == (0, "")


def test_the_bundle_leaves_nothing_of_a_killed_run(
    nursery: faults.Nursery, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert nursery.run("render", cwd=project.root, env=project.env).status == 0
    _abandoned(project.root)
    asked = ("render", "--bundle", "reports.zip")
    assert nursery.run(*asked, cwd=project.root, env=project.env).status == 0
    assert (project.root / "reports.zip").is_file()
    assert not list(project.root.glob(".*"))
    assert cli.main(["render", "--bundle", str(project.root / "none" / "a.zip")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
