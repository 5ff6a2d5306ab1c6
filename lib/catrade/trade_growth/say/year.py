"""Answers in words: the sentences of the trade reports, computed from cell frames.

Every function takes frames of `catrade.cells.series` and `catrade.trade_growth.growth` and returns
text; no figure is typed here, and none is printed with more digits than its interval bears.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.charts.words import signed_points
from catrade.names import GROUPS, name_of
from catrade.trade_growth.shares import NOT_ALLOCATED
from pagemill import formats
from pagemill.numbers import format_percent, format_usd
from pagemill.tables import Column, Interval

#: Columns of the table of growth by year, made by `views.growth_by_year`.
GROWTH_COLUMNS: dict[str, Column] = {
    "year": "Year",
    "total": ("Total, $ billion", "billion"),
    "total_growth": ("Growth", Interval("total_growth_low", "total_growth_high")),
    "export": ("Exports, $ billion", "billion"),
    "export_growth": ("Growth", Interval("export_growth_low", "export_growth_high")),
    "import": ("Imports, $ billion", "billion"),
    "import_growth": ("Growth", Interval("import_growth_low", "import_growth_high")),
}
#: Columns of the table of disagreeing sources, made by `views.disagreeing`.
DISAGREEMENT_COLUMNS: dict[str, Column] = {
    "country": "Country",
    "period": "Period",
    "flow": "Flow",
    "chosen_usd": ("Shown, $ billion", "billion"),
    "chosen_source": "Source",
    "other_usd": ("Other, $ billion", "billion"),
    "other_source": "Its source",
    "relative": ("Difference", "percent"),
}


def usd(row: pd.Series[float]) -> str:
    """Return the figure of a cell in words, `$106.3 billion`."""
    rounding = str(row.get("rounding", "nearest"))
    return format_usd(row["value_usd"], row["low_usd"], row["high_usd"], rounding=rounding)


def whose(reporter: str, partner: str) -> str:
    """Say whose statistics a report shows.

    Examples
    --------
    >>> whose("CHN", "KAZ"), whose("partner", "KAZ")
    ("China's statistics", "Kazakhstan's statistics")
    """
    if reporter == "CHN":
        return "China's statistics"
    return "the partners' statistics" if partner in GROUPS else f"{name_of(partner)}'s statistics"


def trade_growth(
    cells: pd.DataFrame,
    rates: pd.DataFrame,
    *,
    partner: str,
    reporter: str,
    yuan: pd.DataFrame | None = None,
) -> str:
    """Answer the question of `trade_growth`: the newest total, its growth, its two flows.

    Parameters
    ----------
    cells
        Yearly cells of one pair (with `country` and `china_flow`).
    rates
        What `growth.growth` and `views.with_printed` return for them.
    partner, reporter
        As in the notebook's parameters.
    yuan
        Whole years of the pair in yuan, as `running.figures` returns them.
    """
    books = whose(reporter, partner)
    totals = cells[cells["china_flow"] == "total"]
    if totals.empty:
        return no_total(partner, reporter)
    newest = totals.sort_values("year").iloc[-1]
    year = newest["year"]
    sentence = (
        f"By {books}, China's trade with {name_of(partner)} was {usd(newest)} in {year}"
        f"{_change(rates, 'total', newest['period'], yuan)}"
    )
    flows = cells[cells["year"] == year].set_index("china_flow")
    parts = [
        f"{label} {usd(flows.loc[flow])}{_short_change(rates, flow, newest['period'])}"
        for flow, label in (("export", "China's exports"), ("import", "its imports"))
        if flow in flows.index
    ]
    if parts:
        return f"{sentence}: {' and '.join(parts)}."
    return (
        f"{sentence}; none of the sources held here gives exports and imports apart for that year."
    )


def context(cells: pd.DataFrame, rows: pd.DataFrame, *, partner: str) -> str:
    """Say in a sentence or two what the answer stands beside: doubts, and whose statistics.

    Parameters
    ----------
    rows
        The published rows behind the cells, for the reason why a figure is doubtful.
    """
    sentences = [_doubt(cells, rows), _services(cells)]
    if partner == "CA4":
        sentences.append("Turkmenistan, which publishes no trade statistics, is not in it.")
    return " ".join(sentence for sentence in sentences if sentence)


def _services(cells: pd.DataFrame) -> str:
    totals = cells[cells["china_flow"] == "total"].sort_values("year")
    if totals.empty or "coverage" not in totals or totals["coverage"].iloc[-1] == "goods":
        return ""
    return f"The total of {totals['period'].iloc[-1]} counts services too, as China's does not."


def _doubt(cells: pd.DataFrame, rows: pd.DataFrame) -> str:
    totals = cells[(cells["china_flow"] == "total")].sort_values("year")
    if totals.empty or totals["quality"].iloc[-1] == "ok":
        return ""
    newest = totals.iloc[-1]
    used = rows["source_id"].isin(newest["source_ids"].split(";")) & (rows["quality"] == "doubtful")
    reasons = rows.loc[used & (rows["period"] == newest["period"]), "quality_reason"].unique()
    return f"The total of {newest['period']} is doubtful: {_spoken(list(reasons))}."


def no_total(partner: str, reporter: str) -> str:
    """Say plainly that there is nothing to show, and what would be."""
    books = whose(reporter, partner)
    if reporter == "partner" and partner in {"TKM", "CA5"}:
        return (
            f"{name_of(partner)} has no figure here by {books}: Turkmenistan publishes no trade "
            "statistics, so only China's (reporter CHN) can be shown."
        )
    return f"No yearly total of China's trade with {name_of(partner)} by {books} in these years."


def _rate(rates: pd.DataFrame, flow: str, period: str) -> Any:
    rows = rates[(rates["china_flow"] == flow) & (rates["period"] == period)]
    return None if rows.empty else rows.iloc[0]


def _moved(row: Any) -> str:
    """Return growth in words, `up 12.1%`; empty where rounding leaves the sign open."""
    value, low, high = row["growth"], row["growth_low"], row["growth_high"]
    if low <= 0 <= high:
        return ""
    return f"{'up' if value > 0 else 'down'} " + format_percent(
        abs(value), *sorted([abs(low), abs(high)])
    )


def _short_change(rates: pd.DataFrame, flow: str, period: str) -> str:
    row = _rate(rates, flow, period)
    return "" if row is None else f" ({_moved(row) or 'unchanged within rounding'})"


def _change(rates: pd.DataFrame, flow: str, period: str, yuan: pd.DataFrame | None = None) -> str:
    row = _rate(rates, flow, period)
    if row is None:
        return ""
    moved, base = _moved(row), row["base_period"]
    if not moved:
        return ", unchanged within rounding"
    if row["growth_basis"] == "printed" and row.get("base_revised"):
        ours = format_percent(*[row["growth_computed"]] * 3, most=0)
        return (
            f", {moved} on {base} as its publisher prints it (the figure found for {base} has not "
            f"been revised yet and would give {ours})"
        )
    how = ", as its publisher prints it" if row["growth_basis"] == "printed" else ""
    return f", {moved} on {base} in current dollars{how}{_in_yuan(yuan, flow, period)}"


def _in_yuan(yuan: pd.DataFrame | None, flow: str, period: str) -> str:
    if yuan is None:
        return ""
    rows = yuan[(yuan["flow"] == flow) & (yuan["period"] == period) & yuan["growth"].notna()]
    moved = "" if rows.empty else _moved(rows.iloc[0])
    return f" ({moved} in yuan)" if moved else ""


def drivers(contributions: pd.DataFrame) -> str:
    """Say which country, or which flow, contributed most to the newest growth.

    Parameters
    ----------
    contributions
        `shares.contribution_to_growth` of totals, by `country` or by `flow`.
    """
    if contributions.empty:
        return (
            "Growth cannot be split: two years in a row with a total and its parts were not found."
        )
    newest = max(contributions["period"])
    by = "country" if "country" in contributions.columns else "flow"
    rows = contributions[contributions["period"] == newest].set_index(by)
    growth = formats.percent(rows["contribution"].sum())
    named = rows.drop(index=NOT_ALLOCATED, errors="ignore")
    if named.empty:
        return f"Growth of {growth} in {newest} cannot be split by {by}."
    named = named.sort_values("contribution", ascending=False)
    spoken = [f"{_part_name(str(code))} {signed_points(row)}" for code, row in named.iterrows()]
    text = f"Contributions to the growth of {growth} in {newest}, in percentage points: "
    text += _spoken(spoken)
    left_out = [name for name in str(rows["missing"].iloc[-1]).split(";") if name]
    if left_out:
        text += f"; for {_spoken([_part_name(name) for name in left_out])} a figure is missing"
    return text + "."


def split_by(partner: str) -> str:
    """Return what growth is split by: `country` for a region, `flow` for one country."""
    return "country" if partner in GROUPS else "flow"


def subject(partner: str) -> str:
    """Name what grows, for a chart's title.

    Examples
    --------
    >>> subject("CA5")
    "China's trade with Central Asia"
    """
    return f"China's trade with {name_of(partner)}"


def growth_caption(partner: str, reporter: str) -> str:
    """Return the caption of the growth table."""
    return f"{subject(partner)} by {whose(reporter, partner)}: level and growth a year"


def shown_of(frame: pd.DataFrame, most: int) -> str:
    """Say how many rows of a table are shown, if not all are."""
    if len(frame) <= most:
        return ""
    return f"The {most} widest of {len(frame)}; all are in the page's data."


def _part_name(code: str) -> str:
    return {"export": "exports", "import": "imports"}.get(code) or name_of(code)


def whole(reporter: str, partner: str) -> str:
    """Name the whole of which a share is taken.

    Examples
    --------
    >>> whole("CHN", "UZB"), whole("partner", "UZB")
    ("China's trade with the world", "Uzbekistan's trade with the world")
    """
    owner = name_of("CHN" if reporter == "CHN" else partner)
    return f"{owner}'s trade with the world"


def weight(shares: pd.DataFrame, *, reporter: str, partner: str) -> str:
    """Say how large the pair is in the reporter's trade with the world, newest against oldest."""
    totals = shares[shares["flow"] == "total"].sort_values("year")
    part = name_of(partner) if reporter == "CHN" else "China"
    if totals.empty:
        return f"{part}'s share in {whole(reporter, partner)} is not known for these years."
    first, last = totals.iloc[0], totals.iloc[-1]
    text = f"{part} made up {_share(last)} of {whole(reporter, partner)} in {last['year']}"
    if first["year"] == last["year"]:
        return text + "."
    return f"{text}, against {_share(first)} in {first['year']}."


