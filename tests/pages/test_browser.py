"""The rendered plan in a real browser: what a reader sees, presses, prints and takes away.

What can be read in the file without a browser is in `test_pages.py`.
"""

import contextlib
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import golden
import made_page
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect
from watched import SIZE, Watched, violations, watch, wide

from pagemill import display
from pagemill import plan as plans

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
RUNS = {run.slug: run for run in plans.load_plan(ROOT / plans.PLAN).runs}
#: One report of each notebook, and after these all others.
SAMPLE = list({run.notebook: slug for slug, run in RUNS.items()}.values())
PAGES = [*SAMPLE, *(slug for slug in RUNS if slug not in SAMPLE)]
#: A page is opened once, for all that is asked of it.
every_page = pytest.mark.parametrize("report", PAGES, indirect=True, scope="module")
a_page_of_each_notebook = pytest.mark.parametrize(
    "report", SAMPLE, indirect=True, scope="module"
)

#: One script moves all pages: what it does is tried on a page with months, with rules and a
#: register.
FEW = [SAMPLE[0], "nev-central-asia-ca5", "nev-policy-register"]
a_few_pages = pytest.mark.parametrize("report", FEW, indirect=True, scope="module")

HEAD_IN_SIGHT = """() => {
  const head = document.querySelector('.ct-register thead th');
  window.scrollTo(0, head.getBoundingClientRect().top + 2000);
  const top = head.getBoundingClientRect().top;
  window.scrollTo(0, 0);
  return top;
}"""
#: What a register is wider than the article, which cuts it there.
BEYOND = """document.querySelector('.ct-register table').offsetWidth
  - document.querySelector('article').offsetWidth"""
#: Pixels at a width of 1280, by notebook; a register is as long as what it lists.
TALLEST = {
    "trade_growth": 5400,
    "claim_check": 5000,
    # Price against quantity, and the part of each good that goes to one buyer.
    "trade_composition": 7300,
    # What came after a rule, and the timeline of policy, stand on these besides.
    "nev_central_asia": 6600,
    "nev_policy_timeline": 6900,
}
TALL = 6000
#: Sheets of paper, by notebook, and words on the first and on the last one at least.
MOST_SHEETS = {
    "claim_check": 7,
    "trade_composition": 7,
    "transit": 5,
    "country_dossier": 5,
}
LEAST_WORDS = 70
SMALLEST_LETTERS = 9


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


def test_what_this_file_watches_for_is_seen(browser, tmp_path):
    """None of the checks below may pass because it cannot fail."""
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<!DOCTYPE html><html><title>x</title><main><h1>x</h1>"
        '<img src="http://127.0.0.1:9/x.png"><p style="color:#ccc">pale</p>'
        '<div style="width:900px">wide</div></main><script>nothing()</script>',
        encoding="utf-8",
    )
    watched = watch(browser, bad)
    assert watched.strangers() == ["http://127.0.0.1:9/x.png"]
    assert any("nothing is not defined" in text for text in watched.messages)
    assert wide(watched.page) == [360, 768]
    rules = {text.partition(":")[0] for text in violations(watched.page)}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= rules
    watched.page.context.close()


@every_page
def test_nothing_overflows_and_a_page_has_an_end(report):
    report.page.set_viewport_size({"width": 1280, "height": 900})
    if is_register(report):
        with unfolded(report.page):
            assert report.page.evaluate(HEAD_IN_SIGHT) == 0
            assert report.page.evaluate(BEYOND) <= 0
    else:
        height = report.page.evaluate("document.documentElement.scrollHeight")
        assert height <= TALLEST.get(RUNS[report.file.stem].notebook, TALL)
    with unfolded(report.page):  # what fits then fits folded, too
        assert wide(report.page) == []


PHONE = """smallest => [...document.querySelectorAll('article figure svg')].flatMap(svg => {
  const box = svg.closest('.ct-scroll');
  const fold = svg.closest('details');
  if (fold) fold.open = true;
  if (!svg.checkVisibility()) return [];
  const name = svg.closest('figure').id;
  const found = box && box.scrollWidth > box.clientWidth + 1 ? [`${name} scrolls sideways`] : [];
  const whole = svg.getBoundingClientRect();
  const scale = whole.width / svg.viewBox.baseVal.width;
  const texts = [...svg.querySelectorAll('text')]
    .filter(text => text.textContent.trim() && !text.closest('.ct-export'));
  const boxes = texts.map(text => text.getBoundingClientRect());
  const inside = (low, high, from, to) => low >= from - 1 && high <= to + 1;
  const meet = (low, high, from, to) => low < to - 1 && from < high - 1;
  for (const [i, text] of texts.entries()) {
    const a = boxes[i];
    const said = text.textContent;
    const size = parseFloat(getComputedStyle(text).fontSize) * scale;
    if (size < smallest) found.push(`${name} has letters of ${size.toFixed(1)} px: ${said}`);
    if (!inside(a.left, a.right, whole.left, whole.right)
        || !inside(a.top, a.bottom, whole.top, whole.bottom)) found.push(`${name} is cut: ${said}`);
    boxes.slice(0, i).forEach((b, j) => {
      if (meet(a.left, a.right, b.left, b.right) && meet(a.top, a.bottom, b.top, b.bottom))
        found.push(`${name} has ${said} on ${texts[j].textContent}`);
    });
  }
  if (fold) fold.open = false;
  return found;
})"""


#: Dates in the columns of dates that take three lines or more, folded ones too.
TALL_DATES = """() => [...document.querySelectorAll('article th.ct-date')].flatMap(head => {
  const fold = head.closest('details');
  if (fold) fold.open = true;
  const rows = [...head.closest('table').tBodies[0].rows].map(row => row.cells[head.cellIndex]);
  const tall = rows.filter(cell => {
    const text = document.createRange();
    text.selectNodeContents(cell);
    return new Set([...text.getClientRects()].map(line => Math.round(line.top))).size > 2;
  });
  if (fold) fold.open = false;
  return tall.map(cell => cell.textContent);
})"""


