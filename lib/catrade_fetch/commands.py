"""The commands `catrade fetch …`."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import Argument, Option
from typer.core import TyperCommand

from catrade_build.tables.paths import data_dir, fetched_dir, not_here
from catrade_fetch.errors import FetchError
from pagemill.terminal import Command, echo
from rounding.errors import ParameterError, PressError, counted, some

if TYPE_CHECKING:
    import pandas as pd

    from catrade_fetch.store import FetchedEntry

# What takes time to import is imported by the commands that need it.
app = typer.Typer(
    help="Newer or larger data from its publishers, into the same tables.",
    short_help="Bring newer or larger data.",
)

#: A run of more requests asks first.
ASK_ABOVE = 300
#: Options that take several values.
_SEVERAL = {"--reporter", "--partner"}
#: Doubtful figures that are listed.
_MOST_SAID = 10
_WAITS = "another fetch writes: waiting for its end"
_TAKEN_OVER = "what was fetched before now stands in the tables of"
_DataOption = Annotated[
    Path | None, Option("--data", metavar="DIR", help="Another than data/.")
]
_ForceOption = Annotated[
    bool, Option("--force", help="Take it even against what is held.")
]
_PublishedOption = Annotated[
    str | None, Option("--published", metavar="YYYY-MM-DD", help="Day it came out.")
]
_FilesArgument = Annotated[
    list[Path], Argument(metavar="FILE", help="What you have on disk.")
]

_COMTRADE = "comtrade --reporter CHN --partner KAZ KGZ --years 2015-2024"
_BACI = ("baci BACI_HS17_V202601.zip", "baci --pair CHN-MNG")


def _examples(*lines: str) -> str:
    # "\b" keeps the lines of a help text as they are.
    return "\b\nExamples:\n" + "".join(f"  catrade fetch {line}\n" for line in lines)


_FILES = (
    "file Downloads/TradeData.csv",
    "file --published 2026-06-18 table.html",
    "file table.xls WITS-Partner.xlsx",
    'file own.csv --source "Statistics office" --url https://example.org/table',
)
_LISTS = ("list", "remove comtrade/CHN")
_QUERIES = (
    f"{_COMTRADE} --level 2",
    "comtrade --reporter CA5 --partner CHN --years 2023 --level 0",
    "comtrade --reporter KAZ --partner CHN --years 2024 --frequency monthly",
)


_say = functools.partial(echo, err=True)


def _folder(given: Path | None) -> Path:
    """Return the data folder; say so if it is another than the one in this folder."""
    if given is None and (elsewhere := not_here()):
        _say(elsewhere)
    folder = given or data_dir()
    try:
        _write(folder, _TAKEN_OVER)
    except PressError as error:  # what is damaged can be taken out
        _say(str(error))
    return folder


def _write(folder: Path, sentence: str = "") -> None:
    """Write what was fetched into tables, if it is not there yet, and say so."""
    from catrade_fetch import rows

    if rows.write_tables(folder, lambda: _say(_WAITS)) and sentence:
        _say(f"{sentence} {fetched_dir(folder)}")


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Write what is fetched into tables at the end, also of a run that something stops."""
    try:
        yield
    finally:
        _write(folder)


def _spans() -> list[str]:
    last = datetime.now(UTC).year - 1
    return [f"{last}", f"2015-{last}"]


def _codes() -> list[str]:
    """Return the codes that the shell offers, the region's first."""
    from catrade_build.tables.names import CENTRAL_ASIA, GROUPS
    from catrade_fetch.codes import COMTRADE

    return [*dict.fromkeys([*GROUPS, *CENTRAL_ASIA, "CHN", "WLD", *COMTRADE])]


def _fetched() -> list[str]:
    """Return the names of what was fetched, for the shell."""
    from catrade_fetch import store

    return [entry.label for entry in store.listing(data_dir())]


class FetchStopped(FetchError):
    """Ctrl-C: the message tells what was kept."""

    exit_status = 130


