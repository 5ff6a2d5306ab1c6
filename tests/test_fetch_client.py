"""The HTTP client against a server that misbehaves in every way the documentation mentions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from comtrade_server import KEY, Api, serve

from catrade.errors import FetchError
from catrade.fetch.comtrade_check import check
from catrade.fetch.comtrade_client import Client
from catrade.fetch.comtrade_plan import Request

REQUEST = Request("CHN", "annual", ("2023",), ("KAZ",), ("export",), 2)


@pytest.fixture
def server() -> Iterator[tuple[str, Api]]:
    with serve() as (url, api):
        api.release(156, range(2015, 2025))
        yield url, api


class Waits(list[float]):
    """A sleep that only notes how long."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def _client(url: str, waits: Waits | None = None, **options: Any) -> Client:
    return Client(base_url=url, pause=0, sleep=waits if waits is not None else Waits(), **options)


def test_asks_for_totals_explicitly_and_so_gets_one_row_a_product(
    server: tuple[str, Api],
) -> None:
    url, api = server
    with _client(url) as client:
        answer = client.data(REQUEST.params(), "annual")
    query = api.data_requests[0]
    assert (query["partner2Code"], query["motCode"], query["customsCode"]) == ("0", "0", "C00")
    # 96 chapters (77 is reserved) and the total
    assert len(answer.rows) == 97
    assert not answer.cut


def test_without_these_parameters_an_answer_has_nine_rows_a_product_and_is_refused(
    server: tuple[str, Api],
) -> None:
    url, _ = server
    params = {k: v for k, v in REQUEST.params().items() if k not in ("partner2Code", "motCode")}
    with _client(url, limit=5000) as client:
        rows = client.data({**params, "cmdCode": "TOTAL"}, "annual").rows
    assert len(rows) == 1 * 9
    with pytest.raises(FetchError, match="breakdown that would count twice: partner2Code '156'"):
        check(rows, REQUEST)


def test_preview_has_no_key_and_the_keyed_endpoint_has_it_in_the_header_only(
    server: tuple[str, Api],
) -> None:
    url, api = server
    with _client(url) as client:
        client.data(REQUEST.params(), "annual")
    with _client(url, key=KEY) as client:
        client.data(REQUEST.params(), "annual")
        assert KEY not in repr(client)
    (path, query), (keyed_path, keyed_query) = api.log
    assert (path, keyed_path) == ("/public/v1/preview/C/A/HS", "/data/v1/get/C/A/HS")
    assert query["maxRecords"] == "500"
    assert keyed_query["maxRecords"] == "100000"
    names = [{name.lower(): value for name, value in one.items()} for one in api.headers]
    assert "ocp-apim-subscription-key" not in names[0]
    assert names[1]["ocp-apim-subscription-key"] == KEY
    assert KEY not in str(api.log)


@pytest.mark.parametrize("fault", ["500", "503", "html", "broken json", "closed", "429 1"])
def test_passing_trouble_is_retried_until_it_passes(server: tuple[str, Api], fault: str) -> None:
    url, api = server
    api.faults = [fault, fault]
    with _client(url) as client:
        answer = client.data(REQUEST.params(), "annual")
    assert len(answer.rows) == 97
    assert len(api.data_requests) == 3


def test_time_outs_are_retried(server: tuple[str, Api]) -> None:
    url, api = server
    api.faults = ["slow"]
    with _client(url, timeout=0.2) as client:
        assert len(client.data(REQUEST.params(), "annual").rows) == 97


def test_back_off_doubles_and_ends(server: tuple[str, Api]) -> None:
    url, api = server
    api.faults = ["503"] * 9
    waits = Waits()
    message = "answered 503, 5 times in a row; what was fetched is kept"
    with _client(url, waits, attempts=5) as client, pytest.raises(FetchError, match=message):
        client.data(REQUEST.params(), "annual")
    assert waits == [1, 2, 4, 8]


def test_retry_after_decides_how_long_to_wait(server: tuple[str, Api]) -> None:
    url, api = server
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    api.faults = ["429 7", f"429 {later}", "429", "429 silent"]
    waits = Waits()
    with _client(url, waits) as client:
        client.data(REQUEST.params(), "annual")
    # seconds, a date, "Try again in 2 seconds" in the message, and nothing: the fourth back-off
    assert waits[0] == 7
    assert 80 < waits[1] <= 90
    assert waits[2:] == [2, 8]


