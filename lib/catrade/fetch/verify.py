"""Verify that what was fetched is there, whole, and what its manifests say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from catrade.errors import DataError
from catrade.fetch import store

_SUFFIXES = (".parquet", ".csv")


def fetched_faults(data_dir: Path) -> list[tuple[str, str]]:
    """Return the faults below `fetched/` of a data folder: the file's path there, and a sentence.

    UN Comtrade's and the customs' files are compared with the hashes of their manifests. A BACI
    release has gigabytes and no hash a file: of it the ends of the files and the number of their
    rows are looked at, which is done in a moment.
    """
    root = data_dir / "fetched"
    found = [*_with_manifests(root / "comtrade"), *_with_manifests(root / "gacc")]
    found += [*_releases(root / "baci")]
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
        file = next(
            (path for end in _SUFFIXES if (path := manifest.with_suffix(end)).is_file()), None
        )
        if file is None:
            yield manifest, "describes a file that is missing: remove it and fetch again"
        elif store.sha256(file) != content["sha256"]:
            yield (
                file,
                "was damaged or changed after it was fetched:"
                f" remove {manifest.name} beside it and fetch again",
            )


def _releases(root: Path) -> Iterator[tuple[Path, str]]:
    for manifest in sorted(root.glob("[!.]*/manifest.json")):
        again = "import the release again with --force"
        try:
            listed = store.read_json(manifest)["years"]
            years = {str(year): int(rows) for year, rows in listed.items()}
        except (DataError, KeyError, TypeError, ValueError, AttributeError):
            yield manifest, f"is not a readable manifest: {again}"
            continue
        folder = manifest.parent
        files = [folder / "countries.parquet", folder / "products.parquet"]
        for year, rows in sorted(years.items()):
            parts = sorted((folder / "trade" / f"year={year}").glob("*.parquet"))
            there = _rows(parts)
            if there is None:
                files += parts
            elif there != rows:
                yield (
                    folder / "trade" / f"year={year}",
                    f"has {there:,} rows instead of {rows:,}: {again}",
                )
        for file in files:
            if _rows([file]) is None:
                yield file, f"is missing or no whole Parquet file: {again}"


def _rows(parts: list[Path]) -> int | None:
    """Return the rows of Parquet files by the descriptions at their ends; None if one has none."""
    import duckdb

    if not parts:
        return 0
    try:
        with duckdb.connect() as con:
            row = con.execute(
                "SELECT sum(num_rows)::BIGINT FROM parquet_file_metadata(?)",
                [[str(part) for part in parts]],
            ).fetchone()
    except duckdb.Error:
        return None
    return int(row[0]) if row else 0
