"""Charts of the car market and of the money a buyer gets, beside the policies of the time.

They set figures and rules on one time axis and say nothing about causes. A period without a figure
is a gap; a figure that is our arithmetic, or a bound, is drawn hollow.
"""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade.charts import style
from catrade.charts.labels import end_labels, right_margin
from catrade.charts.parts import bars
from catrade.charts.words import moved, run, share
from catrade.nev_policy.charts.timeaxis import at, room_below, time_axis
from catrade.nev_policy.charts.timeline import empty, source_line
from pagemill import formats
from pagemill.display import Chart
from pagemill.numbers import digits
from pagemill.periods import parse_period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SERIES_NAMES = {
    "nev_sales": "NEV sales",
    "nev_production": "NEV production",
    "nev_exports": "NEV exports",
}
#: Yearly series that are drawn; production nearly equals sales and stands in the table only.
_DRAWN = ("nev_sales", "nev_exports")
_COLOURS = {"nev_sales": "#4878c0", "nev_exports": "#cc2478"}
_SHARE_COLOUR, _IEA_COLOUR, _BATTERY_COLOUR = "#6c3cfc", "#0c7c6c", "#4878c0"
_OF_SALES = "NEV share of vehicle sales (wholesale, exports included)"
_OF_CARS = "electric share of car sales (IEA)"
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
    >>> count_words(2355000, 2354500, 2355500), count_words(8159, 8158.5, 8159.5)
    ('2.36 million', '8,159')
    """
    if value < 1e6:
        return formats.fixed(value, 0)
    places = digits(value / 1e6, low / 1e6, high / 1e6) or 0
    # In decimals, as binary fractions would write 2.355 as 2.35.
    exact = Decimal(repr(value)).scaleb(-6)
    return f"{exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,} million"


def _middle(text: str) -> float:
    period = parse_period(text)
    first = dt.date(period.year, period.first_month, 1)
    last = dt.date(period.year + period.last_month // 12, period.last_month % 12 + 1, 1)
    return (at(first) + at(last)) / 2


def _pick(market: pd.DataFrame, series: str, frequency: str, start: int, end: int) -> pd.DataFrame:
    rows = market[(market["series"] == series) & (market["frequency"] == frequency)]
    rows = rows[(rows["year"] >= start) & (rows["year"] <= end)]
    return rows.assign(x=rows["period"].map(_middle)).sort_values("x", ignore_index=True)


def _line(axes: Axes, rows: pd.DataFrame, colour: str, step: float, wide: float = 2) -> None:
    """Draw a line that breaks where a period is missing; bounds and our arithmetic are hollow."""
    x, y = rows["x"].to_numpy(float), rows["value"].to_numpy(float)
    breaks = np.flatnonzero(np.diff(x) > 1.5 * step) + 1
    for part in np.split(np.arange(len(x)), breaks):
        axes.plot(x[part], y[part], color=colour, linewidth=wide, zorder=3)
    hollow = (rows["derived"] | rows["rounding"].isin(("floor", "ceiling"))).to_numpy(bool)
    size = 4.8 if len(rows) <= 30 else 2.6
    for mask, face in ((~hollow, colour), (hollow, style.PAPER)):
        axes.plot(x[mask], y[mask], "o", color=colour, markerfacecolor=face, markeredgewidth=1.2,
                  markersize=size, zorder=4, clip_on=False)  # fmt: skip


def _count_axis(axes: Axes, largest: float, title: str) -> None:
    size, unit = (1e6, "million") if largest >= 2e6 else (1e3, "thousand")
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v / size:,.10g}"))
    axes.set_title(f"{title}, {unit}")
    axes.set_ylim(0, 1.08 * largest or 1)


_value_words = share("value", "low", "high")


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
    """Draw yearly NEV sales and exports, their share of sales, and the policies of the time.

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
    parts = {s: _pick(market, s, "annual", start, end) for s in _DRAWN}
    parts = {s: rows for s, rows in parts.items() if len(rows)}
    if not parts:
        return empty(f"No yearly figure of NEV sales from {start} to {end}", name)
    of_share = shares[(shares["frequency"] == "annual") & shares["year"].between(start, end)]
    of_share = of_share.assign(x=of_share["period"].map(_middle), value=of_share["share"],
                               derived=False, rounding="nearest")  # fmt: skip
    of_cars = _pick(market, "iea_ev_car_sales_share", "annual", start, end)
    first, last = dt.date(start, 1, 1), dt.date(end, 12, 31)
    seen = (spans["start"] <= pd.Timestamp(last)) & ~(spans["end"] < pd.Timestamp(first))
    rules = [m for m in BESIDE if (spans.loc[seen, "measure_id"] == m).any()]
    ends = {s: f"{SERIES_NAMES[s].removeprefix('NEV ').capitalize()} {millions(r.iloc[-1])}"
            for s, r in parts.items()}  # fmt: skip
    ends = {s: text.replace(" million", " m") for s, text in ends.items()}
    wholes = [(of_share, _SHARE_COLOUR, "Makers"), (of_cars, _IEA_COLOUR, "IEA, cars")]
    labels = [*ends.values(), *(_share_label(name, rows) for rows, _, name in wholes if len(rows))]
    figure, axes = style.new_figure(
        4.4 + 0.29 * len(rules), ratios=(1.0, 0.5, max(len(rules), 1) * 0.15), gap=0.36,
        margins=(0.5, right_margin(labels), 0.3, room_below(first, last)),
    )  # fmt: skip
    time_axis(axes[-1], first, last)
    largest = max(float(rows["value"].max()) for rows in parts.values())
    _count_axis(axes[0], largest, "Vehicles a year")
    for series, rows in parts.items():
        _line(axes[0], rows, _COLOURS[series], 366)
    end_labels(axes[0], [(float(r["x"].iloc[-1]), float(r["value"].iloc[-1]), ends[s], _COLOURS[s])
                         for s, r in parts.items()])  # fmt: skip
    _share_panel(axes[1], wholes, 366, "Share of sales that are NEVs or electric cars")
    _rule_strip(axes[2], spans, rules, first, last)
    lead = next(iter(parts))
    newest = parts[lead].iloc[-1]
    writes = [run(SERIES_NAMES[s], rows, "value", millions) for s, rows in parts.items()]
    for rows, words in ((of_share, _OF_SALES), (of_cars, _OF_CARS)):
        if len(rows):
            writes.append(run(words[:1].upper() + words[1:], rows, "value", _value_words))
    named = spans.drop_duplicates("measure_id").set_index("measure_id")["measure_title"]
    alt = f"Three panels by year, {start} to {end}. {' '.join(writes)} "
    alt += f"Below, bars for the time in force of: {', '.join(named[m] for m in rules) or 'none'}."
    title = f"{SERIES_NAMES[lead]}: {millions(newest)} in {newest['period']}"
    if len(of_share):
        row = of_share.iloc[-1]
        title += f", {_value_words(row)} of vehicle sales (wholesale, exports included)"
        title += "" if row["period"] == newest["period"] else f" in {row['period']}"
    drawn = [*parts.values(), *([of_cars] if len(of_cars) else [])]
    table = pd.concat([rows.drop(columns="x") for rows in drawn], ignore_index=True)
    return Chart(
        figure, title, alt, table, source=source_line(pd.concat([table, of_share])),
        note="Makers: wholesale, all vehicle types, exports included. IEA: electric cars among "
        "cars sold in China, rounded to two digits. Hollow: a bound, or computed from other "
        "figures. The bars show when rules applied, not what they did.",
        name=name,
    )  # fmt: skip


