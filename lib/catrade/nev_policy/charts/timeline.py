"""Charts of policy events: what happened when. They describe, they explain nothing.

Events are numbered as in the table that `catrade.nev_policy.policy.numbered` makes, so that a mark
can be looked up. A date known only to its month or year is drawn as a hollow mark on a bar over the
days it may stand for.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from catrade.charts import style
from catrade.charts.labels import text_width
from catrade.charts.parts import trace
from catrade.definitions import choices
from catrade.names import name_of
from catrade.nev_policy.charts.timeaxis import at, by_years, room_below, time_axis
from pagemill import formats
from pagemill.display import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

THEME_NAMES = {
    "demand_support": "Buying and fleets",
    "industrial_policy": "Industrial policy",
    "competition_order": "Competition",
    "technology": "Technology",
    "safety": "Safety",
    "trade": "Trade",
    "infrastructure": "Charging",
    "heavy_trucks": "Heavy trucks",
}
_ROW = 14.0  # points a row of marks is high
#: What a note says where hollow marks are drawn.
IMPRECISE = "Hollow marks: only the month or year is known (the bar shows the days it may be)."


def place_name(code: str) -> str:
    """Return the name of a jurisdiction inside a sentence.

    Examples
    --------
    >>> place_name("EAEU"), place_name("UZB")
    ('the Eurasian Economic Union', 'Uzbekistan')
    """
    return {"EAEU": "the Eurasian Economic Union", "EU": "the EU"}.get(code, name_of(code))


def source_line(frame: pd.DataFrame) -> str:
    """Return how many published sources a frame of events or figures rests on."""
    cells = [*frame.get("source_ids", []), *frame.get("source_id", [])]
    count = len({part for cell in cells for part in str(cell).split(";") if part})
    return f"{count} published source{'s' if count != 1 else ''}, listed under Sources."


@style.house()
def timeline(
    events: pd.DataFrame,
    start: int,
    end: int,
    *,
    focus: tuple[dt.date, dt.date] | None = None,
    name: str = "timeline",
) -> Chart:
    """Draw events as numbered marks in one lane a theme.

    Parameters
    ----------
    events
        Result of `policy.numbered`: number, theme, date, date_precision, first_day, last_day.
    start, end
        First and last year of the axis.
    focus
        First and last day to shade.
    """
    window = (dt.date(start, 1, 1), dt.date(end, 12, 31))
    rows = events[(events["year"] >= start) & (events["year"] <= end)]
    if rows.empty:
        return empty("No policy event was found for this selection", name)
    themes = [theme for theme in choices("themes") if (rows["theme"] == theme).any()]
    margins = (1.3, 0.14, 0.12, room_below(*window))
    width = (style.WIDTH - margins[0] - margins[1]) * 72
    size = 16.0 if rows["number"].max() > 99 else 14.0
    per_day = width / ((window[1] - window[0]).days + 1)
    lanes = {
        theme: _pack(rows[rows["theme"] == theme], window[0], per_day, size) for theme in themes
    }
    heights = {theme: (max(row for _, row in lanes[theme]) + 1) * _ROW + 10 for theme in themes}
    total = sum(heights.values())
    figure, (axes,) = style.new_figure(
        total / 72 + margins[2] + margins[3], margins=margins
    )  # fmt: skip
    time_axis(axes, *window)
    axes.set_ylim(total, 0)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x", which="minor" if by_years(*window) else "major")
    if focus:
        axes.axvspan(at(focus[0]), max(at(focus[1]) + 1, at(focus[0]) + 3 / per_day),
                     color=style.SOFT, zorder=0)  # fmt: skip
    top = 0.0
    for theme in themes:
        axes.axhline(top, color=style.GRID, linewidth=0.8)
        axes.text(-8 / width, 1 - (top + heights[theme] / 2) / total, THEME_NAMES[theme],
                  transform=axes.transAxes, ha="right", va="center")  # fmt: skip
        for event, row in lanes[theme]:
            y = top + 5 + (row + 0.5) * _ROW
            mark(axes, event, y, style.THEME_COLOURS[theme], size)
        top += heights[theme]
    busiest = rows.groupby("year").size()
    year, most = busiest.idxmax(), int(busiest.max())
    counts = rows["theme"].value_counts()
    listed = formats.join([f"{THEME_NAMES[t].lower()} {counts[t]}" for t in themes])
    first, last = rows.iloc[0], rows.iloc[-1]
    alt = (
        f"Timeline from {start} to {end} with {count(len(rows), 'event')} in "
        f"{count(len(themes), 'lane')}: {listed}. First: {first['title_en']}, "
        f"{formats.date(first['date'])}. Last: {last['title_en']}, {formats.date(last['date'])}. "
        f"Most in one year: {most} in {year}."
    )
    return Chart(
        figure,
        f"{count(len(rows), 'event')} from {start} to {end}, {most} of them in {year}"
        if len(busiest) > 1
        else f"{count(len(rows), 'event')} in {year}",
        alt,
        event_table(rows),
        source=source_line(rows),
        note="Numbers: see the table below. " + (IMPRECISE if hollow(rows) else ""),
        name=name,
    )


def _pack(
    rows: pd.DataFrame, first: dt.date, per_day: float, size: float
) -> list[tuple[dict[Any, Any], int]]:
    """Give each event of a lane a row such that no two marks touch."""
    taken: list[float] = []
    placed = []
    for event in sorted(rows.to_dict("records"), key=middle):
        x = (at(middle(event)) - at(first)) * per_day
        row = next((n for n, edge in enumerate(taken) if edge + size <= x), len(taken))
        taken[row : row + 1] = [x]
        placed.append((event, row))
    return placed


def middle(event: dict[Any, Any]) -> pd.Timestamp:
    """Return the middle of the days an event may have happened on."""
    first: pd.Timestamp = event["first_day"]
    last: pd.Timestamp = event["last_day"]
    return first + (last - first) / 2


def mark(axes: Axes, event: dict[Any, Any], y: float, colour: str, size: float) -> None:
    """Draw an event as a numbered mark of `size` points, hollow if its day is not known."""
    known = event["date_precision"] == "day"
    x = at(middle(event))
    if not known:
        ends = [at(event["first_day"]), at(event["last_day"]) + 1]
        trace(axes, ends, [y, y], colour, linewidth=3, alpha=0.5, zorder=2)
    trace(axes, [x], [y], colour, marks="o", markersize=size - 2.5, zorder=3, clip_on=False,
          markerfacecolor=colour if known else style.PAPER, markeredgewidth=1.2)  # fmt: skip
    ink = style.text_on(colour) if known else style.INK
    axes.text(x, y, str(event["number"]), ha="center", va="center_baseline", fontsize=7,
              color=ink, zorder=4)  # fmt: skip


def hollow(rows: pd.DataFrame) -> bool:
    """Say whether the day of an event is not known."""
    return bool((rows["date_precision"] != "day").any())


def event_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of events that a chart offers for download."""
    names = ["number", "date", "theme", "stage", "title_en", "landmark", "jurisdiction", "event_id",
             "measure_id", "source_ids"]  # fmt: skip
    return rows[[name for name in names if name in rows.columns]].reset_index(drop=True)


