"""What the pages of a folder say of themselves; a file is read again only when it was changed.

In a folder of many pages that is kept beside them: a render of one report would read all else.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import html
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from pagemill import provenance
from pagemill.files import read_bytes, stamp
from pagemill.unfinished import replacing
from rounding.errors import ParameterError, ReportError

INDEX = "index.html"
#: How the notebook ends that a failed report leaves; it says why.
FAILED = ".failed.ipynb"
#: What is kept, and from how many pages on.
KEPT, MANY = ".pagemill-pages.json", 100
#: What of a page is found: its headings and captions, each with the id of its place.
_PLACE = re.compile(
    r'<(?:h2|(?:fig)?caption) id="(?!about")([^"]+)">(.*?)</(?:h2|(?:fig)?caption)>',
    re.DOTALL,
)
_NUMBER = re.compile(r'<span class="ct-number">.*?</span>', re.DOTALL)
_UNREAD = re.compile(r"<(script|style|svg|footer|pre)\b.*?</\1>|<[^>]+>", re.DOTALL)
#: A number whole, with its decimals, or a word.
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]{2,}")
# Among the metadata at the end of a notebook, and in no text: there a quote has a stroke.
_SEAL = re.compile(
    rb'\n  "pagemill": \{\n   "page": "([0-9a-f]{64})"(?:,\n   "twin": "([0-9a-f]{64})")?'
)
#: What a page's address has behind it for its Markdown twin, as llmstxt.org proposes.
TWIN = ".html.md"
#: Why a page that was changed, or of which a part is missing, is made again and in no index.
ALTERED = "it was altered or cut after it was made"
TWIN_ALTERED = "its Markdown twin was altered after it was made"


@dataclass(frozen=True)
class Page:
    """One file of a folder of reports.

    Attributes
    ----------
    sha256
        Hash of its text; "" if it cannot be read.
    record
        What it was made from, as it says; None if it is no page of ours, or its record is damaged.
    is_ours
        Whether it has a record, damaged or not.
    places, words
        (id, text) of its headings and captions, and the words of its text.
    """

    sha256: str = ""
    record: dict[str, Any] | None = None
    is_ours: bool = False
    places: tuple[tuple[str, str], ...] = ()
    words: tuple[str, ...] = ()


class Kept(BaseModel):
    """What is kept beside the pages of a folder: what they said, and when they were written."""

    library: str = ""
    stamps: dict[str, tuple[int, ...]] = {}
    pages: dict[str, Page] = {}


def look(folder: Path) -> dict[str, Page]:
    """Return the pages of a folder by their names, in their order."""
    names = sorted(file.name for file in folder.glob("*.html") if file.name != INDEX)
    # Before they are read: what is saved meanwhile is read again.
    stamps = {name: stamp(folder / name) for name in names}
    held = _kept(folder)
    pages = {name: _known(held, folder / name, stamps[name]) for name in names}
    if len(pages) >= MANY and stamps != held.stamps:
        kept = Kept(library=provenance.library_hash(), stamps=stamps, pages=pages)
        # A folder that cannot be written is only read more slowly.
        with (
            contextlib.suppress(ReportError, ValueError),
            replacing(folder / KEPT, KEPT) as target,
        ):
            target.write_text(kept.model_dump_json(), "utf-8")
    return pages


def text_of_page(file: Path) -> Page:
    """Return what a page says of itself."""
    return _known(_kept(file.parent), file, stamp(file))


def _known(held: Kept, file: Path, now: tuple[int, ...]) -> Page:
    if held.stamps.get(file.name) == now and file.name in held.pages:
        return held.pages[file.name]
    return _read(file, *now)


def seal(page: str, twin: str) -> dict[str, str]:
    """Return what the notebook beside a page and its twin says of both.

    A page cannot vouch for itself.
    """
    texts = {"page": page, "twin": twin}
    return {name: _digest(text.encode()) for name, text in texts.items()}


def why_altered(file: Path, read: Page | None = None) -> str:
    """Return why a page is another than the one made with the notebook beside it, or ""."""
    page, twin = _sealed_beside(file)
    if page and (read or text_of_page(file)).sha256 != page:
        return ALTERED
    beside = file.with_suffix(TWIN)
    if twin and (there := stamp(beside)) and _hash_of(beside, *there) != twin:
        return TWIN_ALTERED
    return ""


def lacks_twin(file: Path) -> bool:
    """Return whether the Markdown twin that was made with a page is gone."""
    return bool(_sealed_beside(file)[1]) and not stamp(file.with_suffix(TWIN))


def _sealed_beside(file: Path) -> tuple[str, str]:
    beside = file.with_suffix(".ipynb")
    return _sealed(beside, *stamp(beside))


@functools.lru_cache(maxsize=20_000)
def _sealed(notebook: Path, *_stamp: int) -> tuple[str, str]:
    """Return the hashes of the page and the twin made with a notebook, each "" if it says none."""
    with contextlib.suppress(OSError):
        if seal := _SEAL.search(read_bytes(notebook)):
            page, twin = seal.groups(b"")
            return page.decode(), twin.decode()
    return "", ""


@functools.lru_cache(maxsize=20_000)
def _hash_of(file: Path, *_stamp: int) -> str:
    """Return the hash of a file, or "" if it cannot be read."""
    with contextlib.suppress(OSError):
        return _digest(read_bytes(file))
    return ""


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _kept(folder: Path) -> Kept:
    return _read_kept(folder / KEPT, *stamp(folder / KEPT))


@functools.lru_cache(maxsize=4)
def _read_kept(file: Path, *_stamp: int) -> Kept:
    # Anybody may have written it.
    with contextlib.suppress(OSError, ValueError):
        kept = Kept.model_validate_json(read_bytes(file))
        if kept.library == provenance.library_hash():
            return kept
    return Kept()


@functools.lru_cache(maxsize=20_000)
def _read(file: Path, *_stamp: int) -> Page:
    try:
        text = provenance.page_text(file)
    except ParameterError:  # a pipe, perhaps, which would be waited for
        return Page()
    return Page(
        sha256=_digest(text.encode()),
        record=provenance.from_html(text),
        is_ours=provenance.SCRIPT_ID in text,
        places=tuple((name, words_of(head)) for name, head in _PLACE.findall(text)),
        words=tuple(sorted({*_WORD.findall(words_of(text).lower())})),
    )


def words_of(fragment: str) -> str:
    """Return the words of a piece of a page, without what numbers its figures."""
    return " ".join(html.unescape(_UNREAD.sub(" ", _NUMBER.sub("", fragment))).split())
