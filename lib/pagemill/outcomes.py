"""What became of each report, for other programs: JSON, or JUnit's XML for a CI."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from pagemill.run import Outcome
from pagemill.unfinished import replacing
from rounding.errors import one_line


def write_report(
    outcomes: Sequence[Outcome], address: Callable[[str], str], file: Path
) -> None:
    """Write the outcomes of a render: slug, status, seconds, message, what is lost, the page."""
    text = _junit(outcomes) if file.suffix == ".xml" else _json(outcomes, address)
    with replacing(file, f"the report {file}") as target:
        target.write_text(text, "utf-8")


def _json(outcomes: Sequence[Outcome], address: Callable[[str], str]) -> str:
    pages = [asdict(one) | {"page": address(f"{one.slug}.html")} for one in outcomes]
    return json.dumps(pages, indent=1, ensure_ascii=False) + "\n"


def _junit(outcomes: Sequence[Outcome]) -> str:
    failed = sum(one.status == "failed" for one in outcomes)
    suite = ET.Element(
        "testsuite", name="reports", tests=str(len(outcomes)), failures=str(failed)
    )
    for one in outcomes:
        case = ET.SubElement(
            suite, "testcase", name=one.slug, time=f"{one.seconds:.2f}"
        )
        if one.status == "failed":
            ET.SubElement(case, "failure", message=one_line(one.message))
        elif one.status == "current":
            ET.SubElement(case, "skipped")
        for lost in one.lost:
            ET.SubElement(case, "system-out").text = one_line(lost)
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"
