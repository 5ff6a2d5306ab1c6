"""What the press is told of catrade; see `pagemill.project.Project`."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from catrade import issuers, params
from catrade.tables.paths import data_dir, definitions_file, fetched_dir
from pagemill.project import Project
from pagemill.provenance import hash_of

if TYPE_CHECKING:
    import pandas as pd

TITLE = "China, Central Asia and new energy vehicles"
ABOUT = (
    "Trade between China and Central Asia and China’s policy for new-energy vehicles, in reports "
    "whose every figure names its source and keeps the rounding it was published with."
)
LICENCE = "Code and text: MIT. Figures: under the terms of those who published them."
PROMISE = (
    "Every figure comes from a published source named on this page, and keeps the rounding it was "
    "published with."
)
#: Publishers whose rows, once fetched, stand in other tables than `trade`.
_FETCHED = {"baci": {"composition"}, "comtrade": {"composition", "trade"}}


def _sources() -> pd.DataFrame:
    from catrade.tables.trade import load_sources

    return load_sources()


def fetched(data: Path, tables: Collection[str]) -> dict[str, str]:
    """Return a hash of the manifests of each publisher whose rows stand in one of some tables.

    The manifests hold the hashes of the files.
    """
    found = {}
    for folder in sorted(fetched_dir(data).glob("[!.]*")):
        manifests = sorted([*folder.glob("*.json"), *folder.glob("[!.]*/*.json")])
        its_tables = _FETCHED.get(folder.name, {"trade"})
        if manifests and not its_tables.isdisjoint(tables):
            name = f"fetched/{folder.name}"
            found[name] = hash_of(manifests, fetched_dir(data).parent)
    return found


# A year of BACI has some 60 MB. Every way of ours to read it has one of these words.
_BACI_TRADE = re.compile(r"fetched/baci/[^/]+/trade/.*")
_READS_BACI = re.compile("baci|composition|products|fetch", re.IGNORECASE)


def stays(path: str, code: str) -> bool:
    """Return whether a file need not travel to a cluster: BACI's trade that no notebook reads.

    Examples
    --------
    >>> stays("fetched/baci/HS17/trade/2024.parquet", "ct.load_trade()"), stays("trade.csv", "")
    (True, False)
    """
    return bool(_BACI_TRADE.fullmatch(path)) and not _READS_BACI.search(code)


def newest(data: Path, source_ids: Collection[str] = ()) -> str:
    """Return the newest date on which one of the sources was published, or "" if none says.

    Without source ids, all of `sources.csv` and of what was fetched counts.
    """
    found = _published(data / "sources.csv")
    if found and fetched_dir(data).is_dir():
        from catrade.tables.fetched import sources  # imports pandas

        found += sources(data)[["source_id", "published"]].itertuples(index=False)
    dates = (
        day for source_id, day in found if not source_ids or source_id in source_ids
    )
    return max(dates, default="")


def _published(file: Path) -> list[tuple[str, str]]:
    """Return (source id, date of publication) of each source of a table; none if unreadable."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except OSError:
        return []
    return [(row.get("source_id") or "", row.get("published") or "") for row in rows]


def other_names() -> dict[str, list[str]]:
    """Return the names of countries in Russian and Chinese, and their codes, by the English one."""
    with (data_dir() / "countries.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {
        row["name_en"]: [row["name_ru"], row["name_zh"], row["code"]] for row in rows
    }


PROJECT = Project(
    name="catrade",
    notebooks=params.NOTEBOOKS,
    title=TITLE,
    about=ABOUT,
    spell=params.spell,
    tables=data_dir,
    tables_variable="CATRADE_DATA",
    sources=_sources,
    also_read=fetched,
    stays=stays,
    newest=newest,
    other_names=other_names,
    also_code=lambda: [definitions_file()],
    warm="catrade.warm",
    licence=LICENCE,
    promise=PROMISE,
    filters=("Partner",),
    issuer=issuers.issuer,
    groups=issuers.GROUPS,
    authority=issuers.authority,
    source_columns=issuers.COLUMNS,
    is_rate=issuers.is_rate,
    alternatives="required",
    interactive="refused",
    silent_sections="left out",
)
