"""The rendered plan in a real browser: what a reader sees, presses, prints and takes away.

What can be read in the file without a browser is in `test_pages.py`.
"""

import contextlib
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import computed
import golden
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect
from watched import Watched, violations, watch, wide

from pagemill import display
from pagemill import plan as plans

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
RUNS = {run.slug: run for run in plans.load_plan(ROOT / plans.PLAN).runs}
#: One report of each notebook, and after these all others.
SAMPLE = list({run.notebook: slug for slug, run in RUNS.items()}.values())
a_page_of_each_notebook = pytest.mark.parametrize(
    "report", SAMPLE, indirect=True, scope="module"
)

#: One script moves all pages: what it does is tried on a page with months, with rules and a
#: register.
FEW = [SAMPLE[0], "nev-central-asia-ca5", "nev-policy-register"]
a_few_pages = pytest.mark.parametrize("report", FEW, indirect=True, scope="module")

#: Sheets of paper of a page, and of a register; words on the first and on the last one at least.
MOST_SHEETS, OF_REGISTER = 8, 4
LEAST_WORDS = 70
#: Parts of a sheet: where its number stands, and how far the last words of all but one reach.
FOOT, HALF = 0.95, 0.5


@pytest.fixture(scope="module")
def opened(browser: Browser) -> Iterator[Watched]:
    watched = watch(browser)
    yield watched
    watched.page.context.close()


@pytest.fixture(scope="module")
def report(request: Any, plan_pages: Path, opened: Watched) -> Watched:
    file = plan_pages / f"{request.param}.html"
    assert file.is_file(), golden.why_not(plan_pages, request.param)
    opened.turn_to(file)
    return opened


#: Of rows and coloured words that are alike but for their letters, one stays of a table or a cell:
#: axe would find the same in all.
ONE_OF_A_SHAPE = """const seen = new Map();
for (const one of document.querySelectorAll('tbody tr, pre span')) {
  const known = seen.get(one.parentElement) ?? new Set();
  const shape = [one, ...one.querySelectorAll('*')].map(e =>
    [e.localName, e.className, e.style.cssText, e.textContent.trim() !== '']).join();
  seen.set(one.parentElement, known);
  if (known.has(shape)) one.remove();
  known.add(shape);
}"""


@contextlib.contextmanager
def unfolded(page: Page) -> Iterator[None]:
    """Hold all folded parts and the code open: axe does not look at what is folded."""
    folds = "document.querySelectorAll('article details:not(.code)')"
    page.click("#code-switch")
    page.evaluate(f"for (const fold of {folds}) fold.open = true")
    try:
        yield
    finally:
        page.evaluate(f"for (const fold of {folds}) fold.open = false")
        page.click("#code-switch")


def is_register(report: Watched) -> bool:
    return bool(report.items(".ct-register"))


@a_few_pages
def test_the_contents_list_takes_the_reader_there(report):
    for link in report.page.locator(".contents a").all():
        link.click()
        target = report.page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']")
        assert target.inner_text() == link.inner_text()
        expect(target).to_be_in_viewport()


@a_few_pages
def test_one_switch_shows_and_hides_all_code(report):
    page = report.page
    shown = "[...document.querySelectorAll('details.code pre')].map(pre => pre.checkVisibility())"
    assert set(page.evaluate(shown)) == {False}
    page.click("#code-switch")
    assert set(page.evaluate(shown)) == {True}
    assert page.get_attribute("#code-switch", "aria-pressed") == "true"
    page.click("#code-switch")
    assert set(page.evaluate(shown)) == {False}
    assert page.inner_text("#code-switch") == "Show code"


def saved(page: Page, selector: str) -> tuple[str, bytes]:
    """Press what offers a file; return the file's name and content."""
    with page.expect_download() as file:
        page.locator(selector).first.click()
    return file.value.suggested_filename, Path(file.value.path()).read_bytes()