def _share_panel(
    axes: Axes, lines: list[tuple[pd.DataFrame, str, str]], step: float, title: str
) -> None:
    """Draw shares (column `value`), one line a whole; each is named at its end."""
    style.percent_axis(axes, title)
    lines = [line for line in lines if len(line[0])]
    if not lines:
        axes.set_ylim(0, 1)
        axes.text(0.5, 0.5, "no figure in these years", transform=axes.transAxes, ha="center",
                  color=style.MUTED)  # fmt: skip
        return
    axes.set_ylim(0, 1.12 * max(float(rows["value"].max()) for rows, _, _ in lines) or 1)
    labels = []
    for rows, colour, name in lines:
        _line(axes, rows, colour, step, wide=2 if colour == _SHARE_COLOUR else 1.4)
        row = rows.iloc[-1]
        labels.append((float(row["x"]), float(row["value"]), _share_label(name, rows), colour))
    end_labels(axes, labels)


def _share_label(name: str, rows: pd.DataFrame) -> str:
    return f"{name} {_value_words(rows.iloc[-1])}".strip()


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
def registrations(
    registered: pd.DataFrame, start: int, end: int, *, name: str = "registrations"
) -> Chart:
    """Draw battery cars registered by month, over the same months a year before, and their share.

    Parameters
    ----------
    registered
        Result of `market.registrations`.
    start, end
        First and last year.
    """
    rows = registered[registered["year"].between(start, end)]
    if rows.empty:
        return empty(f"No monthly registrations from {start} to {end}", name)
    rows = rows.assign(x=rows["period"].map(_middle), derived=rows["rounding"] == "about")
    shares = rows.assign(value=rows["share"], low=rows["share_low"], high=rows["share_high"],
                         derived=False)  # fmt: skip
    shares = shares[shares["value"].notna()]
    newest = rows.iloc[-1]
    label = millions(newest).replace(" million", " m")
    figure, axes = style.new_figure(
        4.1, ratios=(1.0, 0.6), gap=0.36,
        margins=(0.5, right_margin([label, "a year before"]), 0.3, 0.5),
    )  # fmt: skip
    first = dt.date(int(rows["year"].iloc[0]), 1, 1)
    time_axis(axes[-1], first, dt.date(end, 12, 31))
    _count_axis(axes[0], max(float(rows[c].max()) for c in ("value", "base")), "Cars a month")
    before = rows[rows["base"].notna()].tail(24)  # over all years the two lines are a thicket
    axes[0].plot(before["x"], before["base"], color=style.MUTED, linewidth=1, zorder=2)
    _line(axes[0], rows, _BATTERY_COLOUR, 31)
    labels = [(float(newest["x"]), float(newest["value"]), label, _BATTERY_COLOUR)]
    if len(before):
        row = before.iloc[-1]
        labels.append((float(row["x"]), float(row["base"]), "a year before", style.MUTED))
    end_labels(axes[0], labels)
    _share_panel(axes[1], [(shares, _SHARE_COLOUR, "")], 31, "Share of all passenger cars")
    when = formats.period(newest["period"])
    title = f"Battery cars: {millions(newest)} registered in {when}"
    writes = [run("Battery cars registered", rows, "value", millions)]
    if len(shares):
        title += f", {_value_words(shares.iloc[-1])} of all cars"
        writes.append(run("Share of all passenger cars", shares, "value", _value_words))
    if not pd.isna(newest["growth_low"]):
        change = moved(newest["growth_low"], newest["growth_high"], newest["growth"])
        writes.append(f"In {when} {change} on the same month a year before.")
    return Chart(
        figure,
        title,
        f"Two panels by month from {first.year}: {len(rows)} months. {' '.join(writes)}",
        rows.drop(columns=["x", "derived"]).reset_index(drop=True),
        source=source_line(rows),
        note="Passenger cars registered in China, as compiled by Open EV Charts. Thin line: the "
        "same month a year before, in the newest two years. Hollow: computed there "
        "from a share in whole per cent.",
        name=name,
        latest_right=True,
    )
