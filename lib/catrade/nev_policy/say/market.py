"""The car market in words: the sentences of the policy report on sales and registrations.

They set figures side by side and claim no cause.
"""

from __future__ import annotations

import pandas as pd

from catrade.charts.words import moved
from catrade.nev_policy.charts.market import millions
from catrade.nev_policy.market import at_home, growth_of
from pagemill import formats
from pagemill.numbers import format_percent

#: What NEV sales are a share of, in words.
WHOLE = "vehicle sales (wholesale, exports included)"


def last_year(shares: pd.DataFrame, start: int, end: int) -> str:
    """Say the NEV share of the newest full year, "" without one.

    Parameters
    ----------
    shares
        Result of `market.nev_share`.
    start, end
        First and last year.
    """
    annual = shares[(shares["frequency"] == "annual") & shares["year"].between(start, end)]
    if annual.empty:
        return ""
    row = annual.iloc[-1]
    part = format_percent(row["share"], row["low"], row["high"])
    return f"NEVs were {part} of {WHOLE} in {row['period']}."


def running_year(market: pd.DataFrame, shares: pd.DataFrame, end: int) -> str:
    """Say the newest January-to-month figures after the last full year, "" if there are none.

    Parameters
    ----------
    market
        Rows of `load_market` for China.
    shares
        Result of `market.nev_share`.
    end
        Last year of the report.
    """
    sales = market[(market["series"] == "nev_sales") & (market["quality"] != "rejected")]
    full = sales.loc[sales["frequency"] == "annual", "year"].max()
    months = sales[(sales["frequency"] == "ytd") & sales["year"].between(full + 1, end)]
    if months.empty:
        return ""
    period = max(months["period"], key=lambda text: int(text[5:-1]))
    figures = pd.concat([market, at_home(market)], ignore_index=True)
    names = {
        "nev_sales": "NEV sales were",
        "nev_exports": "exports",
        "nev_at_home": "sales at home (the difference)",
    }
    grown = growth_of(figures, names)
    grown = grown[grown["period"] == period].set_index("series")
    parts = []
    for series, words in names.items():
        if series in grown.index:
            row = grown.loc[series]
            change = moved(row["growth_low"], row["growth_high"], row["growth"])
            parts.append(f"{words} {millions(row)}, {change}")
    part = shares[shares["period"] == period]
    if parts and len(part):
        row = part.iloc[0]
        text = format_percent(row["share"], row["low"], row["high"])
        parts[0] += f" on a year before and {text} of vehicle sales"
    return f"In {formats.period(period)} {'; '.join(parts)}." if parts else ""


def registered(rows: pd.DataFrame, market: pd.DataFrame) -> str:
    """Say how many battery cars the newest months brought, against a year before.

    Parameters
    ----------
    rows
        Result of `market.same_months`.
    market
        Rows of `load_market` for China: the police register's count of the same months, if held,
        is set beside the compiled one.
    """
    if rows.empty:
        return "The tables hold no unbroken months of registrations to compare with a year before."
    before, now = (row for _, row in rows.iterrows())
    shares = [format_percent(r["share"], r["share_low"], r["share_high"]) for r in (now, before)]
    change = ""
    if not pd.isna(now["growth_low"]):
        change = f", {moved(now['growth_low'], now['growth_high'], now['growth'])} on a year before"
    text = (
        f"In {formats.period(now['period'])} {millions(now)} battery cars were registered{change}; "
        f"they were {shares[0]} of all passenger cars registered, after {shares[1]}."
    )
    police = growth_of(market, ["nev_registrations"])
    police = police[police["period"] == now["period"]]
    if len(police):
        row = police.iloc[0]
        change = moved(row["growth_low"], row["growth_high"], row["growth"])
        text += f" The police register counts {millions(row)} new NEVs of all kinds, {change}."
    return text


def sales(market: pd.DataFrame, growth: pd.DataFrame, start: int, end: int) -> str:
    """Say the newest yearly NEV sales and exports with their growth on the year before.

    Parameters
    ----------
    market
        Rows of `load_market` for China.
    growth
        Results of `market.growth_over_year`, one below the other.
    start, end
        First and last year.
    """
    parts = []
    for series, words in (("nev_sales", "NEV sales"), ("nev_exports", "NEV exports")):
        rows = market[(market["series"] == series) & (market["frequency"] == "annual")]
        rows = rows[rows["year"].between(start, end)].sort_values("year")
        if rows.empty:
            continue
        row = rows.iloc[-1]
        text = f"{words} were {millions(row)} in {row['period']}"
        grown = growth[(growth["series"] == series) & (growth["period"] == row["period"])]
        if len(grown):
            rate = grown.iloc[0]
            low, high = float(rate["growth_low"]), float(rate["growth_high"])
            if low > 0:
                text += f", up {format_percent(rate['growth'], low, high)}"
            elif high < 0:
                text += f", down {format_percent(-rate['growth'], -high, -low)}"
        parts.append(text)
    if not parts:
        return f"The tables hold no yearly figure of NEV sales from {start} to {end}."
    return f"{'; '.join(parts)}."


def share_check(shares: pd.DataFrame, start: int, end: int) -> str:
    """Say whether the computed NEV shares agree with the published ones."""
    rows = shares[shares["year"].between(start, end) & shares["agrees"].notna()]
    if rows.empty:
        return "No period has both a computed and a published NEV share to compare."
    agree = int(rows["agrees"].sum())
    if agree == len(rows):
        return (
            f"For all {len(rows)} periods that have both, the computed NEV share agrees with the "
            "published one within rounding."
        )
    apart = rows.loc[~rows["agrees"].astype(bool), "period"].map(formats.period)
    return (
        f"For {agree} of {len(rows)} periods the computed NEV share agrees with the published one; "
        f"it does not for {formats.join(list(apart))}."
    )
