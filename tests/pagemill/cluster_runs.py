"""Small runs for a cluster, and how to wait for one."""

from __future__ import annotations

from pathlib import Path

from saved_pages import project

from pagemill import plan as plans
from pagemill.plan import Run

#: Seconds after which a test gives up, on the slowest of machines.
PATIENCE = 600
PLAN = """
[[report]]
slug = "one"
notebook = "wave"
[[report]]
slug = "two"
notebook = "wave"
title = "Two"
parameters = { number = 5 }
"""


def small_data(folder: Path) -> Path:
    folder.mkdir()
    (folder / "heights.csv").write_text("only\nhere\n", encoding="utf-8")
    return folder


def small_runs(root: Path, *cells: str) -> list[Run]:
    root.mkdir(exist_ok=True)
    plan = project(root, *(cells or ["1"]))
    plan.write_text(PLAN, encoding="utf-8")
    return list(plans.load_plan(plan).runs)
