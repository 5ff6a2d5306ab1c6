"""Both sides' books: worked by hand where other tests let a wrong end pass."""

from __future__ import annotations

import pandas as pd
import pytest

from catrade.calc.mirror import mirror_cells, pairs
from catrade.tables.trade import load_trade
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
    assert list(found.columns) == [
        *(
            "country",
            "flow",
            "period",
            "year",
            "china_usd",
            "china_low_usd",
            "china_high_usd",
        ),
        *("partner_usd", "partner_low_usd", "partner_high_usd", "ratio", "ratio_low"),
        *("ratio_high", "difference_usd", "difference_low_usd", "difference_high_usd"),
        *("cif_margin", "implied_margin", "china_basis", "partner_basis", "quality"),
        *("partner_source_ids", "source_ids"),
    ]
    row = found.iloc[0]
    assert row[["partner_low_usd", "partner_high_usd"]].tolist() == [14, 16]
    assert row[["ratio_low", "ratio_high"]].tolist() == [27 / 16, 29 / 14]
    assert row[["difference_low_usd", "difference_high_usd"]].tolist() == [11, 15]
    for column in ("low_usd", "high_usd", "value_usd"):
        with pytest.raises(ParameterError, match=f"pairs needs column '{column}'"):
            pairs(cells.drop(columns=column))


def test_both_sides_are_cut_to_what_is_asked() -> None:
    trade = load_trade(frequency=None)
    found = mirror_cells(trade, partner="KAZ", frequency="ytd", start=2023, end=2024)
    assert set(found["country"]) == {"KAZ"}
    assert set(found["reporter"]) == {"CHN", "KAZ"}
    assert set(found["frequency"]) == {"ytd"}
    assert set(found["year"]) == {2023, 2024}
    assert list(found.index) == list(range(len(found)))
    assert mirror_cells(trade[:0]).empty
