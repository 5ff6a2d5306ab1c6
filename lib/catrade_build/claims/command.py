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
_CLAIM = ["claim_id", "number", "statement"]
_TOLD = ["verdict", "whose", "reason"]


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
    for (_, number, statement), rows in verdicts.groupby(_CLAIM, sort=False):
        typer.echo(f"\n{number}. {statement}")
        for verdict, whose, reason in rows[_TOLD].itertuples(index=False):
            text = f"{verdict} ({whose or 'the record'}): {reason}"
            typer.echo(fill(text, 100, initial_indent="   ", subsequent_indent="   "))
    many = verdicts.drop_duplicates("claim_id")["standing"].value_counts()
    told = "; ".join(f"{number} {standing}" for standing, number in many.items())
    typer.echo(f"\n{many.sum()} claims: {told}.")
