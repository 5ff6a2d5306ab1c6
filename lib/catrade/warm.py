"""What the kernels of reports find imported and computed, by the server they come from.

Nothing here may start a thread or make a pyplot figure: kernels would have the first broken, and
the second would fix the plotting backend before a kernel can choose it. What is computed is kept
as long as the files of data stay as they are (`catrade_build.cells.memory`).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from catrade_build import edition
from catrade_build.calc import dependence, nowcast, revisions, running
from catrade_build.calc.vintages import rates
from catrade_build.cells import memory
from catrade_build.cells.chosen import chosen, every_disagreement
from catrade_build.edition import table
from catrade_build.tables import paths
from catrade_build.tables.definitions import tables
from catrade_build.tables.reading import read_faults
from catrade_build.words import source_words
from pagemill.params import validate
from rounding.errors import PressError

_log = logging.getLogger(__name__)
_LIBRARIES = (
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "catrade.charts",
    "catrade.face.figures",
    "catrade.parts",
    "catrade.read",
    "catrade.face.output",
    "catrade.face.pairs",
    "catrade.face.tables",
    "catrade.params",
    "catrade.project",
)

# Without a home folder to write to, matplotlib makes do with another and says so at length.
logging.getLogger("matplotlib").setLevel(logging.ERROR)
for _name in _LIBRARIES:
    # What cannot be imported says so in the report that wants it.
    with contextlib.suppress(Exception):
        importlib.import_module(_name)
logging.getLogger("matplotlib").setLevel(logging.NOTSET)
# In frames of a few thousand rows Arrow's text costs more than it saves.
pd.options.mode.string_storage = "python"
# A page makes many small frames and few circles: looking for them less often saves a tenth.
gc.set_threshold(500_000, 20, 100)


def _of_levels() -> None:
    """Compute what most pages of trade filter."""
    chosen()
    chosen(goods=True)
    rates()


def _of_countries() -> None:
    _of_levels()
    dependence.every_share("CHN")
    running.in_currency("CNY", "ytd")
    running.in_currency("USD", "monthly")


def _of_dossiers() -> None:
    edition.table("figures")


def _of_growth() -> None:
    _of_countries()
    every_disagreement()
    revisions.every_revision()
    nowcast.running_year("CHN", "CA5")  # of pairs alike, as of each of the five
    for frequency in ("annual", "monthly", "ytd"):
        running.in_currency("CNY", frequency)
        running.in_currency("USD", frequency)


def _of_news() -> None:
    # Imported where it is asked for: no other page says what has changed.
    from catrade_build.changes import changes

    changes()


def _of_claims() -> None:
    table("figures")
    table("claims")


#: What a notebook imports besides; seaborn alone takes as long as all of matplotlib.
_IMPORTED = {
    "claim_check": ("seaborn",),
    "country_profile": ("seaborn",),
    "nev_central_asia": ("seaborn",),
    "nev_policy_timeline": ("seaborn",),
}
#: What the pages of a notebook share; other notebooks need no figure of trade, or only a few.
_SHARED: dict[str, Callable[[], Any]] = {
    "trade_growth": _of_growth,
    "country_profile": _of_countries,
    "country_dossier": _of_dossiers,
    "mirror_statistics": _of_levels,
    "trade_composition": chosen,
    "transit": _of_levels,
    "whats_new": _of_news,
    "claim_check": _of_claims,
}


@contextlib.contextmanager
def _slow(what: str) -> Iterator[None]:
    """Say what each page has to do by itself; a faulty table is told by the page."""
    try:
        yield
    except PressError:
        pass
    except Exception as error:
        _log.warning("%s could not be made ready, pages take longer: %r", what, error)


def ready(notebook: str) -> None:
    """Import and compute what the pages of a notebook share, before a kernel is forked for one."""
    for module in (f"catrade.pages.{notebook}", *_IMPORTED.get(notebook, ())):
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    for name in tables():
        with _slow(f"the table {name}"):
            read_faults(name, paths.data_dir())
    with _slow("what may be asked for"):
        validate(notebook)
    if notebook in _SHARED:
        with _slow(f"what the pages of {notebook} share"):
            source_words()
            taken = memory.take()
            _SHARED[notebook]()
            memory.save(taken)
