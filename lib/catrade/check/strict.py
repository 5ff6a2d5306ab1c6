"""The strict check: that figures fit each other, and that each misfit is known and explained.

`check_tables` looks for faults, which must be mended. Here the tables are free of faults, and what
is found may be as published: sources contradict each other, publishers revise, customs unions
change the way they count. Each such finding is listed in `known_issues.csv` with its size and its
reason; one that is not listed fails, and so does a listed one that is no longer found or of another
size. The rules and their tolerances: `rules/` and `macros.sql`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from catrade.check.compare import Finding, findings, table_of
from rounding.errors import DataError


def check_strict(folder: Path) -> list[Finding]:
    """Return what is found and not listed in `known_issues.csv`, and what is listed and not found.

    Raises
    ------
    DataError
        If a table that is compared has a fault: figures that cannot be read cannot be compared.
    """
    return _unexplained(findings(folder), folder)


def _unexplained(found: list[Finding], folder: Path) -> list[Finding]:
    names = {(finding.rule, finding.cell) for finding in found}
    listed: dict[tuple[str, str], int] = {}
    stale = []
    for line, rule, cells in table_of("known_issues", folder)[
        ["rule", "cells"]
    ].itertuples():
        for cell in cells.split(";"):
            if (rule, cell) in listed:
                message = f"is listed twice, also in row {listed[rule, cell]}; keep one"
            elif (rule, cell) not in names:
                message = "is listed as known but no longer found; take it off the list"
            else:
                listed[rule, cell] = line
                continue
            stale.append(Finding("known_issues.csv", line, rule, cell, message))
    unlisted = [
        finding for finding in found if (finding.rule, finding.cell) not in listed
    ]
    return [*unlisted, *stale]


def report_strict(folder: Path, say: Callable[[str], None]) -> str:
    """Say every finding that is not listed or no longer found, and return one sentence in the end.

    The tables are free of faults: `check_data` has looked at them before.

    Raises
    ------
    DataError
        If there is any, or a table cannot be read.
    """
    found = findings(folder)
    unexplained = _unexplained(found, folder)
    for finding in unexplained:
        say(str(finding))
    if unexplained:
        many = (
            "1 finding is"
            if len(unexplained) == 1
            else f"{len(unexplained)} findings are"
        )
        raise DataError(
            f"{many} not explained: mend the figure, or list the finding in known_issues.csv under"
            " its rule and name with the reason, or take a line off that no longer applies"
        )
    return f"strict: {len(found)} findings, all of them explained in known_issues.csv"
