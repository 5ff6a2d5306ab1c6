"""The explorer: controls, panels that follow them, and the view as code."""

from __future__ import annotations

import re
import subprocess
from typing import Any

import pytest
from ipywidgets import Output

from catrade import explore
from pagemill.display import Chart
from rounding.errors import ParameterError


class View:
    """An explorer, its controls by name and its panels."""

    def __init__(self, **asked: Any) -> None:
        _, controls, grid, self.folded = explore.explorer(**asked).children
        names = ("partner", "reporter", "flow", "years", "theme")
        self.chosen = dict(zip(names, controls.children, strict=True))
        self.trade, self.goods, self.policy = self.panels = grid.children
        self.sources, self.code, self.report = self.folded.children

    def move(self, **values: Any) -> None:
        for name, value in values.items():
            self.chosen[name].value = value


def shown(panel: Output) -> list[str]:
    """Return the plain text of each thing a panel shows."""
    return [output["data"]["text/plain"] for output in panel.outputs]


def figures(panel: Output) -> list[str]:
    held = [output["data"]["text/html"] for output in panel.outputs]
    return [html for html in held if "<svg" in html]


def test_it_begins_with_what_was_asked_for() -> None:
    view = View(partner="Uzbekistan", flow="export", start=2017)
    assert view.chosen["partner"].label == "Uzbekistan"
    assert [code for _, code in view.chosen["partner"].options][:2] == ["CA5", "KAZ"]
    assert view.chosen["years"].value == (2017, 2025)
    heads = [shown(panel)[0] for panel in view.panels]
    assert heads == ["Trade", "Goods", "Policy on new energy vehicles"]
    drawn = [html for panel in view.panels for html in figures(panel)]
    ids = re.findall(r'<figure class="ct-figure" id="([^"]*)"', "".join(drawn))
    assert len(ids) == len(set(ids)) == len(drawn) >= 4
    # Half a window is as wide as a phone.
    assert all('class="ct-drawing ct-narrow"' in html for html in drawn)
    # Policy counts rules, of which some have several spells, and names places.
    assert "A rule that was changed or came again has several bars." in drawn[-1]
    events = shown(view.policy)[-1]
    assert not re.search(r"\t(CHN|UZB|EAEU)$", events, re.MULTILINE)


WRONG: dict[str, dict[str, Any]] = {
    r"partner must be one of .*\(did you mean 'KAZ'\?\)": {"partner": "KAX"},
    r"flow must be one of .*\(did you mean 'export'\?\)": {"flow": "exports"},
    "start must be before end": {"start": 2025, "end": 2015},
    r"theme.* must be one of .*\(did you mean 'trade'\?\)": {"theme": "trades"},
    "Turkmenistan publishes no trade": {"partner": "TKM", "reporter": "partner"},
}


@pytest.mark.parametrize("sentence", WRONG)
def test_a_wrong_beginning_is_one_sentence(sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        explore.explorer(**WRONG[sentence])


def test_each_control_moves_its_panels_and_no_other() -> None:
    view = View(partner="KAZ", theme="trade")
    assert shown(view.sources)[0].startswith("1. ")
    for name, value, moved in (
        ("partner", "UZB", (*view.panels, view.sources)),
        ("reporter", "partner", (view.trade, view.sources)),
        ("years", (2018, 2024), (view.trade, view.policy)),
        ("theme", "infrastructure", (view.policy,)),
    ):
        before = {id(panel): shown(panel) for panel in moved}
        still = (view.trade.outputs, view.goods.outputs)
        view.move(**{name: value})
        for panel in moved:
            assert shown(panel) != before[id(panel)], name
    assert (view.trade.outputs, view.goods.outputs) == still
    assert not any("Kazakhstan" in text for text in shown(view.trade))


def test_a_flow_is_chinas_whoever_reports_and_a_window_needs_two_years() -> None:
    view = View(partner="KAZ", reporter="partner", flow="import")
    # What China imports from Kazakhstan is what Kazakhstan exports to China.
    assert shown(view.trade)[1].startswith("Kazakhstan’s exports to China")
    goods = "\n".join(shown(view.goods))
    assert "Kazakhstan’s exports to China" in goods
    assert "China’s exports" not in goods
    view.move(years=(2020, 2020))
    said = "start must be before end; got start 2020 and end 2020."
    assert shown(view.trade) == [said]
    view.move(partner="TKM", years=(2019, 2024))
    assert [code for _, code in view.chosen["reporter"].options] == ["CHN"]
    assert shown(view.trade)[1].startswith("China’s imports from Turkmenistan")
    assert len(figures(view.trade)) == 2


def test_without_a_table_of_chapters_it_shows_what_is_published() -> None:
    view = View(partner="TJK", start=2013)
    text = "\n".join(shown(view.goods))
    assert len(figures(view.goods)) == 2  # the groups of 2023, both ways
    assert ": the newest single figures published" in text
    # Money is read as money: no figure of eight digits with its currency in a column beside it.
    assert not re.search(r"\d{1,3}(,\d{3}){2,}", text)


@pytest.mark.parametrize("partner", ["UZB", "CA5"])
def test_the_view_as_code_runs_and_shows_the_same(partner: str) -> None:
    view = View(partner=partner, start=2018)
    displayed: list[Any] = []
    exec(view.code.value, {"display": displayed.append})
    charts = [one for one in displayed if isinstance(one, Chart)]
    assert len(charts) == 1 + len(figures(view.goods))
    title = shown(view.trade)[1].split(":")[0]
    assert str(displayed[0]).startswith(title)
    if partner == "CA5":
        assert "choose one of the five" in shown(view.goods)[1]
        assert "CA5" not in title
    view.move(years=(2019, 2023))
    assert "2019, 2023" in view.code.value


def test_the_view_as_a_report_renders_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    class Done:
        returncode, stderr = 0, ""

    def run(command: list[str], **_: Any) -> type[Done]:
        asked.append(" ".join(command[2:]))
        return Done

    monkeypatch.setattr(subprocess, "run", run)
    view = View(partner="KGZ", start=2016)
    button, said = view.report.children
    button.click()
    values = "-ppartner=KGZ -preporter=CHN -pstart=2016 -pend=2025"
    assert asked == [f"catrade render trade_growth {values}"]
    assert 'href="../reports/trade-growth-kgz-2016-2025.html"' in said.value
    Done.returncode, Done.stderr = 1, "catrade: no notebook\n"
    button.click()
    assert said.value == "catrade: no notebook"
