"""Kernels that start at once: ipykernels forked from a process that has imported everything.

`WarmProvisioner` stands where jupyter_client would start a process, so whatever starts kernels
(papermill, nbclient, JupyterLab) can have them: `{"kernel_provisioner": {"provisioner_name":
"pagemill-warm"}}` in a kernel spec, or `JUPYTER_DEFAULT_PROVISIONER_NAME=pagemill-warm`. What it
cannot fork (another system than Linux, another kernel than this Python's ipykernel) starts as ever.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty
from typing import Any
from weakref import WeakSet

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_core.paths import jupyter_path
from jupyter_core.utils import ensure_event_loop, run_sync
from traitlets import Type, Unicode

#: Read when Python starts or a library loads: as few threads as can be in what is forked.
AT_START = {
    "PYTHONHASHSEED": "0",  # a set is in the same order each time
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow's allocator
}


#: What the server imports where nothing else is asked for.
PRELOAD = ""
#: Seconds that a kernel may take to start, its server's imports among them.
START_TIMEOUT = 120
NO_START = f"the kernel did not start in {START_TIMEOUT} seconds"
# Seconds between two looks at a channel.
_LOOK = 0.2


def available() -> bool:
    """Return whether this system can fork safely: only Linux (macOS's libraries use threads)."""
    return sys.platform == "linux"


class ForkedKernel:
    """A kernel's process, as `subprocess.Popen` would show it: it is the server's child, not ours.

    Parameters
    ----------
    control
        Our end of the server's socket.
    request
        Arguments of ipykernel, environment, folder.
    """

    stdin = stdout = stderr = None

    def __init__(self, control: socket.socket, request: Sequence[Any]) -> None:
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._channel.settimeout(START_TIMEOUT)
            self._channel.sendall(json.dumps(request).encode() + b"\n")
            socket.send_fds(control, [b"k"], [theirs.fileno()])
        try:
            pid = self._channel.recv(32)
            if not pid:
                raise ConnectionError("the server of warm kernels is gone")
        except OSError:
            self._channel.close()
            raise
        self._channel.settimeout(None)
        self.pid = int(pid)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        if self.returncode is None:
            with contextlib.suppress(BlockingIOError):
                code = self._channel.recv(32, socket.MSG_DONTWAIT)
                # Without a word the server died, and its kernels with it.
                self.returncode = int(code) if code else -signal.SIGKILL
                self._channel.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send a signal to the process, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill the process."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)


class Server:
    """The process kernels are forked from; ends when this object is closed or its owner dies.

    Parameters
    ----------
    module
        What it imports once, besides ipykernel.
    """

    def __init__(self, module: str) -> None:
        self._control, theirs = socket.socketpair()
        with theirs:
            self.environment = {**os.environ, **AT_START}
            # Without frozen modules, as ipykernel starts: its debugger sees into no others.
            python = [sys.executable, "-P", "-Xfrozen_modules=off"]
            command = [*python, "-m", "pagemill.warm", str(theirs.fileno()), module]
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                env=self.environment,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for us, and we end it
            )
        self.pid = self._process.pid
        self._lock = threading.Lock()

    def alive(self) -> bool:
        """Return whether it runs."""
        return self._process.poll() is None

    def fork(self, request: Sequence[Any]) -> ForkedKernel:
        """Return a fresh kernel; waits until the server has imported everything."""
        with self._lock:
            return ForkedKernel(self._control, request)

    def close(self) -> None:
        """End the server and every kernel it forked."""
        self._control.close()
        self._process.wait()


_servers: dict[str, Server] = {}
_starting = threading.Lock()
_managers: WeakSet[WarmManager] = WeakSet()
#: Whether all kernels are to end, as after Ctrl-C.
ending = threading.Event()


def start_server(module: str = "") -> Server:
    """Return the server that has imported `module`, started if there is none; does not wait."""
    with _starting:
        server = _servers.get(module)
        if server is None or not server.alive():
            server = _servers[module] = Server(module)
        return server


def stop_servers() -> None:
    """End all servers of this process and the kernels they forked."""
    with _starting:
        while _servers:
            _servers.popitem()[1].close()


def end_all() -> None:
    """End all servers and kernels, also those that start just now, until `ending` is cleared."""
    ending.set()
    stop_servers()
    for manager in list(_managers):
        manager.kill()


