"""The policy notebooks: what the pages say, with all events and with few.

The cells run in this process: what they show does not depend on a kernel.
"""

import re
from typing import Any

import pytest
from computed import displayed, named

from pagemill.display import Chart

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
    return displayed(name, **parameters)


def text(shown: list[Any]) -> str:
    return "\n".join(part._repr_mimebundle_()["text/plain"] for part in shown)


def charts(shown: list[Any]) -> list[Chart]:
    return [part for part in named(shown).values() if isinstance(part, Chart)]


@pytest.fixture(scope="module")
def default() -> list[Any]:
    return run()


@pytest.mark.parametrize(
    "parameters",
    [
        {"jurisdiction": "TJK"},
        {"jurisdiction": "TKM", "start": 2009, "end": 2010},
        {"themes": "heavy_trucks", "end": 2012},
        {"start": 2025, "end": 2026, "focus": "2025"},
    ],
    ids=str,
)
def test_selections_without_events_or_figures_still_make_good_pages(
    parameters,
):
    shown = run(**parameters)
    words = text(shown)
    assert words.splitlines()[0].endswith(".")
    assert not re.search(r"\b(nan|None|inf|NaT)\b", words)
    for chart in charts(shown):
        assert not chart.table.empty
        assert len(chart.title.split()) <= 10, chart.title
    asked = {name: parameters[name] for name in parameters if name != "focus"}
    register = text(run("nev_policy_register", **asked))
    assert not re.search(r"\b(nan|None|NaT)\b", register)


def test_a_focus_that_was_not_asked_for_leaves_no_trace(default):
    assert "focus" not in text(default).lower()
    month = text(run(focus="2026-01"))
    assert "In focus: January 2026" in month
    assert "Export licensing for pure electric passenger vehicles takes effect" in month
    event = text(run(focus="2025-kgz-quota-exhausted"))
    assert "In focus: Kyrgyz duty-free EV quota for 2025 used up" in event


def test_the_figures_of_the_page(default):
    (share,) = [chart for chart in charts(default) if chart.name == "battery-car-share"]
    # 660,000 of 2,068,986 cars a year before
    assert "same month a year before (32%)." in share.note
    assert "EAEU" not in share.alt  # not a rule on buying a car in China
    for chart in charts(default):
        assert len(chart.title.split()) <= 10, chart.title
        words = f"{chart.title} {chart.alt} {chart.note}".lower()
        assert not [word for word in CAUSES if word in words]


def test_a_page_of_another_country_names_no_source_of_what_buyers_in_china_get(
    default,
):
    here = text(default[-1:]).lower()
    there = text(run(jurisdiction="KAZ")[-1:]).lower()
    assert ("subsidies" in here, "purchase tax" in here) == (True, True)
    assert ("subsid" in there, "purchase tax" in there) == (False, False)
    assert "kazakhstan" in there
