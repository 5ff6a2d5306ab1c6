"""The index page: every report of a folder with its finding, picture, parameters and data date."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import catrade
from catrade.errors import ReportError
from catrade.report import provenance

NAME = "index.html"
TITLE = "China, Central Asia and new energy vehicles"
ABOUT = (
    "Trade between China and Central Asia and China’s policy for new-energy vehicles, in reports "
    "whose every figure names its source and keeps the rounding it was published with."
)

_SVG = re.compile(r"<figure\b[^>]*>.*?(<svg\b.*?</svg>)", re.DOTALL)
_EXPORT_ONLY = re.compile(r'<g\b[^>]*class="ct-export".*?</g>', re.DOTALL)
_ROOT_ONLY = re.compile(r' (?:aria-label|role|style|data-ct-viewbox)="[^"]*"')
_VARIABLE = re.compile(r"var\(--[\w-]+,([^)]+)\)")
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
    chips: tuple[str, ...]
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
    from catrade.report import render

    cards = read_cards(output, order)
    topics: dict[str, list[Card]] = {}
    for card in cards:
        topics.setdefault(card.topic, []).append(card)
    partners = dict.fromkeys(card.partner for card in cards if card.partner)
    filters = [("partner", "Partner", list(partners)), ("topic", "Topic", list(topics))]
    resources = render.frame(
        "overview.js",
        title=TITLE,
        about=ABOUT,
        version=catrade.__version__,
        filters=[entry for entry in filters if len(entry[2]) > 1],
        topics=list(topics.items()),
        data_date=render.day(max((card.data_date for card in cards), default="")),
        day=render.day,
    )
    template = render.exporter().environment.get_template("overview.html.j2")
    html = template.render(resources=resources).strip() + "\n"
    target = output / NAME
    unfinished = output / f".{NAME}.{os.getpid()}"
    try:
        unfinished.write_text(html, encoding="utf-8", newline="\n")
        os.replace(unfinished, target)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror}"
        raise ReportError(message) from error
    return target


def read_cards(output: Path, order: Sequence[str] = ()) -> list[Card]:
    """Return a card for each page of ours in a folder, in the order of the index."""
    rank = {slug: number for number, slug in enumerate(order)}
    files = [file for file in output.glob("*.html") if file.name != NAME]
    files.sort(key=lambda file: (rank.get(file.stem, len(rank)), file.stem))
    return [card for file in files if (card := read_card(file))]


def read_card(file: Path) -> Card | None:
    """Return the card of a page, or None if the file is not a page of ours."""
    try:
        html = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    page = provenance.from_html(html)
    if page is None:
        return None
    chips = [(str(label), str(text)) for label, text in page.get("chips", [])]
    return Card(
        slug=file.stem,
        title=str(page.get("title", file.stem)),
        topic=str(page.get("topic", "Reports")),
        partner=dict(chips).get("Partner", ""),
        finding=str(page.get("finding", "")),
        chips=tuple(text for _, text in chips),
        data_date=str(page.get("data_date", "")),
        picture=thumbnail(html),
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
    svg = _VARIABLE.sub(r"\1", f"{root}>{_EXPORT_ONLY.sub('', rest)}")
    return "data:image/svg+xml," + quote(svg, safe=_AS_IS)
