"""Speed of making the reports, against what people do today and against the floor.

Run `python -m benchmarks render` from the project's folder; it writes the section `Reports` of
benchmarks/README.md. Every time is a wall time; ours and what it is compared with run in turn.
`--reports N` takes N reports spread over the plan, for a quick look.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import nbformat

from benchmarks.baci import machine, write_section
from benchmarks.ways import BIN, api_loop, clean, command_line, dask, floor, ours, timed
from catrade_build.tables.paths import data_dir
from pagemill import pages as made
from pagemill import plan as plans
from pagemill.plan import Run

MIB = 1 << 20
#: The table that is changed, to see who is made again.
CHANGED = "composition"


@dataclass(frozen=True)
class Compared:
    """A row of the table: seconds of both sides, in pairs, and what their ratio should be."""

    what: str
    against: str
    ours: list[float]
    theirs: list[float]
    aim: str
    low: float = 0
    high: float = float("inf")
    ours_first: bool = (
        True  # the ratio is ours to theirs, else how many times faster we are
    )

    def row(self) -> str:
        ratios = [
            a / b if self.ours_first else b / a
            for a, b in zip(self.ours, self.theirs, strict=True)
        ]
        middle = statistics.median(ratios)
        reached = "reached" if self.low <= middle <= self.high else "**not reached**"
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        spread = f"{min(ratios):.3g} to {max(ratios):.3g}"
        return (
            f"| {self.what} | {self.against} | {ours:.2f} | {theirs:.2f} | {middle:.3g}"
            f" | {spread} | {self.aim} | {reached} |"
        )


def child(step: str, plan: Path, output: Path) -> float:
    """Run one step in a process of its own; return the seconds it took or says it took."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.render",
        "--child",
        step,
        str(plan),
        str(output),
    ]
    start = time.perf_counter()
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, env=clean()
    )
    seconds = time.perf_counter() - start
    return float(done.stdout) if done.stdout.strip() else seconds


def peak(plan: Path, output: Path) -> float:
    """Peak memory of a full render in MiB: shared pages count once over all processes."""
    command = [
        str(BIN / "catrade"),
        "render",
        "--force",
        "--plan",
        str(plan),
        "-o",
        str(output),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=clean())
    highest = 0
    ended = threading.Event()
    threading.Thread(target=lambda: (process.wait(), ended.set()), daemon=True).start()
    while not ended.wait(0.1):
        highest = max(highest, sum(_memory(pid) for pid in _tree(process.pid)))
    return highest / MIB


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            children = Path(f"/proc/{pid}/task/{task}/children").read_text()
            for number in children.split():
                yield from _tree(int(number))


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def write_plan(runs: Sequence[Run], folder: Path, times: int = 1) -> Path:
    """Write a plan of these runs, each so many times under a slug of its own."""
    (folder / "notebooks").mkdir(parents=True)
    lines = []
    for run in runs:
        target = folder / "notebooks" / run.path.name
        if not target.exists():
            shutil.copy(run.path, target)
        values = ", ".join(
            f"{name} = {json.dumps(value)}" for name, value in run.parameters.items()
        )
        for number in range(times):
            slug = run.slug + (f"-again-{number}" if number else "")
            lines += [
                "[[report]]",
                f"slug = {json.dumps(slug)}",
                f"notebook = {json.dumps(run.notebook)}",
                f"title = {json.dumps(run.title, ensure_ascii=False)}",
                f"topic = {json.dumps(run.topic, ensure_ascii=False)}",
                f"parameters = {{ {values} }}",
            ]
    file = folder / "notebooks" / "reports.toml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def write_plan_of_nothing(run: Run, folder: Path) -> Path:
    """Write a plan of one report that has its parameters only: its time is that of the start."""
    notebook = nbformat.read(run.path, as_version=4)
    notebook.cells = [
        c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])
    ]
    folder.mkdir()
    bare = folder / run.path.name
    nbformat.write(notebook, bare)
    return write_plan([replace(run, path=bare)], folder)


