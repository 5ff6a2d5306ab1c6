import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from computed import PARAMETERS, RUN, SVG, page, shown, text
from matplotlib.figure import Figure
from nbformat import NotebookNode
from processes import python

from pagemill import cites, display, index, provenance
from pagemill.plan import Run
from rounding.errors import ReportError


class Outline(HTMLParser):
    """Elements of a page that are never closed, and what they say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "link", "img", "input", "br", "hr", "path"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag != "path":
            assert self.open.pop() == tag


def test_the_page_is_well_formed_and_has_its_landmarks():
    outline = Outline(page(text("## One"), shown(f"<figure>{SVG}</figure>")))
    assert outline.open == []
    tags = [tag for tag, _ in outline.seen]
    for tag in ("header", "main", "article", "footer", "h1", "title"):
        assert tags.count(tag) == 1, tag
    assert ("html", {"lang": "en"}) in outline.seen


def test_title_question_answer_and_parameters_are_shown():
    html = page(shown('<p class="ct-answer">It grew by 12% &amp; more.</p>'))
    assert "<title>A title</title>" in html
    assert '<p class="kicker">The question.</p>\n<h1 id="title">A title</h1>' in html
    assert '<p class="lead">It grew by 12% &amp; more.</p>' in html
    # Lead, description, Open Graph.
    assert html.count("It grew by 12% &amp; more.") == 3
    assert '<meta property="og:title" content="A title">' in html
    asked = '<dt class="ct-chip">Partner</dt>\n<dd class="ct-chip">Kazakhstan</dd>'
    assert asked in html.partition("<footer>")[2]
    assert "20 January 2026" in html
    command = "catrade render trade_growth -p partner=KAZ -p reporter=CHN -p start=2013"
    assert f"{command} -p end=2025" in html
    run = dataclasses.replace(RUN, title="From <the> plan")
    assert '<h1 id="title">From &lt;the&gt; plan</h1>' in page(run=run)


def test_an_answer_may_ask_its_own_question_and_fill_the_card():
    answer = display.answer(
        "</script><b> is text.",
        title="It's <up>",
        question="Is it <up>?",
        figure="$1bn",
        change="+1%",
    )
    html = page(shown(answer.html))
    assert '<p class="kicker">Is it &lt;up&gt;?</p>' in html
    assert "<title>It’s &lt;up&gt;" in html
    record = provenance.from_html(html)
    assert record is not None
    assert record["finding"] == "</script><b> is text."
    assert record["chips"][0] == ["Partner", "Kazakhstan"]
    assert record["card"] == {"figure": "$1bn", "change": "+1%"}


def test_marks_lead_to_the_numbers_of_the_list():
    listed = "".join(f'<li id="source-s{n}">S</li>' for n in range(1, 8))
    places = [cites.cite(ids) for ids in (["s2"], ["s7", "s1", "s2", "s3"], ["gone"])]
    html = page(
        text("## Source s2"),  # no source, whatever its id is
        *(shown(f"<p>x{place}</p>") for place in places),
        shown(f"<ol>{listed}</ol>"),
    )
    assert '<p>x<span class="ct-cites"> <a href="#source-s2">[2]</a></span></p>' in html
    assert '<a href="#source-s1">[1–3]</a><a href="#source-s7">[7]</a></span>' in html
    assert "<p>x</p>" in html


def test_contents_list_the_second_level_with_ids_of_their_own():
    html = page(
        text("## Growth & *index*"),
        text("### Not here"),
        text("## Growth & index"),
        text("## About"),  # an id of the page
        text("## By year"),
        shown('<figure id="by-year">1</figure>'),
    )
    assert '<li><a href="#growth-index">Growth &amp; <em>index</em></a></li>' in html
    assert '<li><a href="#growth-index-2">Growth &amp; index</a></li>' in html
    assert '<h2 id="about-2">About</h2>' in html
    assert '<h2 id="by-year-2">By year</h2>' in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert "#not-here" not in html


def test_a_picture_needs_a_text_alternative():
    with pytest.raises(ReportError, match="has no text alternative"):
        page(shown(image_png="aGk="))
    cell = shown(image_png="aGk=\n")
    cell.metadata["alt"] = 'A "line"'
    assert 'src="data:image/png;base64,aGk=" alt="A &quot;line&quot;"' in page(cell)


def test_plain_output_is_escaped_warnings_are_left_out_and_rich_is_preferred():
    new = nbformat.v4.new_output
    outputs = [
        new("stream", name="stderr", text="/home/someone/lib.py: warning"),
        new("stream", name="stdout", text="a < b\n"),
        new("execute_result", data={"text/plain": "<Thing>"}),
    ]
    html = page(
        nbformat.v4.new_code_cell("x", outputs=outputs),
        shown("<p>rich</p>", text_plain="poor", image_png="aGk="),
    )
    assert "<pre>a &lt; b</pre>" in html
    assert "<pre>&lt;Thing&gt;</pre>" in html
    assert "someone" not in html
    assert "<p>rich</p>" in html
    assert "poor" not in html


def test_code_that_shows_nothing_stands_with_the_next_that_does():
    quiet = nbformat.v4.new_code_cell("x = f(1) < 2  # <b>")
    html = page(quiet, text("## Next"), shown("<p>seen</p>"))
    assert html.count('<details class="code">') == 1
    folded = html.partition('<details class="code">')[2].partition("</details>")[0]
    # Escaped, and marked only where it has a colour.
    written = (
        'x = f(<span class="mi">1</span>) &lt; <span class="mi">2</span>  '
        '<span class="c1"># &lt;b&gt;</span>'
    )
    assert folded.index(written) < folded.index("here")
    assert html.index("next") < html.index('<details class="code">')


def test_the_policy_allows_our_script_and_nothing_else():
    html = page()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert policy is not None
    assert len(scripts) == 1
    digest = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    rules = policy[1].replace("&#39;", "'")
    assert f"script-src 'sha256-{digest}'" in rules
    assert rules.startswith("default-src 'none'; img-src data:")
    assert "http" not in rules


def write(folder: Path, slug: str, *cells: NotebookNode, **about: Any) -> Path:
    """Write a page of a partner, by default Kazakhstan, with these cells."""
    partner = about.pop("partner", "KAZ")
    parameters = {**PARAMETERS, "partner": partner}
    run = Run(slug, "trade_growth", Path("x"), parameters, **about)
    file = folder / f"{slug}.html"
    file.write_text(page(*cells, run=run), "utf-8")
    return file


def test_the_index_lists_every_page_in_the_order_of_the_plan(tmp_path):
    answer = shown('<p class="ct-answer">It &lt;grew&gt;.</p>')
    for slug, partner, topic in (
        ("b", "KAZ", "Growth"),
        ("a", "UZB", "Other"),
        ("c", "UZB", "Growth"),
    ):
        write(tmp_path, slug, answer, partner=partner, topic=topic, title=f"<{slug}>")
    (tmp_path / "foreign.html").write_text("<p>not ours</p>", "utf-8")
    html = index.write_index(tmp_path, ["c", "b"]).read_text("utf-8")
    assert Outline(html).open == []
    assert re.findall(r'<h2><a href="([^"]+)"', html) == ["c.html", "b.html", "a.html"]
    assert re.findall(r'class="topic">([^<]+)<', html) == ["Growth", "Growth", "Other"]
    assert "&lt;c&gt;</a>" in html
    assert "<p>It &lt;grew&gt;.</p>" in html
    assert html.count("<option>") == 4  # Uzbekistan, Kazakhstan; Growth, Other
    assert "Newest source of all: 20 January 2026" in html
    assert "foreign" not in html
    made = {path.name for path in tmp_path.iterdir() if path.suffix != ".html"}
    assert made == {"llms.txt"}


def write_front(folder: Path, slug: str, front: str, partner: str = "KAZ") -> Path:
    answer = display.answer(
        "It rose. It fell. It rose.",
        figure="$5",
        noun="of tea",
        row={"Tea & milk": "$5"} if front else None,
    )
    cells = [shown(answer.html), shown("<h3>Gold</h3>"), drawn()]
    title = slug.title()
    return write(folder, slug, *cells, title=title, front=front, partner=partner)


def drawn() -> NotebookNode:
    frame = pd.DataFrame({"year": [2025], "usd": [1.0]})
    chart = display.Chart(
        Figure(), "It grew", "A line that rises to the end.", frame, name="line"
    )
    return shown(chart._repr_html_())


def test_a_plan_with_a_lead_has_a_front_page(tmp_path):
    write_front(tmp_path, "first", "lead")
    write_front(tmp_path, "second", "story", "UZB")
    write_front(tmp_path, "third", "", "UZB")
    made = index.write_index(tmp_path, ["first"]).read_text("utf-8")
    assert Outline(made).open == []
    # Headline and picture are the page's first figure; a lead has two sentences, a story one.
    assert '<h2><a href="first.html">It grew</a></h2>\n<p>It rose. It fell.</p>' in made
    assert '<h3><a href="second.html">It grew</a></h3>\n<p>It rose.</p>' in made
    assert made.count("<svg") == 2
    assert 'id="first-line' not in made.partition("<svg")[0]
    # Its numbers have their nouns; a page's cells are in the row of its partner.
    assert made.count("<b>$5</b> of tea</a></li>") == 2
    assert "Tea &amp; milk</th></tr>" in made
    assert re.findall(
        r'<th scope="row"><a href="(.+?)">(.+?)</a></th><td[^>]*>(.+?)</td>', made
    ) == [
        ("first.html", "Kazakhstan", "$5"),
        ("second.html", "Uzbekistan", "$5"),
    ]


def test_a_plan_without_a_lead_has_cards(tmp_path):
    write_front(tmp_path, "first", "story")
    made = index.write_index(tmp_path).read_text("utf-8")
    assert "<svg" not in made
    assert "<p>It rose.</p>" in made
    # Where it is current, what pages are made with is not even imported: that takes a second.
    code = (
        "import sys; from pathlib import Path; from pagemill.index import write_index;"
        f"write_index(Path({str(tmp_path)!r})); print('nbconvert' in sys.modules)"
    )
    assert python(code) == "False\n"


def test_a_drawing_of_a_page_edited_by_hand_brings_no_code_along(
    tmp_path,
):
    file = write_front(tmp_path, "first", "lead")
    html = file.read_text("utf-8")
    file.write_text(html.replace("<svg", '<svg onload="x()"', 1), "utf-8")
    assert "onload" not in index.write_index(tmp_path).read_text("utf-8")


def test_a_page_leads_home_and_to_its_neighbours():
    named = {"beside": "b Goods\nc <Cars>", "switch": "d <Here>\na Kazakhstan"}
    html = page(run=Run("a", "trade_growth", Path("x"), PARAMETERS, **named))
    head, side = re.findall(r"<nav .*?</nav>", html, re.DOTALL)
    assert re.findall('href="([^"]+)"', head) == ["index.html", "d.html"]
    assert "&lt;Here&gt;" in head
    # Where the reader is stands among the others, and is no link.
    assert '<b aria-current="page">Kazakhstan</b>' in head
    assert re.findall('href="([^#"]+)"', side) == ["b.html", "c.html"]
    assert "&lt;Cars&gt;" in side
    assert "sent alone" in side


def test_a_card_has_one_big_number(tmp_path):
    answer = display.answer("Up.", figure="$106.3bn", change="+12.1%")
    write(tmp_path, "a", shown(answer.html))
    html = index.write_index(tmp_path).read_text("utf-8")
    assert '<p class="big"><b>$106.3bn</b> <span>+12.1%</span></p>' in html
    assert Outline(html).open == []