@every_page
def test_a_phone_shows_every_figure_whole(report):
    report.page.set_viewport_size({"width": 390, "height": 844})
    assert report.page.evaluate(PHONE, SMALLEST_LETTERS - 0.05) == []
    assert report.page.evaluate(TALL_DATES) == []
    # A register of thousands of rows, too, is a dozen screens at most.
    assert report.page.evaluate("document.documentElement.scrollHeight") <= 10_000
    report.page.set_viewport_size(SIZE)


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


#: Of each column: the cells as they stand, and after each of three presses of its head.
SORT = """table => {
  const say = cell => [cell.textContent.trim().replaceAll('\\u00a0', ' '), cell.dataset.sort];
  const read = column => [...table.tBodies[0].rows].map(row => say(row.cells[column]));
  return [...table.tHead.rows[0].cells].map((header, column) => {
    const states = [read(column)];
    for (let press = 0; press < 3 && header.querySelector('button'); press++) {
      header.querySelector('button').click();
      states.push([header.getAttribute('aria-sort'), read(column)]);
    }
    return states;
  });
}"""


def numbers(cells: list[list[str]]) -> list[float]:
    """Return the exact numbers of a column; missing ones must stand last."""
    held = [float(exact) for _, exact in cells if exact]
    assert not any(exact for _, exact in cells[len(held) :])
    return held


#: Thousands of rows are moved as hundreds are; `test_pages` holds the keys of all.
@pytest.mark.parametrize("report", SAMPLE, indirect=True, scope="module")
def test_tables_sort_up_down_and_back(report):
    for table in report.page.locator("article table").all():
        for original, *presses in table.evaluate(SORT):
            if not presses:
                assert len(original) < 3, "a table of three rows or more can be sorted"
                continue
            assert [name for name, _ in presses] == ["ascending", "descending", None]
            (_, up), (_, down), (_, back) = presses
            assert back == original
            assert sorted(up) == sorted(down) == sorted(original)
            assert numbers(up) == sorted(numbers(up))
            assert numbers(down) == sorted(numbers(down), reverse=True)


@a_few_pages
def test_a_keyboard_sorts_too(report):
    button = report.page.locator("th button").first
    if not button.count():
        assert not report.items("tbody tr:nth-child(3)")
        return
    fold = report.page.locator("details:not([open]):has(th button)").first
    if fold.count() and not button.is_visible():
        fold.locator("> summary").focus()
        report.page.keyboard.press("Enter")
        assert button.is_visible()
        report.page.keyboard.press("Tab")  # the box that scrolls
        report.page.keyboard.press("Tab")
        assert button.evaluate("button => button === document.activeElement")
    button.focus()
    header = report.page.locator("th:has(button)").first
    for key, order in (
        ("Enter", "ascending"),
        ("Space", "descending"),
        ("Enter", None),
    ):
        report.page.keyboard.press(key)
        assert header.get_attribute("aria-sort") == order


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
    assert page.inner_text(".ct-tip") == mark.get_attribute("data-ct-value")
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
    most = MOST_SHEETS.get(RUNS[report.file.stem].notebook, 6)
    assert len(sheets) <= (4 if is_register(report) else most)
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
    # A head stands on each sheet that its table reaches, with its words.
    if is_register(report):
        head = squeezed(report.page.locator(".ct-register thead th").first.inner_text())
        assert all(head in sheet for sheet in sheets[1:-1])
    assert [word for word in words if squeezed(word) not in printed] == []


@a_page_of_each_notebook
def test_axe_finds_nothing_in_light_and_dark(report):
    page = report.page
    page.evaluate(ONE_OF_A_SHAPE)
    with unfolded(page):
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size({"width": 360, "height": 900})
        assert violations(page, "color-contrast", "scrollable-region-focusable") == []


@every_page
def test_nothing_was_said_on_the_console_and_nothing_asked_for(report):
    assert report.messages == []
    assert report.strangers() == []


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A page with a register of three rows, whose sources are folded."""
    frame = pd.DataFrame(
        {
            "day": ["2026-01-20", "2026-01-14", "2025-03"],
            "what": ["Tax halved", "Sales <up>", "Tax waived"],
            "kind": ["rule", "news", "rule"],
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
    cells = [made_page.shown(part._repr_mimebundle_()["text/html"]) for part in parts]
    file = tmp_path / "register.html"
    html = made_page.page(made_page.text("## Register"), *cells)
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
    page.locator(".ct-register th button").first.click()
    days = [row.partition("\t")[0] for row in rows.all_inner_texts()]
    assert days == ["March 2025", "14 January 2026", "20 January 2026"]
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


def test_two_renders_give_the_same_bytes(plan_pages, tmp_path):
    """In another time zone, with another order of sets, into a folder with another name.

    What all notebooks show is held by `test_golden`, whatever the order of sets.
    """
    slug = SAMPLE[0]
    command = [sys.executable, "-m", "catrade", "render", slug, "-j", "1"]
    command += ["-o", str(tmp_path / "elsewhere"), "--plan", str(ROOT / plans.PLAN)]
    odd = {"TZ": "Asia/Almaty", "PYTHONHASHSEED": "7", "LC_ALL": "C", "COLUMNS": "40"}
    env = {**os.environ, **odd}
    subprocess.run(command, env=env, cwd=tmp_path, check=True, capture_output=True)
    again = (tmp_path / "elsewhere" / f"{slug}.html").read_bytes()
    assert again == (plan_pages / f"{slug}.html").read_bytes()
