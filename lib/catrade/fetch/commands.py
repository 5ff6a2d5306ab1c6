"""The commands `catrade fetch …`."""

from __future__ import annotations

import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from typer.core import TyperCommand

from catrade.errors import CatradeError, ParameterError
from catrade.fetch import listing, store
from catrade.paths import data_dir

app = typer.Typer(
    help="Newer or larger data from its publishers, into the same tables.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

#: A run of more requests asks first.
ASK_ABOVE = 300
_DataOption = Annotated[
    Path | None, typer.Option("--data", help="Data folder (by default the project's data/).")
]


class _Spread(TyperCommand):
    """Let one option take several values: `--partner KAZ KGZ`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, _spread(args, ("--reporter", "--partner")))


def _spread(args: list[str], options: tuple[str, ...]) -> list[str]:
    """Repeat the option before each of its values.

    Examples
    --------
    >>> _spread(["--partner", "KAZ", "KGZ", "--level", "2"], ("--partner",))
    ['--partner', 'KAZ', '--partner', 'KGZ', '--level', '2']
    """
    found: list[str] = []
    current, first = "", False
    for arg in args:
        if arg.startswith("-"):
            current, first = (arg, True) if arg in options else ("", False)
            found.append(arg)
        elif current:
            found += [arg] if first else [current, arg]
            first = False
        else:
            found.append(arg)
    return found


@app.callback(invoke_without_command=True)
def main(
    ctx: typer.Context,
    show: Annotated[
        bool, typer.Option("--list", help="Show what was fetched, its age and size.")
    ] = False,
    remove: Annotated[
        str | None, typer.Option(help="Remove what was fetched, by the name --list shows.")
    ] = None,
    data: _DataOption = None,
) -> None:
    """Fetch data, list what is there, or remove it."""
    if ctx.invoked_subcommand:
        return
    folder = data or data_dir()
    console = Console()
    if remove:
        gone = store.remove(folder, remove, listing(folder))
        console.print(f"removed {gone.label} ({gone.records:,} records)", highlight=False)
    elif show:
        console.print(_table(listing(folder)))
    else:
        console.print(ctx.get_help(), markup=False, highlight=False)


@app.command(cls=_Spread)
def comtrade(
    reporter: Annotated[
        list[str], typer.Option(help="Whose statistics: country codes, or CA5 for the five.")
    ],
    partner: Annotated[
        list[str], typer.Option(help="With whom: country codes, CA5, or WLD for the world.")
    ],
    years: Annotated[str, typer.Option(help="A year or a span such as 2015-2024.")],
    level: Annotated[int, typer.Option(help="Digits of the HS codes: 0 (totals), 2, 4 or 6.")] = 2,
    frequency: Annotated[str, typer.Option(help="annual or monthly.")] = "annual",
    yes: Annotated[
        bool, typer.Option("--yes", help=f"Do not ask before more than {ASK_ABOVE} requests.")
    ] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Ask again for what is there already.")
    ] = False,
    data: _DataOption = None,
) -> None:
    """Fetch trade from UN Comtrade; with COMTRADE_API_KEY set, from its keyed end-point.

    Stop it at any time: the same command goes on where it stopped.
    """
    from catrade.fetch import comtrade as source  # httpx only where it is needed
    from catrade.fetch.codes import expand
    from catrade.fetch.comtrade_client import BASE_URL, Client

    reporters, partners = expand(reporter, "--reporter"), expand(partner, "--partner")
    start, end = _years(years)
    key = os.environ.get("COMTRADE_API_KEY", "").strip() or None
    pause = float(os.environ.get("CATRADE_COMTRADE_PAUSE", "1"))
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("UN Comtrade", total=None)

    def confirm(count: int) -> bool:
        seconds = count * (pause + 1)
        how = "keyed end-point" if key else "public preview, no key"
        about = f"{count} requests to UN Comtrade ({how}), about {_duration(seconds)}"
        console.print(about, highlight=False)
        if count <= ASK_ABOVE or yes:
            return True
        if not sys.stdin.isatty():
            message = f"{about}; add --yes to fetch so much without being asked"
            raise ParameterError(message)
        return typer.confirm("Go on?", err=True)

    def progress(done: int, planned: int, what: str) -> None:
        if not bar.live.is_started and planned:
            bar.start()
        bar.update(task, completed=done, total=planned, description=what or "done")

    try:
        with Client(
            key, base_url=os.environ.get("CATRADE_COMTRADE_URL", BASE_URL), pause=pause
        ) as client:
            summary = source.fetch(
                reporters=reporters,
                partners=partners,
                start=start,
                end=end,
                level=level,
                frequency=frequency,
                data_dir=data or data_dir(),
                client=client,
                refresh=refresh,
                confirm=confirm,
                progress=progress,
            )
    finally:
        bar.stop()
    said = "nothing to fetch: all of it is there" if not summary.requests else (
        f"fetched {summary.records:,} records in {summary.requests} requests"
    )  # fmt: skip
    console.print(said, highlight=False)
    if summary.not_reported:
        names = ", ".join(summary.not_reported)
        console.print(f"not reported yet: {names}", highlight=False)


@app.command()
def baci(
    file: Annotated[Path, typer.Argument(help="The zip as downloaded: BACI_HS17_V202601.zip.")],
    force: Annotated[
        bool, typer.Option("--force", help="Import again what is there already.")
    ] = False,
    data: _DataOption = None,
) -> None:
    """Import a CEPII BACI release (a file you downloaded)."""
    from catrade.fetch import baci as source

    console = Console(stderr=True)
    release = source.import_release(
        file,
        data or data_dir(),
        force=force,
        progress=lambda what: console.print(what, highlight=False),
    )
    console.print(f"BACI {release} is ready", highlight=False)


@app.command()
def file(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="What you have: a customs table, a BACI zip, a CSV of UN Comtrade Plus,"
            " a workbook of the IMF or of WITS."
        ),
    ],
    force: Annotated[
        bool, typer.Option("--force", help="Import again what is there already (BACI).")
    ] = False,
    data: _DataOption = None,
) -> None:
    """Look at any file you downloaded and read it as what it is."""
    from catrade.fetch import files as source

    console = Console(stderr=True)

    def progress(what: str) -> None:
        console.print(what, highlight=False, markup=False)

    for one in files:
        kept = source.import_file(one, data or data_dir(), force=force, progress=progress)
        console.print(f"{one.name}: {kept}", highlight=False, markup=False)


@app.command()
def gacc(
    files: Annotated[
        list[Path], typer.Argument(help="Monthly tables by country (region) as downloaded.")
    ],
    published: Annotated[
        str | None, typer.Option(help="Day of publication, YYYY-MM-DD, if you know it.")
    ] = None,
    data: _DataOption = None,
) -> None:
    """Read monthly tables of Chinese customs (files you downloaded: html, xls or xlsx)."""
    from catrade.fetch import gacc as source

    console = Console(stderr=True)
    for file in files:
        kept = source.import_file(file, data or data_dir(), published=published)
        console.print(f"{file.name}: {kept}", highlight=False)


def _years(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"((?:19|20)\d{2})(?:-((?:19|20)\d{2}))?", text.strip())
    if match is None:
        message = f"--years must be a year or a span such as 2015-2024; got {text!r}"
        raise ParameterError(message)
    return int(match[1]), int(match[2] or match[1])


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} seconds"
    if seconds < 5400:
        return f"{seconds / 60:.0f} minutes"
    return f"{seconds / 3600:.1f} hours"


def _table(entries: list[store.Entry]) -> Table | str:
    if not entries:
        return "nothing was fetched yet; see catrade fetch --help"
    table = Table("name", "what", "fetched", "records", "size", box=None, pad_edge=False)
    for entry in entries:
        days = (datetime.now(UTC) - entry.fetched).days
        age = "today" if days < 1 else f"{days} day{'s' if days > 1 else ''} ago"
        table.add_row(
            entry.label,
            entry.about,
            f"{entry.fetched:%Y-%m-%d} ({age})",
            f"{entry.records:,}",
            f"{entry.size / 1e6:.1f} MB",
        )
    return table


def run() -> None:
    """Run the commands alone: a failure is one sentence and an exit status."""
    try:
        app()
    except CatradeError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(error.exit_status) from error
