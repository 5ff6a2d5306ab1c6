from __future__ import annotations

import csv
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from catrade import params
from pagemill.errors import ParameterError
from pagemill.params import chips


def sentence(notebook: str, **values: object) -> str:
    with pytest.raises(ParameterError) as caught:
        params.validate(notebook, **values)
    return str(caught.value)


def test_wrong_choice_names_all_and_the_nearest() -> None:
    assert sentence("trade_growth", partner="UZZ") == (
        "partner must be one of CA5, KAZ, KGZ, TJK, TKM, UZB; got 'UZZ' (did you mean 'UZB'?)"
    )


def test_unknown_name_gives_the_nearest_and_the_list() -> None:
    assert sentence("trade_growth", strat=2013) == (
        "trade_growth has no parameter 'strat' (did you mean 'start'?); "
        "it has partner, reporter, start, end"
    )


def test_unknown_name_like_none_gives_the_list() -> None:
    assert sentence("trade_growth", xyz=1) == (
        "trade_growth has no parameter 'xyz'; it has partner, reporter, start, end"
    )


def test_an_unknown_name_is_said_before_a_wrong_value() -> None:
    assert "has no parameter 'yaer'" in sentence("trade_growth", partner="UZZ", yaer=2023)


@pytest.mark.parametrize("value", [1991, 2027, "x", "", None, 2015.5, [2015]])
def test_years_are_whole_and_within_bounds(value: object) -> None:
    expected = f"start must be a year from 1992 to 2026; got {value!r}"
    assert sentence("trade_growth", start=value) == expected


@pytest.mark.parametrize("value", [2008, 2027])
def test_policy_years_have_their_own_bounds(value: int) -> None:
    assert sentence("nev_policy_timeline", start=value) == (
        f"start must be a year from 2009 to 2026; got {value}"
    )


@pytest.mark.parametrize(("start", "end"), [(2020, 2015), (2020, 2020)])
@pytest.mark.parametrize(
    "notebook", sorted(n for n, m in params.NOTEBOOKS.items() if "start" in m.model_fields)
)
def test_start_comes_before_end(notebook: str, start: int, end: int) -> None:
    expected = f"start must be before end; got start {start} and end {end}"
    assert sentence(notebook, start=start, end=end) == expected


def test_start_is_checked_against_the_default_end() -> None:
    assert "start 2026 and end 2026" in sentence("trade_growth", start=2026)


def test_command_line_text_becomes_numbers_and_space_is_ignored() -> None:
    checked = params.validate("trade_composition", start="2015", top_n=" 5 ")
    assert (checked.start, checked.top_n) == (2015, 5)


def test_a_small_number_is_called_a_number() -> None:
    assert sentence("trade_composition", top_n=0) == (
        "top_n must be a whole number from 3 to 20; got 0"
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("all", "all"),
        ("trade", "trade"),
        ("trade, safety", "safety,trade"),
        (["trade", "safety"], "safety,trade"),
        ("trade,all", "all"),
    ],
)
def test_themes_are_kept_in_one_order(given: object, kept: str) -> None:
    assert params.validate("nev_policy_timeline", themes=given).themes == kept


def test_theme_list_is_every_theme_or_those_asked_for() -> None:
    assert params.validate("nev_policy_timeline").theme_list == params.THEMES
    some = params.validate("nev_policy_timeline", themes="trade,safety")
    assert some.theme_list == ("safety", "trade")


def test_a_wrong_theme_is_named() -> None:
    said = sentence("nev_policy_timeline", themes="trade,saftey")
    assert said.startswith("themes must be one of all, demand_support")
    assert said.endswith("got 'saftey' (did you mean 'safety'?)")


@pytest.mark.parametrize("value", ["", "2026-01", "2025", "2026-joint-conference", "2009-a1"])
def test_focus_is_empty_a_period_or_an_event(value: str) -> None:
    assert params.validate("nev_policy_timeline", focus=value).focus == value


@pytest.mark.parametrize("value", ["2026-13", "January", "2026-", "<b>", "../x"])
def test_other_focus_is_refused(value: str) -> None:
    assert f"got {value!r}" in sentence("nev_policy_timeline", focus=value)


def test_an_unknown_notebook_is_named() -> None:
    with pytest.raises(ParameterError, match=r"did you mean 'trade_growth'\?"):
        params.validate("trade_grwth")


@pytest.mark.parametrize("notebook", sorted(params.NOTEBOOKS))
def test_every_field_says_what_it_does_and_what_it_may_be(notebook: str) -> None:
    for parameter in params.describe(notebook):
        assert len(parameter.about.split()) >= 2, parameter
        assert parameter.allowed, parameter


@pytest.mark.parametrize("notebook", sorted(params.NOTEBOOKS))
def test_defaults_are_themselves_valid(notebook: str) -> None:
    defaults = {parameter.name: parameter.default for parameter in params.describe(notebook)}
    assert params.validate(notebook, **defaults).model_dump() == defaults


def test_values_cannot_be_changed_afterwards() -> None:
    checked: BaseModel = params.validate("trade_growth")
    with pytest.raises(ValueError, match="frozen"):
        checked.partner = "KAZ"  # type: ignore[attr-defined]


def test_chips_are_words_for_a_reader() -> None:
    values = params.validate("nev_policy_timeline", themes="trade,heavy_trucks").model_dump()
    assert chips("nev_policy_timeline", values) == [
        ("Years", "2009–2026"),
        ("Jurisdiction", "all"),
        ("Themes", "trade, heavy trucks"),
    ]


def test_themes_jurisdictions_and_event_ids_are_those_of_the_data(root: Path) -> None:
    with (root / "data" / "policy_events.csv").open(encoding="utf-8", newline="") as file:
        events = list(csv.DictReader(file))
    assert {event["theme"] for event in events} == set(params.THEMES)
    known = set(get_args(params.Jurisdiction))
    assert {event["jurisdiction"] for event in events} <= known
    for event in events:
        name = event["event_id"]
        assert params.validate("nev_policy_timeline", focus=name).focus == name
