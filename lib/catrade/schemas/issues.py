"""The table of known issues: what the strict check finds and why it stays in the tables."""

from __future__ import annotations

import re

import pandera.pandas as pa

from catrade.schemas import columns as c
from catrade.schemas.core import TableSpec

#: Rule of the strict check: what it compares.
RULES = {
    "flow_sum": "exports and imports with the total, whichever sources are chosen",
    "region_sum": "the five (or four) countries with the figure published for the region",
    "period_sum": "months, quarters and halves with the longer period they lie in",
    "growth_printed": "growth a source prints with growth computed from every figure of the base",
    "sources_apart": "the chosen source with every other one of the same cell",
    "jump": "a figure with the one before it in time",
    "chapter_sum": "chapters with the published total of their flow",
    "chapter_trade": "that total, or the chapters' sum, with the figure in trade.csv",
    "group_sum": "sections of the SITC with each other's shares and with trade.csv",
    "share_value": "a share and a value with the whole in trade.csv",
    "tables_apart": "a figure of trade repeated in another table with trade.csv",
    "market_sum": "parts of the car market with their whole",
    "schedule_order": "amounts with the electric range, with the time before, and gaps in time",
}
_CELL = re.compile(r"[A-Za-z0-9_.:-]+")


def _are_cells(text: str) -> bool:
    return all(_CELL.fullmatch(part) for part in text.split(";"))


KNOWN_ISSUES = TableSpec(
    name="known_issues",
    about=(
        "What `catrade check --strict` finds and why it stays: figures are kept as published, so"
        " they need not fit each other. A finding that is not listed here fails the check, and so"
        " does a line here that is no longer found. Rules: "
        + "; ".join(f"`{rule}` compares {what}" for rule, what in RULES.items())
        + "."
    ),
    key=("rule", "cells"),
    sources=("source_ids",),
    schema=c.schema(
        rule=c.choice("rule of the strict check that finds it", tuple(RULES)),
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
