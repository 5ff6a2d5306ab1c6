"""The command `catrade claims`: an announcement's claims and their verdicts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rounding.errors import ParameterError, choice_error

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

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
            raise ParameterError(
                f"--data names {data}, which is not a folder; it must be one with trade.csv"
            )
        os.environ["CATRADE_DATA"] = str(data)
    # Only now: these read the tables, and take a second to import.
    from catrade.claims import claims as checks
    from catrade.tables.policy import ARTICLE, load_claims
    from pagemill.private import without_secrets

    if document is None:
        known = load_claims(path=file)["document"].unique().tolist()
        document = ARTICLE if ARTICLE in known else known[0]
    verdicts = checks.check_claims(load_claims(document, file)).verdicts
    if form == "json":
        # An end that is open or absent is null.
        plain = verdicts.astype(object).where(verdicts.notna(), None)
        found = {"document": document, "verdicts": plain.to_dict("records")}
        typer.echo(without_secrets(json.dumps(found, ensure_ascii=False, indent=2)))
        return
    from rich.console import Console

    # Piped, rich neither colours nor knows a width: lines then stay as wide as a page.
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 120
    console.print(verdict_table(verdicts, document))
    standing = checks.standings(verdicts)["standing"]
    console.print(f"{len(standing)} claims: {checks.counts(standing)}.", soft_wrap=True)


def verdict_table(verdicts: pd.DataFrame, document: str) -> Table:
    """Return the verdicts as a table for a terminal, without the secrets of this machine."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from pagemill.private import without_secrets

    title = Text(f"Claims of {document}", style="table.title")
    heads = ("No.", "Statement", "Figures", "Verdict", "Why")
    table = Table(*heads, title=title, box=box.SIMPLE_HEAD, title_justify="left")
    before = ""
    for row in verdicts.to_dict("records"):
        number, statement = row["number"], without_secrets(row["statement"])
        if row["claim_id"] == before:  # by another set of books: it stands above
            number, statement = "", ""
        before = row["claim_id"]
        table.add_row(
            Text(number),
            Text(statement),
            Text(row["whose"] or "the record"),
            Text(row["verdict"], style=_STYLES[row["verdict"]]),
            Text(without_secrets(row["reason"])),
        )
    return table
