"""What was fetched: folders, atomic writing, manifests, listing and removal.

Of files that were read each is kept by itself, so that none takes another's figures away.

Everything fetched lives under `data/fetched/<source>/`: Parquet or CSV files, each with a JSON
manifest of the same name that tells the request, the time, the hash and the number of records.
A file without its manifest does not count: the manifest is written last.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from catrade_build.tables.definitions import definition_of
from catrade_build.tables.paths import fetched_dir
from catrade_fetch import door
from catrade_fetch.doubts import read_as_another
from catrade_fetch.errors import FetchError
from catrade_fetch.kept import (
    CELL,
    KeptFile,
    kept_of,
    manifest_paths,
    manifests,
    sha256,
)
from catrade_fetch.publishers import Rows
from pagemill.unfinished import unfinished
from rounding.errors import choice_error, counted, some


@dataclass(frozen=True)
class FetchedEntry:
    """One thing that was fetched, as `catrade fetch list` shows it."""

    source: str
    name: str
    about: str
    fetched: datetime
    records: int
    paths: Sequence[Path] = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        items = (item for path in self.paths for item in (path, *path.rglob("*")))
        return sum(item.stat().st_size for item in items if item.is_file())

    @property
    def label(self) -> str:
        """Name by which it is removed, for example `comtrade/CHN`."""
        return f"{self.source}/{self.name}"


def now() -> str:
    """Return the present time in UTC as text, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_pair(path: Path, frame: pd.DataFrame, about: dict[str, Any]) -> None:
    """Write a Parquet or CSV file and its manifest: what it is about, time, records, SHA-256.

    An old manifest goes first: between the two, what was fetched before counts as not fetched
    (the next run asks again), where a new file with the old manifest would count as damaged.
    """
    manifest = path.with_suffix(".json")
    with _beside(path) as folder:
        file = folder / "file"
        write = frame.to_csv if path.suffix == ".csv" else frame.to_parquet
        write(file, index=False)
        sync(file)
        more = {"fetched": now(), "records": len(frame), "sha256": sha256(file)}
        written = _written(folder, about | more)
        manifest.unlink(missing_ok=True)
        file.replace(path)
        written.replace(manifest)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a manifest atomically, readable by people."""
    with _beside(path) as folder:
        written = _written(folder, content)
        written.replace(path)


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in a sentence what cannot be written."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise FetchError(
            f"{path} cannot be written: {why}; what was there stays"
        ) from error


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a folder beside `path` for what is unfinished."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished(path.parent) as folder:
            yield folder


@contextlib.contextmanager
def alone(folder: Path, waits: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Wait until nobody else writes into a folder; the system ends a dead process's lock."""
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    if lock is None:
        yield
        return
    import fcntl

    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waits()
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(lock)


