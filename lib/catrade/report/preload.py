"""What the server of `catrade.report.warm` imports once, and every report then has.

Nothing here may start a thread, read a table or make a pyplot figure: children would share the
first two broken, and the last would fix the plotting backend before a kernel can choose it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import pkgutil
import sys

import catrade

# jsonschema builds a grammar of 0.7 s for a check of addresses (IRI) that notebooks never need;
# it goes without where the package is missing.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")  # no advice about debuggers

_LIBRARIES = (
    "IPython.core.pylabtools",
    "debugpy",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "nbconvert.filters.markdown_mistune",
    "papermill",
    "pygments.lexers.python",
    "seaborn",
    "catrade.report.kernel",
)
#: What no report runs: the network, and the command of a cluster.
_NOT_OURS = ("catrade.fetch", "catrade.report.cluster", "catrade.report.preload")


def _import_all() -> None:
    for name in _LIBRARIES:
        importlib.import_module(name)
    for module in pkgutil.walk_packages(catrade.__path__, "catrade.", onerror=lambda _: None):
        if not module.name.startswith(_NOT_OURS):
            # What cannot be imported says so in the report that wants it.
            with contextlib.suppress(Exception):
                importlib.import_module(module.name)
    del sys.modules["rfc3987_syntax"]


def _fill_caches() -> None:
    """Draw a figure, check a notebook and compile the template, all thrown away."""
    import nbformat
    from matplotlib.figure import Figure

    from catrade.report import render

    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], label="a")
    axes.set_title("A", weight="bold")
    axes.legend(title="b")
    for kind in ("svg", "png"):
        figure.savefig(io.BytesIO(), format=kind)
    nbformat.validate(nbformat.v4.new_notebook())  # type: ignore[no-untyped-call]
    render.exporter().template  # noqa: B018


_import_all()
_fill_caches()
#: How many threads the server has: it must be 1, as each fork copies only one.
THREADS = len(os.listdir("/proc/self/task")) if os.path.isdir("/proc/self/task") else 1
gc.collect()
gc.freeze()  # children share these objects' memory: their collector leaves them alone
