"""Several sources for one cell: which row to use, and where the others disagree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catrade.cells.frames import join_ids
from catrade.tables.trade import published_interval
from rounding.errors import choice_error

Positions = NDArray[np.integer[Any]]
Values = NDArray[np.float64]

#: What makes a cell: several rows with the same four are several sources for one figure.
CELL = ("reporter", "partner", "period", "flow")
QUALITY_ORDER = ("ok", "doubtful")
#: Lowest first. Officials quoted, research and press all relay somebody's figure.
KIND_RANK = {
    "official": 0,
    "dataset": 1,
    "official_statement": 2,
    "research": 2,
    "press": 2,
}
#: The rule in words, for pages and `data/README.md`; `select_published` and `rows` keep to it.
RULE = (
    "Rejected figures are never used. Of the others, those without doubt come before "
    "doubtful ones; figures published in dollars before those converted from another "
    "currency, and these before computed ones; official statistics before data sets, and "
    "these before sources that relay a figure (an official quoted, research, press); then"
    " the newest publication (one dated to the year or month alone counts as its "
    "beginning, one without a date as the oldest), of one day the figure that most others"
    " of its class agree with, then the finest, then the smallest. The first stands for "
    "the cell. Of its class (as good, known the same way, of the same kind, counting the "
    "same), what contradicts it is left out, and what agrees narrows its interval as long"
    " as one of the figures printed lies in it; the finest of these is shown, of equally "
    "fine ones one rounded to the nearest, then the newest. A converted figure takes the "
    "place of a published one if it is finer and within its rounding. A sum (exports plus"
    " imports, or a region's members) takes the place of a figure that is missing, "
    "computed or doubtful, that is converted while the sum is in dollars and says no "
    "less, or that says the same less finely (the sum's interval lies in its own); and of"
    " one that contradicts it, whatever that counts, if the parts of the sum are all of a"
    " better kind (but a later total in the other currency that all of them were printed "
    "in is a revision of them), or one of them is newer and of no weaker kind. This holds on every "
    "level: a region's flows are held against its members', its total against its own "
    "flows and its members' totals. A computed part of a sum that contradicts a published"
    " figure is not used."
)
#: Of two intervals one is finer only if it is so by more than float noise.
FINER = 0.99
#: Dollars of a figure in billions still narrow it; float noise is a thousandth of that.
_NOISE = 1e-12
#: Ranks of how a figure is known; computed ones have 2.
_IN_DOLLARS, _CONVERTED = 0, 1


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
        cell, and more columns: `sources` (the row's source, the newest of its class, then those
        whose intervals narrowed it, joined with `;`), `n_sources` (int: that publish the cell) and
        `disagrees` (bool: another source's interval does not touch the cell's, though it counts the
        same).

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
    ...     "source_kind": "press", "published": "2026-01", "sources": ["a", "b"]})
    >>> select_published(two)[["value_usd", "low_usd", "high_usd", "sources"]].values.tolist()
    [[48.7, 48.65, 48.7, 'b;a']]
    """
    ranked = _ranked(frame)
    used, cell = ranked.used, ranked.cell
    result = used.iloc[ranked.best].reset_index(drop=True)
    return result.assign(
        low_usd=ranked.low,
        high_usd=ranked.high,
        sources=pd.array(ranked.ids, dtype=str),
        n_sources=used["sources"].groupby(cell).nunique(),
        disagrees=ranked.apart().groupby(cell).any(),
    )


