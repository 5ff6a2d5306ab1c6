"""Frames to be drawn, and what is read back from the artists of a drawing."""

import io
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text
from pictures import colliding, shown_texts, sticking_out

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


def texts(figure: Figure | None) -> list[str]:
    assert figure is not None
    return [text.get_text() for text, _ in shown_texts(figure)]


def said(figure: Figure) -> list[str]:
    """Return what artists, and then points, say of themselves."""
    every = [one.get_gid() for one in figure.findobj() if one.get_gid()]
    for cloud in figure.findobj(PathCollection):
        every += cloud.get_urls()
    return [one.partition("t:")[2] for one in every]


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
