"""Turn an executed notebook into one self-contained HTML page, with our own nbconvert template."""

from __future__ import annotations

import base64
import copy
import functools
import hashlib
import html
import itertools
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from pagemill import formats, inert, provenance
from pagemill.errors import ReportError
from pagemill.htmlparts import LAB_CLOSE, LAB_OPEN, TEMPLATES, curled, fill
from pagemill.params import chips as chips_of
from pagemill.plan import Run
from pagemill.project import current

if TYPE_CHECKING:
    from nbformat import NotebookNode

_ANSWER = re.compile(r'<p class="(?:ct-)?answer"([^>]*)>(.*?)</p>', re.DOTALL)
# What an answer says for other places than its own, such as the card on the index page.
_SAID = re.compile(r'\bdata-ct-(\w+)="([^"]*)"')
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_HEADING = re.compile(r"\s*(#{2,6})\s")
# A paragraph that only says in JupyterLab that there is nothing to show.
_NOTHING = re.compile(r'<p class="ct-none"[^>]*>.*?</p>', re.DOTALL)
_SHOWS = re.compile(r"<(?:img|svg|hr|input)\b")
_CITES = re.compile(r'<span class="ct-cites" data-ct-sources="([^"]*)"></span>')
# Patterns begin with plain text: that is found much faster in outputs of a megabyte.
_SOURCE_ID = re.compile(r'id="source-([^"]+)"')
_ID = re.compile(r'id="([^"]+)"')
_TAG = re.compile(r"<[^>]+>")
_BARE_TABLE = re.compile(r'<table\b(?<!overflow-x:auto"><table).*?</table>', re.DOTALL)
_CAPTION = re.compile(r"<(fig)?caption\b[^>]*>")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
# Styles in outputs are for JupyterLab, or would apply to the whole page.
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
# Names, operators, brackets: half the weight of highlighted code, and without a colour of theirs.
_UNSTYLED = re.compile(r'<span class="(?:n[a-z]?|o|p|w)">([^<]*)</span>')


@dataclass
class Page:
    """What the template needs beside the cells."""

    title: str
    topic: str
    question: Markup
    answer: Markup
    finding: str
    chips: list[tuple[str, str]]
    contents: list[tuple[str, Markup]]
    data_date: str
    command: str
    provenance: dict[str, Any]
    made_with: str = field(default_factory=lambda: f"{current().name} {current().version}")
    library: str = field(default_factory=lambda: current().name)
    blocks: list[Block] = field(default_factory=list)

    @property
    def json(self) -> Markup:
        """The provenance block."""
        return Markup(provenance.to_json(self.provenance))


@dataclass
class Block:
    """A piece of the article: text, or the code that was run and what it showed."""

    text: Markup | None = None
    code: list[Markup] = field(default_factory=list)
    outputs: list[Markup] = field(default_factory=list)


def page(notebook: NotebookNode, run: Run, block: dict[str, Any]) -> str:
    """Return the HTML page of an executed notebook.

    Parameters
    ----------
    notebook
        Executed notebook.
    run
        The run that it is the result of.
    block
        Provenance block; the page's title, finding and parameters are added to it.

    Returns
    -------
    str
        The same inputs give the same bytes: no clock, random id, path or user name.

    Raises
    ------
    ReportError
        If an output has a picture without text alternative, or would run code or load something
        from another host.
    """
    text = Text(_ids(notebook))
    title, question, cells = _head(with_content(notebook.cells), text)
    blocks = _blocks(cells, text)
    answer, said = _lift_answer(blocks)
    _number(blocks)
    _cite(blocks)
    for made in blocks:
        made.text = made.text and _typeset(made.text)
        made.outputs = [_typeset(output) for output in made.outputs]
    answer, question = _typeset(answer), _typeset(question)
    text.contents = [(name, _typeset(heading)) for name, heading in text.contents]
    chips = chips_of(run.notebook, dict(run.parameters))
    title = run.title or title or run.slug
    finding = plain(answer)
    block = {**block, "title": title, "topic": run.topic, "finding": finding, "chips": chips}
    block |= {"card": said} if said else {}
    head = Page(
        title=title,
        topic=run.topic,
        question=Markup.escape(asked) if (asked := said.pop("question", "")) else question,
        answer=answer,
        finding=finding,
        chips=chips,
        contents=text.contents,
        data_date=day(block.get("data_date", "")),
        command=command(run),
        provenance=block,
        blocks=blocks,
    )
    return fill("index.html.j2", resources=frame("script.js", page=head)) + "\n"


