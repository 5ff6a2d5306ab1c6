"""What is made of chosen figures is made once: in a process, and for those that come after it.

`kept` holds results in memory until a file of data changes. The server of kernels saves those that
are frames in the user's folder of caches; it and whoever explores (JupyterLab, a script, papermill)
take them from there, as long as data, code and libraries are those that they were made with: their
hash is the file's name.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
import inspect
import json
import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import pandas as pd
import pyarrow as pa

from catrade.tables import as_of
from catrade.tables.paths import data_dir, definitions_file
from catrade.tables.trade import state_of_files
from pagemill.provenance import hash_of
from pagemill.reads import is_checking, note_reading

P = ParamSpec("P")
T = TypeVar("T")

#: The tables that chosen figures rest on.
TABLES = (
    "composition",
    "composition_totals",
    "countries",
    "exchange_rates",
    "hs_chapters",
    "sources",
    "trade",
    "trade_shares",
)
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH
#: Code saved so few seconds ago may not be the code that was imported.
SETTLED = 60
#: Code saved after it is not the code of this process.
IMPORTED = time.time()
#: Files that are kept: of so many checkouts, branches or folders of data.
FILES = 3
# Bytes of the hash at the beginning, and where a frame says what it is.
_DIGEST, _KEY = 32, b"catrade"
_LIBRARY = Path(__file__).parents[2]
#: Endings of files that decide what is made.
_CODE = {".py", ".sql", ".csv", ".txt", ".yaml"}
#: By the name of what made it, the day it is known as of, and what was asked.
_kept: dict[tuple[Any, ...], Any] = {}
_of_state: list[object] = []


def kept(function: Callable[P, T]) -> Callable[P, T]:
    """Keep what a function makes of chosen figures until a file of data changes.

    Each caller has a frame of its own, whose columns pandas copies if they are written to.
    """
    signature = inspect.signature(function)
    name = f"{function.__module__}.{function.__qualname__}"

    @functools.wraps(function)
    def keeping(*args: P.args, **kwargs: P.kwargs) -> T:
        for table in TABLES:
            note_reading(table)  # also by who finds it computed
        _forget_the_old()
        # However it is asked for: `chosen()` is `chosen("annual")`.
        asked = signature.bind(*args, **kwargs)
        asked.apply_defaults()
        key = (name, as_of.current(), *asked.arguments.items())
        if not _kept:
            take()  # what reports have made is there for who explores, too
        if key not in _kept:
            _kept[key] = function(*args, **kwargs)
        result = _kept[key]
        if isinstance(result, pd.DataFrame):
            result = result.copy(deep=False)
        return cast("T", result)

    return keeping


def _forget_the_old() -> None:
    now = state_of_files()
    if _of_state != [now]:
        _kept.clear()
        _of_state[:] = [now]


def cache_folder() -> Path:
    """Return where frames are saved: a file for each state of data and code, the newest few.

    It is the folder that CATRADE_CACHE names, else one in the user's folder of caches.
    """
    named = os.environ.get("XDG_CACHE_HOME")
    caches = Path(named) if named else Path.home() / ".cache"
    return Path(os.environ.get("CATRADE_CACHE") or caches / "catrade")


def take() -> int:
    """Take the frames that an earlier process saved, if they are of this data and this code.

    Returns how many frames are kept then. Whatever is wrong with the file, they are made anew; a
    page that is checked (`pagemill verify`) is made without them. A kernel that has been open while
    its code was edited takes none: the file would be of the newer code.
    """
    _forget_the_old()  # before data are hashed: what changes later is seen later
    is_own_code = max(map(_saved_at, _code())) < IMPORTED
    if is_own_code and not _kept and not is_checking():
        with contextlib.suppress(Exception):
            _kept.update(_read(_own_bytes(cache_folder() / _name())))
    return len(_frames())


def _read(content: bytes) -> dict[tuple[Any, ...], pd.DataFrame]:
    """Return the frames of a file: the hash of all that follows, then one stream a frame."""
    digest, streams = content[:_DIGEST], content[_DIGEST:]
    if hashlib.sha256(streams).digest() != digest:
        raise ValueError("it is cut or was changed")
    frames: dict[tuple[Any, ...], pd.DataFrame] = {}
    with pa.BufferReader(streams) as source:
        while source.tell() < len(streams):
            table = pa.ipc.open_stream(source).read_all()
            name, day, *asked = json.loads(table.schema.metadata[_KEY])
            as_of_day = day and dt.date.fromisoformat(day)
            # A second thread would make forks unsafe.
            frame = table.to_pandas(use_threads=False)
            frames[name, as_of_day, *map(tuple, asked)] = frame
    return frames


def _written(frames: Mapping[tuple[Any, ...], pd.DataFrame]) -> bytes:
    """Return frames as Arrow writes them: nothing in such a file runs when it is read."""
    target = pa.BufferOutputStream()
    for key, frame in frames.items():
        table = pa.Table.from_pandas(frame, nthreads=1)
        about = {**table.schema.metadata, _KEY: json.dumps(key, default=str)}
        table = table.replace_schema_metadata(about)
        with pa.ipc.new_stream(target, table.schema) as stream:
            stream.write_table(table)
    streams: bytes = target.getvalue().to_pybytes()
    return hashlib.sha256(streams).digest() + streams


def _own_bytes(file: Path) -> bytes:
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


def save(taken: int) -> None:
    """Save the frames that are kept, if they are more than were taken and there is a place."""
    if len(_frames()) <= taken:
        return
    if time.time() - max(map(_saved_at, _code())) < SETTLED:
        return
    name = _name()
    _forget_the_old()  # after data were hashed: what has changed since is not kept
    # There may be no home, or none that can be written to.
    with contextlib.suppress(OSError, RuntimeError):
        folder = cache_folder()
        folder.mkdir(0o700, parents=True, exist_ok=True)
        number, unfinished = tempfile.mkstemp(dir=folder)
        with os.fdopen(number, "wb") as target:
            target.write(_written(_frames()))
        os.replace(unfinished, folder / name)
        # Those of other checkouts and branches stay; `.pickle` is what 0.3 left.
        saved = sorted(folder.glob("chosen-*.arrow"), key=_saved_at)
        for old in (*saved[:-FILES], folder / "chosen.pickle"):
            old.unlink(missing_ok=True)


def _saved_at(file: Path) -> float:
    return file.stat().st_mtime


def _frames() -> dict[tuple[Any, ...], pd.DataFrame]:
    """Return what is saved: frames, of all that is held or as of a day."""
    return {
        key: result for key, result in _kept.items() if isinstance(result, pd.DataFrame)
    }


def _code() -> list[Path]:
    own = (_LIBRARY / "catrade", _LIBRARY / "rounding")
    every = (file for folder in own for file in folder.rglob("*.*"))
    return sorted(file for file in every if file.suffix in _CODE)


def _name() -> str:
    """Return what a file of frames made now is called: the hash of all they rest on."""
    data = data_dir()
    files = sorted(file for file in data.rglob("*") if file.is_file())
    libraries = ("duckdb", "numpy", "pandas", "pyarrow")
    made_with = [
        sys.version,
        *map(metadata.version, libraries),
        hash_of(_code(), _LIBRARY),
        hash_of(files, data),
        hash_of([definitions_file()]),
    ]
    digest = hashlib.sha256(json.dumps(made_with).encode())
    return f"chosen-{digest.hexdigest()}.arrow"
