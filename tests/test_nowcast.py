"""The running year estimated: by hand, on 2025 from ten months, and from customs' own growth."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from catrade.load.trade import load_trade
from catrade.names import CENTRAL_ASIA
from catrade.trade_growth.growth import growth
from catrade.trade_growth.nowcast import estimates, nowcast, summed
from catrade.trade_growth.running import figures


def pair(
    period: str, value: float, base: float, partner: str = "KAZ"
) -> dict[str, object]:
    return {"partner": partner, "period": period, "value": value, "base": base}


def frames(to_date: list, years: list) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.DataFrame(to_date), pd.DataFrame(years)


def test_both_methods_by_hand() -> None:
    # 60 of 100 a year before, now 66: 66 · 100 / 60 = 110 and 66 + 100 − 60 = 106; it became 104.
    years = [pair("2025", 0.104, 0.1)]
    found = estimates(*frames([pair("2025-7M", 0.066, 0.06)], years)).iloc[0]
    assert (found["ratio"], found["additive"]) == (
        pytest.approx(0.11),
        pytest.approx(0.106),
    )
    assert found["ratio_error"] == pytest.approx(6 / 104)
    assert found["additive_error"] == pytest.approx(2 / 104)


def test_february_to_november_are_estimated_from_the_year_before_without_its_base() -> (
    None
):
    to_date = [pair(f"2026-{month}M", 66, 60) for month in range(12, 0, -1)]
    found = estimates(
        *frames(to_date, [{"partner": "KAZ", "period": "2025", "value": 100}])
    )
    assert found["months"].to_dict() == dict(enumerate(range(2, 12)))
    assert set(found["additive"]) == {106}


def test_the_interval_is_what_the_same_method_missed_from_the_same_month() -> None:
    to_date = [
        pair("2024-7M", 50, 40),
        pair("2025-7M", 66, 60),
        pair("2025-8M", 90, 60),
    ]
    to_date += [
        pair("2023-7M", 20, 40),
        pair("2026-2M", 9, 18),
        pair("2026-7M", 33, 66),
    ]
    years = [pair("2023", 10, 20), pair("2024", 100, 88), pair("2025", 104, 100)]
    now = nowcast(estimates(*frames(to_date, years))).iloc[0]
    # 2023: 20 · 20 / 40 = 10, as it became; 2024: 50 · 88 / 40 = 110 against 100, a factor of 1.1;
    # 2025: 110 / 104 = 1.058. August is not asked. Now 33 · 104 / 66 = 52.
    assert now["ratio"] == pytest.approx(52)
    assert (now["ratio_low"], now["ratio_high"]) == (
        pytest.approx(52 / 1.1),
        pytest.approx(57.2),
    )
    missed = {
        2023: pytest.approx(0),
        2024: pytest.approx(0.1),
        2025: pytest.approx(110 / 104 - 1),
    }
    assert now["ratio_errors"] == missed
    assert now["n"] == 3
    # 2023: 20 + 20 − 40 = 0, which no factor takes to 10; 2024: 50 + 88 − 40 = 98 against 100;
    # 2025: 106 against 104, a smaller factor. Now 33 + 104 − 66 = 71.
    assert (now["additive_low"], now["additive_high"]) == pytest.approx(
        (71 * 0.98, 71 / 0.98)
    )


def test_without_a_record_there_is_no_interval() -> None:
    now = nowcast(
        estimates(*frames([pair("2026-7M", 66, 60)], [pair("2025", 100, 90)]))
    ).iloc[0]
    assert now["n"] == 0
    assert math.isnan(now["ratio_low"])


@pytest.mark.parametrize(
    ("to_date", "years"),
    [
        ([pair("2026-7M", 66, 0)], [pair("2025", 100, 90)]),  # a base of zero
        ([pair("2026-7M", 66, math.nan)], [pair("2025", 100, 90)]),
        ([pair("2026-7M", 66, 60)], [pair("2024", 100, 90)]),  # no year before
    ],
)
def test_what_cannot_be_estimated_has_no_row(to_date: list, years: list) -> None:
    assert estimates(*frames(to_date, years)).empty
    assert nowcast(estimates(*frames(to_date, years)))[
        ["partner", "n", "ratio_high"]
    ].empty


def test_a_year_of_zero_has_no_error() -> None:
    found = estimates(*frames([pair("2025-7M", 66, 60)], [pair("2025", 0, 100)])).iloc[
        0
    ]
    assert math.isnan(found["ratio_error"])


def test_the_year_of_a_region_runs_while_that_of_a_member_does() -> None:
    to_date = [pair("2026-7M", 66, 60), pair("2026-7M", 33, 30, "UZB")]
    years = [
        pair("2025", 100, 90),
        pair("2025", 50, 45, "UZB"),
        pair("2026", 54, 50, "UZB"),
    ]
    to_date = [one | {"source_ids": f"{one['partner']};both"} for one in to_date]
    found = nowcast(summed(estimates(*frames(to_date, years)), ["KAZ", "UZB"], "CA5"))
    region = found.set_index("partner").loc["CA5"]
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
#: The referee's errors of ratio and additive, per cent.
MISSED = {
    **{
        "KAZ": (-1.7, -3.0),
        "KGZ": (13.2, 6.3),
        "TJK": (-4.8, -5.6),
        "TKM": (-0.7, 0.5),
    },
    **{"UZB": (-1.1, -3.8), "CA5": (2.2, -0.5)},
}


def test_2025_from_ten_months() -> None:
    to_date = [
        pair("2025-10M", new, old, code)
        for code, (old, new, _, _) in TEN_MONTHS.items()
    ]
    years = [
        pair("2025", new, old, code) for code, (_, _, old, new) in TEN_MONTHS.items()
    ]
    found = summed(estimates(*frames(to_date, years)), CENTRAL_ASIA, "CA5")
    assert found["partner"].to_dict() == dict(enumerate([*CENTRAL_ASIA, "CA5"]))
    for row in found.to_dict("records"):
        ratio, additive = MISSED[row["partner"]]
        assert round(100 * row["ratio_error"], 1) == pytest.approx(ratio, abs=0.05)
        assert round(100 * row["additive_error"], 1) == pytest.approx(
            additive, abs=0.05
        )


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
    found = estimates(figures(trade), figures(trade, "annual"))
    printed = {  # customs: January to July, the year
        ("KAZ", 2024): (0.201, 0.079),
        ("KAZ", 2025): (0.041, 0.116),
        ("UZB", 2024): (0.004, -0.008),
        ("TKM", 2025): (-0.063, -0.051),
    }
    for (code, year), (part, whole) in printed.items():
        same = (
            (found["partner"] == code)
            & (found["year"] == year)
            & (found["months"] == 7)
        )
        error = found.loc[same, "ratio_error"].item()
        # Printed to one tenth of a per cent, in both.
        assert error == pytest.approx((1 + part) / (1 + whole) - 1, abs=0.0012)
    now = nowcast(found)
    assert set(now["n"]) == {2}
    assert set(now["partner"]) == set(CENTRAL_ASIA)
