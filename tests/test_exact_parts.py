"""Shares, compositions and what changed in them, worked by hand with the ends of the intervals."""

from __future__ import annotations

import pandas as pd
import pytest

from catrade.trade_composition.changes import (
    change_index,
    composition_change,
    contribution_to_change,
    top_contributions,
)
from catrade.trade_composition.composition import group_share, share, top_items
from catrade.trade_growth.shares import NOT_ALLOCATED, contribution_to_growth, share_of
from pagemill.errors import ParameterError

Ends = tuple[float, float, float]


def _goods(year: int, spare: float = 0.0, **values: Ends | float) -> pd.DataFrame:
    """Return a composition frame: chapters as c84=(value, low, high), or one exact number."""
    ends = [v if isinstance(v, tuple) else (v, v, v) for v in values.values()]
    frame = pd.DataFrame(ends, columns=["value_usd", "low_usd", "high_usd"])
    codes = [name[1:] for name in values]
    return frame.assign(
        exporter="CHN",
        importer="KAZ",
        reporter="KAZ",
        year=year,
        hs_chapter=codes,
        chapter_name=[f"chapter {code}" for code in codes],
        group=[f"g{code}" for code in codes],
        high_tech=["core" if code == "31" else "other" for code in codes],
        unlisted_usd=spare,
        note=None,
    )


def _row(frame: pd.DataFrame, **where: object) -> pd.Series:
    for column, value in where.items():
        frame = frame[frame[column] == value]
    assert len(frame) == 1
    return frame.iloc[0]


# --- composition --------------------------------------------------------------------------------


def test_a_share_and_its_ends() -> None:
    # 1.5 (1 to 2) of 5.5, beside 3 to 5 and at most 1 that is not listed
    frame = _goods(2024, spare=1, c84=(1.5, 1, 2), c26=(4, 3, 5))
    frame.index = [7, 7]
    found = share(frame)
    assert (list(found.index), "index" in found.columns) == ([0, 1], False)
    row = _row(found, hs_chapter="84")
    assert row["share"] == pytest.approx(1.5 / 5.5)
    assert (row["share_low"], row["share_high"]) == (pytest.approx(1 / 7), pytest.approx(2 / 5))


def test_flows_worth_less_than_a_dollar_have_shares_and_flows_worth_nothing_have_none() -> None:
    found = share(pd.concat([_goods(2023, c84=0), _goods(2024, c84=0.5, c26=0.25)]))
    assert found["share"].tolist() == [pytest.approx(2 / 3), pytest.approx(1 / 3)]
    assert (list(found.index), "index" in found.columns) == ([0, 1], False)


def test_the_share_of_a_group_and_its_ends() -> None:
    frame = _goods(2024, spare=1, c84=(1.5, 1, 2), c26=(4, 3, 5))
    row = group_share(frame, ["g84"]).iloc[0]
    assert (row["name"], row["value_usd"], row["total_usd"]) == ("g84", 1.5, 5.5)
    # at least 1 of 1 + 5 + 1, at most 2 + 1 of 3 + 3
    assert (row["share_low"], row["share_high"]) == (pytest.approx(1 / 7), pytest.approx(0.5))
    assert row["share"] == pytest.approx(1.5 / 5.5)


def test_ten_items_are_named_and_the_rest_is_one_row() -> None:
    values = {f"c{code}": float(code) for code in range(20, 32)}
    found = top_items(_goods(2024, **values))
    assert len(found) == 11
    last = found.iloc[-1]
    assert (last["hs_chapter"], last["rank"], last["members"]) == ("other", 11, 2)
    assert (last["value_usd"], last["chapter_name"], last["group"]) == (
        41,
        "All other",
        "All other",
    )
    first = found.iloc[0]
    assert (first["hs_chapter"], first["rank"], first["chapter_name"]) == ("31", 1, "chapter 31")
    assert found["high_tech"].tolist()[:2] == ["core", "other"]


def test_of_two_equal_items_the_one_of_the_lower_code_comes_first() -> None:
    found = top_items(_goods(2024, c30=5, c20=5, c10=1), 1)
    assert found["hs_chapter"].tolist() == ["20", "other"]


# --- changes ------------------------------------------------------------------------------------


def test_an_item_that_is_not_listed_may_be_as_large_as_what_is_missing() -> None:
    frame = pd.concat([_goods(2023, spare=0.5, c84=4.5), _goods(2024, c26=10)])
    found = composition_change(frame, 2023, 2024)
    # 84: 0.9 to all of it, then nothing. 26: at most half of five, a tenth, then all.
    old, new = (_row(found, hs_chapter=code) for code in ("84", "26"))
    names = ["change", "change_low", "change_high"]
    assert old[names].tolist() == [-1, -1, pytest.approx(-0.9)]
    assert new[names].tolist() == [1, pytest.approx(0.9), 1]
    assert old[["group", "chapter_name"]].tolist() == ["g84", "chapter 84"]
    index = change_index(found).iloc[0]
    assert index[["index", "index_low", "index_high"]].tolist() == [1, pytest.approx(0.9), 1]
    with pytest.raises(ParameterError, match="end must be after start"):
        composition_change(frame, 2024, 2024)


