"""What the planned reports show, as digests: sentence by sentence, figure by figure.

`python tests/helpers/golden.py` renders the plan and writes `tests/files/golden.json` anew; with
slugs, such as `country-dossier-kaz`, those pages alone, and leaves the others and the index as they
are. Say in the commit why the pages changed.
"""

import hashlib
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup

STORED = Path(__file__).parents[1] / "files" / "golden.json"
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z“])")
#: A page's own record of what it was made from, and the code that made it.
_NOT_SHOWN = ("#about ~ *", "script", "style", "meta", "pre", "footer")
Digests = dict[str, dict[str, str] | list[str]]


def render(folder: Path, *slugs: str) -> int:
    """Make every report of the plan, or some, into a folder; return the command's exit status."""
    from catrade.cli import main

    told = str(folder / "made.json")
    return main(
        ["render", *slugs, "--force", "--output", str(folder), "--report", told]
    )


def why_not(folder: Path, slug: str) -> str:
    """Say why a report of a folder that `render` filled is not there."""
    outcomes = json.loads((folder / "made.json").read_text("utf-8"))
    messages = [outcome["message"] for outcome in outcomes if outcome["slug"] == slug]
    return f"{slug} could not be made: {messages}"


def digests(page: Path) -> tuple[Digests, dict[str, str]]:
    """Return the digests of a page, and the text behind each digest of a sentence."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    for selector in _NOT_SHOWN:
        for element in soup.select(selector):
            element.decompose()
    figures = {str(n): _digest(_coarse(str(svg))) for n, svg in enumerate(soup("svg"))}
    files = {
        link["download"]: _digest(_coarse(unquote(link["href"])))
        for link in soup.select("a[download$='.csv']")
    }
    for svg in soup("svg"):
        svg.decompose()
    texts = {_digest(text): text for text in _sentences(soup)}
    shown: Digests = {"sentences": list(texts), "figures": figures, "tables": files}
    return shown, texts


def _sentences(soup: BeautifulSoup) -> Iterator[str]:
    for block in soup.get_text("\n").split("\n"):
        yield from filter(None, _SENTENCE.split(" ".join(block.split())))


def _coarse(text: str) -> str:
    """Round numbers: systems and versions of Python differ in the last digits of floats."""
    return re.sub(
        r"-?\d+\.\d+(e[+-]?\d+)?", lambda number: f"{float(number[0]):.5g}", text
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def main(*slugs: str) -> int:
    pages = json.loads(STORED.read_text("utf-8")) if slugs else {}
    with tempfile.TemporaryDirectory() as folder:
        if status := render(Path(folder), *slugs):
            return status
        made = [*map(Path(folder).joinpath, slugs)] or Path(folder).glob("*.html")
        for page in sorted(made):
            pages[page.stem] = digests(page.with_suffix(".html"))[0]
    STORED.write_text(json.dumps(pages, indent=0) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
