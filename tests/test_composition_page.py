"""What the composition report shows: whose table, the good that matters, words and figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from pictures import colliding, sticking_out

from catrade import params
from catrade.calc.composition import share
from catrade.charts import lines
from catrade.pages.trade_composition import charts, goods, say
from catrade.tables.goods import (
    groups_of_chapters,
    load_composition,
    load_product_groups,
)
from pagemill.display import Chart
from rounding.errors import ParameterError

ASKED: dict[str, Any] = {
    "reporter": "CHN",
    "start": 2015,
    "end": 2026,
    "level": "chapter",
}


def flow(partner: str, way: str, **asked: Any) -> goods.Flow:
    return goods.flows(partner=partner, direction=way, **{**ASKED, **asked})[0]


# --- which table --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partner", "way", "asked", "book", "item", "ends"),
    [
        (
            "KAZ",
            "exports",
            {},
            "KAZ",
            "hs_chapter",
            (2015, 2024),
        ),  # China's is not held
        ("KAZ", "imports", {"level": "section"}, "KAZ", "section", (2015, 2024)),
        ("UZB", "exports", {}, "CHN", "hs_chapter", (2017, 2024)),
        ("UZB", "exports", {"reporter": "partner"}, "UZB", "hs_chapter", (2017, 2024)),
        ("UZB", "imports", {}, "CHN", "wits_group", (2023, 2023)),
        ("KGZ", "exports", {"reporter": "partner"}, "KGZ", "wits_group", (2023, 2023)),
        ("TKM", "exports", {"reporter": "partner"}, "CHN", "wits_group", (2023, 2023)),
    ],
)
def test_whose_table_is_shown(
    partner: str,
    way: str,
    asked: dict[str, Any],
    book: str,
    item: str,
    ends: tuple[int, ...],
) -> None:
    found = flow(partner, way, **asked)
    assert (found.book, found.item, (found.years[0], found.years[-1])) == (
        book,
        item,
        ends,
    )
    assert found.newest["share"].sum() == pytest.approx(1)


def test_years_without_a_table_are_told() -> None:
    found = flow("TJK", "imports", start=2024)
    assert (found.book, len(found.newest)) == ("", 0)
    assert say.answer([found], "TJK") == "No table by good was found for these years."


@pytest.mark.parametrize(
    ("partner", "way", "asked", "item", "year", "good", "billions"),
    [
        # The gathered notes: 8.08 against 0.53; the referee's: 2.35 and 1.68; the rest as summed
        # below. Of Kazakhstan's sales since 2024 only the chapters both list can be compared.
        ("KGZ", "exports", {}, "wits_group", 2023, "50-63", (8.08, 0.53)),
        ("KGZ", "exports", {}, "wits_group", 2023, "84-85", (2.42, 2.41)),
        ("UZB", "exports", {}, "hs_chapter", 2024, "87", (2.35, 1.68)),
        ("UZB", "exports", {}, "hs_chapter", 2024, "60", (0.37, 0.09)),
        ("KAZ", "exports", {}, "wits_group", 2023, "50-63", (7.05, 3.22)),
        ("KAZ", "imports", {"start": 2024}, "hs_chapter", 2024, "72", (1.10, 1.79)),
    ],
)
def test_what_both_sides_are_compared_by(
    partner: str, way: str, asked: dict[str, Any], item: str, year: int, good: str,
    billions: tuple[float, float],
) -> None:  # fmt: skip
    found = flow(partner, way, **asked)
    row = found.pairs.set_index(item).loc[good]
    ends = [round(row[f"{side}_usd"] / 1e9, 2) for side in ("exporter", "importer")]
    assert (row["year"], *ends) == (year, *billions)
    partial = "chapters that both list, 71.0% of China’s figure" in say.gap(found.pairs)
    assert partial == bool(asked)
    both = found.pairs[["exporter_usd", "importer_usd"]].sum()
    assert found.gap == pytest.approx(abs(both["importer_usd"] - both["exporter_usd"]))


def test_a_share_of_the_gap_is_of_the_gap_that_is_printed() -> None:
    """Of 11.65 less 10.33 billion road vehicles are 669 million; HS 99 is China's alone."""
    found = flow("UZB", "exports").pairs.set_index("hs_chapter")
    assert found["gap_usd"].iloc[0] / 1e9 == pytest.approx(-1.32, abs=0.005)
    assert found.loc["87", "share_of_gap"] == pytest.approx(668.7 / 1320, abs=0.001)
    assert "50.7% of the gap is road vehicles" in say.gap(flow("UZB", "exports").pairs)


