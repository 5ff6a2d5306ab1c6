"""Contributions and shares: worked by hand, then their identities."""

import pandas as pd
import pytest
from trade_totals import CA5, FIVE, table

from catrade_build.calc.growth import cell_growth
from catrade_build.calc.shares import (
    NOT_ALLOCATED,
    contribution_to_growth,
    share_of,
    share_won,
)


def test_contributions_by_hand():
    parts = contribution_to_growth(FIVE, CA5).set_index("partner")
    # Change over 94.82: KAZ 4.88, KGZ 4.49, TJK 0.44, TKM −0.65, UZB 2.42; together 11.58,
    # 0.10 more than the region's 11.48, because Kazakhstan is printed as 48.7 and 48.6.
    changes = {"KAZ": 4.88, "KGZ": 4.49, "TJK": 0.44, "TKM": -0.65, "UZB": 2.42}
    changes[NOT_ALLOCATED] = -0.10
    assert parts["change_bn"].to_dict() == pytest.approx(changes)
    rates = {partner: change / 94.82 for partner, change in changes.items()}
    assert parts["contribution"].to_dict() == pytest.approx(rates, abs=1e-12)
    assert parts["contribution"].sum() == pytest.approx(
        cell_growth(CA5)["growth"].iloc[0], abs=1e-12
    )
    # Turkmenistan: from 9.5 − 10.655 = −1.155 (/ 94.815) to 10.5 − 10.645 = −0.145 (/ 94.825).
    ends = parts[["contribution_low", "contribution_high"]].T
    assert ends["TKM"].tolist() == pytest.approx([-1.155 / 94.815, -0.145 / 94.825])
    # The rest may be nothing: (106.3 ± 0.05 − 106.4 ± 0.7 + 94.82 ± 0.025) / 94.82 ± 0.005 − 1.
    rest = [93.945 / 94.825 - 1, 95.495 / 94.815 - 1]
    assert ends[NOT_ALLOCATED].tolist() == pytest.approx(rest)


def test_a_part_without_figures_falls_into_not_allocated():
    held = FIVE[(FIVE["partner"] != "TJK") | (FIVE["period"] == "2025")]
    parts = contribution_to_growth(held, CA5).set_index("partner")
    assert "TJK" not in parts.index
    # The −0.10 of before and the 0.44 of Tajikistan.
    assert parts.loc[NOT_ALLOCATED, "contribution"] == pytest.approx(0.34 / 94.82)
    none = contribution_to_growth(FIVE[FIVE["period"] == "2025"], CA5)
    assert none["partner"].tolist() == [NOT_ALLOCATED]
    assert none["contribution"].item() == pytest.approx(
        cell_growth(CA5)["growth"].item()
    )


def test_contributions_by_flow_over_the_base_that_figures_bring():
    # Exports 10 of 50 on 8 of 40, imports 5 of 10 on 6 of 8: 2 / 40 and −1 / 8.
    of_2025 = [("A", 10), ("A", 5), ("W", 50), ("W", 10)]
    frame = table([(who, "2025", value, 0) for who, value in of_2025])
    frame["flow"] = ["export", "import"] * 2
    base = [8, 6, 40, 8]
    frame = frame.assign(base_bn=base, base_low_bn=base, base_high_bn=base)
    frame["base_period"] = "2024"
    parts = contribution_to_growth(frame[:2], frame[2:])
    assert list(parts.index) == [0, 1, 2, 3]
    each = parts.set_index(["flow", "partner"])["contribution"]
    assert each[:, "A"].tolist() == pytest.approx([2 / 40, -1 / 8])
    assert each[:, NOT_ALLOCATED].tolist() == pytest.approx([8 / 40, 3 / 8])
    shares = share_of(frame[:2], frame[2:]).set_index("flow")["share"]
    assert shares.to_dict() == pytest.approx({"export": 0.2, "import": 0.5})
    # What may have been nothing is no base.
    unsure = frame[2:].assign(base_low_bn=0.0)
    assert contribution_to_growth(frame[:2], unsure).empty


