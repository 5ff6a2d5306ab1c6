"""Weight of the pages, against nbconvert's default template on the same executed notebooks.

Run `python -m benchmarks.weight` from the project's folder. It renders the plan into a temporary
folder (or takes the folder named after it, rendered before), converts each executed notebook with
nbconvert's own HTML exporter too, and writes benchmarks/weight.md.
"""

from __future__ import annotations

import argparse
import gzip
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbconvert
import nbformat

HERE = Path(__file__).resolve().parent
KIB = 1024

_DRAWING = r"<svg\b.*?</svg>"
_DATA = r'(?<==")data:[^"]*'
_FIGURE = r"<figure\b.*?</figure>"
_SOURCES = r'<ol class="ct-sources">.*?</ol>'
_STYLE = r"<style\b.*?</style>"
# What a browser fetches from another host when it opens the page.
_FOREIGN = re.compile(r"<(?:script|link|img)\b[^>]*(?:src|href)=\"(https?://[^\"]+)\"")


@dataclass(frozen=True)
class Weight:
    """Bytes of one page, and what it fetches."""

    total: int
    packed: int
    bare: int
    own: int
    style: int
    foreign: int


def weigh(html: str) -> Weight:
    """Weigh a page.

    `bare` is without drawings and embedded data; `own` is also without the rest of figures and
    tables and without the list of sources: what a page weighs before it says anything.
    """
    style = sum(len(part.encode()) for part in re.findall(_STYLE, html, re.DOTALL))
    return Weight(
        total=len(html.encode()),
        packed=len(gzip.compress(html.encode(), mtime=0)),
        bare=without(html, _DRAWING, _DATA),
        own=without(html, _FIGURE, _SOURCES, _DRAWING, _DATA),
        style=style,
        foreign=len(_FOREIGN.findall(html)),
    )


def without(html: str, *patterns: str) -> int:
    """Bytes of a page without what matches."""
    for pattern in patterns:
        html = re.sub(pattern, "", html, flags=re.DOTALL)
    return len(html.encode())


def pairs(folder: Path) -> Iterator[tuple[str, Weight, Weight]]:
    """Yield each report's name, its weight and that of the default template."""
    exporter = nbconvert.HTMLExporter()
    for page in sorted(folder.glob("*.html")):
        executed = page.with_suffix(".ipynb")
        if executed.is_file():
            default, _ = exporter.from_notebook_node(
                nbformat.read(executed, as_version=4)
            )
            yield page.stem, weigh(page.read_text(encoding="utf-8")), weigh(default)


def report(folder: Path) -> str:
    """Return the text of benchmarks/weight.md."""
    rows = list(pairs(folder))
    lines = [
        "# Weight of the pages",
        "",
        f"KiB; nbconvert {nbconvert.__version__}, its default HTML template, on the same executed "
        "notebooks. *Bare*: without drawings (`<svg>`) and embedded data (`data:`). *Own*: also "
        "without figures, tables and the list of sources, which grow with the data: the style, the "
        "script, the record, the text and the code. `python -m benchmarks.weight` repeats it.",
        "",
        "| report | whole | default | packed | default | bare | default | own | default |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, page, plain in rows:
        values = [page.total, plain.total, page.packed, plain.packed]
        values += [page.bare, plain.bare, page.own, plain.own]
        lines.append(
            f"| {name} | {' | '.join(f'{value / KIB:.0f}' for value in values)} |"
        )
    ours = [first for _, first, _ in rows]
    default = [second for _, _, second in rows]
    index = (folder / "index.html").read_text(encoding="utf-8")
    lines += [
        "",
        "| | ours | default |",
        "|---|--:|--:|",
        f"| style sheet, KiB | {largest(ours, 'style')} | {largest(default, 'style')} |",
        f"| heaviest page's own weight, KiB | {largest(ours, 'own')} | {largest(default, 'own')} |",
        "| files fetched from other hosts on opening | "
        f"{max(weight.foreign for weight in ours)} | {max(weight.foreign for weight in default)} |",
        "",
        f"The index of {len(rows)} reports weighs {len(index.encode()) / KIB:.0f} KiB "
        f"({len(gzip.compress(index.encode(), mtime=0)) / KIB:.0f} packed), "
        f"{without(index, _DATA) / KIB:.0f} without its thumbnails.",
        "",
    ]
    return "\n".join(lines)


def largest(weights: list[Weight], part: str) -> str:
    """Return the largest of one part in KiB."""
    return f"{max(getattr(weight, part) for weight in weights) / KIB:.0f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", nargs="?", type=Path, help="folder rendered before")
    given = parser.parse_args().reports
    with tempfile.TemporaryDirectory() as temporary:
        folder = given or Path(temporary) / "reports"
        if given is None:
            command = [sys.executable, "-m", "catrade", "render", "-o", str(folder)]
            subprocess.run(command, check=True)
        text = report(folder)
    (HERE / "weight.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
