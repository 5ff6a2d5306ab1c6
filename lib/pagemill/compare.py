"""Say what differs between two pages and why."""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from pagemill import provenance
from pagemill.csvtext import NUMBER
from pagemill.parts import Place, places
from pagemill.project import current
from pagemill.provenance import Change
from pagemill.saved import Item, Saved
from rounding import formats
from rounding.errors import some

#: A row of data by its columns, and what tells it from others: its names, and its number of them.
Row = dict[str, str]
Key = tuple[tuple[str, ...], int]

NONE = "–"
#: What stands in the places of two numbers where one page has none.
CAME, WENT = (NONE, "added"), ("removed", NONE)
#: What stands in the place of a number when a whole row, column or figure came or went.
WHOLE = {"row": "(row)", "column": "(column)", "item": "(figure or table)"}

# Text, years, codes and ranks name a row; anything longer or broken is a measurement.
_LONGEST_NAME = 4
_CLOSE = 1e-9
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
            own = [Move(item.called, "", WHOLE["item"], *end)]
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
    for column in dict.fromkeys((*old.header, *new.header)):
        if (column in old.header) != (column in new.header):
            end = CAME if column in new.header else WENT
            yield Move(new.called, "", f"{WHOLE['column']} {column}", *end)
    both = [*dict.fromkeys(column for column in old.header if column in new.header)]
    names = _key_columns(both, old.records, new.records)
    before, after = _keyed(old.records, names), _keyed(new.records, names)
    keys = [*dict.fromkeys((*before, *after))]
    # What all rows have in common need not be said of each.
    telling = [n for n in range(len(names)) if len({key[0][n] for key in keys}) > 1]
    noise = {column: _noise(column, old.records, new.records) for column in both}

    def has_moved(key: Key, column: str) -> bool:
        was, now = before[key][column], after[key][column]
        pair = _numbers(was, now)
        is_noise = pair and abs(pair[0] - pair[1]) <= noise[column]
        return was != now and not is_noise

    for key in keys:
        words = (current().spell(names[n], key[0][n]) for n in telling)
        name = ", ".join(dict.fromkeys(words)) or f"row {key[1]}"
        if key not in before or key not in after:
            end = CAME if key in after else WENT
            yield Move(new.called, name, WHOLE["row"], *end)
            continue
        moved = [column for column in both if has_moved(key, column)]
        for column in moved:
            # The ends of an interval follow its figure.
            figures = {_END.sub("", column), _LOW.sub("value_", column)} - {column}
            if not figures.intersection(moved):
                was, now = before[key][column] or NONE, after[key][column] or NONE
                is_rate = column in new.rates or current().is_rate(column)
                label = new.labels.get(column) or column.replace("_", " ")
                yield Move(new.called, name, label, was, now, is_rate)


def _key_columns(columns: list[str], old: list[Row], new: list[Row]) -> list[str]:
    """Return the columns that name a row: as few of the first ones as tell all rows apart."""
    names = [c for c in columns if all(_is_name(row[c]) for row in (*old, *new))]
    for count in range(1, len(names)):
        telling = names[:count]
        told = [{tuple(row[c] for c in telling) for row in rows} for rows in (old, new)]
        if list(map(len, told)) == [len(old), len(new)]:
            return telling
    return names


def _is_name(text: str) -> bool:
    is_short = text.isdigit() and len(text) <= _LONGEST_NAME
    return is_short or not NUMBER.fullmatch(text)


def _keyed(rows: list[Row], keys: list[str]) -> dict[Key, Row]:
    """Return the rows by their name; rows of one name are told apart by their number."""
    seen: Counter[tuple[str, ...]] = Counter()
    keyed = {}
    for row in rows:
        name = tuple(row[key] for key in keys)
        seen[name] += 1
        keyed[name, seen[name]] = row
    return keyed


def _noise(column: str, *tables: list[Row]) -> float:
    """Return how far apart two numbers of a column are by a sum's rounding alone."""
    cells = (row[column] for rows in tables for row in rows)
    numbers = (abs(float(cell)) for cell in cells if NUMBER.fullmatch(cell))
    return _CLOSE * max(numbers, default=0)


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
