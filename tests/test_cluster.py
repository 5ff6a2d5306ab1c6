"""`catrade render --cluster`: pages to the byte as made here, whatever happens to a worker."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import small_plan

from catrade import cli
from catrade.errors import ReportError
from catrade.report import cluster as clusters
from catrade.report import cluster_pack, run
from catrade.report import plan as plans
from catrade.report.plan import Run

pytestmark = [
    pytest.mark.kernel,
    # Upstream: distributed leaves sockets and loops to the garbage collector when it closes.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PLAN = """
[[report]]
slug = "one"
notebook = "trade_growth"
parameters = { partner = "KAZ" }
[[report]]
slug = "two"
notebook = "trade_growth"
title = "Two"
parameters = { partner = "UZB" }
"""
# Of the data that travelled, not of the worker's own.
READS = """\
from catrade.paths import data_dir
print((data_dir() / "trade.csv").read_text())"""


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    from distributed import LocalCluster

    with (
        warnings.catch_warnings(),
        LocalCluster(
            n_workers=2,
            threads_per_worker=2,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            silence_logs=50,
        ) as cluster,
    ):
        warnings.simplefilter("ignore")
        yield cluster


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "trade.csv").write_text("only\nhere\n", encoding="utf-8")
    (folder / "sources.csv").write_text("source_id,published\na,2026-01-20\n", encoding="utf-8")
    return folder


def small_runs(root: Path, *cells: tuple[str, str]) -> list[Run]:
    content = small_plan.usual()
    for kind, source in cells:
        cell = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
        content.cells.append(cell(source, id=f"more-{len(content.cells)}"))
    plan = small_plan.write_plan(root, PLAN, {"trade_growth": content})
    return list(plans.load_plan(plan).runs)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def made_here(runs: list[Run], data: Path, folder: Path) -> dict[str, bytes]:
    os.environ["CATRADE_DATA"] = str(data)
    try:
        outcomes = run.run_all(runs, folder, data, jobs=2)
    finally:
        del os.environ["CATRADE_DATA"]
    assert [outcome.message for outcome in outcomes] == ["", ""]
    return files(folder)


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def ended(process: int) -> bool:
    """Return whether a process runs no more; one whose end nobody has yet asked for does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].startswith("Z")
    except OSError:
        return True


def test_the_files_are_those_made_here(dask: Any, tmp_path: Path, data: Path) -> None:
    runs = small_runs(tmp_path, ("code", READS))
    told: list[str] = []
    outcomes = run.run_all(
        runs,
        tmp_path / "far",
        data,
        cluster=dask.scheduler_address,
        on_progress=lambda outcome: told.append(outcome.slug),
    )
    assert [(o.slug, o.status, o.message) for o in outcomes] == [
        ("one", "made", ""),
        ("two", "made", ""),
    ]
    assert sorted(told) == ["one", "two"]
    far = files(tmp_path / "far")
    assert sorted(far) == ["one.html", "one.ipynb", "two.html", "two.ipynb"]
    assert b'"here\\n"' in far["one.ipynb"]
    assert far == made_here(runs, data, tmp_path / "near")
    # A page from the cluster is current here.
    again = run.run_all(runs, tmp_path / "far", data, cluster=dask.scheduler_address)
    assert [outcome.status for outcome in again] == ["current", "current"]


def test_a_worker_killed_in_the_middle_loses_nothing(dask: Any, tmp_path: Path, data: Path) -> None:
    mark = tmp_path / "mark"
    # The first to come here writes its number and waits to be killed.
    waits = f"""\
import os, time
try:
    with open({str(mark)!r}, "x") as file:
        file.write(f"{{os.getpid()}}\\n")
except FileExistsError:
    pass
else:
    time.sleep(600)"""
    runs = small_runs(tmp_path, ("code", waits))
    outcomes: list[run.Outcome] = []

    def render() -> None:
        outcomes.extend(run.run_all(runs, tmp_path / "far", data, cluster=dask.scheduler_address))

    thread = threading.Thread(target=render)
    thread.start()
    until(lambda: mark.exists() and mark.read_text().endswith("\n"))
    kernel = int(mark.read_text())
    until(lambda: sum(bool(one.processing) for one in dask.scheduler.workers.values()) == 1)
    (busy,) = (one for one in dask.scheduler.workers.values() if one.processing)
    os.kill(dask.workers[busy.name].pid, signal.SIGKILL)
    thread.join(30)
    assert [(o.slug, o.status, o.message) for o in outcomes] == [
        ("one", "made", ""),
        ("two", "made", ""),
    ]
    until(lambda: ended(kernel))
    assert files(tmp_path / "far") == made_here(runs, data, tmp_path / "near")


