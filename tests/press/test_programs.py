"""What pages say to programs: schema.org records, Markdown twins, the list of pages, feeds.

Feeds and the list are held against RFC 4287, jsonfeed.org and llmstxt.org, records against
schema.org.
"""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import nbformat
import pandas as pd
import pytest
from saved_pages import INPUTS, RUN, shown, usual, write
from schemas import DATASET, FEED

from pagemill import display, edition, index, linked, pages, project, twin
from pagemill import page as render
from rounding.errors import ParameterError

ATOM = "{http://www.w3.org/2005/Atom}"
ADDRESS_OF = {"page": {**INPUTS["page"], "address": "https://a.example/waves/"}}
NOW = "2026-11-30T05:00:00Z"


def graph(html: str) -> list[dict[str, Any]]:
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    told = json.loads(text)
    assert told["@context"] == "https://schema.org"
    return list(told["@graph"])


def test_a_page_with_data_is_a_dataset(waves, tmp_path):
    (dataset,) = graph(write(tmp_path / "kaz.html", *usual()).text)
    jsonschema.validate(dataset, DATASET)
    assert dataset["description"] == "The first wave is 48.75 high."
    parts = [(part["name"], part["contentUrl"]) for part in dataset["distribution"]]
    assert parts[0] == ("The first is higher", "kaz.html#bars")
    names = [variable["name"] for variable in dataset["variableMeasured"]]
    assert names == ["wave", "height"]
    # What the plan does not say is not there: no address, no day.
    assert not {"url", "dateModified"} & {*dataset}


def test_a_table_names_its_columns_and_the_project_their_units(waves, tmp_path):
    told = {"height": {"unitText": "metres"}}
    project.use(
        dataclasses.replace(
            project.current(),
            describe=lambda column: told.get(column, {}),
            creator="The harbour <office>",
            licence="CC BY",
        )
    )
    frame = pd.DataFrame({"height": [1.5], "source_id": ["a"]})
    table = display.table(frame, "Waves & more", columns={"height": "Height, m"})
    (dataset,) = graph(write(tmp_path / "kaz.html", table).text)
    jsonschema.validate(dataset, DATASET)
    assert dataset["variableMeasured"][0] == {
        "@type": "PropertyValue",
        "name": "height",
        "description": "Height, m",
        "unitText": "metres",
    }
    assert dataset["distribution"][0]["name"] == "Waves & more"
    assert dataset["creator"]["name"] == "The harbour <office>"
    assert dataset["license"]["description"] == "CC BY"


def test_a_page_without_data_is_a_report(waves, tmp_path):
    (record,) = graph(write(tmp_path / "kaz.html", "## Words alone").text)
    assert record["@type"] == "Report"
    assert "distribution" not in record


def test_a_notebook_adds_records_of_its_own(waves, tmp_path):
    review = {
        "@type": "ClaimReview",
        "url": "#claims",
        "claimReviewed": "</script><script>alert(1)</script>",
    }
    html = write(tmp_path / "kaz.html", "Words.", display.linked(review)).text
    assert "<script>alert" not in html
    own = graph(html)[1]
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


def folder(place: Path, **answers: str) -> list[index.Card]:
    """Cards of a folder with a page for each answer."""
    for slug, answer in answers.items():
        run = dataclasses.replace(RUN, slug=slug)
        block = {"slug": slug, "inputs": {**INPUTS, **ADDRESS_OF}, "data_date": ""}
        made = shown(
            display.answer(answer) if answer else "Words.", head=f"# {slug} <b>"
        )
        html = render.page(made, run, block)
        (place / f"{slug}.html").write_text(html, "utf-8")
    return index.read_cards(place, list(answers))


def test_a_feed_tells_of_answers_that_changed(waves, tmp_path):
    first = edition.next_edition(
        edition.Edition(), folder(tmp_path, a="It rains.", b="Wind.", c=""), NOW
    )
    assert [change.slug for change in first.changes] == ["a", "b"]
    # Nothing new: the same edition, whatever the clock says.
    again = edition.next_edition(first, folder(tmp_path, a="It rains.", b="Wind."), "x")
    assert again.changes == first.changes
    later = NOW.replace("11-30", "12-31")
    cards = folder(tmp_path, a="It snows.", b="Wind.")
    second = edition.next_edition(first, cards, later)
    newest = second.changes[0]
    assert (newest.slug, newest.before, newest.noted) == ("a", "It rains.", later)
    assert second.changes[1:] == first.changes
    assert newest.id != first.changes[0].id  # a reader shows it anew


