"""Does a test fail when the code is wrong? `python -m benchmarks mutation [MODULE …] [--each N]`.

One thing is changed at a time (`mutants.py`: a comparison, an operator, a number, low for high, …)
in a copy of this checkout, with a folder of caches of its own: an edition that was kept would hide
the change. What tests of the builder then say is written to `benchmarks/mutation.md`.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from benchmarks.mutants import Mutant, file_of, mutants

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "mutation.md"
MODULES = ("cells.selection", "vintages", "rules", "compare", "claims.rank")
COPIED = ("lib", "tests", "tools", "data", "docs", "notebooks", "pyproject.toml")
#: The quick and telling ones first: a mutant is done with at its first failure.
TESTS = ("tests/build/test_rules.py", "tests/truth", "tests/build")
SEED = 20261202


def copied(folder: Path) -> Path:
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy(source, folder)
    return folder


def fails(checkout: Path) -> str:
    """Run the tests in a copy; return the first that fails, or nothing."""
    with tempfile.TemporaryDirectory() as cache:
        # The copy's own library stands before the one that is installed.
        env = os.environ | {"CATRADE_CACHE": cache, "PYTHONPATH": str(checkout / "lib")}
        options = ["-x", "-q", "--tb=no", "-rfE", "-p", "no:cacheprovider", *TESTS]
        options += ["-m", "not kernel and not browser"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options],
            cwd=checkout,
            env=env,
            capture_output=True,
            text=True,
        )
    lines = done.stdout.splitlines()
    named = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return named[0].split()[1] if named else "pytest" * (done.returncode != 0)


def tried(mutant: Mutant, checkout: Path) -> str:
    """Return which test kills a mutant, or nothing."""
    file = checkout / file_of(mutant.module).relative_to(ROOT)
    whole = file.read_text("utf-8")
    file.write_text(mutant.code, "utf-8")
    try:
        return fails(checkout)
    finally:
        file.write_text(whole, "utf-8")


def page(verdicts: list[tuple[Mutant, str]]) -> Iterator[str]:
    killed = sum(bool(test) for _, test in verdicts)
    yield "# Mutation testing"
    yield ""
    yield (
        f"Measured {date.today()}: {len(verdicts)} changes drawn by lot (seed {SEED}), each made "
        f"by itself in the code of the builder; {killed} made a test fail. So few say no "
        "percentage: they show where to look. `python -m benchmarks mutation` tries them again."
    )
    yield ""
    yield "| module, line | change | first test that failed |"
    yield "|---|---|---|"
    for mutant, test in verdicts:
        change = f"`{mutant.before}` → `{mutant.after}`".replace("|", "\\|")
        told = f"`{test.removeprefix('tests/')}`" if test else "**none**"
        yield f"| `{mutant.module}` {mutant.line} | {change} | {told} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", default=MODULES, help="of catrade_build")
    parser.add_argument("--each", type=int, default=2, help="mutants of each")
    asked = parser.parse_args()
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        checkout = copied(Path(folder))
        if test := fails(checkout):
            sys.exit(f"benchmarks: {test} fails without any change")
        for name in asked.modules:
            every = mutants(f"catrade_build.{name}")
            lot = random.Random(f"{SEED} {name}").sample(every, asked.each)
            for mutant in sorted(lot, key=lambda mutant: mutant.line):
                verdicts.append((mutant, tried(mutant, checkout)))
                print(
                    mutant.module,
                    mutant.line,
                    verdicts[-1][1] or "survived",
                    flush=True,
                )
    RESULT.write_text("\n".join(page(verdicts)) + "\n", "utf-8")


if __name__ == "__main__":
    main()
