"""The commands that every project has: render, verify, diff, params; also `pagemill` itself."""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pagemill import __version__
from pagemill.ending import run_app
from pagemill.project import BARE, current
from pagemill.terminal import Command, Progress, echo
from rounding.errors import (
    DataError,
    ParameterError,
    PressError,
    ReportError,
    some,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pagemill.compare import Comparison
    from pagemill.plan import Plan
    from pagemill.run import Maker, ReportOutcome

#: Lines of a list that `diff` shows without --all.
SHOWN = 30
# "\b" keeps the lines of a help text as they are.
_EXAMPLES = """\b
Examples:
  pagemill render rain.ipynb -p days=7   one notebook, without a plan or a project
  pagemill render                        all reports of notebooks/reports.toml
  pagemill render waves -p number=5      one notebook with other parameters
  pagemill render waves -p number=5,7    two reports of it
  pagemill params waves                  what a notebook may be asked
  pagemill verify reports/rain-7.html --notebook rain.ipynb
                                         does a page come out the same again?
  pagemill diff old.html new.html        which numbers and sentences differ?
"""


PlanFile = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Another plan than notebooks/reports.toml."),
]


def new_app() -> typer.Typer:
    """Return a command line without commands, in the style of ours."""
    return typer.Typer(
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "max_content_width": 100,
        },
    )


def _slugs() -> list[str]:
    """Return the slugs of the plan; a command that needs it says what is wrong with it."""
    from pagemill import bare
    from pagemill import plan as plans

    bare.look_in(Path.cwd())  # where there is no plan
    with contextlib.suppress(PressError):
        return [*plans.load_plan(plans.find_plan()).named]
    return []


def complete_report(incomplete: str) -> list[str]:
    """Return the notebooks and slugs that begin with some letters, for the shell."""
    slugs = _slugs()
    names = (*current().names, *slugs)
    return [name for name in names if name.startswith(incomplete)]


def complete_parameter(context: typer.Context, incomplete: str) -> list[str]:
    """Return the parameters of the notebooks on the line, or of all, as `name=`, for the shell."""
    _slugs()
    # What stands before an option is left in `args` while a line is completed.
    asked = {*(context.params.get("reports") or []), *context.args}
    notebooks = asked.intersection(current().names) or current().names
    fields = (current().parameters_of(name).model_fields for name in notebooks)
    names = dict.fromkeys(f"{name}=" for own in fields for name in own)
    return [name for name in names if name.startswith(incomplete)]


Reports = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="REPORT",
        help="Slugs of the plan or notebook names.",
        autocompletion=complete_report,
    ),
]
Asked = Annotated[
    list[str] | None,
    typer.Option(
        "-p",
        "--parameter",
        metavar="NAME=VALUE",
        help="Set a parameter; VALUE,VALUE, or given twice: a report of each.",
        autocompletion=complete_parameter,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs", "-j", min=1, metavar="N", help="How many at a time (all cores)."
    ),
]
Output = Annotated[
    str,
    typer.Option(
        "--output",
        "-o",
        metavar="DIR",
        help="Folder of the reports (reports/).",
    ),
]


