"""Fetching from UN Comtrade over a real connection: requests, figures, zeros, and refusals."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from comtrade_server import KEY, fetch
from fetch_files import cases, copy_tables, figures, options

import catrade as ct
from catrade_fetch import answers, rows, store
from catrade_fetch.comtrade import MOST_RECORDS, ComtradeRequest, ComtradeRun, plan
from catrade_fetch.comtrade_client import Client
from catrade_fetch.errors import FetchError
from catrade_fetch.kept import manifests as manifests_of
from catrade_fetch.store import listing

# --- requests ------------------------------------------------------------------------------------


def test_no_planned_answer_can_reach_the_limit():
    """Where the limit allows, partners and years share requests; nobody trades with itself."""
    years = tuple(str(year) for year in range(1995, 2025))
    flows = ("export", "import")
    whole = ComtradeRequest("CHN", "annual", years, ("KAZ", "KGZ", "CHN"), flows, 2)
    requests = plan(whole, limit=400)
    cells = [cell for request in requests for cell in request.cells]
    assert len(cells) == len(set(cells)) == 30 * 2 * 2
    assert all(len(request.cells) * MOST_RECORDS[2] < 400 for request in requests)
    totals = [len(request.periods) for request in plan(replace(whole, level=0), 400)]
    assert totals == [12, 9, 9]


def test_a_cut_answer_is_asked_again_in_pieces_down_to_product_codes(api, tmp_path):
    """96 * 12 headings a flow, 500 records an answer."""
    run = fetch(api, tmp_path, level=4)
    frame = answers.load_answers(tmp_path, level=4)
    assert len(frame) == 2 * 96 * 12
    assert not frame.duplicated(["flow", "code"]).any()
    row = frame[(frame["flow"] == "import") & (frame["code"] == "8703")].iloc[0]
    assert row["value_usd"] == api.value(156, 398, "2023", "M", "8703")
    totals = answers.load_answers(tmp_path, level=0)
    assert totals["value_usd"].sum() == frame["value_usd"].sum()
    # the totals; a flow: the whole, then 1152 codes by at most 350
    assert run.requests == 1 + 2 * (1 + 4)
    assert all(len(q["cmdCode"].split(",")) <= 350 for q in api.data_requests)


def test_a_limit_lower_than_announced_is_noticed(api, tmp_path):
    """The whole would be 1164 records. The key is in no file."""
    fetch(api, tmp_path, start=2018, end=2023, key=KEY, limit=300)
    assert len(answers.load_answers(tmp_path)) == 6 * 2 * 97
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [file for file in files if KEY.encode() in file.read_bytes()]
    with pytest.raises(FetchError, match="cannot be asked in smaller pieces"):
        fetch(api, tmp_path / "none", level=0, limit=1)
    assert answers.load_answers(tmp_path / "none").empty


def test_what_is_there_is_not_asked_again(api, tmp_path):
    fetch(api, tmp_path, start=2020, end=2022)
    before = len(api.data_requests)
    assert fetch(api, tmp_path, start=2020, end=2022).requests == 0
    # Totals came along.
    assert fetch(api, tmp_path, start=2021, end=2021, level=0).requests == 0
    fetch(api, tmp_path, start=2020, end=2023)
    assert [query["period"] for query in api.data_requests[before:]] == ["2023", "2023"]
    assert len(answers.load_answers(tmp_path, level=0)) == 4 * 2
    api.faults = [{"motCode": 2100}]
    with pytest.raises(FetchError, match="nothing was kept"):
        fetch(api, tmp_path, start=2020, end=2024)
    assert len(answers.load_answers(tmp_path, level=0)) == 4 * 2


def test_a_fetch_reads_and_writes_only_while_nobody_else_writes(
    api, tmp_path, monkeypatch
):
    """Others wait for the moment of a writing, not for the whole fetch."""
    root, alone, waits = tmp_path / "fetched/comtrade", store.alone, threading.Event()
    monkeypatch.setattr(store, "alone", lambda folder: alone(folder, waits.set))
    run = ComtradeRun(Client(base_url=api.url, pause=0), tmp_path)
    works = [lambda: run.plan(["CHN"], ["KAZ"], 2023, 2023, 0), lambda: [*run.steps()]]
    with ThreadPoolExecutor() as pool:
        for work in works:
            waits.clear()
            with alone(root):
                working = pool.submit(work)
                assert waits.wait(60)
                assert manifests_of(root / "CHN") == []
            working.result(60)
    assert len(manifests_of(root / "CHN")) == 1


RELEASES = """
../../../../victim/pwn | 2024-06-01
/abs | 2024-06-01
H6 | <b>not a date
H6 | 9999-12-31
"""


@pytest.mark.parametrize(("edition", "released"), cases(RELEASES))
def test_a_list_of_releases_that_is_none_is_refused_and_writes_nothing(
    api, tmp_path, edition, released
):
    api.release(156, range(2023, 2024), edition, released)
    with pytest.raises(FetchError, match="UN Comtrade's list of releases of CHN: "):
        fetch(api, tmp_path / "data", level=4)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


# --- figures -------------------------------------------------------------------------------------


def test_values_arrive_with_their_provenance(api, tmp_path):
    run = fetch(api, tmp_path)
    assert (run.requests, run.answers, run.records) == (2, 2, 2 * 97)
    assert figures(tmp_path) == {
        ("CHN", "KAZ", "2023", "export"): api.total(156, 398, "2023", "X"),
        ("CHN", "KAZ", "2023", "import"): api.total(156, 398, "2023", "M"),
    }
    source = rows.trade_rows(tmp_path).sources.iloc[0]
    assert (source["publisher"], source["published"]) == ("UN Comtrade", "2024-06-01")
    kept = manifests_of(tmp_path / "fetched" / "comtrade" / "CHN")
    assert {manifest["endpoint"] for _, manifest in kept} == {
        "public/v1/preview/C/A/HS"
    }
    # A weight that is not told is unknown: null in the answer.
    weights = answers.load_answers(tmp_path).groupby("level")["net_weight_kg"].max()
    assert weights.fillna(-1).to_dict() == {0: -1, 2: 1.5}


def test_a_newer_release_is_asked_for_and_takes_the_place_of_the_older(
    api, tmp_path, monkeypatch
):
    monkeypatch.setattr(store, "now", lambda: "2026-01-01T00:00:00Z")
    fetch(api, tmp_path, start=2022, end=2023)
    old = figures(tmp_path)
    monkeypatch.setattr(store, "now", lambda: "2026-09-01T00:00:00Z")
    api.release(156, range(2023, 2024), on="2026-08-01T00:00:00")
    api.headings = 13  # the revision has more in it
    before = len(api.data_requests)
    fetch(api, tmp_path, start=2022, end=2023)
    assert [query["period"] for query in api.data_requests[before:]] == ["2023", "2023"]
    new = figures(tmp_path)
    more = {cell[2] for cell in old if new[cell] > old[cell]}
    same = {cell[2] for cell in old if new[cell] == old[cell]}
    assert (more, same) == ({"2023"}, {"2022"})
    ids = rows.trade_rows(tmp_path).sources["source_id"]
    assert set(ids) == {"comtrade-chn-2026-01-01", "comtrade-chn-2026-09-01"}


#: Exports only: the list of all partners in imports adds up to the world without TKM. Then the list
#: lacks something, or the world: nothing follows from the absence. Silence to the list, too, or an
#: error: not a zero. The answer left out what the list has: the list's figure is the total. Silence
#: to everything: neither flow is anything.
ZEROS = """
 | export 1, import 0 |
