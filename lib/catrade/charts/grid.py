"""A small table of coloured cells."""

from __future__ import annotations

from typing import Unpack

import pandas as pd
from matplotlib.figure import Figure

from catrade.charts import core, style
from catrade.charts.canvas import Plot, Size
from catrade.charts.core import About, shown
from pagemill.display import Chart

_CELL = 20.0  # points of height


@core.or_nothing
def grid(
    frame: pd.DataFrame,
    row: str,
    column: str,
    value: str,
    **about: Unpack[About],
) -> Chart:
    """Draw a table of coloured cells, such as who led when; no cell may come twice.

    Numbers on one scale are for seaborn's `heatmap` and `catrade.charts.chart`.

    Parameters
    ----------
    frame
        One row a cell. A cell without a value, or not there, is grey and says "n/a".
    row, column, value
        Columns: the table's rows and columns, in the frame's order, and what gives a cell its
        colour: words, or codes with the colours of the one table.
    about
        As of `catrade.charts.bars`.

    Raises
    ------
    ParameterError
        If a column is missing or a cell comes twice.

    Examples
    --------
    >>> frame = pd.DataFrame({"who": ["KAZ", "KAZ"], "year": [2022, 2023], "led": ["RUS", "CHN"]})
    >>> grid(frame, "who", "year", "led", title="China overtook Russia in 2023").alt
    'Table of coloured cells: led. Kazakhstan: 2022 Russia, 2023 China.'
    """
    rows = core.drawable(frame, [row, column], "grid", value)
    rows[column] = core.with_years(rows[column])
    paint = core.palette(rows[value].dropna(), about.get("colours"))
    cells = rows.dropna(subset=[value]).set_index([row, column])[value].to_dict()
    names, heads = rows[row].unique(), rows[column].unique()
    texts = {place: shown(kind) for place, kind in cells.items()}
    sentences = []
    for name in names:
        parts = [
            f"{shown(head)} {texts.get((name, head), 'no figure')}" for head in heads
        ]
        sentences.append(f"{shown(name)}: {', '.join(parts)}")

    def draw(size: Size, subtitle: str) -> Figure:
        """Draw the cells; words the key explains are written only where all have room."""
        left = size.widest(map(shown, names))
        plot = Plot(
            size,
            subtitle,
            core.entries_of(paint),
            x=(-0.5, len(heads) - 0.5),
            y=(len(names) - 0.5, -0.5),
            height=_CELL * len(names),
            left=left + 8,
            right=4,
            above=6,
        )
        plot.axes.set_axis_off()
        plot.name_columns(map(shown, heads))
        room = plot.axes.bbox.width / len(heads)
        written = size.widest(map(shown, paint)) <= room - 4
        nothing = "n/a" if size.wide("n/a") <= room else "–"
        for y, name in enumerate(names):
            plot.say((-0.5, y), shown(name), (-3.5, 0))
            for x, head in enumerate(heads):
                kind = cells.get((name, head))
                text = texts.get((name, head), "n/a")
                colour = style.SOFT if kind is None else paint[kind]
                plot.box(
                    (x - 0.5, y - 0.5),
                    (1, 1),
                    f"{shown(name)}, {shown(head)}: {text}",
                    facecolor=colour,
                    edgecolor=style.PAPER,
                    linewidth=1.5,
                )
                if kind is None:
                    plot.say((x, y), nothing, (0, 0), color=style.MUTED)
                elif written:
                    plot.say((x, y), text, (0, 0), color=style.text_on(colour))
        return plot.figure

    missing = len(cells) < len(names) * len(heads)
    return core.finish(
        draw,
        frame,
        about,
        kind="Table of coloured cells",
        sentences=sentences,
        notes=["n/a or a dash: no figure." if missing else ""],
        unit=value,
    )
