"""Headings and weights, recomputed in plain pandas from the rows of the tables, and by hand."""

import pandas as pd
import pytest

from catrade_build.edition import table
from catrade_build.tables.paths import data_dir

#: Kazakhstan's headings with China, in million dollars, as the press and the reviews have them.
KNOWN = {
    ("KAZ", "CHN", 2023, "2709"): 3_762,
    ("KAZ", "CHN", 2024, "2709"): 1_888,
    ("KAZ", "CHN", 2024, "2603"): 2_876,
    ("KAZ", "CHN", 2024, "2844"): 1_759,
}
#: Which part of each China takes, in per cent.
TAKEN = {"2603": 91, "2711": 77, "7403": 65, "7202": 45, "2844": 39, "2709": 4}


def _rows(name):
    return pd.read_csv(
        data_dir() / f"{name}.csv",
        dtype={"heading": str, "period": str, "code": str, "hs_chapter": str},
    )


@pytest.fixture(scope="module")
def edition():
    return table("goods")


def test_headings_are_in_the_chapters_held():
    """They are nearly all of exports and most of imports, and no more than their chapter."""
    rows = _rows("composition_headings").query("reporter == 'KAZ'")
    rows = rows[~rows[["exporter", "importer"]].isin(["WLD"]).any(axis=1)]
    rows = rows.assign(
        hs_chapter=rows["heading"].str[:2], year=rows["period"].astype(int)
    )
    key = ["exporter", "importer", "reporter", "year", "hs_chapter"]
    headings = rows.groupby(key)["value_usd"].sum()
    chapters = _rows("composition").set_index(key)["value_usd"]
    assert (headings <= chapters.reindex(headings.index)).all()
    part = headings.groupby(key[:4]).sum() / chapters.groupby(key[:4]).sum()
    assert part["KAZ"].min() > 0.97
    assert 0.82 < part["CHN"].min() < part["CHN"].max() < 0.88


def test_headings_of_the_edition(edition):
    rows = edition.query("level == 'heading' and reporter == 'KAZ'")
    rows = rows.set_index(["exporter", "importer", "year", "code"])
    for cell, millions in KNOWN.items():
        assert round(1e3 * rows.loc[cell, "value"]) == millions
    published = _rows("composition_headings").set_index(
        ["exporter", "importer", "period", "heading"]
    )["value_usd"]
    for code, per_cent in TAKEN.items():
        china, world = (published["KAZ", who, "2024", code] for who in ("CHN", "WLD"))
        assert round(100 * china / world) == per_cent
        row = rows.loc["KAZ", "CHN", 2024, code]
        assert row["of_world"] == pytest.approx(china / world)
        assert row["of_world_low"] < china / world < row["of_world_high"]
        assert row["world"] == world / 1e9


def test_groups_of_a_month(edition):
    """June: 5,169,474 thousand dollars as revised, 6,205,503 tonnes; of steel no weight."""
    rows = edition.query("level == 'national' and period == '2026-06'").set_index(
        "code"
    )
    oil, steel = rows.loc["2709"], rows.loc["7208-7212"]
    assert oil["unit_value"] == pytest.approx(5_169_474_000 / 6_205_503)
    assert oil["unit_value_low"] == pytest.approx(5_169_473_500 / 6_205_503.5)
    assert pd.isna(steel["net_weight_t"])
    assert pd.isna(steel["unit_value"])
    assert steel["weight_doubt"] == "0 dollars a tonne, where 629 are usual"
    assert steel["value"] == pytest.approx(0.132405)
    # Gold of half a tonne is known to the gram and more.
    assert rows.loc["7108", "unit_value_low"] == pytest.approx(72_688_500 / 0.529815)
    whole = oil["whole"]
    assert whole == pytest.approx(9.81647)
    assert oil["share"] == pytest.approx(5.169474 / 9.81647)
    assert rows["value"].sum() < whole


def test_all_groups_are_in_all_goods(edition):
    rows = edition[edition["level"] == "national"]
    months = rows.groupby("period").agg(
        listed=("value", "sum"), whole=("whole", "first")
    )
    assert len(months) == 12
    assert (months["listed"] < months["whole"]).all()


def test_weights_that_cannot_be_are_few(edition):
    doubted = edition[edition["weight_doubt"] != ""]
    assert doubted[["period", "code"]].to_numpy().tolist() == [["2026-06", "7208-7212"]]
