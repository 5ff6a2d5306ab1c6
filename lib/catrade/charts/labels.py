"""How wide a text is, and labels moved apart so that none covers another.

Not adjustText: it needs scipy, takes 0.6 s to import, searches step by step (so a new version may
place labels elsewhere) and solves in two dimensions what is one-dimensional here.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

_FACE = FontProperties(family="DejaVu Sans")
_MEASURED_AT = 100.0  # points
_FIXED_POINT = 2**16  # FreeType's unit of a glyph's unhinted advance


def spread(
    wanted: Sequence[float],
    gap: float,
    low: float = float("-inf"),
    high: float = float("inf"),
) -> list[float]:
    """Return positions at least `gap` apart, in the order of and nearest to those wanted.

    The exact least-squares answer, by pooling neighbours that would collide (isotonic regression
    on `wanted − rank × gap`), then kept within the bounds as far as they have room.

    Parameters
    ----------
    wanted
        Positions wished for, in any order and any unit.
    gap
        Smallest distance allowed, same unit.
    low, high
        Bounds of the result; with less room than labels, the bounds give way at the top.

    Examples
    --------
    >>> spread([10, 0, 11], 4)
    [8.5, 0.0, 12.5]
    >>> spread([1, 2], 4, low=0)
    [0.0, 4.0]
    """
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    pools: list[tuple[float, int]] = []  # mean and size
    for rank, index in enumerate(order):
        mean, size = wanted[index] - rank * gap, 1
        while pools and pools[-1][0] >= mean:
            before, many = pools.pop()
            both = before * many + mean * size
            size += many
            mean = both / size
        pools.append((mean, size))
    # Clipping the pooled values is exact too: they only ever rise.
    top = high - gap * (len(wanted) - 1)
    flat = []
    for mean, size in pools:
        kept = max(low, min(top, mean))
        flat += [kept] * size
    placed = [0.0] * len(wanted)
    for rank, index in enumerate(order):
        placed[index] = float(flat[rank] + rank * gap)
    return placed


def free_rows(stretches: Sequence[tuple[float, float]]) -> list[int]:
    """Return for each stretch the first row in which it lies on none of those before it.

    Examples
    --------
    >>> free_rows([(0, 5), (3, 8), (6, 9)])
    [0, 1, 0]
    """
    rows: list[int] = []
    for low, high in stretches:
        taken = set()
        for row, (start, stop) in zip(rows, stretches, strict=False):
            if low < stop and start < high:
                taken.add(row)
        first = 0
        while first in taken:
            first += 1
        rows.append(first)
    return rows


def text_width(text: str, size: float = 9) -> float:
    """Return the room a text needs in points, measured with the house font.

    The sum of its characters: kerning, which only brings some of them together, is left out.

    Examples
    --------
    >>> round(text_width("12.1%"), 1), round(text_width("12.1%", 18), 1)
    (28.6, 57.2)
    """
    return size * sum(map(_advance, text))


@functools.cache
def _advance(character: str) -> float:
    """Return the width of a character, or of the box for one the font lacks, in sizes of type."""
    # Asked for each time: matplotlib opens the file anew in a forked process.
    font = get_font(findfont(_FACE))
    font.set_size(_MEASURED_AT, 72)
    index = font.get_char_index(ord(character))
    glyph = font.load_glyph(index, flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / _FIXED_POINT / _MEASURED_AT
