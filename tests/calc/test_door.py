"""The door in the words of its field: search, market, goods as trade, groups, prices.

Values are worked out by hand in the test, or are those that the tables print.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade import page
from rounding.errors import ParameterError


def test_a_market_is_asked_for_by_kind_and_partner():
    solar = ct.market(kind="solar", partner=["UZB", "Kazakhstan"], freq="month")
    assert set(solar["partner"]) == {"UZB", "KAZ"}
    assert set(solar["kind"]) == {"solar"}
    by_name = ct.market("ember_solar_exports_to_uzb_usd", freq="month")
    same = solar[solar["partner"] == "UZB"].reset_index(drop=True)
    assert same.equals(by_name)
    # Dollars are billions, as everywhere else at the door.
    assert (solar.attrs["unit"], set(solar["unit"])) == ("USD billion", {"USD billion"})
    assert solar["value_bn"].max() < 1
    # Six groups and not their sum: nothing is counted twice.
    groups = ct.market(partner="UZB", freq="year", jurisdiction="CHN")
    assert "cleantech" not in set(groups["kind"])
    all_six = ct.market(kind="cleantech", partner="UZB", freq="year")
    of_ember = groups[groups["series"].str.startswith("ember")]
    sums = of_ember.groupby("year")["value_bn"].sum()
    assert sums.tolist() == pytest.approx(all_six["value_bn"].tolist(), abs=1e-5)


def test_a_series_of_several_places_says_whose_it_is():
    imports = ct.market("ev_imports", freq="year")
    assert set(imports["jurisdiction"]) == {"KAZ", "TJK", "UZB"}
    assert set(ct.market("nev_sales", freq="year")["jurisdiction"]) == {"CHN"}


def test_goods_are_asked_for_as_trade_is():
    both = ct.goods("Kazakhstan", start=2024)
    flows = both[["exporter", "importer"]].drop_duplicates().to_numpy().tolist()
    assert flows == [["CHN", "KAZ"], ["KAZ", "CHN"]]
    # Of Uzbekistan one flow is listed.
    with pytest.warns(UserWarning, match="only one flow.*from Uzbekistan to China"):
        bought = ct.goods("UZB", start=2024)
    assert set(bought["importer"]) == {"UZB"}
    sold = ct.goods("UZB", "export", start=2024)
    assert sold.equals(ct.goods("CHN", "UZB", start=2024))
    # What China sells Uzbekistan, Uzbekistan imports.
    own = ct.goods("UZB", "import", start=2024, reporter="partner")
    assert own.equals(ct.goods("CHN", "UZB", start=2024, reporter="UZB"))
    assert own.equals(ct.goods("UZB", "import", start=2024, reporter="Uzbekistan"))
    two = ct.goods(["KAZ", "UZB"], "export", 87, start=2024)
    assert two["importer"].tolist() == ["KAZ", "UZB"]


#: One frame of each function of the door that returns one, of which table and in what unit it is.
FRAMES = """
trade("KAZ", start=2023) | trade | USD billion
growth(ct.trade("KAZ", start=2023)) | trade | USD billion
published("UZB", start=2024, reporter="KAZ") | trade | USD billion
mirror_goods("CHN", "KGZ") | composition | USD billion
goods("KAZ", "import", start=2024) | composition | USD billion
facts("KGZ", "CHN", 2024) | highlights | None
market("nev_sales", freq="year") | market_series | vehicles
market() | market_series | None
policies(start=2026) | policy_events | None
in_force("2026-01-14") | policy_events | None
check_claims() | claims | None
economy("KAZ") | macro | None
search("solar") | None | None
"""
TAKES: list[Callable[[pd.DataFrame], Any]] = [
    ct.growth,
    ct.share,
    ct.contributions,
    lambda frame: ct.index_to(frame, 2024),
    ct.hhi,
    lambda frame: ct.combine(frame, {"Both": ["KAZ", "UZB"]}),
    ct.sources,
    lambda frame: page.newest(frame),
    lambda frame: ct.table(frame, "A table"),
]


@pytest.mark.parametrize(("line", "table", "unit"), cases(FRAMES))
def test_any_two_functions_of_the_door_compose(line, table, unit, tmp_path):
    """What takes a frame takes any of them, or says in one sentence why not."""
    frame = eval(f"ct.{line}")
    told = [str(frame.attrs.get(name)) for name in ("table", "unit")]
    assert told == [table, unit]
    if "sources" in frame:
        assert len(ct.sources(frame.tail(3)).frame)
        ids = set(ct.sources(frame).frame["source_id"])
        assert ids <= set(frame.attrs.get("sources", ids))
    for function in TAKES:
        with contextlib.suppress(ParameterError):
            function(frame)
    ct.to_excel(frame, tmp_path / "any.xlsx")
    assert (tmp_path / "any.xlsx").is_file()
