"""Calls that once gave a wrong figure without a word, and what they give now."""

import numpy as np
import pandas as pd
import pytest
import seaborn as sns

import catrade as ct
from catrade import page
from rounding.errors import ParameterError


def test_the_newest_row_of_a_country_is_found_by_name_and_code():
    frame = ct.trade(flow="export", end=2024)
    for name in ("KAZ", "kaz", "Kazakhstan"):
        assert page.newest(frame, partner=name).value.value == pytest.approx(
            27.954331e9
        )
    assert page.newest(frame, country="kz").year == 2024
    with pytest.raises(ParameterError, match="did you mean 'Kazakhstan'"):
        page.newest(frame, partner="Kazakstan")
    # Georgia is a country, of which this frame has nothing to say.
    assert not page.newest(frame, partner="Georgia")
    # A year read from a file is text.
    assert page.newest(frame, partner="KAZ", year="2023").year == 2023


def test_a_group_of_both_sides_is_china_s_sum_beside_the_others():
    both = [
        ct.trade(flow="total", start=2024, reporter=side) for side in ("CHN", "partner")
    ]
    sums = ct.combine(pd.concat(both), {"Two": ["KAZ", "UZB"]}).query(
        "partner == 'Two'"
    )
    assert set(sums["reporter"]) == {"CHN"}
    # 43,865,952 + 13,780,684 thousand dollars in 2024.
    assert sums["value"].tolist()[0] == pytest.approx(57.646636)
    assert sums["missing"].tolist() == ["", ""]


def test_yuan_under_dollars_are_two_series():
    """Customs: 7.9 per cent more in 2024; a press figure of $48.7 billion in 2025."""
    yuan = ct.trade("KAZ", "total", 2024, 2024, currency="cny")
    both = pd.concat([yuan, ct.trade("KAZ", "total", 2025, 2025)])
    rates = ct.growth(both[["year", "country", "flow", "value"]])["growth"]
    assert rates.tolist() == pytest.approx([0.079, 0.11], abs=0.001)


def test_goods_of_several_years_have_shares_and_bring_their_whole_to_growth():
    """Basketware is listed in one of two years: in the other it is worth nothing."""
    goods = ct.goods("Uzbekistan", "export", start=2023, end=2024)
    sizes = goods.groupby("year")["value"].sum()
    shares = ct.share(goods)
    assert shares.groupby("year")["share"].sum().tolist() == pytest.approx([1, 1])
    assert (shares["missing"] == "").all()
    assert ct.hhi(goods)["hhi"].notna().all()
    brought = ct.contributions(goods)["contribution"]
    assert brought.sum() == pytest.approx(sizes[2024] / sizes[2023] - 1)


#: What was asked for and is not held: as many rows without a figure.
NOTHING = """
ct.trade("KAZ", "total", 2030, 2031) | 2
ct.trade("Germany", "export", 2024, 2024) | 1
ct.published("KAZ", "export", 2030, 2030) | 2
ct.economy(["KAZ", "Germany"], 2030, 2030) | 2
ct.market("nev_sales", 2030, 2030) | 1
ct.goods("UZB", "export", 87, 2030, 2030) | 1
"""


@pytest.mark.parametrize("case", NOTHING.strip().splitlines())
def test_who_was_asked_for_is_a_row(case):
    call, count = case.split(" | ")
    frame = eval(call)
    column = "value" if "value" in frame else "gdp_bn"
    assert frame[column].isna().tolist() == [True] * int(count)


