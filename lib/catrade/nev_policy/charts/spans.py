"""A chart of the spells in which measures were in force."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pandas as pd

from catrade.charts import style
from catrade.charts.parts import bars, trace
from catrade.definitions import choices
from catrade.nev_policy.charts.timeaxis import at, by_years, room_below, time_axis
from catrade.nev_policy.charts.timeline import THEME_NAMES, count, empty, source_line, wide
from pagemill import formats
from pagemill.display import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@style.house()
def in_force(
    spans: pd.DataFrame,
    start: int,
    end: int,
    *,
    day: dt.date | None = None,
    name: str = "in-force",
) -> Chart:
    """Draw the spells in which measures were in force, one row a measure, grouped by theme.

    Parameters
    ----------
    spans
        Result of `policy.in_force_spans`.
    start, end
        First and last year of the axis.
    day
        A day to mark with a line.
    """
    first, last = dt.date(start, 1, 1), dt.date(end, 12, 31)
    inside = (spans["start"] <= pd.Timestamp(last)) & (
        spans["end"].isna() | (spans["end"] >= pd.Timestamp(first))
    )
    rows = spans[inside].copy()
    if rows.empty:
        return empty("No measure of this selection is known to have been in force", name)
    rows["order"] = rows["theme"].map({theme: n for n, theme in enumerate(choices("themes"))})
    begin = rows.groupby("measure_id")["start"].transform("min")
    rows = rows.assign(begin=begin).sort_values(["order", "begin", "measure_id", "start"])
    measures = rows.drop_duplicates("measure_id")
    left = max(wide(title) for title in measures["measure_title"]) / 72 + 0.12
    margins = (left, 0.2, 0.12, room_below(first, last))
    lines = len(measures) + measures["theme"].nunique()
    figure, (axes,) = style.new_figure(lines * 14 / 72 + margins[2] + margins[3], margins=margins)
    time_axis(axes, first, last)
    axes.set_ylim(lines, 0)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.grid(visible=True, axis="x", which="minor" if by_years(first, last) else "major")
    line, theme = 0, ""
    of_measure: dict[str, list[dict[Any, Any]]] = {}
    for spell in rows.to_dict("records"):
        of_measure.setdefault(spell["measure_id"], []).append(spell)
    for spells in of_measure.values():
        measure = spells[0]
        if measure["theme"] != theme:
            theme = measure["theme"]
            axes.annotate(THEME_NAMES[theme], (0, line + 0.55), xycoords=("axes fraction", "data"),
                          xytext=(-(left - 0.06) * 72, 0), textcoords="offset points",
                          va="center_baseline", fontweight="bold", fontsize=8.5,
                          annotation_clip=False)  # fmt: skip
            line += 1
        axes.annotate(measure["measure_title"], (0, line + 0.5), xycoords=("axes fraction", "data"),
                      xytext=(-5, 0), textcoords="offset points", ha="right",
                      va="center_baseline", fontsize=8.5, annotation_clip=False)  # fmt: skip
        _bars(axes, spells, line + 0.5, style.THEME_COLOURS[theme], first, last)
        line += 1
    if day is not None:
        axes.axvline(at(day) + 0.5, color=style.INK, linewidth=1.2, linestyle=(0, (3, 2)), zorder=5)
    still = rows[rows["end"].isna()]["measure_id"].nunique()
    oldest = measures.sort_values("start").iloc[0]
    alt = (
        f"Bar chart of spells from {start} to {end} for {count(len(measures), 'measure')} in "
        f"{count(measures['theme'].nunique(), 'group')}. "
        f"Earliest: {oldest['measure_title']}, from "
        f"{formats.date(oldest['start'].date().isoformat())}. No end is known for {still} of them."
    )
    if day is not None:
        alt += f" A dashed line marks {formats.date(day.isoformat())}."
    parts = ["White lines: a later stage took effect. Arrows: it goes on, or no end is known."]
    if (rows["status"] == "unknown").any():
        parts.append("Hatched or pale: perhaps in force, the sources do not settle it.")
    return Chart(
        figure,
        f"{count(len(measures), 'measure')} in force at some time from {start} to {end}; "
        f"no end is known for {still}",
        alt,
        rows.drop(columns=["order", "begin"]).reset_index(drop=True),
        source=source_line(
            pd.DataFrame({"source_ids": [";".join(spans.attrs.get("sources", []))]})
        ),
        note=" ".join(parts),
        name=name,
    )


def _bars(
    axes: Axes, spells: list[dict[Any, Any]], y: float, colour: str, first: dt.date, last: dt.date
) -> None:
    per_day = axes.get_window_extent().width / axes.figure.dpi * 72 / (at(last) + 1 - at(first))
    previous = ""
    for spell in spells:
        open_end = pd.isna(spell["end"])
        begin = max(at(spell["start"]), at(first))
        finish = at(last) + 1 if open_end else min(at(spell["end"]) + 1, at(last) + 1)
        if spell["status"] == "yes":
            bars(axes, [y], [finish - begin], 0.56, colour, [begin], flat=True, zorder=3)
        elif (finish - begin) * per_day > 8:
            bars(axes, [y], [finish - begin], 0.56, style.PAPER, [begin], flat=True, zorder=2,
                 edgecolor=colour, linewidth=0.8, hatch="/////")  # fmt: skip
        else:  # too narrow for a hatch to be seen
            bars(axes, [y], [finish - begin], 0.56, colour, [begin], flat=True, zorder=2, alpha=0.4)
        if previous not in ("", spell["event_id"]) and begin > at(first):
            trace(axes, [begin, begin], [y - 0.28, y + 0.28], style.PAPER, linewidth=1.6,
                  zorder=4)  # fmt: skip
        if open_end or spell["end"] > pd.Timestamp(last):
            trace(axes, [at(last) + 1], [y], colour, marks=">", markersize=6.5, clip_on=False,
                  zorder=4)  # fmt: skip
        previous = spell["event_id"]
