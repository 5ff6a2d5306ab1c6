"""Shares, changes and contributions of a composition: hand-worked cases and identities."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catrade.trade_composition.both_sides import (
    compare_reporters,
    gold_effect,
    sections_and_chapters,
    shares_of_gap,
)
from catrade.trade_composition.changes import (
    change_index,
    composition_change,
    concentration_change,
    contribution_to_change,
    top_contributions,
)
from catrade.trade_composition.composition import group_share, share, top_items
from pagemill.errors import ParameterError

CHAPTERS = ["26", "27", "28", "72", "84", "85", "87"]
GROUP = {
    "26": "ores_minerals",
    "27": "fuels",
    "28": "chemicals",
    "72": "iron_steel",
    "84": "machinery",
    "85": "electronics",
    "87": "vehicles",
}


def rows(
    year: int,
    values: dict[str, float],
    *,
    reporter: str = "KAZ",
    half: float = 0.0,
    spare: float = 0.0,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "exporter": "CHN",
            "importer": "KAZ",
            "reporter": reporter,
            "year": year,
            "hs_chapter": list(values),
            "group": [GROUP[chapter] for chapter in values],
            "value_usd": [float(v) for v in values.values()],
            "low_usd": [max(0.0, v - half) for v in values.values()],
            "high_usd": [v + half for v in values.values()],
            "unlisted_usd": spare,
        }
    )


@pytest.fixture
def two_years() -> pd.DataFrame:
    """100 in 2023 (84: 50, 85: 30, 87: 20) and 150 in 2024 (84: 60, 87: 75, 28: 15)."""
    return pd.concat(
        [rows(2023, {"84": 50, "85": 30, "87": 20}), rows(2024, {"84": 60, "87": 75, "28": 15})]
    )


amounts = st.dictionaries(
    st.sampled_from(CHAPTERS), st.integers(0, 10**7), min_size=1, max_size=7
).filter(lambda d: sum(d.values()) > 0)


def test_contributions_by_hand(two_years: pd.DataFrame) -> None:
    table = contribution_to_change(two_years, 2023, 2024).set_index("hs_chapter")
    # On the base of 100: +10, −30, +55, +15 points; growth 50%.
    expected = {"84": 0.10, "85": -0.30, "87": 0.55, "28": 0.15}
    assert table["contribution"].to_dict() == pytest.approx(expected)
    assert table["growth"].unique().tolist() == pytest.approx([0.5])
    assert table.index.tolist() == ["87", "28", "84", "85"]
    assert table.loc["85", ["start_usd", "end_usd", "change_usd"]].tolist() == [30, 0, -30]


def test_change_of_shares_by_hand(two_years: pd.DataFrame) -> None:
    change = composition_change(two_years, 2023, 2024)
    table = change.set_index("hs_chapter")
    # 84: 0.5 → 0.4, 85: 0.3 → 0, 87: 0.2 → 0.5, 28: 0 → 0.1.
    expected = {"87": 0.3, "28": 0.1, "84": -0.1, "85": -0.3}
    assert table["change"].to_dict() == pytest.approx(expected)
    # Half of 0.3 + 0.1 + 0.1 + 0.3.
    assert change_index(change)["index"].tolist() == pytest.approx([0.4])


def test_years_that_are_not_there(two_years: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="both 2019 and 2024; the frame has 2023, 2024"):
        composition_change(two_years, 2019, 2024)
    with pytest.raises(ParameterError, match="end must be after start; got start=2024, end=2023"):
        contribution_to_change(two_years, 2024, 2023)


def test_a_flow_without_both_years_is_left_out(two_years: pd.DataFrame) -> None:
    other = rows(2024, {"84": 1}).assign(importer="UZB", reporter="UZB")
    table = composition_change(pd.concat([two_years, other]), 2023, 2024)
    assert table["importer"].unique().tolist() == ["KAZ"]


def test_share_bounds_with_unlisted_goods() -> None:
    table = share(rows(2024, {"84": 80, "85": 20}, spare=100)).set_index("hs_chapter")
    # If 100 more exist, chapter 84 is 80 of 200; if none, 80 of 100.
    assert table.loc["84", ["share_low", "share_high"]].tolist() == pytest.approx([0.4, 0.8])
    assert table["share"].tolist() == pytest.approx([0.8, 0.2])


def test_an_empty_flow_has_no_shares() -> None:
    assert share(rows(2024, {"84": 0})).empty


@settings(deadline=None, max_examples=50)
@given(amounts, amounts)
def test_identities(start: dict[str, int], end: dict[str, int]) -> None:
    frame = pd.concat([rows(2015, start), rows(2024, end)])
    shares = share(frame).groupby("year")["share"].sum()
    assert shares.tolist() == pytest.approx([1, 1])
    change = composition_change(frame, 2015, 2024)
    assert change["change"].sum() == pytest.approx(0, abs=1e-12)
    assert 0 <= change_index(change)["index"].iloc[0] <= 1 + 1e-12
    parts = contribution_to_change(frame, 2015, 2024)
    growth = sum(end.values()) / sum(start.values()) - 1
    assert parts["contribution"].sum() == pytest.approx(growth, rel=1e-12, abs=1e-12)


@settings(deadline=None, max_examples=50)
@given(amounts, amounts, st.integers(0, 500), st.data())
def test_bounds_hold_whatever_is_true(
    start: dict[str, int], end: dict[str, int], spare: int, data: st.DataObject
) -> None:
    frame = pd.concat([rows(y, v, half=0.5, spare=spare) for y, v in ((2015, start), (2024, end))])

    def true(values: dict[str, int]) -> dict[str, float]:
        exact = {
            k: max(0.0, v + data.draw(st.sampled_from([-0.5, 0, 0.5]))) for k, v in values.items()
        }
        # The goods left out may belong to any chapter that is not listed.
        free = [c for c in CHAPTERS if c not in values] or ["99"]
        left = data.draw(st.integers(0, spare))
        return exact | {data.draw(st.sampled_from(free)): float(left)}

    first, last = true(start), true(end)
    base, whole = sum(first.values()), sum(last.values())
    if base < 1 or whole < 1:
        return
    for row in contribution_to_change(frame, 2015, 2024).to_dict("records"):
        item = row["hs_chapter"]
        exact = (last.get(item, 0.0) - first.get(item, 0.0)) / base
        assert row["contribution_low"] - 1e-9 <= exact <= row["contribution_high"] + 1e-9
    for row in composition_change(frame, 2015, 2024).to_dict("records"):
        item = row["hs_chapter"]
        exact = last.get(item, 0.0) / whole - first.get(item, 0.0) / base
        assert row["change_low"] - 1e-9 <= exact <= row["change_high"] + 1e-9
    for row in share(frame[frame["year"] == 2024]).to_dict("records"):
        exact = last[row["hs_chapter"]] / whole
        assert row["share_low"] - 1e-9 <= exact <= row["share_high"] + 1e-9


def test_top_items_keep_the_sum(two_years: pd.DataFrame) -> None:
    table = top_items(two_years, 1)
    assert table[["year", "hs_chapter", "value_usd", "members"]].to_numpy().tolist() == [
        [2023, "84", 50, 1],
        [2023, "other", 50, 2],
        [2024, "87", 75, 1],
        [2024, "other", 75, 2],
    ]
    # Over both years 84 is largest (110), so every year shows it.
    same = top_items(two_years, 1, across="flow")
    assert same["hs_chapter"].tolist() == ["84", "other", "84", "other"]
    assert same["value_usd"].tolist() == [50, 50, 60, 90]


def test_top_items_of_fewer_items_than_asked_for(two_years: pd.DataFrame) -> None:
    table = top_items(two_years, 10)
    assert "other" not in set(table["hs_chapter"])
    assert len(table) == len(two_years)


def test_top_contributions_keep_the_growth(two_years: pd.DataFrame) -> None:
    table = top_contributions(contribution_to_change(two_years, 2023, 2024), 2)
    # 87 (+55) and 85 (−30) are largest; 84 (+10) and 28 (+15) go together.
    assert table["hs_chapter"].tolist() == ["87", "85", "other"]
    assert table["contribution"].tolist() == pytest.approx([0.55, -0.30, 0.25])
    assert table["members"].tolist() == [1, 1, 2]
    assert table["contribution"].sum() == pytest.approx(table["growth"].iloc[0])


def test_sources_are_carried_along(two_years: pd.DataFrame) -> None:
    frame = two_years.assign(source_id=["a"] * 3 + ["b"] * 3)
    assert set(contribution_to_change(frame, 2023, 2024)["source_ids"]) == {"a;b"}
    assert group_share(frame, ["vehicles"])["source_ids"].tolist() == ["a", "b"]


@pytest.mark.parametrize(
    ("n", "across", "words"),
    [(0, "year", "n must be at least 1; got 0"), (3, "flows", "did you mean 'flow'")],
)
def test_top_items_parameters(two_years: pd.DataFrame, n: int, across: str, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        top_items(two_years, n, across=across)  # type: ignore[arg-type]


def test_group_share_by_hand(two_years: pd.DataFrame) -> None:
    table = group_share(two_years, ["machinery", "electronics", "vehicles"], name="all three")
    assert table["share"].tolist() == pytest.approx([1.0, 135 / 150])
    assert table["total_usd"].tolist() == [100, 150]
    assert set(table["name"]) == {"all three"}


def test_group_share_counts_a_year_without_the_group_as_zero(two_years: pd.DataFrame) -> None:
    assert group_share(two_years, ["chemicals"])["share"].tolist() == pytest.approx([0, 0.1])


def test_group_share_bounds() -> None:
    table = group_share(rows(2024, {"84": 60, "28": 40}, spare=20), ["machinery"]).iloc[0]
    # 20 more may all be machinery (80 of 120) or none (60 of 120).
    assert table[["share_low", "share_high"]].tolist() == pytest.approx([0.5, 80 / 120])


def test_group_share_of_an_unknown_group(two_years: pd.DataFrame) -> None:
    with pytest.raises(ParameterError, match="did you mean 'machinery'"):
        group_share(two_years, ["machines"])


def test_both_books_side_by_side() -> None:
    mine = rows(2024, {"84": 50, "85": 30}, reporter="CHN", half=0.5)
    theirs = rows(2024, {"84": 40, "87": 5}, reporter="KAZ", half=0.5)
    table = compare_reporters(pd.concat([mine, theirs, rows(2023, {"84": 1}, reporter="CHN")]))
    assert table["year"].unique().tolist() == [2024]
    machines = table.set_index("hs_chapter").loc["84"]
    assert machines[["ratio", "difference_usd"]].tolist() == [0.8, -10]
    assert machines["ratio_low"] == pytest.approx(39.5 / 50.5)
    assert machines["difference_high_usd"] == -9
    # Not listed is not zero.
    assert table.set_index("hs_chapter").loc[["85", "87"], "ratio"].isna().all()


def test_shares_of_the_gap_by_hand() -> None:
    # Textiles and machinery of China's exports to Kyrgyzstan in 2023, in millions: 8,079 and 532,
    # 2,421 and 2,413; another good that only China lists. 532 − 8,079 = −7,547 of −7,555.
    mine = rows(2023, {"84": 2421, "28": 115, "27": 8079}, reporter="CHN")
    theirs = rows(2023, {"84": 2413, "27": 532})
    table = shares_of_gap(compare_reporters(pd.concat([mine, theirs]))).set_index("hs_chapter")
    assert table["gap_usd"].unique().tolist() == [-7555]
    assert table.loc["27", "share_of_gap"] == 7547 / 7555
    assert table.loc["84", "share_of_gap"] == 8 / 7555
    assert pd.isna(table.loc["28", "share_of_gap"])
    # 10 up and 12 down leave 2 of 22: shares of that would be −500 and 600 per cent.
    near = rows(2023, {"84": 20, "27": 20}, reporter="CHN")
    other = rows(2023, {"84": 30, "27": 8})
    cancels = shares_of_gap(compare_reporters(pd.concat([near, other])))
    assert cancels["gap_usd"].tolist() == [-2, -2]
    assert cancels["share_of_gap"].isna().all()


def test_sections_of_the_sitc_beside_chapters_by_hand() -> None:
    sections = {"0": 7.0, "7": 30.0, "8": 60.0}
    groups = pd.DataFrame(
        {
            "exporter": "CHN",
            "importer": "KAZ",
            "reporter": "UNCTAD",
            "year": 2015,
            "code": list(sections),
            "value_usd": list(sections.values()),
            "low_usd": list(sections.values()),
            "high_usd": list(sections.values()),
            "source_id": "unctad",
        }
    )
    # Machines and cars are one group; chapter 28 is in neither.
    chapters = rows(2015, {"84": 20, "87": 9, "28": 4}).assign(source_id="kaz")
    later = rows(2016, {"84": 1}).assign(source_id="kaz")
    table = sections_and_chapters(groups, pd.concat([chapters, later])).set_index("group")
    assert table.loc["7", ["exporter_usd", "importer_usd"]].tolist() == [30, 29]
    assert table.loc["other", ["exporter_usd", "importer_usd"]].tolist() == [7, 4]
    assert table.loc["8", "exporter_usd"] == 60
    assert set(table["year"]) == {2015}
    assert sections_and_chapters(groups, later).empty


def test_what_moved_the_concentration_by_hand(two_years: pd.DataFrame) -> None:
    # Shares 0.5, 0.3, 0.2 and then 84: 0.4, 87: 0.5, 28: 0.1.
    table = concentration_change(composition_change(two_years, 2023, 2024))
    assert [table["hs_chapter"].iloc[place] for place in (0, -1)] == ["87", "28"]
    part = table.set_index("hs_chapter")["hhi_change"]
    assert part[["87", "84", "85", "28"]].tolist() == pytest.approx([0.21, -0.09, -0.09, 0.01])
    # 0.25 + 0.09 + 0.04 = 0.38 and 0.16 + 0.25 + 0.01 = 0.42
    assert table["hhi_change"].sum() == pytest.approx(0.04)


def cell(partner: str, year: int, value: float, half: float) -> dict[str, object]:
    return {
        "reporter": "CHN",
        "partner": partner,
        "period": str(year),
        "flow": "import",
        "value_usd": value,
        "low_usd": value - half,
        "high_usd": value + half,
        "source_ids": f"{partner.lower()}-{year}",
    }


GOLD = pd.DataFrame(
    {
        "exporter": ["KGZ"],
        "importer": ["CHN"],
        "period": ["2025"],
        "topic": ["gold"],
        "value": [4.95e9],
        "low": [4.945e9],
        "high": [4.955e9],
        "unit": ["USD"],
        "source_id": ["ria"],
    }
)


def test_gold_effect_by_hand() -> None:
    cells = pd.DataFrame(
        [
            cell("KGZ", 2024, 2.8e9, 0.05e9),
            cell("KGZ", 2025, 5.2e9, 0.05e9),
            cell("CA5", 2024, 30.8e9, 0.05e9),
            cell("CA5", 2025, 35.1e9, 0.05e9),
        ]
    )
    table = gold_effect(cells, GOLD).set_index(["measure", "series"])
    assert table.loc[("imports", "Kyrgyzstan, all but gold"), "value"] == pytest.approx(0.25e9)
    row = table.loc[("gold_share", "Kyrgyzstan, gold")]
    # 4.945 / 5.25 and 4.955 / 5.15: the 94.2 to 96.2 per cent of the gathered notes.
    assert (round(row["low"], 3), round(row["high"], 3)) == (0.942, 0.962)
    assert table.loc[("growth", "Central Asia"), "value"] == pytest.approx(35.1 / 30.8 - 1)
    without = table.loc[("growth", "Central Asia without Kyrgyzstan")]
    assert without["value"] == pytest.approx(29.9 / 28.0 - 1)
    assert without["low"] < 29.9 / 28.0 - 1 < without["high"]
    assert without["source_ids"] == "ca5-2025;ca5-2024;kgz-2025;kgz-2024"
    increase = table.loc[("share_of_increase", "Kyrgyzstan")]
    assert increase["value"] == pytest.approx(2.4 / 4.3)


def test_gold_effect_says_what_is_missing() -> None:
    cells = pd.DataFrame([cell("KGZ", 2024, 2.8e9, 0.05e9), cell("KGZ", 2025, 5.2e9, 0.05e9)])
    with pytest.raises(ParameterError, match="China's imports from Central Asia in 2024; got 0"):
        gold_effect(cells, GOLD)
    cells = pd.concat([cells, pd.DataFrame([cell("CA5", y, 3e10, 1e8) for y in (2024, 2025)])])
    with pytest.raises(ParameterError, match="gold Kyrgyzstan sold to China in 2025, in dollars"):
        gold_effect(cells, GOLD[GOLD["period"] == "2024"])
