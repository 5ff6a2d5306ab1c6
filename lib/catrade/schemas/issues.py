"""The table of known issues: what the strict check finds and why it stays in the tables."""

from __future__ import annotations

import re

import pandera.pandas as pa

from catrade.schemas import columns as c
from catrade.schemas.core import TableSpec

_CELL = re.compile(r"[A-Za-z0-9_.:-]+")


def _are_cells(text: str) -> bool:
    return all(_CELL.fullmatch(part) for part in text.split(";"))


KNOWN_ISSUES = TableSpec(
    name="known_issues",
    about=(
        "What `catrade check --strict` finds and why it stays: figures are kept as published, so"
        " they need not fit each other. A finding that is not listed here fails the check, and so"
        " does a line here that is no longer found."
    ),
    key=("rule", "cells"),
    sources=("source_ids",),
    schema=c.schema(
        rule=c.text("rule of the strict check that finds it, one of the list above"),
        cells=c.text(
            "what is found, as the strict check names it; several are separated by `;`",
            c.each(_are_cells, "names such as CHN-KAZ-2018, separated by `;`"),
        ),
        reason=c.text(
            "why it is so, or that the cause is not known, and which figure the reports use",
            pa.Check(
                lambda text: text.endswith("."), element_wise=True, error="a sentence with a stop"
            ),
        ),
        source_ids=c.text(
            "sources that bear the reason, separated by `;`", empty=True, refers_to="sources"
        ),
    ),
)

SPECS = [KNOWN_ISSUES]
