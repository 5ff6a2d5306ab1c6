"""Exports and imports by month, in the currency in which they are published.

Import it from `catrade.trade_growth.charts.levels`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade.charts import parts, style, words
from catrade.charts.parts import limits
from pagemill import formats
from pagemill.display import Chart
from pagemill.periods import parse_period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_VALUES = ("value", "low", "high")


@style.house()
def monthly(
    months: pd.DataFrame,
    to_date: pd.DataFrame | None = None,
    *,
    subject: str = "",
    currency: str = "CNY",
    note: str = "",
    source: str = "",
    name: str = "monthly",
) -> Chart:
    """Draw both flows as bars by month, one panel a flow; the total where no flow is known.

    Parameters
    ----------
    months
        Months of one reporter and partner as `running.figures` returns them: period, flow, value,
        low, high. A month without a figure between others is shaded.
    to_date
        January-to-month figures of the same pair, for the title: period, flow, value, low, high,
        growth, growth_low, growth_high.
    subject
        Whose trade it is, as the beginning of a sentence.
    currency
        Of the figures: CNY or USD.
    note, source, name
        What a reader must know, the source line (made from the rows if empty) and the slug.
    """
    rows = months[months["value"].notna()].copy()
    flows = [flow for flow in ("export", "import") if (rows["flow"] == flow).any()]
    flows = flows or [flow for flow in ("total",) if (rows["flow"] == flow).any()]
    subject = subject or words.subject_of(rows, "total")
    if not flows:
        return parts.empty(f"{subject} by month", name)
    rows = rows[rows["flow"].isin(flows)]
    rows["at"] = [12 * (p := parse_period(str(t))).year + p.last_month - 1 for t in rows["period"]]
    rows = rows.sort_values(["flow", "at"])
    first, last = int(rows["at"].min()), int(rows["at"].max())
    figure, axes = style.new_figure(
        0.9 + 1.65 * len(flows),
        ratios=(1.0,) * len(flows),
        margins=(0.5, 0.2, 0.36, 0.42),
        gap=0.42,
    )
    divisor, unit = style.axis_unit(float(rows["value"].max()))
    unit = _unit(unit, currency)
    missing: dict[str, list[int]] = {}
    for panel, flow in zip(axes, flows, strict=True):
        some = rows[rows["flow"] == flow]
        panel.set_ylim(*limits(some, "low", "high"))
        panel.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v / divisor:g}"))
        panel.set_title(f"{style.FLOW_NAMES[flow]}, {unit}")
        parts.bars(panel, some["at"], some["value"], 0.76, style.FLOW_COLOURS[flow])
        parts.whiskers(panel, some["at"], some, _VALUES, style.INK, caps=2)
        missing[flow] = parts.shade_gaps([panel], list(some["at"]), first, last)
    _month_axis(axes[-1], first, last)
    gaps = [
        f"No figure for {words.flow_word(flow)} in {words.months(holes)}."
        for flow, holes in missing.items()
        if holes
    ]
    alt = [f"Bars by month, {_month(first)} to {_month(last)}: {subject}, {unit}."]
    alt += [
        words.run(
            style.FLOW_NAMES[flow],
            rows[rows["flow"] == flow],
            "value",
            lambda row: f"{row['value'] / divisor:,.2f}",
        )
        for flow in flows
    ]
    return parts.finish(
        figure,
        rows.drop(columns="at"),
        title=_title(subject, rows, to_date, currency),
        alt=" ".join([*alt, *gaps]),
        source=source,
        note=" ".join(filter(None, [*gaps, note])),
        name=name,
    )


def _unit(dollars: str, currency: str) -> str:
    return f"{dollars.removeprefix('$ ')} yuan" if currency == "CNY" else dollars


def _title(subject: str, rows: pd.DataFrame, to_date: pd.DataFrame | None, currency: str) -> str:
    known = rows.iloc[:0] if to_date is None else to_date[to_date["flow"] == "total"]
    if len(known):
        newest = known.iloc[-1]
        text = (
            f"{subject} was {words.amount(newest, currency)} in {formats.period(newest['period'])}"
        )
        if formats.is_missing(newest["growth"]):
            return text
        change = words.moved(newest["growth_low"], newest["growth_high"], newest["growth"])
        return f"{text}, {change}"
    newest = rows.sort_values("at").iloc[-1]
    return f"{subject}, by month to {formats.period(newest['period'])}"


def _month(at: int) -> str:
    return formats.period(f"{at // 12}-{at % 12 + 1:02d}")


def _month_axis(axes: Axes, first: int, last: int) -> None:
    axes.set_xlim(first - 0.7, last + 0.7)
    step = 1 if last - first < 18 else 3 if last - first < 48 else 12
    ticks: list[Any] = [at for at in range(first, last + 1) if at % 12 % step == 0]
    ticks = ticks or [first]
    marked = {at for at in ticks if at % 12 == 0} | {ticks[0]}
    names = [formats.month(at % 12 + 1) + (f"\n{at // 12}" if at in marked else "") for at in ticks]
    axes.set_xticks(ticks, names)
