"""The table `rivals`: two partners of a region side by side, by its countries' own count.

A region's sum has no figure where one of its countries has none. So here only countries count that
have published trade with both partners for years; in the newest year one that has none yet leaves
the sum of the others, which is a lower bound. `defined/rivals.yaml` says what each column holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from catrade_build.cells.chosen import chosen
from catrade_build.columns import columns_of
from catrade_build.rules import RIVALS, YEARS
from catrade_build.tables.names import GROUPS, publishing

_CELL = ["partner", "year"]


def rivals() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    cells = chosen().query("flow == 'total' and partner in @RIVALS")
    regions = dict.fromkeys(publishing(group) for group in GROUPS)
    parts = [
        side_by_side(cells[cells["reporter"].isin(GROUPS[region])], region)
        for region in regions
    ]
    return pd.concat(parts, ignore_index=True)[columns_of("rivals")]


def side_by_side(own: pd.DataFrame, region: str) -> pd.DataFrame:
    """Return what countries trade with each of two partners, with who is surely ahead.

    Parameters
    ----------
    own
        Chosen totals of the countries with both partners: reporter, partner, year, value with
        its ends, quality, coverage, sources.
    region
        What the countries are together.

    Returns
    -------
    The columns of `defined/rivals.yaml`, years in order.
    """
    sound = own[own["quality"] == "ok"].dropna(subset="value")
    pairs = sound.groupby(["reporter", "year"])["partner"].transform("nunique")
    both = sound[pairs == len(RIVALS)].drop_duplicates(["reporter", "year"])
    years = both["reporter"].value_counts()
    counted = sorted(years.index[years >= YEARS])

    sound = sound[sound["reporter"].isin(counted)]
    sums = sound.groupby(_CELL)[["value", "low", "high"]].sum()
    sums["missing"] = _join(sound, lambda codes: {*counted} - codes)
    sums["sources"] = sound.groupby(_CELL)["sources"].agg(";".join)
    with_services = sound[sound["coverage"] != "goods"]
    sums["with_services"] = _join(with_services, list)
    sums = sums.fillna({"with_services": ""}).reset_index()

    # Two lower bounds say nothing of each other; of earlier years both sums must be whole.
    whole = sums["missing"].eq("").groupby(sums["year"]).transform("sum")
    held = sums.groupby("year")["partner"].transform("size")
    is_told = (held == len(RIVALS)) & (whole > 0)
    is_newest = sums["year"] == sums.loc[is_told, "year"].max()
    is_told &= is_newest | (whole == len(RIVALS))
    sums = sums[is_told].reset_index(drop=True)
    sums["ahead_since"] = ahead_since(sums)
    is_whole = sums["missing"] == ""
    sums["quality"] = np.where(is_whole, "ok", "estimated")
    sums["rounding"] = np.where(is_whole, "nearest", "at_least")
    least = np.floor(10 * sums["low"]) / 10
    for column in ("value", "low"):
        sums[column] = sums[column].where(is_whole, least)
    told: pd.DataFrame = sums.assign(reporter=region, currency="USD")
    return told.assign(countries=";".join(counted))


def _join(rows: pd.DataFrame, which: Callable[[set[str]], Iterable[str]]) -> pd.Series:
    """Return the codes that `which` makes of each cell's countries, joined with `;`."""
    codes = rows.groupby(_CELL)["reporter"].agg(set)
    return codes.map(lambda held: ";".join(sorted(which(held))))


def ahead_since(sums: pd.DataFrame) -> pd.Series:
    """Return since which year each partner has been surely ahead of the other, NaN where it is not.

    A lower bound may be ahead, and nothing is surely ahead of one. Who leads from the first year
    held on has overtaken nobody.

    Parameters
    ----------
    sums
        partner, year, low, high and missing, a row a partner and year.
    """
    other = sums[["year", "partner", "high", "missing"]]
    both = sums.reset_index().merge(other, on="year", suffixes=("", "_other"))
    both = both[both["partner"] != both["partner_other"]].sort_values("year")
    is_ahead = (both["low"] > both["high_other"]) & (both["missing_other"] == "")
    is_start = is_ahead & ~is_ahead.groupby(both["partner"]).shift(fill_value=True)
    start = both["year"].where(is_start).groupby(both["partner"]).ffill()
    since = start.where(is_ahead)
    return pd.Series(since.to_numpy(), both["index"]).reindex(sums.index)