def one_table_changed(plan: Path, runs: Sequence[Run], work: Path) -> str:
    """Change the bytes of a table, not its meaning; say which reports were made again."""
    data, output = work / "data", work / "changed"
    shutil.copytree(data_dir(), data, ignore=shutil.ignore_patterns("fetched"))
    ours(plan, output, CATRADE_DATA=str(data))
    pages = {run.slug: output / f"{run.slug}.html" for run in runs}
    records = {
        slug: made.text_of_page(file).record or {} for slug, file in pages.items()
    }
    readers = {
        slug
        for slug, record in records.items()
        if CHANGED in record["inputs"]["tables"]
    }
    before = {slug: page.stat().st_mtime_ns for slug, page in pages.items()}
    with (data / f"{CHANGED}.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    seconds = ours(plan, output, CATRADE_DATA=str(data))
    again = {
        slug for slug, page in pages.items() if page.stat().st_mtime_ns != before[slug]
    }
    right = "reached" if again == readers else "**not reached**"
    return (
        f"A byte of `{CHANGED}.csv` changed: {len(again)} of {len(runs)} reports were made again in"
        f" {seconds:.2f} s, and {len(readers)} read that table; target (only its readers): {right}."
    )


def imports(rounds: int) -> tuple[list[float], list[float]]:
    pairs = [
        (
            timed([sys.executable, "-c", "import catrade"]),
            timed([sys.executable, "-c", "import pandas"]),
        )
        for _ in range(rounds)
    ]
    return [first for first, _ in pairs], [second for _, second in pairs]


def measure(
    rounds: int, slow_rounds: int, wanted: int, say: Callable[[str], None]
) -> str:
    planned = plans.load_plan(plans.find_plan()).runs
    count = min(wanted or len(planned), len(planned))
    runs = [planned[number * len(planned) // count] for number in range(count)]
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        plan = write_plan(runs, work / "once")
        four = write_plan(runs, work / "four", 4)
        nothing = write_plan_of_nothing(runs[0], work / "nothing")
        slow: dict[str, list[float]] = {
            "cli": [],
            "api": [],
            "for_cli": [],
            "for_api": [],
        }
        fast: dict[str, list[float]] = {
            name: []
            for name in (
                "full",
                "floor",
                "none",
                "start",
                "before4",
                "four",
                "dask1",
                "dask2",
            )
        }
        ours(plan, work / "first")  # the disk's cache, compiled modules
        for number in range(slow_rounds):
            say(f"slow round {number + 1} of {slow_rounds}: the command-line loop")
            slow["for_cli"].append(ours(plan, work / "full", "--force"))
            with tempfile.TemporaryDirectory() as folder:
                slow["cli"].append(command_line(runs, Path(folder)))
            say("the loop in one process")
            slow["for_api"].append(ours(plan, work / "full", "--force"))
            with tempfile.TemporaryDirectory() as folder:
                slow["api"].append(child("api", plan, Path(folder)))
        for number in range(rounds):
            say(f"round {number + 1} of {rounds}: full, floor, nothing changed")
            fast["full"].append(ours(plan, work / "full", "--force"))
            fast["floor"].append(child("floor", plan, work))
            fast["none"].append(ours(plan, work / "full"))
            say("four times the reports")
            fast["start"].append(ours(nothing, work / "start", "--force"))
            fast["before4"].append(ours(plan, work / "full", "--force"))
            fast["four"].append(ours(four, work / "full4", "--force"))
            say("Dask")
            fast["dask2"].append(child("dask2", plan, work / "dask"))
            fast["dask1"].append(child("dask1", plan, work / "dask"))
        say("memory, one table changed, imports")
        memory, memory4 = peak(plan, work / "full"), peak(four, work / "full4")
        changed = one_table_changed(plan, runs, work)
        own, pandas = imports(max(5, rounds))
    less_start = {
        name: [
            whole - start
            for whole, start in zip(fast[name], fast["start"], strict=True)
        ]
        for name in ("before4", "four")
    }
    full = "`catrade render --force`, cold start included"
    rows = [
        Compared(
            *(full, "`papermill` + `jupyter nbconvert`, a loop of commands"),
            *(slow["for_cli"], slow["cli"], "15 times faster", 15),
            ours_first=False,
        ),
        Compared(
            *(full, "`papermill.execute_notebook` + `HTMLExporter`, one process"),
            *(slow["for_api"], slow["api"], "5 times faster", 5),
            ours_first=False,
        ),
        Compared(
            *(full, "the floor: the cells in a warm process a core"),
            *(fast["full"], fast["floor"], "at most 1.6", 0, 1.6),
        ),
        Compared(
            *("nothing changed", "full render", fast["none"], fast["full"]),
            *("at most 0.03", 0, 0.03),
        ),
        Compared(
            *("4 times the reports", "once", fast["four"], fast["before4"]),
            *("4.0 ± 0.4", 3.6, 4.4),
        ),
        Compared(
            *(
                "the same less the start, which is paid once",
                "once",
                less_start["four"],
            ),
            *(less_start["before4"], "4.0 ± 0.4", 3.6, 4.4),
        ),
        Compared(
            *("two Dask workers", "one", fast["dask2"], fast["dask1"]),
            *("1.7 times faster", 1.7),
            ours_first=False,
        ),
        Compared(
            "`import catrade`", "`import pandas`", own, pandas, "at most 1.25", 0, 1.25
        ),
    ]
    part = (
        f"{count} of its {len(planned)} reports"
        if count < len(planned)
        else "all its reports"
    )
    flat = "reached" if memory4 <= 1.1 * memory else "**not reached**"
    lines = [
        "## Reports",
        "",
        f"Measured {datetime.now(UTC).date()} on {machine()}."
        f" The real plan, {part} ({count}). Medians of paired runs: {slow_rounds} of the two loops,"
        f" {rounds} of the others, {len(own)} of the imports; spread is the lowest and the highest"
        f" ratio. The start, as the time of a report that does nothing:"
        f" {statistics.median(fast['start']):.2f} s."
        f" Load of the machine at the end: {os.getloadavg()[2]:.1f} (15 minutes)."
        " `python -m benchmarks render` repeats it.",
        "",
        "| what | against | s | against, s | ratio | spread | target | |",
        "|---|---|--:|--:|--:|--:|---|---|",
        *[row.row() for row in rows],
        "",
        f"Peak memory of a full render, all processes, shared pages counted once: {memory:.0f} MiB;"
        f" with 4 times the reports {memory4:.0f} MiB ({memory4 / memory:.2f} times; target flat,"
        f" at most 1.1): {flat}.",
        "",
        changed,
        "",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks render", description=__doc__
    )
    parser.add_argument(
        "--rounds", type=int, default=2, help="paired runs of the fast rows (2)"
    )
    parser.add_argument(
        "--slow-rounds", type=int, default=1, help="of the two loops (1)"
    )
    parser.add_argument(
        "--reports", type=int, default=0, help="so many reports of the plan (all)"
    )
    parser.add_argument(
        "--dry", action="store_true", help="print the section, do not write it"
    )
    parser.add_argument(
        "--child", nargs=3, metavar=("STEP", "PLAN", "FOLDER"), help="internal"
    )
    options = parser.parse_args()
    if options.child:
        step, plan, folder = (
            options.child[0],
            Path(options.child[1]),
            Path(options.child[2]),
        )
        if step == "api":
            api_loop(plan, folder)
        else:
            print(floor(plan) if step == "floor" else dask(plan, folder, int(step[-1])))
        return
    started = time.perf_counter()

    def say(text: str) -> None:
        print(
            f"[{time.perf_counter() - started:4.0f} s] {text}",
            file=sys.stderr,
            flush=True,
        )

    text = measure(options.rounds, options.slow_rounds, options.reports, say)
    print(text)
    if not options.dry:
        write_section(text, "Reports")


if __name__ == "__main__":
    main()
