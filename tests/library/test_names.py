"""What `import catrade as ct` gives: few names that explain themselves, errors in sentences."""

import doctest
import inspect
import pkgutil
import re

import pytest
from processes import python

import catrade as ct
from catrade import page
from rounding.errors import PressError

FUNCTIONS = ct.__all__
#: What none of these may import.
DRAWS = {"matplotlib", "seaborn", "ipywidgets"}
HEAVY = DRAWS | {"pydantic", "IPython", "papermill", "jinja2"}
#: What is imported, in one fresh Python, after each of these lines.
LINES = """
import pandas
import catrade as ct
ct.growth(ct.trade('KGZ'))
"""


def test_a_fresh_python_loads_hardly_more_than_pandas_and_draws_nothing():
    seen = "\nprint(*sys.modules)\n"
    told = python("import sys" + LINES.replace("\n", seen)).splitlines()
    _, pandas, both, figures = [set(line.split()) for line in told]
    assert not HEAVY & both
    assert len(both) <= 1.05 * len(pandas)
    assert not (DRAWS | {"jinja2"}) & figures


def test_tab_shows_what_is_meant_to_be_typed():
    assert sorted(dir(ct)) == sorted(ct.__all__)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_name_explains_itself(name):
    doc = getattr(ct, name).__doc__ or ""
    assert len(doc.splitlines()[0]) > 15
    assert "Parameters" in doc
    # Its examples run as typed after what they import.
    assert ">>> import catrade as ct\n" in doc
    assert f"ct.{name}(" in doc
    assert "pd." not in doc or ">>> import pandas as pd\n" in doc


def test_tab_in_the_cell_that_imports_offers_what_is_typed_and_modules():
    """There Jedi reads the file: no `annotations` or `TYPE_CHECKING` between the names."""
    import jedi

    code = "import catrade as ct\nct."
    offered = {
        completion.name
        for completion in jedi.Script(code).complete()
        if completion.name[0] != "_"
    }
    modules = {module.name for module in pkgutil.iter_modules(ct.__path__)}
    assert offered - modules == set(ct.__all__) - modules


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_signature_is_read_without_looking_up_other_names(name):
    if not inspect.isfunction(function := getattr(ct, name)):
        return
    told = [
        str(parameter.annotation)
        for parameter in inspect.signature(function).parameters.values()
    ]
    assert not re.search(r"\b(Codes|Time|Freq|Day)\b", " ".join(told)), told


def test_a_misspelt_name_gets_a_hint():
    with pytest.raises(
        AttributeError, match=r"catrade has no 'trades' \(did you mean 'trade'\?\)"
    ):
        ct.trades  # noqa: B018
    assert not hasattr(ct, "no_such_thing_at_all")


def test_errors_show_in_a_notebook_as_their_sentence():
    with pytest.raises(PressError) as caught:
        ct.trade("UZZ")
    assert caught.value._render_traceback_() == [f"ParameterError: {caught.value}"]
    with pytest.raises(PressError) as caught:
        ct.trade("x" * 100_000)
    assert len(caught.value._render_traceback_()[0]) < 1_000


def test_the_page_of_sentences_runs(root):
    failed, tried = doctest.testfile(str(root / "docs" / "sentences.md"), False)
    assert tried > 5
    assert failed == 0


def test_the_tour_passes_files_that_exist_and_code_that_runs(root):
    tour = (root / "docs" / "tour.md").read_text("utf-8")
    named = re.findall(r"`((?:lib|data|notebooks)/[\w./]+)`", tour)
    linked = re.findall(r"\]\(\.\./([\w./]+)\)", tour)
    assert len({*named, *linked}) == 15  # as it says
    assert [path for path in (*named, *linked) if not (root / path).exists()] == []
    assert len(re.findall(r"^## \d+\. ", tour, re.MULTILINE)) == 10
    for code in re.findall(r"```python\n((?:from|import) .*?)```", tour, re.DOTALL):
        exec(code, {})
    kgz = page.newest(ct.trade("Kyrgyzstan", "total"))
    counted = f"counts {kgz.value:usd} of trade with Kyrgyzstan in {kgz.year}"
    assert f"{counted}, {kgz.growth:percent} more" in tour
    # What is chosen of several, in the words of RULE.
    assert "gacc-country-months" in kgz.sources
    kaz = page.newest(ct.trade("KAZ", "total"))
    assert "gacc-country-months" not in kaz.sources
    assert f"the press’s {kaz.value:usd} (48.65 to 48.70) is shown" in tour


def test_what_has_left_says_what_does_it():
    with pytest.raises(AttributeError, match=r"^ct\.chart has left: draw with"):
        ct.chart  # noqa: B018
    with pytest.raises(AttributeError, match=r"^ct\.charts\.lines has left: draw with"):
        ct.charts.lines  # noqa: B018
