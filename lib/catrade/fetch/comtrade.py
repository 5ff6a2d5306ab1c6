"""UN Comtrade: fetch what is missing, keep it with its provenance, and give it as table rows.

On disk, below `data/fetched/comtrade/<reporter>/`: one Parquet file and one JSON manifest a
request, `availability-<frequency>.json` (which periods the reporter has released, and when) and
`cut/` (requests whose answer the record limit cut, so that they are not asked again).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.errors import FetchError, ParameterError, choice_error
from catrade.fetch import store
from catrade.fetch.codes import COMTRADE, unknown_country
from catrade.fetch.comtrade_check import check, detail_share
from catrade.fetch.comtrade_client import Client
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
from catrade.fetch.comtrade_releases import availability, releases
from catrade.fetch.comtrade_rows import composition_rows, entries, flows, load, trade_rows

__all__ = [
    "Summary",
    "availability",
    "composition_rows",
    "entries",
    "fetch",
    "flows",
    "load",
    "trade_rows",
]

NAME = "comtrade"


@dataclass
class Summary:
    """What a run did: requests made, records kept, periods without a release."""

    requests: int = 0
    records: int = 0
    kept: int = 0
    not_reported: list[str] = field(default_factory=list)


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
    periods = periods_between(start, end, frequency)
    store.clear_unfinished(data_dir, NAME)
    summary = Summary()
    queue: deque[Request] = deque()
    released: dict[str, dict[str, Any]] = {}
    for reporter in reporters:
        known = releases(client, data_dir, reporter, periods, frequency, refresh=refresh)
        released[reporter] = {period: known[period] for period in periods if known[period]}
        summary.not_reported += [f"{reporter} {p}" for p in periods if not known[p]]
        have = set() if refresh else _have(data_dir, reporter, level, frequency, released[reporter])
        queue += plan(
            reporter,
            list(released[reporter]),
            partners,
            level=level,
            frequency=frequency,
            limit=client.limit,
            have=have,
        )
    planned = sum(_expected(request, client.limit) for request in queue)
    if planned and not confirm(planned):
        message = f"nothing was fetched: {planned} requests were not confirmed"
        raise FetchError(message)
    while queue:
        request = queue.popleft()
        folder = store.fetched_dir(data_dir, NAME) / request.reporter
        times = released[request.reporter]
        if _was_cut(folder, request, client.limit):
            queue.extendleft(reversed(_pieces(client, data_dir, request, times)))
            continue
        if request.part[1] > 1 and not refresh and _is_kept(folder, request, times):
            summary.kept += 1
            continue
        progress(summary.requests, max(planned, summary.requests + len(queue) + 1),
                 request.describe())  # fmt: skip
        answer = client.data(request.params(), frequency)
        summary.requests += 1
        if answer.cut:
            pieces = _pieces(client, data_dir, request, times)
            store.write_json(
                folder / "cut" / f"{request.id}.json",
                {"request": asdict(request), "limit": client.limit, "fetched": store.now()},
            )
            queue.extendleft(reversed(pieces))
            continue
        frame = check(answer.rows, request)
        _keep(folder, request, frame, answer.sha256, client.endpoint(frequency), times)
        summary.records += len(frame)
    progress(summary.requests, summary.requests, "")
    return summary


def _have(
    data_dir: Path, reporter: str, level: int, frequency: str, released: dict[str, dict[str, Any]]
) -> set[Cell]:
    """Cells that were fetched from the releases that are still the newest."""
    parts: dict[tuple[Cell, int], set[int]] = {}
    for _, manifest in store.manifests(store.fetched_dir(data_dir, NAME) / reporter):
        request = request_from(manifest["request"])
        if request.frequency != frequency or (level and request.level != level):
            continue
        for cell in request.cells:
            release = released.get(cell[0])
            if release and manifest["released"].get(cell[0]) == release["released"]:
                parts.setdefault((cell, request.part[1]), set()).add(request.part[0])
    return {cell for (cell, of), seen in parts.items() if len(seen) == of}


def _pieces(
    client: Client, data_dir: Path, request: Request, released: dict[str, dict[str, Any]]
) -> list[Request]:
    halves = split(request)
    if halves:
        return halves
    if request.codes or not request.level:
        message = (
            f"the answer for {request.describe()} reaches the limit of {client.limit} records"
            " although it cannot be asked in smaller pieces; nothing of it was kept"
        )
        raise FetchError(message)
    edition = released[request.periods[0]]["classification"]
    path = store.fetched_dir(data_dir, NAME) / "products" / f"{edition}-{request.level}.json"
    if not path.is_file():
        codes = client.product_codes(edition, request.level)
        store.write_json(path, {"edition": edition, "fetched": store.now(), "codes": codes})
    return split_codes(request, store.read_json(path)["codes"], client.limit)


def _expected(request: Request, limit: int) -> int:
    most = MOST_RECORDS[request.level] * len(request.cells)
    return 1 if most < limit else 1 + most // limit


def _was_cut(folder: Path, request: Request, limit: int) -> bool:
    path = folder / "cut" / f"{request.id}.json"
    return path.is_file() and int(store.read_json(path)["limit"]) >= limit


def _stem(request: Request) -> str:
    span = "-".join(dict.fromkeys([request.periods[0], request.periods[-1]]))
    names = request.partners
    who = "-".join(names) if len(names) <= 6 else f"{len(names)}-partners"
    return f"{request.frequency}-{span}_hs{request.level}_{who}_{request.id}"


def _is_kept(folder: Path, request: Request, released: dict[str, dict[str, Any]]) -> bool:
    path = folder / f"{_stem(request)}.json"
    if not path.is_file():
        return False
    kept = store.read_json(path)["released"]
    return all(kept.get(p) == released[p]["released"] for p in request.periods)


def _keep(
    folder: Path,
    request: Request,
    frame: pd.DataFrame,
    answer_hash: str,
    endpoint: str,
    released: dict[str, dict[str, Any]],
) -> None:
    path = folder / f"{_stem(request)}.parquet"
    shares = detail_share(frame) if request.part[1] == 1 else {}
    store.write_pair(
        path,
        lambda target: frame.to_parquet(target, index=False),
        lambda digest: {
            "source": NAME,
            "publisher": "United Nations Statistics Division, UN Comtrade",
            "endpoint": endpoint,
            "query": request.params(),
            "request": asdict(request),
            "fetched": store.now(),
            "released": {p: released[p]["released"] for p in request.periods},
            "classification": {p: released[p]["classification"] for p in request.periods},
            "records": len(frame),
            "unit": "US dollars; exports f.o.b., imports c.i.f. unless the reporter says otherwise",
            "products_over_total": {" ".join(cell): round(v, 6) for cell, v in shares.items()},
            "sha256": digest,
            "answer_sha256": answer_hash,
        },
    )
