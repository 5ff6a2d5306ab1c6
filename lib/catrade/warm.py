"""What the kernels of reports find imported and read: loaded once by the server they come from.

Nothing here may start a thread or make a pyplot figure: kernels would have the first broken, and
the second would fix the plotting backend before a kernel can choose it. Tables are read ahead into
the cache of `catrade.tables.trade`, which reads a file again if it has changed since.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import pkgutil

import pandas as pd

import catrade
from catrade.calc import dependence, revisions, running
from catrade.calc.vintages import rates
from catrade.cells.apart import every_disagreement
from catrade.cells.chosen import chosen
from catrade.tables import paths
from catrade.tables.definitions import tables
from catrade.tables.reading import read_faults

_LIBRARIES = (
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "seaborn",
)
#: What no cell of a report runs: commands, checks, widgets, the network, what makes pages.
_NOT_FOR_REPORTS = (
    "__main__",
    "check",
    "claims.command",
    "cli",
    "explore",
    "fetch",
    "warm",
)

# Without a home folder to write to, matplotlib makes do with another and says so at length.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
for _name in _LIBRARIES:
    importlib.import_module(_name)
for _module in pkgutil.walk_packages(
    catrade.__path__, "catrade.", onerror=lambda _: None
):
    if not _module.name.removeprefix("catrade.").startswith(_NOT_FOR_REPORTS):
        # What cannot be imported says so in the report that wants it.
        with contextlib.suppress(Exception):
            importlib.import_module(_module.name)
logging.getLogger("matplotlib").setLevel(logging.NOTSET)
# In frames of a few thousand rows Arrow's text costs more than it saves.
pd.options.mode.string_storage = "python"
for _table in tables():
    with contextlib.suppress(Exception):
        read_faults(_table, paths.data_dir())
# What every page filters is computed once, here; a table that is faulty is told by the page. What
# was fetched is read with threads, which a kernel could not go on using.
if not paths.fetched_dir(paths.data_dir()).is_dir():
    with contextlib.suppress(Exception):
        chosen()
        chosen(goods=True)
        rates()
        every_disagreement()
        dependence.every_share()
        revisions.every_revision()
        for _currency in ("CNY", "USD"):
            for _frequency in ("annual", "monthly", "ytd"):
                running.in_currency(_currency, _frequency)
