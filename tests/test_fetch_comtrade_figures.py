"""The figures that come from UN Comtrade: values, zeros, parts of a whole, doubts, revisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from comtrade_server import CHAPTERS, Api, fetch
from fetched_pages import copy_tables

from catrade.check.check import check_data
from catrade.errors import FetchError
from catrade.fetch import store
from catrade.fetch.store import listing
from catrade.tables import comtrade, fetched, publishers
from catrade.tables.manifests import manifests as manifests_of
from catrade.tables.manifests import sha256
from rounding.errors import DataError


def test_values_arrive_with_their_provenance(api: Api, tmp_path: Path) -> None:
    summary = fetch(api, tmp_path)
    assert (summary.requests, summary.records) == (2, 2 * 97)
    read = fetched.trade_rows(tmp_path)
    got = read.rows.set_index("flow")["value"].to_dict()
    assert got == {
        "export": api.total(156, 398, "2023", "X"),
        "import": api.total(156, 398, "2023", "M"),
    }
    assert list(read.rows.columns) == list(publishers.TRADE_COLUMNS)
    assert set(read.rows["period"]) == {"2023"}
    source = read.sources.iloc[0]
    assert source["publisher"] == "UN Comtrade"
    assert "fetched" in source["title"]
    assert source["published"] == "2024-06-01"
    assert set(read.rows["source_id"]) == {source["source_id"]}


def test_manifest_tells_request_cells_time_hash_records_and_release(
    api: Api, tmp_path: Path
) -> None:
    fetch(api, tmp_path)
    kept = manifests_of(tmp_path / "fetched" / "comtrade" / "CHN")
    levels = {manifest["request"]["level"]: (path, manifest) for path, manifest in kept}
    assert {level: one["records"] for level, (_, one) in levels.items()} == {
        0: 2,
        2: 2 * 96,
    }
    path, manifest = levels[2]
    assert (manifest["query"]["customsCode"], manifest["query"]["cmdCode"]) == (
        "C00",
        "AG2",
    )
    assert manifest["endpoint"] == "public/v1/preview/C/A/HS"
    assert manifest["cells"] == [["2023", "KAZ", "export"], ["2023", "KAZ", "import"]]
    assert manifest["released"] == {"2023": "2024-06-01"}
    assert manifest["classification"] == {"2023": "H6"}
    assert manifest["sha256"] == sha256(path.with_suffix(".parquet"))
    assert manifest["fetched"].endswith("Z")


def test_chapters_become_composition_rows(api: Api, tmp_path: Path) -> None:
    fetch(api, tmp_path)
    read = comtrade.composition_rows(tmp_path)
    assert list(read.rows.columns) == list(publishers.COMPOSITION_COLUMNS)
    assert set(read.rows["coverage"]) == {"complete"}
    exports = read.rows[read.rows["exporter"] == "CHN"].set_index("hs_chapter")
    assert list(exports.index) == CHAPTERS
    expected = sum(
        api.value(156, 398, "2023", "X", f"87{n:02d}")
        for n in range(1, api.headings + 1)
    )
    assert exports.loc["87", "value_usd"] == expected
    imports = read.rows[read.rows["importer"] == "CHN"]
    assert set(imports["exporter"]) == {"KAZ"}
    assert set(imports["reporter"]) == {"CHN"}


def test_a_newer_release_is_asked_for_and_takes_the_place_of_the_older(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "now", lambda: "2026-01-01T00:00:00Z")
    fetch(api, tmp_path, start=2022, end=2023)
    old = comtrade.load(tmp_path, level=0).set_index(["period", "flow"])["value_usd"]
    monkeypatch.setattr(store, "now", lambda: "2026-09-01T00:00:00Z")
    api.release(156, range(2023, 2024), on="2026-08-01T00:00:00")
    api.headings = 13  # the revision has more in it
    before = len(api.data_requests)
    fetch(api, tmp_path, start=2022, end=2023)
    assert [query["period"] for query in api.data_requests[before:]] == ["2023", "2023"]
    new = comtrade.load(tmp_path, level=0).set_index(["period", "flow"])
    assert len(new) == 4
    assert new.loc[("2022", "export"), "value_usd"] == old["2022", "export"]
    assert new.loc[("2023", "export"), "value_usd"] > old["2023", "export"]
    assert set(fetched.trade_rows(tmp_path).sources["source_id"]) == {
        "comtrade-chn-2026-01-01",
        "comtrade-chn-2026-09-01",
    }


@pytest.mark.parametrize(
    ("trouble", "values", "unanswered"),
    [
        # Exports only: the list of all partners in imports adds up to the world without TKM.
        ({}, {"export": 1, "import": 0}, []),
        # The list lacks something, or the world: nothing follows from the absence.
        ({"world_gap": 5e9}, {"export": 1}, ["import of KAZ with TKM in 2023"]),
        (
            {"always_lists": "without partnerCode 0"},
            {"export": 1},
            ["import of KAZ with TKM in"],
        ),
        # Silence to the list, too, or an error: not a zero.
        ({"always_lists": "empty"}, {"export": 1}, ["import of KAZ with TKM in 2023"]),
        (
            {"always_lists": "errorObject"},
            {"export": 1},
            ["import of KAZ with TKM in 2023"],
        ),
        # The answer left out what the list has: the list's figure is the total.
        (
            {"no_trade": set(), "faults": ["without flowCode M"]},
            {"export": 1, "import": 1},
            [],
        ),
        # Silence to everything: neither flow is anything.
        (
            {"always": "empty"},
            {},
            ["export of KAZ with TKM in 2023", "import of KAZ with TKM in"],
        ),
    ],
)
def test_a_zero_needs_a_complete_list_of_partners_without_the_pair(
    api: Api, tmp_path: Path, trouble: dict[str, Any], values: dict[str, int],
    unanswered: list[str],
) -> None:  # fmt: skip
    api.no_trade.add((398, 795, "2023", "M"))
    for name, value in trouble.items():
        setattr(api, name, value)
    summary = fetch(api, tmp_path, reporters=["KAZ"], partners=["TKM"], level=0)
    assert len(summary.no_answer) == len(unanswered)
    assert all(
        said.startswith(one)
        for said, one in zip(summary.no_answer, unanswered, strict=True)
    )
    rows = fetched.trade_rows(tmp_path).rows
    found = {row["flow"]: row["value"] for row in rows.to_dict("records")}
    assert {flow: int(value > 0) for flow, value in found.items()} == values
    letters = {"export": "X", "import": "M"}
    for flow in (flow for flow, there in values.items() if there):
        assert found[flow] == api.total(398, 795, "2023", letters[flow])
    # What got no answer is asked again by the next run, and only that.
    api.always = api.always_lists = ""
    api.faults, api.world_gap = [], 0.0
    before = len(api.data_requests)
    assert (
        fetch(api, tmp_path, reporters=["KAZ"], partners=["TKM"], level=0).no_answer
        == []
    )
    asked = {
        letter for query in api.data_requests[before:] for letter in query["flowCode"]
    }
    assert asked - {","} == {letters[one.split()[0]] for one in unanswered}


@pytest.mark.parametrize(
    ("trouble", "unanswered", "records", "coverage", "note"),
    [
        # The API's answer to hidden rate limiting was once stored as 0.00 beside 24.7 billion.
        ({"always": "empty"}, 4, {}, set(), ""),  # two totals, two tables of products
        (
            *(
                {"always": "empty", "always_for": {"TOTAL"}},
                2,
                {2: 2 * 96},
                {"partial"},
            ),
            "; no reported total is known to compare the products with",
        ),
        # A 96th of the trade is confidential: below 99.5%, so it is not the whole.
        (
            *(
                {"faults": ["none", "without cmdCode 87"]},
                0,
                {0: 2, 2: 2 * 95},
                {"partial"},
            ),
            "; products add up to 98.",
        ),
    ],
)
def test_products_are_whole_only_beside_their_total(
    api: Api, tmp_path: Path, trouble: dict[str, Any], unanswered: int,
    records: dict[int, int], coverage: set[str], note: str,
) -> None:  # fmt: skip
    vars(api).update(trouble)
    assert len(fetch(api, tmp_path).no_answer) == unanswered
    assert comtrade.load(tmp_path)["level"].value_counts().to_dict() == records
    assert len(fetched.trade_rows(tmp_path).rows) == records.get(0, 0)
    products = comtrade.composition_rows(tmp_path).rows
    assert set(products["coverage"]) == coverage
    assert products["note"].str.contains(note, regex=False).all()
    assert bool(listing(tmp_path)) == bool(records)


def test_products_worth_more_than_the_total_are_refused(
    api: Api, tmp_path: Path
) -> None:
    api.faults = ["none", {"primaryValue": 9e13}]
    with pytest.raises(
        FetchError, match=r"products worth more than the total \(2023 KAZ import\)"
    ):
        fetch(api, tmp_path)
    assert set(comtrade.load(tmp_path)["level"]) == {0}


def test_a_weight_that_is_not_told_is_unknown(api: Api, tmp_path: Path) -> None:
    fetch(api, tmp_path)
    frame = comtrade.load(tmp_path)
    assert (
        frame.loc[frame["level"] == 0, "net_weight_kg"].isna().all()
    )  # null in the answer
    assert set(frame.loc[frame["level"] == 2, "net_weight_kg"]) == {1.5}


def test_a_fetched_figure_far_from_the_bundled_one_is_doubtful_and_shown(
    api: Api, tmp_path: Path
) -> None:
    data = copy_tables(tmp_path / "data")
    fetch(api, data)
    rows = fetched.trade_rows(data).rows.set_index("flow")
    assert set(rows["quality"]) == {"doubtful"}
    # data/trade.csv holds 24,696,909,997 and 24.7 billion; the nearer one is told
    assert rows.loc["export", "quality_reason"] == (
        "more than 2 times below the bundled figure, 24,696,909,997 USD (comtrade-chn-github-2024)"
    )
    said = [str(one) for one in check_data(data).doubts]
    assert [line.partition(":")[0] for line in said] == ["fetched", "fetched"]
    # 12 headings of 96 chapters, each 127,000 (59 + 42 + 23 + 3 thousand) plus its code
    assert (
        f"CHN with KAZ, 2023, export: {96 * 12 * 127_000 + 4_676 * 1200 + 96 * 78:,}"
        in said[0]
    )
    api.scale = 100.0  # exports of 15.2 billion are within a factor of two of 24.7
    fetch(api, data, refresh=True)
    assert set(fetched.trade_rows(data).rows["quality"]) == {"ok"}


def test_what_version_0_1_fetched_is_refused_with_a_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "fetched" / "comtrade" / "CHN"
    folder.mkdir(parents=True)
    old = {
        "request": {"reporter": "CHN", "frequency": "annual"},
        "records": 0,
        "fetched": "x",
    }
    (folder / "old.json").write_text(json.dumps(old), encoding="utf-8")
    with pytest.raises(DataError, match="took an empty answer for no trade: remove it"):
        fetched.trade_rows(tmp_path)


def test_both_sides_books_stand_side_by_side(api: Api, tmp_path: Path) -> None:
    fetch(api, tmp_path, reporters=["CHN", "KAZ"], partners=["CHN", "KAZ"])
    books = comtrade.flows(tmp_path, "CHN", "KAZ", level=2)
    vehicles = books[books["code"] == "87"].set_index("reporter")["value_usd"]
    headings = [f"87{n:02d}" for n in range(1, api.headings + 1)]
    assert vehicles.to_dict() == {
        "CHN": sum(api.value(156, 398, "2023", "X", code) for code in headings),
        "KAZ": sum(api.value(398, 156, "2023", "M", code) for code in headings),
    }


def test_monthly_figures_get_monthly_periods(api: Api, tmp_path: Path) -> None:
    api.released = {
        (156, "202401"): ("H6", "2024-03-01"),
        (156, "202402"): ("H6", "2024-04-01"),
    }
    summary = fetch(api, tmp_path, start=2024, end=2024, frequency="monthly", level=0)
    assert len(summary.not_reported["CHN"]) == 10
    assert api.data_requests[0]["period"] == "202401,202402"
    assert set(fetched.trade_rows(tmp_path).rows["period"]) == {"2024-01", "2024-02"}
    assert comtrade.composition_rows(tmp_path).rows.empty
