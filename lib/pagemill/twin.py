"""The Markdown twin of a page: what it says, for programs that read text.

Of a figure the twin has its title, its text alternative and its source; drawings, code and what
only a browser can use are left out.
"""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup
from markdownify import ATX, MarkdownConverter

from pagemill.htmlparts import in_markdown

#: Rows of a table; a longer one says how many more there are.
_MOST = 100
# Found as text: drawings and data to download are most of a page.
_HEAVY = re.compile(
    r'<(svg|script|style)\b.*?</\1>|<a class="ct-csv".*?</a>', re.DOTALL
)
_ROWS = re.compile(r"<tbody>(.*?)</tbody>", re.DOTALL)
_LEFT_OUT = (
    "button, nav, .ct-links, details.code, .ct-description > summary"
    ", dt:last-of-type, dd:last-of-type"  # fingerprints
)
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
_TICKS = re.compile("`{3,}")


class _Writer(MarkdownConverter):  # type: ignore[misc]
    """Titles are bold, and marks that lead within the page are plain."""

    convert_cite = MarkdownConverter.convert_em

    def escape(self, text: str, parent_tags: set[str]) -> str:
        """Write a text that stays one."""
        text = in_markdown(text.replace("\N{NO-BREAK SPACE}", " "))
        return text.replace("|", r"\|") if "_inline" in parent_tags else text

    def convert_a(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """Write a link to another page."""
        if str(element.get("href", "#")).startswith("#"):
            return text
        return str(super().convert_a(element, text, parent_tags))

    def convert_title(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """Write the title of a figure, a table or a folded part."""
        if "_inline" in parent_tags:  # a cell that opens: what it says, and why
            return f"{text}: "
        return f"\n\n**{' '.join(text.split())}**\n\n" if text.strip() else ""

    convert_figcaption = convert_caption = convert_summary = convert_title

    def convert_pre(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """Write code between more ticks than it has itself."""
        ticks = max(["```", *(f"`{own}" for own in _TICKS.findall(text))], key=len)
        return f"\n\n{ticks}\n{text.strip()}\n{ticks}\n\n"

    def convert_img(self, element: Any, text: str, parent_tags: set[str]) -> str:
        """Write what a picture shows."""
        return f"\n\n*{self.escape(element.get('alt', ''), parent_tags)}*\n\n"


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
    # Two pieces of text that would be a link together.
    for text in soup.find_all(string=re.compile(r"^\(")):
        if str(text.find_previous(string=True)).endswith("]"):
            text.replace_with(f"\\{text}")
    # The title comes first, before the question that stands above it on the page.
    if (head := soup.header) and (title := head.h1):
        head.insert(0, title.extract())
    writer = _Writer(heading_style=ATX, bullets="-")
    parts = soup.find_all(["header", "article", "footer"])
    written = "\n\n".join(writer.convert_soup(part) for part in parts)
    return _BLANK_LINES.sub("\n\n", written).strip() + "\n"


def _shorter(table: re.Match[str]) -> str:
    rows = table[1].split("</tr>")[:-1]
    more = len(rows) - _MOST
    if more > 0:
        rows[_MOST:] = [f"<tr><td>{more} more rows are on the page.</td>"]
    return f"<tbody>{'</tr>'.join(rows)}</tr></tbody>"
