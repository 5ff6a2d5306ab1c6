"""The front page in a browser: news, the lead and its question, stories, table, list, search."""

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


@pytest.fixture(scope="module")
def overview(plan_pages: Path, browser: Browser) -> Iterator[Watched]:
    watched = watch(browser, plan_pages / "index.html")
    yield watched
    watched.page.context.close()


def test_the_first_screen_says_what_it_is_what_is_new_and_whether_it_was_true(overview):
    page = overview.page
    page.set_viewport_size({"width": 1280, "height": 800})
    for part in (".about", "#search", ".news li >> nth=4", ".top h2", ".question"):
        box = page.locator(part).bounding_box()
        assert box, part
        assert box["y"] + box["height"] <= 800, part
    page.set_viewport_size(SIZE)
    # 10 of the article's claims are on trade: each has a verdict.
    verdict = page.inner_text(".question h3")
    counts = map(int, re.findall(r"\d+", verdict))
    assert sum(counts) == 10
    assert "The Daily Mail" in page.inner_text(".question")


def test_the_table_begins_with_the_largest(overview):
    sizes = overview.page.locator(".bar").evaluate_all(
        "bars => bars.map(bar => parseFloat(bar.style.width))"
    )
    assert sizes == sorted(sizes, reverse=True)
    assert (sizes[0], len(sizes)) == (100, 5)


def test_every_page_stands_in_the_list_by_kind_and_place(overview):
    links = overview.items(".matrix a")
    assert {link["href"] for link in links} == {f"{slug}.html" for slug in RUNS}
    (countries,) = overview.page.locator(".matrix tr", has_text="Countries").all()
    names = countries.inner_text().split()[1:]
    assert set(names) == {
        "Kazakhstan",
        "Kyrgyzstan",
        "Tajikistan",
        "Turkmenistan",
        "Uzbekistan",
    }


def test_a_phone_shows_all_without_moving_sideways(overview):
    page = overview.page
    page.set_viewport_size({"width": 390, "height": 844})
    assert wide(page) == []
    hidden = "box => box.scrollWidth - box.clientWidth"
    assert page.locator(".ct-scroll").evaluate(hidden) == 0
    # The head of a column is said in each of its cells.
    heads = {cell["data-ct-head"] for cell in overview.items(".ct-list tbody td")}
    assert heads == {cell["text"] for cell in overview.items(".ct-list thead th + th")}
    page.set_viewport_size(SIZE)


def test_paper_has_two_full_sheets(overview):
    pdf = overview.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2


def test_a_search_finds_words_of_any_page_and_leads_to_the_figure(overview):
    page = overview.page
    page.fill("#search", "zzyzx")
    assert page.locator(".page:visible").count() == 0
    assert page.locator("#hits").is_hidden()
    page.fill("#search", "  Rules  were in force ")
    links = page.locator(".page:visible").all()
    addresses = [link.get_attribute("href") for link in links]
    assert "nev-central-asia-ca5.html#:~:text=rules" in addresses
    first = page.locator("#hits a").first
    assert "rules" in first.inner_text().lower()
    assert re.search(r"\.html#[\w-]+$", first.get_attribute("href") or "")
    page.fill("#search", "")
    assert page.locator(".page:visible").count() == len(RUNS)


def test_what_is_asked_for_comes_first_and_enter_opens_it(overview):
    page = overview.page
    # Ten pages speak of transit; one is about it.
    page.fill("#search", "transit")
    address = page.locator("#hits a").first.get_attribute("href")
    assert address.startswith("transit.")
    page.press("#search", "Enter")
    page.wait_for_url(f"**/{address}")
    overview.turn_to(overview.file)


def test_a_number_is_found_whole(overview, plan_pages):
    page = overview.page
    for number in ("34.17", "19.4"):
        page.fill("#search", number)
        links = page.locator(".page:visible").all()
        found = {str(link.get_attribute("href")).partition(".")[0] for link in links}
        whole = re.compile(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)")
        texts = {slug: shown_text(plan_pages / f"{slug}.html") for slug in RUNS}
        assert found == {slug for slug, text in texts.items() if whole.search(text)}
    page.fill("#search", "")


def shown_text(file: Path) -> str:
    """Return the words of a page, without its drawings, code and record."""
    soup = BeautifulSoup(file.read_text("utf-8"), "html.parser")
    for element in soup.select("script, style, svg, footer, pre"):
        element.decompose()
    return soup.get_text(" ")


@pytest.mark.parametrize(
    ("asked", "english"),
    [
        ("Казахстан", "Kazakhstan"),
        ("哈萨克斯坦", "Kazakhstan"),
        ("Kazakstan", "Kazakhstan"),
        ("Золотом", "gold"),
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


def test_the_index_is_sound(overview):
    page = overview.page
    assert wide(page) == []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []
    # Links look like links.
    colour = "a => getComputedStyle(a).color"
    links = page.locator(":is(.top h2, .story h3, .news, tbody) a").all()
    own = {link.evaluate(colour) for link in links}
    assert len(own) == 1
    assert page.locator(".top p").first.evaluate(colour) not in own
    soup = BeautifulSoup(overview.html, "html.parser")
    assert loaded(soup) == []
    for part in soup.select("svg, script[type='application/json']"):
        part.decompose()
    assert len(str(soup).encode()) < LIGHT
    assert overview.messages == []
    assert overview.strangers() == []