"world_gap": 5e9 | export 1 | import
"always": "without partnerCode 0", "always_for": ["lists"] | export 1 | import
"always": "empty", "always_for": ["lists"] | export 1 | import
"always": "errorObject", "always_for": ["lists"] | export 1 | import
"no_trade": [], "faults": ["without flowCode M"] | export 1, import 1 |
"always": "empty" |  | export import
"""


@pytest.mark.parametrize(("trouble", "values", "unanswered"), cases(ZEROS))
def test_a_zero_needs_a_complete_list_of_partners_without_the_pair(
    api, tmp_path, trouble, values, unanswered
):
    api.no_trade.add((398, 795, "2023", "M"))
    vars(api).update(options(trouble))
    asked = {"reporters": ["KAZ"], "partners": ["TKM"], "level": 0}
    silent = fetch(api, tmp_path, **asked).no_answer
    flows = unanswered.split()
    assert silent == [f"{flow} of KAZ with TKM in 2023" for flow in flows]
    stored = {cell[3]: value for cell, value in figures(tmp_path).items()}
    signs = ", ".join(f"{flow} {int(stored[flow] > 0)}" for flow in sorted(stored))
    assert signs == values
    letters = {"export": "X", "import": "M"}
    for flow, value in stored.items():
        assert value in (0, api.total(398, 795, "2023", letters[flow]))
    # What got no answer is asked again by the next run, and only that.
    api.always = ""
    api.faults, api.world_gap = [], 0.0
    before = len(api.data_requests)
    assert fetch(api, tmp_path, **asked).no_answer == []
    again = ",".join(query["flowCode"] for query in api.data_requests[before:])
    assert set(again) - {","} == {letters[flow] for flow in flows}


#: The API's answer to hidden rate limiting was once stored as 0.00 beside 24.7 billion: two totals,
#: two tables of products. A 96th of the trade is confidential: below 99.5%, so it is not the whole.
#: Trouble | cells without answer | records by level | coverage | note.
WHOLE = """
"always": "empty" | 4 |  |  |
"always": "empty", "always_for": ["TOTAL"] | 2 | "2": 192 | partial | ; no reported total is known
  to compare the products with
