"""Markets, goods, single facts and claims, asked for in the grammar of `ct.trade`.

Values are worked out by hand in the test, or are those that the tables print.
"""

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from fetch_files import cases

import catrade as ct
from catrade import page
from rounding.errors import ParameterError


def test_a_market_is_asked_for_by_kind_and_partner():
    solar = ct.market(kind="solar", partner=["UZB", "Kazakhstan"], freq="month")
    assert {*solar["partner"]} == {"UZB", "KAZ"}
    by_name = ct.market("ember_solar_exports_to_uzb_usd", freq="month")
    same = solar[solar["partner"] == "UZB"].reset_index(drop=True)
    assert same.equals(by_name)
    # Six groups and not their sum: nothing is counted twice.
    groups = ct.market(partner="UZB", freq="year", jurisdiction="CHN")
    of_ember = groups[groups["series"].str.startswith("ember")]
    all_six = ct.market(kind="cleantech", partner="UZB", freq="year")
    sums = of_ember.groupby("year")["value"].sum().tolist()
    assert sums == pytest.approx(all_six["value"].tolist(), abs=1e4)


def test_a_series_of_several_places_says_whose_it_is():
    imports = ct.market("ev_imports", freq="year")
    assert set(imports["jurisdiction"]) == {"KAZ", "TJK", "UZB"}
    assert set(ct.market("nev_sales", freq="year")["jurisdiction"]) == {"CHN"}


def test_goods_are_asked_for_as_trade_is():
    """Kazakhstan counts 15.15 billion dollars (data/composition_totals.csv), China 27.95."""
    own = ct.goods("CHN", "import", start=2024, end=2024, reporter="KAZ")
    assert own["value"].sum() == pytest.approx(15.15, abs=0.01)
    # China's statistics list no chapters of its trade with Kazakhstan: Kazakhstan's do.
    with pytest.warns(UserWarning, match="Kazakhstan’s of its imports from China"):
        sold = ct.goods("Kazakhstan", "export", start=2024, end=2024)
    assert {*sold["reporter"]} == {"KAZ"}
    assert sold["value"].tolist() == own["value"].tolist()
    theirs = ct.goods("KAZ", "import", start=2024, end=2024, reporter="partner")
    assert theirs.drop(columns="country").equals(own.drop(columns="country"))


def test_goods_that_are_not_listed_are_a_row_and_a_sentence():
    with pytest.warns(
        UserWarning, match="by chapter, the goods from Uzbekistan to China"
    ):
        both = ct.goods("UZB", start=2024, end=2025)
    lacking = both[both["value"].isna()]
    series = lacking[["flow", "year"]].to_numpy().tolist()
    assert sorted(series) == [["export", 2025], ["import", 2024], ["import", 2025]]
    # Of what China buys of Kazakhstan some chapters alone are held: no share can be taken of them.
    with pytest.warns(
        UserWarning, match="no table lists.*Kazakhstan to China by China"
    ):
        none = ct.goods("KAZ", "import", reporter="CHN")
    assert none[["country", "value"]].isna().to_numpy().tolist() == [[False, True]]


def test_goods_are_found_by_number_and_level():
    by_section = ct.goods("KAZ", "export", level="sitc", reporter="CHN")
    assert {*by_section["reporter"]} == {"UNCTAD"}
    sevens = ct.goods("KAZ", "export", 7, level="sitc", reporter="CHN")
    assert len(sevens) == by_section["year"].nunique()
    cars = ct.goods("UZB", "export", np.int64(87))
    assert set(cars["code"]) == {"87"}


def test_on_a_day_on_which_no_goods_were_known_there_are_no_rows():
    with ct.as_of("2025-02"):
        assert ct.goods("all", "export", start=2023, end=2023).empty


def test_everything_published_is_of_the_partner():
    every = ct.published("all", "total", 2024, 2024, reporter="KAZ")
    names = every.loc[every["partner"] == "CHN", "country"]
    assert {*names} == {"China"}


