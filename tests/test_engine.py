"""The engine `catrade`: equal to a real kernel, nothing shared, nothing left behind."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import engine_cells
import nbformat
import papermill
import pytest
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.engines import NBClientEngine, papermill_engines
from processes import alive, of_session, ordered, wait_until

from catrade.report import warm
from catrade.report.client import WarmKernel
from catrade.report.engine import CatradeEngine

pytestmark = pytest.mark.kernel


# Also in the processes that import this module to run its functions.
papermill_engines.register("catrade", CatradeEngine)


@dataclass
class Result:
    notebook: NotebookNode
    error: Exception | None

    def outputs(self, cell: int) -> list[dict[str, Any]]:
        code = [c for c in self.notebook["cells"] if c["cell_type"] == "code"]
        found: list[dict[str, Any]] = code[cell]["outputs"]
        return found

    def text(self, cell: int = -1) -> str:
        return "".join(
            output.get("text") or output["data"]["text/plain"] for output in self.outputs(cell)
        )


def run(folder: Path, *cells: str, engine: str = "catrade", **options: Any) -> Result:
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
        except (papermill.PapermillExecutionError, DeadKernelError, CellTimeoutError) as raised:
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
        (r"(?:IPY_MODEL_)?[0-9a-f]{32}", "model"),
        (r"0x[0-9a-f]{8,}", "0x0"),
        (r"/(?:real|warm)/", "/"),
    ):
        text = re.sub(pattern, replacement, text)
    # Widgets are a dictionary by random names, so they are compared as a sorted list.
    states = notebook["metadata"].pop("widgets", {}).values()
    parts = [json.dumps(model, sort_keys=True) for s in states for model in s["state"].values()]
    result: dict[str, Any] = json.loads(text)
    result["metadata"]["widgets"] = sorted(
        re.sub(r"(?:IPY_MODEL_)?[0-9a-f]{32}", "model", part) for part in parts
    )
    for cell in result["cells"]:
        if "papermill-error-cell-tag" in cell["metadata"].get("tags", []):
            cell["id"] = "marker"
    return result


def both(folder: Path, *cells: str, **options: Any) -> tuple[Result, Result]:
    for _ in range(2):  # an ordinary kernel was once seen to leave a message out and hang
        real = run(folder / "real", *cells, engine="nbclient", execution_timeout=60, **options)
        if not isinstance(real.error, CellTimeoutError):
            break
    warmed = run(folder / "warm", *cells, **options)
    return real, warmed


# --- equal to a real kernel ---------------------------------------------------------------------


def test_every_output_equals_a_real_kernels(tmp_path: Path) -> None:
    real, warmed = both(tmp_path, *engine_cells.CELLS, coalesce_streams=True)
    expected, found = comparable(real.notebook), comparable(warmed.notebook)
    assert len(expected["cells"]) == len(engine_cells.CELLS) + 2  # papermill's two error marks
    assert len(expected["metadata"]["widgets"]) == 5  # slider, style, output, two layouts
    for one, other in zip(expected["cells"], found["cells"], strict=True):
        assert one == other
    assert expected["metadata"] == found["metadata"]
    assert isinstance(real.error, papermill.PapermillExecutionError)
    assert isinstance(warmed.error, papermill.PapermillExecutionError)
    assert real.error.args == warmed.error.args


@pytest.mark.parametrize("leave", ["raise SystemExit", "raise KeyError('k')"])
def test_a_cell_that_ends_the_notebook_does_so_as_in_a_real_kernel(
    tmp_path: Path, leave: str
) -> None:
    real, warmed = both(tmp_path, "print('a')", leave, "print('never')")
    assert comparable(real.notebook) == comparable(warmed.notebook)
    assert type(real.error) is type(warmed.error)
    assert warmed.outputs(2) == []


def test_exit_ends_the_kernel_without_an_error(tmp_path: Path) -> None:
    real, warmed = both(tmp_path, "print('a')", "exit()")
    assert comparable(real.notebook) == comparable(warmed.notebook)
    assert real.error is warmed.error is None


def test_output_order_does_not_depend_on_timing(tmp_path: Path) -> None:
    cell = (
        "import sys, time, os\nprint('a')\ntime.sleep(0.3)\nprint('b', file=sys.stderr)\n"
        "os.system('echo c')\nprint('d')"
    )
    outputs = run(tmp_path, cell).outputs(0)
    assert [(o["name"], o["text"]) for o in outputs] == [
        ("stdout", "a\nc\nd\n"),
        ("stderr", "b\n"),
    ]


def test_processes_a_cell_forks_may_print(tmp_path: Path) -> None:
    cell = (
        "import multiprocessing\nprint('parent')\n"
        "child = multiprocessing.get_context('fork').Process(target=print, args=('child',))\n"
        "child.start()\nchild.join()\nprint('parent again')"
    )
    assert run(tmp_path, cell).text() == "parent\nchild\nparent again\n"


def test_parameters_and_metadata_are_papermills(tmp_path: Path) -> None:
    nbformat.write(engine_cells.notebook("partner = 'KAZ'", "partner"), tmp_path / "in.ipynb")
    made = nbformat.read(tmp_path / "in.ipynb", 4)
    made.cells[0].metadata["tags"] = ["parameters"]
    result = papermill.execute_notebook(
        made, None, {"partner": "UZB"}, engine_name="catrade", progress_bar=False
    )
    assert result.cells[2].outputs[0].data["text/plain"] == "'UZB'"
    assert [cell.metadata.papermill.status for cell in result.cells] == ["completed"] * 3
    assert result.cells[2].metadata.papermill.duration > 0


def test_the_command_line_of_papermill_has_the_engine(tmp_path: Path) -> None:
    nbformat.write(engine_cells.notebook("6 * 7"), tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "--engine", "catrade", "in.ipynb", "out.ipynb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[0].outputs[0].data["text/plain"] == "42"


def test_a_script_without_a_main_guard_is_not_run_again(tmp_path: Path) -> None:
    nbformat.write(engine_cells.notebook("__name__"), tmp_path / "in.ipynb")
    lines = [
        "import papermill",
        "from papermill.engines import papermill_engines",
        "from catrade.report.engine import CatradeEngine",
        "papermill_engines.register('catrade', CatradeEngine)",
        "print('once')",
        "papermill.execute_notebook('in.ipynb', 'out.ipynb', engine_name='catrade')",
    ]
    (tmp_path / "script.py").write_text("\n".join(lines))
    command = [sys.executable, "script.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "once\n"), done.stderr
    found = nbformat.read(tmp_path / "out.ipynb", 4).cells[0].outputs[0]
    assert found.data["text/plain"] == "'__main__'"


@pytest.mark.parametrize(("linux", "kernel"), [(False, "python3"), (True, "ir")])
def test_elsewhere_papermill_starts_an_ordinary_kernel(
    monkeypatch: pytest.MonkeyPatch, linux: bool, kernel: str
) -> None:
    seen: dict[str, Any] = {}
    monkeypatch.setattr(warm, "available", lambda: linux)
    monkeypatch.setattr(
        NBClientEngine, "execute_notebook", lambda nb, name, **options: seen.update(options)
    )
    CatradeEngine.execute_notebook(engine_cells.notebook("1"), kernel, log_output=True)
    assert seen == {"log_output": True}


# --- nothing shared -----------------------------------------------------------------------------

POLLUTE = """
import builtins, locale, logging, os, random, sys, types, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd, seaborn as sns
import catrade, catrade.names, catrade.errors
pd.options.display.max_rows = 3
pd.DataFrame.polluted = True
sys.modules['polluted'] = types.ModuleType('polluted')
sys.path.insert(0, '/polluted')
os.environ['POLLUTED'] = '1'
os.chdir('/')
matplotlib.rcParams['lines.linewidth'] = 77
plt.figure(); plt.ioff()
sns.set_theme()
builtins.polluted = catrade.polluted = True
catrade.names.NAMES['KAZ'] = 'polluted'
catrade.errors.nearest = None
warnings.simplefilter('ignore')
logging.disable()
"""
LOOK = """
import builtins, logging, os, sys, warnings
import matplotlib, matplotlib.pyplot as plt, pandas as pd
import catrade, catrade.names, catrade.errors
(pd.options.display.max_rows, hasattr(pd.DataFrame, 'polluted'), 'polluted' in sys.modules,
 '/polluted' in sys.path, 'POLLUTED' in os.environ, os.path.basename(os.getcwd()),
 matplotlib.rcParams['lines.linewidth'], matplotlib.rcParams['axes.facecolor'],
 plt.get_fignums(), hasattr(builtins, 'polluted'), hasattr(catrade, 'polluted'),
 catrade.names.NAMES['KAZ'], callable(catrade.errors.nearest), logging.root.manager.disable,
 len(warnings.filters))
