"""Parameters of every type: what may be asked is said, kept in the record, and in file names."""

import datetime as dt
import shlex
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from fetch_files import cases, options
from pydantic import Field

from pagemill import cli, entries, page, params, plan, project
from pagemill.plan import Run
from pagemill.project import Project
from rounding.errors import ParameterError


class Every(params.Parameters):
    """One field of each type that a plan can hold."""

    slug_fields: ClassVar[tuple[str, ...]] = ("station",)
    spans: ClassVar = {"Days": ("start", "end")}

    station: str = "Almaty"
    flag: bool = False
    depth: float = Field(0.5, ge=0, le=10)
    share: float = 0.1
    many: int = Field(3, ge=1)
    years: list[int] = Field(default=[2020])
    mode: Literal["sum", "mean"] = "sum"
    most: int | None = None
    names: dict[str, list[str]] = Field(default={})
    start: dt.date = dt.date(2026, 1, 1)
    end: dt.date = dt.date(2026, 2, 1)


@pytest.fixture(autouse=True)
def _tides(alone: Path):
    project.use(Project("tides", {"tide": Every}))


ALLOWED = """\
text
true or false
a number from 0 to 10
a number
a whole number, 1 or more
a list, each a whole number
one of sum, mean
a whole number or nothing
what its model allows
a date such as 2026-01-14
a date such as 2026-01-14"""


def test_each_is_described():
    told = params.describe_parameters("tide")
    assert "\n".join(parameter.allowed for parameter in told) == ALLOWED


WRONG = """
flag | perhaps | flag must be true or false; got 'perhaps'
depth | 11 | depth must be a number from 0 to 10; got '11'
many | 0 | many must be a whole number, 1 or more; got '0'
years | [1, 'x'] | years must be a list, each a whole number; got 'x'
share | nan | share must be a number; got 'nan'
years | [1 | years must be a list, each a whole number; got '[1'
mode | summ | mode must be one of sum, mean; got 'summ' (did you mean
start | soon | start must be a date such as 2026-01-14; got 'soon'
end | 2025-12-31 | start must be before end; got start 2026-01-01 and end
"""


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [*cases(WRONG), ("share", float("inf"), "share must be a number; got inf")],
)
def test_a_wrong_value_is_a_sentence(name, value, sentence):
    with pytest.raises(ParameterError) as error:
        params.validate("tide", **{name: value})
    assert str(error.value).startswith(sentence)


def test_values_of_a_command_line_and_of_a_plan_are_the_same():
    typed = {"flag": "true", "years": "[3, 4]", "end": "2026-03-01", "depth": "2"}
    planned = {"flag": True, "years": [3, 4], "end": dt.date(2026, 3, 1), "depth": 2}
    assert params.validate("tide", **typed) == params.validate("tide", **planned)
    # What is nothing is not on a page, nor in the command that makes it again.
    given = {"start": "2026-01-01", "end": "2026-03-01", "most": None}
    assert params.chips("tide", given) == [("Days", "2026-01-01–2026-03-01")]


@pytest.mark.parametrize(
    "asked",
    [
        {"station": "[1]"},
        {"station": "{Osh}"},
        {"years": [1, -5], "flag": True},
        {"names": {"a 'b' \"c\"": ["\\n", "ł", "line\nend"], "": []}},
    ],
)
def test_the_command_on_a_page_asks_for_the_same(asked):
    """It held Python's own writing of a table, and a list where text was asked for."""
    run = Run("x", "tide", Path("x"), asked)
    typed = shlex.split(page.command(run))[4::2]
    values = dict(word.split("=", 1) for word in typed)
    assert params.validate("tide", **values) == params.validate("tide", **asked)


#: What is asked, and how the page is called.
SLUGS = """
 | tide-almaty
"station": "München" | tide-munchen
"years": [3, 4] | tide-almaty-3-4
"end": "2026-03-01" | tide-almaty-2026-03-01
"""


@pytest.mark.parametrize(("values", "slug"), cases(SLUGS))
def test_a_slug_shows_what_is_asked(values, slug):
    whole = params.validate("tide", **options(values)).model_dump(mode="json")
    assert plan.derived_slug("tide", whole) == slug


def test_values_that_no_slug_can_show_have_files_of_their_own():
    """Press 6: 北京 and 上海 gave one name, and the second page replaced the first."""
    asked = ["北京", "上海", "Алматы", "straße", "a/b", "a&b", "a b"]
    slugs = [plan.derived_slug("tide", {"station": station}) for station in asked]
    slugs += [plan.derived_slug("tide", {"station": "x", "share": s}) for s in (-3, 3)]
    assert len(set(slugs)) == len(slugs)
    assert [*map(entries.checked_slug, slugs)] == slugs


class Label(params.Parameters):
    """Values that one file name may stand for."""

    label: str = ""
    colour: str = ""
    years: list[int] = Field(default=[2020])
    number: int = 3


#: Each of these pages replaced another one.
ASKED = """
one label=ab
one label=AB
one label=a-b
one label=A.B
one label=a_b
one label=Müller
one label=Muller
one label=muller
one label=4
one label=two
one colour=ab
one number=4
one years=[1,5]
one years=[1,-5]
one number=3
one_two number=3
one-two number=3
北京 number=4
上海 number=4
"""


def test_runs_beside_the_plan_that_differ_have_files_of_their_own(tmp_path):
    asked = [line.split() for line in ASKED.strip().splitlines()]
    project.use(Project("labels", {name: Label for name, _ in asked}))
    own = plan.Plan(tmp_path / "reports.toml", ())
    slugs = []
    for name, given in asked:
        (tmp_path / f"{name}.ipynb").touch()
        parameter, _, value = given.partition("=")
        slugs += [run.slug for run in plan.select_runs(own, [name], {parameter: value})]
    assert len(set(slugs)) == 19
    assert [*map(entries.checked_slug, slugs)] == slugs
    # What can be read as nothing else is read easily.
    assert slugs[0] == "one-ab"


#: What is asked of `depth` (a number) and `many` (a whole number), and how many reports it is, or
#: how it could be meant.
PARTED = """
many=5,7 | 2
many=2015,2018 | 2
many=5 -p start=2026-01-02 -p many=7 | 2
years=[1,5] | 1
depth=1,5,7 | 3
many=5,x | many must be a whole number, 1 or more; got 'x'
station=Osh,Almaty | 1
"""


@pytest.mark.parametrize(("asked", "told"), cases(PARTED))
def test_a_comma_parts_values_where_it_is_in_none(asked, told, alone, capsys):
    (alone / "tide.ipynb").touch()
    status = cli.main(["render", "tide.ipynb", "--list", "-p", *asked.split()])
    said = capsys.readouterr()
    if told.isdigit():
        assert (status, said.out.count("\n")) == (0, int(told))
    else:
        assert (status, said.err.endswith(f" {told}\n")) == (2, True)
