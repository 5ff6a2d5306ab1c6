"""Fetching from UN Comtrade over a real connection: splitting, resuming, and what is kept."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from comtrade_server import CHAPTERS, KEY, Api, serve
from processes import wait_until

from catrade.check.check import check_data
from catrade.errors import FetchError
from catrade.fetch import (
    comtrade,
    comtrade_rows,
    fetched_composition_rows,
    fetched_trade_rows,
    listing,
    store,
    tables,
)
from catrade.fetch import frames as data_fetched
from catrade.fetch.comtrade_client import Client
from catrade.fetch.comtrade_plan import FLOWS, MOST_RECORDS, Request, plan
from pagemill.errors import DataError, ParameterError

ROOT = Path(__file__).parent.parent


@pytest.fixture
def server() -> Iterator[tuple[str, Api]]:
    with serve() as (url, api):
        api.release(156, range(2015, 2025))
        api.release(398, range(2015, 2024))
        yield url, api


def _fetch(url: str, data: Path, **options: Any) -> comtrade.Summary:
    settings: dict[str, Any] = {
        "reporters": ["CHN"], "partners": ["KAZ"], "start": 2023, "end": 2023, "level": 2,
    }  # fmt: skip
    client = {"key": options.pop("key", None), "limit": options.pop("limit", None)}
    with Client(base_url=url, pause=0, sleep=lambda _: None, **client) as connection:
        return comtrade.fetch(data_dir=data, client=connection, **{**settings, **options})


def _total(api: Api, reporter: int, partner: int, period: str, flow: str) -> float:
    codes = [f"{c}{n:02d}" for c in CHAPTERS for n in range(1, api.headings + 1)]
    return sum(api.value(reporter, partner, period, flow, code) for code in codes)


def test_values_arrive_with_their_provenance(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    summary = _fetch(url, tmp_path)
    assert (summary.requests, summary.records) == (2, 2 * 97)
    read = fetched_trade_rows(tmp_path)
    got = read.rows.set_index("flow")["value"].to_dict()
    assert got == {
        "export": _total(api, 156, 398, "2023", "X"),
        "import": _total(api, 156, 398, "2023", "M"),
    }
    assert list(read.rows.columns) == list(tables.TRADE_COLUMNS)
    assert set(read.rows["period"]) == {"2023"}
    source = read.sources.iloc[0]
    assert source["publisher"] == "UN Comtrade"
    assert "fetched" in source["title"]
    assert source["published"] == "2024-06-01"
    assert set(read.rows["source_id"]) == {source["source_id"]}


def test_rows_and_sources_fit_the_tables(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    api.no_trade.add((156, 398, "2022", "X"))
    _fetch(url, tmp_path, start=2022)
    for read, checked in (
        (fetched_trade_rows(tmp_path), data_fetched.trade(tmp_path)),
        (fetched_composition_rows(tmp_path), data_fetched.composition(tmp_path)),
    ):
        assert (len(checked.rows), len(checked.sources)) == (len(read.rows), len(read.sources))


def test_manifest_tells_request_cells_time_hash_records_and_release(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    url, _ = server
    _fetch(url, tmp_path)
    kept = store.manifests(tmp_path / "fetched" / "comtrade" / "CHN")
    levels = {manifest["request"]["level"]: (path, manifest) for path, manifest in kept}
    assert {level: one["records"] for level, (_, one) in levels.items()} == {0: 2, 2: 2 * 96}
    path, manifest = levels[2]
    assert (manifest["query"]["customsCode"], manifest["query"]["cmdCode"]) == ("C00", "AG2")
    assert manifest["endpoint"] == "public/v1/preview/C/A/HS"
    assert manifest["cells"] == [["2023", "KAZ", "export"], ["2023", "KAZ", "import"]]
    assert manifest["released"] == {"2023": "2024-06-01"}
    assert manifest["classification"] == {"2023": "H6"}
    assert manifest["sha256"] == store.sha256(path.with_suffix(".parquet"))
    assert manifest["fetched"].endswith("Z")


def test_chapters_become_composition_rows(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    _fetch(url, tmp_path)
    read = fetched_composition_rows(tmp_path)
    assert list(read.rows.columns) == list(tables.COMPOSITION_COLUMNS)
    assert set(read.rows["coverage"]) == {"complete"}
    exports = read.rows[read.rows["exporter"] == "CHN"].set_index("hs_chapter")
    assert list(exports.index) == CHAPTERS
    expected = sum(
        api.value(156, 398, "2023", "X", f"87{n:02d}") for n in range(1, api.headings + 1)
    )
    assert exports.loc["87", "value_usd"] == expected
    imports = read.rows[read.rows["importer"] == "CHN"]
    assert set(imports["exporter"]) == {"KAZ"}
    assert set(imports["reporter"]) == {"CHN"}


@pytest.mark.parametrize("level", [0, 2])
def test_no_planned_answer_can_reach_the_limit(level: int) -> None:
    periods = [str(year) for year in range(1995, 2025)]
    partners = ["KAZ", "KGZ", "TJK", "TKM", "UZB"]
    whole = Request("CHN", "annual", tuple(periods), tuple(partners), FLOWS, level)
    requests = plan(whole, limit=500)
    cells = [cell for request in requests for cell in request.cells]
    assert len(cells) == len(set(cells)) == 30 * 5 * 2
    for request in requests:
        assert len(request.periods) <= 12
        assert len(request.cells) * MOST_RECORDS[level] < 500


def test_partners_and_years_share_requests_when_the_limit_allows() -> None:
    periods = [str(year) for year in range(2013, 2025)]
    whole = Request("CHN", "annual", tuple(periods), ("KAZ", "KGZ"), FLOWS, 2)
    requests = plan(whole, limit=100_000)
    assert [len(request.cells) for request in requests] == [12 * 2 * 2]


def test_a_cut_answer_is_asked_again_in_pieces_down_to_product_codes(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    url, api = server
    summary = _fetch(url, tmp_path, level=4)  # 96 * 12 headings a flow, 500 records an answer
    frame = comtrade_rows.load(tmp_path, level=4)
    assert len(frame) == 2 * 96 * 12
    assert not frame.duplicated(["flow", "code"]).any()
    row = frame[(frame["flow"] == "import") & (frame["code"] == "8703")].iloc[0]
    assert row["value_usd"] == api.value(156, 398, "2023", "M", "8703")
    totals = comtrade_rows.load(tmp_path, level=0)
    assert totals["value_usd"].sum() == frame["value_usd"].sum()
    # the totals; a flow: the whole, then 1152 codes by at most 350
    assert summary.requests == 1 + 2 * (1 + 4)
    assert all(len(q["cmdCode"].split(",")) <= 350 for q in api.data_requests)


def test_a_limit_lower_than_announced_is_noticed(server: tuple[str, Api], tmp_path: Path) -> None:
    url, _ = server
    _fetch(url, tmp_path, start=2018, end=2023, key=KEY, limit=300)  # the whole would be 1164
    assert len(comtrade_rows.load(tmp_path)) == 6 * 2 * 97


def test_totals_that_cannot_be_split_further_are_refused(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    url, _ = server
    with pytest.raises(FetchError, match="cannot be asked in smaller pieces"):
        _fetch(url, tmp_path, level=0, limit=1)
    assert comtrade_rows.load(tmp_path).empty


def test_what_is_there_is_not_asked_again(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    _fetch(url, tmp_path, start=2020, end=2022)
    before = len(api.data_requests)
    assert _fetch(url, tmp_path, start=2020, end=2022).requests == 0
    assert _fetch(url, tmp_path, start=2021, end=2021, level=0).requests == 0  # totals came along
    _fetch(url, tmp_path, start=2020, end=2023)
    assert [query["period"] for query in api.data_requests[before:]] == ["2023", "2023"]
    assert len(comtrade_rows.load(tmp_path, level=0)) == 4 * 2


def test_a_newer_release_is_asked_for_and_takes_the_place_of_the_older(
    server: tuple[str, Api], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, api = server
    monkeypatch.setattr(store, "now", lambda: "2026-01-01T00:00:00Z")
    _fetch(url, tmp_path, start=2022, end=2023)
    old = comtrade_rows.load(tmp_path, level=0).set_index(["period", "flow"])["value_usd"]
    monkeypatch.setattr(store, "now", lambda: "2026-09-01T00:00:00Z")
    api.release(156, range(2023, 2024), on="2026-08-01T00:00:00")
    api.headings = 13  # the revision has more in it
    before = len(api.data_requests)
    _fetch(url, tmp_path, start=2022, end=2023)
    assert [query["period"] for query in api.data_requests[before:]] == ["2023", "2023"]
    new = comtrade_rows.load(tmp_path, level=0).set_index(["period", "flow"])
    assert len(new) == 4
    assert new.loc[("2022", "export"), "value_usd"] == old["2022", "export"]
    assert new.loc[("2023", "export"), "value_usd"] > old["2023", "export"]
    assert set(fetched_trade_rows(tmp_path).sources["source_id"]) == {
        "comtrade-chn-2026-01-01",
        "comtrade-chn-2026-09-01",
    }


def test_refresh_asks_again(server: tuple[str, Api], tmp_path: Path) -> None:
    url, _ = server
    _fetch(url, tmp_path)
    assert _fetch(url, tmp_path, refresh=True).requests == 2
    assert len(comtrade_rows.load(tmp_path, level=2)) == 2 * 96


def test_not_reported_yet_is_told_from_zero(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    api.no_trade.add((398, 795, "2023", "M"))
    summary = _fetch(
        url, tmp_path, reporters=["KAZ"], partners=["CHN", "TKM"], start=2023, end=2024
    )
    assert summary.not_reported == {"KAZ": ["2024"]}
    assert all("2024" not in query["period"] for query in api.data_requests)
    rows = fetched_trade_rows(tmp_path).rows.set_index(["partner", "period", "flow"])
    assert "2024" not in rows.index.get_level_values("period")
    zero = rows.loc[("TKM", "2023", "import")]
    assert zero["value"] == 0
    assert "no trade: zero as reported, or not in the complete list" in zero["note"]
    asked = comtrade_rows.availability(tmp_path)
    assert asked[["period", "status"]].to_numpy().tolist() == [
        ["2023", "reported"],
        ["2024", "not reported yet"],
    ]


@pytest.mark.parametrize(
    ("trouble", "values", "unanswered"),
    [
        # Exports only: the list of all partners in imports adds up to the world without TKM.
        ({}, {"export": 1, "import": 0}, []),
        # The list lacks something, or the world: nothing follows from the absence.
        ({"world_gap": 5e9}, {"export": 1}, ["import of KAZ with TKM in 2023"]),
        ({"always_lists": "without partnerCode 0"}, {"export": 1}, ["import of KAZ with TKM in"]),
        # Silence to the list, too, or an error: not a zero.
        ({"always_lists": "empty"}, {"export": 1}, ["import of KAZ with TKM in 2023"]),
        ({"always_lists": "errorObject"}, {"export": 1}, ["import of KAZ with TKM in 2023"]),
        # The answer left out what the list has: the list's figure is the total.
        ({"no_trade": set(), "faults": ["without flowCode M"]}, {"export": 1, "import": 1}, []),
        # Silence to everything: neither flow is anything.
        ({"always": "empty"}, {}, ["export of KAZ with TKM in 2023", "import of KAZ with TKM in"]),
    ],
)
def test_a_zero_needs_a_complete_list_of_partners_without_the_pair(
    server: tuple[str, Api], tmp_path: Path, trouble: dict[str, Any], values: dict[str, int],
    unanswered: list[str],
) -> None:  # fmt: skip
    url, api = server
    api.no_trade.add((398, 795, "2023", "M"))
    for name, value in trouble.items():
        setattr(api, name, value)
    summary = _fetch(url, tmp_path, reporters=["KAZ"], partners=["TKM"], level=0)
    assert len(summary.no_answer) == len(unanswered)
    assert all(
        said.startswith(one) for said, one in zip(summary.no_answer, unanswered, strict=True)
    )
    rows = fetched_trade_rows(tmp_path).rows
    found = {row["flow"]: row["value"] for row in rows.to_dict("records")}
    assert {flow: int(value > 0) for flow, value in found.items()} == values
    letters = {"export": "X", "import": "M"}
    for flow in (flow for flow, there in values.items() if there):
        assert found[flow] == _total(api, 398, 795, "2023", letters[flow])
    # What got no answer is asked again by the next run, and only that.
    api.always = api.always_lists = ""
    api.faults, api.world_gap = [], 0.0
    before = len(api.data_requests)
    assert _fetch(url, tmp_path, reporters=["KAZ"], partners=["TKM"], level=0).no_answer == []
    asked = {letter for query in api.data_requests[before:] for letter in query["flowCode"]}
    assert asked - {","} == {letters[one.split()[0]] for one in unanswered}


def test_silence_to_a_released_report_replaces_no_bundled_figure(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    """The API's answer to hidden rate limiting was once stored as 0.00 beside 24.7 billion."""
    url, api = server
    api.always = "empty"
    summary = _fetch(url, tmp_path)
    assert len(summary.no_answer) == 4  # two totals, two tables of products
    assert fetched_trade_rows(tmp_path).rows.empty
    assert fetched_composition_rows(tmp_path).rows.empty
    assert listing(tmp_path) == []


