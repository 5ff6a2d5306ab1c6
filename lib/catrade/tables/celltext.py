"""Single cells as text: what may stand in one, and how one is shown in a message."""

from __future__ import annotations

import re
import unicodedata

NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
INTEGER = re.compile(r"-?[0-9]+")
#: Beyond it a float skips whole numbers, and a long enough one is infinite.
LARGEST = 2**53
#: Longer text in a cell is an unclosed quotation mark or a file pasted in.
_LONGEST = 5000
SHOWN = 60


def shown(text: str) -> str:
    """Return a text for a message: quoted, on one line, with nothing unseen, and not too long.

    Examples
    --------
    >>> shown("UZZ"), shown("1" * 1000)[-23:]
    ("'UZZ'", '1111… (1000 characters)')
    """
    if len(text) <= SHOWN:
        return repr(text)
    return f"{repr(text[:SHOWN])[:-1]}… ({len(text)} characters)"


def plain(text: str) -> str:
    """Return a text as it is if it can stand in a message, else as `shown` does."""
    return text if text.isprintable() and len(text) <= SHOWN else shown(text)


def unreadable(cell: str) -> str:
    """Say what is wrong with the characters of a cell; empty text if nothing is."""
    if len(cell) > _LONGEST:
        return f"holds {len(cell)} characters; {_LONGEST} is the most"
    if cell.isprintable():
        return ""
    for place, character in enumerate(cell, start=1):
        if not character.isprintable() and character not in "\r\n\u3000":
            name = unicodedata.name(character, "a control character")
            return (
                f"holds U+{ord(character):04X} ({name}) as character {place}, which cannot be seen"
                " or misleads; remove it"
            )
    return ""


def is_huge(cell: str) -> bool:
    """Say whether a plain number is too large for a float to hold exactly."""
    whole = cell.lstrip("-").partition(".")[0].lstrip("0")
    return len(whole) > 16 or int(whole or "0") > LARGEST


def number_hint(cell: str) -> str:
    """Return how a number should have been written; empty text if that is not clear."""
    if len(cell) > SHOWN:
        return ""
    plain = re.sub("[ \u00a0,_]", "", cell.strip())
    try:
        whole = format(float(plain), ".15g")
    except ValueError:
        return ""
    if not NUMBER.fullmatch(whole):
        return ""
    return f" (write {whole})"
