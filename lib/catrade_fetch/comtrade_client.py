"""HTTP client of the UN Comtrade API: limits, retries and plain sentences for what went wrong.

End-points and parameters are those of the official client `comtradeapicall` and of the API's own
description: `public/v1/preview/C/{A,M}/HS` (no key, at most 500 records an answer),
`data/v1/get/C/{A,M}/HS` (key, at most 100,000 records an answer in the free plan),
`public/v1/getDa/C/{A,M}/HS` (which datasets are released and when) and
`files/v1/app/reference/{HS edition}.json` (product codes). At most twelve periods a request.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field
from typing import Any

import httpx2

from catrade_build.tables.definitions import quoted
from catrade_fetch import door
from catrade_fetch.answers import LETTERS
from catrade_fetch.errors import FetchError
from rounding.errors import counted, one_line

BASE_URL = "https://comtradeapi.un.org"
PREVIEW_LIMIT = 500
KEYED_LIMIT = 100_000
#: Periods in one request.
MAX_PERIODS = 12
#: Statuses that are worth another attempt.
_PASSING = frozenset({408, 429, 500, 502, 503, 504})
#: A wait the server asks for beyond this ends the run: what was fetched is kept.
_LONGEST_WAIT = 600.0
#: How often silence is asked again: it hides a rate limit, or says that there is nothing.
_EMPTY_ATTEMPTS = 4
#: Most bytes of an answer: a record has about a thousand.
_MOST_BYTES = 20_000_000
_RECORD_BYTES = 2_000
#: Only this machine may be asked without encryption.
_ADDRESS = (
    r"(https?://(?P<local>localhost|127(\.\d{1,3}){3}|\[::1\])|https://[\w.-]+)"
    r"(:\d{1,5})?(/\S*)?"
)
_KEY_HEADER = "Ocp-Apim-Subscription-Key"


class _Passing(FetchError):
    """Trouble that another attempt may be without: what the server asks to wait, what it sent."""

    def __init__(
        self, trouble: str, wait: float = 0.0, sent: dict[str, Any] | None = None
    ) -> None:
        super().__init__(trouble)
        self.wait, self.sent = wait, sent


@dataclass(repr=False, eq=False)
class Client:
    """The API, asked again where trouble passes; what does not pass is named.

    Parameters
    ----------
    key
        Subscription key; without one the public preview is used. It is sent in a header only and
        appears in no message.
    base_url
        Where the API is; anything but a loopback address must be https.
    limit
        Record limit of one answer; 0 is that of the preview or of the keyed end-point.
    pause
        Seconds between two requests (the public preview allows about one a second).
    timeout, attempts
        Seconds a whole answer may take, and how often a request is tried.
    sleep
        How to wait (tests pass their own).
    tell
        Called with a sentence before another attempt.

    Raises
    ------
    FetchError
        If the address or the key is none that can be used.
    """

    key: str | None = None
    _: KW_ONLY
    base_url: str = BASE_URL
    limit: int = 0
    pause: float = 1.0
    timeout: float = 120.0
    attempts: int = 6
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = lambda _: None
    requests: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        address = re.fullmatch(_ADDRESS, self.base_url, re.ASCII)
        if not address:
            raise FetchError(
                f"the address of the API must begin with https://; got {quoted(self.base_url)}"
            )
        self._local = address["local"] is not None
        if self.key and not re.fullmatch(r"[!-~]+", self.key):
            raise FetchError(
                "COMTRADE_API_KEY has a blank or a character that a header may not have;"
                " set it to the key alone"
            )
        self.limit = self.limit or (KEYED_LIMIT if self.key else PREVIEW_LIMIT)

    def endpoint(self, frequency: str) -> str:
        """Return the path that data requests use."""
        start = "data/v1/get" if self.key else "public/v1/preview"
        return f"{start}/C/{LETTERS[frequency]}/HS"

    def data(
        self, params: dict[str, str], frequency: str
    ) -> tuple[list[dict[str, Any]], bool]:
        """Return the records of an answer, and whether the limit cut it.

        One without a record is asked for again before it is believed.

        Raises
        ------
        FetchError
            If there is no usable answer.
        """
        params = {**params, "maxRecords": str(self.limit)}
        content = self._ask(self.endpoint(frequency), params, "data")
        rows, count = content["data"], content.get("count")
        # The API cuts silently: an answer as long as the limit is taken as cut.
        cut = len(rows) >= self.limit or (type(count) is int and count > len(rows))
        return rows, cut

    def availability(
        self, reporter: int, periods: list[str], frequency: str
    ) -> list[dict[str, Any]]:
        """Ask which datasets of a reporter are released, and when."""
        datasets: list[dict[str, Any]] = []
        path = f"public/v1/getDa/C/{LETTERS[frequency]}/HS"
        for start in range(0, len(periods), MAX_PERIODS):
            some = ",".join(periods[start : start + MAX_PERIODS])
            params = {"reporterCode": str(reporter), "period": some}
            datasets += self._ask(path, params, "data")["data"]
        return datasets

    def product_codes(self, edition: str, level: int) -> list[str]:
        """Ask for the product codes of an HS edition (such as `H6`) at 2, 4 or 6 digits."""
        content = self._ask(f"files/v1/app/reference/{edition}.json", {}, "results")
        codes = {str(item.get("id")) for item in content["results"]}
        return sorted(
            code for code in codes if re.fullmatch(rf"[0-9A-Z]{{{level}}}", code)
        )

    def _ask(self, path: str, params: dict[str, str], part: str) -> dict[str, Any]:
        """Return an answer that has a list `part`, after as many attempts as it takes."""
        attempt = 0
        while True:
            attempt += 1
            try:
                return self._once(path, params, part)
            except _Passing as error:
                most = self.attempts
                if error.sent:
                    most = min(most, _EMPTY_ATTEMPTS)
                    if attempt >= most:
                        return error.sent
                if attempt >= most:
                    trouble = f"{error}, {most} times in a row"
                    raise FetchError(_later(trouble)) from error
                wait = max(error.wait, 2.0 ** (attempt - 1))
                again = f"trying again ({attempt + 1} of {most}) in {wait:.0f} s…"
                self.tell(f"UN Comtrade {error}; {again}")
                self.sleep(wait)

    def _once(self, path: str, params: dict[str, str], part: str) -> dict[str, Any]:
        # The answer as JSON, then the statuses that pass, those that refuse, and an empty list.
        if self.requests and self.pause:
            self.sleep(self.pause)
        self.requests += 1
        response, body = self._download(path, params)
        text, status = body.decode("utf-8", "replace"), response.status_code
        try:
            content = {**json.loads(body)}
        except (ValueError, TypeError, RecursionError) as error:
            if status == 200:
                trouble = "answered with a web page or broken text instead of JSON"
                raise _Passing(trouble) from error
            tags = r"(?s)<(style|script)\b.*?</\1>|<[^>]*>"
            content = {"message": re.sub(tags, " ", text[:100_000])}
        within = content.get("statusCode")  # some errors come as an answer that is well
        status = within if status == 200 and type(within) is int else status
        words = self._words(content)
        if status in _PASSING:
            wait = _asked_wait(response.headers.get("Retry-After", ""), text)
            if wait > _LONGEST_WAIT:
                trouble = (
                    f"allows the next request in {counted(min(wait, 1e6), 'second')}"
                )
                raise FetchError(_later(trouble))
            many = " (too many requests)" if status == 429 else ""
            raise _Passing(f"answered {status}{many}", wait)
        refused = content.get("error") or (
            content.get("errorObject") and not content.get(part)
        )
        if status != 200 or refused:
            raise FetchError(self._refusal(status, words, response))
        listed = content.get(part)
        if not isinstance(listed, list) or not all(
            isinstance(row, dict) for row in listed
        ):
            raise FetchError(
                f"an answer of UN Comtrade has no list {part!r}{words}: the API has changed,"
                " and this version of catrade cannot read it"
            )
        if not listed:
            trouble = "gave an answer without a record"
            raise _Passing(trouble, sent=content)
        return content

    def _download(
        self, path: str, params: dict[str, str]
    ) -> tuple[httpx2.Response, bytes]:
        """Return an answer whole, within bounds of size and of the time it takes altogether."""
        # Redirects are not followed: a key must not travel to another host.
        http = httpx2.Client(
            base_url=self.base_url,
            timeout=self.timeout,
            follow_redirects=False,
            trust_env=not self._local,
        )
        # The time-outs of httpx are for one read: a server that drips would never end.
        late = threading.Timer(self.timeout, http.close)
        late.daemon = True
        late.start()
        headers = {_KEY_HEADER: self.key} if self.key else {}
        most = _MOST_BYTES + _RECORD_BYTES * self.limit
        try:
            with http.stream("GET", path, params=params, headers=headers) as response:
                body = bytearray()
                for piece in response.iter_bytes():
                    body += piece
                    if len(body) > most:
                        raise door.too_large("an answer of UN Comtrade", most)
            return response, bytes(body)
        except (httpx2.HTTPError, OSError, RuntimeError, ValueError) as error:
            raise _Passing(self._trouble(error, late=http.is_closed)) from error
        finally:
            late.cancel()
            http.close()

    def _trouble(self, error: Exception, *, late: bool) -> str:
        if isinstance(error, httpx2.TimeoutException) or late:
            return f"gave no whole answer within {counted(self.timeout, 'second')}"
        if isinstance(error, httpx2.ConnectError):
            return "cannot be reached (is there a network?)"
        if isinstance(error, httpx2.DecodingError):
            return "sent an answer that cannot be unpacked"
        return f"broke the connection ({type(error).__name__})"

    def _refusal(self, status: int, words: str, response: httpx2.Response) -> str:
        if status == 401:
            hint = "check COMTRADE_API_KEY" if self.key else "set COMTRADE_API_KEY"
            return f"UN Comtrade refused the subscription key (401); {hint}{words}"
        if status == 403:
            return _later(
                f"says the quota of this key or address is used up (403{words})"
            )
        hint = ""
        if status == 404:
            hint = f"; {response.url.path} may have moved since this version of catrade"
        return f"UN Comtrade refused the request ({status}{words}){hint}"

    def _words(self, content: dict[str, Any]) -> str:
        """Return what the server told, on one line, without the key should it repeat it."""
        keys = ("message", "error", "errorObject", "errors", "detail", "title")
        told = next((content[key] for key in keys if content.get(key)), "")
        if isinstance(told, dict):
            told = told.get("message", told)
        text = " ".join(str(told).split())
        if self.key:
            text = text.replace(self.key, "…")
        return f": {one_line(text)[:200]}" if text else ""


def _later(trouble: str) -> str:
    return f"UN Comtrade {trouble}; what was fetched is kept, run the same command again later"


def _asked_wait(header: str, text: str) -> float:
    """Seconds the server asks to wait: the longer of Retry-After and of what its message says."""
    seconds = re.findall(r"again in ([0-9]{1,9}) second", text)
    seconds += re.findall(r"^\s*([0-9]{1,9})\s*$", header)
    return max(map(float, seconds), default=0.0)
