"""A price is one thing's: value and count of the same place, goods and period, or one sentence.

The figures are of UN Comtrade as `highlights.csv` and `market_series.csv` hold them: in 2024
Kazakhstan bought electric cars (HS 8703.80) of 45,447,898 dollars in China, 1,247 of them;
Uzbekistan bought 23,985 for 218,582,536 dollars, which is doubtful.
"""

import pandas as pd
import pytest

import catrade as ct
from rounding.errors import ParameterError

CARS = "HS 8703.80"
BUSES = "HS 8702.40"
PLUG_INS = "HS 8703.60"


def values(*importers: str, heading: str = CARS, start: int = 2024) -> pd.DataFrame:
    """Return what some countries paid in China for one heading, up to 2024."""
    facts = ct.facts("CHN", [*importers], start, 2024, topic="vehicles")
    return facts[facts["item"].str.contains(heading)]


def counts(*importers: str, start: int = 2024) -> pd.DataFrame:
    """Return how many electric cars of China some countries counted, up to 2024."""
    asked = {"start": start, "end": 2024, "freq": "year"}
    frames = [
        ct.market("ev_imports_from_chn", jurisdiction=code, **asked)
        for code in importers
    ]
    return pd.concat(frames)


def test_a_car_in_kazakhstan_costs_its_dollars_by_its_count():
    price = ct.price(values("KAZ"), counts("KAZ")).iloc[0]
    assert price["price"] == pytest.approx(45_447_898 / 1_247)
    assert round(price["price"]) == 36_446
    # Half a dollar and half a car either way.
    assert price["price_low"] == pytest.approx(45_447_897.5 / 1_247.5)
    assert price["price_high"] == pytest.approx(45_447_898.5 / 1_246.5)
    assert (price["unit"], price["quality"]) == ("USD per vehicle", "ok")


def test_each_country_is_divided_by_its_own_count_in_any_order():
    prices = ct.price(values("KAZ", "UZB"), counts("UZB", "KAZ"))
    by_country = prices.set_index("importer")
    assert round(by_country["price"]).to_dict() == {"KAZ": 36_446, "UZB": 9_113}
    assert by_country["quality"].to_dict() == {"KAZ": "ok", "UZB": "doubtful"}


def test_a_count_of_another_country_is_refused():
    with pytest.raises(ParameterError) as caught:
        ct.price(values("KAZ", "KGZ", "UZB"), counts("UZB"))
    assert str(caught.value) == (
        "price needs value and count of one importer: the count is of Uzbekistan, the value of "
        "Kazakhstan"
    )


@pytest.mark.parametrize("heading", [BUSES, PLUG_INS])
def test_a_bus_and_a_plug_in_hybrid_are_no_battery_cars(heading):
    sentence = f"one kind of goods: the count is of {CARS}, the value of {heading}$"
    with pytest.raises(ParameterError, match=sentence):
        ct.price(values("UZB", heading=heading), counts("UZB"))


def test_a_month_is_not_divided_by_the_count_of_its_year():
    month = values("KAZ").assign(period="2024-05")
    with pytest.raises(
        ParameterError, match="one period: the count is of 2024, the value of 2024-05"
    ):
        ct.price(month, counts("KAZ"))


def test_all_origins_are_not_divided_by_those_of_china():
    value = ct.market("ev_imports_usd", freq="year")
    with pytest.raises(
        ParameterError, match=r"one exporter: .* of China, the value of World"
    ):
        ct.price(value, counts("UZB", start=2020))


def test_goods_that_nobody_names_have_no_price():
    count = counts("KAZ")
    for value in (
        ct.market("bev_exports_to_uzb_usd"),
        ct.trade("KAZ", "export", 2024, 2024),
    ):
        with pytest.raises(ParameterError, match="does not know of which goods the va"):
            ct.price(value, count)


def test_a_year_without_a_count_has_no_price_and_says_so():
    prices = ct.price(values("UZB", start=2020), counts("UZB", start=2020))
    of_year = prices.set_index("year")
    assert of_year.index[of_year["price"].notna()].tolist() == [2023, 2024]
    assert of_year.loc[2021, "quality_reason"] == "no count of this period"
    # The best count of 2022 is the statistics agency's, the value that of UN Comtrade.
    reason = "value and count are of other sources"
    assert of_year.loc[2022, "quality_reason"] == reason


def test_dollars_and_count_of_one_table_are_divided():
    # By Kyrgyzstan's statistical committee 1,877 cars of Germany cost 33,259,906 dollars.
    asked = {"jurisdiction": "KGZ", "start": 2025, "end": 2025, "freq": "year"}
    value = ct.market("car_imports_from_deu_usd", **asked)
    count = ct.market("car_imports_from_deu", **asked)
    price = ct.price(value, count)["price"].item()
    assert price == pytest.approx(33_259_906 / 1_877)
    other = ct.market("car_imports_from_jpn", **asked)
    with pytest.raises(ParameterError, match="the count is of Japan, the value of Ger"):
        ct.price(value, other)


OWN = {"importer": "Kazakhstan", "goods": "tea", "year": 2025, "sources": "mine"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"importer": "KAZ"}, ""),  # by code or by name
        ({"importer": "UZB"}, "one importer: the count is of Uzbekistan, the value of"),
        (
            {"goods": "coffee"},
            "one kind of goods: the count is of coffee, the value of tea",
        ),
        ({"year": 2024}, "no value and count of one source, place and period"),
        ({"goods": None}, "does not know of which goods the count is"),
        (
            {"importer": None},
            "a column that says where the count is of, such as importer",
        ),
        (
            {"importer": None, "country": "KAZ"},
            "says it by importer, the count by country",
        ),
    ],
)
def test_a_frame_of_ones_own_says_what_it_is_of(changed, sentence):
    value = pd.DataFrame([{**OWN, "value": 900.0, "unit": "USD"}])
    count = pd.DataFrame([{**OWN, "value": 300.0, "unit": "boxes", **changed}])
    count = count.dropna(axis="columns")
    if not sentence:
        assert ct.price(value, count)["price"].tolist() == [3.0]
        return
    with pytest.raises(ParameterError, match=sentence):
        ct.price(value, count)
