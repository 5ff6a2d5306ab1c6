"""Frames to be drawn, and what is read back from the artists of a drawing."""

import io
import itertools
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

from catrade.charts import style
from catrade.charts.canvas import NARROW
from pagemill.display import Chart

PHONE = 350  # pixels a figure has on a phone 390 pixels wide

SOURCES = {
    "a": "Statistics of China, as published in one source (listed under Sources).",
    "a;b": "Statistics of China, as published in 2 sources (listed under Sources).",
    "eec-2022": "Statistics of China: Eurasian Economic Commission.",
    "eec-2022;b": "Statistics of China, as published in 2 sources, 1 of them"
    " official (listed under Sources).",
}


def table(text: str) -> pd.DataFrame:
    """Return a table written as CSV."""
    return pd.read_csv(io.StringIO(text), keep_default_na=False, na_values=[""])


NEWEST = table("""partner,value_bn,low_bn,high_bn
UZB,14.2,13.0,15.4
KAZ,48.6,48.55,48.65
TKM,,,""")

FLOWS = table("""year,flow,value_bn
2023,export,3
2024,export,3
2025,export,3
2023,import,2
2024,import,2
2025,import,2""")

DATES = pd.date_range("2018-01-01", periods=102, freq="MS")

MONTHS = pd.DataFrame({"date": DATES, "share": 0.02 + np.arange(102) / 300})

KEYS: dict[str, Any] = {"title": "A finding"}

WORDS = KEYS | {
    "subtitle": "Exports plus imports of goods, $ billion, by the statistics of China’s customs, "
    "in the year’s prices",
}


def shown_texts(
    chart: Chart | Figure,
) -> list[tuple[Text, tuple[float, float, float, float]]]:
    """Return the texts of the picture with their boxes in points."""
    figure = chart.figure if isinstance(chart, Chart) else chart
    dpi = figure.dpi
    # Fine enough that letters are not moved to whole pixels, which a page does not do either.
    figure.set_dpi(288)
    renderer = FigureCanvasAgg(figure).get_renderer()  # type: ignore[no-untyped-call]
    figure.draw(renderer)
    every = [*figure.texts]
    for panel in figure.axes:
        for axis, ends in (
            (panel.xaxis, panel.get_xlim()),
            (panel.yaxis, panel.get_ylim()),
        ):
            low, high = sorted(ends)
            ticks = (
                axis.get_major_ticks() if axis.get_visible() and panel.axison else []
            )
            every += [tick.label1 for tick in ticks if low <= tick.get_loc() <= high]
        legend = panel.get_legend()
        every += list(legend.get_texts()) if legend else []
        every += [*panel.texts, panel.title, panel._left_title]  # type: ignore[attr-defined]
    placed: list[tuple[Text, tuple[float, float, float, float]]] = []
    for text in every:
        if text.get_text() and text.get_visible():
            # The letters alone, without the paper behind them.
            box = Text.get_window_extent(text, renderer)
            x0, y0, x1, y1 = (edge * 72 / 288 for edge in box.extents)
            placed.append((text, (x0, y0, x1, y1)))
    figure.set_dpi(dpi)
    return placed


def sticking_out(chart: Chart | Figure) -> list[str]:
    """Return the texts that stick out of the picture."""
    figure = chart.figure if isinstance(chart, Chart) else chart
    width, height = figure.get_size_inches() * 72
    return [
        text.get_text()
        for text, (x0, y0, x1, y1) in shown_texts(figure)
        if min(x0, y0) < -1 or x1 > width + 1 or y1 > height + 1
    ]


def colliding(chart: Chart | Figure) -> list[tuple[str, str]]:
    """Return the pairs of texts of which one lies on the other."""
    return [
        (first.get_text(), second.get_text())
        for (first, a), (second, b) in itertools.combinations(shown_texts(chart), 2)
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
    ]


def texts(figure: Figure | None) -> list[str]:
    assert figure is not None
    return [text.get_text() for text, _ in shown_texts(figure)]


def said(figure: Figure) -> list[str]:
    """Return what artists, and then points, say of themselves."""
    every = [artist.get_gid() for artist in figure.findobj() if artist.get_gid()]
    for cloud in figure.findobj(PathCollection):
        every += cloud.get_urls()
    return [mark.partition("t:")[2] for mark in every]


def assert_readable(made: Chart, *inks: str) -> None:
    """Hold that nothing overlaps, sticks out or is too small, on a page and on a phone."""
    assert made.narrow is not None
    allowed = {style.INK, style.MUTED, *inks}  # the first two follow the scheme
    for figure in (made.figure, made.narrow):
        assert sticking_out(figure) == []
        assert colliding(figure) == []
        assert {to_hex(text.get_color()) for text, _ in shown_texts(figure)} <= allowed
        every = [text.get_text() for text in figure.findobj(Text)]
        assert "artner_name" not in " ".join(every)
    wide = made.narrow.get_figwidth() * 72
    assert wide == pytest.approx(NARROW.width)
    letters = min(float(text.get_fontsize()) for text, _ in shown_texts(made.narrow))
    assert letters * PHONE / wide >= 9
