"""The HTTP client against a server that misbehaves in every way that was met or thought of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from comtrade_server import FAULTS, KEY, Api

from catrade.errors import FetchError
from catrade.fetch.comtrade_check import checked
from catrade.fetch.comtrade_client import Client
from catrade.fetch.comtrade_plan import Request

PRODUCTS = Request("CHN", "annual", ("2023",), ("KAZ",), ("export",), 2)
TOTALS = Request("CHN", "annual", ("2023",), ("KAZ", "KGZ"), ("export",), 0)


def _client(api: Api, **options: Any) -> Client:
    return Client(
        **{"base_url": api.url, "pause": 0, "sleep": lambda _: None, **options}
    )


def _ask(api: Api, request: Request = PRODUCTS, **options: Any) -> list[dict[str, Any]]:
    with _client(api, **options) as client:
        return client.data(request.params(), "annual").rows


def test_asks_for_totals_explicitly_and_so_gets_one_row_a_product(api: Api) -> None:
    assert len(_ask(api)) == 96  # chapters; 77 is reserved
    assert [row["cmdCode"] for row in _ask(api, TOTALS)] == ["TOTAL", "TOTAL"]
    totals = {"partner2Code": "0", "motCode": "0", "customsCode": "C00"}
    assert [query | totals for query in api.data_requests] == api.data_requests
    assert [query["cmdCode"] for query in api.data_requests] == ["AG2", "TOTAL"]


def test_preview_has_no_key_and_the_keyed_endpoint_has_it_in_the_header_only(
    api: Api,
) -> None:
    _ask(api)
    _ask(api, key=KEY)
    assert KEY not in repr(Client(KEY, base_url=api.url))
    (path, query), (keyed_path, keyed_query) = api.log
    assert (path, keyed_path) == ("/public/v1/preview/C/A/HS", "/data/v1/get/C/A/HS")
    assert (query["maxRecords"], keyed_query["maxRecords"]) == ("500", "100000")
    names = [
        {name.lower(): value for name, value in one.items()} for one in api.headers
    ]
    assert "ocp-apim-subscription-key" not in names[0]
    assert names[1]["ocp-apim-subscription-key"] == KEY
    assert KEY not in str(api.log)


@pytest.mark.parametrize(
    "fault",
    [
        *(
            "500",
            "503",
            "html",
            "broken json",
            "deep json",
            "not gzip",
            "closed",
            "empty",
        ),
        *("429 1", "429 odd", "429 in 200", "429 " + "9" * 3, "429 " + "9" * 400),
    ],
)
def test_passing_trouble_is_retried_until_it_passes(api: Api, fault: str) -> None:
    api.faults = [fault, fault]
    said: list[str] = []
    if fault == "429 999":  # longer than anyone would wait: said at once
        with pytest.raises(FetchError, match="allows the next request in 999 seconds"):
            _ask(api)
        return
    assert len(_ask(api, tell=said.append)) == 96
    assert len(api.data_requests) == 3
    assert "trying again (3 of" in said[1]


@pytest.mark.parametrize("fault", ["slow", "drip", "drip headers"])
def test_an_answer_that_never_ends_is_left_after_a_time_and_retried(
    api: Api, fault: str
) -> None:
    api.always = fault  # however busy the machine is, such an answer never ends
    said: list[str] = []
    with pytest.raises(
        FetchError, match=r"no whole answer within 0\.5 seconds, 2 times in a"
    ):
        _ask(api, timeout=0.5, attempts=2, tell=said.append)
    assert said == [
        "UN Comtrade gave no whole answer within 0.5 seconds; trying again (2 of 2) in 1 s…"
    ]


@pytest.mark.parametrize("fault", ["bomb", "endless"])
def test_an_answer_without_end_is_left_at_a_bound_that_is_told(
    api: Api, fault: str
) -> None:
    api.faults = [fault]
    # twenty million bytes and two thousand for each of 500 records
    with pytest.raises(
        FetchError, match="answer of UN Comtrade is larger than 21 MB, the most"
    ):
        _ask(api)


def test_back_off_doubles_and_ends(api: Api) -> None:
    api.always = "503"
    waits: list[float] = []
    with pytest.raises(
        FetchError, match="answered 503, 5 times in a row; what was fetched is kep"
    ):
        _ask(api, sleep=waits.append, attempts=5)
    assert waits == [1, 2, 4, 8]


def test_silence_is_asked_again_with_back_off_and_is_then_an_answer_without_rows(
    api: Api,
) -> None:
    api.always = "empty"
    waits: list[float] = []
    said: list[str] = []
    assert _ask(api, sleep=waits.append, tell=said.append) == []
    assert waits == [1, 2, 4]
    assert said[0].startswith(
        "UN Comtrade gave an answer without a record; trying again (2 of 4)"
    )


def test_the_longer_wait_wins(api: Api) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=500), usegmt=True)
    api.faults = ["429 0", f"429 {later}", "429 7", "429 silent", "429"]
    waits: list[float] = []
    _ask(api, sleep=waits.append)
    # "Try again in 2 seconds" beside Retry-After: 0; a date; seconds; back-off where nothing or
    # less is asked for
    assert waits[0] == 2
    assert 60 < waits[1] <= 500  # less what it took to ask, on however slow a machine
    assert waits[2:] == [7, 8, 16]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            "403",
            r"quota of this key or address is used up \(403: Out of call volume quota",
        ),
        ("400", r"refused the request \(400: failed …\)"),
        ("errorObject", r"refused the request \(400: Invalid cmdCode"),
        (
            "404 in 200",
            r"UN Comtrade has no /data/v1/get/C/A/HS \(404: Resource not found\)",
        ),
        ("redirect", r"sends on to another address \(302\), which is not followed"),
        ("no data", "no list 'data': the API has changed"),
        ("error field", "Something is off"),
        (
            "429 3600",
            "allows the next request in 3600 seconds; what was fetched is kept",
        ),
    ],
)
def test_lasting_trouble_is_one_sentence_at_once(
    api: Api, fault: str, message: str
) -> None:
    api.faults = [fault]
    with pytest.raises(FetchError, match=message) as caught:
        _ask(api, key=KEY)
    assert len(api.data_requests) == 1
    assert KEY not in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_page_for_a_long_address_says_what_to_ask_less_of(api: Api) -> None:
    api.faults = ["long"]
    codes = tuple(f"{number:04d}" for number in range(350))
    long = Request("CHN", "annual", ("2023",), ("KAZ",), ("export",), 4, codes, (1, 4))
    with pytest.raises(
        FetchError, match=r"address has [23],\d{3} characters \(404: 404 - File"
    ):
        _ask(api, long)
    assert FAULTS["long"][0] == 404


def test_wrong_key_and_wrong_address(api: Api) -> None:
    with pytest.raises(
        FetchError, match="COMTRADE_API_KEY: Access denied due to invalid"
    ):
        _ask(api, key="wrong")
    with pytest.raises(FetchError, match=r"404: Resource not found.*may have moved"):
        _ask(api, base_url=f"{api.url}/v9")


@pytest.mark.parametrize(
    ("key", "address", "message"),
    [
        (KEY, "http://comtrade.example", "must begin with https://"),
        (None, "http://[::1", "must begin with https://"),
        (None, "https://x:port", "must begin with https://"),
        (None, "ftp://127.0.0.1", "must begin with https://"),
        (None, "", "must begin with https://"),
        ("secret\nvalue", "https://comtrade.example", "COMTRADE_API_KEY has a blank"),
    ],
)
def test_keys_and_addresses_that_cannot_be(
    key: str | None, address: str, message: str
) -> None:
    with pytest.raises(FetchError, match=message) as caught:
        Client(key, base_url=address)
    assert "secret" not in str(caught.value)


def test_an_answer_as_long_as_the_limit_counts_as_cut(api: Api) -> None:
    for limit, cut in ((96, True), (97, False)):
        with _client(api, limit=limit) as client:
            assert client.data(PRODUCTS.params(), "annual").cut is cut


def test_thirteen_periods_are_too_many_for_the_server_and_never_asked(api: Api) -> None:
    periods = [str(year) for year in range(2010, 2025)]
    with _client(api) as client:
        rows = client.availability(156, periods, "annual")
    assert [query["period"].count(",") + 1 for _, query in api.log] == [12, 3]
    assert sorted(row["period"] for row in rows) == list(range(2015, 2025))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            {"motCode": 2100},
            "breakdown that would count twice: motCode '2100' in record 96 of 96",
        ),
        ({"partner2Code": 156}, "count twice: partner2Code '156'"),
        ({"customsCode": "C01"}, "count twice: customsCode 'C01'"),
        ({"partnerCode": 643}, "a partner not asked for: partnerCode '643'"),
        ({"reporterCode": 643}, "another reporter: reporterCode '643'"),
        ({"period": "1999"}, "a period not asked for: period '1999'"),
        ({"flowCode": "RX"}, "a flow not asked for: flowCode 'RX'"),
        (
            {"cmdCode": "8703"},
            "cmdCode in record 96 is '8703', which is not such a name",
        ),
        (
            {"cmdCode": "\ud800"},
            r"cmdCode in record 96 is '\\ud800', which is not such a name",
        ),
        (
            {"classificationCode": "../../x"},
            r"Code in record 96 is '../../x', which is not such a",
        ),
        (
            {"classificationCode": "H6\x1b[2J"},
            r"Code in record 96 is 'H6\\x1b\[2J', which is no",
        ),
        (
            {"primaryValue": -1.0},
            "primaryValue in record 96 is '-1.0', not a number from 0 to",
        ),
        ({"primaryValue": None}, "primaryValue in record 96 is 'None', not a number"),
        ({"primaryValue": "much"}, "primaryValue in record 96 is 'much', not a number"),
        ({"primaryValue": True}, "primaryValue in record 96 is 'True', not a number"),
        (
            {"primaryValue": float("inf")},
            "primaryValue in record 96 is 'inf', not a number",
        ),
        (
            {"primaryValue": 1e308},
            r"primaryValue in record 96 is '1e\+308', not a number",
        ),
        (
            {"primaryValue": 10**400},
            r"record 96 is '1000.*… \(401 characters\), not a number",
        ),
        ({"netWgt": float("nan")}, "netWgt in record 96 is 'nan', not a number"),
        ("twice", "flow export, code 97 twice, which would count double"),
        ("renamed", "no column 'primaryValue': the API has changed"),
    ],
)
def test_answers_that_would_give_wrong_figures_are_refused(
    api: Api, fault: str | dict[str, Any], message: str
) -> None:
    api.faults = [fault]
    with pytest.raises(FetchError, match=message) as caught:
        checked(_ask(api), PRODUCTS)
    assert str(caught.value).isprintable()
