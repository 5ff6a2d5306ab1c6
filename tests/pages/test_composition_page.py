"""What the composition report shows: whose table, the good that matters, words and figures."""

import functools
import html
import json
import re
from typing import Any

import pandas as pd
import pytest
from computed import displayed, displaying, named
from fetch_files import cases, options

import catrade as ct
from catrade.pages import country_profile as profile
from catrade.pages import trade_composition as page
from catrade_build.calc.composition import share_in_flow
from catrade_build.tables.goods import (
    groups_of_chapters,
    load_composition,
    load_product_groups,
)
from pagemill.display import Chart


def pair_of(partner: str, way: str) -> tuple[str, str]:
    return ("CHN", partner) if way == "exports" else (partner, "CHN")


def table(partner: str, way: str, reporter: str = "CHN", **asked: Any) -> pd.DataFrame:
    """Return the table the page shows of a flow."""
    asked = {"start": 2015, "end": 2026, "level": "chapter", **asked}
    return ct.goods(*pair_of(partner, way), reporter=reporter, nearest=True, **asked)


def sides(partner: str, way: str, **asked: Any) -> pd.DataFrame:
    return ct.mirror_goods(*pair_of(partner, way), **asked)


def china(partner: str, way: str) -> pd.DataFrame:
    return ct.trade(partner, way.removesuffix("s"), 2015).dropna(subset="value_bn")


def single(partner: str) -> pd.DataFrame:
    facts = ct.facts(partner, "CHN", 2015).query("topic != 'all_goods'")
    return page.single_good(facts, china(partner, "imports"))


def whose(partner: str, way: str) -> str:
    singly = sides(partner, way, singly=True)
    beside = (sides(partner, way), china(partner, way), singly)
    return page.whose_table(table(partner, way), "CHN", *beside)


def shown(partner: str, **asked: Any) -> list[Any]:
    return displayed("trade_composition", partner=partner, **asked)


def charts(partner: str, **asked: Any) -> list[Chart]:
    return [part for part in shown(partner, **asked) if isinstance(part, Chart)]


def profile_of(partner: str, **asked: Any) -> list[Any]:
    return displayed("country_profile", partner=partner, **asked)


# --- which table --------------------------------------------------------------------------------


#: A flow and what is asked for | whose table, its level, first and last year. China's of what
#: Kazakhstan sells is not held.
TABLES = """
KAZ imports | "level": "section" | KAZ section 2015 2024
UZB exports |  | CHN chapter 2017 2024
UZB exports | "reporter": "UZB" | UZB chapter 2017 2024
UZB imports |  | CHN wits 2023 2023
TKM exports | "reporter": "TKM" | CHN wits 2023 2023
"""


@pytest.mark.parametrize(("flow", "asked", "used"), cases(TABLES))
def test_whose_table_is_shown(flow, asked, used):
    rows = table(*flow.split(), **options(asked))
    (book,), years = rows["reporter"].unique(), page.years_of(rows)
    assert f"{book} {page.level_of(rows)} {years[0]} {years[-1]}" == used
    assert page.largest(rows)["share"].sum() == pytest.approx(1)


def test_years_without_a_table_are_told():
    page_text = " ".join(map(str, shown("TJK", start=2024)))
    assert "No table by good was found for these years." in page_text


def test_chapters_add_up_to_the_banks_groups_as_nearly_as_the_page_says():
    chapters = load_composition("CHN", "UZB", "CHN", 2023, 2023)
    sums = groups_of_chapters(chapters).set_index("wits_group")["value_usd"]
    bank = load_product_groups("CHN", "UZB", "CHN").set_index("wits_group")["value_usd"]
    assert sums.sum() == chapters["value_usd"].sum()
    large = bank[bank > 100e6].index
    assert (sums[large] / bank[large] - 1).abs().max() < 0.017


def test_a_total_of_another_release_is_told_beside_any_sides_table():
    """Kazakhstan 2024: 15.15 billion of goods by WITS, 15.2662 by its bureau, which is 0.7% more.

    Of what it sells the bureau's 14.8914 are within half a per cent of WITS.
    """
    kazakh = table("KAZ", "exports", level="section")
    total = page.total_beside(kazakh)
    assert total["value_bn"].tolist() == [15.2662]
    sentence = (
        "The goods of 2024 come to $15.2 billion; the total shown on other pages, $15.27 billion, "
        "is of another release."
    )
    nothing = total.head(0)
    assert sentence in page.whose_table(kazakh, "CHN", nothing, total, nothing)
    sold = page.total_beside(table("KAZ", "imports"))
    assert sold["value_bn"].tolist() == [14.8914]
    assert page.total_beside(kazakh.head(0)).empty
    page_text = " ".join(chart.note for chart in charts("KAZ"))
    assert page_text.count("of another release") == 1


