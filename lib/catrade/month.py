"""`catrade month`: statistics of a new month from saved files to the page of news, in one command.

It calls the commands that stand, one after another: status, fetch file, check, build, changes,
render.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pagemill.cli import Jobs, Output, PlanFile
from pagemill.terminal import echo
from rounding import formats
from rounding.errors import ParameterError, ReportError

if TYPE_CHECKING:
    import pandas as pd

#: Words that a message has at most, and the notebook whose page it leads to.
WORDS, NOTEBOOK = 60, "whats_new"


def month(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE", help="What you saved, or folders of it."),
    ] = None,
    published: Annotated[
        str,
        typer.Option(metavar="DAY", help="Day the files came out, if they do not say."),
    ] = "",
    day: Annotated[
        str, typer.Option(metavar="DAY", help="What is due on it (today).")
    ] = "",
    edition: Annotated[
        str, typer.Option(metavar="DIR", help="Also write the edition there.")
    ] = "",
    output: Output = "",
    jobs: Jobs = None,
    plan: PlanFile = None,
) -> None:
    """Say what is due, read what you saved, check it, and make the pages that it changes.

    Ends with the address of the page of news and a message to be sent with it. Without FILE it does
    the rest with what is read already.
    """
    from catrade import cli
    from catrade_build.changes import changes
    from catrade_build.releases import releases_due
    from pagemill import plan as plans

    named = files_in(files or [])
    # A plan that cannot be read is told before work is done.
    planned = plans.plan_of(plan, [])
    due = releases_due(day or f"{datetime.date.today()}")
    for line in due_lines(due[due["status"] != "held"]):
        echo(line)

    refused = False
    if named:
        said = ["--published", published] if published else []
        refused = cli.main(["fetch", "file", *said, *named]) != 0
    if cli.main(["check", "--strict"]):
        raise ReportError(
            "no page was made: the tables are not sound; mend what is named above, or take it out"
            " (catrade fetch remove), and run catrade month again without files"
        )
    if edition and cli.main(["build", "--output", edition]):
        raise ReportError("no page was made: the edition could not be written")

    known = changes()
    for told in known.dropna(subset="rank").sort_values("rank")["sentence"].head(10):
        echo(f"- {told}")
    asked = ["--output", output] if output else []
    asked += ["--jobs", str(jobs)] if jobs else []
    asked += ["--plan", str(plan)] if plan else []
    failed = cli.main(["render", *asked]) != 0

    (run, *_) = plans.select_runs(planned, [NOTEBOOK], {})
    page = Path(output or planned.reports).expanduser() / f"{run.slug}.html"
    echo(f"the page: {page.resolve().as_uri()}")
    echo(f"the message: {message(known, page.name)}")
    if refused or failed:
        what = "a file was refused" if refused else "a page could not be made"
        raise ReportError(f"{what}, as is said above; the rest is done")


def files_in(places: Sequence[Path]) -> list[str]:
    """Return the files that are named, and those that lie in the folders that are.

    Raises
    ------
    ParameterError
        If one is not there, or a folder has no file.
    """
    found: list[str] = []
    for place in places:
        within = sorted(place.iterdir()) if place.is_dir() else [place]
        files = [file for file in within if file.is_file() and file.name[0] != "."]
        if not files:
            what = "has no file in it" if place.is_dir() else "is not there"
            raise ParameterError(
                f"{place} {what}: name the files that you saved, or the folder they lie in"
            )
        found += map(str, files)
    return found


def due_lines(due: pd.DataFrame) -> list[str]:
    """Return what is due in lines: whose, which, since when, where it lies and the way there.

    Parameters
    ----------
    due
        Rows of `catrade_build.releases.releases_due`.

    Examples
    --------
    >>> from catrade_build.releases import releases_due
    >>> rows = releases_due("2026-09-19").query("release_id == 'battery-alliance'")
    >>> due_lines(rows)[0], due_lines(rows)[1].strip()
    ('held     China Automotive Battery Innovation Alliance: batteries for vehicles made and
    installed', 'held to August 2026; the next by 21 October 2026')
    """
    lines = []
    for row in due.to_dict("records"):
        usually, latest = (
            formats.date(f"{row[name]:%Y-%m-%d}") for name in ("due", "latest")
        )
        by = f"usually by {usually}, at the latest {latest}"
        by = f"by {latest}" if usually == latest else by
        way = f": {row['way']}" if row["way"] else ""
        lines += [
            f"{row['status']:8} {row['publisher']}: {row['what']}",
            f"         held to {row['held']}; the next {by}",
            f"         {row['where']}{way}",
        ]
    return lines


def message(known: pd.DataFrame, page: str) -> str:
    """Return what to send with a page of news, in at most sixty words.

    Parameters
    ----------
    known
        What `ct.changes` returns.
    page
        The file that goes with it.

    Examples
    --------
    >>> import pandas as pd
    >>> known = pd.DataFrame({"rank": [1.0], "headline": ["Sales fell 12.0%"], "not_news": [""]})
    >>> known.attrs |= {"since": "9 September 2026", "until": "10 October 2026"}
    >>> message(known, "whats-new.html")
    'New from 9 September 2026 to 10 October 2026: Sales fell 12.0%. All, with sources:
    whats-new.html'
    """
    since, until = known.attrs["since"], known.attrs["until"]
    news = known.dropna(subset="rank").sort_values("rank")["headline"]
    end = f"All, with sources: {page}"
    told = f"New from {since} to {until}:"
    if news.empty:
        return f"Nothing that may be printed came after {since} and by {until}. {end}"
    for headline in news:
        longer = f"{told} {headline}."
        if len(f"{longer} {end}".split()) > WORDS:
            break
        told = longer
    return f"{told} {end}"
