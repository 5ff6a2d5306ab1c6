"""What a notebook shows takes no room but its own, runs and loads nothing, wherever it stands.

It is looked at in a browser, and without the page's policy, which would hide what is left to it.
"""

import dataclasses
import re
from pathlib import Path

import mistune
import nbformat
import pandas as pd
import pytest
import saved_pages
from bs4 import BeautifulSoup
from matplotlib.figure import Figure
from watched import Watched, watch

from pagemill import display, index, params, project, saved, twin
from pagemill import page as render

pytestmark = pytest.mark.browser
WIDE = f"|{'wide|' * 300}\n|{'---|' * 300}\n|{'cell|' * 300}"
RUN = "document.documentElement.dataset.ran=1"
ELSEWHERE = "http://127.0.0.1:9/left"
#: A picture of one point: what has a name need not fail to load.
POINT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
HUGE = "width:9999px;height:9999px;max-width:none;z-index:99"
#: Each tries to run, to load, to lead away, to lie over the page, or to end the page's own script.
HOSTILE = (
    f"<script>{RUN}</script>",
    f"<img src=x onerror={RUN}>",
    f"<svg onload={RUN}></svg>",
    f"<details open ontoggle={RUN}><summary>x</summary></details>",
    f"<a href='javascript:{RUN}'>x</a>",
    f"</a></li></ol></nav></h1></h2></main></footer><script>{RUN}</script>",
    f'"><img src=x onerror={RUN}>',
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f'<meta http-equiv="refresh" content="0;url={ELSEWHERE}">',
    f'<base href="{ELSEWHERE}/">',
    f'<link rel="stylesheet" href="{ELSEWHERE}">',
    f'<img src="{ELSEWHERE}" alt="">',
    f'<input type="image" src="{ELSEWHERE}" autofocus>',
    f'<object data="{ELSEWHERE}"></object><embed src="{ELSEWHERE}">',
    f"<form action='{ELSEWHERE}'><button>x</button></form>",
    f"<b style=\"background:url('{ELSEWHERE}')\">x</b>",
    "<style>header, nav, footer { display: none }</style>",
    '<b style="position:fixed;inset:0;background:#fff;z-index:9">x</b>',
    f'<b style="position:absolute;top:-2000px;left:-2000px;{HUGE}">x</b>',
    '<b style="display:block;transform:scale(99);z-index:99">x</b>',
    # The page's style has a place on the window for this.
    f'<b class="ct-tip" style="left:0;top:0;{HUGE};pointer-events:auto">x</b>',
    f'<img name="querySelectorAll" alt="" src="{POINT}">',
    f'<img name="documentElement" alt="" src="{POINT}">',
    f'<img name="getElementById" id="cite" alt="" src="{POINT}">',
    '<p id="cite">false</p><button id="code-switch">x</button><h2 id="about">x</h2>',
)
#: What lies on top where a reader looks for the title, the contents and the record.
TOP = """place => {
  const one = document.querySelector(place);
  if (!one) return place === ".kicker"; // what is no paragraph is no question
  one.scrollIntoView({block: "center"});
  const at = one.getBoundingClientRect();
  const top = document.elementFromPoint(at.x + 5, at.y + at.height / 2);
  return one.contains(top) || top.contains(one);
}"""
#: What could run or load, and is none of ours, which stands below the article.
STRANGE = """() => [...document.querySelectorAll(
    "body * script, body script:not([type]) ~ script, body meta, body link, body style, body base,"
    + " iframe, object, embed, img[name], form:not(.ct-filters, #filters, #find)"),
  ...[...document.querySelectorAll("*")].filter(
    one => [...one.attributes].some(attribute => attribute.name.startsWith("on")))
  ].map(one => one.outerHTML)"""


