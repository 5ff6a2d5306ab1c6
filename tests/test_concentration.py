"""Concentration: hand-worked values, limits and bounds."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catrade.trade_composition.concentration import (
    concentration,
    concentration_index,
    entropy,
    hhi,
    shares_of,
    theil,
)
from pagemill.errors import ParameterError

amounts = st.lists(st.integers(0, 10**9), min_size=1, max_size=30).filter(lambda v: sum(v) > 0)


def flow(values: list[float], half: float = 0.0, spare: float = 0.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "exporter": "CHN",
            "importer": "UZB",
            "reporter": "CHN",
            "year": 2024,
            "hs_chapter": [f"{n:02d}" for n in range(1, len(values) + 1)],
            "value_usd": values,
            "low_usd": [max(0.0, v - half) for v in values],
            "high_usd": [v + half for v in values],
            "unlisted_usd": spare,
        }
    )


def test_hhi_by_hand() -> None:
    # Shares 0.5, 0.3, 0.2: 0.25 + 0.09 + 0.04.
    assert hhi([50, 30, 20]) == pytest.approx(0.38)
    # (0.38 − 1/3) / (2/3)
    assert hhi([50, 30, 20], normalised=True) == pytest.approx(0.07)
    # With ten possible items: (0.38 − 0.1) / 0.9
    assert hhi([50, 30, 20], normalised=True, n=10) == pytest.approx(0.28 / 0.9)


def test_concentration_index_by_hand() -> None:
    # Shares 0.6 and 0.8 would not add up; 0.36 + 0.64 = 1, so take shares .9 and .1: √0.82.
    expected = (math.sqrt(0.82) - math.sqrt(0.5)) / (1 - math.sqrt(0.5))
    assert concentration_index([9, 1]) == pytest.approx(expected)


def test_theil_by_hand() -> None:
    # ln 2 + 0.75 ln 0.75 + 0.25 ln 0.25 = 0.693147 − 0.215762 − 0.346574
    assert theil([3, 1]) == pytest.approx(0.130812, abs=1e-6)
    assert entropy([3, 1]) == pytest.approx(0.562335, abs=1e-6)


def test_one_item_is_fully_concentrated() -> None:
    assert hhi([7]) == hhi([7], normalised=True) == concentration_index([7]) == 1.0
    assert theil([7]) == 0.0
    assert theil([7], n=10) == pytest.approx(math.log(10))


@pytest.mark.parametrize(
    ("values", "words"),
    [([1, -1], "zero or more; got -1"), ([0, 0], "add up to zero"), ([], "add up to zero")],
)
def test_bad_amounts(values: list[float], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        hhi(values)


def test_more_items_than_there_can_be() -> None:
    with pytest.raises(ParameterError, match="n must be at least the number of items listed, 3"):
        theil([1, 1, 1], n=2)
    with pytest.raises(ParameterError, match="n must be at least"):
        concentration(flow([1, 1, 1]), n=2)


@given(amounts)
def test_limits(values: list[int]) -> None:
    n = len(values)
    assert math.fsum(shares_of(values)) == pytest.approx(1)
    assert 1 / n - 1e-12 <= hhi(values) <= 1 + 1e-12
    assert 0 <= hhi(values, normalised=True) <= 1 + 1e-9
    assert 0 <= concentration_index(values) <= 1 + 1e-9
    assert 0 <= theil(values) <= math.log(n) + 1e-12


@given(amounts, st.integers(1, 1000))
def test_scale_and_order_do_not_matter(values: list[int], factor: int) -> None:
    scaled = [v * factor for v in reversed(values)]
    for index in (hhi, theil, concentration_index, entropy):
        assert index(scaled) == pytest.approx(index(values), abs=1e-9)


@given(amounts, st.integers(1, 5))
def test_theil_adds_up_over_groups(values: list[int], groups: int) -> None:
    # Between groups + within groups, weighted by shares (Theil 1967): an identity.
    parts = [values[g::groups] for g in range(groups) if values[g::groups]]
    n, total = len(values), sum(values)
    between = within = 0.0
    for part in parts:
        weight = sum(part) / total
        if weight:
            between += weight * math.log(weight * n / len(part))
            within += weight * theil(part)
    assert theil(values) == pytest.approx(between + within, abs=1e-9)


@settings(deadline=None)
@given(
    st.lists(st.integers(1, 10**6), min_size=2, max_size=12),
    st.lists(st.integers(0, 10**5), max_size=6),
    st.integers(0, 10**5),
    st.data(),
)
def test_bounds_hold_whatever_is_true(
    values: list[int], hidden: list[int], slack: int, data: st.DataObject
) -> None:
    frame = flow([float(v) for v in values], half=0.5, spare=float(sum(hidden) + slack))
    row = concentration(frame, n=30).iloc[0]
    nudges = [data.draw(st.sampled_from([-0.5, 0.0, 0.5])) for _ in values]
    true = [v + e for v, e in zip(values, nudges, strict=True)] + hidden
    assert row["hhi_low"] - 1e-9 <= hhi(true) <= row["hhi_high"] + 1e-9
    assert row["theil_low"] - 1e-9 <= theil(true, n=30) <= row["theil_high"] + 1e-9


def test_table_of_concentration() -> None:
    frame = pd.concat([flow([6.0, 3.0, 1.0]), flow([1.0, 1.0]).assign(year=2025)])
    table = concentration(frame)
    assert table["year"].tolist() == [2024, 2025]
    assert table["hhi"].tolist() == pytest.approx([0.46, 0.5])
    assert table["equivalent_items"].tolist() == pytest.approx([1 / 0.46, 2])
    assert table["largest"].tolist() == ["01", "01"]
    assert table["n"].tolist() == [97, 97]
    # The number of possible items is fixed, so the years compare: ln 97 − ln 2 for two equal ones.
    assert table["theil"].iloc[1] == pytest.approx(math.log(97) - math.log(2))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ParameterError, match="concentration needs column 'hs_chapter'"):
        concentration(flow([1.0]).drop(columns="hs_chapter"))
    with pytest.raises(ParameterError, match="has several"):
        concentration(pd.concat([flow([1.0]), flow([2.0])]))