def test_an_hour_to_wait_ends_the_run(server: tuple[str, Api]) -> None:
    url, api = server
    api.faults = ["429 3600"]
    with _client(url) as client, pytest.raises(FetchError, match="next request in 3600 seconds"):
        client.data(REQUEST.params(), "annual")
    assert len(api.data_requests) == 1


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("403", "quota of this key or address is used up .403: Out of call volume quota"),
        ("400", "refused the request .400"),
        ("redirect", "refused the request .302"),
        ("no data", "no list 'data': the API has changed"),
        ("error field", "Something is off"),
    ],
)
def test_lasting_trouble_is_one_sentence_at_once(
    server: tuple[str, Api], fault: str, message: str
) -> None:
    url, api = server
    api.faults = [fault]
    with _client(url, key=KEY) as client, pytest.raises(FetchError, match=message) as caught:
        client.data(REQUEST.params(), "annual")
    assert len(api.data_requests) == 1
    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_key_the_server_repeats_does_not_reach_the_message(server: tuple[str, Api]) -> None:
    url, api = server
    api.faults = ["400"]
    with _client(url, key=KEY) as client, pytest.raises(FetchError, match="failed …") as caught:
        client.data(REQUEST.params(), "annual")
    assert KEY not in str(caught.value)


def test_wrong_key_and_wrong_address(server: tuple[str, Api]) -> None:
    url, _ = server
    with _client(url, key="wrong") as client, pytest.raises(FetchError, match="COMTRADE_API_KEY"):
        client.data(REQUEST.params(), "annual")
    with _client(f"{url}/v9") as client, pytest.raises(FetchError, match=r"404.*has moved"):
        client.data(REQUEST.params(), "annual")


def test_a_key_is_never_sent_over_plain_http_to_another_machine() -> None:
    with pytest.raises(FetchError, match="must begin with https://"):
        Client(KEY, base_url="http://comtrade.example")


def test_a_key_with_a_line_break_is_refused_without_showing_it() -> None:
    with pytest.raises(FetchError, match="COMTRADE_API_KEY has a blank") as caught:
        Client("secret\nvalue")
    assert "secret" not in str(caught.value)


def test_an_answer_as_long_as_the_limit_counts_as_cut(server: tuple[str, Api]) -> None:
    url, _ = server
    with _client(url, limit=97) as client:
        assert client.data(REQUEST.params(), "annual").cut
    with _client(url, limit=98) as client:
        assert not client.data(REQUEST.params(), "annual").cut


def test_thirteen_periods_are_too_many_for_the_server_and_never_asked(
    server: tuple[str, Api],
) -> None:
    url, api = server
    periods = [str(year) for year in range(2000, 2025)]
    with _client(url) as client:
        rows = client.availability(156, periods, "annual")
    assert [query["period"].count(",") + 1 for _, query in api.log] == [12, 12, 1]
    assert sorted(row["period"] for row in rows) == [str(year) for year in range(2015, 2025)]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("breakdown", "a breakdown that would count twice: motCode '2100' in record 97 of 97"),
        ("second partner", "count twice: partner2Code '156'"),
        ("customs", "count twice: customsCode 'C01'"),
        ("partner", "a partner not asked for: partnerCode '643'"),
        ("reporter", "another reporter: reporterCode '643'"),
        ("period", "a period not asked for: period '1999'"),
        ("flow", "a flow not asked for: flowCode 'RX'"),
        ("level", "totals and details must not mix.: cmdCode '8703'"),
        ("negative", "not a value: primaryValue '-1.0'"),
        ("null", "not a value: primaryValue"),
        ("too much", "products worth more than the total"),
        ("twice", "export 97 with KAZ in 2023 twice"),
        ("renamed", "no column 'primaryValue': the API has changed"),
    ],
)
def test_answers_that_would_give_wrong_figures_are_refused(
    server: tuple[str, Api], fault: str, message: str
) -> None:
    url, api = server
    api.faults = [fault]
    with _client(url) as client:
        answer = client.data(REQUEST.params(), "annual")
    with pytest.raises(FetchError, match=message):
        check(answer.rows, REQUEST)
