"""nbclient's end of a warm kernel: what a kernel manager and its channels are elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from queue import Empty
from typing import Any

from jupyter_client.client import KernelClient
from jupyter_client.session import Session

from catrade.report import warm

#: Both ends sign with it; the pipe is private, but a session without a key warns.
SESSION_KEY = b"catrade"


class WarmKernel:
    """A fresh kernel, forked at once; nbclient takes it for a kernel manager that has started."""

    has_kernel = True

    def __init__(self) -> None:
        requests, kernel_requests = multiprocessing.Pipe()
        outputs, kernel_outputs = multiprocessing.Pipe()
        with kernel_requests, kernel_outputs:
            self._process = warm.start_kernel(
                _serve, kernel_requests, kernel_outputs, dict(os.environ)
            )
        self._closed = False
        self._client = _Client(self)
        self._channels = _Channel(requests, self), _Channel(outputs, self)
        self._client._shell_channel, self._client._iopub_channel = self._channels

    def client(self) -> _Client:
        """Return the client, always the same."""
        return self._client

    def is_alive(self) -> bool:
        """Return whether the process runs; nbclient may ask once more after the end."""
        return not self._closed and self._process.is_alive()

    def fate(self) -> str:
        """Return in words how the kernel ended."""
        self._process.join(1)
        return warm.fate(self._process.exitcode)

    def interrupt_kernel(self) -> None:
        """Raise KeyboardInterrupt in the cell that runs."""
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGINT)

    def close(self) -> None:
        """Kill the kernel and what its cells started."""
        self._closed = True
        warm.stop(self._process)
        for channel in self._channels:
            channel.close()


class _Client(KernelClient):
    """Ready from the start: requests wait in the pipe until the kernel reads them."""

    def __init__(self, manager: WarmKernel) -> None:
        super().__init__(session=Session(key=SESSION_KEY))
        self._manager = manager

    def start_channels(self, *_: object, **__: object) -> None:
        pass

    def wait_for_ready(self, timeout: float | None = None) -> None:
        pass

    def stop_channels(self) -> None:
        pass

    def is_alive(self) -> bool:
        return self._manager.is_alive()


class _Channel:
    """Messages to and from the kernel over one socket pair, in Jupyter's wire format."""

    def __init__(self, connection: Connection, manager: WarmKernel) -> None:
        self._connection = connection
        self._manager = manager
        self._session = manager.client().session
        self._loop: asyncio.AbstractEventLoop | None = None

    def send(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(BrokenPipeError):  # said when the reply is awaited
            self._connection.send(self._session.serialize(message))

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        if not self._connection.poll():
            await self._readable(timeout)
        try:
            parts = self._connection.recv()
        except (EOFError, OSError):
            await asyncio.sleep(0.05)  # the other channel reads the kernel's last outputs
            from nbclient.exceptions import DeadKernelError  # the kernel's own side needs none

            message = f"Kernel died: it {self._manager.fate()}"
            raise DeadKernelError(message) from None
        _, rest = self._session.feed_identities(parts)
        answer: dict[str, Any] = self._session.deserialize(rest)
        return answer

    async def _readable(self, timeout: float | None) -> None:
        self._loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        self._loop.add_reader(self._connection.fileno(), ready.set)
        try:
            await asyncio.wait_for(ready.wait(), timeout)
        except TimeoutError:
            raise Empty from None
        finally:
            self._unwatch()

    def close(self) -> None:
        # nbclient may leave a task waiting here; the number of our file is used again soon.
        self._unwatch()
        self._connection.close()

    def _unwatch(self) -> None:
        if self._loop is not None and not self._connection.closed:
            self._loop.remove_reader(self._connection.fileno())


def _serve(requests: Connection, outputs: Connection, environment: dict[str, str]) -> None:
    # Only here: where ipykernel is imported, tqdm thinks that it runs in a notebook.
    from catrade.report import kernel

    kernel.serve(requests, outputs, environment)
