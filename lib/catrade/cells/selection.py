"""Several sources for one cell: which row to use, and where the others disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from catrade.cells.frames import require_columns
from pagemill.errors import choice_error

Positions = np.ndarray[Any, np.dtype[np.integer[Any]]]
Values = np.ndarray[Any, np.dtype[np.float64]]

#: What makes a cell: several rows with the same four are several sources for one figure.
CELL = ("reporter", "partner", "period", "flow")
QUALITY_ORDER = ("ok", "doubtful")
#: Lowest first. Officials quoted, research and press all relay somebody's figure, often rounded,
#: so among these the narrowest interval decides.
KIND_RANK = {
    "official": 0,
    "dataset": 1,
    "official_statement": 2,
    "research": 2,
    "press": 2,
}
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
        it, joined with `;`), `n_sources` (int: that publish the cell) and `disagrees` (bool:
        another source's interval does not touch the cell's, though it counts the same).

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
    used, cell = ranked.used, ranked.cell
    result = used.iloc[ranked.best].reset_index(drop=True)
    return result.assign(
        low_usd=ranked.low,
        high_usd=ranked.high,
        source_ids=pd.array(ranked.ids, dtype=str),
        n_sources=used["source_id"].groupby(cell).nunique(),
        disagrees=ranked.apart().groupby(cell).any(),
    )


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
    shown = ranked.apart()
    other = ranked.used[shown].reset_index(drop=True)
    chosen = ranked.used.iloc[ranked.best[ranked.cell[shown]]].reset_index(drop=True)
    return other[[*CELL]].assign(
        chosen_usd=chosen["value_usd"],
        chosen_source=chosen["source_id"],
        other_usd=other["value_usd"],
        other_source=other["source_id"],
        difference_usd=other["value_usd"] - chosen["value_usd"],
    )


@dataclass(frozen=True)
class _Ranked:
    """Usable rows in order, and what was chosen among them.

    Attributes
    ----------
    used
        The rows, numbered from 0: cell by cell as these first appear, each one's best row first.
    cell
        The cell of each row, from 0.
    best, low, high, ids
        For each cell the row of its figure, its interval, and its sources.
    """

    used: pd.DataFrame
    cell: Positions
    best: Positions
    low: Values
    high: Values
    ids: list[str]

    def apart(self) -> pd.Series[bool]:
        """Say of each row whether its figure counts the same as the cell's and misses it."""
        low, high, counts = (
            self.used["low_usd"],
            self.used["high_usd"],
            _counts(self.used),
        )
        like = counts == counts[self.best[self.cell]]
        result: pd.Series[bool] = like & (
            (low > self.high[self.cell]) | (high < self.low[self.cell])
        )
        return result


def _ranked(frame: pd.DataFrame) -> _Ranked:
    used = frame[frame["quality"] != "rejected"]
    cell = used.groupby([*CELL], sort=False).ngroup().to_numpy()
    classes = _classes(used)
    by: list[Any] = [
        *(cell, *classes),
        used["high_usd"] - used["low_usd"],
        _column(used, "rounding", "nearest") != "nearest",
        pd.isna(_column(used, "growth_printed", np.nan)),
        -pd.factorize(used["published"], sort=True)[0],
        pd.factorize(used["source_id"], sort=True)[0],
    ]
    order = np.lexsort(by[::-1])
    used, cell = used.iloc[order].reset_index(drop=True), cell[order]
    quality, how, kind = classes[:, order]
    equal = np.stack([quality, _counts(used), how, kind], axis=1).tolist()
    figures = [*used[["value_usd", *_INTERVAL]].itertuples(index=False, name=None)]
    bounds = [*np.unique(cell, return_index=True)[1].tolist(), len(used)]
    found = [_figure(range(*ends), equal, figures) for ends in pairwise(bounds)]
    sources = used["source_id"].to_numpy()
    return _Ranked(
        used,
        cell,
        best=np.array([one[0] for one in found], dtype="int64"),
        low=np.array([one[1] for one in found]),
        high=np.array([one[2] for one in found]),
        ids=[";".join(dict.fromkeys(sources[one[3]].tolist())) for one in found],
    )


def _classes(used: pd.DataFrame) -> Positions:
    """Return the rank of each row's quality, of how it is known and of its kind of source."""
    for column, known in (
        ("quality", QUALITY_ORDER),
        ("source_kind", tuple(KIND_RANK)),
    ):
        unknown = set(used[column]) - set(known)
        if unknown:
            raise choice_error(column, min(unknown), known)
    computed = ~np.isin(_column(used, "basis", "published"), ["published", "converted"])
    how = np.where(computed, 2, used["converted"].astype(bool))
    quality = used["quality"].map(QUALITY_ORDER.index)
    return np.stack([quality, how, used["source_kind"].map(KIND_RANK)]).astype("int64")


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
    return (
        _finer_converted(found, _in_common(others, equal, figures), figures)
        if others
        else found
    )


def _finer_converted(
    found: _Found, other: _Found, figures: list[tuple[float, float, float]]
) -> _Found:
    """Return the converted figure where it is finer and lies in the published one's interval."""
    place, low, high, ids = other
    value, least, most = figures[place][0], max(low, found[1]), min(high, found[2])
    if not (least <= value <= most and high - low < FINER * (found[2] - found[1])):
        return found
    return (
        place,
        least,
        most,
        ids if (least, most) == (low, high) else [*ids, *found[3]],
    )


def _in_common(
    places: Sequence[int],
    equal: list[list[int]],
    figures: list[tuple[float, float, float]],
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


def _counts(frame: pd.DataFrame) -> Positions:
    """Return what each row counts, as a number."""
    return pd.factorize(_column(frame, "coverage", "goods"))[0]


def _column(frame: pd.DataFrame, name: str, default: object) -> np.ndarray[Any, Any]:
    """Return a column, or as many defaults where the frame lacks it."""
    if name not in frame.columns:
        return np.full(len(frame), default)
    return frame[name].to_numpy()


_NOISE = 1e-9
_INTERVAL = ("low_usd", "high_usd")