def render(
    reports: Reports = None,
    parameters: Asked = None,
    jobs: Jobs = None,
    output: Output = "",
    index_only: Annotated[
        bool,
        typer.Option("--index", help="Only write the index of the pages there are."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Make current ones again too.")
    ] = False,
    list_only: Annotated[
        bool, typer.Option("--list", help="Only list the reports.")
    ] = False,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Only say why each would be made, or is current."
        ),
    ] = False,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="ZIP", help="Also put the index and all pages in a zip."),
    ] = None,
    workbook: Annotated[
        bool, typer.Option("--workbook", help="Also write each as an Excel workbook.")
    ] = False,
    cluster: Annotated[
        str,
        typer.Option(metavar="ADDRESS", help="Make them on this Dask scheduler."),
    ] = "",
    timeout: Annotated[
        int | None,
        typer.Option(min=1, metavar="SECONDS", help="Give a report up after so long."),
    ] = None,
    retries: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="Make a report that fails again."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what became of each, as JSON."),
    ] = None,
    watch: Annotated[bool, typer.Option("--watch", hidden=True)] = False,
    plan: PlanFile = None,
) -> None:
    """Run notebooks and render each to one HTML file, and an index of them.

    Without REPORT, all of the plan. A notebook's name means all its reports in the plan, or, with
    -p, one report of your own. Reports whose inputs have not changed are left alone.
    """
    from pagemill import plan as plans
    from pagemill.run import default_jobs, run_all, why_due
    from pagemill.unfinished import check_target

    _refuse_what_left(output, watch)
    asked = reports or []
    planned = plans.plan_of(plan, asked)

    def is_whole(own: dict[str, str]) -> bool:
        with contextlib.suppress(ParameterError):
            return bool(plans.select_runs(planned, asked, own))
        return False

    sets = _asked_sets(parameters or [], is_whole)
    selected = [plans.select_runs(planned, asked, own) for own in sets]
    runs = [*{run.slug: run for own in selected for run in own}.values()]
    if timeout is not None:
        runs = [replace(run, timeout=timeout) for run in runs]
    if retries is not None:
        runs = [replace(run, retries=retries) for run in runs]
    if list_only:
        for run in runs:
            echo(f"{run.slug}\t{run.notebook}\t{run.title}")
        return
    # What could not be written is refused before anything is made.
    if bundle is not None:
        check_target("--bundle", bundle, ".zip")
    if report is not None:
        check_target("--report", report, ".json")
    # No shell has read what stands in quotes.
    folder = Path(os.path.expanduser(output) or planned.reports)
    data = _tables(planned)
    _check_output(folder, {planned.folder, *(run.path.parent for run in runs)})
    if explain:
        usual = "current, but --force asks for it" if force else "current"
        for run in runs:
            echo(f"{run.slug}: {'; '.join(why_due(run, folder, data)) or usual}")
        return
    elsewhere: Maker | None = None
    if cluster:
        from pagemill.cluster import check_address, run_on_cluster

        check_address(cluster)
        elsewhere = functools.partial(run_on_cluster, address=cluster)
    outcomes: list[ReportOutcome] = []
    if not index_only:
        outcomes = run_all(
            runs,
            folder,
            data,
            jobs=jobs or default_jobs(),
            force=force,
            elsewhere=elsewhere,
            on_progress=Progress(len(runs)).note,
        )
    _write_beside(outcomes, folder, report, workbook)
    _finish(outcomes, folder, [*planned.named], bundle)


def _refuse_what_left(output: str, watch: bool) -> None:
    """End options of 0.4 that are no more in a sentence that names what does it."""
    if "://" in output:
        raise ParameterError(
            f"-o names a folder of this machine, and got {output}: make the reports into one and"
            " copy it (aws s3 sync, rclone)"
        )
    if watch:
        raise ParameterError(
            "--watch is no more: a program that looks for changes can run `render` at each, such"
            " as watchexec -- pagemill render"
        )


def _write_beside(
    outcomes: list[ReportOutcome], folder: Path, report: Path | None, workbook: bool
) -> None:
    """Write what became of each report, and each as a workbook, where that is asked for."""
    from pagemill.unfinished import replacing

    if report is not None:
        told = [
            asdict(outcome) | {"page": str(folder / f"{outcome.slug}.html")}
            for outcome in outcomes
        ]
        text = json.dumps(told, indent=1, ensure_ascii=False)
        with replacing(report, f"the report {report}") as target:
            target.write_text(f"{text}\n", "utf-8")
    if workbook:
        from pagemill.saved import open_page
        from pagemill.workbook import write_page

        for outcome in outcomes:
            if outcome.status != "failed":
                page = open_page(folder / f"{outcome.slug}.html")
                echo(f"workbook: {write_page(page, page.file.with_suffix('.xlsx'))}")


def _finish(
    outcomes: list[ReportOutcome], folder: Path, order: list[str], bundle: Path | None
) -> None:
    """Write the index and the bundle, and say what became of all."""
    from pagemill.index import left_out, write_bundle, write_index

    opens = write_index(folder, order)
    # Who asked for one page opens that.
    if len(outcomes) == 1 and outcomes[0].status != "failed":
        opens = folder / f"{outcomes[0].slug}.html"
    for sentence in left_out(folder):
        echo(sentence, err=True)
    count: Counter[str] = Counter(outcome.status for outcome in outcomes)
    states = ("made", "current", "failed")
    parts = ", ".join(f"{count[state]} {state}" for state in states if count[state])
    echo(f"{parts or 'the index'}: {opens.resolve().as_uri()}")
    if bundle is not None:
        held = len(write_bundle(folder, bundle))
        echo(f"the index and {held} page{'s' if held != 1 else ''}: {bundle}")
    if failed := [outcome.slug for outcome in outcomes if outcome.status == "failed"]:
        raise ReportError(
            f"{len(failed)} of {len(outcomes)} reports failed"
            f" ({', '.join(some(failed))}); their last good pages stay"
        )


