"""Import much at once, without what nobody here needs of it."""

from __future__ import annotations

import contextlib
import gc
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def quickly(*do_without: str) -> Iterator[None]:
    """Look for no garbage meanwhile, since what is imported stays, and do without some modules.

    Parameters
    ----------
    do_without
        Modules that what is imported makes do without where they are not installed; whoever wants
        one later can import it.

    Examples
    --------
    >>> with quickly("this"):
    ...     try:
    ...         import this
    ...     except ImportError:
    ...         print("done without")
    done without
    """
    absent = [name for name in do_without if name not in sys.modules]
    collects = gc.isenabled()
    gc.disable()
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]
        if collects:
            gc.enable()
