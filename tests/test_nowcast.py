"""The running year estimated: by hand, on 2025 from ten months, and from customs' own growth."""

from __future__ import annotations

import math

import pandas as pd
import pytest

import catrade as ct
from catrade.calc.growth import growth
from catrade.calc.nowcast import (
    broke_off,
    estimates,
    nowcast,
    running_year,
    summed,
)
from catrade.calc.running import figures
from catrade.tables.names import CENTRAL_ASIA
from catrade.tables.trade import load_trade
from rounding.errors import ParameterError


def pair(
    period: str, value: float, base: float, country: str = "KAZ"
) -> dict[str, object]:
    about = {"country": country, "flow": "total", "source_ids": f"{country};both"}
    return {**about, "period": period, "value": value, "base": base}


def estimated(to_date: list, years: list) -> pd.DataFrame:
    return estimates(pd.DataFrame(to_date), pd.DataFrame(years))


def test_the_estimate_is_the_mean_of_both_methods_by_hand() -> None:
    # 60 of 100 a year before, now 66: 66 · 100 / 60 = 110 and 66 + 100 − 60 = 106; it became 104.
    row = estimated([pair("2025-7M", 66, 60)], [pair("2025", 104, 100)]).iloc[0]
    assert row["ratio"] == pytest.approx(110)
    assert row["additive"] == pytest.approx(106)
    assert row["estimate"] == pytest.approx(108)
    assert row["error"] == pytest.approx(math.log(108 / 104))


def test_february_to_november_are_estimated_from_the_year_before_without_its_base() -> (
    None
):
    to_date = [pair(f"2026-{month}M", 66, 60) for month in range(12, 0, -1)]
    found = estimated(to_date, [pair("2025", 100, math.nan)])
    assert found["months"].to_dict() == dict(enumerate(range(2, 12)))
    assert set(found["additive"]) == {106}


def errors_of(*factors: float, months: tuple[int, ...] = (7,)) -> tuple[list, list]:
    """Years from 2020 on whose estimates were these multiples of what they became, and the next.

    Half of 100 a year before is known of each, and again half: the estimate is 100.
    """
    to_date = [
        pair(f"{2020 + n}-{month}M", 50, 50)
        for n in range(len(factors) + 1)
        for month in months
    ]
    years = [pair(str(2020 + n), 100 / factor, 100) for n, factor in enumerate(factors)]
    return to_date, years


def test_the_interval_is_what_four_past_errors_in_five_stay_within() -> None:
    # Of nine, 0.8 · 10 = 8: the eighth smallest of 1 to 9 per cent, up or down, is 1.08.
    factors = (1.05, 1 / 1.02, 1.09, 1.01, 1 / 1.08, 1.03, 1.07, 1 / 1.04, 1.06)
    now = nowcast(estimated(*errors_of(*factors))).iloc[0]
    base = 100 / 1.06  # the year before, as it became
    assert now["estimate"] == pytest.approx(base)
    assert now["estimate_high"] == pytest.approx(base * 1.08)
    assert now["estimate_low"] == pytest.approx(base / 1.08)
    assert now["n"] == 9
    # Without its own error each is held against the ⌈0.8 · 9⌉ = eighth, the largest of the others:
    # 1.08 for 1.09, which is larger, and 1.09 for the rest.
    assert (now["held"], now["tried"]) == (8, 9)


def test_errors_count_from_months_at_most_two_away_of_every_country() -> None:
    near, far = errors_of(1.01, months=(5, 9)), errors_of(1.5, months=(4, 10))
    to_date = [one for one in near[0] + far[0] if not one["period"].startswith("2021")]
    to_date += [pair("2020-7M", 50, 50, "UZB"), pair("2021-7M", 50, 50)]
    years = [*near[1], pair("2020", 50, 100, "UZB")]
    now = nowcast(estimated(to_date, years)).iloc[0]
    # Kazakhstan's of May and September, and Uzbekistan's of July: three, too few for an interval.
    assert now["n"] == 3
    assert math.isnan(now["estimate_low"])
    assert math.isnan(now["estimate_high"])


@pytest.mark.parametrize(
    ("to_date", "years"),
    [
        ([pair("2026-7M", 66, 0)], [pair("2025", 100, 90)]),  # a base of zero
        ([pair("2026-7M", 66, math.nan)], [pair("2025", 100, 90)]),
        ([pair("2026-7M", 66, 60)], [pair("2024", 100, 90)]),  # no year before
    ],
)
def test_what_cannot_be_estimated_has_no_row(to_date: list, years: list) -> None:
    assert nowcast(estimated(to_date, years))[["country", "n", "estimate_high"]].empty


def test_a_cell_with_two_figures_is_refused() -> None:
    twice = [pair("2026-7M", 66, 60), pair("2026-7M", 67, 60)]
    with pytest.raises(ParameterError, match="country KAZ, flow total, period 2026-7M"):
        estimated(twice, [pair("2025", 100, 90)])


def test_a_year_of_zero_has_no_error() -> None:
    found = estimated([pair("2025-7M", 66, 60)], [pair("2025", 0, 100)])
    assert math.isnan(found["error"].item())


def test_a_flow_that_broke_off_or_sprang_up_is_not_estimated() -> None:
    said = pd.DataFrame({"value": [9, 10, 1000, 1001], "base": [100] * 4})
    assert broke_off(said).tolist() == [True, False, False, True]
    to_date = [pair("2026-7M", 5, 60), pair("2026-7M", 30, 25, "UZB")]
    years = [pair("2025", 100, 90), pair("2025", 50, 50, "UZB")]
    found = summed(estimated(to_date, years), ("KAZ", "UZB"), "CA5")
    now = nowcast(found).set_index("country")["estimate"]
    assert now.isna().to_dict() == {"KAZ": True, "UZB": False, "CA5": True}


