"""What `import catrade as ct` gives: few names that explain themselves, types, units and sources.

What they return is tested in test_tasks.py and, a layer below, with each calculation.
"""

from __future__ import annotations

import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest
from processes import python

import catrade as ct
from rounding.errors import DataError, PressError

FUNCTIONS = [
    name for name in ct.__all__ if name not in ("charts", "display", "explore", "names")
]
HEAVY = {"matplotlib", "seaborn", "pydantic", "ipywidgets", "IPython", "papermill"}


def _modules_after(code: str) -> set[str]:
    """Return the modules of a fresh Python that has run the code."""
    return set(python(f"import sys\n{code}\nprint(*sys.modules)").split())


def test_importing_catrade_loads_hardly_more_than_pandas_does() -> None:
    pandas = _modules_after("import pandas")
    both = _modules_after("import pandas, catrade")
    assert not HEAVY & both
    assert len(both) <= 1.05 * len(pandas)


def test_figures_and_their_sources_draw_nothing() -> None:
    code = "import catrade as ct\nct.sources(ct.growth(ct.trade('KGZ')))"
    assert not {"matplotlib", "seaborn", "ipywidgets"} & _modules_after(code)


def test_tab_shows_what_is_meant_to_be_typed() -> None:
    assert sorted(dir(ct)) == sorted(ct.__all__)
    assert len(ct.__all__) <= 43


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_name_explains_itself(name: str) -> None:
    found = getattr(ct, name)
    doc = found.__doc__ or ""
    assert len(doc.splitlines()[0]) > 15
    assert "Parameters" in doc
    assert ">>> " in doc


def test_tab_in_the_cell_that_imports_offers_what_is_typed_and_modules() -> None:
    """There Jedi reads the file: no `annotations` or `TYPE_CHECKING` between the names."""
    import jedi

    code = "import catrade as ct\nct."
    offered = {one.name for one in jedi.Script(code).complete() if one.name[0] != "_"}
    modules = {one.name for one in pkgutil.iter_modules(ct.__path__)}
    assert offered - modules == set(ct.__all__) - modules


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_signature_is_read_without_looking_up_other_names(name: str) -> None:
    if not inspect.isfunction(found := getattr(ct, name)):
        return
    told = [str(one.annotation) for one in inspect.signature(found).parameters.values()]
    assert not re.search(r"\b(Codes|Time|Freq|Day)\b", " ".join(told)), told


@pytest.mark.slow
def test_the_types_reach_an_editor(tmp_path: Path, root: Path) -> None:
    """What an analyst writes outside of the project is checked, and a frame is known as one."""
    file = tmp_path / "mine.py"
    file.write_text(
        "import catrade as ct\nreveal_type(ct.growth(ct.trade('KAZ')))\nct.trade(flw='export')\n"
    )
    # With the settings of `make lint`, so that it reads what that has found, and keeps it.
    command = [sys.executable, "-m", "mypy", str(file)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=root)
    assert 'Revealed type is "pandas' in told.stdout, told.stdout
    assert 'Unexpected keyword argument "flw"' in told.stdout
    for package in ("catrade", "pagemill"):
        assert (root / "lib" / package / "py.typed").is_file()


def test_a_misspelt_name_gets_a_hint() -> None:
    with pytest.raises(
        AttributeError, match=r"catrade has no 'trades' \(did you mean 'trade'\?\)"
    ):
        ct.trades  # noqa: B018
    assert not hasattr(ct, "no_such_thing_at_all")


KAZ = {"start": 2020, "end": 2024}


@pytest.mark.parametrize(
    ("frame", "table", "unit"),
    [
        (lambda: ct.trade("KAZ", **KAZ), "trade", "USD billion"),
        (lambda: ct.growth(ct.trade("KAZ", **KAZ)), "trade", "USD billion"),
        (lambda: ct.published("KAZ", **KAZ), "trade", "USD billion"),
        (lambda: ct.mirror("KAZ"), "trade", "USD billion"),
        (lambda: ct.nowcast("KAZ"), "trade", "CNY billion"),
        (lambda: ct.goods("CHN", "UZB"), "composition", "USD billion"),
        (lambda: ct.facts("KGZ", "CHN"), "highlights", None),
        (lambda: ct.market("nev_sales", freq="year"), "market_series", "vehicles"),
        (lambda: ct.policies(start=2026), "policy_events", None),
        (lambda: ct.in_force("2026-01-14"), "policy_events", None),
        (lambda: ct.check_claims(), "claims", None),
    ],
)
def test_a_frame_says_its_table_unit_and_sources(
    frame: object, table: str, unit: object
) -> None:
    found = frame()
    assert (found.attrs["table"], found.attrs["unit"]) == (table, unit)
    assert set(ct.sources(found).frame["source_id"]) <= set(found.attrs["sources"])
    assert len(ct.sources(found.tail(3)).frame)


def test_sources_are_those_of_the_rows_that_are_left() -> None:
    # China's figure for the region's imports of 2025 is printed by several papers.
    frame = ct.published("CA5", "import", 2025, reporter="CHN")
    listed = ct.sources(frame[frame["sources"] == "kommersant-2026-01-19"])
    assert listed.frame["source_id"].tolist() == ["kommersant-2026-01-19"]
    assert 'id="source-kommersant-2026-01-19"' in listed._repr_html_()
    assert "Kommersant" in str(listed)
    assert len(ct.sources(frame).frame) > 1
    with pytest.raises(
        DataError, match=r"not in the table of sources \(did you mean 'komm"
    ):
        ct.sources("kommersant-2026-01-18")


def test_errors_show_in_a_notebook_as_their_sentence() -> None:
    with pytest.raises(PressError) as caught:
        ct.trade("UZZ")
    assert caught.value._render_traceback_() == [f"ParameterError: {caught.value}"]
    with pytest.raises(PressError) as caught:
        ct.trade("x" * 100_000)
    assert len(caught.value._render_traceback_()[0]) < 1_000


def test_the_tour_passes_files_that_exist_and_code_that_runs(root: Path) -> None:
    tour = (root / "docs" / "tour.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:lib|data|notebooks)/[\w./]+)`", tour)
    linked = re.findall(r"\]\(\.\./([\w./]+)\)", tour)
    assert len(named) > 12
    assert [path for path in (*named, *linked) if not (root / path).exists()] == []
    assert len(re.findall(r"^## \d+\. ", tour, re.MULTILINE)) == 10
    for code in re.findall(r"```python\n((?:from|import) .*?)```", tour, re.DOTALL):
        exec(code, {})
    kgz = ct.growth(ct.trade("Kyrgyzstan", "total")).set_index("year").loc[2025]
    total, rate = ct.Rounded.of(kgz, "value_bn"), ct.Rounded.of(kgz, "growth")
    assert (
        f"counts {total:usd} of trade with Kyrgyzstan in 2025, {rate:percent} more"
        in tour
    )
    # What is chosen of several, in the words of RULE.
    assert "gacc-country-months" in kgz["sources"]
    kaz = ct.trade("KAZ", "total", 2025, 2025).iloc[0]
    assert "gacc-country-months" not in kaz["sources"]
    assert f"the press’s {ct.Rounded.of(kaz):usd} (48.65 to 48.70) is shown" in tour
