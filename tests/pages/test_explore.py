"""The explorer: controls, panels that follow them, and the view as code."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
from ipywidgets import Output

import catrade as ct
from catrade import explore
from pagemill.display import Chart
from rounding.errors import ParameterError


class View:
    """An explorer, its controls by name and its panels."""

    def __init__(self, *asked: Any, **begin: Any) -> None:
        controls, grid, folded = explore.explorer(*asked, **begin).children
        names = ("partner", "reporter", "flow", "measure", "freq", "theme", "years")
        self.chosen = dict(zip(names, controls.children, strict=True))
        self.trade, self.goods, self.policy = self.panels = grid.children
        self.sources, self.code, self.files = folded.children

    def move(self, **values: Any) -> None:
        for name, value in values.items():
            self.chosen[name].value = value


def shown(panel: Output) -> list[str]:
    """Return the plain text of each thing a panel shows."""
    return [output["data"]["text/plain"] for output in panel.outputs]


def figures(panel: Output) -> list[str]:
    held = [output["data"]["text/html"] for output in panel.outputs]
    return [html for html in held if "<svg" in html]


def test_it_begins_with_what_was_asked_for():
    view = View("Uzbekistan", 2017, 2024, flow="export", freq="year")
    assert view.chosen["partner"].value == ("UZB",)
    names = [name for name, _ in view.chosen["partner"].options]
    assert {"Central Asia", "Russia", "EU", "Turkmenistan"} <= {*names}
    heads = [shown(panel)[0] for panel in view.panels]
    assert heads == ["Trade", "Goods", "Policy"]
    assert shown(view.trade)[1].startswith("China’s exports to Uzbekistan")
    assert "(2017) to $11.77bn (2024)" in shown(view.trade)[1]
    drawn = [html for panel in view.panels for html in figures(panel)]
    ids = re.findall(r'<figure class="ct-figure" id="([^"]*)"', "".join(drawn))
    assert len(ids) == len(set(ids)) == len(drawn) == 2


def test_it_opens_at_the_newest_figure():
    newest = ct.trade("KAZ", "export", 2020, freq="month").dropna(subset="value")
    view = View()
    assert f"{newest['date'].max():%B %Y}" in shown(view.trade)[1]


WRONG: dict[str, dict[str, Any]] = {
    r"partner must be one of .*\(did you mean 'KAZ'\?\)": {"partner": "KAX"},
    r"flow must be one of .*\(did you mean 'export'\?\)": {"flow": "exports"},
    r"theme must be one of .*\(did you mean 'trade'\?\)": {"theme": "trades"},
    r"control must be one of .*\(did you mean 'measure'\?\)": {"measures": "growth"},
}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_beginning_is_one_sentence(sentence):
    with pytest.raises(ParameterError, match=sentence):
        explore.explorer(**WRONG[sentence])


def test_each_control_moves_its_panels_and_no_other():
    view = View(theme="trade")
    assert shown(view.sources)[0].startswith("1. ")
    for name, value, moved in (
        ("partner", ["UZB"], (*view.panels, view.sources)),
        ("reporter", "partner", (view.trade, view.goods, view.sources)),
        ("years", (2018, 2024), (view.trade, view.policy)),
        ("theme", "infrastructure", (view.policy,)),
        ("measure", "growth", (view.trade,)),
    ):
        before = {id(panel): panel.outputs for panel in view.panels}
        view.move(**{name: value})
        for panel in view.panels:
            if panel in moved:
                assert panel.outputs != before[id(panel)], name
            elif name in ("theme", "measure"):
                assert panel.outputs is before[id(panel)], name
    assert not any("Kazakhstan" in text for text in shown(view.trade))
    still = shown(view.trade)
    view.move(partner=[])  # while another is being chosen
    assert shown(view.trade) == still


def test_a_flow_is_chinas_whoever_reports():
    view = View(start=2015, end=2020, reporter="partner", flow="import", freq="year")
    # What China imports from Kazakhstan is what Kazakhstan exports to China.
    assert shown(view.trade)[1].startswith("Kazakhstan’s exports to China")
    goods = "\n".join(shown(view.goods))
    assert "Kazakhstan’s exports to China" in goods
    assert "China’s exports" not in goods
    view.move(partner=["TKM"])
    assert shown(view.trade)[1].startswith("Turkmenistan publishes no trade statistics")


#: What is drawn and in which words; the lines of code that make it have no branch.
VIEWS: dict[str, dict[str, Any]] = {
    "several partners": {"partner": ["KAZ", "UZB"], "flow": "total"},
    "both sides": {"reporter": "both", "flow": "export"},
    "growth": {"measure": "growth"},
    "share": {"measure": "share", "reporter": "partner", "freq": "year"},
    "sums to date": {"freq": "ytd"},
    "the region": {"partner": ["CA5"]},
}


@pytest.mark.parametrize("name", VIEWS)
def test_the_view_is_what_the_lines_shown_give(name):
    view = View(start=2023, end=2026)
    view.move(**VIEWS[name])
    displayed: list[Any] = []
    exec(view.code.value, {"display": displayed.append})
    panels = (*view.panels, view.sources)
    every = [text for panel in panels for text in shown(panel)]
    assert isinstance(displayed[0], Chart)
    assert all(str(thing) in every for thing in displayed)
    # All that is drawn is in the code; what is not there is a sentence that stands in none.
    assert sum(len(figures(panel)) for panel in panels) == sum(
        isinstance(thing, Chart) for thing in displayed
    )
    if name == "the region":
        assert "no table lists the goods" in shown(view.goods)[1]


def test_the_view_becomes_a_workbook_and_a_report(monkeypatch, tmp_path):
    asked: list[str] = []

    class Done:
        returncode, stderr = 0, ""

    def run(command: list[str], **_: Any) -> type[Done]:
        asked.append(" ".join(command[2:]))
        return Done

    monkeypatch.setattr(subprocess, "run", run)
    view = View("KGZ", 2016, 2025, freq="year")
    buttons, answer = view.files.children
    report, workbook = buttons.children
    report.click()
    values = "-ppartner=KGZ -preporter=CHN -pstart=2016 -pend=2025"
    assert asked == [f"catrade render trade_growth {values}"]
    assert 'href="../reports/trade-growth-kgz-2016-2025.html"' in answer.value
    Done.returncode, Done.stderr = 1, "catrade: no notebook\n"
    report.click()
    assert answer.value == "catrade: no notebook"
    monkeypatch.chdir(tmp_path)
    workbook.click()
    assert (tmp_path / "view.xlsx").is_file()