def sync(path: Path) -> None:
    """Bring a file down to the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _written(folder: Path, content: dict[str, Any]) -> Path:
    """Write a manifest into a folder for what is unfinished, down to the disk."""
    path = folder / "manifest"
    text = json.dumps(content, indent=2, ensure_ascii=False)
    path.write_text(f"{text}\n", encoding="utf-8")
    sync(path)
    return path


@door.reading("what was fetched", door.DAMAGED)
def listing(data_dir: Path) -> list[FetchedEntry]:
    """List everything that was fetched: by customs table, file, BACI release and reporter.

    Raises
    ------
    FetchError
        If a manifest is damaged.
    """
    root = fetched_dir(data_dir)
    of_items: dict[Path, list[dict[str, Any]]] = {}
    for folder in sorted({path.parent for path in manifest_paths(root)}):
        for path, manifest in manifests(folder):
            item = folder if folder.parent != root else path.with_suffix("")
            of_items.setdefault(item, []).append(manifest)
    return [
        FetchedEntry(
            source=item.parent.name,
            name=item.name,
            about=_about(item.name, kept),
            fetched=datetime.fromisoformat(kept[-1]["fetched"]),
            records=sum(int(manifest["records"]) for manifest in kept),
            paths=sorted(item.parent.glob(f"{item.name}.*")) or [item],
        )
        for item, kept in sorted(of_items.items())
    ]


def _about(name: str, kept: list[dict[str, Any]]) -> str:
    if "request" not in kept[0]:
        years = sorted(kept[0].get("years", ""))
        if years:
            return f"trade of the world, six digits, {years[0]}-{years[-1]}"
        return f"{kept[0]['source']['title']}, from {kept[0]['file']}"
    requests = [manifest["request"] for manifest in kept]
    years = sorted(period[:4] for request in requests for period in request["periods"])
    partners = sorted({code for request in requests for code in request["partners"]})
    levels = ", ".join(sorted({str(request["level"]) for request in requests}))
    return f"{name} with {' '.join(some(partners))}, {years[0]}-{years[-1]}, HS level {levels}"


def remove_fetched(data_dir: Path, label: str) -> FetchedEntry:
    """Remove what was fetched under a label such as `comtrade/CHN`.

    Raises
    ------
    ParameterError
        If nothing has that label.
    """
    chosen = {entry.label: entry for entry in listing(data_dir)}
    if label not in chosen:
        raise choice_error(name="NAME", value=label, choices=chosen or ["(nothing)"])
    entry = chosen[label]
    for path in entry.paths:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:  # of a link, what it leads to is not ours
            path.unlink(missing_ok=True)
    return entry


def keep(
    read: Rows,
    file: Path,
    data_dir: Path,
    publisher: str,
    *,
    table: str = "trade",
    force: bool = False,
    **more: str | list[str],
) -> str:
    """Keep the rows of one file beside those of others; return what was kept as a sentence.

    Every file stays by itself, to be taken out by itself: where two of one publisher have a cell,
    `catrade_fetch.kept` decides. The same file again takes its own place, and so does its table
    saved in another way (as JSON, in another encoding).

    Parameters
    ----------
    table
        Whose rows they are: `trade`, or `composition_headings`.
    force
        Whether it is kept though its figures are bundled ones of other cells, or half of them far
        from the bundled ones.
    more
        What else the manifest shall hold: `series` (what tells releases of one publisher apart),
        `title` (of the table).

    Raises
    ------
    FetchError
        If a cell stands twice, figures are those of other cells (`doubts.read_as_another`), or the
        folder cannot be written. What was there before stays.
    """
    # What the manifest says; a name of its own; what others have too; then both files.
    source = read.sources.iloc[0].to_dict()
    cell = [column for column in definition_of(table).key if column != "source_id"]
    door.unique(read.rows, cell, file.name)
    is_trade = table == "trade"
    if is_trade and not force and (mistake := read_as_another(read.rows, data_dir)):
        raise FetchError(
            f"{file.name} was not kept: {mistake}; look at its headings, codes, years and unit, or"
            " give it once more with --force if it is right"
        )
    periods = sorted(set(read.rows["period"]))
    about: dict[str, Any] = {
        "file": file.name,
        "file_sha256": sha256(file),
        "table_sha256": _hash_of(read.rows, source),
        "periods": periods,
        **more,
    }
    folder = fetched_dir(data_dir, publisher)
    with alone(folder):
        files = kept_of(data_dir, publisher)
        name = _name(source, about, files)
        about["source"] = source | {"source_id": name}
        ours = read.rows.assign(source_id=name)
        others = [file for file in files if file.name != name]
        differing = _differing(ours, about, others) if is_trade else ""
        write_pair(folder / f"{name}.csv", ours, about)
    span = " and ".join(periods)
    if len(periods) > 2:
        span = f"{periods[0]} to {periods[-1]}"
    by = "" if is_trade else " by heading"
    return f"kept {counted(len(ours), 'figure')}{by} of {span} as {name}{differing}"


def _hash_of(rows: pd.DataFrame, source: Mapping[Any, Any]) -> str:
    """Return a hash of what a file says, however it was saved, and of who says it."""
    figures = rows.drop(columns="source_id")
    lines = sorted(figures.to_csv(index=False).splitlines())
    text = "\n".join([source["publisher"], source["url"], *lines])
    return hashlib.sha256(text.encode()).hexdigest()


def _name(
    source: Mapping[Any, Any], about: Mapping[str, Any], files: Sequence[KeptFile]
) -> str:
    """Return the name of the same file if it was kept, else one that no other has."""
    wanted, day = source["source_id"], source["published"]
    names = {file.name: file.manifest for file in files}
    for name, other in names.items():
        is_named_so = re.fullmatch(rf"{wanted}(-\d+)?", name) is not None
        is_file = is_named_so and other["file_sha256"] == about["file_sha256"]
        is_table = other.get("table_sha256") == about["table_sha256"]
        # One of another day is another publication; a day that was not told is told now.
        if is_file or (is_table and other["source"].get("published") in ("", day)):
            return name
    name, number = wanted, 1
    while name in names:
        number += 1
        name = f"{wanted}-{number}"
    return name


def _differing(
    ours: pd.DataFrame, about: Mapping[str, Any], others: list[KeptFile]
) -> str:
    """Say which other files of the publisher have other figures of the same cells."""
    sentence = ""
    for other in others:
        periods = other.manifest.get("periods", about["periods"])
        is_apart = {*periods}.isdisjoint(about["periods"])
        if is_apart or other.series != about.get("series", ""):
            continue
        both = ours.merge(other.rows(), on=[*CELL, "currency"], suffixes=("", "_there"))
        day = about["source"]["published"] or now()[:10]
        used = about["file"] if day >= other.age[0] else other.manifest["file"]
        if differ := (both["value"] != both["value_there"]).sum():
            sentence += (
                f"; {other.manifest['file']} ({other.name}) has other figures for {differ:,} of"
                f" them, which stay: the newest publication's are used, those of {used}"
            )
    return sentence
