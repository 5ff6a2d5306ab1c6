"""Shares and contributions of cells, worked by hand with the ends of the intervals."""

from __future__ import annotations

import pandas as pd
import pytest

from catrade.trade_growth.shares import NOT_ALLOCATED, contribution_to_growth, share_of

Ends = tuple[float, float, float]


# --- shares -------------------------------------------------------------------------------------


def _figures(*rows: tuple[str, str, Ends], by: str = "partner", **more: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        [(name, period, *ends) for name, period, ends in rows],
        columns=[by, "period", "value_usd", "low_usd", "high_usd"],
    )
    return frame.assign(**more)


def test_shares_of_a_total_and_the_columns_of_the_result() -> None:
    parts = _figures(("A", "2024", (1, 0, 2)), ("B", "2024", (3, 3, 3)), note=None)
    total = _figures(("W", "2024", (5, 4, 6))).drop(columns="partner")
    found = share_of(parts, total)
    assert found["share"].tolist() == [0.2, 0.6]
    assert found["share_low"].tolist() == [0, 0.5]
    assert found["share_high"].tolist() == [0.5, 0.75]
    assert found["total_usd"].tolist() == [5, 5]
    assert not {"index", "_sum", "total_low_usd", "total_high_usd"} & set(found.columns)


def test_no_share_of_a_total_that_may_be_nothing_and_rows_are_numbered_anew() -> None:
    parts = _figures(("A", "2023", (1, 0, 2)), ("A", "2024", (1, 0, 2)))
    total = _figures(("W", "2023", (1, 0, 2)), ("W", "2024", (2, 2, 2))).drop(columns="partner")
    found = share_of(parts, total)
    assert (found["period"].tolist(), list(found.index)) == (["2024"], [0])


def test_flows_are_kept_apart_where_both_frames_have_them() -> None:
    parts = pd.concat(
        [
            _figures(("A", "2024", (1, 1, 1)), flow="export"),
            _figures(("A", "2024", (3, 3, 3)), flow="import"),
        ]
    )
    total = pd.concat(
        [
            _figures(("W", "2024", (4, 4, 4)), flow="export"),
            _figures(("W", "2024", (6, 6, 6)), flow="import"),
        ]
    ).drop(columns="partner")
    assert share_of(parts, total)["share"].tolist() == [0.25, 0.5]
    # a total without flows is the whole of every flow
    whole = _figures(("W", "2024", (10, 10, 10))).drop(columns="partner")
    assert share_of(parts, whole)["share"].tolist() == [0.1, 0.3]
    # by flow, the flows are the parts
    assert share_of(parts, by="flow")["share"].tolist() == [0.25, 0.75]
    assert share_of(parts)["share"].tolist() == [1, 1]


def test_sources_are_joined_only_if_both_frames_name_them() -> None:
    parts = _figures(("A", "2024", (1, 1, 1)), source_ids="a")
    total = _figures(("W", "2024", (4, 4, 4))).drop(columns="partner")
    assert share_of(parts, total)["source_ids"].tolist() == ["a"]
    assert share_of(parts, total.assign(source_ids="b"))["source_ids"].tolist() == ["a;b"]
    bare = share_of(parts.drop(columns="source_ids"), total.assign(source_ids="b"))
    assert "source_ids" not in bare.columns or bare["source_ids"].tolist() == ["b"]


@pytest.mark.parametrize(
    ("total", "is_sum"),
    [
        ((0.8, 0.6, 1.0), True),
        ((0.9, 0.6, 1.1), False),  # a tenth of a dollar more is not float noise
        ((0.8 * (1 + 1e-6), 0.6, 1.0), False),
    ],
)
def test_a_total_is_the_sum_only_if_all_its_figures_are(total: Ends, is_sum: bool) -> None:
    # two parts of 0.4 (0.3 to 0.5): of their sum each is 3/8 to 5/8, of a total apart 3/10 to 5/6
    parts = _figures(*((name, "2024", (0.4, 0.3, 0.5)) for name in "AB"))
    found = share_of(parts, _figures(("W", "2024", total)).drop(columns="partner"))
    assert (found["share_low"].iloc[0] == pytest.approx(3 / 8)) == is_sum
    # another year's total does not change what this one is
    more = _figures(*((name, year, (0.4, 0.3, 0.5)) for name in "AB" for year in ("2023", "2024")))
    totals = _figures(("W", "2023", (5, 5, 5)), ("W", "2024", total)).drop(columns="partner")
    both = share_of(more, totals)
    now = both[both["period"] == "2024"]
    assert (now["share_low"].iloc[0] == pytest.approx(3 / 8)) == is_sum


def test_contributions_say_what_is_missing_only_where_something_is() -> None:
    parts = _figures(("A", "2023", (4, 4, 4)), ("A", "2024", (6, 6, 6)), ("B", "2024", (9, 9, 9)))
    total = _figures(("W", "2023", (10, 9, 11)), ("W", "2024", (15, 15, 15)))
    found = contribution_to_growth(parts, total.drop(columns="partner"))
    assert found["partner"].tolist() == ["A", NOT_ALLOCATED]
    assert found["missing"].tolist() == ["", "B"]
    assert (list(found.index), "index" in found.columns) == ([0, 1], False)
    # 2 on 9 to 11; the rest is 15 − 6 + 4 = 13 on 9 to 11, less one
    names = ["contribution", "contribution_low", "contribution_high"]
    assert found.iloc[0][names].tolist() == [pytest.approx(x) for x in (0.2, 2 / 11, 2 / 9)]
    assert found.iloc[1][names].tolist() == [pytest.approx(x) for x in (0.3, 2 / 11, 4 / 9)]
    # on a base that may be nothing there is no contribution
    nothing = _figures(("W", "2023", (1, 0, 2)), ("W", "2024", (15, 15, 15)))
    assert contribution_to_growth(parts, nothing.drop(columns="partner")).empty
