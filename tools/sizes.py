"""How much code there is, in tokens and lines by room, and where it is packed.

Comments, docstrings, line ends and indents are free, so that neither explaining nor wrapping costs.
It is the same on every Python: from 3.12 on an f-string comes in parts, and counts as one here.
`python tools/sizes.py` prints every room, and how many public names stand in two modules or more;
with `-v` every module too, the largest first, and those names.
"""

from __future__ import annotations

import ast
import functools
import io
import json
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
#: The folders of each room.
ROOMS = {
    "catrade": ("lib/catrade",),
    "catrade_fetch": ("lib/catrade_fetch",),
    "pagemill + rounding": ("lib/pagemill", "lib/rounding"),
    "notebooks": ("notebooks",),
    "tests": ("tests",),
}
FREE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
#: Parts of an f-string.
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


def code_of(path: Path) -> str:
    """Return the code of a module, or of the cells of a notebook."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = json.loads(text)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return "\n".join(code)


@functools.cache
def rooms() -> dict[str, dict[Path, Size]]:
    """Return the sizes of the modules, or notebooks, of every room."""
    sizes: dict[str, dict[Path, Size]] = {}
    for room, folders in ROOMS.items():
        kind = "*.ipynb" if room == "notebooks" else "*.py"
        paths = [path for top in folders for path in (ROOT / top).rglob(kind)]
        own = [path for path in sorted(paths) if ".ipynb_checkpoints" not in path.parts]
        sizes[room] = {path: size(code_of(path)) for path in own}
    return sizes


def public_names(text: str) -> set[str]:
    r"""Return the public functions and classes that a module defines.

    >>> public_names("def read(): ...\ndef _own(): ...\nclass Row: ...\n") == {"read", "Row"}
    True
    """
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = {node.name for node in ast.parse(text).body if isinstance(node, kinds)}
    return {name for name in names if not name.startswith("_")}


def standing_twice() -> list[str]:
    """Return the public names that stand in two modules of `lib` or more."""
    count: Counter[str] = Counter()
    for path in ROOT.glob("lib/**/*.py"):
        count.update(public_names(path.read_text(encoding="utf-8")))
    return sorted(name for name, modules in count.items() if modules > 1)


def whole(sizes: dict[Path, Size]) -> Size:
    """Return the size of a room."""
    tokens = sum(size.tokens for size in sizes.values())
    return Size(tokens, sum(size.lines for size in sizes.values()))


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
        sys.stdout.write(f"{whole(sizes)}: {room}, {len(sizes)} files\n")
        if "-v" in arguments:
            for path in sorted(sizes, key=lambda path: -sizes[path].tokens):
                sys.stdout.write(f"  {sizes[path]}: {path.relative_to(ROOT)}\n")
    twice = standing_twice()
    sys.stdout.write(f"{len(twice)} public names stand in two modules or more\n")
    if "-v" in arguments:
        sys.stdout.write(f"  {' '.join(twice)}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
