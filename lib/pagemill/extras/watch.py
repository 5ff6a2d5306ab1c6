"""Wait for a change: `pagemill render --watch` makes what it concerns again, with a server kept."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from pagemill import kernels, provenance
from pagemill.files import stamp
from pagemill.plan import Plan
from pagemill.project import current
from pagemill.terminal import echo
from rounding.errors import some

#: Seconds between two looks.
LOOK = 0.3


#: When the code, and what reports are made of, were saved last.
Stamps = dict[Path, tuple[int, ...]]
Seen = tuple[Stamps, Stamps]


class Watch:
    """Knows what was there before reports are made: what is saved meanwhile is a change too."""

    def __init__(self, planned: Plan, data: Path, output: Path) -> None:
        self._where = planned, data, output
        self._seen = when_saved(*self._where)
        self._meanwhile: set[Path] = set()

    def wait(self, has_failed: bool) -> None:
        """Return once a notebook, a file beside one or a table was saved.

        Where code of the project or the plan was, this program begins anew: it has imported them.

        Parameters
        ----------
        has_failed
            Whether a report that was just made failed: it would be made again, and if its cells
            save a file each time, without end.
        """
        # Its imports are done by the first change, also where nothing was due until then.
        if kernels.available():
            kernels.start_server(current().warm)
        code, before = self._seen
        inputs = when_saved(*self._where)[1]
        meanwhile = {file for file, _ in before.items() ^ inputs.items()}
        is_again = bool(meanwhile) and meanwhile == self._meanwhile
        # People save notebooks, and cells do not.
        by_cells = all(file.suffix != ".ipynb" for file in meanwhile)
        if has_failed and is_again and by_cells:
            names = ", ".join(some(sorted(file.name for file in meanwhile)))
            echo(
                f"{names}: saved while reports were made, as the time before;"
                " save something to have them made again",
                err=True,
            )
            before = inputs
        self._meanwhile = meanwhile
        while True:
            now = when_saved(*self._where)
            if now[0] != code:
                _begin_anew()
                code = now[0]
            if now[1] != before:
                self._seen = now
                return
            time.sleep(LOOK)


def when_saved(planned: Plan, data: Path, output: Path) -> Seen:
    """Return when the code and what reports are made of were saved, without the reports."""
    own = [planned.file, *planned.rows, *provenance.template()]
    for _, files in provenance.code():
        own += files
    inputs = [
        file
        for file in provenance.below(planned.folder)
        if file not in own and not file.absolute().is_relative_to(output.absolute())
    ]
    return _stamps(own), _stamps([*inputs, *data.glob("*.csv")])


def _begin_anew() -> None:
    """Become the same command again, if that can begin; else it says why, and we go on."""
    command = [sys.executable, *sys.orig_argv[1:]]
    end = command.index("--") if "--" in command else len(command)
    tried = [*command[:end], "--list", *command[end:]]
    if subprocess.run(tried, stdout=subprocess.DEVNULL).returncode == 0:
        kernels.stop_servers()
        os.execv(sys.executable, command)


def _stamps(files: list[Path]) -> Stamps:
    stamps = {}
    for file in files:
        is_hidden = any(part.startswith(".") for part in file.parts[-2:])
        if not is_hidden and file.suffix != ".pyc" and file.is_file():
            stamps[file] = stamp(file)
    return stamps
