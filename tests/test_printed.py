"""Growth as its publishers print it: when it is used in place of ours."""

from __future__ import annotations

import pandas as pd
import pytest
from test_series import one, raw

from catrade.cells.printed import with_printed
from catrade.cells.series import annual
from catrade.load.trade import load_trade
from catrade.trade_growth.growth import growth
from catrade.trade_growth.pair import pair_rows
from pagemill.errors import ParameterError


def _rows(*figures: tuple[str, float, float], **more: object) -> pd.DataFrame:
    """Rows of Kyrgyzstan's total: year, figure, half a unit; growth comes with `printed`."""
    rows = raw(
        *(("CHN", "KGZ", year, "total", value, half) for year, value, half in figures)
    )
    return rows.assign(**{"growth_printed": None, "growth_precision": None, **more})


def _rate(rows: pd.DataFrame) -> dict:
    cells = annual(rows)
    found = with_printed(growth(cells), rows, cells)
    return one(found, period="2023")


def _with_growth(
    rows: pd.DataFrame, value: float, unit: float, place: int = -1
) -> pd.DataFrame:
    rows = rows.copy()
    for name, number in (("growth_printed", value), ("growth_precision", unit)):
        rows[name] = rows[name].astype(float)
        rows.iloc[place, rows.columns.get_loc(name)] = number
    return rows


BOTH = _rows(("2022", 100.0, 0.5), ("2023", 110.0, 0.5))  # 8.96 to 11.06 per cent


def test_ours_stands_where_printed_growth_agrees_and_is_no_finer() -> None:
    for value, unit in ((0.1, 0.1), (0.12, 0.01)):
        rate = _rate(_with_growth(BOTH, value, unit))
        assert (rate["growth_basis"], rate["base_revised"]) == ("computed", False)
        assert rate["growth"] == pytest.approx(0.1)


def test_printed_growth_stands_where_it_contradicts_ours() -> None:
    rate = _rate(_with_growth(BOTH, 0.13, 0.01))
    assert (rate["growth_basis"], rate["base_revised"]) == ("printed", True)
    assert [rate["growth_low"], rate["growth"], rate["growth_high"]] == pytest.approx(
        [0.125, 0.13, 0.135]
    )
    assert rate["growth_computed"] == pytest.approx(0.1)


def test_printed_growth_stands_where_it_is_finer() -> None:
    rate = _rate(_with_growth(BOTH, 0.105, 0.001))
    assert (rate["growth_basis"], rate["base_revised"]) == ("printed", False)
    assert [rate["growth_low"], rate["growth_high"]] == pytest.approx([0.1045, 0.1055])


def test_printed_growth_stands_without_a_base() -> None:
    rate = _rate(_with_growth(BOTH[1:], 0.13, 0.01))
    assert (rate["growth_basis"], rate["base_period"], rate["growth"]) == (
        "printed",
        "2022",
        0.13,
    )
    assert pd.isna(rate["growth_computed"])
    assert pd.isna(rate.get("base_usd"))


def test_every_row_of_the_cell_is_looked_at() -> None:
    other = _rows(("2023", 110.2, 1.0), source_id="b")
    both = pd.concat([BOTH, other], ignore_index=True)
    assert _rate(_with_growth(both, 0.13, 0.01))["growth"] == 0.13
    # but not one of another figure, of another currency, or rejected
    for change in (
        {"low_usd": 120.0, "high_usd": 124.0},
        {"currency": "CNY"},
        {"quality": "rejected"},
    ):
        changed = pd.concat([BOTH, other.assign(**change)], ignore_index=True)
        assert _rate(_with_growth(changed, 0.13, 0.01))["growth_basis"] == "computed"


def test_a_rate_that_may_be_anything_is_not_given() -> None:
    wide = _rows(("2022", 100.0, 6.0), ("2023", 102.0, 6.0))  # −9.4 to +14.9 per cent
    cells = annual(wide)
    assert with_printed(growth(cells), wide, cells).empty
    assert _rate(_with_growth(wide, 0.03, 0.01))["growth"] == 0.03
    rise = _rows(
        ("2022", 100.0, 20.0), ("2023", 200.0, 20.0)
    )  # 50 to 175 per cent: a rise
    assert _rate(rise)["growth"] == pytest.approx(1.0)


def test_what_it_needs_is_said() -> None:
    cells = annual(BOTH)
    with pytest.raises(ParameterError, match="with_printed needs column 'currency'"):
        with_printed(growth(cells), BOTH.drop(columns="currency"))


@pytest.mark.parametrize(
    ("partner", "year", "printed"),
    [
        # customs' own growth that the pages passed over (referee, W11)
        ("KGZ", 2023, 0.288),
        ("KGZ", 2022, 1.056),
        ("UZB", 2018, 0.484),
        ("TKM", 2018, 0.22),
        ("TKM", 2022, 0.52),
    ],
)
def test_customs_own_growth_is_used(partner: str, year: int, printed: float) -> None:
    trade = load_trade()
    cells = annual(trade)
    pair = cells[(cells["country"] == partner) & (cells["flow"] == "total")]
    rows = pair_rows(trade, reporter="CHN", partner=partner)
    found = with_printed(growth(pair), rows, pair)
    rate = one(found, year=year)
    if (
        rate["growth_basis"] == "computed"
    ):  # it agrees and is finer: both years are published now
        assert rate["growth_low"] <= printed + 0.01
        assert rate["growth_high"] >= printed - 0.01
    else:
        assert rate["growth"] == printed
