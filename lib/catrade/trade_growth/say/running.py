"""Sentences on the running year, on the other side's figures and on what figures became later.

Computed from the frames of `running`, `series` and `revisions`; no figure is typed here.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from catrade.cells.frames import earlier
from catrade.charts.words import amount, country, flow_word, moved, owner
from catrade.names import GROUPS, name_of
from catrade.trade_growth.revisions import largest
from pagemill import formats, numbers
from pagemill.periods import parse_period

#: How many countries are named in a region's sentence: those that moved most.
_NAMED = 3
#: Parts of a whole in words, and how far from them a ratio may be.
_PARTS = {1 / 4: "a quarter", 1 / 3: "a third", 1 / 2: "half", 2 / 3: "two thirds"}
_NEAR = 0.015


def this_year(
    pair: pd.DataFrame, members: pd.DataFrame, *, after: int, partner: str, currency: str = "CNY"
) -> str:
    """Say what the newest January-to-month figure of a running year is, and what moved it.

    Parameters
    ----------
    pair
        January-to-month figures of the pair (`running.figures`, of a region `running.summed`).
    members
        Those of a region's members.
    after
        The last whole year: an older period is no news.
    partner
        Code of the country or region.
    currency
        Of the figures.

    Returns
    -------
    A sentence; empty if nothing newer than `after` is held.
    """
    newest = newest_period(pair, after)
    if newest.empty:
        return ""
    total = newest.loc["total"]
    text = f"In {formats.period(total['period'])} it was {amount(total, currency)}{_change(total)}"
    if partner in GROUPS:
        moves = _moves(members[members["period"] == total["period"]])
        return f"{text}: {moves}." if moves else f"{text}."
    flows = [
        f"{label} {amount(newest.loc[flow], currency)}{_in_brackets(newest.loc[flow])}"
        for flow, label in (("export", "China's exports"), ("import", "its imports"))
        if flow in newest.index
    ]
    return f"{text}: {' and '.join(flows)}." if flows else f"{text}."


def newest_period(pair: pd.DataFrame, after: int) -> pd.DataFrame:
    """Return the rows of the newest January-to-month period after a year, by flow."""
    later = pair[(pair["year"] > after) & (pair["flow"] == "total")]
    newest = later["period"].iloc[-1] if len(later) else ""
    rows: pd.DataFrame = pair[pair["period"] == newest].set_index("flow")
    return rows


def in_dollars(pair: pd.DataFrame, after: int) -> str:
    """Say what of the running year is published in dollars, and on which base it grew.

    Parameters
    ----------
    pair
        January-to-month figures in dollars, as for `this_year`.
    after
        The last whole year.
    """
    newest = newest_period(pair, after)
    if newest.empty:
        return ""
    total = newest.loc["total"]
    text = f"In dollars {formats.period(total['period'])} was {amount(total, 'USD')}"
    if formats.is_missing(total["growth"]):
        return f"{text}."
    base = {
        "implied_by_growth": "its base follows from the growth that customs prints",
        "published": "its base is the figure published a year before",
    }[str(total["base_basis"])]
    return f"{text}{_change(total)} ({base})."


def base_note(pair: pd.DataFrame, after: int) -> str:
    """Say what growth of the running year is measured against."""
    newest = newest_period(pair, after)
    if newest.empty or formats.is_missing(newest.loc["total", "growth"]):
        return ""
    if newest.loc["total", "growth_basis"] == "printed":
        return (
            "Growth within the year is as customs prints it, on the year before as revised since."
        )
    return (
        "Growth of the region within the year is on the sum of the countries' figures a year before"
        " as customs has revised them, which its printed growth gives."
    )


def _change(row: Any) -> str:
    if formats.is_missing(row["growth"]):
        return ""
    if row["growth_low"] <= 0 <= row["growth_high"]:
        return ", unchanged within rounding on a year before"
    return f", {moved(row['growth_low'], row['growth_high'], row['growth'])} on a year before"


def _in_brackets(row: Any) -> str:
    text = _change(row).removeprefix(", ").removesuffix(" on a year before")
    return f" ({text})" if text else ""


def _moves(rows: pd.DataFrame) -> str:
    """Name the countries whose totals moved most, and the flow that moved most of all."""
    rows = rows.assign(move=(rows["value"] - rows["base"]).abs()).dropna(subset=["move", "growth"])
    totals = rows[rows["flow"] == "total"].sort_values("move", ascending=False, kind="stable")
    flows = rows[rows["flow"].isin(["export", "import"])]
    most = flows.sort_values("move", kind="stable").tail(1)
    said = []
    for row in totals.head(_NAMED).to_dict("records"):
        text = f"{name_of(row['partner'])} {_signed(row)}"
        if len(most) and most["partner"].iloc[0] == row["partner"]:
            preposition = "to" if most["flow"].iloc[0] == "export" else "from"
            whose = f"China's {flow_word(most['flow'].iloc[0])} {preposition} it"
            text += f" ({whose} {_signed(most.iloc[0])})"
        said.append(text)
    return formats.join(said) if said else ""


def _signed(row: Any) -> str:
    return numbers.format_percent(
        float(row["growth"]), float(row["growth_low"]), float(row["growth_high"]), signed=True
    )


def other_side(china: pd.DataFrame, own: pd.DataFrame, *, partner: str) -> str:
    """Say what part of China's figure the partner itself reports, in the newest year both have.

    Parameters
    ----------
    china, own
        Yearly cells of goods by China and by the partner (of a region: of the members that
        publish statistics, on both sides).
    partner
        Code of the country or region.
    """
    if partner == "TKM":
        return "Turkmenistan publishes no trade statistics of its own."
    key = ["year", "value_usd", "low_usd", "high_usd"]
    sound = [f[(f["flow"] == "total") & (f["quality"] == "ok")][key] for f in (china, own)]
    both = sound[0].merge(sound[1], on="year", suffixes=("_china", "")).sort_values("year")
    both = both[both["value_usd_china"] > 0]
    if both.empty:
        return f"No year has {owner(partner)} own figure beside China's."
    row = both.iloc[-1]
    who = (
        "The four that publish statistics themselves report"
        if partner in GROUPS
        else f"{name_of(partner)} itself reports"
    )
    with_them = " for trade with them" if partner in GROUPS else ""
    ends = [numbers.format_usd(*(row[f"{name}_usd{side}"] for name in ("value", "low", "high")))
            for side in ("", "_china")]  # fmt: skip
    part = part_of(row["value_usd"] / row["value_usd_china"])
    when = f"{with_them} in {int(row['year'])}"
    return f"{who} {part} China's figure{when}: {ends[0]} against {ends[1]}."


def part_of(ratio: float) -> str:
    """Return a ratio in words that go before a figure.

    Examples
    --------
    >>> part_of(0.246), part_of(0.59), part_of(1.004), part_of(1.31)
    ('a quarter of', '59% of', 'about as much as', '1.3 times')
    """
    for part, words in _PARTS.items():
        if abs(ratio - part) <= _NEAR:
            return f"{words} of"
    if abs(ratio - 1) <= _NEAR:
        return "about as much as"
    return f"{ratio:.1f} times" if ratio > 1 else f"{100 * ratio:.0f}% of"


def whiskers(revised: pd.DataFrame, *, annual: bool = True) -> str:
    """Return the sentence under a figure with whiskers: they are rounding, and revisions are not.

    Parameters
    ----------
    revised
        What `revisions.revisions` returns for the rows behind the figure.
    annual
        Whether the figure shows whole years, or parts of one.
    """
    size = largest(revised, annual=annual)
    kind = "yearly figures" if annual else "January-to-month figures"
    if size < 0.0005:
        return f"Whiskers are rounding only; no revision of these {kind} is known here."
    return (
        f"Whiskers are rounding only; past revisions of these {kind} were up to "
        f"{formats.percent(size)}."
    )


def revised_summary(revised: pd.DataFrame) -> str:
    """Say how many figures changed after they were first published, and which changed most."""
    if revised.empty:
        return "Of no figure here a later one is known that rounding would not explain."
    row = revised.iloc[0]
    preposition = {"export": "exports to", "import": "imports from"}.get(row["flow"], "trade with")
    up = "raised" if row["relative"] > 0 else "lowered"
    what = f"{owner(row['reporter'])} {preposition} {country(row['partner'])}"
    return (
        f"{len(revised)} figures differ from what was first published by more than rounding. The "
        f"widest: {what} in {formats.period(row['period'])}, later {up} by "
        f"{formats.percent(abs(row['relative']))}."
    )


def yuan_and_dollars(yuan: pd.DataFrame, cells: pd.DataFrame) -> str:
    """Compare growth in yuan and in dollars over the longest span for which one source has both.

    Parameters
    ----------
    yuan
        Whole years of the pair in yuan (`running.figures`), totals as published.
    cells
        Yearly cells of the pair in dollars.
    """
    totals = yuan[yuan["flow"] == "total"].sort_values("year")
    dollars = cells[cells["flow"] == "total"].set_index("year")["value_usd"]
    spans = []
    for _, part in totals[totals["year"].isin(dollars.index)].groupby("source_ids", sort=False):
        first, last = part.iloc[0], part.iloc[-1]
        if last["year"] - first["year"] > 1 and first["value"] > 0:
            spans.append((first, last))
    if not spans:
        return ""
    first, last = max(spans, key=lambda span: span[1]["year"] - span[0]["year"])
    start, end = int(first["year"]), int(last["year"])
    rates = (last["value"] / first["value"] - 1, dollars[end] / dollars[start] - 1)
    return (
        f"From {start} to {end} trade grew by {formats.percent(rates[0])} in yuan and by "
        f"{formats.percent(rates[1])} in dollars, both at current prices."
    )


def without_base(cells: pd.DataFrame, read: Collection[str]) -> str:
    """Say that the newest month read from customs has no growth, and which command brings it.

    Parameters
    ----------
    cells
        Monthly and year-to-date cells.
    read
        Ids of the tables that `catrade fetch gacc` has read; nothing is said of other figures.

    Returns
    -------
    The sentence; empty if every such figure has its base.
    """
    totals = cells[cells["flow"] == "total"]
    unknown = totals[totals["growth"].isna()] if "growth" in totals.columns else totals
    lacking = [
        period
        for period, ids in zip(unknown["period"], unknown["source_ids"], strict=True)
        if not set(read).isdisjoint(ids.split(";"))
        and earlier(period, 1) not in set(totals["period"])
    ]
    if not lacking:
        return ""
    months = [f"{text[:4]}-{parse_period(text).last_month:02d}" for text in lacking]
    last = max(months)
    new = [formats.period(t) for t, month in zip(lacking, months, strict=True) if month == last]
    return (
        f"Growth of {formats.join(new)} cannot be computed, as the same part of the year before is "
        "not held: it comes with catrade fetch gacc FILE and the table of "
        f"{formats.period(earlier(last, 1))} downloaded from Chinese customs."
    )