def test_a_day_is_seen_on_all_that_is_made(tmp_path):
    """94.82 billion as announced in January 2025; more is known today."""
    with ct.as_of("2025-02") as then:
        assert str(then.day) == "2025-02-28"
        frame = ct.trade("CA5", "total", 2023, 2024)
        others = [
            ct.market("nev_sales"),
            ct.events(on="2025-01-01"),
            ct.economy("KAZ"),
            ct.facts("UZB"),
            ct.claim("KAZ", "total", 2023, value=41),
            ct.published("KAZ", "total", 2023),
            ct.search("cars"),
            ct.after(),
            ct.contributions(ct.trade(flow="total", start=2023, end=2024)),
        ]
    assert frame["value"].iloc[-1] == pytest.approx(94.82)
    # A sum of frames and a calculation keep it.
    kept = ct.growth(pd.concat([frame, frame.assign(partner="KAZ")]))
    for made in [frame, kept, ct.index_to(frame), *others]:
        assert made.columns[0] == "known_on"
        assert {*made["known_on"].astype(str)} <= {"2025-02-28"}
    axes = sns.lineplot(frame, x="year", y="value")
    assert "as known on 28 February 2025" in ct.show(axes, frame, "It rose").source
    assert "As known on 28 February 2025." in str(ct.table(frame, "Trade").note)
    book = ct.to_excel(frame, tmp_path / "then.xlsx")
    known = pd.read_excel(book, sheet_name="As known on", engine="openpyxl")
    assert known["as known on"].tolist() == ["28 February 2025"]
    assert "known_on" not in ct.trade("CA5", "total", 2024)


def test_a_frame_of_a_day_grows_by_what_was_known_on_it():
    """The announcement: 6 per cent more in 2024, on 89.4 billion."""
    with ct.as_of("2025-02-01"):
        frame = ct.trade("CA5", "total", 2023, 2024)
    newest = ct.growth(frame).iloc[-1]
    assert newest["growth"] == pytest.approx(94.82 / 89.4 - 1, abs=1e-3)
    assert newest["growth_basis"] == "one release"


def test_a_series_of_which_no_month_was_known_is_a_sentence():
    """It was a KeyError."""
    asked = "2024-04-01", "ember_ev_exports_to_kgz_usd"
    with (
        ct.as_of("2025-02"),
        pytest.raises(ParameterError, match="no month of ember_ev"),
    ):
        ct.after(*asked)


def test_a_group_has_its_name_in_words_and_code():
    sums = ct.combine(ct.trade(["KAZ", "UZB"], "export", 2024), {"Two": ["KAZ", "UZB"]})
    assert {*sums["country"]} == {*sums["partner"]} == {"Two"}


def test_months_bring_their_part_to_the_growth_of_all():
    """Each has the base of its own release, also where no month of the year before is asked for."""
    july = ct.trade(flow="total", start="2026-07", full=True)
    found = ct.contributions(july)
    by_hand = (july["value"].sum() - july["base"].sum()) / july["base"].sum()
    assert found["contribution"].sum() == pytest.approx(by_hand)
    assert found["country"].tolist() == july["country"].tolist()


def test_a_figure_can_be_rounded_and_taken_the_logarithm_of():
    """Customs: 48.7 billion dollars in 2025; ln 48.7 is 3.8857, of a billion 20.7233."""
    total = page.newest(ct.trade("KAZ", "total", 2025)).value
    assert round(total / 1e9, 1) == 48.7
    assert np.log(total) == pytest.approx(3.8857 + 20.7233, abs=1e-4)


def test_a_country_that_china_does_not_count_is_found_by_who_does():
    """Georgia's own figures of trade with the five are held, and China's with it are not."""
    call = ct.search("Georgia")["call"].iloc[0]
    assert call == "ct.trade('all', reporter='GEO')"


def test_years_beside_months_are_years():
    """Put together, the rows of years have no period."""
    months = ct.trade("KAZ", "export", "2026-07", "2026-07")
    both = pd.concat([months, ct.trade("KAZ", "export", 2025, 2025)])
    assert ct.growth(both)["growth"].tolist() == both["growth"].tolist()
    sums = ct.combine(both.assign(partner=["KAZ", "UZB"]), {"x": ["KAZ", "UZB"]})
    assert sums["missing"].tolist() == ["Uzbekistan", "Kazakhstan"]


