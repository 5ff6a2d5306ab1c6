"""UN Comtrade: ask for what is missing, and keep it with its provenance.

On disk, below `data/fetched/comtrade/<reporter>/`: one Parquet file and one JSON manifest a
request.

Silence is no figure: a cell without a record is a zero only if the reporter's list of all
partners adds up to its trade with the world without it, and no answer otherwise.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd

from catrade_build.tables.paths import fetched_dir
from catrade_fetch import answers, door, store
from catrade_fetch.answers import FLOW_CODES, LETTERS, TOTALS
from catrade_fetch.codes import COMTRADE
from catrade_fetch.comtrade_client import MAX_PERIODS, Client
from catrade_fetch.errors import FetchError
from catrade_fetch.publishers import joined
from pagemill.unfinished import clear
from rounding.errors import ParameterError, choice_error, counted, some

#: Most records one (period, partner, flow) can have: the total, or the products of a level.
MOST_RECORDS = {0: 1, 2: 100, 4: 1300, 6: 6000}
#: Product codes named in one request, so that its address stays below 4096 characters.
MOST_CODES = 350
_UNIT = "US dollars; exports f.o.b., imports c.i.f. unless the reporter differs"
#: Columns of the stored Parquet files.
_STORED = [
    "partner",
    "period",
    "flow",
    "code",
    "classification",
    "value_usd",
    "net_weight_kg",
]
_Codes = tuple[str, ...]
#: One (period, partner, flow).
_CELL = ["period", "partner", "flow"]
Cell = tuple[str, str, str]
#: Release day and HS edition of a period's report.
_Release = dict[str, str]


# --- what is asked, and in how many pieces -------------------------------------------------------


@dataclass(frozen=True)
class ComtradeRequest:
    """One request for one reporter: totals (level 0) or products, which are asked for apart.

    No partners means all of them, the world as well; `codes` are the products of one that names
    them.
    """

    reporter: str
    frequency: str
    periods: _Codes
    partners: _Codes
    flows: _Codes
    level: int
    codes: _Codes = ()

    @property
    def cells(self) -> list[Cell]:
        """The (period, partner, flow) cells the answer covers."""
        return [*product(self.periods, self.partners, self.flows)]

    @property
    def span(self) -> str:
        """First and last period."""
        return "-".join(dict.fromkeys([self.periods[0], self.periods[-1]]))

    @property
    def stem(self) -> str:
        """Name of the files that keep the answer."""
        text = json.dumps(asdict(self), sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        who = f"{len(self.partners)}-partners"
        if len(self.partners) <= 6:
            who = "-".join(self.partners)
        return f"{self.frequency}-{self.span}_hs{self.level}_{who}_{digest}"

    def __str__(self) -> str:
        """Return the request as people read it."""
        what = f"HS {self.level} digits" if self.level else "totals"
        part = f", {len(self.codes)} of them" if self.codes else ""
        return f"{self.reporter} with {' '.join(self.partners) or 'all'}, {self.span}, {what}{part}"

    def params(self) -> dict[str, str]:
        """Return the parameters of the API.

        Without `TOTALS` an answer has a row for each second partner, mode of transport and
        customs procedure as well.
        """
        products = f"AG{self.level}" if self.level else "TOTAL"
        parameters = {
            "reporterCode": str(COMTRADE[self.reporter]),
            "period": ",".join(self.periods),
            "cmdCode": ",".join(self.codes) or products,
            "flowCode": ",".join(FLOW_CODES[flow] for flow in self.flows),
            **TOTALS,
            "format": "JSON",
            "breakdownMode": "classic",
            "includeDesc": "false",
        }
        if self.partners:
            numbers = [str(COMTRADE[partner]) for partner in self.partners]
            parameters["partnerCode"] = ",".join(numbers)
        return parameters

    def checked(self, rows: list[dict[str, Any]]) -> pd.DataFrame:
        """Return an answer as a tidy frame, sorted, or refuse it: anything that was not asked for.

        Raises
        ------
        FetchError
            As `catrade_fetch.answers.checked`.
        """
        if not rows:
            return pd.DataFrame(columns=_STORED)
        asked = self.params()
        products = rf"[0-9A-Z]{{{self.level}}}" if self.level else "TOTAL"
        partners = asked.get("partnerCode", r"\d+").replace(",", "|")
        forms = {
            "freqCode": (f"{LETTERS[self.frequency]}?", "another frequency"),
            "reporterCode": (asked["reporterCode"], "another reporter"),
            "period": ("|".join(self.periods), "a period not asked for"),
            "flowCode": (asked["flowCode"].replace(",", "|"), "a flow not asked for"),
            "partnerCode": (partners, "a partner not asked for"),
            "cmdCode": ("|".join(self.codes) or products, "a product not asked for"),
        }
        what = f"the answer for {self}"
        with door.reading(what):
            places = [
                f"{what}, record {n} of {len(rows)}" for n in range(1, len(rows) + 1)
            ]
            table = pd.DataFrame(rows, places, dtype=object)
            frame = answers.checked(table, what, forms)[_STORED]
        return frame.sort_values([*_CELL, "code"], ignore_index=True)


def periods_between(start: int, end: int, frequency: str) -> list[str]:
    """Return the API's period codes of the years `start` to `end`.

    Examples
    --------
    >>> periods_between(2015, 2017, "annual")
    ['2015', '2016', '2017']
    >>> periods_between(2024, 2024, "monthly")[:2]
    ['202401', '202402']
    """
    if start > end:
        raise ParameterError(
            f"--years must run from the earlier to the later year; got {start}-{end}"
        )
    years = [str(year) for year in range(start, end + 1)]
    if frequency == "annual":
        return years
    return [f"{year}{month:02d}" for year in years for month in range(1, 13)]


def plan(
    whole: ComtradeRequest, limit: int, have: Collection[tuple[object, ...]] = ()
) -> list[ComtradeRequest]:
    """Return the requests for what is missing, each small enough to stay below the limit.

    A cell that may itself exceed the limit gets a request of its own and is cut when it is.

    Parameters
    ----------
    whole
        All that is wanted, as if one request could bring it.
    limit
        Most records of an answer.
    have
        Level and cell of what is there.

    Examples
    --------
    >>> wanted = ComtradeRequest("CHN", "annual", ("2022", "2023"), ("KAZ", "KGZ"), ("export",), 2)
    >>> [str(request) for request in plan(wanted, limit=300)]
    ['CHN with KAZ KGZ, 2022, HS 2 digits', 'CHN with KAZ KGZ, 2023, HS 2 digits']
    """
    lacking = [
        cell
        for cell in whole.cells
        if (whole.level, *cell) not in have and cell[1] != whole.reporter
    ]
    if not lacking:
        return []
    periods, partners, flows = [
        tuple(dict.fromkeys(part)) for part in zip(*lacking, strict=True)
    ]
    whole = replace(whole, periods=periods, partners=partners, flows=flows)
    fits = len(whole.cells) * MOST_RECORDS[whole.level] < limit
    if fits and len(periods) <= MAX_PERIODS:
        return [whole]
    pieces = [request for half in split(whole) for request in plan(half, limit, have)]
    return pieces or [whole]


def split(request: ComtradeRequest) -> list[ComtradeRequest]:
    """Return a request in two, neither of more than twelve periods; nothing for a single cell.

    Examples
    --------
    >>> whole = ComtradeRequest("CHN", "annual", ("2023",), ("KAZ",), ("export", "import"), 2)
    >>> [half.flows for half in split(whole)]
    [('export',), ('import',)]
    """
    for name in ("periods", "partners", "flows"):
        values = getattr(request, name)
        if len(values) > 1:
            half = min((len(values) + 1) // 2, MAX_PERIODS)
            parts: list[Any] = [values[:half], values[half:]]
            return [replace(request, **{name: part}) for part in parts]
    return []


def sums(frame: pd.DataFrame) -> dict[Cell, float]:
    """Return the sum of a frame's values by (period, partner, flow)."""
    values: dict[Any, float] = frame.groupby(_CELL)["value_usd"].sum().to_dict()
    return values