def test_a_failed_cell_is_told_as_it_is_here(dask: Any, tmp_path: Path, data: Path) -> None:
    cell = 'if p.partner == "UZB":\n    {}["x"]'
    runs = small_runs(tmp_path, ("text", "## Growth"), ("code", cell))
    outcomes = run.run_all(runs, tmp_path / "far", data, cluster=dask.scheduler_address)
    assert [outcome.status for outcome in outcomes] == ["made", "failed"]
    assert outcomes[1].message == (
        "two: cell 10 (under “Growth”) failed: KeyError: 'x' "
        "(the notebook up to there is two.failed.ipynb)"
    )
    assert sorted(files(tmp_path / "far")) == ["one.html", "one.ipynb", "two.failed.ipynb"]


def test_a_page_made_from_something_else_is_refused(
    dask: Any, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a worker with another version of a package."""
    runs = small_runs(tmp_path)[:1]
    other = {**clusters.provenance.packages(), "numpy": "0.1"}
    monkeypatch.setattr(clusters.provenance, "packages", lambda: other)
    (outcome,) = run.run_all(runs, tmp_path / "far", data, cluster=dask.scheduler_address)
    assert outcome.status == "failed"
    assert outcome.message.startswith(
        "one: the worker made it from something else than is here: package numpy changed from"
    )
    assert files(tmp_path / "far") == {}


def test_what_travels_depends_on_contents_only(tmp_path: Path, data: Path) -> None:
    runs = small_runs(tmp_path)
    before = clusters.pack(runs, data)
    (data / ".hidden").write_text("1", encoding="utf-8")
    os.utime(data / "trade.csv", (0, 0))
    assert clusters.pack(runs, data) == before
    moved = [dataclasses.replace(one, slug=f"{one.slug}-b") for one in runs]
    assert clusters.pack(moved, data) == before
    (data / "trade.csv").write_text("only\nthere\n", encoding="utf-8")
    assert clusters.pack(runs, data) != before


def test_no_scheduler_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small_runs(tmp_path)
    monkeypatch.setattr(clusters, "CONNECT_TIMEOUT", 0.5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        plan = str(tmp_path / "notebooks" / "reports.toml")
        status = cli.main(["render", "--plan", plan, "--cluster", address])
    assert status == 1
    assert capsys.readouterr().err == (
        f"catrade: no Dask scheduler answers at {address}: --cluster wants its address, "
        "such as tcp://localhost:8786\n"
    )
    assert files(tmp_path / "reports") == {}


@pytest.mark.parametrize("address", ["nonsense://x", "not an address", "tcp://localhost:port"])
def test_an_address_that_is_none_is_the_same_sentence(
    tmp_path: Path, data: Path, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "CONNECT_TIMEOUT", 0.5)
    with pytest.raises(ReportError, match=f"no Dask scheduler answers at {address}: "):
        clusters.run_on_cluster(small_runs(tmp_path), tmp_path, data, address)


def test_without_dask_the_sentence_says_how_to_get_it(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ReportError, match=r'pip install "catrade\[cluster\]"'):
        clusters.run_on_cluster(small_runs(tmp_path), tmp_path, data, "tcp://127.0.0.1:8786")


class Own:
    """A scheduler and workers that a test may kill, each a process without a nanny."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--no-dashboard")
        until(self._file.exists)
        self.address: str = json.loads(self._file.read_text())["address"]

    def add_worker(self) -> None:
        worker = self._start("worker", "--no-nanny", "--no-dashboard", "--nthreads", "1")
        self.workers.append(worker)

    def _start(self, role: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{role}", *options]
        command += ["--host", "127.0.0.1", "--scheduler-file", str(self._file)]
        nowhere = subprocess.DEVNULL
        return subprocess.Popen(command, cwd=self._folder, stdout=nowhere, stderr=nowhere)

    def close(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Own]:
    (tmp_path / "dask").mkdir()
    processes = Own(tmp_path / "dask")
    yield processes
    processes.close()


def waiting_runs(root: Path) -> tuple[list[Run], Path]:
    """Return runs whose notebooks say in a file that they have begun, and then wait."""
    mark = root / "mark"
    cell = f"import os, time\nopen({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)"
    return small_runs(root, ("code", cell)), mark


def begun(mark: Path) -> bool:
    return mark.exists() and mark.read_text() != ""


def test_no_worker_is_one_sentence_after_a_while_that_is_said(
    own: Own,
    tmp_path: Path,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(clusters, "WORKER_TIMEOUT", 0.5)
    start = time.monotonic()
    with pytest.raises(ReportError, match=f"{own.address} has no worker: start one"):
        run.run_all(small_runs(tmp_path), tmp_path / "far", data, cluster=own.address)
    assert time.monotonic() - start < 5
    said = f"waiting up to 0.5 seconds for a first worker of {own.address}\n"
    assert capsys.readouterr().err == said
    assert files(tmp_path / "far") == {}


@pytest.mark.parametrize("dies", ["workers", "scheduler"])
def test_when_all_workers_or_the_scheduler_die_the_run_ends_with_sentences(
    own: Own, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch, dies: str
) -> None:
    monkeypatch.setattr(clusters, "WORKER_TIMEOUT", 20)
    own.add_worker()
    clusters_wait = clusters._wait_for_worker

    def wait_then_hurry(client: Any, address: str) -> None:
        clusters_wait(client, address)
        monkeypatch.setattr(clusters, "WORKER_TIMEOUT", 1.5)

    monkeypatch.setattr(clusters, "_wait_for_worker", wait_then_hurry)
    runs, mark = waiting_runs(tmp_path)
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "one.html").write_text("old", encoding="utf-8")
    outcomes: list[run.Outcome] = []

    def render() -> None:
        outcomes.extend(run.run_all(runs, tmp_path / "far", data, cluster=own.address))

    thread = threading.Thread(target=render)
    thread.start()
    until(lambda: begun(mark), 60)
    (own.workers[0] if dies == "workers" else own.scheduler).kill()
    thread.join(15)
    assert not thread.is_alive()
    sentence = {
        "workers": f"no worker of the scheduler at {own.address} answered for 1.5 seconds: "
        "see why they ended, start one (dask worker) and render again",
        "scheduler": "the scheduler or its last worker went away before it was made",
    }[dies]
    assert [(o.status, o.message) for o in outcomes] == [
        ("failed", f"one: {sentence}"),
        ("failed", f"two: {sentence}"),
    ]
    assert files(tmp_path / "far") == {"one.html": b"old"}


def test_ctrl_c_ends_a_cluster_run_at_once_and_leaves_the_folder_as_it_was(
    own: Own, tmp_path: Path, data: Path
) -> None:
    from distributed import Client

    own.add_worker()
    _, mark = waiting_runs(tmp_path)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "one.html").write_text("old", encoding="utf-8")
    plan = tmp_path / "notebooks" / "reports.toml"
    main = "import sys; from catrade.cli import main; sys.exit(main())"
    command = ["-c", main, "render", "--plan", str(plan), "--cluster", own.address]
    process = subprocess.Popen(
        [sys.executable, *command],
        env={**os.environ, "CATRADE_DATA": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: begun(mark), 60)
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=10)
    assert time.monotonic() - start < 3
    assert process.returncode == 130
    assert complaint.splitlines()[-1] == (
        "catrade: interrupted: reports already finished are in place, others as they were"
    )
    assert files(tmp_path / "reports") == {"one.html": b"old"}
    with Client(own.address, timeout=5, set_as_default=False) as client:
        tasks = lambda dask_scheduler: len(dask_scheduler.tasks)  # noqa: E731 - travels by value
        until(lambda: not client.run_on_scheduler(tasks), 5)


