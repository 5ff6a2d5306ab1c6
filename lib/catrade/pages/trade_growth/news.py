"""What the trade growth page says of the running year, from sums to date.

Every function takes the frames of `pair.within_year` and returns text; no figure is typed here.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.calc.nowcast import broke_off
from catrade.cells.frames import base_bounds
from catrade.pages.trade_growth.say import (
    FLOW_WORDS,
    WAYS,
    flows_of,
    moved,
    signed,
    subject,
    sure,
)
from catrade.tables.names import GROUPS, in_sentence, name_of
from catrade.words import amount
from rounding import formats
from rounding.intervals import bounds, difference_bounds, growth_bounds
from rounding.rounded import Rounded

_LEVELS = [
    "value_usd",
    "low_usd",
    "high_usd",
    "base_usd",
    "base_low_usd",
    "base_high_usd",
]
#: From which part of a change on its first two months are told apart, and of how many months.
_EARLY, _MONTHS = 0.5, 5


def moves(
    to_date: pd.DataFrame, partner: str, after: int
) -> tuple[dict[str, Any] | None, pd.DataFrame]:
    """Return the pair's newest total after a year, and how each part of it moved.

    Parts are a region's members with their flows, or a country's flows; `move` is the change on a
    year before, NaN where there is no base.

    Parameters
    ----------
    to_date
        What `pair.within_year` returns of sums to date.
    partner
        Code of the country or region.
    after
        The last whole year: an older period is no news.
    """
    later = to_date[to_date["country"].eq(partner) & to_date["flow"].eq("total")]
    later = later[later["year"] > after]
    if later.empty:
        return None, to_date.iloc[:0].assign(move=0.0)
    total = _dict(later, -1)
    is_part = to_date["flow"].ne("total")
    if partner in GROUPS:
        is_part = to_date["country"].ne(partner)
    rows = to_date[to_date["period"].eq(total["period"]) & is_part]
    return total, rows.assign(move=rows["value"] - rows["base"])


def most(rows: pd.DataFrame) -> dict[str, Any] | None:
    """Return the flow that moved most; None where none can be said to have moved."""
    flows = rows[rows["flow"].isin(["export", "import"])]
    flows = flows.dropna(subset=["move", "growth"])
    if flows.empty:
        return None
    return _dict(flows, int(flows["move"].abs().to_numpy().argmax()))


def ended(to_date: pd.DataFrame, partner: str, after: int) -> pd.DataFrame:
    """Return the flows of China of which all but nothing is left since a year before."""
    _, rows = moves(to_date, partner, after)
    flows = rows[rows["flow"].ne("total") & rows["reporter"].eq("CHN")]
    return flows[broke_off(flows) & (flows["value"] < flows["base"])]


def growth_without(
    rates: pd.DataFrame, flows: pd.DataFrame, partner: str
) -> pd.DataFrame:
    """Return China's growth with a partner without some flows: growth with bounds, by year.

    Parameters
    ----------
    rates
        `vintages.rates`: each figure beside the base that its own growth is measured on.
    flows
        country and flow, as `ended` returns them; without any there is no rate.
    partner
        Code of the country or region.
    """
    ours = rates[rates["reporter"] == "CHN"]
    total = ours[(ours["country"] == partner) & (ours["flow"] == "total")]
    total = total.set_index("year")[_LEVELS]
    parts = ours.merge(flows[["country", "flow"]], on=["country", "flow"])
    parts = parts.groupby("year")[_LEVELS].sum(min_count=max(1, len(flows)))
    parts = parts.reindex(total.index)
    rest = total - parts
    new = difference_bounds(bounds(total), bounds(parts))
    rate = growth_bounds(new, difference_bounds(base_bounds(total), base_bounds(parts)))
    growth = rest["value_usd"] / rest["base_usd"] - 1
    found = {"growth": growth, "growth_low": rate.low, "growth_high": rate.high}
    return pd.DataFrame(found).dropna()


def running(
    to_date: pd.DataFrame,
    world: pd.DataFrame,
    *,
    partner: str,
    after: int,
    reporter: str = "CHN",
) -> str:
    """Say what the newest January-to-month figure of a running year is, beside all of China's.

    Parameters
    ----------
    to_date, partner, after
        As for `moves`.
    world
        What `pair.within_year` returns of the reporter's sums to date with the world.
    reporter
        Whose figures they are.

    Returns
    -------
    One sentence; empty if nothing newer than `after` is held.
    """
    total, _ = moves(to_date, partner, after)
    if total is None:
        return ""
    what = amount(total, "CNY" if reporter == "CHN" else "USD")
    name = subject(reporter, partner)
    name = name[0].lower() + name[1:] if name.startswith("Trade") else name
    text = f"In {formats.period(total['period'])} {name}"
    if formats.is_missing(total["growth"]):
        return f"{text} came to {what}."
    if sure(total):
        text += f" {moved(total)} to {what}"
    else:
        text += f" was unchanged within rounding at {what}"
    same = to_date[to_date["country"].eq(partner)]
    by_flow = _by_flow(same, total["period"])
    if len(by_flow) == 2:
        text += f" (exports {by_flow['export']}, imports {by_flow['import']})"
    return f"{text}{_beside(total, world)}."


def _by_flow(rows: pd.DataFrame, period: str) -> dict[str, str]:
    """Return growth of exports and imports in a period, where it is known."""
    same = rows[rows["period"].eq(period) & rows["flow"].isin(["export", "import"])]
    return {row["flow"]: signed(row) for row in same.to_dict("records") if signed(row)}


def _beside(total: dict[str, Any], world: pd.DataFrame) -> str:
    """Say how all of China's trade has grown, and what the partner's share in it has become."""
    same = world[world["period"].eq(total["period"]) & world["flow"].eq("total")]
    if same.empty or formats.is_missing(same["growth"].iloc[0]):
        return ""
    whole = _dict(same, 0)
    text = f"; all of China’s trade {moved(whole)}"
    now, before = total["value"] / whole["value"], total["base"] / whole["base"]
    first, last = (formats.fixed(100 * before, 2), formats.fixed(100 * now, 2))
    if first == last:
        return text
    way = "rose" if now > before else "fell"
    name = in_sentence(total["country"])
    return f"{text}, so the share of {name} {way} from {first}% to {last}%"


def whole_world(
    to_date: pd.DataFrame, world: pd.DataFrame, partner: str, after: int
) -> str:
    """Say how all of China's exports and imports have grown in the same months."""
    total, _ = moves(to_date, partner, after)
    if total is None:
        return ""
    same = world[world["period"] == total["period"]].dropna(subset="growth")
    rows = {row["flow"]: row for row in same.to_dict("records")}
    if not {"export", "import"} <= set(rows):
        return ""
    return (
        f"In {formats.period(total['period'])} China’s exports to all countries "
        f"{moved(rows['export'])} and its imports {moved(rows['import'])}."
    )


