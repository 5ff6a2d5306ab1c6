"""Growth within one vintage: which rate is used, on frames made by hand and on the tables."""

import pandas as pd
import pytest
from fetch_files import cases
from published_rows import one, raw
from trade_totals import annual

from catrade.calc.vintages import growth_in_vintage


def _rows(*figures: tuple[str, float, float], **more: object) -> pd.DataFrame:
    """Rows of Kyrgyzstan's own total: year, figure, half a unit."""
    rows = raw(
        *(("KGZ", "CHN", year, "total", value, half) for year, value, half in figures)
    )
    return rows.assign(
        **{"growth_printed": None, "growth_precision": None, "currency": "USD", **more}
    )


def _with_growth(rows: pd.DataFrame, value: float, unit: float) -> pd.DataFrame:
    """Let the last row's publisher print growth."""
    last = [None] * (len(rows) - 1)
    return rows.assign(growth_printed=[*last, value], growth_precision=[*last, unit])


def _rate(rows: pd.DataFrame, shown: pd.DataFrame | None = None) -> dict:
    cells = annual(rows if shown is None else shown, reporter="partner", partner="KGZ")
    return one(growth_in_vintage(cells, rows), period="2023")


BOTH = _rows(("2022", 100.0, 0.5), ("2023", 110.0, 0.5))  # 8.96 to 11.06 per cent


def test_the_quotient_stands_where_printed_growth_agrees_and_is_no_finer():
    for value, unit in ((0.1, 0.1), (0.12, 0.01)):
        rate = _rate(_with_growth(BOTH, value, unit))
        assert (rate["growth_basis"], rate["base_revised"]) == ("one release", False)
        assert rate["growth"] == pytest.approx(0.1)
        assert rate["base_bn"] == 100.0


def test_a_source_that_prints_growth_of_several_years_has_as_many_releases():
    rows = BOTH.assign(growth_printed=0.1, growth_precision=0.1)
    assert _rate(rows)["growth_basis"] == "two releases"


def test_printed_growth_stands_where_it_contradicts_the_quotient():
    rate = _rate(_with_growth(BOTH, 0.13, 0.01))
    assert (rate["growth_basis"], rate["base_revised"]) == ("printed", True)
    ends = [rate["growth_low"], rate["growth"], rate["growth_high"]]
    assert ends == pytest.approx([0.125, 0.13, 0.135])
    assert rate["growth_computed"] == pytest.approx(0.1)
    assert rate["base_bn"] == pytest.approx(110 / 1.13)


def test_printed_growth_stands_where_it_is_finer_or_alone():
    rate = _rate(_with_growth(BOTH, 0.105, 0.001))
    assert (rate["growth_basis"], rate["base_revised"]) == ("printed", False)
    assert [rate["growth_low"], rate["growth_high"]] == pytest.approx([0.1045, 0.1055])
    alone = _rate(_with_growth(BOTH[1:], 0.13, 0.01))
    assert (alone["growth_basis"], alone["base_period"]) == ("printed", "2022")
    assert (alone["growth"], pd.isna(alone["growth_computed"])) == (0.13, True)


#: Of which years the newer data base has a level | the basis and the growth.
OLDER = """
2022 | printed 0.13
2023 | two releases 0.1
2022 2023 | one release 0.1
"""


@pytest.mark.parametrize(("years", "used"), cases(OLDER))
def test_a_printed_rate_older_than_the_figure_is_never_used(years, used):
    # Press of January 2024 prints 13%; a data base of 2025 has either level, or both. Of its own
    # figure the press has said the growth within one vintage, whatever the base has become since.
    press = _with_growth(BOTH.assign(published="2024-01", sources="press"), 0.13, 0.01)
    newer = BOTH[BOTH["period"].isin(years.split())]
    newer = newer.assign(published="2025", sources="base", source_kind="dataset")
    rate = _rate(pd.concat([press, newer], ignore_index=True))
    assert f"{rate['growth_basis']} {rate['growth']:.4g}" == used
