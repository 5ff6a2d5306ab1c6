"""The commands `verify` and `diff`: is a page what it says, and what moved."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pagemill.terminal import echo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pagemill.compare import Comparison

#: Lines of a list that `diff` shows without --all.
SHOWN = 30


def verify_command(
    pages: Annotated[
        list[Path], typer.Argument(metavar="PAGE", help="Rendered reports.")
    ],
    plan: Annotated[
        Path | None,
        typer.Option(
            "--plan", metavar="FILE", help="Another plan; notebooks stand beside it."
        ),
    ] = None,
) -> None:
    """Make a page again from its own record and say whether the bytes are the same.

    Exit status: 0 reproduced; 1 not, and why; 2 the file is no report of ours.
    """
    from pagemill import plan as plans
    from pagemill.project import current
    from pagemill.saved import open_page
    from pagemill.verify import run_of, verify

    saved = {page: open_page(page) for page in pages}
    beside = plan or plans.find_plan()
    failed, tables = 0, current().tables()
    for page in pages:
        run = run_of(saved[page], beside)
        # Whoever sent the page chose what runs: a notebook that is here already, and what it asks.
        asked = ", ".join(f"{name}={value}" for name, value in run.parameters)
        echo(
            f"{page}: running {run.path} of this checkout ({asked}) on the tables in {tables}",
            err=True,
        )
        verdict = verify(page, beside, tables)
        said = (
            "reproduced" if verdict.reproduced else f"not reproduced: {verdict.reason}"
        )
        echo(f"{page}: {said}")
        failed += not verdict.reproduced
    if failed:
        raise typer.Exit(1)


def diff_command(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A rendered report.")],
    new: Annotated[
        Path, typer.Argument(metavar="NEW", help="Another rendering of it.")
    ],
    show_all: Annotated[
        bool,
        typer.Option(
            "--all", help=f"Show all differences, not the first {SHOWN} of a kind."
        ),
    ] = False,
) -> None:
    """Say which numbers and sentences differ between two pages, and what moved them.

    Exit status: 0 nothing differs but the record; 1 something does; 2 a file is no report of ours.
    """
    from pagemill.compare import compare
    from pagemill.parts import strange
    from pagemill.saved import open_page

    pages = [open_page(old), open_page(new)]
    found = compare(*pages)
    for text in said(found, None if show_all else SHOWN):
        echo(text)
    for page in pages:
        for fault in strange(page):
            echo(f"{page.file}: {fault}: another version made it, or it was altered")
    if not found.same:
        raise typer.Exit(1)


def said(found: Comparison, limit: int | None) -> Iterator[str]:
    """Return what differs, line by line: the answer first, then why, the numbers and the text."""
    from pagemill.compare import counted

    if found.answer:
        yield from _pair(found.answer)
    yield found.cause()
    if not found.same:
        yield counted(found)
    for title, moves in itertools.groupby(found.moves[:limit], lambda move: move.item):
        yield title
        yield from (f"    {move}" for move in moves)
    yield from _left(len(found.moves), limit)
    for pair in found.sentences[:limit]:
        yield from _pair(pair)
    yield from _left(len(found.sentences), limit)
    others = found.unexplained()
    for place in others[:limit]:
        yield f"{place.part}: {place.how}"
    yield from _left(len(others), limit)


def _pair(texts: tuple[str, str]) -> tuple[str, str]:
    return f"− {texts[0]}", f"+ {texts[1]}"


def _left(number: int, limit: int | None) -> list[str]:
    if limit is None or number <= limit:
        return []
    return [f"… and {number - limit} more: --all shows them"]
