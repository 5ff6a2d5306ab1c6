"""What a folder of pages says to programs: its list of pages, and feeds of answers that changed.

The record of the last edition stays in the folder, so that the next can say what is new.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from pagemill.files import read_bytes
from pagemill.htmlparts import fill, in_markdown, word
from pagemill.pages import TWIN
from pagemill.project import current
from pagemill.terminal import echo
from pagemill.unfinished import replacing
from rounding.errors import some

if TYPE_CHECKING:
    from pagemill.cards import Card

#: The list of pages, as llmstxt.org proposes; the feeds; and the record of the last edition.
LIST, ATOM, FEED, RECORD = "llms.txt", "feed.xml", "feed.json", "edition.json"
FILES = (LIST, ATOM, FEED, RECORD)
#: Changes that a feed tells of.
_MOST = 50


class NewAnswer(BaseModel):
    """A page whose answer is another than in the edition before, or that is new."""

    slug: str
    title: str
    answer: str
    before: str = ""
    noted: str

    @property
    def id(self) -> str:
        """Tells one answer of a page from another."""
        told = hashlib.sha256(self.answer.encode()).hexdigest()
        return f"{self.slug}.html#{told[:12]}"


class Edition(BaseModel):
    """The answers of all pages, and what has changed in the editions up to it, newest first."""

    answers: dict[str, str] = {}
    changes: list[NewAnswer] = []


def next_edition(last: Edition, cards: Iterable[Card], now: str) -> Edition:
    """Return the edition that some pages make after the last: the same where no answer changed.

    Parameters
    ----------
    last
        The last edition.
    cards
        The pages, as the index lists them.
    now
        When the changes are noted, such as `2026-11-30T05:00:00Z`.
    """
    answers = {card.slug: card.text for card in cards}
    changes = []
    for card in cards:
        before = last.answers.get(card.slug, "")
        if card.text not in ("", before):
            about = {"slug": card.slug, "title": card.title, "noted": now}
            changes.append(NewAnswer(answer=card.text, before=before, **about))
    return Edition(answers=answers, changes=[*changes, *last.changes][:_MOST])


def read_edition(folder: Path) -> Edition:
    """Return the last edition of a folder; one without answers if there is none."""
    # Anybody may have written it.
    with contextlib.suppress(OSError, ValueError):
        return Edition.model_validate_json(read_bytes(folder / RECORD))
    return Edition()


def write_edition(output: Path, cards: Sequence[Card], order: Sequence[str]) -> None:
    """Write what programs read of a folder, beside its index.

    Parameters
    ----------
    output
        Folder of the pages.
    cards
        Its pages; feeds tell of those of the plan.
    order
        Slugs of the plan; without one all pages count.
    """
    now = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    planned = [card for card in cards if card.slug in order or not order]
    edition = next_edition(read_edition(output), planned, now)
    changed = [new.slug for new in edition.changes if new.noted == now and new.before]
    if changed:
        names = ", ".join(some(changed))
        echo(f"answers that changed since the last edition: {names}", err=True)
    texts = {LIST: _list(cards), RECORD: edition.model_dump_json(indent=1)}
    address = next((card.address for card in planned if card.address), "")
    if address and edition.changes:
        texts[ATOM] = fill("feed.xml.j2", address=address, changes=edition.changes)
        feed = _feed(address, edition.changes)
        texts[FEED] = json.dumps(feed, ensure_ascii=False, indent=1)
    for name, text in texts.items():
        with replacing(output / name, str(output / name)) as file:
            file.write_text(f"{text}\n", "utf-8", newline="\n")


def _list(cards: Sequence[Card]) -> str:
    """Return the list of pages: a heading a topic, each page with its answer."""
    project = current()
    blocks = [f"# {project.title}", f"> {project.about or project.title}"]
    blocks.append(f"{project.promise} {project.licence}".strip())
    for topic in dict.fromkeys(card.topic for card in cards):
        listed = [_line(card) for card in cards if card.topic == topic]
        blocks += [f"## {in_markdown(topic)}", "\n".join(listed)]
    return "\n\n".join(filter(None, blocks))


def _line(card: Card) -> str:
    title = in_markdown(card.title.translate(str.maketrans("[]", "()")))
    link = f"- [{title}]({card.address}{card.slug}{TWIN})"
    return f"{link}: {in_markdown(card.text)}" if card.text else link


def _feed(address: str, changes: Sequence[NewAnswer]) -> dict[str, Any]:
    """Return the JSON Feed of some changes (jsonfeed.org, version 1.1)."""
    project = current()
    items = []
    for change in changes:
        before = f"\n\n{word('Before')}: {change.before}" if change.before else ""
        items.append(
            {
                "id": f"{address}{change.id}",
                "url": f"{address}{change.slug}.html",
                "title": change.title,
                "content_text": f"{change.answer}{before}",
                "date_modified": change.noted,
            }
        )
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": project.title,
        "home_page_url": f"{address}index.html",
        "feed_url": f"{address}{FEED}",
        "description": project.about or project.title,
        "language": project.language,
        "authors": [{"name": project.creator or project.name}],
        "items": items,
    }
