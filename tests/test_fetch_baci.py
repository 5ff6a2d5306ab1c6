"""A release of BACI from its zip to sums by pair."""

from __future__ import annotations

from pathlib import Path

import pytest
from baci_zip import Y2021, Y2022, imported, zipped

from catrade.errors import ParameterError
from catrade.fetch import baci, store
from catrade.indices import rca


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return imported(tmp_path)


def test_thousands_become_dollars_and_codes_keep_their_zeros(data: Path) -> None:
    frame = baci.load(data, exporter="CHN", importer="KAZ", level=6, end=2021)
    assert frame[["code", "value_usd"]].to_dict("records") == [
        {"code": "270900", "value_usd": 16.0},
        {"code": "870380", "value_usd": 1_500_250.0},
    ]
    assert frame["quantity_t"].isna().tolist() == [True, False]
    horses = baci.load(data, exporter="KGZ", level=6)
    assert horses["code"].tolist() == ["010121"]


def test_chapters_of_one_pair_over_the_years(data: Path) -> None:
    frame = baci.load(data, exporter="CHN", importer="KAZ", level=2, start=2021)
    series = frame.set_index(["year", "code"])["value_usd"].to_dict()
    assert series == {(2021, "27"): 16.0, (2021, "87"): 1_500_250.0, (2022, "87"): 4_000_000.0}
    assert frame.attrs == {"table": "baci", "unit": "USD", "sources": ["cepii-baci-hs17-v202601"]}


def test_a_country_with_two_numbers_is_one_country(data: Path) -> None:
    frame = baci.load(data, exporter="SDN", level=4)
    assert frame[["importer", "value_usd"]].to_dict("records") == [
        {"importer": "CHN", "value_usd": 3000.0}
    ]


def test_the_world_by_exporter_feeds_the_indices(data: Path) -> None:
    world = baci.load(data, level=2, start=2022, end=2022, by=("exporter", "code"))
    found = rca(world).set_index(["exporter", "code"])["rca"]
    # China sells vehicles only: 1 / (4,000 of 9,010 thousand)
    assert found["CHN", "87"] == pytest.approx(9010 / 4000)


def test_totals_by_pair_and_a_namibia_that_is_not_missing(data: Path) -> None:
    totals = baci.totals(data)
    row = totals[(totals["importer"] == "NAM")].iloc[0]
    assert (row["exporter"], row["year"], row["value_usd"]) == ("CHN", 2021, 10_000.0)


def test_one_pair_as_composition_rows(data: Path) -> None:
    read = baci.load_composition(data, "CHN", "KAZ")
    assert list(read.rows.columns) == list(store.COMPOSITION_COLUMNS)
    assert read.rows["hs_chapter"].tolist() == ["27", "87", "87"]
    assert set(read.rows["basis"]) == {"reconciled"}
    source = read.sources.iloc[0]
    assert source["source_id"] == read.rows["source_id"].iloc[0]
    assert source["published"] == "2026-01"
    assert "BACI_HS17_V202601.zip" in source["locator"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"exporter": "KAS"}, "exporter must be a code .*did you mean 'KAZ'"),
        ({"importer": []}, "importer must name at least one country"),
        ({"level": 3}, "level must be one of 0, 2, 4, 6"),
        ({"by": ("product",)}, "by must be one of exporter, importer, year, code"),
        ({"release": "HS17_V202501"}, "did you mean 'HS17_V202601'"),
    ],
)
def test_wrong_parameters(data: Path, options: dict, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        baci.load(data, **options)


def test_pieces_line_ends_quotes_and_paddings_make_no_difference(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catrade.fetch.baci_year.PIECE", 40)  # about one row a piece
    odd = Y2022.replace("       50.000", "NA  ").replace("870380", '"870380"')
    zipped(
        tmp_path / "other.zip",
        **{
            "BACI_HS17_Y2021_V202601.csv": Y2021.replace("\n", "\r\n"),
            "BACI_HS17_Y2022_V202601.csv": odd.rstrip("\n"),
        },
    )
    whole = baci.load(data, level=6)
    baci.import_release(tmp_path / "other.zip", data, force=True)
    parts = list((data / "fetched/baci/HS17_V202601/trade/year=2022").iterdir())
    assert len(parts) > 1
    pieces = baci.load(data, level=6)
    assert pieces["value_usd"].tolist() == whole["value_usd"].tolist()
    assert pieces["code"].tolist() == whole["code"].tolist()
    assert pieces["quantity_t"].isna().sum() == whole["quantity_t"].isna().sum() + 1


@pytest.mark.parametrize("piece", [1, 1 << 20])
def test_a_release_out_of_order_is_the_same_release(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr("catrade.fetch.baci_year.PIECE", piece)
    head, *rows = Y2022.splitlines(keepends=True)
    file = zipped(tmp_path / "o.zip", **{"BACI_HS17_Y2022_V202601.csv": head + "".join(rows[::-1])})
    whole = baci.load(data, level=6)
    baci.import_release(file, data, force=True)
    again = baci.load(data, level=6)
    assert again["value_usd"].tolist() == whole["value_usd"].tolist()
    assert again["code"].tolist() == whole["code"].tolist()
