"""The bundled composition tables and their loaders, against figures of the cited sources."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

from catrade.check.strict import check_strict
from catrade.definitions import choices, tables
from catrade.load.goods import (
    load_composition,
    load_composition_groups,
    load_highlights,
    load_hs_chapters,
)
from catrade.load.trade import read_table
from catrade.load.wits import groups_of_chapters, load_product_groups
from catrade.trade_composition.both_sides import compare_reporters
from catrade.trade_composition.composition import group_share, share, top_items
from catrade.trade_composition.concentration import concentration
from pagemill.errors import ParameterError

KEYS = ["exporter", "importer", "reporter", "year"]

# UN Comtrade totals as in ds-cipf-tot-m and ds-cipf-tot-x, and how far the chapters may fall short
# (checks of the gathered data: 0.9992 for 2016, 0.997 to 1.000 for Uzbekistan).
TOTALS = [
    ("CHN", "KAZ", "KAZ", 2015, 5_087_800_821, 0.9999),
    ("CHN", "KAZ", "KAZ", 2016, 3_665_652_488, 0.9991),
    ("CHN", "KAZ", "KAZ", 2023, 16_772_250_496, 0.9999),
    ("CHN", "KAZ", "KAZ", 2024, 15_153_469_835, 0.9999),
    ("KAZ", "CHN", "KAZ", 2019, 8_003_866_693, 0.9999),
    ("KAZ", "CHN", "KAZ", 2024, 14_897_477_203, 0.9999),
    ("CHN", "UZB", "UZB", 2017, 2_703_982_130, 0.9967),
    ("CHN", "UZB", "UZB", 2024, 10_328_957_976, 0.9999),
]


@pytest.mark.parametrize("name", [name for name in tables() if "composition" in name])
def test_every_table_reads_and_every_column_is_described(name: str, root: Path) -> None:
    spec = tables()[name]
    frame = read_table(name)
    assert len(frame)
    assert not frame.duplicated(list(spec.key)).any()
    assert all(column.about for column in spec.columns.values())
    raw = (root / "data" / spec.file).read_bytes()
    assert raw.isascii()
    assert b"\r" not in raw


@pytest.mark.parametrize(("exporter", "importer", "reporter", "year", "total", "ratio"), TOTALS)
def test_chapters_add_up_to_the_published_total(
    exporter: str, importer: str, reporter: str, year: int, total: int, ratio: float
) -> None:
    frame = load_composition(exporter, importer, reporter, year, year)
    assert ratio <= frame["value_usd"].sum() / total <= 1 + 1e-6
    assert frame["value_usd"].sum() + frame["unlisted_usd"].iloc[0] == pytest.approx(
        total, abs=1100
    )


def test_only_complete_flows_are_loaded_unless_single_chapters_are_asked_for() -> None:
    table = read_table("composition")
    whole = table[table["coverage"] != "partial"]
    flows = {tuple(row) for row in whole[KEYS].itertuples(index=False)}
    kazakh = {2015, 2016, 2017, 2018, 2019, 2023, 2024}
    expected = {("KAZ", "CHN", "KAZ", year) for year in kazakh}
    expected |= {("CHN", "KAZ", "KAZ", year) for year in kazakh}
    expected |= {("CHN", "UZB", book, y) for book in ("CHN", "UZB") for y in range(2017, 2025)}
    assert flows == expected
    loaded = {tuple(row) for row in load_composition()[KEYS].itertuples(index=False)}
    assert loaded == expected
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
    table = compare_reporters(frame).dropna(subset=["ratio"]).set_index("hs_chapter")
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
    assert set(table.index) == set(read)
    for chapter, (china, kazakhstan, ratio) in read.items():
        assert table.loc[chapter, "importer_usd"] == pytest.approx(china * 1e6, abs=5e5)
        assert table.loc[chapter, "exporter_usd"] == pytest.approx(kazakhstan * 1e6, abs=5e5)
        assert table.loc[chapter, "ratio"] == pytest.approx(ratio, abs=0.005)


def test_product_groups_add_up_to_the_flow_and_differ_between_the_sides() -> None:
    frame = load_product_groups()
    flows = frame.groupby(["exporter", "importer", "reporter"])["value_usd"]
    assert (flows.size() == 16).all()
    total = flows.sum()
    assert len(total) == 15
    # Totals of other publications: UN Comtrade to the dollar, and customs' 19.7 billion.
    assert total["CHN", "KAZ", "CHN"] == 24_696_909_997
    assert total["KAZ", "CHN", "CHN"] == 16_357_882_073
    assert total["CHN", "KGZ", "KGZ"] == 5_352_310_864
    assert total["TJK", "CHN", "TJK"] == 312_795_946
    assert total["CHN", "KGZ", "CHN"] == pytest.approx(19.7e9, abs=5e7)
    assert load_product_groups("CHN", "KAZ", end=2022).empty


def test_published_totals_belong_to_bundled_flows() -> None:
    chapters = set(
        map(tuple, read_table("composition")[KEYS].drop_duplicates().to_numpy().tolist())
    )
    totals = set(map(tuple, read_table("composition_totals")[KEYS].to_numpy().tolist()))
    assert totals < chapters
    assert {key[2] for key in chapters - totals} == {"CHN"}


def test_no_detail_below_chapters_is_bundled(root: Path) -> None:
    for path in (root / "data").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            assert not {"product_code", "hs6", "hs_code"} & set(next(csv.reader(stream)))
    assert set(read_table("composition")["hs_chapter"]) <= set(choices("chapters"))


def test_hs_chapters() -> None:
    frame = load_hs_chapters().set_index("hs_chapter")
    assert list(frame.index) == list(choices("chapters"))
    assert "77" not in frame.index
    assert frame["short_name"].is_unique
    assert frame["short_name"].str.len().max() <= 32
    # Sections XI, XV, XVI and XVII: chapters 50-63, 72-83, 84-85, 86-89.
    for section, first, last in (("11", 50, 63), ("15", 72, 83), ("16", 84, 85), ("17", 86, 89)):
        wanted = [c for c in choices("chapters") if first <= int(c) <= last]
        assert frame.index[frame["section"] == section].tolist() == wanted
    assert set(frame["group"]) == set(choices("groups"))
    assert frame.index[frame["high_tech"] == "core"].tolist() == ["84", "85", "90"]


def test_each_group_is_part_of_a_bank_group_or_whole_ones() -> None:
    frame = load_hs_chapters()
    for _, rows in frame.groupby("group"):
        inside = set(rows["wits_group"])
        whole = set(frame.loc[frame["wits_group"].isin(inside), "hs_chapter"])
        assert len(inside) == 1 or set(rows["hs_chapter"]) == whole


@pytest.mark.parametrize("level", ["chapter", "section", "group"])
def test_levels_add_up_and_shares_sum_to_one(level: str) -> None:
    chapters = load_composition(level="chapter").groupby(KEYS)["value_usd"].sum()
    frame = load_composition(level=level)  # type: ignore[arg-type]
    sums = frame.groupby(KEYS)[["value_usd", "share"]].sum()
    assert sums["value_usd"].tolist() == chapters.tolist()
    assert sums["share"].tolist() == pytest.approx([1.0] * len(sums))
    assert (frame["low_usd"] <= frame["value_usd"]).all()
    assert (frame["value_usd"] <= frame["high_usd"]).all()
    assert frame.attrs["unit"] == "USD"
    assert frame.attrs["table"] == "composition"
    assert set(frame.attrs["sources"]) == set(frame["source_id"])


def test_unlisted_goods_are_bounded() -> None:
    ours = load_composition("CHN", "UZB", "CHN", 2024, 2024)
    # 88 of the 97 chapters that could be listed: nine may hold up to 100,000 dollars each.
    assert len(ours) == 88
    assert ours["unlisted_usd"].unique().tolist() == [900_000.0]
    theirs = load_composition("CHN", "UZB", "UZB", 2024, 2024)
    assert theirs["unlisted_usd"].unique().tolist() == [10_328_957_976 - 10_328_702_471]
    assert load_composition("KAZ", "CHN", start=2019, end=2019)["unlisted_usd"].max() < 10


def test_sections_with_chapters_left_out_may_hold_more() -> None:
    full = load_composition("CHN", "UZB", "CHN", 2024, 2024)
    listed = set(full["hs_chapter"])
    sections = load_composition("CHN", "UZB", "CHN", 2024, 2024, level="section")
    spare = (sections["high_usd"] - sections["value_usd"]).to_numpy()
    names = load_hs_chapters()
    names = names[names["hs_chapter"] != "98"]
    absent = names[~names["hs_chapter"].isin(listed)].groupby("section").size()
    wanted = [100_000 * absent.get(code, 0) for code in sections["section"]]
    assert spare.tolist() == pytest.approx(wanted, abs=10)


def test_a_flow_without_a_table_is_empty_and_keeps_its_columns() -> None:
    frame = load_composition("CHN", "KGZ")
    assert frame.attrs["sources"] == ()
    empty = [frame, load_composition("CHN", "TJK", level="section")]
    empty += [load_composition("CHN", "KAZ", start=2020, end=2022)]
    calculations = (share, concentration, top_items, compare_reporters, groups_of_chapters)
    empty += [calculate(frame) for calculate in calculations]
    empty += [group_share(frame, ["machinery"])]
    for result in empty:
        assert result.empty
        assert "year" in result.columns


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: load_composition("KAX"), "exporter must be one of .*did you mean 'KAZ'"),
        (lambda: load_composition(importer=["KAZ", "XX"]), "importer must be one of"),
        (lambda: load_composition(level="chapters"), "did you mean 'chapter'"),  # type: ignore[arg-type]
        (lambda: load_composition(start=2024, end=2015), "end must not be before start"),
        (lambda: load_composition(start="20x5"), "period must look like"),
        (lambda: load_highlights(topic="golden"), "topic must be one of .*did you mean 'gold'"),
        (lambda: load_composition_groups(classification="SITC"), "did you mean 'SITC1'"),
        (lambda: load_composition_groups(reporter="UNCTDA"), "did you mean 'UNCTAD'"),
    ],
)
def test_wrong_filters_end_in_one_sentence(call, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ParameterError, match=words):
        call()


def test_sitc_sections_are_complete_for_all_ten_flows() -> None:
    frame = load_composition_groups(classification="SITC1")
    assert set(frame["year"]) == {1995, 2005, 2015}
    for year in (1995, 2005, 2015):
        flows = frame[frame["year"] == year].groupby(["exporter", "importer"])["share"].sum()
        assert len(flows) == 10
        # Each of up to ten shares is rounded to 0.01 per cent; 1995 sums to 99.76 at worst.
        assert flows.between(0.9970, 1.0006).all()
    # The gathered notes: KGZ to CHN was 61 m dollars in 2015, KAZ to CHN 6.733 bn.
    sums = frame[frame["year"] == 2015].groupby(["exporter", "importer"])["value_usd"].sum()
    assert sums["KGZ", "CHN"] == pytest.approx(61e6, abs=5e5)
    assert sums["KAZ", "CHN"] == pytest.approx(6.733e9, abs=5e5)


def test_gold_is_about_95_per_cent_of_kyrgyz_sales_to_china() -> None:
    row = load_highlights("KGZ", "CHN", topic="gold", start=2025).iloc[0]
    # 4.95 bn (RIA) of 5,237 million dollars (5,235.7 to 5,237.9, from customs' yuan).
    assert row["value"] == 4.95e9
    assert row["share"] == pytest.approx(4.95 / 5.2371, abs=0.0005)
    assert row["share_low"] <= 4.945 / 5.2379
    assert row["share_high"] >= 4.955 / 5.2357
    assert row["share_basis"] == "computed"


def test_gas_makes_up_nearly_all_turkmen_sales() -> None:
    frame = load_composition_groups("TKM", "CHN", start=2024, end="2024-9M")
    assert frame["period"].tolist() == ["2024-9M"]
    row = frame.iloc[0]
    # 7.4 bn of 7.440 bn dollars; 7.45 would be more than everything, so the bound is cut at 1.
    assert row["share_low"] <= 7.35e9 / 7.440455e9
    assert row["share_high"] == 1.0


def test_statements_carry_words_only() -> None:
    frame = load_highlights(topic="structure_statement")
    assert set(frame["exporter"]) == {"CHN", "CA5"}
    assert frame[["value", "growth", "share"]].isna().all().all()


def test_highlight_intervals_follow_the_rounding() -> None:
    frame = load_highlights("CHN", "KGZ", topic="vehicles", start=2023, end=2023)
    nearly = frame[frame["unit"] == "USD"].query("item == 'passenger cars'").iloc[0]
    # "Nearly 1.2 bn" is at most that.
    assert (nearly["low"], nearly["high"]) == (1.1e9, 1.2e9)
    growth = load_highlights("CHN", "CA5", topic="all_goods", start=2025)
    year = growth[growth["period"] == "2025"].iloc[0]
    assert (year["growth_low"], year["growth_high"]) == pytest.approx((0.105, 0.115))
    assert (year["low"], year["high"]) == (71.15e9, 71.25e9)


def test_gathered_periods_use_the_one_notation() -> None:
    frequencies = pd.concat([load_highlights(), load_composition_groups()])["frequency"]
    assert set(frequencies) == {"annual", "monthly", "quarterly", "half", "ytd"}


def test_the_strict_check_sees_a_product_group_that_does_not_fit(
    root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(root / "data", folder, ignore=shutil.ignore_patterns("fetched"))
    path = folder / "composition_groups.csv"
    text = path.read_text(encoding="utf-8")
    # Kazakhstan's flow is held to the dollar in trade.csv; a digit more makes 5.7 billion 57.
    wrong = text.replace(
        ",84-85,machinery and electrical equipment,5700288520,",
        ",84-85,machinery and electrical equipment,57002885200,",
    )
    assert wrong != text
    path.write_text(wrong.replace("CHN,TJK,CHN,2023,WITS16,84-85", "CHN,TJK,CHN,2023,WITS16,84"))
    found = [f for f in check_strict(folder) if f.file == "composition_groups.csv"]
    said = "; ".join(map(str, found))
    assert "group_sum CHN-KAZ-CHN-2023-WITS16: 75,999,506,677 dollars is in no row" in said
    assert "group_sum CHN-TJK-CHN-2023-WITS16: 84 is no product group; they are 01-05" in said
