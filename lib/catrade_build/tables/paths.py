"""Where the tables are; kept apart from what reads them, so that asking costs no import."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from rounding.errors import DataError

#: The package: a source tree has `data/` beside `lib/`, an installed copy inside.
_HERE = Path(__file__).resolve().parents[1]
_OWN = (_HERE.parents[1] / "data", _HERE / "data")
#: Tells, in the folder of what was fetched, that its tables were written.
WRITTEN = "tables.json"


def data_dir() -> Path:
    """Return the folder the tables are read from.

    It is the folder named by the environment variable CATRADE_DATA, else `data/` of the project
    in whose folder, or below it, this runs, else that of the source tree the package is installed
    from, else the copy inside the installed package.

    Raises
    ------
    DataError
        If none of these is a folder.
    """
    named = os.environ.get("CATRADE_DATA")
    # Made one after the other: this is asked a hundred times a page.
    folders = [Path(named)] if named else [*_stood_in(), *_OWN]
    for folder in folders:
        try:
            if (folder / "trade.csv").is_file() or (named and folder.is_dir()):
                return folder
        except OSError as error:
            raise DataError(
                f"the data folder {folder} cannot be read: {error.strerror}"
            ) from error
    raise DataError(
        f"CATRADE_DATA names {named}, which is not a folder; it must be one of tables, like data/"
        if named
        else "the data folder was not found; set CATRADE_DATA to a folder with trade.csv"
    )


def _stood_in() -> Iterator[Path]:
    """Yield `data/` of the projects this runs in: tables.yaml beside trade.csv tells them."""
    with contextlib.suppress(OSError):  # the folder may be gone, or closed to us
        here = Path.cwd()
        for folder in (here, *here.parents):
            if (folder / "data/tables.yaml").is_file():
                yield folder / "data"


def fetched_dir(folder: Path, source: str = "") -> Path:
    """Return where what is fetched (from a source) lives: `fetched/` beside the tables of a folder.

    The tables inside an installed package are no place to write: what is fetched beside them lives
    in the user's own data folder (XDG_DATA_HOME, APPDATA or ~/.local/share), in `catrade/fetched`.

    Examples
    --------
    >>> fetched_dir(Path("data")).as_posix()
    'data/fetched'
    """
    if folder.absolute() != _OWN[1]:
        return folder / "fetched" / source
    named = os.environ.get("XDG_DATA_HOME") or os.environ.get("APPDATA")
    try:
        home = Path(named) if named else Path.home() / ".local" / "share"
    except RuntimeError as error:
        raise DataError(
            "there is no home folder to keep what is fetched; set XDG_DATA_HOME, or CATRADE_DATA"
            " to a folder with trade.csv"
        ) from error
    return home / "catrade" / "fetched" / source


def not_here() -> str:
    """Say that other tables are used than those in `data` of this folder; else ""."""
    here, used = Path("data"), data_dir()
    with contextlib.suppress(OSError):
        if (here / "trade.csv").is_file() and not here.samefile(used):
            return f"tables are read from {used}, not from data in this folder (--data data does)"
    return ""


#: Endings of files that decide what is made.
_CODE = {".py", ".sql", ".csv", ".txt", ".yaml"}


def code_of(*rooms: Path) -> list[Path]:
    """Return the files of code, rules and words in some folders."""
    every = (file for room in rooms for file in room.rglob("*.*"))
    return sorted(file for file in every if file.suffix in _CODE)


def definitions_file() -> Path:
    """Return the file that defines the tables: in the source tree, else in the installed package.

    Raises
    ------
    DataError
        If neither has it.
    """
    for folder in _OWN:
        if (folder / "tables.yaml").is_file():
            return folder / "tables.yaml"
    raise DataError(
        f"{_OWN[1] / 'tables.yaml'} is missing, which defines the tables: install again"
    )
