"""Mutation testing of the calculation modules: does a test fail when the code is wrong?

Run ``python -m benchmarks.mutation [module …]``; it changes one thing in a module at a time (a
comparison, an operator, a number, low for high, …), runs the module's examples and tests against it
in a process of its own, and writes what was killed and what survived to ``benchmarks/mutation.md``.
Files are never changed: the mutated module exists in the child's memory only. Reasons for survivors
stand in ``benchmarks/mutation.toml``. ``--state FILE`` keeps the verdicts: what was killed once is
not tried again, which is right as long as tests are only added.
"""

from __future__ import annotations

import doctest
import hashlib
import importlib
import importlib.abc
import importlib.util
import json
import os
import random
import signal
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import date
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from benchmarks.mutants import Mutant, file_of, mutants

ROOT = Path(__file__).resolve().parent.parent
RESULT = ROOT / "benchmarks" / "mutation.md"
REASONS = ROOT / "benchmarks" / "mutation.toml"
FOLDER = ROOT / "tests"

_CLAIMS = (
    "test_exact_claims.py",
    "test_claims.py",
)
_CALLS = ("test_parts.py", "test_refusals.py", "test_listed.py", "test_recomputed.py")
_RUNNING = "test_recomputed.py"
#: Module: the tests that are about it.
TESTS: dict[str, tuple[str, ...]] = {
    "rounding.intervals": (
        "test_rounding.py",
        "test_growth.py",
        "test_published.py",
    ),
    "catrade_build.cells.selection": ("test_choice.py", *_CALLS),
    "catrade_build.cells.chosen": (
        "test_choice.py",
        "test_bounds.py",
        "test_growth_page.py",
        *_CALLS,
    ),
    "catrade_build.cells.implied": ("test_choice.py", *_CALLS),
    "catrade_build.cells.rows": ("test_choice.py", *_CALLS),
    "catrade_build.vintages": ("test_growth.py", *_CALLS),
    "catrade_build.running": ("test_growth.py", *_RUNNING),
    "catrade_build.nowcast": ("test_nowcast.py", *_RUNNING),
    "catrade_build.revisions": ("test_revisions.py",),
    "catrade_build.market": ("test_listed.py", "test_refusals.py"),
    "catrade_build.support": ("test_policy.py",),
    "catrade_build.in_force": (
        "test_policy.py",
        "test_in_force.py",
        "test_answers.py",
    ),
    **{
        f"catrade_build.claims.{name}": (*_CLAIMS, "test_answers.py", *_CALLS)
        for name in (
            "claims",
            "core",
            "evidence",
            "events",
            "facts",
            "rank",
            "stated",
            "trade",
        )
    },
}
_EXAMPLES = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
#: Mutants tried a module; all if there are no more.
MOST = 40
SECONDS = 600
SEED = 20260102


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Import one module from memory instead of from its file."""

    def __init__(self, module: str, code: str) -> None:
        self.name, self.code = module, code
        self.path = str(file_of(module))

    def find_spec(
        self, name: str, path: object, target: object = None
    ) -> ModuleSpec | None:
        if name != self.name:
            return None
        spec = importlib.util.spec_from_loader(name, self, origin=self.path)
        if spec is not None:
            spec.has_location = True
        return spec

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self.code, self.path, "exec"), module.__dict__)


def _preload() -> None:
    """Import and read once, in the parent, what no mutant changes."""
    import hypothesis
    import pytest  # noqa: F401

    import catrade_build.tables.trade
    from catrade_build.tables.definitions import tables

    for name in tables():
        catrade_build.tables.trade.read_table(name)
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile(
        "mutation", phases=phases, derandomize=True, database=None, deadline=None
    )


def _child(module: str, code: str) -> None:
    import pytest

    os.setsid()
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    if module in sys.modules:  # what has it already must import it anew
        for name in [
            name
            for name in sys.modules
            if name.startswith(("catrade", "pagemill", "rounding"))
        ]:
            del sys.modules[name]
    sys.meta_path.insert(0, _Finder(module, code))
    if doctest.testmod(importlib.import_module(module), optionflags=_EXAMPLES).failed:
        os._exit(1)
    files = [str(path) for name in TESTS[module] for path in FOLDER.rglob(name)]
    options = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider"]
    options += ["--hypothesis-profile=mutation", *files]
    # Hand-worked examples first: they are quick and kill most.
    for which in ("not hypothesis", "hypothesis"):
        status = int(pytest.main(["-m", which, *options]))
        if status not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
            os._exit(1)
    os._exit(0)


def judge(module: str, code: str, seconds: float = SECONDS) -> str:
    """Run a module's tests against some code: `killed`, `survived` or `timeout`."""
    child = os.fork()
    if child == 0:
        try:
            _child(module, code)
        finally:
            os._exit(99)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if os.waitstatus_to_exitcode(status) == 0 else "killed"
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


