"""What `import catrade` gives: few names to begin with, late imports, units and sources kept."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest

import catrade as ct
from pagemill.errors import DataError, PressError


def _modules_after(code: str) -> set[str]:
    """Return the modules of a fresh Python that has run the code."""
    shown = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(shown.stdout.split())


HEAVY = {"matplotlib", "seaborn", "pydantic", "ipywidgets", "IPython", "papermill"}


def test_importing_catrade_loads_hardly_more_than_pandas_does() -> None:
    pandas = _modules_after("import pandas")
    both = _modules_after("import pandas, catrade")
    assert not HEAVY & both
    assert len(both) <= 1.05 * len(pandas)


def test_reading_a_table_and_its_sources_draws_nothing() -> None:
    code = "import catrade as ct\nct.sources(ct.load_trade(partner='KGZ'))"
    assert not {"matplotlib", "seaborn", "ipywidgets"} & _modules_after(code)


def test_charts_load_when_they_are_used() -> None:
    assert "matplotlib" in _modules_after("import catrade as ct\nct.charts.trade")


def test_tab_completion_shows_where_to_begin() -> None:
    shown = [name for name in dir(ct) if not name.startswith("_")]
    assert set(shown) == set(ct.__all__)
    assert 10 <= len(shown) <= 18
    assert ct.__all__[0] == "load_trade"


@pytest.mark.parametrize("name", [*ct.__all__, *ct._FUNCTIONS, "views", "coverage"])
def test_every_name_can_be_had_and_explains_itself(name: str) -> None:
    found = getattr(ct, name)
    assert len((found.__doc__ or "").splitlines()[0]) > 15


def test_completion_stays_short_after_use() -> None:
    before = dir(ct)
    assert ct.views.members("UZB") == ["UZB"]
    assert dir(ct) == before


def test_a_misspelt_name_gets_a_hint() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'load_trades' \(did you mean 'load_t"):
        ct.load_trades  # noqa: B018
    assert not hasattr(ct, "no_such_thing_at_all")


@pytest.fixture(scope="module")
def trade() -> pd.DataFrame:
    return ct.load_trade(reporter="CHN", partner=["KAZ", "WLD"], start=2019)


@pytest.fixture(scope="module")
def cells(trade: pd.DataFrame) -> pd.DataFrame:
    return ct.series.annual(trade, partner=["KAZ", "WLD"])


def test_results_say_their_unit_table_and_sources(trade: pd.DataFrame, cells: pd.DataFrame) -> None:
    kaz = cells[cells["partner"] == "KAZ"]
    totals = cells[cells["flow"] == "total"]
    flows = kaz[kaz["flow"].isin(["export", "import"])]
    results = [
        trade,
        trade.pipe(ct.select_published),
        trade.pipe(ct.select_published).pipe(ct.series.cells),
        ct.disagreements(trade),
        cells,
        ct.growth.growth(cells),
        ct.growth.cagr_between(cells, 2019, 2024),
        ct.growth.index_to_base(totals, 2019),
        ct.growth.contribution_to_growth(flows, kaz[kaz["flow"] == "total"], by="flow"),
        ct.growth.share_of(kaz, cells[cells["partner"] == "WLD"], by="country"),
        ct.mirror.pairs(ct.mirror.mirror_cells(ct.load_trade(), partner="KAZ")),
    ]
    for result in results:
        assert len(result)
        assert (result.attrs["table"], result.attrs["unit"]) == ("trade", "USD")
        assert set(ct.sources(result).frame["source_id"]) <= set(result.attrs["sources"])


@pytest.mark.parametrize(
    ("frame", "table", "unit"),
    [
        (lambda: ct.load_composition("CHN", "KAZ"), "composition", "USD"),
        (lambda: ct.composition.share(ct.load_composition("CHN", "KAZ")), "composition", "USD"),
        (lambda: ct.load_market("nev_sales", "CHN"), "market_series", None),
        (lambda: ct.load_policy_events(2026), "policy_events", None),
        (lambda: ct.load_claims(), "claims", None),
        (lambda: ct.load_sources(), "sources", None),
        (
            lambda: ct.policy.policies_in_force(ct.load_policy_events(), "2026-01-14"),
            "policy_events",
            None,
        ),
    ],
)
def test_other_tables_do_so_too(frame: object, table: str, unit: str | None) -> None:
    result = frame()
    assert (result.attrs["table"], result.attrs["unit"]) == (table, unit)
    assert len(ct.sources(result).frame) > 0


def test_sources_are_those_of_the_rows_that_are_left() -> None:
    # China's figure for the region's imports of 2025 is printed by several papers.
    frame = ct.load_trade(reporter="CHN", partner="CA5", flow="import", start=2025)
    row = frame[frame["source_id"] == "kommersant-2026-01-19"]
    listed = ct.sources(row)
    assert listed.frame["source_id"].tolist() == ["kommersant-2026-01-19"]
    assert 'id="source-kommersant-2026-01-19"' in listed._repr_html_()
    assert "Kommersant" in str(listed)
    assert len(ct.sources(frame).frame) > 1


def test_sources_of_an_unknown_id_is_one_sentence() -> None:
    with pytest.raises(DataError, match=r"not in the table of sources \(did you mean 'komm"):
        ct.sources("kommersant-2026-01-18")


def test_errors_show_in_a_notebook_as_their_sentence() -> None:
    with pytest.raises(PressError) as caught:
        ct.load_trade(partner="UZZ")
    assert caught.value._render_traceback_() == [f"ParameterError: {caught.value}"]
