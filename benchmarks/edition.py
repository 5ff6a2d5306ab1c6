"""The edition: what it costs to make, to take where it is kept, and to compare.

Run `python -m benchmarks edition` from the project's folder. Each figure is from a process of its
own with a folder of caches of its own, in seconds of processor but for the first call, which is
waited for; it writes the section `The edition` of benchmarks/README.md. Nothing made stays.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from benchmarks.baci import machine, write_section
from benchmarks.ways import clean
from catrade_build.tables.paths import data_dir

#: So many published rows there are where China's stand again for other reporters.
ROWS = 50_000
DAY = "2025-07-01"
_REPORT = r"""
import json, re
# The most memory of this process; what `resource` tells is the parent's, too.
status = open("/proc/self/status").read()
peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024
print(json.dumps({"seconds": time.CLOCK() - start, "peak": peak}))
"""
_START = "import time\nstart = time.CLOCK()\n"
_TABLES = (
    "from catrade_build.edition import table\nfrom catrade_build.makers import TABLES\n"
)
_FIGURES = _TABLES + "table('figures')\n"
_ALL = _TABLES + "for name in TABLES:\n    table(name)\n"
_DAY = f"import catrade as ct\nct.as_of('{DAY}')\n"
_CALL = "import catrade as ct\nct.trade('CA5', 'total')\n"
_TWO = "import catrade as ct\nct.changes('2026-09-01', '2026-09-28')\n"


def measured(
    code: str, folder: Path, *, clock: str = "process_time"
) -> dict[str, float]:
    """Return what a process takes that runs some code, and its most memory in MiB."""
    whole = (_START + code + _REPORT).replace("CLOCK", clock)
    done = subprocess.run(
        [sys.executable, "-c", whole],
        env={**clean(), "CATRADE_CACHE": str(folder), **_data_of(folder)},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"a benchmark failed:\n{done.stderr}")
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _data_of(folder: Path) -> dict[str, str]:
    data = folder.with_name(f"{folder.name}-data")
    return {"CATRADE_DATA": str(data)} if data.is_dir() else {}


def many_rows(target: Path) -> int:
    """Write a copy of the tables in which the rows of trade stand again for other reporters."""
    shutil.copytree(data_dir(), target, ignore=shutil.ignore_patterns("fetched"))
    trade = pd.read_csv(target / "trade.csv", dtype=str, keep_default_na=False)
    countries = pd.read_csv(target / "countries.csv", dtype=str, keep_default_na=False)
    others = countries.loc[countries["is_group"] == "no", "code"]
    others = others[~others.isin(trade["reporter"]) & ~others.isin(trade["partner"])]
    copies = [trade]
    for code in others:
        if sum(map(len, copies)) >= ROWS:
            break
        # Each of China's rows once more, as those of a country that has none.
        own = trade[trade["reporter"] == "CHN"]
        copies.append(own.assign(reporter=code))
    pd.concat(copies).head(ROWS).to_csv(target / "trade.csv", index=False)
    return min(ROWS, sum(map(len, copies)))


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)

        def row(what: str, code: str, folder: str, most: float, **how: str) -> None:
            print(what, "…", file=sys.stderr)
            took = measured(code, home / folder, **how)
            unit = "waited for" if how else "processor"
            met = "met" if took["seconds"] <= most else "**not met**"
            peak = f"{took['peak']:.0f}"
            seconds = f"{took['seconds']:.2f}"
            rows.append(f"| {what} | {seconds} | {unit} | {most:g} | {met} | {peak} |")

        row("all of `figures`", _FIGURES, "figures", 4)
        row("all tables", _ALL, "all", 8)
        row(f"all of `figures`, as of {DAY}", _DAY + _FIGURES, "day", 4)
        row("all tables, as of that day", _DAY + _ALL, "day-all", 8)
        measured(_CALL, home / "all")
        row("first `ct.trade`, kept", _CALL, "all", 0.4, clock="perf_counter")
        measured(_TWO, home / "two")
        row("`ct.changes`, both days kept", _TWO, "two", 2)
        count = many_rows(home / "many-data")
        row(f"all of `figures` of {count:,} published rows", _FIGURES, "many", 15)
    load = os.getloadavg()[2]
    text = (
        f"## The edition\n\nMeasured {datetime.now(UTC):%Y-%m-%d} on {machine()}."
        f" Each in a process of its own, imports included; MiB is the most memory (aim 250)."
        " Load of the machine"
        f" at the end: {load:.1f} (15 minutes). `python -m benchmarks edition` repeats it.\n\n"
        "| what | s | of | aim, s | | MiB |\n|---|--:|---|--:|---|--:|\n"
        + "\n".join(rows)
    )
    write_section(text + "\n", "The edition")


if __name__ == "__main__":
    main()
