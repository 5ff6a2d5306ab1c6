"""China–Central Asia trade and China's NEV policy: data, calculations, charts, reports.

`import catrade as ct`, and Tab after `ct.` shows what an analyst types; each name explains itself
with `?`. They are imported on first use, so that the import costs little more than pandas.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catrade import charts, explore, names
    from catrade.charts.chart import chart
    from catrade.claim_check.own import claim
    from catrade.face.calculate import cagr, contributions, growth, hhi, index_to, share
    from catrade.face.figures import disagreements, mirror, nowcast, published, trade
    from catrade.face.output import table, to_excel
    from catrade.face.tables import cars, check_claims, goods, in_force, policies
    from pagemill import display
    from pagemill.cites import sources
    from pagemill.rounded import Rounded

__version__ = "0.2.0"

#: What Tab shows, in the order in which an analyst meets it.
__all__ = [  # noqa: RUF022
    "trade",
    "published",
    "sources",
    "disagreements",
    "mirror",
    "goods",
    "cars",
    "policies",
    "in_force",
    "growth",
    "cagr",
    "share",
    "contributions",
    "index_to",
    "hhi",
    "nowcast",
    "check_claims",
    "claim",
    "chart",
    "table",
    "to_excel",
    "Rounded",
    "charts",
    "display",
    "explore",
    "names",
]


def _by_name(places: str) -> dict[str, str]:
    """Return the module of each name in lines of `module: name, name`."""
    lines = (line.split(": ") for line in places.strip().splitlines())
    return {
        name: module.strip() for module, names in lines for name in names.split(", ")
    }


_WHERE = _by_name("""
    catrade.face.figures: trade, published, disagreements, mirror, nowcast
    catrade.face.tables: goods, cars, policies, in_force, check_claims
    catrade.face.calculate: growth, cagr, share, contributions, index_to, hhi
    catrade.face.output: table, to_excel
    catrade.claim_check.own: claim
    catrade.charts.chart: chart
    pagemill.cites: sources
    pagemill.rounded: Rounded
    pagemill: display
""")
#: Names of version 0.1, which go with 0.3, and where they stand.
_OLD = _by_name("""
    catrade.load.trade: load_trade, load_sources, load_countries, load_exchange_rates
    catrade.load.goods: load_composition, load_highlights, load_hs_chapters
    catrade.load.nev: load_policy_events, load_market, load_subsidies, load_purchase_tax
    catrade.load.claims: load_claims
    catrade.cells.selection: select_published
    catrade.cells.implied: with_computed
    catrade.cells: series, implied, selection
    catrade.trade_growth: growth, nowcast, shares, indices, running, revisions
    catrade.trade_composition: composition, concentration
    catrade.mirror_statistics: mirror
    catrade.nev_policy: policy, market
    catrade.claim_check: claims
""")
#: What to type in place of them, where it is something else.
_NOW = _by_name("""
    ct.trade or ct.published: load_trade
    ct.trade: select_published, series
    ct.goods: load_composition
    ct.hhi: concentration
    ct.policies: load_policy_events
    ct.cars: load_market, market
    ct.check_claims: load_claims, claims
""")


class _Function:
    """A function whose name was a module's in 0.1: the module's names are its attributes still."""

    def __init__(self, function: Any, name: str) -> None:
        functools.update_wrapper(self, function)
        self._name = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.__wrapped__(*args, **kwargs)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)

    def __getattr__(self, name: str) -> Any:
        found = getattr(
            importlib.import_module(f"{_OLD[self._name]}.{self._name}"), name
        )
        _warn(f"{self._name}.{name}", f"ct.{self._name}")
        return found


def _warn(name: str, new: str) -> None:
    message = f"ct.{name} is a name of version 0.1 and goes with 0.3: use {new}"
    warnings.warn(message, DeprecationWarning, stacklevel=3)


def _found(name: str, module: str) -> Any:
    """Return what a module holds under a name, or the module of that name within a package."""
    holder = importlib.import_module(module)
    return getattr(holder, name, None) or importlib.import_module(f"{module}.{name}")


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        found = _found(name, _WHERE[name])
        return _Function(found, name) if name in _OLD else found
    if name in _OLD:
        _warn(name, _NOW.get(name, f"{_OLD[name]}.{name}"))
        return _found(name, _OLD[name])
    if not name.startswith("_") and importlib.util.find_spec(f"catrade.{name}"):
        return importlib.import_module(f"catrade.{name}")
    from pagemill.errors import did_you_mean

    hint = did_you_mean(name, __all__)
    raise AttributeError(f"catrade has no {name!r}{hint}; it has {', '.join(__all__)}")


def __dir__() -> list[str]:
    return list(__all__)
