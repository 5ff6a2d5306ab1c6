"""The index page: every report of a folder with its finding, picture, parameters and data date."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pagemill import provenance
from pagemill.errors import ParameterError, ReportError
from pagemill.params import chips as chips_of
from pagemill.project import current
from pagemill.unfinished import unfinished

NAME = "index.html"
#: Parameters that every card shows, without their names.
_MAIN = ("Partner", "Whose figures", "Years")

_SVG = re.compile(r"<figure\b[^>]*>.*?(<svg\b.*?</svg>)", re.DOTALL)
_EXPORT_ONLY = re.compile(r'<g\b[^>]*class="ct-export".*?</g>', re.DOTALL)
_ROOT_ONLY = re.compile(r' (?:aria-label|role|style|data-ct-viewbox)="[^"]*"')
_PLAIN_NAME = re.compile(r"[^\W_][\w .,()-]*")
_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_VARIABLE = re.compile(r"var\(--[\w-]+,([^)]+)\)")
# A thumbnail is half as wide as the figure: tenths of its units cannot be seen.
_PATH = re.compile(r' (?:d|points|x|y|transform)="[^"]*"')
_NUMBER = re.compile(r"-?\d+\.\d+")
_SENTENCE = re.compile(r"(?<=[^.]{3}[.])\s+(?=[A-Z“])")
# What may stand in a data URI as it is; the rest is percent-encoded.
_AS_IS = " =:/;,'()!*@$&?+-._~[]{}|^"


@dataclass(frozen=True)
class Card:
    """One report on the index page."""

    slug: str
    title: str
    topic: str
    partner: str
    finding: str
    facts: tuple[str, ...]
    data_date: str
    picture: str


def write_index(output: Path, order: Sequence[str] = ()) -> Path:
    """Write `index.html` for the pages there are in a folder.

    Parameters
    ----------
    output
        Folder of the reports.
    order
        Slugs of the plan: their reports come first, in this order; others follow by name.

    Returns
    -------
    Path
        The index page; the same pages give the same bytes.

    Raises
    ------
    ReportError
        If it cannot be written.
    """
    while True:
        made_from = _made_from(output, order)
        _write(output, order, made_from)
        # Another run may have put a page there while we wrote, and written its index before ours.
        if _made_from(output, order) == made_from:
            return output / NAME


def _write(output: Path, order: Sequence[str], made_from: str) -> None:
    from pagemill import page as render

    cards = read_cards(output, order)
    topics: dict[str, list[Card]] = {}
    for card in cards:
        topics.setdefault(card.topic, []).append(card)
    partners = dict.fromkeys(card.partner for card in cards if card.partner)
    filters = [("partner", "Partner", list(partners)), ("topic", "Topic", list(topics))]
    resources = render.frame(
        "overview.js",
        title=current().title,
        about=current().about,
        made_with=f"{current().name} {current().version}",
        made_from=made_from,
        filters=[entry for entry in filters if len(entry[2]) > 1],
        topics=list(topics.items()),
        data_date=render.day(max((card.data_date for card in cards), default="")),
        day=render.day,
    )
    html = render.fill("overview.html.j2", resources)
    target = output / NAME
    try:
        with unfinished(output) as folder:
            (folder / NAME).write_text(html, encoding="utf-8", newline="\n")
            os.replace(folder / NAME, target)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror}"
        raise ReportError(message) from error


def is_current(output: Path, order: Sequence[str] = ()) -> bool:
    """Return whether the index of a folder is the one that `write_index` would write now.

    It is not after a run that was killed between its last page and the index.
    """
    try:
        html = (output / NAME).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return f'<meta name="pagemill-pages" content="{_made_from(output, order)}">' in html


def _made_from(output: Path, order: Sequence[str]) -> str:
    """Return one hash of everything that decides what the index says."""
    digest = hashlib.sha256()
    texts = [*order, "", provenance.library_hash(), provenance.template_hash()]
    digest.update("\0".join(texts).encode())
    for file in sorted(output.glob("*.html")):
        if file.name != NAME:
            digest.update(f"\0{file.name}\0".encode(errors="surrogateescape"))
            with contextlib.suppress(OSError):  # `read_card` passes over it too
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def read_cards(output: Path, order: Sequence[str] = ()) -> list[Card]:
    """Return a card for each page of ours in a folder, in the order of the index.

    A page under a name that could be read as another address or folder is passed over.
    """
    rank = {slug: number for number, slug in enumerate(order)}
    files = [file for file in output.glob("*.html") if _PLAIN_NAME.fullmatch(file.stem)]
    files = [file for file in files if file.name != NAME]
    files.sort(key=lambda file: (rank.get(file.stem, len(rank)), file.stem))
    return [card for file in files if (card := read_card(file))]


def read_card(file: Path) -> Card | None:
    """Return the card of a page, or None if the file is not a page of ours."""
    try:
        html = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    page = provenance.from_html(html) or {}
    try:
        # A page may have been edited by hand or cut short: that must not stop the others' index.
        return _card(file.stem, page, thumbnail(html))
    except (KeyError, TypeError, ValueError):
        return None


def _card(slug: str, page: Mapping[str, Any], picture: str) -> Card:
    chips = [(str(label), str(text)) for label, text in page["chips"]]
    return Card(
        slug=slug,
        title=str(page.get("title", slug)),
        topic=str(page.get("topic", "Reports")),
        partner=dict(chips).get("Partner", ""),
        finding=first_sentence(str(page.get("finding", ""))),
        facts=facts(str(page["inputs"]["notebook"]["name"]), chips),
        data_date=str(page.get("data_date", "")),
        picture=picture,
    )


def facts(notebook: str, chips: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    """Return the parameters a card shows: the main ones, and others that are not as usual.

    Examples
    --------
    >>> facts("trade_composition", [("Years", "2015–2025"), ("Level", "chapter")])
    ('2015–2025',)
    >>> facts("trade_composition", [("Years", "2015–2025"), ("Level", "section")])
    ('2015–2025', 'Level: section')
    """
    try:
        fields = current().parameters_of(notebook).model_fields
        usual = chips_of(notebook, {name: field.default for name, field in fields.items()})
    except ParameterError:
        usual = []
    return tuple(
        text if label in _MAIN else f"{label}: {text}"
        for label, text in chips
        if label in _MAIN or (label, text) not in usual
    )


def thumbnail(html: str) -> str:
    """Return the first figure of a page as a data URI, or "" if it has none.

    As a picture of its own it can neither clash with ids of the index page nor run anything.
    """
    found = _SVG.search(html)
    if not found:
        return ""
    root, _, rest = found[1].partition(">")
    root = _ROOT_ONLY.sub("", root)
    if "xmlns=" not in root:
        root = root.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    root = _BOX.sub(_upper_part, root)
    svg = _VARIABLE.sub(r"\1", f"{root}>{_EXPORT_ONLY.sub('', rest)}")
    svg = svg.replace("&nbsp;", "\xa0")  # a name of HTML that a picture of its own does not know
    svg = _PATH.sub(lambda path: _NUMBER.sub(_rounded, path[0]), svg)
    return "data:image/svg+xml," + quote(svg, safe=_AS_IS)


def first_sentence(text: str) -> str:
    """Return what a text says first: a card on the index has room for no more.

    Examples
    --------
    >>> first_sentence("Trade grew 12.1% to $106.3 billion. That is 6 points faster.")
    'Trade grew 12.1% to $106.3 billion.'
    """
    return _SENTENCE.split(text, maxsplit=1)[0]


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _upper_part(box: re.Match[str]) -> str:
    """Cut a figure that is taller than wide, so that what is left can be made out."""
    width, height = float(box[1]), float(box[2])
    return f'viewBox="0 0 {width:g} {width * 9 / 16:g}"' if height > width else box[0]
