"""Say what differs between two pages and why."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from pagemill import provenance
from pagemill.csvtext import NUMBER
from pagemill.parts import Place, places
from pagemill.project import current
from pagemill.provenance import Change
from pagemill.saved import Item, Saved
from rounding import formats
from rounding.errors import some

if TYPE_CHECKING:
    import pandas as pd

NONE = "–"
#: What stands in the places of two numbers where one page has none.
CAME, WENT = (NONE, "added"), ("removed", NONE)
#: What stands in the place of a number when a whole row, column or figure came or went.
WHOLE = {"row": "(row)", "column": "(column)", "item": "(figure or table)"}

# Text, years, codes and ranks name a row; anything longer or broken is a measurement.
_LONGEST_NAME = 4
_CLOSE = 1e-9
_TELLING = 5  # digits of two numbers that are the same in two places by no chance
_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_END = re.compile(r"_(?:low|high)$")
_LOW = re.compile(r"^(?:low|high)_")
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
    also
        The other figures and tables that show the same change.
    """

    item: str
    row: str
    column: str
    old: str
    new: str
    is_rate: bool = False
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        place = ": ".join(filter(None, (self.row, self.column)))
        values = self.old, self.new
        if values in (CAME, WENT):
            return f"{place}: {''.join(values).strip(NONE)}"
        old, new, change = readable(*values, is_rate=self.is_rate)
        told = f"{place}: {old} → {new}" + (f" ({change})" if change else "")
        return f"{told}; also in {', '.join(self.also)}" if self.also else told


@dataclass(frozen=True)
class Comparison:
    """What differs between two pages.

    Attributes
    ----------
    answer
        (old, new) of the answer, if it changed.
    moves
        Cells of the embedded data that are not the same, each change once.
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
            own = [Move(item.called, "", WHOLE["item"], *end)]
        if own:
            moved.add(item.part)
            moves += own
    return Comparison(
        next(_pairs([old.answer], [new.answer]), None),
        tuple(_once(moves)),
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


def _once(moves: list[Move]) -> list[Move]:
    """Return each change once, with the other places that show it."""
    changes: dict[Any, Move] = {}
    seen: Counter[Any] = Counter()
    for move in moves:
        # A measured number hardly changes twice from and to the same; a count may.
        telling = sum(map(str.isdigit, move.old + move.new)) > _TELLING
        is_measured = telling and _numbers(move.old, move.new)
        change: Any = (move.old, move.new) if is_measured else move
        seen[move.item, change] += 1
        key = change, seen[move.item, change]
        if first := changes.get(key):
            also = move.item.partition(",")[0]
            move = replace(first, also=(*first.also, also))
        changes[key] = move
    return list(changes.values())


def _item_moves(old: Item, new: Item) -> Iterator[Move]:
    """Yield what moved in one figure or table: whole columns, whole rows, then cells."""
    for column in dict.fromkeys((*old.header, *new.header)):
        if (column in old.header) != (column in new.header):
            end = CAME if column in new.header else WENT
            yield Move(new.called, "", f"{WHOLE['column']} {column}", *end)
    keys = _key_columns(old.frame, new.frame)
    before, after = _keyed(old.frame, keys), _keyed(new.frame, keys)
    names = _row_names(keys, (new, after), (old, before))
    both = before.index.intersection(after.index, sort=False)
    moved = {
        column: set(both[_differs(before[column], after[column], both)])
        for column in before.columns.intersection(after.columns, sort=False)
    }
    for key in before.index.union(after.index, sort=False):
        if key not in both:
            end = CAME if key in after.index else WENT
            yield Move(new.called, names[key], WHOLE["row"], *end)
        for column, rows in moved.items():
            # The ends of an interval follow its figure.
            figures = {_END.sub("", column), _LOW.sub("value_", column)} - {column}
            is_told = any(key in moved.get(figure, ()) for figure in figures)
            if key in rows and not is_told:
                is_rate = column in new.rates or current().is_rate(column)
                label = new.labels.get(column) or column.replace("_", " ")
                was = before.loc[key, column] or NONE
                now = after.loc[key, column] or NONE
                yield Move(new.called, names[key], label, was, now, is_rate)


def _key_columns(old: pd.DataFrame, new: pd.DataFrame) -> list[str]:
    """Return the columns that name a row: as few of the first ones as tell all rows apart."""
    names = [
        column
        for column in old.columns.intersection(new.columns, sort=False)
        if all(frame[column].map(_is_name).all() for frame in (old, new))
    ]
    for count in range(1, len(names)):
        if not any(frame.duplicated(names[:count]).any() for frame in (old, new)):
            return names[:count]
    return names


def _is_name(text: str) -> bool:
    is_short = text.isdigit() and len(text) <= _LONGEST_NAME
    return is_short or not NUMBER.fullmatch(text)


def _keyed(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the rows by their name; rows of one name are told apart by their number."""
    number = frame.groupby(keys).cumcount() if keys else frame.index.to_series()
    return frame.set_index([*keys, number + 1])


def _row_names(
    keys: list[str], *items: tuple[Item, pd.DataFrame]
) -> dict[tuple[Any, ...], str]:
    """Return what a table calls its rows, if that tells them apart, or else their keys."""
    names: dict[tuple[Any, ...], str] = {}
    if all(
        keys[:1] == [*item.labels][:1] and 0 < len({*item.heads}) == len(item.rows)
        for item, _ in items
    ):
        for item, rows in items:
            names.update(zip(rows.index, item.heads, strict=True))
        return names
    of_rows = [key for _, rows in items for key in rows.index]
    # What all rows have in common need not be said of each.
    telling = [n for n in range(len(keys)) if len({key[n] for key in of_rows}) > 1]
    spell = current().spell
    for key in of_rows:
        words = dict.fromkeys(spell(keys[n], key[n]) for n in telling)
        names[key] = ", ".join(words) or f"row {key[-1] if keys else key}"
    return names


def _differs(old: pd.Series, new: pd.Series, rows: pd.Index) -> Any:
    """Return which rows differ by more than noise: a sum's rounding is no change of a part."""
    import pandas as pd

    before = pd.to_numeric(old, errors="coerce")
    after = pd.to_numeric(new, errors="coerce")
    size = max(before.abs().max(), after.abs().max())
    noise = (before[rows] - after[rows]).abs() <= _CLOSE * size
    return (old[rows] != new[rows]) & ~noise


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
