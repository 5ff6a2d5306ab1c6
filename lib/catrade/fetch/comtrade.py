"""UN Comtrade: fetch what is missing, keep it with its provenance, and give it as table rows.

On disk, below `data/fetched/comtrade/<reporter>/`: one Parquet file and one JSON manifest a
request, `availability-<frequency>.json` (which periods the reporter has released, and when) and
`cut/` (requests whose answer the record limit cut, so that they are not asked again).

Silence is no figure: a cell without a record is a zero only if the reporter's list of all
partners adds up to its trade with the world without it, and no answer otherwise.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.errors import FetchError, ParameterError, choice_error
from catrade.fetch import door, store
from catrade.fetch.codes import COMTRADE, comtrade_code, unknown_country
from catrade.fetch.comtrade_client import Answer, Client
from catrade.fetch.comtrade_plan import (
    FREQUENCIES,
    LEVELS,
    MOST_RECORDS,
    Cell,
    Request,
    periods_between,
    plan,
    request_from,
    split,
    split_codes,
)
from catrade.fetch.comtrade_rows import (
    EDITION,
    NAME,
    TOO_MUCH,
    checked,
    complete_partners,
    composition_rows,
    entries,
    flows,
    load,
    trade_rows,
)

__all__ = [
    "NAME",
    "Summary",
    "availability",
    "composition_rows",
    "entries",
    "fetch",
    "flows",
    "load",
    "report",
    "trade_rows",
    "unanswered",
]

#: How long a list of releases is believed.
_FRESH = timedelta(hours=24)
_Released = dict[str, dict[str, str]]
_CELL = ["period", "partner", "flow"]


@dataclass
class Summary:
    """What a run did: requests made, records kept, what is not released and what got no answer."""

    requests: int = 0
    records: int = 0
    released: int = 0
    not_reported: dict[str, list[str]] = field(default_factory=dict)
    no_answer: list[str] = field(default_factory=list)


def fetch(
    *,
    reporters: Sequence[str],
    partners: Sequence[str],
    start: int,
    end: int,
    level: int,
    data_dir: Path,
    client: Client,
    frequency: str = "annual",
    refresh: bool = False,
    confirm: Callable[[int], bool] = lambda _: True,
    progress: Callable[[int, int, str], None] = lambda *_: None,
) -> Summary:
    """Fetch what is missing and keep it under `data_dir/fetched/comtrade`.

    Parameters
    ----------
    reporters, partners
        Country codes (ISO 3166-1 alpha-3, `EU27`, `WLD`).
    start, end
        First and last year.
    level
        Digits of the product codes: 0 (totals only), 2, 4 or 6.
    client
        The connection.
    frequency
        `annual` or `monthly`.
    refresh
        Ask again for what is there already.
    confirm
        Called with the number of requests before the first one; False ends the run.
    progress
        Called with requests done, requests planned and what is asked next.

    Raises
    ------
    FetchError
        If an answer cannot be used. What was kept before stays, and the next run goes on there.
    ParameterError
        If a parameter has a value it may not have.
    """
    _check(reporters, partners, level, frequency)
    periods = periods_between(start, end, frequency)
    store.clear_unfinished(data_dir, NAME)
    run = _Run(client, data_dir, frequency, refresh)
    queue = deque(run.plan(reporters, partners, periods, level))
    planned = sum(_expected(request, client.limit) for request in queue)
    if planned and not confirm(planned):
        message = f"nothing was fetched: {planned} requests were not confirmed"
        raise FetchError(message)
    summary = run.summary
    while queue:
        request = queue.popleft()
        action = run.decide(request)
        if action == "pieces":
            queue.extendleft(reversed(run.pieces(request)))
        elif action == "ask":
            total = max(planned, summary.requests + len(queue) + 1)
            progress(summary.requests, total, request.describe())
            answer = run.ask(request)
            if answer.cut:
                queue.extendleft(reversed(run.cut(request)))
            else:
                run.keep(request, answer)
    progress(summary.requests, summary.requests, "")
    return summary


def report(summary: Summary) -> list[str]:
    """Return what a run has done, and what is not reported, as sentences.

    Examples
    --------
    >>> report(Summary(not_reported={"TKM": ["2023", "2024"]}))
    ['nothing to fetch: UN Comtrade has no report of what was asked',
     'not reported yet: TKM 2023, 2024']
    """
    if summary.requests:
        said = [f"fetched {summary.records:,} records in {summary.requests} requests"]
    elif summary.released:
        said = ["nothing to fetch: all that is reported is there"]
    else:
        said = ["nothing to fetch: UN Comtrade has no report of what was asked"]
    lacking = [f"{who} {', '.join(periods)}" for who, periods in summary.not_reported.items()]
    return [*said, f"not reported yet: {'; '.join(lacking)}"] if lacking else said


def unanswered(summary: Summary) -> str:
    """Return the sentence on cells that got no answer."""
    cells = summary.no_answer
    more = f" and {len(cells) - 5} more" if len(cells) > 5 else ""
    return (
        f"UN Comtrade gave no answer for {'; '.join(cells[:5])}{more}, although these reports are"
        " released: nothing is stored for them, as no record is not yet a zero; run the same"
        " command again later"
    )


class _Run:
    """One run: what is released, what is kept, and what was learnt on the way."""

    def __init__(self, client: Client, data_dir: Path, frequency: str, refresh: bool) -> None:
        self.client, self.data_dir = client, data_dir
        self.frequency, self.refresh = frequency, refresh
        self.summary = Summary()
        self._released: dict[str, _Released] = {}
        self._totals: dict[str, dict[Cell, float]] = {}
        self._lists: dict[tuple[str, str, str], pd.DataFrame] = {}
        self._silent = False

    def plan(
        self, reporters: Sequence[str], partners: Sequence[str], periods: list[str], level: int
    ) -> list[Request]:
        """Return the requests for what is released and not kept, totals first."""
        found: list[Request] = []
        for reporter in reporters:
            known = releases(
                self.client, self.data_dir, reporter, periods, self.frequency, refresh=self.refresh
            )
            released = {t: release for t in periods if (release := known[t])}
            self._released[reporter] = released
            self.summary.released += len(released)
            if len(released) < len(periods):
                lacking = [period for period in periods if period not in released]
                self.summary.not_reported[reporter] = lacking
            for digits in sorted({0, level}):
                found += plan(
                    reporter,
                    list(released),
                    partners,
                    level=digits,
                    frequency=self.frequency,
                    limit=self.client.limit,
                    have=set() if self.refresh else self._have(reporter, digits),
                )
        return found

    def decide(self, request: Request) -> str:
        """Return what to do about a request: `ask`, take its `pieces`, or `have` for nothing."""
        cut = self._folder(request) / "cut" / f"{request.id}.json"
        if cut.is_file() and int(store.read_json(cut)["limit"]) >= self.client.limit:
            return "pieces"
        if request.part[1] > 1 and not self.refresh and self._is_kept(request):
            return "have"
        known = self._known(request.reporter) if request.level else {}
        return "have" if all(known.get(cell) == 0 for cell in request.cells) else "ask"

    def ask(self, request: Request) -> Answer:
        """Ask, and count that."""
        self.summary.requests += 1
        return self.client.data(request.params(), self.frequency)

    def cut(self, request: Request) -> list[Request]:
        """Note that the limit cut an answer, and return the pieces to ask for instead."""
        pieces = self.pieces(request)
        content = {"request": asdict(request), "limit": self.client.limit, "fetched": store.now()}
        store.write_json(self._folder(request) / "cut" / f"{request.id}.json", content)
        return pieces

    def pieces(self, request: Request) -> list[Request]:
        """Return a request in halves, or a single cell by product code."""
        if halves := split(request):
            return halves
        if request.codes or not request.level:
            message = (
                f"the answer for {request.describe()} reaches the limit of {self.client.limit}"
                " records although it cannot be asked in smaller pieces; nothing of it was kept"
            )
            raise FetchError(message)
        edition = self._released[request.reporter][request.periods[0]]["classification"]
        path = (
            store.fetched_dir(self.data_dir, NAME) / "products" / f"{edition}-{request.level}.json"
        )
        if not path.is_file():
            codes = self.client.product_codes(edition, request.level)
            if not codes:
                message = f"UN Comtrade names no products of {edition} with {request.level} digits"
                raise FetchError(message)
            store.write_json(path, {"edition": edition, "fetched": store.now(), "codes": codes})
        return split_codes(request, store.read_json(path)["codes"], self.client.limit)

    def keep(self, request: Request, answer: Answer) -> None:
        """Write an answer with its manifest: the cells it answers, and no others."""
        frame, cells = self._answered(request, checked(answer.rows, request))
        known = self._known(request.reporter)
        sums: dict[Cell, float] = {}
        for period, partner, flow, value in frame[[*_CELL, "value_usd"]].itertuples(index=False):
            sums[period, partner, flow] = sums.get((period, partner, flow), 0.0) + value
        if request.level:
            for cell, value in sums.items():
                if value > TOO_MUCH * known.get(cell, value):
                    message = (
                        f"the answer for {request.describe()} has products worth more than the"
                        f" total ({' '.join(cell)}): something is counted twice; nothing was kept"
                    )
                    raise FetchError(message)
        if not cells:
            return
        released = self._released[request.reporter]
        store.write_pair(
            self._folder(request) / f"{request.stem}.parquet",
            lambda target: frame.to_parquet(target, index=False),
            lambda digest: {
                "source": NAME,
                "publisher": "United Nations Statistics Division, UN Comtrade",
                "endpoint": self.client.endpoint(self.frequency),
                "query": request.params(),
                "request": asdict(request),
                "cells": cells,
                "fetched": store.now(),
                "released": {t: released[t]["released"] for t in request.periods},
                "classification": {t: released[t]["classification"] for t in request.periods},
                "records": len(frame),
                "unit": "US dollars; exports f.o.b., imports c.i.f. unless the reporter says"
                " otherwise",
                "sha256": digest,
                "answer_sha256": answer.sha256,
            },
        )
        self.summary.records += len(frame)
        if not request.level:
            known.update(sums)

    def _answered(self, request: Request, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Cell]]:
        """Return the frame with proved zeros, and the cells that are answered; note the others."""
        if request.part[1] > 1:  # of so many products some pieces have none
            return frame, request.cells
        there = set(zip(frame["period"], frame["partner"], frame["flow"], strict=True))
        missing = [cell for cell in request.cells if cell not in there]
        if request.level:
            known = self._known(request.reporter)
            there |= {cell for cell in missing if known.get(cell) == 0}
        else:
            found = [self._proved(request.reporter, cell) for cell in missing]
            frame = pd.concat([frame, *found], ignore_index=True) if missing else frame
            there = set(zip(frame["period"], frame["partner"], frame["flow"], strict=True))
        what = f", HS {request.level} digits" if request.level else ""
        self.summary.no_answer += [
            f"{flow} of {request.reporter} with {partner} in {period}{what}"
            for period, partner, flow in missing
            if (period, partner, flow) not in there
        ]
        return frame, [cell for cell in request.cells if cell in there]

    def _proved(self, reporter: str, cell: Cell) -> pd.DataFrame:
        """Return a cell's total by the list of all partners; empty if that proves nothing."""
        period, partner, flow = cell
        everyone = self._everyone(reporter, period, flow)
        row = everyone[everyone["partner"] == partner]
        if len(row) or everyone.empty:
            return row
        return everyone.iloc[:1].assign(partner=partner, value_usd=0.0, net_weight_kg=float("nan"))

    def _everyone(self, reporter: str, period: str, flow: str) -> pd.DataFrame:
        """Return a reporter's totals with all partners, empty if they cannot be had whole."""
        key = (reporter, period, flow)
        request = Request(reporter, self.frequency, (period,), (), (flow,), 0)
        if key not in self._lists:
            self._lists[key] = checked([], request)
            # A FetchError proves nothing, and the next request says what is wrong.
            with contextlib.suppress(FetchError):
                answer = None if self._silent else self.ask(request)
                if answer and not answer.cut:
                    self._silent = not answer.rows  # it would be asked in vain for every period
                    self._lists[key] = complete_partners(answer.rows, request)
        return self._lists[key]

    def _known(self, reporter: str) -> dict[Cell, float]:
        """Return the totals that are kept of a reporter, by cell."""
        if reporter not in self._totals:
            frame = load(self.data_dir, reporter=reporter, level=0, frequency=self.frequency)
            cells = zip(frame["period"], frame["partner"], frame["flow"], strict=True)
            self._totals[reporter] = dict(zip(cells, frame["value_usd"].astype(float), strict=True))
        return self._totals[reporter]

    def _have(self, reporter: str, level: int) -> set[Cell]:
        """Return the cells that were fetched from the releases that are still the newest."""
        parts: dict[tuple[Cell, int], set[int]] = {}
        released = self._released[reporter]
        for _, manifest in store.manifests(store.fetched_dir(self.data_dir, NAME) / reporter):
            request = request_from(manifest)
            if (request.frequency, request.level) != (self.frequency, level):
                continue
            for period, partner, flow in manifest["cells"]:
                release = released.get(period)
                if release and manifest["released"].get(period) == release["released"]:
                    key = ((period, partner, flow), request.part[1])
                    parts.setdefault(key, set()).add(request.part[0])
        return {cell for (cell, of), seen in parts.items() if len(seen) == of}

    def _is_kept(self, request: Request) -> bool:
        path = self._folder(request) / f"{request.stem}.json"
        kept = store.read_json(path)["released"] if path.is_file() else {}
        released = self._released[request.reporter]
        return all(kept.get(t) == released[t]["released"] for t in request.periods)

    def _folder(self, request: Request) -> Path:
        return store.fetched_dir(self.data_dir, NAME) / request.reporter


