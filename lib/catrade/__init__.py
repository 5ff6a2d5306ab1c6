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
    "load_trade": "load.trade",
    "load_sources": "load.trade",
    "load_countries": "load.trade",
    "load_availability": "load.trade",
    "load_exchange_rates": "load.trade",
    "load_composition": "load.goods",
    "load_composition_groups": "load.goods",
    "load_highlights": "load.goods",
    "load_hs_chapters": "load.goods",
    "load_claims": "load.claims",
    "load_policy_events": "load.nev",
    "load_market": "load.nev",
    "load_subsidies": "load.nev",
    "load_purchase_tax": "load.nev",
    "select_published": "cells.selection",
    "disagreements": "cells.apart",
    "with_computed": "cells.implied",
}

#: Modules that are attributes of the package, and where they stand.
_MODULES = {
    "series": "cells.series",
    "growth": "trade_growth.growth",
    "shares": "trade_growth.shares",
    "coverage": "trade_growth.coverage",
    "indices": "trade_growth.indices",
    "composition": "trade_composition.composition",
    "concentration": "trade_composition.concentration",
    "policy": "nev_policy.policy",
    "mirror": "mirror_statistics.mirror",
    "claims": "claim_check.claims",
    "market": "nev_policy.market",
    "data": "load.trade",
    "selection": "cells.selection",
    "running": "trade_growth.running",
    "nowcast": "trade_growth.nowcast",
    "revisions": "trade_growth.revisions",
    "dependence": "trade_growth.dependence",
    "implied": "cells.implied",
    "printed": "cells.printed",
    "identities": "cells.identities",
    "frames": "cells.frames",
    "views": "trade_growth.views.year",
    "mirror_weight": "mirror_statistics.weight",
    "changes": "trade_composition.changes",
    "books": "trade_composition.both_sides",
    "relief": "nev_policy.relief",
    "spells": "nev_policy.spells",
}
#: What an analyst calls that the press supplies.
_OF_THE_PRESS = {"display": "pagemill.display", "sources": "pagemill.cites"}


def __getattr__(name: str) -> Any:
    if name in _FUNCTIONS:
        return getattr(importlib.import_module(f"catrade.{_FUNCTIONS[name]}"), name)
    if name in _OF_THE_PRESS:
        module = importlib.import_module(_OF_THE_PRESS[name])
        return getattr(module, name) if name == "sources" else module
    if not name.startswith("_"):
        place = _MODULES.get(name, name)
        if place != name or importlib.util.find_spec(f"catrade.{name}"):
            return importlib.import_module(f"catrade.{place}")
    from pagemill.errors import nearest

    guess = nearest(name, [*__all__, *_FUNCTIONS, *_MODULES, *_OF_THE_PRESS])
    hint = f" (did you mean {guess!r}?)" if guess else ""
    message = f"module 'catrade' has no attribute {name!r}{hint}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
