"""Answers in words: the sentences of the trade reports, computed from cell frames.

Every function takes frames of `catrade.series` and `catrade.growth` and returns text; no figure is
typed here, and none is printed with more digits than its interval bears.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from catrade import formats
from catrade.frames import earlier
from catrade.names import GROUPS, name_of, parse_period
from catrade.numbers import format_percent, format_percent_range, format_points, format_usd
from catrade.shares import NOT_ALLOCATED
from catrade.tables import Column, Interval

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
    rounding = row.get("rounding", "nearest")
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
    return f"{name_of(partner)}'s statistics" if partner != "CA5" else "the partners' statistics"


def trade_growth(cells: pd.DataFrame, rates: pd.DataFrame, *, partner: str, reporter: str) -> str:
    """Answer the question of `trade_growth`: the newest total, its growth, its two flows.

    Parameters
    ----------
    cells
        Yearly cells of one pair (with `country` and `china_flow`).
    rates
        What `growth.growth` and `views.with_printed` return for them.
    partner, reporter
        As in the notebook's parameters.
    """
    books = whose(reporter, partner)
    totals = cells[cells["china_flow"] == "total"]
    if totals.empty:
        return no_total(partner, reporter)
    newest = totals.sort_values("year").iloc[-1]
    year = newest["year"]
    sentence = (
        f"By {books}, China's trade with {name_of(partner)} was {usd(newest)} in {year}"
        f"{_change(rates, 'total', newest['period'])}"
    )
    flows = cells[cells["year"] == year].set_index("china_flow")
    parts = [
        f"{label} {usd(flows.loc[flow])}{_change(rates, flow, newest['period'], short=True)}"
        for flow, label in (("export", "China's exports"), ("import", "its imports"))
        if flow in flows.index
    ]
    if parts:
        return f"{sentence}: {' and '.join(parts)}."
    return f"{sentence}; no source gives exports and imports apart for that year."


def context(
    cells: pd.DataFrame, rates: pd.DataFrame, rows: pd.DataFrame, *, partner: str, reporter: str
) -> str:
    """Say in a sentence or two what the answer stands beside: last year's growth, whose books.

    Parameters
    ----------
    rows
        The published rows behind the cells, for the reason why a figure is doubtful.
    """
    sentences = [growth_compared(cells, rates), _doubt(cells, rows)]
    if reporter == "CHN":
        sentences.append(
            "These are China's figures; the partners' own differ, most of all for Kyrgyzstan."
        )
    elif "published" in set(cells["basis"]) and partner == "CA5":
        sentences.append(
            "A total for the region is shown only where a publisher gives one; in it "
            "Turkmenistan's part repeats China's figure."
        )
    return " ".join(sentence for sentence in sentences if sentence)


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


def _change(rates: pd.DataFrame, flow: str, period: str, *, short: bool = False) -> str:
    row = rates[(rates["china_flow"] == flow) & (rates["period"] == period)]
    if row.empty:
        return ""
    first = row.iloc[0]
    value, low, high = first["growth"], first["growth_low"], first["growth_high"]
    if low <= 0 <= high:
        return " (unchanged within rounding)" if short else ", unchanged within rounding"
    written = format_percent(abs(value), *sorted([abs(low), abs(high)]))
    word = "up" if value > 0 else "down"
    if short:
        return f" ({word} {written})"
    if first["growth_basis"] == "printed" and not first["base_revised"]:
        return f", {word} {written} on {first['base_period']} as its publisher prints it"
    if first["growth_basis"] == "printed":
        ours = format_percent(first["growth_computed"], *[first["growth_computed"]] * 2, most=0)
        return (
            f", {word} {written} on {first['base_period']} as its publisher prints it (the figure "
            f"found for {first['base_period']} has not been revised yet and would give {ours})"
        )
    span = format_percent_range(*sorted([abs(low), abs(high)]))
    allowed = f" (rounding allows {span})" if " to " in span and "between" not in written else ""
    return f", {word} {written} on {first['base_period']}{allowed}"


def growth_compared(cells: pd.DataFrame, rates: pd.DataFrame) -> str:
    """Compare growth of the newest total with growth a year earlier, in points.

    Empty where either is unknown: an older pair of years says nothing about the newest total.
    """
    totals = rates[rates["china_flow"] == "total"].sort_values("year")
    newest = cells.loc[cells["china_flow"] == "total", "year"].max()
    if totals["year"].tolist()[-2:] != [newest - 1, newest]:
        return ""
    before, now = totals.iloc[-2], totals.iloc[-1]
    gap = now["growth"] - before["growth"]
    low = now["growth_low"] - before["growth_high"]
    high = now["growth_high"] - before["growth_low"]
    grew = format_percent(before["growth"], before["growth_low"], before["growth_high"])
    if low <= 0 <= high:
        return f"Within rounding that is as fast as in {before['year']} ({grew})."
    word = "faster" if gap > 0 else "slower"
    points = format_points(abs(gap), *sorted([abs(low), abs(high)]))
    return f"That is {points} {word} than in {before['year']} ({grew})."


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
    growth = f"{rows['contribution'].sum() * 100:.1f} %".replace("-", "−")
    named = rows.drop(index=NOT_ALLOCATED, errors="ignore")
    if named.empty:
        return f"Growth of {growth} in {newest} cannot be split by {by}."
    named = named.sort_values("contribution", ascending=False)
    spoken = [
        f"{_part_name(str(code))} {_points(row, signed=True)}" for code, row in named.iterrows()
    ]
    text = f"What made up the total's growth of {growth} in {newest}: {_spoken(spoken)}"
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


def _points(row: pd.Series[float], *, signed: bool = False) -> str:
    value, low, high = (float(row[f"contribution{end}"]) for end in ("", "_low", "_high"))
    return format_points(value, low, high, signed=signed)


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
    """Name the years of the window for which there is no total."""
    have = set(cells.loc[cells["china_flow"] == "total", "year"])
    missing = year_ranges([year for year in range(start, end + 1) if year not in have])
    if not missing:
        return f"There is a total for every year from {start} to {end}."
    return (
        f"No total was found for {_spoken(missing)}: the line breaks there, nothing is filled in."
    )


def without_base(cells: pd.DataFrame, read: Collection[str]) -> str:
    """Say that the newest month read from customs has no growth, and which command brings it.

    Parameters
    ----------
    cells
        Monthly and year-to-date cells.
    read
        Ids of the tables that `catrade fetch gacc` has read; nothing is said of other figures.

    Returns
    -------
    The sentence; empty if every such figure has its base.
    """
    totals = cells[cells["flow"] == "total"]
    lacking = [
        period
        for period, ids in zip(totals["period"], totals["source_ids"], strict=True)
        if not set(read).isdisjoint(ids.split(";"))
        and earlier(period, 1) not in set(totals["period"])
    ]
    if not lacking:
        return ""
    months = [f"{text[:4]}-{parse_period(text).last_month:02d}" for text in lacking]
    last = max(months)
    new = [formats.period(t) for t, month in zip(lacking, months, strict=True) if month == last]
    return (
        f"Growth of {_spoken(new)} cannot be computed, as the same part of the year before is not "
        "held: it comes with catrade fetch gacc FILE and the table of "
        f"{formats.period(earlier(last, 1))} downloaded from Chinese customs."
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