def fetched_release(data: Path, size: int) -> Path:
    folder = data / "fetched" / "baci" / "HS17_V202601"
    part = folder / "trade" / "year=2021" / "part-000.parquet"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * size)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    return part


def names(packed: bytes) -> set[str]:
    return set(zipfile.ZipFile(io.BytesIO(packed)).namelist())


def test_a_baci_release_travels_only_with_notebooks_that_can_read_it(
    tmp_path: Path, data: Path
) -> None:
    part = fetched_release(data, 1000)
    inside = f"data/{part.relative_to(data).as_posix()}"
    manifest = "data/fetched/baci/HS17_V202601/manifest.json"
    blind = names(cluster_pack.pack(small_runs(tmp_path / "a"), data))
    assert inside not in blind
    assert manifest in blind
    reads = "from catrade import load_composition"
    assert inside in names(cluster_pack.pack(small_runs(tmp_path / "b", ("code", reads)), data))


def test_too_much_data_is_one_sentence_before_anything_travels(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster_pack, "LIMIT", 2_000_000)
    fetched_release(data, 5_000_000)
    reads = small_runs(tmp_path, ("code", "from catrade import load_composition"))
    with pytest.raises(ReportError) as caught:
        cluster_pack.pack(reads, data)
    assert str(caught.value) == (
        "5 MB would travel to the workers, more than 2 MB: 5 MB of it is the BACI release that "
        "trade_growth may read; make those without --cluster and the others with it"
    )
    (data / "notes.bin").write_bytes(bytes(3_000_000))
    with pytest.raises(ReportError, match=r"its largest file is data/notes\.bin; move out"):
        cluster_pack.pack(small_runs(tmp_path / "other"), data)
