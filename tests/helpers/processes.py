"""A fresh Python, `make`, and commands in processes of their own, killed at chosen moments.

All die by real signals; the server of kernels of a command is a new process, without the library.
"""

import contextlib
import dataclasses
import hashlib
import importlib
import io
import multiprocessing
import os
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pagemill.unfinished import PREFIX

ROOT = Path(__file__).parents[2]
MARK = "CATRADE_TEST_MARK"
#: Seconds after which nothing of a killed run may be alive, on the slowest of machines.
GRACE = 120.0

_LOG, _BELOW, _LAST = (
    "CATRADE_TEST_STEPS",
    "CATRADE_TEST_BELOW",
    "CATRADE_TEST_LAST_STEP",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


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


# --- commands, and what a machine refuses them --------------------------------------------------


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int  # negative: the signal
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def run(
    *arguments: str | Path,
    cwd: Path,
    wrapper: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
    unset: Sequence[str] = (),
) -> Ended:
    """Run the real command in a new interpreter; `wrapper` is a program that starts it."""
    environment = {name: text for name, text in os.environ.items() if name not in unset}
    done = subprocess.run(
        [*wrapper, sys.executable, "-m", "catrade", *map(str, arguments)],
        cwd=cwd,
        env=environment | dict(env or {}),
        capture_output=True,
        text=True,
        errors="replace",
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def as_ordinary_user() -> list[str]:
    """Return what to put before a command so that permissions bind it even if we are root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"]


@contextlib.contextmanager
def small_disk(folder: Path, size: int) -> Iterator[bool]:
    """Mount an empty disk of so many bytes on a folder; False where that is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", str(folder)], check=True)


def fill(folder: Path, free: int) -> Path:
    """Fill a disk but for so many bytes; return the file that takes the space."""
    filler = folder / "filler"
    filler.unlink(missing_ok=True)
    status = os.statvfs(folder)
    filler.write_bytes(bytes(max(0, status.f_bavail * status.f_frsize - free)))
    return filler


def one_sentence(ended: Ended) -> str:
    """Return the only line on standard error; a traceback or a second line fails the test."""
    assert "Traceback" not in ended.said, ended.said
    lines = ended.err.strip().splitlines()
    assert len(lines) == 1, ended.err
    assert lines[0].startswith("catrade: "), ended.err
    return lines[0]


def marked(mark: str) -> list[int]:
    """Return the processes that were started with a mark in their environment, or forked so."""
    wanted = f"{MARK}={mark}".encode()
    pids = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                pids.append(int(folder.name))
    return pids


def content(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder, and its empty folders."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file()
        else "folder"
        for path in sorted(folder.rglob("*"))
    }


class Nursery:
    """A server that has imported everything and forks a process for each command.

    The process runs `catrade.cli.main` like any other, only without seconds of imports before it.
    """

    def __init__(self) -> None:
        self.mark = uuid.uuid4().hex
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["processes"])
        with (
            tempfile.TemporaryDirectory() as folder,
            pytest.MonkeyPatch.context() as at,
        ):
            python = Path(folder, "python")
            words = shlex.join([*as_ordinary_user(), sys.executable])
            python.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
            python.chmod(0o755)
            at.setenv(MARK, self.mark)
            at.setenv("PYTHONPATH", os.pathsep.join(sys.path))
            # A process that is forked has the threads of none.
            at.setenv("OPENBLAS_NUM_THREADS", "1")
            at.setenv("OMP_NUM_THREADS", "1")
            at.setenv("JE_ARROW_MALLOC_CONF", "background_thread:false")
            self._context.set_executable(str(python))
            assert self.run("--version", cwd=ROOT).status == 0
            self._context.set_executable(sys.executable)
        self._own = {*marked(self.mark)}

    def run(
        self,
        *arguments: str | Path,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        largest_file: int | None = None,
    ) -> Ended:
        """Run a command to its end, or to before one of its steps (`until` in `env`)."""
        return self.run_together([arguments], cwd, [env or {}], largest_file)[0]

    def run_together(
        self,
        commands: Sequence[Sequence[str | Path]],
        cwd: Path,
        environments: Sequence[Mapping[str, str]],
        largest_file: int | None = None,
    ) -> list[Ended]:
        """Run several commands at the same time, each with an environment."""
        with tempfile.TemporaryDirectory() as folder:
            running = []
            for number, env in enumerate(environments):
                told = [Path(folder, f"{name}{number}") for name in ("out", "err")]
                for file in told:  # the run may be killed before it opens them
                    file.touch()
                words = [*map(str, commands[number])]
                asked = (words, cwd, dict(env), told, largest_file)
                process = self._context.Process(target=_become, args=asked)
                process.start()
                running.append((process, told))
            ended = []
            for process, told in running:
                process.join()
                assert process.exitcode is not None
                texts = [file.read_text("utf-8") for file in told]
                ended.append(Ended(process.exitcode, *texts))
            return ended

    def until_gone(self) -> None:
        """Wait until no process that was forked for a command is left."""
        start = time.monotonic()
        while left := {*marked(self.mark)} - self._own:
            assert time.monotonic() < start + GRACE, f"still alive: {left}"
            time.sleep(0.01)


def _become(
    words: list[str],
    cwd: Path,
    env: dict[str, str],
    told: list[Path],
    largest_file: int | None,
) -> None:
    """Be the command."""
    from catrade import cli, project

    # The cells of these tests hardly need the library: their kernels do not wait for all of it.
    project.PROJECT = dataclasses.replace(project.PROJECT, warm="")
    os.setsid()
    os.chdir(cwd)
    os.environ.update(env, CATRADE_TEST_MAIN=str(os.getpid()))
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file))
    tempfile.tempdir = None  # found again from the new TMPDIR
    for number, name in enumerate([os.devnull, *told]):
        file = os.open(name, os.O_RDWR)
        os.dup2(file, number)
        os.close(file)
    follow(env)
    sys.exit(cli.main(words))


# --- steps: each change of files that a command makes, and the command killed before one ---------


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


def _ready() -> None:
    """Do what a command has done before its own work, once for all that are forked."""
    from catrade import cli
    from catrade_build.check.check import check_data
    from pagemill import provenance

    for name in (
        "catrade.warm",
        "pagemill.run",
        "pagemill.page",
        "papermill",
        "catrade_build.check.compare",
        "catrade_fetch.comtrade",
    ):
        importlib.import_module(name)
    # Most of a check's time is the first look at the tables, of a command's that at its options.
    check_data(ROOT / "data")
    with contextlib.redirect_stdout(io.StringIO()):
        cli.main(["fetch", "list", "--data", os.devnull])
    # Once for all: somebody may edit the library while its tests run.
    provenance.library_hash()
    provenance.template_hash()


if MARK in os.environ:  # in the server that forks commands
    _ready()
