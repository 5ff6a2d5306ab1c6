"""The command `catrade claims`: an announcement's claims and their verdicts."""

from __future__ import annotations

import json
import os
from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer

from rounding.errors import ParameterError, choice_error

FORMATS = ("table", "json")


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
    from catrade_build.claims.verdicts import judge_claims
    from catrade_build.tables.policy import ARTICLE, load_claims
    from pagemill.private import without_secrets

    if document is None:
        documents = load_claims(path=file)["document"].unique().tolist()
        document = ARTICLE if ARTICLE in documents else documents[0]
    verdicts = judge_claims(load_claims(document, file))
    texts = verdicts.select_dtypes(["object", "string"]).columns
    verdicts[texts] = verdicts[texts].map(without_secrets)
    if form == "json":
        # An end that is open or absent is null.
        verdicts = verdicts.drop(columns=["document", "evidence", "why"])
        cells = json.loads(verdicts.to_json(orient="records", double_precision=15))
        answer = {"document": document, "verdicts": cells}
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    typer.echo(f"Claims of {document}")
    for _, rows in verdicts.groupby("claim_id", sort=False):
        first, *_ = each = rows.to_dict("records")
        typer.echo(f"\n{first['number']}. {first['statement']}")
        for row in each:
            whose = row["whose"] or "the record"
            text = f"{row['verdict']} ({whose}): {row['reason']}"
            typer.echo(fill(text, 100, initial_indent="   ", subsequent_indent="   "))
    many = verdicts.drop_duplicates("claim_id")["standing"].value_counts()
    told = "; ".join(f"{number} {standing}" for standing, number in many.items())
    typer.echo(f"\n{many.sum()} claims: {told}.")
