"""The plan: `notebooks/reports.toml` read into runs, and what a command asks for."""

from __future__ import annotations

import hashlib
import os
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from unicodedata import normalize

from pydantic import Field

from pagemill import bare
from pagemill.entries import LONGEST_SLUG, Entry, Settings, checked_slug, standing_at
from pagemill.files import read_bytes, why_unread
from pagemill.models import Parameters, checked
from pagemill.params import chips, validate
from pagemill.project import BARE, Project, current
from rounding.errors import ParameterError, did_you_mean

PLAN = Path("notebooks") / "reports.toml"
#: A page leads to no more neighbours than stand in one line or two.
MOST_BESIDE = 8
_MOST_TOPICS = 100
# What of a value no slug shows: letters of other alphabets, signs, a minus.
_LOST = re.compile(r"^-|[^A-Za-z0-9 ,._\[\]'-]")


#: Keys that a plan of 0.4 could have, and what does it now.
_GONE = {
    "each": "write a [[report]] for each row, such as by a loop",
    "address": "a page says nothing of where it stands",
    **dict.fromkeys(
        ("alternatives", "interactive"),
        "a project says it of all its notebooks (see `pagemill.project`)",
    ),
}


class _File(Settings):
    report: list[dict[str, Any]] = Field(
        [], json_schema_extra={"allowed": "[[report]] tables"}
    )


@dataclass(frozen=True)
class Run:
    """One report to make: a notebook, its complete checked parameters, and its name.

    Attributes
    ----------
    slug
        Name of the files, `<slug>.html` and `<slug>.ipynb`.
    notebook
        Name of the notebook, without `.ipynb`.
    path
        The notebook file.
    parameters
        Every parameter by its name, in the order of the notebook's model.
    title, topic
        Title of the page (empty: the notebook's own heading) and its group on the index page.
    subject
        What it is about, such as a country, where no parameter that the index filters by says it.
    front
        Whether it is the front page's `lead`, its `question`, a `story`, or has a `number` there;
        else "".
    beside
        The pages of the plan that it leads to, one a line: slug, space, words.
    switch
        Pages that say the same of another subject, and this one: a line each, likewise.
    timeout, retries
        Seconds after which it is given up (0: only a cell's own bound), and how often it is made
        again where it fails.
    fault
        Why it cannot begin, such as a wrong parameter, or "": its failure, as a cell's is.
    is_own
        Whether its notebook is one of the project's: only to those its rules apply.
    """

    slug: str
    notebook: str
    path: Path
    parameters: Mapping[str, Any]
    title: str = ""
    topic: str = ""
    subject: str = ""
    front: str = ""
    beside: str = ""
    switch: str = ""
    timeout: int = 0
    retries: int = 0
    fault: str = ""
    is_own: bool = True

    @property
    def rules(self) -> Project:
        """The project whose rules for pictures, outputs and headings apply to its notebook."""
        return current() if self.is_own else BARE


@dataclass(frozen=True)
class Plan:
    """The reports of one `reports.toml`, in its order."""

    file: Path
    runs: tuple[Run, ...]

    @property
    def folder(self) -> Path:
        """The folder of the plan and its notebooks."""
        return self.file.parent

    @cached_property
    def named(self) -> dict[str, Run]:
        """The reports by their slugs."""
        return {run.slug: run for run in self.runs}

    @property
    def root(self) -> Path:
        """The project folder: the one that holds `notebooks/`, or the notebooks themselves."""
        is_below = self.folder.name == PLAN.parent.name
        return self.folder.parent if is_below else self.folder

    @property
    def reports(self) -> Path:
        """Where its reports go: `reports/` of the project folder.

        Of an installed project it is that of the current folder.
        """
        is_installed = current() is not BARE and self.root == current().folder
        return (Path.cwd() if is_installed else self.root) / "reports"


def find_plan(reports: Iterable[str] = ()) -> Path:
    """Return `notebooks/reports.toml` of this folder, one above it, or the project's own.

    Parameters
    ----------
    reports
        What is asked for: a notebook file that is not there is named where there is no plan.

    Raises
    ------
    ParameterError
        If there is none, or it is another user's.
    """
    folder = Path.cwd()
    files = [parent / PLAN for parent in (folder, *folder.parents)]
    if current() is BARE:
        files.insert(0, folder / PLAN.name)
    file = next(filter(Path.is_file, files), None) or own_plan()
    if file is None:
        for report in reports:
            if report.endswith(".ipynb"):
                raise _no_file(report)
        raise ParameterError(
            f"no {PLAN} in {folder} or above it: run this in the project's folder, give --plan, or"
            " name a notebook, such as rain.ipynb"
        )
    _check_owner(file)
    return file


