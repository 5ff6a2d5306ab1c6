"""A Jupyter kernel in a forked process: ipykernel itself, with a pipe where it has sockets.

Messages keep Jupyter's wire format, so nbclient reads from this kernel what it would read from
any other. No port is opened, no connection file written, and no thread started.
"""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import logging
import os
import select
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from multiprocessing.connection import Connection
from typing import Any

from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelbase import Kernel
from jupyter_client.session import Session
from traitlets import Any as AnyTrait
from traitlets.config import Config
from zmq import Message

from catrade.report.client import SESSION_KEY

#: What a kernel makes matplotlib draw to, unless the user chose otherwise.
INLINE = "module://matplotlib_inline.backend_inline"


class _Pipe:
    """One end of a socket pair, with the few methods ipykernel needs of a ZeroMQ stream."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()  # cells may start threads that print
        self._tasks: set[asyncio.Task[None]] = set()

    def send_multipart(self, parts: Sequence[Any], **_options: object) -> None:
        with self._lock, contextlib.suppress(BrokenPipeError):
            self._connection.send([bytes(part) for part in parts])

    def on_recv(
        self, callback: Callable[[list[Message]], Coroutine[Any, Any, None]], **_options: object
    ) -> None:
        loop = asyncio.get_event_loop()

        def receive() -> None:
            try:
                parts = self._connection.recv()
            except (EOFError, OSError):
                loop.stop()  # the client is done with us
                return
            task = loop.create_task(callback([Message(part) for part in parts]))
            self._tasks.add(task)  # asyncio itself keeps only a weak reference
            task.add_done_callback(self._tasks.discard)

        loop.add_reader(self._connection.fileno(), receive)


class _Direct(IOPubThread):
    """Stands where ipykernel has its output thread: sends at once from the calling thread."""

    def __init__(self, pipe: _Pipe) -> None:
        self.socket = pipe
        self.thread = threading.Thread()  # never started
        self.io_loop: Any = None

    def schedule(self, function: Callable[[], object]) -> None:
        function()

    def send_multipart(self, *args: Any, **options: object) -> None:
        self.socket.send_multipart(*args, **options)


class _Stream(OutStream):
    """sys.stdout or sys.stderr of a cell, with what subprocesses and C code write to its file.

    What they wrote is taken in before each write and flush, and text is sent when a display, a
    result, an error or the end of the cell asks for it, never by a timer: the order of outputs
    does not depend on timing.
    """

    def __init__(self, session: Session, thread: _Direct, name: str) -> None:
        super().__init__(session, thread, name, watchfd=False)  # type: ignore[no-untyped-call]
        self._number = {"stdout": 1, "stderr": 2}[name]
        self._original_stdstream_copy = os.dup(self._number)
        self._end, inlet = os.pipe()
        os.set_blocking(self._end, False)
        os.dup2(inlet, self._number)
        os.close(inlet)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        # For a subprocess that writes more than the pipe holds while its cell waits.
        while select.select([self._end], [], []):
            self._take_in()

    def _take_in(self) -> None:
        with self._buffer_lock, contextlib.suppress(BlockingIOError):
            while data := os.read(self._end, 1 << 16):
                super().write(self._decoder.decode(data))

    def _schedule_flush(self) -> None:
        pass

    def write(self, string: str) -> int:
        if os.getpid() != self._master_pid:  # a process the cell forked
            return os.write(self._number, string.encode(errors="replace"))
        self._take_in()
        return super().write(string) or 0

    def flush(self) -> None:
        if os.getpid() == self._master_pid:
            self._take_in()
            super().flush()  # type: ignore[no-untyped-call]


class _NoChannelThread:
    """What ipykernel asks of its thread for requests, where the main thread receives them."""

    def __init__(self) -> None:
        self.parent_thread = threading.current_thread()

    def __bool__(self) -> bool:
        return False


class _Kernel(IPythonKernel):
    """IPythonKernel that receives requests from a `_Pipe`, in the main thread."""

    shell_stream = AnyTrait()
    _supports_kernel_subshells = False

    def start(self) -> None:
        # IPythonKernel.start would warn that there is no debugger.
        Kernel.start(self)  # type: ignore[no-untyped-call]

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Abort nothing: the client sends one cell at a time."""


def serve(requests: Connection, outputs: Connection, environment: dict[str, str]) -> None:
    """Be a kernel until the client closes `requests`; runs in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the kernel turns it on while a cell runs
    os.environ.clear()
    os.environ.update(environment)
    os.environ.setdefault("MPLBACKEND", INLINE)
    sys.argv = ["catrade-kernel"]
    if "" not in sys.path:
        sys.path.insert(0, "")
    _unshare()
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    session = Session(key=SESSION_KEY)
    direct = _Direct(_Pipe(outputs))
    sys.stdout = _Stream(session, direct, "stdout")
    sys.stderr = _Stream(session, direct, "stderr")
    kernel = _Kernel.instance(
        config=Config({"HistoryManager": {"hist_file": ":memory:"}}),
        session=session,
        iopub_socket=direct,
        shell_stream=_Pipe(requests),
        shell_channel_thread=_NoChannelThread(),
        log=_silent_log(),
    )
    shell: Any = kernel.shell
    shell.exit_now = False
    shell.extension_manager.load_extension("storemagic")
    kernel.start()
    loop.run_forever()
    os._exit(0)  # threads left by cells must not keep the process


def _silent_log() -> logging.Logger:
    """Return a log that writes nowhere: whatever it wrote to would be an output of a cell."""
    log = logging.getLogger(__name__)
    log.propagate = False
    log.addHandler(logging.NullHandler())
    return log


def _unshare() -> None:
    """Undo what a fork would otherwise make equal in all reports, or bring from the caller."""
    logging.root.handlers.clear()
    logging.root.setLevel(logging.WARNING)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    if matplotlib := sys.modules.get("matplotlib"):
        # Read from the environment at import, which happened in the server.
        matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
