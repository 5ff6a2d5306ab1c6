"""Growth within one vintage: a figure over the year before as the same release has it.

An office revises a year when it publishes the next. The quotient of two levels is growth only if
both are of one release; across two it also holds what was revised in between. An office that prints
its growth knows the year before as revised, so its rate is of one vintage by itself. Chinese
customs prints it in yuan; in dollars it is g$ = (1 + g¥) · e(t−1) / e(t) − 1 with e in yuan a
dollar, since each year's dollars are its yuan over its rate.

Which of these a rate is, `growth_basis` says:

one release
    The quotient of two levels that one source gives: of both that are shown or, where these are of
    two releases, of what the newer of the two that knows both years has of them.
printed
    The rate that the figure's publisher prints in dollars.
printed in yuan
    The rate printed in yuan, converted.
worked out in yuan
    A rate which no office prints: a region's is that of its members' yuan, each by its own rate;
    a month's that of the yuan by which two sums to date differ, now and a year before.
two releases
    The quotient of levels of two releases. If the base is one that China's customs had not revised
    yet, the interval allows for what its revisions have been in nine of ten cases.

A printed rate counts only with the level it was printed with, which agrees with the one shown and
is known to one per cent, or is of its very release; not where a rate printed with a finer level
contradicts it; and only if it is no older than either level, or of the release that the figure
shown is of: its office knew the base as revised then, whatever another source has printed of it
since. A doubtful one is used with a doubtful figure alone. Where it contradicts the quotient, the
base was revised and the printed rate is used; else the narrower of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from catrade_build import revisions, running
from catrade_build.cells.chosen import NEAR, chosen
from catrade_build.cells.rows import shared_sources
from catrade_build.cells.selection import CELL
from catrade_build.frames import (
    KEYS,
    VALUE_COLUMNS,
    implied_base,
    in_billions,
    is_in,
    on_base,
    printed_growth,
    with_base,
    with_earlier,
    with_sources,
)
from catrade_build.kept import every_row, kept
from catrade_build.tables.as_of import days_of, first_days
from catrade_build.tables.trade import by_source, read_table
from rounding.intervals import bounds

#: Kinds of `growth_basis` that rest on what a publisher prints.
PRINTED = ("printed", "printed in yuan", "worked out in yuan")
#: Where no date is known: before all others.
_NO_DAY = pd.Timestamp("1900-01-01")
#: No rate is given that may be a rise or a fall and is known no better than to this.
WIDEST = 0.2
#: A release that is further than this part from a level shown is no earlier state of it.
_REVISED = 0.05
_RATE = ["growth", "growth_low", "growth_high"]
_LEVEL = [*CELL, "low", "high", "published", "quality"]
#: What is known of a printed rate.
_PRINTED = [*_RATE, "growth_basis", "said_by", "unit"]


@kept
def rates(frequency: str = "annual") -> pd.DataFrame:
    """Return the growth of all chosen figures of a frequency: `growth_in_vintage` of `chosen`.

    Examples
    --------
    China's trade with the five, the year of the pandemic: both years of one release each.

    >>> found = rates().query("reporter == 'CHN' and partner == 'CA5' and year == 2020")
    >>> found.set_index("flow")["growth"].round(3).to_dict()
    {'export': -0.189, 'import': -0.094, 'total': -0.148}
    """
    published = every_row(convert=False)
    printed = running.every_figure()
    is_yuan = printed["currency"].eq("CNY") & printed["frequency"].eq(frequency)
    return growth_in_vintage(chosen(frequency), published, printed[is_yuan])


def growth_in_vintage(
    cells: pd.DataFrame, rows: pd.DataFrame, yuan: pd.DataFrame
) -> pd.DataFrame:
    """Compare each figure with the year before, in one vintage wherever that is known.

    Parameters
    ----------
    cells
        One chosen figure a cell (`catrade_build.cells.chosen`).
    rows
        Rows of `load_trade(convert=False)`, several a cell: the printed rates.
    yuan
        The figures in yuan among them, as `running.as_printed` has them.

    Returns
    -------
    The cells that have a rate, plus base_period, growth, growth_low, growth_high (fractions),
    growth_basis (see the module), growth_computed (the quotient of the levels; NaN without a base),
    and base, base_low, base_high: the base that the rate was taken from. A rate that may
    be a rise or a fall and is known to no better than 20 points is left out.

    Examples
    --------
    China's trade with Uzbekistan rose by 18.5% in yuan in 2025; the yuan of 2024 had been revised
    since they were first published, so the quotient of both years' dollars is too low.

    >>> found = rates().query("reporter == 'CHN' and partner == 'UZB' and flow == 'total'")
    >>> found = found.query("year == 2025").iloc[0]
    >>> f"{found['growth']:.3f}", f"{found['growth_computed']:.3f}", found["growth_basis"]
    ('0.179', '0.168', 'printed in yuan')
    """
    # The quotients, the printed rate that goes with each, and which of both says more.
    ours = _quotients(cells, rows)
    printed = pd.concat([_in_dollars(rows), _in_yuan(yuan)])
    best = _narrowest(ours, printed[[*_LEVEL, *_PRINTED]])

    low, high = bounds(ours, "growth_low", "growth_high")
    least, most = bounds(best, "growth_low", "growth_high")
    slack = best["unit"] / 2  # rates are often cut off instead of rounded
    revised = least - slack > ours["quotient_high"]
    revised |= most + slack < ours["quotient_low"]
    agrees = (least <= high) & (most >= low)
    is_narrower = agrees & (most - least < high - low)
    used = best["growth"].notna() & (low.isna() | revised | is_narrower)

    rate = [*_RATE, "growth_basis"]
    result = ours.assign(**best[rate].where(used, ours[rate]))
    result = _with_base_of_rate(result, used).dropna(subset="growth")
    low, high = bounds(result, "growth_low", "growth_high")
    is_vague = (low < 0) & (high > 0) & (high - low > WIDEST)
    return result[~is_vague].reset_index(drop=True)


def cell_growth(cells: pd.DataFrame, keys: Sequence[str] = KEYS) -> pd.DataFrame:
    """Compare each cell with the same part of the year before.

    Parameters
    ----------
    cells
        One row for each of `keys` and period; balances have no growth rate.

    Returns
    -------
    The rows that have a base (not one that may be zero), plus base_period, base, base_low,
    base_high, growth, growth_low, growth_high; sources are those of both figures.

    Examples
    --------
    >>> cells = pd.DataFrame({"reporter": "CHN", "partner": "CA5", "flow": "total",
    ...     "period": ["2024", "2025"], "value": [94.82, 106.3], "low": [94.815, 106.25],
    ...     "high": [94.825, 106.35], "sources": "a"})
    >>> cell_growth(cells)[["period", "growth", "growth_low", "growth_high"]].round(4)
      period  growth  growth_low  growth_high
    0   2025  0.1211      0.1205       0.1217
    """
    rows = cells[cells["flow"] != "balance"]
    pairs = with_base(rows, rows, keys).dropna(subset="base")
    pairs = with_sources(pairs, "base_sources")
    return pairs.assign(**on_base(pairs)).dropna(subset="growth_low", ignore_index=True)


def _quotients(cells: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return quotients of levels, and below them the cells without a base, which have none."""
    # A base that growth implies is of another vintage.
    rates = cell_growth(cells[cells["basis"] != "implied_by_growth"])
    rates["growth_computed"] = rates["growth"]
    base = cells.rename(columns={"period": "base_period"})
    series = [*KEYS, "base_period"]
    base = base[[*series, "sources", "published", "releases", "quality"]]
    rates = rates.merge(base, on=series, suffixes=("", "_base"))

    year_by_year = _released_year_by_year(rows)
    pairs = zip(rates["releases"], rates["releases_base"], strict=True)
    is_one = [_one_release(*pair, year_by_year) for pair in pairs]
    rates["growth_basis"] = np.where(is_one, "one release", "two releases")
    rates = _in_one_release(rates, rows, year_by_year)
    rates = _allowing_for_revision(rates, year_by_year)

    others = cells[(cells["flow"] != "balance") & ~is_in(cells, rates, CELL)]
    others = with_earlier(others).assign(growth_basis="")
    return pd.concat([rates, others], ignore_index=True)


