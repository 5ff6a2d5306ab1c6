"""A small table of coloured cells, drawn by seaborn's heat map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.colors import ListedColormap, Normalize, to_hex
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Key, Size, tell
from catrade.charts.core import About, Measure, shown
from catrade.charts.labels import text_width
from pagemill.display import Chart

_CELL = 24.0  # points of height


def grid(
    frame: pd.DataFrame,
    row: str,
    column: str,
    value: str,
    *,
    text: str | None = None,
    diverging: bool = False,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw a table of coloured cells, such as who led when; no cell may come twice.

    Parameters
    ----------
    frame
        One row a cell. A cell without a value, or not there, is grey and says "n/a".
    row, column, value
        Columns: the table's rows and columns, in the frame's order, and what gives a cell its
        colour: numbers on one scale, or words and codes with the colours of the one table.
    text
        A column with what to write in the cells, if not the value.
    diverging
        Whether numbers have two hues, above and below zero.
    unit, colours, about
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
    rows = core.checked(frame, [row, column], "grid", value, text)
    names, heads = list(dict.fromkeys(rows[row])), list(dict.fromkeys(rows[column]))
    wide = rows.set_index([row, column])
    measure = None
    if pd.api.types.is_numeric_dtype(rows[value]) and not pd.api.types.is_bool_dtype(rows[value]):
        measure = Measure.of(rows, value, unit)
        written = {at: measure.text(cell) for at, cell in wide.iterrows()}
        numbers = wide[value].astype(float)
        largest = float(np.nanmax(np.abs(numbers))) or 1.0
        cmap: Any = style.DIVERGING if diverging else style.SEQUENTIAL
        low = -largest if diverging else min(0.0, float(numbers.min()))
        entries: list[tuple[str, str, float]] = []
    else:
        kinds = [kind for kind in dict.fromkeys(rows[value]) if not pd.isna(kind)]
        paint = core.palette(kinds, colours)
        cmap = ListedColormap([paint[kind] for kind in kinds] or [style.SOFT])
        written = {at: "" if pd.isna(kind) else shown(kind) for at, kind in wide[value].items()}
        numbers = wide[value].map({kind: float(n) for n, kind in enumerate(kinds)}).astype(float)
        low, largest = -0.5, len(kinds) - 0.5
        entries = [(shown(kind), paint[kind], 1.0) for kind in kinds]
    if text:
        written = {at: "" if pd.isna(said) else str(said) for at, said in wide[text].items()}
    cells = numbers.reindex(pd.MultiIndex.from_product([names, heads])).to_numpy(float)
    table = pd.DataFrame(cells.reshape(len(names), -1), names, heads)
    places = [(r, c, (name, head)) for r, name in enumerate(names) for c, head in enumerate(heads)]

    def draw(size: Size, subtitle: str) -> Figure:
        left = canvas.widest(map(shown, names), size) + 8
        figure, (axes,) = canvas.canvas(
            size,
            subtitle,
            Key(entries, size) if entries else None,
            height=_CELL * len(names),
            left=left,
            right=4,
            above=6,
        )
        axes.set_facecolor(style.SOFT)
        norm = Normalize(low, largest)
        look: dict[str, Any] = {"cbar": False, "linewidths": 1.5, "linecolor": style.PAPER}
        sns.heatmap(table, ax=axes, cmap=cmap, norm=norm, **look)
        across = (size.width - left - 4) / len(heads)
        # Words the key explains are written only where all have room.
        fits = canvas.widest(written.values(), size) <= across - 4
        shade = sns.color_palette(cmap, as_cmap=True) if isinstance(cmap, str) else cmap
        for (r, c, at), number in zip(places, cells, strict=True):
            missing = bool(np.isnan(number))
            back = style.SOFT if missing else to_hex(shade(norm(number)))
            said = "n/a" if missing else written[at] if fits else ""
            if missing and text_width(said, size.type) > across:
                said = "–"
            ink = style.MUTED if missing else style.text_on(back)
            cell = axes.text(c + 0.5, r + 0.5, said, ha="center", va="center_baseline")
            cell.set(fontsize=size.type, color=ink)
            tell(cell, f"{shown(at[0])}, {shown(at[1])}: {written.get(at) or 'n/a'}")
        each = canvas.widest(map(shown, heads), size) + 5
        step = canvas.step_of(len(heads), across * len(heads), each)
        ticks = range((len(heads) - 1) % step, len(heads), step)
        axes.set_xticks([n + 0.5 for n in ticks], [shown(heads[n]) for n in ticks], rotation=0)
        axes.set_yticks(np.arange(len(names)) + 0.5, [shown(name) for name in names], rotation=0)
        axes.tick_params(length=0)
        axes.set(xlabel="", ylabel="")
        axes.grid(visible=False)
        axes.spines["bottom"].set_visible(False)
        return figure

    def alt(head: str) -> str:
        said = {name: [] for name in names}  # type: dict[Any, list[str]]
        for _, _, at in places:
            said[at[0]].append(f"{shown(at[1])} {written.get(at) or 'no figure'}")
        rows = "; ".join(f"{shown(name)}: {', '.join(texts)}" for name, texts in said.items())
        return f"Table of coloured cells: {head}. {rows}."

    notes = ["n/a or a dash: no figure." if np.isnan(cells).any() else ""]
    unit = measure.subtitle if measure else ""
    return core.finish(draw, frame, about, alt=alt, unit=unit or value, notes=notes)
