"""The command `catrade claims`: an announcement's claims and their verdicts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pagemill.errors import DataError, choice_error

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
        typer.Option(
            "--document", metavar="ID", help="Which announcement (the article)."
        ),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="table or json (table).")
    ] = "table",
    file: Annotated[
        Path | None,
        typer.Option(
            "--claims", metavar="FILE", help="Another table than data/claims.csv."
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Another folder than data/."),
    ] = None,
) -> None:
    """Judge an announcement claim by claim against the published figures."""
    if form not in FORMATS:
        raise choice_error("--format", form, FORMATS)
    if data is not None:
        if not data.is_dir():
            raise DataError(
                f"--data names {data}, which is not a folder; it must be one with trade.csv"
            )
        os.environ["CATRADE_DATA"] = str(data)
    # Only now: these read the tables, and take a second to import.
    from catrade.claim_check import claims as checks
    from catrade.claim_check.say import counts
    from catrade.load.claims import ARTICLE, documents, load_claims
    from pagemill.private import without_secrets

    if document is None:
        known = documents(load_claims(path=file))
        document = ARTICLE if ARTICLE in known else known[0]
    verdicts = checks.check_claims(load_claims(document, file))
    if form == "json":
        found = {"document": document, "verdicts": checks.records(verdicts)}
        typer.echo(without_secrets(json.dumps(found, ensure_ascii=False, indent=2)))
        return
    from rich.console import Console

    # Piped, rich neither colours nor knows a width: lines then stay as wide as a page.
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, no_color=True, width=120)
    console.print(verdict_table(verdicts, document))
    standing = checks.standings(checks.verdict_frame(verdicts))["standing"]
    console.print(f"{len(standing)} claims: {counts(standing)}.", soft_wrap=True)


def verdict_table(verdicts: Sequence[Verdict], document: str) -> Table:
    """Return the verdicts as a table for a terminal, without the secrets of this machine."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from pagemill.private import without_secrets

    title = Text(f"Claims of {document}", style="table.title")
    table = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("No.", justify="right", no_wrap=True)
    for head, ratio in (("Statement", 3), ("Figures", 1)):
        table.add_column(head, ratio=ratio, overflow="fold")
    table.add_column("Verdict", no_wrap=True)
    table.add_column("Why", ratio=5, overflow="fold")
    before = ""
    for verdict in verdicts:
        # The second set of books of the same claim: the statement stands above.
        again, before = verdict.claim_id == before, verdict.claim_id
        names = (
            ("", "") if again else (verdict.number, without_secrets(verdict.statement))
        )
        table.add_row(
            *map(Text, (*names, verdict.whose or "the record")),
            Text(verdict.verdict, style=_STYLES[verdict.verdict]),
            Text(without_secrets(verdict.reason)),
        )
    return table
