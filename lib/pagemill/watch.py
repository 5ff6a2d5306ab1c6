"""Wait for a change: `pagemill render --watch` makes what it concerns again, with a server kept."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from pagemill import kernels, provenance
from pagemill.plan import Plan

#: Seconds between two looks.
LOOK = 0.3


#: When the code, and what reports are made of, were saved last.
Seen = tuple[dict[Path, int], dict[Path, int]]


def look(planned: Plan, data: Path) -> Seen:
    """Return what is there before reports are made: what is saved meanwhile is a change too."""
    own = [planned.file, *planned.rows]
    code = [file for _, files in provenance.code() for file in files]
    inputs = [file for file in planned.folder.rglob("*") if file not in own]
    return (
        _stamps([*own, *provenance.template(), *code]),
        _stamps([*inputs, *data.glob("*.csv")]),
    )


def wait_for_change(planned: Plan, data: Path, seen: Seen) -> Seen:
    """Return what is there once a notebook, a file beside one or a table was saved since `seen`.

    Where code of the project or the plan was, this program begins anew: it has imported them.
    """
    while True:
        now = look(planned, data)
        if now[0] != seen[0]:
            kernels.stop_servers()
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
        if now[1] != seen[1]:
            return now
        time.sleep(LOOK)


def _stamps(files: list[Path]) -> dict[Path, int]:
    found = {}
    for file in files:
        hidden = any(part.startswith(".") for part in file.parts[-2:])
        if not hidden and file.suffix != ".pyc" and file.is_file():
            found[file] = file.stat().st_mtime_ns
    return found
