"""What the trade growth page says of the running year, from sums to date.

Every function takes the frames of `pair.within_year` and returns text; no figure is typed here.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.names import GROUPS, in_sentence, name_of
from catrade.trade_growth.say import FLOW_WORDS, WAYS, moved, signed, sure
from catrade.words import amount
from pagemill import formats
from pagemill.rounded import Rounded

#: How many countries are named in a region's sentence: those that moved most.
_NAMED = 3
#: A flow that lost so much of a year before has no seasonal pattern left to go by.
_GONE = -0.8


def running(
    to_date: pd.DataFrame,
    *,
    partner: str,
    after: int,
    currency: str = "CNY",
    who: str = "China",
) -> str:
    """Say what the newest January-to-month figure of a running year is, and what moved it.

    Parameters
    ----------
    to_date
        What `pair.within_year` returns of sums to date.
    partner
        Code of the country or region.
    after
        The last whole year: an older period is no news.
    currency, who
        Of the figures, and whose they are.

    Returns
    -------
    A sentence that begins with a space; empty if nothing newer than `after` is held.
    """
    total, rows = moves(to_date, partner, after)
    if total is None:
        return ""
    what = amount(total, currency)
    start = f" In {formats.period(total['period'])} {who}’s figure"
    if formats.is_missing(total["growth"]):
        return f"{start} was {what}."
    start += (
        f" {moved(total)} to" if sure(total) else " was unchanged within rounding at"
    )
    start += f" {what}"
    if partner in GROUPS:
        said = _moves(rows)
    else:
        known = {row["flow"]: signed(row) for row in rows.to_dict("records")}
        flows = ("export", "import")
        said = [
            f"{FLOW_WORDS[flow]} {known[flow]}" for flow in flows if known.get(flow)
        ]
    return f"{start}: {formats.join(said)}." if said else f"{start}."


def _moves(rows: pd.DataFrame) -> list[str]:
    """Name the countries whose totals moved most, and the flow that moved most of all."""
    totals = rows[rows["flow"] == "total"].dropna(subset=["move", "growth"])
    order = totals["move"].abs().sort_values(ascending=False, kind="stable").index
    top, said = most(rows), []
    for row in totals.loc[order].head(_NAMED).to_dict("records"):
        text = f"{name_of(row['country'])} {signed(row)}"
        if top is not None and top["country"] == row["country"]:
            text += f" (China’s {FLOW_WORDS[top['flow']]} {WAYS[top['flow']]} it {signed(top)})"
        said.append(text)
    return said


def without(to_date: pd.DataFrame, partner: str, after: int) -> str:
    """Say how a region's growth looks without the one flow that moved most.

    Parameters
    ----------
    to_date, partner, after
        As for `running`.
    """
    total, rows = moves(to_date, partner, after)
    top = most(rows)
    if (
        partner not in GROUPS
        or total is None
        or top is None
        or rows["base"].isna().any()
    ):
        return ""
    rest = (total["value"] - top["value"]) / (total["base"] - top["base"]) - 1
    return (
        f"Without China’s {FLOW_WORDS[top['flow']]} {WAYS[top['flow']]} {name_of(top['country'])}, "
        f"trade with {in_sentence(partner)} {'rose' if rest > 0 else 'fell'} "
        f"{formats.percent(abs(rest))}."
    )


def gone(to_date: pd.DataFrame, partner: str, after: int, currency: str = "CNY") -> str:
    """Name China’s imports that all but ended, so that last year's months are no measure."""
    _, rows = moves(to_date, partner, after)
    rows = rows[
        rows["flow"].eq("import")
        & (rows["growth"] < _GONE)
        & rows["reporter"].eq("CHN")
    ]
    said = []
    for row in rows.to_dict("records"):
        base = {"value": row["base"], "low": row["base_low"], "high": row["base_high"]}
        before = amount(base, currency)
        said.append(
            f"Imports from {name_of(row['country'])} fell from {before} to "
            f"{amount(row, currency)}, so a year ago’s months are no measure of this year’s."
        )
    return " ".join(said)


def in_dollars(to_date: pd.DataFrame, partner: str, after: int) -> str:
    """Say what of the running year is published in dollars, too.

    Parameters
    ----------
    to_date
        What `pair.within_year` returns of sums to date in dollars.
    """
    total, _ = moves(to_date, partner, after)
    if total is None:
        return ""
    grown = f" ({signed(total)})" if signed(total) else ""
    when = formats.period(total["period"])
    return f"In dollars {when} came to {amount(total, 'USD')}{grown}."


def gold(facts: pd.DataFrame) -> str:
    """Say how much of China's imports from Kyrgyzstan was gold, as far as it is known."""
    if facts.empty:
        return ""
    row = facts.sort_values("period").iloc[-1]
    share = Rounded.of(row, "share")
    return (
        f"Of what China imported from Kyrgyzstan in {row['period']}, {share:percent} was "
        "gold, as RIA Novosti counted in customs data."
    )


def whole_year(found: pd.DataFrame, currency: str) -> str:
    """Say where the running year may end by two ways, and by how much these missed before.

    Parameters
    ----------
    found
        The pair's row of `nowcast.nowcast`; without one nothing is said.
    """
    if found.empty:
        return ""
    row = found.iloc[0]
    ends = sorted(row[method] / 1e9 for method in ("ratio", "additive"))
    places = 0 if ends[0] >= 99.5 else 1
    low, high = (formats.fixed(end, places) for end in ends)
    unit, dollar = (" billion yuan", "") if currency == "CNY" else (" billion", "$")
    span = f"{dollar}{low}" if low == high else f"{dollar}{low} to {high}"
    text = f"If the months left follow last year’s, {row['year']} ends at {span}{unit}"
    errors = [
        abs(e) for m in ("ratio", "additive") for e in row[f"{m}_errors"].values()
    ]
    if not errors:
        return f"{text}; no earlier year tests this."
    years = formats.join([str(year) for year in row["ratio_errors"]])
    return f"{text}; the same reckoning missed {years} by up to {formats.percent(max(errors))}."


def moves(
    to_date: pd.DataFrame, partner: str, after: int
) -> tuple[dict[str, Any] | None, pd.DataFrame]:
    """Return the pair's newest total after a year, and how each part of it moved.

    Parts are a region's members with their flows, or a country's flows; `move` is the change on a
    year before, NaN where there is no base.
    """
    later = to_date[to_date["country"].eq(partner) & to_date["flow"].eq("total")]
    later = later[later["year"] > after]
    if later.empty:
        return None, to_date.iloc[:0].assign(move=0.0)
    total = _dict(later, -1)
    others = (
        to_date["country"].ne(partner)
        if partner in GROUPS
        else to_date["flow"].ne("total")
    )
    rows = to_date[to_date["period"].eq(total["period"]) & others]
    return total, rows.assign(move=rows["value"] - rows["base"])


def most(rows: pd.DataFrame) -> dict[str, Any] | None:
    """Return the flow that moved most; None where none can be said to have moved."""
    flows = rows[rows["flow"].isin(["export", "import"])].dropna(
        subset=["move", "growth"]
    )
    place = int(flows["move"].abs().to_numpy().argmax()) if len(flows) else 0
    return _dict(flows, place) if len(flows) else None


def _dict(rows: pd.DataFrame, place: int) -> dict[str, Any]:
    return {str(name): value for name, value in rows.iloc[place].items()}
