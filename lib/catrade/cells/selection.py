"""Several sources for one cell: which row to use, and where the others disagree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from catrade.cells.frames import require_columns
from pagemill.errors import choice_error

Positions = np.ndarray[Any, np.dtype[np.int64]]
Values = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

#: What makes a cell: several rows with the same four are several sources for one figure.
CELL = ("reporter", "partner", "period", "flow")
QUALITY_ORDER = ("ok", "doubtful")
#: Lowest first. Officials quoted, research and press all relay somebody's figure, often rounded,
#: so among these the narrowest interval decides.
KIND_RANK = {"official": 0, "dataset": 1, "official_statement": 2, "research": 2, "press": 2}
#: The rule in words, for pages and `data/README.md`; `select_published` and `series` keep to it.
RULE = (
    "Rejected figures are never used. Of the others, those without doubt come before doubtful "
    "ones; figures published in dollars before those converted from another currency, and these "
    "before computed ones; official statistics before data sets, and these before sources that "
    "relay a figure (an official quoted, research, press); then the narrowest rounding interval, "
    "figures rounded to the nearest before “over”, “almost” and “about”, those printed with their "
    "growth, the newest publication, and the source's id. "
    "The interval of a figure is what the sources that are equal in quality, currency and kind, "
    "and count the same, have in common; the figure is the first of theirs that lies in it. "
    "A converted figure takes the place of a published one if it is finer and within its rounding. "
    "A sum (exports plus imports, or a region's members) takes the place of a figure that is "
    "missing or doubtful, that is converted while the sum is in dollars, or that says the same "
    "less finely; exports plus imports also of a total that contradicts them and comes from a "
    "weaker kind of source."
)
#: Of two intervals one is finer only if it is so by more than float noise.
FINER = 0.99


def select_published(frame: pd.DataFrame) -> pd.DataFrame:
    """Return one figure a cell, chosen among all sources by the rule in `RULE`.

    Parameters
    ----------
    frame
        Rows as `load_trade` returns them: several a cell, in dollars. Columns coverage, rounding,
        growth_printed and basis may be missing: then all figures are goods, rounded to the nearest,
        without growth, and published.

    Returns
    -------
    DataFrame
        The chosen rows in the order their cells first appear, with low_usd and high_usd of the
        cell, and more columns: `source_ids` (the row's source, then those whose intervals narrowed
        it, joined with `;`), `n_sources` (int: that publish the cell), `disagrees` (bool: another
        source's interval does not touch the cell's, though it counts the same), `other_low_usd` and
        `other_high_usd` (what the other sources span; NaN if there are none).

    Raises
    ------
    ParameterError
        If a quality or source kind is unknown.

    Examples
    --------
    Kazakhstan 2025: "over 48.6" and, to the nearest, 48.7 hold together from 48.65 to 48.70 only.

    >>> two = pd.DataFrame({"reporter": "CHN", "partner": "KAZ", "period": "2025", "flow": "total",
    ...     "value_usd": [48.6, 48.7], "low_usd": [48.6, 48.65], "high_usd": [48.7, 48.75],
    ...     "rounding": ["floor", "nearest"], "converted": False, "quality": "ok",
    ...     "source_kind": "press", "published": "2026-01", "source_id": ["a", "b"]})
    >>> select_published(two)[["value_usd", "low_usd", "high_usd", "source_ids"]].values.tolist()
    [[48.7, 48.65, 48.7, 'b;a']]
    """
    needed = (*CELL, "value_usd", "low_usd", "high_usd", "source_kind", "quality")
    require_columns(frame, needed, "select_published")
    ranked = _ranked(frame)
    low, high, source = ranked.columns("low_usd", "high_usd", "source_id")
    other = ranked.best[ranked.cell] != np.arange(len(ranked.cell))
    publishers = set(zip(ranked.cell.tolist(), source, strict=True))
    result = ranked.rows(ranked.best)
    result["low_usd"], result["high_usd"] = ranked.low, ranked.high
    result["source_ids"] = pd.array(ranked.ids, dtype=str)
    start = ranked.start
    result["n_sources"] = np.bincount([cell for cell, _ in publishers])[: len(start)]
    result["disagrees"] = np.logical_or.reduceat(ranked.apart(), start)
    result["other_low_usd"] = np.fmin.reduceat(np.where(other, low, np.nan), start)
    result["other_high_usd"] = np.fmax.reduceat(np.where(other, high, np.nan), start)
    return result


def sources_apart(frame: pd.DataFrame) -> pd.DataFrame:
    """Return every figure whose interval does not touch the chosen one's of its cell.

    Parameters
    ----------
    frame
        Rows as `load_trade` returns them: several a cell, in dollars.

    Returns
    -------
    DataFrame
        reporter, partner, period, flow, chosen_usd, chosen_source, other_usd, other_source,
        difference_usd (other less chosen): one row a figure that counts the same as the chosen one.

    Raises
    ------
    ParameterError
        If a quality or source kind is unknown.
    """
    ranked = _ranked(frame)
    value, source = ranked.columns("value_usd", "source_id")
    shown = ranked.apart()
    chosen = ranked.best[ranked.cell[shown]]
    return ranked.rows(np.flatnonzero(shown))[list(CELL)].assign(
        chosen_usd=value[chosen],
        chosen_source=source[chosen],
        other_usd=value[shown],
        other_source=source[shown],
        difference_usd=value[shown] - value[chosen],
    )


@dataclass(frozen=True)
class _Ranked:
    """Usable rows and their order: cell by cell as these first appear, each one's best row first.

    Attributes
    ----------
    used, order
        The rows, and their positions in that order.
    start, cell
        Where in `order` each cell begins, and the cell of each place in `order`.
    best, low, high, ids
        For each cell the place in `order` of its figure, its interval, and its sources.
    """

    used: pd.DataFrame
    order: Positions
    start: Positions
    cell: Positions
    best: Positions
    low: Values
    high: Values
    ids: list[str]

    def columns(self, *names: str) -> Iterator[np.ndarray[Any, Any]]:
        """Return columns in this order."""
        return (self.used[name].to_numpy()[self.order] for name in names)

    def rows(self, places: Positions) -> pd.DataFrame:
        """Return the rows at some places of `order`, with a plain index."""
        chosen: pd.DataFrame = self.used.iloc[self.order[places]]
        return chosen.reset_index(drop=True)

    def apart(self) -> Flags:
        """Say of each place whether its figure counts the same as the cell's and misses it."""
        low, high = self.columns("low_usd", "high_usd")
        counts = _column(self.used, "coverage", "goods")[self.order]
        like = counts == counts[self.best[self.cell]]
        result: Flags = like & ((low > self.high[self.cell]) | (high < self.low[self.cell]))
        return result


