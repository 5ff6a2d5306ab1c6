"""The command `catrade build`: an edition as files, or why one figure is what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def build_command(
    day: Annotated[
        str,
        typer.Option("--as-of", metavar="DAY", help="As known on a day (all held)."),
    ] = "",
    reporter: Annotated[
        str,
        typer.Option(
            "--reporter", metavar="COUNTRY", help="Figures of one alone (all)."
        ),
    ] = "",
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Where to (edition/)."),
    ] = Path("edition"),
    workbook: Annotated[
        bool,
        typer.Option("--workbook", help="Also write all tables as an Excel workbook."),
    ] = False,
    cell: Annotated[
        str,
        typer.Option(
            "--explain",
            metavar="CELL",
            help="Say how one figure was chosen: CHN,KAZ,export,2024.",
        ),
    ] = "",
) -> None:
    """Write an edition: its tables as Parquet and CSV, with a data package."""
    # Only now: these read the tables, and take a second to import.
    from catrade_build.day import as_of
    from catrade_build.explain import explain
    from catrade_build.tables.choices import place
    from catrade_build.write import require_own, write

    with as_of(day):
        if cell:
            for sentence in explain(cell):
                typer.echo(sentence)
            return
        code = place(reporter, "reporter") if reporter else ""
        require_own(output)
        typer.echo("building the edition …", err=True)
        counts = write(output, reporter=code, workbook=workbook)
    tables = ", ".join(f"{name} {rows:,}" for name, rows in counts.items())
    known = f" as known on {day}" if day else ""
    book = " and in one workbook" if workbook else ""
    typer.echo(f"{output}: {tables} rows{known}, as Parquet and CSV{book}")
