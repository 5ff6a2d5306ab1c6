"""Check every table of a data folder: each alone, and all of them together.

What was fetched must be as it was when it came: hashes of files, rows of BACI's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from catrade.check.compare import rules, told, with_ends
from catrade.tables.definitions import table, tables
from catrade.tables.kept import read_json, sha256
from catrade.tables.paths import data_dir as default_dir
from catrade.tables.paths import fetched_dir
from catrade.tables.reading import Problem, read_faults
from rounding.errors import DataError, choice_error

_AGAIN = "import the release again with --force"


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
    if fetched_dir(folder).is_dir():
        faults = fetched_faults(folder)
        for file, fault in faults:
            report.problems.append(Problem(file, None, None, fault))
        if not faults and {"trade", "composition_totals"} <= set(frames):
            from catrade.tables import doubts, fetched

            kept = fetched.trade_rows(folder)
            for one in doubts.sentences(kept.rows):
                report.doubts.append(Problem("fetched", None, None, one))
    if len(frames) == len(tables()):
        report.problems += _unused_sources(frames)
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
            of = name.partition(".")[0]
            if of not in frames:
                continue
            con.register(of, with_ends(frames[of]))
            for row, said in told(con, rule):
                problems.append(Problem(f"{of}.csv", row["line"], row["field"], said))
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
                parts = frame[column].str.split(";").explode()
                used.update(parts.str.strip())
    found = []
    for line, one in frames["sources"][["source_id"]].itertuples():
        if one not in used:
            said = f"no table uses {one!r}; remove it"
            found.append(Problem("sources.csv", line, "source_id", said))
    return found


def _unknown_rules(issues: pd.DataFrame) -> list[Problem]:
    found = []
    known = rules()
    for line, rule in issues[["rule"]].itertuples():
        if rule not in known:
            error = choice_error("", rule, known)
            said = str(error).lstrip()
            found.append(Problem("known_issues.csv", line, "rule", said))
    return found


def fetched_faults(data_dir: Path) -> list[tuple[str, str]]:
    """Return the faults below `fetched/` of a data folder: the file's path there, and a sentence.

    Files with a manifest are compared with its hash. A BACI release has gigabytes and no hash a
    file: of it the ends of the files and the number of their rows are looked at, which is done in
    a moment.
    """
    root = fetched_dir(data_dir)
    found: list[tuple[Path, str]] = []
    paths = {*root.glob("*/*.json"), *root.glob("*/[!.]*/**/[!.]*.json")}
    for manifest in sorted(paths):
        faults, again = _pair_faults, "remove it and fetch again"
        if manifest.parent.parent == root / "baci":
            faults, again = _release_faults, _AGAIN
        try:
            content = read_json(manifest)
            found += list(faults(manifest, content))
        except (DataError, KeyError, TypeError, ValueError, AttributeError):
            found.append((manifest, f"is not a readable manifest: {again}"))
    return [
        (f"fetched/{path.relative_to(root).as_posix()}", fault) for path, fault in found
    ]


def _pair_faults(manifest: Path, content: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    # A list of what is published has no file beside it.
    if "sha256" not in content:
        return
    paths = map(manifest.with_suffix, (".parquet", ".csv"))
    files = [path for path in paths if path.is_file()]
    if not files:
        yield manifest, "describes a file that is missing: remove it and fetch again"
    elif sha256(files[0]) != content["sha256"]:
        why = "was damaged or changed after it was fetched"
        yield files[0], f"{why}: remove {manifest.name} beside it and fetch again"


def _release_faults(
    manifest: Path, content: dict[str, Any]
) -> Iterator[tuple[Path, str]]:
    from pyarrow import ArrowException, parquet

    # Rows of each file by the description at its end; then of each year those of its files.
    folder = manifest.parent
    tables = [folder / f"{name}.parquet" for name in ("countries", "products")]
    years = sorted(folder.glob("trade/*/*.parquet"))
    rows: dict[Path, int] = {}
    damaged: set[Path] = set()
    for path in (*tables, *years):
        try:
            rows[path] = parquet.read_metadata(path).num_rows
        except (ArrowException, OSError):
            damaged.add(path.parent)
            yield path, f"is missing or no whole Parquet file: {_AGAIN}"
    for year, wanted in content["years"].items():
        part = folder / f"trade/year={year}"
        total = sum(count for path, count in rows.items() if path.parent == part)
        if part not in damaged and total != wanted:
            yield part, f"has {total:,} rows instead of {wanted:,}: {_AGAIN}"
