"""What the SQL files hold.

The first comment of a file says what the rule compares. Then follow one or more queries, each below
the sentence it finds reason for, ending with the first semicolon at the end of a line. A query
returns the figures its sentence names, and where to look first: in `rules/` `file`, `line`, `cell`
and `gap` (how far apart the figures are, if that can be said), in `faults/` and `notices/` (named
after their table) `line` and `field`, the column.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

_QUERY = re.compile(r"((?:^--[^\n]*\n)+)(.+?);$", re.MULTILINE | re.DOTALL)


class Rule(NamedTuple):
    """What a rule compares, and its queries, each with the sentence about what it finds."""

    about: str
    queries: list[tuple[str, str]]


@cache
def rules(kind: str = "rules") -> dict[str, Rule]:
    """Return every rule of a kind by its name.

    Examples
    --------
    >>> rules()["jump"].about
    'a figure with the one before it in time'
    """
    found = {}
    for path in sorted((Path(__file__).parent / kind).glob("*.sql")):
        about, _, queries = path.read_text(encoding="utf-8").partition("\n\n")
        pairs = [(_spoken(said), query) for said, query in _QUERY.findall(queries)]
        found[path.stem] = Rule(_spoken(about), pairs)
    return found


def _spoken(comment: str) -> str:
    return " ".join(line.removeprefix("-- ") for line in comment.splitlines())