"faults": ["none", "without cmdCode 87"] | 0 | "0": 2, "2": 190 | partial | ; products add up to 98.
"""


@pytest.mark.parametrize(
    ("trouble", "unanswered", "records", "coverage", "note"), cases(WHOLE)
)
def test_products_are_whole_only_beside_their_total(
    api,
    tmp_path,
    trouble,
    unanswered,
    records,
    coverage,
    note,
):
    vars(api).update(options(trouble))
    assert len(fetch(api, tmp_path).no_answer) == int(unanswered)
    counts = {int(level): count for level, count in options(records).items()}
    assert answers.load_answers(tmp_path)["level"].value_counts().to_dict() == counts
    assert len(rows.trade_rows(tmp_path).rows) == counts.get(0, 0)
    products = answers.chapter_rows(tmp_path).rows
    assert {*products["coverage"]} == {*coverage.split()}
    assert products["note"].str.contains(note, regex=False).all()
    assert bool(listing(tmp_path)) == bool(counts)


def test_products_worth_more_than_the_total_are_refused(api, tmp_path):
    api.faults = ["none", {"primaryValue": 9e13}]
    message = r"products worth more than the total \(2023 KAZ import\)"
    with pytest.raises(FetchError, match=message):
        fetch(api, tmp_path)
    assert set(answers.load_answers(tmp_path)["level"]) == {0}


def test_headings_are_goods_with_what_they_weigh(api, tmp_path, monkeypatch):
    """Two headings a chapter, of 1.5 kg each; those of a month stay in the answers."""
    data = copy_tables(tmp_path / "data")
    api.headings = 2
    api.released[156, "202402"] = ("H6", "2024-04-01")
    fetch(api, data, level=4)
    fetch(api, data, level=4, start=2024, end=2024, frequency="monthly")
    rows.write_tables(data)
    monkeypatch.setenv("CATRADE_DATA", str(data))
    asked = {"reporter": "CHN", "level": "heading", "start": 2023, "full": True}
    sold = ct.goods("KAZ", "export", **asked).dropna(subset="value")
    assert sold["period"].value_counts().to_dict() == {"2023": 189}
    lignite = sold.set_index("code").loc["2702"]
    dollars = api.value(156, 398, "2023", "X", "2702")
    assert lignite["value"] * 1e9 == pytest.approx(dollars)
    assert lignite["net_weight_t"] == 0.0015
    # Three of the server's 192 codes are no heading: what is left is not 99.5 per cent.
    assert set(sold["coverage"]) == {"partial"}
