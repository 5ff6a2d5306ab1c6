"""Chinese electric cars in Central Asia, against the rows of data/ added up by hand."""

import pandas as pd
import pytest

import catrade as ct
from catrade.pages import nev_central_asia as page
from catrade_build.tables.names import CENTRAL_ASIA


@pytest.fixture(scope="module")
def cars() -> pd.DataFrame:
    return page.imported(CENTRAL_ASIA, 2020, 2026)


@pytest.fixture(scope="module")
def counts() -> pd.DataFrame:
    return page.counts_of(CENTRAL_ASIA, 2020, 2026)


@pytest.fixture(scope="module")
def quotas(counts: pd.DataFrame) -> pd.DataFrame:
    return page.quotas(counts, ct.policies(full=True))


def test_a_year_is_the_sum_of_the_importers_rows(cars):
    by_year = page.summed(cars, "year").set_index("year")
    # 2024: Uzbekistan 218,582,536 + 331,209,375 + 26,246,804, Kyrgyzstan 403,879,530 +
    # 33,210,754 + 866,768, Kazakhstan 45,447,898 + 14,143,780.
    assert by_year.loc[2024, "value_bn"] == pytest.approx(1.073587445)
    assert by_year.index.tolist() == [2020, 2021, 2022, 2023, 2024]
    # 218,582,536 + 33,210,754 + 866,768 of it
    of_2024 = cars[cars["year"] == 2024]
    assert page.doubtful_part(of_2024) == pytest.approx(252_660_058 / 1_073_587_445)


def test_only_series_without_a_doubt_in_either_year_are_compared(
    cars,
):
    two = page.of_two_years(cars, 2024)
    sums = page.summed(two[two["sound"]], "year").set_index("year")["value_bn"]
    # Kyrgyz battery cars; Uzbek hybrids and buses; Kazakh battery cars and hybrids.
    assert sums[2023] * 1e9 == pytest.approx(
        416_377_684 + 268_451_218 + 86_202_542 + 26_407_312 + 3_277_093
    )
    assert sums[2024] * 1e9 == pytest.approx(
        403_879_530 + 331_209_375 + 26_246_804 + 45_447_898 + 14_143_780
    )
    # What is doubtful in one year stands beside the rest in both, and carries no headline.
    doubtful = two[~two["certain"]]
    assert set(doubtful["what"]) == {
        "Uzbekistan, battery cars",
        "Kyrgyzstan, plug-in hybrids",
        "Kyrgyzstan, electric buses",
    }
    assert two["certain"].is_monotonic_decreasing
    kazakh = cars[(cars["partner"] == "KAZ") & (cars["year"] == 2024)]
    assert page.doubtful_part(kazakh) == 0
    # 45,447,898 + 14,143,780
    assert f"{page.in_dollars(page.summed(kazakh, 'year')).value:bn}" == "$60m"


def test_a_car_costs_what_two_sources_declare(cars, counts):
    prices = page.a_car(cars, counts).query("jurisdiction == 'UZB'")
    prices = prices.set_index(["origin", "period"])
    # 218,582,536 dollars and 13,090 tonnes for 23,985 cars; 202.7 million for 20,190
    chinese = prices.loc[("China", "2024")]
    assert chinese["dollars_a_car"] == pytest.approx(9113, abs=0.5)
    assert chinese["kilograms_a_car"] == pytest.approx(546, abs=0.5)
    assert prices.loc[("all", "2024-10M"), "dollars_a_car"] == pytest.approx(
        10_039.6, 1e-5
    )
    # Of 2023 two months and six are printed, of 2022 also the year.
    periods = [period for origin, period in prices.index if origin == "all"]
    assert periods == ["2022", "2023-6M", "2024-10M", "2025"]
    assert page.a_car(cars.head(0), counts.head(0)).empty  # of who bought none
    doubts = page.doubts(cars)
    assert "Uzbekistan, battery cars 2024: 23,985 cars at 9,113 dollars" in doubts
    assert "Kyrgyzstan, plug-in hybrids 2024: 5.67 dollars a kilogram" in doubts
    assert page.doubts(cars.head(0)) == ""
    # also where no other year is asked for
    uzbek = page.imported(["UZB"], 2024, 2024)
    assert uzbek.set_index("kind")["quality"]["Battery cars"] == "doubtful"


def test_quotas(quotas):
    rows = quotas.set_index(["jurisdiction", "year"])
    assert rows["used"]["KAZ", 2023] == 1145 / 15000
    assert rows["used"]["KAZ", 2025] == 16108 / 15000
    # Kyrgyz pieces in UN Comtrade are estimates from weight, which the tables do not take.
    assert rows["used"]["KGZ"].isna().all()
    assert rows["used_up"]["KGZ", 2025] == pd.Timestamp("2025-09-25")
    assert rows["value"]["KAZ", 2026] == 0


