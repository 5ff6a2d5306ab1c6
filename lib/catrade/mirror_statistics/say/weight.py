"""Sentences on one country's weight in the region's trade, see `mirror_statistics.weight`."""

from __future__ import annotations

import pandas as pd

from catrade.names import GROUPS, name_of
from pagemill.numbers import format_percent, format_usd

_FLOWS = {"total": "trade with", "export": "exports to", "import": "imports from"}


def late_in_year(late: pd.DataFrame, country: str, flow: str = "import") -> str:
    """Say of the year in which most of a flow fell in its last quarter, how much it was.

    Parameters
    ----------
    late
        Result of `mirror_weight.late_in_year`.
    """
    if late.empty:
        return f"No year has all monthly figures of China's {_FLOWS[flow]} {name_of(country)}."
    row = late.sort_values("share").iloc[-1]
    return (
        f"{format_percent(row['share'], row['share_low'], row['share_high'])} of China's "
        f"{_FLOWS[flow]} {name_of(country)} in {row['year']} fell in October to December (in yuan)."
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
