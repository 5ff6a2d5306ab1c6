"""Intervals narrowed by what must hold: total = exports + imports, region = sum of its members.

Each published figure stands for every number that rounds to it. Together they leave less: of a
total, exports and imports each is also what the other two leave for it. This is interval constraint
propagation for sums, with the narrowing of Hansen and Walster, *Global Optimization Using Interval
Analysis* (2nd edition 2004), chapter 10, and Moore, Kearfott and Cloud, *Introduction to Interval
Analysis* (2009), repeated until nothing changes.

Only figures of one release are held together: what an office revised in one of them and not yet in
the others would else be cut away. Within a release nothing is lost: the true figures stay inside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catrade.cells.rows import (
    FLOWS_OF_TOTAL,
    NOT_PUBLISHED,
    Cell,
    CellRow,
    cell_of,
    shared_sources,
)
from catrade.tables.names import FLOWS, GROUPS

Ends = tuple[float, float]

#: A change smaller than this part of the figure is float noise.
_NOISE = 1e-9
#: What a whole is made of, by the column that names it.
_MADE_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "flow": {"total": FLOWS_OF_TOTAL},
    "partner": GROUPS,
    "reporter": GROUPS,
}
#: A whole and its parts.
_Identity = tuple[Cell, list[Cell]]


def narrowed(rows: Sequence[CellRow]) -> list[CellRow]:
    """Return the rows with intervals contracted over both identities to a fixed point.

    Only figures without doubt are used, and only where all of an identity count the same and one
    source gives them all. Where they contradict the identity, it narrows nothing. A published value
    stays inside its interval. The order of the rows makes no difference.

    Examples
    --------
    Kyrgyzstan 2025: 22 (rounded to 1) of 27.2 (rounded to 0.1) are what 5.2 leaves, 21.9 to 22.1.

    >>> seen = {"export": (22.0, 21.5, 22.5), "import": (5.2, 5.15, 5.25),
    ...         "total": (27.2, 27.15, 27.25)}
    >>> rows = [CellRow("CHN", "KGZ", "2025", 2025, flow, *ends, "published", "a", 1, False, "ok",
    ...             "annual") for flow, ends in seen.items()]
    >>> [(round(row.low_usd, 2), round(row.high_usd, 2)) for row in narrowed(rows)]
    [(21.9, 22.1), (5.15, 5.25), (27.15, 27.25)]
    """
    sound = {}
    for row in rows:
        is_sound = row.quality == "ok" and row.basis not in NOT_PUBLISHED
        if is_sound and row.flow in FLOWS:
            sound[cell_of(row)] = row

    by_period: dict[str, list[_Identity]] = {}
    for whole, parts in sorted(_identities(sound)):
        of_period = by_period.setdefault(whole.period, [])
        of_period.append((whole, parts))
    found: dict[Cell, Ends] = {}
    for identities in by_period.values():
        found |= _contracted(identities, sound)
    return [_within(row, found.get(cell_of(row))) for row in rows]


def _identities(sound: dict[Cell, CellRow]) -> Iterable[_Identity]:
    """Yield the identities of sound figures that count the same and are of one release."""
    for whole, row in sound.items():
        for column, groups in _MADE_OF.items():
            names = groups.get(getattr(row, column), ())
            parts = [whole._replace(**{column: name}) for name in names]
            members = [sound[part] for part in parts if part in sound]
            if not parts or len(members) < len(parts):
                continue
            every = (row, *members)
            counts = {one.coverage for one in every}
            # One source gives all these figures, and all that sums among them are made of.
            releases = [one.releases or one.sources for one in every]
            if len(counts) == 1 and shared_sources(releases):
                yield whole, parts


def _contracted(
    identities: Sequence[_Identity], sound: dict[Cell, CellRow]
) -> dict[Cell, Ends]:
    """Return the narrowed intervals of one period; identities that cannot hold are left out."""
    given = {}
    for whole, parts in identities:
        for cell in (whole, *parts):
            row = sound[cell]
            given[cell] = (row.low_usd, row.high_usd)
    usable = [one for one in identities if _narrow(one, dict(given)) is not None]
    ends = dict(given)
    while True:
        changes = [_narrow(identity, ends) for identity in usable]
        if None in changes:
            del usable[changes.index(None)]
            ends = dict(given)
        elif not any(changes):
            return ends


def _narrow(identity: _Identity, ends: dict[Cell, Ends]) -> bool | None:
    """Narrow the intervals of one identity in `ends`; None if the figures contradict it."""
    whole, cells = identity
    parts = [ends[cell] for cell in cells]
    least = sum(low for low, _ in parts)
    most = sum(high for _, high in parts)
    low, high = ends[whole]
    both = min(high, most) - max(low, least)
    noise = _NOISE * max(abs(high), abs(most))
    exact = min(high - low, most - least) <= noise
    # Intervals that only touch are those of neighbouring figures, not of one.
    if both < (-noise if exact else noise):
        return None
    changed = _set(ends, whole, (least, most), noise)
    low, high = ends[whole]
    for cell, (part_low, part_high) in zip(cells, parts, strict=True):
        most_of_others = most - part_high
        least_of_others = least - part_low
        left = (low - most_of_others, high - least_of_others)
        changed = _set(ends, cell, left, noise) or changed
    return changed


def _set(ends: dict[Cell, Ends], cell: Cell, within: Ends, noise: float) -> bool:
    """Cut an interval to what lies within another; say whether that is more than noise."""
    low, high = ends[cell]
    least = max(low, within[0])
    most = min(high, within[1])
    cut = max(least - low, high - most)
    if cut <= noise or least > most:
        return False
    ends[cell] = (least, most)
    return True


def _within(row: CellRow, ends: Ends | None) -> CellRow:
    if ends is None:
        return row
    low, high = ends
    return row._replace(
        low_usd=min(low, row.value_usd),
        high_usd=max(high, row.value_usd),
    )
