"""Several sources for one cell: which row to use, and where the others disagree."""

from __future__ import annotations

import pandas as pd

from catrade.errors import choice_error

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
    cells = ranked.groupby(list(CELL), sort=False)
    chosen = ranked.drop_duplicates(list(CELL)).set_index(list(CELL), drop=False)
    pairs = _pairs(ranked)
    others = pairs.groupby(list(CELL), sort=False)
    chosen["n_sources"] = cells["source_id"].nunique().astype("int64")
    apart = pairs[_apart(pairs)].groupby(list(CELL)).size()
    chosen["disagrees"] = chosen.index.isin(apart.index)
    chosen["other_low_usd"] = others["low_usd"].min()
    chosen["other_high_usd"] = others["high_usd"].max()
    result = chosen.reset_index(drop=True).sort_values("_place", kind="stable")
    result = result.drop(columns=[*_RANKS, "_place"]).reset_index(drop=True)
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
    pairs = _pairs(ranked)
    pairs = pairs[_apart(pairs)]
    gap = (pairs["value_usd"] - pairs["value_usd_chosen"]).abs()
    pairs = pairs[gap >= at_least * pairs["value_usd_chosen"]]
    result = pairs[list(CELL)].assign(
        chosen_usd=pairs["value_usd_chosen"],
        chosen_source=pairs["source_id_chosen"],
        other_usd=pairs["value_usd"],
        other_source=pairs["source_id"],
        difference_usd=pairs["value_usd"] - pairs["value_usd_chosen"],
    )
    result = result.loc[pairs.sort_values("_place", kind="stable").index].reset_index(drop=True)
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


def _pairs(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the rows not chosen, each beside the chosen figure of its cell."""
    first = ~ranked.duplicated(list(CELL))
    kept = [*CELL, "value_usd", "low_usd", "high_usd", "source_id"]
    return ranked[~first].merge(
        ranked.loc[first, kept], on=list(CELL), suffixes=("", "_chosen"), validate="many_to_one"
    )


def _apart(pairs: pd.DataFrame) -> pd.Series[bool]:
    above = pairs["low_usd"] > pairs["high_usd_chosen"]
    return above | (pairs["high_usd"] < pairs["low_usd_chosen"])
