"""What notebooks import beyond what is warm: imported once for all kernels that come.

A copy of the server tries it first. It is left to the kernels, as ever, if it starts a thread (of
which a fork would have none), or prints or asks for the shell (a page would have something else).
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import importlib.util
import inspect
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator

import IPython

#: Seconds that an import may take while other kernels wait.
PATIENCE = 60
#: These ask for a shell to meet a browser, and no report has one.
_MAY_ASK = ("ipywidgets",)
# Modules that a notebook has asked for, and those that were tried since.
_asked: set[str] = set()
_tried: set[str] = set()


def import_for(file: str) -> None:
    """Import what a notebook imports of installed packages, if another has done so before.

    For a notebook alone it would be imported twice, here and in the copy that tries it.
    """
    missing = [name for name in imported_by(file) if name not in sys.modules]
    wanted = [name for name in missing if name in _asked and name not in _tried]
    _asked.update(missing)
    _tried.update(wanted)
    for name in wanted:
        if is_installed(name) and changes_nothing(name):
            with contextlib.suppress(Exception):
                importlib.import_module(name)


def imported_by(file: str) -> list[str]:
    """Return the modules that the cells of a notebook import by name; none if it cannot be read."""
    names: list[str] = []
    with contextlib.suppress(OSError, ValueError, LookupError, TypeError):
        with open(file, encoding="utf-8") as text:
            cells = json.load(text)["cells"]
        for cell in cells:
            if cell["cell_type"] == "code":
                names += _imported("".join(cell["source"]))
    return list(dict.fromkeys(names))


def _imported(source: str) -> Iterator[str]:
    lines = source.splitlines()
    plain = [line for line in lines if not line.lstrip().startswith(("%", "!"))]
    with contextlib.suppress(SyntaxError, ValueError, RecursionError):
        for node in ast.walk(ast.parse("\n".join(plain))):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module


def is_installed(name: str) -> bool:
    """Return whether a module is of an installed package; what is beside a notebook may change."""
    with contextlib.suppress(Exception):
        spec = importlib.util.find_spec(name.partition(".")[0])
        return spec is not None and "site-packages" in str(spec.origin)
    return False


def changes_nothing(name: str) -> bool:
    """Return whether a copy of this process can import a module without anything else to see."""
    with tempfile.TemporaryFile() as printed:
        pid = os.fork()
        if pid == 0:
            try:
                _try(name, printed.fileno())
            finally:
                os._exit(1)
        return os.waitpid(pid, 0)[1] == 0


def _try(name: str, printed: int) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(PATIENCE)
    for stream in (1, 2):
        os.dup2(printed, stream)
    IPython.get_ipython = builtins.get_ipython = _asks  # type: ignore[attr-defined]
    importlib.import_module(name)
    sys.stdout.flush()
    threads = len(os.listdir("/proc/self/task"))
    os._exit(int(threads > 1 or os.fstat(printed).st_size > 0))


def _asks() -> None:
    frame = inspect.currentframe()
    caller = frame.f_back if frame else None
    if caller and str(caller.f_globals.get("__name__")).startswith(_MAY_ASK):
        return
    os._exit(1)