def availability(data_dir: Path) -> list[dict[str, Any]]:
    """Return, for every reporter asked about, whether a period is reported yet.

    Returns
    -------
    list of dict
        `reporter`, `frequency`, `period`, `status` (`reported` or `not reported yet`),
        `released` (date), `classification` (HS edition) and `asked` (time).
    """
    rows = []
    for path in sorted(store.fetched_dir(data_dir, NAME).glob("*/availability-*.json")):
        content = store.read_json(path)
        shared = {name: content[name] for name in ("reporter", "frequency", "asked")}
        for period, release in sorted(content["periods"].items()):
            status = "reported" if release else "not reported yet"
            nothing = {"released": "", "classification": ""}
            rows.append({**shared, "period": period, "status": status, **(release or nothing)})
    return rows


def releases(
    client: Client,
    data_dir: Path,
    reporter: str,
    periods: list[str],
    frequency: str,
    *,
    refresh: bool,
) -> dict[str, dict[str, str] | None]:
    """Return, by period, the release date and HS edition of a reporter's dataset, or None.

    What was asked within a day is not asked again, unless the list was empty.

    Raises
    ------
    FetchError
        If the list of releases cannot be had or is not what it was.
    """
    path = store.fetched_dir(data_dir, NAME) / reporter / f"availability-{frequency}.json"
    known: dict[str, dict[str, str] | None] = {}
    if path.is_file():
        content = store.read_json(path)
        known = content["periods"]
        fresh = datetime.now(UTC) - store.parse_time(content["asked"]) < _FRESH
        if fresh and not refresh and set(periods) <= set(known) and any(known.values()):
            return known
    asked = sorted({*known, *periods})
    found: dict[str, dict[str, str] | None] = dict.fromkeys(asked)
    number = comtrade_code(reporter)
    what = f"UN Comtrade's list of releases of {reporter}"
    for row in client.availability(number, asked, frequency):
        needed = {"period", "lastReleased", "classificationCode", "reporterCode"}
        if missing := sorted(needed - set(row)):
            message = f"{what} has no column {missing[0]!r}: the API has changed"
            raise FetchError(message)
        period = str(row["period"])
        if str(row["reporterCode"]) != str(number) or period not in found:
            continue
        last = str(row["lastReleased"])
        day = door.day(last, f"{what}: lastReleased", pattern=r"\d{4}-\d\d-\d\d([T ][\d:.]+Z?)?")
        edition = door.name(row["classificationCode"], f"{what}: classificationCode", EDITION)
        before = found[period]
        if before is None or before["released"] < day:
            found[period] = {"released": day, "classification": edition}
    if any(known.values()) and not any(found.values()):  # silence takes nothing back
        return {**found, **known}
    shared = {"source": NAME, "reporter": reporter, "frequency": frequency, "asked": store.now()}
    store.write_json(path, {**shared, "periods": found})
    return found


def _check(reporters: Sequence[str], partners: Sequence[str], level: int, frequency: str) -> None:
    if level not in LEVELS:
        raise choice_error(name="--level", value=level, choices=LEVELS)
    if frequency not in FREQUENCIES:
        raise choice_error(name="--frequency", value=frequency, choices=FREQUENCIES)
    for code in [*reporters, *partners]:
        if code not in COMTRADE:
            raise unknown_country(name="country", value=code, known=COMTRADE)
    if set(reporters) <= {"WLD"}:
        message = "--reporter must be a country: the world reports nothing"
        raise ParameterError(message)


def _expected(request: Request, limit: int) -> int:
    most = MOST_RECORDS[request.level] * len(request.cells)
    return 1 if most < limit else 1 + most // limit