def frame(script: str, **values: Any) -> dict[str, Any]:
    """Return what our templates share: style, script, and the policy that allows only these."""
    style = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    code = (TEMPLATES / script).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    return {**values, "style": Markup(style), "script": Markup(code), "policy": policy}


class Text(IPythonRenderer):
    """nbconvert's Markdown renderer with raw HTML inert, safe links and stable heading ids."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        super().__init__(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
        #: (id, HTML) of the headings of level 2, for the contents list.
        self.contents: list[tuple[str, Markup]] = []
        self._ids: set[str] = {*_PAGE_IDS, *taken}

    def to_html(self, source: str) -> Markup:
        """Return Markdown as HTML."""
        made = MarkdownWithMath(renderer=self).render(source).strip()
        return _inert(made, "the text", source)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        """Return a heading with an id made from its words; the page has the only h1."""
        level = max(level, 2)
        base = re.sub(r"\W+", "-", plain(text).lower()).strip("-") or "section"
        name, number = base, 1
        while name in self._ids:
            number += 1
            name = f"{base}-{number}"
        self._ids.add(name)
        if level == 2:
            self.contents.append((name, Markup(text)))
        return f'<h{level} id="{html.escape(name)}">{text}</h{level}>\n'

    def block_html(self, html: str) -> str:
        """Return raw HTML as text, comments as nothing."""
        seen = _COMMENT.sub("", html)
        return str(super().block_html(seen)) if seen.strip() else ""

    def block_mermaidjs(self, code: str) -> str:
        """Return a diagram's source as code: nbconvert would write it unescaped."""
        return str(super().block_code(code, info="text"))

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Embed only pictures that are in the text; link to others, since nothing is loaded."""
        if self.safe_url(url).startswith("data:image/"):
            return str(super().image(text, url, title))
        return str(self.link(text or html.escape(url), url, title))


_PAGE_IDS = ("content", "title", "code-switch", "about", provenance.SCRIPT_ID)


def command(run: Run) -> str:
    """Return the command that makes this page again.

    Examples
    --------
    >>> from pathlib import Path
    >>> words = command(Run("x", "waves", Path("n"), (("colour", "dark red"), ("number", 5))))
    >>> words.partition(" ")[2]
    "render waves -p 'colour=dark red' -p number=5"
    """
    words = [current().name, "render", run.notebook]
    for name, value in run.parameters:
        if value != "":
            words += ["-p", f"{name}={value}"]
    return shlex.join(words)


def day(text: str) -> str:
    """Return a date in words, or "" if there is none.

    Examples
    --------
    >>> day("2026-01-14"), day("")
    ('14 January 2026', '')
    """
    return formats.date(text) if text else ""


def plain(fragment: str) -> str:
    """Return the text of a piece of HTML.

    Examples
    --------
    >>> plain("Trade <b>grew</b> &amp; grew")
    'Trade grew & grew'
    """
    return " ".join(html.unescape(_TAG.sub("", fragment)).split())


def source_ids(notebook: NotebookNode) -> set[str]:
    """Return the ids of the sources that the notebook's outputs list."""
    found: set[str] = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            found.update(_SOURCE_ID.findall(output.get("data", {}).get("text/html", "")))
    return {html.unescape(name) for name in found}


def _ids(notebook: NotebookNode) -> set[str]:
    """Return the ids of figures, tables and drawings, which no heading may take."""
    found: set[str] = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            found.update(_ID.findall(output.get("data", {}).get("text/html", "")))
    return found


