"""Both sides' books: worked by hand where other tests let a wrong end pass."""

from __future__ import annotations

import pandas as pd
import pytest

import catrade as ct
from catrade.calc.mirror import pairs
from rounding.errors import ParameterError

Ends = tuple[float, float, float]


def _books(
    country: str,
    flow: str,
    china: Ends | float,
    partner: Ends | float,
    period: str = "2024",
) -> pd.DataFrame:
    ends = [
        figure if isinstance(figure, tuple) else (figure,) * 3
        for figure in (china, partner)
    ]
    frame = pd.DataFrame(
        ends, columns=["value_usd", "low_usd", "high_usd"], dtype=float
    )
    return frame.assign(
        reporter=["CHN", country],
        country=country,
        china_flow=flow,
        period=period,
        year=int(period),
        basis="published",
        source_ids=["s0", "s1"],
        quality="ok",
    )


def test_the_columns_of_pairs_and_what_they_need() -> None:
    cells = _books("KAZ", "export", (28, 27, 29), (15, 14, 16))
    found = pairs(cells)
    ends = ["", "_low", "_high"]
    for name, unit in (("china", "_bn"), ("partner", "_bn"), ("ratio", "")):
        assert {f"{name}{end}{unit}" for end in ends} <= set(found.columns)
    assert not [name for name in found.columns if name.endswith("_usd")]
    row = found.iloc[0]
    assert row[["partner_low_bn", "partner_high_bn"]].tolist() == [14e-9, 16e-9]
    assert row[["ratio_low", "ratio_high"]].tolist() == pytest.approx(
        [27 / 16, 29 / 14]
    )
    ends = row[["difference_low_bn", "difference_high_bn"]].tolist()
    assert ends == pytest.approx([11e-9, 15e-9])
    for column in ("low_usd", "high_usd", "value_usd"):
        with pytest.raises(ParameterError, match=f"pairs needs column '{column}'"):
            pairs(cells.drop(columns=column))


def test_both_sides_are_cut_to_what_is_asked() -> None:
    found = ct.mirror("KAZ", 2023, 2024, freq="ytd")
    assert set(found["partner"]) == {"KAZ"}
    assert set(found["year"]) == {2023, 2024}
    assert list(found.index) == list(range(len(found)))


def test_what_one_side_alone_has_is_kept_where_that_is_asked_for() -> None:
    assert ct.mirror("TKM", 2020).empty
    found = ct.mirror("TKM", 2020, alone=True)
    assert found["china_bn"].notna().all()
    assert found[["partner_bn", "ratio", "difference_bn"]].isna().all(axis=None)
