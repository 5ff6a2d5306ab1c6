"""No silent wrong number: sums over parts say what is missing, and count nothing twice.

Each begins with the line of an analyst that gave a wrong number without a word.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable

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


# ---- frames of one's own -----------------------------------------------------------------------

FOUR = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 6.0, "UZB": 1.0})
WHOLE = parts(y2024={"CA5": 8.0}, y2025={"CA5": 8.0})
#: 3 growing to 6, counted another way from 2025 on; 1 growing to 2.
BEGUN = parts(y2020={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 6.0, "UZB": 2.0})
BEGUN["begins"] = [False, False, True, False]
PRINTED = ["KAZ", ["export", "import"], 2025, 2025]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: ct.growth(FOUR.assign(low_bn=2.0, high_bn=7.0)),
            "value_bn lies outside low_bn and high_bn in row 1: change the bounds too",
        ),
        (
            lambda: ct.growth(FOUR.assign(region=["a", "b", "c", "d"])),
            "growth cannot tell whether 'region' tells series apart: call it 'series'",
        ),
        (
            lambda: ct.growth(ct.as_printed(*PRINTED)),
            "growth stands in this frame already, as its publisher prints it",
        ),
        (
            lambda: ct.share(ct.as_printed("KAZ", freq="year"), of=WHOLE),
            "share needs all figures in one unit; got CNY billion and USD billion",
        ),
        (
            lambda: ct.share(FOUR.rename(columns={"value_bn": "value"}), of=WHOLE),
            "share needs all figures in one unit; got USD billion and a unit of its own",
        ),
        (
            lambda: ct.share(FOUR, of=WHOLE.assign(flow="total")),
            "the parts are of export 2024, export 2025; it has total 2024, total 2025",
        ),
        (
            lambda: ct.contributions(FOUR, of=WHOLE.assign(period="2025-03")),
            "the parts are of export 2024, export 2025; it has export 2025-03",
        ),
        (
            lambda: ct.growth(FOUR.assign(year="2020/21")),
            "2025, 2025-03 or 2025-7M in row 0; its year is 2020/21",
        ),
        (
            lambda: ct.share(FOUR.assign(year=[2024.0, 2024.0, 2025.0, math.nan])),
            "share needs a time such as 2025, 2025-03 or 2025-7M in row 3; its year is",
        ),
        (
            lambda: ct.growth(FOUR.assign(date="x")),
            "growth needs a time such as 2025, 2025-03 or 2025-7M in row 0; its date is",
        ),
        (lambda: ct.growth(FOUR, 0), "years must be a whole number, 1 or more; got 0"),
        (lambda: ct.growth(FOUR, 1.5), "years must be a whole number, 1 or more; got"),
        (lambda: ct.cagr(FOUR, "x"), "start must be a whole number, 1 or more; got"),
        (lambda: ct.index_to(FOUR, 2020), "base '2020' has no figure in any series"),
        (
            lambda: ct.share(FOUR, by="partners"),
            "by must be one of partner, year, flow, value_bn; got 'partners' ",
        ),
        (
            lambda: ct.contributions(FOUR.assign(flow="balance")),
            "contributions needs exports, imports or totals: a balance has no parts",
        ),
        *(
            (
                lambda function=function: function(pd.concat([FOUR, FOUR])),
                f"{function.__name__} needs one row for each",
            )
            for function in (ct.share, ct.contributions, ct.index_to, ct.cagr)
        ),
    ],
)
def test_what_would_be_a_wrong_number_is_a_sentence(
    call: Callable[[], object], said: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        call()
    assert said in str(caught.value)


def test_a_row_of_ones_own_is_exact_and_has_the_time_of_its_year() -> None:
    known = FOUR[:3].assign(date=FOUR["year"].astype(str) + "-01-01", sources="a")
    known = known.assign(low_bn=[2.5, 1.0, 5.5], high_bn=[3.5, 1.0, 6.5])
    frame = pd.concat([known, FOUR[3:]])
    rate = ct.growth(frame.assign(basis=[*"abc", None])).iloc[-1]
    assert rate[["growth", "growth_low", "growth_high"]].tolist() == [0.0, 0.0, 0.0]
    assert rate["sources"] == "a"
    # 5.5 to 6.5 of it and 1.
    share = ct.share(frame).iloc[2]
    assert share[["share", "share_low", "share_high"]].tolist() == pytest.approx(
        [6 / 7, 5.5 / 6.5, 6.5 / 7.5]
    )
    assert share["missing"] == ""


def test_sums_to_date_stay_what_they_are_in_any_frame() -> None:
    frames = [ct.trade(one, "total", 2025, freq="ytd") for one in ("KAZ", "UZB")]
    assert list(frames[0])[1:4] == ["year", "period", "month"]
    assert {"2025-9M", "2025-10M", "2025-12M"} < set(
        frames[0]["period"]
    )  # the last a gap
    both = pd.concat(frames)
    told = pd.read_csv(io.StringIO(both.to_csv()))
    rates = [ct.growth(frame)["growth"] for frame in (frames[0], both, told)]
    july = frames[0].query("period == '2026-7M'").index[0]
    # 19.4% in yuan, of which a dollar was 7.1858 and is 6.9125: 1.194 · 7.1858 / 6.9125.
    assert [rate.iloc[july] for rate in rates] == [pytest.approx(0.2412, abs=1e-4)] * 3
    months = ct.trade("KAZ", "total", "2025-01")
    with pytest.raises(ParameterError, match=r"2025-2M, .* it has total 2025-01"):
        ct.share(both, of=months)


def test_januaries_are_months() -> None:
    months = ct.trade("KAZ", "total", "2024-01")
    every = ct.growth(months)["growth"]
    for frame in (months, months.drop(columns="period")):
        found = ct.growth(frame[frame["month"] == 1])["growth"]
        assert found.dropna().tolist() == every[found.index].dropna().tolist()
    with pytest.raises(ParameterError, match="it has total 2024-01"):
        ct.share(ct.trade("KAZ", "total", 2024), of=months[months["month"] == 1])


@pytest.mark.parametrize("name", ["partner_name", "goods"])
def test_names_tell_series_apart_where_no_code_does(name: str) -> None:
    frame = FOUR.iloc[[0, 3]].rename(columns={"partner": name})
    assert ct.growth(frame)["growth"].isna().all()
    assert ct.index_to(frame, 2024)["index"].fillna(0).tolist() == [100.0, 0.0]


def test_no_calculation_goes_over_the_beginning_of_another_statistic() -> None:
    assert ct.index_to(BEGUN, 2020)["index"].fillna(0).tolist() == [100, 100, 0, 200]
    assert ct.index_to(BEGUN, 2025)["index"].fillna(0).tolist() == [0, 50, 100, 100]
    assert ct.growth(BEGUN, 5)["growth"].fillna(0).tolist() == [0, 0, 0, 1]
    assert ct.cagr(BEGUN)["partner"].tolist() == ["UZB"]
    split = ct.contributions(BEGUN, years=5)
    assert split["contribution"].isna().all()
    assert set(split["missing"]) == {"Kazakhstan"}


def test_contributions_are_measured_on_the_base_that_printed_growth_is_of() -> None:
    printed = ct.as_printed(*PRINTED, freq="year").set_index("flow")
    found = ct.contributions(printed.reset_index()).set_index("flow")["contribution"]
    change = printed["value_bn"] - printed["base_bn"]
    expected = change / printed["base_bn"].sum()
    assert found.to_dict() == pytest.approx(expected.to_dict())


def test_a_frame_is_taken_in_any_type_that_says_the_same() -> None:
    usual = ct.growth(FOUR)["growth"].tolist()
    years = pd.PeriodIndex(FOUR["year"].astype(str), freq="Y")
    for frame in (
        FOUR.astype({"partner": "category", "flow": "category"}),
        FOUR.assign(date=years),
        FOUR.astype({"year": float}),
        FOUR.astype({"year": str}),
    ):
        assert ct.growth(frame, 1.0)["growth"].tolist()[2:] == usual[2:] == [1.0, 0.0]
