"""How the process of a command ends: at once, when all is done."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Callable


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
    ended.append(status_of(name, run))
    return ended[0]


def status_of(name: str, run: Callable[[], int]) -> int:
    """Return a command's exit status, also if it is interrupted while it is imported, or ends."""
    try:
        return run()
    except KeyboardInterrupt:
        sys.stderr.write(f"{name}: interrupted\n")
        return 130
