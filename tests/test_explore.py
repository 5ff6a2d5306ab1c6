"""The explorer: controls, and panels that follow them."""

from __future__ import annotations

from typing import Any

import pytest
from ipywidgets import Output

from catrade import explore
from pagemill.errors import ParameterError


def shown(panel: Output) -> list[str]:
    """Return the plain text of each thing a panel shows."""
    return [output["data"]["text/plain"] for output in panel.outputs]


def figures(panel: Output) -> list[str]:
    return [out["data"]["text/html"] for out in panel.outputs if "<svg" in out["data"]["text/html"]]


@pytest.fixture(scope="module")
def first() -> dict[str, Any]:
    """The controls as they begin; nothing may move them."""
    return explore.pickers()


def test_the_controls_offer_what_the_notebooks_allow(first: dict[str, Any]) -> None:
    assert list(first) == ["partner", "reporter", "flow", "years", "theme"]
    codes = [code for _, code in first["partner"].options]
    assert codes == ["CA5", "KAZ", "KGZ", "TJK", "TKM", "UZB"]
    assert [code for _, code in first["reporter"].options] == ["CHN", "partner"]
    assert first["partner"].label == "Kazakhstan"
    assert first["years"].value == (2015, 2025)
    assert first["years"].min <= 1995
    assert not first["years"].continuous_update


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"partner": "KAX"}, r"partner must be one of .*\(did you mean 'KAZ'\?\)"),
        ({"flow": "exports"}, r"flow must be one of .*\(did you mean 'export'\?\)"),
        ({"start": 2025, "end": 2015}, "start must be before end"),
        ({"theme": "trades"}, r"theme.* must be one of .*\(did you mean 'trade'\?\)"),
    ],
)
def test_a_wrong_beginning_is_one_sentence(asked: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ParameterError, match=sentence):
        explore.explorer(**asked)


def test_a_panel_shows_finding_and_figures(first: dict[str, Any]) -> None:
    panel = explore.growth_panel(first)
    assert shown(panel)[0] == "Growth"
    assert "China's trade with Kazakhstan was" in shown(panel)[1]
    assert len(figures(panel)) == 2


def test_moving_the_partner_changes_every_panel() -> None:
    chosen = explore.pickers(partner="KAZ", theme="trade")
    panels = [explore.growth_panel(chosen), explore.composition_panel(chosen)]
    panels += [explore.policy_panel(chosen), explore.sources_panel(chosen)]
    before = [shown(panel) for panel in panels]
    chosen["partner"].value = "UZB"
    after = [shown(panel) for panel in panels]
    for old, new in zip(before, after, strict=True):
        assert old != new
    assert not any("Kazakhstan" in text for text in after[0])


def test_policy_does_not_follow_whose_figures() -> None:
    chosen = explore.pickers()
    growth, policy = explore.growth_panel(chosen), explore.policy_panel(chosen)
    before, still = growth.outputs, policy.outputs
    chosen["reporter"].value = "partner"
    assert growth.outputs != before
    assert policy.outputs is still
    assert "By Kazakhstan's statistics" in shown(growth)[1]


def test_a_flow_is_chinas_whoever_reports() -> None:
    chosen = explore.pickers(partner="KAZ", reporter="partner", flow="import")
    titles = shown(explore.growth_panel(chosen))[1:]
    assert titles
    # What China imports from Kazakhstan is what Kazakhstan exports to China.
    assert all(text.startswith("Kazakhstan's exports to China") for text in titles)
    goods = shown(explore.composition_panel(chosen))
    assert "China’s imports from Kazakhstan" in goods
    assert "China's exports to Kazakhstan" not in goods


def test_the_theme_moves_the_policy_panel_only() -> None:
    chosen = explore.pickers(theme="trade")
    growth, policy = explore.growth_panel(chosen), explore.policy_panel(chosen)
    still, before = growth.outputs, shown(policy)
    chosen["theme"].value = "safety"
    assert growth.outputs is still
    assert shown(policy) != before
    assert "Safety" in shown(policy)[1]


def test_one_year_is_a_sentence_and_not_a_traceback() -> None:
    chosen = explore.pickers()
    panel = explore.growth_panel(chosen)
    chosen["years"].value = (2020, 2020)
    assert shown(panel) == ["start must be before end; got start 2020 and end 2020."]
    chosen["years"].value = (2019, 2024)
    assert len(figures(panel)) == 2


@pytest.mark.parametrize("partner", ["CA5", "TKM"])
@pytest.mark.parametrize("reporter", ["CHN", "partner"])
def test_where_figures_are_missing_a_sentence_says_so(partner: str, reporter: str) -> None:
    chosen = explore.pickers(partner=partner, reporter=reporter, start=2013)
    for panel in (explore.growth_panel(chosen), explore.composition_panel(chosen)):
        assert len(panel.outputs) >= 2
    goods = shown(explore.composition_panel(chosen))
    if partner == "CA5":
        assert goods[1].startswith("What is traded is known country by country")


def test_the_explorer_puts_it_together() -> None:
    made = explore.explorer("UZB", "CHN", "export", 2017, 2025)
    _, controls, grid, sources = made.children
    assert len(controls.children) == 5
    assert len(grid.children) == 3
    assert [shown(panel)[0] for panel in grid.children] == [
        "Growth",
        "Composition",
        "Policy on new energy vehicles",
    ]
    assert shown(sources.children[0])[0].startswith("1. ")
    names = [name for panel in grid.children for name in ids(panel)]
    assert len(names) == len(set(names)), "two figures of one page have the same id"


def ids(panel: Output) -> list[str]:
    return [
        html.split('<figure class="ct-figure" id="')[1].split('"')[0] for html in figures(panel)
    ]
