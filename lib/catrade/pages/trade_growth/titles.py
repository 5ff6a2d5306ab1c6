"""Titles of the figures of the trade growth page: the finding, in at most ten words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.calc.shares import NOT_ALLOCATED
from catrade.pages.trade_growth.news import most, moves
from catrade.pages.trade_growth.pair import newest
from catrade.pages.trade_growth.say import moved, share, size, subject
from catrade.tables.names import GROUPS, name_of
from rounding import formats
from rounding.rounded import Rounded


def level(years: pd.DataFrame, *, reporter: str, partner: str) -> str:
    """Return the title of the chart of levels: a record, or the year that was higher."""
    flow = next(
        (f for f in ("total", "export", "import") if newest(years, f) is not None),
        "total",
    )
    row = newest(years, flow)
    name = subject(reporter, partner, flow)
    if row is None:
        return f"{name}: no figure"
    now, before = f"{Rounded.of(row):bn}", years[years["flow"].eq(flow)]
    before = before[before["year"] < row["year"]]
    if before.empty:
        return f"{name}: {now} in {row['year']}"
    if row["low_usd"] > before["high_usd"].max():
        return f"{name} reached a record {now} in {row['year']}"
    high = before.iloc[int(before["value_usd"].to_numpy().argmax())]
    if row["high_usd"] < high["low_usd"]:
        return f"{name}: {now}, below {Rounded.of(high):bn} of {high['year']}"
    return f"{name}: {now} in {row['year']}"


def months(to_date: pd.DataFrame, *, reporter: str, partner: str, after: int) -> str:
    """Return the title of the chart of months: what moved most since a year before."""
    total, rows = moves(to_date, partner, after)
    top = most(rows)
    if total is None or top is None:
        return f"{subject(reporter, partner)} by month"
    when = formats.period(total["period"])
    if partner not in GROUPS:
        return f"{subject(reporter, partner, top['flow'])} {moved(top)} in {when}"
    totals = rows[rows["flow"] == "total"].dropna(subset=["move", "growth"])
    totals = totals.sort_values("move")
    ends = totals.iloc[[-1, 0]].to_dict("records") if len(totals) > 1 else []
    said = [f"{name_of(row['country'])} {moved(row, ('up', 'down'))}" for row in ends]
    return f"{', '.join(said)} in {when}"


def led(split: pd.DataFrame) -> str:
    """Return the title of the chart of contributions: who brought most of the newest growth."""
    if split.empty:
        return ""
    last = split[split["year"] == split["year"].max()]
    by = "country" if "country" in split.columns else "flow"
    total, named = last["contribution"].sum(), last[last[by] != NOT_ALLOCATED]
    year = last["year"].iloc[0]
    if named.empty:
        return f"Growth of {formats.percent(total)} in {year} cannot be split"
    rise = total >= 0
    named = named.sort_values("contribution", ascending=not rise)
    best = named.iloc[0]
    # Rounding may leave open who is first: then all who may be are named.
    first = named["contribution_high"] >= best["contribution_low"]
    first = first if rise else named["contribution_low"] <= best["contribution_high"]
    if first.sum() > 1:
        names = formats.join([_part(code) for code in named.loc[first, by]])
        return f"{names} {'added' if rise else 'took'} most in {year}"
    points = size(Rounded.of(best, "contribution")).removesuffix("%")
    if not rise:
        return f"{_part(best[by])} took {points} points off growth in {year}"
    if best["contribution"] > total:
        return f"{_part(best[by])} added {points} points to growth in {year}"
    whole = formats.percent(total).removesuffix("%")
    return f"{_part(best[by])} added {points} of {whole} points of growth in {year}"


def weights(shares: pd.DataFrame, partner: str) -> str:
    """Return the title of the chart of shares: what China was to the partners, in one year.

    Of a region it is the newest of the years that most members have.
    """
    if shares.empty:
        return ""
    own = shares[shares["reporter"] != "CHN"]
    if own.empty:
        last = _last(shares)
        return (
            f"{name_of(partner)} was {share(last)} of China’s trade in {last['year']}"
        )
    counts = own.groupby("year").size()
    year = counts.index[counts == counts.max()].max()
    same = own[own["year"] == year].sort_values("share")
    low, high = same.iloc[0], same.iloc[-1]
    if len(same) > 1:
        return f"China was {share(low)} to {share(high)} of their trade in {year}"
    return f"China was {share(low)} of {name_of(low['country'])}’s trade in {year}"


def _last(rows: pd.DataFrame) -> pd.Series[Any]:
    return rows.sort_values("year").iloc[-1]


def covered(known: pd.DataFrame) -> str:
    """Return the title of the grid of what exists."""
    published = known["status"].isin(["reported", "converted", "zero"]).sum()
    return f"{published} of {len(known)} yearly figures are published"


def _part(code: str) -> str:
    """Return what a part of a total is called at the beginning of a title."""
    return {"export": "Exports", "import": "Imports"}.get(code) or name_of(code)