def _in_one_release(
    rates: pd.DataFrame, rows: pd.DataFrame, year_by_year: set[str]
) -> pd.DataFrame:
    """Take growth within the release of one level, where the two are of two and it has both years.

    It counts the same, prints no growth of its own, and has of neither year another figure than one
    that may have been revised to the one shown.
    """
    usable = rows.query("quality == 'ok' and currency == 'USD'")
    usable = in_billions(usable[~usable["sources"].isin(year_by_year)])
    held = revisions.with_totals(usable, VALUE_COLUMNS)
    series = [*KEYS, "coverage", "sources"]
    held = held.drop_duplicates([*series, "period"])
    within = cell_growth(held, keys=series)
    within = within[within["growth_printed"].isna()]

    apart = rates[rates["growth_basis"] == "two releases"].reset_index(names="place")
    pairs = apart.merge(within, on=[*CELL, "coverage"], suffixes=("", "_within"))
    figure = pairs["value_within"] / pairs["value"]
    base = pairs["base_within"] / pairs["base"]
    is_near = (figure.sub(1).abs() <= _REVISED) & (base.sub(1).abs() <= _REVISED)
    sides = pairs[["sources_within", "releases", "releases_base"]].to_numpy()
    pairs["is_own"] = [
        source in shared_sources([ours]) | shared_sources([theirs])
        for source, ours, theirs in sides
    ]
    pairs = pairs[is_near & pairs["is_own"]].sort_values("published_within")
    best = pairs.drop_duplicates("place", keep="last").set_index("place")

    names = [f"{name}_within" for name in _RATE]
    rates.loc[best.index, _RATE] = best[names].to_numpy()
    rates.loc[best.index, "growth_basis"] = "one release"
    return _with_base_of_rate(rates, rates.index.isin(best.index))


