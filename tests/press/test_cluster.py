"""`pagemill render --cluster`: pages as made here, whatever dies; and where nobody answers."""

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

import nbformat
import psutil
import pytest
from processes import alive, wait_until
from saved_pages import notebook, project, refusal, waves_env
from small_plan import files

from pagemill import plan as plans
from pagemill import project as projects
from pagemill import run
from pagemill.extras import cluster as clusters
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


def small_runs(root: Path, *cells: str) -> list[Run]:
    root.mkdir(exist_ok=True)
    plan = project(root, *(cells or ["1"]))
    plan.write_text(PLAN, "utf-8")
    return list(plans.load_plan(plan).runs)


def on(address: str) -> run.Maker:
    return functools.partial(clusters.run_on_cluster, address=address)


def rendering(
    address: str, runs: list[Run], output: Path, data: Path
) -> tuple[threading.Thread, list[run.ReportOutcome]]:
    """Begin to make reports; return the thread that does, and what becomes of them."""
    outcomes: list[run.ReportOutcome] = []

    def render():
        outcomes.extend(run.run_all(runs, output, data, elsewhere=on(address)))

    thread = threading.Thread(target=render, daemon=True)
    thread.start()
    return thread, outcomes


MADE = [("one", "made", ""), ("two", "made", "")]


def outcomes_of(outcomes: list[run.ReportOutcome]) -> list[tuple[str, str, str]]:
    return [(told.slug, told.status, told.message) for told in outcomes]


# Of the data that travelled.
READS = "print(open('../data/heights.csv').read())"


