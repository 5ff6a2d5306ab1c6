"""The front page in a browser: lead, stories, numbers, search and filters over all reports."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser
from watched import SIZE, Watched, loaded, violations, watch, wide

from pagemill import plan as plans

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
RUNS = {run.slug: run for run in plans.load_plan(ROOT / plans.PLAN).runs}
#: What the page may weigh without its drawings and the words that are searched.
LIGHT = 64 * 1024
#: How much of a box is seen only if it is moved sideways, and the size of its smallest letters.
TABLE = """box => [box.scrollWidth - box.clientWidth,
  Math.min(...[...box.querySelectorAll('tbody th, td')].flatMap(cell =>
    [undefined, '::before'].map(part => parseFloat(getComputedStyle(cell, part).fontSize))))]"""

#: The size of the smallest letters of drawings, as they are seen.
LETTERS = """drawings => Math.min(...drawings.flatMap(drawing =>
  [...drawing.querySelectorAll('text')].filter(text => text.getClientRects().length).map(text =>
    parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)))"""


@pytest.fixture(scope="module")
def overview(plan_pages: Path, browser: Browser) -> Iterator[Watched]:
    watched = watch(browser, plan_pages / "index.html")
    yield watched
    watched.page.context.close()


def test_the_front_page_has_stories_numbers_and_every_report(overview):
    cards = overview.items(".card h2 a")
    assert [card["href"] for card in cards] == [f"{slug}.html" for slug in RUNS]
    told = overview.page.locator(
        ":is(.top, .story) p:not(.ct-subtitle)"
    ).all_inner_texts()
    assert len(told) == 4  # the lead and three stories
    assert all(text.rstrip().endswith((".", "?")) for text in told)
    assert overview.page.locator(".news li").count() >= 3
    assert overview.page.locator("tbody th").all_inner_texts() == [
        "Kazakhstan",
        "Kyrgyzstan",
        "Tajikistan",
        "Turkmenistan",
        "Uzbekistan",
    ]


def test_stories_stand_under_the_lead_and_letters_of_pictures_can_be_read(overview):
    page = overview.page
    for width in (1040, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        boxes = [
            page.locator(f".front > {part}").bounding_box()
            for part in (".top", ".stories")
        ]
        under = boxes[1]["y"] - boxes[0]["y"] - boxes[0]["height"]
        assert (boxes[0]["x"], 0 < under < 50) == (boxes[1]["x"], True)
        assert page.locator(".picture svg").evaluate_all(LETTERS) >= 9
    page.set_viewport_size(SIZE)


def test_a_phone_shows_the_table_whole(overview):
    page = overview.page
    page.set_viewport_size({"width": 390, "height": 844})
    hidden, letters = page.locator(".ct-scroll").evaluate(TABLE)
    assert hidden == 0
    assert letters >= 9
    # The head of a column is said in each of its cells.
    heads = {cell["data-ct-head"] for cell in overview.items("tbody td")}
    assert heads == {cell["text"] for cell in overview.items("thead th + th")}
    page.set_viewport_size(SIZE)
    # Paper has no links: all columns but the last, of pages.
    page.emulate_media(media="print")
    assert page.locator("thead th:visible").count() == len(heads)
    page.emulate_media(media="screen")


def test_a_search_finds_words_of_any_page_and_leads_to_the_figure(overview):
    page = overview.page
    page.fill("#search", "zzyzx")
    assert page.locator(".card:visible").count() == 0
    assert page.locator("#hits").is_hidden()
    page.fill("#search", "  Rules  were in force ")
    cards = page.locator(".card:visible h2 a").all()
    links = [link.get_attribute("href") for link in cards]
    assert "nev-central-asia-ca5.html#:~:text=rules" in links
    first = page.locator("#hits a").first
    assert "rules" in first.inner_text().lower()
    assert re.search(r"\.html#[\w-]+$", first.get_attribute("href") or "")
    page.fill("#search", "")
    assert page.locator(".card:visible").count() == len(RUNS)
    assert page.locator("#hits").is_hidden()


def test_what_is_asked_for_comes_first_and_enter_opens_it(overview):
    page = overview.page
    # Ten pages speak of transit; one is about it.
    page.fill("#search", "transit")
    assert page.locator("#hits a").first.get_attribute("href").startswith("transit.")
    page.fill("#search", "uzbekistan electric cars")
    titles = [hit["text"] for hit in overview.items("#hits a")]
    assert "electric cars" in titles[0]
    assert len(titles) <= 8
    address = page.locator("#hits a").first.get_attribute("href")
    page.press("#search", "Enter")
    page.wait_for_url(f"**/{address}")
    overview.turn_to(overview.file)


def test_the_search_stands_in_the_masthead_and_links_look_like_links(overview):
    page = overview.page
    assert page.locator("#search").bounding_box()["y"] < 120
    links = ".top h2 a, .story h3 a, .news a, tbody a, .card h2 a"
    colour = "a => getComputedStyle(a).color"
    text = page.locator(".top p").first.evaluate(colour)
    own = {link.evaluate(colour) for link in page.locator(links).all()}
    assert len(own) == 1
    assert text not in own


def test_a_number_is_found_whole(overview, plan_pages):
    page = overview.page
    pages = {slug: (plan_pages / f"{slug}.html").read_text("utf-8") for slug in RUNS}
    shown = {slug: shown_text(html) for slug, html in pages.items()}
    for number in ("34.17", "19.4"):
        page.fill("#search", number)
        links = page.locator(".card:visible h2 a").all()
        cards = {
            str(link.get_attribute("href")).partition(".html")[0] for link in links
        }
        whole = re.compile(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)")
        assert cards == {slug for slug, text in shown.items() if whole.search(text)}
    page.fill("#search", "")


def shown_text(html: str) -> str:
    """Return the words of a page, without its drawings, code and record."""
    soup = BeautifulSoup(html, "html.parser")
    for element in soup.select("script, style, svg, footer, pre"):
        element.decompose()
    return soup.get_text(" ")


@pytest.mark.parametrize(
    ("asked", "instead"),
    [("Казахстан", ""), ("哈萨克斯坦", ""), ("Kazakstan", " (kazakhstan)")],
)
def test_a_country_is_found_by_its_other_names(overview, asked, instead):
    page = overview.page
    page.fill("#search", "Kazakhstan")
    count = page.locator(".card:visible").count()
    page.fill("#search", asked)
    # A source's title may hold the name where the page itself does not.
    assert page.locator(".card:visible").count() >= count > 0
    assert page.inner_text("#shown").endswith(f"reports{instead}")
    page.fill("#search", "")


@pytest.mark.parametrize(
    ("asked", "english"),
    [
        ("Золотом", "gold"),
        ("экспорта", "exports"),
        ("出口", "exports"),
        ("34,17", "34.17"),
    ],
)
def test_words_of_other_scripts_find_what_the_english_ones_do(overview, asked, english):
    hits = []
    for words in (asked, english):
        overview.page.fill("#search", words)
        hits.append(overview.items("#hits a"))
    assert hits[0] == hits[1] != []
    # A shop (магазин) is no gas (газ).
    overview.page.fill("#search", "магазин")
    assert overview.page.locator("#hits a").count() == 0
    overview.page.fill("#search", "")


def test_the_index_is_filtered_by_partner_and_topic(overview):
    page = overview.page
    for number in (0, 1):  # the project's filter, then the topic
        box = page.locator(f"select[data-filter='{number}']")
        for choice in box.locator("option").all_inner_texts()[1:]:
            box.select_option(choice)
            cards = page.locator(".card:visible")
            expected = page.locator(f'.card[data-filter-{number}="{choice}"]').count()
            assert 0 < cards.count() == expected < len(RUNS)
            assert page.inner_text("#shown") == f"{expected} of {len(RUNS)} reports"
        box.select_option("")
    assert page.locator(".card:visible").count() == len(RUNS)


def test_the_index_is_sound(overview):
    assert wide(overview.page) == []
    for scheme in ("light", "dark"):
        overview.page.emulate_media(color_scheme=scheme)
        assert violations(overview.page) == []
    html = overview.html
    assert len(html.encode()) < 20 * 1024 * (len(RUNS) + 1)
    soup = BeautifulSoup(html, "html.parser")
    assert loaded(soup) == []
    for part in soup.select("svg, script[type='application/json']"):
        part.decompose()
    assert len(str(soup).encode()) < LIGHT
    assert overview.messages == []
    assert overview.strangers() == []


def test_a_card_opens_its_report(overview):
    overview.page.click(".card >> nth=1")
    assert overview.page.url.endswith(f"/{list(RUNS)[1]}.html")