# --- the good that matters ----------------------------------------------------------------------


#: The good, its part of the newest year as published, and the years it is known of.
SINGLE = """
KGZ | Gold | 4.95 / 5.24 | 2025
TKM | Gas | 8.41 / 8.45 | 2022 2023 2025
UZB | Gas | 0.773 / 1.87 | 2022 2023 2024 2025
"""


@pytest.mark.parametrize(("partner", "good", "newest", "years"), cases(SINGLE))
def test_a_good_published_singly_is_followed_where_it_weighs(
    partner, good, newest, years
):
    all_years = single(partner)
    assert set(all_years["goods"]) == {good}
    # A year without it is not a year without the good: only all goods are known.
    assert all_years["value_bn"].notna().all()
    rows = all_years.dropna(subset="rest_bn")
    assert rows["year"].tolist() == [*map(int, years.split())]
    assert rows["share"].iloc[-1] == pytest.approx(eval(newest), abs=0.002)
    assert rows["share"].between(rows["share_low"], rows["share_high"]).all()
    # What is left of a flow is as unsure as the two figures it is left from.
    unsure = rows["good_high_bn"] - rows["good_low_bn"]
    unsure += rows["high_bn"] - rows["low_bn"]
    spread = rows["rest_high_bn"] - rows["rest_low_bn"]
    inside = rows["rest_low_bn"] > 0
    assert spread[inside].tolist() == pytest.approx(unsure[inside].tolist())


def test_a_rest_within_its_rounding_is_no_figure():
    """Gas of 9.6 (9.55 to 9.65) in 9.6334 billion of 2023: the rest is 0 to 83 million."""
    gas = next(chart for chart in shown("TKM") if isinstance(chart, Chart))
    assert "between $0m and $83m (2023)" in gas.alt


def test_what_came_in_a_burst_is_told_with_what_came_since():
    """By customs' months: 53.4 billion yuan in eleven of them, 1.7 in the eleven since."""
    lede = str(shown("KGZ")[0])
    assert lede.startswith(
        "In the 11 months to August 2025 China’s imports from Kyrgyzstan were 53.4 billion yuan,"
        " in the 11 since 1.7 billion yuan"
    )
    # With two months after it, it is not known to be over.
    periods = [f"2025-{month:02}" for month in range(1, 8)]
    values = [1.0, 1, 50, 40, 1, 1, 1]
    months = pd.DataFrame({"period": periods, "value_bn": values})
    assert not page.burst(months.head(6))
    assert page.burst(months).last == "April 2025"


def test_a_small_good_is_not_followed():
    """Kazakhstan's gas is 1.13 of 18.97 billion."""
    assert single("KAZ").empty


# --- the profile, which asks the same ------------------------------------------------------------

SELLS = re.compile(
    r"To \w+ China sells ([^:]+) above all: .*? in (\d{4}) by (\w+)’s statistics"
)
BUYS = re.compile(
    r"From \w+ China buys ([^:]+) above all: .*? in (\d{4}) by (\w+)’s statistics"
)


def cells_of(partner: str) -> dict[str, str]:
    """Return a country's row of the front page."""
    answer = html.unescape(profile_of(partner)[0].html)
    (row,) = re.findall(r'\{"China counts.*?\}', answer)
    return dict(json.loads(row))


@pytest.mark.parametrize("partner", ["KAZ", "KGZ", "TKM", "UZB"])
def test_front_page_and_page_of_goods_give_one_answer(partner):
    lede, row = str(shown(partner)[0]), cells_of(partner)
    good, year, book = SELLS.search(lede).groups()  # type: ignore[union-attr]
    assert row["China sells most"] == f"{good.capitalize()} ({book}’s count, {year})"
    bought = BUYS.search(lede)
    if bought:
        good, year, book = bought.groups()
        assert row["China buys most"] == f"{good.capitalize()} ({book}’s count, {year})"
    # Else it is a good published singly: no gold of 2025 stands under another year.
    assert (partner == "KAZ") == bool(bought)
    singly = {
        "KGZ": "Gold, $4.95bn of $5.24bn (a published count, 2025), over since August 2025",
        "TKM": "Gas, $8.41bn of $8.45bn (a published count, 2025)",
        "UZB": "Gas, $773m of $1.87bn (a published count, 2025)",
    }
    assert row["China buys most"] == singly.get(partner, row["China buys most"])


