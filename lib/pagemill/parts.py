"""A page cut into parts: two pages are compared whole, and each difference has a place."""

from __future__ import annotations

import itertools
import os
import re
from collections import Counter
from typing import NamedTuple

from pagemill import provenance
from pagemill.htmlparts import fill
from pagemill.linked import KIND
from pagemill.saved import Saved

# The links to other pages stand inside the head of the page.
_BEGINS = re.compile(
    r"<(style|script|header|nav(?! class=\"beside\")|main|h[2-6]|figure|footer)\b[^>]*",
    re.IGNORECASE,
)
_ENDED = re.compile(r"<(style|script)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_ID = re.compile(r'\bid="([^"]{1,60})')
_CALLED = {
    "": "the head of the file",
    "style": "the style",
    "script": "the script",
    "header": "the head of the page",
    "nav": "the contents",
    "main": "the text",
    "footer": "the foot of the page",
}
# What of the record a reader sees: the first digits of its hashes.
_HASH = re.compile("<code>([0-9a-f]{16}|missing)</code>")
_SNIPPET = 60


class Place(NamedTuple):
    """A part of a page that is not the same in another, and how it first differs there."""

    part: str
    how: str


def places(old: Saved, new: Saved) -> list[Place]:
    """Return every part of two pages that differs: all of their files but what the record says.

    That is the text, the cells and keys of tables, the drawings, the data to download, and style,
    script and policy. Of the record itself, what is no input counts too.
    """
    before, after = _parts(old), _parts(new)
    places = [
        Place(part, _difference(before.get(part), after.get(part)))
        for part in {**before, **after}
        if before.get(part) != after.get(part)
    ]
    if not places and list(before) != list(after):
        places = [Place("the order of the parts", "it is another")]
    # What it may hold besides its inputs would not be looked at.
    if not all(provenance.is_ours(page.block, page.text) for page in (old, new)):
        places.append(Place("the record", "it is none that this version writes"))
    return places


def _parts(page: Saved) -> dict[str, str]:
    """Return a page part by part, each by what it is called."""
    recorded = {
        f"the record’s {name}": provenance.to_json({name: value})
        for name, value in page.block.items()
        if name != "inputs"
    }
    text = _without_record(page)
    cuts = [0, *(begun.start() for begun in _BEGINS.finditer(text)), len(text)]
    seen: Counter[str] = Counter()
    parts: dict[str, str] = {}
    around = ""
    for start, end in itertools.pairwise(cuts):
        piece = text[start:end]
        name = _name(piece)
        seen[name] += 1
        if seen[name] > 1:
            name += f" ({seen[name]})"
        # A style or script ends where it does: what follows is of the part around it.
        if ended := _ENDED.match(piece):
            parts[name] = ended[0]
            parts[around] += piece[ended.end() :]
        else:
            parts[name] = piece
            around = name
    return parts | recorded


def _without_record(page: Saved) -> str:
    """Return a page's text without the inputs it records, nor their hashes in its footer."""
    start, end = provenance.place_of_record(page.text)
    text = page.text[:start] + page.text[end:]
    # Only as they stand in the record, each in its own line.
    hashes = fill("hashes.html.j2", record=page.block)
    return text.replace(hashes, _HASH.sub("<code></code>", hashes))


def _name(text: str) -> str:
    begun = _BEGINS.match(text)
    kind, tag = (begun[1].lower(), begun[0]) if begun else ("", "")
    if KIND in tag:
        return "what it says to programs"
    own = _ID.search(tag)
    if own is None or kind in _CALLED:
        return _CALLED.get(kind, f"<{kind}>")
    section = "the section " if kind.startswith("h") else ""
    return f"{section}“{own[1]}”"


def _difference(old: str | None, new: str | None) -> str:
    """Return where two texts first differ, a piece of each.

    Examples
    --------
    >>> _difference('<td data-sort="1">1,2', '<td data-sort="1">1,3')
    '…<td data-sort="1">1,2… → …<td data-sort="1">1,3…'
    """
    if old is None or new is None:
        return "added" if old is None else "removed"
    at = len(os.path.commonprefix([old, new]))  # noqa: RUF071  # letters are meant
    pieces = [
        " ".join(text[max(0, at - _SNIPPET // 2) : at + _SNIPPET // 2].split())
        for text in (old, new)
    ]
    return f"…{pieces[0]}… → …{pieces[1]}…"
