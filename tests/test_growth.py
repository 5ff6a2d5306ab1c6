"""Growth, index, contributions and shares: worked by hand, then their identities."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catrade.data import load_trade
from catrade.errors import ParameterError
from catrade.growth import (
    NOT_ALLOCATED,
    cagr,
    cagr_between,
    contribution_to_growth,
    growth,
    growth_rate,
    index_to_base,
    share_of,
    trade_balance,
)
from catrade.intervals import Interval
from catrade.series import annual

BILLION = 1e9


def table(rows: list[tuple], **more) -> pd.DataFrame:
    """Rows of (partner, period, billions, half width in billions)."""
    frame = pd.DataFrame(rows, columns=["partner", "period", "value_usd", "half"])
    frame["value_usd"] *= BILLION
    half = frame.pop("half") * BILLION
    low, high = frame["value_usd"] - half, frame["value_usd"] + half
    return frame.assign(low_usd=low, high_usd=high, **more)


CA5 = table([("CA5", "2024", 94.82, 0.005), ("CA5", "2025", 106.3, 0.05)])
# As published: 2024 to the hundredth, 2025 to the tenth, Turkmenistan "about 10".
FIVE = table(
    [
        *(("KAZ", "2024", 43.82, 0.005), ("KAZ", "2025", 48.7, 0.05)),
        *(("KGZ", "2024", 22.71, 0.005), ("KGZ", "2025", 27.2, 0.05)),
        *(("TJK", "2024", 3.86, 0.005), ("TJK", "2025", 4.3, 0.05)),
        *(("TKM", "2024", 10.65, 0.005), ("TKM", "2025", 10.0, 0.5)),
        *(("UZB", "2024", 13.78, 0.005), ("UZB", "2025", 16.2, 0.05)),
    ]
)


def test_growth_of_the_region_by_hand():
    row = growth(CA5).iloc[0]
    # 106.3 / 94.82 = 1.121071 (94.82 · 1.12 = 106.1984; 0.1016 / 94.82 = 0.001071).
    assert row["growth"] == pytest.approx(0.121071, abs=1e-6)
    # 106.25 / 94.825 = 1.120485; 106.35 / 94.815 = 1.121658: 12.05 to 12.17 per cent.
    assert row["growth_low"] == pytest.approx(0.120485, abs=1e-6)
    assert row["growth_high"] == pytest.approx(0.121658, abs=1e-6)
    assert Interval(row["growth_low"], row["growth_high"]).contains(0.121)
    # 106.3 − 94.82 = 11.48, from 106.25 − 94.825 = 11.425 to 106.35 − 94.815 = 11.535.
    change = row[["change_usd", "change_low_usd", "change_high_usd"]].to_numpy() / BILLION
    assert change.tolist() == pytest.approx([11.48, 11.425, 11.535])
    assert (row["base_period"], row["base_usd"]) == ("2024", 94.82e9)


def test_a_gap_gives_no_growth():
    frame = table([("KGZ", year, 1, 0.1) for year in ("2017", "2018", "2020", "2021")])
    assert growth(frame)["period"].tolist() == ["2018", "2021"]
    assert growth(frame, 2)[["period", "base_period"]].to_numpy().tolist() == [["2020", "2018"]]
    assert not growth(frame).isna().any(axis=None)


def test_months_and_parts_of_the_year_are_compared_with_the_same_part():
    periods = ("2024-01", "2024-12", "2025-01", "2024-10M", "2025-10M", "2025-Q1")
    found = growth(table([("KAZ", period, 1, 0) for period in periods]))
    assert found[["period", "base_period"]].to_numpy().tolist() == [
        ["2025-01", "2024-01"],
        ["2025-10M", "2024-10M"],
    ]


def test_a_base_of_zero_gives_no_row():
    frame = table([("TJK", "1992", 0, 0), ("TJK", "1993", 1, 0), ("TJK", "1994", 0, 0)])
    found = growth(frame)
    # 1993 on 1992 has no rate; 1994 on 1993 is −100 per cent, and that is a rate.
    assert found[["period", "growth"]].to_numpy().tolist() == [["1994", -1.0]]
    may_be_zero = table([("TJK", "1992", 0.4, 0.5), ("TJK", "1993", 1, 0)])
    assert growth(may_be_zero).empty


def test_a_balance_has_no_growth_rate_share_or_index():
    frame = pd.concat([CA5.assign(flow="total"), CA5.assign(flow="balance")])
    assert set(growth(frame)["flow"]) == {"total"}
    assert set(share_of(frame)["flow"]) == {"total"}
    assert set(index_to_base(frame, 2024)["flow"]) == {"total"}


def test_series_are_kept_apart():
    frame = pd.concat(
        [CA5.assign(flow="export"), FIVE.assign(flow="export"), CA5.assign(flow="total")]
    )
    found = growth(frame).set_index(["partner", "flow"])["growth"]
    assert len(found) == 7
    assert found["KGZ", "export"] == pytest.approx(27.2 / 22.71 - 1)


def test_chapters_have_years_and_their_own_key():
    chapters = pd.DataFrame(
        {"hs_chapter": ["27", "27", "74"], "year": [2023, 2024, 2024], "value_usd": [2.0, 3.0, 9.0]}
    )
    chapters = chapters.assign(low_usd=chapters["value_usd"], high_usd=chapters["value_usd"])
    found = growth(chapters, keys=["hs_chapter"])
    assert found[["hs_chapter", "period", "growth"]].to_numpy().tolist() == [["27", "2024", 0.5]]


def test_sources_of_a_rate_are_those_of_both_figures():
    frame = CA5.assign(source_ids=["a;b", "b;c"])
    assert growth(frame)["source_ids"].tolist() == ["b;c;a"]
    parts = FIVE.assign(source_ids=["old", "new"] * 5)
    found = contribution_to_growth(parts, frame).set_index("partner")["source_ids"]
    assert found["KAZ"] == "new;old;b;c;a"
    assert found[NOT_ALLOCATED] == "b;c;a"
    assert set(share_of(parts, frame)["source_ids"]) == {"old;a;b", "new;b;c"}
    assert index_to_base(frame)["source_ids"].tolist() == ["a;b", "b;c;a"]


def test_contributions_by_hand():
    found = contribution_to_growth(FIVE, CA5).set_index("partner")
    # Change over 94.82: KAZ 4.88, KGZ 4.49, TJK 0.44, TKM −0.65, UZB 2.42; together 11.58,
    # 0.10 more than the region's 11.48, because Kazakhstan is printed as 48.7 and 48.6.
    expected = {"KAZ": 4.88, "KGZ": 4.49, "TJK": 0.44, "TKM": -0.65, "UZB": 2.42}
    for partner, change in {**expected, NOT_ALLOCATED: -0.10}.items():
        assert found.loc[partner, "contribution"] == pytest.approx(change / 94.82, abs=1e-12)
        assert found.loc[partner, "change_usd"] == pytest.approx(change * BILLION)
    assert list(found.index) == [*expected, NOT_ALLOCATED]
    assert found["contribution"].sum() == pytest.approx(growth(CA5)["growth"].iloc[0], abs=1e-12)
    # Turkmenistan: from 9.5 − 10.655 = −1.155 (/ 94.815) to 10.5 − 10.645 = −0.145 (/ 94.825).
    assert found.loc["TKM", "contribution_low"] == pytest.approx(-1.155 / 94.815)
    assert found.loc["TKM", "contribution_high"] == pytest.approx(-0.145 / 94.825)
    # The rest may be nothing: (106.3 ± 0.05 − 106.4 ± 0.7 + 94.82 ± 0.025) / 94.82 ± 0.005 − 1.
    assert found.loc[NOT_ALLOCATED, "contribution_low"] == pytest.approx(93.945 / 94.825 - 1)
    assert found.loc[NOT_ALLOCATED, "contribution_high"] == pytest.approx(95.495 / 94.815 - 1)


def test_a_part_without_figures_falls_into_not_allocated_and_is_named():
    known = FIVE[(FIVE["partner"] != "TJK") | (FIVE["period"] == "2025")]
    found = contribution_to_growth(known, CA5).set_index("partner")
    assert "TJK" not in found.index
    assert found.loc[NOT_ALLOCATED, "missing"] == "TJK"
    # The −0.10 of before and the 0.44 of Tajikistan.
    assert found.loc[NOT_ALLOCATED, "contribution"] == pytest.approx(0.34 / 94.82)
    none = contribution_to_growth(FIVE[FIVE["period"] == "2025"], CA5)
    assert none["partner"].tolist() == [NOT_ALLOCATED]
    assert none["missing"].item() == "KAZ;KGZ;TJK;TKM;UZB"
    assert none["contribution"].item() == pytest.approx(growth(CA5)["growth"].item())


def test_nothing_is_left_when_the_total_is_the_sum():
    total = FIVE.groupby("period", as_index=False)[["value_usd", "low_usd", "high_usd"]].sum()
    rest = contribution_to_growth(FIVE, total).set_index("partner").loc[NOT_ALLOCATED]
    for column in ("contribution", "contribution_low", "contribution_high"):
        assert rest[column] == pytest.approx(0, abs=1e-12)


def test_a_published_total_keeps_its_own_rounding_even_if_equal_to_the_sum():
    total = FIVE.groupby("period", as_index=False)[["value_usd", "low_usd", "high_usd"]].sum()
    parts = contribution_to_growth(FIVE, total.assign(basis="published")).set_index("partner")
    assert parts.loc[NOT_ALLOCATED, "contribution_low"] < -0.01
    assert parts.loc[NOT_ALLOCATED, "contribution_high"] > 0.01
    one = FIVE[FIVE["partner"] == "TKM"]
    # 10 ± 0.5 of a published 10 ± 0.5 may be 9.5 / 10.5; of itself it is all of it.
    low = share_of(one, one.assign(basis="published")).set_index("period").loc["2025", "share_low"]
    assert low == pytest.approx(9.5 / 10.5)
    low = (
        share_of(one, one.assign(basis="sum_of_flows")).set_index("period").loc["2025", "share_low"]
    )
    assert low == 1.0


def test_contributions_by_flow_and_within_flows():
    flows = pd.concat(
        [
            table([("CA5", "2024", 64, 0), ("CA5", "2025", 71, 0)], flow="export"),
            table([("CA5", "2024", 31, 0), ("CA5", "2025", 35, 0)], flow="import"),
        ]
    )
    total = table([("CA5", "2024", 95, 0), ("CA5", "2025", 106, 0)], flow="total")
    found = contribution_to_growth(flows, total, by="flow").set_index("flow")["contribution"]
    assert found.to_dict() == pytest.approx({"export": 7 / 95, "import": 4 / 95, NOT_ALLOCATED: 0})
    # With a flow on both sides each flow is split on its own.
    within = contribution_to_growth(flows.assign(partner="KAZ"), flows)
    assert within.groupby("flow")["contribution"].sum().to_dict() == pytest.approx(
        {"export": 7 / 64, "import": 4 / 31}
    )


def test_shares_by_hand():
    now = FIVE[FIVE["period"] == "2025"]
    of_published = share_of(now, CA5).set_index("partner")
    # 27.2 / 106.3 = 0.25588, from 27.15 / 106.35 = 0.25529 to 27.25 / 106.25 = 0.25647.
    row = of_published.loc["KGZ", ["share", "share_low", "share_high"]]
    assert row.tolist() == pytest.approx([27.2 / 106.3, 27.15 / 106.35, 27.25 / 106.25])
    assert of_published.loc["KGZ", "total_usd"] == 106.3e9
    of_sum = share_of(now).set_index("partner")
    # Of their own sum 106.4: Turkmenistan 10 ± 0.5 with the others 96.4 ± 0.2.
    row = of_sum.loc["TKM", ["share", "share_low", "share_high"]]
    assert row.tolist() == pytest.approx([10 / 106.4, 9.5 / (9.5 + 96.6), 10.5 / (10.5 + 96.2)])
    # A total that is exactly that sum gets the same, tighter, interval.
    total = now.groupby("period", as_index=False)[["value_usd", "low_usd", "high_usd"]].sum()
    same = share_of(now, total).set_index("partner")
    assert same["share_low"].tolist() == pytest.approx(of_sum["share_low"].tolist())


def test_a_share_needs_its_total():
    world = table([("WLD", "2024", 6160, 5), ("WLD", "2025", 0, 0)])
    found = share_of(CA5, world)
    # 94.82 / 6160 = 1.54 per cent; nothing can be said of 2025.
    assert found["period"].tolist() == ["2024"]
    assert found["share"].item() == pytest.approx(0.01539, abs=1e-5)


def test_index_by_hand():
    found = index_to_base(FIVE, 2024).set_index(["partner", "period"])
    row = found.loc[("KGZ", "2025"), ["index", "index_low", "index_high"]].astype(float)
    # 27.2 / 22.71 = 1.19771, from 27.15 / 22.715 to 27.25 / 22.705.
    assert row.tolist() == pytest.approx(
        [100 * 27.2 / 22.71, 100 * 27.15 / 22.715, 100 * 27.25 / 22.705]
    )
    base = found.xs("2024", level="period")
    assert base[["index", "index_low", "index_high"]].to_numpy().tolist() == [[100.0] * 3] * 5


def test_index_starts_where_all_series_do():
    frame = table(
        [("KAZ", "2012", 1, 0), ("KAZ", "2013", 2, 0), ("KAZ", "2014", 4, 0), ("UZB", "2013", 5, 0)]
    )
    assert index_to_base(frame)["base_period"].unique().tolist() == ["2013"]
    # A series without a figure in the base period is left out.
    assert index_to_base(frame, "2012")["partner"].unique().tolist() == ["KAZ"]
    apart = table([("KAZ", "2012", 1, 0), ("UZB", "2013", 5, 0)])
    with pytest.raises(
        ParameterError, match="finds no period for which all 2 series have a figure"
    ):
        index_to_base(apart)


def test_compound_growth_by_hand():
    # 100 to 121 in two years is 10 per cent a year.
    assert cagr(121.0, 100.0, 2) == pytest.approx(0.1)
    assert cagr(pd.Series([121.0, 1.0]), pd.Series([100.0, 0.0]), 2).tolist() == [
        pytest.approx(0.1),
        pytest.approx(float("nan"), nan_ok=True),
    ]
    frame = table([("KAZ", "2013", 100, 1), ("KAZ", "2014", 5, 0), ("KAZ", "2015", 121, 1)])
    row = cagr_between(frame, 2013, 2015).iloc[0]
    assert row["cagr"] == pytest.approx(0.1)
    # √(120/101) − 1 and √(122/99) − 1.
    assert row["cagr_low"] == pytest.approx((120 / 101) ** 0.5 - 1)
    assert row["cagr_high"] == pytest.approx((122 / 99) ** 0.5 - 1)
    assert (row["partner"], row["start"], row["end"], row["years"]) == ("KAZ", "2013", "2015", 2)
    assert cagr_between(frame, 2013, 2016).empty


def test_plain_numbers():
    assert growth_rate(106.3, 94.82) == pytest.approx(0.121071, abs=1e-6)
    assert growth_rate(pd.Series([2.0, 1.0]), pd.Series([1.0, 0.0]))[0] == 1.0
    assert growth_rate(pd.Series([2.0, 1.0]), pd.Series([1.0, 0.0])).isna().tolist() == [
        False,
        True,
    ]
    assert trade_balance(71.2, 35.1) == pytest.approx(36.1)
    assert trade_balance(pd.Series([3.0]), pd.Series([1.0])).tolist() == [2.0]


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: growth_rate(1.0, 0.0), "a base above zero and no negative figure; got 0.0 to 1.0"),
        (lambda: cagr(1.0, 1.0, 0), "years must be more than zero; got 0"),
        (lambda: cagr(1.0, pd.Series([1.0]), 1), "cagr needs two numbers or two columns"),
        (lambda: growth(CA5, 0), "periods must be 1 or more; got 0"),
        (lambda: growth(CA5.drop(columns="low_usd")), "column 'low_usd'; the frame has partner"),
        (lambda: growth(CA5.drop(columns="period")), "growth needs column 'period'"),
        (lambda: growth(pd.concat([CA5, CA5])), "partner CA5, period 2024 has several"),
        (lambda: cagr_between(CA5, 2025, 2024), "end must be after start; got start=2025"),
        (
            lambda: index_to_base(CA5, 2020),
            "'2020' has no figure in any series; the nearest .* is '2024'",
        ),
        (lambda: index_to_base(CA5, "202"), "period must look like 2025"),
        (
            lambda: contribution_to_growth(FIVE, FIVE),
            "period 2024 has several; the frame mixes several values of partner",
        ),
        (
            lambda: contribution_to_growth(FIVE, CA5, by="patner"),
            r"needs column 'patner'; .*did you mean 'partner'",
        ),
        (lambda: share_of(FIVE, CA5, by="country"), "share_of needs column 'country'"),
        (lambda: share_of(FIVE, FIVE), "share_of needs one row for each period"),
    ],
)
def test_a_mistake_is_one_sentence(call, sentence):
    with pytest.raises(ParameterError, match=sentence) as caught:
        call()
    assert "\n" not in str(caught.value)


# ---- identities, whatever the figures -----------------------------------------------------------

FIGURE = st.tuples(
    st.integers(1, 9999),
    st.sampled_from([1, 10, 1000]),
    st.fractions(-0.5, 0.5, max_denominator=99),
)
PAIRS = st.lists(st.tuples(FIGURE, FIGURE), min_size=1, max_size=5)


def published(names, periods, figures) -> pd.DataFrame:
    rows = [
        {
            "partner": n,
            "period": p,
            "value_usd": c * u,
            "low_usd": (c - 0.5) * u,
            "high_usd": (c + 0.5) * u,
        }
        for n, p, (c, u, _) in zip(names, periods, figures, strict=True)
    ]
    return pd.DataFrame(rows).astype({"value_usd": float})


def truth(figure) -> Fraction:
    count, unit, offset = figure
    return (count + offset) * unit


def two_years(pairs) -> pd.DataFrame:
    names = [f"p{i}" for i in range(len(pairs)) for _ in range(2)]
    return published(names, ["2024", "2025"] * len(pairs), [f for pair in pairs for f in pair])


@settings(max_examples=60, deadline=None)
@given(FIGURE, FIGURE)
def test_growth_holds_the_exact_rate_and_one_year_of_cagr_is_growth(old, new):
    frame = published(["x", "x"], ["2024", "2025"], [old, new])
    row = growth(frame).iloc[0]
    exact = float(truth(new) / truth(old) - 1)
    assert row["growth_low"] - 1e-9 <= exact <= row["growth_high"] + 1e-9
    assert row["growth_low"] <= row["growth"] <= row["growth_high"]
    compound = cagr_between(frame, 2024, 2025).iloc[0]
    assert compound[["cagr", "cagr_low", "cagr_high"]].tolist() == pytest.approx(
        row[["growth", "growth_low", "growth_high"]].tolist()
    )


@settings(max_examples=60, deadline=None)
@given(PAIRS, FIGURE, FIGURE)
def test_contributions_sum_to_growth_and_hold_the_exact_ones(pairs, old, new):
    total = published(["all", "all"], ["2024", "2025"], [old, new]).assign(basis="published")
    found = contribution_to_growth(two_years(pairs), total)
    assert found["contribution"].sum() == pytest.approx(
        new[0] * new[1] / (old[0] * old[1]) - 1, abs=1e-9
    )
    exact = [(truth(b) - truth(a)) / truth(old) for a, b in pairs]
    exact.append(truth(new) / truth(old) - 1 - sum(exact))
    slack = 1e-9 * (
        1 + found["contribution_high"].abs().max() + found["contribution_low"].abs().max()
    )
    for value, low, high in zip(
        exact, found["contribution_low"], found["contribution_high"], strict=True
    ):
        assert low - slack <= float(value) <= high + slack


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_shares_sum_to_one_and_hold_the_exact_ones(pairs):
    parts = two_years(pairs)
    found = share_of(parts)
    assert found.groupby("period")["share"].sum().tolist() == pytest.approx([1.0, 1.0])
    for year, place in (("2024", 0), ("2025", 1)):
        whole = sum(truth(pair[place]) for pair in pairs)
        at = found[found["period"] == year]
        for pair, low, high in zip(pairs, at["share_low"], at["share_high"], strict=True):
            assert low - 1e-9 <= float(truth(pair[place]) / whole) <= high + 1e-9


@settings(max_examples=60, deadline=None)
@given(PAIRS)
def test_the_index_is_100_at_its_base_and_agrees_with_growth(pairs):
    parts = two_years(pairs)
    found = index_to_base(parts, 2024)
    assert (found.loc[found["period"] == "2024", ["index", "index_low", "index_high"]] == 100).all(
        axis=None
    )
    later = found.loc[found["period"] == "2025", "index"]
    assert (later / 100 - 1).tolist() == pytest.approx(growth(parts)["growth"].tolist(), abs=1e-9)


# ---- the bundled figures ------------------------------------------------------------------------


def test_the_headline_from_the_bundled_figures():
    book = annual(load_trade())
    region, five = book[book["country"] == "CA5"], book[book["country"] != "CA5"]
    row = growth(region[region["flow"] == "total"]).set_index("period").loc["2025"]
    assert row["growth_low"] <= 0.121 <= row["growth_high"]
    parts = contribution_to_growth(five, region, by="country").query("period == '2025'")
    whole = parts[parts["flow"] == "total"]
    assert whole["contribution"].sum() == pytest.approx(row["growth"], abs=1e-12)
    # Kyrgyzstan: imports from 2.8 to 5.2 billion of a region's growth of about 4.4.
    imports = parts[parts["flow"] == "import"].set_index("country")["contribution"]
    rise = growth(region[region["flow"] == "import"]).set_index("period").loc["2025", "growth"]
    assert imports["KGZ"] / rise > 0.5