def _allowing_for_revision(rates: pd.DataFrame, year_by_year: set[str]) -> pd.DataFrame:
    """Widen the rates whose base its publisher had not revised yet, where it is known to revise.

    China's customs revises a year when it publishes the next: a source older than that has it
    unrevised. Of one without a date it is not known what it had revised. What a year usually does
    is known of who prints growth on what it has revised (`revisions.usually`).
    """
    sources = rates["sources_base"].str.split(";").explode()
    published = sources.map(by_source("published")).fillna("")
    year = rates["base_period"].str[:4].astype(int)
    revised_in = (year + 2).astype(str).reindex(sources.index)
    is_older = (published < revised_in) & (published != "")
    is_first = is_older | sources.isin(year_by_year)

    is_open = is_first.groupby(level=0).any()
    is_open &= rates["growth_basis"] == "two releases"
    usual = rates[["reporter", "flow"]].merge(revisions.usually(), how="left")
    by = usual["ninety"].set_axis(rates.index).where(is_open).fillna(0.0)
    low, high = bounds(rates, "growth_low", "growth_high")
    return rates.assign(
        quotient_low=low,
        quotient_high=high,
        growth_low=(1 + low) / (1 + by) - 1,
        growth_high=(1 + high) / (1 - by) - 1,
    )


def _released_year_by_year(rows: pd.DataFrame) -> set[str]:
    """Return the sources that print growth of several years: each year is a release of its own."""
    printed = rows.dropna(subset="growth_printed").query("frequency == 'annual'")
    years = printed.groupby("sources")["year"].nunique()
    return set(years.index[years > 1])


def _one_release(ours: str, theirs: str, year_by_year: set[str]) -> bool:
    """Say whether one source gives both levels; of sums, whether one does for every part."""
    pairs = [*zip(ours.split("+"), theirs.split("+"), strict=False)]
    if ours.count("+") != theirs.count("+"):
        pairs = [(ours, theirs)]
    return all(shared_sources(pair) - year_by_year for pair in pairs)


