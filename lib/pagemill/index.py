"""The index page: the front page that a plan makes of its reports, or a card for each."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from pagemill import inert, provenance
from pagemill.cards import Card
from pagemill.files import read_bytes
from pagemill.htmlparts import fill, in_markdown
from pagemill.pages import FAILED, INDEX, TWIN, Page, look, why_altered, words_of
from pagemill.params import chips as chips_of
from pagemill.project import current
from pagemill.unfinished import replacing
from rounding.errors import ParameterError

#: The list of pages for programs, as llmstxt.org proposes.
LIST = "llms.txt"
_PLAIN_NAME = re.compile(r"[^\W_][\w .,()-]*")
_NUMBER = re.compile(r"(about )?[+−-]?[$€]?\d")
#: How many days before the newest of the news are new, and how many of it the front page has.
_NEWS_DAYS, _MOST_NEWS = 31, 5
#: The most places, and pages, that a front page lists as a matrix of kinds and places.
_PLACES, _IN_MATRIX = 8, 50
#: How often the index is written while others put pages there.
_TRIES = 9
#: Of more pages only headings and captions can be searched, not all words.
_SEARCHED = 1000
_FIGURE = re.compile(
    r'<figure class="ct-figure".*?</figcaption>.*?(?=<p class="ct-(?!sub))', re.DOTALL
)

_HEADING = re.compile('<h1 id="title">(.*?)</h1>', re.DOTALL)
#: Where an item of news leads: a place of its page, another page, or a place there.
_PLACE = re.compile(r"(?:(?P<slug>[\w-]+)\.html)?(?P<id>#[\w-]+)?")
_IDS = re.compile(r'(\bid="|url\(#|href="#)')

#: Folder inside the zip, so that unpacking scatters nothing.
FOLDER = "reports"
_UNIX = 3
_MODE = 0o644 << 16


def write_index(output: Path, order: Sequence[str] = ()) -> Path:
    """Write `index.html` for the pages there are in a folder, if it is not the one there is.

    With it goes the list of pages that programs read.

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
    # Another run may have put a page there while we wrote, and written its index before ours.
    for _ in range(_TRIES):
        if is_current(output, order):
            break
        # Half a second, and mostly there is nothing to do.
        from pagemill import page as render

        made_from = _made_from(output, order)
        cards = read_cards(output, order)
        for card in cards:
            _add_figure(card, output)
        html = fill(
            "overview.html.j2",
            resources=render.frame("overview.js"),
            cards=cards,
            news=news_of(cards),
            matrix=matrix_of(cards),
            is_number=_is_number,
            failed=failures(output),
            made_from=made_from,
            words=provenance.to_json(searched(cards)),
        )
        for name, text in ((LIST, _listed(cards)), (INDEX, html)):
            with replacing(output / name, str(output / name)) as file:
                file.write_text(f"{text}\n", "utf-8", newline="\n")
    return output / INDEX


def _listed(cards: Sequence[Card]) -> str:
    """Return the list of pages for programs: a heading a topic, each page with its answer."""
    project = current()
    blocks = [f"# {project.title}", f"> {project.about or project.title}"]
    blocks.append(f"{project.promise} {project.licence}".strip())
    for topic in dict.fromkeys(card.topic for card in cards):
        lines = []
        for card in cards:
            if card.topic == topic:
                title = in_markdown(card.title.replace("[", "(").replace("]", ")"))
                answer = f": {in_markdown(card.text)}" if card.text else ""
                lines.append(f"- [{title}]({card.slug}{TWIN}){answer}")
        blocks += [f"## {in_markdown(topic)}", "\n".join(lines)]
    return "\n\n".join(filter(None, blocks))


def is_current(output: Path, order: Sequence[str] = ()) -> bool:
    """Return whether the index of a folder is the one that `write_index` would write now.

    It is not after a run that was killed between its last page and the index.
    """
    try:
        html = provenance.page_text(output / INDEX)
    except ParameterError:  # a pipe, perhaps, which would be waited for
        return False
    made = f'<meta name="pagemill-pages" content="{_made_from(output, order)}">'
    return made in html and (output / LIST).is_file()


def _made_from(output: Path, order: Sequence[str]) -> str:
    """Return one hash of everything that decides what the index says."""
    parts = [*order, "", provenance.library_hash(), provenance.template_hash()]
    for name, page in look(output).items():
        parts += [name, page.sha256, why_altered(output / name, page)]
    parts += [" ".join(failure) for failure in failures(output)]
    parts.append(str(current().other_names()))
    return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()


