"""What was fetched: folders, atomic writing, manifests, listing and removal.

Everything fetched lives under `data/fetched/<source>/`: Parquet or CSV files, each with a JSON
manifest of the same name that tells the request, the time, the hash and the number of records.
A file without its manifest does not count: the manifest is written last.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from catrade.errors import FetchError
from catrade.tables import paths as folders
from pagemill.unfinished import PREFIX, clear, unfinished
from rounding.errors import DataError, choice_error


@dataclass(frozen=True)
class Entry:
    """One thing that was fetched, as `catrade fetch list` shows it."""

    source: str
    name: str
    about: str
    fetched: datetime
    records: int
    paths: tuple[Path, ...] = field(repr=False)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        items = (item for path in self.paths for item in (path, *path.rglob("*")))
        return sum(item.stat().st_size for item in items if item.is_file())

    @property
    def label(self) -> str:
        """Name by which it is removed, for example `comtrade/CHN`."""
        return f"{self.source}/{self.name}"


def fetched_dir(data_dir: Path, source: str) -> Path:
    """Return the folder of one source (it need not exist)."""
    return folders.fetched_dir(data_dir) / source


def now() -> str:
    """Return the present time in UTC as text, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_time(text: str) -> datetime:
    """Read a time written by `now`.

    Examples
    --------
    >>> parse_time("2026-11-24T08:00:00Z").isoformat()
    '2026-11-24T08:00:00+00:00'
    """
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def clear_unfinished(data_dir: Path, source: str) -> None:
    """Remove what killed runs left below the folder of a source."""
    root = fetched_dir(data_dir, source)
    for folder in [
        root,
        *(path for path in root.glob("**/") if PREFIX not in str(path)),
    ]:
        clear(folder)


def write_pair(
    path: Path,
    write: Callable[[Path], object],
    describe: Callable[[str], dict[str, Any]],
) -> None:
    """Write a file and its manifest; `describe` makes the manifest from the file's SHA-256.

    An old manifest goes first: between the two, what was fetched before counts as not fetched
    (the next run asks again), where a new file with the old manifest would count as damaged.
    """
    manifest = path.with_suffix(".json")
    with _writing(path) as folder:
        write(folder / "file")
        text = _json(describe(sha256(_synced(folder / "file"))))
        (folder / "manifest").write_text(text, encoding="utf-8")
        _synced(folder / "manifest")
        manifest.unlink(missing_ok=True)
        (folder / "file").replace(path)
        (folder / "manifest").replace(manifest)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write a manifest atomically, readable by people."""
    with _writing(path) as folder:
        (folder / "manifest").write_text(_json(content), encoding="utf-8")
        _synced(folder / "manifest").replace(path)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[Path]:
    """Give a folder beside `path` for what is unfinished; what cannot be written is a sentence."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished(path.parent) as folder:
            yield folder
    except OSError as error:
        raise _unwritable(path, error) from error


@contextlib.contextmanager
def alone(folder: Path, waits: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Wait until nobody else writes into a folder; the system ends a dead process's lock."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder, os.O_RDONLY) if os.name == "posix" else None
    except OSError as error:
        raise _unwritable(folder, error) from error
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


def _unwritable(path: Path, error: OSError) -> FetchError:
    return FetchError(
        f"{path} cannot be written: {error.strerror or error}; what was there stays"
    )


def _synced(path: Path) -> Path:
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False, sort_keys=False) + "\n"


def read_json(path: Path) -> dict[str, Any]:
    """Read a manifest.

    Raises
    ------
    DataError
        If it is not readable JSON.
    """
    try:
        return {**json.loads(path.read_text(encoding="utf-8"))}
    except (OSError, ValueError, TypeError) as error:
        raise DataError(
            f"{path} is not a readable manifest; remove it and fetch again"
        ) from error


