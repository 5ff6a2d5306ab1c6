"""Mutation testing of the calculation modules: does a test fail when the code is wrong?

Run ``python -m benchmarks.mutation [module …]``; it changes one thing in a module at a time (a
comparison, an operator, a number, low for high, …), runs the tests of that module against it in a
process of its own, and writes what was killed and what survived to ``benchmarks/mutation.md``.
Files are never changed: the mutated module exists in the child's memory only. Reasons for survivors
stand in ``benchmarks/mutation.toml``. ``--state FILE`` keeps the verdicts: what was killed once is
not tried again, which is right as long as tests are only added.
"""

from __future__ import annotations

import ast
import hashlib
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
from dataclasses import dataclass
from datetime import date
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lib" / "catrade"
RESULT = ROOT / "benchmarks" / "mutation.md"
REASONS = ROOT / "benchmarks" / "mutation.toml"

_CLAIMS = (
    *("test_exact_claims.py", "test_exact_ranks.py", "test_exact_events.py"),
    "test_claims.py",
)
#: Module: the tests that are about it.
TESTS: dict[str, tuple[str, ...]] = {
    "intervals": ("test_exact_ends.py", "test_intervals.py"),
    "growth": ("test_exact_ends.py", "test_growth.py"),
    "shares": ("test_exact_parts.py", "test_growth.py"),
    "series": ("test_exact_cells.py", "test_series.py"),
    "composition": ("test_exact_parts.py", "test_composition.py"),
    "changes": ("test_exact_parts.py", "test_composition.py"),
    "concentration": ("test_exact_cells.py", "test_concentration.py"),
    "mirror": ("test_exact_cells.py", "test_mirror.py"),
    "claims": _CLAIMS,
    "claims_core": _CLAIMS,
    "claims_trade": _CLAIMS,
    "claims_rank": _CLAIMS,
    "claims_leaders": _CLAIMS,
    "claims_goods": _CLAIMS,
    "claims_events": _CLAIMS,
}
#: Mutants tried a module; all if there are no more. Claims are seven modules of one subject.
MOST = {name: 40 if name.startswith("claims") else 150 for name in TESTS}
SECONDS = 90
SEED = 20260102

_COMPARE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_FAR: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt,
    ast.LtE: ast.GtE,
    ast.Gt: ast.Lt,
    ast.GtE: ast.LtE,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.Pow: ast.Mult,
    ast.Mod: ast.Mult,
    ast.FloorDiv: ast.Mult,
}
_NAMES = {"low": "high", "min": "max", "any": "all", "lower": "upper", "first": "last"}
_NAMES |= {other: name for name, other in _NAMES.items()}


@dataclass(frozen=True)
class Mutant:
    """One change: where, what stood there, what stands there now, and the whole module with it."""

    module: str
    line: int
    before: str
    after: str
    code: str

    @property
    def name(self) -> str:
        return f"{self.before} → {self.after}"


