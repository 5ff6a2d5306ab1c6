"""Pieces the trade charts are drawn from: a line with gaps, whiskers, shaded years, limits."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from catrade.charts import style, words
from pagemill.display import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import ArrayLike

FLOWS = ("total", "export", "import")
#: Columns of a chart's CSV, in order; a frame's other columns are left out.
_TABLE = (
    *("reporter", "partner", "country", "flow", "china_flow", "period", "base_period"),
    *("value_usd", "low_usd", "high_usd", "base_usd", "value", "low", "high", "base"),
    *("growth", "growth_low", "growth_high", "growth_basis"),
    *("index", "index_low", "index_high", "share", "share_low", "share_high", "mirror_share"),
    "total_usd",
    *("contribution", "contribution_low", "contribution_high", "change_usd", "missing"),
    *("ratio", "ratio_low", "ratio_high", "status", "n_sources"),
    *("basis", "quality", "disagrees", "source_ids"),
)


def series_column(frame: pd.DataFrame) -> str:
    """Return the column that tells a frame's series apart: country, partner or reporter."""
    for column in ("country", "partner", "reporter"):
        if column in frame.columns and len(frame[column].unique()) > 1:
            return column
    return "country" if "country" in frame.columns else "partner"


def ordered(found: Sequence[str]) -> list[str]:
    """Return codes in the house order: Central Asia first, unknown ones last."""
    order = list(style.COUNTRY_COLOURS)
    return sorted(found, key=lambda code: (order.index(code) if code in order else 99, code))


def split(rows: pd.DataFrame, column: str) -> dict[Any, pd.DataFrame]:
    """Return the rows of each value of a column, values in order of appearance."""
    return dict(iter(rows.groupby(column, sort=False)))


def colour_of(code: str) -> str:
    """Return a country's colour, or the muted ink for a code without one."""
    return style.COUNTRY_COLOURS.get(code, style.MUTED)


def limits(rows: pd.DataFrame, low: str, high: str, *, room: float = 0.06) -> tuple[float, float]:
    """Return y limits that hold zero and all intervals, with room beyond them."""
    bottom, top = min(float(rows[low].min()), 0.0), max(float(rows[high].max()), 0.0)
    extra = room * ((top - bottom) or 1.0)
    return (bottom - extra if bottom < 0 else 0.0), (top + extra if top > 0 else 0.0)


def trace(
    axes: Axes, x: ArrayLike, y: ArrayLike, colour: str, *, marks: str = "", **look: Any
) -> None:
    """Draw a line, or only its marks, in axes whose limits are set by hand.

    `axes.plot` works the limits out again and takes three times as long.

    Parameters
    ----------
    axes, x, y, colour
        Where and how to draw.
    marks
        matplotlib's letter for the marks; without one a line is drawn.
    look
        Properties of the line.
    """
    if marks:
        look.update(marker=marks, linestyle="none")
    axes.add_artist(Line2D(x, y, color=colour, **look))


def bars(
    axes: Axes,
    places: Iterable[float],
    sizes: Iterable[float],
    thick: float,
    colour: str | Iterable[str],
    starts: Iterable[float] = itertools.repeat(0.0),
    *,
    flat: bool = False,
    label: str = "",
    **look: Any,
) -> None:
    """Draw bars, upright or `flat`, in axes whose limits are set by hand.

    `axes.bar` works the limits out again at each bar, which takes longer than all the rest.

    Parameters
    ----------
    axes
        Where to draw.
    places, sizes, thick
        The middle of each bar's thickness, its length, which may be negative, and the thickness.
    colour
        One for all, or one a bar.
    starts
        Where each bar begins.
    flat
        Whether the bars lie along the x axis.
    label
        What the bars are, for a legend.
    look
        Properties of the rectangles.
    """
    colours = itertools.repeat(colour) if isinstance(colour, str) else colour
    for place, size, face, start in zip(places, sizes, colours, starts, strict=False):
        edge = place - thick / 2
        x, y, width, height = (start, edge, size, thick) if flat else (edge, start, thick, size)
        bar = Rectangle((x, y), width, height, facecolor=face, label=label, **look)
        axes.add_artist(bar)
        label = ""  # the legend shows the first


