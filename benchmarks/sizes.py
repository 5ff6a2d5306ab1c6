"""Lines with code by room: docstrings, comments and blank lines are not counted.

Run as `python benchmarks/sizes.py [FOLDER …]`; without folders it counts `lib` and `tests`.
"""

from __future__ import annotations

import ast
import io
import sys
import tokenize
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]
_NO_CODE = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
}


def lines_with_code(text: str) -> int:
    """Count the lines of a module that hold code.

    Examples
    --------
    >>> lines_with_code('def f():\\n    "Say nothing."\\n\\n    return 1  # one\\n')
    2
    """
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE and token.string:
            held.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                held.difference_update(range(first.lineno, (first.end_lineno or 0) + 1))
    return len(held)


def rooms(folder: Path) -> tuple[Counter[str], Counter[str]]:
    """Count lines and modules of each room: the folders below, and the modules beside them."""
    lines: Counter[str] = Counter()
    modules: Counter[str] = Counter()
    for path in sorted(folder.rglob("*.py")):
        inside = path.relative_to(folder).parts
        room = inside[0] if len(inside) > 1 else "."
        lines[room] += lines_with_code(path.read_text(encoding="utf-8"))
        modules[room] += 1
    return lines, modules


def main(folders: list[str]) -> None:
    given = folders or ["lib/catrade", "lib/pagemill", "tests"]
    for folder in (
        Path(name) if Path(name).exists() else ROOT / name for name in given
    ):
        lines, modules = rooms(folder)
        sys.stdout.write(
            f"{folder.name}: {lines.total():,} lines, {modules.total()} modules\n"
        )
        for room, count in lines.most_common():
            sys.stdout.write(f"  {room:20} {count:6,} {modules[room]:4}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