#: Whose profile | what stands on it: who sells, buys and counts, and of when.
SAID = """
KAZ | In January–July 2026 China’s count rose 19.4% in yuan
KAZ | Largest goods that China sells and buys, 2023, $ billion, both sides’ statistics
KAZ | Kazakhstan’s trade 2023: EU $41.30bn, China $30.06bn, Russia $27.05bn
KGZ | Of the $5.24 billion that China bought from Kyrgyzstan in 2025, gold was $4.95 billion
KGZ | China sold Kyrgyzstan electric vehicles worth $928.6 million in 2025
KGZ | Largest goods that China sells, 2023
TKM | China’s trade with Turkmenistan, $ billion, China’s statistics
TKM | Turkmenistan’s trade 2022–2025: China $10.05bn, Uzbekistan $1.10bn, Russia $865m
UZB | Uzbekistan itself $11.52 billion, and $17.2 billion with services in 2025
KAZ UZB | Uzbekistan sells $1.65bn (2025), buys $3.07bn (2023)
KAZ UZB | Trade in goods, exports with services, $ billion, Uzbekistan’s statistics
UZB | China was 21.2% of Uzbekistan’s trade in 2025 by Uzbekistan’s own statistics, with services.
"""


@pytest.mark.parametrize(("partner", "sentence"), cases(SAID))
def test_a_profile_says_who_does_what_and_when(partner, sentence):
    of_pair = dict(zip(("partner", "reporter"), partner.split(), strict=False))
    every = displayed("country_profile", **of_pair)
    words = [str(part) for part in every if not isinstance(part, Chart)]
    words += [
        f"{chart.title} {chart.alt}"
        for chart in named(every).values()
        if isinstance(chart, Chart)
    ]
    assert sentence in " ".join(words)


#: Pairs without China, whose words and figures are those of the pair.
PAIRS = """
KAZ EU27 | The EU counts $13.1 billion of exports to Kazakhstan in 2023
UZB TUR | Türkiye counts $2.05 billion of exports to Uzbekistan in 2025, which is doubtful
"""


@pytest.mark.parametrize("case", PAIRS.strip().splitlines())
def test_the_profile_of_any_pair_is_in_its_own_words(case):
    who, begin = case.split(" | ")
    partner, reporter = who.split()
    every = profile_of(partner, reporter=reporter)
    assert str(every[0]).startswith(begin)
    names = named(every)
    assert {"two-books", "own-story", "partners"} <= set(names)
    # China is one of its partners, and stands nowhere else.
    words = [str(every[0])]
    words += [
        f"{chart.title} {chart.note}"
        for name, chart in names.items()
        if isinstance(chart, Chart) and name != "partners"
    ]
    assert "China" not in " ".join(words)


def test_the_profile_of_a_pair_whose_table_lists_only_what_is_bought(monkeypatch):
    """As of a flow that was fetched alone: the other one has no table, and no title."""
    best, by_side = page.best_table, page.goods_by_side

    def only_bought(read: Any, exporter: str, *asked: Any, **more: Any) -> pd.DataFrame:
        rows = read(exporter, *asked, **more)
        return rows.head(0) if exporter == "CHN" else rows

    monkeypatch.setattr(page, "best_table", functools.partial(only_bought, best))
    monkeypatch.setattr(page, "goods_by_side", functools.partial(only_bought, by_side))
    shown_there = list(displaying("country_profile", partner="KAZ"))
    drawn = named(shown_there)["goods"]
    assert isinstance(drawn, Chart)
    assert ", China’s imports 20" in drawn.title
    assert drawn.table["label"].str.startswith("Buys ").all()


