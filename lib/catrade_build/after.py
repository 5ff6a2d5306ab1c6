"""The table `after`: what series of goods did after rules on them, a row a rule and series.

After, never because: a mean of some months after the day is set against a mean before it, and that
quotient against those of other countries in the same months, of which the median counts, and
against all days at which no rule of the register begins (placebo dates). What happened is told of
only if it lies outside all of these.

The months before are those that were over when the rule was decided: once it is known, buyers
hasten or wait. What lies between counts on neither side, and the same months are left out of other
years and countries.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.frames import join_ids
from catrade_build.tables.definitions import meanings
from catrade_build.tables.names import name_of
from catrade_build.tables.policy import load_ember, load_hits
from rounding.formats import date as as_date

#: Rules that apply from a day that the register knows; what is only announced may be put off.
BEGIN = ("in_force", "amended", "suspended", "ended")
#: A series of less a month, a million dollars, is moved by single lorries.
LEAST_BN = 0.001
#: Other countries, and other years, that must be there.
CONTROLS = 2
#: Of so many days without a rule at most one may have seen as much, and so many must be there.
ONE_IN = 20
DATES = 15
#: Of what days without a rule saw, the middle nine tenths are usual.
USUAL = (0.05, 0.95)
RULE, YEAR, COUNTRY = "this rule", "another year", "another country"


class Window(NamedTuple):
    """So many months before and after a day, and so many between them that are left out."""

    before: int
    months: int
    left_out: int = 0

    def first(self, day: Any) -> Any:
        """Return the first day of the months before; `day` is the first of the months after."""
        return day - pd.DateOffset(months=self.before + self.left_out)

    def end(self, day: Any) -> Any:
        """Return the day after the last of the months after."""
        return day + pd.DateOffset(months=self.months)


#: Three months before and after.
QUARTERS = Window(3, 3)


def after() -> pd.DataFrame:
    """Return the whole table: three months before the decision and three after the day."""
    hits = load_hits()
    return listed(hits[hits["stage"].isin(BEGIN)], QUARTERS)


def listed(rules: pd.DataFrame, window: Window) -> pd.DataFrame:
    """Return a row a rule and series that is held and that it concerns, in order of time."""
    found = [pd.DataFrame(columns=columns_of("after"))]
    for group, goods in meanings("ember_groups").items():
        months, hits = load_ember(group), load_hits(goods)
        asked = hits[hits["event_id"].isin(rules["event_id"])]
        asked = asked[asked["country"].isin([*months["partner"], "WLD"])]
        asked = asked[asked["last_day"] > months["date"].min()]
        once = asked.drop_duplicates(["measure_id", "first_day", "country"])
        series = f"ember_{group}_exports"
        for rule in once.to_dict("records"):
            partner = rule["country"]
            if partner == "WLD":
                found.append(_of_all(rule, series))
                continue
            name = f"{series}_to_{partner.lower()}_usd"
            rows = compared(rule, name, months, partner, hits, window)
            found.append(rows.head(1))
    every = pd.concat([part for part in found if len(part)] or found)
    every = every[columns_of("after")]
    return every.sort_values(["day", "partner", "series"], ignore_index=True)


def _of_all(rule: dict[Any, Any], series: str) -> pd.DataFrame:
    """Return the row of a rule that leaves no country to compare with."""
    row = {
        "event_id": rule["event_id"],
        "title": rule["title_en"],
        "day": rule["first_day"],
        "decided": rule["decided"],
        "series": series,
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
    window: Window,
) -> pd.DataFrame:
    """Compare one series after a rule or day of which the months and what hits them are at hand."""
    day = pd.Timestamp(rule["first_day"])
    measure = str(rule.get("measure_id", ""))
    decided = rule.get("decided")
    rows = compare_months(months, hits, partner, day, measure, window, decided)
    own = hits[hits["event_id"] == rule.get("event_id")]
    own = own[own["country"].isin([partner, "WLD"])]
    first: dict[Any, Any] = rows.iloc[0].to_dict()
    way = "less" if first["ratio"] < 1 else "more"
    bears = first["told"] and way in {*own["hits_way"]}
    names = rows["partner"].map(name_of)
    rows = rows.assign(partner_name=names, series=series)
    counts = rows[rows["reason"] == ""]
    for column, comparison in (("years", YEAR), ("others", COUNTRY)):
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


def quotients(months: pd.DataFrame, window: Window) -> dict[str, Any]:
    """Return the mean after divided by the mean before: a row a day, a column a partner.

    Returns
    -------
    dict
        before_bn, after_bn (means), ratio, ratio_low, ratio_high; year_before_bn (the mean of the
        months after, a year before) and on_year, on_year_low, on_year_high (after by that); NaN
        where a month is missing or, of the quotients, a mean is less than `LEAST_BN`.
    """
    ends = ["value", "low", "high"]
    wide = months.pivot_table(ends, "date", "partner", aggfunc="sum", min_count=1)
    wide = wide.asfreq("MS")
    before = wide.rolling(window.before).mean().shift(1 + window.left_out)
    after = wide.rolling(window.months).mean().shift(1 - window.months)
    year = after.shift(12)
    means = {"before_bn": before, "after_bn": after, "year_before_bn": year}
    found: dict[str, Any] = {name: mean["value"] for name, mean in means.items()}
    for name, base in (("ratio", before), ("on_year", year)):
        is_large = (base["value"] >= LEAST_BN) & (after["value"] >= LEAST_BN)
        found[name] = (after["value"] / base["value"]).where(is_large)
        found[f"{name}_low"] = (after["low"] / base["high"]).where(is_large)
        found[f"{name}_high"] = (after["high"] / base["low"]).where(is_large)
    return found


def falls_within(
    hits: pd.DataFrame, partner: str, day: pd.Timestamp, window: Window
) -> pd.DataFrame:
    """Return the rules on a partner that begin within a window, its first day apart.

    Parameters
    ----------
    hits
        As `catrade_build.tables.policy.load_hits` returns it.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_hits
    >>> spring = pd.Timestamp("2024-05-01")
    >>> rules = falls_within(load_hits("8703.80"), "KGZ", spring, Window(2, 4))
    >>> rules["event_id"].tolist()
    ['2024-rus-eaeu-car-difference']
    """
    own = hits[hits["country"].isin([partner, "WLD"])]
    is_late = own["last_day"] > window.first(day)
    rules: pd.DataFrame = own[is_late & (own["first_day"] < window.end(day))]
    return rules


def without_rules(
    ratio: pd.DataFrame, hits: pd.DataFrame, window: Window
) -> pd.DataFrame:
    """Return quotients, NaN where a rule on that partner falls into the months."""
    days = pd.DatetimeIndex(ratio.index)
    first, end = window.first(days), window.end(days)
    is_hit = np.zeros(ratio.shape, dtype=bool)
    rules = hits[["country", "first_day", "last_day"]].to_numpy()
    for country, first_day, last_day in rules:
        falls = (first < last_day) & (end > first_day)
        is_hit |= np.outer(falls, ratio.columns.isin([country]) | (country == "WLD"))
    return ratio.mask(is_hit)


def compare_months(
    months: pd.DataFrame,
    hits: pd.DataFrame,
    partner: str,
    day: str | pd.Timestamp,
    measure: str = "",
    window: Window = QUARTERS,
    decided: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Set the months after a day against those before, beside other years and countries.

    Parameters
    ----------
    months
        A row a partner and month: date, partner, value, low, high (billions of dollars), sources.
    hits
        Rules of the register on these goods, as `catrade_build.tables.policy.load_hits` has them.
    partner
        The country looked at.
    day
        First day of the rule, or any day.
    measure
        The measure that begins on that day; every other one that falls into the months is a reason
        to tell of nothing.
    window
        How many months before and after; a month in which the rule begins is left out.
    decided
        When the rule became known, if that was earlier: the months before are those over by then.

    Returns
    -------
    DataFrame
        First the country looked at, then other years and other countries: comparison, partner, date
        (first of the months after), before_bn, after_bn (means of a month), ratio, ratio_low,
        ratio_high (what rounding allows), year_before_bn (mean of the months after, a year before),
        on_year with on_year_low and on_year_high (after by that), reason (why the row does not
        count; else ""), sources. In
        the first row besides: relative, relative_low, relative_high (ratio divided by the median
        of other countries, and what it may be given what days without a rule saw), as_far (how
        many of these saw as much), dates (how many there are), told (whether it lies outside other
        years, other countries and nineteen of twenty such days); NaN and a reason where a control
        is missing or another rule falls into the months.

    Examples
    --------
    >>> from catrade_build.tables.policy import load_ember, load_hits
    >>> cars, rules = load_ember("ev"), load_hits("8703.80")
    >>> frame = compare_months(cars, rules, "KGZ", "2024-04-01", "rus-eaeu-car-difference")
    >>> frame.loc[0, ["ratio", "as_far", "dates"]].astype(float).round(2).tolist()
    [0.16, 0.0, 21.0]
    >>> frame["told"].tolist()[:2]
    [True, False]
    """
    start, window = _placed(pd.Timestamp(day), window, decided)
    means = quotients(months, window)
    clean = without_rules(means["ratio"], hits, window)
    is_own = (hits["measure_id"] == measure) & (hits["first_day"] == pd.Timestamp(day))
    rows = [_row(RULE, partner, start, means, hits[~is_own], window)]
    years = pd.DatetimeIndex(clean.index).year
    for year in sorted(set(years) - {start.year}):
        moved = start + pd.DateOffset(years=year - start.year)
        rows.append(_row(YEAR, partner, moved, means, hits, window))
    others = clean.columns.drop(partner)
    rows += [_row(COUNTRY, other, start, means, hits, window) for other in others]
    frame = pd.DataFrame(rows).assign(sources=join_ids(months["sources"]))
    return _judged(frame, clean, partner, start)


