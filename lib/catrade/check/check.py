"""Check every table of a data folder: each alone, and all of them together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from catrade.cells.selection import CELL
from catrade.check.rule_files import rules
from catrade.definitions import table, tables
from catrade.load import trade as data
from catrade.load.claims import claim_faults
from catrade.load.nev import stage_faults
from catrade.paths import data_dir as default_dir
from catrade.reading import Problem
from pagemill.errors import choice_error

__all__ = ["Problem", "Report", "check_data", "check_tables"]


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
        report.problems.append(Problem(str(folder), None, None, "there is no such folder"))
        return report
    for name in tables():
        frame, problems = data.read_faults(name, folder)
        report.problems += problems
        if frame is not None and not problems:
            frames[name] = frame
            report.rows[name] = len(frame)
    report.problems += _unknown_files(folder)
    if (folder / "fetched").is_dir():
        from catrade.fetch.store import fetched_faults

        faults = fetched_faults(folder)
        report.problems += [Problem(file, None, None, fault) for file, fault in faults]
        if not faults and {"trade", "composition_totals"} <= set(frames):
            from catrade.fetch import doubts, fetched_trade_rows

            said = doubts.sentences(fetched_trade_rows(folder).rows)
            report.doubts += [Problem("fetched", None, None, one) for one in said]
    if len(frames) == len(tables()):
        report.problems += _unused_sources(frames, folder)
    for name, rule in _BETWEEN_COLUMNS:
        if name in frames:
            report.problems += rule(frames[name])
    if "trade" in frames:
        report.notices += _contradictions(frames["trade"])
    return report


def _said(file: str, faults: list[str]) -> list[Problem]:
    return [Problem(file, None, None, fault.removeprefix(f"{file}, ")) for fault in faults]


def _unknown_files(folder: Path) -> list[Problem]:
    known = {one.file for one in tables().values()}
    return [
        Problem(path.name, None, None, f"no table has this name; tables are {', '.join(tables())}")
        for path in sorted(folder.glob("*.csv"))
        if path.name not in known
    ]


def _line(label: object) -> int:
    return int(str(label))  # frames of read_faults have the lines of the file as their index


def _unused_sources(frames: dict[str, pd.DataFrame], folder: Path) -> list[Problem]:
    used: set[str] = set()
    for name, frame in frames.items():
        for column, target in table(name).references.items():
            if target == "sources":
                used |= {part.strip() for cell in frame[column] for part in cell.split(";")}
    return [
        Problem("sources.csv", _line(line), "source_id", f"no table uses {source!r}; remove it")
        for line, source in frames["sources"]["source_id"].items()
        if source not in used
    ]


def _unknown_members(countries: pd.DataFrame) -> list[Problem]:
    known = set(countries["code"])
    return [
        Problem("countries.csv", _line(line), "members", f"{part!r} is not a code of the table")
        for line, cell in countries["members"].items()
        for part in filter(None, cell.split(";"))
        if part not in known
    ]


def _unknown_rules(issues: pd.DataFrame) -> list[Problem]:
    said = [
        (line, str(choice_error("", rule, rules())).lstrip())
        for line, rule in issues["rule"].items()
        if rule not in rules()
    ]
    return [Problem("known_issues.csv", _line(line), "rule", message) for line, message in said]


def _rates_outside(rates: pd.DataFrame) -> list[Problem]:
    message = "must lie between low and high; got {:.15g}, low {:.15g}, high {:.15g}"
    return [
        Problem("exchange_rates.csv", line, "rate", message.format(rate, low, high))
        for line, rate, low, high in rates[["rate", "low", "high"]].itertuples(name=None)
        if not low <= rate <= high
    ]


def _reasons(trade: pd.DataFrame) -> list[Problem]:
    said = {True: "must be empty for a row marked ok", False: "must say why the row is {}"}
    return [
        Problem("trade.csv", line, "quality_reason", said[quality == "ok"].format(quality))
        for line, quality, reason in trade[["quality", "quality_reason"]].itertuples(name=None)
        if (quality == "ok") == bool(reason)
    ]


def _good_rows(trade: pd.DataFrame) -> pd.DataFrame:
    low, high = data.published_interval(trade["value"], trade["precision"], trade["rounding"])
    rows = trade.assign(low=low, high=high, line=trade.index)
    return rows[rows["quality"] == "ok"]


def _flow_sums(trade: pd.DataFrame) -> list[Problem]:
    """List where exports plus imports miss the total of the same source, all rows good."""
    cell = ["reporter", "partner", "period", "currency", "source_id"]
    rows = _good_rows(trade)[[*cell, "flow", "value", "low", "high", "line"]]
    flows = {flow: rows[rows["flow"] == flow] for flow in ("export", "import", "total")}
    both = flows["export"].merge(flows["import"], on=cell, suffixes=("_export", "_import"))
    sums = both.merge(flows["total"], on=cell)
    low = sums["low_export"] + sums["low_import"]
    high = sums["high_export"] + sums["high_import"]
    sums["gap"] = sums["value_export"] + sums["value_import"] - sums["value"]
    wrong = sums[(sums["low"] > high) | (sums["high"] < low)]
    return [
        Problem(
            "trade.csv",
            row["line"],
            "value",
            f"exports and imports of {row['source_id']} for {row['reporter']}–{row['partner']}"
            f" {row['period']} differ from this total by {row['gap']:.15g} {row['currency']}, more"
            f" than rounding explains: correct rows {row['line_export']}, {row['line_import']} or"
            f" {row['line']}, or mark them doubtful",
        )
        for row in wrong.to_dict("records")
    ]


def _contradictions(trade: pd.DataFrame) -> list[Problem]:
    """List cells with good rows whose intervals do not touch: one notice a cell."""
    rows = _good_rows(trade)
    cells = rows.groupby([*CELL, "currency"])
    apart = rows[cells["low"].transform("max") > cells["high"].transform("min")]
    notices = []
    for _, group in apart.groupby([*CELL, "currency"], sort=False):
        by_value = group.sort_values("value", kind="stable")
        least, most = by_value.iloc[0], by_value.iloc[-1]
        message = (
            f"{most['value']:.15g} {most['currency']} ({most['source_id']}) contradicts"
            f" {least['value']:.15g} ({least['source_id']}, row {least['line']}) beyond rounding"
        )
        notices.append(Problem("trade.csv", int(most["line"]), "value", message))
    return notices


#: Rules that look at several columns, or rows, of one table.
_BETWEEN_COLUMNS: tuple[tuple[str, Callable[[pd.DataFrame], list[Problem]]], ...] = (
    ("countries", _unknown_members),
    ("policy_events", lambda events: _said("policy_events.csv", stage_faults(events))),
    ("claims", lambda claims: _said("claims.csv", claim_faults(claims))),
    ("known_issues", _unknown_rules),
    ("exchange_rates", _rates_outside),
    ("trade", _reasons),
    ("trade", _flow_sums),
)
