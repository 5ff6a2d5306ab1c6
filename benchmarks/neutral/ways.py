"""The tools that make six reports of the neutral notebook, and how each is told to."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from benchmarks.ways import clean

HERE = Path(__file__).resolve().parent
NOTEBOOK = HERE / "notebooks" / "figures.ipynb"
SEEDS = range(1, 7)

Command = list[str | Path]


@dataclass(frozen=True)
class Way:
    """A tool, the commands that make the six pages in a folder, and where the pages are."""

    name: str
    commands: list[Command]
    page: str


@dataclass(frozen=True)
class Took:
    """Seconds by the clock and of the processor, children included."""

    wall: float
    processor: float


def ways(programs: Path, folder: Path) -> list[Way]:
    """Return the ways to make the reports in a folder, ours first.

    Parameters
    ----------
    programs
        Folder of the programs of the benchmark's environment.
    folder
        Where each way has a folder of its own, prepared by `prepare`.
    """
    command, api, engine, book, marimo = (
        folder / name for name in ("command", "api", "engine", "book", "marimo")
    )
    loop: Command = [programs / "python", HERE / "loops.py"]
    plan = NOTEBOOK.with_name("reports.toml")
    return [
        Way(
            "`pagemill render`",
            [
                [
                    programs / "pagemill",
                    "render",
                    "--plan",
                    plan,
                    "-o",
                    folder / "pagemill",
                ]
            ],
            "pagemill/figures-{}.html",
        ),
        Way(
            "`papermill` and `jupyter nbconvert`, commands",
            [
                call
                for seed in SEEDS
                for call in _papermill(programs, command / f"{seed}.ipynb")
            ],
            "command/{}.html",
        ),
        Way(
            "papermill and `HTMLExporter`, one process",
            [[*loop, "papermill", NOTEBOOK, api, *map(str, SEEDS)]],
            "api/{}.html",
        ),
        Way(
            "ploomber-engine and `HTMLExporter`, one process",
            [[*loop, "ploomber", NOTEBOOK, engine, *map(str, SEEDS)]],
            "engine/{}.html",
        ),
        Way(
            "Jupyter Book 1, its cache on",
            [[programs / "jupyter-book", "build", book]],
            "book/_build/html/{}.html",
        ),
        Way(
            "`marimo export html`, commands",
            [_marimo(programs, marimo / f"{seed}.py") for seed in SEEDS],
            "marimo/{}.html",
        ),
    ]


def _papermill(programs: Path, done: Path) -> list[Command]:
    options: Command = ["-p", "seed", done.stem, "--no-progress-bar"]
    return [
        [programs / "papermill", NOTEBOOK, done, *options],
        [programs / "jupyter", "nbconvert", "--to", "html", done],
    ]


def _marimo(programs: Path, notebook: Path) -> Command:
    page = notebook.with_suffix(".html")
    return [programs / "marimo", "-q", "export", "html", "-f", notebook, "-o", page]


def prepare(programs: Path, folder: Path) -> None:
    """Make the folders; tools without parameters get a notebook for each value."""
    for name in ("command", "api", "engine", "book", "marimo"):
        (folder / name).mkdir()
    for seed in SEEDS:
        notebook = nbformat.read(NOTEBOOK, as_version=4)
        for cell in notebook.cells:
            if "parameters" in cell.metadata.get("tags", []):
                cell.source = f"seed = {seed}"
        written = folder / "book" / f"{seed}.ipynb"
        nbformat.write(notebook, written)
        converted = folder / "marimo" / f"{seed}.py"
        run([[programs / "marimo", "-q", "convert", written, "-o", converted]])
    chapters = "".join(f"- file: '{seed}'\n" for seed in list(SEEDS)[1:])
    (folder / "book" / "_toc.yml").write_text(
        f"format: jb-book\nroot: '{SEEDS[0]}'\nchapters:\n{chapters}", encoding="utf-8"
    )
    (folder / "book" / "_config.yml").write_text(
        "title: Six figures\nexecute:\n  execute_notebooks: cache\n", encoding="utf-8"
    )


def run(commands: Iterable[Command]) -> Took:
    """Run commands one after the other and return what they took."""
    environment = {
        **clean(),
        "PYTHONPATH": str(HERE),
        "PAGEMILL_PROJECT": "figures:PROJECT",
    }
    environment.pop("MPLBACKEND", None)  # each tool has its own
    start, before = time.perf_counter(), _of_children()
    for command in commands:
        words = [str(word) for word in command]
        done = subprocess.run(words, capture_output=True, env=environment)
        if done.returncode:
            sys.exit(
                f"{' '.join(words)} failed:\n{done.stderr.decode(errors='replace')}"
            )
    return Took(time.perf_counter() - start, _of_children() - before)


def _of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def environment(folder: Path) -> Path:
    """Return the programs of the environment in a folder, made there if it is not what is asked."""
    wanted = (HERE / "requirements.txt").read_text(encoding="utf-8")
    programs, stamp = folder / "bin", folder / "made-of.txt"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        run([[sys.executable, "-m", "venv", "--clear", folder]])
        install: Command = [programs / "python", "-m", "pip", "install", "-q"]
        run([[*install, "-r", HERE / "requirements.txt"]])
        stamp.write_text(wanted, encoding="utf-8")
    # This tree's own pagemill, as `make` installs it.
    own: Command = [
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-e",
        HERE.parent.parent,
    ]
    run([[programs / "python", "-m", "pip", "install", "-q", *own]])
    return programs


def cache() -> Path:
    """Return where the environment is kept from one run to the next."""
    return (
        Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
        / "catrade-neutral"
    )
