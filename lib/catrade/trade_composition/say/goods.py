"""Sentences on both sides' figures by good, and on the gold that China imports from Kyrgyzstan."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from catrade.load.trade import load_sources
from catrade.names import name_of
from catrade.trade_composition.charts.items import LABEL, flow_name
from catrade.trade_composition.concentration import item_column
from pagemill import formats
from pagemill.numbers import format_percent, format_usd

#: Columns of the table of facts, made by `facts_table`.
FACT_COLUMNS: Mapping[str, Any] = {
    "period": ("Period", "period"),
    "item": "What",
    "amount": "Amount",
    "share": ("Share of the flow", "percent"),
    "growth": ("On the year before", "percent"),
    "publisher": "Published by",
}
#: Columns of the table of gaps, made by `gap_rows`.
GAP_COLUMNS: Mapping[str, Any] = {
    "flow": "Flow",
    "good": "Product group or chapter",
    "exporter_bn": ("Exporter, $ bn", "decimal"),
    "importer_bn": ("Importer, $ bn", "decimal"),
    "ratio": ("Importer over exporter", "decimal"),
    "share_of_gap": ("Share of the gap", "percent"),
}
#: Two figures of a good that are no further apart agree.
_AGREE = 0.05
#: A good worth less than this part of the flow is not told as one that agrees.
_WORTH_TELLING = 0.05


def counted_by(row: pd.Series[Any]) -> str:
    """Say who is behind a single fact: an agency's count is not the statistics it counts."""
    names = load_sources().set_index("source_id")["publisher"]
    publisher = str(names[str(row["source_id"]).split(";", maxsplit=1)[0]])
    if "RIA Novosti" in publisher:
        return "by a count RIA Novosti made of customs data"
    return f"by {publisher}"


def facts_table(facts: pd.DataFrame) -> pd.DataFrame:
    """Return single facts as the report lists them: newest first, amounts in words."""
    rows = facts[facts["topic"] != "all_goods"]
    if rows.empty:
        return rows.assign(amount="", publisher="")
    names = load_sources().set_index("source_id")["publisher"]
    publisher = [formats.join([names[one] for one in ids.split(";")]) for ids in rows["source_id"]]
    rows = rows.assign(amount=[amount(row) for _, row in rows.iterrows()], publisher=publisher)
    order = rows.sort_values(["year", "period", "topic"], ascending=[False, False, True]).index
    return rows.loc[order].reset_index(drop=True)


def amount(row: pd.Series[float]) -> str:
    """Return a single fact's value in words; empty text if it has none."""
    if formats.is_missing(row["value"]):
        return ""
    if str(row["unit"]) == "USD":
        return format_usd(row["value"], row["low"], row["high"])
    return f"{formats.fixed(row['value'], 0 if row['value'] >= 100 else 1)} {row['unit']}"


def gap(pairs: pd.DataFrame) -> str:
    """Say in which good the two sides of one flow and year are furthest apart, and which agree.

    Parameters
    ----------
    pairs
        What `shares_of_gap` returns, of one flow and year.
    """
    rows = pairs.dropna(subset=["difference_usd"])
    exporter, importer, year = (pairs[name].iloc[0] for name in ("exporter", "importer", "year"))
    item = item_column(pairs, "gap")
    label = LABEL[item]
    sums = [float(rows[f"{side}_usd"].sum()) for side in ("exporter", "importer")]
    worst = rows.sort_values("difference_usd", key=abs, kind="stable").iloc[-1]
    part = float(worst["share_of_gap"])
    said = f"{_lower(worst[label])} ({_both(worst)})"
    # Where gaps of goods run against each other, a share of their sum says nothing.
    lead = f"{_part(part)} of the gap is" if 0 < part <= 1 else "The largest difference is in"
    like = _like(rows, max(sums))
    agree = "" if like is None else f"; for {_lower(like[label])} the two agree ({_both(like)})"
    source = f"{name_of(exporter)} reports" if item != "group" else "UNCTAD's matrix has"
    sides = f"{_usd(sums[0])} exported, {name_of(importer)} {_usd(sums[1])} imported"
    return (
        f"{flow_name(exporter, importer)} in {year}: {source} {sides}{_of_part(pairs, rows)}. "
        f"{lead} {said}{agree}."
    )


