"""Warm processes: they need not import anything, as they are forked from one that already has.

Kernels are forked from a server, the standard library's `multiprocessing` fork server. It imports
`catrade.report.preload` once, runs no task itself and has one thread, so forking it is safe.

Workers make one report after another, each with a kernel of its own. They are forked from this
process, which imports `catrade.report.preload_pages` while the server is busy with its imports.
Where this process has threads, and forking it would not be safe, they come from the server too.
"""

from __future__ import annotations

import contextlib
import importlib
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
from typing import Any, cast

from catrade.errors import ReportError
from catrade.paths_unfinished import temporary, unfinished

PRELOAD = "catrade.report.preload"
PRELOAD_PAGES = "catrade.report.preload_pages"
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


class ServerGoneError(ReportError):
    """The server died, perhaps because memory ran out."""


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


def start_server(*, pages: bool = False) -> None:
    """Start the server if there is none, without waiting: its imports overlap with our work.

    With `pages` it can also be asked for workers, which find there what makes pages.
    """
    if _in_worker or not available():
        return
    multiprocessing.set_forkserver_preload([*([PRELOAD_PAGES] if pages else []), PRELOAD])
    _own_socket_folder()
    values = {**ONE_THREAD, SERVER_PARENT: str(os.getpid())}
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        with _deaf_to_interrupts():
            forkserver.ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Have processes that are started meanwhile ignore Ctrl-C: it is for us, and we end them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _own_socket_folder() -> None:
    """Have the server's socket in a folder that the next run removes should this one be killed."""
    config: dict[str, Any] = multiprocessing.current_process()._config  # type: ignore[attr-defined]
    if "tempdir" not in config:
        stack = contextlib.ExitStack()
        folder = stack.enter_context(unfinished(temporary()))
        config["tempdir"] = str(folder)
        # As multiprocessing does: last of all, and not in a process that is only forked from us.
        util.Finalize(None, stack.close, exitpriority=-100)


def start_kernel(function: Callable[..., None], *arguments: Any) -> BaseProcess:
    """Start a function in a fresh process of the server, which will not outlive this one.

    Raises
    ------
    ServerGoneError
        If the server is gone; only the process that started it can start another.
    """
    if not available():
        return _start("spawn", function, arguments)
    start_server()
    try:
        return _start("forkserver", function, arguments)
    except (OSError, EOFError) as error:
        message = "the server of warm kernels is gone"
        raise ServerGoneError(message) from error


def ready_to_fork() -> bool:
    """Load what makes pages into this process, if workers are to be forked from it."""
    if not available() or not _may_fork():
        return False
    start_server()
    importlib.import_module(PRELOAD_PAGES)
    return True


def _start_worker(function: Callable[..., None], *arguments: Any) -> BaseProcess:
    if not available():
        return _start("spawn", function, arguments)
    if ready_to_fork():
        with _deaf_to_interrupts():
            return _start("fork", function, arguments)
    start_server(pages=True)
    return _start("forkserver", function, arguments)


def _start(method: str, function: Callable[..., None], arguments: tuple[Any, ...]) -> BaseProcess:
    process: BaseProcess = multiprocessing.get_context(method).Process(  # type: ignore[attr-defined]
        target=_run, args=(function, arguments)
    )
    with _plain_parent():
        process.start()
    return process


def stop(process: BaseProcess) -> None:
    """Kill a process of ours and what it started, and wait until it is gone."""
    if available() and process.pid is not None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
    process.close()


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
    """Run tasks in warm processes, several at a time, and yield outcomes as they come.

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
        process that died is a ReportError, and another takes the tasks that are left.

    Notes
    -----
    When the iterator is closed or Ctrl-C interrupts it, every process still running is killed
    with all it started. If this process is itself killed, the system kills them.
    """
    waiting = enumerate(tasks)
    running: dict[Connection, tuple[int, BaseProcess]] = {}
    idle: list[tuple[Connection, BaseProcess]] = []
    try:
        while True:
            while len(running) < jobs and (task := next(waiting, None)) is not None:
                channel, worker = idle.pop() if idle else _new_worker()
                running[channel] = task[0], worker
                with contextlib.suppress(BrokenPipeError):  # said when its answer is awaited
                    channel.send(task[1])
            if not running:
                return
            for channel in cast("list[Connection]", wait(list(running))):
                index, worker = running[channel]
                done, alive = _answer(channel, index, worker)
                del running[channel]
                if alive:
                    idle.append((channel, worker))
                else:
                    stop(worker)
                yield done
    finally:
        for worker in [worker for _, worker in (*running.values(), *idle)]:
            stop(worker)


def _new_worker() -> tuple[Connection, BaseProcess]:
    channel, theirs = multiprocessing.Pipe()
    with theirs:
        return channel, _start_worker(_work, theirs, dict(os.environ))


def _answer(channel: Connection, index: int, worker: BaseProcess) -> tuple[Done, bool]:
    """Return how a task ended, and whether its worker can take another."""
    try:
        return Done(index, *channel.recv()), True
    except (EOFError, OSError):
        worker.join()
        return Done(index, None, ReportError(f"its process {fate(worker.exitcode)}")), False


def _run(function: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    _leave_with_parent()
    # Code in here that uses multiprocessing gets Python's default, not how we were started.
    multiprocessing.set_start_method(None, force=True)
    function(*arguments)


def _work(channel: Connection, environment: dict[str, str]) -> None:
    """Do what is asked over the channel, until it closes."""
    global _in_worker
    _in_worker = True
    os.environ.clear()
    os.environ.update(environment | ONE_THREAD)
    # The server is our parent's, and no child of ours that could be asked whether it runs.
    setattr(forkserver._forkserver, "ensure_running", lambda: None)  # noqa: B010
    importlib.import_module(PRELOAD_PAGES)
    while True:
        try:
            function, arguments = channel.recv()
        except EOFError:
            return
        try:
            answer = pickle.dumps((function(*arguments), None))
        except BaseException as error:
            answer = _pickled(error)
        channel.send_bytes(answer)


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


def _may_fork() -> bool:
    """Return whether this process has one thread: a fork would have the others' locks for ever."""
    return len(os.listdir("/proc/self/task")) == 1


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