def read_cards(output: Path, order: Sequence[str] = ()) -> list[Card]:
    """Return a card for each page of ours in a folder, in the order of the index.

    A page under a name that could be read as another address or folder is passed over, and so is
    one that cannot be read, or was altered (see `left_out`).
    """
    cards = []
    for name, page in look(output).items():
        card = read_card(Path(name).stem, page)
        if card and not why_altered(output / name, page):
            cards.append(card)
    rank = {slug: number for number, slug in enumerate(order)}
    cards.sort(key=lambda card: (rank.get(card.slug, len(rank)), card.slug))
    titles = Counter(card.title for card in cards)
    for card in cards:
        # Of several with one title all parameters; beside a title of the plan's own none.
        shown = card.chips if titles[card.title] > 1 else []
        if not shown and card.slug not in rank:
            shown = _unusual(card)
        card.facts = [f"{label}: {text}" for label, text in shown]
    return cards


def left_out(output: Path) -> list[str]:
    """Return, in words, the pages of ours in a folder that the index cannot list."""
    sentences = []
    for name, page in look(output).items():
        slug, why = Path(name).stem, ""
        if page.is_ours and not read_card(slug, page):
            why = "its record is damaged"
        why = why_altered(output / name, page) or why  # perhaps up to its record
        if why and _PLAIN_NAME.fullmatch(slug):
            sentences.append(f"{name} is left out of the index: {why}")
    return sentences


def failures(output: Path) -> list[tuple[str, str]]:
    """Return the slug of each report that failed last, and why, as its notebook says."""
    failed = []
    for file in sorted(output.glob(f"*{FAILED}")):
        slug = file.name.removesuffix(FAILED)
        # One of an older version, or none of ours, says nothing.
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
            why = json.loads(read_bytes(file))["metadata"]["pagemill"]
            if _PLAIN_NAME.fullmatch(slug):
                failed.append((slug, str(why)))
    return failed


def read_card(slug: str, page: Page) -> Card | None:
    """Return the card of a page, or None if the file is not a page of ours."""
    if page.record is None or not _PLAIN_NAME.fullmatch(slug):
        return None
    try:
        # A page may have been edited by hand or cut short: that must not stop the others' index.
        told = {"title": slug, **page.record.get("card", {}), **page.record}
        # Not the record's to say.
        told |= {"slug": slug, "page": page, "facts": []}
        told |= dict.fromkeys(("caption", "picture"), "")
        told["headline"] = page.record.get("card", {}).get("headline", "")
        return Card.model_validate(told)
    except (TypeError, ValueError):
        return None


def searched(cards: Sequence[Card]) -> dict[str, Any]:
    """Return what the front page's search looks in, beside the headings of the cards.

    Returns
    -------
    dict
        `pages`: of each what its card says, its lede and the (id, title) of its figures and
        headings; `words`: those of the pages' text; `names`: what else stands for a name on some
        page, by that.
    """
    pages = [
        {
            "address": f"{card.slug}.html",
            "title": card.title,
            "topic": card.topic,
            "facts": " ".join(card.facts),
            "lede": card.text,
            # Every page has sources.
            "places": [place for place in card.page.places if place[0] != "sources"],
        }
        for card in cards
    ]
    words = search_words([card.page for card in cards])
    # A name that no page has leads nowhere; an English one that they have stands for itself.
    there = {word for group in words.values() for word in group.split()}
    names: dict[str, str] = {}
    for name, others in current().other_names().items():
        if there.issuperset(name.lower().split()):
            for other in map(str.lower, others):
                if not (other.isascii() and there.issuperset(other.split())):
                    names.setdefault(other, name.lower())
    return {"pages": pages, "words": words, "names": names}


def search_words(pages: Sequence[Page]) -> dict[str, str]:
    """Return the words of the pages: those that stand on the same pages together, to be short.

    Examples
    --------
    >>> search_words([Page(words=("gas", "gold")), Page(words=("gas",))])
    {'0 1': 'gas', '0': 'gold'}
    """
    if len(pages) > _SEARCHED:
        return {}
    places: dict[str, list[str]] = defaultdict(list)
    for number, page in enumerate(pages):
        for word in page.words:
            places[word].append(str(number))
    groups: dict[str, list[str]] = defaultdict(list)
    for word, numbers in sorted(places.items()):
        groups[" ".join(numbers)].append(word)
    return {numbers: " ".join(words) for numbers, words in groups.items()}


