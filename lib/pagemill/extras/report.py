"""What became of each report, in a file: `pagemill render --report night.json`, or as JUnit."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from xml.etree import ElementTree

from pagemill.run import Outcome
from pagemill.unfinished import replacing
from rounding.errors import one_line


def write_report(
    outcomes: Sequence[Outcome], address: Callable[[str], str], file: Path
) -> None:
    """Write the outcomes of a render: slug, status, seconds, message, what is lost, the page."""
    pages = [asdict(one) | {"page": address(f"{one.slug}.html")} for one in outcomes]
    text = json.dumps(pages, indent=1, ensure_ascii=False)
    if file.suffix.lower() == ".xml":
        text = junit(outcomes)
    with replacing(file, f"the report {file}") as target:
        target.write_text(f"{text}\n", "utf-8")


def junit(outcomes: Sequence[Outcome]) -> str:
    """Return outcomes as test cases: made is passed, current is skipped.

    Examples
    --------
    >>> print(junit([Outcome("tide", "current")]).splitlines()[-3])
        <skipped />
    """
    failed = sum(outcome.status == "failed" for outcome in outcomes)
    counts = {"tests": str(len(outcomes)), "failures": str(failed)}
    suite = ElementTree.Element("testsuite", {"name": "reports", **counts})
    for outcome in outcomes:
        about = {"name": outcome.slug, "time": f"{outcome.seconds:.2f}"}
        case = ElementTree.SubElement(suite, "testcase", about)
        if outcome.status == "failed":
            message = one_line(outcome.message)
            ElementTree.SubElement(case, "failure", message=message)
        elif outcome.status == "current":
            ElementTree.SubElement(case, "skipped")
        for lost in outcome.lost:
            ElementTree.SubElement(case, "system-out").text = one_line(lost)
    ElementTree.indent(suite)
    text = ElementTree.tostring(suite, "unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}'