class _Spread(TyperCommand):
    """Let one option take several values: `--partner KAZ KGZ`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        spread = _spread(args)
        ctx.meta["open"] = _SEVERAL & {*spread[-2:-1]}  # it may take another value
        return super().parse_args(ctx, spread)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Offer another value of an option that takes several, or options."""
        for option in self.params:
            if ctx.meta["open"] & {*option.opts} and not incomplete.startswith("-"):
                return option.shell_complete(ctx, incomplete)
        return super().shell_complete(ctx, incomplete)


def _spread(args: list[str]) -> list[str]:
    """Repeat an option that takes several values before each of them.

    Examples
    --------
    >>> _spread(["--partner", "KAZ", "KGZ", "--level", "2"])
    ['--partner', 'KAZ', '--partner', 'KGZ', '--level', '2']
    """
    spread: list[str] = []
    current = ""
    for arg in args:
        if arg in _SEVERAL:
            current = arg
            continue
        if arg.startswith("-"):
            current = ""
        spread += [current, arg] if current else [arg]
    return spread


@app.callback(
    invoke_without_command=True,
    epilog=_examples(_COMTRADE, *_BACI, *_FILES, *_LISTS),
)
def main(ctx: typer.Context) -> None:
    """Fetch data, list what is there, or remove it."""
    if not ctx.invoked_subcommand:
        typer.echo(ctx.get_help())


@app.command("list", short_help="Show what was fetched, from which file, and its age.")
def show(data: _DataOption = None) -> None:
    """Show what was fetched: its name, its age, and the file it came from."""
    from catrade_fetch import store

    folder = _folder(data)
    for line in _table(store.listing(folder)):
        echo(line)
    echo(f"in {fetched_dir(folder)}")


@app.command(
    cls=Command, epilog=_examples(_LISTS[1]), short_help="Take out what was fetched."
)
def remove(
    names: Annotated[
        list[str],
        Argument(
            metavar="NAME",
            help="As catrade fetch list shows it.",
            autocompletion=_fetched,
        ),
    ],
    data: _DataOption = None,
) -> None:
    """Take out what a file or a fetch brought, and nothing else."""
    from catrade_fetch import store

    folder = _folder(data)
    with _writing(folder):
        for name in names:
            gone = store.remove_fetched(folder, name)
            echo(f"removed {gone.label} ({counted(gone.records, 'record')})")


