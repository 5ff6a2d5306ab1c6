"""The policy notebooks: what the pages say, with all events and with few.

The cells run in this process: what they show does not depend on a kernel.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from catrade.tables.policy import load_policy_events
from pagemill.display import Chart

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
#: Words by which a sentence would claim a cause.
CAUSES = (
    "because",
    "caused",
    "led to",
    "thanks to",
    "due to",
    "boosted",
    "drove",
    "impact",
)


def run(name: str = "nev_policy_timeline", **parameters: object) -> list[Any]:
    """Run all cells and return what they show."""
    names: dict[str, Any] = {}
    shown = []
    for cell in nbformat.read(FOLDER / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, cell.id, "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names.update(parameters)
        if isinstance(last, ast.Expr):
            shown.append(
                eval(compile(ast.Expression(last.value), cell.id, "eval"), names)
            )
    return [one for one in shown if one is not None]


def text(shown: list[Any]) -> str:
    return "\n".join(one._repr_mimebundle_()["text/plain"] for one in shown)


def charts(shown: list[Any]) -> list[Chart]:
    folded = [item for one in shown for item in getattr(one, "items", ())]
    return [one for one in [*shown, *folded] if isinstance(one, Chart)]


@pytest.fixture(scope="module")
def default() -> list[Any]:
    return run()


@pytest.mark.parametrize(
    "parameters",
    [
        {"jurisdiction": "TJK"},
        {"jurisdiction": "TKM", "start": 2009, "end": 2010},
        {"themes": "heavy_trucks", "end": 2012},
        {"start": 2010, "end": 2011},
        {"start": 2025, "end": 2026, "focus": "2025"},
        {"jurisdiction": "EU", "themes": "technology"},
    ],
    ids=str,
)
def test_selections_without_events_or_figures_still_make_good_pages(
    parameters: dict[str, Any],
) -> None:
    shown = run(**parameters)
    said = text(shown)
    assert said.splitlines()[0].endswith(".")
    assert not re.search(r"\b(nan|None|inf|NaT)\b", said)
    for chart in charts(shown):
        assert not chart.table.empty
        assert len(chart.title.split()) <= 10, chart.title
    register = text(
        run(
            "nev_policy_register",
            **{k: v for k, v in parameters.items() if k != "focus"},
        )
    )
    assert not re.search(r"\b(nan|None|NaT)\b", register)


def test_a_focus_that_was_not_asked_for_leaves_no_trace(default: list[Any]) -> None:
    assert "focus" not in text(default).lower()
    found = text(run(focus="2026-01"))
    assert "In focus: January 2026" in found
    assert "Export licensing for pure electric passenger vehicles takes effect" in found
    event = text(run(focus="2025-kgz-quota-exhausted"))
    assert "In focus: Kyrgyz duty-free EV quota for 2025 used up" in event


def test_the_figures_of_the_page(default: list[Any]) -> None:
    _, share, paid, marks, in_force, years = charts(default)
    # 660,000 of 2,068,986 cars a year before
    assert "same month a year before (32%)." in share.note
    assert len(share.table) == 102
    assert "Half the tax is back (January 2026)" in share.alt
    assert "EAEU" not in share.alt  # not a rule on buying a car in China
    assert "Purchase tax waived, Sep 2014" in marks.alt
    assert len(in_force.table) == 12
    first = [paid.table["year"].iloc[0], years.table["year"].min()]
    assert first == [2010, 2010]
    for chart in charts(default):
        assert len(chart.title.split()) <= 10, chart.title
        said = f"{chart.title} {chart.alt} {chart.note}".lower()
        assert not [word for word in CAUSES if word in said]


def test_the_window_cuts_the_page_and_draws_no_chart_of_two_columns() -> None:
    shown = run(start=2025, end=2026)
    assert charts(shown)[1].table["year"].min() == 2025
    assert "Export licences decided, Sep 2025" in text(shown)
    assert "Subsidy for every buyer" not in text(shown)


def test_a_page_of_another_country_names_no_source_of_what_buyers_in_china_get(
    default: list[Any],
) -> None:
    here = text(default[-1:]).lower()
    there = text(run(jurisdiction="KAZ")[-1:]).lower()
    assert ("subsidies" in here, "purchase tax" in here) == (True, True)
    assert ("subsid" in there, "purchase tax" in there) == (False, False)
    assert "kazakhstan" in there


def test_the_register_shows_every_event_with_issuer_and_links() -> None:
    shown = run("nev_policy_register")
    (table,) = [one for one in shown if type(one).__name__ == "Register"]
    assert len(table.frame) == len(load_policy_events())
    assert "Wednesday 14 January 2026 (Tuesday)" in table.note
    html = table._repr_html_()
    assert html.count("Ministry of Commerce") > 5
    assert html.count('href="http') > 200
