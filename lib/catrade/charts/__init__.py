"""Charts: one function a figure, one house style; each returns a `catrade.display.Chart`.

`catrade.charts.trade`, `.composition` and `.policy` hold the functions, by subject; the modules
`style`, `labels`, `words` and `parts` what they share.
"""

from __future__ import annotations

import importlib
from types import ModuleType

_SUBJECTS = (
    *("trade", "trade_detail", "trade_evidence", "composition", "concentration", "books"),
    *("policy", "events", "spans", "week", "market", "support", "link"),
    *("claims", "leaders", "mirror", "mirror_sides", "mirror_weight"),
    "dependence",
)


def __getattr__(name: str) -> ModuleType:
    # On first use: matplotlib and seaborn cost more than all the rest of the library.
    if name in _SUBJECTS:
        return importlib.import_module(f"catrade.charts.{name}")
    message = f"module 'catrade.charts' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return list(_SUBJECTS)
