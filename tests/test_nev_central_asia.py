"""Chinese electric cars in Central Asia, against the rows of data/ added up by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from catrade.pages import nev_central_asia as page

FIVE = page.members("CA5")


def test_a_year_is_the_sum_of_the_importers_rows() -> None:
    years = page.summed(page.imported(FIVE, 2020, 2026), "year").set_index("year")
    # 2024: Uzbekistan 218,582,536 + 331,209,375 + 26,246,804, Kyrgyzstan 403,879,530 +
    # 33,210,754 + 866,768, Kazakhstan 45,447,898 + 14,143,780.
    assert years.loc[2024, "value_bn"] == pytest.approx(1.073587445)
    assert years.index.tolist() == [2020, 2021, 2022, 2023, 2024]


def test_quantity_and_price_add_up_to_the_change() -> None:
    split = page.apart(page.imported(["UZB"], 2023, 2024)).set_index("kind")
    battery = split.loc["Battery cars"]
    # 410,539,945 dollars for 21,076 t, then 218,582,536 for 13,090 t: 19,479 and 16,698 a tonne.
    assert battery["quantity_bn"] == pytest.approx(
        -7986 * (19479 + 16698.4) / 2e9, abs=1e-5
    )
    assert battery["price_bn"] == pytest.approx(
        -2780.6 * (21076 + 13090) / 2e9, abs=1e-5
    )
    assert split["quantity_bn"].add(split["price_bn"]).tolist() == pytest.approx(
        split["change_bn"].tolist()
    )


def test_a_year_that_does_not_follow_is_not_split() -> None:
    rows = page.imported(["UZB"], 2022, 2024)
    assert page.apart(rows[rows["year"] != 2023]).empty


def test_quotas_are_filled_by_counts_that_exist() -> None:
    used = page.quotas(FIVE, 2022, 2026).set_index(["jurisdiction", "year"])["used"]
    assert used["KAZ", 2023] == 1145 / 15000
    assert used["KAZ", 2025] == 16108 / 15000
    # Kyrgyz pieces in UN Comtrade are estimates from weight, which the tables do not take.
    assert used["KGZ"].isna().all()
    assert ("KAZ", 2026) not in used.index  # a quota of none


def test_a_rejected_count_of_cars_prices_no_car() -> None:
    cars = page.a_car(page.imported(["UZB"], 2020, 2026)).set_index("year")
    assert cars.index.tolist() == [2022, 2024]
    assert cars["dollars_a_car"][2024] == pytest.approx(9113, abs=0.5)
    assert cars["kilograms_a_car"][2024] == pytest.approx(546, abs=0.5)


def test_a_running_year_is_told_of_the_same_months_only() -> None:
    days = pd.to_datetime(["2025-01-01", "2025-02-01", "2026-01-01", "2026-02-01"])
    months = pd.DataFrame({"date": days, "value_bn": [1.0, 1.0, 1.5, 1.5]})
    found = page.running(months)
    assert (found.period, f"{found.growth:percent}") == (
        "January–February 2026",
        "50.0%",
    )
    assert not page.running(months.drop(index=0))
    assert not page.running(months[:0])


def test_marks_are_of_the_country_or_its_union() -> None:
    day = pd.Timestamp("2022-01-01")
    assert page.marks(["UZB"], day)["label"].tolist() == [
        "BYD starts",
        "Uzbek fee raised",
    ]
    assert "Duty-free quotas" in page.marks(["KAZ"], day)["label"].tolist()
