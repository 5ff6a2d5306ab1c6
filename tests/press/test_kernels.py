"""Warm kernels: equal to kernels started as ever, nothing shared, nothing left behind."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import engine_cells
import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from processes import alive, wait_until

from pagemill import kernels, reads

pytestmark = pytest.mark.kernel


@pytest.fixture(autouse=True, scope="module")
def _warm_with_the_package() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "PRELOAD", "catrade.warm")
        yield
    kernels.stop_servers()


@dataclass
class Result:
    notebook: NotebookNode
    error: Exception | None

    def text(self, cell: int = -1) -> str:
        code = [c for c in self.notebook["cells"] if c["cell_type"] == "code"]
        return "".join(
            output.get("text") or output["data"]["text/plain"]
            for output in code[cell]["outputs"]
        )


def run(folder: Path, *cells: str, engine: str = "pagemill", **options: Any) -> Result:
    """Run a notebook of these cells as papermill does and return what is in its output file."""
    folder.mkdir(exist_ok=True)
    nbformat.write(engine_cells.notebook(*cells), folder / "in.ipynb")
    error = None
    with pytest.MonkeyPatch.context() as patch:
        # ipykernel leaves file descriptors alone where it sees pytest.
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        try:
            papermill.execute_notebook(
                folder / "in.ipynb",
                folder / "out.ipynb",
                engine_name=engine,
                cwd=folder,
                progress_bar=False,
                request_save_on_cell_execute=False,
                **options,
            )
        except (
            papermill.PapermillExecutionError,
            DeadKernelError,
            CellTimeoutError,
        ) as raised:
            error = raised
    made = folder / "out.ipynb"  # papermill writes none after a time-out
    return Result(nbformat.read(made, 4) if made.exists() else NotebookNode(), error)


def comparable(notebook: NotebookNode) -> dict[str, Any]:
    """The notebook without what differs between two runs of the same kernel."""
    text = json.dumps(notebook)
    for pattern, replacement in (
        (r'"20\d\d-\d\d-\d\dT[^"]*"', '"time"'),
        (r'"duration": [\d.e-]+', '"duration": 0'),
        (r"<dc:date>[^<]*</dc:date>", ""),
        (r"ipykernel_\d+/", "ipykernel_0/"),
        (r"0x[0-9a-f]{8,}", "0x0"),
        (r"/(?:real|warm)/", "/"),
        (r'"id": "[0-9a-f]{8}"', '"id": "papermill\'s own"'),
    ):
        text = re.sub(pattern, replacement, text)
    result: dict[str, Any] = json.loads(text)
    return result


def both(folder: Path, *cells: str, **options: Any) -> tuple[Result, Result]:
    for _ in range(
        2
    ):  # an ordinary kernel was once seen to leave a message out and hang
        real = run(
            folder / "real", *cells, engine="nbclient", execution_timeout=60, **options
        )
        if not isinstance(real.error, CellTimeoutError):
            break
    warmed = run(folder / "warm", *cells, execution_timeout=60, **options)
    return real, warmed


# --- equal to a real kernel ---------------------------------------------------------------------


def test_every_output_equals_a_real_kernels(tmp_path):
    real, warmed = both(tmp_path, *engine_cells.CELLS, coalesce_streams=True)
    expected, warm = comparable(real.notebook), comparable(warmed.notebook)
    assert (
        len(expected["cells"]) == len(engine_cells.CELLS) + 2
    )  # papermill's two error marks
    for cell, other in zip(expected["cells"], warm["cells"], strict=True):
        assert cell == other
    assert expected["metadata"] == warm["metadata"]
    assert isinstance(real.error, papermill.PapermillExecutionError)
    assert isinstance(warmed.error, papermill.PapermillExecutionError)
    assert real.error.args == warmed.error.args


# --- nothing shared -----------------------------------------------------------------------------

RANDOM = "import random, numpy as np\nprint(random.random(), np.random.rand())"
POLLUTE = """
import os, pandas as pd, matplotlib
pd.options.display.max_rows = 3
pd.DataFrame.polluted = True
os.environ['POLLUTED'] = '1'
os.chdir('/')
matplotlib.rcParams['lines.linewidth'] = 77
"""
LOOK = """
import os, pandas as pd, matplotlib
(pd.options.display.max_rows, hasattr(pd.DataFrame, 'polluted'), 'POLLUTED' in os.environ,
 os.path.basename(os.getcwd()), matplotlib.rcParams['lines.linewidth'])
