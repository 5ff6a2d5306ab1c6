"""Several sources for one cell: which row to use, and where the others disagree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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
    start, chosen = ranked.start, ranked.chosen
    low, high, source = ranked.columns("low_usd", "high_usd", "source_id")
    other = chosen != np.arange(len(chosen))
    publishers = set(zip(chosen.tolist(), source, strict=True))
    result = ranked.rows(start)
    result["n_sources"] = np.bincount([place for place, _ in publishers])[start]
    result["disagrees"] = np.logical_or.reduceat(_apart(low, high, chosen), start)
    result["other_low_usd"] = np.fmin.reduceat(np.where(other, low, np.nan), start)
    result["other_high_usd"] = np.fmax.reduceat(np.where(other, high, np.nan), start)
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
    value, low, high, source = ranked.columns("value_usd", "low_usd", "high_usd", "source_id")
    gap = value - value[ranked.chosen]
    shown = _apart(low, high, ranked.chosen)
    shown &= np.abs(gap) >= at_least * value[ranked.chosen]
    chosen = ranked.chosen[shown]
    return ranked.rows(shown)[list(CELL)].assign(
        chosen_usd=value[chosen],
        chosen_source=source[chosen],
        other_usd=value[shown],
        other_source=source[shown],
        difference_usd=gap[shown],
    )


@dataclass(frozen=True)
class _Ranked:
    """Usable rows and their order: cell by cell as these first appear, each one's best row first.

    Attributes
    ----------
    used, order
        The rows, and their positions in that order.
    start, chosen
        Where in `order` each cell begins, and for each place in `order` where its cell does.
    """

    used: pd.DataFrame
    order: Positions
    start: Positions
    chosen: Positions

    def columns(self, *names: str) -> Iterator[np.ndarray[Any, Any]]:
        """Return columns in this order."""
        return (self.used[name].to_numpy()[self.order] for name in names)

    def rows(self, places: np.ndarray[Any, Any]) -> pd.DataFrame:
        """Return the rows at some places of `order`, with a plain index."""
        chosen: pd.DataFrame = self.used.iloc[self.order[places]]
        return chosen.reset_index(drop=True)


def _ranked(frame: pd.DataFrame) -> _Ranked:
    used = frame[frame["quality"] != "rejected"]
    qualities, kinds = used["quality"].tolist(), used["source_kind"].tolist()
    for column, values, known in (
        ("quality", qualities, QUALITY_ORDER),
        ("source_kind", kinds, tuple(KIND_RANK)),
    ):
        unknown = set(values) - set(known)
        if unknown:
            error = choice_error(column, min(unknown), known)
            raise error
    numbers: dict[tuple[str, ...], int] = {}
    keys = zip(*(used[name].tolist() for name in CELL), strict=True)
    cell = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype="int64")
    by: list[Any] = [
        cell,
        [QUALITY_ORDER.index(quality) for quality in qualities],
        used["converted"].astype(bool),
        [KIND_RANK[kind] for kind in kinds],
        used["high_usd"] - used["low_usd"],
        -pd.factorize(used["published"], sort=True)[0],
        pd.factorize(used["source_id"], sort=True)[0],
    ]
    order = np.lexsort(by[::-1])
    is_first = np.diff(cell[order], prepend=-1) != 0
    start = np.flatnonzero(is_first)
    return _Ranked(used, order, start, start[np.cumsum(is_first) - 1])


def _apart(low: Values, high: Values, chosen: Positions) -> np.ndarray[Any, np.dtype[np.bool_]]:
    return (low > high[chosen]) | (high < low[chosen])
