"""What stands in the picture of a chart."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

from pagemill.display import Chart


def texts(chart: Chart) -> list[str]:
    """Return the texts of the drawing, without those shown only in a file of its own."""
    root = ET.fromstring(chart.svg())
    group = root[0]
    inside = set(group.iter())
    return [e.text or "" for e in root.iter() if e.tag.endswith("}text") and e not in inside]


def drawn(chart: Chart, panel: int = 0) -> list[tuple[str, np.ndarray]]:
    """Return colour and y values of the lines of a panel (those with more than one point)."""
    lines = chart.figure.axes[panel].lines
    return [(to_hex(li.get_color()), np.asarray(li.get_ydata(), float)) for li in lines]


def shown_texts(chart: Chart) -> list[tuple[Text, tuple[float, float, float, float]]]:
    """Return the texts of the picture with their boxes."""
    renderer = FigureCanvasAgg(chart.figure).get_renderer()
    chart.figure.draw(renderer)
    found: list[tuple[Text, tuple[float, float, float, float]]] = []
    for panel in chart.figure.axes:
        low, high = sorted(panel.get_xlim())
        labels = panel.get_xticklabels() if panel.xaxis.get_visible() else []
        ticks = [label for label in labels if low <= label.get_position()[0] <= high]
        legend = panel.get_legend()
        others = list(legend.get_texts()) if legend else []
        for text in [*panel.texts, panel.title, panel._left_title, *ticks, *others]:  # type: ignore[attr-defined]
            if text.get_text() and text.get_visible():
                box = text.get_window_extent(renderer)
                found.append((text, (box.x0, box.y0, box.x1, box.y1)))
    return found


def sticking_out(chart: Chart) -> list[str]:
    """Return the texts that stick out of the picture."""
    frame = chart.figure.bbox.padded(1)
    return [
        text.get_text()
        for text, (x0, y0, x1, y1) in shown_texts(chart)
        if not (frame.contains(x0, y0) and frame.contains(x1, y1))
    ]


def colliding(chart: Chart) -> list[tuple[str, str]]:
    """Return the pairs of texts of which one lies on the other."""
    return [
        (one.get_text(), two.get_text())
        for (one, a), (two, b) in itertools.combinations(shown_texts(chart), 2)
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
    ]
