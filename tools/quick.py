"""Run the tests of the rooms that changed, for while you write (`make quick`).

What changed is what git says of the work tree; where nothing is uncommitted, of the last commit.
What starts a browser or a kernel, or takes more than seconds, is left to `make test`. A name that
is not defined, or a cell that may not be, ends it before any test.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

#: What is tried first, for its one sentence says what else hundreds of tests would: names and
#: brackets that are wrong, and cells of tables.
FIRST = {"": ["ruff", "check", "--select", "E9,F82", "."], "data": ["catrade", "check"]}
#: What changed, and the tests that are its own; those of the house are of every change.
TESTS = {
    "lib/rounding": ["lib/rounding", "tests/build/test_rounding.py"],
    "lib/pagemill": ["lib/pagemill", "tests/press"],
    "lib/catrade_fetch": ["lib/catrade_fetch", "tests/fetch"],
    "lib/catrade_build": ["lib/catrade_build", "tests/build", "tests/truth"],
    "lib/catrade": ["lib/catrade", "tests/library"],
    "data": ["tests/build", "tests/truth"],
    "tools": ["tools"],
}


def changed() -> list[str]:
    """Return the files that differ from the last commit, or those of it if none does."""
    now = _git("status", "--porcelain", "--untracked-files=all")
    names = [line[3:].split(" -> ")[-1].strip('"') for line in now]
    return names or _git("show", "--name-only", "--format=", "HEAD")


def _git(*words: str) -> list[str]:
    done = subprocess.run(
        ["git", *words], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def own_tests(files: Iterable[str]) -> list[str]:
    """Return the tests of files: their rooms' (TESTS), and a changed test itself.

    Examples
    --------
    >>> own_tests(["docs/tour.md", "tests/press/test_run.py"])
    ['tests/house', 'tests/press/test_run.py']
    """
    found = ["tests/house"]
    for name in files:
        path = Path(name)
        if path.match("tests/*/test_*.py") and (ROOT / path).is_file():
            found.append(name)
        for room, tests in TESTS.items():
            if path.is_relative_to(room):
                found += tests
    return list(dict.fromkeys(found))


def main() -> int:
    """Run them, and return pytest's status."""
    files = changed()
    tests = own_tests(files)
    print("Testing", *tests)
    if any(name.startswith(("notebooks/", "data/")) for name in files):
        print("What pages say anew, make golden shows.")
    for room, asked in FIRST.items():
        is_asked = any(Path(name).is_relative_to(room) for name in files)
        if is_asked and _run(*asked):
            return 1
    words = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"]
    words += ["-m", "not (browser or kernel or slow)"]
    return _run("pytest", *words, *tests)


def _run(*words: str) -> int:
    return subprocess.call([sys.executable, "-m", *words], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