# --- one fetch -----------------------------------------------------------------------------------


@dataclass
class ComtradeRun:
    """One fetch: `plan` finds what is missing, `steps` asks for it; then it says what it did.

    Attributes
    ----------
    client
        The connection.
    data_dir
        Answers are kept under its `fetched/comtrade`.
    frequency
        `annual` or `monthly`.
    refresh
        Ask again for what is there already.
    requests, answers, records
        What was asked, and kept, until now.
    not_reported
        Periods that reporters have not released.
    no_answer
        Cells that got no answer, as texts.
    """

    client: Client
    data_dir: Path
    frequency: str = "annual"
    refresh: bool = False
    requests: int = 0
    answers: int = 0
    records: int = 0
    not_reported: dict[str, list[str]] = field(default_factory=dict)
    no_answer: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._root = fetched_dir(self.data_dir, answers.NAME)
        self._products = functools.cache(self.client.product_codes)
        self._everyone = functools.cache(self._list)
        self._queue: deque[ComtradeRequest] = deque()
        self._released: dict[str, dict[str, _Release]] = {}
        self._totals: dict[str, dict[Cell, float]] = {}
        self._silent = False

    def plan(
        self,
        reporters: Sequence[str],
        partners: Sequence[str],
        start: int,
        end: int,
        level: int,
    ) -> int:
        """Find what is released and not kept, totals first; return how many requests that may take.

        Parameters
        ----------
        reporters, partners
            Country codes (ISO 3166-1 alpha-3, `EU27`, `WLD`).
        start, end
            First and last year.
        level
            Digits of the product codes: 0 (totals only), 2, 4 or 6.

        Raises
        ------
        FetchError
            If an answer cannot be used.
        ParameterError
            If a parameter has a value it may not have.
        """
        # Of each reporter what is released, then what of it is kept, then what is left to ask.
        if level not in MOST_RECORDS:
            raise choice_error("--level", level, MOST_RECORDS)
        if self.frequency not in LETTERS:
            raise choice_error("--frequency", self.frequency, LETTERS)
        if {*reporters} <= {"WLD"}:
            raise ParameterError(
                "--reporter must be a country: the world reports nothing"
            )
        if len({*reporters, *partners}) == 1:
            raise ParameterError(
                f"--partner must be another country than --reporter; got {partners[0]} for both"
            )
        periods = periods_between(start, end, self.frequency)
        for reporter in reporters:
            clear(self._root / reporter)
            released = self._releases(reporter, periods)
            self._released[reporter] = released
            if lacking := [period for period in periods if period not in released]:
                self.not_reported[reporter] = lacking
            # Another fetch may be between the file and the manifest that tells its hash.
            of, word = [reporter], self.frequency
            with store.alone(self._root):
                totals = answers.load_answers(
                    self.data_dir, reporters=of, level=0, frequency=word
                )
                there = answers.answered_for(self.data_dir, of, word)
            # Of an older release nothing is there.
            days = {period: release["released"] for period, release in released.items()}
            totals, there = [
                frame[frame["released"] == frame["period"].map(days)]
                for frame in (totals, there)
            ]
            self._totals[reporter] = sums(totals)
            cells = there[["level", *_CELL]].itertuples(index=False, name=None)
            have = set() if self.refresh else {*cells}
            for digits in sorted({0, level}):
                sides = (tuple(sorted(released)), tuple(partners), tuple(FLOW_CODES))
                whole = ComtradeRequest(reporter, word, *sides, digits)
                self._queue += plan(whole, self.client.limit, have)
        count = 0
        for request in self._queue:
            most = MOST_RECORDS[request.level] * len(request.cells)
            count += 1 + most // self.client.limit
        return count

    def steps(self) -> Iterator[tuple[int, str]]:
        """Ask one request after the other; before each yield how many are left, and what it is.

        An answer that was cut is asked for again in pieces: in halves, and of a single cell by
        product code.

        Raises
        ------
        FetchError
            If an answer cannot be used. What was kept before stays, and the next run goes on there.
        """
        while self._queue:
            request = self._queue.popleft()
            totals = self._totals[request.reporter]
            if request.level and all(totals.get(cell) == 0 for cell in request.cells):
                continue  # no trade has no products
            yield len(self._queue) + 1, str(request)
            frame, is_cut = self._ask(request)
            if not is_cut:
                self._keep(request, frame)
            elif halves := split(request):
                self._queue.extendleft(reversed(halves))
            else:
                pieces = self._by_codes(request)
                frames = []
                for number, piece in enumerate(pieces):
                    yield len(self._queue) + len(pieces) - number, str(piece)
                    frame, is_cut = self._ask(piece)
                    if is_cut:
                        raise self._too_long(piece)
                    frames.append(frame)
                self._keep(request, joined(frames))

    def summary(self) -> list[str]:
        """Return what was done, and what is not reported, as sentences."""
        if self.requests:
            asked = counted(self.requests, "request")
            done = f"fetched {counted(self.records, 'record')} in {asked}"
        elif any(self._released.values()):
            done = "nothing to fetch: all that is reported is there"
        else:
            done = "nothing to fetch: UN Comtrade has no report of what was asked"
        lacking = [f"{who} {', '.join(t)}" for who, t in self.not_reported.items()]
        if lacking:
            return [done, f"not reported yet: {'; '.join(lacking)}"]
        return [done]

    def silence(self) -> str:
        """Return a sentence on cells that got no answer, or nothing."""
        if not self.no_answer:
            return ""
        return (
            f"UN Comtrade gave no answer for {'; '.join(some(self.no_answer))}, although it has"
            " released these reports: nothing is stored for them, as no record is not yet a zero;"
            " run the same command again later"
        )

    def _releases(self, reporter: str, periods: list[str]) -> dict[str, _Release]:
        """Return release day and HS edition of the periods that a reporter has released."""
        number = COMTRADE[reporter]
        what = f"UN Comtrade's list of releases of {reporter}"
        newest: dict[str, _Release] = {}
        for row in self.client.availability(number, periods, self.frequency):
            period = str(row.get("period"))
            if str(row.get("reporterCode")) != str(number) or period not in periods:
                continue
            day = str(row.get("lastReleased"))[:10]  # the time of day follows
            day = door.day(day, f"{what}: lastReleased")
            code = row.get("classificationCode")
            edition = door.name(code, f"{what}: classificationCode", answers.EDITION)
            if period not in newest or newest[period]["released"] < day:
                newest[period] = {"released": day, "classification": edition}
        return newest

    def _ask(self, request: ComtradeRequest) -> tuple[pd.DataFrame, bool]:
        """Return an answer, and whether the limit cut it; what was cut is not looked at."""
        self.requests += 1
        rows, is_cut = self.client.data(request.params(), self.frequency)
        return request.checked([] if is_cut else rows), is_cut

    def _by_codes(self, request: ComtradeRequest) -> list[ComtradeRequest]:
        """Return pieces of a single cell, each naming fewer product codes than the limit."""
        if not request.level:
            raise self._too_long(request)
        edition = self._released[request.reporter][request.periods[0]]["classification"]
        codes = self._products(edition, request.level)
        if not codes:
            raise FetchError(
                f"UN Comtrade names no products of {edition} with {request.level} digits"
            )
        most = max(1, min(MOST_CODES, self.client.limit - 1))
        return [
            replace(request, codes=tuple(codes[start : start + most]))
            for start in range(0, len(codes), most)
        ]

    def _too_long(self, request: ComtradeRequest) -> FetchError:
        return FetchError(
            f"the answer for {request} reaches the limit of {self.client.limit}"
            " records although it cannot be asked in smaller pieces; nothing of it was kept"
        )

    def _keep(self, request: ComtradeRequest, frame: pd.DataFrame) -> None:
        """Write an answer with its manifest: the cells it answers, and no others."""
        # What is answered, or proved; nothing above its total; then the files.
        totals = self._totals[request.reporter]
        answered = sums(frame)
        missing = [cell for cell in request.cells if cell not in answered]
        if missing and not request.level:
            proofs = [self._proved(request.reporter, *cell) for cell in missing]
            frame = joined([frame, *proofs])
            answered = sums(frame)
        for cell, value in answered.items():
            if request.level and value > answers.TOO_MUCH * totals.get(cell, value):
                raise FetchError(
                    f"the answer for {request} has products worth more than the total"
                    f" ({' '.join(cell)}): something is counted twice; nothing was kept"
                )
        what = f", HS {request.level} digits" if request.level else ""
        cells = []
        for cell in request.cells:
            if cell in answered or (request.level and totals.get(cell) == 0):
                cells.append(cell)
            else:
                period, partner, flow = cell
                text = f"{flow} of {request.reporter} with {partner} in {period}{what}"
                self.no_answer.append(text)
        if not cells:
            return
        reports = self._released[request.reporter]
        about = {
            "publisher": "United Nations Statistics Division, UN Comtrade",
            "endpoint": self.client.endpoint(self.frequency),
            "query": request.params(),
            "request": asdict(request),
            "cells": cells,
            "released": {t: reports[t]["released"] for t in request.periods},
            "classification": {
                t: reports[t]["classification"] for t in request.periods
            },
            "unit": _UNIT,
        }
        with store.alone(self._root):
            folder = self._root / request.reporter
            store.write_pair(folder / f"{request.stem}.parquet", frame, about)
        self.answers += 1
        self.records += len(frame)
        if not request.level:
            totals |= answered

    def _proved(
        self, reporter: str, period: str, partner: str, flow: str
    ) -> pd.DataFrame:
        """Return a cell's total by the list of all partners; empty if that proves nothing."""
        request = ComtradeRequest(reporter, self.frequency, (period,), (), (flow,), 0)
        everyone = self._everyone(request)
        row = everyone[everyone["partner"] == partner]
        if len(row) or everyone.empty:
            return row
        return everyone.iloc[:1].assign(
            partner=partner, value_usd=0.0, net_weight_kg=float("nan")
        )

    def _list(self, request: ComtradeRequest) -> pd.DataFrame:
        """Return the totals with all partners, or nothing if they do not add up to the world's.

        Nothing follows from absence then. After silence or an error no list is asked for: that
        would be in vain.
        """
        nobody = request.checked([])
        if self._silent:
            return nobody
        self._silent = True
        # A FetchError proves nothing, and the next request says what is wrong.
        with contextlib.suppress(FetchError):
            everyone, is_cut = self._ask(request)
            self._silent = everyone.empty and not is_cut
            is_world = everyone["partner"] == "WLD"
            world, others = everyone[is_world], everyone[~is_world]
            gap = abs(world["value_usd"].sum() - others["value_usd"].sum())
            # Each figure is rounded to a dollar at most.
            if len(world) and len(others) and gap <= len(others):
                return everyone
        return nobody