def _ranked(frame: pd.DataFrame) -> _Ranked:
    used = frame[frame["quality"] != "rejected"]
    numbers: dict[tuple[str, ...], int] = {}
    keys = zip(*(used[name].tolist() for name in CELL), strict=True)
    cell = np.array([numbers.setdefault(key, len(numbers)) for key in keys], dtype="int64")
    quality, how, kind = _classes(used)
    by: list[Any] = [
        *(cell, quality, how, kind),
        used["high_usd"] - used["low_usd"],
        _column(used, "rounding", "nearest") != "nearest",
        pd.isna(_column(used, "growth_printed", np.nan)),
        -pd.factorize(used["published"], sort=True)[0],
        pd.factorize(used["source_id"], sort=True)[0],
    ]
    order = np.lexsort(by[::-1])
    is_first = np.diff(cell[order], prepend=-1) != 0
    counts = pd.factorize(_column(used, "coverage", "goods"))[0]
    equal = np.stack([quality, counts, how, kind], axis=1)[order].tolist()
    columns = (used[name].to_numpy()[order].tolist() for name in ("value_usd", *_INTERVAL))
    figures = [*zip(*columns, strict=True)]
    sources = used["source_id"].to_numpy()[order]
    start = np.flatnonzero(is_first)
    bounds = [*start.tolist(), len(order)]
    found = [_figure(range(*ends), equal, figures) for ends in pairwise(bounds)]
    return _Ranked(
        used,
        order,
        start,
        cell=np.cumsum(is_first) - 1,
        best=np.array([one[0] for one in found], dtype="int64"),
        low=np.array([one[1] for one in found], dtype="float64"),
        high=np.array([one[2] for one in found], dtype="float64"),
        ids=[";".join(dict.fromkeys(sources[one[3]].tolist())) for one in found],
    )


