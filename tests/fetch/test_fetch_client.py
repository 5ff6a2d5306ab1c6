"""The HTTP client against a server that misbehaves in every way that was met or thought of."""

from __future__ import annotations

import json
from typing import Any

import pytest
from comtrade_server import KEY, Api
from fetch_files import cases

from catrade_fetch.comtrade import ComtradeRequest
from catrade_fetch.comtrade_client import Client
from catrade_fetch.errors import FetchError

PRODUCTS = ComtradeRequest("CHN", "annual", ("2023",), ("KAZ",), ("export",), 2)


def _client(api: Api, **options: Any) -> Client:
    usual = {"base_url": api.url, "pause": 0, "sleep": lambda _: None}
    return Client(**{**usual, **options})


def _ask(api: Api, **options: Any) -> list[dict[str, Any]]:
    return _client(api, **options).data(PRODUCTS.params(), "annual")[0]


def test_asks_for_totals_explicitly_and_so_gets_one_row_a_product(api):
    assert len(_ask(api)) == 96  # chapters; 77 is reserved
    totals = {"partner2Code": "0", "motCode": "0", "customsCode": "C00"}
    assert [query | totals for query in api.data_requests] == api.data_requests
    for limit, cut in ((96, True), (97, False)):
        _, is_cut = _client(api, limit=limit).data(PRODUCTS.params(), "annual")
        assert is_cut is cut


def test_preview_has_no_key_and_the_keyed_endpoint_has_it_in_the_header_only(
    api,
):
    _ask(api)
    _ask(api, key=KEY)
    assert KEY not in repr(Client(KEY, base_url=api.url))
    (path, query), (keyed_path, keyed_query) = api.log
    assert (path, keyed_path) == ("/public/v1/preview/C/A/HS", "/data/v1/get/C/A/HS")
    assert (query["maxRecords"], keyed_query["maxRecords"]) == ("500", "100000")
    without, with_key = [str(headers).lower() for headers in api.headers]
    assert "ocp-apim-subscription-key" not in without
    assert f"'ocp-apim-subscription-key': '{KEY.lower()}'" in with_key
    assert KEY not in str(api.log)


PASSING = (
    "500;503;html;broken json;deep json;not gzip;closed;empty;429 7;429 odd;429 in 200;"
    "429 long"
)


@pytest.mark.parametrize("fault", PASSING.split(";"))
def test_passing_trouble_is_retried_until_it_passes(api, fault):
    api.faults = [fault, fault]
    told: list[str] = []
    assert len(_ask(api, tell=told.append)) == 96
    assert len(api.data_requests) == 3
    assert "trying again (3 of" in told[1]


@pytest.mark.parametrize("fault", ["slow", "drip", "drip headers"])
def test_an_answer_that_never_ends_is_left_after_a_time_and_retried(api, fault):
    api.always = fault  # however busy the machine is, such an answer never ends
    told: list[str] = []
    message = r"no whole answer within 0\.2 seconds, 2 times in a"
    with pytest.raises(FetchError, match=message):
        _ask(api, timeout=0.2, attempts=2, tell=told.append)
    trouble = "UN Comtrade gave no whole answer within 0.2 seconds"
    assert told == [f"{trouble}; trying again (2 of 2) in 1 s…"]


@pytest.mark.parametrize("fault", ["bomb", "endless"])
def test_an_answer_without_end_is_left_at_a_bound_that_is_told(api, fault):
    api.faults = [fault]
    # twenty million bytes and two thousand for each of 500 records
    message = "answer of UN Comtrade is larger than 21 MB, the most"
    with pytest.raises(FetchError, match=message):
        _ask(api)


def test_waits_double_and_end_and_the_longer_one_wins(api):
    waits: list[float] = []
    api.always = "503"
    message = "answered 503, 5 times in a row; what was fetched is kep"
    with pytest.raises(FetchError, match=message):
        _ask(api, sleep=waits.append, attempts=5)
    assert waits == [1, 2, 4, 8]
    # Silence is then an answer without rows.
    api.always = "empty"
    told: list[str] = []
    assert _ask(api, sleep=waits.append, tell=told.append) == []
    assert waits[4:] == [1, 2, 4]
    again = "UN Comtrade gave an answer without a record; trying again (2 of 4)"
    assert told[0].startswith(again)
    # "Try again in 2 seconds" beside Retry-After: 0; seconds; back-off where nothing or less is
    # asked for.
    api.always = ""
    api.faults = ["429 0", "429 7", "429 silent", "429"]
    waits.clear()
    _ask(api, sleep=waits.append)
    assert waits == [2, 7, 4, 8]