#: What is harmless in HTML, and in pieces, but not read as Markdown.
MARKDOWN = (
    f"[x](javascript:{RUN})",
    f"&#91;x]<span>(javascript:{RUN})</span>",
    f"&lt;<span>script&gt;{RUN}</span>",
    f"`` ` `` {HOSTILE[0]}",
    f"<code>`{HOSTILE[0]}</code>",
)
#: What no Markdown of ours makes.
ACTIVE = (
    "script, style, iframe, meta, base, link, object, embed, form, input, button, svg, details"
    ", img, b, output, a[href^=javascript]"
)


class Named(params.Parameters):
    """What a notebook may be asked: any text."""

    name: str = "x"


def places(payload: str) -> nbformat.NotebookNode:
    """An executed notebook that has a text wherever one can stand."""
    figure = Figure(figsize=(5, 3))
    figure.subplots().bar([f"a {payload}"], [1])
    frame = pd.DataFrame({f"b {payload}": [f"c {payload}", "d", "e"], "n": [1, 2, 3]})
    alt = f"One bar of one kind is one high {payload}"
    chart = display.Chart(
        figure, f"It rose {payload}", alt, frame, f"Office {payload}", payload
    )
    answer = display.answer(
        f"It is {payload} high.",
        figure=payload,
        change=payload,
        noun=f"of waves {payload}",
        row={f"High {payload}": payload},
        news=[(payload, f"new {payload}", "2026-10-10")],
    )
    source = {"source_id": "a", "published": "2026-01", "kind": payload}
    about = dict.fromkeys(("publisher", "title", "url", "locator"), payload)
    listed = display.sources("a", table=pd.DataFrame([{**source, **about}]))
    told = saved_pages.output(text__html=f"<p>{payload}</p>")
    told_in_markdown = saved_pages.output(text__markdown=f"## Of data {payload}")
    made = saved_pages.shown(
        answer,
        f"## Results {payload}\n\nText {payload}\n\n|a|\n|--|\n|{payload}|\n\n### Small {payload}",
        chart,
        display.table(frame, f"Heights {payload}", name="heights", note=payload),
        display.register(frame, f"Register {payload}", name="register"),
        display.folded(f"More {payload}", payload),
        display.numbers((payload, f"waves {payload}")),
        display.note(f"Note {payload}"),
        display.text(f"Text {payload}"),
        listed,
        head=f"# Trade {payload}\n\nHow much {payload}?",
    )
    cells = [
        nbformat.v4.new_code_cell("a", outputs=[told]),
        nbformat.v4.new_code_cell(payload, outputs=[told_in_markdown]),
        nbformat.v4.new_raw_cell(payload, metadata={"format": "text/html"}),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"own-{number}"
    made.cells += cells
    return made


@pytest.fixture
def asked(waves: Path) -> None:
    own = dataclasses.replace(
        project.current(), notebooks={"wave": Named}, filters=("Name",)
    )
    project.use(own)


def written(folder: Path, payload: str, slug: str) -> str:
    """Make a page of all places, of a notebook that was asked the text, too."""
    run = dataclasses.replace(
        saved_pages.RUN,
        slug=slug,
        parameters={"name": payload},
        # As a plan has them; pages of a command are titled by their notebook.
        title=f"Plan {payload}" if slug == "planned" else "",
        topic=f"Topic {payload}",
        front="lead" if slug == "planned" else "",
    )
    page = {**saved_pages.INPUTS["page"], "title": run.title, "topic": run.topic}
    inputs = {**saved_pages.INPUTS, "page": page, "parameters": run.parameters}
    block = {"slug": slug, "inputs": inputs, "data_date": ""}
    text = render.page(places(payload), run, block)
    file = folder / f"{slug}.html"
    bare, count = re.subn('<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    assert count == 1
    file.write_text(bare, "utf-8")
    return text


def harm(watched: Watched, *seen: str) -> list[str]:
    """What a page did that none of ours does."""
    page = watched.page
    watched.settle()
    # One that leaves asks for where it goes.
    if asked := watched.strangers():
        return asked
    harms = [str(one) for one in page.evaluate(STRANGE)]
    if page.evaluate("document.documentElement.getAttribute('data-ran')"):
        harms.append("it ran")
    harms += [f"{place} is covered" for place in seen if not page.evaluate(TOP, place)]
    assert page.url == watched.file.as_uri()
    return harms + [said for said in watched.messages if said.startswith("error")]


def looked_at(watched: Watched, file: Path, payload: str) -> None:
    """Hold a page against all of the above; its own script went to its end."""
    watched.turn_to(file)
    page = watched.page
    page.evaluate(
        "document.querySelectorAll('nav details').forEach(one => one.open = true)"
    )
    seen = "h1", ".lead", ".kicker", "nav .contents li", "footer #about"
    assert harm(watched, *seen) == [], payload
    assert page.locator("button[data-ct-save=svg]").is_visible(), payload
    assert page.locator(".ct-filters output").text_content() == "3 of 3 rows"


def test_no_text_does_harm_in_any_place(asked, browser, tmp_path):
    """Tester T2: a heading stood uncleaned in the contents; T10: a name ended the page's script."""
    watched = watch(browser)
    for number, payload in enumerate(HOSTILE):
        folder = tmp_path / str(number)
        folder.mkdir()
        for slug in ("own", "planned"):
            written(folder, payload, slug)
            looked_at(watched, folder / f"{slug}.html", payload)
        # A report that failed is on the index with its sentence.
        failed = saved_pages.notebook()
        failed.metadata["pagemill"] = payload
        nbformat.write(failed, folder / "bad.failed.ipynb")
        index.write_index(folder)
        watched.turn_to(folder / "index.html")
        watched.page.fill("#search", "waves")
        assert watched.page.locator("#hits li").count() > 0
        assert harm(watched, "h1", ".news li", ".failures li") == [], payload
        assert watched.page.locator(".matrix a").count() == 2


def test_no_twin_holds_html(asked, tmp_path):
    """Markdown of it may be shown by anybody; there HTML is HTML."""
    for payload in (*HOSTILE, *MARKDOWN):
        text = written(tmp_path, payload, "own")
        index.write_index(tmp_path)
        listed = (tmp_path / "llms.txt").read_text("utf-8")
        for told in (twin.twin(text), listed):
            rendered = BeautifulSoup(mistune.html(told), "html.parser")
            found = [tag.name for tag in rendered.select(ACTIVE)]
            assert found == [], payload


def test_a_citation_is_the_pages_own(asked, browser, tmp_path):
    """A notebook can show an element of the same id, and it would come first."""
    written(tmp_path, HOSTILE[-1], "own")
    watched = watch(
        browser,
        tmp_path / "own.html",
        permissions=["clipboard-read", "clipboard-write"],
    )
    watched.page.locator("button[data-ct-save=cite]").first.click()
    copied = watched.page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("Made with waves.")


@pytest.mark.parametrize("payload", [HOSTILE[0], HOSTILE[8]])
def test_where_nothing_may_run_html_in_a_text_is_text(payload, waves, tmp_path):
    """As catrade has it; in an output it is refused (`tests/pages/test_unsafe.py`)."""
    project.use(dataclasses.replace(project.current(), interactive="refused"))
    made = saved_pages.shown(f"## Results {payload}\n\nMore.", head=f"# A {payload}")
    block = {"slug": "kaz", "inputs": saved_pages.INPUTS, "data_date": ""}
    (tmp_path / "a.html").write_text(render.page(made, saved_pages.RUN, block), "utf-8")
    page = saved.open_page(tmp_path / "a.html")
    assert f"Results {payload}" in page.sentences
    assert page.text.count("<script") == 3


def test_a_wide_table_of_markdown_scrolls_in_its_own_box(waves, tmp_path, browser):
    saved_pages.write(tmp_path / "a.html", WIDE)
    page = watch(browser, tmp_path / "a.html").page
    assert page.evaluate("document.documentElement.scrollWidth") == 1440
    assert page.locator(".ct-scroll").evaluate(
        "one => one.scrollWidth > one.clientWidth"
    )