def _placed(
    day: pd.Timestamp, window: Window, decided: str | pd.Timestamp | None = None
) -> tuple[pd.Timestamp, Window]:
    """Return the first of the months after, and the window: what lies between is left out."""
    start = day if day.day == 1 else (day + pd.offsets.MonthBegin()).normalize()
    known = (
        day
        if pd.isna(decided)
        else min(pd.Timestamp(decided) + pd.DateOffset(days=1), day)
    )
    # A month that was over by the day of the decision is the last before.
    end = known.to_period("M").to_timestamp()
    apart = 12 * (start.year - end.year) + start.month - end.month
    return start, window._replace(left_out=apart)


def _row(
    comparison: str,
    partner: str,
    day: pd.Timestamp,
    means: dict[str, Any],
    hits: pd.DataFrame,
    window: Window,
) -> dict[str, Any]:
    """Return one quotient and, if it does not count, why."""
    cell = {name: wide[partner].get(day, np.nan) for name, wide in means.items()}
    rules = falls_within(hits, partner, day, window)
    reason = ""
    if len(rules):
        rule = rules.iloc[0]
        reason = f"{rule['title_en']} ({as_date(rule['date'])}) falls into these months"
    elif np.isnan(cell["before_bn"]) or np.isnan(cell["after_bn"]):
        reason = "not all of these months are held"
    elif np.isnan(cell["ratio"]):
        reason = "less than a million dollars a month"
    return {
        "comparison": comparison,
        "partner": partner,
        "date": day,
        **cell,
        "reason": reason,
    }


