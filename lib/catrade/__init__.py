"""China–Central Asia trade and China's NEV policy: data, calculations, charts, reports.

Names are imported on first use, so that `import catrade` costs little more than pandas: tab
completion shows where to begin, and every other module and loader is an attribute all the same.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Any

__version__ = "0.1.0"

#: Where to begin: what tab completion shows, as an analyst meets it.
__all__ = [  # noqa: RUF022 (an order to read, not to sort)
    "load_trade",
    "load_composition",
    "load_policy_events",
    "load_market",
    "load_sources",
    "select_published",
    "disagreements",
    "sources",
    "series",
    "growth",
    "composition",
    "policy",
    "mirror",
    "claims",
    "charts",
    "display",
    "explore",
    "params",
]

#: Functions that are attributes of the package, and the modules that hold them.
_FUNCTIONS = {
    "load_trade": "data",
    "load_sources": "data",
    "load_countries": "data",
    "load_availability": "data",
    "load_exchange_rates": "data",
    "load_composition": "data_composition",
    "load_composition_groups": "data_composition",
    "load_highlights": "data_composition",
    "load_hs_chapters": "data_composition",
    "load_claims": "data_claims",
    "load_policy_events": "data_nev",
    "load_market": "data_nev",
    "load_subsidies": "data_nev",
    "load_purchase_tax": "data_nev",
    "select_published": "selection",
    "disagreements": "apart",
    "with_computed": "implied",
}

#: What an analyst calls that the press supplies.
_OF_THE_PRESS = {"display": "pagemill.display", "sources": "pagemill.cites"}


def __getattr__(name: str) -> Any:
    if name in _FUNCTIONS:
        return getattr(importlib.import_module(f"catrade.{_FUNCTIONS[name]}"), name)
    if name in _OF_THE_PRESS:
        module = importlib.import_module(_OF_THE_PRESS[name])
        return getattr(module, name) if name == "sources" else module
    if not name.startswith("_") and importlib.util.find_spec(f"catrade.{name}"):
        return importlib.import_module(f"catrade.{name}")
    from pagemill.errors import nearest

    guess = nearest(name, [*__all__, *_FUNCTIONS, *_OF_THE_PRESS])
    hint = f" (did you mean {guess!r}?)" if guess else ""
    message = f"module 'catrade' has no attribute {name!r}{hint}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
