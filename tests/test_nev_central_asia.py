"""Chinese electric cars in Central Asia, against the rows of data/ added up by hand."""

from __future__ import annotations

import pandas as pd
import pytest

import catrade as ct
from catrade.pages import nev_central_asia as page
from catrade.tables.names import CENTRAL_ASIA
from catrade.tables.policy import load_market


@pytest.fixture(scope="module")
def cars() -> pd.DataFrame:
    return page.imported(CENTRAL_ASIA, 2020, 2026)


def test_a_year_is_the_sum_of_the_importers_rows(cars: pd.DataFrame) -> None:
    by_year = page.summed(cars, "year").set_index("year")
    # 2024: Uzbekistan 218,582,536 + 331,209,375 + 26,246,804, Kyrgyzstan 403,879,530 +
    # 33,210,754 + 866,768, Kazakhstan 45,447,898 + 14,143,780.
    assert by_year.loc[2024, "value_bn"] == pytest.approx(1.073587445)
    assert by_year.index.tolist() == [2020, 2021, 2022, 2023, 2024]
    assert page.unheld(cars, CENTRAL_ASIA) == (
        "Not held: Kazakhstan (2020–2022), Kyrgyzstan (2020), Tajikistan and Turkmenistan; "
        "what is not there is not zero."
    )


def test_quantity_and_price_add_up_to_the_change(cars: pd.DataFrame) -> None:
    battery = cars[(cars["partner"] == "UZB") & (cars["kind"] == "Battery cars")]
    split = page.apart(battery[battery["year"] >= 2023]).iloc[0]
    # 410,539,945 dollars for 21,076 t, then 218,582,536 for 13,090 t: 19,479 and 16,698 a tonne.
    quantity, price = -7986 * (19479 + 16698.4) / 2e9, -2780.6 * (21076 + 13090) / 2e9
    found = [split["quantity_bn"], split["price_bn"]]
    assert found == pytest.approx([quantity, price], abs=1e-5)
    assert sum(found) == pytest.approx((218_582_536 - 410_539_945) / 1e9)
    # a year that does not follow is not split
    assert page.apart(battery[battery["year"] != 2023]).query("year == 2024").empty


def test_a_weight_that_is_doubtful_is_no_quantity(cars: pd.DataFrame) -> None:
    each = page.a_car(cars)
    uzbek = each[each["partner"] == "UZB"].set_index("year")
    assert uzbek.index.tolist() == [2022, 2024]  # the count of 2023 is rejected
    assert page.rejected(cars).startswith("Uzbekistan’s count for 2023 is rejected: ")
    # 218,582,536 dollars and 13,090 tonnes for 23,985 cars
    assert uzbek["dollars_a_car"][2024] == pytest.approx(9113, abs=0.5)
    assert uzbek["kilograms_a_car"][2024] == pytest.approx(546, abs=0.5)
    assert page.left_out(cars[cars["quality"] == "doubtful"]) == (
        "Left out, since weight or value does not fit: Kyrgyzstan, plug-in hybrids 2023 and "
        "Uzbekistan, battery cars 2024."
    )
    # 199,984,152 and 218,582,536 dollars are in the sums of the page, which says so
    assert page.doubted(cars[cars["quality"] == "doubtful"]) == (
        "Doubtful, but counted here: Kyrgyzstan, plug-in hybrids 2023 ($200 million) and "
        "Uzbekistan, battery cars 2024 ($219 million)."
    )
    assert page.doubted(cars.head(0)) == ""
    assert page.a_car(cars.head(0)).empty  # of who bought none
    # also where no other year is asked for
    uzbek = page.imported(["UZB"], 2024, 2024)
    assert uzbek.set_index("kind")["quality"]["Battery cars"] == "doubtful"


def test_counts_and_quotas() -> None:
    counts = load_market(jurisdiction=CENTRAL_ASIA)
    counts["sources"] = counts["source_id"]
    # Uzbekistan: 39,798 of the 40,345 of nine months.
    assert "Uzbekistan imported 56,832 electric cars in 2025, 71.2%" in page.counted(
        counts
    )
    assert "(98.6% from China in January–September 2025)" in page.counted(counts)
    assert page.counted(load_market(jurisdiction="TKM")) == ""
    quotas = page.quotas(counts, ct.policies(full=True), 2022).set_index(
        ["jurisdiction", "year"]
    )
    assert quotas["used"]["KAZ", 2023] == 1145 / 15000
    assert quotas["used"]["KAZ", 2025] == 16108 / 15000
    # Kyrgyz pieces in UN Comtrade are estimates from weight, which the tables do not take.
    assert quotas["used"]["KGZ"].isna().all()
    assert quotas["used_up"]["KGZ", 2025] == pd.Timestamp("2025-09-25")
    assert quotas["value"]["KAZ", 2026] == 0


def test_a_running_year_is_told_of_the_same_months_only() -> None:
    days = pd.to_datetime(["2025-01-01", "2025-02-01", "2026-01-01", "2026-02-01"])
    months = pd.DataFrame({"date": days, "value_bn": [1.0, 1.0, 1.5, 1.5]})
    found = page.running(months)
    said = (found.period, f"{found.growth:percent}")
    assert said == ("January–February 2026", "50.0%")
    assert not page.running(months.drop(index=0))
    assert not page.running(months[:0])


def test_marks_are_of_the_country_or_its_union() -> None:
    days = pd.Series(pd.to_datetime(["2022-01-01", "2026-02-01"]))
    events = ct.policies(full=True)
    marks = page.marks(events, ["UZB"], days)["label"].tolist()
    assert marks == ["BYD starts", "Uzbek fee raised"]
    assert page.marks(events, ["UZB"], days[:1]).empty
    assert "Duty-free quotas" in page.marks(events, ["KAZ"], days)["label"].tolist()
