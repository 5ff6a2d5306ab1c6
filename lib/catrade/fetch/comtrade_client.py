"""HTTP client of the UN Comtrade API: limits, retries and plain sentences for what went wrong.

End-points and parameters are those of the official client `comtradeapicall` and of the API's own
documentation: `public/v1/preview/C/{A,M}/HS` (no key, at most 500 records an answer),
`data/v1/get/C/{A,M}/HS` (key, at most 100,000 records an answer in the free plan),
`public/v1/getDa/C/{A,M}/HS` (which datasets are released and when) and
`files/v1/app/reference/{HS edition}.json` (product codes). At most twelve periods a request.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from catrade.errors import FetchError

BASE_URL = "https://comtradeapi.un.org"
PREVIEW_LIMIT = 500
KEYED_LIMIT = 100_000
MAX_PERIODS = 12
#: Statuses that are worth another attempt.
_PASSING = frozenset({408, 500, 502, 503, 504})
#: A wait the server asks for beyond this ends the run: what was fetched is kept.
_LONGEST_WAIT = 600.0
_KEY_HEADER = "Ocp-Apim-Subscription-Key"


@dataclass(frozen=True)
class Answer:
    """One answer: its rows, the hash of its body and whether the record limit cut it."""

    rows: list[dict[str, Any]]
    sha256: str
    cut: bool


class Client:
    """A connection to the API that retries what passes and names what does not.

    Parameters
    ----------
    key
        Subscription key; without one the public preview is used. It is sent in a header only and
        appears in no message.
    base_url
        Where the API is; anything but a loopback address must be https.
    limit
        Record limit of one answer; by default that of the preview or of the keyed end-point.
    pause
        Seconds between two requests (the public preview allows about one a second).
    timeout, attempts
        Seconds an answer may take, and how often a request is tried.
    sleep
        How to wait (tests pass their own).
    """

    def __init__(
        self,
        key: str | None = None,
        *,
        base_url: str = BASE_URL,
        limit: int | None = None,
        pause: float = 1.0,
        timeout: float = 120.0,
        attempts: int = 6,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        parts = urlsplit(base_url)
        local = _is_loopback(parts.hostname or "")
        if parts.scheme != "https" and not local:
            message = f"the address of the API must begin with https://; got {base_url!r}"
            raise FetchError(message)
        if key and not re.fullmatch(r"[!-~]+", key):
            message = (
                "COMTRADE_API_KEY has a blank or a character that a header may not have;"
                " set it to the key alone"
            )
            raise FetchError(message)
        self._key = key or None
        self.limit = limit or (KEYED_LIMIT if self._key else PREVIEW_LIMIT)
        self.requests = 0
        self._pause = pause
        self._timeout = timeout
        self._attempts = attempts
        self._sleep = sleep
        # Redirects are not followed: a key must not travel to another host.
        self._http = httpx.Client(
            base_url=base_url, timeout=timeout, follow_redirects=False, trust_env=not local
        )

    def __repr__(self) -> str:
        return f"Client(keyed={self._key is not None}, limit={self.limit})"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *details: object) -> None:
        self._http.close()

    @property
    def keyed(self) -> bool:
        """Whether a key is used."""
        return self._key is not None

    def endpoint(self, frequency: str) -> str:
        """Return the path that data requests use."""
        start = "data/v1/get" if self.keyed else "public/v1/preview"
        return f"{start}/C/{'A' if frequency == 'annual' else 'M'}/HS"

    def data(self, params: dict[str, str], frequency: str) -> Answer:
        """Ask for data.

        Raises
        ------
        FetchError
            If there is no usable answer.
        """
        body, content = self._json(
            self.endpoint(frequency), {**params, "maxRecords": str(self.limit)}
        )
        rows = _rows(content)
        count = content.get("count", len(rows))
        # The API cuts silently: an answer as long as the limit is taken as cut.
        cut = len(rows) >= self.limit or (isinstance(count, int) and count > len(rows))
        return Answer(rows=rows, sha256=hashlib.sha256(body).hexdigest(), cut=cut)

    def availability(
        self, reporter: int, periods: list[str], frequency: str
    ) -> list[dict[str, Any]]:
        """Ask which datasets of a reporter are released, and when."""
        found: list[dict[str, Any]] = []
        letter = "A" if frequency == "annual" else "M"
        for start in range(0, len(periods), MAX_PERIODS):
            chunk = ",".join(periods[start : start + MAX_PERIODS])
            params = {"reporterCode": str(reporter), "period": chunk}
            _, content = self._json(f"public/v1/getDa/C/{letter}/HS", params)
            found += _rows(content)
        return found

    def product_codes(self, edition: str, level: int) -> list[str]:
        """Ask for the product codes of an HS edition (such as `H6`) at 2, 4 or 6 digits."""
        _, content = self._json(f"files/v1/app/reference/{edition}.json", {})
        listed = content.get("results")
        if not isinstance(listed, list):
            raise FetchError(_changed("the product list", "results"))
        codes = [str(item.get("id")) for item in listed if isinstance(item, dict)]
        return sorted({code for code in codes if len(code) == level and code != "TOTAL"})

    def _json(self, path: str, params: dict[str, str]) -> tuple[bytes, dict[str, Any]]:
        trouble = ""
        for attempt in range(self._attempts):
            if self.requests and self._pause:
                self._sleep(self._pause)
            self.requests += 1
            back_off = float(2**attempt)
            try:
                response = self._http.get(path, params=params, headers=self._headers())
                body = response.content
            except httpx.TimeoutException:
                trouble = f"gave no answer within {self._timeout:g} seconds"
            except httpx.ConnectError:
                trouble = "cannot be reached (is there a network?)"
            except httpx.TransportError as error:
                trouble = f"broke the connection ({type(error).__name__})"
            else:
                if response.status_code == 429:
                    wait = _asked_wait(response)
                    if wait is not None and wait > _LONGEST_WAIT:
                        raise FetchError(_later(f"allows the next request in {wait:.0f} seconds"))
                    trouble = "answered 429 (too many requests)"
                    back_off = back_off if wait is None else wait
                elif response.status_code in _PASSING:
                    trouble = f"answered {response.status_code}"
                elif response.status_code != 200:
                    raise FetchError(self._refusal(response))
                else:
                    content = _parse(body)
                    if content is not None:
                        if content.get("error"):
                            raise FetchError(self._refusal(response))
                        return body, content
                    trouble = "answered with a web page or broken text instead of JSON"
            if attempt + 1 < self._attempts:
                self._sleep(back_off)
        raise FetchError(_later(f"{trouble}, {self._attempts} times in a row"))

    def _headers(self) -> dict[str, str]:
        return {_KEY_HEADER: self._key} if self._key else {}

    def _refusal(self, response: httpx.Response) -> str:
        status = response.status_code
        said = self._said(response)
        if status == 401:
            hint = "check COMTRADE_API_KEY" if self.keyed else "set COMTRADE_API_KEY"
            return f"UN Comtrade refused the subscription key (401); {hint}{said}"
        if status == 403:
            return _later(f"says the quota of this key or address is used up (403{said})")
        if status == 404:
            return (
                f"UN Comtrade has no {response.url.path} (404); the API has moved,"
                " and this version of catrade does not know where"
            )
        return f"UN Comtrade refused the request ({status}{said})"

    def _said(self, response: httpx.Response) -> str:
        """Return what the server said, on one line, without the key should it repeat it."""
        content = _parse(response.content) or {}
        text = str(content.get("message") or content.get("error") or "")
        if self._key:
            text = text.replace(self._key, "…")
        text = " ".join(text.split())[:200]
        return f": {text}" if text else ""


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        content = json.loads(body.decode("utf-8-sig"))
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _rows(content: dict[str, Any]) -> list[dict[str, Any]]:
    rows = content.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FetchError(_changed("an answer", "data"))
    return rows


def _changed(what: str, part: str) -> str:
    return (
        f"{what} of UN Comtrade has no list {part!r}: the API has changed,"
        " and this version of catrade cannot read it"
    )


def _later(trouble: str) -> str:
    return f"UN Comtrade {trouble}; what was fetched is kept, run the same command again later"


def _asked_wait(response: httpx.Response) -> float | None:
    """Seconds the server asks to wait: Retry-After (seconds or a date) or its message."""
    header = response.headers.get("Retry-After", "").strip()
    if header.isdigit():
        return float(header)
    if header:
        try:
            when = parsedate_to_datetime(header)
        except ValueError:
            return None
        when = when if when.tzinfo else when.replace(tzinfo=UTC)
        return max(0.0, (when - datetime.now(UTC)).total_seconds())
    said = re.search(r"again in (\d+) second", response.text)
    return float(said[1]) if said else None
