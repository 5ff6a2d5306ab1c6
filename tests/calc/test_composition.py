"""Shares, changes, concentration and both sides' figures of goods, worked by hand."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest
from fetch_files import cases

from catrade_build.calc.composition import contribution_to_change, share_in_flow
from catrade_build.calc.concentration import concentration, hhi_of_shares
from catrade_build.calc.mirror import compare_reporters, shares_of_gap
from rounding.errors import ParameterError

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


def test_a_flow_worth_nothing_has_no_shares_and_no_concentration():
    frame = pd.concat([goods(2023, c84=0, c85=0), goods(2024, c84=3, c85=1)])
    shares = share_in_flow(frame)
    assert shares["share"].tolist() == [0.75, 0.25]
    assert shares.index.tolist() == [0, 1]
    assert {*shares} == {*frame, "share", "share_low", "share_high"}
    # 0.75² + 0.25²
    assert concentration(frame)[["year", "hhi"]].to_numpy().tolist() == [[2024, 0.625]]


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


# --- changes ------------------------------------------------------------------------------------


def test_contributions_by_hand():
    table = contribution_to_change(TWO_YEARS, 2023, 2024)
    # On the base of 100: +10, −30, +55, +15 points; growth 50%.
    columns = ["contribution", "start_bn", "change_bn", "growth"]
    assert told(table, *columns) == {
        "87": [0.55, 20, 55, 0.5],
        "28": [0.15, 0, 15, 0.5],
        "84": [0.10, 50, 10, 0.5],
        "85": [-0.30, 30, -30, 0.5],
    }
    # From the largest push up to the largest push down.
    assert table["goods"].tolist() == [f"chapter {code}" for code in (87, 28, 84, 85)]
    assert table.index.tolist() == [0, 1, 2, 3]
    assert set(table["sources"]) == {"s2023;s2024"}
    # 3 (2 to 4) and at most 1 not listed became 5 (4.5 to 6): 0.5 / 5 to 4 / 2. Of another 1 all
    # or nothing may have been there before: 0 to 1 / 2.
    before = goods(2023, spare=1, c84=(3, 2, 4))
    wide = pd.concat([before, goods(2024, c84=(5, 4.5, 6), c85=1)])
    ends = contribution_to_change(wide, 2023, 2024)
    assert told(ends, "contribution_low", "contribution_high") == {
        "84": [0.1, 2],
        "85": [0, 0.5],
    }
    # A flow without both years is left out.
    other = goods(2024, c84=1).assign(importer="UZB", reporter="UZB")
    both = contribution_to_change(pd.concat([TWO_YEARS, other]), 2023, 2024)
    assert set(both["importer"]) == {"KAZ"}


# --- concentration ------------------------------------------------------------------------------


def test_concentration_of_a_flow_and_its_ends():
    # 3 (2 to 4) and 1, at most 1 not listed. Shares: of the first 2/4 to 4/5, of the second 1/6 to
    # 1/3, of what is missing at most 1/4; stretched over 97 chapters that could be listed.
    listed = goods(2024, spare=1, c84=(3, 2, 4), c26=1, c10=0)
    row = concentration(listed).iloc[0]
    columns = ["items", "n", "largest", "goods", "largest_share"]
    assert row[columns].tolist() == [2, 97, "84", "chapter 84", 0.75]
    low = 1 / 4 + 1 / 36
    high = 16 / 25 + 1 / 9 + 1 / 16
    ends = row[["hhi", "hhi_low", "hhi_high"]].tolist()
    assert ends == pytest.approx([0.625, low, high])
    equal = ["equivalent_items", "equivalent_items_low", "equivalent_items_high"]
    assert row[equal].tolist() == pytest.approx([1.6, 1 / high, 1 / low])
    assert row["hhi_normalised"] == pytest.approx((0.625 - 1 / 97) / (96 / 97))
    least = math.sqrt(1 / 97)
    root = (math.sqrt(0.625) - least) / (1 - least)
    assert row["concentration_index"] == pytest.approx(root)
    sitc = listed.rename(columns={"hs_chapter": "code"}).drop(
        columns=["sources", "group"]
    )
    assert concentration(sitc)[["n", "sources"]].iloc[0].tolist() == [10, ""]
    # No index is more than one.
    assert concentration(goods(2024, spare=5, c84=(3, 2, 4)))["hhi_high"].item() == 1


# --- both sides ---------------------------------------------------------------------------------


def test_both_sides_side_by_side():
    mine = goods(2024, reporter="CHN", c84=(50, 49.5, 50.5), c85=30)
    theirs = goods(2024, c84=(40, 39.5, 40.5), c87=5)
    lone = goods(2023, reporter="CHN", c84=1)
    third = goods(2024, reporter="BACI", c84=1)
    table = compare_reporters(pd.concat([mine, theirs, lone, third]))
    assert table["year"].unique().tolist() == [2024]
    columns = ["ratio", "ratio_low", "difference_bn", "difference_high_bn"]
    by_hand = [0.8, 39.5 / 50.5, -10, -9]
    assert told(table, *columns)["84"] == by_hand
    # Not listed is not zero.
    assert table.set_index("hs_chapter").loc[["85", "87"], "ratio"].isna().all()


def test_shares_of_the_gap_by_hand():
    # Textiles and machinery of China's exports to Kyrgyzstan in 2023, in millions: 8,079 and 532,
    # 2,421 and 2,413; another good of 115 that only China lists: 2,945 − 10,615 = −7,670 in all.
    mine = goods(2023, reporter="CHN", c84=2421, c28=115, c27=8079)
    both = pd.concat([mine, goods(2023, c84=2413, c27=532)])
    table = shares_of_gap(compare_reporters(both))
    assert set(table["gap_bn"]) == {-7670}
    part = table.set_index("hs_chapter")["share_of_gap"]
    assert part[["27", "84"]].tolist() == pytest.approx([7547 / 7670, 8 / 7670])
    assert pd.isna(part["28"])
    # 10 up and 12 down leave 2 of 22: shares of that would be −500 and 600 per cent.
    mine = goods(2023, reporter="CHN", c84=20, c27=20)
    near_ones = pd.concat([mine, goods(2023, c84=30, c27=8)])
    assert shares_of_gap(compare_reporters(near_ones))["share_of_gap"].isna().all()


# --- what is refused ----------------------------------------------------------------------------

ONE = goods(2024, c84=1)


WRONG = """
contribution_to_change(TWO_YEARS, 2019, 2024) | 2019 and 2024; the frame has 2023
contribution_to_change(TWO_YEARS, 2024, 2024) | 2024 and 2024; the frame has 2023
hhi([1, -1]) | amounts must be zero or more; got -1
hhi([0, 0]) | add up to zero
hhi(ONE) | amounts must be numbers
concentration(ONE[["value_bn"]]) | needs columns 'hs_chapter',
concentration(pd.concat([ONE, ONE])) | has several
"""


@pytest.mark.parametrize(("line", "words"), cases(WRONG))
def test_what_is_wrong_ends_in_one_sentence(line, words):
    with pytest.raises(ParameterError, match=words):
        eval(line, {**globals(), "hhi": hhi_of_shares})