def manifests(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Return the manifests of a folder, oldest fetch first."""
    if not folder.is_dir():
        return []
    found = [(path, read_json(path)) for path in sorted(folder.glob("*.json"))]
    return sorted(
        (item for item in found if "records" in item[1]), key=lambda i: i[1]["fetched"]
    )


def stamps(data_dir: Path, source: str) -> set[tuple[Path, int]]:
    """Return a source's files that have their manifest, and when they were written."""
    found = fetched_dir(data_dir, source).glob("*/*.parquet")
    return {
        (p, p.stat().st_mtime_ns) for p in found if p.with_suffix(".json").is_file()
    }


def check_hash(path: Path, expected: str) -> None:
    """Refuse a file that is not what its manifest says.

    Raises
    ------
    DataError
        If the file is missing or differs.
    """
    if not path.is_file() or sha256(path) != expected:
        raise DataError(
            f"{path} is missing or was changed after it was fetched;"
            f" remove {path.with_suffix('.json').name} beside it and fetch again"
        )


def fetched_faults(data_dir: Path) -> list[tuple[str, str]]:
    """Return the faults below `fetched/` of a data folder: the file's path there, and a sentence.

    Files with a manifest are compared with its hash. A BACI release has gigabytes and no hash a
    file: of it the ends of the files and the number of their rows are looked at, which is done in
    a moment.
    """
    root = folders.fetched_dir(data_dir)
    found: list[tuple[Path, str]] = []
    for manifest in sorted(
        {*root.glob("*/*.json"), *root.glob("*/[!.]*/**/[!.]*.json")}
    ):
        release = manifest.parent.parent == root / "baci"
        again = (
            "import the release again with --force"
            if release
            else "remove it and fetch again"
        )
        try:
            faults = _release_faults if release else _pair_faults
            found += list(faults(manifest, read_json(manifest)))
        except (DataError, KeyError, TypeError, ValueError, AttributeError):
            found.append((manifest, f"is not a readable manifest: {again}"))
    return [
        (f"fetched/{path.relative_to(root).as_posix()}", fault) for path, fault in found
    ]


def _pair_faults(manifest: Path, content: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    if (
        "sha256" not in content
    ):  # a list of what is published, which has no file beside it
        return
    files = [
        path
        for path in map(manifest.with_suffix, (".parquet", ".csv"))
        if path.is_file()
    ]
    if not files:
        yield manifest, "describes a file that is missing: remove it and fetch again"
    elif sha256(files[0]) != content["sha256"]:
        why = "was damaged or changed after it was fetched"
        yield files[0], f"{why}: remove {manifest.name} beside it and fetch again"


def _release_faults(
    manifest: Path, content: dict[str, Any]
) -> Iterator[tuple[Path, str]]:
    again, folder = "import the release again with --force", manifest.parent
    years = {str(year): int(rows) for year, rows in content["years"].items()}
    for name in ("countries", "products"):
        path = folder / f"{name}.parquet"
        if _parquet_rows(path) is None:
            yield path, f"is missing or no whole Parquet file: {again}"
    for year, wanted in years.items():
        part = folder / f"trade/year={year}"
        rows = {path: _parquet_rows(path) for path in sorted(part.glob("*.parquet"))}
        for path in (path for path, there in rows.items() if there is None):
            yield path, f"is missing or no whole Parquet file: {again}"
        total = sum(there or 0 for there in rows.values())
        if None not in rows.values() and total != wanted:
            yield part, f"has {total:,} rows instead of {wanted:,}: {again}"


def _parquet_rows(path: Path) -> int | None:
    """Return the rows of a Parquet file by the description at its end; None if it has none."""
    from pyarrow import ArrowException, parquet

    try:
        return int(parquet.ParquetFile(path).metadata.num_rows)
    except (ArrowException, OSError):
        return None


def listing(data_dir: Path) -> list[Entry]:
    """List everything that was fetched: by customs table, file, BACI release and reporter."""
    root = folders.fetched_dir(data_dir)
    found: dict[Path, list[dict[str, Any]]] = {}
    paths = (*root.glob("*/*.json"), *root.glob("*/[!.]*/*.json"))
    for folder in sorted({path.parent for path in paths}):
        for path, manifest in manifests(folder):
            one = folder if folder.parent != root else path.with_suffix("")
            found.setdefault(one, []).append(manifest)
    return [
        Entry(
            source=one.parent.name,
            name=one.name,
            about=_about(one.name, kept),
            fetched=parse_time(kept[-1]["fetched"]),
            records=sum(int(manifest["records"]) for manifest in kept),
            paths=(one,)
            if one.is_dir()
            else tuple(sorted(one.parent.glob(f"{one.name}.*"))),
        )
        for one, kept in sorted(found.items())
    ]


def _about(name: str, kept: list[dict[str, Any]]) -> str:
    if "request" not in kept[0]:
        years = sorted(kept[0].get("years", ""))
        if years:
            return f"trade of the world, six digits, {years[0]}-{years[-1]}"
        return f"{kept[0]['source']['title']}, from {kept[0]['file']}"
    requests = [manifest["request"] for manifest in kept]
    years = sorted(
        {period[:4] for request in requests for period in request["periods"]}
    )
    partners = sorted(
        {partner for request in requests for partner in request["partners"]}
    )
    levels = ", ".join(sorted({str(request["level"]) for request in requests}))
    some = f"{' '.join(partners[:8])}{' …' if len(partners) > 8 else ''}"
    return f"{name} with {some}, {years[0]}-{years[-1]}, HS level {levels}"


def remove(data_dir: Path, label: str, entries: list[Entry]) -> Entry:
    """Remove what was fetched under a label such as `comtrade/CHN`.

    Raises
    ------
    ParameterError
        If nothing has that label.
    """
    chosen = {entry.label: entry for entry in entries}
    if label not in chosen:
        raise choice_error(name="NAME", value=label, choices=chosen or ["(nothing)"])
    entry = chosen[label]
    root = folders.fetched_dir(data_dir).resolve()
    for path in entry.paths:
        if not path.resolve().is_relative_to(
            root
        ):  # never remove what fetch did not make
            raise DataError(f"{path} is outside {root} and is left alone")
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return entry
