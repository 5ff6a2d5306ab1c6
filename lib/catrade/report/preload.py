"""What the server of `catrade.report.warm` imports once, and every kernel then has.

Nothing here may start a thread or make a pyplot figure: children would have the first broken, and
the second would fix the plotting backend before a kernel can choose it. Tables are read ahead into
the cache of `catrade.data`, which reads a file again if it has changed since.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import logging
import os
import pkgutil
import signal
import string
from collections.abc import Iterator

import catrade
from catrade.report import warm
from catrade.report.importing import quickly

_LIBRARIES = (
    *("IPython.core.application", "IPython.core.completerlib", "IPython.core.crashhandler"),
    *("IPython.core.logger", "IPython.core.oinspect", "IPython.core.pylabtools"),
    "IPython.extensions.storemagic",
    "ipykernel.debugger",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "sqlite3",
    "tornado.platform.asyncio",
    "catrade.report.kernel",
)
# Imported where there, and not needed: ipykernel loads its debugger, jsonschema builds a grammar of
# 0.7 s to check addresses (IRI).
_DO_WITHOUT = ("debugpy", "rfc3987_syntax")
#: What no cell of a report runs: commands, checks, widgets, the network, what makes pages.
_NOT_OURS = (
    *("catrade.__main__", "catrade.cli", "catrade.explore"),
    *("catrade.check", "catrade.fetch", "catrade.report"),
)

#: In points, of the charts: matplotlib looks for the font of each once.
_TYPE_SIZES = (7, 7.5, 8, 8.5, 9, 9.5)
#: Names the process that started the server; another takes its place when it dies.
_PARENT = os.environ.pop(warm.SERVER_PARENT, "")
_LOOK_EVERY = 0.2

if _PARENT:
    # Registered first, so the last that the server does: to take all apart would need a while.
    atexit.register(os._exit, 0)


@contextlib.contextmanager
def _leaving_with_parent() -> Iterator[None]:
    """End the server soon after its parent died: it would first notice when all is imported."""

    def look(*_: object) -> None:
        if _PARENT and os.getppid() != int(_PARENT):
            os._exit(0)

    look()
    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, _LOOK_EVERY, _LOOK_EVERY)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _import_all() -> None:
    for name in _LIBRARIES:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(catrade.__path__, "catrade.", onerror=lambda _: None):
        if not module.name.startswith(_NOT_OURS):
            # What cannot be imported says so in the report that wants it.
            with contextlib.suppress(Exception):
                importlib.import_module(module.name)


def _small_frames() -> None:
    """Keep text as Python's own: in frames of a few thousand rows Arrow's costs more than it saves.

    A report takes a fifth less time so; what it shows is the same.
    """
    import pandas as pd

    pd.options.mode.string_storage = "python"


def _fill_caches() -> None:
    """Draw a chart and throw it away: each report would begin with less at hand."""
    from matplotlib.backends.registry import backend_registry

    from catrade.charts import labels, style
    from catrade.svg import figure_svg

    backend_registry.list_all()  # type: ignore[no-untyped-call]
    with style.house():
        figure, (axes,) = style.new_figure()
        axes.plot([0, 1], label="a")
        axes.set_title("A")
        axes.legend(title="b")
        for size in _TYPE_SIZES:
            axes.text(0, 0, "a", fontsize=size)
            axes.text(0, 0, "a", fontsize=size, weight="bold")
    labels.text_width(string.ascii_letters + string.digits + string.punctuation)
    figure_svg(figure, "a", alt="a")


def _read_tables() -> None:
    from catrade import data, paths
    from catrade.definitions import tables

    for name in tables():
        with contextlib.suppress(Exception):
            data.read_faults(name, paths.data_dir())


with _leaving_with_parent(), quickly(*_DO_WITHOUT):
    # Without a home folder to write to, matplotlib makes do with another and says so at length.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    if _PARENT:  # only in the server: whoever imports this has settings of their own
        _small_frames()
    _import_all()
    logging.getLogger("matplotlib").setLevel(logging.NOTSET)
    _fill_caches()
    _read_tables()
    gc.freeze()  # children share these objects' memory: their collector leaves them alone
#: How many threads the server has: it must be 1, as each fork copies only one.
THREADS = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
if _PARENT:
    # Calculations make many small objects and a report lives for a second: look less often.
    gc.set_threshold(50_000, 20, 20)
