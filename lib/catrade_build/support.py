"""The table `support`: what a buyer of a battery car in China gets, from when to when.

A series is one scheme: a subsidy for every buyer and a bonus for scrapping an old car are two,
since what the one paid and the other pays is not one sum that fell. Relief from purchase tax is a
third: its amount is the most that is waived.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.frames import join_ids
from catrade_build.tables.as_of import days_of
from catrade_build.tables.trade import read_table
from rounding import formats
from rounding.dates import date_interval

#: What pays, in words.
SCHEMES = {
    "pilot_subsidy": "Subsidy in pilot cities",
    "purchase_subsidy": "Subsidy for every buyer",
    "scrappage_bonus": "Bonus for scrapping an old car",
    "trade_in_bonus": "Bonus for trading in an old car",
    "purchase_tax": "Relief from purchase tax",
}
_PERIOD = ["scheme", "start_when", "end_when"]


def support() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    rows = pd.concat([_paid(), _waived()], ignore_index=True)
    rows = rows.assign(
        scheme_name=rows["scheme"].map(SCHEMES),
        start=days_of(rows["start_when"], lambda text: date_interval(text)[0]),
        end=days_of(rows["end_when"]),
    )
    rows = rows.sort_values(["scheme", "start"], ignore_index=True)
    return rows[columns_of("support")]


def _paid() -> pd.DataFrame:
    """Return the highest sum for one battery car in each period of each scheme."""
    rows = read_table("subsidy_schedule")
    rows = rows.query("vehicle_type in ('BEV', 'BEV_PHEV')")
    rows = rows.query("bound != 'minimum' and quality != 'rejected'")
    rows = rows.rename(columns={"period_start": "start_when", "period_end": "end_when"})
    rows = rows.sort_values("amount_cny", ascending=False, kind="stable")
    best = rows.drop_duplicates(_PERIOD)
    return best.assign(
        amount=best["amount_cny"],
        terms=_each(_terms, best),
        basis=best["derived"].map({True: "computed", False: "published"}),
        doubt=best["quality_reason"],
    )


def _waived() -> pd.DataFrame:
    """Return the relief from purchase tax, a row a rule, however often it was prolonged."""
    schedule = read_table("purchase_tax_schedule")
    changes = schedule["rule"] != schedule["rule"].shift()
    rows = schedule.groupby(changes.cumsum(), as_index=False).agg(
        start_when=("period_start", "first"),
        end_when=("period_end", "last"),
        relief_share=("relief_share", "first"),
        amount=("cap_cny", "first"),
        sources=("sources", join_ids),
    )
    told = {"basis": "published", "quality": "ok", "doubt": ""}
    return rows.assign(scheme="purchase_tax", terms=_each(_relief, rows), **told)


def _each(say: Callable[[dict[Any, Any]], str], rows: pd.DataFrame) -> pd.Series[str]:
    return pd.Series(map(say, rows.to_dict("records")), rows.index, dtype="str")


def _terms(row: dict[Any, Any]) -> str:
    """Say what a scheme pays for a car: a share of the price up to a sum, or a sum."""
    if not row["amount_cny"]:
        return ""
    most = f"{formats.fixed(row['amount_cny'], 0)} yuan"
    part = re.match(r"(\d+) percent of the price", row["note"])
    return f"{part[1]}% of the price, at most {most}" if part else f"up to {most}"


def _relief(row: dict[Any, Any]) -> str:
    """Say what relief a rule gives."""
    part = "the whole" if row["relief_share"] == 1 else "half the"
    cap = row["amount"]
    limit = "" if pd.isna(cap) else f", up to {formats.fixed(cap, 0)} yuan"
    return f"{part} purchase tax waived{limit}"
