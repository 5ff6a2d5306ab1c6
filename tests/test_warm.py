"""The warm server: one thread, many tasks, nothing left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from processes import alive, ordered, wait_until

from catrade.errors import ReportError
from catrade.report import warm

pytestmark = pytest.mark.kernel


# --- the server ---------------------------------------------------------------------------------


def test_the_server_has_one_thread_and_everything_imported() -> None:
    (done,) = warm.run_many([(_look_at_server, ())], jobs=1)
    assert done.error is None
    assert done.value == (1, 1, [], "1", False)


def _look_at_server() -> tuple[int, int, list[str], str, bool]:
    # Before anything is imported here: what is there came from the server.
    wanted = ("pandas", "seaborn", "papermill", "ipykernel.ipkernel", "catrade.report.render")
    missing = [name for name in (*wanted, "matplotlib.pyplot") if name not in sys.modules]
    from catrade.report import preload

    server = len(os.listdir(f"/proc/{os.getppid()}/task"))
    chosen = "matplotlib_inline.backend_inline" in sys.modules  # too early: figures would vanish
    return server, preload.THREADS, missing, os.environ["OPENBLAS_NUM_THREADS"], chosen


def test_a_worker_with_threads_does_not_fork(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "_in_worker", True)
    monkeypatch.setattr(warm, "_threads", lambda: 2)
    process = warm.start(_nothing)
    process.join()
    assert type(process).__name__ == "ForkServerProcess"
    assert process.exitcode == 0


def _nothing() -> None:
    pass


def test_a_daemon_may_have_warm_children(monkeypatch: pytest.MonkeyPatch) -> None:
    # As in a worker of Dask, where multiprocessing would refuse.
    current = multiprocessing.current_process()
    monkeypatch.setitem(current._config, "daemon", True)  # type: ignore[attr-defined]
    process = warm.start(_nothing)
    process.join()
    assert process.exitcode == 0
    assert current.daemon


def test_jobs_are_bounded_by_cores_and_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)))
    for available, jobs in ((100, 64), (2, 5), (0, 1)):  # GiB; 400 MB a job
        text = f"MemTotal: 1 kB\nMemAvailable: {available * 1024**2} kB\n"
        monkeypatch.setattr(Path, "read_text", lambda *_, text=text, **__: text)
        assert warm.default_jobs() == jobs


# --- many tasks ---------------------------------------------------------------------------------


class Awkward(Exception):
    """Can be pickled but not read back."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} {two}")


def _fail() -> None:
    message = "not this one"
    raise ReportError(message)


def _awkward() -> None:
    raise Awkward("very", "awkward")


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_one_task_that_dies_does_not_stop_the_others() -> None:
    tasks: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (abs, (-2,)),
        (_fail, ()),
        (os._exit, (3,)),
        (_kill, ()),
        (_awkward, ()),
        (lambda_like, ()),
        (abs, (-3,)),
    ]
    done = ordered(tasks, jobs=2)
    assert [d.value for d in done] == [2, None, None, None, None, None, 3]
    assert [str(d.error) if d.error else "" for d in done] == [
        "",
        "not this one",
        "its process ended itself with status 3",
        "its process was killed (SIGKILL), perhaps because memory ran out",
        "Awkward: very awkward",
        done[5].error and str(done[5].error),
        "",
    ]
    assert "pickle" in str(done[5].error)


def test_one_function_in_a_warm_process_returns_or_raises() -> None:
    assert warm.run_one(divmod, 7, 2) == (3, 1)
    with pytest.raises(ReportError, match="not this one"):
        warm.run_one(_fail)


def lambda_like() -> Any:
    return lambda: None


def test_no_more_than_so_many_at_a_time(tmp_path: Path) -> None:
    done = ordered([(_count, (tmp_path, number)) for number in range(6)], jobs=2)
    assert max(d.value for d in done) == 2


def _count(folder: Path, number: int) -> int:
    (folder / str(number)).touch()
    time.sleep(0.1)
    found = len(os.listdir(folder))
    (folder / str(number)).unlink()
    return found


def test_an_abandoned_iterator_stops_its_processes(tmp_path: Path) -> None:
    tasks = [(abs, (-1,)), (_sleep, (tmp_path,))]
    outcomes = warm.run_many(tasks, jobs=2)
    assert next(outcomes).value == 1
    wait_until((tmp_path / "pid").exists, 10)
    pid = int((tmp_path / "pid").read_text())
    outcomes.close()  # type: ignore[attr-defined]
    assert not alive(pid)


def _sleep(folder: Path) -> None:
    (folder / "writing").write_text(str(os.getpid()))
    (folder / "writing").rename(folder / "pid")
    time.sleep(1000)
