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
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from fetch_files import cases

from catrade_fetch import comtrade
from catrade_fetch.comtrade_client import Client

KEY = "k3y-Of-Tests-0123456789"
CHAPTERS = [f"{number:02d}" for number in range(1, 98) if number != 77]
#: Some of the fields that every record has, many of them null.
_FIELDS = json.loads("""
{"typeCode": "C", "reporterISO": null, "partner2ISO": null, "isLeaf": false, "customsCode": "C00",
 "mosCode": "0", "qtyUnitCode": -1, "grossWgt": null}
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
404 in 200 | 200 | {"statusCode": 404, "message": "Resource not found"} |
errorObject | 400 | {"errorObject": {"message": "Invalid cmdCode", "code": 12}} |
long | 404 | <html><head><title>404 - File or directory not found.</title></head></html> |
redirect | 302 | {} | {"Location": "http://127.0.0.1:9/elsewhere"}
html | 200 | <html><title>Maintenance</title></html> |
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


class Api:
    """State of the server: what it knows, how it misbehaves, what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.preview_limit = 500
        self.keyed_limit = 100_000
        self.partners = [156, 398, 417, 762, 795, 860, 643, 352, 490]
        self.released: dict[tuple[int, str], tuple[str, str]] = {}
        self.headings = 12  # four-digit codes a chapter
        self.scale = 1.0
        self.no_trade: set[tuple[int, int, str, str]] = (
            set()
        )  # reporter, partner, period, flow
        self.world_gap = (
            0.0  # what the list of partners lacks to the trade with the world
        )
        # One for each of the next data requests: a name, or what is changed in the last record.
        self.faults: list[str | dict[str, Any]] = []
        self.always = ""  # a fault of all requests for data …
        self.always_for: set[str] = set()  # … with these cmdCodes, or all
        self.always_lists = ""  # a fault of all requests for all partners
        self.log: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.lock = threading.Lock()
        self.free = threading.Event()

    def release(
        self, reporter: int, years: range, edition: str = "H6", on: str = ""
    ) -> None:
        for year in years:
            self.released[reporter, str(year)] = (
                edition,
                on or f"{year + 1}-06-01T10:00:00",
            )

    @property
    def data_requests(self) -> list[dict[str, str]]:
        return [
            query for path, query in self.log if "/get/" in path or "/preview/" in path
        ]

    def value(
        self, reporter: int, partner: int, period: str, flow: str, code: str
    ) -> float:
        """A value that a test can work out: depends on every part of the key."""
        year = int(period[:4]) - 2000
        base = reporter % 97 + partner % 89 + year + (3 if flow == "X" else 5)
        return (base * 1000 + int(code)) * self.scale

    def total(self, reporter: int, partner: int, period: str, flow: str) -> float:
        return self.values((reporter, partner, period, flow)).get("TOTAL", 0.0)

    def headings_of(self) -> list[str]:
        return [f"{c}{n:02d}" for c in CHAPTERS for n in range(1, self.headings + 1)]

    def rows(self, query: dict[str, str]) -> list[dict[str, Any]]:
        reporter, rows = int(query["reporterCode"]), []
        listed = query.get("partnerCode")
        partners = map(int, listed.split(",")) if listed else [0, *self.partners]
        asked = [query[name].split(",") for name in ("period", "flowCode", "cmdCode")]
        for period, flow, partner in itertools.product(*asked[:2], partners):
            if (reporter, period) not in self.released:
                continue
            key = (reporter, partner, period, flow)
            values = self.values(key)
            codes = [c for c in asked[2] if c in values]
            width = {"AG2": 2, "AG4": 4}.get(query["cmdCode"])
            codes += [c for c in values if len(c) == width and c != "TOTAL"]
            rows += [
                self._row(key, code, values[code], *breakdown)
                for code in codes
                for breakdown in self._breakdowns(query)
            ]
        return rows

    def values(self, key: tuple[int, int, str, str]) -> dict[str, float]:
        """Return the values of a cell by product code; none without trade."""
        reporter, partner, period, flow = key
        if key in self.no_trade or reporter == partner:
            return {}
        if partner == 0:
            cells = [(reporter, other, period, flow) for other in self.partners]
            total = sum(self.values(cell).get("TOTAL", 0) for cell in cells)
            return {"TOTAL": total + self.world_gap}
        headings = {code: self.value(*key, code) for code in self.headings_of()}
        sums = dict.fromkeys(CHAPTERS, 0.0)
        for code, value in headings.items():
            sums[code[:2]] += value
        return {"TOTAL": sum(sums.values()), **headings, **sums}

    @staticmethod
    def _breakdowns(query: dict[str, str]) -> list[tuple[int, int]]:
        # Without the parameters an answer is broken down, and totals stand beside parts.
        seconds = [0] if "partner2Code" in query else [0, 156, 398]
        modes = [0] if "motCode" in query else [0, 1000, 2100]
        return list(itertools.product(seconds, modes))

    def _row(
        self,
        key: tuple[int, int, str, str],
        code: str,
        value: float,
        partner2: int,
        mode: int,
    ) -> dict[str, Any]:
        reporter, partner, period, flow = key
        return {
            **_FIELDS,
            "freqCode": "A" if len(period) == 4 else "M",
            "period": period,
            "reporterCode": reporter,
            "flowCode": flow,
            "partnerCode": partner,
            "partner2Code": partner2,
            "classificationCode": self.released[reporter, period][0],
            "cmdCode": code,
            "motCode": mode,
            "netWgt": None if code == "TOTAL" else 1.5,
            "primaryValue": value,
        }

    def releases(self, query: dict[str, str]) -> list[dict[str, Any]]:
        fields = {"datasetCode": 20156202000, "typeCode": "C", "freqCode": "A"}
        return [
            {
                **fields,
                "period": int(period),
                "reporterCode": reporter,
                "classificationCode": edition,
                "firstReleased": released,
                "lastReleased": released,
            }
            for (reporter, period), (edition, released) in self.released.items()
            if str(reporter) == query["reporterCode"]
            and period in query["period"].split(",")
        ]


class _Handler(BaseHTTPRequestHandler):
    api: Api
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        api, parts = self.api, urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        with api.lock:
            api.log.append((parts.path, query))
            api.headers.append(dict(self.headers))
        if "/getDa/" in parts.path:
            return self._rows(api.releases(query))
        if parts.path.startswith("/files/v1/app/reference/"):
            codes = ["TOTAL", *CHAPTERS, *api.headings_of()]
            listed = [{"id": c, "text": c, "parent": c[:2]} for c in codes]
            return self._send(200, {"results": listed})
        addresses = itertools.product(("public/v1/preview", "data/v1/get"), "AM")
        if parts.path not in {f"/{start}/C/{letter}/HS" for start, letter in addresses}:
            return self._send(404, {"statusCode": 404, "message": "Resource not found"})
        return self._data(parts.path, query)

    def _data(self, path: str, query: dict[str, str]) -> None:
        api, keyed = self.api, path.startswith("/data/")
        if keyed and self.headers.get("Ocp-Apim-Subscription-Key") != KEY:
            why = "Access denied due to invalid subscription key. Make sure to provide a valid key"
            return self._send(401, {"statusCode": 401, "message": why})
        with api.lock:
            fault: str | dict[str, Any] = api.faults.pop(0) if api.faults else ""
        if not fault and (not api.always_for or query["cmdCode"] in api.always_for):
            fault = api.always
        if not fault and "partnerCode" not in query:
            fault = api.always_lists
        if len(query["period"].split(",")) > 12:
            return self._send(
                400, {"statusCode": 400, "message": "period: at most 12 values"}
            )
        if fault and fault != "none":
            return self._misbehave(fault, query)
        limit = api.keyed_limit if keyed else api.preview_limit
        return self._rows(
            api.rows(query)[: min(int(query.get("maxRecords", 500)), limit)]
        )

    def _misbehave(self, fault: str | dict[str, Any], query: dict[str, str]) -> None:
        if isinstance(fault, dict):
            rows = self.api.rows(query)
            return self._rows([*rows[:-1], {**rows[-1], **fault}])
        if fault in FAULTS:
            return self._send(*FAULTS[fault])
        if fault in {"500", "503", "400"}:  # a careless server repeats what it was sent
            why = f"failed {self.headers.get('Ocp-Apim-Subscription-Key', '')}"
            return self._send(int(fault), {"statusCode": int(fault), "message": why})
        if fault.startswith("429 "):
            status, body, _ = FAULTS["429"]
            return self._send(status, body, {"Retry-After": fault.partition(" ")[2]})
        if fault == "slow":
            self.api.free.wait(600)
            return self._rows(self.api.rows(query))
        if fault in {"bomb", "endless", "drip", "drip headers", "closed"}:
            return self._without_end(fault)
        rows = self.api.rows(query)
        if fault == "twice":
            rows.append(dict(rows[-1]))
        elif fault == "renamed":
            names = {"primaryValue": "value"}
            rows = [{names.get(k, k): v for k, v in row.items()} for row in rows]
        else:
            _, column, value = fault.split()  # without …
            rows = [row for row in rows if str(row[column]) != value]
        return self._rows(rows)

    def _without_end(self, fault: str) -> None:
        """Send what is larger, longer or shorter than it should be."""
        self.close_connection = True
        try:
            if fault == "drip headers":
                for byte in itertools.chain(
                    b"HTTP/1.1 200 OK\r\nX-Long: ", itertools.repeat(120)
                ):
                    self.wfile.write(bytes([byte]))
                    if self.api.free.wait(0.05):
                        return
            self.send_response(200)
            if fault == "bomb":
                body = gzip.compress(bytes(300_000_000), 1)
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
                return
            self.send_header("Content-Length", str(10**12))
            self.end_headers()
            for _ in range(1 if fault == "closed" else 10**6):
                self.wfile.write(b" " * (1_000_000 if fault == "endless" else 10))
                if self.api.free.wait(0.05 if fault == "drip" else 0):
                    return
        except OSError:
            pass

    def _rows(self, rows: list[dict[str, Any]]) -> None:
        self._send(
            200,
            {"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""},
        )

    def _send(
        self, status: int, content: Any, headers: dict[str, str] | None = None
    ) -> None:
        text = content if isinstance(content, str) else json.dumps(content)
        body = text.encode()
        try:
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json; charset=utf-8",
                "Content-Length": str(len(body)),
                **(headers or {}),
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True


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
