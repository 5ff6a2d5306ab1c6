"""Files as anybody may have left them: when they were written, what they hold, why not."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterable
from pathlib import Path

from rounding.errors import DataError

#: What stands for the hash of a file that is not there, and for the version of such a package.
MISSING = "missing"


def stamp(file: Path) -> tuple[int, ...]:
    """Return what changes when a file is written; nothing if there is none."""
    try:
        status = file.stat()
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_ctime_ns, status.st_size


def read_bytes(file: Path) -> bytes:
    """Return what a file holds; a pipe or a device, which would be waited for, is an error."""
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise OSError(errno.EINVAL, "it is no file", str(file))
    return file.read_bytes()


def why_unread(error: Exception) -> str:
    """Return in words why a file cannot be read.

    Examples
    --------
    >>> why_unread(FileNotFoundError(2, "No such file or directory"))
    'No such file or directory'
    """
    if isinstance(error, UnicodeDecodeError):
        return "it is not text in UTF-8: save it in that encoding"
    return (error.strerror if isinstance(error, OSError) else "") or str(error)


def content(file: Path) -> bytes:
    """Return what a file holds; an error in words if it cannot be read."""
    try:
        return read_bytes(file)
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror}") from error


def hash_of(files: Iterable[Path], base: Path | None = None) -> str:
    """Return one hash of some files, and of their names below `base`; "missing" if one is."""
    digest = hashlib.sha256()
    for file in files:
        if not file.exists():
            return MISSING
        if base:
            digest.update(f"{file.relative_to(base).as_posix()}\0".encode())
        digest.update(content(file))
    return digest.hexdigest()
