"""The Markdown twin of a page: what it says, for programs that read text.

Of a figure the twin has its title, its text alternative and its source; drawings, code and what
only a browser can use are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from pagemill.htmlparts import in_markdown

#: Rows of a table; a longer one says how many more there are.
_MOST = 100
# Found as text: drawings and data to download are most of a page.
_HEAVY = re.compile(
    r'<(svg|script|style)\b.*?</\1>|<a class="ct-csv".*?</a>', re.DOTALL
)
_ROWS = re.compile(r"<tbody>(.*?)</tbody>", re.DOTALL)
_LEFT_OUT = (
    "button, nav, .ct-links, details.code, .ct-narrow, .ct-description > summary,"
    " dl details"
)
_SIGNS = {"strong": "**", "b": "**", "em": "*", "i": "*", "cite": "*"}
# Two pieces of text that would be a link together.
_NO_LINK = re.compile(r"\]\0+\(")
# The signs around code.
_TICKS = re.compile("`+")
_LINES = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "summary")


def twin(page: str) -> str:
    r"""Return the Markdown of a page's HTML.

    Examples
    --------
    >>> twin("<header><h1>Rain</h1></header><article><p>It <b>rains</b>.</p></article>")
    '# Rain\n\nIt **rains**.\n'
    """
    light = _ROWS.sub(_shorter, _HEAVY.sub("", page))
    soup = BeautifulSoup(light, "html.parser")
    for element in soup.select(_LEFT_OUT):
        element.decompose()
    parts = soup.find_all(["header", "article", "footer"])
    blocks = [block for part in parts for block in _blocks(part) if block]
    # The title comes first, before the question that stands above it on the page.
    blocks.sort(key=lambda block: not block.startswith("# "))
    return "\n\n".join(blocks) + "\n"


def _fence(code: str, least: int) -> str:
    """Return the signs to put around code: more of them in a row than it has itself."""
    longest = max(map(len, _TICKS.findall(code)), default=0)
    return "`" * max(least, longest + 1)


def _shorter(table: re.Match[str]) -> str:
    rows = table[1].split("</tr>")[:-1]
    more = len(rows) - _MOST
    if more > 0:
        rows[_MOST:] = [f"<tr><td>{more} more rows are on the page.</td>"]
    return f"<tbody>{'</tr>'.join(rows)}</tr></tbody>"


def _blocks(parent: Tag) -> Iterator[str]:
    """Yield headings, paragraphs, lists and tables, in order."""
    for tag in parent.find_all(True, recursive=False):
        if tag.name == "table":
            yield from _table(tag)
        elif tag.name in ("ul", "ol"):
            yield "\n".join(_items(tag))
        elif tag.name == "dl":
            yield "\n".join(_terms(tag))
        elif tag.name == "pre":
            code = tag.get_text().strip()
            fence = _fence(code, 3)
            yield f"{fence}\n{code}\n{fence}"
        elif tag.name == "img":
            yield f"*{in_markdown(str(tag.get('alt', '')))}*"
        elif tag.name in _LINES:
            yield _line(tag)
        else:
            yield from _blocks(tag)


def _line(tag: Tag) -> str:
    text = _words(tag)
    if tag.name[0] == "h":
        return f"{'#' * int(tag.name[1])} {text}"
    is_title = tag.name in ("figcaption", "summary")
    return f"**{text}**" if is_title and text else text


def _items(listed: Tag) -> Iterator[str]:
    start = int(str(listed.get("start", "1")))
    for number, item in enumerate(listed.find_all("li", recursive=False), start):
        sign = f"{number}." if listed.name == "ol" else "-"
        yield f"{sign} {_words(item)}"


def _terms(listed: Tag) -> Iterator[str]:
    terms = zip(listed.find_all("dt"), listed.find_all("dd"), strict=False)
    for term, told in terms:
        if words := _words(told):
            yield f"- {_words(term)}: {words}"


def _table(table: Tag) -> Iterator[str]:
    """Yield a table's caption and its rows."""
    if table.caption:
        yield f"**{_words(table.caption)}**"
    rows = [
        [_words(cell).replace("|", "\\|") for cell in row.find_all(["th", "td"])]
        for row in table.find_all("tr")
    ]
    if rows:
        head, *others = rows
        shown = [head, ["---"] * len(head), *others]
        yield "\n".join(f"| {' | '.join(row)} |" for row in shown)


def _words(tag: Tag) -> str:
    return " ".join(_inline(tag).split())


def _inline(tag: Tag) -> str:
    """Return the words of an element, with its links to other pages."""
    pieces = []
    for child in tag.children:
        if not isinstance(child, Tag):
            pieces.append(in_markdown(child) if type(child) is NavigableString else "")
            continue
        if child.name == "code":
            code = child.get_text()
            fence = _fence(code, 1)
            pieces.append(f"{fence}{code}{fence}")
            continue
        words = _inline(child)
        address = str(child.get("href", "#"))
        sign = _SIGNS.get(child.name, "")
        if not address.startswith("#"):
            words = f"[{words}]({address})"
        # A cell that opens: what it says, and why.
        after = ": " if child.name == "summary" else ""
        pieces.append(f"{sign}{words}{sign}{after}")
    return _NO_LINK.sub(r"]\(", "\0".join(pieces)).replace("\0", "")
