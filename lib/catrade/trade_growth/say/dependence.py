"""Sentences on dependence and trade intensity, computed from their frames."""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.charts.words import owner
from catrade.names import in_sentence, name_of
from pagemill.formats import join
from pagemill.numbers import format_percent

#: From which multiple of its own share the share with China's exports makes the own one a floor.
_FLOOR = 1.5


def dependence(shares: pd.DataFrame, country: str) -> str:
    """Say what share China has in a country's trade, and the country in China's.

    Parameters
    ----------
    shares
        Result of `dependence.dependence`.
    country
        Which country.
    """
    rows = shares[shares["country"] == country].sort_values("year")
    own = rows[rows["reporter"] != "CHN"]
    if own.empty:
        return (
            f"What share China has in {owner(country)} trade cannot be said: no year has "
            f"{owner(country)} own figures with China and with the world."
        )
    last = own.iloc[-1]
    text = f"By {owner(country)} own statistics China was {_share(last)} of its trade in "
    text += f"{last['period']}"
    if len(own) > 1:
        text += f", after {_share(own.iloc[0])} in {own.iloc[0]['period']}"
    china = rows[(rows["reporter"] == "CHN") & (rows["year"] == last["year"])]
    if len(china):
        text += f"; {in_sentence(country)} was {_share(china.iloc[0], 2)} of China's"
    return f"{text}.{_floor(last)}{_services(last)}"


def _floor(row: Any) -> str:
    if not row["mirror_share"] > _FLOOR * row["share"]:
        return ""
    share = format_percent(*[row["mirror_share"]] * 3)
    return (
        f" That is a floor: with China's figure for its exports in the place of the imports that "
        f"{in_sentence(row['country'])} records it would be {share}."
    )


def _services(row: Any) -> str:
    if row["coverage"] == "goods":
        return ""
    return " Exports are counted with services, in the trade with China and with the world alike."


def intensity(found: pd.DataFrame) -> str:
    """Say how much more China weighs in each country's exports than in the world's imports."""
    parts = []
    for country, part in found.groupby("country", sort=False):
        rows = part.sort_values("year")
        first, last = rows.iloc[0], rows.iloc[-1]
        text = f"{name_of(str(country))} {last['intensity']:.2f} in {last['period']}"
        text += f", after {first['intensity']:.2f} in {first['period']}" if len(rows) > 1 else ""
        parts.append(text)
    if not parts:
        return "Trade intensity needs the world's imports, which are not held for these years."
    return (
        "Trade intensity of exports to China (China's share in a country's exports over its share "
        f"in the world's imports; above 1 is more than its size explains): {join(parts)}."
    )


def _share(row: Any, most: int = 1) -> str:
    return format_percent(row["share"], row["share_low"], row["share_high"], most=most)
