"""The head of a page, what only its project knows of it, and what it says to programs."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from saved_pages import INPUTS, RUN, shown, usual, write, write_now

from pagemill import cites, display, index, linked, project, twin
from pagemill import page as render
from pagemill import plan as plans
from pagemill.index import read_card
from pagemill.pages import Page
from pagemill.provenance import from_html
from rounding.errors import ParameterError

BLOCK = {"slug": "kaz", "inputs": INPUTS, "data_date": ""}


def made(*things: object, title: str = "Heights") -> BeautifulSoup:
    run = dataclasses.replace(RUN, title=title)
    return BeautifulSoup(render.page(shown(*things), run, BLOCK), "html.parser")


@pytest.fixture
def findings(waves: Path) -> None:
    project.use(dataclasses.replace(project.current(), headline="finding"))


def test_a_page_is_headed_by_its_first_finding(findings):
    page = made(*usual(), *usual()[2:3])
    assert page.h1.get_text() == "The first is higher"
    # Said once to the eye; a screen reader is told what the drawing shows.
    first, second = page.select("figcaption .ct-title")
    assert "ct-unseen" in first["class"]
    assert "ct-unseen" not in second["class"]
    assert first.get_text() == "The first is higher"
    # Everywhere else it goes by its title.
    assert page.title.get_text() == "Heights"
    run = dataclasses.replace(RUN, title="Heights")
    record = from_html(render.page(shown(*usual()), run, BLOCK))
    assert record is not None
    card = read_card("kaz", Page(record=record))
    assert card is not None
    assert card.title == "Heights"


def test_without_a_figure_or_the_setting_the_title_stays(waves):
    page = made(*usual())
    assert page.h1.get_text() == "Heights"
    assert not page.select(".ct-unseen")
    # Where nobody has given one, the finding is the title.
    page = made(*usual(), title="")
    assert page.h1.get_text() == page.title.get_text() == "The first is higher"
    assert page.select(".ct-unseen")
    project.use(dataclasses.replace(project.current(), headline="finding"))
    assert made("Words.").h1.get_text() == "Heights"
    assert made("Words.", title="").h1.get_text() == "Trade"


def test_who_asks_something_else_is_not_among_them(root):
    from catrade.project import PROJECT

    project.use(PROJECT)
    runs = plans.load_plan(root / plans.PLAN).named
    dossiers = runs["country-dossier-kaz"].switch
    assert "country-dossier-uzb Uzbekistan" in dossiers.splitlines()
    # Kazakhstan's trade with Uzbekistan is another question.
    assert "country-dossier-uzb-kaz" not in dossiers
    # What no parameter says of a page the plan does: Kyrgyzstan's leads to transit, and back.
    assert "transit Transit through Kyrgyzstan" in runs["country-dossier-kgz"].beside
    assert "transit" not in runs["country-dossier-kaz"].beside
    assert "country-dossier-kgz Countries" in runs["transit"].beside.splitlines()


def test_a_page_and_the_index_say_what_their_project_does(waves, tmp_path):
    own = dataclasses.replace(
        project.current(),
        licence="CC BY 4.0 <Wellen>",
        promise="Alles gerechnet.",
        filters=("Waves",),
    )
    project.use(own)
    page = write_now(waves, tmp_path / "wave-3.html", *usual())
    assert "<dd>CC BY 4.0 &lt;Wellen&gt;</dd>" in page
    assert "<dd>Alles gerechnet.</dd>" in page
    index.write_index(tmp_path)
    listed = (tmp_path / "index.html").read_text("utf-8")
    assert "CC BY 4.0 &lt;Wellen&gt;" in listed
    # Each of the project's filters, then the topic.
    assert 'data-filter-0="3" data-filter-1="Waves"' in listed


def test_who_vouches_for_a_source_is_the_project_s_to_say(waves):
    table = pd.DataFrame(
        {
            "source_id": ["blog", "office"],
            "publisher": ["Ann (copy of Office)", "Office"],
            "title": ["Heights", "Heights"],
            "published": ["2026", "2026"],
            "kind": ["web", "law"],
        }
    )
    assert cites.sources("blog", "office", table=table)._repr_html_().count("<ol") == 1
    own = dataclasses.replace(
        project.current(),
        groups=("Law", "Web"),
        authority=lambda row: 0 if row["kind"] == "law" else 1,
        issuer=lambda who: ("Office", "Ann") if "copy" in who else (who, ""),
    )
    project.use(own)
    listed = str(cites.sources("blog", "office", table=table)._repr_html_())
    assert listed.index(">Law<") < listed.index("source-office") < listed.index(">Web<")
    assert "read from the copy of Ann" in listed


def graph(html: str) -> list[dict[str, Any]]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    told = json.loads(text)
    assert told["@context"] == "https://schema.org"
    return list(told["@graph"])


def test_a_notebook_adds_records_of_its_own(waves, tmp_path):
    review = {
        "@type": "ClaimReview",
        "url": "#claims",
        "claimReviewed": "</script><script>alert(1)</script>",
    }
    html = write(tmp_path / "kaz.html", "Words.", display.linked(review)).text
    assert "<script>alert" not in html
    (own,) = graph(html)
    assert own == {**review, "url": "kaz.html#claims"}
    # Nothing is seen of them.
    assert "claimReviewed" not in html.partition("<body")[2]


@pytest.mark.parametrize("record", [{}, {"name": "a"}, {"@type": ""}])
def test_a_record_without_a_type_is_refused(record):
    with pytest.raises(ParameterError, match="needs its '@type'"):
        linked.linked(record)


def test_the_twin_says_what_the_page_says(waves, tmp_path):
    frame = pd.DataFrame({"wave": ["a | b", "c"], "height": [1.5, 2.25]})
    more = display.folded("More", "Words & numbers.")
    page = write(
        tmp_path / "kaz.html",
        *usual(),
        display.table(frame, "Heights"),
        more,
        "- one\n- *two* of [three](other.html)\n\n1. first",
    )
    text = twin.twin(page.text)
    assert text.startswith("# The first is higher\n\nThe first wave is 48.75 high.\n")
    assert "\n## The waves\n\nThe first is four times the second.\n" in text
    assert "\n**Figure 1 The first is higher**\n" in text
    assert "\nTwo bars: the first wave is 48.75 high, the second 12.5.\n" in text
    assert "| wave | height |\n| --- | --- |\n| a \\| b | 1.50 |\n| c | 2.25 |" in text
    assert "\n**More**\n\nWords & numbers.\n" in text
    assert "\n- one\n- *two* of [three](other.html)\n\n1. first\n" in text
    question = "<header><p>Why?</p><h1>Rain</h1></header>"
    assert twin.twin(question) == "# Rain\n\nWhy?\n"
    for word in ("<svg", "<td", "CSV", "show()", "data:"):
        assert word not in text


def test_the_twin_of_a_long_table_says_what_is_left_out():
    rows = "".join(f"<tr><td>{number}</td></tr>" for number in range(130))
    head = "<thead><tr><th>n</th></tr></thead>"
    html = f"<article><table>{head}<tbody>{rows}</tbody></table></article>"
    lines = twin.twin(html).splitlines()
    assert lines[2:4] == ["| 0 |", "| 1 |"]
    assert lines[-2:] == ["| 99 |", "| 30 more rows are on the page. |"]


def test_a_folder_lists_its_pages_with_their_answers(waves, tmp_path):
    for slug, answer in (("a", "It rains & <pours>."), ("b", "It snows.")):
        run = dataclasses.replace(RUN, slug=slug)
        block = {"slug": slug, "inputs": INPUTS, "data_date": ""}
        made = shown(display.answer(answer), head=f"# {slug} [b](c)")
        (tmp_path / f"{slug}.html").write_text(render.page(made, run, block), "utf-8")
    index.write_index(tmp_path, ["a", "b"])
    text = (tmp_path / "llms.txt").read_text("utf-8")
    head, section = text.split("\n## ")
    assert re.match(r"# .+\n\n> .+", head)
    assert section.splitlines()[2:] == [
        "- [a b](a.html.md): It rains & \\<pours>.",
        "- [b b](b.html.md): It snows.",
    ]


def test_a_page_with_data_is_a_dataset_that_says_where_it_stands(waves):
    own = {"creator": "The harbour <office>", "licence": "CC BY"}
    project.use(dataclasses.replace(project.current(), **own))
    chart = usual()[2]
    block = {"slug": "kaz", "inputs": INPUTS, "data_date": "2026-10-10"}
    html = render.page(shown(chart), RUN, block)
    (dataset,) = graph(html)
    # As https://schema.org/Dataset has it, and search engines ask for it.
    assert dataset == {
        "@type": "Dataset",
        "name": "Trade",
        "description": "Sines, as many as you like.",
        "inLanguage": "en",
        "dateModified": "2026-10-10",
        "creator": {"@type": "Organization", "name": "The harbour <office>"},
        "license": {"@type": "CreativeWork", "description": "CC BY"},
        "distribution": [
            {
                "@type": "DataDownload",
                "name": "The first is higher",
                "contentUrl": "kaz.html#bars",
                "encodingFormat": "text/csv",
            }
        ],
    }
    # Nothing of the page names another file; without data it is no `Dataset`.
    assert "<link" not in html
    assert graph(render.page(shown("Words."), RUN, block)) == []
    cited = re.search(r'<dd id="cite"[^>]*>(.*?)</dd>', html)
    assert cited
    begun = "The harbour &lt;office&gt;: “Trade”. Figures to 10 October 2026. Made with waves"
    assert cited[1] == f"{begun}."
