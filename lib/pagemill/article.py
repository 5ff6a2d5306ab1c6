"""Read an executed notebook into an article: what its page says, piece by piece."""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import itertools
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.filters.ansi import ansi2html
from nbconvert.filters.highlight import Highlight2HTML
from nbformat import NotebookNode

from pagemill import inert, linked
from pagemill.htmlparts import LAB_CLOSE, LAB_OPEN, curled, fill
from pagemill.markdown import Rules, Text, first_line, plain, unused
from rounding.errors import ReportError

_ANSWER = re.compile(r'<p class="ct-answer"([^>]*)>(.*?)</p>\n?', re.DOTALL)
# What an answer says for other places than its own, such as the card on the index page.
_FOR_CARD = re.compile(r'\bdata-ct-(\w+)="([^"]*)"')
_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
_HEADING = re.compile(r"\s*(#{2,6})\s")
_HEAD = re.compile(r"<h\d[^>]*>(.*?)</h", re.DOTALL)
# A paragraph that only says in JupyterLab that there is nothing to show.
_NOTHING = re.compile(r'<p class="ct-none"[^>]*>.*?</p>', re.DOTALL)
_SHOWS = re.compile(r"<(?:img|svg|hr|input)\b")
_CITES = re.compile(r'<span class="ct-cites" data-ct-sources="([^"]*)"></span>')
# Patterns begin with plain text: that is found much faster in outputs of a megabyte.
_SOURCE_ID = re.compile(r'<li id="source-([^"]+)"')
_ID = re.compile(r'id="([^"]+)"')

_CAPTION = re.compile(r"<(fig)?caption\b[^>]*>")
_FINDING = re.compile(
    r'<figcaption id="[^"]*">(?:(?!</figcaption>).)*"ct-title">(.*?)</'
)
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL)
_HTML, _PLAIN = "text/html", "text/plain"
#: A widget's place; its text is of how it began, not of what it shows.
_VIEW = "application/vnd.jupyter.widget-view+json"
_SCRIPT = "application/javascript"
#: How the names of kinds begin that a page shows as they are.
_SHOWN_KINDS = ("image/", _HTML, "text/markdown")
_RUNS = re.compile(r"<(?:script|iframe|object|embed)\b", re.IGNORECASE)
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
# What says nothing to a reader: styles, what is hidden, and folium's word to who has a notebook.
_UNSAID = re.compile(
    r"<(\w+)[^<>]*\shidden\b.*?</\1>|<style\b.*?</style>"
    r"|<span[^<>]*>Make this Notebook Trusted.*?</span>",
    re.DOTALL,
)
# What Python calls an object that says nothing of itself.
_NAMELESS = re.compile(r"<[^\n]*>|[\w.]+\(\.\.\.\)")
_RETURNED = re.compile(r"[\[(]?<.*>[\])]?|(?:\[|.*\()?Text\(.*", re.DOTALL)
# Controls, and what turns the direction of the letters that follow.
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
#: Letters of a text that stands for a picture.
_NEAR = 120
#: What is lost of some outputs, and what would be better.
_UNTOLD = (
    "pictures without a text alternative",
    "show a pagemill.display.Chart, or give the cell the metadata key 'alt'",
)
_LEFT_OUT = (
    "outputs that would run or load something are left out",
    "show a picture or a table of them as well",
)
# Names, operators, brackets: half the weight of highlighted code, and without a colour of theirs.
_UNSTYLED = re.compile(r'<span class="(?:n[a-z]?|o|p|w)">([^<]*)</span>')


@dataclass
class Article:
    """What a page says.

    Attributes
    ----------
    title, question, answer
        Its head; the answer is taken out of the body.
    card
        What the answer says for other places than its own, such as the card on the index page.
    contents
        (id, HTML) of the headings of level 2.
    body
        All that follows the head.
    styles
        Styles of outputs, each for its own alone.
    lost
        What of the notebook is not on the page, in words.
    linked
        What the notebook says to programs; see `linked`.
    """

    title: str
    question: Markup
    answer: Markup
    card: dict[str, str]
    contents: list[tuple[str, Markup]]
    body: Markup
    styles: list[str]
    lost: list[str]
    linked: list[dict[str, Any]]


