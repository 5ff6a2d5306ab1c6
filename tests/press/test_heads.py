"""The head of a page: what it is headed by, and the switch between pages of the same kind."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from saved_pages import INPUTS, RUN, shown, usual
from saved_pages import project as waves_project

from pagemill import display, project
from pagemill import page as render
from pagemill import plan as plans
from pagemill.index import read_card
from pagemill.pages import Page
from pagemill.provenance import from_html
from rounding.errors import ParameterError

BLOCK = {"slug": "kaz", "inputs": INPUTS, "data_date": ""}


def made(*things: object, title: str = "Heights") -> BeautifulSoup:
    run = dataclasses.replace(RUN, title=title)
    return BeautifulSoup(render.page(shown(*things), run, BLOCK), "html.parser")


@pytest.fixture
def findings(waves: Path) -> None:
    project.use(dataclasses.replace(project.current(), headline="finding"))


def test_a_page_is_headed_by_its_first_finding(findings):
    page = made(*usual(), *usual()[2:3])
    assert page.h1.get_text() == "The first is higher"
    # Said once to the eye; a screen reader is told what the drawing shows.
    first, second = page.select("figcaption .ct-title")
    assert "ct-unseen" in first["class"]
    assert "ct-unseen" not in second["class"]
    assert first.get_text() == "The first is higher"
    # Everywhere else it goes by its title.
    assert page.title.get_text() == "Heights"
    run = dataclasses.replace(RUN, title="Heights")
    record = from_html(render.page(shown(*usual()), run, BLOCK))
    assert record is not None
    card = read_card("kaz", Page(record=record))
    assert card is not None
    assert card.title == "Heights"


def test_a_title_of_the_notebook_itself_comes_first(findings):
    answer = display.answer("It is.", title="The first wave's record")
    page = made(answer, *usual()[1:])
    assert page.title.get_text() == "Heights"
    assert page.h1.get_text() == "The first wave’s record"
    assert not page.select(".ct-unseen")


def test_without_a_figure_or_the_setting_the_title_stays(waves):
    page = made(*usual())
    assert page.h1.get_text() == "Heights"
    assert not page.select(".ct-unseen")
    # Where nobody has given one, the finding is the title.
    page = made(*usual(), title="")
    assert page.h1.get_text() == page.title.get_text() == "The first is higher"
    assert page.select(".ct-unseen")
    project.use(dataclasses.replace(project.current(), headline="finding"))
    assert made("Words.").h1.get_text() == "Heights"
    assert made("Words.", title="").h1.get_text() == "Trade"


def test_pages_of_one_kind_lead_to_each_other(waves, tmp_path):
    """The same notebook asked the same of others: in the order of the plan, itself among them."""
    project.use(dataclasses.replace(project.current(), filters=("Waves",)))
    plan = plans.load_plan(waves / "notebooks" / "reports.toml")
    three, five = plan.runs
    lines = three.switch.splitlines()
    assert [line.split()[0] for line in lines] == [three.slug, five.slug]
    assert five.switch == three.switch
    # One that is not of the plan is led to the others, and stands last.
    own = plans.select_runs(plan, ["wave"], {"number": "7"})[0]
    assert [line.split()[0] for line in own.switch.splitlines()] == [
        three.slug,
        five.slug,
        own.slug,
    ]


def test_who_asks_something_else_is_not_among_them(root):
    from catrade.project import PROJECT

    project.use(PROJECT)
    runs = plans.load_plan(root / plans.PLAN).named
    dossiers = runs["country-dossier-kaz"].switch
    assert "country-dossier-uzb Uzbekistan" in dossiers.splitlines()
    # Kazakhstan's trade with Uzbekistan is another question.
    assert "country-dossier-uzb-kaz" not in dossiers
    # No other page asks what the register of policy does.
    assert runs["nev-policy-register"].switch == ""
    # A page of no subject is led to by its topic alone.
    links = runs["nev-policy-register"].beside.splitlines()
    assert "claim-check Checking the announcement" in links


def test_an_address_is_one_of_a_folder_of_the_web(waves, tmp_path):
    plan = waves_project(tmp_path)
    report = plan.read_text("utf-8")
    plan.write_text(f'address = "https://a.example/x/"\n{report}', "utf-8")
    (run,) = plans.load_plan(plan).runs
    assert run.url == "https://a.example/x/wave-3.html"
    for wrong in [
        "a.example",
        "https://a.example/x",
        "javascript:a(1)/",
        "https://a/ x/",
    ]:
        plan.write_text(f'address = "{wrong}"\n{report}', "utf-8")
        with pytest.raises(ParameterError, match="must be where the pages will stand"):
            plans.load_plan(plan)
