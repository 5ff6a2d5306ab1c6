"""Manifests: what stands beside each file that was fetched, with its hash and where it is from.

Everything fetched lives under `data/fetched/<source>/`: Parquet or CSV files, each with a JSON
manifest of the same name. A file without its manifest does not count: it is written last.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

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


def manifests(folder: Path) -> list[tuple[Path, dict[str, Any]]]:
    """Return the manifests of a folder, oldest fetch first."""
    if not folder.is_dir():
        return []
    found = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append((path, read_json(path)))
        except DataError as error:
            # Another fetch took it away since it was listed, and writes it anew.
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
    return sorted(
        (item for item in found if "records" in item[1]), key=lambda i: i[1]["fetched"]
    )


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