def test_shares_by_hand():
    now = FIVE[FIVE["period"] == "2025"]
    of_published = share_of(now, CA5)
    added = {"total_bn", "share", "share_low", "share_high"}
    assert {*of_published} == {*now} | added
    of_published = of_published.set_index("partner")
    # 27.2 / 106.3 = 0.25588, from 27.15 / 106.35 = 0.25529 to 27.25 / 106.25 = 0.25647.
    row = of_published.loc["KGZ", ["share", "share_low", "share_high"]]
    assert row.tolist() == pytest.approx([27.2 / 106.3, 27.15 / 106.35, 27.25 / 106.25])
    assert of_published.loc["KGZ", "total_bn"] == 106.3
    of_sum = share_of(now).set_index("partner")
    # Of their own sum 106.4: Turkmenistan 10 ± 0.5 with the others 96.4 ± 0.2.
    row = of_sum.loc["TKM", ["share", "share_low", "share_high"]]
    assert row.tolist() == pytest.approx(
        [10 / 106.4, 9.5 / (9.5 + 96.6), 10.5 / (10.5 + 96.2)]
    )
    # A total that is exactly that sum gets the same, tighter, interval.
    total = now.groupby("period", as_index=False)[
        ["value_bn", "low_bn", "high_bn"]
    ].sum()
    same = share_of(now, total).set_index("partner")
    assert same["share_low"].tolist() == pytest.approx(of_sum["share_low"].tolist())


@pytest.mark.parametrize(
    ("value", "half", "basis", "is_sum"),
    [
        (0.8, 0.2, "", True),
        (0.8 + 1e-15, 0.2, "", True),
        (0.9, 0.2, "", False),  # a tenth more is not float noise
        (0.8, 0.2 + 1e-6, "", False),
        (0.8, 0.2, "published", False),  # however equal
    ],
)
def test_a_total_is_the_sum_only_if_all_its_figures_are(value, half, basis, is_sum):
    # two parts of 0.4 (0.3 to 0.5): of their sum each is 3/8 to 5/8, of a total apart 3/10 to 5/6
    years = ("2023", "2024")  # another year's total does not change what this one is
    parts = table([(name, year, 0.4, 0.1) for name in "AB" for year in years])
    total = table([("W", "2023", 5, 0), ("W", "2024", value, half)], basis=basis)
    shares = share_of(parts, total.drop(columns="partner"))
    low = shares.loc[shares["period"] == "2024", "share_low"].iloc[0]
    assert (low == pytest.approx(3 / 8, abs=1e-5)) == is_sum


def test_a_share_won_by_hand():
    """Exports of 71 to 73 after 59 to 61, all trade's 9 to 11% more: 71 − 61 · 1.11 at least,
    73 − 59 · 1.09 at most, of 100; imports of 43.5 to 44.5 after 39.5 to 40.5, 4 to 6% more.
    """
    flows = pd.DataFrame({"period": "2025", "flow": ["export", "import"]})
    parts = flows.assign(
        value_bn=[72.0, 44.0], low_bn=[71.0, 43.5], high_bn=[73.0, 44.5]
    )
    parts = parts.assign(base_bn=[60.0, 40.0])
    parts = parts.assign(base_low_bn=[59.0, 39.5], base_high_bn=[61.0, 40.5])
    world = flows.assign(growth=[0.1, 0.05], growth_low=[0.09, 0.04])
    won = share_won(parts, world.assign(growth_high=[0.11, 0.06]))
    assert won["contribution"].tolist() == pytest.approx([0.06, 0.02])
    assert won["contribution_low"].tolist() == pytest.approx([0.0329, 0.0057])
    assert won["contribution_high"].tolist() == pytest.approx([0.0869, 0.0342])


def test_of_one_flow_no_share_is_won():
    """Exports of 72 after 60 are not all trade: 6 of 100 in 2025, and nothing is known of 2026."""
    flows = pd.DataFrame(
        {"period": ["2025", "2025", "2026"], "flow": ["export", "import", "export"]}
    )
    now, before = [72.0, 44.0, 80.0], [60.0, 40.0, 72.0]
    parts = flows.assign(value_bn=now, low_bn=now, high_bn=now)
    parts = parts.assign(base_bn=before, base_low_bn=before, base_high_bn=before)
    world = flows.assign(growth=0.1, growth_low=0.1, growth_high=0.1)
    won = share_won(parts, world)
    assert won["period"].unique().tolist() == ["2025"]
    assert won["contribution"].tolist() == pytest.approx([0.06, 0.0])