class _Sites(ast.NodeVisitor):
    """Collect the nodes of a module that may be changed, and how."""

    def __init__(self) -> None:
        self.found: list[tuple[ast.AST, ast.AST]] = []

    def _may_become(self, node: ast.AST, **changes: object) -> None:
        fields = {name: getattr(node, name) for name in node._fields} | changes
        new = type(node)(**fields)
        self.found.append((node, ast.copy_location(new, node)))

    def visit_Compare(self, node: ast.Compare) -> None:
        for table in (_COMPARE, _FAR):
            for place, op in enumerate(node.ops):
                if type(op) in table:
                    ops = [*node.ops]
                    ops[place] = table[type(op)]()
                    self._may_become(node, ops=ops)
        self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
        if type(node.op) in _ARITHMETIC and not text:
            self._may_become(node, op=_ARITHMETIC[type(node.op)]())
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        self._may_become(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.USub | ast.Not | ast.Invert):
            self.found.append((node, node.operand))
        self.generic_visit(node)

    def _negated(self, node: ast.If | ast.IfExp) -> None:
        test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
        self.found.append((node.test, test))
        self.generic_visit(node)

    visit_If = visit_IfExp = _negated

    def visit_Call(self, node: ast.Call) -> None:
        for place, keyword in enumerate(node.keywords):
            if keyword.arg:
                left = [*node.keywords[:place], *node.keywords[place + 1 :]]
                self._may_become(node, keywords=left)
        self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        value = node.value
        if isinstance(value, bool):
            self._may_become(node, value=not value)
        elif isinstance(value, int | float):
            self._may_become(node, value=value + 1)
            if value:
                self._may_become(node, value=value - 1)
        elif isinstance(value, str) and " " not in value:
            for name, other in (
                ("low", "high"),
                ("high", "low"),
                ("start", "end"),
                ("end", "start"),
            ):
                if name in value.split("_"):
                    changed = "_".join(other if part == name else part for part in value.split("_"))
                    self._may_become(node, value=changed)
                    break

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr in _NAMES:
            self._may_become(node, attr=_NAMES[node.attr])
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        if node.id in ("min", "max", "any", "all"):
            self._may_become(node, id=_NAMES[node.id])

    # Not calculation: annotations, docstrings, messages, what is only for the type checker.
    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        decorators = [ast.unparse(one) for one in node.decorator_list]
        if "overload" in decorators:
            return
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(default)
        self._body(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._body(node.body)

    def visit_Module(self, node: ast.Module) -> None:
        self._body(node.body)

    def _body(self, body: list[ast.stmt]) -> None:
        for statement in body:
            text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            if not text:
                self.visit(statement)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self.visit(node.value)

    def visit_Assign(self, node: ast.Assign) -> None:
        names = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if not {"message", "__all__"} & set(names):
            self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        pass

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        pass


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.old:
            return self.new
        return self.generic_visit(node)


def mutants(module: str) -> list[Mutant]:
    """Return all mutants of a module, in the order of its lines."""
    source = (PACKAGE / f"{module}.py").read_text(encoding="utf-8")
    sites = _Sites()
    sites.visit(ast.parse(source))
    found = []
    for number in range(len(sites.found)):
        tree = ast.parse(source)
        again = _Sites()
        again.visit(tree)
        old, new = again.found[number]
        line = getattr(old, "lineno", 0)
        before, after = ast.unparse(old), ast.unparse(new)
        code = ast.unparse(ast.fix_missing_locations(_Swap(old, new).visit(tree)))
        found.append(Mutant(module, line, before, after, code))
    return found


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Import one module from memory instead of from its file."""

    def __init__(self, module: str, code: str) -> None:
        self.name, self.code = f"catrade.{module}", code
        self.path = str(PACKAGE / f"{module}.py")

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
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
    import pandera.pandas  # noqa: F401
    import pytest  # noqa: F401

    import catrade.data
    import catrade.selection
    from catrade.schemas import TABLES

    for name in TABLES:
        catrade.data.read_table(name)
    phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
    hypothesis.settings.register_profile(
        "mutation", phases=phases, derandomize=True, database=None, deadline=None
    )
    touched = [f"catrade.{name}" for name in TESTS if f"catrade.{name}" in sys.modules]
    if touched:
        message = f"already imported, so it cannot be mutated: {', '.join(touched)}"
        raise RuntimeError(message)


def _child(module: str, code: str) -> None:
    import pytest

    os.setsid()
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sys.meta_path.insert(0, _Finder(module, code))
    files = [str(ROOT / "tests" / name) for name in TESTS[module]]
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


def run(module: str, known: Known) -> tuple[int, list[tuple[Mutant, str]]]:
    """Judge a sample of a module's mutants; return how many there are, and the verdicts."""
    everything = mutants(module)
    whole = (PACKAGE / f"{module}.py").read_text(encoding="utf-8")
    if judge(module, whole) != "survived":
        message = f"the tests of {module} fail without any change"
        raise RuntimeError(message)
    chosen = everything
    if len(everything) > MOST[module]:
        chance = random.Random(f"{SEED} {module}")
        chosen = sorted(chance.sample(everything, MOST[module]), key=lambda one: one.line)
    verdicts = []
    for mutant in chosen:
        mark = hashlib.sha256(mutant.code.encode()).hexdigest()
        if known.verdicts.get(mark, "survived") == "survived":
            known.keep(mark, judge(module, mutant.code))
        verdicts.append((mutant, known.verdicts[mark]))
        if verdicts[-1][1] != "killed":
            print(f"{module}:{mutant.line} {verdicts[-1][1]}: {mutant.name}", flush=True)
    return len(everything), verdicts


def _reasons() -> dict[tuple[str, str], str]:
    if not REASONS.exists():
        return {}
    listed = tomllib.loads(REASONS.read_text(encoding="utf-8")).get("survivor", [])
    return {(one["module"], one["change"]): one["why"] for one in listed}


def _lines(results: dict[str, tuple[int, list[tuple[Mutant, str]]]]) -> Iterator[str]:
    yield "# Mutation testing"
    yield ""
    yield (
        f"Measured {date.today().isoformat()} with `python -m benchmarks.mutation`, seed {SEED}."
        " One change at a time: comparisons, operators, numbers by one, truth values, conditions"
        " negated, keywords dropped, low for high, start for end, min for max. A mutant is killed"
        f" if a test of the module fails, or does not end in {SECONDS} seconds."
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
                yield f"| `{module}.py` {mutant.line} | {change.replace(chr(10), ' ')} | {why} |"


def main(names: list[str]) -> None:
    """Judge the modules named, all by default, and write the result."""
    os.nice(19)
    state = None
    if names[:1] == ["--state"]:
        state, names = Path(names[1]), names[2:]
    known = Known(state)
    wanted = names or [name for name in TESTS if (PACKAGE / f"{name}.py").is_file()]
    _preload()
    results = {}
    for module in wanted:
        started = time.monotonic()
        results[module] = run(module, known)
        killed = sum(verdict != "survived" for _, verdict in results[module][1])
        tried = len(results[module][1])
        took = time.monotonic() - started
        print(f"{module}: {killed} of {tried} killed in {took:.0f} s", flush=True)
        if not names:
            RESULT.write_text("\n".join(_lines(results)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
