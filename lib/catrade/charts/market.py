"""Charts of the car market and of the money a buyer gets, beside the policies of the time.

They set figures and rules on one time axis and say nothing about causes. A period without a figure
is a gap; a figure that is our arithmetic, or a bound, is drawn hollow.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade import formats
from catrade.charts import style
from catrade.charts.labels import end_labels, right_margin
from catrade.charts.parts import bars
from catrade.charts.policy import empty, source_line
from catrade.charts.timeaxis import at, room_below, time_axis
from catrade.charts.words import run, share
from catrade.display import Chart
from catrade.names import parse_period
from catrade.numbers import digits

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SERIES_NAMES = {
    "nev_sales": "NEV sales",
    "nev_production": "NEV production",
    "nev_exports": "NEV exports",
}
_COLOURS = {"nev_sales": "#4878c0", "nev_production": "#a84818", "nev_exports": "#cc2478"}
_SHARE_COLOUR = "#6c3cfc"
#: Measures drawn beside the yearly figures, from the top.
BESIDE = ("purchase-subsidy", "purchase-tax", "trade-in", "dual-credit", "bev-export-licence")


def millions(row: Any) -> str:
    """Return a count of vehicles in words, with the digits its interval bears."""
    value, low, high = float(row["value"]), float(row["low"]), float(row["high"])
    if row.get("rounding") == "floor":
        return f"over {count_words(low, low, low)}"
    if row.get("rounding") == "ceiling":
        return f"under {count_words(high, high, high)}"
    return count_words(value, low, high)


def count_words(value: float, low: float, high: float) -> str:
    """Return a count in words.

    Examples
    --------
    >>> count_words(16490000, 16489500, 16490500), count_words(8159, 8158.5, 8159.5)
    ('16.49 million', '8,159')
    """
    if value < 1e6:
        return formats.fixed(value, 0)
    return f"{formats.fixed(value / 1e6, digits(value / 1e6, low / 1e6, high / 1e6) or 0)} million"


def _middle(text: str) -> float:
    period = parse_period(text)
    first = dt.date(period.year, period.first_month, 1)
    last = dt.date(period.year + period.last_month // 12, period.last_month % 12 + 1, 1)
    return (at(first) + at(last)) / 2


def _pick(market: pd.DataFrame, series: str, frequency: str, start: int, end: int) -> pd.DataFrame:
    rows = market[(market["series"] == series) & (market["frequency"] == frequency)]
    rows = rows[(rows["year"] >= start) & (rows["year"] <= end)]
    return rows.assign(x=rows["period"].map(_middle)).sort_values("x", ignore_index=True)


def _line(axes: Axes, rows: pd.DataFrame, colour: str, step: float, *, band: bool = False) -> None:
    """Draw a line that breaks where a period is missing; bounds and our arithmetic are hollow."""
    x, y = rows["x"].to_numpy(float), rows["value"].to_numpy(float)
    breaks = np.flatnonzero(np.diff(x) > 1.5 * step) + 1
    for part in np.split(np.arange(len(x)), breaks):
        axes.plot(x[part], y[part], color=colour, linewidth=7 if band else 2,
                  alpha=0.35 if band else 1, zorder=2 if band else 3)  # fmt: skip
    if band:
        single = np.isin(np.arange(len(x)), [p[0] for p in np.split(np.arange(len(x)), breaks)
                                             if len(p) == 1])  # fmt: skip
        axes.plot(x[single], y[single], "o", color=colour, markersize=8, alpha=0.35, zorder=2,
                  markeredgewidth=0)  # fmt: skip
        return
    hollow = (rows["derived"] | rows["rounding"].isin(("floor", "ceiling"))).to_numpy(bool)
    for mask, face in ((~hollow, colour), (hollow, style.PAPER)):
        axes.plot(x[mask], y[mask], "o", color=colour, markerfacecolor=face, markeredgewidth=1.2,
                  markersize=4.8, zorder=4, clip_on=False)  # fmt: skip


def _count_axis(axes: Axes, largest: float, title: str) -> None:
    size, unit = (1e6, "million") if largest >= 2e6 else (1e3, "thousand")
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v / size:,.10g}"))
    axes.set_title(f"{title}, {unit}")
    axes.set_ylim(0, 1.08 * largest)


_share_words = share("share", "low", "high")


@style.house()
def sales_and_exports(
    market: pd.DataFrame,
    shares: pd.DataFrame,
    spans: pd.DataFrame,
    start: int,
    end: int,
    *,
    name: str = "sales-and-exports",
) -> Chart:
    """Draw yearly NEV sales, production and exports, the NEV share, and the policies of the time.

    Parameters
    ----------
    market
        Rows of `load_market` for China.
    shares
        Result of `market.nev_share`.
    spans
        Result of `policy.in_force_spans`; the measures in `BESIDE` are drawn.
    start, end
        First and last year.
    """
    parts = {s: _pick(market, s, "annual", start, end) for s in SERIES_NAMES}
    parts = {s: rows for s, rows in parts.items() if len(rows)}
    if not parts:
        return empty(f"No yearly figure of NEV sales from {start} to {end}", name)
    of_share = shares[(shares["frequency"] == "annual") & shares["year"].between(start, end)]
    of_share = of_share.assign(x=of_share["period"].map(_middle))
    first, last = dt.date(start, 1, 1), dt.date(end, 12, 31)
    seen = (spans["start"] <= pd.Timestamp(last)) & ~(spans["end"] < pd.Timestamp(first))
    rules = [m for m in BESIDE if (spans.loc[seen, "measure_id"] == m).any()]
    ends = {s: f"{SERIES_NAMES[s].removeprefix('NEV ').capitalize()} {millions(r.iloc[-1])}"
            for s, r in parts.items()}  # fmt: skip
    ends = {s: text.replace(" million", " m") for s, text in ends.items()}
    figure, axes = style.new_figure(
        4.4 + 0.29 * len(rules), ratios=(1.0, 0.5, max(len(rules), 1) * 0.15), gap=0.36,
        margins=(0.5, right_margin(list(ends.values())), 0.3, room_below(first, last)),
    )  # fmt: skip
    time_axis(axes[-1], first, last)
    largest = max(float(rows["value"].max()) for rows in parts.values())
    _count_axis(axes[0], largest, "Vehicles a year")
    for series, rows in parts.items():
        # Production nearly equals sales: a wide pale band under the line keeps both visible.
        _line(axes[0], rows, _COLOURS[series], 366, band=series == "nev_production")
    end_labels(axes[0], [(float(r["x"].iloc[-1]), float(r["value"].iloc[-1]), ends[s], _COLOURS[s])
                         for s, r in parts.items()])  # fmt: skip
    _share_panel(axes[1], of_share, 366, "NEV share of car sales")
    _rule_strip(axes[2], spans, rules, first, last)
    lead = next(iter(parts))
    newest = parts[lead].iloc[-1]
    writes = [run(SERIES_NAMES[s], rows, "value", millions) for s, rows in parts.items()]
    if len(of_share):
        writes.append(run("NEV share of car sales", of_share, "share", _share_words))
    named = spans.drop_duplicates("measure_id").set_index("measure_id")["measure_title"]
    alt = f"Three panels by year, {start} to {end}. {' '.join(writes)} "
    alt += f"Below, bars for the time in force of: {', '.join(named[m] for m in rules) or 'none'}."
    title = f"{SERIES_NAMES[lead]}: {millions(newest)} in {newest['period']}"
    if len(of_share):
        row = of_share.iloc[-1]
        title += f"; NEV share of car sales {_share_words(row)} in {row['period']}"
    table = pd.concat([rows.drop(columns="x") for rows in parts.values()], ignore_index=True)
    return Chart(
        figure, title, alt, table, source=source_line(pd.concat([table, of_share])),
        note="Wholesale, all vehicle types, exports included. Hollow: a bound, or computed from "
        "other figures. The bars show when rules applied, not what they did.",
        name=name,
    )  # fmt: skip


def _share_panel(axes: Axes, rows: pd.DataFrame, step: float, title: str) -> None:
    style.percent_axis(axes, title)
    if rows.empty:
        axes.set_ylim(0, 1)
        axes.text(0.5, 0.5, "no figure in these years", transform=axes.transAxes, ha="center",
                  color=style.MUTED)  # fmt: skip
        return
    shown = rows.assign(value=rows["share"], derived=False, rounding="nearest")
    axes.set_ylim(0, 1.12 * float(shown["value"].max()))
    _line(axes, shown, _SHARE_COLOUR, step)
    row = shown.iloc[-1]
    end_labels(axes, [(float(row["x"]), float(row["value"]), _share_words(row), _SHARE_COLOUR)])


def _rule_strip(
    axes: Axes, spans: pd.DataFrame, rules: list[str], first: dt.date, last: dt.date
) -> None:
    axes.set_ylim(max(len(rules), 1), 0)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.set_title("Rules in force")
    for line, measure in enumerate(rules):
        mine = spans[(spans["measure_id"] == measure) & (spans["start"] <= pd.Timestamp(last))]
        text_at = None
        for spell in mine.to_dict("records"):
            begin = max(at(spell["start"]), at(first))
            finish = (
                at(last) + 1 if pd.isna(spell["end"]) else min(at(spell["end"]) + 1, at(last) + 1)
            )
            if finish <= begin:
                continue
            text_at = begin if text_at is None else text_at
            colour = style.THEME_COLOURS[spell["theme"]]
            pale = spell["status"] != "yes"
            bars(axes, [line + 0.76], [finish - begin], 0.3, colour, [begin], flat=True,
                 alpha=0.4 if pale else 1, zorder=3)  # fmt: skip
            if begin > at(first) and spell["start"] != mine["start"].min():
                axes.plot([begin, begin], [line + 0.61, line + 0.91], color=style.PAPER,
                          linewidth=1.6, zorder=4)  # fmt: skip
        if text_at is not None:
            left = text_at < (at(first) + at(last)) / 2
            x, side = (text_at, "left") if left else (at(last) + 1, "right")
            axes.text(x, line + 0.3, mine["measure_title"].iloc[0], fontsize=8.5, ha=side,
                      va="center_baseline")  # fmt: skip


@style.house()
def monthly(
    market: pd.DataFrame, shares: pd.DataFrame, start: int, end: int, *, name: str = "monthly"
) -> Chart:
    """Draw monthly NEV sales and exports and the NEV share; a month without a figure is a gap.

    Parameters
    ----------
    market
        Rows of `load_market` for China.
    shares
        Result of `market.nev_share`.
    start, end
        First and last year.
    """
    parts = {s: _pick(market, s, "monthly", start, end) for s in ("nev_sales", "nev_exports")}
    parts = {s: rows for s, rows in parts.items() if len(rows)}
    if not parts:
        return empty(f"No monthly figure of NEV sales from {start} to {end}", name)
    of_share = shares[(shares["frequency"] == "monthly") & shares["year"].between(start, end)]
    of_share = of_share.assign(x=of_share["period"].map(_middle)).sort_values("x")
    begin = min([r["x"].min() for r in parts.values()])
    year = max(start, (dt.date(1970, 1, 1) + dt.timedelta(days=int(begin))).year)
    ends = {s: f"{SERIES_NAMES[s].removeprefix('NEV ').capitalize()} {millions(r.iloc[-1])}"
            for s, r in parts.items()}  # fmt: skip
    ends = {s: text.replace(" million", " m") for s, text in ends.items()}
    figure, axes = style.new_figure(
        4.1, ratios=(1.0, 0.6), gap=0.36, margins=(0.5, right_margin(list(ends.values())), 0.3, 0.5)
    )
    time_axis(axes[-1], dt.date(year, 1, 1), dt.date(end, 12, 31))
    _count_axis(axes[0], max(float(r["value"].max()) for r in parts.values()), "Vehicles a month")
    for series, rows in parts.items():
        _line(axes[0], rows, _COLOURS[series], 31)
    end_labels(axes[0], [(float(r["x"].iloc[-1]), float(r["value"].iloc[-1]), ends[s], _COLOURS[s])
                         for s, r in parts.items()])  # fmt: skip
    _share_panel(axes[1], of_share, 31, "NEV share of car sales")
    lead = next(iter(parts))
    rows = parts[lead]
    months = (parse_period(rows["period"].iloc[-1]).year - year) * 12 + parse_period(
        rows["period"].iloc[-1]
    ).last_month
    writes = [run(SERIES_NAMES[s], part, "value", millions) for s, part in parts.items()]
    if len(of_share):
        writes.append(run("NEV share of car sales", of_share, "share", _share_words))
    newest = rows.iloc[-1]
    peak = rows.sort_values("value", kind="stable").iloc[-1]
    table = pd.concat([r.drop(columns="x") for r in parts.values()], ignore_index=True)
    return Chart(
        figure,
        f"{SERIES_NAMES[lead]} by month: {millions(newest)} in {formats.period(newest['period'])}, "
        f"most in {formats.period(peak['period'])} ({millions(peak)})",
        f"Two panels by month from {year}. {' '.join(writes)} Figures for {len(rows)} of {months} "
        f"months to {formats.period(newest['period'])}; the lines break where a month is missing.",
        table,
        source=source_line(pd.concat([table, of_share])),
        note=f"{SERIES_NAMES[lead]}: {len(rows)} of {months} months found. Hollow: computed from "
        "other figures.",
        name=name,
    )
