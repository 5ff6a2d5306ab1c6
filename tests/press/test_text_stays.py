"""Every paragraph of a notebook stands on its page, whatever its code shows."""

import dataclasses
import re

import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell
from saved_pages import INPUTS, RUN, notebook

from pagemill import page, project

Cells = list[NotebookNode]
HEAD = "# Rain in five towns\n\nHow much rain fell?\n\nThree gauges were read."
#: Notebooks as people write them: a name, cells (`$` is code, `=>` what it printed), and last the
#: texts that only a silent section has.
WRITTEN = """\
an empty last cell
--
HEAD
--
$x => 12
--
## Conclusion

It rained more.
--
$
====
a last cell of blanks
--
HEAD
--
## Conclusion

It rained more.
--
$


====
an import under its heading
--
HEAD
--
## Set-up

Pandas reads the gauges.
--
$import pandas
--
## Result

One town is dry.
--
$x => 0
--
silent: Set-up; Pandas reads the gauges.
====
an argument between two assignments
--
HEAD
--
## Method

A gauge may freeze.
--
$a = 1
--
So winters are left out.

- first reason
- second reason
--
$b = 2
--
> A quotation of the office.
--
silent: Method; A gauge may freeze.; So winters are left out.; first reason; second reason;
 A quotation of the office.
====
levels within each other
--
HEAD
--
## Towns

All five.
--
$x => 5
--
### North

Of the north nothing is drawn.
--
$north = 1
--
#### Hills

Nor of the hills.
--
$hills = 1
--
### South

The south is wet.
--
$y => 9
--
silent: North; Of the north nothing is drawn.; Hills; Nor of the hills.
====
only warnings
--
HEAD
--
## Doubts

Two values are missing.
--
$warn() => careful
--
silent: Doubts; Two values are missing.
====
no title
--
Rain, told in one page.
--
$a = 1
--
## End

That is all.
====
a title alone, then code
--
# Rain
--
$a = 1
--
The first words.
--
$
====
text after the last silent cell
--
HEAD
--
## Data

From the office.
--
$a = 1
--
Read twice.

1. once by hand
2. once by machine
--
silent: Data; From the office.; Read twice.; once by hand; once by machine
====
a table and code in text
--
HEAD
--
## Units

| unit | of |
|---|---|
| mm | rain |

```
plain
```
--
$a = 1
--
silent: Units; unit; of; mm; rain; plain
====
raw cells
--
HEAD
--
raw : A line of no format.
--
raw text/html: Of HTML.
--
raw text/markdown: Of Markdown.
====
a rule above and below
--
---
Note: dry
---
--
More.
====
headings that follow each other
--
HEAD
--
## One
--
## Two

Words of two.
--
$a
--
## Three
--
silent: Two; Words of two."""


def cell(text: str) -> NotebookNode:
    """A cell as it stands above; one that warns writes to the error stream, which no page shows."""
    if text.startswith("raw "):
        kind, _, source = text.removeprefix("raw ").partition(": ")
        return new_raw_cell(source, metadata={"raw_mimetype": kind})
    if not text.startswith("$"):
        return new_markdown_cell(text.replace("HEAD", HEAD))
    source, _, printed = text[1:].partition(" => ")
    name = "stderr" if source == "warn()" else "stdout"
    outputs = [new_output("stream", name=name, text=printed)] if printed else []
    return new_code_cell(source, outputs=outputs)


def written() -> dict[str, tuple[Cells, set[str]]]:
    """Each notebook by its name, with the texts that only a silent section has."""
    notebooks = {}
    for block in WRITTEN.split("\n====\n"):
        head, _, silent = block.replace(";\n", ";").partition("\n--\nsilent: ")
        name, *texts = head.split("\n--\n")
        told = {text.strip() for text in silent.split(";") if text}
        notebooks[name] = [cell(text) for text in texts], told
    return notebooks


NOTEBOOKS = written()
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
    own = dataclasses.replace(project.current(), silent_sections=silent_sections)
    project.use(own)
    html = page.page(notebook(*cells), RUN, {"slug": "kaz", "inputs": INPUTS})
    soup = BeautifulSoup(html, "html.parser")
    for unread in soup.select("script, style, head, details.contents, footer"):
        unread.decompose()
    return {" ".join(text.split()) for text in soup.strings}


@pytest.mark.parametrize("kind", NOTEBOOKS)
def test_no_paragraph_is_lost_but_what_a_project_has_left_out(waves, kind):
    """Press P1: 16 texts of 10 public notebooks were not on their pages, a conclusion too."""
    cells, silent = NOTEBOOKS[kind]
    assert len(paragraphs(cells)) > 1
    assert project.Project("tides", {}).silent_sections == "kept"
    assert paragraphs(cells) - shown(cells, "kept") == set()
    assert paragraphs(cells) - shown(cells, "left out") == silent