def fate(status: int | None) -> str:
    """Return in words how a process ended.

    Examples
    --------
    >>> fate(-9)
    'was killed (SIGKILL), perhaps because memory ran out'
    >>> fate(3)
    'ended itself with status 3'
    """
    if status == -9:  # SIGKILL, which not every system has a name for
        return "was killed (SIGKILL), perhaps because memory ran out"
    if status is not None and status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended itself with status {status}"


class WarmProvisioner(LocalProvisioner):
    """Starts ipykernels by forking; everything else as jupyter_client does."""

    preload = Unicode(
        "", config=True, help="Module that the kernels' server imports once."
    )
    #: How the kernel ended, once it was waited for.
    exit_code: int | None = None

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Fork the kernel; what cannot be forked is started as a process of its own."""
        environment = options.get("env") or dict(os.environ)
        folder = str(options.get("cwd") or os.getcwd())
        forked = await self._fork(_arguments(cmd), environment, folder)
        if ending.is_set():
            raise RuntimeError("all kernels were ended")
        if forked is None:
            return await super().launch_kernel(cmd, **options)
        self.process = forked  # type: ignore[assignment]  # a Popen in all that is used of it
        self.pid = self.pgid = forked.pid
        await self._bound(forked)
        return self.connection_info

    async def _fork(
        self, arguments: list[str] | None, environment: dict[str, str], folder: str
    ) -> ForkedKernel | None:
        """Return a forked kernel, or None where that cannot be or its server is gone."""
        if arguments is None or not available():
            return None
        server = start_server(self.preload)
        if _at_start(environment) != _at_start(server.environment):
            return None
        try:
            # In a thread of its own, as the first kernel waits for the server's imports: those of
            # the loop's pool are not there in a process that was forked after their first use.
            with ThreadPoolExecutor(1) as own:
                loop = asyncio.get_running_loop()
                request = (arguments, environment, folder)
                return await loop.run_in_executor(own, server.fork, request)
        except TimeoutError as error:
            raise RuntimeError(f"{NO_START}: its server did not answer") from error
        except OSError:
            return None

    async def _bound(self, kernel: ForkedKernel) -> None:
        """Wait for the kernel's sockets: a client that connects sooner tries again much later."""
        info: dict[str, Any] = dict(self.connection_info)
        if info.get("transport") != "ipc":
            return
        ports = [info[name] for name in info if name.endswith("_port")]
        sockets = [Path(f"{info['ip']}-{port}") for port in ports]
        end = time.monotonic() + START_TIMEOUT
        while not all(map(Path.exists, sockets)) and kernel.poll() is None:
            if time.monotonic() > end:
                kernel.kill()
                raise RuntimeError(f"{NO_START}: it opened no sockets")
            await asyncio.sleep(0.002)

    async def wait(self) -> int | None:
        """Wait until the process has ended."""
        while (code := await self.poll()) is None:
            await asyncio.sleep(0.01)
        if self.process is not None:
            self.exit_code = code
        self.process = None
        return code


def _arguments(command: Sequence[str]) -> list[str] | None:
    """Return the arguments of ipykernel, or None if the command starts something else.

    Examples
    --------
    >>> _arguments([sys.executable, "-m", "ipykernel_launcher", "-f", "a.json"])
    ['-f', 'a.json']
    >>> _arguments(["R", "--slave"])
    """
    options = [part for part in command[1:] if not part.startswith("-Xfrozen_modules")]
    launcher = options[:2] == ["-m", "ipykernel_launcher"]
    return list(options[2:]) if launcher and command[0] == sys.executable else None


def _at_start(environment: dict[str, str]) -> dict[str, str]:
    """Return what Python reads only when it starts: a fork cannot have it otherwise."""
    names = ("PYTHON", "LD_", "LANG", "LC_")
    # Where no seed is asked for, ours is as good as any.
    seeded = {"PYTHONHASHSEED": AT_START["PYTHONHASHSEED"], **environment}
    seeded.pop("PYTHONDONTWRITEBYTECODE", None)  # this a kernel may change
    return {name: value for name, value in seeded.items() if name.startswith(names)}


