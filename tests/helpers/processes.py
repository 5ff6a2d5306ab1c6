"""What a fresh Python or `make` says, which processes are alive, and waiting for what must come."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path


def python(code: str, folder: Path | None = None, **environment: str) -> str:
    """Return what a fresh Python prints that runs some code."""
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def make(folder: Path, *arguments: str, **environment: str) -> str:
    # Below `make test` another make would also say which folder it enters.
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith("MAKE")
    }
    return subprocess.run(
        ["make", *arguments],
        cwd=folder,
        env={**ours, **environment},
        capture_output=True,
        text=True,
    ).stdout


def alive(pid: int) -> bool:
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        return (
            Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        )
    return False


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