def test_of_seven_chapters_of_kazakhstans_sales_both_sides_are_known() -> None:
    """Millions of 2024, China's beside Kazakhstan's, as the rows of the file have them."""
    found = flow("KAZ", "imports")
    rows = found.some.set_index("hs_chapter")[["importer_usd", "exporter_usd"]] / 1e6
    assert rows.round().astype(int).to_numpy().tolist() == [
        [4548, 3944],
        [1706, 1776],
        [1790, 1101],
        [2742, 2695],
        [74, 35],
        [413, 327],
        [27, 26],
    ]
    assert rows.index.tolist() == ["26", "28", "72", "74", "78", "79", "81"]
    assert say.sides(found.some) == (
        "Iron and steel, imports 2024: Kazakhstan $1.1bn, China $1.8bn"
    )
    assert "full table by chapter was not found; of 7 chapters both" in say.whose(found)
    assert flow("KAZ", "exports").some.empty
    assert "7 chapters" not in say.whose(flow("KAZ", "exports"))


def test_chapters_add_up_to_the_banks_groups_as_nearly_as_the_page_says() -> None:
    chapters = load_composition("CHN", "UZB", "CHN", 2023, 2023)
    sums = groups_of_chapters(chapters).set_index("wits_group")["value_usd"]
    bank = load_product_groups("CHN", "UZB", "CHN").set_index("wits_group")["value_usd"]
    assert sums.sum() == chapters["value_usd"].sum()
    large = bank[bank > 100e6].index
    assert (sums[large] / bank[large] - 1).abs().max() < 0.017
    assert "at most 1.7%" in say.grouped(flow("KAZ", "exports").pairs)


# --- the good that matters ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("partner", "good", "known", "newest"),
    [
        # Published: 4.95 of 5.24; 8.41 of 8.45; 0.773 of 1.87.
        ("KGZ", "Gold", [2025], 4.95 / 5.24),
        ("TKM", "Gas", [2022, 2023, 2025], 8.41 / 8.45),
        ("UZB", "Gas", [2022, 2023, 2024, 2025], 0.773 / 1.87),
    ],
)
def test_a_good_published_singly_is_followed_where_it_weighs(
    partner: str, good: str, known: list[int], newest: float
) -> None:
    table = goods.published_good(flow(partner, "imports"))
    assert table["good"].unique().tolist() == [good]
    rows = table.dropna(subset=["share"])
    assert rows["year"].tolist() == known
    last = rows.iloc[-1]
    assert last["share"] == pytest.approx(newest, abs=0.002)
    assert last["share_low"] <= last["share"] <= last["share_high"] <= 1
    # What is left of a flow is as unsure as the two figures it is left from.
    rest = rows["value_usd"] - rows["good_usd"]
    assert (rows["rest_low_usd"] <= rest).all()
    assert (rest <= rows["rest_high_usd"]).all()
    unsure = table["good_high_usd"] - table["good_low_usd"]
    unsure += table["high_usd"] - table["low_usd"]
    spread = table["rest_high_usd"] - table["rest_low_usd"]
    inside = table["rest_low_usd"] > 0
    assert spread[inside].tolist() == pytest.approx(unsure[inside].tolist())
    # A year without it is not a year without the good: only all goods are known.
    assert table["value_usd"].notna().all()
    assert table.loc[table["share"].isna(), "rest_usd"].isna().all()
    nearly = "was nearly all China bought from X in 2025" in say.good(last, "X")
    assert nearly == (partner != "UZB")


def test_a_rest_within_its_rounding_is_no_figure() -> None:
    """Gas of 9.6 (9.55 to 9.65) in 9.6334 billion of 2023: the rest is 0 to 83 million."""
    table = goods.published_good(flow("TKM", "imports"))
    alt = charts.good_by_year(table, title="x").alt
    assert "All other goods between $0 million and $83 million; 2024" in alt
    assert "All other goods $33" not in alt


