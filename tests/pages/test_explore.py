"""The explorer: controls, tabs that follow them, the view as code, as a workbook, as a report."""

from __future__ import annotations

import re
import shutil
from typing import Any

import pytest

import catrade as ct
from catrade.explorer import Explorer
from pagemill.display import Chart
from rounding.errors import ParameterError


def view(partner: Any = "KAZ", *years: int, **begin: Any) -> Explorer:
    start, end = years or (None, None)
    return Explorer(partner, start, end, reporter=begin.pop("reporter", "CHN"), **begin)


def shown(explorer: Explorer, tab: str = "Trade") -> str:
    """Return the words of a tab, once it is looked at."""
    explorer.tabs.selected_index = explorer.tabs.titles.index(tab)
    html = re.sub(r"<style.*?</style>", "", explorer.panels[tab].value, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def test_it_begins_with_what_was_asked_for():
    explorer = view("Uzbekistan", 2017, 2024, flow="export", freq="year")
    names = [name for name, _ in explorer.controls["partner"].options]
    assert {"Central Asia", "Russia", "EU", "Turkmenistan"} <= {*names}
    assert "China’s exports to Uzbekistan" in shown(explorer)
    assert "(2017) to $11.77bn (2024)" in shown(explorer)
    assert "as counted by China" in shown(explorer, "Goods")
    assert "exports of electric cars to Uzbekistan" in shown(explorer, "Cars")
    assert "rules in force" in shown(explorer, "Rules")


def test_any_pair_that_is_held_may_be_chosen():
    explorer = view("KAZ", 2015, 2021, reporter="Russia", freq="year", flow="export")
    assert "Russia’s exports to Kazakhstan" in shown(explorer)
    partners = dict(explorer.controls["partner"].options)
    assert partners["China"] == "CHN"
    # China has no figures of a trade with itself: another partner is taken.
    explorer.controls["partner"].value = ("CHN",)
    explorer.controls["reporter"].value = "CHN"
    assert "China’s exports to Central Asia" in shown(explorer)


WRONG: dict[str, dict[str, Any]] = {
    r"partner must be one of .*\(did you mean 'KAZ'\?\)": {"partner": "KAX"},
    r"reporter must be one of .*\(did you mean 'KAZ'\?\)": {"reporter": "KAX"},
    r"flow must be one of .*\(did you mean 'export'\?\)": {"flow": "exports"},
    r"control must be one of .*\(did you mean 'measure'\?\)": {"measures": "growth"},
}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_beginning_is_one_sentence(sentence):
    with pytest.raises(ParameterError, match=sentence):
        ct.explore(**WRONG[sentence])


def test_a_change_moves_the_tab_that_is_looked_at_and_the_others_when_they_are():
    explorer = view(theme="trade", freq="year")
    goods = explorer.panels["Goods"]
    assert goods.value == ""  # nobody has looked at it
    assert "Kazakhstan" in shown(explorer, "Goods")
    before = goods.value
    shown(explorer)
    explorer.controls["partner"].value = ("UZB",)
    assert "Kazakhstan" not in shown(explorer)
    assert goods.value == before
    assert "to Uzbekistan" in shown(explorer, "Goods")
    still = shown(explorer)
    explorer.controls["partner"].value = ()  # while another is being chosen
    assert shown(explorer) == still


def test_an_older_request_does_not_take_the_place_of_a_newer(monkeypatch):
    explorer = view(freq="year")
    run = explorer._run

    def changed_meanwhile(tab: str, pieces: list[str]) -> str:
        html = run(tab, pieces)
        monkeypatch.undo()
        explorer.controls["measure"].value = "growth"
        return html

    monkeypatch.setattr(explorer, "_run", changed_meanwhile)
    explorer.controls["partner"].value = ("UZB",)
    assert "Growth on the year before" in shown(explorer)
    assert "to Uzbekistan" in shown(explorer) or "with Uzbekistan" in shown(explorer)
    assert "ct.growth(trade)" in explorer.code.value


#: What is drawn and in which words; the lines of code that make it have no branch.
VIEWS: dict[str, dict[str, Any]] = {
    "both sides": {"book": "both", "partner": ["KAZ", "UZB"]},
    "the partner’s": {"book": "partner", "flow": "total", "freq": "year"},
    "growth": {"measure": "growth", "flow": "total"},
    "share": {"measure": "share", "book": "partner", "freq": "year"},
    "sums to date": {"freq": "ytd"},
    "another pair": {"reporter": "RUS", "book": "both", "freq": "year"},
}


@pytest.mark.filterwarnings("ignore::UserWarning")  # which the tab shows as a sentence
@pytest.mark.parametrize("name", VIEWS)
def test_the_view_is_what_the_lines_shown_give(name):
    asked = {"partner": "KAZ", **VIEWS[name]}
    explorer = view(asked.pop("partner"), 2018, 2026, **asked)
    for tab in ("Trade", "Goods"):
        words = shown(explorer, tab)
        displayed: list[Any] = []
        exec(explorer.code.value, {"display": displayed.append})
        charts = [thing for thing in displayed if isinstance(thing, Chart)]
        assert charts or tab == "Goods"
        # A sentence on what is not there stands in no code.
        assert explorer.panels[tab].value.count("<svg") == len(charts)
        assert all(chart.title in words for chart in charts)


def test_the_view_becomes_a_workbook_beside_the_reports(root, monkeypatch, tmp_path):
    shutil.copytree(root / "notebooks", tmp_path / "notebooks")
    monkeypatch.chdir(tmp_path / "notebooks")
    explorer = view("KGZ", 2016, 2025, freq="year")
    _report, workbook = explorer.buttons
    workbook.click()
    file = tmp_path / "reports" / "trade-growth-kgz-2016-2025-trade.xlsx"
    assert explorer.answer.value == f"Made: {file}"
    assert file.is_file()
