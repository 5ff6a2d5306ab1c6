"""What `catrade check` says of what was fetched: it must be as it was when it came.

Hashes of files, rows of BACI's, and whether the tables hold it all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from catrade_build.tables.paths import WRITTEN, fetched_dir
from catrade_fetch.doubts import sentences
from catrade_fetch.errors import FetchError
from catrade_fetch.kept import manifest_paths, read_json, sha256
from rounding.errors import DataError

_AGAIN = "import the release again with --force"


def check_fetched(data_dir: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the faults of what was fetched, each with its file, and what is not sure of it."""
    if not fetched_dir(data_dir).is_dir():
        return [], []
    faults = fetched_faults(data_dir)
    if faults:
        return faults, []
    from catrade_fetch.rows import is_written, trade_rows  # takes its time

    try:
        doubts = sentences(trade_rows(data_dir).rows)
    except FetchError as error:
        return [("fetched", str(error))], []
    if is_written(data_dir):
        return [], doubts
    unwritten = (
        "the tables do not hold all that was fetched, as it is now: run catrade fetch list, which"
        " writes it there"
    )
    if (fetched_dir(data_dir) / WRITTEN).is_file():
        return [], [*doubts, unwritten]
    return [("fetched", unwritten)], doubts


def fetched_faults(data_dir: Path) -> list[tuple[str, str]]:
    """Return the faults below `fetched/` of a data folder: the file's path there, and a sentence.

    Files with a manifest are compared with its hash. A BACI release has gigabytes and no hash a
    file: of it the ends of the files and the number of their rows are looked at, which is done in
    a moment.
    """
    root = fetched_dir(data_dir)
    faults: list[tuple[Path, str]] = []
    for manifest in manifest_paths(root):
        faults_of, again = _pair_faults, "remove it and fetch again"
        if manifest.parent.parent == root / "baci":
            faults_of, again = _release_faults, _AGAIN
        try:
            faults += faults_of(manifest, read_json(manifest))
        except (DataError, KeyError, TypeError, ValueError, AttributeError):
            faults.append((manifest, f"is not a readable manifest: {again}"))
    return [
        (f"fetched/{path.relative_to(root).as_posix()}", fault)
        for path, fault in faults
    ]


def _pair_faults(manifest: Path, content: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    # A list of pairs, or of what is published, has no file beside it.
    if "records" not in content:
        return
    datetime.fromisoformat(content["fetched"])
    paths = map(manifest.with_suffix, (".parquet", ".csv"))
    files = [path for path in paths if path.is_file()]
    if not files:
        yield manifest, "describes a file that is missing: remove it and fetch again"
    elif sha256(files[0]) != content["sha256"]:
        why = "was damaged or changed after it was fetched"
        yield files[0], f"{why}: remove {manifest.name} beside it and fetch again"


def _release_faults(
    manifest: Path, content: dict[str, Any]
) -> Iterator[tuple[Path, str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Of each file its end is read, which says how many rows it has.
    wanted = {"countries.parquet": None}
    for year, count in content["years"].items():
        wanted[f"trade/year={year}/part-000.parquet"] = count
    for name, count in wanted.items():
        file = manifest.parent / name
        try:
            total = pq.read_metadata(file).num_rows
        except (OSError, pa.ArrowException):
            yield file, f"is missing or no whole Parquet file: {_AGAIN}"
            continue
        if count not in (None, total):
            yield file, f"has {total:,} rows instead of {count:,}: {_AGAIN}"