def test_a_month_as_start_means_months():
    assert ct.published("UZB", "export", "2026-05")["period"].str.len().eq(7).all()
    assert ct.market("nev_sales", "2026-01")["period"].iloc[0] == "2026-01"


def test_a_single_fact_in_yuan_is_said_in_words():
    """Customs' own 16,747,050,000 yuan stood as 1.674705e+10 CNY."""
    figures = ct.facts("KGZ", "import", topic="all_goods")["figure"]
    assert "16.7 billion yuan" in set(figures)
    assert not figures.str.contains("e+", regex=False).any()


def test_a_claim_on_any_two_is_judged_by_both():
    """Russia sold 18.496 billion to Kazakhstan in 2021, which counts 17.606 (`trade.csv`)."""
    asked = {"reporter": "Russia", "value": 18.5}
    judged = ct.claim("KAZ", "export", 2021, **asked)
    told = judged[["whose", "verdict"]].to_numpy().tolist()
    assert told == [["Russia’s", "holds"], ["Kazakhstan’s own", "does not hold"]]
    assert judged["statement"][0].startswith("Russia’s exports to Kazakhstan in 2021")


@pytest.mark.filterwarnings("ignore:.* is held with")
def test_all_is_whoever_there_is():
    assert {"RUS", "TUR"} <= {*ct.published("all", "total", 2025)["partner"]}
    every = ct.goods("all", "import", level="wits", end=2023)
    assert set(every["importer"]) == {"CHN"}
    assert {"KAZ", "TKM"} <= {*every["partner"]}
    assert {"KAZ", "UZB"} <= {
        *ct.trade("CHN", "total", 2024, 2024, reporter="all")["reporter"]
    }


def test_all_economies_hold_no_group():
    """The world beside its members was counted twice."""
    every = {*ct.economy("all", 2024, 2024)["partner"]}
    assert {"KAZ", "CHN"} <= every
    assert not {"WLD", "EU27"} & every


#: One frame of each function of the door that returns one, of which table and in what unit it is.
FRAMES = """
trade("KAZ", start=2023) | trade | USD billion
growth(ct.trade("KAZ", start=2023)) | trade | USD billion
published("UZB", start=2024, reporter="KAZ") | trade | USD billion
goods("CHN", "export", start=2024, end=2024, reporter="KAZ") | composition | USD billion
facts("KGZ", "import", 2024) | highlights | None
market("nev_sales", freq="year") | market_series | vehicles
market() | market_series | None
events(start=2026) | policy_events | None
events(on="2026-01-14") | policy_events | None
claim() | claims | None
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


#: Whose figures, counted with whom, and how that is said.
WORDS = """
KAZ CHN | China counts | Kazakhstan | China’s statistics | Exports to Kazakhstan
KAZ partner | Kazakhstan counts | China | Kazakhstan’s statistics | Kazakhstan’s exports to China
CHN KAZ | Kazakhstan counts | China | Kazakhstan’s statistics | Kazakhstan’s exports to China
KAZ RUS | Russia counts | Kazakhstan | Russia’s statistics | Russia’s exports to Kazakhstan
EU27 KAZ | Kazakhstan counts | the EU | Kazakhstan’s statistics | Kazakhstan’s exports to the EU
KAZ EU27 | The EU counts | Kazakhstan | the EU’s statistics | The EU’s exports to Kazakhstan
UZB USA | The United States counts | Uzbekistan | the United States’ statistics \
| The United States’ exports to Uzbekistan
CA5 RUS | Russia counts | Central Asia | Russia’s statistics | Russia’s exports to Central Asia
"""


@pytest.mark.parametrize("case", WORDS.strip().replace("\\\n", "").splitlines())
def test_a_pair_of_any_two_has_its_words(case):
    asked, *words = case.split(" | ")
    pair = page.pair(*asked.split())
    told = [pair.counts, pair.other, pair.whose, pair.title("export")]
    assert told == [text.strip() for text in words]