def _of_part(pairs: pd.DataFrame, rows: pd.DataFrame) -> str:
    """Say that only some goods are compared, if a side does not list them all."""
    if len(rows) == len(pairs):
        return ""
    covered = float(pairs["covered"].iloc[0]) if "covered" in pairs.columns else math.nan
    part = "" if math.isnan(covered) else f", {_part(covered)} of China's figure"
    return f" in the {len(rows)} chapters both list{part}"


def _like(rows: pd.DataFrame, whole: float) -> Any:
    large = rows[rows[["exporter_usd", "importer_usd"]].min(axis=1) > _WORTH_TELLING * whole]
    apart = np.log(large["ratio"].to_numpy(dtype=float))
    if not len(large) or not np.abs(apart).min() < _AGREE:
        return None
    return large.iloc[int(np.abs(apart).argmin())]


def gap_rows(pairs: pd.DataFrame, n: int = 6) -> pd.DataFrame:
    """Return the `n` goods of each flow with the largest differences, as a page lists them."""
    rows = pairs.dropna(subset=["difference_usd"])
    size = rows["difference_usd"].abs()
    flow = ["exporter", "importer", "year"]
    rows = rows.assign(_size=size).sort_values([*flow, "_size"], ascending=[True] * 3 + [False])
    rows = rows.groupby(flow, sort=False).head(n)
    labels = [
        next(str(row[name]) for name in LABEL.values() if not formats.is_missing(row.get(name)))
        for row in rows.to_dict("records")
    ]
    flows = [
        f"{flow_name(a, b)}, {year}" for a, b, year in rows[flow].itertuples(index=False, name=None)
    ]
    return rows.assign(
        flow=flows,
        good=labels,
        exporter_bn=rows["exporter_usd"] / 1e9,
        importer_bn=rows["importer_usd"] / 1e9,
    ).drop(columns="_size")


def gold(effect: pd.DataFrame, facts: pd.DataFrame, months: pd.DataFrame) -> str:
    """Say when China's recorded imports from Kyrgyzstan jumped, and what is known of the gold.

    Parameters
    ----------
    effect
        What `gold_effect` returns.
    facts
        Rows of `load_highlights("KGZ", "CHN")`.
    months
        China's monthly imports from Kyrgyzstan in yuan, the year before the gold's: period, value.
    """
    share_row = effect[effect["measure"] == "gold_share"].iloc[0]
    growth = effect[effect["measure"] == "growth"].reset_index(drop=True)
    with_it, without = (_rate(growth.iloc[place]) for place in (0, 1))
    gold_facts = facts[facts["topic"] == "gold"]
    fact = gold_facts[gold_facts["period"] == share_row["period"]].iloc[0]
    jumped = _jump(months)
    before = int(share_row["period"]) - 1
    if jumped and not (gold_facts["year"] == before).any():
        jumped += f"; what they were is not published for {before}"
    text = f"{jumped}. " if jumped else ""
    text += (
        f"In {share_row['period']}, {counted_by(fact)}, {_rate(share_row)} of China's imports from "
        f"Kyrgyzstan was gold. China's imports from the region grew {with_it}, without Kyrgyzstan "
        f"{without}"
    )
    part = effect[effect["measure"] == "share_of_increase"]
    if part.empty:
        return text + "."
    return f"{text}: Kyrgyzstan alone made {_rate(part.iloc[0])} of the increase."


def _jump(months: pd.DataFrame) -> str:
    """Name the month with the largest rise on the month held before it."""
    rows = months.sort_values("period").drop_duplicates("period", keep="last")
    if len(rows) < 2:
        return ""
    ratio = rows["value"] / rows["value"].shift()
    place = list(rows.index).index(ratio.idxmax())
    now, then = rows.iloc[place], rows.iloc[place - 1]
    when, before = (formats.period(str(row["period"])) for row in (now, then))
    ends = [f"{row['value'] / 1e9:.2f} billion" for row in (now, then)]
    return (
        f"China's recorded imports from Kyrgyzstan jumped in {when}, to {ends[0]} yuan from "
        f"{ends[1]} in {before.rpartition(' ')[0]}"
    )


def _usd(value: float) -> str:
    return format_usd(value, value, value)


def _both(row: Any) -> str:
    return f"{_usd(float(row['exporter_usd']))} against {_usd(float(row['importer_usd']))}"


def _part(share: float) -> str:
    return format_percent(share, share, share)


def _rate(row: pd.Series[Any]) -> str:
    return format_percent(row["value"], row["low"], row["high"])


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]