class Known:
    """Verdicts by mutant, kept in a file if there is one."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        text = file.read_text(encoding="utf-8") if file and file.exists() else "{}"
        self.verdicts: dict[str, str] = json.loads(text)

    def keep(self, mark: str, verdict: str) -> None:
        self.verdicts[mark] = verdict
        if self.file:
            self.file.write_text(json.dumps(self.verdicts), encoding="utf-8")


def run(module: str, memory: Known) -> tuple[int, list[tuple[Mutant, str]]]:
    """Judge a sample of a module's mutants; return how many there are, and the verdicts."""
    everything = mutants(module)
    whole = file_of(module).read_text(encoding="utf-8")
    if judge(module, whole) != "survived":
        message = f"the tests of {module} fail without any change"
        raise RuntimeError(message)
    chosen = everything
    if len(everything) > MOST:
        chance = random.Random(f"{SEED} {module}")
        chosen = sorted(chance.sample(everything, MOST), key=lambda mutant: mutant.line)
    verdicts = []
    for mutant in chosen:
        mark = hashlib.sha256(mutant.code.encode()).hexdigest()
        if memory.verdicts.get(mark, "survived") == "survived":
            memory.keep(mark, judge(module, mutant.code))
        verdicts.append((mutant, memory.verdicts[mark]))
        if verdicts[-1][1] != "killed":
            print(
                f"{module}:{mutant.line} {verdicts[-1][1]}: {mutant.name}", flush=True
            )
    return len(everything), verdicts


def _reasons() -> dict[tuple[str, str], str]:
    if not REASONS.exists():
        return {}
    listed = tomllib.loads(REASONS.read_text(encoding="utf-8")).get("survivor", [])
    return {
        (survivor["module"], survivor["change"]): survivor["why"] for survivor in listed
    }


def _lines(results: dict[str, tuple[int, list[tuple[Mutant, str]]]]) -> Iterator[str]:
    yield "# Mutation testing"
    yield ""
    yield (
        f"Measured {date.today().isoformat()} with `python -m benchmarks.mutation`, seed {SEED}."
        " One change at a time: comparisons, operators, numbers by one, truth values, conditions"
        " negated, keywords dropped, low for high, start for end, min for max. A mutant is killed"
        f" if a test or example of the module fails, or does not end in {SECONDS} seconds."
    )
    yield ""
    yield "| module | mutants | tried | killed | survived | per cent |"
    yield "|---|---|---|---|---|---|"
    tried_all = killed_all = 0
    for module, (count, verdicts) in results.items():
        killed = sum(verdict != "survived" for _, verdict in verdicts)
        tried_all, killed_all = tried_all + len(verdicts), killed_all + killed
        share = 100 * killed / len(verdicts)
        yield (
            f"| `{module}` | {count} | {len(verdicts)} | {killed} | {len(verdicts) - killed} |"
            f" {share:.0f} |"
        )
    share = 100 * killed_all / tried_all
    yield f"| all | | {tried_all} | {killed_all} | {tried_all - killed_all} | {share:.0f} |"
    yield ""
    yield "## Survivors"
    yield ""
    yield "| where | change | why |"
    yield "|---|---|---|"
    reasons = _reasons()
    for module, (_, verdicts) in results.items():
        for mutant, verdict in verdicts:
            if verdict == "survived":
                why = reasons.get((module, mutant.name), "not looked at")
                change = f"`{mutant.before}` → `{mutant.after}`".replace("|", "\\|")
                yield f"| `{module}` {mutant.line} | {change.replace(chr(10), ' ')} | {why} |"


def main(names: list[str]) -> None:
    """Judge the modules named, all by default, and write the result."""
    os.nice(19)
    state = None
    if names[:1] == ["--state"]:
        state, names = Path(names[1]), names[2:]
    memory = Known(state)
    wanted = names or list(TESTS)
    _preload()
    results = {}
    for module in wanted:
        started = time.monotonic()
        results[module] = run(module, memory)
        killed = sum(verdict != "survived" for _, verdict in results[module][1])
        tried = len(results[module][1])
        took = time.monotonic() - started
        print(f"{module}: {killed} of {tried} killed in {took:.0f} s", flush=True)
        if not names:
            RESULT.write_text("\n".join(_lines(results)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
