"""Sentences on one country's weight in the region's trade; see `catrade.mirror_weight`."""

from __future__ import annotations

import pandas as pd

from catrade.mirror_weight import share_of_year
from catrade.names import GROUPS, name_of
from catrade.numbers import format_percent, format_usd

_FLOWS = {"total": "trade with", "export": "exports to", "import": "imports from"}


def late_in_year(months: pd.DataFrame, country: str, flow: str = "import") -> str:
    """Say of the year in which most of a flow fell in its last quarter, how much it was.

    Parameters
    ----------
    months
        Monthly cells of one pair and flow. Years without a month are left out: which month would
        have been large is not known.
    """
    whole = months.groupby("year").filter(lambda part: len(part) == 12)
    years = [int(year) for year in whole["year"].unique()]
    found = {year: share_of_year(whole[whole["year"] == year]) for year in years}
    known = {year: share for year, share in found.items() if share is not None}
    if not known:
        return f"No year has all monthly figures of China's {_FLOWS[flow]} {name_of(country)}."
    year = max(known, key=lambda one: known[one][0])
    share, ends = known[year]
    return (
        f"{format_percent(share, ends.low, ends.high)} of China's {_FLOWS[flow]} "
        f"{name_of(country)} in {year} fell in October to December."
    )


def gold(effect: pd.DataFrame) -> str:
    """Say what the goods are, where a source says so."""
    if effect.empty:
        return "No source says what the goods are."
    share = effect[effect["measure"] == "gold_share"].iloc[0]
    of_gold = effect[effect["measure"] == "imports"].iloc[2]
    text = (
        f"A count from Chinese customs data puts gold at "
        f"{format_usd(of_gold['value'], of_gold['low'], of_gold['high'])} in {of_gold['period']}, "
        f"{format_percent(share['value'], share['low'], share['high'])} of the imports"
    )
    part = effect[effect["measure"] == "share_of_increase"]
    if len(part):
        row = part.iloc[0]
        text += (
            f"; the country brought {format_percent(row['value'], row['low'], row['high'])} of the "
            "region's increase"
        )
    return f"{text}."


def focus(partner: str) -> str:
    """Return the country looked at closely: Kyrgyzstan for the region, else the country."""
    return "KGZ" if partner in GROUPS else partner