def params(
    report: Annotated[
        str | None,
        typer.Argument(
            metavar="REPORT",
            help="A notebook's name or a slug of the plan; none lists the notebooks.",
            autocompletion=complete_report,
        ),
    ] = None,
) -> None:
    """Say what a notebook may be asked: each parameter, its value and what is allowed.

    The value is the default, or what the plan gives a report if you name its slug.
    """
    from pagemill import bare
    from pagemill import plan as plans
    from pagemill.params import describe_parameters

    bare.look_in(Path.cwd())
    asked = report or ""
    if not Path(asked).is_file():  # a notebook of the plan's, not of this folder
        asked = asked.removesuffix(".ipynb")
    with contextlib.suppress(ParameterError):  # a notebook here needs no plan
        plans.plan_of(None, [asked])
    if report is None:
        for name in current().names:
            fields = current().parameters_of(name).model_fields
            echo(f"{name}\t{', '.join(fields)}")
        return
    notebook = Path(report).name.removesuffix(".ipynb")
    given: Mapping[str, Any] = {}
    if not current().model_of(notebook):
        planned = plans.plan_of(None, [report])
        run = plans.select_runs(planned, [report], {})[0]
        notebook, given = run.notebook, run.parameters
    for parameter in describe_parameters(notebook):
        echo(f"{parameter.name} = {given.get(parameter.name, parameter.default)!r}")
        if parameter.about:
            echo(f"    {parameter.about}")
        echo(f"    takes {parameter.allowed}")


def verify_command(
    pages: Annotated[
        list[Path], typer.Argument(metavar="PAGE", help="Rendered reports.")
    ],
    plan: PlanFile = None,
    notebook: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The notebook that makes them."),
    ] = None,
) -> None:
    """Make a page again and say whether the bytes are the same.

    Of the page only the name of its notebook and its parameters are believed. What runs is a
    notebook of the project's own, of --plan, or --notebook: never one that came with the page.

    Exit status: 0 reproduced; 1 not, and why; 2 the file is no report of ours, or names a notebook
    that is none of those.
    """
    from pagemill.saved import open_page
    from pagemill.verify import trusted, verify

    allowed = trusted(plan, notebook)
    opened = [open_page(file) for file in pages]
    allowed.check(opened)
    reasons = []
    with _standing_in(allowed.plan.root):
        data = _tables(allowed.plan)
        for page in opened:
            try:
                reason = verify(page, allowed.plan, data)
                verdict = f"not reproduced: {reason}" if reason else "reproduced"
                echo(f"{page.file}: {verdict}")
            except (DataError, ReportError) as error:  # the others are looked at
                reason = str(error)
                echo(reason, err=True)
            reasons.append(reason)
    if any(reasons):
        raise typer.Exit(1)


@contextlib.contextmanager
def _standing_in(folder: Path) -> Iterator[None]:
    """Work in a folder: projects and libraries look around where they are, and so for tables."""
    variable = current().tables_variable
    if named := os.environ.get(variable):  # from where the user stands
        os.environ[variable] = os.path.abspath(named)
    with contextlib.chdir(folder):
        yield


def diff_command(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="A rendered report.")],
    new: Annotated[
        Path, typer.Argument(metavar="NEW", help="Another rendering of it.")
    ],
    show_all: Annotated[
        bool,
        typer.Option(
            "--all", help=f"Show all differences, not the first {SHOWN} of a kind."
        ),
    ] = False,
) -> None:
    """Say which numbers and sentences differ between two pages, and what moved them.

    Exit status: 0 nothing differs but the record; 1 something does; 2 a file is no report of ours.
    """
    from pagemill.compare import compare
    from pagemill.saved import open_page

    comparison = compare(open_page(old), open_page(new))
    for text in difference_lines(comparison, None if show_all else SHOWN):
        echo(text)
    if not comparison.same:
        raise typer.Exit(1)


