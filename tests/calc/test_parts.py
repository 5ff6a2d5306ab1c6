"""No silent wrong number: sums over parts say what is missing, and count nothing twice.

Each begins with the line of an analyst that gave a wrong number without a word.
"""

import io
import math
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from fetch_files import cases

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


def test_a_share_of_a_whole_that_lacks_a_part_is_no_number():
    # The review: Kazakhstan's share in the five's exports to China leapt from 35 to 67 per cent
    # between 2015 and 2016, as a doubtful Turkmen figure was there for 2015 only.
    goods = ["KAZ", "KGZ", "TJK"]
    exports = ct.trade(goods, "export", reporter="partner", start=2015)
    shares = ct.share(exports).query("country == 'KAZ'").set_index("year")
    # Tajikistan's figures of 2015 (doubtful), 2024 and 2025 and Kyrgyzstan's of 2025 are not there.
    assert shares.loc[2015, "missing"] == "Tajikistan"
    assert shares.loc[2024, "missing"] == "Tajikistan"
    assert shares.loc[2025, "missing"] == "Kyrgyzstan, Tajikistan"
    gaps = shares.index[shares["share"].isna()]
    assert gaps.tolist() == [2015, 2024, 2025]
    assert shares[["share_low", "share_high"]].isna().any(axis=1).sum() == 3
    of_2016 = exports[exports["year"] == 2016].set_index("country")["value_bn"]
    assert len(of_2016.dropna()) == 3
    assert shares.loc[2016, "share"] == pytest.approx(of_2016["KAZ"] / of_2016.sum())


def test_each_flow_of_a_part_has_its_share_in_the_same_flow_of_the_whole():
    # It asked for one row a period: the flows were taken for parts.
    own, region = ct.trade("KAZ", start=2024), ct.trade("CA5", start=2024)
    quotients = own["value_bn"] / region["value_bn"]
    assert ct.share(own, of=region)["share"].equals(quotients)


def test_exports_with_services_are_not_summed_with_exports_of_goods():
    # Uzbekistan's statistics agency prints exports with services (coverage in trade.csv).
    own = ct.trade(["KAZ", "UZB"], "export", 2022, 2023, reporter="partner")
    lacks = ["goods alone of Uzbekistan"] * 4
    shares = ct.share(own)
    assert shares["share"].isna().all()
    assert shares["missing"].tolist() == lacks
    brought = ct.contributions(own)
    assert brought["contribution"].isna().all()
    assert set(brought["missing"]) == {lacks[0]}
    both = ct.combine(own, {"Two": ["KAZ", "UZB"]})
    assert both["value_bn"].isna().all()
    assert both["missing"].tolist() == lacks[:2]
    assert both["partner_name"].tolist() == ["China"] * 2


def test_a_part_that_never_has_a_figure_is_missing():
    # Of most partners Uzbekistan's totals of these years are not held: China and Russia are no
    # whole, though nobody else has a figure at either date.
    totals = ct.trade(reporter="UZB", partner="all", flow="total", start=2024, end=2025)
    held = totals.dropna(subset="value_bn")
    assert set(held["partner"]) == {"CHN", "RUS"}
    shares = ct.share(totals)
    assert shares["share"].isna().all()
    assert shares["missing"].str.contains("Türkiye").all()


def test_the_parts_that_are_there_are_summed_where_that_is_asked_for():
    frame = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 4.0})
    present = ct.share(frame, of="present")
    assert present["share"].tolist() == [0.75, 0.25, 1.0]
    assert present["missing"].tolist() == ["", "", "Uzbekistan"]
    strict = ct.share(frame)
    assert strict["share"].tolist()[:2] == [0.75, 0.25]
    assert math.isnan(strict["share"].iloc[2])


def test_flows_make_up_a_total_that_does_not_stand_beside_them():
    shares = ct.share(ct.trade("KAZ", ["export", "import"], 2024, 2024))
    # UN Comtrade: 27,954,331 and 15,911,621 thousand dollars.
    assert shares["share"].tolist() == pytest.approx([0.63727, 0.36273], abs=1e-5)
    flows = ct.trade("KAZ", ct.names.FLOWS, 2024, 2024)
    whole = ct.share(flows, of=ct.trade("KAZ", "total"))
    assert whole["share"].iloc[2] == pytest.approx(1.0)


def test_quality_is_seen_and_doubtful_figures_are_left_out():
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