def early(to_date: pd.DataFrame, partner: str, after: int) -> str:
    """Say of the flow of a country that moved most if most of that was in January and February."""
    total, rows = moves(to_date, partner, after)
    top = most(rows)
    if total is None or top is None or partner in GROUPS:
        return ""
    year, last = top["period"].split("-")
    months = int(last.removesuffix("M"))
    same = to_date[to_date["flow"].eq(top["flow"]) & to_date["period"].eq(f"{year}-2M")]
    if months < _MONTHS or same.empty or formats.is_missing(same["growth"].iloc[0]):
        return ""
    start = _dict(same, 0)
    part = (start["value"] - start["base"]) / top["move"]
    if not _EARLY <= part <= 1:
        return ""
    rate = (top["value"] - start["value"]) / (top["base"] - start["base"]) - 1
    rest = formats.period(f"{year}-{last}").replace("January", "March").split(" ")[0]
    flow, way = FLOW_WORDS[top["flow"]], "rise" if top["move"] > 0 else "fall"
    return (
        f"{100 * part:.0f}% of the {way} in {flow} fell in January and February "
        f"({signed(start)}); in {rest} {flow} {'rose' if rate > 0 else 'fell'} "
        f"{formats.percent(abs(rate))}."
    )


def gone(to_date: pd.DataFrame, gold: pd.DataFrame, partner: str, after: int) -> str:
    """Name the flows that have all but ended, and say how the total has moved without them.

    Parameters
    ----------
    to_date, partner, after
        As for `moves`.
    gold
        What is known of gold in China's imports from Kyrgyzstan (`pair.gold`).
    """
    total, _ = moves(to_date, partner, after)
    rows = ended(to_date, partner, after)
    if total is None or rows.empty:
        return ""
    said = []
    for row in rows.to_dict("records"):
        before = {
            "value": row["base"],
            "low": row["base_low"],
            "high": row["base_high"],
        }
        flow = (
            f"{FLOW_WORDS[row['flow']]} {WAYS[row['flow']]} {name_of(row['country'])}"
        )
        said.append(f"China’s {flow} fell from {amount(before)} to {amount(row)}.")
    if len(gold):
        fact = _dict(gold.sort_values("period"), -1)
        said.append(
            f"In {fact['period']} {Rounded.of(fact, 'share'):percent} of them was gold, as RIA "
            "Novosti counted in customs data."
        )
    if partner in GROUPS:
        value = total["value"] - rows["value"].sum()
        rest = value / (total["base"] - rows["base"].sum()) - 1
        said.append(
            f"Without {flows_of(rows)} trade with {in_sentence(partner)} "
            f"{'rose' if rest > 0 else 'fell'} {formats.percent(abs(rest))}."
        )
    return " ".join(said)


