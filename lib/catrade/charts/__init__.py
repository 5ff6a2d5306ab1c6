"""Charts in the house style: eight cores, and any axes of one's own.

Each takes a tidy frame and returns a `pagemill.display.Chart`, drawn for a page and for a phone,
with its text alternative, source line and data for download:

>>> import pandas as pd
>>> from catrade.charts import bars, chart, columns, contributions, dots, grid, lines, spans
>>> f = pd.DataFrame({"year": [2024, 2025], "partner": "KAZ", "flow": "export", "value_bn": [1, 2]})
>>> over_time = lines(f, "year", title="Exports doubled", subtitle="$ billion")
>>> ranked = bars(f, "partner", by="year", title="Exports doubled")
>>> upright = columns(f, "year", title="Exports doubled")
>>> split = contributions(f, "year", "value_bn", title="Most came last")
>>> apart = dots(f, "partner", by="year", title="Exports doubled")
>>> coloured = grid(f, "partner", "year", "flow", title="Figures are of exports")
>>> days = pd.DataFrame({"name": ["Subsidy"], "start": ["2009-01-23"], "end": ["2022-12-31"]})
>>> in_force = spans(days, title="The subsidy ended in 2022")

A frame without rows, or without a figure in any, is no error: the chart of it is nothing on a page,
and says why in JupyterLab.

With seaborn, `palette=COLOURS` gives countries, flows and goods the colours they have everywhere.
"""

from __future__ import annotations

from catrade.charts.bars import bars, columns, contributions
from catrade.charts.chart import chart
from catrade.charts.core import COLOURS
from catrade.charts.dots import dots
from catrade.charts.grid import grid
from catrade.charts.lines import lines
from catrade.charts.panels import panels
from catrade.charts.spans import spans

__all__ = [
    "COLOURS",
    "bars",
    "chart",
    "columns",
    "contributions",
    "dots",
    "grid",
    "lines",
    "panels",
    "spans",
]
