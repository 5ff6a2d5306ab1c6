"""Files in the user's folder of caches: named by all they rest on, and nobody else's."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
import tempfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from catrade_build.tables.names import GROUPS, UNIONS
from catrade_build.tables.paths import data_dir, definitions_file
from pagemill.files import hash_of

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_LIBRARIES = ("duckdb", "numpy", "pandas", "pyarrow")
#: Endings of files that decide what is made.
_CODE = {".py", ".sql", ".csv", ".txt", ".yaml"}


def cache_folder() -> Path:
    """Return the folder that CATRADE_CACHE names, else one in the user's folder of caches."""
    named = os.environ.get("XDG_CACHE_HOME")
    caches = Path(named) if named else Path.home() / ".cache"
    return Path(os.environ.get("CATRADE_CACHE") or caches / "catrade")


def code_of(*rooms: Path) -> list[Path]:
    """Return the files of code, rules and words in some folders."""
    every = (file for room in rooms for file in room.rglob("*.*"))
    return sorted(file for file in every if file.suffix in _CODE)


def hash_of_state(code: Iterable[Path], base: Path) -> str:
    """Return the hash of all that a result rests on: data, code below `base`, and libraries."""
    data = data_dir()
    files = sorted(file for file in data.rglob("*") if file.is_file())
    made_with = [
        sys.version,
        *map(metadata.version, _LIBRARIES),
        hash_of(code, base),
        hash_of(files, data),
        hash_of([definitions_file()]),
        # As this process knows them: it may have read the table of countries before it changed.
        [*GROUPS.items(), *UNIONS.items()],
    ]
    return hashlib.sha256(json.dumps(made_with).encode()).hexdigest()


def own_bytes(file: Path) -> bytes:
    """Return what a file holds that nobody but the user can have put there.

    A link may lead to anything, and what others can write to may be another file by the time it is
    read; so the file that is open is looked at, and its folder.

    Raises
    ------
    PermissionError
        If it, or its folder, is another's or can be written by others.
    """
    number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(number, "rb") as opened:
        for about in (os.fstat(number), file.parent.stat()):
            if about.st_uid != os.getuid() or about.st_mode & _OTHERS_WRITE:
                raise PermissionError(f"{file} may be of somebody else")
        return opened.read()


def save(content: bytes, file: Path) -> None:
    """Write a file beside its place and move it there, so that nobody reads half of it."""
    folder = file.parent
    folder.mkdir(0o700, parents=True, exist_ok=True)
    number, unfinished = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(number, "wb") as target:
            target.write(content)
        os.replace(unfinished, file)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def saved_at(file: Path) -> float:
    """Return when a file was last written, in seconds since 1970."""
    return file.stat().st_mtime