class SteadyChannel(AsyncZMQSocketChannel):
    """A channel that looks again: a message sent while it waits can hide one that came."""

    async def get_msg(  # type: ignore[override]
        self, timeout: float | None = None
    ) -> dict[str, Any]:
        """Return the next message; raise Empty if none comes in time."""
        end = float("inf") if timeout is None else time.monotonic() + timeout
        while True:
            left = end - time.monotonic()
            try:
                return await super().get_msg(timeout=max(0, min(_LOOK, left)))
            except Empty:
                if left <= _LOOK:
                    raise


class ReadyClient(AsyncKernelClient):
    """A client that is ready once it hears the kernel's outputs, and not 0.2 s later."""

    shell_channel_class = Type(SteadyChannel)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask the kernel until its answer comes on the channel of outputs too."""
        end = time.monotonic() + timeout if timeout else float("inf")
        while time.monotonic() < end and (
            self.parent is None or await self.parent.is_alive()
        ):
            asked = self.kernel_info()
            with contextlib.suppress(Empty):
                while True:
                    message = await self.get_iopub_msg(timeout=0.2)
                    is_idle = message["content"].get("execution_state") == "idle"
                    if is_idle and message["parent_header"].get("msg_id") == asked:
                        return
        raise RuntimeError("the kernel died before it was ready")


class WarmManager(AsyncKernelManager):
    """A manager for one kernel, forked, with sockets, folder and environment of its own.

    It is closed after use, by `contextlib.closing`.

    Parameters
    ----------
    kernel_name
        Name of a kernel spec.
    module
        What the server imports once.
    sockets
        Folder for the sockets; its path must be short (systems allow about 100 letters).
    started
        What the kernel is started with: `cwd`, `env` (added to this process's).
    """

    def __init__(
        self, kernel_name: str, module: str, sockets: Path, **started: Any
    ) -> None:
        super().__init__(kernel_name=kernel_name)
        # Its own list ends in IPython's folder, which is made for the asking, if need be in /tmp.
        self.kernel_spec_manager.kernel_dirs = jupyter_path("kernels")
        self.connection_file = str(sockets / "kernel.json")
        self.client_class = f"{__name__}.{ReadyClient.__name__}"
        self._started = started
        self._is_killed = False
        self._own_clients: list[Any] = []
        stanza = {"provisioner_name": "pagemill-warm", "config": {"preload": module}}
        assert self.kernel_spec is not None  # NoSuchKernel was raised otherwise
        #: What its kernel is written in, whatever the notebook says.
        self.language = self.kernel_spec.language
        # Kernels of other languages may know of ports only.
        if _arguments(self.format_kernel_cmd()) is not None:
            self.transport, self.ip = "ipc", str(sockets / "k")
        self.kernel_spec.metadata["kernel_provisioner"] = stanza

    @property
    def exit_code(self) -> int | None:
        """Return how the kernel ended, None before."""
        return getattr(self.provisioner, "exit_code", None)

    def client(self, **options: Any) -> Any:
        """Return a client; its channels close when the kernel is ended."""
        made = super().client(**options)
        self._own_clients.append(made)
        return made

    def kill(self) -> None:
        """Kill the process of the kernel, from whatever thread; one that just starts ends then."""
        self._is_killed = True
        process = getattr(self.provisioner, "process", None)
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the kernel, and the channels to it."""
        for client in self._own_clients:
            client.stop_channels()
        if self.has_kernel:
            run_sync(self._end)()
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            # None runs, so the one that nbclient made for this thread is idle.
            ensure_event_loop().close()

    async def _end(self) -> None:
        if self.provisioner:
            # Asked first: what a cell left open is written when a kernel ends itself. Waited for
            # here, as the manager would look only every 0.1 s whether it is gone.
            process = getattr(self.provisioner, "process", None)
            if isinstance(process, ForkedKernel):
                # At a request ipykernel would first wait for what its cells have started.
                process.send_signal(signal.SIGHUP)
            else:
                await self.request_shutdown()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.provisioner.wait(), self.shutdown_wait_time)
            await self.provisioner.kill()
            await self.provisioner.wait()
        await self.shutdown_kernel(now=True)

    async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
        """Start the kernel with what this manager was given."""
        own = dict(self._started)
        environment = {**os.environ, **options.pop("env", {}), **own.pop("env", {})}
        _managers.add(self)
        await super().start_kernel(env=environment, **options, **own)
        if self._is_killed or ending.is_set():  # its process was not there yet
            self.kill()