def months(**values: list[float]) -> pd.DataFrame:
    """Build months from January 2024 on: millions a partner."""
    days = pd.date_range(
        "2024-01-01", periods=len(next(iter(values.values()))), freq="MS"
    )
    parts = [
        pd.DataFrame(
            {"date": days, "partner": code, "value_bn": amounts, "sources": "s"}
        )
        for code, amounts in values.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_a_running_year_is_told_of_the_same_months_only():
    days = pd.to_datetime(["2025-01-01", "2025-02-01", "2026-01-01", "2026-02-01"])
    held = pd.DataFrame({"date": days, "value_bn": [1.0, 1.0, 1.5, 1.5]})
    growth, period = page.running(held)
    assert (period, f"{growth:percent}") == ("January–February 2026", "50.0%")
    assert page.running(held.drop(index=0))[1] == ""
    assert page.running(held[:0])[1] == ""


def test_sums_of_twelve_months_and_what_the_newest_month_did():
    # 24 months: 12 of 1, then 11 of 2 and a last of 1. Kazakhstan's first month is not held, so
    # that its first sum is of January 2025 and has no sum before it.
    held = months(UZB=[1.0] * 12 + [2.0] * 11 + [1.0], KAZ=[3.0] * 24)
    yearly = page.twelve_months(
        held[~((held["partner"] == "KAZ") & (held.index == 24))]
    )
    firsts = yearly.groupby("partner")["date"].min().dt.strftime("%Y-%m")
    assert firsts.to_dict() == {"KAZ": "2025-01", "UZB": "2024-12"}
    last = yearly[yearly["date"] == yearly["date"].max()].set_index("partner")
    assert last["value_bn"].to_dict() == {"KAZ": 36.0, "UZB": 23.0}
    assert last["before_bn"].dropna().to_dict() == {"UZB": 12.0}
    assert page.sums_title(yearly).startswith("To December 2025: Kazakhstan $36.0bn")
    text = page.both_ways(held[held["partner"] == "UZB"], yearly, "Uzbekistan")
    # the year 23 after 12, but the last month 1 after 2
    assert text.startswith(
        "China’s exports of electric vehicles to Uzbekistan were 91.7% more in 2025 than a year "
        "before, but those of a month fell from"
    )
    assert text.endswith("the twelve before: Uzbekistan +91.7%.")


def test_a_month_of_a_zero_counts_and_one_without_a_row_does_not():
    held = months(UZB=[1.0] * 24, TKM=[0.0] * 24)
    sums = page.twelve_months(held).set_index(["partner", "date"])["value_bn"]
    assert sums["TKM"].eq(0).all()
    assert len(sums["UZB"]) == 13
    # Of thirteen sums the twelve with June 2024 in them are none; that month is the sixth.
    without = page.twelve_months(held.drop(index=5))
    left = without[without["partner"] == "UZB"]["date"].dt.strftime("%Y-%m").tolist()
    assert left == [
        "2025-06",
        "2025-07",
        "2025-08",
        "2025-09",
        "2025-10",
        "2025-11",
        "2025-12",
    ]
    # The region's month is there where each country's is.
    both = page.of_all(held.drop(index=5), ["UZB", "TKM"], "date")
    assert len(both) == 2 * 23
    assert pd.Timestamp("2024-06-01") not in {*both["date"]}


def test_marks_are_of_the_country_or_its_union():
    days = pd.Series(pd.to_datetime(["2022-01-01", "2026-02-01"]))
    events = ct.policies(full=True)
    marks = page.marks(events, ["UZB"], days)["label"].tolist()
    assert marks == ["BYD starts", "Uzbek fee raised"]
    assert page.marks(events, ["UZB"], days[:1]).empty
    assert "Duty-free quotas" in page.marks(events, ["KAZ"], days)["label"].tolist()


def test_of_a_country_without_a_rule_the_table_of_rules_is_empty():
    rules = ct.after()
    assert page.all_rules(rules, ["TJK"]).empty
    assert not page.furthest(rules, ["TJK"])
    readings = page.all_rules(rules, ["KGZ", "UZB"])["reading"]
    assert (readings == "further than all of these").sum() == 1
    assert (readings == "within what is usual").sum() == 1
    assert page.furthest(rules, CENTRAL_ASIA).partner == "KGZ"


def test_what_followed_a_rule_says_of_how_many_years_and_beside_the_year_before():
    rules = ct.after()
    change = page.furthest(rules, CENTRAL_ASIA)
    text = page.what_followed(ct.after(change.event_id, change.series))
    # 2.03 of 2023 and 2.43 of 2025; April to June 92.42 after 71.28 million a year before.
    assert (
        "(in the same months of two other years 2.03 to 2.43 times as much), and 1.3 times as much"
        " as in the same months a year before."
    ) in text