def test_what_a_folder_says_is_read_by_readers(waves, tmp_path):
    folder(tmp_path, a="It rains & <pours>.", b="")
    index.write_index(tmp_path, ["a", "b"])
    folder(tmp_path, a="It snows.")
    index.write_index(tmp_path, ["a", "b"])
    feed = json.loads((tmp_path / "feed.json").read_text("utf-8"))
    jsonschema.validate(feed, FEED)
    assert [item["content_text"] for item in feed["items"]] == [
        "It snows.\n\nBefore: It rains & <pours>.",
        "It rains & <pours>.",
    ]
    assert len({item["id"] for item in feed["items"]}) == 2
    assert feed["items"][0]["url"] == "https://a.example/waves/a.html"
    atom = ElementTree.parse(tmp_path / "feed.xml").getroot()
    assert atom.tag == f"{ATOM}feed"
    entries = atom.findall(f"{ATOM}entry")
    for part in [atom, *entries]:  # RFC 4287, 4.1.1 and 4.1.2
        for name in ("id", "title", "updated"):
            (element,) = part.findall(f"{ATOM}{name}")
            assert element.text
    assert atom.find(f"{ATOM}author/{ATOM}name") is not None
    for entry, item in zip(entries, feed["items"], strict=True):
        text = entry.findtext(f"{ATOM}content") or entry.findtext(f"{ATOM}summary")
        assert text == item["content_text"]
        assert entry.findtext(f"{ATOM}id") == item["id"]
        assert entry.findtext(f"{ATOM}updated") == item["date_modified"]
    head, *sections = (tmp_path / "llms.txt").read_text("utf-8").split("\n## ")
    assert re.match(r"# .+\n\n> .+", head)
    lines = [line for section in sections for line in section.splitlines()[2:]]
    links = [re.fullmatch(r"- \[([^]]+)\]\((\S+)\)(: .+)?", line) for line in lines]
    there = [link[2] for link in links if link]
    assert there == [f"https://a.example/waves/{slug}.html.md" for slug in "ab"]


def test_without_an_address_there_is_no_feed(waves, tmp_path):
    write(tmp_path / "kaz.html", display.answer("It rains."))
    index.write_index(tmp_path)
    assert pages.look(tmp_path)
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {"kaz.html", "index.html", "llms.txt", "edition.json"}
    # What anybody may have written in the record's place is no edition.
    (tmp_path / "edition.json").write_text("[1]", "utf-8")
    assert edition.read_edition(tmp_path) == edition.Edition()
    (tmp_path / "edition.json").unlink()
    index.write_index(tmp_path)
    assert edition.read_edition(tmp_path).answers == {"kaz": "It rains."}


def test_a_page_with_an_address_says_so(waves):
    run = dataclasses.replace(RUN, address="https://a.example/waves/")
    chart = usual()[2]
    block = {"slug": "kaz", "inputs": INPUTS, "data_date": "2026-10-10"}
    html = render.page(shown(chart), run, block)
    (dataset,) = graph(html)
    jsonschema.validate(dataset, DATASET)
    own = "https://a.example/waves/kaz.html"
    assert dataset["url"] == own
    assert dataset["dateModified"] == "2026-10-10"
    assert dataset["distribution"][0]["contentUrl"] == f"{own}#bars"
    assert f'<link rel="canonical" href="{own}">' in html
    assert f'<link rel="alternate" type="text/markdown" href="{own}.md">' in html
    # Without an address nothing of the page names another file.
    assert "<link" not in render.page(shown(chart), RUN, block)
    cited = re.search(r'<dd id="cite"[^>]*>(.*?)</dd>', html)
    assert cited
    assert cited[1].startswith("“Trade”. Figures to 10 October 2026. Made with waves")
    assert cited[1].endswith(f". {own}")
