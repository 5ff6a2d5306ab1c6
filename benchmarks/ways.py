"""The ways to make reports that `benchmarks.render` compares, each as seconds."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from catrade_build.tables.paths import data_dir
from pagemill import plan as plans
from pagemill.plan import Run

BIN = Path(sys.executable).parent


def clean() -> dict[str, str]:
    """The environment, without what would change what is measured.

    With Python's own bytecode cache, as users have it: containers often turn it off.
    """
    unwanted = ("CATRADE_DATA", "PYTHONDONTWRITEBYTECODE")
    return {key: value for key, value in os.environ.items() if key not in unwanted}


def timed(command: Sequence[str | Path], **environment: str) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        env={**clean(), **environment},
    )
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stderr.decode(errors='replace')}")
    return time.perf_counter() - start


def ours(plan: Path, output: Path, *options: str, **environment: str) -> float:
    command = [BIN / "catrade", "render", "--plan", plan, "-o", output, *options]
    return timed(command, **environment)


def command_line(runs: Sequence[Run], folder: Path) -> float:
    """papermill and nbconvert, a process each, report by report."""
    seconds = 0.0
    for run in runs:
        done = folder / f"{run.slug}.ipynb"
        given = json.dumps(run.parameters)
        papermill = [BIN / "papermill", run.path, done, "-y", given, "-k", "python3"]
        seconds += timed([*papermill, "--cwd", run.path.parent, "--no-progress-bar"])
        seconds += timed([BIN / "jupyter", "nbconvert", "--to", "html", done])
    return seconds


def api_loop(plan: Path, folder: Path) -> None:
    """papermill and nbconvert in this one process (a child of the benchmark)."""
    import papermill
    from nbconvert import HTMLExporter

    exporter = HTMLExporter()
    for run in plans.load_plan(plan).runs:
        notebook = papermill.execute_notebook(
            str(run.path),
            str(folder / f"{run.slug}.ipynb"),
            run.parameters,
            kernel_name="python3",
            cwd=str(run.path.parent),
            progress_bar=False,
        )
        html, _ = exporter.from_notebook_node(notebook)
        (folder / f"{run.slug}.html").write_text(html, encoding="utf-8")


def floor(plan: Path) -> float:
    """The same cells in one warm process a core, what they return drawn; nothing else."""
    import catrade.warm  # noqa: F401  with all that the server has

    cores = len(os.sched_getaffinity(0))
    fork = multiprocessing.get_context("fork")
    queue, ready = fork.Queue(), fork.Barrier(cores + 1)
    runs = list(plans.load_plan(plan).runs)
    for item in [*runs, *[None] * cores]:
        queue.put(item)
    workers = [
        fork.Process(target=_floor_worker, args=(runs, queue, ready))
        for _ in range(cores)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    start = time.perf_counter()
    for worker in workers:
        worker.join()
        if worker.exitcode:
            sys.exit("a cell failed in the floor's process")
    return time.perf_counter() - start


def _floor_worker(runs: list[Run], queue: Any, ready: Any) -> None:
    import nbformat
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    os.chdir(runs[0].path.parent)
    shell = InteractiveShell.instance()

    def cells(run: Run) -> None:
        shell.reset(new_session=True)
        notebook = nbformat.read(run.path, as_version=4)
        for cell in notebook.cells:
            if cell.cell_type != "code":
                continue
            with capture_output():  # what a cell returns is drawn all the same
                done = shell.run_cell(cell.source, store_history=False)
                done.raise_error()
                if "parameters" in cell.metadata.get("tags", []):
                    shell.push(run.parameters)

    for notebook in {run.notebook: run for run in runs}.values():
        cells(notebook)  # warm: every module used, every cache filled
    ready.wait()
    while (run := queue.get()) is not None:
        cells(run)


def dask(plan: Path, output: Path, workers: int) -> float:
    """Seconds on so many warm workers of one thread each."""
    from distributed import LocalCluster

    from pagemill.cluster import run_on_cluster
    from pagemill.run import run_all

    runs = list(plans.load_plan(plan).runs)
    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        worker_dashboard_address=None,
        silence_logs=50,
    ) as cluster:
        # As many runs as it takes for each worker to have started its server.
        warm = [
            replace(runs[0], slug=f"warm-{number}") for number in range(2 * workers)
        ]
        far = partial(run_on_cluster, address=cluster.scheduler_address)
        for folder, asked in (("warm", warm), ("done", runs)):
            start = time.perf_counter()
            outcomes = run_all(
                asked, output / folder, data_dir(), force=True, elsewhere=far
            )
            seconds = time.perf_counter() - start
            if any(outcome.status != "made" for outcome in outcomes):
                sys.exit(str(outcomes))
    return seconds
