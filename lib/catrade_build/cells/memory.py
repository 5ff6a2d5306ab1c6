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
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import pandas as pd
import pyarrow as pa

from catrade_build.cells import caches
from catrade_build.tables import as_of
from catrade_build.tables.trade import state_of_files
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
#: Code saved so few seconds ago may not be the code that was imported.
SETTLED = 60
#: Code saved after it is not the code of this process.
IMPORTED = time.time()
#: Files that are kept: of so many checkouts, branches or folders of data.
FILES = 3
# Bytes of the hash at the beginning, and where a frame says what it is.
_DIGEST, _KEY = 32, b"catrade"
_LIBRARY = Path(__file__).parents[2]
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


def take() -> int:
    """Take the frames that an earlier process saved, if they are of this data and this code.

    Returns how many frames are kept then. Whatever is wrong with the file, they are made anew; a
    page that is checked (`pagemill verify`) is made without them. A kernel that has been open while
    its code was edited takes none: the file would be of the newer code.
    """
    _forget_the_old()  # before data are hashed: what changes later is seen later
    is_own_code = max(map(caches.saved_at, _code())) < IMPORTED
    if is_own_code and not _kept and not is_checking():
        with contextlib.suppress(Exception):
            _kept.update(_read(caches.own_bytes(caches.cache_folder() / _name())))
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


def save(taken: int) -> None:
    """Save the frames that are kept, if they are more than were taken and there is a place."""
    if len(_frames()) <= taken:
        return
    if time.time() - max(map(caches.saved_at, _code())) < SETTLED:
        return
    name = _name()
    _forget_the_old()  # after data were hashed: what has changed since is not kept
    # There may be no home, or none that can be written to.
    with contextlib.suppress(OSError, RuntimeError):
        folder = caches.cache_folder()
        caches.save(_written(_frames()), folder / name)
        # Those of other checkouts and branches stay; `.pickle` is what 0.3 left.
        saved = sorted(folder.glob("chosen-*.arrow"), key=caches.saved_at)
        for old in (*saved[:-FILES], folder / "chosen.pickle"):
            old.unlink(missing_ok=True)


def _frames() -> dict[tuple[Any, ...], pd.DataFrame]:
    """Return what is saved: frames, of all that is held or as of a day."""
    return {
        key: result for key, result in _kept.items() if isinstance(result, pd.DataFrame)
    }


def _code() -> list[Path]:
    rooms = ("catrade", "catrade_build", "rounding")
    return caches.code_of(*(_LIBRARY / room for room in rooms))


def _name() -> str:
    """Return what a file of frames made now is called: the hash of all they rest on."""
    return f"chosen-{caches.hash_of_state(_code(), _LIBRARY)}.arrow"