def test_what_came_in_a_burst_is_told_with_what_came_since() -> None:
    """By customs' months: 53.4 billion yuan in eleven of them, 1.7 in the eleven since."""
    found = flow("KGZ", "imports")
    assert say.answer([found], "KGZ") == (
        "For 11 months China bought gold from Kyrgyzstan: from October 2024 to August 2025 its"
        " imports were 53.4 billion yuan, in the 11 months since 1.7 billion yuan for goods of all"
        " kinds. Of $5.24 billion in 2025 gold was $4.95 billion, by a count RIA Novosti made of"
        " customs data."
    )
    steady = replace(found, months=pd.Series(1e9, index=found.months.index))
    assert "and little else: $4.95 billion" in say.answer([steady], "KGZ")
    hardly_over = replace(found, months=found.months[:"2025-10"])
    assert "For 11 months" not in say.answer([hardly_over], "KGZ")


def test_a_small_good_is_not_followed() -> None:
    """Kazakhstan's gas is 1.13 of 18.97 billion."""
    assert goods.published_good(flow("KAZ", "imports")).empty


def test_what_gained_most_is_followed_by_both_sides() -> None:
    uzbek, kazakh = (
        goods.risen(flow(partner, "exports")) for partner in ("UZB", "KAZ")
    )
    assert set(uzbek["reporter_name"]) == {"China", "Uzbekistan"}
    assert set(kazakh["reporter_name"]) == {"Kazakhstan"}
    assert set(uzbek["label"]) == set(kazakh["label"]) == {"Road vehicles"}
    value = kazakh.set_index("year")["value_bn"]
    assert round(value[2024], 2) == 2.31
    assert not {2020, 2021, 2022} & set(value.index)
    assert goods.risen(flow("KGZ", "exports")).empty


# --- words, of an invented flow -----------------------------------------------------------------


def invented(*tables: dict[str, float]) -> goods.Flow:
    """Return exports to Kazakhstan by China's statistics, in billions, a table a year from 2023."""
    names = {"84": "Machinery", "87": "Road vehicles", "62": "Clothing"}
    rows = [
        (year, code, names[code], value * 1e9)
        for year, table in enumerate(tables, 2023)
        for code, value in table.items()
    ]
    frame = pd.DataFrame(
        rows, columns=["year", "hs_chapter", "short_name", "value_usd"]
    )
    pair = {"exporter": "CHN", "importer": "KAZ", "reporter": "CHN"}
    exact = {
        "low_usd": frame["value_usd"],
        "high_usd": frame["value_usd"],
        "unlisted_usd": 0.0,
    }
    items = share(
        frame.assign(**pair, **exact, group="x", classification="", source_id="s")
    )
    return replace(
        flow("KAZ", "exports"), book="CHN", asked="CHN", items=items, both=items
    )


def test_sentences_of_two_years_by_hand() -> None:
    # 10 and 20 billion: machinery 6 to 8, vehicles 1 to 9, clothing 3 to 3.
    found = invented({"84": 6, "87": 1, "62": 3}, {"84": 8, "87": 9, "62": 3})
    title = "Road vehicles first since 2024, with 45.0%; machinery 40.0%"
    assert say.structure(found) == title  # machinery led with six of ten
    led = {"label": "Machinery", "year": 2023, "share": 0.6, "now": 0.4}
    assert say.led_before(found) == led
    assert say.change(found) == (
        "China’s exports to Kazakhstan were $10.0 billion in 2023 and $20.0 billion in 2024 by"
        " China’s statistics, 2.0 times as much; road vehicles contributed 80.0 percentage points"
        " of the growth of 100.0%."
    )
    table = goods.listed([found]).set_index("good")
    assert table.loc["Road vehicles", "change"] == pytest.approx(0.35)
    assert table.loc["Machinery", "contribution"] == pytest.approx(0.2)


def test_a_rise_from_first_to_last_year_tells_the_peak_between() -> None:
    # Vehicles are 1 of 10, 9 of 20 and 8 of 32; machinery leads before and after.
    tables = (
        {"84": 6, "62": 3, "87": 1},
        {"84": 10, "62": 1, "87": 9},
        {"84": 16, "62": 8, "87": 8},
    )
    found = invented(*tables)
    assert say.structure(found) == (
        "Road vehicles: from 10.0% to 45.0% in 2024, then 25.0%"
    )
    assert (
        "road vehicles rose from 10.0% of it in 2023 to 45.0% in 2024, then fell to 25.0%."
    ) in say.answer([found], "KAZ")
    flat = invented({"84": 6, "87": 1}, {"84": 6, "87": 3}, {"84": 6, "87": 3.1})
    assert (
        say.structure(flat) == "Machinery leads; road vehicles rose from 14.3% to 34.1%"
    )