@a_few_pages
def test_data_and_figures_are_saved_as_files(report):
    page = report.page
    link = report.items("a.ct-csv")[0]
    name, content = saved(page, "a.ct-csv")
    assert name == link["download"]
    assert content == unquote(link["href"].partition(",")[2]).encode()
    assert content.startswith("\ufeff".encode())
    for figure in report.items("figure:has(button[data-ct-save])")[:1]:
        of_it = f"#{figure['id']}"
        name, svg = saved(page, f"{of_it} [data-ct-save=svg]")
        assert name == f"{figure['id']}.svg"
        assert svg.startswith(b"<svg")
        assert b"var(--" not in svg
        title = page.inner_text(f"{of_it} figcaption").removeprefix("Figure 1")
        words = unescape(re.sub(r"<[^>]+>", "", svg.decode()))
        assert squeezed(title) in squeezed(words)
        name, png = saved(page, f"{of_it} [data-ct-save=png]")
        assert name == f"{figure['id']}.png"
        assert png[:8] == b"\x89PNG\r\n\x1a\n"
        assert int.from_bytes(png[16:20], "big") >= 1600


def test_a_figure_is_cited_with_its_source_and_the_page(plan_pages, browser):
    clipboard = ["clipboard-read", "clipboard-write"]
    watched = watch(browser, plan_pages / f"{SAMPLE[0]}.html", permissions=clipboard)
    page = watched.page
    figure = page.locator("figure:has([data-ct-save=cite])").first
    figure.locator("[data-ct-save=cite]").click()
    page.wait_for_selector(".ct-done")
    cited = page.evaluate("navigator.clipboard.readText()")
    caption = figure.locator("figcaption").inner_text()
    title = caption.removeprefix("Figure 1").strip()
    source = figure.locator(".ct-source").inner_text()
    about = " ".join(page.inner_text("#cite").split())
    assert cited.startswith(f"“{title}”. Source: ")
    # Neither marks of sources nor their list are there outside the page.
    assert re.sub(r"\s*\[.*", "", source).partition(" (listed under")[0] in cited
    assert "listed under" not in cited
    assert cited.endswith(about)
    assert watched.strangers() == []
    page.context.close()


