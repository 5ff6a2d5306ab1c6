"""Which datasets UN Comtrade has released: tells "not reported yet" from "no trade"."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from catrade.errors import FetchError
from catrade.fetch import store
from catrade.fetch.codes import comtrade_code
from catrade.fetch.comtrade_client import Client

_NAME = "comtrade"
#: How long an answer is believed.
_FRESH = timedelta(hours=24)


def availability(data_dir: Path) -> list[dict[str, Any]]:
    """Return, for every reporter asked about, whether a period is reported yet.

    Returns
    -------
    list of dict
        `reporter`, `frequency`, `period`, `status` (`reported` or `not reported yet`),
        `released` (date), `classification` (HS edition) and `asked` (time).
    """
    rows = []
    for path in sorted(store.fetched_dir(data_dir, _NAME).glob("*/availability-*.json")):
        content = store.read_json(path)
        for period, release in sorted(content["periods"].items()):
            rows.append(
                {
                    "reporter": content["reporter"],
                    "frequency": content["frequency"],
                    "period": period,
                    "status": "reported" if release else "not reported yet",
                    "released": release["released"] if release else "",
                    "classification": release["classification"] if release else "",
                    "asked": content["asked"],
                }
            )
    return rows


def releases(
    client: Client,
    data_dir: Path,
    reporter: str,
    periods: list[str],
    frequency: str,
    *,
    refresh: bool,
) -> dict[str, dict[str, Any] | None]:
    """Return, by period, the release date and HS edition of a reporter's dataset, or None.

    What was asked within a day is not asked again.

    Raises
    ------
    FetchError
        If the list of releases cannot be had or has other columns.
    """
    path = store.fetched_dir(data_dir, _NAME) / reporter / f"availability-{frequency}.json"
    known: dict[str, dict[str, Any] | None] = {}
    if path.is_file():
        content = store.read_json(path)
        known = content["periods"]
        fresh = datetime.now(UTC) - store.parse_time(content["asked"]) < _FRESH
        if fresh and not refresh and set(periods) <= set(known):
            return known
    asked = sorted({*known, *periods})
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(asked)
    for row in client.availability(comtrade_code(reporter), asked, frequency):
        try:
            period, last = str(row["period"]), str(row["lastReleased"])[:10]
            edition = str(row["classificationCode"])
            same = int(row["reporterCode"]) == comtrade_code(reporter)
        except (KeyError, ValueError) as error:
            message = "UN Comtrade's list of releases has other columns than expected"
            raise FetchError(message) from error
        before = found.get(period)
        if same and period in found and (before is None or before["released"] < last):
            found[period] = {"released": last, "classification": edition}
    store.write_json(
        path,
        {
            "source": _NAME,
            "reporter": reporter,
            "frequency": frequency,
            "asked": store.now(),
            "periods": found,
        },
    )
    return found