def select_as_printed(rows: pd.DataFrame) -> pd.DataFrame:
    """Choose as `select_published` does, of figures in one currency: value, low and high in it."""
    low, high = published_interval(rows)
    figures = rows.drop(columns="value")
    figures = figures.assign(value_usd=rows["value"], low_usd=low, high_usd=high)
    names = {"value_usd": "value", "low_usd": "low", "high_usd": "high"}
    return select_published(figures).rename(columns=names)


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
    best = ranked.best[ranked.cell[shown]]
    chosen = ranked.used.iloc[best].reset_index(drop=True)
    return other[[*CELL]].assign(
        chosen_usd=chosen["value_usd"],
        chosen_source=chosen["sources"],
        other_usd=other["value_usd"],
        other_source=other["sources"],
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
        counts = _counts(self.used)
        like = counts == counts[self.best[self.cell]]
        above = self.used["low_usd"] > self.high[self.cell]
        below = self.used["high_usd"] < self.low[self.cell]
        apart: pd.Series[bool] = like & (above | below)
        return apart


def _ranked(frame: pd.DataFrame) -> _Ranked:
    """Put the rows in order, cell by cell, and choose each cell's figure."""
    used = frame[frame["quality"] != "rejected"]
    cell = used.groupby([*CELL], sort=False).ngroup().to_numpy()
    classes = _classes(used)
    # Publication first, as text: a year alone stands before its own months.
    newest = -pd.factorize(used["published"], sort=True)[0]
    width = used["high_usd"] - used["low_usd"]
    one_sided = _column(used, "rounding", "nearest") != "nearest"
    value = used["value_usd"]
    name = pd.factorize(used["sources"], sort=True)[0]
    last_first = [name, value, one_sided, width, newest]
    order = np.lexsort([*last_first, *classes[::-1], cell])
    used = used.iloc[order].reset_index(drop=True)
    cell = cell[order]
    rows = zip(
        range(len(used)),
        *classes[:, order].tolist(),
        _counts(used).tolist(),
        newest[order].tolist(),
        one_sided[order].tolist(),
        used["value_usd"].tolist(),
        used["low_usd"].tolist(),
        used["high_usd"].tolist(),
        strict=True,
    )
    published = [_Published(*row) for row in rows]
    _, firsts = np.unique(cell, return_index=True)
    ends = [*firsts.tolist(), len(used)]
    figures = [_figure(published[first:last]) for first, last in pairwise(ends)]
    sources = used["sources"].tolist()
    return _Ranked(
        used,
        cell,
        best=np.array([figure.place for figure in figures], dtype="int64"),
        low=np.array([figure.low for figure in figures]),
        high=np.array([figure.high for figure in figures]),
        ids=[join_ids(sources[place] for place in figure.places) for figure in figures],
    )


def _classes(used: pd.DataFrame) -> Positions:
    """Return the rank of each row's quality, of how it is known and of its kind of source."""
    ranks = {"quality": QUALITY_ORDER, "source_kind": tuple(KIND_RANK)}
    for column, allowed in ranks.items():
        unknown = set(used[column]) - set(allowed)
        if unknown:
            raise choice_error(column, min(unknown), allowed)
    basis = _column(used, "basis", "published")
    is_published = np.isin(basis, ["published", "converted"])
    is_converted = used["converted"].astype(bool)
    how = np.where(is_published, is_converted, 2)
    quality = used["quality"].map(QUALITY_ORDER.index)
    kind = used["source_kind"].map(KIND_RANK)
    return np.stack([quality, how, kind]).astype("int64")


class _Published(NamedTuple):
    """A usable row: its place, what class it is of, and its figure."""

    place: int
    quality: int
    how: int
    source: int
    counts: int
    age: int  # 0 is the newest
    one_sided: bool  # "over", "almost", "about"
    value: float
    low: float
    high: float

    @property
    def kind(self) -> tuple[int, ...]:
        """Ranks of its quality, of how it is known and of its source, and what it counts."""
        return self.quality, self.how, self.source, self.counts


class _Figure(NamedTuple):
    """The figure of a cell: its row's place, its interval, and the places it rests on."""

    place: int
    low: float
    high: float
    places: list[int]


def _figure(rows: Sequence[_Published]) -> _Figure:
    """Choose the figure of one cell, whose rows are in order, best first."""
    first = rows[0]
    printed = _in_common(rows)
    if first.how != _IN_DOLLARS:
        return printed
    converted = [
        row
        for row in rows
        if (row.how, row.quality, row.counts)
        == (_CONVERTED, first.quality, first.counts)
    ]
    if not converted:
        return printed
    return _finer_converted(printed, _in_common(converted), rows)


def _finer_converted(
    printed: _Figure, other: _Figure, rows: Sequence[_Published]
) -> _Figure:
    """Return the converted figure where it is finer and lies in the published one's interval."""
    value = next(row.value for row in rows if row.place == other.place)
    low = max(other.low, printed.low)
    high = min(other.high, printed.high)
    width = other.high - other.low
    is_finer = width < FINER * (printed.high - printed.low)
    if not (low <= value <= high and is_finer):
        return printed
    places = other.places
    if (low, high) != (other.low, other.high):
        places = [*places, *printed.places]
    return _Figure(other.place, low, high, places)


def _in_common(rows: Sequence[_Published]) -> _Figure:
    """Return the newest figure of the first one's class, made finer by those that agree with it.

    A source that would leave nothing, or nothing but points where no figure was printed, stays out.
    """
    rows = [row for row in rows if row.kind == rows[0].kind]
    newest = [row for row in rows if row.age == rows[0].age]
    first = max(newest, key=lambda row: _agreeing(row, rows))  # of equals the first
    low, high = first.low, first.high
    agreed = [first]
    for row in rows:
        if row is first:
            continue
        least = max(low, row.low)
        most = min(high, row.high)
        inside = any(least <= other.value <= most for other in (*agreed, row))
        leaves_some = most - least > _NOISE * abs(most)
        says_no_more = (least, most) == (low, high)
        if says_no_more or (inside and leaves_some):
            low, high = least, most
            agreed.append(row)
    # Of those that agree the finest is printed; `rows` has equally fine ones newest first.
    printed = [row for row in agreed if low <= row.value <= high]
    best = min(printed, key=_fineness)
    places = [best.place]
    for row in agreed:
        sets_low = row.low == low != best.low
        sets_high = row.high == high != best.high
        if row is first or sets_low or sets_high:
            places.append(row.place)
    return _Figure(best.place, low, high, places)


def _fineness(row: _Published) -> tuple[float, bool, int]:
    return row.high - row.low, row.one_sided, row.age


def _agreeing(row: _Published, rows: Sequence[_Published]) -> int:
    """Count the figures whose interval touches the one of `row`."""
    return sum(other.low <= row.high and row.low <= other.high for other in rows)


def finer(ends: tuple[float, float], than: tuple[float, float]) -> bool:
    """Say whether an interval lies in another and is narrower by more than float noise.

    Examples
    --------
    >>> finer((45.9, 46.0), (45.5, 46.5)), finer((45.0, 46.0), (45.5, 46.5))
    (True, False)
    """
    (low, high), (least, most) = ends, than
    inside = least <= low and high <= most
    return inside and high - low < FINER * (most - least)


def _counts(frame: pd.DataFrame) -> Positions:
    """Return what each row counts, as a number."""
    return pd.factorize(_column(frame, "coverage", "goods"))[0]


def _column(frame: pd.DataFrame, name: str, default: object) -> np.ndarray[Any, Any]:
    """Return a column, or as many defaults where the frame lacks it."""
    if name not in frame.columns:
        return np.full(len(frame), default)
    return frame[name].to_numpy()
