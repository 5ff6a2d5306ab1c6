"""Fetching from UN Comtrade over a real connection: requests, limits, resuming, and refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from comtrade_server import KEY, Api, fetch

from catrade.errors import FetchError
from catrade.fetch.comtrade_plan import FLOWS, MOST_RECORDS, Request, plan
from catrade.tables import comtrade
from rounding.errors import ParameterError

ROOT = Path(__file__).parent.parent


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
    api: Api, tmp_path: Path
) -> None:
    summary = fetch(
        api, tmp_path, level=4
    )  # 96 * 12 headings a flow, 500 records an answer
    frame = comtrade.load(tmp_path, level=4)
    assert len(frame) == 2 * 96 * 12
    assert not frame.duplicated(["flow", "code"]).any()
    row = frame[(frame["flow"] == "import") & (frame["code"] == "8703")].iloc[0]
    assert row["value_usd"] == api.value(156, 398, "2023", "M", "8703")
    totals = comtrade.load(tmp_path, level=0)
    assert totals["value_usd"].sum() == frame["value_usd"].sum()
    # the totals; a flow: the whole, then 1152 codes by at most 350
    assert summary.requests == 1 + 2 * (1 + 4)
    assert all(len(q["cmdCode"].split(",")) <= 350 for q in api.data_requests)


def test_a_limit_lower_than_announced_is_noticed(api: Api, tmp_path: Path) -> None:
    fetch(
        api, tmp_path, start=2018, end=2023, key=KEY, limit=300
    )  # the whole would be 1164
    assert len(comtrade.load(tmp_path)) == 6 * 2 * 97


def test_totals_that_cannot_be_split_further_are_refused(
    api: Api, tmp_path: Path
) -> None:
    with pytest.raises(FetchError, match="cannot be asked in smaller pieces"):
        fetch(api, tmp_path, level=0, limit=1)
    assert comtrade.load(tmp_path).empty


def test_what_is_there_is_not_asked_again(api: Api, tmp_path: Path) -> None:
    fetch(api, tmp_path, start=2020, end=2022)
    before = len(api.data_requests)
    assert fetch(api, tmp_path, start=2020, end=2022).requests == 0
    assert (
        fetch(api, tmp_path, start=2021, end=2021, level=0).requests == 0
    )  # totals came along
    fetch(api, tmp_path, start=2020, end=2023)
    assert [query["period"] for query in api.data_requests[before:]] == ["2023", "2023"]
    assert len(comtrade.load(tmp_path, level=0)) == 4 * 2


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
    api: Api, tmp_path: Path, edition: str, released: str
) -> None:
    api.release(156, range(2023, 2024), edition, released)
    with pytest.raises(FetchError, match="UN Comtrade's list of releases of CHN: "):
        fetch(api, tmp_path / "data", level=4)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_an_empty_list_of_releases_is_no_statement_for_a_day(
    api: Api, tmp_path: Path
) -> None:
    lists = api.released
    api.released = {}
    summary = fetch(api, tmp_path, reporters=["TKM"], start=2022)
    assert (summary.requests, summary.not_reported) == (0, {"TKM": ["2022", "2023"]})
    assert "not reported yet: TKM 2022, 2023" in summary.said()
    api.released = lists
    api.release(795, range(2022, 2024))
    assert (
        fetch(api, tmp_path, reporters=["TKM"], partners=["CHN"], start=2022).requests
        == 2
    )


def test_a_bad_answer_leaves_what_was_kept_before(api: Api, tmp_path: Path) -> None:
    fetch(api, tmp_path, start=2022, end=2022)
    api.faults = [{"motCode": 2100}]
    with pytest.raises(FetchError, match="nothing was kept"):
        fetch(api, tmp_path, start=2022, end=2023)
    assert set(comtrade.load(tmp_path)["period"]) == {"2022"}
    files = [path.name for path in (tmp_path / "fetched").rglob("*") if path.is_file()]
    assert not [name for name in files if name.endswith(".part")]


def test_the_key_is_in_no_file(api: Api, tmp_path: Path) -> None:
    fetch(api, tmp_path, key=KEY, level=4)
    assert api.data_requests
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    for file in files:
        assert KEY.encode() not in file.read_bytes(), file


def test_too_many_requests_are_not_made_unless_confirmed(
    api: Api, tmp_path: Path
) -> None:
    asked: list[int] = []
    with pytest.raises(FetchError, match="26 requests were not confirmed"):
        fetch(
            api, tmp_path, partners=["KAZ", "KGZ", "TJK", "TKM", "UZB"], start=2015, end=2024,
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
    api: Api, tmp_path: Path, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        fetch(api, tmp_path, **options)
