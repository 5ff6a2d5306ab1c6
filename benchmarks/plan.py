"""How long a plan takes to be read, and a render of which nothing is due.

Run `python -m benchmarks plan` from the project's folder; it writes the section `Plans` of
benchmarks/README.md. Times are of the processor, of a command in a process of its own: the project
is `examples/waves` with a plan of so many reports. Of the pages among which nothing is due no cell
is run: all are written from one executed notebook.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from copy import deepcopy
from pathlib import Path

from benchmarks.baci import machine, write_section

WAVES = Path(__file__).parents[1] / "examples" / "waves"
#: Reports of the plans that are listed, and of the folder in which nothing is due.
LISTED, DUE = (500, 2_000, 10_000), 500
#: Seconds of processor that a list of 10,000 and a render of nothing among 500 may take.
MOST_LISTED, MOST_DUE = 5.0, 0.8
REPEAT = 3


def project(folder: Path, count: int) -> Path:
    """Make a copy of the waves with a plan of so many reports."""
    shutil.copytree(WAVES, folder, ignore=shutil.ignore_patterns("reports"))
    module = folder / "waves.py"
    text = module.read_text("utf-8").replace("ge=1, le=9", "ge=1")
    module.write_text(text, "utf-8")
    notebooks = folder / "notebooks"
    report = '[[report]]\nnotebook = "wave"\nparameters = {{ number = {} }}\n'
    reports = map(report.format, range(1, count + 1))
    (notebooks / "reports.toml").write_text("\n".join(reports), "utf-8")
    return folder


def command(folder: Path, *arguments: str) -> float:
    """Run `pagemill` in a project; return the seconds of processor that it took."""
    environment = {
        **os.environ,
        "PAGEMILL_PROJECT": "waves:PROJECT",
        "PYTHONPATH": str(folder),
    }
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "pagemill", *arguments],
        cwd=folder,
        env=environment,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def seconds(folder: Path, *arguments: str) -> float:
    """Return the median of some runs."""
    return statistics.median(command(folder, *arguments) for _ in range(REPEAT))


def write_pages(folder: Path) -> None:
    """Write the pages of a plan: one report is made, and each other page from its notebook."""
    sys.path.insert(0, str(folder))
    from pagemill import notebook as notebooks
    from pagemill import plan as plans
    from pagemill import project as projects
    from pagemill import run as runs

    projects.use("waves:PROJECT")
    output = folder / "reports"
    plan = plans.load_plan(folder / plans.PLAN)
    first, *others = plan.runs
    command(folder, "render", first.slug)
    executed = notebooks.read_notebook(output / f"{first.slug}.ipynb")
    executed.metadata.pop("pagemill")
    data = projects.current().tables()
    for run in others:
        notebook = deepcopy(executed)
        block = runs.provenance_of(run, notebook, data, None)
        for name, content in runs.files_of(run, notebook, block).items():
            (output / name).write_bytes(content)


def section(listed: dict[int, float], nothing_due: float, due: int) -> str:
    """Return the section of the README."""
    lines = [
        "## Plans",
        "",
        f"Measured on {machine()}. Processor seconds, medians of {REPEAT};"
        " `python -m benchmarks plan` repeats it.",
        "",
        "| what | reports | processor s | target |",
        "|---|--:|--:|---|",
    ]
    for count, took in listed.items():
        aim = f"at most {MOST_LISTED:g}" if count == max(LISTED) else ""
        lines.append(f"| `pagemill render --list` | {count:,} | {took:.2f} | {aim} |")
    aim = f"at most {MOST_DUE:g}" if due == DUE else ""
    lines.append(
        f"| `pagemill render`, nothing due | {due:,} | {nothing_due:.2f} | {aim} |"
    )
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--due", type=int, default=DUE, help="pages that are current")
    parser.add_argument(
        "--dry", action="store_true", help="print the section, do not write it"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as base:
        listed = {
            count: seconds(project(Path(base, str(count)), count), "render", "--list")
            for count in LISTED
        }
        folder = project(Path(base, "due"), asked.due)
        write_pages(folder)
        seconds(folder, "render")  # writes the index
        text = section(listed, seconds(folder, "render"), asked.due)
    print(text)
    if not asked.dry:
        write_section(text, "Plans")


if __name__ == "__main__":
    main()
