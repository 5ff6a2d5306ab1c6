"""A UN Comtrade API on loopback that behaves as its documentation says, and misbehaves on demand.

What it does follows the official client (end-points and parameters), the messages users quote in
its issues ("Rate limit is exceeded. Try again in 2 seconds.", "Out of call volume quota …") and
the columns its example notebook prints.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

KEY = "k3y-Of-Tests-0123456789"
CHAPTERS = [f"{number:02d}" for number in range(1, 98) if number != 77]


class Api:
    """State of the server: what it knows, how it misbehaves, what it was asked."""

    def __init__(self) -> None:
        self.preview_limit = 500
        self.keyed_limit = 100_000
        self.released: dict[tuple[int, str], tuple[str, str]] = {}
        self.headings = 12  # four-digit codes a chapter
        self.no_trade: set[tuple[int, int, str, str]] = set()  # reporter, partner, period, flow
        self.faults: list[str] = []  # one for each of the next data requests
        self.hold_after: int | None = None  # stop answering after so many data requests
        self.log: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.answered = 0
        self.lock = threading.Lock()
        self.free = threading.Event()

    def release(self, reporter: int, years: range, edition: str = "H6", on: str = "") -> None:
        for year in years:
            self.released[reporter, str(year)] = (edition, on or f"{year + 1}-06-01T10:00:00")

    @property
    def data_requests(self) -> list[dict[str, str]]:
        return [query for path, query in self.log if "/get/" in path or "/preview/" in path]

    def value(self, reporter: int, partner: int, period: str, flow: str, code: str) -> float:
        """A value that a test can work out: depends on every part of the key."""
        year = int(period[:4]) - 2000
        base = reporter % 97 + partner % 89 + year + (3 if flow == "X" else 5)
        return float(base * 1000 + int(code))

    def rows(self, query: dict[str, str]) -> list[dict[str, Any]]:
        reporter = int(query["reporterCode"])
        found = []
        for period in query["period"].split(","):
            if (reporter, period) not in self.released:
                continue
            edition = self.released[reporter, period][0]
            for partner in map(int, query["partnerCode"].split(",")):
                for flow in query["flowCode"].split(","):
                    if (reporter, partner, period, flow) in self.no_trade:
                        continue
                    key = (reporter, partner, period, flow)
                    found += self._products(key, query["cmdCode"].split(","), edition, query)
        return found

    def _products(
        self, key: tuple[int, int, str, str], asked: list[str], edition: str, query: dict[str, str]
    ) -> list[dict[str, Any]]:
        reporter, partner, period, flow = key
        headings = [f"{c}{n:02d}" for c in CHAPTERS for n in range(1, self.headings + 1)]
        values = {code: self.value(*key, code) for code in headings}
        for chapter in CHAPTERS:
            values[chapter] = sum(v for c, v in values.items() if len(c) == 4 and c[:2] == chapter)
        values["TOTAL"] = sum(values[chapter] for chapter in CHAPTERS)
        codes = [c for c in asked if c in values]
        for width in (2, 4):
            if f"AG{width}" in asked:
                codes += [c for c in values if len(c) == width and c != "TOTAL"]
        rows = []
        for code in codes:
            # Without the three parameters an answer is broken down, and totals stand beside parts.
            breakdowns = [
                (partner2, mot)
                for partner2 in ([0] if "partner2Code" in query else [0, 156, 398])
                for mot in ([0] if "motCode" in query else [0, 1000, 2100])
            ]
            rows += [
                {
                    "typeCode": "C",
                    "freqCode": "A" if len(period) == 4 else "M",
                    "refYear": int(period[:4]),
                    "period": period,
                    "reporterCode": reporter,
                    "flowCode": flow,
                    "partnerCode": partner,
                    "partner2Code": partner2,
                    "classificationCode": edition,
                    "isOriginalClassification": True,
                    "cmdCode": code,
                    "aggrLevel": 0 if code == "TOTAL" else len(code),
                    "customsCode": "C00",
                    "motCode": mot,
                    "netWgt": 1.5,
                    "cifvalue": None,
                    "fobvalue": None,
                    "primaryValue": values[code],
                    "legacyEstimationFlag": 0,
                    "isReported": code != "TOTAL",
                    "isAggregate": code == "TOTAL",
                }
                for partner2, mot in breakdowns
            ]
        return rows


class _Handler(BaseHTTPRequestHandler):
    api: Api
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        api = self.api
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        with api.lock:
            api.log.append((parts.path, query))
            api.headers.append(dict(self.headers))
        if "/getDa/" in parts.path:
            return self._availability(query)
        if parts.path.startswith("/files/v1/app/reference/"):
            codes = [f"{c}{n:02d}" for c in CHAPTERS for n in range(1, api.headings + 1)]
            listed = [{"id": c, "text": c, "parent": c[:2]} for c in ["TOTAL", *CHAPTERS, *codes]]
            return self._send(200, {"results": listed})
        if parts.path not in {f"/{e}/C/{f}/HS" for e in ("public/v1/preview", "data/v1/get")
                              for f in "AM"}:  # fmt: skip
            return self._send(404, {"statusCode": 404, "message": "Resource not found"})
        return self._data(parts.path, query)

    def _availability(self, query: dict[str, str]) -> None:
        periods = query["period"].split(",")
        rows = [
            {
                "datasetCode": 20156000000000000,
                "typeCode": "C",
                "freqCode": "A",
                "period": period,
                "reporterCode": reporter,
                "classificationCode": edition,
                "classificationSearchCode": "HS",
                "totalRecords": 1,
                "firstReleased": released,
                "lastReleased": released,
            }
            for (reporter, period), (edition, released) in self.api.released.items()
            if str(reporter) == query["reporterCode"] and period in periods
        ]
        self._send(200, {"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""})

    def _data(self, path: str, query: dict[str, str]) -> None:
        api = self.api
        keyed = path.startswith("/data/")
        if keyed and self.headers.get("Ocp-Apim-Subscription-Key") != KEY:
            said = "Access denied due to invalid subscription key. Make sure to provide a valid key"
            return self._send(401, {"statusCode": 401, "message": said})
        with api.lock:
            number = len(api.data_requests)
            fault = api.faults.pop(0) if api.faults else ""
        if api.hold_after is not None and number > api.hold_after:
            api.free.wait(30)
            return None
        if len(query["period"].split(",")) > 12:
            return self._send(400, {"statusCode": 400, "message": "period: at most 12 values"})
        if fault and fault != "none":
            return self._misbehave(fault, query)
        limit = min(
            int(query.get("maxRecords", 500)), api.keyed_limit if keyed else api.preview_limit
        )
        rows = api.rows(query)[:limit]
        self._send(200, {"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""})
        api.answered += 1
        return None

    def _misbehave(self, fault: str, query: dict[str, str]) -> None:
        rows = self.api.rows(query)
        whole = {"elapsedTime": "0.1 secs", "count": len(rows), "data": rows, "error": ""}
        if fault.startswith("429"):
            body = {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 2 seconds."}
            wait = fault.partition(" ")[2]
            if wait == "silent":
                body["message"] = "Too many requests"
            return self._send(429, body, {"Retry-After": wait} if wait[:1].isdigit()
                              or "GMT" in wait else {})  # fmt: skip
        if fault == "403":
            said = "Out of call volume quota. Quota will be replenished in 05:34:22."
            return self._send(403, {"statusCode": 403, "message": said})
        if fault in {"500", "503", "400"}:
            # A careless server repeats what it was sent.
            said = f"failed {self.headers.get('Ocp-Apim-Subscription-Key', '')}"
            return self._send(int(fault), {"statusCode": int(fault), "message": said})
        if fault == "redirect":
            return self._send(302, {}, {"Location": "http://127.0.0.1:9/elsewhere"})
        if fault == "slow":
            time.sleep(0.6)
            return self._send(200, whole)
        if fault == "html":
            return self._text(200, "<html><title>Maintenance</title></html>", "text/html")
        if fault == "broken json":
            return self._text(200, json.dumps(whole)[:200], "application/json")
        if fault == "closed":
            body = json.dumps(whole).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return None
        if fault == "empty":
            return self._send(200, {**whole, "count": 0, "data": []})
        if fault == "no data":
            return self._send(200, {"results": []})
        if fault == "error field":
            return self._send(200, {**whole, "data": [], "error": "Something is off"})
        if fault == "renamed":
            changed = [{("value" if k == "primaryValue" else k): v for k, v in row.items()}
                       for row in rows]  # fmt: skip
            return self._send(200, {**whole, "data": changed})
        changes: dict[str, dict[str, Any]] = {
            "breakdown": {"motCode": 2100},
            "second partner": {"partner2Code": 156},
            "customs": {"customsCode": "C01"},
            "partner": {"partnerCode": 643},
            "reporter": {"reporterCode": 643},
            "period": {"period": "1999"},
            "flow": {"flowCode": "RX"},
            "level": {"cmdCode": "8703"},
            "negative": {"primaryValue": -1.0},
            "null": {"primaryValue": None},
            "too much": {"primaryValue": 1e15},
        }
        if fault == "twice":
            rows = [*rows, dict(rows[-1])]
        else:
            rows = [*rows[:-1], {**rows[-1], **changes[fault]}]
        return self._send(200, {**whole, "count": len(rows), "data": rows})

    def _send(
        self, status: int, content: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self._text(status, json.dumps(content), "application/json; charset=utf-8", headers)

    def _text(
        self, status: int, text: str, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        body = text.encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


@contextmanager
def serve() -> Iterator[tuple[str, Api]]:
    """Yield the address of a running server and its state."""
    api = Api()
    handler = type("Handler", (_Handler,), {"api": api})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", api
    finally:
        api.free.set()
        server.shutdown()
        thread.join()
        server.server_close()