"""


def test_a_kernel_sees_nothing_of_another(tmp_path):
    polluted = run(tmp_path / "bad", POLLUTE, RANDOM)
    after = run(tmp_path / "after", LOOK, RANDOM)
    assert after.text(0) == "(60, False, False, 'after', 1.5)"
    assert polluted.text(1) != after.text(1)


def test_kernels_start_with_everything_imported_and_nothing_open(
    tmp_path,
):
    cell = (
        "import os, sys\nfd = '/proc/self/fd'\n"
        "files = [os.readlink(f'{fd}/{n}') for n in os.listdir(fd)"
        " if os.path.exists(f'{fd}/{n}')]\n"
        "(len(os.listdir(f'/proc/{os.getppid()}/task')), 'pandas' in sys.modules,"
        " 'matplotlib.figure' in sys.modules, [f for f in files if f.endswith('.ttf')])"
    )
    # One thread, so that forking is safe; a font open in the server would be read by two kernels
    # through one offset.
    assert run(tmp_path, cell).text() == "(1, True, True, [])"


# --- death and interruption ---------------------------------------------------------------------


def test_a_cell_that_hangs_is_stopped_with_all_it_started(tmp_path):
    cell = (
        "import subprocess, os\nchild = subprocess.Popen(['sleep', '1000'])\n"
        "open('pids', 'w').write(f'{os.getpid()} {child.pid}')\nwhile True: pass"
    )
    result = run(tmp_path, cell, execution_timeout=5)
    assert isinstance(result.error, CellTimeoutError)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    wait_until(lambda: not any(map(alive, pids)), 60)


@pytest.mark.parametrize("whose", ["anybody's", "a report's"])
def test_a_kernel_ends_with_what_its_cells_left(tmp_path, monkeypatch, whose):
    """A file that no cell closed was empty; papermill's own kernels write it."""
    if whose == "a report's":
        monkeypatch.setenv(reads.READ_LOG, str(tmp_path / "read"))
    cells = (
        "import atexit, os, pathlib, subprocess\nleft = open('words', 'w')\nleft.write('words')",
        "atexit.register(pathlib.Path('ended').touch)",
        "child = subprocess.Popen(['sleep', '1000'])\nprint(os.getpid(), child.pid)",
    )
    result = run(tmp_path, *cells)
    assert (tmp_path / "words").read_text() == "words"
    assert (tmp_path / "ended").exists()
    pids = [int(pid) for pid in result.text().split()]
    wait_until(lambda: not any(map(alive, pids)), 60)


@pytest.mark.parametrize("why", ["another system", "another environment"])
def test_what_cannot_be_forked_is_an_ordinary_kernel(tmp_path, monkeypatch, why):
    if why == "another system":
        monkeypatch.setattr(kernels, "available", lambda: False)
    else:
        monkeypatch.setenv("PYTHONHASHSEED", "7")  # read only when Python starts
    assert run(tmp_path, "import os\nos.getppid()").text() == str(os.getpid())


def test_no_kernel_starts_while_all_are_ended(tmp_path, monkeypatch):
    """A render that was interrupted before its kernel had started ran to its end."""

    def interrupted(*_: object):
        kernels.end_all()
        raise ConnectionError

    monkeypatch.setattr(kernels.Server, "fork", interrupted)
    try:
        with pytest.raises(RuntimeError, match="all kernels were ended"):
            run(tmp_path, "1")
    finally:
        kernels.ending.clear()


STARTED = """
import sys, time
from pagemill import kernels
server = kernels.start_server("")
print(server.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_server_that_still_imports_ends_with_its_owner(
    number,
):
    with subprocess.Popen(
        [sys.executable, "-c", STARTED],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        server = int(process.stdout.readline())
        process.send_signal(number)
        _, complaint = process.communicate()
        wait_until(lambda: not alive(server), 60)
    assert "pagemill.warm" not in complaint  # nothing of the server's own
