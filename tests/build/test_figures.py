"""The table of figures: what the door says of the same cell, and what it must never hold."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from catrade_build.columns import KEY, columns_of
from catrade_build.edition import table
from catrade_build.tables import as_of


@pytest.fixture(scope="module")
def figures():
    return table("figures")


def one(figures, **cell):
    """The only row of a cell: a year in dollars unless said."""
    asked = {"freq": "year", "currency": "USD"} | cell
    is_it = np.logical_and.reduce(
        [figures[name] == value for name, value in asked.items()]
    )
    (row,) = figures[is_it].to_dict("records")
    return row


def test_columns_are_those_that_are_defined_and_a_key_stands_once(figures):
    assert list(figures) == columns_of("figures")
    assert not figures.duplicated(KEY).any()
    assert not figures["reporter"].isin(["WLD", "CA5", "TKM"]).any()


def test_ends_hold_their_figure(figures):
    for name in ("", "growth", "goods_value", "mirror", "share", "share_partner"):
        low, high = (f"{name}_low", f"{name}_high") if name else ("low", "high")
        low, high = low.replace("_value", ""), high.replace("_value", "")
        rows = figures.dropna(subset=[name or "value", low, high])
        value = rows[name or "value"]
        slack = 1e-9 * value.abs()
        assert (rows[low] <= value + slack).all(), name
        assert (value <= rows[high] + slack).all(), name


def test_goods_stand_against_goods(figures):
    """Uzbekistan's own total has services; of goods it counts 83.6 per cent, not 87.8."""
    row = one(figures, reporter="CHN", partner="UZB", flow="total", period="2024")
    part = row["mirror"] / row["goods_value"]
    assert part == pytest.approx(11.519 / 13.781, abs=5e-4)


def test_a_record_does_not_depend_on_where_a_page_starts(figures):
    row = one(figures, reporter="CHN", partner="TKM", flow="total", period="2024")
    assert pd.isna(row["record_since"])  # 11.18 in 2022 was more
    before = one(figures, reporter="CHN", partner="TKM", flow="total", period="2022")
    assert before["record_since"] < 2018


def test_the_story_of_the_year_is_in_one_row(figures):
    """Gold from Kyrgyzstan has ended: without its imports growth of the five is 10.4 per cent."""
    row = one(
        figures,
        reporter="CHN",
        partner="CA5",
        flow="total",
        freq="ytd",
        currency="CNY",
        period="2026-7M",
    )
    assert row["ended"] == "KGZ:import"
    assert row["without_ended"] == pytest.approx(0.104, abs=6e-4)
    # Of 438.2 billion 0.5 were Kyrgyz goods; a year before 430.7 with 34.7.
    assert row["growth"] == pytest.approx(438.2 / 430.7 - 1, abs=5e-4)


def test_a_burst_of_gold(figures):
    row = one(
        figures,
        reporter="CHN",
        partner="KGZ",
        flow="import",
        freq="month",
        currency="CNY",
        period="2026-07",
    )
    assert (row["burst_first"], row["burst_last"]) == ("2024-10", "2025-08")
    assert (row["burst_months"], row["burst_of"]) == (11, 31)
    assert row["burst_part"] == pytest.approx(0.92, abs=5e-3)


def test_one_share_a_cell_of_one_release(figures):
    """China in Kyrgyzstan's trade of 2023: 5.434 of 15.737, whichever way it is asked for."""
    row = one(figures, reporter="KGZ", partner="CHN", flow="total", period="2023")
    assert row["whole"] == pytest.approx(15.737, abs=5e-4)
    assert row["share"] == pytest.approx(5.434 / 15.737, abs=1e-4)
    theirs = one(figures, reporter="CHN", partner="KGZ", flow="total", period="2023")
    assert theirs["share_partner"] == pytest.approx(row["share"])