def count(number: int, word: str) -> str:
    """Return a number with its noun."""
    return f"{number} {word}{'s' if number != 1 else ''}"


def empty(sentence: str, name: str) -> Chart:
    """Return the chart that says there is nothing to draw."""
    figure, (axes,) = style.new_figure(1.6, margins=(0.3, 0.3, 0.2, 0.2))
    style.no_data(axes, f"{sentence}.")
    return Chart(figure, sentence, f"Empty chart. {sentence}.", pd.DataFrame(), name=name)


@style.house()
def events_heatmap(counts: pd.DataFrame, *, name: str = "events-by-theme") -> Chart:
    """Draw how many events each theme has in each year.

    Parameters
    ----------
    counts
        Result of `policy.events_by_theme_year`.
    """
    grid = counts.set_index(["theme", "year"])["events"].unstack()  # noqa: PD010
    themes = [theme for theme in choices("themes") if theme in grid.index]
    grid = grid.loc[themes]
    if grid.empty or not grid.to_numpy().sum():
        return empty("No policy event was found for this selection", name)
    figure, (axes,) = style.new_figure(0.27 * len(themes) + 0.5, margins=(1.3, 0.14, 0.1, 0.34))
    values = grid.to_numpy(float)
    axes.set_facecolor(style.SOFT)
    axes.patch.set_visible(True)
    filled = np.ma.masked_equal(values, 0)
    mesh = axes.pcolormesh(filled, cmap=style.SEQUENTIAL, vmin=1, vmax=max(values.max(), 4))
    for number in range(1, max(values.shape)):
        for draw, size in ((axes.axvline, values.shape[1]), (axes.axhline, values.shape[0])):
            if number < size:
                draw(number, color=style.PAPER, linewidth=1.5)
    for row in range(values.shape[0]):
        for column in range(values.shape[1]):
            number = int(values[row, column])
            if number:
                r, g, b, a = (float(v) for v in mesh.to_rgba(np.array([number]))[0])
                axes.text(column + 0.5, row + 0.5, str(number), ha="center", va="center_baseline",
                          fontsize=9, color=style.text_on((r, g, b, a)))  # fmt: skip
    years = [int(year) for year in grid.columns]
    step = 1 if len(years) <= 13 else 2
    shown = [n for n in range(len(years)) if (len(years) - 1 - n) % step == 0]
    axes.set_xticks([n + 0.5 for n in shown], [str(years[n]) for n in shown])
    axes.set_yticks([n + 0.5 for n in range(len(themes))], [THEME_NAMES[t] for t in themes])
    axes.invert_yaxis()
    axes.grid(visible=False)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    by_year, by_theme = grid.sum(), grid.sum(axis=1)
    peak = counts.sort_values("events", kind="stable").iloc[-1]
    alt = (
        f"Grid of {count(len(themes), 'theme')} by year, {years[0]} to {years[-1]}, "
        f"{int(values.sum())} events. Most in a cell: {int(peak['events'])} for "
        f"{THEME_NAMES[str(peak['theme'])].lower()} in {peak['year']}. By theme: "
        + formats.join([f"{THEME_NAMES[t].lower()} {int(by_theme[t])}" for t in themes])
        + f". Most in a year: {int(by_year.max())} in {by_year.idxmax()}."
    )
    return Chart(
        figure,
        f"Most events fall in {_most(by_year)}; the fullest theme: {_most(by_theme)}",
        alt,
        counts.reset_index(drop=True),
        source=source_line(
            pd.DataFrame({"source_ids": [";".join(counts.attrs.get("sources", []))]})
        ),
        note="What was found, not all there was: recent years are covered more closely.",
        name=name,
    )


def _most(totals: pd.Series[Any]) -> str:
    top = totals[totals == totals.max()]
    names = [THEME_NAMES.get(str(key), str(key)) for key in top.index]
    each = " each" if len(names) > 1 else ""
    listed = formats.join([names[0], *(name.lower() for name in names[1:])])
    return f"{listed} ({int(top.max())}{each})"


def wide(text: str) -> float:
    """Return the width of a text of 8.5 points on screen."""
    # Screen fonts are hinted: a little wider than their outlines.
    return 1.04 * text_width(text, 8.5)


def fit(text: str, points: float) -> str:
    """Return the text, cut with an ellipsis if it is wider than so many points at 8.5 points."""
    while wide(text) > points:
        text = text[:-2].rstrip() + "…"
    return text
