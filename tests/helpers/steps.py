"""The steps by which a command changes files, and the command killed just before each of them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pagemill.unfinished import PREFIX

if TYPE_CHECKING:
    from faults import Nursery

_LOG, _BELOW, _LAST = (
    "CATRADE_TEST_STEPS",
    "CATRADE_TEST_BELOW",
    "CATRADE_TEST_LAST_STEP",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def until(log: Path, below: Path, last: int = -1) -> dict[str, str]:
    """Return settings by which a command notes its steps below a folder, and dies before one."""
    return {_LOG: str(log), _BELOW: str(below), _LAST: str(last)}


class Killed:
    """A command that changes files, killed before each distinct thing it does below a folder."""

    def __init__(self, nursery: Nursery, root: Path, env: Mapping[str, str]) -> None:
        self._nursery, self._root, self._env = nursery, root, env

    def steps(self, below: Path, *command: str | Path, last: int = -1) -> list[str]:
        """Run a command to its end, or to before one of its steps; return those it did."""
        log = self._root / "steps"
        log.unlink(missing_ok=True)
        env = {**self._env, **until(log, below, last)}
        ended = self._nursery.run(*command, cwd=self._root, env=env)
        assert "Traceback" not in ended.said
        assert (ended.status == -signal.SIGKILL) == (last >= 0)
        self._nursery.until_gone()
        return log.read_text("utf-8").splitlines()

    def before_each(
        self, start: Path, *command: str | Path, inside: str = ""
    ) -> Iterator[Path]:
        """Yield a copy of a data folder for each kind of step, as a kill before it left the copy.

        Of steps of the same kind it is the last; besides these the very first and the very last.
        Nobody reads what is unfinished: to open a file there is one kind, whatever the file.
        `inside` chooses steps in a folder, where what follows is that of another command too.
        """
        whole = self._copy(start, "steps-of-all")
        done = self.steps(whole, *command, "--data", whole)
        last = {
            re.sub("^(open .*/…/).*", r"\1", step): place
            for place, step in enumerate(done)
            if inside in step
        }
        for place in sorted({0, *last.values(), len(done) - 1}):
            data = self._copy(start, f"killed{place}")
            did = self.steps(data, *command, "--data", data, last=place)
            assert did == done[:place]
            yield data

    def _copy(self, start: Path, name: str) -> Path:
        return Path(shutil.copytree(start, self._root / name))


def follow(settings: Mapping[str, str]) -> None:
    """Note each change of files from now on, and end this process before the one that is meant."""
    if _LOG not in settings:
        return
    log = os.open(settings[_LOG], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    below, left = settings[_BELOW], int(settings[_LAST])

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal left
        changes = event in ("os.rename", "os.remove", "shutil.rmtree")
        if not changes and not (event == "open" and (arguments[2] or 0) & _WRITING):
            return
        path = "" if isinstance(arguments[0], int) else os.fsdecode(arguments[0])
        if os.path.isabs(path) and not path.startswith(f"{below}/"):
            return
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        # What is removed from an open folder has no path: all that is one kind of step.
        place = path.removeprefix(below) if os.path.isabs(path) else ""
        kind = re.sub(rf"{PREFIX}[^/]*|\d\d+[^/]*(?=\.)", "…", f"{event} {place}")
        os.write(log, f"{kind}\n".encode())

    sys.addaudithook(note)
