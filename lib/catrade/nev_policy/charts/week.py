"""A chart of days: meetings on their true dates beside the weekday a source gives."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from catrade.charts import style
from catrade.dates import weekday
from catrade.nev_policy.charts.timeaxis import at
from catrade.nev_policy.charts.timeline import empty, fit, source_line
from pagemill import formats
from pagemill.display import Chart

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@style.house()
def week_view(
    events: pd.DataFrame, conflicts: pd.DataFrame, *, name: str = "january-meetings"
) -> Chart:
    """Draw meetings whose weekday is reported wrongly on their true days, week by week.

    Parameters
    ----------
    events
        Result of `policy.numbered`, with at least the events of `conflicts`.
    conflicts
        Result of `policy.weekday_conflicts`: a hollow mark stands where the reported weekday lies.
    """
    rows = events[events["event_id"].isin(conflicts["event_id"])]
    rows = rows.merge(conflicts[["event_id", "weekday", "days_off", "source_id"]], on="event_id")
    if rows.empty:
        return empty("No event of this selection has a weekday that is reported wrongly", name)
    rows = rows.sort_values(["first_day", "number"], ignore_index=True)
    low = rows["first_day"].min().date() + dt.timedelta(days=int(rows["days_off"].min()))
    high = rows["last_day"].max().date()
    first = low - dt.timedelta(days=low.weekday())
    last = high + dt.timedelta(days=6 - high.weekday())
    height = 42.0
    margins = (0.12, 0.12, 0.12, 0.56)
    figure, (axes,) = style.new_figure(
        len(rows) * height / 72 + margins[2] + margins[3], margins=margins
    )
    axes.set_xlim(at(first), at(last) + 1)
    axes.set_ylim(len(rows) * height, 0)
    axes.set_yticks([])
    axes.grid(visible=False)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    for day in days:
        if day.weekday() >= 5:
            axes.axvspan(at(day), at(day) + 1, color=style.SOFT, zorder=0)
        axes.axvline(at(day), color=style.GRID, linewidth=0.8, zorder=1)
    axes.set_xticks([at(day) + 0.5 for day in days], [_label(day, day == first) for day in days])
    axes.tick_params(axis="x", length=0)
    for n, row in enumerate(rows.to_dict("records")):
        _row(axes, row, n * height, first, last)
    true_days = [f"{weekday(day)} {formats.date(day)}" for day in dict.fromkeys(rows["date"])]
    offs = sorted(set(conflicts["days_off"]))
    apart = f"{_apart(offs[0])}" if len(offs) == 1 else "not on the same day"
    listed = " ".join(
        f"{row['title_en']}: {row['weekday']} {formats.date(row['date'])}, reported as "
        f"{row['reported_weekday']}."
        for row in rows.to_dict("records")
    )
    return Chart(
        figure,
        f"The {len(rows)} meetings were held on {formats.join(true_days)}; "
        f"the weekdays reported for them lie {apart}",
        f"Calendar from {formats.date(first.isoformat())} to {formats.date(last.isoformat())} with "
        f"{len(rows)} meetings. {listed}",
        rows[
            [
                "number",
                "event_id",
                "title_en",
                "date",
                "weekday",
                "reported_weekday",
                "days_off",
                "source_ids",
            ]
        ],
        source=source_line(rows),
        note="Filled: the date on record. Hollow: the weekday a source reports (see the table).",
        name=name,
    )


def _label(day: dt.date, is_first: bool) -> str:
    month = f"\n{day.strftime('%b')}" if is_first or day.day == 1 else ""
    return f"{_DAYS[day.weekday()]}\n{day.day}{month}"


def _apart(days: int) -> str:
    count = f"{abs(days)} day{'s' if abs(days) != 1 else ''}"
    return f"{count} {'before' if days < 0 else 'after'} these"


def _row(axes: Any, row: dict[Any, Any], top: float, first: dt.date, last: dt.date) -> None:
    colour, y = style.THEME_COLOURS[row["theme"]], top + 27
    true = at(row["first_day"]) + 0.5
    told = true + row["days_off"]
    axes.annotate("", (told, y), (true, y), zorder=2,
                  arrowprops={"arrowstyle": "-", "color": style.MUTED, "linewidth": 1,
                              "shrinkA": 8, "shrinkB": 8})  # fmt: skip
    axes.plot([true], [y], "o", markersize=13, color=colour, zorder=3)
    axes.text(true, y, str(row["number"]), ha="center", va="center_baseline", fontsize=7,
              color=style.text_on(colour), zorder=4)  # fmt: skip
    axes.plot([told], [y], "o", markersize=13, color=colour, markerfacecolor=style.PAPER,
              markeredgewidth=1.4, zorder=3)  # fmt: skip
    right = true - at(first) > (at(last) - at(first)) / 2
    edge = min(true, told) if right else max(true, told)
    axes.annotate(f"reported: {row['reported_weekday']}", (edge, y),
                  xytext=(-12 if right else 12, 0), textcoords="offset points",
                  ha="right" if right else "left", va="center_baseline", fontsize=8.5,
                  color=style.MUTED)  # fmt: skip
    axes.text(at(first) + 0.12, top + 10, fit(row["title_en"], 490), fontsize=8.5,
              va="center_baseline")  # fmt: skip
