"""A copy of the tables to fetch into, and the pages made of it."""

import html
import re
import shutil
from pathlib import Path

from pagemill import plan, run

ROOT = Path(__file__).parents[2]


def copy_tables(target: Path) -> Path:
    shutil.copytree(ROOT / "data", target, ignore=shutil.ignore_patterns("fetched"))
    return target


def make_page(
    notebook: str, data: Path, output: Path, **values: object
) -> tuple[plan.Run, str]:
    made = plan.make_run(notebook, ROOT / "notebooks", values)
    outcome = run.execute(made, output, data)
    assert (outcome.status, outcome.message) == ("made", "")
    return made, (output / f"{made.slug}.html").read_text("utf-8")


def words_of(page: str) -> str:
    text = re.sub(r"(?s)<(svg|style|script)\b.*?</\1>|<[^>]+>", " ", page)
    return " ".join(html.unescape(text).split())