def whiskers(
    axes: Axes, at: Any, rows: pd.DataFrame, columns: Sequence[str], colour: str, caps: float = 2.5
) -> None:
    """Draw intervals that are wide enough to be seen; call it after the y limits are set."""
    value, low, high = (rows[column].to_numpy(float) for column in columns)
    bottom, top = axes.transData.transform([(1, v) for v in axes.get_ylim()])[:, 1]
    ends = axes.transData.transform([(1, v) for v in [*low, *high]])[:, 1]
    seen = (ends[len(rows) :] - ends[: len(rows)]) > max(0.014 * abs(top - bottom), 3)
    if not seen.any():
        return
    axes.errorbar(
        np.asarray(at)[seen],
        value[seen],
        np.clip([value - low, high - value], 0, None)[:, seen],
        fmt="none",
        ecolor=colour,
        elinewidth=1,
        capsize=caps,
        zorder=3.5,
    )


def line(
    axes: Axes, rows: pd.DataFrame, columns: Sequence[str], colour: str, wide: float = 2
) -> None:
    """Draw one yearly series: gaps stay open, computed figures are hollow, intervals whiskers."""
    years, values = rows["year"].to_numpy(int), rows[columns[0]].to_numpy(float)
    full = pd.Series(values, years).reindex(range(years.min(), years.max() + 1))
    trace(axes, full.index, full, colour, linewidth=wide, zorder=3)
    published = rows.get("basis", pd.Series("published", rows.index)).to_numpy() == "published"
    for kind, face in ((published, colour), (~published, style.PAPER)):
        if kind.any():
            trace(
                axes,
                years[kind],
                values[kind],
                colour,
                marks="o",
                markerfacecolor=face,
                markeredgewidth=1.2,
                markersize=3.2 if len(full) > 20 else 4.5,
                zorder=4,
            )
    whiskers(axes, years, rows, columns, colour)


def shade_gaps(axes: Sequence[Axes], present: Sequence[int], first: int, last: int) -> list[int]:
    """Shade the years without a figure and return them."""
    gaps = sorted(set(range(first, last + 1)) - {int(year) for year in present})
    starts = [year for year in gaps if year - 1 not in gaps]
    ends = [year for year in gaps if year + 1 not in gaps]
    for start, stop in zip(starts, ends, strict=True):
        for panel in axes:
            panel.axvspan(start - 0.5, stop + 0.5, color=style.SOFT, zorder=0, linewidth=0)
    return gaps


def end(rows: pd.DataFrame, column: str) -> tuple[float, float]:
    """Return where a series ends, in data units."""
    row = rows.iloc[-1]
    return float(row["year"]), float(row[column])


def dated(text: str, row: Any, last: int) -> str:
    """Add the year to a label if the series ends before the axis does."""
    return text if int(row["year"]) == last else f"{text} ({int(row['year'])})"


def short_money(row: Any, *, signed: bool = False) -> str:
    """Return dollars for a label."""
    text = words.money(row, signed=signed).removeprefix("about ")
    return text.replace(" billion", " bn").replace(" million", " m")


def empty(subject: str, name: str, why: str = "") -> Chart:
    """Return the chart that says there is nothing to draw."""
    with style.house():
        figure, (axes,) = style.new_figure(1.3, margins=(0.3, 0.3, 0.1, 0.1))
        sentence = why or "No figure was found for this selection."
        style.no_data(axes, sentence)
    return Chart(
        figure,
        f"{subject}: no figure found",
        f"{subject}: no data to draw. {sentence}",
        pd.DataFrame(),
        name=name,
    )


def finish(figure: Figure, rows: pd.DataFrame, **kwargs: Any) -> Chart:
    """Build the chart: its table from the rows drawn, its source line unless one was given."""
    kwargs["source"] = kwargs.get("source") or words.source_line(rows)
    kwargs.setdefault("latest_right", True)
    table = kwargs.pop("table", rows)
    kept = [column for column in _TABLE if column in table.columns]
    if "by" in kwargs:
        by = kwargs.pop("by")
        kept = [by, *(column for column in kept if column != by)]
    return Chart(figure, table=table[kept].reset_index(drop=True), **kwargs)
