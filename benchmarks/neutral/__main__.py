"""Six seaborn figures, six values of a parameter, nothing of catrade: pagemill beside other tools.

Run `python -m benchmarks neutral` from the project's folder; it makes an environment with every
tool in a cache folder, and writes the section `One neutral notebook` of benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import base64
import html
import os
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
from playwright.sync_api import Browser, sync_playwright

from benchmarks.baci import machine, write_section
from benchmarks.neutral.ways import (
    SEEDS,
    Took,
    Way,
    cache,
    environment,
    prepare,
    run,
    ways,
)

TITLE = "One neutral notebook"
COMPARED = (
    *("ipykernel", "jupyter-book", "marimo", "matplotlib", "nbconvert", "papermill"),
    *("ploomber-engine", "seaborn"),
)
_PICTURE = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")
_MARK = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Outputs:
    """What plain papermill has in a notebook: the lines of its text, the bytes of its pictures."""

    lines: list[str]
    pictures: list[bytes]


@dataclass(frozen=True)
class Opened:
    """A page as a browser without a network has it.

    Attributes
    ----------
    files, size
        Files of the machine that it reads, and their bytes.
    hosts
        Other hosts it asks for something.
    same_lines, same_pictures
        Share of papermill's outputs that stand in these files.
    seen
        Share of papermill's lines and pictures that a reader sees.
    """

    files: int
    size: int
    hosts: set[str]
    same_lines: float
    same_pictures: float
    seen: float


def outputs(executed: Path) -> Outputs:
    cells = nbformat.read(executed, as_version=4).cells
    shown = [output for cell in cells for output in cell.get("outputs", [])]
    texts = [o.text for o in shown if o.output_type == "stream" and o.name == "stdout"]
    pictures = [o.data["image/png"] for o in shown if "image/png" in o.get("data", {})]
    lines = [" ".join(line.split()) for text in texts for line in text.splitlines()]
    return Outputs(
        [line for line in lines if line], [base64.b64decode(p) for p in pictures]
    )


def opened(browser: Browser, file: Path, wanted: Outputs) -> Opened:
    """Open a page, let it reach nothing outside this machine, and compare what it holds."""
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route(re.compile("^(http|ws)s?:"), lambda route: route.abort())
    page.goto(file.as_uri())
    page.wait_for_timeout(1000)
    text = " ".join(page.inner_text("body").split())
    drawn = page.evaluate(
        "[...document.images].filter(i => i.naturalWidth > 200 && i.checkVisibility()).length"
    )
    page.close()
    places = [urlsplit(url) for url in dict.fromkeys(asked)]
    files = [Path(unquote(place.path)) for place in places if place.scheme == "file"]
    held = file.read_text(encoding="utf-8")
    pictures = [base64.b64decode(picture) for picture in _PICTURE.findall(held)]
    pictures += [path.read_bytes() for path in files if path.suffix == ".png"]
    plain = " ".join(html.unescape(_MARK.sub("", held)).replace("\\n", " ").split())
    seen = [line in text for line in wanted.lines]
    seen += [number < drawn for number in range(len(wanted.pictures))]
    return Opened(
        len(files),
        sum(path.stat().st_size for path in files if path.is_file()),
        {place.netloc for place in places if place.netloc},
        statistics.mean(line in plain for line in wanted.lines),
        statistics.mean(picture in pictures for picture in wanted.pictures),
        statistics.mean(seen),
    )


def row(
    way: Way, took: list[Took], ours: list[Took], again: Took, pages: list[Opened]
) -> str:
    slower = statistics.median(a.wall / b.wall for a, b in zip(took, ours, strict=True))
    dearer = statistics.median(
        a.processor / b.processor for a, b in zip(took, ours, strict=True)
    )
    hosts = set[str]().union(*(page.hosts for page in pages))
    cells = (
        way.name,
        f"{statistics.median(lap.wall for lap in took):.1f}",
        f"{slower:.2f}",
        f"{statistics.median(lap.processor for lap in took):.1f}",
        f"{dearer:.2f}",
        f"{again.wall:.1f}",
        f"{statistics.median(page.size for page in pages) / 1024:.0f}",
        f"{max(page.files for page in pages)}",
        ", ".join(sorted(hosts)) or "none",
        *(
            f"{statistics.mean(getattr(page, share) for page in pages):.0%}"
            for share in ("same_lines", "same_pictures", "seen")
        ),
    )
    return f"| {' | '.join(cells)} |"


def measure(rounds: int, programs: Path) -> str:
    took: list[list[Took]] = []
    for number in range(rounds):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary)
            prepare(programs, folder)
            tried = ways(programs, folder)
            took.append([])
            for way in tried:
                print(
                    f"round {number + 1} of {rounds}: {way.name}",
                    file=sys.stderr,
                    flush=True,
                )
                took[-1].append(run(way.commands))
            if number < rounds - 1:
                continue
            wanted = {
                seed: outputs(folder / "command" / f"{seed}.ipynb") for seed in SEEDS
            }
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                    args=["--no-sandbox"],
                )
                pages = [
                    [
                        opened(browser, folder / way.page.format(s), wanted[s])
                        for s in SEEDS
                    ]
                    for way in tried
                ]
            again = [run(way.commands) for way in tried]
    columns = list(zip(*took, strict=True))
    rows = [
        row(way, list(mine), list(columns[0]), *more)
        for way, mine, *more in zip(tried, columns, again, pages, strict=True)
    ]
    return section(rows, rounds, programs)


def section(rows: list[str], rounds: int, programs: Path) -> str:
    where = next(programs.parent.glob("lib/python*/site-packages"))
    installed = {
        package.name: package.version
        for package in metadata.distributions(path=[str(where)])
    }
    versions = ", ".join(f"{name} {installed[name]}" for name in COMPARED)
    return "\n".join(
        [
            f"## {TITLE}",
            "",
            f"Measured {datetime.now(UTC).date()} on {machine()},"
            f" {versions}. Six seaborn figures and a few printed"
            f" lines, six values of a parameter, nothing of catrade; each tool as its own"
            f" documentation has it, all in one environment. Medians of {rounds} runs in turn, of"
            " an empty folder; *again* is the same once more with nothing changed. *Times* is"
            " to `pagemill render`. A page is opened in Chromium without a network: its bytes and"
            " files are what that reads; *same* is the share of plain papermill's lines and of the"
            " bytes of its pictures that stand in them; *seen* is what a reader then has of both."
            " `python -m benchmarks neutral` repeats it.",
            "",
            "| way | s | times | processor s | times | again, s | a page, KiB | its files"
            " | other hosts | same lines | same pictures | seen |",
            "|---|--:|--:|--:|--:|--:|--:|--:|---|--:|--:|--:|",
            *rows,
            "",
            "pagemill's server imports seaborn once (`warm`), and it has two reports a core in"
            " flight; the others make one after the other. Jupyter Book and marimo have no"
            " parameters: they are given a notebook for each value, which is not timed. marimo"
            " draws twice as densely, so that no picture has papermill's bytes.",
            "",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks neutral", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=3, help="runs of each tool (3)")
    parser.add_argument(
        "--environment", type=Path, default=cache(), help="where the tools are"
    )
    parser.add_argument(
        "--dry", action="store_true", help="print the section, do not write it"
    )
    options = parser.parse_args()
    text = measure(options.rounds, environment(options.environment))
    print(text)
    if not options.dry:
        write_section(text, TITLE)


if __name__ == "__main__":
    main()
