"""No silent wrong number: sums over parts say what is missing, and count nothing twice.

Each begins with the line of an analyst that gave a wrong number without a word.
"""

from __future__ import annotations

import math

import pandas as pd
import pytest

import catrade as ct
from rounding.errors import ParameterError


def parts(**of_year: dict[str, float]) -> pd.DataFrame:
    """Return exports of some partners: `y2024={"KAZ": 3.0}`."""
    rows = [
        {"partner": code, "year": int(year[1:]), "flow": "export", "value_bn": value}
        for year, values in of_year.items()
        for code, value in values.items()
    ]
    return pd.DataFrame(rows)


def test_a_share_of_a_whole_that_lacks_a_part_is_no_number() -> None:
    # The review: Kazakhstan's share in the five's exports to China leapt from 35 to 67 per cent
    # between 2015 and 2016, as a doubtful Turkmen figure was there for 2015 only.
    exports = ct.trade(flow="export", reporter="partner", start=2015)
    shares = ct.share(exports).query("partner == 'KAZ'").set_index("year")
    # Tajikistan's figures of 2015 (doubtful), 2024 and 2025 and Kyrgyzstan's of 2025 are not there.
    assert shares.loc[2015, "missing"] == "Tajikistan"
    assert shares.loc[2024, "missing"] == "Tajikistan"
    assert shares.loc[2025, "missing"] == "Kyrgyzstan, Tajikistan"
    gaps = shares.index[shares["share"].isna()]
    assert gaps.tolist() == [2015, 2024, 2025]
    assert shares[["share_low", "share_high"]].isna().any(axis=1).sum() == 3
    known = exports[exports["year"] == 2016].set_index("partner")["value_bn"]
    assert len(known.dropna()) == 4
    assert shares.loc[2016, "share"] == pytest.approx(known["KAZ"] / known.sum())


def test_the_parts_that_are_there_are_summed_where_that_is_asked_for() -> None:
    frame = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 4.0})
    present = ct.share(frame, of="present")
    assert present["share"].tolist() == [0.75, 0.25, 1.0]
    assert present["missing"].tolist() == ["", "", "Uzbekistan"]
    strict = ct.share(frame)
    assert strict["share"].tolist()[:2] == [0.75, 0.25]
    assert math.isnan(strict["share"].iloc[2])


def test_a_row_without_a_figure_is_missing_from_its_own_date() -> None:
    frame = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 4.0, "UZB": math.nan})
    assert ct.share(frame)["missing"].tolist() == ["", "", "Uzbekistan", "Uzbekistan"]


def test_flows_make_up_a_total_that_does_not_stand_beside_them() -> None:
    found = ct.share(ct.trade("KAZ", ["export", "import"], 2024, 2024))
    # UN Comtrade: 27,954,331 and 15,911,621 thousand dollars.
    assert found["share"].tolist() == pytest.approx([0.63727, 0.36273], abs=1e-5)
    whole = ct.share(ct.trade("KAZ", start=2024, end=2024), of=ct.trade("KAZ", "total"))
    assert whole["share"].iloc[2] == pytest.approx(1.0)


def test_quality_is_seen_and_doubtful_figures_are_left_out() -> None:
    # The review: an interval of zero around a figure of Turkmenistan that is China's own.
    books = ct.trade("China", "export", 2015, 2017, reporter="Tajikistan")
    assert books["quality"].tolist() == ["doubtful", "ok", "ok"]
    # The growth of 2016 needs the doubtful figure.
    assert ct.growth(books)["growth"].isna().tolist() == [True, True, False]
    assert ct.growth(books, doubtful=True)["growth"].notna().sum() == 2
    assert ct.index_to(books)["index"].isna().tolist() == [True, False, False]
    with pytest.raises(ParameterError, match="for both 2015 and 2016"):
        ct.cagr(books, 2015, 2016)
    assert len(ct.cagr(books, 2015, 2016, doubtful=True)) == 1


def test_contributions_need_no_whole_typed_by_hand() -> None:
    # The review: `of=g.groupby("year", as_index=False)[["value_bn", …]].sum()` had to be typed.
    frame = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 4.0, "UZB": 0.5})
    found = ct.contributions(frame)
    assert found["partner_name"].tolist() == ["Kazakhstan", "Uzbekistan"]
    assert found["contribution"].tolist() == pytest.approx([0.25, -0.125])
    lacking = ct.contributions(pd.concat([frame, parts(y2024={"TJK": 1.0})]))
    assert lacking["contribution"].isna().all()
    assert set(lacking["missing"]) == {"Tajikistan"}
    present = ct.contributions(pd.concat([frame, parts(y2024={"TJK": 1.0})]), "present")
    assert present.set_index("partner")["contribution"]["KAZ"] == pytest.approx(0.2)


def test_contributions_of_goods_keep_code_and_name() -> None:
    goods = ct.goods("CHN", "KAZ")
    for by in (None, "goods"):
        found = ct.contributions(goods, by=by, years=5).query("period == '2024'")
        assert {"hs_chapter", "goods"} <= set(found)
        cars = found.set_index("hs_chapter").loc["87"]
        year = goods.groupby("year")["value_bn"].sum()
        value = goods[goods["hs_chapter"] == "87"].set_index("year")["value_bn"]
        expected = (value[2024] - value[2019]) / year[2019]
        assert cars["goods"] == "Road vehicles"
        assert cars["contribution"] == pytest.approx(expected)
        assert found["contribution"].sum() == pytest.approx(year[2024] / year[2019] - 1)
