"""UN Comtrade: fetch what is missing and keep it with its provenance.

On disk, below `data/fetched/comtrade/<reporter>/`: one Parquet file and one JSON manifest a
request.

Silence is no figure: a cell without a record is a zero only if the reporter's list of all
partners adds up to its trade with the world without it, and no answer otherwise.
"""

from __future__ import annotations

import contextlib
import functools
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pandas as pd

from catrade_build.tables.paths import fetched_dir
from catrade_fetch import answers as kept
from catrade_fetch import comtrade_plan as plans
from catrade_fetch import door, store
from catrade_fetch.codes import COMTRADE
from catrade_fetch.comtrade_client import Answer, Client
from catrade_fetch.comtrade_plan import Cell, ComtradeRequest
from catrade_fetch.errors import FetchError
from catrade_fetch.publishers import joined
from pagemill.unfinished import clear
from rounding.errors import ParameterError, choice_error, counted, some

_UNIT = "US dollars; exports f.o.b., imports c.i.f. unless the reporter differs"
#: Release day and HS edition of a period's report.
_Release = dict[str, str]


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
        self._root = fetched_dir(self.data_dir, kept.NAME)
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
        if level not in plans.MOST_RECORDS:
            raise choice_error("--level", level, plans.MOST_RECORDS)
        if self.frequency not in plans.LETTERS:
            raise choice_error("--frequency", self.frequency, plans.LETTERS)
        if {*reporters} <= {"WLD"}:
            raise ParameterError(
                "--reporter must be a country: the world reports nothing"
            )
        if len({*reporters, *partners}) == 1:
            raise ParameterError(
                f"--partner must be another country than --reporter; got {partners[0]} for both"
            )
        periods = plans.periods_between(start, end, self.frequency)
        for reporter in reporters:
            clear(self._root / reporter)
            released = self._releases(reporter, periods)
            self._released[reporter] = released
            if lacking := [period for period in periods if period not in released]:
                self.not_reported[reporter] = lacking
            # Another fetch may be between the file and the manifest that tells its hash.
            with store.alone(self._root):
                frame = kept.load_answers(
                    self.data_dir,
                    reporters=[reporter],
                    level=0,
                    frequency=self.frequency,
                )
                have = set() if self.refresh else self._have(reporter)
            self._totals[reporter] = plans.sums(self._newest(frame, reporter))
            for digits in sorted({0, level}):
                sides = (tuple(sorted(released)), tuple(partners), plans.FLOWS)
                whole = ComtradeRequest(reporter, self.frequency, *sides, digits)
                self._queue += plans.plan(whole, self.client.limit, have)
        count = 0
        for request in self._queue:
            most = plans.MOST_RECORDS[request.level] * len(request.cells)
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
            yield len(self._queue) + 1, request.describe()
            answer = self._ask(request)
            if not answer.cut:
                self._keep(request, plans.check_answer(answer.rows, request))
            elif halves := plans.split(request):
                self._queue.extendleft(reversed(halves))
            else:
                pieces = self._by_codes(request)
                frames = []
                for number, piece in enumerate(pieces):
                    left = len(self._queue) + len(pieces) - number
                    yield left, piece.describe()
                    answer = self._ask(piece)
                    if answer.cut:
                        raise self._too_long(piece)
                    frames.append(plans.check_answer(answer.rows, piece))
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
            edition = door.name(code, f"{what}: classificationCode", plans.EDITION)
            if period not in newest or newest[period]["released"] < day:
                newest[period] = {"released": day, "classification": edition}
        return newest

    def _ask(self, request: ComtradeRequest) -> Answer:
        """Ask, and count that."""
        self.requests += 1
        return self.client.data(request.params(), self.frequency)

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
        most = max(1, min(plans.MOST_CODES, self.client.limit - 1))
        return [replace(request, codes=part) for part in plans.chunks(codes, most)]

    def _too_long(self, request: ComtradeRequest) -> FetchError:
        return FetchError(
            f"the answer for {request.describe()} reaches the limit of {self.client.limit}"
            " records although it cannot be asked in smaller pieces; nothing of it was kept"
        )

    def _keep(self, request: ComtradeRequest, frame: pd.DataFrame) -> None:
        """Write an answer with its manifest: the cells it answers, and no others."""
        # What is answered; nothing above its total; then the files.
        frame, cells = self._answered(request, frame)
        totals = self._totals[request.reporter]
        sums = plans.sums(frame)
        for cell, value in sums.items():
            if request.level and value > kept.TOO_MUCH * totals.get(cell, value):
                raise FetchError(
                    f"the answer for {request.describe()} has products worth more than the total"
                    f" ({' '.join(cell)}): something is counted twice; nothing was kept"
                )
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
            totals |= sums

    def _answered(
        self, request: ComtradeRequest, frame: pd.DataFrame
    ) -> tuple[pd.DataFrame, list[Cell]]:
        """Return the frame with proved zeros, and the cells that are answered; note the others."""
        answered = set(plans.sums(frame))
        missing = [cell for cell in request.cells if cell not in answered]
        if request.level:
            totals = self._totals[request.reporter]
            answered |= {cell for cell in missing if totals.get(cell) == 0}
        elif missing:
            proofs = [self._proved(request.reporter, *cell) for cell in missing]
            frame = pd.concat([frame, *proofs], ignore_index=True)
            answered = set(plans.sums(frame))
        what = f", HS {request.level} digits" if request.level else ""
        self.no_answer += [
            f"{flow} of {request.reporter} with {partner} in {period}{what}"
            for period, partner, flow in missing
            if (period, partner, flow) not in answered
        ]
        return frame, [cell for cell in request.cells if cell in answered]

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
        """Return the totals with all partners, or nothing if they prove nothing."""
        # After silence or an error no list is asked for: that would be in vain.
        if not self._silent:
            self._silent = True
            # A FetchError proves nothing, and the next request says what is wrong.
            with contextlib.suppress(FetchError):
                answer = self._ask(request)
                self._silent = not answer.rows
                if not answer.cut:
                    return plans.complete_partners(answer.rows, request)
        return plans.check_answer([], request)

    def _have(self, reporter: str) -> set[tuple[object, ...]]:
        """Return level and cell of what was fetched from the releases that are the newest."""
        cells = kept.answered_for(self.data_dir, [reporter], self.frequency)
        cells = self._newest(cells, reporter)[["level", "period", "partner", "flow"]]
        return set(cells.itertuples(index=False, name=None))

    def _newest(self, frame: pd.DataFrame, reporter: str) -> pd.DataFrame:
        """Return the rows that are from the reports released last."""
        reports = self._released[reporter]
        days = {period: release["released"] for period, release in reports.items()}
        return frame[frame["released"] == frame["period"].map(days)]