def _is_number(cards: Sequence[Card], column: str) -> bool:
    """Return whether a column of the front page's table holds numbers, and words to them."""
    cells = [card.row[column] for card in cards if card.row.get(column)]
    return sum(bool(_NUMBER.match(cell)) for cell in cells) > len(cells) / 2


def news_of(cards: Sequence[Card]) -> list[tuple[str, str, str, str]]:
    """Return what is new by the cards of the front page, the newest first, and where it leads.

    That is what the month before the newest of it brought. An item leads to the place that it
    names, of its own page or of another that is there, else to its page.
    """
    slugs = {card.slug for card in cards}
    news = []
    for card in cards:
        for figure, what, day, *place in card.news if card.front else ():
            named = _PLACE.fullmatch("".join(place))
            slug = named and (named["slug"] or card.slug)
            there = f"{slug}.html{named['id'] or ''}" if named and slug in slugs else ""
            news.append((figure, what, day, there or f"{card.slug}.html"))
    news.sort(key=lambda item: item[2], reverse=True)
    if not news:
        return []
    since = dt.date.fromisoformat(news[0][2]) - dt.timedelta(_NEWS_DAYS)
    return [item for item in news if item[2] >= str(since)][:_MOST_NEWS]


def _add_figure(card: Card, output: Path) -> None:
    """Add what heads the page, if its answer says nothing else, and to a story its figure."""
    if card.front == "question":
        card.headline = card.headline or card.title
        return
    if card.front not in ("lead", "story"):
        # What the plan calls a page stands over it wherever it does not lead.
        card.headline = card.title
        return
    html = provenance.page_text(output / f"{card.slug}.html")
    heading = _HEADING.search(html)
    own = words_of(heading[1]) if heading else card.title
    card.headline = card.headline or own
    figures = _FIGURE.findall(html)
    if not figures:
        return
    called = f'id="{card.shows}"'
    figure = next((html for html in figures if called in html[:200]), figures[0])
    caption, _, drawing = figure.partition("</figcaption>")
    title = words_of(caption)
    is_said = current().headline == "finding" or title == own
    card.caption = "" if is_said else title
    drawing = _IDS.sub(rf"\g<1>{card.slug}-", drawing)
    picture, fault = inert.made_inert(drawing)
    card.picture = "" if fault else Markup(picture)


#: Of a kind: its pages by place, each place with its own, and those of no place.
_Kind = tuple[str, dict[str, list[Card]], list[Card]]


def matrix_of(cards: Sequence[Card]) -> list[_Kind]:
    """Return the pages by their kinds and places; none if they are too many for that.

    A kind is a topic, a place a value of the parameter by which the index is filtered first.
    """
    has_places = bool(current().filters)
    places = dict.fromkeys(card.groups[0] for card in cards if has_places)
    places.pop("", None)
    if len(places) > _PLACES or len(cards) > _IN_MATRIX:
        return []
    kinds: dict[str, _Kind] = {}
    for card in cards:
        empty: _Kind = (card.topic, {place: [] for place in places}, [])
        _, by_place, others = kinds.setdefault(card.topic, empty)
        by_place.get(card.groups[0], others).append(card)
    return [*kinds.values()]


def _unusual(card: Card) -> list[tuple[str, str]]:
    """Return the parameters of a report that are not as usual, and no filter."""
    model = current().model_of(card.notebook)
    fields = model.model_fields.items() if model else ()
    defaults = {name: field.default for name, field in fields}
    usual = chips_of(card.notebook, defaults) if model else []
    return [
        chip
        for chip in card.chips
        if chip not in usual and chip[0] not in current().filters
    ]


def write_bundle(output: Path, target: Path) -> list[str]:
    """Write the index of a folder and the pages it lists into one zip.

    Parameters
    ----------
    output
        Folder of the reports, with its `index.html`.
    target
        The zip; it is replaced when the new one is complete.

    Returns
    -------
    list of str
        Names of the pages in it, without the index. The same pages give the same bytes.

    Raises
    ------
    ReportError
        If a page cannot be read or the zip cannot be written.
    """
    names = sorted(f"{card.slug}.html" for card in read_cards(output))
    with (
        replacing(target, f"the bundle {target}") as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as bundle,
    ):
        for name in (INDEX, *names):
            # Its own date is a constant: the same pages give the same bytes.
            entry = zipfile.ZipInfo(f"{FOLDER}/{name}")
            entry.create_system, entry.external_attr = _UNIX, _MODE
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, (output / name).read_bytes())
    return names
