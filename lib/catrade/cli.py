"""The `catrade` command. Heavy modules are imported by the commands that need them."""

from __future__ import annotations

import codecs
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import catrade
from catrade.cli_claims import claims_command
from catrade.cli_pages import diff_command, verify_command
from catrade.cli_progress import Progress
from catrade.errors import CatradeError, ParameterError, ReportError, one_line

if TYPE_CHECKING:
    from catrade.report.plan import Run
    from catrade.report.run import Outcome

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


#: How typer ends on Ctrl-C, without a word.
_INTERRUPTED = 130

# "\b" keeps the lines of a help text as they are.
_MAIN_EXAMPLES = """\b
Examples:
  catrade render                                 all reports of notebooks/reports.toml
  catrade render trade_growth -p partner=UZB     one notebook with other parameters
  catrade params trade_growth                    what a notebook may be asked
  catrade check                                  are the tables in data/ sound?
  catrade verify reports/trade-growth-kaz.html   does a page come out the same again?
"""
_RENDER_EXAMPLES = """\b
Examples:
  catrade render
  catrade render trade-growth-kaz --force
  catrade render trade_growth -p partner=UZB -p start=2015
  catrade render --explain
  catrade render --bundle reports.zip
  catrade render --cluster tcp://scheduler:8786
"""
_PARAMS_EXAMPLES = """\b
Example:
  catrade params trade_growth
"""
_CHECK_EXAMPLES = """\b
Examples:
  catrade check
  catrade check --strict
  catrade check --data mine/
"""
_VERIFY_EXAMPLES = """\b
Examples:
  catrade verify reports/trade-growth-kaz.html
  catrade verify from-a-mail.html
"""
_DIFF_EXAMPLES = """\b
Examples:
  catrade diff last-month.html reports/trade-growth-kaz.html
  catrade diff --all old.html new.html
"""
_CLAIMS_EXAMPLES = """\b
Examples:
  catrade claims
  catrade claims --document stheadline-mofcom-2026
  catrade claims --format json > verdicts.json
  catrade claims --claims mine.csv
"""


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"catrade {catrade.__version__}")
        raise typer.Exit


@app.callback(epilog=_MAIN_EXAMPLES)
def _main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """China–Central Asia trade and China's new-energy-vehicle policy, from cited figures.

    Exit status: 0 done, 1 something failed, 2 wrong usage or parameter.
    """


@app.command(epilog=_RENDER_EXAMPLES, short_help="Make the reports and their index.")
def render(
    reports: Annotated[
        list[str] | None,
        typer.Argument(metavar="REPORT", help="Slugs of the plan or notebook names."),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", metavar="NAME=VALUE", help="Set a parameter."),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, metavar="N", help="How many at a time (all cores)."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Folder (reports/).")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Make current ones again too.")] = False,
    list_only: Annotated[bool, typer.Option("--list", help="Only list the reports.")] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Only say why each would be made, or is current.")
    ] = False,
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", metavar="ZIP", help="Also put the index and all pages in a zip."),
    ] = None,
    cluster: Annotated[
        str,
        typer.Option("--cluster", metavar="ADDRESS", help="Make them on this Dask scheduler."),
    ] = "",
    plan: Annotated[
        Path | None,
        typer.Option("--plan", metavar="FILE", help="Another plan than notebooks/reports.toml."),
    ] = None,
) -> None:
    """Run notebooks and render each to one HTML file, and an index of them.

    Without REPORT, all of the plan. A notebook's name means all its reports in the plan, or, with
    -p, one report of your own. Reports whose inputs have not changed are left alone.
    """
    from catrade.report import plan as plans
    from catrade.report import warm

    planned = plans.load_plan(plan or plans.find_plan())
    runs = plans.select(planned, reports or [], _pairs(parameters or []))
    if list_only:
        for run in runs:
            typer.echo(f"{run.slug}\t{run.notebook}\t{run.title}")
        return
    from catrade.paths import data_dir
    from catrade.report.run import run_all

    target = output or planned.root / "reports"
    if explain:
        _explain(runs, target, data_dir(), force)
        return
    if bundle is not None:
        from catrade.report.bundle import checked_target

        checked_target(bundle)
    with Progress(len(runs)) as progress:
        outcomes = run_all(
            runs,
            target,
            data_dir(),
            jobs=jobs or warm.default_jobs(),
            force=force,
            cluster=cluster,
            on_progress=progress.note,
        )
    _finish(outcomes, target, [run.slug for run in planned.runs])
    if bundle is not None:
        from catrade.report.bundle import write_bundle

        typer.echo(f"the index and {write_bundle(target, bundle)} pages: {_shown(bundle)}")


@app.command(epilog=_PARAMS_EXAMPLES, short_help="Say what a notebook may be asked.")
def params(
    notebook: Annotated[
        str | None, typer.Argument(help="Name of a notebook; none lists the notebooks.")
    ] = None,
) -> None:
    """Say what a notebook may be asked: each parameter, its default and what is allowed."""
    from catrade import params as models

    if notebook is None:
        for name, model in models.NOTEBOOKS.items():
            typer.echo(f"{name}\t{', '.join(model.model_fields)}")
        return
    for parameter in models.describe(notebook.removesuffix(".ipynb")):
        typer.echo(f"{parameter.name} = {parameter.default!r}")
        typer.echo(f"    {parameter.about}: {parameter.allowed}.")