def test_flows_worth_less_than_a_dollar_have_changes_too() -> None:
    frame = pd.concat([_goods(2023, c84=0.5), _goods(2024, c84=0.25, c26=0.25)])
    assert composition_change(frame, 2023, 2024)["change"].tolist() == [0.5, -0.5]


def _changes(*ends: Ends) -> pd.DataFrame:
    frame = pd.DataFrame(ends, columns=["change", "change_low", "change_high"])
    return frame.assign(exporter="CHN", importer="KAZ", reporter="KAZ", start=2023, end=2024)


def test_the_index_of_change_and_its_ends() -> None:
    found = change_index(_changes((0.2, -0.1, 0.5), (-0.2, -0.5, -0.1))).iloc[0]
    # the first may be nothing, the second is a tenth at least; a half each at most
    ends = [pytest.approx(x) for x in (0.2, 0.05, 0.5)]
    assert found[["index", "index_low", "index_high"]].tolist() == ends
    for column in ("change", "change_low", "change_high", "start", "end"):
        with pytest.raises(ParameterError, match=f"change_index needs column '{column}'"):
            change_index(_changes((0.2, 0.2, 0.2)).drop(columns=column))
    wide = change_index(_changes((0.5, 0, 1), (-0.25, -1, 0), (-0.25, -1, 0))).iloc[0]
    assert wide["index_high"] == 1  # not more than all trade can move


def test_contributions_of_goods_and_their_ends() -> None:
    frame = pd.concat([_goods(2023, c84=(8, 7, 9), c26=2), _goods(2024, c84=(12, 11, 13))])
    found = contribution_to_change(frame, 2023, 2024)
    names = ["contribution", "contribution_low", "contribution_high", "start_usd", "end_usd"]
    # 84: 2 to 6 more, on 9 to 11. 26: 2 less.
    up, down = (_row(found, hs_chapter=code)[names].tolist() for code in ("84", "26"))
    assert up == [pytest.approx(x) for x in (0.4, 2 / 11, 6 / 9, 8, 12)]
    assert down == [pytest.approx(x) for x in (-0.2, -2 / 9, -2 / 11, 2, 0)]
    assert found["growth"].tolist() == [pytest.approx(0.2)] * 2
    assert (list(found.index), "index" in found.columns) == ([0, 1], False)
    assert found["group"].tolist() == ["g84", "g26"]


def test_the_largest_contributions_and_the_rest() -> None:
    codes = range(20, 32)
    start = _goods(2023, **{f"c{code}": 10.0 for code in codes})
    end = _goods(2024, **{f"c{code}": float(code) for code in codes})
    table = contribution_to_change(pd.concat([start, end]), 2023, 2024)
    found = top_contributions(table)
    assert len(found) == 11
    assert {"contribution_low", "contribution_high", "source_ids"} <= set(found.columns)
    assert found["contribution_high"].sum() == pytest.approx(table["contribution_high"].sum())
    bare = table.drop(columns="source_ids")
    assert list(top_contributions(bare).columns) == [c for c in found if c != "source_ids"]
    other = table.assign(importer="UZB", reporter="UZB")
    both = top_contributions(pd.concat([other, table]), 1)
    assert both["importer"].tolist() == ["KAZ", "KAZ", "UZB", "UZB"]
    assert both["hs_chapter"].tolist() == ["31", "other"] * 2
    flows = [table.assign(exporter="RUS"), table, table.assign(reporter="CHN")]
    order = top_contributions(pd.concat(flows), 1)
    assert order["exporter"].tolist()[::2] == ["CHN", "CHN", "RUS"]
    assert order["reporter"].tolist()[::2] == ["CHN", "KAZ", "KAZ"]
    last = found.iloc[-1]
    # chapters 20 and 21 grew by 10 and 11 on 120
    assert (last["hs_chapter"], last["members"], last["group"]) == ("other", 2, "All other")
    assert last[["start_usd", "end_usd", "change_usd"]].tolist() == [20, 41, 21]
    assert last["contribution"] == pytest.approx(21 / 120)
    assert found["contribution"].sum() == pytest.approx(table["growth"].iloc[0])
    assert found.iloc[0]["chapter_name"] == "chapter 31"
    # "other" stands last although it is larger than the one named
    few = top_contributions(table, 1)
    assert few["hs_chapter"].tolist() == ["31", "other"]
    assert (list(few.index), "index" in few.columns) == ([0, 1], False)
    # of two equal ones the first stays
    equal = contribution_to_change(
        pd.concat([_goods(2023, c84=1, c85=1), _goods(2024, c84=2, c85=2)]), 2023, 2024
    )
    assert top_contributions(equal, 1)["members"].tolist() == [1, 1]
    with pytest.raises(ParameterError, match="n must be at least 1; got 0"):
        top_contributions(table, 0)


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
