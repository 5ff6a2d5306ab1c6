"""Fresh processes that need not import anything: forked from a server that already has.

The server is the standard library's `multiprocessing` fork server. It imports
`catrade.report.preload` once, runs no task itself and has one thread, so forking it is safe.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import types
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import forkserver, util
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from catrade.errors import ReportError
from catrade.paths_unfinished import temporary, unfinished

PRELOAD = "catrade.report.preload"
#: Libraries read these when they load; a second thread in the server is not allowed.
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow's allocator
}
#: Name of the environment variable that tells the server who started it.
SERVER_PARENT = "CATRADE_SERVER_PARENT"
#: Bytes of memory a report may take beyond what it shares with the server; measured, times two.
MEMORY_A_JOB = 400_000_000

_in_worker = False
#: A worker of Dask starts processes from several threads; a forked child may own it and go on.
_starting = threading.RLock()


@dataclass(frozen=True)
class Done:
    """How a task ended: its value, or the error that says why it has none."""

    index: int
    value: Any = None
    error: BaseException | None = None


def available() -> bool:
    """Return whether this system can fork safely: only Linux (macOS's libraries use threads)."""
    return sys.platform == "linux"


def default_jobs() -> int:
    """Return how many reports to make at a time: one a core, fewer if memory is short."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    with contextlib.suppress(OSError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return max(1, min(cores, int(line.split()[1]) * 1024 // MEMORY_A_JOB))
    return cores


def start_server() -> None:
    """Start the server if there is none, without waiting: its imports overlap with our work."""
    if _in_worker or not available():
        return
    multiprocessing.set_forkserver_preload([PRELOAD])
    _own_socket_folder()
    values = {**ONE_THREAD, SERVER_PARENT: str(os.getpid())}
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _own_socket_folder() -> None:
    """Have the server's socket in a folder that the next run removes should this one be killed."""
    config: dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    if "tempdir" not in config:
        stack = contextlib.ExitStack()
        folder = stack.enter_context(unfinished(temporary()))
        config["tempdir"] = str(folder)
        # As multiprocessing does: last of all, and not in a process that is only forked from us.
        util.Finalize(None, stack.close, exitpriority=-100)


def start(function: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Start a function in a fresh warm process, which will not outlive this one.

    A worker forks itself, so that its kernel has all it has; any other process asks the server.
    """
    if not available():
        method = "spawn"
    elif _in_worker and _threads() == 1:
        method = "fork"
    else:
        start_server()
        method = "forkserver"
    process: BaseProcess = multiprocessing.get_context(method).Process(  # type: ignore[attr-defined]
        target=_run, args=(function, arguments)
    )
    with _plain_parent():
        process.start()
    return process


def stop(process: BaseProcess) -> None:
    """Kill a process from `start` and what it started, and wait until it is gone."""
    if available() and process.pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def fate(status: int | None) -> str:
    """Return in words how a process ended.

    Examples
    --------
    >>> fate(-9)
    'was killed (SIGKILL), perhaps because memory ran out'
    >>> fate(3)
    'ended itself with status 3'
    """
    if status == -9:
        return "was killed (SIGKILL), perhaps because memory ran out"
    if status is not None and status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended itself with status {status}"


def run_many(
    tasks: Iterable[tuple[Callable[..., Any], tuple[Any, ...]]], *, jobs: int
) -> Generator[Done, None, None]:
    """Run each task in a fresh process and yield outcomes as they come.

    Parameters
    ----------
    tasks
        Functions and their arguments; all can be pickled, and found in a module by name.
    jobs
        How many at a time.

    Yields
    ------
    Done
        One a task, with its place in `tasks`. An exception of the function is its `error`; a
        process that died is a ReportError, and the other tasks go on.

    Notes
    -----
    When the iterator is closed or Ctrl-C interrupts it, every process still running is killed
    with all it started. If this process is itself killed, the system kills them.
    """
    waiting = enumerate(tasks)
    running: dict[Any, tuple[int, BaseProcess]] = {}
    try:
        while True:
            while len(running) < jobs and (task := next(waiting, None)) is not None:
                answers, theirs = multiprocessing.Pipe(duplex=False)
                with theirs:
                    process = start(_work, theirs, dict(os.environ), *task[1])
                running[answers] = task[0], process
            if not running:
                return
            for ready in wait(list(running)):
                index, process = running[ready]
                done = _finish(index, ready, process)
                del running[ready]
                yield done
    finally:
        for _, process in running.values():
            stop(process)


def run_one(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run one function in a fresh warm process; return its value or raise its error."""
    (done,) = run_many([(function, arguments)], jobs=1)
    if done.error is not None:
        raise done.error
    return done.value


def _finish(index: int, answers: Any, process: BaseProcess) -> Done:
    try:
        value, error = answers.recv()
    except EOFError:
        process.join()
        value, error = None, ReportError(f"its process {fate(process.exitcode)}")
    answers.close()
    stop(process)
    return Done(index, value, error)


def _run(function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    _leave_with_parent()
    # Code in here that uses multiprocessing gets Python's default, not how we were started.
    multiprocessing.set_start_method(None, force=True)
    function(*arguments)


def _work(
    answers: Connection,
    environment: dict[str, str],
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
) -> None:
    global _in_worker
    _in_worker = True
    os.environ.clear()
    os.environ.update(environment | ONE_THREAD)
    try:
        answer = pickle.dumps((function(*arguments), None))
    except BaseException as error:
        answer = _pickled(error)
    answers.send_bytes(answer)


def _pickled(error: BaseException) -> bytes:
    try:
        answer = pickle.dumps((None, error))
        pickle.loads(answer)  # an exception with arguments of its own may fail only here
    except Exception:
        answer = pickle.dumps((None, ReportError(f"{type(error).__name__}: {error}")))
    return answer


@contextlib.contextmanager
def _plain_parent() -> Iterator[None]:
    """Keep multiprocessing from two things it does with every new process.

    It runs the program's main file again, so that functions of that file can be found. Ours are
    in modules, and a user's script that calls papermill must not be run again by each kernel.
    And it allows a daemon (a worker of Dask) no children, as they would outlive it; ours do not.
    """
    config: dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    with _starting:
        main = sys.modules["__main__"]
        daemon = config.pop("daemon", False)
        sys.modules["__main__"] = types.ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
            config["daemon"] = daemon


def _threads() -> int:
    return len(os.listdir("/proc/self/task"))


def _leave_with_parent() -> None:
    """Have the system kill this process and its own children when its parent ends.

    The parent holds the other end of a pipe. When that closes, however the parent died, the
    system sends SIGKILL to this process group: no thread has to run for it, so it works while a
    cell computes. The group is our own, so Ctrl-C in a terminal reaches only the parent.
    """
    parent = multiprocessing.parent_process()
    if sys.platform != "linux" or parent is None:
        return
    import fcntl

    os.setpgid(0, 0)
    pipe = parent.sentinel
    fcntl.fcntl(pipe, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if not parent.is_alive():  # it ended before the line above
        os._exit(1)
