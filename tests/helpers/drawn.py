"""What a test looks for in a drawing: its texts and where they are, and what its marks say."""

import itertools
import re
from typing import Any

from matplotlib.figure import Figure
from matplotlib.text import Text

from pagemill.display import Chart


def texts(figure: Figure) -> dict[str, Any]:
    """Return the texts of a figure that are seen, and where the renderer puts them."""
    outside: set[Any] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            ends = axis.get_view_interval()
            for tick in axis.get_major_ticks():
                if not axes.axison or not min(ends) <= tick.get_loc() <= max(ends):
                    outside |= {tick.label1, tick.label2}
    seen = [text for text in figure.findobj(Text) if text.get_visible()]
    return {
        text.get_text(): Text.get_window_extent(text)
        for text in seen
        if text.get_text().strip() and text not in outside
    }


def assert_readable(chart: Chart | None) -> None:
    """Hold that a drawing is 640 wide in letters of 17, none cut and none on another."""
    assert chart is not None
    figure = chart.figure
    assert round(96 * figure.get_figwidth()) == 640
    width, height = figure.get_size_inches() * figure.dpi
    boxes = texts(figure)
    for text, box in boxes.items():
        assert min(box.x0, box.y0) >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height + 1, text
    for (text, box), (other, its) in itertools.combinations(boxes.items(), 2):
        across = min(box.x1, its.x1) - max(box.x0, its.x0)
        along = min(box.y1, its.y1) - max(box.y0, its.y0)
        assert min(across, along) <= 1, (text, other)
    sizes = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", chart.svg())]
    assert min(sizes) * 350 / 480 >= 9


def tips(chart: Chart | None) -> list[str]:
    """Return what the marks of a drawing say by finger, mouse and keys, in their order."""
    assert chart is not None
    return re.findall("<title>(.*?)</title>", chart.svg())