LASTING = """
403 | quota of this key or address is used up (403: Out of call volume quota
400 | refused the request (400: failed …)
errorObject | refused the request (400: Invalid cmdCode
404 in 200 | (404: Resource not found); /data/v1/get/C/A/HS may have moved
redirect | UN Comtrade refused the request (302)
no data | no list 'data': the API has changed
error field | Something is off
429 999 | allows the next request in 999 seconds; what was fetched is kept
"""


@pytest.mark.parametrize(("fault", "message"), cases(LASTING))
def test_lasting_trouble_is_one_sentence_at_once(api, fault, message):
    api.faults = [fault]
    with pytest.raises(FetchError) as caught:
        _ask(api, key=KEY)
    assert message in str(caught.value)
    assert len(api.data_requests) == 1
    assert KEY not in str(caught.value)
    assert str(caught.value).isprintable()


def test_wrong_addresses_and_keys(api):
    with pytest.raises(FetchError, match="COMTRADE_API_KEY: Access denied due to"):
        _ask(api, key="wrong")
    with pytest.raises(FetchError, match=r"404: Resource not found.*may have moved"):
        _ask(api, base_url=f"{api.url}/v9")
    for address in ("http://x.example", "http://[::1", "https://x:port", "ftp://::1"):
        with pytest.raises(FetchError, match="must begin with https://"):
            Client(KEY, base_url=address)
    with pytest.raises(FetchError, match="COMTRADE_API_KEY has a blank") as caught:
        Client("secret\nvalue")
    assert "secret" not in str(caught.value)


#: What the last of 96 records has instead | what is said.
RECORDS = r"""
"motCode": 2100 | a breakdown that would count twice: motCode '2100'
"partner2Code": 156 | count twice: partner2Code '156'
"customsCode": "C01" | count twice: customsCode 'C01'
"partnerCode": 643 | a partner not asked for: partnerCode '643'
"reporterCode": 643 | another reporter: reporterCode '643'
"period": "1999" | a period not asked for: period '1999'
"flowCode": "RX" | a flow not asked for: flowCode 'RX'
"cmdCode": "8703" | a product not asked for: cmdCode '8703'
"cmdCode": "\ud800" | HS 2 digits
"typeCode": "S" | services, not goods: typeCode 'S'
"freqCode": "M" | another frequency: freqCode 'M'
"mosCode": "1" | a breakdown that would count twice: mosCode '1'
"refYear": 2022 | another year than its period: refYear '2022'
"classificationCode": "../../x" | no edition of the HS: classificationCode '../../x'
"classificationCode": "H6\u001b[2J" | Code 'H6\x1b[2J'; nothing was kept
"primaryValue": -1.0 | record 96 of 96: primaryValue is '-1.0', not a number from 0 to
"primaryValue": null | record 96 of 96: primaryValue is 'None', not a number
"primaryValue": "much" | record 96 of 96: primaryValue is 'much', not a number
"primaryValue": true | record 96 of 96: primaryValue is 'True', not a number
"primaryValue": Infinity | record 96 of 96: primaryValue is 'inf', not a number
"primaryValue": 1e308 | record 96 of 96: primaryValue is '1e+308', not a number
"primaryValue": HUGE | … (401 characters), not a number
twice | flow export, code 97 twice, which would count double
"""


@pytest.mark.parametrize(("fault", "message"), cases(RECORDS))
def test_answers_that_would_give_wrong_figures_are_refused(api, fault, message):
    if ":" in fault:
        huge = fault.replace("HUGE", "1" + "0" * 400)
        api.faults = [json.loads(f"{{{huge}}}")]
    else:
        api.faults = [fault]
    with pytest.raises(FetchError) as caught:
        PRODUCTS.checked(_ask(api))
    assert message in str(caught.value)
    assert str(caught.value).isprintable()
