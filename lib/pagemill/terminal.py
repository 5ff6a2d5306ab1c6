"""What a command says: each line goes through `echo`, so that the terminal obeys nothing in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand

from rounding.errors import one_line, some

if TYPE_CHECKING:
    from pagemill.run import ReportOutcome


def echo(text: str, *, err: bool = False) -> None:
    """Write a line to the terminal, what it would obey or not show written out; tabs stay."""
    typer.echo("\t".join(map(one_line, text.split("\t"))), err=err)


class Command(TyperCommand):
    """A command whose help names an argument alone, without what Python calls its type."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write what may be given: arguments, then options."""
        for title in ("Argument", "Option"):
            of_kind = [
                parameter.get_help_record(ctx)
                for parameter in self.get_params(ctx)
                if parameter.param_type_name == title.lower()
            ]
            rows = [
                (re.sub(r" <[^<>]*>$", "", name), text)
                for name, text in filter(None, of_kind)
            ]
            if rows:
                with formatter.section(f"{title}s"):
                    formatter.write_dl(rows)


class Progress:
    """A line a report as it is made or fails; what is current is counted at the end."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    def note(self, outcome: ReportOutcome) -> None:
        """Show one outcome."""
        self._done += 1
        if outcome.status == "failed":
            echo(f"failed: {outcome.message}", err=True)
        if outcome.status == "made":
            place = f"[{self._done}/{self._total}] {outcome.slug}"
            echo(f"{place}: made in {outcome.seconds:.1f} s")
        if outcome.lost:
            echo(f"{outcome.slug}: {'; '.join(some(outcome.lost))}", err=True)
