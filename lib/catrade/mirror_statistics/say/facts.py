"""What published facts say of the gap: contrary figures, gold, transit, re-export."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from catrade.charts.words import owner
from catrade.mirror_statistics.charts.gap import times
from catrade.mirror_statistics.say.gap import usd
from catrade.names import GROUPS, name_of
from pagemill.intervals import Interval
from pagemill.numbers import format_percent, format_usd

#: Words of published facts that bear on why the two sides differ.
_REASONS = re.compile(r"(?i)re-?export|sent on|transit|missing from|mirror|gold")

FACT_COLUMNS: Mapping[str, Any] = {
    "exporter": ("From", name_of),
    "importer": ("To", lambda code: "not named" if code == "UNSPEC" else name_of(code)),
    "period": ("Period", "period"),
    "item": "What is said",
    "figure": "Figure",
    "note": "Note",
    "source_id": "Source",
}


def facts(highlights: pd.DataFrame, partner: str) -> pd.DataFrame:
    """Return published facts that bear on the gap: gold, transit, re-export, missing sales."""
    codes = set(GROUPS.get(partner, (partner,)))
    rows = highlights[highlights["exporter"].isin(codes) | highlights["importer"].isin(codes)]
    text = rows["item"] + " " + rows["note"]
    keep = pd.Series([_REASONS.search(one) is not None for one in text], rows.index, dtype=bool)
    rows = rows[keep]
    return rows.assign(figure=[_figure(row) for row in rows.to_dict("records")]).reset_index(
        drop=True
    )


def contrary(highlights: pd.DataFrame, mirrored: pd.DataFrame, country: str) -> str:
    """Say what a published figure of the country's whole exports to China makes of the ratio.

    Parameters
    ----------
    highlights
        Rows of `load_highlights`; those of topic `all_goods` from the country to China in dollars.
    mirrored
        Rows of `mirror.pairs`.
    """
    said = highlights[(highlights["exporter"] == country) & (highlights["importer"] == "CHN")]
    said = said[(said["topic"] == "all_goods") & (said["unit"] == "USD")]
    pair = mirrored[(mirrored["country"] == country) & (mirrored["flow"] == "import")]
    both = said.merge(pair, on="period", suffixes=("_said", ""))
    both = both[(both["high"] < both["partner_low_usd"]) | (both["low"] > both["partner_high_usd"])]
    if both.empty:
        return ""
    row = both.sort_values("period").to_dict("records")[-1]
    ratio = Interval(row["china_low_usd"], row["china_high_usd"]) / Interval(
        row["low"], row["high"]
    )
    other = {"ratio": row["china_usd"] / row["value"]}
    other |= {"ratio_low": ratio.low, "ratio_high": ratio.high}
    return (
        f"A figure that contradicts it: {row['item']}, {_figure(row)} for {row['period']}, where "
        f"the statistics used here have {usd(row, 'partner')}. With it China's figure would be "
        f"{times(other)} instead of {times(row)} times {owner(country)}."
    )


def _figure(row: Mapping[Any, Any]) -> str:
    if pd.notna(row["value"]):
        if row["unit"] == "USD":
            return format_usd(row["value"], row["low"], row["high"])
        return f"{row['value']:,.10g} {row['unit']}"
    for name, text in (("share", "share of {}"), ("growth", "growth of {}")):
        if pd.notna(row[name]):
            ends = [
                row[f"{name}_{e}"] if pd.notna(row[f"{name}_{e}"]) else row[name] for e in _ENDS
            ]
            return text.format(format_percent(row[name], *ends))
    return ""


_ENDS = ("low", "high")
