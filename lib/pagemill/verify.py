"""Check a page by making it again from its own record."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pagemill import plan as plans
from pagemill import provenance
from pagemill.compare import compare, counted
from pagemill.errors import ParameterError, ReportError
from pagemill.plan import Run
from pagemill.run import Outcome, run_all
from pagemill.saved import Saved, open_page
from pagemill.unfinished import temporary, unfinished

_SNIPPET = 60
_ID = re.compile(r'\bid="([^"]+)"')


@dataclass(frozen=True)
class Verdict:
    """Whether a page could be made again, byte by byte; `reason` says why not."""

    slug: str
    reproduced: bool
    reason: str = ""


def verify(
    file: Path,
    plan: Path,
    data: Path,
    run_reports: Callable[[Sequence[Run], Path, Path], Sequence[Outcome]] | None = None,
) -> Verdict:
    """Make a page again from what its own record says, and compare the bytes.

    Parameters
    ----------
    file
        The page.
    plan
        A `reports.toml`: the notebooks are looked for beside it.
    data
        The data folder.
    run_reports
        What makes reports, called with runs, output and data; by default `run.run_all`.

    Raises
    ------
    ParameterError
        If the file is no page of ours.
    ReportError
        If the page cannot be made: a notebook or parameter of it no longer exists, a cell fails.
    """
    page = open_page(file)
    run = _run_of(page, plan)
    reasons = provenance.changed(run, page.block, data)
    with unfinished(temporary()) as output:
        outcomes = (run_reports or _make)([run], output, data)
        if outcomes[0].status != "made":
            raise ReportError(
                f"{file.name} cannot be made again: {_short(outcomes[0], reasons)}"
            )
        again = open_page(output / f"{run.slug}.html")
        if again.text == page.text:
            return Verdict(run.slug, True)
        return Verdict(run.slug, False, _why(page, again, reasons))


def difference(old: str, new: str) -> str:
    """Return where two texts first differ, in words, with a piece of each.

    Examples
    --------
    >>> difference('<figure id="trade">1,2', '<figure id="trade">1,3')
    'line 1, in “trade”: …<figure id="trade">1,2… here, …<figure id="trade">1,3… made again'
    """
    at = next(
        (
            number
            for number, pair in enumerate(zip(old, new, strict=False))
            if pair[0] != pair[1]
        ),
        min(len(old), len(new)),
    )
    line = old.count("\n", 0, at) + 1
    ids = _ID.findall(old, 0, at)
    inside = f", in “{ids[-1]}”" if ids else ""
    pieces = [
        " ".join(text[max(0, at - _SNIPPET // 2) : at + _SNIPPET // 2].split())
        for text in (old, new)
    ]
    return f"line {line}{inside}: …{pieces[0]}… here, …{pieces[1]}… made again"


def _make(runs: Sequence[Run], output: Path, data: Path) -> Sequence[Outcome]:
    return run_all(runs, output, data, force=True)


def _run_of(page: Saved, plan: Path) -> Run:
    inputs = page.inputs
    try:
        return plans.make_run(
            inputs["notebook"]["name"],
            plan.parent,
            inputs["parameters"],
            slug=page.block["slug"],
            title=inputs["page"]["title"],
            topic=inputs["page"]["topic"],
        )
    except ParameterError as error:
        raise ReportError(f"{page.file.name} cannot be made again: {error}") from error


def _short(outcome: Outcome, reasons: Sequence[str]) -> str:
    # The folder is removed, so what the run says of a kept notebook would lead nowhere.
    said = re.sub(r" \(the notebook up to there is [^)]*\)$", "", outcome.message)
    since = f" (since it was made, {', '.join(reasons)})" if reasons else ""
    return f"{said}{since}"


def _why(page: Saved, again: Saved, reasons: Sequence[str]) -> str:
    if not reasons:
        where = difference(page.text, again.text)
        return f"the bytes differ though no recorded input does, first in {where}"
    found = compare(page, again)
    if found.same:
        effect = "the numbers and sentences are the same"
    else:
        effect = f"{counted(found)}, which `diff` lists against a new rendering"
    return f"{'; '.join(reasons)} ({effect})"
