"""The process that kernels are forked from: it has imported a project once and runs nothing else.

`python -m pagemill.warm FD MODULES` imports MODULES, then forks a process for each request that
comes over the Unix socket FD; each is an ordinary ipykernel from there on. The server has one
thread, so forking it is safe. It ends, and its kernels with it, when the other end of the socket
closes, however that happened.

This file is run by `pagemill.kernels`; it imports little, so that the wait for it is short.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import gc
import importlib
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
import warnings
from types import ModuleType
from typing import Any, NamedTuple

from pagemill.reads import NOTEBOOK, READ_LOG

#: Imported for every kernel; a project adds its own module.
LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",  # half of a kernel's own start otherwise
    "IPython.core.completerlib",
    "pagemill.reported",
)
INLINE = "module://matplotlib_inline.backend_inline"
#: What was imported for all kernels; a module's `ready` gets the name of each kernel's notebook.
_MODULES: list[ModuleType] = []
#: prctl's option to be killed when the process that forked us ends.
_PR_SET_PDEATHSIG = 1
_ENDED = os.WEXITED | os.WNOHANG | os.WNOWAIT


class Request(NamedTuple):
    """A kernel that was asked for: the arguments of ipykernel, its environment and folder."""

    arguments: list[str]
    environment: dict[str, str]
    folder: str | None


def main(number: str, module: str) -> None:
    """Import, serve until the socket closes; in a forked process, be the kernel."""
    control = socket.socket(fileno=int(number))
    _leave_with(control)
    # The first is called last: what was imported need not be taken apart.
    atexit.register(os._exit, 0)
    # A kernel's own, and one that is unknown ends an import.
    os.environ.pop("MPLBACKEND", None)
    # Where there is no home to write to IPython takes a temporary folder, and so it may.
    warnings.filterwarnings("ignore", module=r"IPython\.paths")
    _MODULES.extend(map(importlib.import_module, LIBRARIES))
    for name in filter(None, module.split(",")):
        try:
            _MODULES.append(importlib.import_module(name))
        except Exception as error:  # kernels do without it
            why = " ".join(str(error).split())
            sys.stderr.write(
                f"{name}, which the project has warm, cannot be imported: {why}\n"
            )
    # From here on kernels would be left behind.
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    # Kernels share these objects' memory: their collector leaves them alone.
    gc.freeze()
    request = _serve(control)
    if request:
        _be_kernel(request)


def _leave_with(control: socket.socket) -> None:
    """End as soon as the other end closes, also while something is imported."""
    closed = select.poll()
    # A closed end is told unasked, also behind a request unread.
    closed.register(control, 0)

    def look(*_: object) -> None:
        if closed.poll(0):
            os._exit(0)

    signal.signal(signal.SIGIO, look)
    fcntl.fcntl(control, fcntl.F_SETOWN, os.getpid())
    flags = fcntl.fcntl(control, fcntl.F_GETFL)
    fcntl.fcntl(control, fcntl.F_SETFL, flags | os.O_ASYNC)
    look()


def _serve(control: socket.socket) -> Request | None:
    """Fork a kernel for each request and tell how each ended; return only in a forked process."""
    ended, wake = socket.socketpair()
    for end in (ended, wake):
        end.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
    running: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([control, ended, *running.values()], [], [])
        if control in ready:
            message, numbers, _, _ = socket.recv_fds(control, 1, 1)
            if not message:
                for pid in running:
                    _kill(pid)
                # Kernels end after the socket that would be told.
                signal.set_wakeup_fd(-1)
                sys.exit()  # removes matplotlib's folder, if it had no home for one
            channel = socket.socket(fileno=numbers[0])
            with channel.makefile("rb") as lines:
                request = Request(*json.loads(lines.readline()))
            if notebook := request.environment.get(NOTEBOOK):
                for module in _MODULES:
                    if prepare := getattr(module, "ready", None):
                        prepare(notebook)
                gc.freeze()
            with warnings.catch_warnings():
                # Python 3.12 and later warn of any thread; what is left are pyarrow's own, which it
                # makes anew in a forked process.
                warnings.simplefilter("ignore", DeprecationWarning)
                pid = os.fork()
            if pid == 0:
                wake.detach()
                for end in (control, ended, channel, *running.values()):
                    end.close()
                return request
            with contextlib.suppress(BrokenPipeError):  # who asked is gone: seen below
                channel.sendall(f"{pid}\n".encode())
            running[pid] = channel
        for pid, channel in list(running.items()):
            # Nobody speaks here but by closing: the kernel is not wanted.
            if channel in ready:
                _kill(pid)
        if ended in ready:
            ended.recv(1 << 10)
            _tell_ended(running)


def _tell_ended(running: dict[int, socket.socket]) -> None:
    """Tell whoever asked for a kernel how it ended."""
    while ended := running and os.waitid(os.P_ALL, 0, _ENDED):
        _kill_group(ended.si_pid)  # as long as nobody else can have its number
        pid, status = os.waitpid(ended.si_pid, 0)
        channel = running.pop(pid)
        with contextlib.suppress(BrokenPipeError):
            channel.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        channel.close()


def _kill(pid: int) -> None:
    """Kill a kernel and what its cells started."""
    _kill_group(pid)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _be_kernel(request: Request) -> None:
    """Become what `python -m ipykernel_launcher` would be with these arguments."""
    server = os.getppid()
    os.setsid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:  # it ended before the line above
        os._exit(1)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGIO):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request.environment)
    os.environ.setdefault("MPLBACKEND", INLINE)
    os.environ["JPY_PARENT_PID"] = str(server)
    time.tzset()
    # Read at Python's start, which was the server's.
    sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in os.environ
    if request.folder:
        os.chdir(request.folder)
    # A folder of matplotlib's is the server's to remove; a kernel writes out what a cell left open.
    atexit.unregister(shutil.rmtree)
    atexit.unregister(os._exit)
    sys.argv = ["ipykernel_launcher", *request.arguments]
    # The server was started with -P, and IPython looks beside the notebook first.
    if "" not in sys.path and "PYTHONSAFEPATH" not in os.environ:
        sys.path.insert(0, "")
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # else equal in all kernels
    if matplotlib := sys.modules.get("matplotlib"):
        # Read from the environment at import, which happened in the server.
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    from ipykernel.kernelapp import IPKernelApp

    app = IPKernelApp.instance()
    # ipykernel read its parent's number when it was imported.
    options = [*request.arguments, f"--IPKernelApp.parent_handle={server}"]
    app.initialize(options)  # type: ignore[no-untyped-call]
    if app.shell:
        atexit.register(_end, app.shell)
        signal.signal(signal.SIGHUP, lambda *_: sys.exit())
    app.start()  # type: ignore[no-untyped-call]


def _end(shell: Any) -> None:
    """Write what cells left open, and end at once.

    ipykernel would wait for threads of its own, which may wait for each other.
    """
    # Of all that IPython does at the end a report's kernel has no use but for this.
    if READ_LOG in os.environ:
        shell.user_ns.clear()
    else:
        shell.atexit_operations()
    os._exit(0)


def packed(message: Any) -> bytes:
    """Return a message as JSON; half a character, which cannot be sent, is a question mark."""
    from jupyter_client import jsonutil, session

    try:
        return session.json_packer(message)
    except UnicodeEncodeError:
        text = json.dumps(message, default=jsonutil.json_default, ensure_ascii=False)
        return text.encode("utf-8", "replace")


if __name__ == "__main__":
    main(*sys.argv[1:])
