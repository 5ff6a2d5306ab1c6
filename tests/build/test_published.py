"""What the tables hold, each figure as its source prints it, and what the loaders make of them."""

import csv

import pandas as pd
import pytest
from fetch_files import cases
from published_rows import of, one
from recomputed import rows_of

from catrade_build.cells.chosen import chosen
from catrade_build.cells.selection import select_published
from catrade_build.goods import share_in_flow
from catrade_build.tables.definitions import choices
from catrade_build.tables.goods import (
    load_composition,
    load_composition_groups,
    load_highlights,
    load_hs_chapters,
    load_product_groups,
)
from catrade_build.tables.policy import load_market, load_policy_events
from catrade_build.tables.trade import load_trade, read_table

CELL = ["reporter", "partner", "period", "flow"]
FLOW = ["exporter", "importer", "reporter", "year"]

# --- trade

#: The Ministry of Commerce on 18 January 2026; UN Comtrade, China's report; and figures instead
#: of 31.5 (the first release of 2023), of 6.73 and 0.552 (UNCTAD) and of 3.38 billion (a secondary
#: paper).
FIGURES = """
CHN CA5 2025 total | 106.3e9
CHN CA5 1992 total | 0.46e9
CHN KAZ 2014 import | 9741822440
KAZ CHN 2023 total | 30055389612
KAZ CHN 2015 export | 5480137487
UZB CHN 2005 export | 238000000
CHN UZB 2012 total | 2.88e9
"""


@pytest.mark.parametrize(("cell", "value"), cases(FIGURES))
def test_the_figure_its_source_prints(cell, value):
    rows = of(load_trade(), **dict(zip(CELL, cell.split(), strict=True)))
    assert select_published(rows)["value_usd"].item() == float(value)


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


def test_every_value_is_a_multiple_of_its_unit():
    """A sum of ours is as wide as the units of its parts together, and ends in any digit."""
    table = read_table("trade").query("not derived")
    assert (table["value"] % table["precision"] == 0).all()


def test_both_flows_with_each_of_the_five_are_held_of_every_year_and_month():
    """From 2024 on the flows of the smaller four exist in yuan only, by month until July 2026."""
    held = {
        (row["period"], row["partner"], row["flow"], row["currency"])
        for row in rows_of("trade")
        if row["reporter"] == "CHN" and row["quality"] == "ok"
    }
    months = [f"{y}-{m:02}" for y in (2024, 2025, 2026) for m in range(1, 13)][:31]
    periods = [*map(str, range(2017, 2026)), *months]
    missing = [
        (period, partner, flow)
        for period in periods
        for partner in ("KAZ", "KGZ", "TJK", "TKM", "UZB")
        for flow in ("export", "import")
        if (period, partner, flow, "USD" if period < "2024" else "CNY") not in held
    ]
    assert missing == []


#: China's trade with the world, as printed in yuan and in dollars.
@pytest.mark.parametrize(
    ("period", "yuan", "dollars"),
    [("2013", 25.83e12, 4.15899959e12), ("2025-12", 42629.6e8, 6014.2e8)],
)
def test_rates_are_yuan_over_dollars(period, yuan, dollars):
    rate = one(read_table("exchange_rates"), currency="CNY", period=period)
    assert rate["rate"] == pytest.approx(yuan / dollars, rel=2e-5)
    assert rate["low"] < yuan / dollars < rate["high"]


def test_estimates_of_a_data_base_stand_for_no_country_that_publishes_otherwise():
    """The IMF has 1.33 times what Uzbekistan's committee prints; of Russia its partners' guess."""
    rows = read_table("trade")
    rows = rows[rows["sources"].str.startswith("imf-imts")]
    is_guess = rows["reporter"].eq("TKM") | of(rows, reporter="RUS")["period"].ge(
        "2022"
    )
    assert set(rows.loc[is_guess, "quality"]) == {"rejected"}
    cell = {"reporter": "UZB", "partner": "CHN", "period": "2025", "flow": "export"}
    assert one(rows, **cell, sources="imf-imts-2026-04")["value"] == pytest.approx(
        3.3549e9
    )
    assert one(chosen(), **cell)["value_bn"] == pytest.approx(2.5160961, rel=1e-6)


def test_what_was_read_at_github_is_a_copy_unless_it_was_published_there():
    sources = rows_of("sources")
    there = {
        row["source_id"]
        for row in sources
        if row["url"].startswith("https://github.com/")
        and row["read_in"] == "publisher"
        and not row["source_id"].startswith("s60-")
    }
    assert there == {"datasets-hs", "open-ev-charts"}
    ids = [row["source_id"] for row in sources]
    assert ids == sorted(ids)


