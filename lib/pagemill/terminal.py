"""What a command says: each line goes through `echo`, so that the terminal obeys nothing in it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from rounding.errors import one_line, some

if TYPE_CHECKING:
    from pagemill.run import ReportOutcome


def echo(text: str, *, err: bool = False) -> None:
    """Write a line to the terminal, what it would obey or not show written out; tabs stay."""
    typer.echo("\t".join(map(one_line, text.split("\t"))), err=err)


class Progress:
    """A bar on a terminal, a line a report otherwise; failures are lines in both."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._is_terminal = sys.stderr is not None and sys.stderr.isatty()
        label = "starting kernels"
        self._bar: Any = typer.progressbar(
            length=total, label=label, show_pos=True, file=sys.stderr
        )

    def __enter__(self) -> Progress:
        if self._is_terminal:
            self._bar.render_progress()
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_terminal:
            self._bar.render_finish()

    def note(self, outcome: ReportOutcome) -> None:
        """Show one outcome."""
        self._done += 1
        if outcome.status == "failed":
            self._say(f"failed: {outcome.message}")
        elif not self._is_terminal:
            took = f" in {outcome.seconds:.1f} s" if outcome.status == "made" else ""
            echo(f"[{self._done}/{self._total}] {outcome.slug}: {outcome.status}{took}")
        if outcome.lost:
            self._say(f"{outcome.slug}: {'; '.join(some(outcome.lost))}")
        if self._is_terminal:
            self._bar.label = outcome.slug
            self._bar.update(1)

    def _say(self, line: str) -> None:
        if self._is_terminal:  # in the place of the bar, which is drawn again below
            typer.echo("\r\x1b[K", nl=False, err=True)
        echo(line, err=True)