@app.command(epilog=_CHECK_EXAMPLES, short_help="Check every table in data/.")
def check(
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="Another folder than data/.")
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Also that figures fit each other, or are known not to."),
    ] = False,
) -> None:
    """Check every table: names file, row, column and what is wrong."""
    from catrade.check.check import check_data

    report = check_data(data)
    for problem in [*report.doubts, *report.problems]:
        typer.echo(str(problem))
    rows = f"{len(report.rows)} tables, {sum(report.rows.values())} rows"
    if report.problems:
        faults = "1 fault" if len(report.problems) == 1 else f"{len(report.problems)} faults"
        message = f"{faults} found; {rows} are sound"
        raise ReportError(message)
    notices = len(report.notices)
    tail = f"; {notices} times two sources disagree beyond rounding" if notices else ""
    typer.echo(f"{rows}: no faults{tail}")
    if strict:
        from catrade.check.strict import report_strict

        typer.echo(report_strict(data, typer.echo))


for _name, _command, _examples, _short in (
    ("verify", verify_command, _VERIFY_EXAMPLES, "Make a page again: are the bytes the same?"),
    ("diff", diff_command, _DIFF_EXAMPLES, "Say which numbers differ between two pages."),
    ("claims", claims_command, _CLAIMS_EXAMPLES, "Judge an announcement claim by claim."),
):
    app.command(_name, epilog=_examples, short_help=_short)(_command)


# What follows `fetch` is left to its own command line, whose modules need pandas.
_PASSED_ON = {
    "ignore_unknown_options": True,
    "allow_extra_args": True,
    "allow_interspersed_args": False,
    "help_option_names": [],
}


@app.command(context_settings=_PASSED_ON, short_help="Bring newer or larger data.")
def fetch(context: typer.Context) -> None:
    """Bring newer or larger data from its publishers into the same tables."""
    from catrade.fetch.commands import app as sources

    sources(context.args, prog_name="catrade fetch", help_option_names=["-h", "--help"])


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status; a user's mistake ends in one sentence.

    Examples
    --------
    >>> main(["params"])
    trade_growth	partner, reporter, start, end
    ...
    0
    """
    for stream in (sys.stdout, sys.stderr):
        _let_any_text_through(stream)
    try:
        status = _status(arguments)
        if sys.stdout is not None:  # None: the user closed it
            sys.stdout.flush()  # a full disk shows here at the latest
        return status
    except CatradeError as error:
        typer.echo(f"catrade: {one_line(str(error))}", err=True)
        return error.exit_status
    except OSError as error:
        _give_up_output()
        place = error.filename or "what this command says"
        typer.echo(f"catrade: {place} cannot be read or written: {error.strerror}", err=True)
        return 1
    except KeyboardInterrupt:
        typer.echo("catrade: interrupted; nothing was changed", err=True)
        return 130


def _status(arguments: list[str] | None) -> int:
    try:
        app(arguments, prog_name="catrade")
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            raise KeyboardInterrupt from end
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


def _let_any_text_through(stream: object) -> None:
    """Have a stream take every character: names and sentences need more than ASCII.

    A system set to C or POSIX says ASCII and in truth passes bytes on; another narrow encoding is
    kept, and gets what it lacks as escapes, which JSON reads.
    """
    if isinstance(stream, io.TextIOWrapper):
        if codecs.lookup(stream.encoding).name == "ascii":
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
        else:
            stream.reconfigure(errors="backslashreplace")


def _give_up_output() -> None:
    """Let nothing be written at the end of the process to what cannot be written to."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _finish(outcomes: list[Outcome], target: Path, order: list[str]) -> None:
    from catrade.report.index import is_current, write_index

    count = {
        status: sum(outcome.status == status for outcome in outcomes)
        for status in ("made", "current", "failed")
    }
    index = target / "index.html"
    if not is_current(target, order):
        import catrade.report.preload_pages  # noqa: F401  what an index needs, imported quickly

        write_index(target, order)
    parts = [f"{number} {status}" for status, number in count.items() if number]
    typer.echo(f"{', '.join(parts)}: {_shown(index)}")
    if count["failed"]:
        message = f"{count['failed']} of {len(outcomes)} reports failed; their last good pages stay"
        raise ReportError(message)


def _explain(runs: list[Run], target: Path, data: Path, force: bool) -> None:
    from catrade.report.run import why_due

    for run in runs:
        reasons = why_due(run, target, data)
        if force and not reasons:
            reasons = ["current, but --force asks for it"]
        typer.echo(f"{run.slug}: {'; '.join(reasons) or 'current'}")


def _pairs(texts: list[str]) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            message = f"-p must look like NAME=VALUE, such as -p partner=UZB; got {text!r}"
            raise ParameterError(message)
        if name.strip() in pairs:
            message = f"-p gives {name.strip()} twice"
            raise ParameterError(message)
        pairs[name.strip()] = value.strip()
    return pairs


def _shown(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
