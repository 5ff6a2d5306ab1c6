"""A small table of coloured cells, drawn by seaborn's heat map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap, Normalize
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Size
from catrade.charts.core import About, shown
from catrade.charts.labels import text_width
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
    names, heads = list(dict.fromkeys(rows[row])), list(dict.fromkeys(rows[column]))
    kinds = list(dict.fromkeys(rows[value].dropna()))
    paint = core.palette(kinds, colours)
    known = rows.dropna(subset=[value]).set_index([row, column])[value].to_dict()
    cells = [[known.get((name, head)) for head in heads] for name in names]
    places = {kind: float(number) for number, kind in enumerate(kinds)}
    numbers = pd.DataFrame(
        [[places.get(kind, np.nan) for kind in line] for line in cells]
    )
    heat: dict[str, Any] = {
        "cmap": ListedColormap([*paint.values()] or [style.SOFT]),
        "norm": Normalize(-0.5, len(kinds) - 0.5),
        "cbar": False,
        "linewidths": 1.5,
        "linecolor": style.PAPER,
    }

    def draw(size: Size, subtitle: str) -> Figure:
        left = canvas.widest(map(shown, names), size) + 8
        figure, (axes,) = canvas.canvas(
            size,
            subtitle,
            core.entries_of(paint),
            height=_CELL * len(names),
            left=left,
            right=4,
            above=6,
        )
        axes.set_facecolor(style.SOFT)
        sns.heatmap(numbers, ax=axes, **heat)
        across = (size.width - left - 4) / len(heads)
        # Words the key explains are written only where all have room.
        fits = canvas.widest(map(shown, kinds), size) <= across - 4
        for r, line in enumerate(cells):
            for c, kind in enumerate(line):
                word = "n/a" if kind is None else shown(kind)
                said, ink = (word if fits else ""), style.MUTED
                if kind is None:
                    said = word if text_width(word, size.type) <= across else "–"
                else:
                    ink = style.text_on(paint[kind])
                told = canvas.told_as(f"{core.named(names[r], heads[c])}: {word}")
                look: dict[str, Any] = {
                    "ha": "center",
                    "va": "center_baseline",
                    "fontsize": size.type,
                }
                axes.text(c + 0.5, r + 0.5, said, color=ink, gid=told, **look)
        canvas.name_columns(axes, list(map(shown, heads)), size, across, first=0.5)
        axes.set_yticks(
            np.arange(len(names)) + 0.5, [shown(name) for name in names], rotation=0
        )
        axes.tick_params(length=0)
        axes.set(xlabel="", ylabel="")
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        return figure

    def alt(head: str) -> str:
        said = []
        for name, line in zip(names, cells, strict=True):
            words = ("no figure" if kind is None else shown(kind) for kind in line)
            parts = (
                f"{shown(at)} {word}" for at, word in zip(heads, words, strict=True)
            )
            said.append(f"{shown(name)}: {', '.join(parts)}")
        return f"Table of coloured cells: {head}. {'; '.join(said)}."

    notes = ["n/a or a dash: no figure." if numbers.isna().any(axis=None) else ""]
    return core.finish(draw, frame, about, alt=alt, unit=value, notes=notes)
