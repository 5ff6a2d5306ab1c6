"""Check every table of a data folder: each alone, and all of them together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from catrade.check.compare import told, with_ends
from catrade.check.rule_files import rules
from catrade.tables.claims import claim_faults
from catrade.tables.definitions import table, tables
from catrade.tables.paths import data_dir as default_dir
from catrade.tables.paths import fetched_dir
from catrade.tables.policy import stage_faults
from catrade.tables.reading import Problem, read_faults
from rounding.errors import choice_error


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
        Fetched figures that contradict the bundled ones by more than a factor of two.
    rows
        Number of rows of each table read.
    """

    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)


def check_tables(data_dir: Path | str | None = None) -> list[Problem]:
    """Return the faults of all tables of a data folder, by table and row; an empty list is good.

    Parameters
    ----------
    data_dir
        Folder to check; the bundled tables by default.
    """
    return check_data(data_dir).problems


def check_data(data_dir: Path | str | None = None) -> Report:
    """Return faults, notices and the number of rows of all tables of a data folder."""
    folder = default_dir() if data_dir is None else Path(data_dir)
    report = Report()
    frames: dict[str, pd.DataFrame] = {}
    if not folder.is_dir():
        report.problems.append(
            Problem(str(folder), None, None, "there is no such folder")
        )
        return report
    for name in tables():
        frame, problems = read_faults(name, folder)
        report.problems += problems
        if frame is not None and not problems:
            frames[name] = frame
            report.rows[name] = len(frame)
    report.problems += _unknown_files(folder)
    if fetched_dir(folder).is_dir():
        from catrade.check.fetched import fetched_faults

        faults = fetched_faults(folder)
        report.problems += [Problem(file, None, None, fault) for file, fault in faults]
        if not faults and {"trade", "composition_totals"} <= set(frames):
            from catrade.tables import doubts, fetched

            differ = doubts.sentences(fetched.trade_rows(folder).rows)
            report.doubts += [Problem("fetched", None, None, one) for one in differ]
    if len(frames) == len(tables()):
        report.problems += _unused_sources(frames)
    for name, between in (("policy_events", stage_faults), ("claims", claim_faults)):
        if name in frames:
            for fault in between(frames[name]):
                said = fault.removeprefix(f"{name}.csv, ")
                report.problems.append(Problem(f"{name}.csv", None, None, said))
    if "known_issues" in frames:
        report.problems += _unknown_rules(frames["known_issues"])
    report.problems += _between_rows(frames, "faults")
    report.notices += _between_rows(frames, "notices")
    return report


def _between_rows(frames: dict[str, pd.DataFrame], kind: str) -> list[Problem]:
    """Return what the SQL files of a kind find; a file's name begins with that of its table."""
    problems = []
    with duckdb.connect(config={"threads": 1}) as con:
        for name, rule in rules(kind).items():
            of = name.split(".")[0]
            if of in frames:
                con.register(of, with_ends(frames[of]))
                found = told(con, rule)
                problems += [
                    Problem(f"{of}.csv", r["line"], r["field"], said)
                    for r, said in found
                ]
    return problems


def _unknown_files(folder: Path) -> list[Problem]:
    known = {one.file for one in tables().values()}
    said = f"no table has this name; tables are {', '.join(tables())}"
    return [
        Problem(path.name, None, None, said)
        for path in sorted(folder.glob("*.csv"))
        if path.name not in known
    ]


def _unused_sources(frames: dict[str, pd.DataFrame]) -> list[Problem]:
    used: set[str] = set()
    for name, frame in frames.items():
        for column, target in table(name).references.items():
            if target == "sources":
                parts = frame[column].str.split(";").explode().str.strip()
                used |= {*parts}
    ids = frames["sources"]["source_id"]
    unused = ids[~ids.isin(used)]
    return [
        Problem("sources.csv", line, "source_id", f"no table uses {one!r}; remove it")
        for line, one in zip(unused.index.tolist(), unused, strict=True)
    ]


def _unknown_rules(issues: pd.DataFrame) -> list[Problem]:
    found = []
    for line, rule in zip(issues.index.tolist(), issues["rule"], strict=True):
        if rule not in rules():
            said = str(choice_error("", rule, rules())).lstrip()
            found.append(Problem("known_issues.csv", line, "rule", said))
    return found
