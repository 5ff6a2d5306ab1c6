"""Say what differs between two pages and why."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pandas as pd

from pagemill import provenance
from pagemill.csvtext import NUMBER
from pagemill.parts import Place, places
from pagemill.project import current
from pagemill.provenance import Change
from pagemill.saved import Item, Saved
from rounding import formats
from rounding.errors import some

#: What tells a row from others: its names, and its number among those of these names.
Key = tuple[Any, ...]

NONE = "–"
#: What stands in the places of two numbers where one page has none.
CAME, WENT = (NONE, "added"), ("removed", NONE)
# Text, years, codes and ranks name a row; anything longer or broken is a measurement.
_LONGEST_NAME = 4
_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_END = re.compile(r"(?:^|_)(?:low|high)(?:_|$)")
# Parts that hold more than sentences: figures, tables, style and script.
_OWN = re.compile("“|the (?:style|script)")


@dataclass(frozen=True)
class Move:
    """A number, or another cell of the data behind a figure or table, that is not the same.

    Attributes
    ----------
    item, row, column
        Where it stands, in the page's own words.
    old, new
        What the data hold.
    is_rate
        Whether it is a fraction, which a page shows as per cent.
    """

    item: str
    row: str
    column: str
    old: str
    new: str
    is_rate: bool = False

    def __str__(self) -> str:
        place = ": ".join(filter(None, (self.row, self.column)))
        values = self.old, self.new
        if values in (CAME, WENT):
            return f"{place}: {''.join(values).strip(NONE)}"
        old, new, change = readable(*values, is_rate=self.is_rate)
        return f"{place}: {old} → {new}" + (f" ({change})" if change else "")


@dataclass(frozen=True)
class Comparison:
    """What differs between two pages.

    Attributes
    ----------
    answer
        (old, new) of the answer, if it changed.
    moves
        Cells of the embedded data that are not the same.
    sentences
        (old, new) of every heading, title and paragraph that changed; "" where there is none.
    changes
        The recorded inputs that differ.
    places
        Every part of the pages that differs, whatever a reader takes from it.
    moved
        The parts whose figures and tables have data that moved.
    identical
        True if the files are the same, byte by byte.
    """

    answer: tuple[str, str] | None
    moves: tuple[Move, ...]
    sentences: tuple[tuple[str, str], ...]
    changes: tuple[Change, ...]
    places: tuple[Place, ...]
    moved: frozenset[str]
    identical: bool

    @property
    def same(self) -> bool:
        """True if nothing but the record differs: no text, table, drawing, style or script."""
        return not self.places

    def unexplained(self) -> list[Place]:
        """Return the places of which no moved number and no sentence tells already."""
        told = {*self.moved}
        if self.sentences or self.answer:
            told |= {place.part for place in self.places if not _OWN.match(place.part)}
        return [place for place in self.places if place.part not in told]

    def cause(self) -> str:
        """Return what may have moved the numbers, in one sentence."""
        if self.identical:
            return "the two pages are the same, byte by byte"
        kinds = list(dict.fromkeys(change.kind for change in self.changes))
        texts = "; ".join(some([change.text for change in self.changes]))
        if self.same:
            return f"nothing differs but the record: {texts or 'how it is written'}"
        if not kinds:
            return "no recorded input differs: one of the pages was altered after it was made"
        apart = ", which these two pages cannot tell apart" if len(kinds) > 1 else ""
        return f"{' and '.join(kinds)} may explain it{apart}: {texts}"


def compare(old: Saved, new: Saved) -> Comparison:
    """Return what differs between two pages and which of their inputs do."""
    moves: list[Move] = []
    moved: set[str] = set()
    for name, item in {**old.items, **new.items}.items():
        if name in old.items and name in new.items:
            own = list(_item_moves(old.items[name], item))
        else:
            end = CAME if name in new.items else WENT
            own = [Move(item.called, "", "(figure or table)", *end)]
        if own:
            moved.add(item.part)
            moves += own
    return Comparison(
        next(_pairs([old.answer], [new.answer]), None),
        tuple(moves),
        tuple(_pairs(old.sentences, new.sentences)),
        tuple(provenance.differing_inputs(old.inputs, new.inputs)),
        tuple(places(old, new)),
        frozenset(moved),
        old.text == new.text,
    )


def count_differences(comparison: Comparison) -> str:
    """Return how much differs, such as `12 values and 3 sentences differ, in 2 parts`."""
    values, number = len(comparison.moves), len(comparison.places)
    sentences = len(comparison.sentences) + bool(comparison.answer)
    counts = [_count(values, "value"), _count(sentences, "sentence")]
    what = " and ".join(filter(None, counts))
    parts = f"{_count(number, 'part')} of the page"
    verb = "differs" if (values + sentences or number) == 1 else "differ"
    return f"{what} {verb}, in {parts}" if what else f"{parts} {verb}"


def _count(number: int, word: str) -> str:
    """Return a number of things, or "" for none."""
    return f"{number} {word}{'s' if number > 1 else ''}" if number else ""


def _item_moves(old: Item, new: Item) -> Iterator[Move]:
    """Yield what moved in one figure or table: whole columns, whole rows, then cells."""
    for column in old.frame.columns.symmetric_difference(new.frame.columns, sort=False):
        end = CAME if column in new.frame else WENT
        yield Move(new.called, "", f"(column) {column}", *end)
    both = [str(column) for column in old.frame if column in new.frame]
    names = _key_columns(both, old.frame, new.frame)
    before, after = _keyed(old.frame, names), _keyed(new.frame, names)
    keys = [*dict.fromkeys((*before, *after))]
    # What all rows have in common need not be said of each.
    telling = [n for n in range(len(names)) if len({key[n] for key in keys}) > 1]
    for key in keys:
        words = (current().spell(names[n], key[n]) for n in telling)
        name = ", ".join(dict.fromkeys(words)) or f"row {key[-1] + 1}"
        if key not in before or key not in after:
            end = CAME if key in after else WENT
            yield Move(new.called, name, "(row)", *end)
            continue
        was, now = before[key], after[key]
        moved = [column for column in both if _has_moved(was[column], now[column])]
        # The ends of an interval follow its figure.
        for column in [one for one in moved if not _END.search(one)] or moved:
            values = was[column] or NONE, now[column] or NONE
            is_rate = column in new.rates or current().is_rate(column)
            label = new.labels.get(column) or column.replace("_", " ")
            yield Move(new.called, name, label, *values, is_rate)


def _key_columns(columns: list[str], *frames: pd.DataFrame) -> list[str]:
    """Return the columns that name a row: as few of the first ones as tell all rows apart."""
    cells = pd.concat(frames)
    names = [c for c in columns if cells[c].map(_is_name).all()]
    fewer = (names[:count] for count in range(1, len(names)))
    tell_apart = (n for n in fewer if not any(f.duplicated(n).any() for f in frames))
    return next(tell_apart, names)


def _is_name(text: str) -> bool:
    is_short = text.isdigit() and len(text) <= _LONGEST_NAME
    return is_short or not NUMBER.fullmatch(text)


def _keyed(frame: pd.DataFrame, names: list[str]) -> dict[Key, dict[str, str]]:
    """Return the rows by their names and, among those of one name, their number."""
    numbers = frame.groupby(names).cumcount() if names else pd.Series(range(len(frame)))
    keys = zip(*(frame[name] for name in names), numbers, strict=True)
    rows: list[Any] = frame.to_dict("records")
    return dict(zip(keys, rows, strict=True))


def _has_moved(old: str, new: str) -> bool:
    """Return whether a cell says something else: more than a sum's rounding by the machine."""
    pair = _numbers(old, new)
    return old != new and not (
        pair and math.isclose(*pair, rel_tol=1e-9, abs_tol=1e-12)
    )


