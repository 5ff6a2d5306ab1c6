"""How much code there is, in tokens and lines by room, and where it is packed.

Comments, docstrings, line ends and indents are free, so that neither explaining nor wrapping costs.
`python tools/sizes.py` prints every room; with `-v` every module too, the largest first.
"""

from __future__ import annotations

import ast
import functools
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
#: A file belongs to the first that holds it.
ROOMS = ("lib/rounding", "lib/pagemill", "lib/catrade/fetch", "lib/catrade", "tests")
FREE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
#: From Python 3.12 on an f-string comes in parts; it counts as one token everywhere.
BEGINS, ENDS = "FSTRING_START", "FSTRING_END"
HOLDERS = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class Size(NamedTuple):
    """Tokens of code, and the lines they stand on."""

    tokens: int
    lines: int

    def __str__(self) -> str:
        per_line = self.tokens / max(self.lines, 1)
        return f"{self.tokens:8,} tokens, {per_line:4.1f} a line"


def size(text: str) -> Size:
    r"""Return the size of a module.

    >>> size('"About."\nx = 1  # one\n')
    Size(tokens=3, lines=1)
    >>> size('f"{x} and {y:{z}}"\n')
    Size(tokens=1, lines=1)
    """
    docstrings: set[int] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, HOLDERS) and ast.get_docstring(node) is not None:
            first = node.body[0]
            docstrings.update(range(first.lineno, (first.end_lineno or 0) + 1))
    tokens = inside = 0
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in FREE or token.start[0] in docstrings:
            continue
        lines.update(range(token.start[0], token.end[0] + 1))
        name = tokenize.tok_name[token.type]
        if not inside:
            tokens += 1
        if name == BEGINS:
            inside += 1
        elif name == ENDS:
            inside -= 1
    return Size(tokens, len(lines))


@functools.cache
def rooms() -> dict[str, dict[Path, Size]]:
    """Return the sizes of the modules of every room."""
    found: dict[str, dict[Path, Size]] = {room: {} for room in ROOMS}
    for path in sorted([*ROOT.glob("lib/**/*.py"), *ROOT.glob("tests/**/*.py")]):
        room = next(room for room in ROOMS if path.is_relative_to(ROOT / room))
        found[room][path] = size(path.read_text(encoding="utf-8"))
    return found


def whole(sizes: dict[Path, Size]) -> Size:
    """Return the size of a room."""
    tokens = sum(one.tokens for one in sizes.values())
    return Size(tokens, sum(one.lines for one in sizes.values()))


def packed(text: str) -> Iterator[tuple[int, str]]:
    """Find devices that save a line and cost a reader; each with its line.

    >>> list(packed('f(*("a", "b"))'))
    [(1, 'a splat of literals')]
    """
    for node in ast.walk(ast.parse(text)):
        line = getattr(node, "lineno", 0)
        match node:
            case ast.Starred(value=ast.Tuple() | ast.List()):
                yield line, "a splat of literals"
            case ast.Assign(targets=[ast.Tuple()], value=ast.GeneratorExp()):
                yield line, "names bound to a generator"
            case ast.BinOp(op=ast.Mult(), right=right) if is_truth(right):
                yield line, "something times a truth"
            case ast.For(iter=ast.IfExp()) | ast.comprehension(iter=ast.IfExp()):
                yield node.iter.lineno, "a loop over one thing or another"
            case ast.Expr(value=ast.IfExp()):
                yield line, "a choice as a statement"
            case ast.BinOp(
                left=ast.BinOp(op=ast.BitOr()), op=ast.BitOr(), right=ast.Dict()
            ):
                yield line, "a chain of dictionaries"


def is_truth(node: ast.expr) -> bool:
    """Say whether an expression is a comparison or a call of bool."""
    called = getattr(getattr(node, "func", None), "id", "")
    return isinstance(node, ast.Compare) or called == "bool"


def main(arguments: list[str]) -> None:
    """Print what the rooms have, and with `-v` their modules."""
    for room, sizes in rooms().items():
        sys.stdout.write(f"{whole(sizes)}: {room}, {len(sizes)} modules\n")
        if "-v" in arguments:
            for path in sorted(sizes, key=lambda path: -sizes[path].tokens):
                sys.stdout.write(f"  {sizes[path]}: {path.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
