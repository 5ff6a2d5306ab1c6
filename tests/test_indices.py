"""Indices of trade structure: worked by hand, and identities that must hold for any trade."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catrade.calc.indices import (
    export_similarity,
    grubel_lloyd,
    rca,
    trade_intensity,
)
from rounding.errors import ParameterError

WORLD = pd.DataFrame(
    {
        "exporter": ["KAZ", "KAZ", "CHN", "CHN"],
        "code": ["27", "87", "27", "87"],
        "value_usd": [90.0, 10.0, 60.0, 240.0],
    }
)


def test_rca_takes_each_year_by_itself() -> None:
    later = WORLD.assign(value_usd=[1.0, 1.0, 1.0, 1.0])
    both = pd.concat([WORLD.assign(year=2023), later.assign(year=2024)])
    assert [*rca(both)] == [*both, "rca"]
    found = rca(both).set_index(["year", "exporter", "code"])["rca"]
    # world: 150 of 400 in 27 (0.375), 250 in 87 (0.625)
    assert found[2023].tolist() == pytest.approx(
        [0.9 / 0.375, 0.16, 0.2 / 0.375, 0.8 / 0.625]
    )
    assert found[2024].tolist() == pytest.approx([1, 1, 1, 1])


def test_intensity_and_intra_industry_trade_by_hand() -> None:
    flows = [
        ("CHN", "KAZ", 20),
        ("CHN", "USA", 80),
        ("DEU", "CHN", 50),
        ("DEU", "USA", 50),
    ]
    pairs = pd.DataFrame(
        [("DEU", "KAZ", 0), *flows], columns=["exporter", "importer", "value_usd"]
    )
    # Kazakhstan takes 20% of China's exports and 10% of the world's
    intensity = trade_intensity(pairs)["intensity"]
    assert intensity.to_dict() == pytest.approx(
        {0: 2, 1: 0.8 / 0.65, 2: 2, 3: 0.5 / 0.65}
    )
    sold = pd.DataFrame({"code": ["27", "84", "85"], "value_usd": [0.6, 0.4, 0.0]})
    bought = pd.DataFrame({"code": ["84", "85", "87"], "value_usd": [0.1, 0.0, 0.9]})
    by_product, all_goods = grubel_lloyd(sold, bought)
    assert by_product["code"].tolist() == ["27", "84", "87"]
    assert by_product["grubel_lloyd"].tolist() == pytest.approx([0, 1 - 0.3 / 0.5, 0])
    assert all_goods == pytest.approx(1 - (0.6 + 0.3 + 0.9) / 2)


def test_export_similarity_by_hand_and_at_its_ends() -> None:
    assert export_similarity(WORLD, "KAZ", "CHN") == pytest.approx(0.2 + 0.1)
    assert export_similarity(WORLD.assign(year=2024), "KAZ", "KAZ") == pytest.approx(
        1.0
    )
    apart = pd.DataFrame(
        {"exporter": ["A", "B"], "code": ["1", "2"], "value_usd": [5.0, 7.0]}
    )
    assert export_similarity(apart, "A", "B") == 0


AMOUNT = st.floats(min_value=1, max_value=1e9)
GRID = st.lists(st.lists(AMOUNT, min_size=3, max_size=3), min_size=2, max_size=5)


def _frame(grid: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"exporter": f"C{i}", "code": f"{k}", "value_usd": value}
            for i, row in enumerate(grid)
            for k, value in enumerate(row)
        ]
    )


@given(GRID)
def test_rca_weighted_by_the_world_is_one(grid: list[list[float]]) -> None:
    frame = rca(_frame(grid))
    world = frame.groupby("code")["value_usd"].sum() / frame["value_usd"].sum()
    for _, own in frame.groupby("exporter"):
        assert (own["rca"] * own["code"].map(world)).sum() == pytest.approx(1.0)


@given(GRID, st.floats(min_value=0.001, max_value=1000))
def test_indices_do_not_depend_on_the_unit(
    grid: list[list[float]], unit: float
) -> None:
    frame = _frame(grid)
    scaled = frame.assign(value_usd=frame["value_usd"] * unit)
    assert rca(scaled)["rca"].tolist() == pytest.approx(rca(frame)["rca"].tolist())
    assert export_similarity(scaled, "C0", "C1") == pytest.approx(
        export_similarity(frame, "C0", "C1")
    )


@given(GRID)
def test_similarity_and_intra_industry_trade_are_symmetric_fractions(
    grid: list[list[float]],
) -> None:
    frame = _frame(grid)
    similarity = export_similarity(frame, "C0", "C1")
    assert similarity == pytest.approx(export_similarity(frame, "C1", "C0"))
    assert 0 <= similarity <= 1 + 1e-9
    first, second = (
        frame[frame["exporter"] == c][["code", "value_usd"]] for c in ("C0", "C1")
    )
    _, there = grubel_lloyd(first, second)
    _, back = grubel_lloyd(second, first)
    assert there == pytest.approx(back)
    assert 0 <= there <= 1
    _, same = grubel_lloyd(first, first)
    assert same == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rca(WORLD.drop(columns="code")), "rca needs column 'code'"),
        (lambda: rca(pd.concat([WORLD, WORLD])), "one row for each exporter, code"),
        (lambda: rca(WORLD.assign(value_usd=[-1.0, 1, 1, 1])), "values of 0 or more"),
        (lambda: rca(WORLD.assign(value_usd=[None, 1, 1, 1])), "values of 0 or more"),
        (lambda: export_similarity(WORLD, "KAZ", "UZB"), "needs exports of UZB"),
        (
            lambda: export_similarity(
                pd.concat([WORLD.assign(year=1), WORLD.assign(year=2)]), "KAZ", "CHN"
            ),
            "select a year first",
        ),
        (
            lambda: grubel_lloyd(
                *[pd.DataFrame({"code": ["1"], "value_usd": [0.0]})] * 2
            ),
            "trade in at least one product",
        ),
    ],
)
def test_wrong_frames_are_one_sentence(call, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        call()
