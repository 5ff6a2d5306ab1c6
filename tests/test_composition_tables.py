"""The bundled composition tables and their loaders, against figures of the cited sources."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from catrade.calc.both_sides import compare_reporters
from catrade.calc.composition import share
from catrade.calc.concentration import concentration
from catrade.check.strict import check_strict
from catrade.tables.definitions import choices
from catrade.tables.goods import (
    as_figures,
    groups_of_chapters,
    load_composition,
    load_composition_groups,
    load_highlights,
    load_hs_chapters,
    load_product_groups,
)
from catrade.tables.trade import read_table

KEYS = ["exporter", "importer", "reporter", "year"]


def flows(frame: pd.DataFrame) -> set[tuple[str, str, str, int]]:
    return set(frame[KEYS].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("exporter", "importer", "reporter", "year", "total", "ratio"),
    [
        # UN Comtrade totals as in ds-cipf-tot-m and ds-cipf-tot-x, and how far the chapters may
        # fall short (checks of the gathered data: 0.9992 for 2016, 0.997 to 1 for Uzbekistan).
        ("CHN", "KAZ", "KAZ", 2015, 5_087_800_821, 0.9999),
        ("CHN", "KAZ", "KAZ", 2016, 3_665_652_488, 0.9991),
        ("CHN", "KAZ", "KAZ", 2024, 15_153_469_835, 0.9999),
        ("KAZ", "CHN", "KAZ", 2019, 8_003_866_693, 0.9999),
        ("KAZ", "CHN", "KAZ", 2024, 14_897_477_203, 0.9999),
        ("CHN", "UZB", "UZB", 2017, 2_703_982_130, 0.9967),
        ("CHN", "UZB", "UZB", 2024, 10_328_957_976, 0.9999),
    ],
)
def test_chapters_add_up_to_the_published_total(
    exporter: str, importer: str, reporter: str, year: int, total: int, ratio: float
) -> None:
    frame = load_composition(exporter, importer, reporter, year, year)
    listed = frame["value_usd"].sum()
    assert ratio <= listed / total <= 1 + 1e-6
    assert listed + frame["unlisted_usd"].iloc[0] == pytest.approx(total, abs=1100)


def test_only_complete_flows_are_loaded_unless_single_chapters_are_asked_for() -> None:
    kazakh = {2015, 2016, 2017, 2018, 2019, 2023, 2024}
    expected = {("KAZ", "CHN", "KAZ", year) for year in kazakh}
    expected |= {("CHN", "KAZ", "KAZ", year) for year in kazakh}
    expected |= {
        ("CHN", "UZB", book, y) for book in ("CHN", "UZB") for y in range(2017, 2025)
    }
    assert flows(load_composition()) == expected
    totals = flows(read_table("composition_totals"))
    assert {key[2] for key in flows(read_table("composition")) ^ totals} == {"CHN"}
    some = load_composition(partial=True)
    some = some[some["coverage"] == "partial"]
    assert set(some["year"]) == set(range(2014, 2025))
    assert set(some["hs_chapter"]) == {"26", "28", "72", "74", "78", "79", "81"}
    # The file's own row of all goods, 15,911,621,031 dollars in 2024: 71 per cent is listed.
    newest = some[some["year"] == 2024]
    listed = newest["value_usd"].sum()
    assert listed + newest["unlisted_usd"].iloc[0] == 15_911_621_031
    assert listed / 15_911_621_031 == pytest.approx(0.71, abs=0.002)


def test_chinese_chapters_with_kazakhstan_are_those_the_referee_read() -> None:
    frame = load_composition("KAZ", "CHN", start=2024, partial=True)
    table = compare_reporters(as_figures(frame, "chapter"))
    table = table.dropna(subset=["ratio"]).set_index("hs_chapter")
    # Millions of dollars, China's and Kazakhstan's, and their ratio, read from the two files.
    read = {
        "26": (4548, 3944, 1.15),
        "28": (1706, 1776, 0.96),
        "72": (1790, 1101, 1.63),
        "74": (2742, 2695, 1.02),
        "78": (74, 35, 2.14),
        "79": (413, 327, 1.26),
        "81": (27, 26, 1.02),
    }
    columns = ["importer_bn", "exporter_bn", "ratio"]
    found = table[columns] / [1e-3, 1e-3, 1]
    wanted = pd.DataFrame(read, index=columns).T.rename_axis("hs_chapter")
    assert list(found.index) == list(wanted.index)
    assert ((found - wanted).abs() <= [0.5, 0.5, 0.005]).all(axis=None)


def test_product_groups_add_up_to_the_flow_and_differ_between_the_sides() -> None:
    frame = load_product_groups()
    total = frame.groupby(["exporter", "importer", "reporter"])["value_usd"].agg(
        ["sum", "size"]
    )
    assert total["size"].tolist() == [16] * 15
    total = total["sum"]
    # Totals of other publications: UN Comtrade to the dollar, and customs' 19.7 billion.
    assert total["CHN", "KAZ", "CHN"] == 24_696_909_997
    assert total["KAZ", "CHN", "CHN"] == 16_357_882_073
    assert total["CHN", "KGZ", "KGZ"] == 5_352_310_864
    assert total["TJK", "CHN", "TJK"] == 312_795_946
    assert total["CHN", "KGZ", "CHN"] == pytest.approx(19.7e9, abs=5e7)
    assert load_product_groups("CHN", "KAZ", end=2022).empty


def test_no_detail_below_chapters_is_bundled(root: Path) -> None:
    for path in (root / "data").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            assert not {"product_code", "hs6", "hs_code"} & set(
                next(csv.reader(stream))
            )
    assert set(read_table("composition")["hs_chapter"]) <= set(choices("chapters"))


def test_hs_chapters() -> None:
    frame = load_hs_chapters().set_index("hs_chapter")
    assert list(frame.index) == list(choices("chapters"))
    assert frame["short_name"].is_unique
    assert frame["short_name"].str.len().max() <= 32
    # Sections XI, XV, XVI and XVII: chapters 50-63, 72-83, 84-85, 86-89.
    for section, first, last in (
        ("11", 50, 63),
        ("15", 72, 83),
        ("16", 84, 85),
        ("17", 86, 89),
    ):
        wanted = [c for c in choices("chapters") if first <= int(c) <= last]
        assert frame.index[frame["section"] == section].tolist() == wanted
    assert set(frame["group"]) == set(choices("groups"))
    assert frame.index[frame["high_tech"] == "core"].tolist() == ["84", "85", "90"]
    # Each group is part of one of the bank's, or whole ones.
    for _, rows in frame.groupby("group"):
        inside = set(rows["wits_group"])
        whole = set(frame.index[frame["wits_group"].isin(inside)])
        assert len(inside) == 1 or set(rows.index) == whole


@pytest.mark.parametrize("level", ["chapter", "section", "group"])
def test_levels_add_up_and_shares_sum_to_one(level: str) -> None:
    chapters = load_composition(level="chapter").groupby(KEYS)["value_usd"].sum()
    frame = load_composition(level=level)  # type: ignore[arg-type]
    sums = frame.groupby(KEYS)[["value_usd", "share"]].sum()
    assert sums["value_usd"].tolist() == chapters.tolist()
    assert sums["share"].tolist() == pytest.approx([1.0] * len(sums))
    assert frame["value_usd"].between(frame["low_usd"], frame["high_usd"]).all()
    sources = tuple(sorted(set(frame["source_id"])))
    assert frame.attrs == {"table": "composition", "unit": "USD", "sources": sources}


def test_unlisted_goods_are_bounded() -> None:
    ours = load_composition("CHN", "UZB", "CHN", 2024, 2024)
    # 88 of the 97 chapters that could be listed: nine may hold up to 100,000 dollars each.
    assert len(ours) == 88
    assert ours["unlisted_usd"].unique().tolist() == [900_000.0]
    theirs = load_composition("CHN", "UZB", "UZB", 2024, 2024)
    assert theirs["unlisted_usd"].unique().tolist() == [10_328_957_976 - 10_328_702_471]
    assert (
        load_composition("KAZ", "CHN", start=2019, end=2019)["unlisted_usd"].max() < 10
    )
    # A section may hold that much more for each of its chapters that is left out.
    sections = load_composition("CHN", "UZB", "CHN", 2024, 2024, level="section")
    spare = sections["high_usd"] - sections["value_usd"]
    names = load_hs_chapters().query("hs_chapter != '98'")
    absent = (
        names[~names["hs_chapter"].isin(ours["hs_chapter"])].groupby("section").size()
    )
    wanted = 100_000 * sections["section"].map(absent).fillna(0)
    assert spare.tolist() == pytest.approx(wanted.tolist(), abs=10)


def test_a_flow_without_a_table_is_empty_and_keeps_its_columns() -> None:
    frame = load_composition("CHN", "KGZ")
    assert frame.attrs["sources"] == ()
    empty = [frame, load_composition("CHN", "TJK", level="section")]
    empty += [load_composition("CHN", "KAZ", start=2020, end=2022)]
    figures = as_figures(frame, "chapter")
    empty += [share(figures), concentration(figures), compare_reporters(figures)]
    empty += [groups_of_chapters(frame)]
    for result in empty:
        assert result.empty
        assert "year" in result.columns


def test_sitc_sections_are_complete_for_all_ten_flows() -> None:
    frame = load_composition_groups(classification="SITC1")
    sums = frame.groupby(["year", "exporter", "importer"])[["share", "value_usd"]].sum()
    assert sums.groupby(level="year").size().to_dict() == {1995: 10, 2005: 10, 2015: 10}
    # Each of up to ten shares is rounded to 0.01 per cent; 1995 sums to 99.76 at worst.
    assert sums["share"].between(0.9970, 1.0006).all()
    # The gathered notes: KGZ to CHN was 61 m dollars in 2015, KAZ to CHN 6.733 bn.
    value = sums["value_usd"]
    assert value[2015, "KGZ", "CHN"] == pytest.approx(61e6, abs=5e5)
    assert value[2015, "KAZ", "CHN"] == pytest.approx(6.733e9, abs=5e5)


def test_single_facts_keep_the_rounding_of_their_words() -> None:
    row = load_highlights("KGZ", "CHN", topic="gold", start=2025).iloc[0]
    # 4.95 bn (RIA) of 5,237 million dollars (5,235.7 to 5,237.9, from customs' yuan).
    assert (row["value"], row["share_basis"]) == (4.95e9, "computed")
    assert row["share"] == pytest.approx(4.95 / 5.2371, abs=0.0005)
    assert row["share_low"] <= 4.945 / 5.2379 < 4.955 / 5.2357 <= row["share_high"]
    frame = load_composition_groups("TKM", "CHN", start=2024, end="2024-9M")
    assert frame["period"].tolist() == ["2024-9M"]
    # 7.4 bn of 7.440 bn dollars; 7.45 would be more than everything, so the bound is cut at 1.
    assert frame["share_low"].item() <= 7.35e9 / 7.440455e9
    assert frame["share_high"].item() == 1.0
    frame = load_highlights("CHN", "KGZ", topic="vehicles", start=2023, end=2023)
    nearly = frame[(frame["unit"] == "USD") & (frame["item"] == "passenger cars")]
    # "Nearly 1.2 bn" is at most that.
    assert nearly[["low", "high"]].to_numpy().tolist() == [[1.1e9, 1.2e9]]
    growth = load_highlights("CHN", "CA5", topic="all_goods", start=2025).query(
        "period == '2025'"
    )
    assert growth[["growth_low", "growth_high"]].iloc[0].tolist() == pytest.approx(
        [0.105, 0.115]
    )
    assert growth[["low", "high"]].iloc[0].tolist() == [71.15e9, 71.25e9]
    words = load_highlights(topic="structure_statement")
    assert set(words["exporter"]) == {"CHN", "CA5"}
    assert words[["value", "growth", "share"]].isna().all(axis=None)


def test_the_strict_check_sees_a_product_group_that_does_not_fit(
    data_copy: Path,
) -> None:
    path = data_copy / "composition_groups.csv"
    text = path.read_text(encoding="utf-8")
    # Kazakhstan's flow is held to the dollar in trade.csv; a digit more makes 5.7 billion 57.
    assert text.count(",5700288520,") == 1
    wrong = text.replace(",5700288520,", ",57002885200,")
    path.write_text(
        wrong.replace("CHN,TJK,CHN,2023,WITS16,84-85", "CHN,TJK,CHN,2023,WITS16,84")
    )
    said = "; ".join(str(one) for one in check_strict(data_copy))
    assert (
        "group_sum CHN-KAZ-CHN-2023-WITS16:+207.7%: 75,999,506,677 dollars is in no row"
        in said
    )
    assert (
        "group_sum CHN-TJK-CHN-2023-WITS16: 84 is no product group; they are 01-05"
        in said
    )
