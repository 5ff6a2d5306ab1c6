"""Check every table of a data folder: each alone, and all of them together.

What else is installed may check more of the folder (entry points of the group `catrade.checks`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import entry_points
from pathlib import Path

import pandas as pd

from catrade_build.check.compare import broken_rows, connected, rules, with_ends
from catrade_build.tables.definitions import definition_of, tables
from catrade_build.tables.paths import data_dir as default_dir
from catrade_build.tables.paths import fetched_dir
from catrade_build.tables.reading import Problem, read_faults


@dataclass
class Report:
    """What a check found.

    Attributes
    ----------
    problems
        Faults: the data must be mended.
    notices
        Figures of good quality that contradict each other beyond rounding: the reader is told.
    doubts
        What is sound but not sure: fetched figures far from the bundled ones.
    rows
        Number of rows of each table read.
    """

    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


def check_data(data_dir: Path | None = None) -> Report:
    """Return faults, notices and the number of rows of all tables of a data folder.

    Parameters
    ----------
    data_dir
        Folder to check; the bundled tables by default.
    """
    folder = data_dir or default_dir()
    report = Report()
    frames: dict[str, pd.DataFrame] = {}
    if not folder.is_dir():
        report.problems.append(
            Problem(str(folder), None, None, "there is no such folder")
        )
        return report
    # Each table alone, then the files beside them, what was fetched, and all tables together.
    for name in tables():
        frame, problems = read_faults(name, folder)
        report.problems += problems
        if frame is not None and not problems:
            frames[name] = frame
            report.rows[name] = len(frame)
    report.problems += _unknown_files(folder)
    for name in tables():
        if (fetched_dir(folder) / definition_of(name).file).is_file():
            report.problems += read_faults(name, fetched_dir(folder))[1]
    for check in entry_points(group="catrade.checks"):
        faults, doubts = check.load()(folder)
        report.problems += [Problem(file, None, None, fault) for file, fault in faults]
        report.doubts += [Problem("fetched", None, None, doubt) for doubt in doubts]
    if len(frames) == len(tables()):
        report.problems += _unused_sources(frames)
    report.problems += _between_rows(frames, "faults")
    report.notices += _between_rows(frames, "notices")
    return report


def _between_rows(frames: dict[str, pd.DataFrame], kind: str) -> list[Problem]:
    """Return what the SQL files of a kind find.

    A file's name begins with that of its table; where a second table's follows, it reads that too.
    """
    problems = []
    held = {name: with_ends(frame) for name, frame in frames.items()}
    with connected(held) as con:
        for name, rule in rules(kind).items():
            table, *_ = read = [part for part in name.split(".") if part in tables()]
            if frames.keys() >= {*read}:
                for row, message in broken_rows(con, rule):
                    file = definition_of(table).file
                    problems.append(Problem(file, row["line"], row["field"], message))
    return problems


def _unknown_files(folder: Path) -> list[Problem]:
    files = {path.name for path in folder.glob("*.csv")}
    unknown = files - {table.file for table in tables().values()}
    message = f"no table has this name; tables are {', '.join(tables())}"
    return [Problem(file, None, None, message) for file in sorted(unknown)]


def _unused_sources(frames: dict[str, pd.DataFrame]) -> list[Problem]:
    used: set[str] = set()
    for name, frame in frames.items():
        for column, target in definition_of(name).references.items():
            if target == "sources":
                used.update(frame[column].str.split("; *").explode())
    sources = frames["sources"]["source_id"]
    unused = sources[~sources.isin(used)]
    return [
        Problem("sources.csv", line, "source_id", f"no table uses {name!r}; remove it")
        for line, name in zip(unused.index.tolist(), unused, strict=True)
    ]