@app.command(
    cls=_Spread, epilog=_examples(*_QUERIES), short_help="Ask UN Comtrade for trade."
)
def comtrade(
    reporter: Annotated[
        list[str],
        Option(
            metavar="ID …",
            help="Whose statistics: codes, or CA5.",
            autocompletion=_codes,
        ),
    ],
    partner: Annotated[
        list[str],
        Option(
            metavar="ID …", help="With whom: codes, CA5, or WLD.", autocompletion=_codes
        ),
    ],
    years: Annotated[
        str,
        Option(
            metavar="YEARS",
            help="A year or a span such as 2015-2024.",
            autocompletion=_spans,
        ),
    ],
    level: Annotated[
        int,
        Option(
            metavar="N",
            help="Digits of HS codes: 0 (totals), 2, 4, 6.",
            autocompletion=lambda: [*"0246"],
        ),
    ] = 2,
    frequency: Annotated[
        str,
        Option(
            metavar="WORD",
            help="annual or monthly.",
            autocompletion=lambda: ["annual", "monthly"],
        ),
    ] = "annual",
    yes: Annotated[
        bool, Option("--yes", help=f"Do not ask above {ASK_ABOVE} requests.")
    ] = False,
    refresh: Annotated[
        bool, Option("--refresh", help="Ask again for what is there.")
    ] = False,
    data: _DataOption = None,
) -> None:
    """Fetch trade from UN Comtrade; with COMTRADE_API_KEY set, from its keyed end-point.

    Stop it at any time: the same command goes on where it stopped.
    """
    from rich.console import Console
    from rich.progress import Progress

    from catrade_fetch import comtrade as source
    from catrade_fetch.codes import expand
    from catrade_fetch.comtrade_client import BASE_URL, Client
    from catrade_fetch.rows import trade_rows

    # What was asked for is read first; the run; then what it says of itself and of its figures.
    start, end = _years(years)
    key = os.environ.get("COMTRADE_API_KEY", "").strip() or None
    url = os.environ.get("CATRADE_COMTRADE_URL", BASE_URL)
    pause, folder = _pause(), _folder(data)
    reporters, partners = expand(reporter, "--reporter"), expand(partner, "--partner")
    # While a bar is shown, what is said stands above it.
    console = Console(stderr=True, soft_wrap=True)
    shown = Progress(console=console, transient=True, disable=not console.is_terminal)
    client = Client(key, base_url=url, pause=pause, tell=_say)
    run = source.ComtradeRun(client, folder, frequency, refresh)
    with _writing(folder):
        try:
            planned = run.plan(reporters, partners, start, end, level)
            if planned:
                how = "keyed end-point" if key else "public preview, no key"
                _confirm(planned, how, planned * (pause + 1), yes)
            with shown:
                bar = shown.add_task("UN Comtrade")
                for left, what in run.steps():
                    total = max(planned, run.requests + left)
                    done = run.requests
                    shown.update(bar, completed=done, total=total, description=what)
        except KeyboardInterrupt as error:
            raise FetchStopped(
                f"interrupted; answers kept of this run: {run.answers}; the same command goes on"
                " there"
            ) from error
    for sentence in run.summary():
        _say(sentence)
    rows = trade_rows(folder).rows
    _say_doubts(rows[rows["reporter"].isin(reporters)])
    if silence := run.silence():
        raise FetchError(silence)


def _confirm(count: int, how: str, seconds: float, yes: bool) -> None:
    """Say how many requests are to be made; ask before many."""
    long = counted(round(seconds / 60), "minute")
    if seconds < 90:
        long = counted(round(seconds), "second")
    about = f"{counted(count, 'request')} to UN Comtrade ({how}), about {long}"
    _say(about)
    if count <= ASK_ABOVE or yes:
        return
    if not sys.stdin.isatty():
        raise ParameterError(f"{about}; add --yes to fetch so much without being asked")
    if not typer.confirm("Go on?", err=True):
        raise FetchError(f"nothing was fetched: {count} requests were not confirmed")


@app.command(
    cls=Command,
    epilog=_examples(*_BACI),
    short_help="Read a release of CEPII's BACI (a zip).",
)
def baci(
    file: Annotated[
        Path | None,
        Argument(metavar="ZIP", help="As downloaded: BACI_HS17_V202601.zip."),
    ] = None,
    pair: Annotated[
        list[str] | None,
        Option(
            metavar="ID-ID", help="Two countries whose trade the tables shall have."
        ),
    ] = None,
    force: _ForceOption = False,
    data: _DataOption = None,
) -> None:
    """Import a CEPII BACI release (a file you downloaded), or more pairs of it.

    The tables have China's trade with Central Asia, and that of the pairs asked for.
    """
    from catrade_fetch import baci as releases
    from catrade_fetch import baci_import

    if file is None and not pair:
        raise ParameterError(
            "FILE must name a release of BACI, or --pair two countries of one that is there"
        )
    folder = _folder(data)
    with _writing(folder):
        if file is not None:
            name = baci_import.import_release(file, folder, force=force, progress=_say)
            _say(f"BACI {name} is ready")
        for text in pair or ():
            _say(releases.add_pair(folder, text))


