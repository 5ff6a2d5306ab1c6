"""Verify that what was fetched is there, whole, and what its manifests say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catrade.fetch import store
from catrade.fetch.kept import PUBLISHERS
from pagemill.errors import DataError

_SUFFIXES = (".parquet", ".csv")


def fetched_faults(data_dir: Path) -> list[tuple[str, str]]:
    """Return the faults below `fetched/` of a data folder: the file's path there, and a sentence.

    Files with a manifest are compared with its hash. A BACI release has gigabytes and no hash a
    file: of it the ends of the files and the number of their rows are looked at, which is done in
    a moment.
    """
    root = data_dir / "fetched"
    found = [fault for name in ("comtrade", *PUBLISHERS) for fault in _with_manifests(root / name)]
    found += _releases(root / "baci")
    return [(path.relative_to(data_dir).as_posix(), fault) for path, fault in found]


def _with_manifests(root: Path) -> Iterator[tuple[Path, str]]:
    for manifest in sorted(root.glob("**/[!.]*.json")):
        try:
            content = store.read_json(manifest)
        except DataError:
            yield manifest, "is not a readable manifest: remove it and fetch again"
            continue
        if "sha256" not in content:  # a list of what is published, which has no file beside it
            continue
        files = [path for end in _SUFFIXES if (path := manifest.with_suffix(end)).is_file()]
        if not files:
            yield manifest, "describes a file that is missing: remove it and fetch again"
        elif store.sha256(files[0]) != content["sha256"]:
            why = "was damaged or changed after it was fetched"
            yield files[0], f"{why}: remove {manifest.name} beside it and fetch again"


def _releases(root: Path) -> Iterator[tuple[Path, str]]:
    again = "import the release again with --force"
    for manifest in sorted(root.glob("[!.]*/manifest.json")):
        folder = manifest.parent
        try:
            listed = store.read_json(manifest)["years"]
            years = {str(year): int(rows) for year, rows in listed.items()}
        except (DataError, KeyError, TypeError, ValueError, AttributeError):
            yield manifest, f"is not a readable manifest: {again}"
            continue
        parts = {year: sorted((folder / f"trade/year={year}").glob("*.parquet")) for year in years}
        files = [folder / "countries.parquet", folder / "products.parquet"]
        rows = {path: _rows(path) for path in sum(parts.values(), files)}
        for path in (path for path, there in rows.items() if there is None):
            yield path, f"is missing or no whole Parquet file: {again}"
        for year, wanted in years.items():
            there = [rows[path] for path in parts[year]]
            total = sum(one for one in there if one is not None)
            if None not in there and total != wanted:
                yield (
                    folder / f"trade/year={year}",
                    f"has {total:,} rows instead of {wanted:,}: {again}",
                )


def _rows(path: Path) -> int | None:
    """Return the rows of a Parquet file by the description at its end; None if it has none."""
    from pyarrow import ArrowException, parquet

    try:
        return int(parquet.ParquetFile(path).metadata.num_rows)
    except (ArrowException, OSError):
        return None