def test_partners_and_the_rest_are_the_whole_of_a_countrys_trade():
    """Kazakhstan 2023: EU 41.30, China 31.53, Russia 25.97, Türkiye 5.98, of 139.55 billion."""
    # 15.737 with the world less 11.367 with those named, of the release that has China's 5.434: the
    # world's 15.903 is of one revised since.
    rest = profile.partners("KGZ", 2015).query("label == @profile.REST")
    assert rest["value_bn"].round(2).tolist() == [4.37]
    rows = profile.partners("KAZ", 2015)
    own = rows[rows["side"] == "own"]
    assert set(own["year"]) == {2023}
    assert {"China", "Russia", "Türkiye", "EU", profile.REST} <= set(own["label"])
    assert own["value_bn"].sum() == pytest.approx(139.55, abs=0.01)
    # Who publishes nothing is seen by its partners.
    assert set(profile.partners("TKM", 2015)["side"]) == {"partner"}


# --- words, of an invented flow -----------------------------------------------------------------


def invented(*tables: dict[str, float]) -> pd.DataFrame:
    """Return exports to Kazakhstan by China's statistics, in billions, a table a year from 2023."""
    names = {"84": "Machinery", "87": "Road vehicles", "62": "Clothing"}
    rows = [
        (year, code, names[code], value, value, value)
        for year, table in enumerate(tables, 2023)
        for code, value in table.items()
    ]
    columns = ["year", "hs_chapter", "goods", "value_bn", "low_bn", "high_bn"]
    pair = {"exporter": "CHN", "importer": "KAZ", "reporter": "CHN"}
    frame = pd.DataFrame(rows, columns=columns).assign(**pair, unlisted_bn=0.0)
    return share_in_flow(frame.assign(group="x", classification="", sources="s"))


def test_sentences_of_two_years_by_hand():
    # 10 and 20 billion: machinery 6 to 8, vehicles 1 to 9, clothing 3 to 3.
    table_of_two = invented({"84": 6, "87": 1, "62": 3}, {"84": 8, "87": 9, "62": 3})
    title = "Road vehicles overtook machinery in exports to Kazakhstan (China’s count)"
    assert page.structure(table_of_two, "CHN") == title  # machinery led with six of ten
    assert page.passed_over(table_of_two) == ""
    assert page.change(table_of_two, "CHN") == (
        "China’s exports to Kazakhstan were $10.0 billion in 2023 and $20.0 billion in 2024 by"
        " China’s statistics, 2.0 times as much; road vehicles contributed 80.0 percentage points"
        " of the growth of 100.0%."
    )
    rows = page.listed(table_of_two, "CHN").set_index("goods")
    assert rows.loc["Road vehicles", "change"] == pytest.approx(0.35)
    assert rows.loc["Machinery", "contribution"] == pytest.approx(0.2)


def test_a_flow_that_hardly_moved_is_about_as_much():
    # 10 and 10.2 billion.
    table_of_two = invented({"84": 6, "62": 4}, {"84": 6.2, "62": 4})
    sentence = page.change(table_of_two, "CHN")
    assert "by China’s statistics, about as much; machinery contributed" in sentence


def test_each_year_says_where_its_codes_change():
    # Kazakhstan without 2024: what is coded anew in 2025 is beside 2023.
    table_of_three = invented({"84": 6}, {"84": 8}, {"84": 9})
    table_of_three = table_of_three.assign(
        classification=["HS 2017", "HS 2017", "HS 2022"]
    )
    told = "From 2025 on, goods are coded in HS 2022 instead of HS 2017: part of a change from"
    assert page.editions(table_of_three) == [f"{told} 2024 may be one of code."]
    lacking = page.editions(table_of_three[table_of_three["year"] != 2024])
    assert lacking == [f"{told} 2023 may be one of code."]
    assert page.editions(table_of_three.assign(classification="HS 2017")) == []


def test_what_led_between_is_not_in_the_picture_and_not_overtaken():
    # Machinery leads 2023 and 2025, clothing alone 2024: the arrows show no change of place.
    tables = ({"84": 6, "62": 4}, {"84": 4, "62": 6}, {"84": 7, "62": 3})
    assert page.led_first(invented(*tables)) == ""
    assert page.led_first(invented(*tables[:2])) == "Machinery"
    assert page.led_first(invented(*tables[:1])) == ""


