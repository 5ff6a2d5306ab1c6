"""Check a page by making it again from its own record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from pagemill import plan as plans
from pagemill import provenance
from pagemill.compare import compare, counted
from pagemill.parts import strange
from pagemill.plan import Run
from pagemill.run import Outcome, run_all
from pagemill.saved import Saved, open_page
from pagemill.terminal import echo
from pagemill.unfinished import temporary, unfinished
from rounding.errors import ParameterError, ReportError, some


def verify(page: Saved, plan: Path, data: Path) -> str:
    """Make a page again from what its own record says, and compare the bytes.

    Parameters
    ----------
    page
        The page (`saved.open_page`).
    plan
        A `reports.toml`: the notebooks are looked for beside it.
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
    run = run_of(page, plan)
    # Whoever sent the page chose what runs: a notebook that is here already, and what it asks.
    asked = ", ".join(f"{name}={value}" for name, value in run.parameters.items())
    echo(
        f"{page.file}: running {run.path} of this checkout ({asked}) on the tables in {data}",
        err=True,
    )
    reasons = provenance.changed(run, page.block, data)
    with unfinished(temporary()) as output:
        outcomes = run_all([run], output, data, force=True)
        if outcomes[0].status != "made":
            raise ReportError(
                f"{page.file.name} cannot be made again: {_short(outcomes[0], reasons)}"
            )
        again = open_page(output / f"{run.slug}.html")
        return "" if again.text == page.text else _why(page, again, reasons)


def run_of(page: Saved, plan: Path) -> Run:
    """Return the run that a page says it is the result of, with a notebook of this plan.

    Raises
    ------
    ReportError
        If its notebook, a parameter or its name is none of this plan's.
    """
    inputs = page.inputs
    names = (*provenance.PAGE, *provenance.SETTINGS)
    try:
        return plans.make_run(
            inputs["notebook"]["name"],
            plan.parent,
            inputs["parameters"],
            slug=page.block["slug"],
            **{key: inputs["page"].get(key, "") for key in names},
        )
    except ParameterError as error:
        raise ReportError(f"{page.file.name} cannot be made again: {error}") from error


def _short(outcome: Outcome, reasons: Sequence[str]) -> str:
    # The folder is removed, so what the run says of a kept notebook would lead nowhere.
    said = re.sub(r" \(the notebook up to there is [^)]*\)$", "", outcome.message)
    since = f" (since it was made, {', '.join(reasons)})" if reasons else ""
    return f"{said}{since}"


def _why(page: Saved, again: Saved, reasons: Sequence[str]) -> str:
    found = compare(page, again)
    if found.same:
        why = "; ".join(reasons) or "the record is written in another way"
        return f"{why} (nothing else differs: text, tables, drawings, style, script, policy)"
    names = ", ".join(some([place.part for place in found.places]))
    said = [*strange(page), f"{counted(found)}: {names}"]
    first = (found.unexplained() or found.places)[0]
    said.append(f"first in {first.part}: {first.how} (here → made again)")
    if reasons:
        said.append(f"{'; '.join(reasons)}, which may explain it")
    else:
        said.append("no recorded input differs")
    return "; ".join(said)
