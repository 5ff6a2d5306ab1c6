"""What a buyer of an NEV in China gets: the highest sum paid for a car, and relief from tax."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from catrade_build.cells.frames import join_ids
from catrade_build.tables.as_of import days_of
from catrade_build.tables.trade import read_table
from rounding import formats
from rounding.dates import Day, as_day, date_interval

#: What pays, in words, and from when: a bonus is for a buyer who gives up an old car.
SCHEMES = {
    "pilot_subsidy": "Subsidy for every buyer",
    "purchase_subsidy": "Subsidy for every buyer",
    "scrappage_bonus": "Bonus for scrapping an old car",
    "trade_in_bonus": "Bonus for trading in an old car",
}


def highest_support(start: int, end: int) -> pd.DataFrame:
    """Return the highest sum paid for one battery car at the end of each year.

    Parameters
    ----------
    start, end
        First and last year.

    Returns
    -------
    DataFrame
        year, scheme (in words), amount_cny (NaN where none was found), terms (such as `12% of the
        price, at most 20,000 yuan`; empty without a sum), lesser (terms of a bonus beside it that
        pays less; else empty), basis (`published`, or `computed` by us from a published cut),
        sources; one row a year from the first with a known sum.

    Examples
    --------
    >>> highest_support(2018, 2020)["amount_cny"].tolist()
    [50000.0, 25000.0, 22500.0]
    """
    schedule = read_table("subsidy_schedule")
    cars = schedule.query("vehicle_type in ('BEV', 'BEV_PHEV')")
    cars = cars.query("bound != 'minimum' and quality != 'rejected'")
    cars = cars.sort_values("amount_cny", ascending=False)
    last_day = days_of(cars["period_end"])
    rows: list[dict[Any, Any]] = []
    for year in range(start, end + 1):
        day = f"{year}-12-31"
        has_ended = last_day < pd.Timestamp(day)  # where no end is set it has not
        paid = cars[(cars["period_start"] <= day) & ~has_ended]
        best, *others = paid.to_dict("records") or [{}]
        others = [row for row in others if row["scheme"] != best["scheme"]]
        lesser = "".join(map(_terms, others[:1]))
        rows.append({**best, "year": year, "terms": _terms(best), "lesser": lesser})
    frame = pd.DataFrame(rows, columns=["year", *cars.columns, "terms", "lesser"])
    is_known = frame["amount_cny"].notna()
    frame = frame[is_known.cummax()]
    frame = frame.assign(
        scheme=frame["scheme"].map(SCHEMES),
        basis=frame["derived"].map({True: "computed"}).fillna("published"),
        sources=frame["sources"].fillna(""),
    )
    columns = ["year", "scheme", "amount_cny", "terms", "lesser", "basis", "sources"]
    return frame[columns].reset_index(drop=True)


def _terms(row: dict[Any, Any]) -> str:
    """Say what a scheme pays for a car: a share of the price up to a sum, or a sum."""
    if not row.get("amount_cny"):
        return ""
    most = f"{formats.fixed(row['amount_cny'], 0)} yuan"
    part = re.match(r"(\d+) percent of the price", row["note"])
    return f"{part[1]}% of the price, at most {most}" if part else f"up to {most}"


def tax_periods(start: int, end: int) -> pd.DataFrame:
    """Return the relief from purchase tax, one row a rule, however often it was prolonged.

    Parameters
    ----------
    start, end
        Keep the rules that applied in these years, uncut.

    Returns
    -------
    DataFrame
        rule (numbered from 1), period_start, period_end, sources, relief (in words).

    Examples
    --------
    >>> tax_periods(2009, 2026)["period_end"].tolist()
    ['2023-12-31', '2025-12-31', '2027-12-31']
    """
    schedule = read_table("purchase_tax_schedule")
    changes = schedule["rule"] != schedule["rule"].shift()
    rows = schedule.groupby(changes.cumsum(), as_index=False).agg(
        period_start=("period_start", "first"),
        period_end=("period_end", "last"),
        sources=("sources", join_ids),
    )
    rows["relief"] = rows["period_start"].map(tax_relief_on)
    has_begun = rows["period_start"] <= f"{end}-12-31"
    is_of = has_begun & (rows["period_end"] >= f"{start}")
    return rows[is_of].reset_index(drop=True)


def tax_relief_on(day: Day) -> str:
    """Say what relief from purchase tax a buyer of an NEV had on a day.

    Parameters
    ----------
    day
        A date or `2026-03-01`.

    Examples
    --------
    >>> tax_relief_on("2026-03-01"), tax_relief_on("2014-08-31")
    ('half the purchase tax waived, up to 15,000 yuan', 'no relief from purchase tax')
    """
    on = as_day(day)
    schedule = read_table("purchase_tax_schedule")
    begun = schedule[schedule["period_start"] <= on.isoformat()]
    if begun.empty:
        return "no relief from purchase tax"
    rule = begun.iloc[-1]
    if date_interval(rule["period_end"])[1] < on:
        return "relief from purchase tax by a rule that was not found"
    part = "the whole" if rule["relief_share"] == 1 else "half the"
    cap = rule["cap_cny"]
    limit = "" if pd.isna(cap) else f", up to {formats.fixed(cap, 0)} yuan"
    return f"{part} purchase tax waived{limit}"
