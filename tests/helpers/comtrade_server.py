"""A UN Comtrade API on loopback that behaves as its documentation says, and misbehaves on demand.

What it does follows the official client (end-points and parameters), the fields of recorded
answers, and the bodies and messages users quote in its issues ("Rate limit is exceeded. Try again
in 2 seconds.", "Out of call volume quota …", an empty answer where the rate limit is hidden).
"""

from __future__ import annotations

import gzip
import itertools
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fetch_files import cases

from catrade_fetch import comtrade
from catrade_fetch.comtrade_client import Client

KEY = "k3y-Of-Tests-0123456789"
CHAPTERS = [f"{number:02d}" for number in range(1, 98) if number != 77]
PARTNERS = [156, 398, 417, 762, 795, 860, 643, 352, 490]
DATA = {"/public/v1/preview/C/A/HS", "/public/v1/preview/C/M/HS"}
KEYED = {"/data/v1/get/C/A/HS", "/data/v1/get/C/M/HS"}
#: Some of the fields that every record has, many of them null.
_FIELDS = json.loads("""
{"typeCode": "C", "reporterISO": null, "partner2ISO": null, "isLeaf": false, "customsCode": "C00",
 "mosCode": "0", "qtyUnitCode": -1, "grossWgt": null, "partner2Code": 0}
""")
#: What a server says instead of data: name | status | body | headers.
_SAID = """
429 | 429 | {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 2 seconds."} |
429 silent | 429 | {"statusCode": 429, "message": "Too many requests"} |
429 odd | 429 | {"statusCode": 429, "message": ""} | {"Retry-After": "²"}
429 in 200 | 200 | {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 2
  seconds."} |
403 | 403 | {"statusCode": 403, "message": "Out of call volume quota. Quota will be replenished in
  05:34:22."} |
404 | 404 | {"statusCode": 404, "message": "Resource not found"} |
401 | 401 | {"statusCode": 401, "message": "Access denied due to invalid subscription key"} |
404 in 200 | 200 | {"statusCode": 404, "message": "Resource not found"} |
errorObject | 400 | {"errorObject": {"message": "Invalid cmdCode", "code": 12}} |
long | 404 | <html><head><title>404 - File or directory not found.</title></head></html> |
redirect | 302 | {} | {"Location": "http://127.0.0.1:9/elsewhere"}
html | 200 | <html><title>Maintenance</title></html> |
500 | 500 | {"statusCode": 500, "message": "failed"} |
503 | 503 | {"statusCode": 503, "message": "failed"} |
400 | 400 | {"statusCode": 400, "message": "failed KEY"} |
429 0 | 429 | {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 2 seconds."} |
  {"Retry-After": "0"}
429 7 | 429 | {"statusCode": 429, "message": "Too many requests"} | {"Retry-After": "7"}
429 999 | 429 | {"statusCode": 429, "message": "Too many requests"} | {"Retry-After": "999"}
broken json | 200 | {"elapsedTime": "0.1 secs", "count": 194, "data": [{"typeCode": "C" |
not gzip | 200 | {} | {"Content-Encoding": "gzip"}
empty | 200 | {"elapsedTime": "0.02 secs", "count": 0, "data": [], "error": ""} |
no data | 200 | {"results": []} |
error field | 200 | {"count": 0, "data": [], "error": "Something is off"} |
"""
FAULTS = {
    name: (int(status), body, json.loads(headers or "{}"))
    for name, status, body, headers in cases(_SAID)
}
FAULTS["deep json"] = (200, "[" * 200_000, {})
FAULTS["429 long"] = (429, "{}", {"Retry-After": "9" * 400})
_OK = b"HTTP/1.1 200 OK\r\n"
_LONG = _OK + b"Content-Length: 1000000000000\r\n\r\n"
#: What is sent byte for byte: larger, longer or shorter than it should be.
_RAW: dict[str, tuple[bytes, Iterable[bytes]]] = {
    "closed": (_LONG, []),
    "slow": (_LONG, itertools.repeat(b"")),
    "drip": (_LONG, itertools.repeat(b" ")),
    "drip headers": (_OK + b"X-Long: ", itertools.repeat(b"x")),
    "endless": (_LONG, itertools.repeat(b" " * 1_000_000)),
    "bomb": (
        _OK + b"Content-Encoding: gzip\r\n\r\n",
        [gzip.compress(bytes(40_000_000), 1)],
    ),
}


