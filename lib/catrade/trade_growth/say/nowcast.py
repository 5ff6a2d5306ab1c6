"""Sentences on where the running year may end, and on what its growth is made of.

Computed from the frames of `nowcast` and `running`; no figure is typed here.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.charts.words import amount, country, flow_word
from pagemill import formats, numbers

#: A flow that lost so much of a year before has no seasonal pattern left to go by.
_GONE = -0.8
_ENDS = (("value", ""), ("low", "_low"), ("high", "_high"))


def nowcast(row: Any, *, partner: str, currency: str = "CNY") -> str:
    """Say where the running year would end by both methods, and what they missed before.

    Parameters
    ----------
    row
        The pair's row of `nowcast.nowcast`.
    partner
        Code of the country or region.
    currency
        Of the figures.
    """
    year, months = int(row["year"]), formats.period(f"{row['year']}-{row['months']}M")
    ratio, additive = (_rough(row[method], currency) for method in ("ratio", "additive"))
    text = (
        f"If {months} is the same share of the year as a year before, {year} ends at {ratio}; if "
        f"the months to come repeat last year's, at {additive}."
    )
    if row["n"] == 0:
        return f"{text} No earlier year tests these estimates (n = 0)."
    errors = row["ratio_errors"]
    missed = formats.join([f"{past} by {_error(error)}" for past, error in errors.items()])
    other = formats.join([_error(error) for error in row["additive_errors"].values()])
    return (
        f"{text} From the same months the first way missed {missed}, the second by {other} "
        f"(n = {row['n']})."
    )


def pitfalls(now: pd.DataFrame, flows: pd.DataFrame, *, currency: str = "CNY") -> str:
    """Say what breaks the estimates: the New Year, and imports that came and went.

    Parameters
    ----------
    now
        Rows of `nowcast.nowcast`.
    flows
        Figures of `running.figures` of the countries shown, with their bases.
    """
    text = (
        "Ranges: the estimate divided and multiplied by the largest miss of the same method from "
        "the same months; rounding plays no part, and so few misses bound nothing. January and "
        "February are only taken together, because the Chinese New Year moves between them."
    )
    period = f"{int(now['year'].iloc[0])}-{int(now['months'].iloc[0])}M"
    gone = flows[(flows["period"] == period) & (flows["flow"] == "import")]
    gone = gone[gone["growth"] < _GONE]
    for row in gone.to_dict("records"):
        before = amount({end: row[f"base{mark}"] for end, mark in _ENDS}, currency)
        text += (
            f" China's imports from {country(row['partner'])} fell from {before} to "
            f"{amount(row, currency)}, so a year ago's months are no measure of this year's."
        )
    return text


def _rough(value: float, currency: str) -> str:
    """Return an estimate to three digits: more would not be borne by its record."""
    billions = value / 1e9
    places = 0 if billions >= 99.5 else 1
    text = formats.fixed(billions, places)
    return f"{text} billion yuan" if currency == "CNY" else f"${text} billion"


def _error(error: float) -> str:
    return numbers.format_percent(error, error, error, signed=True)


def without(total: Any, split: pd.DataFrame, partner: str = "KGZ", flow: str = "import") -> str:
    """Say how a region's growth looks without one flow of one partner.

    Parameters
    ----------
    total
        The region's row: value and base.
    split
        What `running.contributions` returns.
    partner, flow
        The flow to leave out.
    """
    if split.empty:
        return ""
    out = split[(split["partner"] == partner) & (split["flow"] == flow)].sum(numeric_only=True)
    rest = (total["value"] - out["value"]) / (total["base"] - out["base"]) - 1
    every = total["value"] / total["base"] - 1
    return (
        f"Trade as a whole grew {_error(every)} on a year before; without China's "
        f"{flow_word(flow)} from {country(partner)} the rest grew {_error(rest)}."
    )


def gold(facts: pd.DataFrame) -> str:
    """Say what is known of the gold in China's imports from Kyrgyzstan.

    Parameters
    ----------
    facts
        Rows of `load_highlights` on gold from Kyrgyzstan to China, with a share.
    """
    known = facts[facts["share"].notna()].sort_values("period")
    if known.empty:
        return ""
    row = known.iloc[-1]
    share = formats.fixed(100 * row["share"], 0)
    return (
        "What China imported from Kyrgyzstan is not published for the running year; of "
        f"{row['period']} RIA Novosti counted in customs data that {share}% was gold."
    )
