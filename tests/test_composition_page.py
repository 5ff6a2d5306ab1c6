"""What the composition report shows: whose table, the good that matters, words and figures."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from pictures import colliding, sticking_out

from catrade import params
from catrade.charts import lines
from catrade.load.goods import load_composition
from catrade.load.wits import groups_of_chapters, load_product_groups
from catrade.trade_composition import charts, goods, say
from catrade.trade_composition.composition import share
from pagemill.display import Chart
from pagemill.errors import ParameterError

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
    assert found.gap == pytest.approx(abs(found.pairs["difference_usd"].sum()))


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
    # A year without it is not a year without the good: only all goods are known.
    assert table["value_usd"].notna().all()
    assert table.loc[table["share"].isna(), "rest_usd"].isna().all()
    assert ("is nearly all that China buys" in say.good(last, "X")) == (
        partner != "UZB"
    )


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
    assert say.structure(found) == "Road vehicles rose from 10.0% to 45.0% of exports"
    assert say.change(found) == (
        "China’s exports to Kazakhstan were $10.0 billion in 2023 and $20.0 billion in 2024 by"
        " China’s statistics, 2.0 times as much; road vehicles contributed 80.0 percentage points"
        " of the growth of 100.0%."
    )
    # 1 / (0.36 + 0.01 + 0.09) = 2.17 and 1 / (0.16 + 0.2025 + 0.0225) = 2.60
    assert say.spread(found) == (
        "Goods are as if spread evenly over 2.6 chapters; the fewest were 2.2 in 2023, the most"
        " 2.6 in 2024."
    )
    table = goods.listed([found]).set_index("good")
    assert table.loc["Road vehicles", "change"] == pytest.approx(0.35)
    assert table.loc["Machinery", "contribution"] == pytest.approx(0.2)


def test_sentences_of_one_year_by_hand() -> None:
    found = invented({"84": 6, "62": 2})
    assert say.structure(found) == "Machinery: 75.0% of China’s exports to Kazakhstan"
    assert say.change(found) == say.spread(found) == ""
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
    assert say.sides(pairs) == "Textiles: China $8.0bn, Kyrgyzstan $500m"
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
        ParameterError, match="Turkmenistan publishes no trade statistics; use"
    ):
        params.validate("trade_composition", partner="TKM", reporter="partner")