def test_five_months_of_goods_are_not_a_year():
    """Cars that Kyrgyzstan bought: 437 million dollars in 2025, 284 million to May 2026."""
    heading = {"reporter": "KGZ", "level": "heading"}
    cars = ct.goods("CHN", "import", 8703, 2025, 2026, **heading)
    assert cars["period"].tolist() == ["2025", "2026-5M"]
    assert ct.growth(cars)["growth"].isna().all()
    assert "period" not in ct.goods("CHN", "import", 8703, 2025, 2025, **heading)


def test_goods_of_a_group_are_named_by_code_or_in_words():
    """2,352,930,945 of road vehicles and 2,319,150,912 of electronics, HS 87 and 85."""
    goods = ct.goods("Uzbekistan", "export", start=2024, end=2024)
    sums = ct.combine(goods, {"Both": ["Road vehicles", 85], "Green": [7]})
    both = sums.set_index("goods").loc["Both"]
    assert both["value"] == pytest.approx(4.672082, abs=1e-6)
    assert both["country"] == "Uzbekistan"


def test_sums_to_date_begin_where_they_are_asked_to():
    """China's customs, January to July 2026."""
    found = ct.trade("KAZ", "total", "2026-7M", "2026-7M")
    assert found["period"].tolist() == ["2026-7M"]


def test_the_places_of_one_series_are_its_parts():
    """They could not be named: "a part of a group must be one of ; got 'KAZ'"."""
    imports = ct.market("ev_imports", 2025, 2025, freq="year").dropna(subset="value")
    places = [*imports["jurisdiction"]]
    sums = ct.combine(imports, {"All": places})
    assert sums["value"].tolist() == [imports["value"].sum()]
    assert ct.share(imports)["share"].sum() == pytest.approx(1)


def test_years_before_all_that_is_held_are_a_row():
    assert ct.trade("KAZ", "total", 1980, 1981)["value"].isna().tolist() == [True]
    # Of whom nothing is held: no row for each year since 1992.
    nobody = ct.trade("Georgia", "total", reporter="TUR")
    assert nobody["value"].isna().tolist() == [True]


def test_trade_of_a_kind_with_several_is_added_up():
    """Each series names its partner, so no two met: NaN, and each partner was "missing"."""
    years = {"start": 2024, "end": 2025}
    alone = [
        ct.market(f"ember_ev_exports_to_{code}_usd", **years)["value"]
        for code in ("kaz", "uzb")
    ]
    both = ct.market(kind=["ev", "solar"], partner=["KAZ", "UZB"], **years)
    sums = ct.combine(both, {"Two": ["KAZ", "UZB"]})
    assert sums["series"].tolist() == ["ev", "ev", "solar", "solar"]
    assert sums["value"].tolist()[:2] == (alone[0] + alone[1]).tolist()
    assert (sums["missing"] == "").all()


def test_goods_of_several_importers_are_added_up():
    """Chapter 87 in 2024: 2,312,682 and 1,684,167 thousand dollars, by the importers."""
    cars = ct.goods(["KAZ", "UZB"], "import", 87, 2024, 2024, reporter="partner")
    sums = ct.combine(cars, {"Two": ["KAZ", "UZB"]})
    assert sums["value"].tolist() == pytest.approx([3.996849], abs=1e-6)
    assert sums[["exporter", "importer"]].to_numpy().tolist() == [["CHN", "Two"]]


def test_countries_in_words_alone_are_added_up():
    frame = ct.trade(flow="total", start=2024, end=2024)[["country", "year", "value"]]
    sums = ct.combine(frame, {"Two": ["Kazakhstan", "Uzbekistan"]})
    # 43,865,952 + 13,780,684 thousand dollars in 2024.
    assert sums["value"].tolist()[-1] == pytest.approx(57.646636)


