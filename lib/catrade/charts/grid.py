"""A small table of coloured cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Unpack

import pandas as pd
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Panel, Size
from catrade.charts.core import About, shown
from pagemill.display import Chart

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
    paint = core.palette(dict.fromkeys(rows[value].dropna()), colours)
    known = rows.dropna(subset=[value]).set_index([row, column])[value].to_dict()
    names, heads = dict.fromkeys(rows[row]), dict.fromkeys(rows[column])
    cells = {name: {head: known.get((name, head)) for head in heads} for name in names}
    picture = _Grid(cells, list(heads), paint)
    missing = len(known) < len(names) * len(heads)
    notes = ["n/a or a dash: no figure."] if missing else []
    return core.finish(
        picture.draw, frame, about, alt=picture.alt, unit=value, notes=notes
    )


@dataclass
class _Grid:
    """The cells, by rows and columns, to be drawn wide or narrow."""

    cells: Mapping[Any, Mapping[Any, Any]]
    heads: list[Any]
    paint: Mapping[Any, str]

    def alt(self, head: str) -> str:
        """Say every cell."""
        said = []
        for name, row in self.cells.items():
            parts = []
            for at, kind in row.items():
                parts.append(
                    f"{shown(at)} {'no figure' if kind is None else shown(kind)}"
                )
            said.append(f"{shown(name)}: {', '.join(parts)}")
        return f"Table of coloured cells: {head}. {'; '.join(said)}."

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw the cells; words the key explains are written only where all have room."""
        count = len(self.cells)
        (panel,) = canvas.panels(
            size,
            subtitle,
            core.entries_of(self.paint),
            height=_CELL * count,
            left=canvas.widest(map(shown, self.cells), size) + 8,
            right=4,
            above=6,
        )
        panel.limit((0, len(self.heads)), (count, 0))
        frame = panel.frame
        words = {kind: shown(kind) for kind in self.paint}
        across = frame.width / len(self.heads)
        if canvas.widest(words.values(), size) > across - 4:
            words = dict.fromkeys(words, "")
        words[None] = "n/a" if canvas.widest(["n/a"], size) <= across else "–"
        for y, (name, row) in enumerate(self.cells.items()):
            at = frame.y1 - (y + 0.5) * _CELL
            look: dict[str, Any] = {"ha": "right", "va": "center_baseline"}
            panel.write(frame.x0 - 3.5, at, shown(name), **look)
            for x, (head, kind) in enumerate(row.items()):
                told = f"{core.named(name, head)}: {'n/a' if kind is None else shown(kind)}"
                self._cell(panel, (x, y), kind, words[kind], told)
        names = [shown(head) for head in self.heads]
        panel.name_columns(names, first=0.5, edge=False)
        return panel.figure

    def _cell(
        self,
        panel: Panel,
        at: tuple[float, float],
        kind: Any,
        word: str,
        told: str,
    ) -> None:
        colour = style.SOFT if kind is None else self.paint[kind]
        ink = style.MUTED if kind is None else style.text_on(colour)
        edge: dict[str, Any] = {"edgecolor": style.PAPER, "linewidth": 1.5}
        panel.box(at, (1, 1), colour, told, **edge)
        if word:
            middle = (at[0] + 0.5, at[1] + 0.5)
            panel.say(middle, word, (0, 0), color=ink)
