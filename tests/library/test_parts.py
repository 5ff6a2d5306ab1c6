"""Shares, contributions and sums of one's own: what is missing is said, nothing counts twice."""

import math

import pandas as pd
import pytest

import catrade as ct

FIVE = ["KAZ", "KGZ", "TJK", "TKM", "UZB"]


def parts(**of_year: dict[str, float]) -> pd.DataFrame:
    """Return exports of some partners: `y2024={"KAZ": 3.0}`."""
    rows = [
        {"partner": code, "year": int(year[1:]), "flow": "export", "value": value}
        for year, values in of_year.items()
        for code, value in values.items()
    ]
    return pd.DataFrame(rows)


GROWN = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 4.0, "UZB": 0.5})


def test_shares_in_their_sum_by_hand():
    """27.2 ± 0.05 beside 79.1 ± 0.2 of the others."""
    frame = parts(y2025={"KGZ": 27.2, "KAZ": 79.1}).assign(
        low=[27.15, 78.9], high=[27.25, 79.3]
    )
    found = ct.share(frame).iloc[0][["share", "share_low", "share_high"]].tolist()
    by_hand = [27.2 / 106.3, 27.15 / (27.15 + 79.3), 27.25 / (27.25 + 78.9)]
    assert found == pytest.approx(by_hand)


def test_shares_in_a_whole_that_was_printed_by_hand():
    part = parts(y2025={"KGZ": 27.2}).assign(low=27.15, high=27.25)
    whole = parts(y2025={"CA5": 106.3}).assign(low=106.25, high=106.35)
    found = ct.share(part, of=whole).iloc[0][["share", "share_low", "share_high"]]
    assert found.tolist() == pytest.approx(
        [27.2 / 106.3, 27.15 / 106.35, 27.25 / 106.25]
    )


def test_a_share_of_a_whole_that_lacks_a_part_is_no_number():
    frame = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 4.0})
    shares = ct.share(frame)
    assert shares["share"].tolist()[:2] == [0.75, 0.25]
    assert math.isnan(shares["share"].iloc[2])
    assert shares["missing"].tolist() == ["", "", "Uzbekistan"]


def test_each_flow_has_its_share_in_the_same_flow_of_the_whole():
    own, region = (
        ct.trade("KAZ", start=2024, end=2025),
        ct.trade("CA5", start=2024, end=2025),
    )
    quotients = own["value"] / region["value"]
    assert ct.share(own, of=region)["share"].tolist() == pytest.approx(
        quotients.tolist()
    )


def test_flows_make_up_a_total():
    """UN Comtrade: 27,954,331 and 15,911,621 thousand dollars."""
    shares = ct.share(ct.trade("KAZ", ["export", "import"], 2024, 2024))["share"]
    assert shares.tolist() == pytest.approx([0.63727, 0.36273], abs=1e-5)


def test_exports_with_services_are_not_summed_with_exports_of_goods():
    """Uzbekistan's agency prints exports with services (coverage in trade.csv)."""
    own = ct.trade(["KAZ", "UZB"], "export", 2022, 2023, reporter="partner")
    shares = ct.share(own)
    assert shares["share"].isna().all()
    assert {*shares["missing"]} == {"goods alone of Uzbekistan"}
    both = ct.combine(own, {"Two": ["KAZ", "UZB"]})
    assert both["value"].isna().all()


def test_contributions_by_hand():
    found = ct.contributions(GROWN)
    assert found["partner"].tolist() == ["KAZ", "UZB"]
    assert found["contribution"].tolist() == pytest.approx([0.25, -0.125])
    assert found["change"].tolist() == [1.0, -0.5]


def test_what_is_not_allocated_may_be_what_rounding_leaves():
    """4 ± 0.1 to 5 ± 0.1 without 3 ± 0.05 to 4 ± 0.05: 1 ± 0.15 both times, of at least 3.9."""
    whole = parts(y2024={"CA5": 4.0}, y2025={"CA5": 5.0}).assign(
        low=[3.9, 4.9], high=[4.1, 5.1]
    )
    kazakh = GROWN[GROWN["partner"] == "KAZ"].assign(
        low=[2.95, 3.95], high=[3.05, 4.05]
    )
    rest = ct.contributions(kazakh, of=whole).set_index("partner").loc["not allocated"]
    ends = rest[["contribution", "contribution_low", "contribution_high"]].tolist()
    assert ends == pytest.approx([0, -0.3 / 3.9, 0.3 / 3.9])


