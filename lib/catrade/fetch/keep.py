"""Files that were read: each kept by itself, so that none takes another's figures away."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from catrade.fetch import door, store
from catrade.tables.kept import CELL, Kept, kept_of, read_json, sha256
from catrade.tables.paths import fetched_dir
from catrade.tables.publishers import Rows


def keep(
    read: Rows,
    file: Path,
    data_dir: Path,
    publisher: str,
    **more: str | list[str],
) -> str:
    """Keep the rows of one file beside those of others; return what was kept as a sentence.

    Every file stays by itself, to be taken out by itself: where two of one publisher have a cell,
    `catrade.tables.kept` decides. The same file again takes its own place.

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
    door.unique(read.rows, [*CELL, "currency"], file.name)
    periods = sorted(set(read.rows["period"]))
    about: dict[str, Any] = {
        "file": file.name,
        "file_sha256": sha256(file),
        "reporters": sorted(set(read.rows["reporter"])),
        "periods": periods,
        **more,
    }
    folder = fetched_dir(data_dir, publisher)
    with store.alone(folder):
        name = _free(folder, source["source_id"], about["file_sha256"])
        about["source"] = source | {"source_id": name}
        ours = read.rows.assign(source_id=name)
        said = _shared(
            ours,
            about,
            [one for one in kept_of(data_dir, publisher) if one.name != name],
        )
        store.write_pair(folder / f"{name}.csv", ours, about)
    few = " and ".join(periods)
    if len(periods) > 2:
        few = f"{periods[0]} to {periods[-1]}"
    figures = "1 figure" if len(ours) == 1 else f"{len(ours)} figures"
    return f"kept {figures} of {few} as {name}{said}"


def _free(folder: Path, wanted: str, digest: object) -> str:
    """Return a name that no other file has: `wanted`, or that with a number behind it."""
    for number in itertools.count(1):
        name = wanted if number == 1 else f"{wanted}-{number}"
        there = folder / f"{name}.json"
        if not there.is_file() or read_json(there).get("file_sha256") == digest:
            return name
    raise AssertionError


def _shared(ours: pd.DataFrame, about: Mapping[str, Any], others: list[Kept]) -> str:
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