def _no_file(notebook: str, *others: str) -> ParameterError:
    """Return the error of a notebook file that is not there, with the nearest name beside it."""
    beside = [held.name for held in Path(notebook).parent.glob("*.ipynb")]
    near = did_you_mean(Path(notebook).name, [*beside, *others])
    return ParameterError(f"there is no notebook {notebook}{near}")


def own_plan() -> Path | None:
    """Return the plan beside the code of the project at work, or None if it has none."""
    if current() is BARE:
        return None
    folder = current().folder
    # Of a module, of a package that has its notebooks inside or beside it, or of one in `lib/`.
    files = [place / PLAN for place in (folder, folder.parent, folder.parent.parent)]
    return next(filter(Path.is_file, files), None)


def _is_own(notebook: str, folder: Path) -> bool:
    """Return whether a notebook is the project's: it has a model, or lies with the project's."""
    if notebook in current().notebooks:
        return True
    plan = own_plan()
    return plan is not None and plan.parent.samefile(folder)


def _check_owner(file: Path) -> None:
    """Refuse a plan that was found and is another user's: its notebooks would run as this one.

    Whoever wrote the project's code is trusted: that runs, too.
    """
    if os.name != "posix":
        return
    trusted = {os.geteuid(), current().folder.stat().st_uid}
    if not {path.stat().st_uid for path in (file, file.parent)} <= trusted:
        raise ParameterError(
            f"the plan {file} belongs to another user, whose notebooks would run as you: nothing"
            " was run; if you trust it, name it (--plan)"
        )


def plan_of(file: Path | None, reports: Iterable[str]) -> Plan:
    """Return the plan that a command names, or that is found for the reports that it names.

    A notebook file that is named has the plan beside it, or none.

    Raises
    ------
    ParameterError
        If there is none, or it cannot be read.
    """
    if file is None:
        for report in reports:
            named = Path(f"{report.removesuffix('.ipynb')}.ipynb")
            is_path = report.endswith(".ipynb") or current() is BARE
            if is_path and named.is_file():
                beside = named.absolute().parent / PLAN.name
                if beside.exists():
                    return load_plan(beside)
                bare.look_in(beside.parent)
                return Plan(beside, ())
    return load_plan(file or find_plan(reports))


