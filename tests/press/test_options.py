"""What authors say of a cell in Quarto's words, and raw cells: obeyed or named, never lost."""

import base64

import nbformat
import pytest
from fetch_files import cases
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from saved_pages import notebook, output

from pagemill import article

PNG = base64.b64encode(b"\x89PNG").decode()


def read(*cells: nbformat.NotebookNode) -> article.Article:
    return article.read(notebook(*cells), None, "made", "left out")


def printed(source: str) -> nbformat.NotebookNode:
    return new_code_cell(source, outputs=[new_output("stream", text="shown")])


def drawn(source: str) -> nbformat.NotebookNode:
    return new_code_cell(source, outputs=[output(image__png=PNG)])


#: Options, and what they leave of a cell.
OPTIONS = """
include: false |
echo: false | shown
output: false | source()
results: "hide" | source()
echo: true | source() shown
label: fig-rain; warning: false | source() shown
"""


@pytest.mark.parametrize(("options", "left"), cases(OPTIONS))
def test_options_of_quarto_are_obeyed(options, left):
    """Press P4: what was not to be included stood on the page, and its options too."""
    lines = options.replace("; ", "\n#| ")
    made = read(printed(f"#| {lines}\nsource()"))
    assert [word for word in ("source()", "shown") if word in made.body] == left.split()
    assert "#|" not in made.body
    assert made.lost == []


def test_a_picture_has_the_words_that_quarto_gives_it():
    made = read(drawn("#| fig-alt: Two bars.\n#| fig-cap: Rain & snow\ndraw()"))
    assert 'alt="Two bars."><figcaption>' in made.body
    assert "Figure 1 </span>Rain &amp; snow</figcaption>" in made.body
    assert made.lost == []
    # What has no figure has its words above it.
    made = read(printed("#| tbl-cap: Rain by month\nshow()"))
    assert "<p>Rain by month</p>\n<pre>shown</pre>" in made.body


def test_what_is_not_obeyed_is_named():
    made = read(printed("#| eval: false\n#| fig-width: 9\nshow()"))
    ran, wide = made.lost
    assert ran.startswith("cells have run that Quarto would not run")
    assert wide.startswith("the option `#| fig-width` is not obeyed, in the cells that")
    assert wide.endswith("that begin 'show()': no page has it")


def test_a_head_of_quarto_is_a_title_and_text():
    """`title: A Quarto title format: html` was a heading."""
    head = (
        "---\ntitle: Rain in towns\nsubtitle: How much fell?\nauthor:\n  - name: A. Day"
        "\n  - B. Night\nformat: html\n---\n\nThe first words."
    )
    for cell in (new_markdown_cell(head), new_raw_cell(head)):
        made = read(cell)
        assert (made.title, made.question) == ("Rain in towns", "How much fell?")
        assert made.body == "<p>A. Day, B. Night</p>\n<p>The first words.</p>"
        assert made.lost == [
            "what the notebook's head says of format is not obeyed: no page has it"
        ]


def test_raw_cells_of_a_page_are_shown_and_others_named():
    """Press P2: nbconvert shows them."""
    made = read(
        new_raw_cell(
            "<b>bold</b><script>x()</script>", metadata={"format": "text/html"}
        ),
        new_raw_cell("plain"),
        new_raw_cell("\\LaTeX", metadata={"format": "text/latex"}),
    )
    assert made.body == "<b>bold</b>\n<p>plain</p>"
    run, latex = made.lost
    assert "<script>" in run
    assert latex.startswith("raw cells of text/latex are left out")
