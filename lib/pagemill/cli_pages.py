"""The commands `verify` and `diff`: is a page what it says, and what moved."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pagemill.errors import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from pagemill.compare import Comparison, Move

#: Lines of a list that `diff` shows without --all.
SHOWN = 30


def verify_command(
    pages: Annotated[list[Path], typer.Argument(metavar="PAGE", help="Rendered reports.")],
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="Another plan; notebooks stand beside it."),
    ] = None,
) -> None:
    """Make a page again from its own record and say whether the bytes are the same.

    Exit status: 0 reproduced; 1 not, and why; 2 the file is no report of ours.
    """
    from pagemill import plan as plans
    from pagemill.compare import verify
    from pagemill.project import current
    from pagemill.saved import open_page

    for page in pages:
        open_page(page)
    beside = plan or plans.find_plan()
    failed = 0
    for page in pages:
        verdict = verify(page, beside, current().tables())
        said = "reproduced" if verdict.reproduced else f"not reproduced: {verdict.reason}"
        typer.echo(one_line(f"{page}: {said}"))
        failed += not verdict.reproduced
    if failed:
        raise typer.Exit(1)


def diff_command(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A rendered report.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Another rendering of it.")],
    show_all: Annotated[
        bool, typer.Option("--all", help=f"Show all differences, not the first {SHOWN} of a kind.")
    ] = False,
) -> None:
    """Say which numbers and sentences differ between two pages, and what moved them.

    Exit status: 0 a reader takes the same from both; 1 not; 2 a file is no report of ours.
    """
    from rich.console import Console

    from pagemill.compare import compare, counted
    from pagemill.saved import open_page

    found = compare(open_page(old), open_page(new))
    # Piped, rich neither colours nor knows a width: lines then stay as wide as a page.
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, no_color=True, width=120)
    if not found.same:
        console.print(line(counted(found)))
    console.print(line(found.cause()))
    limit = None if show_all else SHOWN
    for title, moves in itertools.groupby(found.moves[:limit], lambda move: move.item):
        console.print(moves_table(title, moves))
    _say_left(console, len(found.moves), limit)
    _print_sentences(console, found, limit)
    if not found.same:
        raise typer.Exit(1)


def moves_table(title: str, moves: Iterable[Move]) -> Table:
    """Return what moved in one figure or table as a table for a terminal."""
    from rich import box
    from rich.table import Table

    table = Table(title=line(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD)
    for header in ("Row", "Column", "Old", "New", "Change"):
        right = header in ("Old", "New", "Change")
        table.add_column(header, justify="right" if right else "left", overflow="fold")
    for move in moves:
        cells = (move.row, move.column, *readable(move.old, move.new), move.change)
        table.add_row(*(line(cell) for cell in cells))
    return table


def line(text: str, style: str = "") -> Text:
    """Return a text of a page for a terminal, which must obey nothing that stands in it."""
    from rich.text import Text

    return Text(one_line(text), style)


def readable(old: str, new: str) -> tuple[str, str]:
    """Return two numbers with as few digits as tell them apart; other texts as they are.

    Examples
    --------
    >>> readable("0.1213371", "0.1224"), readable("106300000000", "106400000000")
    (('0.121', '0.122'), ('106,300,000,000', '106,400,000,000'))
    >>> readable("official", "press")
    ('official', 'press')
    """
    try:
        pair = float(old), float(new)
    except ValueError:
        return old, new
    for digits in range(3, 16):
        texts = [_with_digits(value, digits) for value in pair]
        if texts[0] != texts[1]:
            return texts[0], texts[1]
    return old, new


def _with_digits(value: float, digits: int) -> str:
    rounded = float(f"{value:.{digits}g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10**digits else f"{rounded:,.{digits}g}"


def _print_sentences(console: Console, found: Comparison, limit: int | None) -> None:
    for old, new in found.sentences[:limit]:
        console.print(line(f"− {old}", "red"))
        console.print(line(f"+ {new}", "green"))
    _say_left(console, len(found.sentences), limit)


def _say_left(console: Console, number: int, limit: int | None) -> None:
    if limit is not None and number > limit:
        console.print(f"… and {number - limit} more: --all shows them", markup=False)
