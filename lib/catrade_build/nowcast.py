"""The year that is running, estimated from its first months, and how far off that may be.

Two estimates of a year's figure X_t from January to month m of it, Y_t(m):

ratio
    Y_t(m) · X_{t−1} / Y_{t−1}(m): the months known are the same share of the year as a year before
    (stable seasonality: Mendoza and de Alba, "Forecasting an accumulated series based on partial
    accumulation: a Bayesian method for short series with seasonal patterns", *International Journal
    of Forecasting* 22, 2006).
additive
    Y_t(m) + X_{t−1} − Y_{t−1}(m): the months to come repeat those of the year before (the seasonal
    naive forecast: Hyndman and Athanasopoulos, *Forecasting: Principles and Practice*, 3rd edition,
    section 5.2).

In a year that grows the one is too high and the other too low, so the estimate E is their mean.

How far E may be off is read from what it missed before: e = ln(E / X) of every past year, by every
country, made from month m or from a month at most two from it. The interval is E·exp(−q) to
E·exp(q), where q is the ⌈0.8·(n + 1)⌉-th smallest of the n sizes |e|, so that a new error is no
larger in four cases of five (the split conformal interval: Lei, G'Sell, Rinaldo, Tibshirani and
Wasserman, "Distribution-Free Predictive Inference for Regression", *Journal of the American
Statistical Association* 113, 2018). Fewer than four errors give none. That holds of errors that are
drawn alike, and the months of a year are not: they share what the year became, so that a record of
two years is two trials. How often such an interval held is therefore counted on a whole year that
it knew nothing of: the newest past one, by what the years before it give.
A region, whose errors are smaller than its members', is held against its own alone.

A flow that is less than a tenth, or more than ten times, of what it was a year before has broken
off or sprung up: last year's months say nothing of it, so neither it nor a region's flow with it in
it is estimated. In a country's total it is left to go on as since January, at 12/m · Y_t(m), and
the other flow alone is estimated; in past years, too, whose errors are of the same rule. January
and February are never taken apart: the Chinese New Year moves between them.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from catrade_build import running
from catrade_build.columns import columns_of
from catrade_build.frames import added
from catrade_build.tables.names import CENTRAL_ASIA, GROUPS
from rounding.dates import parse_period

#: How often the interval is to hold.
HELD = 0.8
#: Errors count that were made from a month no further away.
_NEAR = 2
#: A month alone is no base: the New Year falls now into January, now into February.
_FIRST_MONTH = 2
_REGION = "CA5"
#: A flow of which less is left since a year before has broken off.
_LEFT = 0.1
_PAIR = ["reporter", "partner", "flow"]
_PLACE = ["is_own", "other", "country", "flow"]
_SERIES = ["currency", *_PLACE]
#: Whose past errors are alike.
_RECORD = ["is_own", "other", "flow", "is_region"]
_METHODS = ["ratio", "additive", "estimate"]
_AMOUNTS = ["value", "base", "before", "actual", *_METHODS, "goes_on"]
_BILLIONS = ["so_far", "estimate", "estimate_low", "estimate_high"]


def every_estimate() -> pd.DataFrame:
    """Return where the running year of the five and the region may end, by who has months.

    Figures are in the reporter's own currency, or in dollars where these are newer; a region is the
    sum of its members. The record is that of all pairs alike: of one side with each of the five, by
    the statistics of that side, or of the five.

    Returns
    -------
    DataFrame
        One row a pair and flow: reporter, partner, flow, year, months, currency, and in billions of
        it so_far and estimate with its ends; errors (how many past ones the ends rest on), since
        (the first year of these), years (how many they are of); tried_year, tried and held (see
        `newest_estimates`); sources.

    Examples
    --------
    >>> total = every_estimate().query("partner == 'KAZ' and flow == 'total'").iloc[0]
    >>> bool(total["so_far"] < total["estimate_low"] < total["estimate"] < total["estimate_high"])
    True
    >>> bool(total["held"] <= total["tried"] <= 10)  # months of one year that was left out
    True
    """
    months, years = _printed("ytd"), _printed("annual")
    single = [rows[~rows["country"].isin(GROUPS)] for rows in (months, years)]
    rows = sum_estimates(estimates(*single), GROUPS[_REGION], _REGION)
    rows["reporter"] = rows["country"].where(rows["is_own"], rows["other"])
    rows["partner"] = rows["other"].where(rows["is_own"], rows["country"])

    # A year that is whole in one currency does not run in the other.
    whole = years[_is_usual(years) | years["currency"].eq("USD")]
    last = rows.join(whole.groupby(_PAIR)["year"].max().rename("last"), on=_PAIR)
    is_usual = _is_usual(rows)
    runs = rows["actual"].isna() & ~(rows["year"] <= last["last"])
    runs &= is_usual | rows["currency"].eq("USD")
    # An error is a ratio: those of the longer record count in either currency.
    is_past = rows["error"].notna() & is_usual
    # Of two as new the one in the reporter's own currency is the last.
    asked = [rows[runs & ~is_usual], rows[is_usual & (runs | is_past)]]
    found = newest_estimates(pd.concat(asked, ignore_index=True))
    found = found.rename(columns={"value": "so_far", "n": "errors"})
    found[_BILLIONS] /= 1e9
    return found.sort_values(_PAIR, ignore_index=True)[columns_of("estimates")]


def _is_usual(rows: pd.DataFrame) -> pd.Series[bool]:
    """Say of figures whether they are in the currency that their reporter prints."""
    return rows["currency"] == running.currencies_of(rows["reporter"])


def _printed(frequency: str) -> pd.DataFrame:
    """Return figures in each currency that somebody prints, of the five and regions.

    `country` is which of these it is, `other` the other side, and `is_own` whether the country is
    the reporter.
    """
    rows = running.with_regions()
    rows = rows[rows["frequency"] == frequency]
    of_five = [*CENTRAL_ASIA, *GROUPS]
    is_own = rows["reporter"].isin(of_five)
    country = rows["reporter"].where(is_own, rows["partner"])
    other = rows["partner"].where(is_own, rows["reporter"])
    rows = rows.assign(is_own=is_own, country=country, other=other)
    return rows[country.isin(of_five)]


def estimates(to_date: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """Estimate each year from each January-to-month figure.

    Parameters
    ----------
    to_date
        currency, country, other, is_own (whether the country counts, or the other side), flow,
        period (such as `2026-7M`), value, base (the same months of the year before), sources.
    years
        The same, period and value of whole years, and base where a growth rate gives one: a
        year's base is that of its own growth, so that a later revision of the year before is in
        both; of the running year, which has no figure, it is the figure of the year before.

    Returns
    -------
    What tells series apart, year, months, value (January to month), base, before (the whole year
    before), ratio, additive, estimate (their mean; NaN where the flow has broken off), goes_on (how
    much of it is a flow that has, as it goes on since January), actual (NaN for the running year),
    error (logarithm of estimate over actual), sources; no row without a year before, with a base
    that is not above zero, or of January alone.

    Examples
    --------
    >>> of = {"currency": "USD", "is_own": False, "other": "CHN", "country": "KAZ", "flow": "total"}
    >>> to_date = pd.DataFrame({**of, "period": ["2025-10M"], "value": [39.8], "base": [36.5],
    ...                         "sources": "a"})
    >>> years = pd.DataFrame({**of, "period": ["2024", "2025"], "value": [43.8, 48.6],
    ...                       "base": [None, 43.8]})
    >>> estimates(to_date, years)[["ratio", "additive", "estimate", "error"]].round(3)
       ratio  additive  estimate  error
    0  47.76      47.1     47.43 -0.024
    """
    at = [*_SERIES, "year"]
    periods = to_date["period"].map(parse_period)
    part = to_date.assign(
        year=[period.year for period in periods],
        months=[period.last_month for period in periods],
    )
    part = part.astype({"year": int, "months": int})
    is_usable = part["months"].between(_FIRST_MONTH, 11) & (part["base"] > 0)
    part = part.loc[is_usable, [*at, "months", "value", "base", "sources"]]

    # Beside each the year it is part of, and the year before.
    whole = years.rename(columns={"value": "actual", "base": "own_base"})
    whole = whole.assign(year=whole["period"].astype(int))
    earlier = whole.rename(columns={"actual": "before"})
    earlier["year"] += 1
    rows = part.merge(whole[[*at, "actual", "own_base"]], on=at, how="left")
    rows = rows.merge(earlier[[*at, "before"]], on=at, how="left")
    own_base = rows.pop("own_base").astype(float)
    rows["before"] = own_base.fillna(rows["before"])
    rows = rows.dropna(subset="before")

    value, base, before = rows["value"], rows["base"], rows["before"]
    ratio = value * before / base
    additive = value + before - base
    mean = (ratio + additive) / 2
    has_broken_off = broke_off(value, base)
    since_january = value * 12 / rows["months"]
    rows = rows.assign(
        ratio=ratio,
        additive=additive,
        estimate=mean.where((mean > 0) & ~has_broken_off),
        goes_on=since_january.where(has_broken_off, 0.0),
    )
    rows = _without_what_broke_off(rows)
    return _judged(rows.sort_values([*at, "months"], ignore_index=True))


def broke_off(value: pd.Series[float], base: pd.Series[float]) -> pd.Series[bool]:
    """Say of each figure whether it is less than a tenth of its base, or more than ten times it.

    Examples
    --------
    >>> broke_off(pd.Series([0.9, 60.0]), pd.Series([34.7, 50.0])).tolist()
    [True, False]
    """
    has_gone = value < _LEFT * base
    has_come = _LEFT * value > base
    return has_gone | has_come


def _without_what_broke_off(rows: pd.DataFrame) -> pd.DataFrame:
    """Estimate a total, of which a flow broke off or sprang up, by the flow that did not."""
    at = [*_SERIES[:-1], "year", "months"]
    rows = rows.set_index(at)
    is_total = rows["flow"] == "total"
    flows, totals = rows[~is_total], rows[is_total]
    has_broken_off = broke_off(flows["value"], flows["base"])
    parts = flows[[*_METHODS, "goes_on"]]
    parts = parts.mask(has_broken_off, flows["goes_on"], axis=0)
    # A flow alone is no total.
    sums = parts.groupby(at).sum(min_count=2)
    one_has = has_broken_off.groupby(at).any()
    totals.update(sums[one_has])
    return pd.concat([flows, totals]).reset_index()


def _judged(estimated: pd.DataFrame) -> pd.DataFrame:
    """Add by how much the estimates missed the years as they became."""
    actual = estimated["actual"]
    missed = estimated["estimate"] / actual.where(actual > 0)
    return estimated.assign(error=np.log(missed))


def sum_estimates(
    estimated: pd.DataFrame, members: tuple[str, ...], name: str
) -> pd.DataFrame:
    """Add the estimates of a region: those of its members added up, where all have one.

    A region's own ratio would let one member's months stand for another's.

    Parameters
    ----------
    estimated
        What `estimates` returns for the members.
    members, name
        Codes of the members, and the region's, as `country`.

    Returns
    -------
    estimated with the region's rows below; their errors are those of the sums.
    """
    parts = estimated[estimated["country"].isin(members)]
    # The running year has no figure; a sum of none stays none.
    keys = [name for name in _SERIES if name != "country"]
    sums = added(parts, [*keys, "year", "months"], _AMOUNTS, len(members))
    sums = _judged(sums.assign(country=name))
    return pd.concat([estimated, sums], ignore_index=True)


def newest_estimates(estimated: pd.DataFrame) -> pd.DataFrame:
    """Return the newest estimate of each year that is running, with the interval of its record.

    Parameters
    ----------
    estimated
        What `estimates` returns, with regions of `sum_estimates`.

    Returns
    -------
    The columns of `estimates`, one row a country and flow, and estimate_low and estimate_high (see
    the module; NaN where fewer than four errors are known, or the flow has broken off), n (how many
    errors these rest on), since (the first year of these), years (how many they are of), tried_year
    (the newest past year), tried (of how many of its months the years before it gave an interval),
    held (in how many of these it held). No row for a country whose newest year is complete.

    Examples
    --------
    >>> of = {"currency": "USD", "is_own": False, "other": "CHN", "country": "KAZ", "flow": "total"}
    >>> one = {**of, "sources": "a"}
    >>> to_date = pd.DataFrame([
    ...     {**one, "period": f"{year}-{month}M", "value": value, "base": 50.0}
    ...     for year, value in ((2025, 55.0), (2026, 60.0)) for month in (6, 7, 8, 9)])
    >>> years = pd.DataFrame([{**one, "period": str(year), "value": 100.0 + year - 2024,
    ...     "base": None} for year in (2024, 2025)])
    >>> now = newest_estimates(estimates(to_date, years)).iloc[0]  # from 2025: ln(107.5 / 101)
    >>> [round(float(now[name]), 1) for name in ("estimate", "estimate_low", "estimate_high")]
    [116.1, nan, nan]
    """
    estimated = estimated.assign(is_region=estimated["country"].isin(GROUPS))
    past = estimated.dropna(subset="error")
    # Of what is known, the latest; a year before the newest that lacks a figure is no nowcast.
    runs = estimated["actual"].isna() & (estimated["year"] == estimated["year"].max())
    newest = estimated[runs].sort_values("months", kind="stable")
    newest = _with_size(newest.drop_duplicates(_PLACE, keep="last"), past)
    factor = np.exp(newest["size"])
    newest["estimate_low"] = newest["estimate"] / factor
    newest["estimate_high"] = newest["estimate"] * factor
    record = past.groupby(_RECORD)["year"].agg(since="min", years="nunique")

    last = past.groupby(_PLACE)["year"].transform("max")
    trials = _with_size(past[past["year"] == last], past)
    trials["tried"] = trials["size"].notna()
    trials["held"] = trials["error"].abs() <= trials["size"]
    tried = trials.groupby(_PLACE).agg(
        tried_year=("year", "max"), tried=("tried", "sum"), held=("held", "sum")
    )
    return newest.join(record, on=_RECORD).join(tried, on=_PLACE)


def _with_size(rows: pd.DataFrame, past: pd.DataFrame) -> pd.DataFrame:
    """Add n errors of years before, from months as near, and the size that four in five have."""
    errors = past[[*_RECORD, "year", "months", "error"]]
    asked = rows[[*_RECORD, "year", "months"]].reset_index(names="row")
    pairs = asked.merge(errors, on=_RECORD, suffixes=("", "_past"))
    is_near = (pairs["months"] - pairs["months_past"]).abs() <= _NEAR
    near = pairs[is_near & (pairs["year_past"] < pairs["year"])]
    sizes = near["error"].abs().groupby(near["row"]).agg(n="size", size=_size)
    return rows.join(sizes).fillna({"n": 0})


def _size(sizes: pd.Series[float]) -> float:
    """Return the size that four new errors in five stay within; NaN if too few are known."""
    place = math.ceil(HELD * (len(sizes) + 1))
    return sizes.nsmallest(place).iloc[-1] if place <= len(sizes) else math.nan