class Own:
    """A scheduler and workers that a test may kill, each a process without a nanny."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--no-dashboard")
        wait_until(
            lambda: self._file.exists() and self._file.read_text().endswith("}"),
            PATIENCE,
        )
        self.address: str = json.loads(self._file.read_text())["address"]

    def client(self) -> Any:
        from distributed import Client

        return Client(self.address, timeout=PATIENCE, set_as_default=False)

    def have(self, count: int):
        """See that so many workers are there, all of them idle."""
        for worker in self.workers[count:]:
            end(worker)
        del self.workers[count:]
        while len(self.workers) < count:
            self.workers.append(
                self._start("worker", "--no-nanny", "--no-dashboard", "--nthreads", "1")
            )
        with self.client() as client:
            wait_until(
                lambda: len(client.scheduler_info()["workers"]) == count, PATIENCE
            )

    def _start(self, role: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *options]
        command += ["--host", "127.0.0.1", "--scheduler-file", str(self._file)]
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(
            command, cwd=self._folder, stdout=nowhere, stderr=nowhere, env=waves_env()
        )

    def close(self):
        for process in (*self.workers, self.scheduler):
            end(process)


def end(process: subprocess.Popen[bytes]):
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    """One for all tests, of which the last may kill the scheduler."""
    processes = Own(tmp_path_factory.mktemp("dask"))
    yield processes
    processes.close()


def test_the_files_are_those_made_here(own, tmp_path, data):
    """Of a notebook without a model, too: its parameters stand in what travels."""
    own.have(2)
    small_runs(tmp_path, READS)
    folder = tmp_path / "notebooks"
    cell = nbformat.v4.new_code_cell("size = 1", metadata={"tags": ["parameters"]})
    bare = notebook(cell, nbformat.v4.new_code_cell("size"))
    nbformat.write(bare, folder / "bare.ipynb")
    third = '[[report]]\nnotebook = "bare"\nparameters = { size = 2 }\n'
    (folder / "reports.toml").write_text(PLAN + third, "utf-8")
    runs = list(plans.load_plan(folder / "reports.toml").runs)
    told: list[str] = []
    outcomes = run.run_all(
        runs,
        tmp_path / "far",
        data,
        elsewhere=on(own.address),
        on_progress=lambda outcome: told.append(outcome.slug),
    )
    assert outcomes_of(outcomes) == [*MADE, ("bare-2", "made", "")]
    names = ("bare-2", "one", "two")
    assert sorted(told) == [*names]
    far = files(tmp_path / "far")
    assert sorted(far) == [
        f"{name}.{end}" for name in names for end in ("html", "html.md", "ipynb")
    ]
    assert b'"here\\n"' in far["one.ipynb"]
    run.run_all(runs, tmp_path / "near", data, jobs=2)
    assert far == files(tmp_path / "near")
    # A page from the cluster is current here.
    again = run.run_all(runs, tmp_path / "far", data, elsewhere=on(own.address))
    assert {outcome.status for outcome in again} == {"current"}


def test_a_page_made_from_something_else_is_refused(own, tmp_path, data, monkeypatch):
    """As by a worker with another version of a package."""
    own.have(2)
    runs = small_runs(tmp_path)[:1]
    other = {**clusters.provenance.packages(), "numpy": "0.1"}
    packages = functools.cache(lambda: other)
    monkeypatch.setattr(clusters.provenance, "packages", packages)
    (outcome,) = run.run_all(runs, tmp_path / "far", data, elsewhere=on(own.address))
    assert outcome.status == "failed"
    assert outcome.message.startswith(
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


def test_a_worker_killed_in_the_middle_loses_nothing(own, tmp_path, data):
    own.have(2)
    mark = tmp_path / "mark"
    runs = small_runs(tmp_path, WAITS_ONCE.replace("MARK", repr(str(mark))))
    thread, outcomes = rendering(own.address, runs, tmp_path / "far", data)
    wait_until(lambda: mark.exists() and mark.read_text().endswith("\n"), PATIENCE)
    kernel = psutil.Process(int(mark.read_text()))
    wait_until(lambda: [*(tmp_path / "far").glob("*.html")] != [], PATIENCE)
    above = [process.pid for process in kernel.parents()]
    (busy,) = (worker for worker in own.workers if worker.pid in above)
    end(busy)
    own.workers.remove(busy)
    thread.join(PATIENCE)
    assert outcomes_of(outcomes) == MADE
    wait_until(lambda: not alive(kernel.pid), PATIENCE)


def test_what_no_notebook_reads_stays_as_a_project_says(tmp_path, data):
    (data / "large.bin").write_bytes(b"x" * 5_000_000)
    own = dataclasses.replace(
        projects.current(), stays=lambda path, code: "large" in path
    )
    projects.use(own)
    packed = zipfile.ZipFile(io.BytesIO(clusters.pack(small_runs(tmp_path), data)))
    assert packed.namelist() == ["data/heights.csv", "notebooks/wave.ipynb"]


def test_no_scheduler_is_one_sentence(waves, tmp_path, capsys, monkeypatch):
    small_runs(tmp_path)
    monkeypatch.setattr(clusters, "CONNECT_TIMEOUT", 0.5)
    monkeypatch.chdir(tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        told = refusal(capsys, "render", "--cluster", address, status=1)
    assert f"no Dask scheduler answers at {address}: " in told
    for wrong in ("nonsense://x", "nonsense", "tcp://", ":::", "inproc://x"):
        told = refusal(capsys, "render", "--cluster", wrong)
        assert "--cluster must be the address of a Dask scheduler, such as tcp" in told
    assert files(tmp_path / "reports") == {}


def test_without_dask_the_sentence_says_how_to_get_it(tmp_path, data, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ReportError, match=r'pip install "waves\[cluster\]"'):
        clusters.run_on_cluster(
            small_runs(tmp_path), tmp_path, data, print, "tcp://127.0.0.1:8786"
        )


def waiting_runs(root: Path) -> tuple[list[Run], Path]:
    """Return runs whose notebooks say in a file that they have begun, and then wait."""
    mark = root / "mark"
    cell = f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(3600)"
    return small_runs(root, cell), mark


def begun(mark: Path) -> bool:
    return mark.exists() and mark.read_text() != ""


def test_when_all_workers_die_the_run_ends_with_sentences(
    own, tmp_path, data, monkeypatch
):
    monkeypatch.setattr(clusters, "WORKER_TIMEOUT", 1.5)
    own.have(0)
    own.have(1)
    runs, mark = waiting_runs(tmp_path)
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "one.html").write_text("old", "utf-8")
    thread, outcomes = rendering(own.address, runs, tmp_path / "far", data)
    wait_until(lambda: begun(mark), PATIENCE)
    end(own.workers.pop())
    thread.join(PATIENCE)
    assert not thread.is_alive()
    sentence = (
        f"no worker of the scheduler at {own.address} answered for 1.5 seconds: "
        "see why they ended, start one (dask worker) and render again"
    )
    failed = [(slug, "failed", f"{slug}: {sentence}") for slug in ("one", "two")]
    assert outcomes_of(outcomes) == failed
    assert files(tmp_path / "far") == {"one.html": b"old"}


def test_a_scheduler_that_goes_away_fails_what_is_out(own, tmp_path, data, capfd):
    """Tester T18: thirty lines of Dask's at its end."""
    own.have(1)
    runs, mark = waiting_runs(tmp_path)
    thread, outcomes = rendering(own.address, runs, tmp_path / "far", data)
    wait_until(lambda: begun(mark), PATIENCE)
    own.scheduler.kill()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert capfd.readouterr().err == ""
    gone = "the scheduler or its last worker went away before it was made"
    assert [outcome.message for outcome in outcomes] == [f"one: {gone}", f"two: {gone}"]