def test_where_a_part_is_missing_nobody_knows_what_is_not_allocated():
    whole = parts(y2024={"CA5": 4.0}, y2025={"CA5": 5.0})
    lacking = GROWN[(GROWN["partner"] == "KAZ") | (GROWN["year"] == 2024)]
    found = ct.contributions(lacking, of=whole).set_index("partner")
    assert found["contribution"]["KAZ"] == 0.25
    assert math.isnan(found["contribution"]["not allocated"])
    assert found["missing"]["not allocated"] == "Uzbekistan"


def test_the_five_bring_what_the_region_grew():
    """Each is measured on the base of its own growth, so the rows sum to the region's 12.3%."""
    five = ct.trade(FIVE, "total", 2024, 2025)
    region = ct.trade("CA5", "total", 2024, 2025)
    found = ct.contributions(five, of=region).query("year == 2025")
    rate = ct.growth(region)["growth"].iloc[-1]
    assert found["contribution"].sum() == pytest.approx(rate)


def test_a_contribution_with_a_missing_part_is_no_number():
    lacking = pd.concat([GROWN, parts(y2024={"TJK": 1.0})])
    found = ct.contributions(lacking)
    assert found["contribution"].isna().all()
    assert {*found["missing"]} == {"Tajikistan"}


def test_a_group_is_the_sum_of_its_parts():
    frame = parts(y2025={"KAZ": 5.0, "KGZ": 2.0, "TJK": 1.0}).assign(low=1.0, high=6.0)
    found = ct.combine(frame, {"Other two": ["KGZ", "Tajikistan"]})
    assert ct.combine(frame, {"One": "KGZ"})["value"].tolist() == [5.0, 1.0, 2.0]
    assert found["partner"].tolist() == ["KAZ", "Other two"]
    assert found[["value", "low", "high"]].to_numpy().tolist()[1] == [3.0, 2.0, 12.0]


def test_a_group_lacks_what_a_part_lacks():
    frame = parts(y2024={"KAZ": 3.0, "UZB": 1.0}, y2025={"KAZ": 4.0})
    found = ct.combine(frame, {"Two": ["KAZ", "UZB"]})
    assert found["value"].tolist()[0] == 4.0
    assert math.isnan(found["value"].tolist()[1])
    assert found["missing"].tolist() == ["", "Uzbekistan"]


def test_a_group_grows_on_the_bases_its_parts_are_measured_on():
    five = ct.trade(FIVE, "total", 2025, 2025, full=True)
    by_hand = five["value"].sum() / five["base"].sum() - 1
    found = ct.combine(ct.trade(FIVE, "total", 2024, 2025), {"Five": FIVE})
    assert found["growth"].iloc[-1] == pytest.approx(by_hand)
    # A quotient of the levels mixes releases: it is another number.
    levels = found["value"].tolist()
    assert found["growth"].iloc[-1] != pytest.approx(
        levels[1] / levels[0] - 1, abs=1e-4
    )


def test_concentration_by_hand():
    """0.5² + 0.3² + 0.2² = 0.38; of n equal parts 1/n."""
    assert ct.hhi([5, 3, 2]) == pytest.approx(0.38)
    assert ct.hhi([1.0] * 4) == pytest.approx(0.25)
    goods = pd.DataFrame(
        {"flow": "export", "year": 2024, "goods": [*"abc"], "value": [5.0, 3.0, 2.0]}
    )
    found = ct.hhi(goods).iloc[0]
    assert found["hhi"] == pytest.approx(0.38)
    assert [found["largest"], found["largest_share"]] == ["a", 0.5]


def test_a_part_that_is_named_and_has_no_figure_at_all_is_missing():
    """Two thirds and one third, were it not for Germany, of which nothing is held."""
    frame = pd.DataFrame(
        {"partner": ["KAZ", "UZB", "DEU"] * 2, "value": [2.0, 1, math.nan] * 2}
    )
    frame["year"] = [2024] * 3 + [2025] * 3
    shares = ct.share(frame)
    assert shares["share"].isna().all()
    assert shares["missing"].tolist() == ["Germany", "Germany", ""] * 2
    brought = ct.contributions(frame)
    assert brought["contribution"].isna().all()
    assert brought["missing"].unique().tolist() == ["Germany"]
    sums = ct.combine(frame, {"Three": ["KAZ", "UZB", "DEU"]})
    assert sums["value"].isna().all()
    assert sums["missing"].tolist() == ["Germany"] * 2


def test_a_group_may_have_the_name_of_the_sum_that_it_is():
    frame = pd.DataFrame({"partner": FIVE, "year": 2025, "value": [1.0, 2, 3, 4, 5]})
    sums = ct.combine(frame, {"Central Asia": FIVE})
    assert sums[["partner", "value"]].to_numpy().tolist() == [["Central Asia", 15.0]]
