"""What the tables hold, each figure as its source prints it, and what the loaders make of them."""

import pytest
from fetch_files import cases
from published_rows import of, one

from catrade_build.tables.goods import (
    load_composition,
    load_composition_groups,
    load_highlights,
    load_hs_chapters,
)
from catrade_build.tables.policy import load_market
from catrade_build.tables.trade import load_trade

CELL = ["reporter", "partner", "period", "flow"]
FLOW = ["exporter", "importer", "reporter", "year"]

# --- trade


#: Printed as "over 48.6", "about 4.3", "nearly 5"; the words belong to the total, not its flows.
ROUNDED = """
CHN KAZ 2025 total | caliber-2026 | floor 48.6 48.7
CHN TJK 2025 total | caliber-2026 | about 4.2 4.4
CHN UZB 2022-H1 total | xi-article-uzb-2022-09 | ceiling 4.0 5.0
KAZ CHN 2022 export | astanatimes-2023-04 | nearest 13.15 13.25
"""


@pytest.mark.parametrize(("cell", "source", "interval"), cases(ROUNDED))
def test_words_of_rounding(cell, source, interval):
    where = dict(zip(CELL, cell.split(), strict=True))
    row = one(load_trade(), **where, sources=source)
    rounding, low, high = interval.split()
    assert row["rounding"] == rounding
    ends = row["low_usd"] / 1e9, row["high_usd"] / 1e9
    assert ends == pytest.approx((float(low), float(high)))


# --- goods


def test_only_complete_flows_are_loaded_unless_single_chapters_are_asked_for():
    flows = load_composition().groupby(FLOW[:3])["year"].unique().map(sorted)
    kazakh = [2015, 2016, 2017, 2018, 2019, 2023, 2024]
    assert flows["KAZ", "CHN", "KAZ"] == flows["CHN", "KAZ", "KAZ"] == kazakh
    assert (
        flows["CHN", "UZB", "CHN"] == flows["CHN", "UZB", "UZB"] == [*range(2017, 2025)]
    )
    assert len(flows) == 4
    # The file's own row of all goods, 15,911,621,031 dollars in 2024: 71 per cent is listed.
    newest = of(load_composition(partial=True), coverage="partial", year=2024)
    listed = newest["value_usd"].sum()
    assert listed + newest["unlisted_usd"].iloc[0] == 15_911_621_031
    assert listed / 15_911_621_031 == pytest.approx(0.71, abs=0.002)


def test_unlisted_goods_are_bounded():
    flow = {"exporter": "CHN", "importer": "UZB", "reporter": "CHN", "year": 2024}
    ours = of(load_composition(), **flow)
    # 88 of the 97 chapters that could be listed: nine may hold up to 100,000 dollars each.
    assert len(ours) == 88
    assert ours["unlisted_usd"].unique().tolist() == [900_000.0]
    # A section may hold that much more for each of its chapters that is left out.
    sections = of(load_composition("section"), **flow)
    spare = sections["high_usd"] - sections["value_usd"]
    names = load_hs_chapters().query("hs_chapter != '98'")
    left_out = names[~names["hs_chapter"].isin(ours["hs_chapter"])]
    absent = left_out.groupby("section").size()
    wanted = 100_000 * sections["section"].map(absent).fillna(0)
    assert spare.tolist() == pytest.approx(wanted.tolist(), abs=10)


@pytest.mark.parametrize("level", ["section", "group"])
def test_levels_add_up(level):
    chapters = load_composition().groupby(FLOW)["value_usd"].sum()
    sums = load_composition(level).groupby(FLOW)["value_usd"].sum()
    assert sums.tolist() == chapters.tolist()


def test_single_facts_keep_the_rounding_of_their_words():
    row = one(load_highlights(), exporter="KGZ", topic="gold", period="2025")
    # 4.95 bn (RIA) of 5,237 million dollars (5,235.7 to 5,237.9, from customs' yuan).
    assert (row["value"], row["share_basis"]) == (4.95e9, "computed")
    assert row["share_low"] <= 4.945 / 5.2379 < 4.955 / 5.2357 <= row["share_high"]
    # 7.4 bn of 7.440 bn dollars; 7.45 would be more than everything, so the bound is cut at 1.
    groups = load_composition_groups("national")
    row = one(groups, exporter="TKM", importer="CHN", period="2024-9M")
    assert row["share_low"] <= 7.35e9 / 7.440455e9
    assert row["share_high"] == 1.0


# --- market and policy


def test_market_rows_carry_what_their_rounding_allows():
    frame = load_market().query("jurisdiction == 'CHN'").set_index(["series", "period"])
    first = frame.loc[("nev_sales", "2009")]  # "fewer than 500"
    assert (first["low"], first["high"]) == (0, 500)
    exports = frame.loc[("auto_exports", "2025")].set_index("sources")
    bound = exports.loc["gasgoo-2025-auto"]
    assert bound["low"] == 7_000_000 < bound["high"]  # "topped 7 million"
    counted = frame.loc[("nev_sales", "2015")]
    assert (counted["low"], counted["high"]) == (331_091.5, 331_092.5)
    derived = frame.loc[("nev_sales", "2018")]  # 1.206 million in 2019, down 4.0%
    assert derived["basis"] == "computed"
    assert derived["low"] < 1_205_500 / 0.9605 < 1_206_500 / 0.9595 < derived["high"]
