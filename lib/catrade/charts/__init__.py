"""What all charts share: the house style, their parts, labels and words.

The charts themselves stand with their subject, such as `catrade.trade_growth.charts`; each returns
a `pagemill.display.Chart`. By the names they had in version 0.1 they can be had here too.
"""

from __future__ import annotations

import importlib
from types import ModuleType

_SUBJECTS = {
    "trade": "catrade.trade_growth.charts.levels",
    "trade_detail": "catrade.trade_growth.charts.detail",
    "trade_evidence": "catrade.trade_growth.charts.evidence",
    "trade_growth": "catrade.trade_growth.charts.growth",
    "trade_months": "catrade.trade_growth.charts.months",
    "trade_split": "catrade.trade_growth.charts.split",
    "dependence": "catrade.trade_growth.charts.dependence",
    "composition": "catrade.trade_composition.charts.structure",
    "concentration": "catrade.trade_composition.charts.concentration",
    "books": "catrade.trade_composition.charts.both_sides",
    "history": "catrade.trade_composition.charts.history",
    "mirror": "catrade.mirror_statistics.charts.gap",
    "mirror_sides": "catrade.mirror_statistics.charts.sides",
    "mirror_weight": "catrade.mirror_statistics.charts.weight",
    "policy": "catrade.nev_policy.charts.timeline",
    "events": "catrade.nev_policy.charts.events",
    "spans": "catrade.nev_policy.charts.spans",
    "support": "catrade.nev_policy.charts.support",
    "week": "catrade.nev_policy.charts.week",
    "link": "catrade.nev_policy.charts.link",
    "market": "catrade.nev_policy.charts.market",
    "timeaxis": "catrade.nev_policy.charts.timeaxis",
    "claims": "catrade.claim_check.charts.intervals",
    "leaders": "catrade.claim_check.charts.leaders",
    "items": "catrade.trade_composition.charts.items",
}


def __getattr__(name: str) -> ModuleType:
    # On first use: matplotlib and seaborn cost more than all the rest of the library.
    if name in _SUBJECTS:
        return importlib.import_module(_SUBJECTS[name])
    message = f"module 'catrade.charts' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return list(_SUBJECTS)