def _in_dollars(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rates printed with figures in dollars."""
    usable = rows.query("quality != 'rejected' and currency == 'USD'")
    printed = in_billions(usable.dropna(subset="growth_printed"))
    rate = printed_growth(printed)
    return printed.assign(
        growth=printed["growth_printed"],
        growth_low=rate.low,
        growth_high=rate.high,
        growth_basis="printed",
        said_by=printed["sources"],
        unit=printed["growth_precision"],
    )


def _in_yuan(yuan: pd.DataFrame) -> pd.DataFrame:
    """Return what printed growth in yuan says, in dollars; regions as their members' sums."""
    is_implied = yuan["base_basis"] == "implied_by_growth"
    yuan = yuan[yuan["growth_basis"].eq("printed") | is_implied]
    yuan = pd.concat([yuan, running.regions(yuan)], ignore_index=True)
    yuan = with_earlier(yuan)

    rates = read_table("exchange_rates").query("currency == 'CNY'").set_index("period")
    now = rates.reindex(yuan["period"]).set_axis(yuan.index)
    then = rates.reindex(yuan["base_period"]).set_axis(yuan.index)
    # By how much the dollar has come to cost less yuan, with the ends of both rates.
    dearer = then["rate"] / now["rate"]
    least = then["low"] / now["high"]
    most = then["high"] / now["low"]
    is_worked_out = yuan["growth_basis"] == "computed"
    dollars = yuan.assign(
        growth=(1 + yuan["growth"]) * dearer - 1,
        growth_low=(1 + yuan["growth_low"]) * least - 1,
        growth_high=(1 + yuan["growth_high"]) * most - 1,
        low=yuan["low"] / now["high"] / 1e9,
        high=yuan["high"] / now["low"] / 1e9,
        growth_basis=np.where(is_worked_out, "worked out in yuan", "printed in yuan"),
        said_by=yuan["sources"],
        unit=0.0,
    )
    return dollars.dropna(subset="growth")


def _narrowest(ours: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return for each row of `ours` the narrowest printed rate that may be used with it."""
    pairs = _of_its_level(ours, printed)
    pairs = pairs[~_denied_by_a_finer(pairs)]
    # Of a month or a year any day may be meant: a rate is left out that is surely older.
    last = days_of(pairs["published_printed"]).fillna(_NO_DAY)
    pairs = pairs[(last >= pairs["newest"]) | pairs["is_own"]]

    # of equally narrow ones the newest
    width = pairs["growth_high"] - pairs["growth_low"]
    pairs = pairs.assign(width=width.round(9))
    order = ["width", "published_printed"]
    pairs = pairs.sort_values(order, ascending=[True, False])
    best = pairs.drop_duplicates("place").set_index("place")
    return best[_PRINTED].reindex(ours.index)


def _of_its_level(ours: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """Return each row of `ours` beside the rates printed with the level that it shows.

    A level in whole billions goes with many: which is meant is known if it is printed to one per
    cent, or is of the very release that is shown. What is doubted says nothing of a figure that is
    not.
    """
    days = ours[["published", "published_base"]].apply(first_days).fillna(_NO_DAY)
    levels = ours[[*_LEVEL, "releases"]].assign(newest=days.max(axis=1))
    levels = levels.reset_index(names="place")
    pairs = levels.merge(printed, on=[*CELL], suffixes=("", "_printed"))
    ids = zip(pairs["said_by"], pairs["releases"], strict=True)
    pairs["is_own"] = [bool(shared_sources(both)) for both in ids]

    low, high = pairs["low_printed"], pairs["high_printed"]
    touches = (low <= pairs["high"]) & (high >= pairs["low"])
    is_fine = (high - low) / 2 <= NEAR * (high + low) / 2
    is_sound = (pairs["quality_printed"] == "ok") | (pairs["quality"] != "ok")
    return pairs[touches & (is_fine | pairs["is_own"]) & is_sound]


def _denied_by_a_finer(pairs: pd.DataFrame) -> pd.Series[bool]:
    """Say of each rate whether one that was printed with a level twice as fine contradicts it."""
    rate = ["place", "low_printed", "high_printed", "growth_low", "growth_high"]
    ours = pairs[[*rate, "unit"]].reset_index(names="at")
    both = ours.merge(pairs[rate], on="place", suffixes=("", "_finer"))
    width = both["high_printed"] - both["low_printed"]
    finer = both["high_printed_finer"] - both["low_printed_finer"]
    slack = both["unit"] / 2  # rates are often cut off instead of rounded
    apart = both["growth_low"] - slack > both["growth_high_finer"]
    apart |= both["growth_high"] + slack < both["growth_low_finer"]
    denied = both.loc[apart & (finer < width / 2), "at"]
    return pd.Series(pairs.index.isin(denied), pairs.index)


def _with_base_of_rate(rates: pd.DataFrame, where: Any) -> pd.DataFrame:
    """Put in the place of the level a year before, where a rate is of other levels, x / (1 + g)."""
    rate = bounds(rates, "growth_low", "growth_high")
    low, high = implied_base(bounds(rates), rate)
    value = rates["value"] / (1 + rates["growth"])
    implied = {"base": value, "base_low": low, "base_high": high}
    for name, ours in implied.items():
        rates[name] = rates[name].mask(where, ours)
    return rates