@app.command("gacc", cls=Command, epilog=_examples(*_FILES), hidden=True)
@app.command(
    cls=Command,
    epilog=_examples(*_FILES),
    short_help="Read any file you downloaded as what it is.",
)
def file(
    files: _FilesArgument,
    force: _ForceOption = False,
    published: _PublishedOption = None,
    source: Annotated[
        str, Option(metavar="NAME", help="Who published a CSV of your own.")
    ] = "",
    url: Annotated[str, Option(metavar="ADDRESS", help="Where they stand.")] = "",
    data: _DataOption = None,
) -> None:
    """Look at any file you downloaded and read it as what it is.

    Read are tables of Chinese customs, BACI releases, CSVs of UN Comtrade Plus, workbooks of the
    IMF (Exports and Imports by Areas and Countries) and of WITS (by partner), files of WITS by
    product (4 digits), Kyrgyz bulletins, and CSVs of your own with the columns of trade.csv, of
    which reporter, partner, period, flow, value and currency must be there, and periods that have
    ended; others are named.
    """
    from catrade_fetch import files as importers

    read = functools.partial(
        importers.import_file,
        force=force,
        published=published,
        own=importers.own(source, url),
        progress=_say,
    )
    _keep(files, _folder(data), read)


def _keep(files: list[Path], folder: Path, read: Callable[[Path, Path], str]) -> None:
    """Read files one after the other; say what was kept, and what of it is doubtful.

    A file that is refused does not keep the others from being read.
    """
    from catrade_fetch.rows import trade_rows

    sentences: list[str] = []
    refused: list[PressError] = []
    with _writing(folder):
        try:
            for path in files:
                try:
                    sentences.append(read(path, folder))
                    _say(f"{path.name}: {sentences[-1]}")
                except PressError as error:
                    refused.append(error)
        except KeyboardInterrupt as error:
            raise FetchStopped(
                "interrupted; what was said to be kept is kept, and nothing else was changed"
            ) from error
        ids = re.findall(r" as ([a-z0-9-]+)", "; ".join(sentences))
        fetched = trade_rows(folder)
        _say_doubts(fetched.rows[fetched.rows["source_id"].isin(ids)])
        of_files = fetched.sources[fetched.sources["source_id"].isin(ids)]
        if undated := of_files.query("published == ''")["source_id"].tolist():
            _say(
                f"without a day of publication: {', '.join(some(undated))}; as_of and changes"
                " leave such figures out (--published DAY says the day)"
            )
        for refusal in refused[:-1]:
            _say(str(refusal))
        if refused:
            raise refused[-1]


def _say_doubts(rows: pd.DataFrame) -> None:
    """Say which of the figures that a run brought are doubtful."""
    from catrade_fetch import doubts

    sentences = doubts.sentences(rows)
    for sentence in sentences[:_MOST_SAID]:
        _say(sentence)
    if more := len(sentences[_MOST_SAID:]):
        _say(f"and {more} more doubtful figures: catrade check lists them")


def _pause() -> float:
    from catrade_fetch import door

    text = os.environ.get("CATRADE_COMTRADE_PAUSE", "1")
    try:
        return door.number(
            text, "CATRADE_COMTRADE_PAUSE (seconds between requests)", most=3600
        )
    except FetchError as error:
        raise ParameterError(str(error)) from error


def _years(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"((?:19|20)\d{2})(?:-((?:19|20)\d{2}))?", text.strip())
    if match is None:
        raise ParameterError(
            f"--years must be a year or a span such as 2015-2024; got {text!r}"
        )
    end = int(match[2] or match[1])
    if end > datetime.now(UTC).year:
        raise ParameterError(f"--years must not lie ahead of this year; got {text!r}")
    return int(match[1]), end


def _table(entries: list[FetchedEntry]) -> list[str]:
    if not entries:
        return ["nothing was fetched yet; see catrade fetch --help"]
    rows = [["name", "fetched", "records", "size", "what"]]
    for entry in entries:
        days = (datetime.now(UTC) - entry.fetched).days
        age = "today" if days < 1 else f"{counted(days, 'day')} ago"
        fetched = f"{entry.fetched:%Y-%m-%d} ({age})"
        size = f"{entry.size / 1e6:.1f} MB"
        rows.append([entry.label, fetched, f"{entry.records:,}", size, entry.about])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