def test_the_year_of_a_region_runs_while_that_of_a_member_does() -> None:
    to_date = [pair("2026-7M", 66, 60), pair("2026-7M", 33, 30, "UZB")]
    years = [
        pair("2025", 100, 90),
        pair("2025", 50, 45, "UZB"),
        pair("2026", 54, 50, "UZB"),
    ]
    found = nowcast(summed(estimated(to_date, years), ("KAZ", "UZB"), "CA5"))
    region = found.set_index("country").loc["CA5"]
    # 66 · 100 / 60 = 110 and 33 · 50 / 30 = 55.
    assert region["ratio"] == pytest.approx(165)
    assert region["source_ids"] == "KAZ;both;UZB"


#: bne IntelliNews, November 2025: January to October of 2024 and 2025, billion dollars; then the
#: years 2024 and 2025 as China's customs had them in January 2025 and 2026.
TEN_MONTHS = {
    "KAZ": (36.5, 39.8, 43.82, 48.6),
    "KGZ": (17.4, 23.6, 22.71, 27.2),
    "TJK": (3.3, 3.5, 3.86, 4.3),
    "TKM": (8.9, 8.3, 10.65, 10.0),
    "UZB": (11.1, 12.9, 13.78, 16.2),
}
#: The first referee's errors of ratio and additive, per cent.
MISSED = {
    "KAZ": (-1.7, -3.0),
    "KGZ": (13.2, 6.3),
    "TJK": (-4.8, -5.6),
    "TKM": (-0.7, 0.5),
    "UZB": (-1.1, -3.8),
    "CA5": (2.2, -0.5),
}


def test_2025_from_ten_months() -> None:
    to_date = [
        pair("2025-10M", new, old, code)
        for code, (old, new, _, _) in TEN_MONTHS.items()
    ]
    years = [
        pair("2025", new, old, code) for code, (_, _, old, new) in TEN_MONTHS.items()
    ]
    found = summed(estimated(to_date, years), CENTRAL_ASIA, "CA5")
    assert found["country"].tolist() == [*CENTRAL_ASIA, "CA5"]
    for row in found.to_dict("records"):
        for method, missed in zip(
            ("ratio", "additive"), MISSED[row["country"]], strict=True
        ):
            error = 100 * (row[method] / row["actual"] - 1)
            assert round(error, 1) == pytest.approx(missed, abs=0.05)


def test_the_ten_months_are_those_of_the_table() -> None:
    trade = load_trade("CHN", [*TEN_MONTHS], "total", 2024, 2025, ["ytd"])
    trade = trade[trade["source_id"] == "bne-2025-11"]
    rates = growth(trade.rename(columns={"source_id": "source_ids"}))
    held = {
        row["partner"]: (row["base_usd"], row["value_usd"])
        for _, row in rates.iterrows()
    }
    for code, (old, new, _, _) in TEN_MONTHS.items():
        assert held[code] == pytest.approx((old * 1e9, new * 1e9))


def test_the_ratio_missed_what_printed_growth_says() -> None:
    # The ratio's error is (1 + growth to date) / (1 + growth of the year) − 1, whatever the base.
    trade = load_trade(
        "CHN", CENTRAL_ASIA, "total", 2024, 2026, frequency=None, convert=False
    )
    to_date, years = figures(trade), figures(trade, "annual")
    found = estimates(
        to_date.assign(country=to_date["partner"]),
        years.assign(country=years["partner"]),
    )
    found = found[found["months"] == 7].set_index(["country", "year"])
    printed = {  # customs: January to July, the year
        ("KAZ", 2024): (0.201, 0.079),
        ("KAZ", 2025): (0.041, 0.116),
        ("UZB", 2024): (0.004, -0.008),
        ("TKM", 2025): (-0.063, -0.051),
    }
    for at, (part, whole) in printed.items():
        error = found.loc[at, "ratio"] / found.loc[at, "actual"] - 1
        # Printed to one tenth of a per cent, in both.
        assert error == pytest.approx((1 + part) / (1 + whole) - 1, abs=0.0012)


def test_the_second_referees_estimates_of_2026() -> None:
    """Referee: region about 778 billion yuan, 755 to 800; Kazakhstan 400, 363 to 440.

    His interval is 1.28 root mean squares of the errors, ours the rank of their sizes: the ends may
    differ by one per cent.
    """
    for code, said in {"CA5": (778, 755, 800), "KAZ": (400, 363, 440)}.items():
        now = running_year(code).iloc[0]
        ends = now[["estimate", "estimate_low", "estimate_high"]] / 1e9
        assert ends.tolist() == pytest.approx(said, rel=0.01)
        assert 0.7 <= now["held"] / now["tried"] <= 0.95


def test_the_door_gives_the_same_and_nothing_for_a_flow_that_broke_off() -> None:
    row, door = running_year("UZB").iloc[0], ct.nowcast("UZB").iloc[0]
    for name in ("estimate", "estimate_low", "estimate_high"):
        assert door[f"{name}_bn"] == row[name] / 1e9
    # China's imports from Kyrgyzstan: 0.9 billion yuan in seven months, after 34.7.
    kyrgyz = ct.nowcast("Kyrgyzstan", "import").iloc[0]
    assert kyrgyz["so_far_bn"] == pytest.approx(0.8756, abs=0.0001)
    assert math.isnan(kyrgyz["estimate_bn"])
    assert math.isnan(kyrgyz["estimate_low_bn"])