def load_plan(file: Path) -> Plan:
    """Read a plan. A report that cannot begin is a run with a `fault`: the others can be made.

    Raises
    ------
    ParameterError
        If it cannot be read, has an unknown key, or two reports of one name; the sentence says
        where.
    """
    bare.look_in(file.parent)
    try:
        # Windows begins text with a mark.
        content = tomllib.loads(read_bytes(file).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        why = why_unread(error)
        raise ParameterError(f"{file} cannot be read as a plan: {why}") from error
    with standing_at(file.name):
        _refuse_what_left(content)
        plan = checked(_File, content)
    for_all = plan.model_dump(include={*Settings.model_fields}, exclude_unset=True)
    runs: dict[str, Run] = {}
    for number, entry in enumerate(plan.report, start=1):
        where = f"{file.name}, report {number}"
        with standing_at(where):
            _refuse_what_left(entry)
            run = _planned(file.parent, checked(Entry, for_all | entry), where)
            if run.slug in runs:
                raise ParameterError(
                    f"the slug {run.slug!r} is taken by an earlier report"
                )
        runs[run.slug] = run
    if not runs:
        raise ParameterError(
            f"{file.name} lists no report: each one is a table headed [[report]]"
        )
    return Plan(file, tuple(_with_links([*runs.values()])))


def _refuse_what_left(keys: Iterable[str]) -> None:
    """End keys of 0.4 that are no more in a sentence that names what does it."""
    for key in keys:
        if key in _GONE:
            raise ParameterError(f"{key} is no more: {_GONE[key]}")


def _planned(folder: Path, entry: Entry, where: str) -> Run:
    """Return the run of an entry; what keeps it from beginning is its `fault`."""
    values = entry.model_dump()
    try:
        return make_run(folder=folder, **values)
    except ParameterError as error:
        values["fault"] = f"{where}: {error}"
    values["slug"] = entry.slug or derived_slug(entry.notebook, entry.parameters)
    model = current().notebooks.get(entry.notebook, Parameters)
    values["topic"] = entry.topic or model.topic
    return Run(path=folder / f"{entry.notebook}.ipynb", **values)


class _Page(NamedTuple):
    """A run, what the index is filtered by (such as the country), and what else it asks."""

    run: Run
    subject: str
    asks: tuple[Any, ...]


def _page_of(run: Run) -> _Page:
    # What a wrong one asks nobody knows.
    asked = [] if run.fault else chips(run.notebook, run.parameters)
    filters = current().filters
    by_filters = ", ".join(text for label, text in asked if label in filters)
    others = [chip for chip in asked if chip[0] not in filters]
    return _Page(run, run.subject or by_filters, (run.notebook, *others))


def _with_links(runs: Sequence[Run], planned: Sequence[Run] = ()) -> list[Run]:
    """Return runs with the pages of a plan that theirs lead to; `planned` is it, if not they.

    What each asks is looked up once, and of what it could lead to only the first: a plan may have
    thousands of reports, and a topic each.
    """
    own = [*map(_page_of, runs)]
    pages = [*map(_page_of, planned)] or own
    places = {page.run.slug: place for place, page in enumerate(pages)}
    home = next((page.subject for page in pages if page.run.front == "lead"), "")
    #: The first page of each topic, and of each subject in it.
    first: dict[str, _Page] = {}
    of_subject: dict[tuple[str, str], _Page] = {}
    #: Of those that ask the same, the first of each subject.
    alike: dict[tuple[Any, ...], dict[str, _Page]] = defaultdict(dict)
    for page in pages:
        first.setdefault(page.run.topic, page)
        of_subject.setdefault((page.run.topic, page.subject), page)
        if page.subject:
            alike[page.asks].setdefault(page.subject, page)
    topics = [*islice(first.items(), _MOST_TOPICS)]

    def beside(page: _Page) -> Iterator[str]:
        """Yield a page of each topic: of the same subject, or of the lead's.

        Where there is neither, the first of the topic does for the lead's own pages and those
        without a subject: from one country's page to another's nobody is led.
        """
        may_be_any = not home or page.subject in ("", home)
        for topic, opening in topics:
            same = of_subject.get((topic, page.subject))
            other = same or of_subject.get((topic, home)) or (may_be_any and opening)
            if other and other.run.slug != page.run.slug:
                is_said = other.subject == page.subject or other.subject in topic
                whose = "" if is_said else f" ({other.subject})"
                yield f"{other.run.slug} {topic}{whose}"

    def switch(page: _Page) -> Iterator[str]:
        """Yield the pages that ask the same of another subject, and the page itself, in order."""
        same = alike[page.asks].values() if page.subject else ()
        others = (other for other in same if other.subject != page.subject)
        listed = [*islice(others, MOST_BESIDE), page]
        if len(listed) > 1:
            listed.sort(key=lambda one: places.get(one.run.slug, len(places)))
            yield from (f"{one.run.slug} {one.subject}" for one in listed)

    return [
        replace(
            page.run,
            beside="\n".join(islice(beside(page), MOST_BESIDE)),
            switch="\n".join(islice(switch(page), MOST_BESIDE)),
        )
        for page in own
    ]


def select_runs(
    plan: Plan, reports: Sequence[str], parameters: Mapping[str, str]
) -> list[Run]:
    """Return the runs a command asks for.

    No report means all of the plan. A report is a slug, or a notebook's name for all its reports;
    with parameters it means one run of that notebook (from the slug's own parameters, if it is a
    slug) under a file name made from them.

    Raises
    ------
    ParameterError
        If a report or a parameter is not known.
    """
    if parameters and not reports:
        raise ParameterError(
            "-p needs a REPORT it applies to: a slug of the plan or a notebook name"
        )
    if not reports:
        return list(plan.runs)
    asked = [run for report in reports for run in _asked(plan, report, parameters)]
    return list({run.slug: run for run in asked}.values())


def make_run(
    notebook: str,
    folder: Path,
    parameters: Mapping[str, Any],
    *,
    slug: str = "",
    title: str = "",
    topic: str = "",
    **settings: Any,
) -> Run:
    """Check one run's notebook and parameters.

    Raises
    ------
    ParameterError
        If the notebook, a parameter or the slug is not valid.
    """
    model = current().parameters_of(notebook)
    path = folder / f"{notebook}.ipynb"
    if not path.is_file():
        raise ParameterError(f"there is no notebook {path.name} in {folder.name}/")
    asked = validate(notebook, **parameters)
    values = asked.asked()
    return Run(
        checked_slug(slug or derived_slug(notebook, values)),
        notebook,
        path.resolve(),
        values,
        title or asked.heading(),
        topic or model.topic,
        is_own=_is_own(notebook, folder),
        **settings,
    )


def derived_slug(notebook: str, values: Mapping[str, Any]) -> str:
    """Return a file name for a run: the notebook, its main parameters and those not default.

    Where letters or signs were lost, six digits tell it apart from the slug of other values.
    """
    model = current().model_of(notebook) or Parameters
    default = model.model_construct().model_dump(mode="json", warnings=False)
    given = {**default, **values}
    parts = [
        str(given.get(name))
        for name in model.model_fields
        if name in model.slug_fields or str(given.get(name)) != str(default.get(name))
    ]
    # A report that cannot begin may be given others.
    others = [name for name in values if name not in model.model_fields]
    parts += [f"{name} {values[name]}" for name in others]
    # Accents are not letters: München is munchen.
    parts = [re.sub(r"[\u0300-\u036f]", "", normalize("NFKD", part)) for part in parts]
    slug = _words("-".join([notebook, *parts]))
    if len(slug) <= LONGEST_SLUG and not any(map(_LOST.search, parts)):
        return slug
    return _marked(slug, *values.items())


def _words(text: str) -> str:
    """Return what a file name shows of a text."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "report"


def _marked(slug: str, *told_by: object) -> str:
    """Return a slug with six digits that tell parameters apart where their names do not."""
    mark = hashlib.sha256(repr(told_by).encode()).hexdigest()[:6]
    return f"{slug[: LONGEST_SLUG - 7].strip('-')}-{mark}"


def _is_read_as(slug: str, notebook: str, values: Mapping[str, Any]) -> bool:
    """Return whether a derived slug can be read as nothing but this notebook and its values.

    It is read as the first notebook of the longest name that it begins with, and each word as the
    value of the first parameter that may have it: whatever else has this slug is read wrongly.
    """
    # One that may be asked nothing is not among the project's names.
    names = {name for name in current().names if slug.startswith(_words(name))}
    if notebook != max(sorted({*names, notebook}), key=len):
        return False
    words = slug.removeprefix(_words(notebook)).split("-")[1:]
    read: dict[str, str] = {}
    for name in values:
        # Codes, as of countries, are capitals.
        for text in (*words[:1], *map(str.upper, words[:1])):
            if _values(notebook, {**read, name: text}) is not None:
                read[name] = text
                del words[0]
                break
    return not words and _values(notebook, read) == values


def _values(notebook: str, parameters: Mapping[str, Any]) -> Any:
    """Return all parameters as a record can hold them, or None if one is not valid."""
    try:
        return validate(notebook, **parameters).asked()
    except ParameterError:
        return None


def _asked(plan: Plan, report: str, parameters: Mapping[str, str]) -> Iterable[Run]:
    if base := plan.named.get(report):
        own = {**base.parameters, **parameters}
        return [_own_run(plan, base.notebook, own) if parameters else base]
    name = report.removesuffix(".ipynb").rpartition("/")[2]
    if current().model_of(name):
        same = [run for run in plan.runs if run.notebook == name and not parameters]
        return same or [_own_run(plan, name, parameters)]
    if report.endswith(".ipynb"):
        raise _no_file(report, *(f"{held}.ipynb" for held in current().names))
    hint = did_you_mean(report, (*plan.named, *current().names))
    raise ParameterError(
        f"no report or notebook is called {report!r}{hint}:"
        f" `{current().command} render --list` names all reports"
    )


def run_again(
    plan: Plan, notebook: str, parameters: Mapping[str, Any], slug: str
) -> Run:
    """Return the run that makes a page of some notebook and parameters again.

    It is the plan's own, or what a command without it makes; where there are several, the one of
    that slug.

    Raises
    ------
    ParameterError
        If the notebook or a parameter is not known.
    """
    by_command = _own_run(plan, notebook, parameters)
    asked = notebook, by_command.parameters, ""
    runs = [r for r in plan.runs if (r.notebook, r.parameters, r.fault) == asked]
    runs.append(by_command)
    return next((run for run in runs if run.slug == slug), runs[0])


def _own_run(plan: Plan, notebook: str, parameters: Mapping[str, Any]) -> Run:
    """Make a run that is not of the plan, under a name that no other run has.

    Of the plan's, two of one name are refused; of others nobody knows what was made before.
    """
    own = make_run(notebook, plan.folder, parameters)
    twin = plan.named.get(own.slug)
    if twin and (twin.notebook, twin.parameters) == (notebook, own.parameters):
        return twin
    if twin or not _is_read_as(own.slug, notebook, own.parameters):
        slug = _marked(own.slug, notebook, *own.parameters.items())
        own = replace(own, slug=slug)
    (run,) = _with_links([own], plan.runs)
    return run