def squeezed(text: str) -> str:
    """Text without blanks and hyphens, ligatures as letters: lines may break elsewhere."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")


#: The marks of each drawing that is seen, and what is said of them in the file.
VALUES = """() => [...document.querySelectorAll('.ct-drawing')].filter(d => d.checkVisibility())
  .map(d => [...d.querySelectorAll('[data-ct-value]')].map(mark => mark.dataset.ctValue))"""


@a_few_pages
def test_every_value_of_a_drawing_is_reached_by_keys(report):
    page = report.page
    page.keyboard.press("Tab")
    drawings = page.locator(".ct-drawing[tabindex]:visible")
    soup = BeautifulSoup(report.html, "html.parser")
    titled = soup.select(".ct-drawing svg g > title")
    values = page.evaluate(VALUES)
    in_sight = [title for title in titled if not title.find_parent("details")]
    assert sum(map(len, values)) == len(in_sight)
    for drawing, expected in zip(drawings.all(), filter(None, values), strict=True):
        drawing.focus()
        reached = []
        for key in ["Home", *["ArrowRight"] * (len(expected) - 1)][:40]:
            page.keyboard.press(key)
            reached.append(page.inner_text(".ct-tip"))
        assert reached == [" ".join(text.split()) for text in expected[:40]]
        page.keyboard.press("Escape")
        assert not page.is_visible(".ct-tip")


def test_a_finger_reads_a_value(plan_pages, browser):
    # Bars: beside a point of a line the nearest may be another line's.
    page = watch(browser, plan_pages / "claim-check.html", has_touch=True).page
    page.set_viewport_size({"width": 390, "height": 844})
    mark = page.locator("#own-shares .ct-drawing:visible [data-ct-value]").first
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box
    page.touchscreen.tap(
        box["x"] + box["width"] / 2 + 3, box["y"] + box["height"] / 2 + 3
    )
    expect(page.locator(".ct-tip")).to_have_text(mark.get_attribute("data-ct-value"))
    page.context.close()


#: What must be on paper: titles, of each cell of a last row and of each drawing the longest word
#: (lines of neighbours are mixed in the text of a sheet), of the first and the last source the
#: address, or of many their titles; and long folded tables, of which a line says where they are.
PRINTED = """() => {
  const every = selector => [...document.querySelectorAll(selector)];
  const words = text => text.split(/[\\s–]+/).sort((a, b) => b.length - a.length);
  const tables = every('article table');
  const left_out = tables.filter(t => t.rows.length > 21 && t.closest('details:not([open])')
    && !t.closest('.ct-register'));
  const cells = tables.filter(t => !left_out.includes(t))
    .flatMap(t => [...t.querySelectorAll('tbody tr')]
      .slice(0, t.closest('.ct-register') ? 15 : 300).slice(-1))
    .flatMap(row => [...row.cells]);
  const labels = every('figure > .ct-drawing svg').map(svg => [...svg.querySelectorAll('text')]
    .filter(t => !t.closest('.ct-export')).map(t => t.textContent).join(' '));
  const links = every('article a[href^=http]')
    .filter(a => a.checkVisibility() && !a.closest('td'))
    // Many are printed without their addresses.
    .map(a => a.closest('details:has(.ct-sources > li:nth-child(16))')
      ? words(a.textContent)[0] : a.getAttribute('href'));
  return [left_out.length, [
    ...every('figcaption, caption').flatMap(t => words(t.textContent)),
    ...cells.map(c => words(c.innerText)[0]), ...labels.map(text => words(text)[0]),
    ...links.slice(0, 1), ...links.slice(-1),
  ]];
}"""


@a_page_of_each_notebook
def test_the_print_has_every_figure_and_table(report, pdftotext, tmp_path):
    file = tmp_path / "page.pdf"
    report.page.pdf(path=file, prefer_css_page_size=True)
    command = [pdftotext, "-enc", "UTF-8", str(file), "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    texts = text.rstrip("\f").split("\f")
    sheets = list(map(squeezed, texts))
    assert len(sheets) <= (OF_REGISTER if is_register(report) else MOST_SHEETS)
    if not is_register(report):
        assert min(len(texts[end].split()) for end in (0, -1)) >= LEAST_WORDS
    printed = ""
    for count, sheet in enumerate(sheets, start=1):
        assert f"{count}/{len(sheets)}" in sheet
        printed += sheet.removesuffix(f"{count}/{len(sheets)}")
    report.page.emulate_media(media="print")
    left_out, words = report.page.evaluate(PRINTED)
    report.page.emulate_media(media="screen")
    assert printed.count(squeezed("A long table, not printed")) == left_out
    for word in ("CSV", "PNG", "Description"):
        assert f"\n{word}\n" not in text
    # A head stands on each sheet that its table reaches.
    if is_register(report):
        head = squeezed(report.page.locator(".ct-register thead th").first.inner_text())
        assert all(head in sheet for sheet in sheets[1:-1])
    assert [word for word in words if squeezed(word) not in printed] == []


# Its tables are long, and their rows open on reasons.
@pytest.mark.parametrize("report", ["claim-check"], indirect=True, scope="module")
def test_no_sheet_but_the_last_is_half_empty(report, pdftotext, tmp_path):
    file = tmp_path / "page.pdf"
    report.page.pdf(path=file, prefer_css_page_size=True)
    *whole, _ = filled(pdftotext, file)
    assert min(whole) > HALF


def filled(pdftotext: str, file: Path) -> list[float]:
    """Return how far down the words of each sheet reach, without the number at its foot."""
    command = [pdftotext, "-bbox", str(file), "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    ends = []
    for sheet in BeautifulSoup(text, "html.parser").find_all("page"):
        height = float(sheet["height"])
        downs = [float(word["ymax"]) / height for word in sheet.find_all("word")]
        ends.append(max(down for down in downs if down < FOOT))
    return ends


@a_page_of_each_notebook
def test_axe_finds_nothing_in_light_and_dark(report):
    page = report.page
    page.evaluate(ONE_OF_A_SHAPE)
    with unfolded(page):
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 360, "height": 900})
        assert violations(page, "color-contrast", "scrollable-region-focusable") == []


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A page with a register of three rows, whose sources are folded."""
    frame = pd.DataFrame(
        {
            "day": ["2026-01-20", "2025-03", "2026-01-14"],
            "what": ["Tax halved", "Tax waived", "Sales <up>"],
            "kind": ["rule", "rule", "news"],
            "source_id": ["dailymail-2026-01"] * 3,
        }
    )
    columns = {"day": ("Date", "date"), "what": "What", "kind": "Kind"}
    cited = {"what": "What", "source_id": ("S", "sources")}
    parts = [
        display.register(frame, "All of it", columns=columns),
        display.table(frame, "Cited", columns=cited),
        display.folded("Sources", display.sources(frame)),
    ]
    cells = [computed.shown(part._repr_mimebundle_()["text/html"]) for part in parts]
    file = tmp_path / "register.html"
    html = computed.page(computed.text("## Register"), *cells)
    file.write_text(html, "utf-8")
    return file


