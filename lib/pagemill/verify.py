"""Check a page by making it again from its own record."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from pagemill import plan as plans
from pagemill import provenance
from pagemill.compare import compare, count_differences
from pagemill.plan import Plan, run_again
from pagemill.project import BARE, current
from pagemill.reads import CHECKING
from pagemill.run import run_all
from pagemill.saved import Saved, open_page
from pagemill.terminal import echo
from pagemill.unfinished import temporary, unfinished
from rounding.errors import ParameterError, ReportError, some


@dataclass(frozen=True)
class Trusted:
    """What may run to check a page: a plan, names of notebooks there, and what others are not."""

    plan: Plan
    names: Collection[str]
    others: str

    def check(self, pages: Iterable[Saved]) -> None:
        """Refuse pages that name another notebook, before anything runs.

        Raises
        ------
        ParameterError
            If one does.
        """
        for page in pages:
            name = page.inputs["notebook"]["name"]
            if name not in self.names:
                raise ParameterError(
                    f"{page.file.name} names the notebook {name}, which is {self.others}: nothing"
                    " was run"
                )


def trusted(plan: Path | None = None, notebook: Path | None = None) -> Trusted:
    """Return what may run to check pages: what the user names, or else the project's own.

    What lies beside a page, or in the folder that the user stands in, may have come with it.

    Raises
    ------
    ParameterError
        If the user names both or a file that is none, or nothing and there is no project.
    """
    if notebook:
        if plan:
            raise ParameterError("--plan and --notebook both say what to run: give one")
        if notebook.suffix != ".ipynb" or not notebook.is_file():
            raise ParameterError(
                f"--notebook must name a notebook, such as rain.ipynb; got {notebook}"
            )
        beside = plans.plan_of(None, [str(notebook.absolute())])
        return Trusted(beside, {notebook.stem}, f"not {notebook.name}")
    file = plan or plans.own_plan()
    if file is None:
        no_own = "" if current() is BARE else f"{current().name} has none of its own; "
        raise ParameterError(
            f"a page does not say which notebooks are yours: {no_own}name the one that makes it"
            " (--notebook rain.ipynb) or a plan (--plan notebooks/reports.toml)"
        )
    planned = plans.load_plan(file.absolute())
    names = {run.notebook for run in planned.runs}.union(current().names)
    whose = plan.name if plan else current().name
    return Trusted(planned, names, f"none of {whose}'s")


def verify(page: Saved, plan: Plan, data: Path) -> str:
    """Make a page again and compare the bytes.

    Of what the page says of itself only its notebook and its parameters are believed: title, topic
    and links are the plan's, or computed.

    Parameters
    ----------
    page
        The page (`saved.open_page`).
    plan
        The plan: the notebooks are looked for beside it.
    data
        The data folder.

    Returns
    -------
    str
        Why it is not reproduced, byte by byte; "" if it is.

    Raises
    ------
    ReportError
        If the page cannot be made: a notebook or parameter of it no longer exists, a cell fails.
    """
    name, parameters = page.inputs["notebook"]["name"], page.inputs["parameters"]
    try:
        run = run_again(plan, name, parameters, page.block["slug"])
    except ParameterError as error:
        raise ReportError(f"{page.file.name} cannot be made again: {error}") from error
    # Whoever sent the page chose which of the user's own notebooks runs, and what it asks.
    asked = ", ".join(f"{name}={value}" for name, value in run.parameters.items())
    echo(
        f"{page.file}: running {run.path} ({asked}) on the tables in {data}",
        err=True,
    )
    reasons = provenance.changed(run, page.block, data)
    with unfinished(temporary()) as output:
        # The project's code takes nothing then that it has kept.
        os.environ[CHECKING] = "1"
        try:
            (outcome,) = run_all([run], output, data, force=True)
        finally:
            del os.environ[CHECKING]
        if outcome.status != "made":
            # The folder is removed: what the run says of a kept notebook would lead nowhere.
            why = outcome.message.partition(" (the notebook up to there is ")[0]
            since = f" (since it was made, {', '.join(reasons)})" if reasons else ""
            raise ReportError(f"{page.file.name} cannot be made again: {why}{since}")
        again = open_page(output / f"{run.slug}.html")
        return "" if again.text == page.text else _why(page, again)


def _why(page: Saved, again: Saved) -> str:
    comparison = compare(page, again)
    reasons = some([change.text for change in comparison.changes])
    if comparison.same:
        why = "; ".join(reasons) or "the record is written in another way"
        return f"{why} (nothing else differs: text, tables, drawings, style, script, policy)"
    names = ", ".join(some([place.part for place in comparison.places]))
    parts = [f"{count_differences(comparison)}: {names}"]
    first = (comparison.unexplained() or comparison.places)[0]
    parts.append(f"first in {first.part}: {first.how} (here → made again)")
    # What the page says of itself is no reason for what it shows.
    claims = [change.text for change in comparison.changes if change.kind == "plan"]
    others = [text for text in reasons if text not in claims]
    if claims:
        parts.append(f"it says otherwise than the plan: {'; '.join(claims)}")
    if others:
        parts.append(f"{'; '.join(others)}, which may explain it")
    if not reasons:
        parts.append("no recorded input differs")
    return "; ".join(parts)
