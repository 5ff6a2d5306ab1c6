"""Frames cut and arranged as the trade reports show them; no calculation of their own."""

from __future__ import annotations

import pandas as pd

from catrade.cells import apart, series
from catrade.fetch import frames as data_fetched
from catrade.load.trade import load_availability
from catrade.names import GROUPS, name_of
from catrade.paths import data_dir
from catrade.trade_growth import coverage, shares
from catrade.trade_growth.charts import evidence as trade_evidence
from catrade.trade_growth.say import running as findings_running
from catrade.trade_growth.say import year as findings
from pagemill import display


def members(partner: str) -> list[str]:
    """Return the countries a partner stands for.

    Examples
    --------
    >>> members("CA5"), members("UZB")
    (['KAZ', 'KGZ', 'TJK', 'TKM', 'UZB'], ['UZB'])
    """
    return list(GROUPS.get(partner, [partner]))


def counted(partner: str, reporter: str) -> str:
    """Return whose figures a page adds up: of a region's own statistics without Turkmenistan.

    Turkmenistan publishes none, and the figures said to be its own repeat China's.

    Examples
    --------
    >>> counted("CA5", "CHN"), counted("CA5", "partner"), counted("UZB", "partner")
    ('CA5', 'CA4', 'UZB')
    """
    return "CA4" if (partner, reporter) == ("CA5", "partner") else partner


def between(frame: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Keep the rows whose period lies in the years from `start` to `end`."""
    year = frame["period"].str[:4].astype(int)
    return frame[year.between(start, end)].reset_index(drop=True)


def pair_rows(trade: pd.DataFrame, *, reporter: str, partner: str) -> pd.DataFrame:
    """Return every published row behind a report: of the partner and, for a region, its members."""
    codes = {partner, *members(partner)}
    if reporter == "partner":
        return trade[trade["reporter"].isin(codes) & (trade["partner"] == "CHN")]
    return trade[(trade["reporter"] == reporter) & trade["partner"].isin(codes)]


def world(trade: pd.DataFrame, *, reporter: str, partner: str) -> pd.DataFrame:
    """Return the reporter's yearly trade with the world: China's, or the partner's own."""
    if reporter == "CHN":
        return series.annual(trade, partner="WLD")
    return series.annual(trade, reporter="partner", partner=partner, counterpart="WLD")


def contributions(book: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Split growth of the total: by country for a region, by flow for one country.

    Returns
    -------
    What `shares.contribution_to_growth` returns, by `country` or by `flow`.
    """
    own = book[book["country"] == partner]
    total = own[own["flow"] == "total"]
    if partner in GROUPS:
        named = book["country"].isin(GROUPS[partner]) & (book["flow"] == "total")
        return shares.contribution_to_growth(book[named], total, by="country")
    flows = own[own["flow"].isin(["export", "import"])]
    return shares.contribution_to_growth(flows, total, by="flow")


def comparable(split: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Drop the periods whose base was revised since: parts on the old one do not add up to it."""
    totals = rates[(rates["flow"] == "total") & rates["base_revised"].astype(bool)]
    return split[~split["period"].isin(totals["period"])].reset_index(drop=True)


def weight(cells: pd.DataFrame, world: pd.DataFrame) -> pd.DataFrame:
    """Return the pair's share in the reporter's world trade, named by the other side."""
    shares_of_world = shares.share_of(cells, world, by="country")
    return shares_of_world.assign(country=shares_of_world["partner"])


def growth_by_year(cells: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Put a year's three flows side by side: level and growth, newest year first.

    Returns
    -------
    year, and for each of total, export, import: `<flow>`, `<flow>_low`, `<flow>_high` (dollars),
    `<flow>_growth`, `<flow>_growth_low`, `<flow>_growth_high` (fractions); NaN where unknown.
    """
    wide = pd.DataFrame({"year": sorted(cells["year"].unique(), reverse=True)})
    for flow in ("total", "export", "import"):
        level = cells.loc[cells["flow"] == flow, ["year", "value_usd", "low_usd", "high_usd"]]
        level = level.set_axis(["year", flow, f"{flow}_low", f"{flow}_high"], axis=1)
        rate = rates.loc[rates["flow"] == flow, ["year", "growth", "growth_low", "growth_high"]]
        rate = rate.set_axis(
            ["year", f"{flow}_growth", f"{flow}_growth_low", f"{flow}_growth_high"], axis=1
        )
        wide = wide.merge(level, on="year", how="left").merge(rate, on="year", how="left")
    return wide


def coverage_of(
    trade: pd.DataFrame, *, reporter: str, partner: str, start: int, end: int
) -> pd.DataFrame:
    """Return the coverage grid of a report: its partner and, for a region, the members."""
    codes = [*members(partner), *([partner] if partner in GROUPS else [])]
    who = {"reporters": codes, "partners": "CHN"} if reporter == "partner" else {"partners": codes}
    years = range(start, end + 1)
    return coverage.coverage(trade, periods=years, availability=load_availability(), **who)


def disagreeing(rows: pd.DataFrame) -> pd.DataFrame:
    """Return figures that differ beyond rounding and by one per cent or more, widest gap first."""
    found = apart.disagreements(rows, at_least=0.01)
    country = found["partner"].where(found["reporter"] == "CHN", found["reporter"])
    relative = found["difference_usd"] / found["chosen_usd"].where(found["chosen_usd"] > 0)
    found = found.assign(country=country.map(name_of), relative=relative)
    order = found["difference_usd"].abs().sort_values(ascending=False, kind="stable").index
    return found.loc[order].reset_index(drop=True)


def missing_base(months: pd.DataFrame, to_date: pd.DataFrame) -> list[object]:
    """Return a note on growth that a month read from customs cannot have yet; none without one."""
    said = findings_running.without_base(
        pd.concat([months, to_date]), data_fetched.customs_tables(data_dir())
    )
    return [display.note(said)] if said else []


def disagreement_items(found: pd.DataFrame, most: int = 8) -> list[object]:
    """Return what to display of disagreeing figures: a sentence and a table, or nothing."""
    if found.empty:
        return []
    table = display.table(
        found.head(most),
        "Figures that differ beyond rounding, widest first",
        columns=findings.DISAGREEMENT_COLUMNS,
        note=findings.shown_of(found, most),
        name="disagreements",
    )
    return [display.note(findings.disagreements(found)), display.folded(table.caption, table)]


def coverage_items(grid: pd.DataFrame) -> list[object]:
    """Return the coverage grid where a figure is missing; without a gap it would say nothing."""
    missing = grid["status"].eq("missing").any()
    return [trade_evidence.coverage_grid(grid)] if missing else []