def read(
    notebook: NotebookNode,
    folder: Path | None = None,
    alternatives: str = "required",
    interactive: str = "refused",
    silent_sections: str = "kept",
) -> Article:
    """Return the article that an executed notebook is.

    Parameters
    ----------
    notebook
        Executed notebook.
    folder
        The notebook's, in which pictures of its text are looked for.
    alternatives, interactive, silent_sections
        What is done with pictures without a text alternative, with what would run, and with the
        text of sections whose code shows nothing (see `Project`).

    Raises
    ------
    ReportError
        If an output has a picture without text alternative, or would run code or load something
        from another host, and that is to be refused.
    """
    rules = Rules(alternatives, interactive)
    # No heading may take the id of a figure, table or drawing.
    text = Text(_matches(_ID, notebook), rules, folder)
    cells = [
        _with_values(cell, outputs=[]) if "remove-output" in _tags(cell) else cell
        for cell in notebook.cells
        if "remove-cell" not in _tags(cell)
    ]
    if silent_sections == "left out":
        cells = with_content(cells)
    title, question, cells = _head(cells, text)
    rules.near = title
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
    if code and all(map(_is_silent, code)) and not _answers(code):
        rules.lost.append("no cell shows a figure, a table or an answer on its page")
    language = notebook.metadata.get("kernelspec", {}).get("language") or "python"
    lexer = "ipython3" if language == "python" else language
    body = "\n".join(filter(None, _pieces(cells, text, rules, lexer)))
    card: dict[str, str] = {}
    answer = Markup()
    if shown := _ANSWER.search(body):
        card = {
            name: html.unescape(value) for name, value in _FOR_CARD.findall(shown[1])
        }
        answer = Markup(shown[2].strip())
        body = _ANSWER.sub("", body, count=1)
    return Article(
        title,
        Markup.escape(curled(card.pop("question", ""))) or _typeset(question),
        answer,
        card,
        [(name, _typeset(heading)) for name, heading in text.contents],
        Markup(_cited(_numbered(_apart(body)))),
        [*dict.fromkeys(rules.styles)],
        rules.told(),
        list(linked.linked_records(cells)),
    )


def _tags(cell: Any) -> set[str]:
    """Return the tags of a cell, as nbconvert and Jupyter Book write them, in one spelling."""
    return {tag.replace("_", "-") for tag in cell.metadata.get("tags", [])}


def _with_values(cell: Any, **values: Any) -> Any:
    """Return a copy of a cell with other values."""
    return NotebookNode({**cell, **values})  # type: ignore[no-untyped-call]


def listed_ids(notebook: NotebookNode) -> set[str]:
    """Return the ids of the sources that the notebook's outputs list."""
    return {html.unescape(name) for name in _matches(_SOURCE_ID, notebook)}


def _matches(pattern: re.Pattern[str], notebook: NotebookNode) -> set[str]:
    texts = (text_of(data, _HTML) for data in _data(notebook.cells))
    return {match for text in texts for match in pattern.findall(text)}