def _classes(used: pd.DataFrame) -> tuple[Positions, Positions, Positions]:
    """Return of each row the rank of its quality, of how it is known and of its kind of source."""
    qualities, kinds = used["quality"].tolist(), used["source_kind"].tolist()
    for column, values, known in (
        ("quality", qualities, QUALITY_ORDER),
        ("source_kind", kinds, tuple(KIND_RANK)),
    ):
        unknown = set(values) - set(known)
        if unknown:
            error = choice_error(column, min(unknown), known)
            raise error
    computed = ~np.isin(_column(used, "basis", "published"), ["published", "converted"])
    converted = used["converted"].to_numpy().astype(bool)
    return (
        np.array([QUALITY_ORDER.index(one) for one in qualities], dtype="int64"),
        np.where(computed, 2, converted).astype("int64"),
        np.array([KIND_RANK[one] for one in kinds], dtype="int64"),
    )


#: A figure of a cell: its place, its interval, and the places of the sources it rests on.
_Found = tuple[int, float, float, list[int]]


def _figure(
    places: range, equal: list[list[int]], figures: list[tuple[float, float, float]]
) -> _Found:
    """Choose the figure of one cell, whose rows stand at `places`, best first."""
    quality, counts, how, _ = equal[places[0]]
    found = _in_common(places, equal, figures)
    converted = [quality, counts, 1]
    others = [place for place in places if how == 0 and equal[place][:3] == converted]
    return _finer_converted(found, _in_common(others, equal, figures), figures) if others else found


def _finer_converted(
    found: _Found, other: _Found, figures: list[tuple[float, float, float]]
) -> _Found:
    """Return the converted figure where it is finer and lies in the published one's interval."""
    place, low, high, ids = other
    value, least, most = figures[place][0], max(low, found[1]), min(high, found[2])
    if not (least <= value <= most and high - low < FINER * (found[2] - found[1])):
        return found
    return place, least, most, ids if (least, most) == (low, high) else [*ids, *found[3]]


def _in_common(
    places: Sequence[int], equal: list[list[int]], figures: list[tuple[float, float, float]]
) -> _Found:
    """Intersect the intervals of the sources that equal the first, so far as they go together.

    A source that would leave nothing, or nothing but points where no figure was printed, stays out.
    """
    first = places[0]
    _, low, high = figures[first]
    best, agreed, narrowing = first, [first], [first]
    for place in places[1:]:
        if equal[place] != equal[first]:
            continue
        least, most = max(low, figures[place][1]), min(high, figures[place][2])
        inside = [one for one in (*agreed, place) if least <= figures[one][0] <= most]
        if (least, most) == (low, high):
            agreed.append(place)
        elif most - least > _NOISE * abs(most) and inside:
            low, high, best = least, most, inside[0]
            agreed.append(place)
            narrowing.append(place)
    return best, low, high, list(dict.fromkeys([best, *narrowing]))


def finer(one: tuple[float, float], than: tuple[float, float]) -> bool:
    """Say whether an interval lies in another and is narrower by more than float noise.

    Examples
    --------
    >>> finer((45.9, 46.0), (45.5, 46.5)), finer((45.0, 46.0), (45.5, 46.5))
    (True, False)
    """
    inside = than[0] <= one[0] and one[1] <= than[1]
    return inside and one[1] - one[0] < FINER * (than[1] - than[0])


def _column(frame: pd.DataFrame, name: str, default: object) -> np.ndarray[Any, Any]:
    """Return a column, or as many defaults where the frame lacks it."""
    if name not in frame.columns:
        return np.full(len(frame), default)
    return frame[name].to_numpy()


_NOISE = 1e-9
_INTERVAL = ("low_usd", "high_usd")