def test_contributions_need_no_whole_typed_by_hand():
    # The review: `of=g.groupby("year", as_index=False)[["value_bn", …]].sum()` had to be typed.
    frame = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 4.0, "UZB": 0.5})
    contributions = ct.contributions(frame)
    assert contributions["partner_name"].tolist() == ["Kazakhstan", "Uzbekistan"]
    assert contributions["contribution"].tolist() == pytest.approx([0.25, -0.125])
    lacking = ct.contributions(pd.concat([frame, parts(y2024={"TJK": 1.0})]))
    assert lacking["contribution"].isna().all()
    assert set(lacking["missing"]) == {"Tajikistan"}
    present = ct.contributions(pd.concat([frame, parts(y2024={"TJK": 1.0})]), "present")
    assert present.set_index("partner")["contribution"]["KAZ"] == pytest.approx(0.2)


def test_contributions_of_goods_keep_code_and_name():
    goods = ct.goods("CHN", "KAZ")
    for by in (None, "goods"):
        points = ct.contributions(goods, by=by, years=5).query("period == '2024'")
        assert {"hs_chapter", "goods"} <= set(points)
        cars = points.set_index("hs_chapter").loc["87"]
        year = goods.groupby("year")["value_bn"].sum()
        value = goods[goods["hs_chapter"] == "87"].set_index("year")["value_bn"]
        expected = (value[2024] - value[2019]) / year[2019]
        assert cars["goods"] == "Road vehicles"
        assert cars["contribution"] == pytest.approx(expected)
        assert points["contribution"].sum() == pytest.approx(
            year[2024] / year[2019] - 1
        )


# ---- frames of one's own -----------------------------------------------------------------------

FOUR = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 6.0, "UZB": 1.0})
#: Three rows as `ct` returns them after a CSV, and one with nothing but its year.
OWN = FOUR.assign(
    date=["2024-01-01", "2024-01-01", "2025-01-01", None],
    low_bn=[2.5, 1.0, 5.5, None],
    high_bn=[3.5, 1.0, 6.5, None],
    sources=["a", "a", "a", None],
)
#: 3 growing to 6, counted another way from 2025 on; 1 growing to 2.
BEGUN = parts(y2020={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 6.0, "UZB": 2.0})
BEGUN["begins"] = [False, False, True, False]

#: What is typed after `ct.` | what comes of it.
GIVES = """
growth(four.astype({"partner": "category", "flow": "category"}), 1.0)["growth"] | [nan, nan, 1, 0]
growth(four.assign(date=four["year"].astype(str).astype("period[Y]")))["growth"] | [nan, nan, 1, 0]
growth(four.astype({"year": str}), "1")["growth"] | [nan, nan, 1, 0]
growth(four[::3].rename(columns={"partner": "partner_name"}))["growth"] | [nan, nan]
growth(four[::3].rename(columns={"partner": "goods"}))["growth"] | [nan, nan]
growth(own)["growth_low"] | [nan, nan, 5.5 / 3.5 - 1, 0]
growth(own)["growth_high"] | [nan, nan, 6.5 / 2.5 - 1, 0]
growth(own)["sources"] | [*"aaaa"]
growth(four.assign(sources=nan))["sources"] | [""] * 4
share(own)["share_low"] | [2.5 / 3.5, 1 / 4.5, 5.5 / 6.5, 1 / 7.5]
share(own)["missing"] | [""] * 4
growth(begun, 5)["growth"] | [nan, nan, nan, 1]
cagr(begun)["cagr"] | [2 ** 0.2 - 1]
index_to(begun, 2020)["index"] | [100, 100, nan, 200]
index_to(begun, 2025)["index"] | [nan, 50, 100, 100]
contributions(begun, years=5)["contribution"] | [nan]
contributions(begun, years=5)["missing"] | ["Kazakhstan"]
contributions(printed)["change_bn"] | printed["value_bn"] - printed["base_bn"]
growth(ct.trade("KAZ", "total", 2024, 2024))["sources"] | ["comtrade-chn-github-2024"]
growth(ct.trade("KAZ", "total", 2025, 2025))["sources"].str.endswith("6;gacc-country-months") | [1]
growth(months, 5)["growth"] | [nan] * len(months)
growth(januaries)["growth"] | ct.growth(months)["growth"][januaries.index]
growth(januaries.drop(columns="period"))["growth"] | ct.growth(januaries)["growth"]
growth(to_date)["growth"] | ct.growth(ct.trade("KAZ", "total", 2025, freq="ytd"))["growth"]
growth(tajik)["growth"] | [nan]
growth(tajik, doubtful=True)["growth"].notna() | [True]
share(bare)["share"] | ct.share(exports)["share"]
contributions(bare)["contribution"] | ct.contributions(exports)["contribution"]
contributions(ct.growth(exports), years=2)["contribution"] | ct.contributions(exports, years=2)[
  "contribution"]
"""
#: What is typed after `ct.` | what is said.
SAYS = """
growth(four.assign(low_bn=2.0, high_bn=7.0)) | value_bn lies outside low_bn and high_bn in row 1:
growth(four.assign(region=[*"abcd"])) | growth cannot tell whether 'region' tells series apart:
growth(printed) | growth stands in this frame already, as its publisher prints it or of each
share(printed, of=whole) | share needs all figures in one unit; got CNY billion and USD billion
share(four.rename(columns={"value_bn": "value"}), of=whole) | got USD billion and a unit of its own
contributions(four, of=whole.assign(flow="total")) | the parts are of export 2024, export 2025; it
  has total 2024, total 2025
share(ct.trade("KAZ", "total", 2024), of=januaries) | the parts are of total 2024, total 2025; it
  has total 2024-01
share(to_date, of=months) | the parts are of total 2025-2M,
growth(four.assign(year="2020/21")) | 2025, 2025-03 or 2025-7M in row 0; its year is 2020/21
share(four.assign(year=[2024, 2024, 2025, nan])) | 2025-03 or 2025-7M in row 3; its year is nan
growth(four.assign(date="x")) | growth needs a time such as 2025, 2025-03 or 2025-7M in row 0;
growth(four, 1.5) | years must be a whole number, 1 or more; got 1.5
cagr(four, "x") | start must be a whole number, 1 or more; got 'x'
index_to(four, 1990) | base '1990' has no figure in any series, balances aside; the nearest period
share(four, by="partners") | by must be one of partner, year, flow, value_bn; got 'partners' (did
contributions(four.assign(flow="balance")) | contributions needs exports, imports or totals: a
share(pd.concat([four, four])) | share needs one row for each
contributions(pd.concat([four, four])) | contributions needs one row for each
contributions(pd.concat([months, months])) | contributions of one part needs its whole in of=: the
  column partner holds 'KAZ' alone
index_to(pd.concat([four, four])) | index_to needs one row for each
cagr(pd.concat([four, four])) | cagr needs one row for each
hhi(ct.goods().drop(columns="exporter")) | hhi needs column 'exporter'; the frame has
"""