"""
CLEAN = (
    "(60, False, False, False, False, 'after', 1.5, 'white', [], False, False, 'Kazakhstan', "
    "True, 0, "
)
RANDOM = "import random, numpy as np\nrandom.random(), float(np.random.rand())"


def test_a_report_sees_nothing_of_another(tmp_path: Path) -> None:
    tasks = [(run, (tmp_path / name, *cells)) for name, *cells in _pollution()]
    before, polluted, after = (done.value for done in ordered(tasks, jobs=1))
    assert before.error is polluted.error is after.error is None
    assert " ".join(after.text(0).split()).startswith(CLEAN)
    assert after.text(0) == before.text(0).replace("'before'", "'after'")
    seeds = {result.text(1) for result in (before, polluted, after)}
    assert len(seeds) == 3


def _pollution() -> list[tuple[str, ...]]:
    return [("before", LOOK, RANDOM), ("bad", POLLUTE, RANDOM), ("after", LOOK, RANDOM)]


def test_a_worker_outlives_its_reports_untouched_by_their_cells(tmp_path: Path) -> None:
    cell = "import os, nbformat\nnbformat.write = nbformat.writes = None\nos.getpid()"
    tasks = [(_run_and_look, (tmp_path / str(number), cell)) for number in range(3)]
    found = [done.value for done in ordered(tasks, jobs=1)]
    workers, kernels, files = zip(*found, strict=True)
    assert len(set(workers)) == 1
    assert len({*workers, *kernels}) == 4
    assert files[1] == files[2]  # none stays open


def _run_and_look(folder: Path, cell: str) -> tuple[int, int, int]:
    result = run(folder, cell)
    assert nbformat.write
    return os.getpid(), int(result.text()), len(os.listdir("/proc/self/fd"))


# --- death and interruption ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("import os\nos._exit(3)", "Kernel died: it ended itself with status 3"),
        (
            "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
            "Kernel died: it was killed (SIGKILL), perhaps because memory ran out",
        ),
    ],
)
def test_a_kernel_that_dies_says_how_and_keeps_its_outputs(
    tmp_path: Path, cell: str, sentence: str
) -> None:
    made = engine_cells.notebook("print('kept')", f"print('too', flush=True)\n{cell}")
    with pytest.raises(DeadKernelError) as caught:
        papermill.execute_notebook(
            made, str(tmp_path / "out.ipynb"), engine_name="catrade", progress_bar=False
        )
    assert str(caught.value) == sentence
    saved = nbformat.read(tmp_path / "out.ipynb", 4)
    assert [cell.outputs[0].text for cell in saved.cells] == ["kept\n", "too\n"]


def test_a_cell_that_hangs_is_stopped_with_all_it_started(tmp_path: Path) -> None:
    cell = (
        "import subprocess, os\nchild = subprocess.Popen(['sleep', '1000'])\n"
        "open('pids', 'w').write(f'{os.getpid()} {child.pid}')\nwhile True: pass"
    )
    result = run(tmp_path, cell, execution_timeout=1)
    assert isinstance(result.error, CellTimeoutError)
    assert not any(map(alive, map(int, (tmp_path / "pids").read_text().split())))


def test_without_its_server_an_ordinary_kernel_runs_the_cells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "_in_worker", True)  # only the server's owner can start another
    monkeypatch.setattr(forkserver._forkserver, "ensure_running", lambda: None)
    monkeypatch.setattr(forkserver._forkserver, "_forkserver_address", str(tmp_path / "gone"))
    monkeypatch.setattr(forkserver._forkserver, "_forkserver_alive_fd", 2)
    result = run(tmp_path, "import sys\nsys.argv[0].endswith('ipykernel_launcher.py')")
    assert result.error is None
    assert result.text() == "True"


SCRIPT = """
import sys
from pathlib import Path
from catrade.report import warm
from test_engine import run
cell = (
    "import subprocess, os\\nchild = subprocess.Popen(['sleep', '1000'])\\n"
    "text = f'{os.getpid()} {os.getppid()} {child.pid}'\\n"
    "open('writing', 'w').write(text); os.rename('writing', 'pids')\\n"
    "sum(range(10**12))"
)
tasks = [(run, (Path(sys.argv[1]) / str(number), cell)) for number in range(2)]
list(warm.run_many(tasks, jobs=2))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_survives(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parent)}
    process = subprocess.Popen(
        [sys.executable, "script.py", str(tmp_path)],
        cwd=tmp_path,
        env=environment,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with process:
        files = [tmp_path / str(n) / "pids" for n in range(2)]
        wait_until(lambda: all(map(Path.exists, files)), 30)
        pids = [int(pid) for file in files for pid in file.read_text().split()]
        assert all(map(alive, pids))
        start = time.monotonic()
        if number == signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        _, _ = process.communicate(timeout=5)
        wait_until(lambda: not any(map(alive, pids)), 2)
        assert time.monotonic() - start < 2
        assert process.returncode == -number
        wait_until(lambda: not of_session(process.pid), 2)


def test_a_cell_that_hangs_can_be_interrupted(tmp_path: Path) -> None:
    result = run(tmp_path, "while True: pass", execution_timeout=1, interrupt_on_timeout=True)
    assert isinstance(result.error, papermill.PapermillExecutionError)
    assert result.error.ename == "KeyboardInterrupt"


@pytest.mark.skipif(not warm.available(), reason="this system cannot fork safely")
def test_a_closed_kernel_says_that_it_does_not_run() -> None:
    kernel = WarmKernel()
    assert kernel.is_alive()
    kernel.close()
    assert not kernel.is_alive()  # nbclient may ask as late as at the end of Python
