"""The front page's news: of its cards, the newest first, of one month; numbers stand right."""

from __future__ import annotations

import json
import re

import pytest

from pagemill.cards import Card
from pagemill.display import answer
from pagemill.index import _is_number, news_of, read_card
from pagemill.pages import Page
from rounding.formats import MARK


def card(slug: str, front: str = "story", **told: object) -> Card:
    about = {"slug": slug, "page": Page(), "title": slug, "chips": [], "front": front}
    shown = {"inputs": {"notebook": {"name": slug}}, "facts": []}
    return Card.model_validate(
        {**about, **shown, "headline": "", "picture": "", **told}
    )


def test_news_is_of_the_month_before_the_newest_and_leads_to_its_page():
    first = '[["+1%", "a", "2026-09-09"], ["+2%", "b", "2026-10-10"], ["c", "", "2026-09-08"]]'
    cards = [
        card("one", news=first),
        card("two", news='[["+3%", "d", "2026-09-30"]]'),
        card(
            "three", front="", news='[["+4%", "not of the front page", "2026-10-11"]]'
        ),
    ]
    # From 10 October 31 days back is 9 September, which counts.
    assert news_of(cards) == [
        ("+2%", "b", "2026-10-10", "one.html"),
        ("+3%", "d", "2026-09-30", "two.html"),
        ("+1%", "a", "2026-09-09", "one.html"),
    ]
    assert news_of([]) == []


@pytest.mark.parametrize(
    ("place", "leads_to"),
    [
        ("#moved", "one.html#moved"),
        ("two.html#months", "two.html#months"),
        ("two.html", "two.html"),
        ("three.html#months", "one.html"),  # is not in the folder
        ("javascript:alert(1)", "one.html"),
        ("https://example.org/two.html", "one.html"),
        ("", "one.html"),
    ],
)
def test_news_leads_to_its_figure_and_to_no_page_that_is_not_there(place, leads_to):
    item = ["+1%", "a", "2026-10-10", place]
    cards = [card("one", news=json.dumps([item])), card("two")]
    assert news_of(cards)[0][3] == leads_to


def test_a_card_does_not_say_itself_what_stands_over_its_picture():
    record = {"chips": [], "inputs": {"notebook": {"name": "a"}}, "caption": "LIE"}
    read = read_card("a", Page(record={**record, "headline": "LIE", "title": "A"}))
    assert read
    assert (read.caption, read.headline, read.title) == ("", "", "A")


def test_an_answer_tells_no_news_of_what_is_not_known():
    told = answer("Yes.", news=[("5", "x", "2026-10-10"), (MARK, "y", "2026-10-09")])
    news = re.search('data-ct-news="([^"]*)"', told.html)
    assert news
    assert news[1].replace("&#34;", '"') == '[["5", "x", "2026-10-10"]]'


def test_a_cell_without_its_head_or_figure_is_left_out_of_the_front_pages_table():
    html = answer("Yes.", row={f"{MARK}, in yuan": "1", "b": MARK, "c": "2"}).html
    assert "{&#34;c&#34;: &#34;2&#34;}" in html
    assert MARK not in html


def test_a_column_of_numbers_stands_right_though_a_cell_says_why_there_is_none():
    cells = ["$48.7bn", "+12%", "−4.0%", "about 3", "none published", "Ores (2024)"]
    cards = [card(str(n), row=f'{{"a": "{cell}"}}') for n, cell in enumerate(cells)]
    assert _is_number(cards, "a")
    assert not _is_number(cards[4:], "a")