def test_series_of_the_market_keep_the_growth_that_is_held():
    """12,866 thousand in 2024 after 9,495 thousand in 2023, which the frame has not."""
    sold = ct.market("nev_sales", 2024, 2024, freq=["year", "month"])
    rates = ct.growth(sold)["growth"]
    assert rates.iloc[0] == pytest.approx(12_866 / 9_495 - 1)
    assert rates.equals(sold["growth"])
    # Another figure is one's own: its base is not in the frame.
    assert ct.growth(sold.assign(value=1.0, low=1.0, high=1.0))["growth"].isna().all()


def test_where_the_whole_has_no_figure_a_share_says_so():
    five = ct.trade("KAZ", "total", 2024, 2025)
    shares = ct.share(five, of=ct.trade("CA5", "total", 2024, 2024))
    assert shares["missing"].tolist() == ["", "the whole"]
    assert shares["share"].isna().tolist() == [False, True]


def test_contributions_of_flows_have_each_column_once():
    found = ct.contributions(ct.trade("KAZ", ["export", "import"], 2024, 2024))
    assert found["flow"].tolist() == ["export", "import"]


def test_no_reporter_is_china():
    asked = {"flow": "total", "start": 2024, "end": 2024}
    assert ct.trade(**asked, reporter=None).equals(ct.trade(**asked))


def test_who_is_named_is_not_said_to_be_a_small_part_of_the_world(recwarn):
    found = ct.trade("UZB", "total", 2024, 2024, reporter="all")
    assert {"CHN", "KAZ"} <= {*found["reporter"]}
    assert not recwarn


def test_of_taiwan_nothing_is_held():
    """It was said to be Thailand; the UN has its trade under other Asia."""
    found = ct.trade("Taiwan", "total", 2024, 2024)
    assert found["partner"].tolist() == ["TWN"]
    assert found["value"].isna().all()


def test_changes_take_a_month_as_its_last_day():
    found = ct.changes("2012-01", "2012-02")
    days = found.attrs["since"], found.attrs["until"]
    assert days == ("31 January 2012", "29 February 2012")


def test_a_claim_on_a_country_s_own_trade_is_on_that_with_china():
    """34,166.3 million dollars in 2025 by Kazakhstan's Bureau of National Statistics."""
    for reporter in ("KAZ", "partner"):
        found = ct.claim("KAZ", period=2025, value=34.2, reporter=reporter)
        assert found["statement"].iloc[0].startswith("Kazakhstan’s trade with China")
        assert found["verdict"].tolist() == ["holds", "does not hold"]


def test_a_claim_on_the_region_s_own_growth_is_judged():
    """Whoever counts was looked up among regions: KeyError."""
    found = ct.claim("CA5", period=2025, growth=0.12, reporter="partner")
    assert found["whose"].str.contains("China").sum() == 1
    assert {"holds", "does not hold", "cannot be checked"} >= {*found["verdict"]}


def test_a_date_that_is_a_year_or_a_month_is_one():
    for times in ([2024, 2025], pd.period_range("2024", periods=2, freq="Y")):
        frame = pd.DataFrame({"date": times, "value": [1.0, 1.5]})
        assert ct.growth(frame)["growth"].tolist()[1] == 0.5


def test_rules_are_of_the_last_day_of_a_month_and_found_by_words():
    """What is known of a rule on 31 January 2026 is what is asked for by its month."""
    pd.testing.assert_frame_equal(ct.events(on="2026-01"), ct.events(on="2026-01-31"))
    rules = ct.events("China", on="2026-01-14", words="purchase tax")
    assert "purchase-tax" in {*rules["measure"]}
    assert len(rules) < len(ct.events("China", on="2026-01-14"))


@pytest.mark.parametrize("name", ["Казахстан", "哈萨克斯坦", "КАЗАХСТАН"])
def test_a_country_is_named_in_three_languages(name):
    assert ct.trade(name, "export", 2024, 2024)["partner"].tolist() == ["KAZ"]
