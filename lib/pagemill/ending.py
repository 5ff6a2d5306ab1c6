"""Runs a command line: whatever its streams and home are, it ends in one sentence and a status."""

from __future__ import annotations

import codecs
import contextlib
import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pagemill.terminal import echo
from rounding.errors import PressError, brief

if TYPE_CHECKING:
    from collections.abc import Iterator

    import typer

#: How typer ends on Ctrl-C, without a word.
_INTERRUPTED = 130


def run_app(app: typer.Typer, name: str, arguments: list[str] | None = None) -> int:
    """Run a command line and return its exit status; a user's mistake ends in one sentence."""
    _fill_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        _let_any_text_through(stream)
    try:
        with _a_home():
            status = _status(app, name, arguments)
        if sys.stdout is not None:  # None: the user closed it
            sys.stdout.flush()  # a full disk shows here at the latest
        return status
    except PressError as error:
        why, status = brief(str(error)), error.exit_status
    except OSError as error:
        _give_up_output()
        # Only the current folder is looked for without a name.
        unnamed = isinstance(error, FileNotFoundError) and "the current folder"
        place = error.filename or unnamed or "what this command says"
        why, status = f"{place} cannot be read or written: {error.strerror}", 1
    except MemoryError:
        why, status = "there is too little memory for it; nothing was damaged", 1
    except KeyboardInterrupt:
        why, status = "interrupted; what was finished before is in place", 130
    echo(f"{name}: {why}", err=True)
    return status


def _status(app: typer.Typer, name: str, arguments: list[str] | None) -> int:
    try:
        app(arguments, prog_name=name)
    except SystemExit as end:
        if end.code == _INTERRUPTED:
            raise KeyboardInterrupt from end
        return end.code if isinstance(end.code, int) else int(bool(end.code))
    return 0


@contextlib.contextmanager
def _a_home() -> Iterator[None]:
    """Have a home folder, for a while, where a user has none, as in a container.

    Libraries ask for it when they are imported, and end with a traceback.
    """
    with contextlib.ExitStack() as stack:
        try:
            Path.home()
        except RuntimeError:
            from pagemill.unfinished import temporary, unfinished

            os.environ["HOME"] = str(stack.enter_context(unfinished(temporary())))
        yield


def _fill_closed_streams() -> None:
    """Open nothing in place of a closed stream: else a socket takes its number and its output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)


def _let_any_text_through(stream: object) -> None:
    """Have a stream take every character: names and sentences need more than ASCII.

    A system set to C or POSIX says ASCII and in truth passes bytes on; another narrow encoding is
    kept, and gets what it lacks as escapes, which JSON reads.
    """
    if isinstance(stream, io.TextIOWrapper):
        if codecs.lookup(stream.encoding).name == "ascii":
            stream.reconfigure(encoding="utf-8", errors="surrogateescape")
        else:
            stream.reconfigure(errors="backslashreplace")


def _give_up_output() -> None:
    """Let nothing be written at the end of the process to what cannot be written to."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
