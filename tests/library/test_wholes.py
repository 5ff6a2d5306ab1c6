"""A whole beside its part is not added, shared out or stacked: it would count twice.

In 2024 China sold 31,436,000 cars; 12,866,000 of them were new-energy vehicles, and of these
7,719,000 ran on batteries and 5,141,000 were plug-in hybrids. In 2025 it sold 34,400,000 cars,
16,490,000 of them new-energy vehicles (data/market_series.csv).
"""

import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade_build.tables.trade import read_table
from rounding.errors import ParameterError


def sold(*series: str, start: int = 2024, end: int = 2024) -> pd.DataFrame:
    return ct.market([*series], start, end, freq="year")


#: What would count cars twice, and what is said.
TWICE = """
combine(sold("nev_sales", "bev_sales"), {"x": ["nev_sales", "bev_sales"]})
  | combine cannot sum nev_sales with its own parts, bev_sales
combine(sold("nev_sales", "bev_sales", "phev_sales"), {"x": ["nev_sales", "bev_sales",
  "phev_sales"]}) | combine cannot sum nev_sales with its own parts, bev_sales and phev_sales
combine(sold("auto_sales", "bev_sales"), {"x": ["auto_sales", "bev_sales"]})
  | combine cannot sum auto_sales with its own parts, bev_sales
share(sold("nev_sales", "auto_sales"))
  | share cannot sum auto_sales with its own parts, nev_sales: leave it out, or give it as of=
share(sold("bev_sales", "phev_sales", "nev_sales"))
  | share cannot sum nev_sales with its own parts, bev_sales and phev_sales
share(sold("bev_sales", "phev_sales", "nev_sales"), by="kind") | cannot sum nev_sales with
share(sold("auto_sales"), of=sold("nev_sales"))
  | share needs a whole that holds its parts: nev_sales is part of auto_sales
contributions(sold("nev_sales", "auto_sales", end=2025))
  | contributions cannot sum auto_sales with its own parts, nev_sales
contributions(sold("nev_sales", "bev_sales", end=2025), of=sold("auto_sales", end=2025))
  | contributions cannot sum nev_sales with its own parts, bev_sales
share(ct.market(["ember_solar_exports_to_uzb_usd", "ember_cleantech_exports_to_uzb_usd"], 2024))
  | share cannot sum ember_cleantech_exports_to_uzb_usd with its own parts, ember_solar
"""


@pytest.mark.parametrize(("line", "sentence"), cases(TWICE))
def test_a_whole_beside_its_part_is_refused(line, sentence):
    with pytest.raises(ParameterError, match=sentence) as caught:
        eval(f"ct.{line}", {"ct": ct, "sold": sold})
    assert str(caught.value).isprintable()


def test_a_part_has_its_share_of_the_whole_that_is_given():
    share = ct.share(sold("nev_sales"), of=sold("auto_sales"))["share"].item()
    assert share == pytest.approx(12_866 / 31_436)
    both = ct.share(sold("bev_sales", "phev_sales"), of=sold("nev_sales"))["share"]
    assert both.tolist() == pytest.approx([7_719 / 12_866, 5_141 / 12_866])
    # Each is a share of its own of what holds both: nothing is added up.
    nested = ct.share(sold("bev_sales", "nev_sales"), of=sold("auto_sales"))
    assert round(nested["share"], 3).tolist() == [0.246, 0.409]


def test_a_part_and_the_rest_bring_the_growth_of_the_whole():
    years = {"start": 2024, "end": 2025}
    brought = ct.contributions(
        sold("nev_sales", **years), of=sold("auto_sales", **years)
    )
    by_series = brought.set_index("series")["contribution"]
    # Of 31,436 thousand: 3,624 more with a plug, 660 fewer without, 2,964 more in all.
    assert by_series["nev_sales"] == pytest.approx((16_490 - 12_866) / 31_436)
    assert by_series["not allocated"] == pytest.approx(-660 / 31_436)
    assert round(by_series.sum(), 3) == 0.094


def test_what_one_calls_ones_own_holds_nothing():
    own = pd.DataFrame({"series": ["all", "some"], "year": 2024, "value": [3.0, 1.0]})
    assert ct.share(own)["share"].tolist() == [0.75, 0.25]


def test_the_table_of_series_has_them_all_and_no_circle():
    table = read_table("series").set_index("series")["part_of"]
    # What makers sell at home is worked out of two series.
    published = {*table.index} - {"nev_sales_at_home"}
    assert {*read_table("market_series")["series"]} == published
    for series in table.index:
        seen = [series]
        for name in seen:
            wholes = filter(None, table[name].split(";"))
            seen += [whole for whole in wholes if whole not in seen[1:]]
        assert series not in seen[1:], series


def test_a_part_and_its_whole_count_in_one_unit():
    units = read_table("market_series").groupby("series")["unit"].agg(set)
    table = read_table("series").set_index("series")["part_of"]
    for series, wholes in table[table != ""].items():
        for whole in wholes.split(";"):
            assert units[series] == units[whole], (series, whole)
