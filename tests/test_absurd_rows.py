"""A figure of zero, a bad series or none: the calculations go on for the others, without inf."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from catrade.calc import shares
from catrade.calc.coverage import coverage
from catrade.calc.growth import cagr_between, growth, index_to_base
from catrade.cells.apart import disagreements
from catrade.cells.series import annual, trade_cells
from catrade.tables.names import CENTRAL_ASIA
from catrade.tables.trade import load_trade


def _of_kazakhstan(trade: pd.DataFrame) -> pd.Series:
    return (trade["reporter"] == "CHN") & (trade["partner"] == "KAZ")


def _zero_in_one_year(trade: pd.DataFrame) -> pd.DataFrame:
    rows = (
        _of_kazakhstan(trade)
        & (trade["period"] == "2019")
        & (trade["flow"] == "export")
    )
    added = (
        trade[rows]
        .head(1)
        .assign(
            value_usd=0.0,
            low_usd=0.0,
            high_usd=0.5,
            source_id="zero",
            precision_usd=1.0,
        )
    )
    return pd.concat([trade, added], ignore_index=True)


def _set(**values: object) -> Callable[[pd.DataFrame], pd.DataFrame]:
    def change(trade: pd.DataFrame) -> pd.DataFrame:
        rows = _of_kazakhstan(trade)
        return trade.assign(
            **{name: trade[name].mask(rows, v) for name, v in values.items()}
        )

    return change


def _one_row(trade: pd.DataFrame) -> pd.DataFrame:
    rows = _of_kazakhstan(trade)
    return pd.concat([trade[~rows], trade[rows].head(1)], ignore_index=True)


CHANGES = {
    "a zero beside other figures": _zero_in_one_year,
    "nothing but zeros": _set(value_usd=0.0, low_usd=0.0, high_usd=0.0),
    "coarser than the figure": _set(low_usd=0.0, high_usd=1e12),
    "nothing but doubtful rows": _set(quality="doubtful", quality_reason="a reason"),
    "nothing but rejected rows": _set(quality="rejected", quality_reason="a reason"),
    "one row": _one_row,
    "no row at all": lambda trade: trade[~_of_kazakhstan(trade)],
}


@pytest.fixture(params=CHANGES, ids=lambda name: name.replace(" ", "-"))
def trade(request: pytest.FixtureRequest) -> pd.DataFrame:
    return CHANGES[request.param](load_trade(start=2012))


def _finite(frame: pd.DataFrame, but: tuple[str, ...] = ()) -> None:
    for name in frame.select_dtypes("number").columns:
        if name not in but:
            assert np.isfinite(frame[name]).all(), name


def test_the_calculations_of_a_growth_page(trade: pd.DataFrame) -> None:
    book = annual(trade)
    _finite(book)
    five = book[book["country"].isin(CENTRAL_ASIA) & (book["flow"] == "total")]
    five = five[(five["quality"] == "ok") & five["year"].between(2013, 2025)]
    index = index_to_base(five)
    _finite(index)
    assert {"KGZ", "TJK", "TKM", "UZB"} <= set(index["partner"])
    world = annual(trade, partner="WLD")
    for partner in ("CA5", "KAZ", "UZB"):
        pair = book[book["country"] == partner]
        rates = growth(pair)
        _finite(rates)
        _finite(cagr_between(pair, 2013, 2024))
        flows = rates[rates["flow"].isin(["export", "import"])]
        total = rates[rates["flow"] == "total"]
        _finite(shares.contribution_to_growth(flows, total, by="flow"))
        _finite(shares.share_of(pair, world, by="country"))
        _finite(disagreements(trade[trade["partner"] == partner]))
        grid = coverage(trade, partners=partner, periods=range(2013, 2026))
        assert grid["status"].notna().all()


@pytest.mark.parametrize(
    "name", ["nothing but zeros", "coarser than the figure", "one row"]
)
@pytest.mark.parametrize("frequency", ["monthly", "ytd"])
def test_months_and_running_sums(name: str, frequency: str) -> None:
    parts = CHANGES[name](load_trade(frequency=None, start=2023))
    cells = trade_cells(parts, partner=["KAZ", "CA5"], frequency=frequency)
    _finite(cells)
    rates = growth(cells)
    _finite(rates)
    assert len(cells)
    own = cells[(cells["reporter"] == "CHN") & (cells["country"] == "KAZ")]
    rates = rates[(rates["reporter"] == "CHN") & (rates["country"] == "KAZ")]
    if name == "nothing but zeros":
        assert len(own)
        assert (own["value_usd"] == 0).all()
    if name != "coarser than the figure":
        assert rates.empty  # nothing grows from zero, or from nothing
