"""The table `after`: what series of goods did after rules on them, a row a rule and series.

After, never because: `catrade_build.calc.after` says how the months after a rule are set against
those before its decision, beside other years and other countries.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade_build.calc import after as calc
from catrade_build.columns import columns_of
from catrade_build.tables.definitions import meanings
from catrade_build.tables.names import name_of
from catrade_build.tables.policy import load_ember, load_hits

#: Rules that apply from a day that the register knows; what is only announced may be put off.
BEGIN = ("in_force", "amended", "suspended", "ended")


def after() -> pd.DataFrame:
    """Return the whole table: three months before the decision and three after the day."""
    hits = load_hits()
    return listed(hits[hits["stage"].isin(BEGIN)], calc.QUARTERS)


def listed(rules: pd.DataFrame, window: calc.Window) -> pd.DataFrame:
    """Return a row a rule and series that is held and that it concerns, in order of time."""
    rows = [pd.DataFrame(columns=columns_of("after"))]
    for group, goods in meanings("ember_groups").items():
        monthly, on_goods = load_ember(group), load_hits(goods)
        held = _held(monthly, on_goods, rules).to_dict("records")
        rows += [_row(rule, group, monthly, on_goods, window) for rule in held]
    found = pd.concat([part for part in rows if len(part)] or rows)
    found = found[columns_of("after")]
    return found.sort_values(["day", "partner", "series"], ignore_index=True)


def _held(
    months: pd.DataFrame, hits: pd.DataFrame, rules: pd.DataFrame
) -> pd.DataFrame:
    """Return the rules that concern a series while it is held; one of a measure and day."""
    hits = hits[hits["event_id"].isin(rules["event_id"])]
    hits = hits[hits["country"].isin([*months["partner"], "WLD"])]
    hits = hits[hits["last_day"] > months["date"].min()]
    return hits.drop_duplicates(["measure_id", "first_day", "country"])


def _row(
    rule: dict[Any, Any],
    group: str,
    months: pd.DataFrame,
    hits: pd.DataFrame,
    window: calc.Window,
) -> pd.DataFrame:
    """Return the row of one rule and series in the list of all."""
    partner = rule["country"]
    if partner != "WLD":
        name = f"ember_{group}_exports_to_{partner.lower()}_usd"
        return compared(rule, name, months, partner, hits, window).head(1)
    row = {
        "event_id": rule["event_id"],
        "title": rule["title_en"],
        "day": rule["first_day"],
        "decided": rule["decided"],
        "series": f"ember_{group}_exports",
        "partner": "WLD",
        "partner_name": name_of("WLD"),
        "told": False,
        "rule": "",
        "reason": "it concerns every country, so that none is left to compare with",
        "sources": rule["sources"],
    }
    return pd.DataFrame([row], columns=columns_of("after"))


def compared(
    rule: dict[Any, Any],
    series: str,
    months: pd.DataFrame,
    partner: str,
    hits: pd.DataFrame,
    window: calc.Window,
) -> pd.DataFrame:
    """Compare one series after a rule or day of which the months and what hits them are at hand."""
    day = pd.Timestamp(rule["first_day"])
    measure = str(rule.get("measure_id", ""))
    decided = rule.get("decided")
    rows = calc.compare_months(months, hits, partner, day, measure, window, decided)
    own = hits[hits["event_id"] == rule.get("event_id")]
    own = own[own["country"].isin([partner, "WLD"])]
    first: dict[Any, Any] = rows.iloc[0].to_dict()
    way = "less" if first["ratio"] < 1 else "more"
    bears = first["told"] and way in {*own["hits_way"]}
    names = rows["partner"].map(name_of)
    rows = rows.assign(partner_name=names, series=series)
    counts = rows[rows["reason"] == ""]
    for column, comparison in (("years", calc.YEAR), ("others", calc.COUNTRY)):
        ratios = counts.loc[counts["comparison"] == comparison, "ratio"]
        rows.loc[0, column] = len(ratios)
        rows.loc[0, f"{column}_low"] = ratios.min()
        rows.loc[0, f"{column}_high"] = ratios.max()
    rows["rule"] = ""
    rows.loc[0, "rule"] = rule["title_en"] if bears else ""
    return rows.assign(
        event_id=rule.get("event_id", ""),
        title=rule.get("title_en", ""),
        day=day,
        decided=decided,
    )
