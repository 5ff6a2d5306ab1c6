"""What the server of `catrade.report.warm` imports once, and every report then has.

Nothing here may start a thread or make a pyplot figure: children would have the first broken, and
the second would fix the plotting backend before a kernel can choose it. Tables are read ahead into
the cache of `catrade.data`, which reads a file again if it has changed since.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import logging
import os
import pkgutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import catrade
from catrade.report import warm

# Imported where there, and not needed: ipykernel loads its debugger, pandera can invent frames for
# tests, jsonschema builds a grammar of 0.7 s to check addresses (IRI).
_DO_WITHOUT = ("debugpy", "hypothesis", "rfc3987_syntax")

_LIBRARIES = (
    "IPython.core.completerlib",
    "IPython.core.crashhandler",
    "IPython.core.pylabtools",
    "ipykernel.debugger",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "nbconvert.filters.markdown_mistune",
    "papermill",
    "pygments.lexers.python",
    "seaborn",
    "sqlite3",
    "catrade.report.kernel",
)
#: What no report runs: the network, and the command of a cluster.
_NOT_OURS = ("catrade.fetch", "catrade.report.cluster", "catrade.report.preload")


#: Names the process that started the server; another takes its place when it dies.
_PARENT = os.environ.pop(warm.SERVER_PARENT, "")
_LOOK_EVERY = 0.2


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
    """Draw a figure and make a page, thrown away: each report would begin with less at hand."""
    import nbformat
    from matplotlib.backends.registry import backend_registry
    from matplotlib.figure import Figure

    from catrade import params
    from catrade.report import render, run
    from catrade.report.plan import Run

    backend_registry.list_all()  # type: ignore[no-untyped-call]
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], label="a")
    axes.set_title("A", weight="bold")
    axes.legend(title="b")
    figure.savefig(io.BytesIO(), format="svg")
    v4: Any = nbformat.v4
    shown = v4.new_output("display_data", {"text/html": "<p>a</p>"})
    markdown = v4.new_markdown_cell("# A\n\nB *c* [d](e.html)\n\n## F\n\n- g")
    notebook = v4.new_notebook(cells=[markdown, v4.new_code_cell('a = "b"  # c', outputs=[shown])])
    fields = params.model_of("trade_growth").model_fields.items()
    usual = tuple((name, field.default) for name, field in fields)
    nothing = Run("a", "trade_growth", Path(__file__), usual)
    # What is wrong with a file is said by the report that reads it.
    with contextlib.suppress(Exception):
        # Of no data folder: what was fetched is read with threads.
        block = run.describe(nothing, notebook, render.TEMPLATES, [])
        render.page(notebook, nothing, block)


def _read_tables() -> None:
    from catrade import data, paths
    from catrade.schemas import TABLES

    for name in TABLES:
        with contextlib.suppress(Exception):
            data.read_faults(name, paths.data_dir())


gc.disable()  # what is imported stays: a look for garbage meanwhile finds none
with _leaving_with_parent():
    # Without a home folder to write to, matplotlib makes do with another and says so at length.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    sys.modules.update(dict.fromkeys(_DO_WITHOUT))  # type: ignore[arg-type]
    if _PARENT:  # only in the server: whoever imports this has settings of their own
        _small_frames()
    _import_all()
    logging.getLogger("matplotlib").setLevel(logging.NOTSET)
    _fill_caches()
    _read_tables()
    for name in _DO_WITHOUT:
        del sys.modules[name]
#: How many threads the server has: it must be 1, as each fork copies only one.
THREADS = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
gc.freeze()  # children share these objects' memory: their collector leaves them alone
gc.enable()
if _PARENT:
    # Calculations make many small objects and a report lives for a second: look less often.
    gc.set_threshold(50_000, 20, 20)
