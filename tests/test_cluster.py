"""`catrade render --cluster`: pages to the byte as made here, whatever happens to a worker."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import small_plan

from catrade import cli
from catrade.errors import ReportError
from catrade.report import cluster as clusters
from catrade.report import plan as plans
from catrade.report import run
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
