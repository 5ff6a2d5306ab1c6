"""An edition: the wide tables, made when they are first asked for and kept for every process.

An edition belongs to a state of data and code and to the day it is known as of. Each of its tables
is a Parquet file whose name holds the hash of all three, in the user's folder of caches. Whatever
is wrong with such a file, the table is made anew; nothing is read that others may have written.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
import io
import os
import stat
import sys
import tempfile
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pandas as pd

from catrade.tables import as_of
from catrade.tables.paths import data_dir, definitions_file, fetched_dir
from catrade.tables.trade import state_of_files
from catrade_build.figures import figures

#: The tables of an edition, by name; each is made of what is read as of the day that holds.
TABLES: dict[str, Callable[[], pd.DataFrame]] = {"figures": figures}
#: Files of tables in the folder of caches come to at most so many bytes.
MOST = 500_000_000
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
_LIBRARY = Path(__file__).parents[1]
_CODE = ("catrade_build", "catrade", "rounding")
_PACKAGES = ("duckdb", "numpy", "pandas", "pyarrow")


def table(name: str) -> pd.DataFrame:
    """Return a table of the edition of all that is held, or of the day that tables are read of.

    Each caller has a frame of its own, whose columns pandas copies if they are written to.

    Examples
    --------
    >>> rows = table("figures").query("reporter == 'CHN' and partner == 'KAZ' and flow == 'total'")
    >>> year = rows.query("freq == 'year' and year == 2025 and currency == 'USD'")
    >>> year[["value", "mirror", "leader"]].round(1).values.tolist()
    [[48.7, 34.2, '']]
    """
    return _table(name, as_of.current(), state_of_files()).copy(deep=False)


@functools.lru_cache(maxsize=64)
def _table(name: str, day: dt.date | None, _state: object) -> pd.DataFrame:
    file = cache_folder() / f"{name}-{_key(day)}.parquet"
    with contextlib.suppress(OSError, ValueError):  # none, another's, or a damaged one
        return pd.read_parquet(io.BytesIO(_own_bytes(file)))
    made = TABLES[name]()
    with contextlib.suppress(
        OSError, RuntimeError
    ):  # no home, no room, not to be written to
        _save(made, file)
    return made


def cache_folder() -> Path:
    """Return the folder of kept tables: what CATRADE_CACHE names, else in the user's caches."""
    named = os.environ.get("XDG_CACHE_HOME")
    caches = Path(named) if named else Path.home() / ".cache"
    return Path(os.environ.get("CATRADE_CACHE") or caches / "catrade") / "editions"


def _key(day: dt.date | None) -> str:
    """Return the hash of all that a table rests on: data, code, packages, and the day."""
    digest = hashlib.sha256()
    digest.update(sys.version.encode())
    for package in _PACKAGES:
        digest.update(metadata.version(package).encode())
    data = data_dir()
    tables = [*data.glob("*.csv"), *fetched_dir(data).rglob("*.csv")]
    code = [file for room in _CODE for file in (_LIBRARY / room).rglob("*.*")]
    code = [file for file in code if file.suffix in {".py", ".sql", ".yaml", ".txt"}]
    for file in [definitions_file(), *sorted(tables), *sorted(code)]:
        digest.update(f"\0{file.name}\0".encode())
        digest.update(file.read_bytes())
    digest.update(f"\0{day}".encode())
    return digest.hexdigest()[:32]


def _own_bytes(file: Path) -> bytes:
    """Return what a file holds that nobody but the user can have written.

    A link may lead to anything, so it is not followed; the file that is open is looked at, and its
    folder.

    Raises
    ------
    PermissionError
        If either is another's or can be written by others.
    """
    number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(number, "rb") as opened:
        for about in (os.fstat(number), file.parent.stat()):
            if about.st_uid != os.getuid() or about.st_mode & _OTHERS_WRITE:
                raise PermissionError(f"{file} may be of somebody else")
        return opened.read()


def _save(made: pd.DataFrame, file: Path) -> None:
    """Write a table beside its place and move it there; then let the longest unused ones go."""
    folder = file.parent
    folder.mkdir(0o700, parents=True, exist_ok=True)
    number, unfinished = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(number, "wb") as target:
            made.to_parquet(target, index=False)
        os.replace(unfinished, file)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
    newest_first = sorted(folder.iterdir(), key=_written_at, reverse=True)
    size = 0
    for kept in newest_first:
        size += kept.stat().st_size
        if size > MOST:
            kept.unlink(missing_ok=True)


def _written_at(file: Path) -> float:
    return file.stat().st_mtime
