"""Small runs for a cluster, and how to wait for one."""

from __future__ import annotations

from pathlib import Path

import nbformat
import small_plan

from pagemill import plan as plans
from pagemill.plan import Run

#: Seconds after which a test gives up, on the slowest of machines.
PATIENCE = 600
PLAN = """
[[report]]
slug = "one"
notebook = "trade_growth"
parameters = { partner = "KAZ" }
[[report]]
slug = "two"
notebook = "trade_growth"
title = "Two"
parameters = { partner = "UZB" }
"""


def small_data(folder: Path) -> Path:
    folder.mkdir()
    (folder / "trade.csv").write_text("only\nhere\n", encoding="utf-8")
    (folder / "sources.csv").write_text(
        "source_id,published\na,2026-01-20\n", encoding="utf-8"
    )
    return folder


def small_runs(root: Path, *cells: tuple[str, str]) -> list[Run]:
    content = small_plan.usual()
    for kind, source in cells:
        cell = (
            nbformat.v4.new_code_cell
            if kind == "code"
            else nbformat.v4.new_markdown_cell
        )
        content.cells.append(cell(source, id=f"more-{len(content.cells)}"))
    plan = small_plan.write_plan(root, PLAN, {"trade_growth": content})
    return list(plans.load_plan(plan).runs)