def with_content(cells: Sequence[Any]) -> list[Any]:
    """Leave out the text of sections (a heading to the next of its level) that show nothing.

    Their code stays, for the reader who asks for it. A section of text alone stays, and so does
    what stands before the first heading.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_markdown_cell, new_output
    >>> shown = new_output("stream", text="1")
    >>> kept = with_content([new_markdown_cell("## A"), new_code_cell("x"),
    ...     new_markdown_cell("## B"), new_code_cell("y", outputs=[shown]),
    ...     new_markdown_cell("## C")])
    >>> [cell.source for cell in kept]
    ['x', '## B', 'y', '## C']
    """
    levels = [
        len(found[1]) if c.cell_type == "markdown" and (found := _HEADING.match(c.source)) else 0
        for c in cells
    ]
    out: set[int] = set()
    for start in (number for number, level in enumerate(levels) if level):
        ends = (n for n in range(start + 1, len(cells)) if 0 < levels[n] <= levels[start])
        section = range(start, next(ends, len(cells)))
        code = [cells[n] for n in section if cells[n].cell_type == "code"]
        if code and not any(_shows(output) for cell in code for output in cell.outputs):
            out.update(n for n in section if cells[n].cell_type == "markdown")
    return [cell for number, cell in enumerate(cells) if number not in out]


def _shows(output: Any) -> bool:
    """Return whether an output leaves anything where it stands: an answer moves to the head."""
    if output.output_type == "stream":
        return bool(output.name == "stdout" and output.text.strip())
    shown = output.get("data", {}).get("text/html")
    if shown is None:
        return bool(output.get("data"))
    for pattern in (_STYLE, _NOTHING, _ANSWER):
        shown = pattern.sub("", shown)
    return bool(plain(shown) or _SHOWS.search(shown))


def _head(cells: list[Any], text: Text) -> tuple[str, Markup, list[Any]]:
    """Return title and question, the first Markdown cell's first paragraph, and what follows."""
    first = cells[0].source.strip() if cells and cells[0].cell_type == "markdown" else ""
    if not first.startswith("# "):
        return "", Markup(), cells
    title, _, rest = first[2:].partition("\n")
    question, _, more = rest.strip().partition("\n\n")
    asked = _PARAGRAPH.fullmatch(text.to_html(question)) if question else None
    if asked:
        rest = more
    kept = copy.copy(cells[0])
    kept["source"] = rest
    follow = [kept] if rest.strip() else []
    head = Markup(asked[1] if asked else "")
    return plain(Text().to_html(title)), head, [*follow, *cells[1:]]


def _blocks(cells: list[Any], text: Text) -> list[Block]:
    """Return the article; code that showed nothing stands with the next that did."""
    blocks: list[Block] = []
    waiting: list[Markup] = []
    for cell in cells:
        if cell.cell_type == "markdown":
            blocks.append(Block(text=text.to_html(cell.source)))
        elif cell.cell_type == "code" and cell.source.strip():
            waiting.append(_code(cell.source))
            outputs = [_output(output, cell, text) for output in cell.outputs]
            if shown := [output for output in outputs if output]:
                blocks.append(Block(code=waiting, outputs=shown))
                waiting = []
    if waiting:
        blocks.append(Block(code=waiting))
    return blocks


@functools.cache
def _highlighter() -> Highlight2HTML:
    return Highlight2HTML("ipython3", extra_formatter_options={"nowrap": True})  # type: ignore[no-untyped-call]


