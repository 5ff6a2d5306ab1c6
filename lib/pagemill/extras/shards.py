"""One part of several: `pagemill render --shard 3/100` on each of a hundred machines."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from pagemill.plan import Run
from rounding.errors import ParameterError


def part(runs: Sequence[Run], asked: str) -> list[Run]:
    """Return one of several parts of some runs, such as `2/8`: which, their slugs alone decide.

    Raises
    ------
    ParameterError
        If there is no such part.
    """
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", asked)
    number, count = map(int, found.groups()) if found else (0, 0)
    if not 1 <= number <= count:
        raise ParameterError(
            f"--shard must look like 2/8, the second of eight; got {asked!r}"
        )
    return [
        run
        for run in runs
        if int(hashlib.sha256(run.slug.encode()).hexdigest(), 16) % count == number - 1
    ]
