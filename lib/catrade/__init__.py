"""China–Central Asia trade and China's NEV policy: data, calculations, charts, reports.

Names are imported on first use, so that `import catrade` costs little more than pandas.
"""

from __future__ import annotations

import importlib
from typing import Any

__version__ = "0.1.0"

#: What `catrade.<name>` is, and the module that holds it.
_NAMES = {
    "load_trade": "data",
    "load_sources": "data",
    "load_countries": "data",
    "load_exchange_rates": "data",
    "load_composition": "data_composition",
    "load_composition_groups": "data_composition",
    "load_highlights": "data_composition",
    "load_hs_chapters": "data_composition",
    "load_policy_events": "data_nev",
    "load_market": "data_nev",
    "load_subsidies": "data_nev",
    "load_purchase_tax": "data_nev",
    "select_published": "selection",
    "disagreements": "selection",
}
_MODULES = (
    "charts",
    "composition",
    "coverage",
    "display",
    "findings",
    "growth",
    "names",
    "params",
    "policy",
    "series",
)

__all__ = [*sorted(_NAMES), *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _NAMES:
        return getattr(importlib.import_module(f"catrade.{_NAMES[name]}"), name)
    if name in _MODULES:
        return importlib.import_module(f"catrade.{name}")
    message = f"module 'catrade' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
