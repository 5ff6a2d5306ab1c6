"""Folders for unfinished files: removed at the end, or by the next run if this one was killed.

A folder is locked as long as the process that made it lives: the system lets go of the lock
however the process ends, so a folder that can be locked has lost its owner. Process numbers would
not do, as containers with numbers of their own may write into one folder.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rounding.errors import ParameterError, ReportError

#: What every such folder is called, so that nothing of anyone else is ever removed.
PREFIX = ".pagemill-making-"
#: A socket's path may have about 100 characters, of which our names take some 40.
_SOCKET_PARENT = 60


@contextlib.contextmanager
def unfinished(parent: Path) -> Iterator[Path]:
    """Make a folder of our own in `parent`, which exists, and remove it at the end.

    What killed runs left there is removed first; the folders of those that run now stay.
    """
    clear(parent)
    own, lock = _make(parent)
    owner = os.getpid()
    try:
        yield own
    finally:
        if os.getpid() == owner:  # not in a process that a cell forked, when that ends
            shutil.rmtree(own, ignore_errors=True)
            _close(lock)


@contextlib.contextmanager
def replacing(target: Path, what: str) -> Iterator[Path]:
    """Give a file to write, and put it in the place of `target` when it is complete.

    Raises
    ------
    ReportError
        If it, or what goes into it, cannot be read or written; `what` names it in the sentence.
    """
    try:
        with unfinished(target.absolute().parent) as folder:
            yield folder / target.name
            os.replace(folder / target.name, target)
    except OSError as error:
        # The names of unfinished files would tell the user nothing.
        read = error.filename and PREFIX not in str(error.filename)
        where = f": {error.filename}" if read else ""
        raise ReportError(
            f"{what} cannot be written: {error.strerror}{where}"
        ) from error


def check_target(option: str, file: Path, *endings: str) -> None:
    """Refuse a file to write that has another ending, or no folder, before anything is made.

    Raises
    ------
    ParameterError
        If it cannot be written; `option` names it in the sentence.
    """
    if file.suffix.lower() not in endings or file.is_dir():
        wanted = " or ".join(endings)
        raise ParameterError(
            f"{option} must name a file that ends in {wanted}; got {file}"
        )
    if not file.absolute().parent.is_dir():
        raise ParameterError(
            f"{option} names {file}, but there is no folder {file.parent}"
        )


def temporary() -> Path:
    """Return the system's folder for temporary files, or /tmp if sockets cannot be in it."""
    folder = Path(tempfile.gettempdir())
    return (
        folder
        if len(str(folder)) <= _SOCKET_PARENT or os.name != "posix"
        else Path("/tmp")
    )


def clear(parent: Path) -> None:
    """Remove what killed runs left in a folder."""
    for left in parent.glob(f"{PREFIX}*"):
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            lock = _lock(left)
            if lock is not None:
                shutil.rmtree(left, ignore_errors=True)
                os.close(lock)


def _make(parent: Path) -> tuple[Path, int | None]:
    while True:
        own = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        # Before it is locked, another run may take it for abandoned; then make another.
        with contextlib.suppress(BlockingIOError, FileNotFoundError):
            # Whatever the umask: what cannot be opened cannot be removed.
            own.chmod(0o700)
            lock = _lock(own)
            if own.is_dir():
                return own, lock
            _close(lock)


def _lock(folder: Path) -> int | None:
    """Return an open and locked file for a folder of ours, or None where there are no locks.

    Raises
    ------
    BlockingIOError
        If another process has it locked.
    FileNotFoundError
        If it is gone.
    """
    if os.name != "posix":
        return None
    import fcntl

    file = None
    try:
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        if os.fstat(file).st_uid == os.geteuid():
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
    except (BlockingIOError, FileNotFoundError):
        _close(file)
        raise
    except OSError:  # another user's, or a file system without locks
        pass
    _close(file)
    return None


def _close(file: int | None) -> None:
    if file is not None:
        os.close(file)
