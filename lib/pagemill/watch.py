"""Wait for a change: `pagemill render --watch` makes what it concerns again, with a server kept."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from pagemill import kernels, provenance
from pagemill.plan import Plan

#: Seconds between two looks.
LOOK = 0.3


@dataclass(frozen=True)
class Seen:
    """When the code, and what reports are made of, were saved last."""

    code: dict[Path, int]
    inputs: dict[Path, int]


def look(planned: Plan, data: Path) -> Seen:
    """Return what is there before reports are made: what is saved meanwhile is a change too."""
    return Seen(_code(planned), _inputs(planned, data))


def wait_for_change(planned: Plan, data: Path, seen: Seen) -> Seen:
    """Return what is there once a notebook, a file beside one or a table was saved since `seen`.

    Where code of the project or the plan was, this program begins anew: it has imported them.
    """
    while True:
        now = look(planned, data)
        if now.code != seen.code:
            kernels.stop_servers()
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
        if now.inputs != seen.inputs:
            return now
        time.sleep(LOOK)


def _inputs(planned: Plan, data: Path) -> dict[Path, int]:
    own = (planned.file, *planned.rows)
    notebooks = (file for file in planned.folder.rglob("*") if file not in own)
    return _stamps([*notebooks, *data.glob("*.csv")])


def _code(planned: Plan) -> dict[Path, int]:
    found = [file for _, files in provenance.code() for file in files]
    return _stamps([planned.file, *planned.rows, *provenance.template(), *found])


def _stamps(files: list[Path]) -> dict[Path, int]:
    found = {}
    for file in files:
        hidden = any(part.startswith(".") for part in file.parts[-2:])
        if not hidden and file.suffix != ".pyc" and file.is_file():
            found[file] = file.stat().st_mtime_ns
    return found