def highlight(notebook: NotebookNode) -> None:
    """Make a notebook's code HTML beforehand: its pages then find it made."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            _code(cell.source)


@functools.lru_cache(maxsize=1000)
def _code(source: str) -> Markup:
    """Return code as HTML, made once a worker: reports of one notebook have most of it alike."""
    return Markup(_UNSTYLED.sub(r"\1", _highlighter()(source).rstrip("\n")))


def _output(output: Any, cell: Any, text: Text) -> Markup:
    """Return what a cell showed as HTML; warnings (stderr) stay in the notebook."""
    if output.output_type == "stream":
        shown = output.name == "stdout" and output.text.strip()
        return Markup("<pre>{}</pre>").format(output.text.rstrip()) if shown else Markup()
    data = output.get("data", {})
    if "text/html" in data:
        return _checked(data["text/html"], cell)
    if "text/markdown" in data:
        return text.to_html(data["text/markdown"])
    for kind in ("image/svg+xml", "image/png", "image/jpeg"):
        if kind in data:
            return _picture(kind, data[kind], output, cell)
    if "text/plain" in data:
        return Markup("<pre>{}</pre>").format(data["text/plain"])
    return Markup()


def _checked(fragment: str, cell: Any) -> Markup:
    if fragment.startswith(LAB_OPEN):
        fragment = fragment.removeprefix(LAB_OPEN).removesuffix(LAB_CLOSE)
    fragment = _NOTHING.sub("", _STYLE.sub("", fragment))
    fragment = _inert(fragment, "the output of the cell", cell.source)
    # A wide table scrolls in its own box, so that the page does not.
    wrapped = _BARE_TABLE.sub(lambda table: f'<div class="ct-scroll">{table[0]}</div>', fragment)
    return Markup(wrapped)


def _inert(fragment: str, what: str, source: str) -> Markup:
    """Return HTML as nh3 writes it, or raise ReportError for what may not be on a page."""
    if found := inert.fault(fragment):
        message = (
            f"{what} that begins {_first_line(source)!r} holds {found}: "
            "a page may not run code of its own or load anything from elsewhere"
        )
        raise ReportError(message)
    return Markup(inert.clean(fragment))


def _picture(kind: str, content: str, output: Any, cell: Any) -> Markup:
    alt = output.metadata.get(kind, {}).get("alt") or cell.metadata.get("alt")
    if not alt:
        message = (
            f"the picture of the cell that begins {_first_line(cell.source)!r} has no text "
            "alternative: show a pagemill.display.Chart, or give the cell the metadata key 'alt'"
        )
        raise ReportError(message)
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode()).decode()
    source = f"data:{kind};base64,{''.join(content.split())}"
    return Markup('<figure><img src="{}" alt="{}"></figure>').format(source, alt)


def _first_line(source: str) -> str:
    return source.strip().splitlines()[0][:60]


def _number(blocks: list[Block]) -> None:
    """Write numbers into the captions: a style's counters begin anew in each folded part."""
    numbers = {"Figure": itertools.count(1), "Table": itertools.count(1)}

    def numbered(caption: re.Match[str]) -> str:
        kind = "Figure" if caption[1] else "Table"
        return f'{caption[0]}<span class="ct-number">{kind} {next(numbers[kind])} </span>'

    for block in blocks:
        block.outputs = [Markup(_CAPTION.sub(numbered, output)) for output in block.outputs]


def _typeset(fragment: Markup) -> Markup:
    """Return HTML with typographic apostrophes; quotation marks and attributes stay as they are.

    Examples
    --------
    >>> print(_typeset(Markup("<p id=it's>China's and its partners' own</p>")))
    <p id=it's>China’s and its partners’ own</p>
    >>> print(_typeset(Markup("They say 'yes'")))
    They say 'yes'
    """
    return Markup(_WITH_QUOTE.sub(lambda text: curled(text[0]), fragment))


_WITH_QUOTE = re.compile(r"(?:(?<=>)|\A)[^<>]*'[^<>]*")


def _cite(blocks: list[Block]) -> None:
    """Write the marks of sources: their numbers in the list, each a link to its place there."""
    listed = _SOURCE_ID.findall("".join(output for block in blocks for output in block.outputs))
    numbers = {source: number for number, source in enumerate(listed, 1)}

    def linked(place: re.Match[str]) -> str:
        wanted = sorted({numbers[one] for one in place[1].split(";") if one in numbers})
        # Neighbours share a mark: 3, 4 and 5 are [3–5].
        runs = [
            [number for _, number in group]
            for _, group in itertools.groupby(enumerate(wanted), lambda pair: pair[1] - pair[0])
        ]
        marks = [
            f'<a href="#source-{listed[run[0] - 1]}">[{"–".join(map(str, ends))}]</a>'
            for run in runs
            for ends in [dict.fromkeys((run[0], run[-1]))]
        ]
        return f'<span class="ct-cites"> {"".join(marks)}</span>' if marks else ""

    for block in blocks:
        block.outputs = [Markup(_CITES.sub(linked, output)) for output in block.outputs]


def _lift_answer(blocks: list[Block]) -> tuple[Markup, dict[str, str]]:
    """Take the first answer out of the article, which stands at its head, and what it also says."""
    for block in blocks:
        for number, output in enumerate(block.outputs):
            if found := _ANSWER.search(output):
                rest = Markup(output[: found.start()] + output[found.end() :])
                block.outputs[number] = rest
                block.outputs = [part for part in block.outputs if part.strip()]
                said = {name: html.unescape(value) for name, value in _SAID.findall(found[1])}
                return Markup(found[2].strip()), said
    return Markup(), {}
