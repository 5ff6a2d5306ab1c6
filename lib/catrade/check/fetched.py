"""What was fetched is as it was when it came: hashes of files, rows of BACI's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catrade.tables.manifests import read_json, sha256
from catrade.tables.paths import fetched_dir
from rounding.errors import DataError


def fetched_faults(data_dir: Path) -> list[tuple[str, str]]:
    """Return the faults below `fetched/` of a data folder: the file's path there, and a sentence.

    Files with a manifest are compared with its hash. A BACI release has gigabytes and no hash a
    file: of it the ends of the files and the number of their rows are looked at, which is done in
    a moment.
    """
    root = fetched_dir(data_dir)
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
