"""The strict check: that figures fit each other, and that each misfit is known and explained.

`check_tables` looks for faults, which must be mended. Here the tables are free of faults, and what
is found may be as published: sources contradict each other, publishers revise, customs unions
change the way they count. Each such finding is listed in `known_issues.csv` with its reason; one
that is not listed fails, and so does a listed one that is no longer found. The rules and their
tolerances: `rules` in `data/tables.yaml`, `catrade.strict_rules`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from catrade.check import check_tables
from catrade.data import published_interval, read_faults
from catrade.frames import earlier
from catrade.names import GROUPS
from catrade.paths import data_dir as default_dir
from catrade.selection import select_published
from catrade.strict_cars import car_findings
from catrade.strict_rules import (
    REVISED,
    Figure,
    Finding,
    above,
    amount,
    apart,
    jumps,
    period_conflicts,
    total,
)
from catrade.strict_tables import goods_findings
from pagemill.errors import DataError

__all__ = ["Finding", "all_findings", "check_strict", "report_strict"]

#: Jumps between figures that are both smaller are left alone, in dollars.
JUMP_FLOOR = 1e8
#: How far another source may be from the chosen one, as a part of it: China's figures are one
#: publisher's, relayed; the others' come in vintages and coverages that differ by far more.
APART = {"CHN": 0.05}
APART_OTHERS = 0.25

_FILE = "trade.csv"
_Trade = dict[tuple[str, str, str], dict[str, Figure]]


def check_strict(data_dir: Path | str | None = None) -> list[Finding]:
    """Return what is found and not listed in `known_issues.csv`, and what is listed and not found.

    Parameters
    ----------
    data_dir
        Folder to check; the bundled tables by default.

    Raises
    ------
    DataError
        If a table has a fault: figures that cannot be read cannot be compared.
    """
    folder = default_dir() if data_dir is None else Path(data_dir)
    return _unexplained(all_findings(folder), folder)


def _unexplained(found: list[Finding], folder: Path) -> list[Finding]:
    names = {(finding.rule, finding.cell) for finding in found}
    listed: dict[tuple[str, str], int] = {}
    stale = []
    for line, rule, cells in _table("known_issues", folder)[["rule", "cells"]].itertuples():
        for cell in cells.split(";"):
            if (rule, cell) in listed:
                message = f"is listed twice, also in row {listed[rule, cell]}; keep one"
            elif (rule, cell) not in names:
                message = "is listed as known but no longer found; take it off the list"
            else:
                listed[rule, cell] = line
                continue
            stale.append(Finding("known_issues.csv", line, rule, cell, message))
    unlisted = [finding for finding in found if (finding.rule, finding.cell) not in listed]
    return [*unlisted, *stale]


def report_strict(data_dir: Path | str | None, say: Callable[[str], None]) -> str:
    """Say every finding that is not listed or no longer found, and return one sentence in the end.

    Raises
    ------
    DataError
        If there is any, or a table has a fault.
    """
    folder = default_dir() if data_dir is None else Path(data_dir)
    found = all_findings(folder)
    findings = _unexplained(found, folder)
    for finding in findings:
        say(str(finding))
    if findings:
        many = "1 finding is" if len(findings) == 1 else f"{len(findings)} findings are"
        message = (
            f"{many} not explained: mend the figure, or list the finding in known_issues.csv under"
            " its rule and name with the reason, or take a line off that no longer applies"
        )
        raise DataError(message)
    return f"strict: {len(found)} findings, all of them explained in known_issues.csv"


def all_findings(data_dir: Path | str | None = None) -> list[Finding]:
    """Return everything the rules find, known or not, sorted by table and line."""
    folder = default_dir() if data_dir is None else Path(data_dir)
    faults = check_tables(folder)
    if faults:
        message = f"the strict check needs tables without faults; {faults[0]}"
        raise DataError(message)
    rows, tables = _dollar_rows(folder), {name: _table(name, folder) for name in _TABLES}
    chosen = select_published(rows)
    trade: _Trade = defaultdict(dict)
    for figure, key in _figures(chosen):
        trade[key[:3]][key[3]] = figure
    findings = [
        *_flow_sums(trade),
        *_region_sums(trade),
        *_over_time(trade),
        *_sources_apart(rows, trade),
        *_growth_printed(_table("trade", folder)),
        *goods_findings(tables, trade, rows),
        *car_findings(tables),
    ]
    return sorted(set(findings), key=lambda one: (one.file, one.row or 0, one.rule, one.cell))


_TABLES = (
    *("composition", "composition_totals", "composition_groups", "highlights"),
    *("market_series", "subsidy_schedule", "purchase_tax_schedule"),
)


def _table(name: str, folder: Path) -> pd.DataFrame:
    frame, problems = read_faults(name, folder)
    if frame is None or problems:
        raise DataError(str(problems[0]))
    return frame  # its index holds the lines of the file


def _dollar_rows(folder: Path) -> pd.DataFrame:
    """Return the usable rows of trade in dollars, with the line of each: as `load_trade`, here."""
    trade, rates = _table("trade", folder), _table("exchange_rates", folder)
    sources = _table("sources", folder).set_index("source_id")
    by_key = rates.set_index(["currency", "period"])[["rate", "low", "high"]]
    rate = by_key.reindex(pd.MultiIndex.from_frame(trade[["currency", "period"]]))
    rate = rate.set_axis(trade.index)
    rate[trade["currency"] == "USD"] = 1.0
    low, high = published_interval(trade["value"], trade["precision"], trade["rounding"])
    rows = trade.assign(
        value_usd=trade["value"] / rate["rate"],
        low_usd=low / rate["high"],
        high_usd=high / rate["low"],
        converted=trade["currency"] != "USD",
        source_kind=trade["source_id"].map(sources["kind"]),
        published=trade["source_id"].map(sources["published"]),
        line=trade.index,
    )
    return rows[rate["rate"].notna() & (rows["quality"] != "rejected")].reset_index(drop=True)


def _figures(rows: pd.DataFrame) -> Iterator[tuple[Figure, tuple[str, str, str, str]]]:
    wanted = rows[
        ["reporter", "partner", "flow", "period", "value_usd", "low_usd", "high_usd", "line"]
    ].assign(source=rows["source_id"])
    for reporter, partner, flow, period, value, low, high, line, source in wanted.itertuples(
        index=False, name=None
    ):
        yield Figure(value, low, high, int(line), source), (reporter, partner, flow, period)


def _flow_sums(trade: _Trade) -> Iterator[Finding]:
    for (reporter, partner, flow), totals in trade.items():
        if flow != "total":
            continue
        exports, imports = (trade.get((reporter, partner, f), {}) for f in ("export", "import"))
        for period, whole in totals.items():
            parts = [side[period] for side in (exports, imports) if period in side]
            if not parts:
                continue
            summed = total(parts)
            wrong = apart(summed, whole) if len(parts) == 2 else above(summed, whole)
            if wrong:
                what = "exports and imports come" if len(parts) == 2 else "one flow alone comes"
                message = (
                    f"{what} to {amount(summed.value)} dollars ({summed.source}), but the total is"
                    f" {amount(whole.value)} ({whole.source})"
                )
                cell = f"{reporter}-{partner}-{period}"
                yield Finding(_FILE, whole.row, "flow_sum", cell, message)


def _region_sums(trade: _Trade) -> Iterator[Finding]:
    for (reporter, partner, flow), series in trade.items():
        for group, place in ((partner, 1), (reporter, 0)):
            if group not in GROUPS:
                continue
            keys = [
                (reporter, member, flow) if place else (member, partner, flow)
                for member in GROUPS[group]
            ]
            for period, whole in series.items():
                parts = [trade[key][period] for key in keys if period in trade.get(key, {})]
                if len(parts) == len(keys) and apart(total(parts), whole):
                    message = (
                        f"the members come to {amount(total(parts).value)} dollars, but the figure"
                        f" of the region is {amount(whole.value)} ({whole.source})"
                    )
                    cell = f"{reporter}-{partner}-{period}-{flow}"
                    yield Finding(_FILE, whole.row, "region_sum", cell, message)


def _over_time(trade: _Trade) -> Iterator[Finding]:
    for key, series in trade.items():
        for rule, found in (
            ("period_sum", period_conflicts(series)),
            ("jump", jumps(series, JUMP_FLOOR)),
        ):
            for period, message in found:
                cell = f"{key[0]}-{key[1]}-{period}-{key[2]}"
                yield Finding(_FILE, series[period].row, rule, cell, message)


def _sources_apart(rows: pd.DataFrame, trade: _Trade) -> Iterator[Finding]:
    for figure, (reporter, partner, flow, period) in _figures(rows):
        chosen = trade[reporter, partner, flow][period]
        if apart(figure, chosen, APART.get(reporter, APART_OTHERS)):
            message = (
                f"{amount(figure.value)} dollars ({figure.source}) is far from"
                f" {amount(chosen.value)} ({chosen.source}, row {chosen.row}), which is used"
            )
            cell = f"{reporter}-{partner}-{period}-{flow}:{figure.source}"
            yield Finding(_FILE, figure.row, "sources_apart", cell, message)


def _growth_printed(trade: pd.DataFrame) -> Iterator[Finding]:
    """Compare growth in print with growth from every usable figure of the base, same currency.

    A printed growth is taken to be true to one unit of its rounding either way, since many are cut
    off. One base that fits is enough: which vintage a source divided by is not known. A source that
    published the base too may have revised it since by `REVISED`.
    """
    low, high = published_interval(trade["value"], trade["precision"], trade["rounding"])
    rows = trade.assign(low=low, high=high)[trade["quality"] != "rejected"]
    cell = ["reporter", "partner", "flow", "currency", "period"]
    bases: dict[tuple[str, ...], list[tuple[float, float, str]]] = defaultdict(list)
    held = rows[[*cell, "low", "high", "source_id"]]
    for *key, least, most, source in held.itertuples(index=False, name=None):
        bases[tuple(key)].append((least, most, source))
    wanted = [*cell, "low", "high", "growth_printed", "growth_precision", "source_id"]
    printed = rows[rows["growth_printed"].notna()]
    for line, *key, least, most, growth, unit, source in printed[wanted].itertuples(name=None):
        unit = 0.0 if pd.isna(unit) else unit
        ranges = []
        for base_low, base_high, publisher in bases[(*key[:4], earlier(key[4], 1))]:
            slack = REVISED if publisher == source else 0.0
            if base_low > 0:
                low_end, high_end = least / base_high / (1 + slack), most / base_low / (1 - slack)
                ranges.append((low_end - 1, high_end - 1))
        fits = any(lo - unit <= growth <= hi + unit for lo, hi in ranges)
        if ranges and not fits:
            nearest = min(ranges, key=lambda ends: abs(sum(ends) / 2 - growth))
            message = (
                f"{source} prints growth of {growth:.1%}, but the figures give"
                f" {nearest[0]:.1%} to {nearest[1]:.1%}"
            )
            name = f"{key[0]}-{key[1]}-{key[4]}-{key[2]}:{source}"
            yield Finding(_FILE, line, "growth_printed", name, message)