@pytest.mark.parametrize("day", ["2025-07-01", "2024-03-01"])
def test_as_of_a_day_nothing_is_known_since_later(day):
    with as_of.holding(dt.date.fromisoformat(day)):
        then = table("figures")
    assert len(then) > 2000
    assert (then["known_since"] <= pd.Timestamp(day)).all()
    years = then.loc[then["is_recent"], "year"]
    assert years.max() <= int(day[:4])


def test_a_pair_of_ten_years_ago_is_not_recent():
    with as_of.holding(dt.date(2025, 7, 1)):
        then = table("figures")
    is_pair = (then["reporter"] == "CHN") & (then["partner"] == "CA4")
    old = then[is_pair & (then["year"] == 2015) & (then["freq"] == "year")]
    assert not old["is_recent"].any()


@pytest.mark.parametrize("day", ["2009-01-01", "2018-01-01"])
def test_an_edition_of_an_early_day_has_all_its_columns(day):
    """Before any figure in yuan, and before most figures, were published."""
    with as_of.holding(dt.date.fromisoformat(day)):
        early = table("figures")
    assert [*early] == columns_of("figures")
    assert (early["known_since"].dropna() <= pd.Timestamp(day)).all()


# --- one growth and one share a cell, by hand


def test_growth_says_how_it_is_had(figures):
    def growth(**cell):
        row = one(figures, **cell)
        return row["growth"], row["growth_basis"]

    # Customs print 11.6 per cent beside the yuan; 15,196.0 and 14,891.4 million are of one panel.
    yuan = {"reporter": "CHN", "partner": "KAZ", "flow": "total", "currency": "CNY"}
    assert growth(**yuan, period="2025") == (pytest.approx(0.116), "printed")
    kazakh = {"reporter": "KAZ", "partner": "CHN", "flow": "export", "period": "2025"}
    assert growth(**kazakh) == (pytest.approx(15.1960 / 14.8914 - 1), "one release")
    # 17.2 is the press's, 12.4328 the committee's exports and UN Comtrade's imports.
    uzbek = {"reporter": "UZB", "partner": "CHN", "flow": "total", "period": "2025"}
    assert growth(**uzbek) == (
        pytest.approx(17.2 / 12.4328 - 1, rel=1e-4),
        "two releases",
    )
    # Tajikistan's own 2.0 of 2024 is another statistic than UN Comtrade's 1.09 of 2023.
    tajik = one(figures, reporter="TJK", partner="CHN", flow="total", period="2024")
    assert pd.isna(tajik["growth"])
    assert tajik["break"]


def test_a_share_is_part_and_whole_of_one_release(figures):
    # UN Comtrade's copy has China's 27,954,331,004 of 3,576,543,293,842 dollars of exports.
    row = one(figures, reporter="CHN", partner="KAZ", flow="export", period="2024")
    assert row["share"] == pytest.approx(27_954_331_004 / 3_576_543_293_842)
    assert row["whole_sources"] == "comtrade-chn-github-2024"
    # Customs have both in yuan: 348,192 of 45,468,508 million, and not 48.7 of 6,354.77 billion.
    row = one(figures, reporter="CHN", partner="KAZ", flow="total", period="2025")
    assert row["share"] == pytest.approx(348.192212 / 45468.508454, rel=1e-4)
    # In 2015 the only release that has both knows exports alone: of the total all count.
    row = one(figures, reporter="CHN", partner="KAZ", flow="total", period="2015")
    assert row["share"] == pytest.approx(0.00361, abs=5e-6)


def test_china_is_ahead_of_russia_in_three_of_four(figures):
    """The first false sentence was “in 4 of 4”: Tajikistan's two are equal within rounding."""
    of_four = {
        reporter: one(
            figures, reporter=reporter, partner="CHN", flow="total", period="2024"
        )
        for reporter in ("KAZ", "KGZ", "TJK", "UZB")
    }
    leaders = [row["leader"] for row in of_four.values()]
    assert sorted(leaders) == ["equal", "yes", "yes", "yes"]
