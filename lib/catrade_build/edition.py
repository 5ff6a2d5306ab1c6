"""An edition: the wide tables, made when they are first asked for and kept for every process.

An edition belongs to a state of data and code and to the day it is known as of. Each of its tables
is a file whose name holds the hash of all three, in the user's folder of caches: Parquet behind a
hash of its own. Whatever is wrong with such a file, the table is made anew; nothing is read that
others may have written.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
import io
import json
import os
import stat
import sys
import tempfile
import time
from importlib import metadata
from pathlib import Path

import pandas as pd

from catrade_build.columns import definitions
from catrade_build.kept import TABLES as CHOSEN_FROM
from catrade_build.tables import as_of
from catrade_build.tables.names import GROUPS, UNIONS
from catrade_build.tables.paths import code_of, data_dir, definitions_file
from catrade_build.tables.trade import state_of_files
from pagemill.files import hash_of
from pagemill.reads import is_checking, note_reading

#: Files of tables in the folder of caches come to at most so many bytes.
MOST = 500_000_000
#: Code saved after it is not the code of this process.
IMPORTED = time.time()
_LIBRARY = Path(__file__).parents[1]
#: Bytes of the hash of all that follows, at the beginning of a file.
_DIGEST = 32
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
#: Packages that decide what is made.
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
    for read in read_by(name):
        note_reading(read)
    return _table(name, as_of.current(), state_of_files()).copy(deep=False)


def read_by(name: str) -> list[str]:
    """Return the tables of data that a table is made of: who takes it kept has read them, too."""
    return [*CHOSEN_FROM, *definitions()[name].get("reads", ())]


@functools.lru_cache(maxsize=64)
def _table(name: str, day: dt.date | None, state: object) -> pd.DataFrame:
    code = code_of(_LIBRARY / "catrade_build", _LIBRARY / "rounding")
    # A page that is checked rests on nothing kept; code edited since is not what runs here. Who has
    # a table made has it as all others will: text is stored in another way while it is made.
    if is_checking() or max(map(_saved_at, code)) > IMPORTED:
        return _opened(_sealed(_made(name)))
    kept_as = f"{name}-{day or 'all'}-{_hash_of_state(tuple(code), state)}.kept"
    # There may be none, another's, or a damaged one.
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        return _opened(_own_bytes(folder() / kept_as))
    sealed = _sealed(_made(name))
    # There may be no home, no room, or none that can be written to.
    with contextlib.suppress(OSError, RuntimeError):
        _save(sealed, folder() / kept_as)
        _let_go(folder())
    return _opened(sealed)


def _made(name: str) -> pd.DataFrame:
    # Whoever reads kept tables alone waits for nothing that makes them.
    from catrade_build.makers import TABLES

    # Rows are taken one by one and in small parts, in which Arrow's text is slower and larger.
    with pd.option_context("mode.string_storage", "python"):
        return TABLES[name]()


def folder() -> Path:
    """Return the folder of kept tables: in CATRADE_CACHE, else in the user's folder of caches."""
    named = os.environ.get("XDG_CACHE_HOME")
    caches = Path(named) if named else Path.home() / ".cache"
    return Path(os.environ.get("CATRADE_CACHE") or caches / "catrade") / "editions"


@functools.lru_cache(maxsize=4)
def _hash_of_state(code: tuple[Path, ...], _state: object) -> str:
    """Return the hash of all that a table rests on: data in that state, code, and libraries."""
    data = data_dir()
    files = sorted(file for file in data.rglob("*") if file.is_file())
    made_with = [
        sys.version,
        *map(metadata.version, _PACKAGES),
        hash_of(code, _LIBRARY),
        hash_of(files, data),
        hash_of([definitions_file()]),
        # As this process knows them: it may have read the table of countries before it changed.
        [*GROUPS.items(), *UNIONS.items()],
    ]
    return hashlib.sha256(json.dumps(made_with).encode()).hexdigest()


def _sealed(table: pd.DataFrame) -> bytes:
    """Return a table as Parquet behind the hash of it, by which a changed byte is seen."""
    content: bytes = table.to_parquet(index=False)
    return hashlib.sha256(content).digest() + content


def _opened(sealed: bytes) -> pd.DataFrame:
    digest, content = sealed[:_DIGEST], sealed[_DIGEST:]
    if hashlib.sha256(content).digest() != digest:
        raise ValueError("it is cut or was changed")
    return pd.read_parquet(io.BytesIO(content))


def _own_bytes(file: Path) -> bytes:
    """Return what a file holds that nobody but the user can have put there.

    A link may lead to anything, and what others can write to may be another file by the time it is
    read; so the file that is open is looked at, and its folder.
    """
    number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with os.fdopen(number, "rb") as opened:
        for about in (os.fstat(number), file.parent.stat()):
            if about.st_uid != os.getuid() or about.st_mode & _OTHERS_WRITE:
                raise PermissionError(f"{file} may be of somebody else")
        return opened.read()


def _save(content: bytes, file: Path) -> None:
    """Write a file beside its place and move it there, so that nobody reads half of it."""
    file.parent.mkdir(0o700, parents=True, exist_ok=True)
    number, unfinished = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(number, "wb") as target:
            target.write(content)
        os.replace(unfinished, file)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _let_go(kept: Path) -> None:
    """Delete the oldest files of a folder where all are more than is kept."""
    size = 0
    for file in sorted(kept.iterdir(), key=_saved_at, reverse=True):
        size += file.stat().st_size
        if size > MOST:
            file.unlink(missing_ok=True)


def _saved_at(file: Path) -> float:
    return file.stat().st_mtime
