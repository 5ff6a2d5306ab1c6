"""One pair on its page: China and a partner, by one side's statistics; frame in, frame out."""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.calc import coverage, dependence, running, shares, vintages
from catrade.cells import apart, series
from catrade.cells.begins import begins
from catrade.cells.frames import is_in
from catrade.tables.goods import load_highlights
from catrade.tables.names import GROUPS, name_of
from catrade.tables.trade import load_availability
from rounding import formats
from rounding.rounded import Rounded

_CELL = ["reporter", "partner", "period", "flow"]
_GROWTH = ["growth", "growth_low", "growth_high"]


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


def yearly(
    book: pd.DataFrame,
    trade: pd.DataFrame,
    *,
    reporter: str,
    partner: str,
    rates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the pair's years with their growth, and where another statistic begins.

    Parameters
    ----------
    book
        Yearly cells of the reporter (`series.annual`) with the partner.
    trade
        The published rows behind them (`implied.with_computed`).
    reporter, partner
        As in the notebook's parameters.
    rates
        Growth of the cells (`vintages.growth_in_vintage`); by default that of the chosen figures.

    Returns
    -------
    The pair's cells plus growth with bounds, growth_basis, growth_computed, base_period,
    base_revised and the base (see `vintages.growth_in_vintage`), and `begins` (see there). Growth
    over such a beginning is given only where the publisher prints it.
    """
    pair = book[book["country"] == partner]
    rates = vintages.rates() if rates is None else rates
    added = [*_GROWTH, "growth_basis", "growth_computed", "base_period", "base_revised"]
    added += ["base_usd", "base_low_usd", "base_high_usd"]
    found = pair.merge(rates[[*_CELL, *added]], on=_CELL, how="left")
    found["base_revised"] = found["base_revised"].eq(True)
    found["begins"] = begins(found, trade)
    ours = found["begins"] & ~found["growth_basis"].isin(vintages.PRINTED)
    return found.assign(**{name: found[name].mask(ours) for name in _GROWTH})


def newest(years: pd.DataFrame, flow: str = "total") -> dict[str, Any] | None:
    """Return the newest year of a flow as a row; None if there is none."""
    rows = years[years["flow"] == flow].sort_values("year")
    return (
        None
        if rows.empty
        else {str(key): value for key, value in rows.iloc[-1].items()}
    )


def by_year(years: pd.DataFrame, most: int = 10) -> pd.DataFrame:
    """Put a year's flows and the growth of the total side by side, newest year first.

    Returns
    -------
    year, export, import, total, balance (dollars; NaN where unknown), growth with bounds, and
    growth_text with the digits that the bounds bear; source_ids of the total.
    """
    flows = ["export", "import", "total", "balance"]
    wide = years.pivot_table(index="year", columns="flow", values="value_usd").reindex(
        columns=flows
    )
    rates = years[years["flow"] == "total"].set_index("year")[[*_GROWTH, "source_ids"]]
    wide = wide.join(rates).sort_index(ascending=False).head(most).reset_index()
    texts = [
        formats.MISSING
        if formats.is_missing(row["growth"])
        else f"{Rounded.of(row, 'growth'):+percent}"
        for row in wide.to_dict("records")
    ]
    ids = wide["source_ids"].fillna("")
    return wide.assign(growth_text=pd.array(texts, dtype=str), source_ids=ids)


def contributions(
    book: pd.DataFrame,
    years: pd.DataFrame,
    partner: str,
    rates: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Split growth of the total: by country for a region, by flow for one country.

    Parameters
    ----------
    book
        Yearly cells of the reporter with the partner and its members.
    years
        What `yearly` returns: years with which another statistic begins are left out.
    rates
        As in `yearly`.

    Returns
    -------
    What `shares.contribution_to_growth` returns, by `country` or by `flow`, plus year. Each part is
    compared with the base that its own growth was taken from, so that parts are of the vintage of
    the growth they explain.
    """
    rates = vintages.rates() if rates is None else rates
    compared = rates[is_in(rates, book, _CELL)]
    own = compared[compared["country"] == partner]
    total = own[own["flow"] == "total"]
    by = "country" if partner in GROUPS else "flow"
    if partner in GROUPS:
        within = compared["country"].isin(GROUPS[partner])
        parts = compared[within & (compared["flow"] == "total")]
    else:
        parts = own[own["flow"].isin(["export", "import"])]
    found = shares.contribution_to_growth(parts, total, by=by)
    out = years.loc[(years["flow"] == "total") & years["begins"], "period"]
    found = found[~found["period"].isin(out)].reset_index(drop=True)
    return found.assign(year=found["period"].astype(int))


def within_year(
    published: pd.DataFrame,
    frequency: str,
    *,
    reporter: str,
    partner: str,
    currency: str = "",
) -> pd.DataFrame:
    """Return what is published within the year, in one currency, a region's as its members' sum.

    Parameters
    ----------
    published
        Rows of `load_trade(frequency=None, convert=False)`.
    frequency
        monthly, ytd or annual, as for `running.figures`.
    reporter, partner
        As in the notebook's parameters.
    currency
        CNY for China's figures and USD for a partner's if empty.

    Returns
    -------
    Rows as in `running.figures` of the partner and its members, plus `country`. The partners' own
    are not summed: Turkmenistan's repeat China's.
    """
    rows = pair_rows(published, reporter=reporter, partner=partner)
    currency = currency or ("CNY" if reporter == "CHN" else "USD")
    side = "partner" if reporter == "CHN" else "reporter"
    found = running.figures(rows, frequency, currency)
    found = found[found[side].isin(members(partner))]
    if partner in GROUPS and reporter == "CHN":
        found = pd.concat([found, running.summed(found, GROUPS[partner], partner)])
    return found.assign(country=found[side]).reset_index(drop=True)


def both_ways(trade: pd.DataFrame, partner: str, start: int, end: int) -> pd.DataFrame:
    """Return China's share in the partners' trade, and the partner's share in China's.

    Returns
    -------
    Rows as in `dependence.dependence` of the members, and for a region its own share in China's
    trade in the place of theirs; plus `begins`, of the partners' own figures.
    """
    found = dependence.dependence(trade, start=start, end=end)
    found = found[found["country"].isin(members(partner))]
    own = series.annual(
        trade, reporter="partner", partner=members(partner), start=start, end=end
    )
    own = own[own["flow"] == "total"]
    marked = own[["country", "reporter", "year"]].assign(begins=begins(own, trade))
    if partner in GROUPS:
        china = series.annual(trade, partner=[partner, "WLD"], start=start, end=end)
        china = china[china["flow"] == "total"]
        whole = china[china["partner"] == "WLD"]
        part = shares.share_of(china[china["partner"] == partner], whole, by="country")
        found = pd.concat([found[found["reporter"] != "CHN"], part], ignore_index=True)
    found = found.merge(marked, on=["country", "reporter", "year"], how="left")
    return found.assign(begins=found["begins"].eq(True))


def gold(partner: str) -> pd.DataFrame:
    """Return what is known of gold in China's imports from Kyrgyzstan, where these are shown."""
    facts = load_highlights(exporter="KGZ", importer="CHN", topic="gold")
    return facts[facts["share"].notna() & ("KGZ" in members(partner))].reset_index(
        drop=True
    )


def coverage_of(
    trade: pd.DataFrame, *, reporter: str, partner: str, start: int, end: int
) -> pd.DataFrame:
    """Return the coverage grid of a report: its partner and, for a region, the members."""
    codes = [*members(partner), *([partner] if partner in GROUPS else [])]
    who = (
        {"reporters": codes, "partners": "CHN"}
        if reporter == "partner"
        else {"partners": codes}
    )
    years = range(start, end + 1)
    return coverage.coverage(
        trade, periods=years, availability=load_availability(), **who
    )


def disagreeing(rows: pd.DataFrame) -> pd.DataFrame:
    """Return figures that differ beyond rounding and by one per cent or more, widest gap first."""
    found = apart.disagreements(rows, at_least=0.01)
    country = found["partner"].where(found["reporter"] == "CHN", found["reporter"])
    relative = found["difference_usd"] / found["chosen_usd"].where(
        found["chosen_usd"] > 0
    )
    ids = found["chosen_source"] + ";" + found["other_source"]
    found = found.assign(
        country=country.map(name_of), relative=relative, source_ids=ids
    )
    order = (
        found["difference_usd"].abs().sort_values(ascending=False, kind="stable").index
    )
    return found.loc[order].reset_index(drop=True)
