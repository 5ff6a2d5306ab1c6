"""Shares, changes, concentration and both sides' figures of goods, worked by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from catrade_build.goods import share_in_flow

Ends = tuple[float, float, float]
CHAPTERS = ["26", "27", "28", "72", "84", "85", "87"]


def goods(
    year: int, spare: float = 0.0, reporter: str = "KAZ", **values: Ends | float
) -> pd.DataFrame:
    """Return what Kazakhstan buys: chapters as c84=(value, low, high), or one exact number."""
    ends = [v if isinstance(v, tuple) else (v, v, v) for v in values.values()]
    columns = ["value_bn", "low_bn", "high_bn"]
    frame = pd.DataFrame(ends, columns=columns, dtype=float)
    chapters = pd.Series([name[1:] for name in values])
    return frame.assign(
        hs_chapter=chapters,
        goods="chapter " + chapters,
        group="g" + chapters,
        exporter="CHN",
        importer="KAZ",
        reporter=reporter,
        year=year,
        unlisted_bn=spare,
        sources=f"s{year}",
    )


#: 100 in 2023 and 150 in 2024.
TWO_YEARS = pd.concat(
    [goods(2023, c84=50, c85=30, c87=20), goods(2024, c84=60, c87=75, c28=15)]
)


def told(frame: pd.DataFrame, *columns: str) -> dict[str, Any]:
    """Return rows by chapter, as numbers that are close enough."""
    rows = frame.set_index("hs_chapter")[[*columns]]
    return {chapter: pytest.approx(row.tolist()) for chapter, row in rows.iterrows()}


# --- shares -------------------------------------------------------------------------------------


def test_a_flow_worth_nothing_has_no_shares():
    frame = pd.concat([goods(2023, c84=0, c85=0), goods(2024, c84=3, c85=1)])
    shares = share_in_flow(frame)
    assert shares["share"].tolist() == [0.75, 0.25]
    assert shares.index.tolist() == [0, 1]
    assert {*shares} == {*frame, "share", "share_low", "share_high"}


def test_a_share_and_its_ends():
    # 1.5 (1 to 2) of 5.5, beside 3 to 5 and at most 1 that is not listed
    shares = share_in_flow(goods(2024, spare=1, c84=(1.5, 1, 2), c26=(4, 3, 5)))
    assert told(shares, "share", "share_low", "share_high") == {
        "84": [1.5 / 5.5, 1 / 7, 2 / 5],
        "26": [4 / 5.5, 3 / 6, 5 / 6],
    }
    # Flows worth less than a dollar have shares, those worth nothing have none.
    small = share_in_flow(
        pd.concat([goods(2023, c84=0), goods(2024, c84=0.5, c26=0.25)])
    )
    assert small["share"].tolist() == pytest.approx([2 / 3, 1 / 3])