def test_products_without_a_total_are_partial_and_make_no_total(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    url, api = server
    api.always, api.always_for = "empty", {"TOTAL"}
    summary = _fetch(url, tmp_path)
    assert len(summary.no_answer) == 2
    assert fetched_trade_rows(tmp_path).rows.empty
    read = fetched_composition_rows(tmp_path).rows
    assert len(read) == 2 * 96
    assert set(read["coverage"]) == {"partial"}
    assert (
        read["note"].str.endswith("no reported total is known to compare the products with").all()
    )


def test_products_that_do_not_reach_the_total_are_partial(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    url, api = server
    api.faults = ["none", "without cmdCode 87"]  # a 96th of the trade is confidential
    _fetch(url, tmp_path)
    read = fetched_composition_rows(tmp_path).rows
    assert set(read["coverage"]) == {"partial"}
    assert "; products add up to 98" in read["note"].iloc[0]


def test_products_worth_more_than_the_total_are_refused(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    url, api = server
    api.faults = ["none", "too much"]
    with pytest.raises(FetchError, match=r"products worth more than the total \(2023 KAZ import\)"):
        _fetch(url, tmp_path)
    assert set(comtrade_rows.load(tmp_path)["level"]) == {0}


def test_a_weight_that_is_not_told_is_unknown(server: tuple[str, Api], tmp_path: Path) -> None:
    url, _ = server
    _fetch(url, tmp_path)
    frame = comtrade_rows.load(tmp_path)
    assert frame.loc[frame["level"] == 0, "net_weight_kg"].isna().all()  # null in the answer
    assert set(frame.loc[frame["level"] == 2, "net_weight_kg"]) == {1.5}


def test_a_fetched_figure_far_from_the_bundled_one_is_doubtful_and_shown(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    url, api = server
    for table in (ROOT / "data").glob("*.csv"):
        (tmp_path / table.name).write_bytes(table.read_bytes())
    _fetch(url, tmp_path)
    rows = fetched_trade_rows(tmp_path).rows.set_index("flow")
    assert set(rows["quality"]) == {"doubtful"}
    # data/trade.csv holds 24,696,909,997 and 24.7 billion; the nearer one is told
    assert rows.loc["export", "quality_reason"] == (
        "more than 2 times below the bundled figure, 24,696,909,997 USD (comtrade-chn-github-2024)"
    )
    said = [str(one) for one in check_data(tmp_path).doubts]
    assert [line.partition(":")[0] for line in said] == ["fetched", "fetched"]
    # 12 headings of 96 chapters, each 127,000 (59 + 42 + 23 + 3 thousand) plus its code
    assert f"CHN with KAZ, 2023, export: {96 * 12 * 127_000 + 4_676 * 1200 + 96 * 78:,}" in said[0]
    api.scale = 100.0  # exports of 15.2 billion are within a factor of two of 24.7
    _fetch(url, tmp_path, refresh=True)
    assert set(fetched_trade_rows(tmp_path).rows["quality"]) == {"ok"}


@pytest.mark.parametrize(
    ("edition", "released"),
    [
        ("../../../../victim/pwn", "2024-06-01"),
        ("/abs", "2024-06-01"),
        ("H6", "<b>not a date"),
        ("H6", "20240601"),
        ("H6", "9999-12-31"),
    ],
)
def test_a_list_of_releases_that_is_none_is_refused_and_writes_nothing(
    server: tuple[str, Api], tmp_path: Path, edition: str, released: str
) -> None:
    url, api = server
    api.release(156, range(2023, 2024), edition, released)
    with pytest.raises(FetchError, match="UN Comtrade's list of releases of CHN: "):
        _fetch(url, tmp_path / "data", level=4)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_empty_list_of_releases_is_no_statement_for_a_day(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    url, api = server
    lists = api.released
    api.released = {}
    summary = _fetch(url, tmp_path, reporters=["TKM"], start=2022)
    assert (summary.requests, summary.not_reported) == (0, {"TKM": ["2022", "2023"]})
    assert "not reported yet: TKM 2022, 2023" in summary.said()
    api.released = lists
    api.release(795, range(2022, 2024))
    assert _fetch(url, tmp_path, reporters=["TKM"], partners=["CHN"], start=2022).requests == 2


def test_what_version_0_1_fetched_is_refused_with_a_way_out(tmp_path: Path) -> None:
    folder = tmp_path / "fetched" / "comtrade" / "CHN"
    folder.mkdir(parents=True)
    old = {"request": {"reporter": "CHN", "frequency": "annual"}, "records": 0, "fetched": "x"}
    (folder / "old.json").write_text(json.dumps(old), encoding="utf-8")
    with pytest.raises(FetchError, match="took an empty answer for no trade: remove it"):
        fetched_trade_rows(tmp_path)


def test_both_sides_books_stand_side_by_side(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    _fetch(url, tmp_path, reporters=["CHN", "KAZ"], partners=["CHN", "KAZ"])
    books = comtrade_rows.flows(tmp_path, "CHN", "KAZ", level=2)
    vehicles = books[books["code"] == "87"].set_index("reporter")["value_usd"]
    headings = [f"87{n:02d}" for n in range(1, api.headings + 1)]
    assert vehicles.to_dict() == {
        "CHN": sum(api.value(156, 398, "2023", "X", code) for code in headings),
        "KAZ": sum(api.value(398, 156, "2023", "M", code) for code in headings),
    }


def test_monthly_figures_get_monthly_periods(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    api.released = {(156, "202401"): ("H6", "2024-03-01"), (156, "202402"): ("H6", "2024-04-01")}
    summary = _fetch(url, tmp_path, start=2024, end=2024, frequency="monthly", level=0)
    assert len(summary.not_reported["CHN"]) == 10
    assert api.data_requests[0]["period"] == "202401,202402"
    assert set(fetched_trade_rows(tmp_path).rows["period"]) == {"2024-01", "2024-02"}
    assert fetched_composition_rows(tmp_path).rows.empty


def test_a_bad_answer_leaves_what_was_kept_before(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    _fetch(url, tmp_path, start=2022, end=2022)
    api.faults = ["breakdown"]
    with pytest.raises(FetchError, match="nothing was kept"):
        _fetch(url, tmp_path, start=2022, end=2023)
    assert set(comtrade_rows.load(tmp_path)["period"]) == {"2022"}
    files = [path.name for path in (tmp_path / "fetched").rglob("*") if path.is_file()]
    assert not [name for name in files if name.endswith(".part")]


def test_a_changed_file_is_refused(server: tuple[str, Api], tmp_path: Path) -> None:
    url, _ = server
    _fetch(url, tmp_path)
    file = next((tmp_path / "fetched").rglob("*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"!")
    with pytest.raises(DataError, match="changed after it was fetched"):
        fetched_trade_rows(tmp_path)


def test_the_key_is_in_no_file(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    _fetch(url, tmp_path, key=KEY, level=4)
    assert api.data_requests
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for file in files:
        assert KEY.encode() not in file.read_bytes(), file


def test_too_many_requests_are_not_made_unless_confirmed(
    server: tuple[str, Api], tmp_path: Path
) -> None:
    url, api = server
    asked: list[int] = []
    with pytest.raises(FetchError, match="26 requests were not confirmed"):
        _fetch(
            url, tmp_path, partners=["KAZ", "KGZ", "TJK", "TKM", "UZB"], start=2015, end=2024,
            confirm=lambda count: bool(asked.append(count)),
        )  # fmt: skip
    assert asked == [26]  # the totals; five partners, ten years by two
    assert not api.data_requests


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"level": 3}, "--level must be one of 0, 2, 4, 6"),
        ({"partners": ["KAS"]}, "did you mean 'KAZ'"),
        ({"start": 2024, "end": 2020}, "earlier to the later year"),
        ({"frequency": "yearly"}, "--frequency must be one of annual, monthly"),
        ({"reporters": ["WLD"]}, "the world reports nothing"),
    ],
)
def test_wrong_parameters(
    server: tuple[str, Api], tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    url, _ = server
    with pytest.raises(ParameterError, match=message):
        _fetch(url, tmp_path, **options)


def _start(url: str, data: Path) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-c", "from catrade.fetch.commands import run; run()", "comtrade",
        "--reporter", "CHN", "--partner", "KAZ", "KGZ", "--years", "2015-2024", "--level", "2",
        "--data", str(data),
    ]  # fmt: skip
    environment = {
        **os.environ,
        "CATRADE_COMTRADE_URL": url,
        "CATRADE_COMTRADE_PAUSE": "0",
        "COMTRADE_API_KEY": "",
        "PYTHONPATH": str(ROOT / "lib"),
    }
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def test_killed_in_the_middle_and_resumed(server: tuple[str, Api], tmp_path: Path) -> None:
    url, api = server
    api.hold_after = 5  # the totals, four tables of products; the sixth request gets no answer
    process = _start(url, tmp_path / "killed")
    wait_until(lambda: len(api.data_requests) >= 6, 120)
    process.send_signal(signal.SIGKILL)
    process.wait(120)
    assert api.answered == 5
    first = [json.dumps(query) for query in api.data_requests[:5]]
    api.hold_after = None
    assert _start(url, tmp_path / "killed").wait(300) == 0
    later = [json.dumps(query) for query in api.data_requests[6:]]
    assert len(later) == 6
    assert not set(first) & set(later)
    assert [path for path, _ in api.log].count("/public/v1/getDa/C/A/HS") == 1
    _fetch(url, tmp_path / "whole", partners=["KAZ", "KGZ"], start=2015, end=2024)
    columns = ["reporter", "partner", "period", "flow", "code", "value_usd", "classification"]
    pd.testing.assert_frame_equal(
        comtrade_rows.load(tmp_path / "killed")[columns],
        comtrade_rows.load(tmp_path / "whole")[columns],
    )
    assert len(comtrade_rows.load(tmp_path / "whole")) == 2 * 10 * 2 * 97


def test_listing_and_removal(server: tuple[str, Api], tmp_path: Path) -> None:
    url, _ = server
    assert listing(tmp_path) == []
    _fetch(url, tmp_path, reporters=["CHN", "KAZ"], partners=["UZB"])
    entries = listing(tmp_path)
    assert [entry.label for entry in entries] == ["comtrade/CHN", "comtrade/KAZ"]
    assert entries[0].records == 2 * 97
    assert entries[0].size > 1000
    with pytest.raises(ParameterError, match="did you mean 'comtrade/KAZ'"):
        store.remove(tmp_path, "comtrade/KA", entries)
    store.remove(tmp_path, "comtrade/KAZ", entries)
    assert [entry.label for entry in listing(tmp_path)] == ["comtrade/CHN"]
    assert set(fetched_trade_rows(tmp_path).rows["reporter"]) == {"CHN"}