@pytest.fixture(scope="module")
def typed() -> Callable[[str], Any]:
    """Return what evaluates a line that an analyst types, with frames to type it of."""
    names: dict[str, Any] = {"ct": ct, "pd": pd, "nan": math.nan}
    names |= {"four": FOUR, "own": OWN, "begun": BEGUN}
    names["whole"] = parts(y2024={"CA5": 8.0}, y2025={"CA5": 8.0})
    printed = ct.as_printed("KAZ", ["export", "import"], 2025, 2025, freq="year")
    names["printed"] = printed
    months = ct.trade("KAZ", "total", "2024-01")
    names |= {"months": months, "januaries": months[months["month"] == 1]}
    # A figure whose base, a doubtful one, does not stand beside it; exports without their flow.
    names["tajik"] = ct.trade("China", "export", 2016, 2016, reporter="Tajikistan")
    names["exports"] = ct.trade(["KAZ", "UZB"], "export", 2022)
    names["bare"] = names["exports"][["partner", "year", "value_bn"]]
    # Sums to date after a CSV, which keeps no attributes.
    to_date = ct.trade("KAZ", "total", 2025, freq="ytd").to_csv()
    names["to_date"] = pd.read_csv(io.StringIO(to_date))
    return lambda line: eval(line, names)


@pytest.mark.parametrize(("line", "expected"), cases(GIVES))
def test_frames_of_ones_own_are_taken_as_they_are(typed, line, expected):
    values = list(typed(f"ct.{line}"))
    assert values == pytest.approx(list(typed(expected)), nan_ok=True)


@pytest.mark.parametrize(("line", "sentence"), cases(SAYS))
def test_what_would_be_a_wrong_number_is_a_sentence(typed, line, sentence):
    with pytest.raises(ParameterError) as caught:
        typed(f"ct.{line}")
    assert sentence in str(caught.value)


def test_frames_of_months_say_their_periods():
    to_date = ct.trade("KAZ", "total", 2025, freq="ytd")
    assert list(to_date)[2:5] == ["year", "period", "month"]
    assert {"2025-9M", "2025-10M", "2025-12M"} < set(to_date["period"])  # a gap, too
    # 19.4% in yuan, of which a dollar was 7.1858 and is 6.9125: 1.194 · 7.1858 / 6.9125.
    july = ct.growth(to_date).set_index("period").loc["2026-7M"]
    assert july["growth"] == pytest.approx(0.2412, abs=1e-4)
