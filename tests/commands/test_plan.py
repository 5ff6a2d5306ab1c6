from pathlib import Path

import computed
import pytest
from fetch_files import cases, options

from pagemill import plan as plans
from rounding.errors import ParameterError

NOTEBOOK = computed.notebook()
#: It is asked what its model allows, and what its own cell names: nothing else.
POLICY = computed.notebook(
    asked='start = 2009\nend = "newest"\njurisdiction = "all"\nthemes = "all"'
)
BOTH = {"trade_growth": NOTEBOOK, "nev_policy_timeline": POLICY}
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
    return plans.load_plan(computed.write_plan(tmp_path, TWO, BOTH))


def refused(tmp_path: Path, text: str) -> str:
    file = computed.write_plan(tmp_path, text, BOTH)
    with pytest.raises(ParameterError) as caught:
        plans.load_plan(file)
    return str(caught.value)


def test_an_entry_becomes_a_run_with_all_its_parameters(plan, tmp_path):
    assert plan.runs[0] == plans.Run(
        slug="trade-growth-kaz",
        notebook="trade_growth",
        path=tmp_path / "notebooks" / "trade_growth.ipynb",
        parameters={
            "partner": "KAZ",
            "reporter": "CHN",
            "start": 2013,
            "end": "newest",
            "as_of": "",
        },
        title="Kazakhstan",
        topic="Trade growth",
        beside="policy Policy",
    )
    assert (plan.runs[1].slug, plan.runs[1].topic) == ("policy", "Policy")


def test_a_page_leads_to_one_page_a_topic_of_its_own_subject_first(
    tmp_path,
):
    text = "".join(
        f'[[report]]\nnotebook = "trade_growth"\ntopic = "{topic}"\nslug = "{topic}-{code}"\n'
        f'parameters = {{ partner = "{code.upper()}" }}\n'
        for topic, code in [
            ("goods", "kaz"),
            ("goods", "uzb"),
            ("cars", "kaz"),
            ("cars", "uzb"),
        ]
    )
    plan = plans.load_plan(computed.write_plan(tmp_path, text, BOTH))
    assert [run.beside for run in plan.runs] == [
        "cars-kaz cars",
        "cars-uzb cars",
        "goods-kaz goods",
        "goods-uzb goods",
    ]
    # A page outside the plan has neighbours too: of its own subject, or else the first.
    (own,) = plans.select_runs(
        plan, ["trade_growth"], {"partner": "UZB", "start": "2015"}
    )
    assert own.beside == "goods-uzb goods\ncars-uzb cars"
    (own,) = plans.select_runs(plan, ["trade_growth"], {"partner": "TJK"})
    assert own.beside == "goods-kaz goods (Kazakhstan)\ncars-kaz cars (Kazakhstan)"
    # With a lead: its subject's page, and never another country's.
    lead = """
        [[report]]
        notebook = "trade_growth"
        topic = "goods"
        slug = "goods-ca5"
        front = "lead"
    """
    led = computed.write_plan(tmp_path / "led", text + lead, BOTH)
    plan = plans.load_plan(led)
    (own,) = plans.select_runs(plan, ["trade_growth"], {"partner": "TJK"})
    assert own.beside == "goods-ca5 goods (Central Asia)"
    assert plan.named["goods-ca5"].beside == "cars-kaz cars (Kazakhstan)"


ENTRY = '[[report]]\nnotebook = "trade_growth"\n'
#: What the second report of a plan says, and what is said of it.
WRONG = r"""
parameter = {} | unknown key 'parameter' (did you mean 'parameters'?)
front = "leed" | front must be one of lead, question, story, number; got 'leed'
title = "a\u200b" | title must be one line of at most 300 characters that can be seen
parameters = "KAZ" | parameters must be a table such as
timeout = -1 | timeout must be a whole number
slug = "../x" | slug must be small letters
slug = "con" | that file name is taken (try 'report-con')
slug = "LONG" | slug may have 200 characters; got 201
title = "Again" | the slug 'trade-growth-ca5' is taken by an earlier report
"""


@pytest.mark.parametrize(("said", "fault"), cases(WRONG.replace("LONG", "a" * 201)))
def test_a_wrong_entry_is_named_with_file_and_number(tmp_path, said, fault):
    message = refused(tmp_path, f"{ENTRY}\n{ENTRY}{said}\n")
    assert message.startswith("reports.toml, report 2: ")
    assert fault in message


#: The last is too deep for Python.
NONE = f"""
report = [] | lists no report
report = [1] | report must be [[report]] tables; got 1
[[report]] | notebook is missing
[[reports]] | unknown key 'reports' (did you mean 'report'?)
[[report] | cannot be read as a plan: Expected ']]'
interactive = "refused" | interactive is no more: a project says it of all its notebooks
[[each]] | each is no more: write a
a = {"[" * 5000}{"]" * 5000} | cannot be read as a plan
"""


@pytest.mark.parametrize(("text", "fault"), cases(NONE), ids=lambda text: text[:30])
def test_what_is_no_plan_is_a_sentence(tmp_path, text, fault):
    assert fault in refused(tmp_path, text)


#: Reports | parameters | what is made: where they are equal to a planned report, that one.
ASKED = """
 |  | trade-growth-kaz policy
policy |  | policy
trade_growth |  | trade-growth-kaz
trade_growth | "partner": "UZB", "start": "2015" | trade-growth-uzb-2015
trade-growth-kaz | "start": "2020" | trade-growth-kaz-2020
trade_growth | "partner": "KAZ" | trade-growth-kaz
"""


@pytest.mark.parametrize(("reports", "asked", "made"), cases(ASKED))
def test_what_a_command_asks_for(plan, reports, asked, made):
    parameters = options(asked)
    runs = plans.select_runs(plan, reports.split(), parameters)
    assert " ".join(run.slug for run in runs) == made
    for run in runs:
        given = {name: str(value) for name, value in run.parameters.items()}
        assert run in plan.runs or given.items() >= parameters.items()
        assert given.get("partner", "KAZ") == parameters.get("partner", "KAZ")


def test_a_run_never_takes_the_file_of_a_different_planned_one(tmp_path):
    text = (
        '[[report]]\nslug = "trade-growth-kaz"\nnotebook = "trade_growth"\n'
        'parameters = { partner = "KAZ", end = 2020 }\n'
    )
    plan = plans.load_plan(computed.write_plan(tmp_path, text, BOTH))
    (run,) = plans.select_runs(plan, ["trade_growth"], {"partner": "KAZ"})
    assert run.slug.startswith("trade-growth-kaz-")
    assert run.parameters["end"] == "newest"


def test_the_plan_is_found_from_below(tmp_path, monkeypatch):
    file = computed.write_plan(tmp_path, TWO, BOTH)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    for folder in (below, tmp_path):
        monkeypatch.chdir(folder)
        assert plans.find_plan() == file


def test_the_project_plan_lists_what_was_promised(root):
    runs = plans.load_plan(root / plans.PLAN).runs
    # Each of the five has a dossier, the two largest partners a page of goods besides.
    dossiers = [run.slug for run in runs if run.notebook == "country_dossier"]
    assert len(dossiers) == 6
    goods = [run.slug[-3:] for run in runs if run.notebook == "trade_composition"]
    assert goods == ["kaz", "uzb"]
