"""Files that were fetched: their manifests, which of them has a cell, and which says it best.

Everything fetched lives under `data/fetched/<source>/`: Parquet or CSV files, each with a JSON
manifest of the same name, which says its hash and where it is from. A file without its manifest
does not count: it is written last.

A file that was read is kept by itself as `data/fetched/<publisher>/<source id>.csv`, in the columns
of trade.csv; its manifest has the row of the table `sources`, the file's name and hash, and the
time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from catrade_build.tables.definitions import definition_of
from catrade_build.tables.paths import fetched_dir
from catrade_fetch import publishers
from rounding.errors import DataError


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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


def manifest_paths(root: Path) -> list[Path]:
    """Return the manifests below the folder of what was fetched, and nothing unfinished."""
    return sorted([*root.glob("*/*.json"), *root.glob("*/[!.]*/*.json")])


def manifests(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Return the manifests of a folder, oldest fetch first."""
    if not folder.is_dir():
        return []
    kept = []
    for path in sorted(folder.glob("*.json")):
        try:
            manifest = read_json(path)
        except DataError as error:
            # Another fetch took it away since it was listed, and writes it anew.
            if isinstance(error.__cause__, FileNotFoundError):
                continue
            raise
        if "records" in manifest:
            kept.append((path, manifest))
    return sorted(kept, key=lambda pair: pair[1]["fetched"])


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


#: What a figure is about, besides its currency.
CELL = ["reporter", "partner", "period", "flow"]
_KINDS = {
    name: float if column.kind == "number" else str
    for table in ("trade", "composition_headings")
    for name, column in definition_of(table).columns.items()
}
_EMPTY = {name: "" for name, kind in _KINDS.items() if kind is float}


@dataclass(frozen=True)
class KeptFile:
    """A file that was kept: its name in the list, its manifest, and its rows when asked."""

    path: Path
    manifest: dict[str, Any]

    @property
    def name(self) -> str:
        """Its source id."""
        return self.path.stem

    @property
    def series(self) -> str:
        """What tells releases of one publisher apart, such as customs' first one."""
        return str(self.manifest.get("series", ""))

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
        check_hash(file, self.manifest["sha256"])
        return pd.read_csv(file, dtype=_KINDS, keep_default_na=False, na_values=_EMPTY)


def kept_of(data_dir: Path, publisher: str) -> list[KeptFile]:
    """Return the files kept of a publisher, the newest publication last."""
    folder = fetched_dir(data_dir, publisher)
    files = [KeptFile(path, manifest) for path, manifest in manifests(folder)]
    return sorted(files, key=lambda file: file.age)


def kept_rows(
    data_dir: Path, names: Sequence[str], table: str = "trade"
) -> publishers.Rows:
    """Return what was kept of publishers, one row a cell of each.

    Where several files have a cell, figures without doubt go before doubtful ones, then the newest
    publication; of one that does not say when it was published, the day it was fetched counts.

    Raises
    ------
    DataError
        If a kept file was changed.
    """
    definition = definition_of(table)
    columns = tuple(definition.columns)
    files = [file for name in names for file in kept_of(data_dir, name)]
    if not files:
        return publishers.sourced_rows([], [], columns)
    frames = [
        file.rows().assign(_of=f"{file.path.parent}{file.series}") for file in files
    ]
    rows = pd.concat(frames, ignore_index=True)
    rows["_ok"] = rows.get("quality", "ok") == "ok"
    cell = [column for column in definition.key if column != "source_id"]
    sound_last = rows.sort_values("_ok", kind="stable")
    best = sound_last.drop_duplicates([*cell, "_of"], keep="last").sort_index()
    sources = [file.manifest["source"] for file in files]
    return publishers.sourced_rows(best, sources, columns)
