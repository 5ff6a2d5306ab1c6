"""The picture of the rooms, drawn from the imports themselves: `docs/architecture.svg`.

Rooms stand like storeys, the lowest below; a mark says that the room of its row imports that of
its column: full where a module does so as it is read, a ring where only a function does, once it is
called, or types are named. A full mark right of a room's own place would be an import upwards.
`python tools/architecture.py` draws it anew; a test holds that it is current.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIB = ROOT / "lib"
PICTURE = ROOT / "docs" / "architecture.svg"

#: What each room is, the lowest first; `catrade.x` is a module or folder of the library.
ROOMS = {
    "rounding": "numbers as published: intervals, formats, periods, errors",
    "pagemill": "the press: notebooks to pages, an index, feeds",
    "catrade_build.tables": "what is held, checked: rows, names, selections",
    "catrade_build.cells": "the table of figures: one chosen a cell, growth, both sides",
    "catrade_build.claims": "the claim check",
    "catrade_build.check": "rules that the tables keep",
    "catrade_build": "an edition: wide tables whose columns are the rules",
    "catrade.charts": "the house style; charts compute nothing",
    "catrade": "the door, and what stands around it: project, commands",
    "catrade_fetch": "publishers’ files to rows of the tables",
}
#: Modules that stand with those of a folder, though not in it.
BESIDE = {
    "catrade_build.tables": ("words", "issuers"),
    "catrade_build.cells": (
        "columns",
        "compare",
        "edition",
        "figures",
        "frames",
        "history",
        "jumps",
        "kept",
        "rules",
        "running",
        "revisions",
        "vintages",
    ),
}
ROW, LEFT, NAME, TOP, GAP = 30, 470, 150, 42, 28
HEIGHT = TOP + ROW * len(ROOMS) + 16
WIDTH = LEFT + GAP * len(ROOMS) + 16


def room_of(module: str) -> str:
    """Return the room that a module stands in, or "" if it is none of ours.

    Examples
    --------
    >>> room_of("catrade_build.vintages.rates"), room_of("catrade.cli"), room_of("pandas")
    ('catrade_build.cells', 'catrade', '')
    """
    parts = module.split(".")
    for room, names in BESIDE.items():
        if parts[0] == "catrade_build" and parts[1:2] and parts[1] in names:
            return room
    for length in (2, 1):
        name = ".".join(parts[:length])
        if name in ROOMS:
            return name
    return ""


def imported(node: ast.AST) -> Iterator[str]:
    """Yield what a statement imports, each name of a module as a module of its own."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield from (f"{node.module}.{alias.name}" for alias in node.names)


def links() -> dict[tuple[str, str], bool]:
    """Return which room imports which, and whether as a module is read."""
    between: dict[tuple[str, str], bool] = {}
    for path in sorted(LIB.rglob("*.py")):
        own = room_of(".".join(path.relative_to(LIB).with_suffix("").parts))
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            for other in map(room_of, imported(node)):
                if own and other and own != other:
                    at_once = node in tree.body
                    between[own, other] = between.get((own, other), False) or at_once
    return between


def picture(marks: Mapping[tuple[str, str], bool]) -> str:
    """Return the picture of some imports as SVG."""
    names = list(ROOMS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" role="img" '
        'aria-label="Rooms of the code as storeys, and which imports which">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fefefe"/>',
        f'<text x="{LEFT}" y="14" font-size="11" fill="#59626d">imports</text>',
    ]
    for number, (name, about) in enumerate(ROOMS.items()):
        y = TOP + ROW * (len(names) - 1 - number)
        parts += [
            f'<rect x="8" y="{y}" width="{LEFT - 24}" height="{ROW - 4}" fill="#eceff2"/>',
            f'<text x="16" y="{y + 17}" font-size="12" font-weight="bold" '
            f'fill="#1b1f24">{number + 1} {name}</text>',
            f'<text x="{NAME}" y="{y + 17}" font-size="10.5" fill="#59626d">'
            f"{escape(about)}</text>",
            f'<text x="{LEFT + GAP * number + 7}" y="{TOP - 6}" font-size="11" '
            f'fill="#1b1f24">{number + 1}</text>',
        ]
        for place, other in enumerate(names):
            at_once = marks.get((name, other))
            if place != number:
                parts.append(_mark(LEFT + GAP * place + 10, y + 13, at_once))
    return "\n".join([*parts, "</svg>", ""])


def _mark(x: int, y: int, at_once: bool | None) -> str:
    """Return a full mark, a ring, or a point where nothing is imported."""
    if at_once is None:
        return f'<circle cx="{x}" cy="{y}" r="1.5" fill="#d8dde3"/>'
    fill = "#0b5570" if at_once else "none"
    return f'<circle cx="{x}" cy="{y}" r="6.5" fill="{fill}" stroke="#0b5570"/>'


def main() -> int:
    """Draw it."""
    PICTURE.write_text(picture(links()), "utf-8")
    sys.stdout.write(f"{PICTURE}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