def test_a_rise_from_first_to_last_year_tells_the_peak_between():
    # Vehicles are 1 of 10, 9 of 20 and 8 of 32; machinery leads before and after.
    tables = (
        {"84": 6, "62": 3, "87": 1},
        {"84": 10, "62": 1, "87": 9},
        {"84": 16, "62": 8, "87": 8},
    )
    peaked = invented(*tables)
    assert page.structure(peaked, "CHN") == (
        "Machinery leads; road vehicles rose from 10.0% to 25.0%"
    )
    # The arrows go from the first year to the last: what lies between stands below them.
    peak = "The largest share of road vehicles was 45.0%, in 2024."
    assert page.passed_over(peaked) == peak
    # So must the flow as a whole: 10, 20, 12.
    less = invented({"84": 10}, {"84": 20}, {"84": 12})
    assert "1.2 times as much, after $20.0 billion in 2024;" in page.change(less, "CHN")
    flat = invented({"84": 6, "87": 1}, {"84": 6, "87": 3}, {"84": 6, "87": 3.1})
    assert (
        page.structure(flat, "CHN")
        == "Machinery leads; road vehicles rose from 14.3% to 34.1%"
    )


def test_what_rose_in_one_year_alone_is_no_riser():
    # Clothing is 10, 10 and 30% of all, vehicles are 10, 20 and 25%.
    shares = invented(
        {"84": 8, "62": 1, "87": 1},
        {"84": 7, "62": 1, "87": 2},
        {"84": 9, "62": 6, "87": 5},
    )
    assert page.riser(shares) == "Road vehicles"


def test_sentences_of_one_year_by_hand():
    table_of_one = invented({"84": 6, "62": 2})
    assert (
        page.structure(table_of_one, "CHN")
        == "Machinery: 75.0% of China’s exports to Kazakhstan"
    )
    assert page.accent(table_of_one) == "Machinery"
    assert page.change(table_of_one, "CHN") == ""


def test_both_sides_sentence_by_hand():
    flow = {"exporter": "CHN", "importer": "KGZ", "year": 2023, "sources": "s"}
    pairs = pd.DataFrame(
        {"goods": ["Textiles", "Machinery"], "share_of_gap": [0.999, 0.001]}
    ).assign(**flow, wits_group="", covered=float("nan"))
    pairs["exporter_bn"], pairs["importer_bn"] = [8.0, 2.0], [0.5, 1.99]
    pairs["difference_bn"], pairs["ratio"] = [-7.5, -0.01], [0.0625, 0.995]
    title = "Textiles, China’s exports 2023: China $8.0bn, Kyrgyzstan $500m"
    assert (
        page.sides_title(pairs, "CHN") == page.goods_title(pairs, pairs, "CHN") == title
    )
    others = pairs.assign(exporter="RUS")
    russian = title.replace("China", "Russia")
    assert page.goods_title(others, others, "RUS") == russian
    seen = [page.flow_name(others, side) for side in ("RUS", "KGZ")]
    assert seen == [
        "Russia’s exports to Kyrgyzstan",
        "Kyrgyzstan’s imports from Russia",
    ]
    # Whose table is not whole is said, also where the other side is China.
    partial = pairs.assign(covered=1.0, covered_of="KGZ")
    assert "100.0% of Kyrgyzstan’s figure" in page.gap(partial)
    # The gap of some chapters is not that of the flow.
    assert "99.9% of the gap in these chapters is textiles" in page.gap(partial)
    assert page.gap(pairs) == (
        "China counts $10.0 billion exported in 2023, Kyrgyzstan $2.5 billion imported. 99.9% of"
        " the gap is textiles ($8.0 billion and $500 million); for machinery they are close"
        " ($2.0 billion and $2.0 billion)."
    )


# --- figures ------------------------------------------------------------------------------------


def test_a_structure_is_of_its_first_and_last_year():
    table_of_two = invented({"84": 6, "87": 1, "62": 3}, {"84": 8, "87": 9, "62": 3})
    rows = page.ranked(table_of_two, 2)
    assert rows["goods"].tolist()[::2] == [
        "Road vehicles",
        "Machinery",
        "All other (1)",
    ]
    assert rows["year"].tolist() == [2023, 2024] * 3
    assert rows["share"].round(2).tolist() == [0.1, 0.45, 0.6, 0.4, 0.3, 0.15]
    assert rows["dollars"].tolist()[1::2] == ["$9.0bn", "$8.0bn", "$3.0bn"]