def test_a_register_is_filtered_by_words_and_choices(browser, register):
    page = watch(browser, register).page
    rows = page.locator(".ct-register tbody tr:visible")
    count = page.locator(".ct-filters output")
    assert count.inner_text() == "3 of 3 rows"
    page.keyboard.press("Tab")  # to the skip link, the contents, …
    while page.evaluate("document.activeElement.type") != "search":
        page.keyboard.press("Tab")
    page.keyboard.type("TAX 20")
    assert count.inner_text() == "2 of 3 rows"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # Kind: news
    assert page.locator(".ct-filters select").input_value() == "news"
    assert (rows.count(), count.inner_text()) == (0, "0 of 3 rows")
    page.locator("input").fill("")
    (row,) = rows.all_inner_texts()
    assert row.startswith("14 January 2026\tSales <up>\tnews\t")
    # What is filtered can be sent as an address.
    page.locator("input").fill("sales")
    page.wait_for_function("location.hash.endsWith('?sales&news')")
    page.reload()
    assert page.locator("input").input_value() == "sales"
    assert rows.count() == 1
    page.locator("input").fill("")
    page.locator(".ct-filters select").select_option("")
    page.wait_for_function("!location.hash.includes('?')")
    # A press of its head sorts a column up, the next one down, and the third as it stood.
    first, second, third = "March 2025", "14 January 2026", "20 January 2026"
    head = page.locator(".ct-register th:has(button)").first
    for key, order, days in (
        ("Enter", "ascending", [first, second, third]),
        ("Space", "descending", [third, second, first]),
        ("Enter", None, [third, first, second]),
    ):
        head.locator("button").press(key)
        assert head.get_attribute("aria-sort") == order
        shown = [row.partition("\t")[0] for row in rows.all_inner_texts()]
        assert shown == days
    assert violations(page) == []
    assert wide(page) == []
    # A mark opens the folded list at its source.
    source = page.locator("#source-dailymail-2026-01")
    assert not source.is_visible()
    page.locator(".ct-cites a").first.click()
    expect(source).to_be_in_viewport()
    page.context.close()


@pytest.mark.parametrize("slug", ["index", SAMPLE[0]])
def test_without_javascript_the_page_is_complete(slug, plan_pages, browser):
    page = watch(browser, plan_pages / f"{slug}.html", java_script_enabled=False).page
    assert not page.locator("button:visible, select:visible, input:visible").count()
    code = page.locator("details.code > summary")
    assert all(head.is_visible() for head in code.all())
    for fold in page.locator("article details:not(.code, .ct-description)").all():
        fold.locator("> summary").click()
    parts = page.locator("figure, section, table, footer")
    assert parts.count() > 1
    assert all(part.is_visible() for part in parts.all())
    page.context.close()
