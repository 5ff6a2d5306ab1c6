"""How the process of a command ends: at once, when all is done or it is asked to."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

# The signals that have asked this process to end.
_asked: list[int] = []


def end_with(name: str, run: Callable[[], int]) -> int:
    """Run a command; its process will end with its status, and take apart nothing of what it had.

    After a render that would be a third of a second. Threads have ended by then, and what was to
    be done at the end (`atexit`) is done.
    """
    ended: list[int] = []

    def leave() -> None:
        if not ended:
            return
        for stream in (sys.stdout, sys.stderr):
            # None if it was closed; what a full disk does not take was told.
            with contextlib.suppress(AttributeError, OSError, ValueError):
                stream.flush()
        os._exit(ended[0])

    atexit.register(leave)  # the first is called last
    # Who ends a service, a container or a job of CI asks so: what is unfinished is removed then,
    # too. One that was started deaf to it (SIG_IGN) stays so.
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, _as_ctrl_c)
    ended.append(status_of(name, run))
    return ended[0]


def _as_ctrl_c(number: int, _: FrameType | None) -> None:
    _asked.append(number)
    raise KeyboardInterrupt


def status_of(name: str, run: Callable[[], int]) -> int:
    """Return a command's exit status, also if it is interrupted while it is imported, or ends."""
    try:
        status = run()
    except KeyboardInterrupt:
        sys.stderr.write(f"{name}: interrupted\n")
        status = 130
    # As a shell tells which signal it was.
    return 128 + _asked[0] if _asked else status
