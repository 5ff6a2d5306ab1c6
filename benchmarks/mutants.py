"""What can be changed in a module, one thing at a time, to see whether a test notices."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

LIB = Path(__file__).resolve().parent.parent / "lib"

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
        self.places: list[tuple[ast.AST, ast.AST]] = []

    def _may_become(self, node: ast.AST, **changes: object) -> None:
        fields = {name: getattr(node, name) for name in node._fields} | changes
        new = type(node)(**fields)
        self.places.append((node, ast.copy_location(new, node)))

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
        self._may_become(
            node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        )
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        if isinstance(node.op, ast.USub | ast.Not | ast.Invert):
            self.places.append((node, node.operand))
        self.generic_visit(node)

    def _negated(self, node: ast.If | ast.IfExp) -> None:
        if ast.unparse(node.test) == "TYPE_CHECKING":
            return
        test = ast.copy_location(ast.UnaryOp(ast.Not(), node.test), node.test)
        self.places.append((node.test, test))
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
                    changed = "_".join(
                        other if part == name else part for part in value.split("_")
                    )
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
        decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
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
            text = isinstance(statement, ast.Expr) and isinstance(
                statement.value, ast.Constant
            )
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


def file_of(module: str) -> Path:
    """Return where a module such as `catrade_build.cells.chosen` stands."""
    return LIB / (module.replace(".", "/") + ".py")


def mutants(module: str) -> list[Mutant]:
    """Return all mutants of a module, in the order of its lines."""
    source = file_of(module).read_text(encoding="utf-8")
    sites = _Sites()
    sites.visit(ast.parse(source))
    listed = []
    for number in range(len(sites.places)):
        tree = ast.parse(source)
        again = _Sites()
        again.visit(tree)
        old, new = again.places[number]
        line = getattr(old, "lineno", 0)
        before, after = ast.unparse(old), ast.unparse(new)
        code = ast.unparse(ast.fix_missing_locations(_Swap(old, new).visit(tree)))
        listed.append(Mutant(module, line, before, after, code))
    return listed