def _judged(
    frame: pd.DataFrame, clean: pd.DataFrame, partner: str, start: pd.Timestamp
) -> pd.DataFrame:
    """Add to the first row what other countries and days without a rule make of it."""
    logs = clean.map(np.log)
    rest = logs.drop(columns=partner)
    controls = rest.median(axis=1).where(rest.count(axis=1) >= CONTROLS)
    placebo = (logs[partner] - controls).drop(start, errors="ignore").dropna()
    first: dict[Any, Any] = frame.iloc[0].to_dict()
    counts = frame[frame["reason"] == ""]
    sides = [counts[counts["comparison"] == name]["ratio"] for name in (YEAR, COUNTRY)]
    reason = first["reason"] or _lacking(sides, len(placebo))
    judged = dict.fromkeys(["relative", "relative_low", "relative_high"], np.nan)
    as_far, told = np.nan, False
    if not reason:
        control = controls[start]
        apart = np.log(first["ratio"]) - control
        as_far = int((placebo.abs() >= abs(apart)).sum())
        usual_low, usual_high = placebo.quantile(list(USUAL))
        # Rounding of the others is small beside what days without a rule saw.
        least = np.log(first["ratio_low"]) - control - usual_high
        most = np.log(first["ratio_high"]) - control - usual_low
        judged = dict(zip(judged, np.exp([apart, least, most]), strict=True))
        others = pd.concat(sides)
        outside = not others.min() <= first["ratio"] <= others.max()
        told = outside and as_far * ONE_IN <= len(placebo)
    judged |= {"as_far": as_far, "dates": len(placebo), "told": told}
    frame = frame.join(pd.DataFrame(judged, index=[0]))
    frame.loc[0, "reason"] = reason
    return frame.assign(told=frame["told"].eq(True))


def _lacking(sides: list[pd.Series[float]], dates: int) -> str:
    """Say what is missing to judge by, "" if nothing is."""
    years, others = map(len, sides)
    if others < CONTROLS:
        return f"{others} other countries to compare with, of {CONTROLS} needed"
    if years < CONTROLS:
        return f"{years} other years to compare with, of {CONTROLS} needed"
    if dates < DATES:
        return f"{dates} days without a rule to compare with, of {DATES} needed"
    return ""
