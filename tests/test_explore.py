"""The explorer: controls, panels that follow them, and the view as code."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ipywidgets import Output

from catrade import explore
from pagemill.display import Chart
from rounding.errors import ParameterError
from rounding.rounded import Rounded


class View:
    """An explorer, its controls by name and its panels."""

    def __init__(self, **asked: Any) -> None:
        _, controls, grid, folded = explore.explorer(**asked).children
        names = ("partner", "reporter", "flow", "years", "theme")
        self.chosen = dict(zip(names, controls.children, strict=True))
        self.trade, self.goods, self.policy = grid.children
        self.sources, self.code, self.report = folded.children

    def move(self, **values: Any) -> None:
        for name, value in values.items():
            self.chosen[name].value = value


def shown(panel: Output) -> list[str]:
    """Return the plain text of each thing a panel shows."""
    return [output["data"]["text/plain"] for output in panel.outputs]


def figures(panel: Output) -> list[str]:
    return [
        out["data"]["text/html"]
        for out in panel.outputs
        if "<svg" in out["data"]["text/html"]
    ]


def test_it_begins_with_what_was_asked_for() -> None:
    view = View(partner="Uzbekistan", flow="export", start=2017)
    assert view.chosen["partner"].label == "Uzbekistan"
    assert [code for _, code in view.chosen["partner"].options][:2] == ["CA5", "KAZ"]
    assert view.chosen["years"].value == (2017, 2025)
    heads = [shown(panel)[0] for panel in (view.trade, view.goods, view.policy)]
    assert heads == ["Trade", "Goods", "Policy on new energy vehicles"]
    assert len(figures(view.trade)) == 2
    assert shown(view.sources)[0].startswith("1. ")
    html = "".join(
        h for panel in (view.trade, view.goods, view.policy) for h in figures(panel)
    )
    ids = re.findall(r'<figure class="ct-figure" id="([^"]*)"', html)
    assert len(ids) == len(set(ids)) >= 4


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"partner": "KAX"}, r"partner must be one of .*\(did you mean 'KAZ'\?\)"),
        ({"flow": "exports"}, r"flow must be one of .*\(did you mean 'export'\?\)"),
        ({"start": 2025, "end": 2015}, "start must be before end"),
        ({"theme": "trades"}, r"theme.* must be one of .*\(did you mean 'trade'\?\)"),
    ],
)
def test_a_wrong_beginning_is_one_sentence(
    asked: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ParameterError, match=sentence):
        explore.explorer(**asked)


def test_each_control_moves_its_panels_and_no_other() -> None:
    view = View(partner="KAZ", theme="trade")
    panels = (view.trade, view.goods, view.policy, view.sources)
    for name, value, moved in (
        ("partner", "UZB", panels),
        ("reporter", "partner", (view.trade, view.sources)),
        ("years", (2018, 2024), (view.trade, view.policy)),
        ("theme", "infrastructure", (view.policy,)),
    ):
        before = {id(panel): shown(panel) for panel in panels}
        still = {id(panel): panel.outputs for panel in panels}
        view.move(**{name: value})
        for panel in moved:
            assert shown(panel) != before[id(panel)], name
        if name == "theme":
            assert view.trade.outputs is still[id(view.trade)]
            assert view.goods.outputs is still[id(view.goods)]
    assert not any("Kazakhstan" in text for text in shown(view.trade))


def test_a_flow_is_chinas_whoever_reports() -> None:
    view = View(partner="KAZ", reporter="partner", flow="import")
    # What China imports from Kazakhstan is what Kazakhstan exports to China.
    assert shown(view.trade)[1].startswith("Kazakhstan’s exports to China")
    goods = "\n".join(shown(view.goods))
    assert "Kazakhstan’s exports to China" in goods
    assert "China’s exports" not in goods


def test_one_year_is_a_sentence_and_not_a_traceback() -> None:
    view = View()
    view.move(years=(2020, 2020))
    assert shown(view.trade) == [
        "start must be before end; got start 2020 and end 2020."
    ]
    view.move(years=(2019, 2024))
    assert len(figures(view.trade)) == 2


@pytest.mark.parametrize("partner", ["KGZ", "TJK", "TKM"])
def test_without_a_table_of_chapters_it_shows_what_is_published(partner: str) -> None:
    view = View(partner=partner, start=2013)
    text = "\n".join(shown(view.goods))
    assert len(figures(view.goods)) == 2  # the groups of 2023, both ways
    assert ": the newest single figures published" in text
    # Money is read as money: no figure of eight digits with its currency in a column beside it.
    assert not re.search(r"\d{1,3}(,\d{3}){2,}", text)
    for panel in (view.trade, view.goods, view.policy):
        assert "catrade" not in "\n".join(shown(panel))


def test_a_country_without_statistics_of_its_own_is_not_offered_them() -> None:
    view = View(partner="KAZ", reporter="partner")
    view.move(partner="TKM")
    assert [code for _, code in view.chosen["reporter"].options] == ["CHN"]
    assert shown(view.trade)[1].startswith("China’s trade with Turkmenistan")
    view.move(partner="UZB")
    assert [code for _, code in view.chosen["reporter"].options] == ["CHN", "partner"]
    with pytest.raises(ParameterError, match="Turkmenistan publishes no trade"):
        explore.explorer("Turkmenistan", "partner")


def test_a_panel_of_half_a_window_has_the_drawing_of_a_phone() -> None:
    view = View()
    for panel in (view.trade, view.goods, view.policy):
        for html in figures(panel):
            assert 'class="ct-drawing ct-narrow"' in html
    style = explore.explorer().children[0].value
    assert "(min-width:62em) and (max-width:100em)" in style


def test_policy_counts_rules_and_names_places() -> None:
    view = View(partner="KAZ")
    (rules,) = figures(view.policy)
    # Quotas and fees of the union and of Kazakhstan that were renewed: more spells than rules.
    assert "A rule that was changed or came again has several bars." in rules
    events = shown(view.policy)[-1]
    assert "Eurasian Economic Union" in events or "Kazakhstan" in events
    assert not re.search(r"\t(CHN|KAZ|EAEU)$", events, re.MULTILINE)


def test_a_region_asks_for_a_country() -> None:
    view = View(partner="Central Asia")
    assert "choose one of the five" in shown(view.goods)[1]
    assert "CA5" not in shown(view.trade)[1]


@pytest.mark.parametrize("partner", ["UZB", "KGZ", "CA5"])
def test_the_view_as_code_runs_and_shows_the_same(partner: str) -> None:
    view = View(partner=partner, start=2018)
    displayed: list[Any] = []
    names: dict[str, Any] = {"display": displayed.append}
    exec(view.code.value, names)
    charts = [one for one in displayed if isinstance(one, Chart)]
    assert len(charts) == 1 + len(figures(view.goods))
    title = shown(view.trade)[1].split(":")[0]
    assert str(displayed[0]).startswith(title)
    newest = names["trade"].query("flow == 'total'").iloc[-1]
    assert (
        f"{Rounded.of(newest, 'value_bn'):bn} in {newest['year']}"
        in shown(view.trade)[1]
    )
    view.move(years=(2019, 2023))
    assert "2019, 2023" in view.code.value


def test_the_view_as_a_report_renders_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    class Done:
        returncode, stderr = 0, ""

    monkeypatch.setattr(
        explore.subprocess, "run", lambda c, **_: asked.append(c) or Done()
    )
    view = View(partner="KGZ", start=2016)
    button, said = view.report.children
    button.click()
    assert asked[0][2:] == [
        *(
            "catrade",
            "render",
            "trade_growth",
            "-p",
            "partner=KGZ",
            "-p",
            "reporter=CHN",
        ),
        *("-p", "start=2016", "-p", "end=2025"),
    ]
    assert 'href="../reports/trade-growth-kgz-2016-2025.html"' in said.value
    Done.returncode, Done.stderr = 1, "catrade: no notebook\n"
    button.click()
    assert said.value == "catrade: no notebook"