def _numbers(old: str, new: str) -> tuple[float, float] | None:
    if NUMBER.fullmatch(old) and NUMBER.fullmatch(new):
        return float(old), float(new)
    return None


def readable(old: str, new: str, *, is_rate: bool = False) -> tuple[str, str, str]:
    """Return two values in words, with the digits that the change between them needs, and that.

    Examples
    --------
    >>> readable("106300000000", "106600000000")
    ('106.3 billion', '106.6 billion', '+0.28%')
    >>> readable("0.1213371", "0.1246", is_rate=True)
    ('12.13%', '12.46%', '+0.33 points')
    >>> readable("official", "press")
    ('official', 'press', '')
    """
    pair = _numbers(old, new)
    if pair is None:
        return old, new, ""
    size, word = 0.01, "%"
    if not is_rate:
        largest = max(map(abs, pair))
        size, word = next(
            (scale for scale in _SCALES if largest >= scale[0]), (1.0, "")
        )
    before, after = pair[0] / size, pair[1] / size
    step = after - before
    for digits in range(1, 13):
        shown = round(after, digits) - round(before, digits)
        if abs(shown - step) < abs(step) / 20:
            break
    first = formats.fixed(before, digits) + word
    second = formats.fixed(after, digits) + word
    if is_rate:
        return first, second, f"{formats.with_sign(step, digits)} points"
    percent = 100 * step / abs(before) if before else 0.0
    if not percent:
        return first, second, ""
    digits = max(0, 1 - math.floor(math.log10(abs(percent))))
    return first, second, f"{formats.with_sign(percent, digits)}%"


def _pairs(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the sentences that are not the same, each with what stands in its place."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            yield from zip_longest(old[a:b], new[c:d], fillvalue="")
