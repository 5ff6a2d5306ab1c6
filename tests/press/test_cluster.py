"""`pagemill render --cluster`: pages as made here, though a worker dies."""

import dataclasses
import functools
import io
import json
import socket
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from computed import files
from processes import wait_until
from saved_pages import project, refusal, waves_env

from pagemill import cluster as clusters
from pagemill import plan as plans
from pagemill import project as projects
from pagemill import run
from pagemill.plan import Run
from rounding.errors import ReportError

pytestmark = [
    pytest.mark.kernel,
    # Upstream: distributed leaves sockets and loops to the garbage collector when it closes.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
#: Seconds after which a test gives up, on the slowest of machines.
PATIENCE = 600
PLAN = """
[[report]]
slug = "one"
notebook = "wave"
[[report]]
slug = "two"
notebook = "wave"
title = "Two"
parameters = { number = 5 }
"""


@pytest.fixture
def data(waves: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "heights.csv").write_text("only\nhere\n", "utf-8")
    return folder


def small_runs(root: Path, cell: str = "1") -> list[Run]:
    plan = project(root, cell)
    plan.write_text(PLAN, "utf-8")
    return list(plans.load_plan(plan).runs)


class Dask:
    """A scheduler and two workers that a test may kill, each a process."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--port", "0")
        wait_until(
            lambda: self.file.exists() and self.file.read_text().endswith("}"), PATIENCE
        )
        self.address: str = json.loads(self.file.read_text())["address"]
        one = ("--no-nanny", "--nthreads", "1")
        self.workers = [self.start("worker", *one) for _ in range(2)]

    def start(self, role: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *options]
        command += ["--no-dashboard", "--host", "127.0.0.1"]
        command += ["--scheduler-file", str(self.file)]
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(
            command,
            cwd=self.file.parent,
            stdout=nowhere,
            stderr=nowhere,
            env=waves_env(),
        )

    def make(self, runs: list[Run], output: Path, data: Path) -> list[Any]:
        """Slug, status and message of each run that its workers make."""
        elsewhere = functools.partial(clusters.run_on_cluster, address=self.address)
        made = run.run_all(runs, output, data, elsewhere=elsewhere)
        return [(one.slug, one.status, one.message) for one in made]

    def begin(self, *asked: Any) -> tuple[threading.Thread, list[Any]]:
        """Begin to make runs; return the thread that does, and what becomes of them."""
        outcomes: list[Any] = []
        thread = threading.Thread(
            target=lambda: outcomes.extend(self.make(*asked)), daemon=True
        )
        thread.start()
        return thread, outcomes


@pytest.fixture(scope="module")
def dask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dask]:
    """One for all tests, of which the last kills the scheduler."""
    started = Dask(tmp_path_factory.mktemp("dask"))
    yield started
    for process in (*started.workers, started.scheduler):
        process.kill()
        process.wait()


MADE = [("one", "made", ""), ("two", "made", "")]


def test_the_files_are_those_made_here(dask, tmp_path, data):
    runs = small_runs(tmp_path, "print(open('../data/heights.csv').read())")
    assert dask.make(runs, tmp_path / "far", data) == MADE
    far = files(tmp_path / "far")
    assert b'"here\\n"' in far["one.ipynb"]
    run.run_all(runs, tmp_path / "near", data, jobs=2)
    assert far == files(tmp_path / "near")
    # A page from the cluster is current here.
    again = dask.make(runs, tmp_path / "far", data)
    assert {status for _, status, _ in again} == {"current"}


def test_a_page_made_from_something_else_is_refused(dask, tmp_path, data, monkeypatch):
    """As by a worker with another version of a package."""
    runs = small_runs(tmp_path)[:1]
    other = {**clusters.provenance.packages(), "numpy": "0.1"}
    packages = functools.cache(lambda: other)
    monkeypatch.setattr(clusters.provenance, "packages", packages)
    ((_, status, message),) = dask.make(runs, tmp_path / "far", data)
    assert status == "failed"
    assert message.startswith(
        "one: the worker made it from something else than is here: package numpy changed from"
    )
    assert files(tmp_path / "far") == {}


#: The first to come here says so in a file and waits to be killed.
WAITS_ONCE = """
import os, time
try:
    with open(MARK, "x") as file:
        file.write(f"{os.getpid()}\\n")
except FileExistsError:
    pass
else:
    time.sleep(3600)
"""


def begun(mark: Path) -> bool:
    return mark.exists() and mark.read_text().endswith("\n")


def test_a_worker_killed_in_the_middle_loses_nothing(dask, tmp_path, data):
    mark = tmp_path / "mark"
    runs = small_runs(tmp_path, WAITS_ONCE.replace("MARK", repr(str(mark))))
    thread, outcomes = dask.begin(runs, tmp_path / "far", data)
    wait_until(lambda: begun(mark), PATIENCE)
    kernel = psutil.Process(int(mark.read_text()))
    above = [process.pid for process in kernel.parents()]
    (busy,) = (worker for worker in dask.workers if worker.pid in above)
    busy.kill()
    thread.join(PATIENCE)
    assert outcomes == MADE
    wait_until(lambda: not kernel.is_running(), PATIENCE)


def test_what_no_notebook_reads_stays_as_a_project_says(tmp_path, data):
    (data / "large.bin").touch()
    own = dataclasses.replace(
        projects.current(), stays=lambda path, code: "large" in path
    )
    projects.use(own)
    packed = zipfile.ZipFile(io.BytesIO(clusters.pack(small_runs(tmp_path), data)))
    assert packed.namelist() == ["data/heights.csv", "notebooks/wave.ipynb"]


def test_where_nobody_answers_is_one_sentence(waves, tmp_path, capsys, monkeypatch):
    small_runs(tmp_path)
    monkeypatch.setattr(clusters, "CONNECT_TIMEOUT", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        told = refusal(capsys, "render", "--cluster", address, status=1)
    assert f"no Dask scheduler answers at {address}: " in told


def test_without_dask_the_sentence_says_how_to_get_it(tmp_path, data, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ReportError, match=r'pip install "waves\[cluster\]"'):
        clusters.run_on_cluster([], tmp_path, data, print, "tcp://127.0.0.1:8786")


def test_a_scheduler_that_goes_away_fails_what_is_out(dask, tmp_path, data, capfd):
    """Tester T18: thirty lines of Dask's at its end."""
    mark = tmp_path / "mark"
    cell = f"import time\nprint('x', file=open({str(mark)!r}, 'w'), flush=True)\ntime.sleep(3600)"
    thread, outcomes = dask.begin(small_runs(tmp_path, cell), tmp_path / "far", data)
    wait_until(lambda: begun(mark), PATIENCE)
    dask.scheduler.kill()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert capfd.readouterr().err == ""
    gone = "the scheduler or its last worker went away before it was made"
    assert [told for *_, told in outcomes] == [f"one: {gone}", f"two: {gone}"]
