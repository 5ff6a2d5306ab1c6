"""Every paragraph of a notebook stands on its page, whatever its code shows."""

import dataclasses

import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from saved_pages import INPUTS, RUN, notebook

from pagemill import page, project


def shown(*cells: NotebookNode, silent_sections: str = "kept") -> list[str]:
    """The lines of text between the head and the foot of a page, without the code."""
    own = dataclasses.replace(project.current(), silent_sections=silent_sections)
    project.use(own)
    html = page.page(notebook(*cells), RUN, {"slug": "kaz", "inputs": INPUTS})
    soup = BeautifulSoup(html, "html.parser")
    for unread in soup.select("script, style, head, nav, footer, .skip, details.code"):
        unread.decompose()
    return [" ".join(text.split()) for text in soup.strings if text.strip()]


def printing(text: str, name: str = "stdout") -> NotebookNode:
    return new_code_cell("x", outputs=[new_output("stream", name=name, text=text)])


HEAD = new_markdown_cell("# Rain\n\nHow much fell?\n\nThree gauges were read.")
READ = ["How much fell?", "Rain", "Three gauges were read."]
METHOD = new_markdown_cell(
    "## Method\n\n- first reason\n\n> A quotation.\n\n|unit|\n|--|\n|mm|\n\n```\nplain\n```"
)
SAID = ["Method", "first reason", "A quotation.", "unit", "mm", "plain"]


def test_text_of_every_kind_stays_around_code_that_shows_nothing(waves):
    """Press P1: 16 texts of 10 public notebooks were not on their pages, a conclusion too."""
    more = new_markdown_cell("So winters are left out.")
    cells = [HEAD, METHOD, new_code_cell("a = 1"), more, printing("careful", "stderr")]
    assert shown(*cells) == [*READ, *SAID, "So winters are left out."]
    # What a project has left out is the text of sections whose code shows nothing.
    assert shown(*cells, silent_sections="left out") == READ


def test_a_section_is_silent_only_if_all_below_it_is(waves):
    towns, north, south = map(new_markdown_cell, ("## Towns", "### North", "### South"))
    cells = [HEAD, towns, north, new_code_cell("a = 1"), south, printing("9")]
    assert shown(*cells) == [*READ, "Towns", "North", "South", "9"]
    left = shown(*cells, silent_sections="left out")
    assert left == [*READ, "Towns", "South", "9"]


@pytest.mark.parametrize("source", ["", "\n\n"])
def test_an_empty_cell_at_the_end_is_no_code_that_shows_nothing(waves, source):
    end = new_markdown_cell("## Conclusion\n\nIt rained more.")
    cells = [HEAD, end, new_code_cell(source)]
    left = shown(*cells, silent_sections="left out")
    assert left == [*READ, "Conclusion", "It rained more."]


def test_a_notebook_needs_no_title_and_its_first_text_may_follow_code(waves):
    words = new_markdown_cell("Rain, told in one page.")
    assert shown(words, new_code_cell("a = 1"))[-1] == "Rain, told in one page."
    title = new_markdown_cell("# Rain")
    assert shown(title, new_code_cell("a = 1"), words) == ["Rain", words.source]


def test_raw_cells_that_a_page_can_show_are_shown(waves):
    raw = [
        new_raw_cell(f"Of {kind}.", metadata={"raw_mimetype": kind})
        for kind in ("", "text/html", "text/markdown")
    ]
    assert shown(HEAD, *raw) == [*READ, "Of .", "Of text/html.", "Of text/markdown."]
