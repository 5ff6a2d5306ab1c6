"""The `catrade` command. Heavy modules are imported by the commands that need them."""

from __future__ import annotations

import datetime
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

import catrade
from catrade.month import due_lines, month
from catrade_build.claims.command import claims_command
from catrade_build.command import build_command
from catrade_build.tables.paths import data_dir, not_here
from pagemill.cli import add_commands, new_app
from pagemill.ending import run_app
from pagemill.project import use
from pagemill.terminal import Command
from rounding import formats
from rounding.errors import DataError, ReportError, choice_error

app = new_app()

# "\b" keeps the lines of a help text as they are.
_MAIN_EXAMPLES = """\b
Examples:
  catrade render                                 all reports of notebooks/reports.toml
  catrade render trade_growth -p partner=UZB     one notebook with other parameters
  catrade params trade_growth                    what a notebook may be asked
  catrade check                                  are the tables in data/ sound?
  catrade build                                  the figures as Parquet and CSV, to join
  catrade verify reports/trade-growth-ca5.html   does a page come out the same again?
"""
#: Of each command, what may follow its name.
_EXAMPLES = {
    "render": (
        "",
        "trade-growth-ca5 --force",
        "trade_growth -p partner=UZB -p start=2015",
        "--explain",
        "--bundle reports.zip",
        "--cluster tcp://scheduler:8786",
    ),
    "params": ("trade_growth",),
    "check": ("", "--strict", "--data mine/"),
    "verify": ("reports/trade-growth-ca5.html", "from-a-mail.html"),
    "diff": (
        "last-month.html reports/trade-growth-ca5.html",
        "--all old.html new.html",
    ),
    "build": (
        "",
        "--workbook",
        "--as-of 2025-07-01 -o then",
        "--explain CHN,KAZ,export,2024",
    ),
    "changes": ("", "--since 2026-10-01", "--since 2026-10-01 --format csv > new.csv"),
    "status": ("", "--day 2026-10-20"),
    "month": (
        "",
        "Downloads/",
        "--published 2026-10-18 bycountry.html",
        "Downloads/ --edition edition --output reports",
    ),
    "claims": (
        "",
        "--document stheadline-mofcom-2026",
        "--format json > verdicts.json",
        "--claims mine.csv",
    ),
}


def _epilog(command: str) -> str:
    """Return the examples below a command's help."""
    lines = [f"  catrade {command} {rest}".rstrip() for rest in _EXAMPLES[command]]
    return "\n".join(["\b", "Examples:", *lines])


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"catrade {catrade.__version__}")
        raise typer.Exit


@app.callback(epilog=_MAIN_EXAMPLES)
def _main(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Say the version."
        ),
    ] = False,
) -> None:
    """China–Central Asia trade and China's new-energy-vehicle policy, from cited figures.

    Exit status: 0 done, 1 something failed, 2 wrong usage or parameter.
    """


@app.command(epilog=_epilog("check"), short_help="Check every table in data/.")
def check(
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="DIR", help="Another folder than data/."),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="Also that figures fit each other, or are known not to."
        ),
    ] = False,
) -> None:
    """Check every table: names file, row, column and what is wrong."""
    from catrade_build.check.check import check_data

    folder = data or data_dir()
    report = check_data(folder)
    if data is None and (elsewhere := not_here()):
        typer.echo(elsewhere, err=True)
    for problem in [*report.doubts, *report.problems]:
        typer.echo(str(problem))
    rows = f"{len(report.rows)} tables, {sum(report.rows.values())} rows in {folder}"
    if report.problems:
        count = len(report.problems)
        faults = "1 fault" if count == 1 else f"{count} faults"
        raise ReportError(f"{faults} found; {rows} are sound")
    notices = len(report.notices)
    tail = f"; {notices} times two sources disagree beyond rounding" if notices else ""
    typer.echo(f"{rows}: no faults{tail}")
    if strict:
        from catrade_build.check.compare import check_strict

        findings, unexplained = check_strict(folder)
        for finding in unexplained:
            typer.echo(str(finding))
        if unexplained:
            count = len(unexplained)
            many = "1 finding is" if count == 1 else f"{count} findings are"
            raise DataError(
                f"{many} not explained: mend the figure, or list the finding in known_issues.csv"
                " under its rule and name with the reason, or take a line off that no longer"
                " applies"
            )
        typer.echo(
            f"strict: {len(findings)} findings, all of them explained in known_issues.csv"
        )


@app.command(
    epilog=_epilog("changes"), short_help="Say what has become known since a day."
)
def changes(
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="DAY",
            help="What came after this day (31 days before the other).",
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="DAY",
            help="And by this one (that of the newest source).",
        ),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="table or csv (table).")
    ] = "table",
) -> None:
    """Say what has become known between two days, one line a thing, the newest first.

    New, revised and withdrawn figures, events decided, rules begun or ended, verdicts changed.
    """
    from catrade_build.changes import changes as between
    from catrade_build.words import NOT_CONFIRMED

    if form not in ("table", "csv"):
        raise choice_error("--format", form, ("table", "csv"))
    news = between(since, until)
    if form == "csv":
        typer.echo(news.to_csv(index=False), nl=False)
        return
    for row in news.to_dict("records"):
        when = f" {row['period']}" if row["period"] else ""
        why = f"; {row['why']}" if row["why"] else ""
        sentence = f": {row['told']}{why}" if row["told"] else ""
        kind = row["kind"] if row["quality"] == "ok" else NOT_CONFIRMED
        head = f"{row['when'] or 'no date':10}  {kind}: {row['what']}{when}"
        typer.echo(f"{head}{sentence}\n            {row['sources']}")
    typer.echo(f"{len(news)} things")


@app.command(epilog=_epilog("status"), short_help="Say what is due and overdue.")
def status(
    day: Annotated[
        str | None,
        typer.Option("--day", metavar="DAY", help="As of another day than today."),
    ] = None,
) -> None:
    """Say of each regular release what is held, whether the next is due, and where it lies."""
    from catrade_build.releases import releases_due
    from catrade_build.tables.trade import newest_day

    for line in due_lines(releases_due(day or datetime.date.today())):
        typer.echo(line)
    typer.echo(f"newest source: {formats.date(str(newest_day()))}")


_JUDGE = "Judge an announcement claim by claim."
app.command(
    "build",
    epilog=_epilog("build"),
    short_help="Write the edition: chosen figures as Parquet and CSV.",
)(build_command)
app.command(
    "month",
    cls=Command,
    epilog=_epilog("month"),
    short_help="A new month, from files to a page.",
)(month)
app.command("claims", epilog=_epilog("claims"), short_help=_JUDGE)(claims_command)
add_commands(
    app, {name: _epilog(name) for name in ("render", "params", "verify", "diff")}
)


@app.command("fetch", hidden=True, context_settings={"ignore_unknown_options": True})
def _not_installed(asked: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Say what brings this command."""
    raise ReportError(
        "catrade fetch comes with catrade-fetch, which is not installed: in the project's folder"
        " run pip install ./lib/catrade_fetch"
    )


# What is installed besides brings commands of its own; of two of one name the later is taken.
for _point in entry_points(group="catrade.commands"):
    app.add_typer(_point.load(), name=_point.name)


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status; a user's mistake ends in one sentence.

    Examples
    --------
    >>> main(["params"])
    trade_growth	partner, reporter, start, end, as_of
    ...
    0
    """
    use("catrade.project:PROJECT")
    return run_app(app, "catrade", arguments)
