"""The command `catrade claims`: an announcement's claims and their verdicts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pagemill.errors import choice_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from catrade.claim_check.claims import Verdict

FORMATS = ("table", "json")
_STYLES = {
    "holds": "green",
    "holds within rounding": "yellow",
    "does not hold": "red",
    "cannot be checked": "dim",
}


def claims_command(
    document: Annotated[
        str | None,
        typer.Option("--document", metavar="ID", help="Which announcement (the article)."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="table or json (table).")
    ] = "table",
    file: Annotated[
        Path | None,
        typer.Option("--claims", metavar="FILE", help="Another table than data/claims.csv."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Another folder than data/.")
    ] = None,
) -> None:
    """Judge an announcement claim by claim against the published figures."""
    if form not in FORMATS:
        error = choice_error("--format", form, FORMATS)
        raise error
    if data is not None:
        from pagemill.errors import DataError

        if not data.is_dir():
            message = f"--data names {data}, which is not a folder; it must be one with trade.csv"
            raise DataError(message)
        os.environ["CATRADE_DATA"] = str(data)
    from catrade.claim_check.claims import (
        STANDINGS,
        check_claims,
        records,
        standings,
        verdict_frame,
    )
    from catrade.load.claims import ARTICLE, documents, load_claims

    if document is None:
        known = documents(load_claims(path=file))
        document = ARTICLE if ARTICLE in known else known[0]
    verdicts = check_claims(load_claims(document, file))
    if form == "json":
        found = {"document": document, "verdicts": records(verdicts)}
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    # Piped, rich neither colours nor knows a width: lines then stay as wide as a page.
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, no_color=True, width=120)
    console.print(verdict_table(verdicts, document))
    counts = standings(verdict_frame(verdicts))["standing"].value_counts()
    told = [f"{counts[v]} {v}" for v in STANDINGS if v in counts.index]
    console.print(f"{counts.sum()} claims: {', '.join(told)}.")


def verdict_table(verdicts: Sequence[Verdict], document: str) -> Table:
    """Return the verdicts as a table for a terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=f"Claims of {document}", box=box.SIMPLE_HEAD, title_justify="left", show_lines=False
    )
    table.add_column("No.", justify="right", no_wrap=True)
    table.add_column("Statement", ratio=3, overflow="fold")
    table.add_column("Figures", ratio=1, overflow="fold")
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Why", ratio=5, overflow="fold")
    before = ""
    for verdict in verdicts:
        # The second set of books of the same claim: the statement stands above.
        again, before = verdict.claim_id == before, verdict.claim_id
        table.add_row(
            Text("" if again else verdict.number),
            Text("" if again else verdict.statement),
            Text(verdict.whose or "the record"),
            Text(verdict.verdict, style=_STYLES[verdict.verdict]),
            Text(verdict.reason),
        )
    return table
