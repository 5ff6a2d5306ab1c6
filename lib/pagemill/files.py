"""Files as anybody may have left them: when they were written, what they hold, why not."""

from __future__ import annotations

import errno
from pathlib import Path


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
