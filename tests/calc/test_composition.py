"""Shares, changes, concentration and both sides' figures of goods, worked by hand."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from catrade_build.calc.composition import share_in_flow
from catrade_build.mirror import shares_of_gap, side_by_side

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


def book(*args: Any, **values: Any) -> pd.DataFrame:
    """Return the same as rows of the edition's table of goods."""
    rows = goods(*args, **values).rename(columns={"hs_chapter": "code"})
    return rows.rename(columns=lambda name: name.removesuffix("_bn")).assign(
        level="chapter"
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


# --- both sides ---------------------------------------------------------------------------------


def test_both_sides_side_by_side():
    mine = book(2024, reporter="CHN", c84=(50, 49.5, 50.5), c85=30)
    theirs = book(2024, c84=(40, 39.5, 40.5), c87=5)
    lone = book(2023, reporter="CHN", c84=1)
    third = book(2024, reporter="BACI", c84=1)
    table = side_by_side(pd.concat([mine, theirs, lone, third]))
    assert table["year"].unique().tolist() == [2024]
    columns = ["ratio", "ratio_low", "difference_bn", "difference_high_bn"]
    by_hand = [0.8, 39.5 / 50.5, -10, -9]
    assert told(table, *columns)["84"] == by_hand
    # Not listed is not zero.
    assert table.set_index("hs_chapter").loc[["85", "87"], "ratio"].isna().all()


def test_shares_of_the_gap_by_hand():
    # Textiles and machinery of China's exports to Kyrgyzstan in 2023, in millions: 8,079 and 532,
    # 2,421 and 2,413; another good of 115 that only China lists: 2,945 − 10,615 = −7,670 in all.
    mine = book(2023, reporter="CHN", c84=2421, c28=115, c27=8079)
    both = pd.concat([mine, book(2023, c84=2413, c27=532)])
    table = shares_of_gap(side_by_side(both))
    assert set(table["gap_bn"]) == {-7670}
    part = table.set_index("hs_chapter")["share_of_gap"]
    assert part[["27", "84"]].tolist() == pytest.approx([7547 / 7670, 8 / 7670])
    assert pd.isna(part["28"])
    # 10 up and 12 down leave 2 of 22: shares of that would be −500 and 600 per cent.
    mine = book(2023, reporter="CHN", c84=20, c27=20)
    near_ones = pd.concat([mine, book(2023, c84=30, c27=8)])
    assert shares_of_gap(side_by_side(near_ones))["share_of_gap"].isna().all()