def test_two_releases_of_one_flow_are_named() -> None:
    """Uzbekistan's chapters come to 11.65, customs' first total is 11.77 billion."""
    assert say.whose(flow("UZB", "exports")).endswith(
        "The goods of 2024 come to $11.65 billion; the total shown on the pages of growth and of"
        " both sides, $11.77 billion, is of another release."
    )
    assert "another release" not in say.whose(
        flow("KAZ", "exports")
    )  # not China's table


def test_sentences_of_one_year_by_hand() -> None:
    found = invented({"84": 6, "62": 2})
    assert say.structure(found) == "Machinery: 75.0% of China’s exports to Kazakhstan"
    assert say.change(found) == ""
    assert goods.concentrations([found]).empty
    drawn = charts.ranked(found, 1)
    assert drawn[["label", "share"]].to_numpy().tolist() == [
        ["Machinery", 0.75],
        ["All other (1)", 0.25],
    ]


def test_both_sides_sentence_by_hand() -> None:
    pairs = pd.DataFrame(
        {"exporter": "CHN", "importer": "KGZ", "year": 2023, "wits_group": ["50-63", "84-85"],
         "wits_name": ["Textiles", "Machinery"], "exporter_usd": [8e9, 2e9],
         "importer_usd": [0.5e9, 1.99e9], "difference_usd": [-7.5e9, -0.01e9],
         "ratio": [0.0625, 0.995], "share_of_gap": [7.5 / 7.51, 0.01 / 7.51],
         "covered": float("nan"), "source_ids": "s"}
    )  # fmt: skip
    title = "Textiles, exports 2023: China $8.0bn, Kyrgyzstan $500m"
    assert say.sides(pairs) == title
    assert say.gap(pairs) == (
        "China counts $10.0 billion exported in 2023, Kyrgyzstan $2.5 billion imported. 99.9% of"
        " the gap is textiles ($8.0 billion and $500 million); for machinery they are close"
        " ($2.0 billion and $2.0 billion)."
    )


# --- figures ------------------------------------------------------------------------------------


def figures(partner: str) -> list[Chart]:
    """Return every figure of a partner's page."""
    shown = []
    for found in goods.flows(partner=partner, direction="both", **ASKED):
        if found.tells:
            shown.append(charts.structure(found, title=say.structure(found)))
        if len(rows := goods.risen(found)):
            shown.append(lines(rows, "year", by="reporter_name", title="Vehicles"))
        if found.gap:
            shown.append(charts.both_sides(found.pairs, title=say.sides(found.pairs)))
        if found.slug == "imports" and len(known := goods.published_good(found)):
            title = say.good(known.dropna(subset=["share"]).iloc[-1], found.partner)
            shown.append(charts.good_by_year(known, title=title))
    return shown


@pytest.mark.parametrize("partner", ["KAZ", "TKM", "UZB"])
def test_every_figure_is_complete_and_readable(partner: str) -> None:
    drawn = figures(partner)
    assert len(drawn) >= 2
    for chart in drawn:
        assert len(chart.title.split()) <= 10
        assert not re.search(r"\bnan\b", f"{chart.title} {chart.alt} {chart.note}")
        assert not chart.table.empty
        for figure in (chart.figure, chart.narrow):
            assert sticking_out(replace(chart, figure=figure)) == []
        if chart.name.startswith("structure"):
            assert colliding(chart) == []


def test_a_structure_says_every_bar_and_where_it_began() -> None:
    found = invented({"84": 6, "87": 1, "62": 3}, {"84": 8, "87": 9, "62": 3})
    alt = charts.structure(found, 2, title="x").alt
    assert "Road vehicles 45.0%, $9.0bn (before: 10.0%)" in alt
    assert "All other (1) 15.0%, $3.0bn (before: 30.0%)" in alt
    assert "China’s statistics; dot: 2023" in alt


def test_turkmenistan_has_no_statistics_to_ask_for() -> None:
    assert params.validate("trade_composition", partner="TKM").end == 2026
    with pytest.raises(
        ParameterError, match="Turkmenistan publishes no trade statistics by"
    ):
        params.validate("trade_composition", partner="TKM", reporter="partner")
