"""What stands in the picture of a chart."""

import itertools

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from pagemill.display import Chart


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
    found: list[tuple[Text, tuple[float, float, float, float]]] = []
    for text in every:
        if text.get_text() and text.get_visible():
            # The letters alone, without the paper behind them.
            box = Text.get_window_extent(text, renderer)
            x0, y0, x1, y1 = (edge * 72 / 288 for edge in box.extents)
            found.append((text, (x0, y0, x1, y1)))
    figure.set_dpi(dpi)
    return found


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
        (one.get_text(), two.get_text())
        for (one, a), (two, b) in itertools.combinations(shown_texts(chart), 2)
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
    ]
