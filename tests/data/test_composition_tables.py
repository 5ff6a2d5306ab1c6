"""The bundled composition tables and their loaders, against figures of the cited sources."""

import csv

import pytest

from catrade_build.calc.composition import share_in_flow
from catrade_build.tables.definitions import choices
from catrade_build.tables.goods import (
    as_figures,
    groups_of_chapters,
    load_composition,
    load_composition_groups,
    load_highlights,
    load_hs_chapters,
    load_product_groups,
)
from catrade_build.tables.trade import read_table

KEYS = ["exporter", "importer", "reporter", "year"]


def test_only_complete_flows_are_loaded_unless_single_chapters_are_asked_for():
    kazakh = [2015, 2016, 2017, 2018, 2019, 2023, 2024]
    flows = load_composition().groupby(KEYS[:3])["year"].unique().map(sorted)
    assert flows.to_dict() == {
        ("KAZ", "CHN", "KAZ"): kazakh,
        ("CHN", "KAZ", "KAZ"): kazakh,
        ("CHN", "UZB", "CHN"): [*range(2017, 2025)],
        ("CHN", "UZB", "UZB"): [*range(2017, 2025)],
    }
    some = load_composition(partial=True)
    some = some[some["coverage"] == "partial"]
    assert set(some["year"]) == set(range(2014, 2025))
    # The file's own row of all goods, 15,911,621,031 dollars in 2024: 71 per cent is listed.
    newest = some[some["year"] == 2024]
    listed = newest["value_usd"].sum()
    assert listed + newest["unlisted_usd"].iloc[0] == 15_911_621_031
    assert listed / 15_911_621_031 == pytest.approx(0.71, abs=0.002)


def test_product_groups_add_up_to_the_flow():
    frame = load_product_groups()
    flows = frame.groupby(["exporter", "importer", "reporter"])["value_usd"]
    assert flows.size().tolist() == [16] * 15
    assert load_product_groups("CHN", "KAZ", end=2022).empty


def test_no_detail_below_chapters_is_bundled(root):
    for path in (root / "data").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            assert not {"product_code", "hs6", "hs_code"} & set(
                next(csv.reader(stream))
            )
    assert set(read_table("composition")["hs_chapter"]) <= set(choices("chapters"))


def test_hs_chapters():
    frame = load_hs_chapters().set_index("hs_chapter")
    assert list(frame.index) == list(choices("chapters"))
    assert frame["short_name"].is_unique
    assert frame["short_name"].str.len().max() <= 32
    assert set(frame["group"]) == set(choices("groups"))
    assert frame.index[frame["high_tech"] == "core"].tolist() == ["84", "85", "90"]
    # Each group is part of one of the bank's, or whole ones.
    for _, rows in frame.groupby("group"):
        inside = set(rows["wits_group"])
        whole = set(frame.index[frame["wits_group"].isin(inside)])
        assert len(inside) == 1 or set(rows.index) == whole


@pytest.mark.parametrize("level", ["section", "group"])
def test_levels_add_up(level):
    chapters = load_composition().groupby(KEYS)["value_usd"].sum()
    frame = load_composition(level=level)  # type: ignore[arg-type]
    sums = frame.groupby(KEYS)["value_usd"].sum()
    assert sums.tolist() == chapters.tolist()


def test_unlisted_goods_are_bounded():
    ours = load_composition("CHN", "UZB", "CHN", 2024, 2024)
    # 88 of the 97 chapters that could be listed: nine may hold up to 100,000 dollars each.
    assert len(ours) == 88
    assert ours["unlisted_usd"].unique().tolist() == [900_000.0]
    # A section may hold that much more for each of its chapters that is left out.
    sections = load_composition("CHN", "UZB", "CHN", 2024, 2024, level="section")
    spare = sections["high_usd"] - sections["value_usd"]
    names = load_hs_chapters().query("hs_chapter != '98'")
    left_out = names[~names["hs_chapter"].isin(ours["hs_chapter"])]
    absent = left_out.groupby("section").size()
    wanted = 100_000 * sections["section"].map(absent).fillna(0)
    assert spare.tolist() == pytest.approx(wanted.tolist(), abs=10)


def test_a_flow_without_a_table_is_empty_and_keeps_its_columns():
    frame = load_composition("CHN", "KGZ")
    empty = [frame, load_composition("CHN", "TJK", level="section")]
    empty += [load_composition("CHN", "KAZ", start=2020, end=2022)]
    figures = as_figures(frame, "chapter")
    empty += [share_in_flow(figures), groups_of_chapters(frame)]
    for result in empty:
        assert result.empty
        assert "year" in result.columns


def test_sitc_sections_are_complete_for_all_ten_flows():
    frame = load_composition_groups(classification="SITC1")
    sums = frame.groupby(["year", "exporter", "importer"])[["share", "value_usd"]].sum()
    assert sums.groupby(level="year").size().to_dict() == {1995: 10, 2005: 10, 2015: 10}
    # Each of up to ten shares is rounded to 0.01 per cent; 1995 sums to 99.76 at worst.
    assert sums["share"].between(0.9970, 1.0006).all()
    # The gathered notes: KGZ to CHN was 61 m dollars in 2015.
    value = sums["value_usd"]
    assert value[2015, "KGZ", "CHN"] == pytest.approx(61e6, abs=5e5)


def test_single_facts_keep_the_rounding_of_their_words():
    row = load_highlights("KGZ", "CHN", topic="gold", start=2025).iloc[0]
    # 4.95 bn (RIA) of 5,237 million dollars (5,235.7 to 5,237.9, from customs' yuan).
    assert (row["value"], row["share_basis"]) == (4.95e9, "computed")
    assert row["share_low"] <= 4.945 / 5.2379 < 4.955 / 5.2357 <= row["share_high"]
    frame = load_composition_groups("TKM", "CHN", start=2024, end="2024-9M")
    # 7.4 bn of 7.440 bn dollars; 7.45 would be more than everything, so the bound is cut at 1.
    assert frame["share_low"].item() <= 7.35e9 / 7.440455e9
    assert frame["share_high"].item() == 1.0
    words = load_highlights(topic="structure_statement")
    assert words[["value", "growth", "share"]].isna().all(axis=None)
