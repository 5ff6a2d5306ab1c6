"""The rendered plan in a real browser: what a reader sees, presses, prints and takes away."""

from __future__ import annotations

import contextlib
import csv
import hashlib
import io
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import golden
import pandas as pd
import pytest
import test_render
from playwright.sync_api import Browser, Page, expect
from watched import Watched, loaded, violations, watch, wide

from pagemill import display
from pagemill import plan as plans

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parent.parent
RUNS = {run.slug: run for run in plans.load_plan(ROOT / plans.PLAN).runs}
#: One report of each notebook.
SAMPLE = list({run.notebook: slug for slug, run in RUNS.items()}.values())
AGAIN = [
    slug
    for slug in SAMPLE
    if RUNS[slug].notebook in {"trade_growth", "nev_policy_register"}
]
#: What a page may weigh without its figures, tables and list of sources: our own part of it.
LIGHT = 60 * 1024
PLACEHOLDERS = re.compile(
    r"(?i)(alt|image|picture|figure|chart|plot|untitled|todo|none|nan)\W*"
)


@pytest.fixture(scope="module")
def again(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A second rendering of a report and a register, while the browser looks at the first.

    In another time zone, with another order of sets, into a folder with another name. That all
    notebooks show the same elsewhere is seen by `test_notebooks`.
    """
    output = tmp_path_factory.mktemp("second-with-another-name") / "elsewhere"
    command = [
        sys.executable,
        "-m",
        "catrade",
        "render",
        *AGAIN,
        "-o",
        str(output),
        "-j",
        "1",
    ]
    odd = {"TZ": "Asia/Almaty", "PYTHONHASHSEED": "7", "LC_ALL": "C", "COLUMNS": "40"}
    with output.with_suffix(".log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [*command, "--plan", str(ROOT / plans.PLAN)],
            env={**os.environ, **odd},
            cwd=output.parent,
            stdout=log,
            stderr=log,
        )
    yield process, output
    process.kill()
    process.wait()


@pytest.fixture(scope="module", params=RUNS)
def report(
    request: Any, plan_pages: Path, again: Any, browser: Browser
) -> Iterator[Watched]:
    """Each report of the plan, opened once; `again` is under way meanwhile."""
    file = plan_pages / f"{request.param}.html"
    assert file.is_file(), golden.why_not(plan_pages, request.param)
    watched = watch(browser, file)
    yield watched
    watched.page.context.close()


#: Of rows that are alike but for their words, one stays: axe would find the same in all.
ONE_OF_A_SHAPE = """for (const body of document.querySelectorAll('tbody')) {
  const seen = new Set();
  for (const row of [...body.rows]) {
    const shape = [...row.querySelectorAll('*')].map(e =>
      [e.localName, e.className, e.style.cssText, e.textContent.trim() !== '']).join();
    if (seen.has(shape)) row.remove();
    seen.add(shape);
  }
}"""


@contextlib.contextmanager
def unfolded(page: Page) -> Iterator[None]:
    """Hold all folded parts of the article open: what is folded is not looked at by axe."""
    folds = "document.querySelectorAll('article details:not(.code)')"
    page.evaluate(f"for (const fold of {folds}) fold.open = true")
    yield
    page.evaluate(f"for (const fold of {folds}) fold.open = false")


def test_what_this_file_watches_for_is_seen(browser: Browser, tmp_path: Path) -> None:
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
    assert any("nothing is not defined" in text for text in watched.said)
    assert wide(watched.page) == [360, 390, 768]
    rules = {text.partition(":")[0] for text in violations(watched.page)}
    assert {"image-alt", "color-contrast", "html-has-lang"} <= rules
    watched.page.context.close()


def test_every_figure_has_its_own_text_alternative(report: Watched) -> None:
    figures = report.items("figure:not(.ct-table-figure)")
    drawings = report.items("figure > :not(.ct-narrow) svg[role=img], figure img")
    assert len(drawings) == len(figures)
    alts = [
        drawing.get("aria-label") or drawing.get("alt") or "" for drawing in drawings
    ]
    assert all(len(alt) > 30 and not PLACEHOLDERS.fullmatch(alt) for alt in alts), alts
    assert len(set(alts)) == len(alts)
    assert not report.items("img:not([alt])")


def test_every_table_has_a_caption_and_header_scopes(report: Watched) -> None:
    assert len(report.items("table > caption")) == len(report.items("table"))
    assert all(caption["text"] for caption in report.items("table > caption"))
    assert not report.items("th:not([scope=col]):not([scope=row])")
    assert not report.items("table:not(:has(thead th[scope=col]))")
    assert not report.items("tbody tr:not(:has(th[scope=row]))")


def test_figures_and_tables_are_numbered_as_they_follow(report: Watched) -> None:
    numbers = [number["text"] for number in report.items(".ct-number")]
    figures = len(report.items("figcaption"))
    tables = len(report.items("caption"))
    assert [n for n in numbers if n[0] == "F"] == [
        f"Figure {n + 1}" for n in range(figures)
    ]
    assert [n for n in numbers if n[0] == "T"] == [
        f"Table {n + 1}" for n in range(tables)
    ]
    assert len(numbers) == figures + tables


def test_links_in_the_page_and_to_other_reports_lead_somewhere(report: Watched) -> None:
    ids = [element["id"] for element in report.items("[id]")]
    assert len(set(ids)) == len(ids)
    links = [link["href"] for link in report.items("a[href]")]
    inside = [unquote(link[1:]) for link in links if link.startswith("#")]
    assert inside
    assert set(inside) <= set(ids)
    elsewhere = [link for link in links if not re.match(r"#|https?://|data:", link)]
    assert {unquote(link) for link in elsewhere} <= {
        "index.html",
        *(f"{slug}.html" for slug in RUNS),
    }


def test_the_contents_list_takes_the_reader_there(report: Watched) -> None:
    for link in report.page.locator(".contents a").all():
        link.click()
        target = report.page.locator(f"[id='{(link.get_attribute('href') or '')[1:]}']")
        assert target.inner_text() == link.inner_text()
        expect(target).to_be_in_viewport()


def test_nothing_overflows(report: Watched) -> None:
    assert wide(report.page) == []
    with unfolded(report.page):
        report.page.click("#code-switch")
        assert wide(report.page) == []
        report.page.click("#code-switch")


def test_one_switch_shows_and_hides_all_code(report: Watched) -> None:
    page = report.page
    shown = "[...document.querySelectorAll('details.code pre')].map(pre => pre.checkVisibility())"
    assert set(page.evaluate(shown)) == {False}
    page.click("#code-switch")
    assert set(page.evaluate(shown)) == {True}
    assert page.get_attribute("#code-switch", "aria-pressed") == "true"
    page.click("#code-switch")
    assert set(page.evaluate(shown)) == {False}
    assert page.inner_text("#code-switch") == "Show code"


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


def sort_key(cell: list[str], dates: bool) -> float | None:
    """The number or day a cell must sort by; None for one that is missing or other text."""
    text, exact = cell
    if exact is not None:
        return float(exact) if exact else None
    if dates and text != "–":
        for form in ("%d %B %Y", "%B %Y", "%Y"):
            try:
                return datetime.strptime(text, form).toordinal()
            except ValueError:
                continue
    return None


def test_tables_sort_up_down_and_back(report: Watched) -> None:
    pressed = 0
    for table in report.page.locator("article table").all():
        for states in table.evaluate(SORT):
            original, presses = states[0], states[1:]
            if not presses:
                assert len(original) < 3, "a table of three rows or more can be sorted"
                continue
            pressed += 1
            assert [name for name, _ in presses] == ["ascending", "descending", None]
            (_, up), (_, down), (_, back) = presses
            assert back == original
            assert sorted(up) == sorted(down) == sorted(original)
            dates = all(
                cell[0] == "–" or sort_key(cell, dates=True) is not None
                for cell in original
            )
            exact = any(cell[1] is not None for cell in original)
            if not (dates or exact):
                continue
            for cells, sign in ((up, 1), (down, -1)):
                keys = [sort_key(cell, dates=dates) for cell in cells]
                known = [key for key in keys if key is not None]
                assert keys[len(known) :] == [None] * (len(keys) - len(known)), (
                    "missing ones last"
                )
                assert all(sign * a <= sign * b for a, b in itertools.pairwise(known))
    assert pressed or not report.items("tbody tr:nth-child(3)")


def test_a_keyboard_sorts_too(report: Watched) -> None:
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
    report.page.keyboard.press("Enter")
    header = report.page.locator("th:has(button)").first
    assert header.get_attribute("aria-sort") == "ascending"
    report.page.keyboard.press("Space")
    assert header.get_attribute("aria-sort") == "descending"
    report.page.keyboard.press("Enter")
    assert header.get_attribute("aria-sort") is None


def parse(address: str) -> list[list[str]]:
    text = unquote(address.partition(",")[2])
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def csv_links(report: Watched) -> dict[str, list[list[str]]]:
    links = report.items("a.ct-csv")
    found = {
        link["download"].removesuffix(".csv"): parse(link["href"]) for link in links
    }
    assert len(found) == len(links)
    return found


def test_csv_of_each_figure_and_table_is_what_the_notebook_showed(
    report: Watched,
) -> None:
    notebook = json.loads(report.file.with_suffix(".ipynb").read_text(encoding="utf-8"))
    shown = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            for name, address in re.findall(
                r'download="([^"]+)\.csv" href="([^"]+)"', html
            ):
                shown[name] = parse(
                    address.replace("&#x27;", "'").replace("&amp;", "&")
                )
    links = csv_links(report)
    assert links == shown
    assert set(links) >= {
        figure["id"] for figure in report.items("figure:not(.ct-table-figure)")
    }
    for name, (header, *rows) in links.items():
        assert rows, name
        assert {len(row) for row in rows} == {len(header)}, name
        cells = [cell for row in rows for cell in row]
        formulas = [c for c in cells if c[:1] in "=+@" or re.match(r"-(?![\d.])", c)]
        assert [c for c in formulas if c] == [], name


def test_csv_of_each_table_holds_the_numbers_it_shows(report: Watched) -> None:
    links = csv_links(report)
    for figure in report.page.locator("figure.ct-table-figure").all():
        header, *rows = links[figure.get_attribute("id") or ""]
        shown = figure.evaluate(
            """f => [...f.querySelectorAll('tbody tr')].map(
                 r => [...r.cells].map(c => c.dataset.sort ?? null))"""
        )
        assert len(shown) == len(rows)
        columns = [
            [number(cell) for cell in column] for column in zip(*rows, strict=True)
        ]
        for column in zip(*shown, strict=True):
            if any(cell is not None for cell in column):
                assert [number(cell or "") for cell in column] in columns, header


def number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def test_data_are_saved_as_a_file(report: Watched) -> None:
    link = report.page.locator("a.ct-csv").first
    with report.page.expect_download() as file:
        link.click()
    assert file.value.suggested_filename == link.get_attribute("download")
    content = Path(file.value.path()).read_bytes()
    assert content.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == parse(link.get_attribute("href") or "")


@pytest.mark.parametrize("slug", SAMPLE)
def test_figures_are_saved_as_pictures(
    slug: str, plan_pages: Path, browser: Browser
) -> None:
    watched = watch(browser, plan_pages / f"{slug}.html")
    page = watched.page
    figures = watched.items("figure:not(.ct-table-figure)")
    if not figures:
        assert watched.items(".ct-register")
        page.context.close()
        return
    figure = figures[0]["id"]
    assert page.inner_text(f"#{figure} .ct-number") == "Figure 1"
    title = page.inner_text(f"#{figure} figcaption").removeprefix("Figure 1")
    saved = {}
    for kind in ("svg", "png"):
        with page.expect_download() as file:
            page.click(f'#{figure} button[data-ct-save="{kind}"]')
        assert file.value.suggested_filename == f"{figure}.{kind}"
        saved[kind] = Path(file.value.path()).read_bytes()
    page.context.close()
    svg = saved["svg"].decode("utf-8")
    assert svg.startswith("<svg")
    assert "var(--" not in svg
    assert squeezed(title) in squeezed(unescape(re.sub(r"<[^>]+>", "", svg)))
    assert saved["png"][:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(saved["png"][16:20], "big") >= 1600


def squeezed(text: str) -> str:
    """Text without blanks and hyphens, ligatures as letters: lines may break elsewhere."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("-", "")


@pytest.fixture(scope="module")
def pdftotext() -> str:
    if found := shutil.which("pdftotext"):
        return found
    reason = "no pdftotext on this machine (Debian: apt install poppler-utils)"
    if os.environ.get("CATRADE_NO_SKIP"):
        pytest.fail(reason)
    pytest.skip(reason)


def test_the_print_has_every_figure_and_table(
    report: Watched, pdftotext: str, tmp_path: Path
) -> None:
    file = tmp_path / "page.pdf"
    report.page.pdf(path=file, prefer_css_page_size=True)
    done = subprocess.run(
        [pdftotext, "-enc", "UTF-8", str(file), "-"], check=True, capture_output=True
    )
    pages = done.stdout.decode("utf-8").rstrip("\f").split("\f")
    for count, page in enumerate(pages, start=1):
        assert f"{count}/{len(pages)}" in squeezed(page)
    printed = squeezed(
        "".join(re.sub(r"\s\d+ ?/ ?\d+\s*$", "", page) for page in pages)
    )
    titles = report.items("figcaption, caption")
    assert titles
    # Lines of figures beside one another are mixed, too: of these each word.
    mixed = set(report.page.locator(".ct-beside figcaption").all_text_contents())
    pieces = [
        piece
        for t in titles
        for piece in (t["text"].split() if t["text"] in mixed else [t["text"]])
    ]
    assert [piece for piece in pieces if squeezed(piece) not in printed] == []
    # All rows of a table, in a folded part only if it is short: else a line says where they are.
    last = report.page.evaluate(
        """[...document.querySelectorAll('article table')].map(table => [
             table.rows.length - 1 > 20 && table.closest('details:not([open])') !== null,
             [...table.querySelectorAll('tbody tr:last-child > *')].map(c => c.textContent)])"""
    )
    assert printed.count(squeezed("A long table, not printed")) == sum(
        long for long, _ in last
    )
    # Lines of neighbouring cells are mixed in the text of a page: of each the longest word.
    cells = [
        max(cell.split(), key=len)
        for long, row in last
        for cell in row
        if cell and not long
    ]
    assert [word for word in cells if squeezed(word) not in printed] == []
    # The drawings themselves: of each the longest word that stands in it.
    words = report.page.evaluate(
        """[...document.querySelectorAll('figure svg')].map(svg =>
             [...svg.querySelectorAll('text')].filter(t => !t.closest('.ct-export'))
               .map(t => t.textContent).sort((a, b) => b.length - a.length)[0])"""
    )
    assert [word for word in words if squeezed(word) not in printed] == []
    report.page.emulate_media(media="print")
    addresses = report.page.evaluate(
        """[...document.querySelectorAll('article a[href^=http]')].filter(a => a.checkVisibility())
             .map(a => a.getAttribute('href'))"""
    )
    report.page.emulate_media(media="screen")
    assert [
        a for a in (addresses[:1] + addresses[-1:]) if squeezed(a) not in printed
    ] == []


def test_references_are_found() -> None:
    html = (
        '<link href="a"><img src="b"><p style="background:url(\'c\')">'
        '<style>@import "d";</style>'
    )
    assert loaded(html) == ["a", "b", "c", "d"]
    assert (
        loaded('<a href="https://x"></a><use href="#y"/><p style="clip-path:url(#z)">')
        == []
    )


def test_the_page_refers_to_nothing(report: Watched) -> None:
    assert loaded(report.html) == []
    # The register of trade figures has 2,200 rows, each with its source.
    assert len(report.html.encode()) < 1.1 * 1024 * 1024


def test_axe_finds_nothing_in_light_and_dark(report: Watched) -> None:
    page = report.page
    page.click("#code-switch")
    page.evaluate(ONE_OF_A_SHAPE)
    found = {}
    for scheme, width in (("light", 1440), ("dark", 360)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        with unfolded(page):
            found[scheme] = violations(page)
    assert found == {"light": [], "dark": []}


def test_nothing_was_said_on_the_console_and_nothing_asked_for(report: Watched) -> None:
    assert report.said == []
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
    listed = display.folded("Sources", display.sources(frame))
    cited = display.table(
        frame, "Cited", columns={"what": "What", "source_id": ("S", "sources")}
    )
    html = test_render.page(
        test_render.text("## Register"),
        *(
            test_render.shown(item._repr_mimebundle_()["text/html"])
            for item in (
                display.register(frame, "All of it", columns=columns),
                cited,
                listed,
            )
        ),
    )
    file = tmp_path / "register.html"
    file.write_text(html, encoding="utf-8")
    return file


def test_a_register_is_filtered_by_words_and_choices(
    browser: Browser, register: Path
) -> None:
    watched = watch(browser, register)
    page = watched.page
    rows, said = (
        page.locator(".ct-register tbody tr:visible"),
        page.locator(".ct-filters output"),
    )
    assert said.inner_text() == "3 of 3 rows"
    page.keyboard.press("Tab")  # to the skip link, the contents, …
    while page.evaluate("document.activeElement.type") != "search":
        page.keyboard.press("Tab")
    page.keyboard.type("TAX 20")
    assert said.inner_text() == "2 of 3 rows"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")  # Kind: news
    assert page.locator(".ct-filters select").input_value() == "news"
    assert (rows.count(), said.inner_text()) == (0, "0 of 3 rows")
    page.locator("input").fill("")
    (row,) = rows.all_inner_texts()
    assert row.startswith("14 January 2026\tSales <up>\tnews\t")
    page.locator(".ct-register th button").first.click()
    assert rows.count() == 1
    assert violations(page) == []
    assert wide(page) == []
    page.context.close()
    plain = watch(browser, register, java_script_enabled=False).page
    assert plain.locator(".ct-register tbody tr:visible").count() == 3
    assert plain.locator("input:visible, select:visible").count() == 0
    plain.context.close()


def test_a_mark_opens_the_folded_list_at_its_source(
    browser: Browser, register: Path
) -> None:
    page = watch(browser, register).page
    source = page.locator("#source-dailymail-2026-01")
    assert not source.is_visible()
    mark = page.locator(".ct-cites a").first
    assert mark.inner_text() == "[1]"
    mark.click()
    expect(source).to_be_in_viewport()
    page.context.close()


@pytest.mark.parametrize("slug", ["index", SAMPLE[0]])
def test_without_javascript_the_page_is_complete(
    slug: str, plan_pages: Path, browser: Browser
) -> None:
    watched = watch(browser, plan_pages / f"{slug}.html", java_script_enabled=False)
    assert watched.page.locator("summary:text-is('Code')").count() == len(
        watched.page.locator("details.code").all()
    )
    assert all(
        code.is_visible()
        for code in watched.page.locator("details.code > summary").all()
    )
    assert not watched.page.locator("button:visible, select:visible").count()
    parts = watched.page.locator("figure, .card, footer")
    assert parts.count() > 1
    for fold in watched.page.locator(
        "article details:not(.code, .ct-description)"
    ).all():
        fold.locator("> summary").click()
    assert all(part.is_visible() for part in parts.all())
    watched.page.context.close()


def test_two_renders_give_the_same_bytes(plan_pages: Path, again: Any) -> None:
    process, folder = again
    assert process.wait(timeout=300) == 0, folder.with_suffix(".log").read_text(
        encoding="utf-8"
    )
    names = [f"{slug}.html" for slug in AGAIN]
    hashes = [
        {name: hashlib.sha256((made / name).read_bytes()).hexdigest() for name in names}
        for made in (plan_pages, folder)
    ]
    assert hashes[0] == hashes[1]
    home = str(Path.home())
    for file in plan_pages.iterdir():
        if file.name == "made.json":  # says where each page was made
            continue
        text = file.read_text(encoding="utf-8")
        assert str(plan_pages.parent) not in text, file.name
        assert str(ROOT) not in text, file.name
        assert f'"{home}/' not in text, file.name
