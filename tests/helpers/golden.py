"""What the planned reports show, a file a page: its sentences, and digests of figures and tables.

`make golden` (`python tests/helpers/golden.py`, with slugs those pages alone) renders what is due
to `reports/golden/`, shows what changed as a diff, and writes it to `tests/files/golden/` on yes
(`--yes` asks nothing). Say in the commit why the pages changed.
"""

import argparse
import difflib
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from bs4 import BeautifulSoup

ROOT = Path(__file__).resolve().parents[2]
STORED = ROOT / "tests" / "files" / "golden"
MADE = ROOT / "reports" / "golden"
_SENTENCE = re.compile(r"(?<=[.!?:])\s+(?=[A-Z“])")
#: A page's own record of what it was made from, and the code that made it.
_NOT_SHOWN = ("#about ~ *", "script", "style", "meta", "pre", "footer")


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


def shown(page: Path) -> list[str]:
    """Return what a page shows: a line a sentence, figure and table."""
    soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    for selector in _NOT_SHOWN:
        for element in soup.select(selector):
            element.decompose()
    figures = [
        f"figure {number}: {_digest(str(svg))}"
        for number, svg in enumerate(soup("svg"), 1)
    ]
    tables = [
        f"table {link['download']}: {_digest(unquote(link['href']))}"
        for link in soup.select("a[download$='.csv']")
    ]
    for svg in soup("svg"):
        svg.decompose()
    return [*_sentences(soup), *figures, *tables]


def _sentences(soup: BeautifulSoup) -> Iterator[str]:
    for block in soup.get_text("\n").split("\n"):
        yield from filter(None, _SENTENCE.split(" ".join(block.split())))


def _digest(text: str) -> str:
    """Return a digest; systems and versions of Python differ in the last digits of floats."""
    coarse = re.sub(
        r"-?\d+\.\d+(e[+-]?\d+)?", lambda number: f"{float(number[0]):.5g}", text
    )
    return hashlib.sha256(coarse.encode()).hexdigest()[:12]


def known(slug: str) -> list[str]:
    """Return what a page showed when somebody last said yes to it; of a new page nothing."""
    file = STORED / f"{slug}.txt"
    return file.read_text("utf-8").splitlines() if file.is_file() else []


def changes(slug: str, page: Path) -> list[str]:
    """Return the lines that a page shows anew (`+`) or no longer (`-`), in its order."""
    differences = difflib.unified_diff(
        known(slug), shown(page), lineterm="", n=0, fromfile=slug, tofile=slug
    )
    return [line for line in differences if not line.startswith("@@")]


def main(*asked: str) -> int:
    parser = argparse.ArgumentParser(prog="golden.py", description=__doc__)
    parser.add_argument("slug", nargs="*", help="pages, by default all of the plan")
    parser.add_argument("--yes", action="store_true", help="write without asking")
    given = parser.parse_args(asked)

    from catrade.cli import main as catrade
    from pagemill.plan import PLAN, load_plan

    # A page that has left the plan would stay in the folder and in its index.
    planned = {run.slug for run in load_plan(ROOT / PLAN).runs} | {"index"}
    for page in MADE.glob("*.html"):
        if page.stem not in planned:
            page.unlink()
    # A page that could not be made anew is not judged by what it was before.
    if status := catrade(["render", *given.slug, "--output", str(MADE)]):
        return status
    pages = sorted(MADE.glob("*.html"))
    if given.slug:
        pages = [page for page in pages if page.stem in given.slug]
    changed = {page: changes(page.stem, page) for page in pages}
    changed = {page: lines for page, lines in changed.items() if lines}
    made = {page.stem for page in pages}
    gone = [file for file in STORED.glob("*.txt") if file.stem not in made]
    if given.slug:
        gone = []
    for lines in changed.values():
        print("\n".join(lines))
    for file in gone:
        print(f"gone: {file.stem}")
    if not changed and not gone:
        print("Every page shows what it showed.")
        return 0
    if not given.yes and not _yes("Write this as what the pages show? [y/N] "):
        return 1
    STORED.mkdir(exist_ok=True)
    for page in changed:
        text = "\n".join(shown(page)) + "\n"
        (STORED / f"{page.stem}.txt").write_text(text, "utf-8")
    for file in gone:
        file.unlink()
    return 0


def _yes(question: str) -> bool:
    try:
        return input(question) == "y"
    except EOFError:
        print("nobody answers here: nothing is written (--yes asks nothing)")
        return False


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
