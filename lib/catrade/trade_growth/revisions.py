"""How figures changed after they were first published.

A rounding interval says what a printed figure may stand for; it says nothing about what its
publisher makes of it a year later. Two things show that: the same cell in a source published later,
and the growth printed a year later, which is measured against the figure as it stands by then.
"""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import earlier, require_columns
from catrade.load.trade import published_interval
from catrade.trade_growth.running import figures

_CELL = ["reporter", "partner", "period", "flow", "currency", "coverage"]
_COLUMNS = [
    *_CELL,
    *("first", "later", "first_source", "later_source", "seen", "change", "relative"),
]


def revisions(trade: pd.DataFrame) -> pd.DataFrame:
    """Return cells whose later figure lies outside what the first one may stand for.

    Parameters
    ----------
    trade
        Rows of `load_trade(frequency=None, convert=False)`: only sound ones (quality `ok`) and
        those doubtful as a first release are used, and figures are compared only in one currency
        and with one coverage.

    Returns
    -------
    reporter, partner, period, flow, currency, coverage, first, later (in the currency),
    first_source, later_source, seen (`published`: another source has the figure; `growth`: what
    the growth printed a year later implies), change (later less first), relative (over the first,
    a fraction); the largest relative change first.

    Raises
    ------
    ParameterError
        If a column is missing.

    Examples
    --------
    >>> from catrade.load.trade import load_trade
    >>> kept = ["period", "first", "later", "relative"]
    >>> trade = load_trade("CHN", "CA5", "total", 2022, 2022, frequency=None, convert=False)
    >>> revisions(trade)[kept].round(4)  # 70.2 billion in April 2023, 69.8 in June 2025
      period         first         later  relative
    0   2022  7.020000e+10  6.980000e+10   -0.0057
    """
    require_columns(
        trade,
        [*_CELL, "value", "precision", "published", "quality", "quality_reason"],
        "revisions",
    )
    sound = trade[(trade["quality"] == "ok") | _is_first_release(trade)]
    found = pd.concat([_by_publication(sound), _by_growth(sound)])
    change = found["later"] - found["first"]
    found = found.assign(change=change, relative=change / found["first"])
    found = found.sort_values("relative", ascending=False, key=abs, kind="stable")
    return found.drop_duplicates(_CELL, ignore_index=True)[_COLUMNS]


def _is_first_release(rows: pd.DataFrame) -> pd.Series[bool]:
    return rows["quality_reason"].fillna("").str.startswith("first release")


def _by_publication(rows: pd.DataFrame) -> pd.DataFrame:
    low, high = published_interval(rows["value"], rows["precision"], rows["rounding"])
    rows = rows.assign(low=low, high=high)
    rows = pd.concat([rows, _totals(rows)])
    rows = rows[(rows["value"] > 0) & (rows["published"] != "")]
    # A data set known to the year or month alone holds what was revised until its end; a first
    # release comes before all others, whenever its copy was published.
    late = rows["published"].str.ljust(10, "9")
    dated = late.where(rows["source_kind"] == "dataset", rows["published"])
    dated = dated.mask(_is_first_release(rows), "")
    rows = rows.assign(published=dated)[
        [*_CELL, "published", "source_id", "value", "low", "high"]
    ]
    pairs = rows.merge(rows, on=_CELL, suffixes=("", "_first"))
    apart = (pairs["low"] > pairs["high_first"]) | (pairs["high"] < pairs["low_first"])
    pairs = pairs[apart & (pairs["published"] > pairs["published_first"])]
    pairs = pairs.sort_values(["published_first", "published"], ascending=[True, False])
    last = pairs.drop_duplicates(_CELL)
    return last[_CELL].assign(
        first=last["value_first"],
        later=last["value"],
        first_source=last["source_id_first"],
        later_source=last["source_id"],
        seen="published",
    )


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    """Return exports plus imports of each source that gives both and no total."""
    key = [column for column in _CELL if column != "flow"]
    key += ["source_id", "source_kind", "published", "quality_reason"]
    there = pd.MultiIndex.from_frame(rows.loc[rows["flow"] == "total", key])
    groups = rows[rows["flow"].isin(["export", "import"])].groupby(key)
    sums = groups[["value", "low", "high"]].sum()[groups["flow"].nunique() == 2]
    return sums[~sums.index.isin(there)].reset_index().assign(flow="total")


def _by_growth(rows: pd.DataFrame) -> pd.DataFrame:
    found = [
        figures(part, frequency, str(currency)).assign(
            currency=str(currency), coverage=str(coverage)
        )
        for (currency, coverage), part in rows.groupby(["currency", "coverage"])
        for frequency in ("annual", "ytd")
    ]
    every = pd.concat(found) if found else pd.DataFrame()
    if every.empty:
        return pd.DataFrame()
    bases = every[every["base_basis"] == "implied_by_growth"]
    bases = bases.assign(period=[earlier(text, 1) for text in bases["period"]])
    held = every[[*_CELL, "value", "source_ids"]]
    pairs = bases.merge(held, on=_CELL, suffixes=("", "_first"))
    pairs = pairs[pairs["value_first"] > 0]
    return pairs[_CELL].assign(
        first=pairs["value_first"],
        later=pairs["base"],
        first_source=pairs["source_ids_first"],
        later_source=pairs["source_ids"],
        seen="growth",
    )


def largest(revised: pd.DataFrame) -> float:
    """Return the largest relative change of a whole year, a fraction above zero; 0 without one.

    Examples
    --------
    >>> largest(pd.DataFrame({"period": ["2024", "2024-7M"], "relative": [-0.01, 0.06]}))
    0.01
    """
    whole = revised["period"].astype(str).str.len() == 4
    return float(revised.loc[whole, "relative"].abs().max()) if whole.any() else 0.0


def record(trade: pd.DataFrame) -> pd.DataFrame:
    """Return how far first figures of China's customs moved within a year, by flow."""
    found = figures(trade[trade["reporter"] == "CHN"], "ytd", "CNY")
    before = found.assign(period=[earlier(text, 1) for text in found["period"]])
    key = ["partner", "period", "flow"]
    held = found[[*key, "value", "low", "high"]]
    pairs = before[before["growth_basis"] == "printed"].merge(
        held, on=key, suffixes=("", "_first")
    )
    change = (pairs["base"] / pairs["value_first"] - 1).abs()
    flows = change.groupby(pairs["flow"])
    return pd.DataFrame(
        {"n": flows.size(), "median": flows.median(), "ninety": flows.quantile(0.9)}
    ).reset_index()
