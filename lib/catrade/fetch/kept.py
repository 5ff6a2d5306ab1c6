"""Files that were read: each kept by itself, so that none takes another's figures away.

A file is `data/fetched/<publisher>/<source id>.csv` in the columns of trade.csv, and
`<source id>.json` with the row of the table `sources`, the file's name and hash, and the time.
Version 0.2 wrote the same, but let a file take the name, and the place, of an earlier one.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.fetch import door, store, tables
from catrade.tables.definitions import table

#: What a figure is about, besides its currency.
CELL = ["reporter", "partner", "period", "flow"]
_ID = r"[a-z0-9]+(-[a-z0-9]+)*"
_KINDS = {
    name: float if column.kind == "number" else str
    for name, column in table("trade").columns.items()
}
_EMPTY = {name: "" for name, kind in _KINDS.items() if kind is float}


def keep(
    read: tables.Rows,
    file: Path,
    data_dir: Path,
    publisher: str,
    **more: str | list[str],
) -> str:
    """Keep the rows of one file beside those of others; return what was kept as a sentence.

    Every file stays by itself, to be taken out by itself: where two of one publisher have a cell,
    `kept_rows` decides. The same file again takes its own place.

    Parameters
    ----------
    more
        What else the manifest shall hold: `series` (what tells releases of one publisher apart),
        `title` (of the table).

    Raises
    ------
    FetchError
        If a cell stands twice, or the folder cannot be written. What was there before stays.
    """
    source = read.sources.iloc[0].to_dict()
    wanted = door.name(source["source_id"], f"the source of {file.name}", _ID)
    door.unique(read.rows, [*CELL, "currency"], file.name)
    periods = sorted(set(read.rows["period"]))
    about: dict[str, Any] = {
        "file": file.name,
        "file_sha256": store.sha256(file),
        "reporters": sorted(set(read.rows["reporter"])),
        "periods": periods,
        **more,
    }
    folder = store.fetched_dir(data_dir, publisher)
    with store.alone(folder):
        name = _free(folder, wanted, about["file_sha256"])
        about["source"] = source | {"source_id": name}
        ours = read.rows.assign(source_id=name)
        said = _shared(ours, about, [one for one in _kept(folder) if one.name != name])
        store.write_pair(
            folder / f"{name}.csv",
            lambda target: ours.to_csv(target, index=False),
            lambda digest: {
                **about,
                "fetched": store.now(),
                "records": len(ours),
                "sha256": digest,
            },
        )
    few = (
        f"{periods[0]} to {periods[-1]}" if len(periods) > 2 else " and ".join(periods)
    )
    figures = "1 figure" if len(ours) == 1 else f"{len(ours)} figures"
    return f"kept {figures} of {few} as {name}{said}"


def _free(folder: Path, wanted: str, digest: object) -> str:
    """Return a name that no other file has: `wanted`, or that with a number behind it."""
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(
        name
        for name in itertools.chain([wanted], numbered)
        if not (there := folder / f"{name}.json").is_file()
        or store.read_json(there).get("file_sha256") == digest
    )


@dataclass(frozen=True)
class _Kept:
    """A file that was kept: its name in the list, its manifest, and its rows when asked."""

    path: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def series(self) -> str:
        """What tells releases of one publisher apart; customs' first release is none of the others.

        Version 0.2 wrote it at the end of the name only.
        """
        last = self.name.rpartition("-")[2]
        said = self.manifest.get("series")
        return str(said or last if last in ("preliminary", "revised") else said or "")

    @property
    def age(self) -> tuple[str, str, int]:
        """When it was published or, where it does not say, fetched; and when it was written."""
        fetched = str(self.manifest["fetched"])
        published = str(self.manifest["source"].get("published") or fetched[:10])
        return published, fetched, self.path.stat().st_mtime_ns

    def rows(self) -> pd.DataFrame:
        """Return the rows.

        Raises
        ------
        DataError
            If the file was changed.
        """
        file = self.path.with_suffix(".csv")
        store.check_hash(file, self.manifest["sha256"])
        return pd.read_csv(file, dtype=_KINDS, keep_default_na=False, na_values=_EMPTY)


def _kept(folder: Path) -> list[_Kept]:
    """Return the files kept of a publisher, the newest publication last."""
    found = [_Kept(path, manifest) for path, manifest in store.manifests(folder)]
    return sorted(found, key=lambda one: one.age)


def _shared(ours: pd.DataFrame, about: Mapping[str, Any], others: list[_Kept]) -> str:
    """Say which cells other files of the publisher have too, and how many of them differ."""
    said = ""
    for one in others:
        same = all(
            {*one.manifest.get(name, about[name])} & {*about[name]}
            for name in ("reporters", "periods")
        )
        if not same or one.series != about.get("series", ""):
            continue
        both = ours.merge(one.rows(), on=[*CELL, "currency"], suffixes=("", "_there"))
        differ = int((both["value"] != both["value_there"]).sum())
        if differ:
            verb = "differs" if differ == 1 else "differ"
            said += (
                f"; {differ:,} of them {verb} from {one.manifest['file']} ({one.name}), which"
                " stays: the newest publication is used"
            )
    return said


def kept_rows(data_dir: Path) -> list[tables.Rows]:
    """Return what was kept of each publisher, one row a cell.

    Where several files have a cell, figures without doubt go before doubtful ones, then the newest
    publication; of one that does not say when it was published, the day it was fetched counts.

    Raises
    ------
    DataError
        If a kept file was changed.
    """
    parts = []
    for publisher in tables.OF_FILES:
        kept = _kept(store.fetched_dir(data_dir, publisher))
        frames = [
            one.rows().assign(_series=one.series, _order=order)
            for order, one in enumerate(kept)
        ]
        if not frames:
            continue
        together = pd.concat(frames, ignore_index=True)
        together["_ok"] = together["quality"] == "ok"
        best = together.sort_values(["_ok", "_order"], kind="stable").drop_duplicates(
            [*CELL, "currency", "_series"], keep="last"
        )
        parts.append(
            tables.rows(best.sort_index(), [one.manifest["source"] for one in kept])
        )
    return parts


def titles(data_dir: Path, publisher: str) -> dict[str, str | None]:
    """Return the title of each table kept of a publisher, by source; None if none was kept."""
    kept = _kept(store.fetched_dir(data_dir, publisher))
    return {one.name: one.manifest.get("title") for one in kept}
