"""Charts in the house style: five cores, and any axes of one's own.

Each takes a tidy frame and returns a `pagemill.display.Chart`, drawn for a page and for a phone,
with its text alternative, source line and data for download:

>>> import pandas as pd
>>> from catrade.charts import bars, chart, dots, grid, lines, spans
>>> f = pd.DataFrame({"year": [2024, 2025], "partner": "KAZ", "flow": "export", "value_bn": [1, 2]})
>>> over_time = lines(f, "year", title="Exports doubled", subtitle="$ billion")
>>> ranked = bars(f, "year", upright=True, title="Exports doubled")
>>> apart = dots(f, "partner", by="year", title="Exports doubled")
>>> coloured = grid(f, "partner", "year", "value_bn", title="Exports doubled")
>>> days = pd.DataFrame({"name": ["Subsidy"], "start": ["2009-01-23"], "end": ["2022-12-31"]})
>>> in_force = spans(days, title="The subsidy ended in 2022")

With seaborn, `palette=COLOURS` gives countries, flows and goods the colours they have everywhere.
"""

from __future__ import annotations

import importlib
from types import ModuleType

from catrade.charts.bars import bars
from catrade.charts.chart import chart
from catrade.charts.core import COLOURS
from catrade.charts.dots import dots
from catrade.charts.grid import grid
from catrade.charts.lines import lines
from catrade.charts.spans import spans

__all__ = ["COLOURS", "bars", "chart", "dots", "grid", "lines", "spans"]

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
    "policy": "catrade.nev_policy.charts.timeline",
    "events": "catrade.nev_policy.charts.events",
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
    # The charts of version 0.1, until the notebooks draw with the cores.
    if name in _SUBJECTS:
        return importlib.import_module(_SUBJECTS[name])
    message = f"module 'catrade.charts' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return [*__all__, *_SUBJECTS]
