"""What pages say to programs: schema.org records, Markdown twins, the list of pages.

Records are held against schema.org, the list against llmstxt.org.
"""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import jsonschema
import nbformat
import pandas as pd
import pytest
from saved_pages import INPUTS, RUN, shown, usual, write
from schemas import DATASET

from pagemill import display, index, linked, project, twin
from pagemill import page as render
from rounding.errors import ParameterError


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


@pytest.mark.parametrize("told", ["words", 3, ["words"], [{"name": "a"}], None])
def test_what_is_no_record_is_passed_over(told):
    output = nbformat.v4.new_output("display_data", data={linked.KIND: told})
    cell = nbformat.v4.new_code_cell("x", outputs=[output])
    assert list(linked.linked_records([cell])) == []


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
        page = {**INPUTS["page"], "address": "https://a.example/waves/"}
        block = {"slug": slug, "inputs": {**INPUTS, "page": page}, "data_date": ""}
        made = shown(display.answer(answer), head=f"# {slug} [b](c)")
        (tmp_path / f"{slug}.html").write_text(render.page(made, run, block), "utf-8")
    index.write_index(tmp_path, ["a", "b"])
    text = (tmp_path / "llms.txt").read_text("utf-8")
    head, section = text.split("\n## ")
    assert re.match(r"# .+\n\n> .+", head)
    assert section.splitlines()[2:] == [
        "- [a b](https://a.example/waves/a.html.md): It rains & \\<pours>.",
        "- [b b](https://a.example/waves/b.html.md): It snows.",
    ]


def test_a_page_with_data_is_a_dataset_that_says_where_it_stands(waves):
    own = {"creator": "The harbour <office>", "licence": "CC BY"}
    project.use(dataclasses.replace(project.current(), **own))
    run = dataclasses.replace(RUN, address="https://a.example/waves/")
    chart = usual()[2]
    block = {"slug": "kaz", "inputs": INPUTS, "data_date": "2026-10-10"}
    html = render.page(shown(chart), run, block)
    (dataset,) = graph(html)
    jsonschema.validate(dataset, DATASET)
    own = "https://a.example/waves/kaz.html"
    assert dataset["url"] == own
    assert dataset["dateModified"] == "2026-10-10"
    assert dataset["creator"]["name"] == "The harbour <office>"
    assert dataset["license"]["description"] == "CC BY"
    (part,) = dataset["distribution"]
    assert (part["name"], part["contentUrl"]) == ("The first is higher", f"{own}#bars")
    assert f'<link rel="canonical" href="{own}">' in html
    assert f'<link rel="alternate" type="text/markdown" href="{own}.md">' in html
    # Without an address nothing of the page names another file; without data it is no `Dataset`.
    plain = render.page(shown(chart), RUN, {**block, "data_date": ""})
    assert "<link" not in plain
    assert not {"url", "dateModified"} & {*graph(plain)[0]}
    assert graph(render.page(shown("Words."), RUN, block)) == []
    cited = re.search(r'<dd id="cite"[^>]*>(.*?)</dd>', html)
    assert cited
    begun = "The harbour &lt;office&gt;: “Trade”. Figures to 10 October 2026. Made with waves"
    assert cited[1].startswith(begun)
    assert cited[1].endswith(f". {own}")
