"""What the tests of faults share: commands in processes of their own, killed at chosen moments.

`Nursery` is a process that has imported everything and forks a copy of itself for each command:
the copy runs `catrade.cli.main` like any other, only without seconds of imports before it. Its
server of kernels is a new process, without the library. All die by real signals.
"""

import atexit
import contextlib
import dataclasses
import hashlib
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MARK = "CATRADE_TEST_MARK"
#: Seconds after which nothing of a killed run may be alive, on the slowest of machines.
GRACE = 120.0


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


def alive(mark: str) -> list[int]:
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
    """A process that forks a ready copy of itself for each command (see the module)."""

    def __init__(self, wrapper: Sequence[str] = ()) -> None:
        self.mark = uuid.uuid4().hex
        self._process = subprocess.Popen(
            [*wrapper, sys.executable, __file__],
            env={
                **os.environ,
                MARK: self.mark,
                "OPENBLAS_NUM_THREADS": "1",
                **_ONE_THREAD,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == {"threads": 1}

    def run(
        self,
        *arguments: str | Path,
        cwd: Path,
        **options: Any,
    ) -> Ended:
        """Run a command to its end, or to before one of its steps (`steps.until` in `env`)."""
        return self.run_together([arguments], cwd=cwd, **options)[0]

    def run_together(
        self,
        commands: Sequence[Sequence[str | Path]],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        of_first: Mapping[str, str] | None = None,
        largest_file: int | None = None,
    ) -> list[Ended]:
        """Run several commands at the same time; `of_first` is added to the first one's `env`."""
        with tempfile.TemporaryDirectory() as folder:
            requests = [
                {
                    "arguments": list(map(str, arguments)),
                    "cwd": str(cwd),
                    "env": {**(env or {}), **(of_first or {} if not number else {})},
                    "out": f"{folder}/out{number}",
                    "err": f"{folder}/err{number}",
                    "largest_file": largest_file,
                }
                for number, arguments in enumerate(commands)
            ]
            for request in requests:  # the run may be killed before it opens them
                Path(request["out"]).touch()
                Path(request["err"]).touch()
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(requests) + "\n")
            self._process.stdin.flush()
            ended = self._answer()
            return [
                Ended(
                    status,
                    Path(request["out"]).read_text("utf-8"),
                    Path(request["err"]).read_text("utf-8"),
                )
                for request, status in zip(requests, ended, strict=True)
            ]

    def until_gone(self) -> None:
        """Wait until no process that was forked from this one is left."""
        start = time.monotonic()
        while left := set(alive(self.mark)) - {self._process.pid}:
            assert time.monotonic() < start + GRACE, f"still alive: {left}"
            time.sleep(0.01)

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(GRACE)
        self._process.stdout.close()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


_ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


def _serve() -> None:
    """Be the nursery: a request a line on standard input, an answer a line on standard output."""
    import importlib

    for name in (
        "catrade.warm",
        "pagemill.run",
        "pagemill.page",
        "papermill",
        "catrade.cli",
        "catrade_build.check.compare",
        "catrade_fetch.commands",
        "catrade_fetch.comtrade",
    ):
        importlib.import_module(name)
    from catrade import cli
    from catrade_build.check.check import check_data
    from pagemill import provenance

    # Most of a check's time is the first look at the tables, of a command's that at its options.
    check_data(ROOT / "data")
    with contextlib.redirect_stdout(io.StringIO()):
        cli.main(["fetch", "list", "--data", os.devnull])
    # Once for all: somebody may edit the library while its tests run.
    provenance.library_hash(), provenance.template_hash()
    # The system lists a thread for a moment after its end, on a busy machine for longer.
    start = time.monotonic()
    while len(threads := os.listdir("/proc/self/task")) > 1:
        if time.monotonic() > start + GRACE:
            break
        time.sleep(0.01)
    _say({"threads": len(threads)})
    for line in sys.stdin:
        requests, running = json.loads(line), []
        for request in requests:
            pid = os.fork()
            if not pid:
                _become(request)  # goes on after `_serve`, as the program's own end
                return
            running.append(pid)
        _say([os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in running])


def _say(answer: Any) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _become(request: dict[str, Any]) -> None:
    import steps

    from catrade import cli, project

    # The cells of these tests hardly need the library: their kernels do not wait for all of it.
    project.PROJECT = dataclasses.replace(project.PROJECT, warm="")
    os.setsid()
    os.chdir(request["cwd"])
    os.environ.update(request["env"], CATRADE_TEST_MAIN=str(os.getpid()))
    if (limit := request["largest_file"]) is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    tempfile.tempdir = None  # found again from the new TMPDIR
    for number, name in ((0, os.devnull), (1, request["out"]), (2, request["err"])):
        file = os.open(
            name, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT, 0o644
        )
        os.dup2(file, number)
        os.close(file)
    steps.follow(request["env"])
    global _status
    _status = cli.main(request["arguments"])
    sys.exit(_status)


#: The status of a command that has ended as it should.
_status: int | None = None


def _leave() -> None:
    """End at once: to take the whole library apart costs a copy of a process most of its time."""
    if _status is not None:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(_status)


if __name__ == "__main__":
    atexit.register(_leave)  # the first is called last
    _serve()
