"""Every paragraph of a notebook stands on its page, whatever its code shows."""

import dataclasses
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from saved_pages import notebook

from pagemill import page, project
from pagemill.plan import Run

Cells = list[NotebookNode]


def text(source: str) -> NotebookNode:
    return new_markdown_cell(source)


def code(source: str, shown: str = "") -> NotebookNode:
    """A cell that printed something, or nothing."""
    outputs = [new_output("stream", text=shown)] if shown else []
    return new_code_cell(source, outputs=outputs)


def warned() -> NotebookNode:
    """A cell that wrote to the error stream only, which no page shows."""
    complaint = new_output("stream", name="stderr", text="careful")
    return new_code_cell("warn()", outputs=[complaint])


HEAD = text("# Rain in five towns\n\nHow much rain fell?\n\nThree gauges were read.")
#: Notebooks as people write them: cells, and the texts that only a silent section has.
NOTEBOOKS: dict[str, tuple[Cells, set[str]]] = {
    "an empty last cell": (
        [HEAD, code("x", "12"), text("## Conclusion\n\nIt rained more."), code("")],
        set(),
    ),
    "a last cell of blanks": (
        [HEAD, text("## Conclusion\n\nIt rained more."), code(" \n\n")],
        set(),
    ),
    "an import under its heading": (
        [
            HEAD,
            text("## Set-up\n\nPandas reads the gauges."),
            code("import pandas"),
            text("## Result\n\nOne town is dry."),
            code("x", "0"),
        ],
        {"Set-up", "Pandas reads the gauges."},
    ),
    "an argument between two assignments": (
        [
            HEAD,
            text("## Method\n\nA gauge may freeze."),
            code("a = 1"),
            text("So winters are left out.\n\n- first reason\n- second reason"),
            code("b = 2"),
            text("> A quotation of the office."),
        ],
        {
            "Method",
            "A gauge may freeze.",
            "So winters are left out.",
            "first reason",
            "second reason",
            "A quotation of the office.",
        },
    ),
    "levels within each other": (
        [
            HEAD,
            text("## Towns\n\nAll five."),
            code("x", "5"),
            text("### North\n\nOf the north nothing is drawn."),
            code("north = 1"),
            text("#### Hills\n\nNor of the hills."),
            code("hills = 1"),
            text("### South\n\nThe south is wet."),
            code("y", "9"),
        ],
        {
            "North",
            "Of the north nothing is drawn.",
            "Hills",
            "Nor of the hills.",
        },
    ),
    "only warnings": (
        [HEAD, text("## Doubts\n\nTwo values are missing."), warned()],
        {"Doubts", "Two values are missing."},
    ),
    "no title": (
        [
            text("Rain, told in one page."),
            code("a = 1"),
            text("## End\n\nThat is all."),
        ],
        set(),
    ),
    "a title alone, then code": (
        [text("# Rain"), code("a = 1"), text("The first words."), code("")],
        set(),
    ),
    "text after the last silent cell": (
        [
            HEAD,
            text("## Data\n\nFrom the office."),
            code("a = 1"),
            text("Read twice.\n\n1. once by hand\n2. once by machine"),
        ],
        {"Data", "From the office.", "Read twice.", "once by hand", "once by machine"},
    ),
    "a table and code in text": (
        [
            HEAD,
            text(
                "## Units\n\n| unit | of |\n|---|---|\n| mm | rain |\n\n```\nplain\n```"
            ),
            code("a = 1"),
        ],
        {"Units", "unit", "of", "mm", "rain", "plain"},
    ),
    "raw cells": (
        [
            HEAD,
            new_raw_cell("A line of no format."),
            new_raw_cell("Of HTML.", metadata={"format": "text/html"}),
            new_raw_cell("Of Markdown.", metadata={"raw_mimetype": "text/markdown"}),
        ],
        set(),
    ),
    "a rule above and below": ([text("---\nNote: dry\n---"), text("More.")], set()),
    "headings that follow each other": (
        [
            HEAD,
            text("## One"),
            text("## Two\n\nWords of two."),
            code("a"),
            text("## Three"),
        ],
        {"Two", "Words of two."},
    ),
}
#: What a reader of Markdown takes for a paragraph: without the signs that only format.
_SIGNS = re.compile(r"^(?:#{1,6}|[-*>]|\d+\.)\s+", re.MULTILINE)


def paragraphs(cells: Cells) -> set[str]:
    """Every line of text of a notebook, the cells of tables one by one."""
    lines: set[str] = set()
    for cell in cells:
        if cell.cell_type != "code":
            source = _SIGNS.sub("", cell.source)
            for line in source.splitlines():
                lines.update(part.strip() for part in line.split("|"))
    return {line for line in lines if line.strip("-` ")}


def shown(cells: Cells, silent_sections: str) -> set[str]:
    """Every piece of text between two tags of the page, its title among them."""
    waves = dataclasses.replace(project.current(), silent_sections=silent_sections)
    project.use(waves)
    run = Run("rain", "wave", Path("notebooks/wave.ipynb"), {"number": 3})
    inputs = {
        "notebook": {"name": "wave", "sha256": "a"},
        "library": {"sha256": "b"},
        "template": {"sha256": "c"},
        "tables": {},
    }
    html = page.page(notebook(*cells), run, {"slug": "rain", "inputs": inputs})
    soup = BeautifulSoup(html, "html.parser")
    for unread in soup.select("script, style, head, details.contents, footer"):
        unread.decompose()
    return {" ".join(text.split()) for text in soup.strings}


@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_no_paragraph_of_a_notebook_is_lost(waves, kind):
    """Press P1: 16 texts of 10 public notebooks were not on their pages, a conclusion too."""
    cells, _ = NOTEBOOKS[kind]
    assert len(paragraphs(cells)) > 1
    assert paragraphs(cells) - shown(cells, "kept") == set()


@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_a_project_may_have_silent_sections_left_out(waves, kind):
    cells, silent = NOTEBOOKS[kind]
    assert paragraphs(cells) - shown(cells, "left out") == silent


def test_a_project_that_says_nothing_has_its_text_kept():
    assert project.Project("tides", {}).silent_sections == "kept"
