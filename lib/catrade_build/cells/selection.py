"""Several sources for one cell: which row to use, and where the others disagree."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from catrade_build.frames import join_ids
from catrade_build.tables.trade import published_interval

#: What makes a cell: several rows with the same four are several sources for one figure.
CELL = ("reporter", "partner", "period", "flow")
QUALITY_ORDER = ("ok", "doubtful")
#: Lowest first. Research and press relay what an office printed; a person who speaks rounds, and
#: may mean another count.
KIND_RANK = {
    "official": 0,
    "dataset": 1,
    "research": 2,
    "press": 2,
    "official_statement": 3,
}
#: The rule in words, for pages and `data/README.md`; `select_published` and `rows` keep to it.
RULE = (
    "Rejected figures are never used. Of the others, those without doubt come before "
    "doubtful ones; figures published in dollars before those converted from another "
    "currency, and these before computed ones; official statistics before data sets, and "
    "these before sources that relay an office's figure (research, press), and these before"
    " what a person says of it (an official quoted); then"
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
#: A row's class: how good it is, how it is known, who says it, what it counts.
_CLASS = ["quality", "how", "kind", "counts"]
#: What comes first, and of equals next.
_ORDER = ["cell", *_CLASS[:3], "age", "width", "one_sided", "value", "source"]
#: What a row is that does not say it.
_USUAL = {"coverage": "goods", "rounding": "nearest", "basis": "published"}
#: Of the columns that a choice adds, also where nothing is chosen.
_TYPES = {"low_usd": float, "high_usd": float, "sources": str}
#: Ranks of how a figure is known; computed ones have 2.
_IN_DOLLARS, _CONVERTED = 0, 1


def select_published(frame: pd.DataFrame, cell: Sequence[str] = CELL) -> pd.DataFrame:
    """Return one figure a cell, chosen among all sources by the rule in `RULE`.

    Parameters
    ----------
    frame
        Rows as `load_trade` returns them: several a cell, in dollars. Columns coverage, rounding
        and basis may be missing: then all figures are goods, rounded to the nearest, and published.
    cell
        Columns that make a cell.

    Returns
    -------
    DataFrame
        The chosen rows in the order their cells first appear, with low_usd and high_usd of the
        cell, and `sources`: the row's source, the newest of its class, then those whose intervals
        narrowed it, joined with `;`.

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
    used = frame[frame["quality"] != "rejected"].reset_index(drop=True)
    lacking = {name: usual for name, usual in _USUAL.items() if name not in used}
    used = used.assign(**lacking)
    # In order: cells as they first appear, of each the best row first.
    rows = _ranks(used, cell).sort_values(_ORDER)
    by_cell = groupby(rows.itertuples(name="Row"), lambda row: row.cell)
    figures = [_figure([*group]) for _, group in by_cell]
    chosen = used.iloc[[figure.row.Index for figure in figures]]
    chosen = chosen.reset_index(drop=True).assign(
        low_usd=[figure.low for figure in figures],
        high_usd=[figure.high for figure in figures],
        sources=[join_ids(row.source for row in figure.parts) for figure in figures],
    )
    return chosen.astype(_TYPES)


def select_as_printed(rows: pd.DataFrame, cell: Sequence[str]) -> pd.DataFrame:
    """Choose as `select_published` does, in each currency: value, low and high in it."""
    low, high = published_interval(rows)
    figures = rows.assign(value_usd=rows["value"], low_usd=low, high_usd=high)
    names = {"value_usd": "value", "low_usd": "low", "high_usd": "high"}
    chosen = select_published(figures.drop(columns="value"), cell)
    return chosen.rename(columns=names)


def _ranks(used: pd.DataFrame, cell: Sequence[str]) -> pd.DataFrame:
    """Return what usable rows are ordered by; of each the class is the four of `_CLASS`."""
    is_published = used["basis"].isin(["published", "converted"])
    ranks = pd.DataFrame(
        {
            "cell": used.groupby([*cell], sort=False).ngroup(),
            "quality": used["quality"].map(QUALITY_ORDER.index),
            "how": used["converted"].astype(int).where(is_published, 2),
            "kind": used["source_kind"].map(KIND_RANK),
            "counts": pd.factorize(used["coverage"])[0],
            # As text: a year alone stands before its own months. 0 is the newest.
            "age": -pd.factorize(used["published"], sort=True)[0],
            "width": used["high_usd"] - used["low_usd"],
            "one_sided": used["rounding"] != "nearest",
            "value": used["value_usd"],
            "source": used["sources"].astype(object),
            "low": used["low_usd"],
            "high": used["high_usd"],
        }
    )
    return ranks.assign(like=ranks.groupby(_CLASS).ngroup())


class _Figure(NamedTuple):
    """The figure of a cell: its row, its interval, and the rows it rests on."""

    row: Any
    low: float
    high: float
    parts: list[Any]


def _figure(rows: Sequence[Any]) -> _Figure:
    """Choose the figure of one cell, whose rows are in order, best first."""
    first = rows[0]
    printed = _in_common([row for row in rows if row.like == first.like])
    if first.how != _IN_DOLLARS:
        return printed
    like = (_CONVERTED, first.quality, first.counts)
    converted = [row for row in rows if (row.how, row.quality, row.counts) == like]
    if not converted:
        return printed
    best = converted[0].like
    other = _in_common([row for row in converted if row.like == best])
    # A converted figure that is finer and lies in the published one's interval says more.
    low, high = max(other.low, printed.low), min(other.high, printed.high)
    is_finer = other.high - other.low < FINER * (printed.high - printed.low)
    if not (low <= other.row.value <= high and is_finer):
        return printed
    is_cut = (low, high) != (other.low, other.high)
    return _Figure(other.row, low, high, other.parts + is_cut * printed.parts)


def _in_common(rows: Sequence[Any]) -> _Figure:
    """Return the newest figure of a class, made finer by those that agree with it.

    A source that would leave nothing, or nothing but points where no figure was printed, stays out.
    """
    if len(rows) == 1:  # as most are
        return _Figure(rows[0], rows[0].low, rows[0].high, [*rows])

    def agreeing(row: Any) -> int:
        return sum(other.low <= row.high and row.low <= other.high for other in rows)

    newest = [row for row in rows if row.age == rows[0].age]
    first = max(newest, key=agreeing)  # of equals the first
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
    best = min(printed, key=lambda row: (row.width, row.one_sided, row.age))
    parts = [best]
    for row in agreed:
        sets_low = row.low == low != best.low
        sets_high = row.high == high != best.high
        if row is first or sets_low or sets_high:
            parts.append(row)
    return _Figure(best, low, high, parts)


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
