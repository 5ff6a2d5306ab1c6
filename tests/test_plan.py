from __future__ import annotations

from pathlib import Path

import pytest
import small_plan

from pagemill import plan as plans
from pagemill.errors import ParameterError, ReportError

NOTEBOOK = small_plan.notebook()
BOTH = {"trade_growth": NOTEBOOK, "nev_policy_timeline": NOTEBOOK}
TWO = """
[[report]]
notebook = "trade_growth"
title = "Kazakhstan"
parameters = { partner = "KAZ" }

[[report]]
slug = "policy"
topic = "Policy"
notebook = "nev_policy_timeline"
parameters = { start = 2025 }
"""


@pytest.fixture
def plan(tmp_path: Path) -> plans.Plan:
    return plans.load_plan(small_plan.write_plan(tmp_path, TWO, BOTH))


def refused(tmp_path: Path, text: str) -> str:
    file = small_plan.write_plan(tmp_path, text, BOTH)
    with pytest.raises(ParameterError) as caught:
        plans.load_plan(file)
    return str(caught.value)


def test_an_entry_becomes_a_run_with_all_its_parameters(plan: plans.Plan, tmp_path: Path) -> None:
    assert plan.runs[0] == plans.Run(
        slug="trade-growth-kaz",
        notebook="trade_growth",
        path=tmp_path / "notebooks" / "trade_growth.ipynb",
        parameters=(("partner", "KAZ"), ("reporter", "CHN"), ("start", 2013), ("end", 2026)),
        title="Kazakhstan",
        topic="Trade growth",
    )
    assert (plan.runs[1].slug, plan.runs[1].topic) == ("policy", "Policy")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('notebook = "trade_growth"\nparameter = {}', "unknown key 'parameter' (did you mean 'par"),
        ('notebook = "trade_grow"', "(did you mean 'trade_growth'?)"),
        ('notebook = "trade_composition"', "there is no notebook trade_composition.ipynb in note"),
        ('slug = "x"', "notebook is missing"),
        ("notebook = 3", "notebook must be text; got 3"),
        ('notebook = "trade_growth"\nparameters = "KAZ"', "parameters must be a table such as"),
        ('notebook = "trade_growth"\nparameters = {partner = "UZZ"}', "partner must be one of"),
        ('notebook = "trade_growth"\nslug = "../x"', "slug must be small letters"),
        ('notebook = "trade_growth"\nslug = "a/b"', "slug must be small letters"),
        ('notebook = "trade_growth"\nslug = "A"', "slug must be small letters"),
        ('notebook = "trade_growth"\nslug = "a\\n"', "slug must be small letters"),
    ],
)
def test_a_wrong_entry_is_named_with_file_and_number(tmp_path: Path, entry: str, said: str) -> None:
    good = '[[report]]\nnotebook = "trade_growth"\n'
    message = refused(tmp_path, f"{good}\n[[report]]\n{entry}\n")
    assert message.startswith("reports.toml, report 2: ")
    assert said in message


def test_two_reports_may_not_share_a_file(tmp_path: Path) -> None:
    entry = '[[report]]\nnotebook = "trade_growth"\n'
    assert refused(tmp_path, entry * 2) == (
        "reports.toml, report 2: the slug 'trade-growth-ca5' is taken by an earlier report"
    )


@pytest.mark.parametrize("text", ["", "report = []", "report = 3"])
def test_a_plan_without_reports_is_refused(tmp_path: Path, text: str) -> None:
    assert "lists no report" in refused(tmp_path, text)


def test_a_stray_table_is_refused(tmp_path: Path) -> None:
    assert "unknown key 'reports' (did you mean 'report'?)" in refused(tmp_path, "[[reports]]\n")


def test_a_broken_file_is_named_with_the_place(tmp_path: Path) -> None:
    file = small_plan.write_plan(tmp_path, "[[report]\n", BOTH)
    with pytest.raises(ReportError, match=r"reports\.toml cannot be read as a plan.*line 1"):
        plans.load_plan(file)


def test_nothing_asked_means_the_whole_plan(plan: plans.Plan) -> None:
    assert plans.select(plan, [], {}) == list(plan.runs)


def test_a_slug_means_its_report(plan: plans.Plan) -> None:
    assert plans.select(plan, ["policy"], {}) == [plan.runs[1]]


@pytest.mark.parametrize(
    "name", ["trade_growth", "trade_growth.ipynb", "notebooks/trade_growth.ipynb"]
)
def test_a_notebook_means_its_reports_in_the_plan(plan: plans.Plan, name: str) -> None:
    assert plans.select(plan, [name], {}) == [plan.runs[0]]


def test_asking_twice_makes_it_once(plan: plans.Plan) -> None:
    assert plans.select(plan, ["policy", "policy"], {}) == [plan.runs[1]]


def test_parameters_make_a_run_of_its_own(plan: plans.Plan) -> None:
    (run,) = plans.select(plan, ["trade_growth"], {"partner": "UZB", "start": "2015"})
    assert run.slug == "trade-growth-uzb-2015"
    assert dict(run.parameters)["start"] == 2015


def test_parameters_on_a_slug_change_that_report(plan: plans.Plan) -> None:
    (run,) = plans.select(plan, ["trade-growth-kaz"], {"end": "2020"})
    assert (run.slug, dict(run.parameters)["partner"]) == ("trade-growth-kaz-2020", "KAZ")


def test_a_run_equal_to_a_planned_one_is_that_one(plan: plans.Plan) -> None:
    assert plans.select(plan, ["trade_growth"], {"partner": "KAZ"}) == [plan.runs[0]]


def test_a_run_never_takes_the_file_of_a_different_planned_one(tmp_path: Path) -> None:
    text = (
        '[[report]]\nslug = "trade-growth-kaz"\nnotebook = "trade_growth"\n'
        'parameters = { partner = "KAZ", end = 2020 }\n'
    )
    plan = plans.load_plan(small_plan.write_plan(tmp_path, text, BOTH))
    (run,) = plans.select(plan, ["trade_growth"], {"partner": "KAZ"})
    assert run.slug.startswith("trade-growth-kaz-")
    assert dict(run.parameters)["end"] == 2026


def test_an_unknown_report_gives_the_nearest(plan: plans.Plan) -> None:
    with pytest.raises(ParameterError, match=r"did you mean 'trade-growth-kaz'\?"):
        plans.select(plan, ["trade-growth-kas"], {})


def test_parameters_need_a_report(plan: plans.Plan) -> None:
    with pytest.raises(ParameterError, match="-p needs a REPORT"):
        plans.select(plan, [], {"partner": "KAZ"})


def test_the_plan_is_found_from_below(tmp_path: Path) -> None:
    file = small_plan.write_plan(tmp_path, TWO, BOTH)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert plans.find_plan(below) == file
    assert plans.find_plan(tmp_path) == file


def test_the_project_plan_lists_what_was_promised(root: Path) -> None:
    text = (root / "notebooks" / "reports.toml").read_text(encoding="utf-8")
    assert text.count("\n[[report]]\n") >= 13


def test_a_plan_too_deep_to_read_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "deep.toml").write_text(f"a = {'[' * 5000}{']' * 5000}", encoding="utf-8")
    with pytest.raises(ReportError, match=r"deep\.toml cannot be read as a plan"):
        plans.load_plan(tmp_path / "deep.toml")