def _data(cells: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """Yield what the outputs of cells hold."""
    for cell in cells:
        yield from (output.get("data", {}) for output in cell.get("outputs", []))


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
    heads = (c.cell_type == "markdown" and _HEADING.match(c.source) for c in cells)
    levels = [len(head[1]) if head else 0 for head in heads]
    silent: set[int] = set()
    for start, level in enumerate(levels):
        if not level:
            continue
        end = start + 1
        while end < len(cells) and not 0 < levels[end] <= level:
            end += 1
        section = cells[start:end]
        # An empty cell is no code: Jupyter leaves one at the end of most notebooks.
        code = [c for c in section if c.cell_type == "code" and c.source.strip()]
        if code and all(map(_is_silent, code)):
            silent |= {id(cell) for cell in section if cell.cell_type == "markdown"}
    return [cell for cell in cells if id(cell) not in silent]


def _is_silent(cell: Any) -> bool:
    """Return whether a cell is code that shows nothing where it stands."""
    return cell.cell_type == "code" and not any(map(_shows, cell.outputs))


def _answers(cells: Sequence[Any]) -> bool:
    return any(_ANSWER.search(text_of(data, _HTML)) for data in _data(cells))


def _shows(output: Any) -> bool:
    """Return whether an output leaves anything: an answer moves to the head."""
    if output.output_type == "stream":
        return bool(output.name == "stdout" and output.text.strip())
    if output.output_type == "error":
        return True
    data = output.get("data", {})
    if _HTML not in data:
        return bool(data)
    shown = text_of(data, _HTML)
    for pattern in (_STYLE, _NOTHING, _ANSWER):
        shown = pattern.sub("", shown)
    return bool(plain(shown) or _SHOWS.search(shown))


def _head(cells: list[Any], text: Text) -> tuple[str, Markup, list[Any]]:
    """Return title and question, the first text's heading and first paragraph, and all else.

    Code that shows nothing, such as the cell of the parameters, may stand before it.
    """
    before = list(itertools.takewhile(_is_silent, cells))
    others = cells[len(before) :]
    if not others or others[0].cell_type != "markdown":
        return "", Markup(), cells
    first = others.pop(0)
    if not first.source.lstrip().startswith("# "):
        return "", Markup(), cells
    title, _, rest = first.source.strip()[2:].partition("\n")
    question, _, more = rest.strip().partition("\n\n")
    asked = text.to_html(question, first.get("attachments")) if question else ""
    paragraph = _PARAGRAPH.fullmatch(asked)
    head = Markup()
    if paragraph and "<img" not in asked:  # a picture is no question
        head, rest = Markup(paragraph[1]), more
    if rest.strip():
        before.append(_with_values(first, source=rest))
    return plain(text.to_html(title)), head, [*before, *others]


def _pieces(
    cells: list[Any], text: Text, rules: Rules, language: str
) -> Iterator[Markup]:
    """Yield the article in pieces; code that showed nothing stands with the next that did."""
    waiting: list[Markup] = []
    for cell in cells:
        if cell.cell_type == "markdown":
            shown = text.to_html(cell.source, cell.get("attachments"))
            yield _typeset(shown)
            near = _HEAD.findall(shown) or _PARAGRAPH.findall(shown) or [rules.near]
            rules.near = textwrap.shorten(plain(near[-1]), _NEAR, placeholder=" …")
        elif cell.cell_type == "code" and cell.source.strip():
            if not _tags(cell) & {"remove-input", "hide-input", "hide-cell"}:
                waiting.append(_code(cell.source, language))
            if outputs := _outputs(cell, text, rules):
                yield Markup(fill("code.html.j2", sources=waiting))
                yield from map(_typeset, _as_told(cell, outputs))
                waiting = []
        elif cell.cell_type == "raw":
            kind = cell.metadata.get("raw_mimetype") or cell.metadata.get("format")
            if kind == _HTML:
                source = text.with_pictures(cell.source)
                yield rules.safe(source, "the raw cell", cell.source)
            elif kind in (None, "", "text/markdown"):
                yield _typeset(text.to_html(cell.source))
            else:
                better = "of text/html, text/markdown or no format they are shown"
                rules.note(f"raw cells of {kind} are left out", better, cell.source)
    yield Markup(fill("code.html.j2", sources=waiting))


def _as_told(cell: Any, shown: list[Markup]) -> list[Markup]:
    """Return what a cell shows, folded if its tags say so."""
    if _tags(cell) & {"hide-output", "hide-cell"}:
        inside = Markup("\n").join(shown)
        fold = Markup("<details><summary>Output</summary>\n{}\n</details>")
        shown = [fold.format(inside)]
    return shown


def would_run(data: Mapping[str, Any]) -> bool:
    """Return whether an output runs something, or is only data for something that would.

    Examples
    --------
    >>> would_run({"text/html": "<p>words</p>"}), would_run({"text/html": "<script>1</script>"})
    (False, True)
    >>> chart = {"application/vnd.vegalite.v5+json": {}, "text/plain": "alt.Chart(...)"}
    >>> would_run(chart), would_run({**chart, "image/png": "iVBORw0KGgo="})
    (True, False)
    """
    is_data = any(kind.startswith("application/") for kind in data)
    is_shown = any(kind.startswith(_SHOWN_KINDS) for kind in data)
    runs = _SCRIPT in data or _RUNS.search(text_of(data, _HTML))
    return bool(runs) or (is_data and not is_shown)


def text_of(data: Mapping[str, Any], kind: str) -> str:
    """Return what an output holds of a kind as text: a list is one text in pieces."""
    value = data.get(kind, "")
    pieces = value if isinstance(value, list) else [value]
    if not all(isinstance(piece, str) for piece in pieces):
        raise ReportError(f"an output of the kind {kind} must be text; got {value!r}")
    return "".join(pieces)


@functools.lru_cache(maxsize=1000)
def _code(source: str, language: str) -> Markup:
    """Return code as HTML, made once a worker: reports of one notebook have most of it alike."""
    write = Highlight2HTML(language, extra_formatter_options={"nowrap": True})  # type: ignore[no-untyped-call]
    return Markup(_UNSTYLED.sub(r"\1", write(source).rstrip("\n")))


def _outputs(cell: Any, text: Text, rules: Rules) -> list[Markup]:
    """Return what a cell showed: what would run is left out, which is said."""
    shown: list[Markup] = []
    has_picture = any({*_PICTURES} & {*out.get("data", {})} for out in cell.outputs)
    for output in cell.outputs:
        data = output.get("data", {})
        words = text_of(data, _PLAIN)
        if has_picture and len(data) == 1 and _RETURNED.fullmatch(words):
            continue  # what the call that drew it gave back
        if rules.interactive != "refused" and would_run(data):
            shown.append(_static(output, cell, rules))
        elif html := _output(output, cell, text, rules):
            shown.append(html)
    return shown


def _static(output: Any, cell: Any, rules: Rules) -> Markup:
    """Return what an output that would run has for where it may not: picture, HTML or text.

    Its author is told, and the reader.
    """
    data = output.data
    kinds = [kind for kind in data if kind.startswith("application/")]
    rules.note(*_LEFT_OUT, cell.source, f" ({[*kinds, _HTML][0]})")
    # What it would run has been said.
    silently = replace(rules, lost=[])
    words = text_of(data, _PLAIN)
    # A widget's are of its beginning, not its end.
    is_nothing = _VIEW in data or _NAMELESS.fullmatch(words)
    html = _checked(text_of(data, _HTML), cell, silently)
    kept = _picture(output, cell, silently) or (
        html if plain(_UNSAID.sub("", html)) else _printed("" if is_nothing else words)
    )
    return kept + Markup(
        '<p class="ct-note" role="note">An interactive view is not part of this page.</p>'
    )


def _output(output: Any, cell: Any, text: Text, rules: Rules) -> Markup:
    """Return what a cell showed as HTML; warnings (stderr) stay in the notebook."""
    if output.output_type == "stream":
        return _printed(output.text.rstrip() if output.name == "stdout" else "")
    if output.output_type == "error":  # that its cell may have
        return _printed(f"{output.ename}: {output.evalue}")
    # The first form that it has.
    data = output.get("data", {})
    if _HTML in data:
        return _checked(text.with_pictures(text_of(data, _HTML)), cell, rules)
    if "text/markdown" in data:
        return text.to_html(text_of(data, "text/markdown"))
    if picture := _picture(output, cell, rules):
        return picture
    formula, words = text_of(data, "text/latex"), text_of(data, _PLAIN)
    if "<math" in (drawn := text.to_html(formula)):
        return drawn
    return _printed(formula if formula and _NAMELESS.fullmatch(words) else words)


def _printed(text: str) -> Markup:
    """Return what a program printed: a terminal's colours, and nothing that cannot be seen."""
    if not text.strip():
        return Markup()
    coloured = str(ansi2html(text))  # type: ignore[no-untyped-call]
    return Markup(f"<pre>{_UNSEEN.sub('', coloured)}</pre>")


def _checked(fragment: str, cell: Any, rules: Rules) -> Markup:
    styles = "".join(_STYLE.findall(fragment))
    if fragment.startswith(LAB_OPEN):
        fragment = fragment.removeprefix(LAB_OPEN).removesuffix(LAB_CLOSE)
        styles = ""  # ours, which are for JupyterLab
    fragment = _NOTHING.sub("", _STYLE.sub("", fragment))
    kept = rules.safe(fragment, "the output of the cell", cell.source)
    if not styles:
        return kept
    name = f"ct-own-{hashlib.sha256(styles.encode()).hexdigest()[:8]}"
    rules.styles.append(inert.own_rules(styles, f".{name}"))
    return Markup(f'<div class="{name}">{kept}</div>')


def _picture(output: Any, cell: Any, rules: Rules) -> Markup:
    """Return the first picture that an output has, if it has one."""
    data = output.get("data", {})
    kind = next((kind for kind in _PICTURES if kind in data), "")
    if not kind:
        return Markup()
    content = text_of(data, kind)
    alt = output.metadata.get(kind, {}).get("alt") or cell.metadata.get("alt")
    number = next(rules.numbers)
    if not alt:
        if rules.alternatives == "required":
            raise ReportError(
                f"the picture of the cell that begins {first_line(cell.source)!r} has no text"
                f" alternative: {_UNTOLD[1]}"
            )
        near = [f"Picture {number}", rules.near]
        alt = output.metadata.get("drawn") or ": ".join(filter(None, near))
        rules.note(*_UNTOLD, cell.source, f" (as {alt!r})")
    if kind == "image/svg+xml":
        content = base64.b64encode(content.encode()).decode()
    source = f"data:{kind};base64,{''.join(content.split())}"
    return Markup('<figure><img src="{}" alt="{}"></figure>').format(source, alt)


def _apart(body: str) -> str:
    """Give each figure and table an id of its own, where a notebook calls two alike."""
    taken: set[str] = set()

    def rename(figure: re.Match[str]) -> str:
        own = unused(figure[1], taken)
        names = rf'\b((?:id|aria-labelledby|download|data-ct-figure)="){figure[1]}\b'
        return re.sub(names, rf"\g<1>{own}", figure[0])

    return linked.FIGURE.sub(rename, body)


def _numbered(body: str) -> str:
    """Write numbers into the captions: a style's counters begin anew in each folded part."""
    numbers = {"Figure": itertools.count(1), "Table": itertools.count(1)}

    def number(caption: re.Match[str]) -> str:
        kind = "Figure" if caption[1] else "Table"
        called = f"{kind} {next(numbers[kind])}"
        return f'{caption[0]}<span class="ct-number">{called} </span>'

    return _CAPTION.sub(number, body)


def with_finding(body: Markup) -> tuple[Markup, str]:
    """Return the first figure's title, and a body that does not show it again below the heading.

    Examples
    --------
    >>> body = Markup('<figcaption id="a"><b class="ct-title">It rose</b></figcaption>')
    >>> marked, heading = with_finding(body)
    >>> heading, "ct-title ct-unseen" in marked
    ('It rose', True)
    """
    caption = _FINDING.search(body)
    if not caption:
        return body, ""
    unseen = caption[0].replace('"ct-title"', '"ct-title ct-unseen"')
    marked = body.replace(caption[0], Markup(unseen), 1)
    return marked, html.unescape(plain(caption[1]))


def _cited(body: str) -> str:
    """Write the marks of sources: their numbers in the list, each a link to its place there."""
    listed = _SOURCE_ID.findall(body)
    numbers = {source: number for number, source in enumerate(listed, 1)}

    def link(place: re.Match[str]) -> str:
        cited = {numbers[name] for name in place[1].split(";") if name in numbers}
        wanted = enumerate(sorted(cited))
        marks = ""
        # Neighbours share a mark: 3, 4 and 5 are [3–5].
        for _, pairs in itertools.groupby(wanted, lambda pair: pair[1] - pair[0]):
            run = [number for _, number in pairs]
            text = f"{run[0]}–{run[-1]}" if len(run) > 1 else run[0]
            marks += f'<a href="#source-{listed[run[0] - 1]}">[{text}]</a>'
        return f'<span class="ct-cites"> {marks}</span>' if marks else ""

    return _CITES.sub(link, body)


def _typeset(fragment: Markup) -> Markup:
    """Return HTML with typographic apostrophes; quotation marks and attributes stay as they are.

    Examples
    --------
    >>> print(_typeset(Markup("<p id=it's>Anna's and her sisters' own</p>")))
    <p id=it's>Anna’s and her sisters’ own</p>
    >>> print(_typeset(Markup("They say 'yes'")))
    They say 'yes'
    """
    return Markup(_WITH_QUOTE.sub(lambda text: curled(text[0]), fragment))


_WITH_QUOTE = re.compile(r"(?:(?<=>)|\A)[^<>]*'[^<>]*")
