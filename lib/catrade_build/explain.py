"""Why a figure is what it is: which rows there were, which were used, what became of the others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade_build.cells.selection import KIND_RANK
from catrade_build.edition import table
from catrade_build.tables.choices import place
from catrade_build.tables.names import (
    FLOWS,
    GROUPS,
    capital,
    flow_with,
    in_sentence,
    possessive,
)
from catrade_build.tables.trade import load_trade, published_interval
from rounding import formats
from rounding.errors import ParameterError, choice_error, did_you_mean

_FLOWS = (*FLOWS, "balance")
_FORM = "CHN,KAZ,export,2024"
#: What a basis says of how a figure is had.
_BASES = {
    "published": "as published",
    "converted": "converted from the currency it is published in",
    "sum_of_flows": "exports plus imports",
    "sum_of_partners": "the sum of the group's members",
    "difference_of_flows": "exports less imports",
    "share_of_total": "a published share of a published total",
    "sum_of_chapters": "the sum of its HS chapters",
    "implied_by_growth": "what later growth implies",
}
_KINDS = {
    "official": "official statistics",
    "dataset": "a data set",
    "official_statement": "an official quoted",
    "research": "research",
    "press": "press",
}


def explain(asked: str) -> list[str]:
    """Return, in sentences, how the figure of one cell was chosen.

    Parameters
    ----------
    asked
        Reporter, partner, flow and period, parted by commas: `CHN,KAZ,export,2024`.

    Returns
    -------
    The figure first, then a sentence a published row of the cell: used, or why not.

    Raises
    ------
    ParameterError
        If one of the four is unknown, or no figure is held of them.

    Examples
    --------
    >>> explain("CHN,KAZ,total,2025")[1][:55]
    'China’s trade with Kazakhstan in 2025: 48.7 billion USD'
    """
    reporter, partner, flow, period = _parsed(asked)
    figures = table("figures")
    pair = figures[(figures["reporter"] == reporter) & (figures["partner"] == partner)]
    rows = pair[(pair["flow"] == flow) & (pair["period"] == period)]
    if rows.empty:
        periods = pair.loc[pair["flow"] == flow, "period"].unique().tolist()
        hint = did_you_mean(period, periods) if periods else ""
        raise ParameterError(f"no figure of {asked} is held{hint}")
    sentences = [_figure(row) for row in rows.to_dict("records")]
    used = set(";".join(rows["sources"]).split(";"))
    return sentences + _of_rows(reporter, partner, flow, period, used)


def _parsed(asked: str) -> tuple[str, str, str, str]:
    """Return the codes of what is asked for."""
    parts = [part.strip() for part in asked.split(",")]
    if len(parts) != 4:
        raise ParameterError(
            f"a cell is reporter, partner, flow and period, such as {_FORM}; got {asked!r}"
        )
    reporter, partner, flow, period = parts
    if flow not in _FLOWS:
        raise choice_error("flow", flow, _FLOWS)
    return place(reporter, "reporter"), place(partner, "partner"), flow, period


def _figure(row: dict[Any, Any]) -> str:
    """Say the figure, between which ends it lies, how it is had and how it grew."""
    what = flow_with(str(row["flow"]), in_sentence(str(row["partner"])))
    whose = capital(possessive(in_sentence(str(row["reporter"]))))
    money = f"{row['value']:,.4g} billion {row['currency']}"
    ends = f"{row['low']:,.6g} to {row['high']:,.6g}"
    how = _BASES[str(row["basis"])]
    when = formats.period(str(row["period"]))
    sentence = f"{whose} {what} in {when}: {money} ({ends}), {how}, of {row['sources']}"
    if row["quality"] != "ok":
        sentence += f"; doubtful: {row['doubt'] or 'without a reason'}"
    if pd.notna(row["growth"]):
        sentence += f"; growth {row['growth']:+.1%} ({row['growth_basis']})"
    return sentence + "."


def _of_rows(
    reporter: str, partner: str, flow: str, period: str, used: set[str]
) -> list[str]:
    """Say of every published row of the cell, and of the parts of a sum, what became of it."""
    said = load_trade(
        frequency=None, convert=False, quality=("ok", "doubtful", "rejected")
    )
    low, high = published_interval(said)
    said = said.assign(low=low, high=high)
    flows = [flow] if flow in ("export", "import") else ["total", "export", "import"]
    is_cell = (
        said["reporter"].isin([reporter, *GROUPS.get(reporter, ())])
        & said["partner"].isin([partner, *GROUPS.get(partner, ())])
        & said["flow"].isin(flows)
        & said["period"].eq(period)
    )
    sentences = []
    cells = said[is_cell].groupby(["reporter", "partner", "flow"], sort=False)
    for (who, whom, what), rows in cells:
        chosen = rows[rows["sources"].isin(used) & rows["quality"].ne("rejected")]
        for row in rows.to_dict("records"):
            money = f"{row['value'] / 1e9:,.6g} billion {row['currency']}"
            fate = _fate(row, chosen)
            sentences.append(
                f"{who} {whom} {what}: {money} of {row['sources']}: {fate}."
            )
    return sentences


def _fate(row: dict[Any, Any], chosen: pd.DataFrame) -> str:
    """Say whether a row was used, and if not, by which part of the rule."""
    reason = f": {row['quality_reason']}" if row["quality_reason"] else ""
    if row["quality"] == "rejected":
        return f"rejected{reason}"
    if row["sources"] in set(chosen["sources"]):
        return "used"
    if chosen.empty:
        return "not used: a sum or another table says more"
    first = chosen.iloc[0]
    if row["quality"] != "ok" and first["quality"] == "ok":
        return f"left out as doubtful{reason}"
    if row["currency"] != "USD" and first["currency"] == "USD":
        return "left out: a figure published in dollars comes first"
    kind, other = str(row["source_kind"]), str(first["source_kind"])
    if KIND_RANK[kind] > KIND_RANK[other]:
        return f"left out: {_KINDS[kind]} comes after {_KINDS[other]}"
    if row["coverage"] != first["coverage"]:
        return f"left out: it counts {row['coverage']}, the figure {first['coverage']}"
    same_money = row["currency"] == first["currency"]
    is_apart = row["low"] > first["high"] or row["high"] < first["low"]
    if same_money and is_apart:
        return f"left out: it contradicts {first['sources']}, which is newer or held by more"
    return "agrees, and says no more"
