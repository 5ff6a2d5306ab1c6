"""Several sources for one cell: which row to use, and where the others disagree."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from catrade.errors import choice_error

Positions = np.ndarray[Any, np.dtype[np.int64]]
Values = np.ndarray[Any, np.dtype[np.float64]]

#: What makes a cell: several rows with the same four are several sources for one figure.
CELL = ("reporter", "partner", "period", "flow")
QUALITY_ORDER = ("ok", "doubtful")
#: Lowest first. Officials quoted, research and press all relay somebody's figure, often rounded,
#: so among these the narrowest interval decides.
KIND_RANK = {"official": 0, "dataset": 1, "official_statement": 2, "research": 2, "press": 2}


def select_published(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one row a cell, chosen by rule among all sources.

    The rule, in this order: quality ok before doubtful (rejected rows are never used); published
    in dollars before converted; official publications, then data sets, then sources that relay a
    figure (official statements, research, press); the narrowest rounding interval; the newest
    publication; the source id.

    Parameters
    ----------
    frame
        Rows as `load_trade` returns them: several a cell, in dollars.

    Returns
    -------
    DataFrame
        The chosen rows in the order their cells first appear, and four more columns: `n_sources`
        (int), `disagrees` (bool: another source's interval does not touch the chosen one's),
        `other_low_usd` and `other_high_usd` (what the other sources span; NaN if there are none).

    Raises
    ------
    ParameterError
        If a quality or source kind is unknown.

    Examples
    --------
    >>> from catrade.data import load_trade
    >>> chosen = select_published(load_trade("CHN", "CA5", "export", start=2025))
    >>> chosen[["value_usd", "source_id", "n_sources", "disagrees"]].values.tolist()
    [[71200000000.0, 'kommersant-2026-01-19', 4, False]]
    """
    ranked = _ranked(frame)
    start, chosen = _chosen(ranked)
    low, high = ranked["low_usd"].to_numpy(), ranked["high_usd"].to_numpy()
    other = chosen != np.arange(len(ranked))
    new_source = ~ranked.duplicated(["_place", "source_id"]).to_numpy()
    result = ranked.iloc[start].drop(columns=[*_RANKS, "_place"]).reset_index(drop=True)
    result["n_sources"] = np.add.reduceat(new_source.astype("int64"), start)
    result["disagrees"] = np.logical_or.reduceat(_apart(low, high, chosen), start)
    result["other_low_usd"] = np.fmin.reduceat(np.where(other, low, np.nan), start)
    result["other_high_usd"] = np.fmax.reduceat(np.where(other, high, np.nan), start)
    result.attrs = dict(frame.attrs)
    return result


def disagreements(frame: pd.DataFrame, at_least: float = 0.0) -> pd.DataFrame:
    """Return every figure that disagrees with the chosen one of its cell beyond rounding.

    Parameters
    ----------
    frame
        Rows as `load_trade` returns them: several a cell, in dollars.
    at_least
        Smallest difference to report, as a fraction of the chosen figure: exact figures of two
        vintages differ by a few dollars, which no reader needs to see.

    Returns
    -------
    DataFrame
        reporter, partner, period, flow, chosen_usd, chosen_source, other_usd, other_source,
        difference_usd (other less chosen): one row a figure, only those whose rounding interval
        does not touch the chosen one's.

    Raises
    ------
    ParameterError
        If a quality or source kind is unknown.
    """
    ranked = _ranked(frame)
    _, chosen = _chosen(ranked)
    value = ranked["value_usd"].to_numpy()
    gap = value - value[chosen]
    shown = _apart(ranked["low_usd"].to_numpy(), ranked["high_usd"].to_numpy(), chosen)
    shown &= np.abs(gap) >= at_least * value[chosen]
    sources = ranked["source_id"].to_numpy()
    result = ranked.loc[shown, list(CELL)].assign(
        chosen_usd=value[chosen][shown],
        chosen_source=sources[chosen][shown],
        other_usd=value[shown],
        other_source=sources[shown],
        difference_usd=gap[shown],
    )
    result = result.reset_index(drop=True)
    result.attrs = dict(frame.attrs)
    return result


_RANKS = ("_quality", "_kind", "_width", "_age")


def _ranked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the usable rows, best of each cell first, with the place each cell first stood at."""
    used = frame[frame["quality"] != "rejected"]
    for column, order in (("quality", QUALITY_ORDER), ("source_kind", tuple(KIND_RANK))):
        unknown = set(used[column]) - set(order)
        if unknown:
            error = choice_error(column, min(unknown), order)
            raise error
    used = used.reset_index(drop=True)
    used = used.assign(
        _place=used.groupby(list(CELL), sort=False).ngroup(),
        _quality=used["quality"].map(QUALITY_ORDER.index),
        _kind=used["source_kind"].map(KIND_RANK),
        _width=used["high_usd"] - used["low_usd"],
        _age=-used["published"].rank(method="dense"),
    )
    by = ["_place", "_quality", "converted", "_kind", "_width", "_age", "source_id"]
    return used.sort_values(by, kind="stable").reset_index(drop=True)


def _chosen(ranked: pd.DataFrame) -> tuple[Positions, Positions]:
    """Return where each cell's rows begin, and for each row where its cell's best one stands."""
    place = ranked["_place"].to_numpy(dtype="int64")
    is_first = np.diff(place, prepend=-1) != 0
    start = np.flatnonzero(is_first)
    return start, start[np.cumsum(is_first) - 1]


def _apart(low: Values, high: Values, chosen: Positions) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return (low > high[chosen]) | (high < low[chosen])
