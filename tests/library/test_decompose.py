"""Price, quantity and mix: by hand, to the last digit, and under random roundings."""

import numpy as np
import pandas as pd
import pytest

import catrade as ct
from catrade_build.edition import table
from rounding.errors import ParameterError


def frame(*rows, **more):
    """Rows of goods: goods, period, value and tonnes, each with its rounding unit."""
    made = pd.DataFrame(rows, columns=["goods", "period", "value", "net_weight_t"])
    half = more.get("half", 0.0), more.get("half_t", 0.0)
    return made.assign(
        low=made["value"] - half[0],
        high=made["value"] + half[0],
        weight_low=made["net_weight_t"] - half[1],
        weight_high=made["net_weight_t"] + half[1],
    )


def test_crude_oil_of_two_years_by_hand():
    """Kazakhstan to China, its customs: 8.7 billion and 11.2 million tonnes, then 3.8 and 5.7.

    776.79 dollars a tonne became 666.67: mean quantity 8.45 million, mean price 721.73.
    """
    found = ct.decompose(
        frame(("Crude", "2013", 8.7, 11.2), ("Crude", "2023", 3.8, 5.7))
    )
    row = found.iloc[0]
    assert row["change"] == pytest.approx(3.8 - 8.7)
    assert row["price"] == pytest.approx(8.45 * (3.8 / 5.7 - 8.7 / 11.2))
    assert row["quantity"] == pytest.approx((3.8 / 5.7 + 8.7 / 11.2) / 2 * (5.7 - 11.2))
    assert row["price"] + row["quantity"] == pytest.approx(row["change"])


def test_crude_oil_of_june_from_the_edition():
    """3,712,033 and 5,169,474 thousand dollars; 7,090,097 and 6,205,503 tonnes."""
    rows = table("goods").query(
        "level == 'national' and period in ('2025-06', '2026-06')"
    )
    found = ct.decompose(rows).set_index("goods")
    oil, prices = found.loc["Crude oil"], (3.712033 / 7.090097, 5.169474 / 6.205503)
    assert oil["price"] == pytest.approx(
        (7.090097 + 6.205503) / 2 * (prices[1] - prices[0])
    )
    assert oil["quantity"] == pytest.approx(sum(prices) / 2 * (6.205503 - 7.090097))
    assert oil["price_low"] < oil["price"] < oil["price_high"]
    # The weight that cannot be is none, and said.
    assert found.loc["Flat steel", "missing"] == "no weight in 2026-06"
    assert found.loc["Flat steel", ["price", "quantity", "mix"]].isna().all()
    assert pd.notna(found.loc["Flat steel", "change"])


def test_mix_by_hand():
    """Two grades at 1 and 3 dollars; 10 tonnes of each, then 5 and 15: neither is dearer.

    20 tonnes both times, so no quantity; 40 dollars become 50, all of it mix.
    """
    rows = frame(
        ("A", "1", 10, 10), ("A", "1", 30, 10), ("A", "2", 5, 5), ("A", "2", 45, 15)
    )
    rows["grade"] = ["x", "y", "x", "y"]
    row = ct.decompose(rows, part="grade").iloc[0]
    assert row[["change", "price", "quantity", "mix"]].tolist() == [10, 0, 0, 10]
    with pytest.raises(ParameterError, match="stands twice at one time"):
        ct.decompose(rows)


@pytest.mark.parametrize("part", [None, "grade"])
def test_bounds_hold_under_a_thousand_random_roundings(part):
    """Goods of two grades, 1 to 100 dollars and tonnes, each rounded to a unit or a tenth."""
    rng = np.random.default_rng(20261202)
    grades = ["x", "y"] if part else ["x"]
    cells = pd.MultiIndex.from_product(
        [range(1000), grades, ["1", "2"]], names=["goods", "grade", "period"]
    )
    columns = ["value", "net_weight_t"]
    exact = pd.DataFrame(rng.uniform(1, 100, (len(cells), 2)), cells, columns)
    exact = exact.reset_index()
    unit = rng.choice([0.1, 1.0], len(exact))
    told = exact.copy()
    for name, ends in (("value", ""), ("net_weight_t", "weight_")):
        told[name] = (exact[name] / unit).round() * unit
        told[f"{ends}low"] = told[name] - unit / 2
        told[f"{ends}high"] = told[name] + unit / 2
    exact = exact.assign(low=exact["value"], high=exact["value"])
    true = ct.decompose(exact, part=part)
    both = ct.decompose(told, part=part).merge(true, on="goods", suffixes=("", "_true"))
    assert len(both) == 1000
    assert (both["missing"] == "").all()
    for name in ("change", "price", "quantity", "mix"):
        assert (both[f"{name}_low"] - 1e-9 <= both[f"{name}_true"]).all()
        assert (both[f"{name}_true"] <= both[f"{name}_high"] + 1e-9).all()


def test_what_is_unlike_is_refused():
    rows = frame(("A", "1", 10, 10), ("A", "2", 5, 5))
    with pytest.raises(ParameterError, match="mixes chapter and heading of level"):
        ct.decompose(rows.assign(level=["heading", "chapter"]))
    with pytest.raises(ParameterError, match="must hold two times"):
        ct.decompose(rows.iloc[:1])
    with pytest.raises(ParameterError, match="no column net_weight_t"):
        ct.decompose(rows.drop(columns="net_weight_t"))


def test_what_is_not_held_is_not_nothing():
    rows = frame(("A", "1", 10, 10), ("A", "2", 5, 5), ("B", "1", 3, 3))
    found = ct.decompose(rows).set_index("goods")
    assert found.loc["B", "missing"] == "no figure in 2"
    assert pd.isna(found.loc["B", "change"])