def in_dollars(to_date: pd.DataFrame, partner: str, after: int) -> str:
    """Say what of the running year is published in dollars, too.

    Parameters
    ----------
    to_date
        What `pair.within_year` returns of sums to date in dollars.
    partner, after
        As for `moves`.
    """
    total, _ = moves(to_date, partner, after)
    if total is None:
        return ""
    grown = f" ({signed(total)})" if signed(total) else ""
    when = formats.period(total["period"])
    return f"In dollars {when} came to {amount(total, 'USD')}{grown}."


def whole_year(found: pd.DataFrame, currency: str) -> str:
    """Say where the running year may end, how sure that is, and how it is estimated.

    Parameters
    ----------
    found
        What `nowcast.running_year` returns; without an estimate nothing is said.
    currency
        Of the figures.
    """
    if found.empty or formats.is_missing(found["estimate"].iloc[0]):
        return ""
    row = found.iloc[0]
    places = 0 if row["estimate"] >= 99.5e9 else 1
    middle = formats.fixed(row["estimate"] / 1e9, places)
    low = formats.fixed(row["estimate_low"] / 1e9, places)
    high = formats.fixed(row["estimate_high"] / 1e9, places)
    unit, dollar = (" billion yuan", "") if currency == "CNY" else (" billion", "$")
    text = f"For {row['year']}: about {dollar}{middle}{unit}; "
    if formats.is_missing(row["estimate_low"]):
        return f"{text}too few earlier estimates tell how far off that may be."
    record = [str(year) for year in range(int(row["since"]), int(row["year"]))]
    return (
        f"{text}by the record of {formats.join(record)} four times in five between "
        f"{dollar}{low} and {high}. "
        f"Made without the year it was tried on, such a range held {row['held']} times in "
        f"{row['tried']}. The estimate is the mean of two: that the months known are the same part "
        "of the year as a year before, and that the rest of the year repeats a year before."
    )


def _dict(rows: pd.DataFrame, place: int) -> dict[str, Any]:
    return {str(name): value for name, value in rows.iloc[place].items()}
