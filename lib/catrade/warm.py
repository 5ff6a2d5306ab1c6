"""What the kernels of reports find imported and computed, by the server they come from.

Nothing here may start a thread or make a pyplot figure: kernels would have the first broken, and
the second would fix the plotting backend before a kernel can choose it. Tables are kept as long as
the files of data stay as they are (`catrade_build.edition`).
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import logging
from collections.abc import Iterator

import pandas as pd

from catrade_build.edition import table
from catrade_build.tables.trade import read_table
from catrade_build.words import source_words
from rounding.errors import PressError

_log = logging.getLogger(__name__)
_LIBRARIES = (
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "catrade.charts",
    "catrade.page",
    "catrade.parts",
    "catrade.traded",
    "catrade.listed",
    "catrade.markets",
    "catrade.policy",
    "catrade.effects",
    "catrade.judged",
    "catrade.output",
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


#: What a notebook imports besides; seaborn alone takes as long as all of matplotlib.
_WITH_SEABORN = (
    "claim_check",
    "nev_central_asia",
    "nev_policy_timeline",
    "trade_composition",
    "trade_growth",
)
#: The published tables that most pages read beside the edition; the others are in it.
_PUBLISHED = ("countries", "macro", "highlights", "policy_events", "market_series")
#: The tables of the edition that the pages of a notebook read.
_SHARED: dict[str, tuple[str, ...]] = {
    "trade_growth": ("figures", "rivals"),
    "country_dossier": ("figures",),
    "trade_composition": ("figures", "goods"),
    "nev_central_asia": ("cars", "cleantech", "after"),
    "transit": ("figures", "watched"),
    "nev_policy_timeline": ("market", "events", "spells", "support"),
    "nev_policy_register": ("events", "spells"),
    "claim_check": ("figures", "rivals", "claims"),
    "whats_new": ("things",),
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
    if notebook in _WITH_SEABORN:
        with contextlib.suppress(Exception):
            importlib.import_module("seaborn")
    if notebook in _SHARED:
        with _slow(f"what the pages of {notebook} share"):
            source_words()
            for name in _PUBLISHED:
                read_table(name)
            for name in _SHARED[notebook]:
                table(name)