def difference_lines(comparison: Comparison, limit: int | None) -> Iterator[str]:
    """Return what differs, line by line: the answer first, then why, the numbers and the text."""
    from pagemill.compare import count_differences

    if comparison.answer:
        yield from _pair(comparison.answer)
    yield comparison.cause()
    if not comparison.same:
        yield count_differences(comparison)
    shown = itertools.groupby(comparison.moves[:limit], lambda move: move.item)
    moves = [[title, *(f"    {move}" for move in own)] for title, own in shown]
    sentences = [*map(_pair, comparison.sentences)]
    places = [[f"{place.part}: {place.how}"] for place in comparison.unexplained()]
    for lines, count in (
        (moves, len(comparison.moves)),
        (sentences[:limit], len(sentences)),
        (places[:limit], len(places)),
    ):
        yield from itertools.chain(*lines)
        if limit is not None and count > limit:
            yield f"… and {count - limit} more: --all shows them"


def _pair(texts: tuple[str, str]) -> list[str]:
    return [f"{sign} {text}" for sign, text in zip("−+", texts, strict=True) if text]


def add_commands(app: typer.Typer, examples: dict[str, str]) -> None:
    """Give a command line the commands that every project has.

    Parameters
    ----------
    examples
        Text below the help of a command, by its name.
    """
    for name, command, short in (
        ("render", render, "Make the reports and their index."),
        ("params", params, "Say what a notebook may be asked."),
        ("verify", verify_command, "Make a page again: are the bytes the same?"),
        ("diff", diff_command, "Say which numbers differ between two pages."),
    ):
        epilog = examples.get(name, "")
        app.command(name, cls=Command, epilog=epilog, short_help=short)(command)


def main(arguments: list[str] | None = None) -> int:
    """Run `pagemill`."""
    app = new_app()
    add_commands(app, {})

    @app.callback(epilog=_EXAMPLES)
    def _about(
        version: Annotated[
            bool,
            typer.Option(
                "--version",
                callback=_say_version,
                is_eager=True,
                help="Say the version.",
            ),
        ] = False,
    ) -> None:
        """Make reports from parameterised notebooks: quick, traceable, one file each.

        Only notebooks are needed. A project is found by entry point, or named by
        PAGEMILL_PROJECT=module:object.
        Exit status: 0 done, 1 something failed, 2 wrong usage or parameter.
        """

    return run_app(app, "pagemill", arguments)


def _say_version(asked: bool) -> None:
    if asked:
        echo(f"pagemill {__version__}")
        raise typer.Exit


def _tables(planned: Plan) -> Path:
    """Return the folder of tables, and say so if there is another of that name beside the plan."""
    if current() is BARE:
        return planned.folder
    data = current().tables()
    beside = planned.root / data.name
    if beside.is_dir() and not beside.samefile(data):
        echo(f"tables are read from {data}, not from {beside}", err=True)
    return data


def _check_output(folder: Path, sources: set[Path]) -> None:
    """Refuse a folder of notebooks for the reports, or that of the whole system."""
    there = [source for source in sources if folder.is_dir() and source.is_dir()]
    why = ""
    if any(map(folder.samefile, there)):
        why = (
            "which holds the notebooks themselves: an executed notebook would replace its"
            " source"
        )
    if folder.resolve() == Path(folder.resolve().anchor):
        why = "which holds all of this machine"
    if why:
        raise ParameterError(
            f"-o names {folder}, {why} (give another folder, such as -o reports)"
        )


def _asked_sets(
    texts: list[str], is_whole: Callable[[dict[str, str]], bool]
) -> list[dict[str, str]]:
    """Return the sets of parameters that are asked for: one of each value.

    Commas part values, where the whole is none (`is_whole`), such as a text or a list.

    Examples
    --------
    >>> _asked_sets(["number=4,5", "colour=red"], lambda asked: False)
    [{'number': '4', 'colour': 'red'}, {'number': '5', 'colour': 'red'}]
    """
    values: dict[str, list[str]] = {}
    for text in texts:
        name, equals, value = map(str.strip, text.partition("="))
        if not equals or not name:
            raise ParameterError(
                f"-p must look like NAME=VALUE, such as -p number=5; got {text!r}"
            )
        whole = value.startswith(("[", "{")) or is_whole({name: value})
        values.setdefault(name, []).extend([value] if whole else value.split(","))
    sets = itertools.product(*values.values())
    return [dict(zip(values, asked, strict=True)) for asked in sets]
