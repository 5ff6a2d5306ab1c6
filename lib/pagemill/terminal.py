"""What a command says: each line goes through `echo`, so that the terminal obeys nothing in it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from rounding.errors import one_line, some

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from pagemill.run import Outcome


def echo(text: str, *, err: bool = False) -> None:
    """Write a line to the terminal, what it would obey or not show written out; tabs stay."""
    typer.echo("\t".join(map(one_line, text.split("\t"))), err=err)


class Progress:
    """A bar on a terminal, a line a report otherwise; failures are lines in both."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        is_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._bar = _bar(total) if is_terminal else None

    def __enter__(self) -> Progress:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def note(self, outcome: Outcome) -> None:
        """Show one outcome."""
        self._done += 1
        if outcome.status == "failed":
            self._say_failed(f"failed: {outcome.message}")
        elif self._bar is None:
            took = f" in {outcome.seconds:.1f} s" if outcome.status == "made" else ""
            echo(f"[{self._done}/{self._total}] {outcome.slug}: {outcome.status}{took}")
        if outcome.lost:
            self._say_failed(f"{outcome.slug}: {'; '.join(some(outcome.lost))}")
        if self._bar is not None:
            task = self._bar.task_ids[0]
            self._bar.update(task, advance=1, description=outcome.slug, refresh=True)

    def _say_failed(self, line: str) -> None:
        if self._bar is None:
            echo(line, err=True)
        else:
            self._bar.console.print(one_line(line), markup=False)


def _bar(total: int) -> Bar:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar
    from rich.progress import TimeElapsedColumn as Elapsed

    # It is drawn at each report, not by a thread: workers are forked from this process.
    bar = Bar(
        BarColumn(),
        MofNCompleteColumn(),
        Elapsed(),
        TextColumn("{task.description}"),
        console=Console(stderr=True, highlight=False, soft_wrap=True),
        auto_refresh=False,
    )
    bar.add_task("starting kernels", total=total)
    return bar