class Api:
    """State of the server: what it knows, how it misbehaves, what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        #: Edition and day of each release, by reporter and period.
        self.released: dict[tuple[int, str], tuple[str, str]] = {}
        self.headings = 12  # four-digit codes a chapter
        self.scale = 1.0
        #: Cells without trade: reporter, partner, period, flow.
        self.no_trade: set[tuple[int, int, str, str]] = set()
        self.world_gap = 0.0  # what partners lack to the trade with the world
        # One for each of the next data requests: a name, or what is changed in the last record.
        self.faults: list[str | dict[str, Any]] = []
        self.always = ""  # a fault of all requests for data …
        #: … with these cmdCodes, or `lists`: of all partners.
        self.always_for: set[str] = set()
        self.log: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.lock = threading.Lock()
        self.free = threading.Event()

    def release(
        self, reporter: int, years: range, edition: str = "H6", on: str = ""
    ) -> None:
        for year in years:
            day = on or f"{year + 1}-06-01T10:00:00"
            self.released[reporter, str(year)] = (edition, day)

    @property
    def data_requests(self) -> list[dict[str, str]]:
        return [query for path, query in self.log if path in DATA | KEYED]

    def value(
        self, reporter: int, partner: int, period: str, flow: str, code: str
    ) -> float:
        """A value that a test can work out: depends on every part of the key."""
        year = int(period[:4]) - 2000
        base = reporter % 97 + partner % 89 + year + (3 if flow == "X" else 5)
        return (base * 1000 + int(code)) * self.scale

    def total(self, *key: Any) -> float:
        return self.values(key).get("TOTAL", 0.0)

    def codes(self) -> list[str]:
        return [f"{c}{n:02d}" for c in CHAPTERS for n in range(1, self.headings + 1)]

    def values(self, key: tuple[Any, ...]) -> dict[str, float]:
        """Return the values of a cell by product code; none without trade."""
        reporter, partner, period, flow = key
        if key in self.no_trade or reporter == partner:
            return {}
        if partner == 0:
            totals = [self.total(reporter, other, period, flow) for other in PARTNERS]
            return {"TOTAL": sum(totals) + self.world_gap}
        values = {code: self.value(*key, code) for code in self.codes()}
        sums = {"TOTAL": sum(values.values()), **dict.fromkeys(CHAPTERS, 0.0)}
        for code, value in values.items():
            sums[code[:2]] += value
        return values | sums

    def rows(self, query: dict[str, str]) -> list[dict[str, Any]]:
        """Return the records that answer a question.

        Without the parameters an answer is broken down, and totals stand beside parts.
        """
        reporter, wanted = int(query["reporterCode"]), query["cmdCode"]
        listed = query.get("partnerCode")
        partners = [*map(int, listed.split(","))] if listed else [0, *PARTNERS]
        sides = query["period"].split(","), query["flowCode"].split(","), partners
        modes = [0] if {"partner2Code", "motCode"} <= {*query} else [0, 1000]
        rows = []
        for period, flow, partner in itertools.product(*sides):
            edition, _ = self.released.get((reporter, period), ("", ""))
            values = self.values((reporter, partner, period, flow)) if edition else {}
            codes = [code for code in values if code in wanted.split(",")]
            if wanted.startswith("AG"):
                codes = [code for code in values if len(code) == int(wanted[2])]
            rows += [
                {
                    **_FIELDS,
                    "freqCode": "A" if len(period) == 4 else "M",
                    "period": period,
                    "reporterCode": reporter,
                    "flowCode": flow,
                    "partnerCode": partner,
                    "classificationCode": edition,
                    "cmdCode": code,
                    "motCode": mode,
                    "netWgt": None if code == "TOTAL" else 1.5,
                    "primaryValue": values[code],
                }
                for code, mode in itertools.product(codes, modes)
            ]
        return rows

    def releases(self, query: dict[str, str]) -> list[dict[str, Any]]:
        return [
            {
                "period": int(period),
                "reporterCode": reporter,
                "classificationCode": edition,
                "lastReleased": released,
            }
            for (reporter, period), (edition, released) in self.released.items()
            if str(reporter) == query["reporterCode"]
            and period in query["period"].split(",")
        ]

    def fault(self, query: dict[str, str]) -> Any:
        """Return how this answer misbehaves; nothing if it does not."""
        with self.lock:
            if self.faults:
                fault = self.faults.pop(0)
                return "" if fault == "none" else fault
        asked = {query["cmdCode"], "" if "partnerCode" in query else "lists"}
        is_meant = not self.always_for or {*self.always_for} & asked
        return self.always if is_meant else ""


class _Handler(BaseHTTPRequestHandler):
    api: Api
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        api, parts = self.api, urlsplit(self.path)
        path, query = parts.path, dict(parse_qsl(parts.query))
        with api.lock:
            api.log.append((path, query))
            api.headers.append(dict(self.headers))
        key = self.headers.get("Ocp-Apim-Subscription-Key", "")
        if "/getDa/" in path:
            self._rows(api.releases(query))
        elif path.startswith("/files/v1/app/reference/"):
            listed = [{"id": code} for code in ["TOTAL", *CHAPTERS, *api.codes()]]
            self._send(200, json.dumps({"results": listed}))
        elif path not in DATA | KEYED:
            self._send(*FAULTS["404"])
        elif path in KEYED and key != KEY:
            self._send(*FAULTS["401"])
        else:
            self._data(query, key)

    def _data(self, query: dict[str, str], key: str) -> None:
        fault, rows = self.api.fault(query), self.api.rows(query)
        if not fault:
            self._rows(rows[: int(query["maxRecords"])])
        elif isinstance(fault, dict):
            self._rows([*rows[:-1], {**rows[-1], **fault}])
        elif fault in _RAW:
            self._raw(*_RAW[fault])
        elif fault == "twice":
            self._rows([*rows, rows[-1]])
        elif fault.startswith("without "):
            _, column, value = fault.split()
            self._rows([row for row in rows if str(row[column]) != value])
        else:
            status, body, headers = FAULTS[fault]
            # A careless server repeats what it was sent.
            self._send(status, body.replace("KEY", key), headers)

    def _raw(self, begin: bytes, pieces: Iterable[bytes]) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.wfile.write(begin)
            for piece in pieces:
                self.wfile.write(piece)
                if len(piece) < 2 and self.api.free.wait(0.05):
                    return

    def _rows(self, rows: list[dict[str, Any]]) -> None:
        self._send(200, json.dumps({"count": len(rows), "data": rows, "error": ""}))

    def _send(
        self, status: int, body: str, headers: dict[str, str] | None = None
    ) -> None:
        content = body.encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def serve() -> Iterator[Api]:
    """Yield the state of a running server, with its address."""
    api = Api()
    handler = type("Handler", (_Handler,), {"api": api})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}
    )
    thread.start()
    try:
        api.url = f"http://127.0.0.1:{server.server_address[1]}"
        yield api
    finally:
        api.free.set()
        server.shutdown()
        thread.join()
        server.server_close()


def fetch(
    api: Api,
    data: Path,
    *,
    key: str | None = None,
    limit: int = 0,
    frequency: str = "annual",
    refresh: bool = False,
    **asked: Any,
) -> comtrade.ComtradeRun:
    """Fetch China's trade with Kazakhstan in 2023 at two digits, or what else is asked for."""
    usual = {"reporters": ["CHN"], "partners": ["KAZ"], "start": 2023, "end": 2023}
    client = Client(key, base_url=api.url, limit=limit, pause=0, sleep=lambda _: None)
    run = comtrade.ComtradeRun(client, data, frequency, refresh)
    run.plan(**{**usual, "level": 2, **asked})
    for _ in run.steps():
        pass
    return run
