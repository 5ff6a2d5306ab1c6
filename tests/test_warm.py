"""The warm server: one thread, many tasks, nothing left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from processes import alive, of_session, ordered, wait_until

from catrade.errors import ReportError
from catrade.report import warm

pytestmark = pytest.mark.kernel


# --- the server ---------------------------------------------------------------------------------


def test_the_server_has_one_thread_and_everything_imported() -> None:
    ours, theirs = multiprocessing.Pipe()
    process = warm.start_kernel(_look_at_server, theirs)
    assert ours.recv() == (1, 1, [], "1", False)
    warm.stop(process)


def _look_at_server(answer: Connection) -> None:
    # Before anything is imported here: what is there came from the server.
    wanted = ("pandas", "ipykernel.ipkernel", "matplotlib.pyplot", "catrade.charts.trade")
    missing = [name for name in wanted if name not in sys.modules]
    from catrade.report import preload

    server = len(os.listdir(f"/proc/{os.getppid()}/task"))
    chosen = "matplotlib_inline.backend_inline" in sys.modules  # too early: figures would vanish
    found = (server, preload.THREADS, missing, os.environ["OPENBLAS_NUM_THREADS"], chosen)
    answer.send(found)


def test_no_font_stays_open_from_the_server() -> None:
    # Two kernels would read it through one file offset, each from where the other left it.
    ours, theirs = multiprocessing.Pipe()
    process = warm.start_kernel(_look_at_fonts, theirs)
    inherited, opened = ours.recv()
    warm.stop(process)
    assert inherited == []
    assert opened


def _look_at_fonts(answer: Connection) -> None:
    def fonts() -> list[str]:
        open_files = [
            os.readlink(file) for file in Path("/proc/self/fd").iterdir() if file.exists()
        ]
        return [name for name in open_files if name.endswith(".ttf")]

    inherited = fonts()
    from catrade.charts import labels

    labels.text_width("−")
    answer.send((inherited, fonts()))


SCRIPT = """
import os, sys, threading
from catrade.report import warm
if sys.argv[1] == "threads":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
tasks = [(os.getppid, ()), (eval, ("'papermill' in __import__('sys').modules",))]
parent, pages = [done.value for done in warm.run_many(tasks, jobs=1)]
print(parent == os.getpid(), pages, "pandas" in sys.modules)
"""


@pytest.mark.parametrize(("how", "forked"), [("alone", True), ("threads", False)])
def test_workers_are_forked_here_unless_there_are_threads(how: str, forked: bool) -> None:
    command = [sys.executable, "-c", SCRIPT, how]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    assert said == f"{forked} True False\n"


INTERRUPTED = """
import sys, time
from catrade.report import warm
try:
    warm.start_server()
    print("started", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit(7)
"""


@pytest.mark.parametrize("after", [0.0, 0.1, 0.4])
def test_a_server_that_still_imports_says_nothing_of_an_interrupt(after: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        time.sleep(after)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (7, "")
    wait_until(lambda: not of_session(process.pid), 2)


def _nothing() -> None:
    pass


def test_a_daemon_may_have_warm_children(monkeypatch: pytest.MonkeyPatch) -> None:
    # As in a worker of Dask, where multiprocessing would refuse.
    current = multiprocessing.current_process()
    monkeypatch.setitem(current._config, "daemon", True)  # type: ignore[attr-defined]
    process = warm.start_kernel(_nothing)
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


def lambda_like() -> Any:
    return lambda: None


def test_a_worker_does_one_task_after_another_until_it_dies() -> None:
    tasks: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
        (os.getpid, ()),
        (os.getpid, ()),
        (_kill, ()),
        (os.getpid, ()),
    ]
    first, second, died, last = ordered(tasks, jobs=1)
    assert first.value == second.value != last.value
    assert "SIGKILL" in str(died.error)
    assert not alive(last.value)


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
