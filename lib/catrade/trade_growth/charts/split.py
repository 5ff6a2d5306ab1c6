"""A region's growth within the year, by partner and flow.

Import it from `catrade.trade_growth.charts.levels`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade.charts import parts, style, words
from catrade.charts.labels import text_width
from catrade.names import name_of
from pagemill import formats
from pagemill.display import Chart


@style.house()
def contribution_split(
    split: pd.DataFrame,
    *,
    subject: str = "China's trade with Central Asia",
    note: str = "",
    source: str = "",
    name: str = "contribution-split",
) -> Chart:
    """Draw what each partner's exports and imports added to growth, as bars from zero.

    Parameters
    ----------
    split
        Result of `running.contributions`: partner, flow, period, contribution, growth.
    subject
        What grew, as the beginning of a sentence.
    note, source, name
        What a reader must know, the source line (made from the rows if empty) and the slug.
    """
    rows = split.sort_values("contribution", ascending=False, kind="stable").reset_index(drop=True)
    if rows.empty:
        return parts.empty(f"{subject}, contributions within the year", name)
    period = formats.period(rows["period"].iloc[0])
    texts = [_of(row) for row in rows.to_dict("records")]
    left = max(text_width(text) for text in texts) / 72 + 0.2
    figure, (axes,) = style.new_figure(0.75 + 0.25 * len(rows), margins=(left, 0.2, 0.36, 0.32))
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    points, places = 100 * rows["contribution"], range(len(rows))[::-1]
    room = 0.22 * (float(points.max()) - float(points.min()) or 1)
    axes.set_xlim(min(float(points.min()), 0) - room, max(float(points.max()), 0) + room)
    axes.set_ylim(-0.6, len(rows) - 0.4)
    colours = [style.FLOW_COLOURS[flow] for flow in rows["flow"]]
    parts.bars(axes, places, points, 0.7, colours, flat=True)
    axes.axvline(0, color=style.MUTED, linewidth=0.8)
    axes.set_yticks(list(places), texts)
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: formats.fixed(v, 0)))
    axes.set_title(f"Contribution to growth in {period}, percentage points")
    for place, value in zip(places, points, strict=True):
        axes.annotate(
            formats.points(value / 100),
            (value, place),
            xytext=(4 if value >= 0 else -4, 0),
            textcoords="offset points",
            ha="left" if value >= 0 else "right",
            va="center",
            fontsize=8.5,
        )
    first, last = rows.iloc[0], rows.iloc[-1]
    listing = [f"{_of(row)} {formats.points(row['contribution'])}" for _, row in rows.iterrows()]
    return parts.finish(
        figure,
        rows,
        title=f"{_of(first)} added {formats.points(first['contribution'])} points, "
        f"{words.inside(_of(last))} {formats.points(last['contribution'])}",
        alt=f"Bars: contributions to the growth of {subject} in {period} on a year before, in "
        f"percentage points: {'; '.join(listing)}.",
        source=source,
        note=note,
        name=name,
        latest_right=False,
    )


def _of(row: Any) -> str:
    preposition = "to" if row["flow"] == "export" else "from"
    return f"{style.FLOW_NAMES[str(row['flow'])]} {preposition} {name_of(str(row['partner']))}"
