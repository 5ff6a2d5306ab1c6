"""Tasks in order, and who is still alive."""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from catrade.report import warm


def ordered(tasks: list[tuple[Callable[..., Any], tuple[Any, ...]]], jobs: int) -> list[warm.Done]:
    found = sorted(warm.run_many(tasks, jobs=jobs), key=lambda done: done.index)
    assert [done.index for done in found] == list(range(len(tasks)))
    return found


def alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def of_session(session: int) -> list[str]:
    """What still runs of a session: kernels, workers, the server."""
    found = subprocess.run(
        ["ps", "-o", "stat=,args=", "-s", str(session)], capture_output=True, text=True
    )
    return [line for line in found.stdout.splitlines() if not line.startswith("Z")]


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