def test_macro_is_as_the_world_bank_prints_it():
    macro = read_table("macro").set_index(["country", "year", "indicator"])["value"]
    assert macro["CHN", 2024, "gdp"] == pytest.approx(18.7438e12, rel=1e-5)
    # A fraction: 14.7249900200331 per cent.
    assert macro["KAZ", 2023, "consumer_prices"] == 0.147249900200331


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


def test_groups_of_others_are_complete():
    flows = load_product_groups().groupby(FLOW[:3])["value_usd"]
    assert flows.size().tolist() == [16] * 15
    sitc = load_composition_groups("SITC1")
    sums = sitc.groupby(["year", "exporter", "importer"])[["share", "value_usd"]].sum()
    assert sums.groupby(level="year").size().to_dict() == {1995: 10, 2005: 10, 2015: 10}
    # Each of up to ten shares is rounded to 0.01 per cent; 1995 sums to 99.76 at worst.
    assert sums["share"].between(0.9970, 1.0006).all()
    assert sums["value_usd"][2015, "KGZ", "CHN"] == pytest.approx(61e6, abs=5e5)


def test_no_detail_below_chapters_is_bundled(root):
    """Its publishers do not allow it."""
    for path in (root / "data").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream))
        assert not {"product_code", "hs6", "hs_code"} & set(header)


def test_hs_chapters():
    frame = load_hs_chapters().set_index("hs_chapter")
    assert list(frame.index) == list(choices("chapters"))
    assert frame["short_name"].is_unique
    assert frame.index[frame["high_tech"] == "core"].tolist() == ["84", "85", "90"]
    # Each group is part of one of the bank's, or whole ones.
    for _, rows in frame.groupby("group"):
        inside = set(rows["wits_group"])
        whole = set(frame.index[frame["wits_group"].isin(inside)])
        assert len(inside) == 1 or set(rows.index) == whole


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
    assert derived["derived"]
    assert derived["low"] < 1_205_500 / 0.9605 < 1_206_500 / 0.9595 < derived["high"]


def test_embers_six_groups_are_its_clean_technology():
    frame = load_market()
    parts = frame["series"].str.extract(
        "^ember_(?P<group>.+)_exports_to_(?P<to>.+)_usd$"
    )
    frame = frame.join(parts).dropna(subset="group")
    values = frame.pivot_table(index=["to", "period"], columns="group", values="value")
    annual = values[values.index.get_level_values("period").str.len() == 4]
    six = annual.drop(columns="cleantech")
    assert len(six.columns) == 6
    assert six.sum(axis=1).to_dict() == annual["cleantech"].to_dict()
    # 3.33 billion dollars of electric vehicles as Ember groups them, to the five in 2024
    assert round(annual["ev"].xs("2024", level="period").sum() / 1e9, 2) == 3.33


def test_landmarks_and_quotations_have_the_sources_that_print_them():
    events = load_policy_events()
    marked = events[events["landmark"] != ""]
    assert 10 <= len(marked) <= 15
    assert marked["landmark"].is_unique
    assert marked["sources"].str.contains(";").all()  # two sources each at least
    quoted = events[(events["quote"] != "") | (events["quote_source"] != "")]
    for row in quoted.itertuples():
        assert row.quote, row.event_id
        assert {*row.quote_source.split(";")} <= {*row.sources.split(";")}, row.event_id


def test_a_share_of_goods_and_its_ends():
    """1.5 (1 to 2) of 5.5, beside 3 to 5 and at most 1 that is not listed."""
    flow = {"exporter": "CHN", "importer": "KAZ", "reporter": "KAZ", "year": 2024}
    ends = {"value": [1.5, 4], "low": [1, 3], "high": [2, 5]}
    frame = pd.DataFrame({**ends, "unlisted": 1.0, **flow})
    shares = share_in_flow(frame)[["share", "share_low", "share_high"]]
    assert shares.iloc[0].tolist() == pytest.approx([1.5 / 5.5, 1 / 7, 2 / 5])
    assert shares.iloc[1].tolist() == pytest.approx([4 / 5.5, 3 / 6, 5 / 6])
    # A flow that is worth nothing has no shares.
    assert share_in_flow(frame.assign(value=0.0, low=0, high=0)).empty
