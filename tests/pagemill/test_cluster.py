"""`pagemill render --cluster`: pages to the byte as made here, whatever happens to a worker."""

from __future__ import annotations

import dataclasses
import functools
import os
import signal
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cluster_runs import PATIENCE, small_data, small_runs
from processes import alive, wait_until
from saved_pages import WAVES, waves_env
from small_plan import files

from pagemill import cluster as clusters
from pagemill import project, run
from pagemill.plan import Run
from rounding.errors import ReportError

pytestmark = [
    pytest.mark.kernel,
    # Upstream: distributed leaves sockets and loops to the garbage collector when it closes.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
# Of the data that travelled.
READS = "print(open('../data/heights.csv').read())"


@pytest.fixture(scope="module")
def dask() -> Iterator[Any]:
    from distributed import LocalCluster

    with (
        pytest.MonkeyPatch.context() as patch,
        warnings.catch_warnings(),
    ):
        patch.syspath_prepend(WAVES)  # workers get it, too
        for name, value in waves_env().items():
            patch.setenv(name, value)
        with LocalCluster(
            n_workers=2,
            threads_per_worker=2,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
            worker_dashboard_address=None,
            silence_logs=50,
        ) as cluster:
            warnings.simplefilter("ignore")
            yield cluster


@pytest.fixture
def data(waves: Path, tmp_path: Path) -> Path:
    return small_data(tmp_path / "data")


def made_here(runs: list[Run], data: Path, folder: Path) -> dict[str, bytes]:
    outcomes = run.run_all(runs, folder, data, jobs=2)
    assert [outcome.message for outcome in outcomes] == ["", ""]
    return files(folder)


def test_the_files_are_those_made_here(dask: Any, tmp_path: Path, data: Path) -> None:
    runs = small_runs(tmp_path, READS)
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


def test_a_worker_killed_in_the_middle_loses_nothing(
    dask: Any, tmp_path: Path, data: Path
) -> None:
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
    runs = small_runs(tmp_path, waits)
    outcomes: list[run.Outcome] = []

    def render() -> None:
        outcomes.extend(
            run.run_all(runs, tmp_path / "far", data, cluster=dask.scheduler_address)
        )

    thread = threading.Thread(target=render)
    thread.start()
    wait_until(lambda: mark.exists() and mark.read_text().endswith("\n"), PATIENCE)
    kernel = int(mark.read_text())
    wait_until(
        lambda: (
            sum(bool(one.processing) for one in dask.scheduler.workers.values()) == 1
        ),
        PATIENCE,
    )
    (busy,) = (one for one in dask.scheduler.workers.values() if one.processing)
    os.kill(dask.workers[busy.name].pid, signal.SIGKILL)
    thread.join(PATIENCE)
    assert [(o.slug, o.status, o.message) for o in outcomes] == [
        ("one", "made", ""),
        ("two", "made", ""),
    ]
    wait_until(lambda: not alive(kernel), PATIENCE)


def test_a_page_made_from_something_else_is_refused(
    dask: Any, tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As by a worker with another version of a package."""
    runs = small_runs(tmp_path)[:1]
    other = {**clusters.provenance.packages(), "numpy": "0.1"}
    packages = functools.cache(lambda: other)
    monkeypatch.setattr(clusters.provenance, "packages", packages)
    (outcome,) = run.run_all(
        runs, tmp_path / "far", data, cluster=dask.scheduler_address
    )
    assert outcome.status == "failed"
    assert outcome.message.startswith(
        "one: the worker made it from something else than is here: package numpy changed from"
    )
    assert files(tmp_path / "far") == {}


def test_too_much_data_is_one_sentence_before_anything_travels(
    tmp_path: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "LIMIT", 2_000_000)
    (data / "large.bin").write_bytes(b"x" * 5_000_000)
    reads = small_runs(tmp_path)
    with pytest.raises(ReportError) as caught:
        clusters.pack(reads, data)
    assert str(caught.value) == (
        "5 MB would travel to the workers, more than 2 MB: its largest file is "
        "data/large.bin; make what reads it "
        "without --cluster, or move out of the data folder what no table needs"
    )
    # What no notebook reads stays, as a project says.
    own = dataclasses.replace(
        project.current(), stays=lambda path, code: "large" in path
    )
    project.use(own)
    clusters.pack(reads, data)
