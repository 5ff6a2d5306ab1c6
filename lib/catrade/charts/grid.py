"""A small table of coloured cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack

import pandas as pd
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Size, say
from catrade.charts.core import About, shown
from pagemill.display import Chart
from pagemill.svg import TITLE

_CELL = 24.0  # points of height


def grid(
    frame: pd.DataFrame,
    row: str,
    column: str,
    value: str,
    *,
    colours: Mapping[Any, str] | None = None,
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
    colours, about
        As of `catrade.charts.lines`.

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
    rows = core.checked(frame, [row, column], "grid", value)
    paint = core.palette(rows[value].dropna(), colours)
    known = rows.dropna(subset=[value]).set_index([row, column])[value].to_dict()
    names, heads = list(dict.fromkeys(rows[row])), list(dict.fromkeys(rows[column]))
    picture = _Grid(known, names, heads, paint)
    missing = len(known) < len(names) * len(heads)
    notes = ["n/a or a dash: no figure."] if missing else []
    return core.finish(
        picture.draw, rows, about, alt=picture.alt, unit=value, notes=notes
    )


@dataclass
class _Grid:
    """What stands in the cells, by rows and columns, to be drawn wide or narrow."""

    known: Mapping[Any, Any]
    names: list[Any]
    heads: list[Any]
    paint: Mapping[Any, str]

    def alt(self, head: str) -> str:
        """Say every cell."""
        said = []
        for name in self.names:
            parts = []
            for at in self.heads:
                kind = self.known.get((name, at))
                parts.append(
                    f"{shown(at)} {'no figure' if kind is None else shown(kind)}"
                )
            said.append(f"{shown(name)}: {', '.join(parts)}")
        return f"Table of coloured cells: {head}. {'; '.join(said)}."

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw the cells; words the key explains are written only where all have room."""
        rows, columns = len(self.names), len(self.heads)
        names = [shown(name) for name in self.names]
        figure, axes = canvas.subplots(
            size,
            subtitle,
            core.entries_of(self.paint),
            height=_CELL * rows,
            left=canvas.widest(names, size) + 8,
            right=4,
            above=6,
        )
        axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
        axes.spines.bottom.set_visible(False)
        axes.set_yticks(range(rows), names)
        canvas.name_columns(axes, [shown(head) for head in self.heads], size)
        across = axes.bbox.width / columns
        words = {kind: shown(kind) for kind in self.paint}
        if canvas.widest(words.values(), size) > across - 4:
            words = dict.fromkeys(words, "")
        nothing = "n/a" if canvas.widest(["n/a"], size) <= across else "–"
        for y, name in enumerate(self.names):
            row = axes.bar(
                range(columns),
                1,
                width=1,
                bottom=y - 0.5,
                edgecolor=style.PAPER,
                linewidth=1.5,
            )
            for x, (head, cell) in enumerate(zip(self.heads, row, strict=True)):
                told, colour, word = "n/a", style.SOFT, nothing
                ink = style.MUTED
                kind = self.known.get((name, head))
                if kind is not None:
                    told, colour, word = shown(kind), self.paint[kind], words[kind]
                    ink = style.text_on(colour)
                cell.set(
                    facecolor=colour, gid=f"{TITLE}{core.named(name, head)}: {told}"
                )
                if word:
                    say(axes, (x, y), word, (0, 0), color=ink)
        return figure