def _share(row: pd.Series[float]) -> str:
    return format_percent(row["share"], row["share_low"], row["share_high"], most=2)


def gaps(cells: pd.DataFrame, start: int, end: int) -> str:
    """Name the years of the window for which there is no total; empty if there is none."""
    have = set(cells.loc[cells["china_flow"] == "total", "year"])
    missing = year_ranges([year for year in range(start, end + 1) if year not in have])
    if not missing:
        return ""
    return (
        f"No total was found for {_spoken(missing)}: the line breaks there, nothing is filled in."
    )


def disagreements(rows: pd.DataFrame) -> str:
    """Say in how many cells sources differ by more than their rounding."""
    if rows.empty:
        return "Where several sources give a figure, they agree within rounding or one per cent."
    cells = rows[["reporter", "partner", "period", "flow"]].drop_duplicates()
    worst = rows.sort_values("difference_usd", key=lambda gaps: gaps.abs()).iloc[-1]
    difference = abs(worst["difference_usd"])
    apart = format_usd(difference, 0.95 * difference, 1.05 * difference)
    return (
        f"In {len(cells)} cell{'s' if len(cells) != 1 else ''} sources differ by more than their "
        f"rounding and one per cent; the widest gap, {apart}, is in {worst['country']}'s "
        f"{_part_name(str(worst['flow']))} of {worst['period']}."
    )


def year_ranges(years: list[int]) -> list[str]:
    """Return years as words, runs joined.

    Examples
    --------
    >>> year_ranges([2013, 2014, 2015, 2017])
    ['2013–2015', '2017']
    """
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]


def _spoken(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
