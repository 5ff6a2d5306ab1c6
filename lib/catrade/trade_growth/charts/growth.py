"""Growth a year as bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from catrade.charts import parts, style, words
from catrade.charts.parts import FLOWS, limits
from pagemill.display import Chart
from pagemill.errors import choice_error

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@style.house()
def growth_bars(
    growth: pd.DataFrame,
    *,
    flows: Sequence[str] = ("total",),
    subject: str = "",
    caution: str = "",
    source: str = "",
    name: str = "growth",
) -> Chart:
    """Draw growth a year as bars with their rounding interval as whiskers.

    Parameters
    ----------
    growth
        Result of `growth.growth` for one reporter and partner: year, period, base_period, flow,
        growth, growth_low, growth_high (fractions).
    flows
        Which flows to draw, side by side, of total, export, import.
    subject, caution, source, name
        As in `levels`.

    Raises
    ------
    ParameterError
        If a flow is none of these.
    """
    for flow in flows:
        if flow not in FLOWS:
            error = choice_error("flows", flow, FLOWS)
            raise error
    rows = growth[growth["growth"].notna() & growth["flow"].isin(list(flows))].sort_values("year")
    used = [flow for flow in flows if (rows["flow"] == flow).any()]
    lead = used[0] if used else "total"
    subject = subject or words.subject_of(growth, lead)
    if not used:
        return parts.empty(f"{subject}, growth", name)
    first, last = int(rows["year"].min()), int(rows["year"].max())
    figure, (axes,) = style.new_figure(3.2, margins=(0.5, 0.2, 0.36, 0.32))
    style.year_axis(axes, first, last)
    usual = rows[rows["growth"] <= _cut(rows["growth"])]
    axes.set_ylim(*limits(usual, "growth_low", "growth_high", room=0.09))
    style.percent_axis(axes, "Change on the year before, current dollars")
    for number, flow in enumerate(used):
        _growth_series(axes, rows[rows["flow"] == flow], flow, number, len(used))
    axes.axhline(0, color=style.MUTED, linewidth=0.8)
    gaps = parts.shade_gaps([axes], list(rows.loc[rows["flow"] == lead, "year"]), first, last)
    if len(used) > 1:
        axes.legend(
            loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(used), borderaxespad=0.1
        )
    write = words.share("growth", "growth_low", "growth_high")
    newest = rows[rows["flow"] == lead].iloc[-1]
    before = rows[(rows["flow"] == lead) & (rows["year"] == newest["year"] - 1)]
    title = f"{subject} {words.grew(newest)} in {newest['period']}"
    if len(before):
        title += f", after {write(before.iloc[0])} in {before.iloc[0]['period']}"
    alt = [f"Bar chart of growth on the year before, {words.span(rows)}:"]
    alt += [f"{words.subject_flows(growth, used)}."]
    alt += [words.run(style.FLOW_NAMES[f], rows[rows["flow"] == f], "growth", write) for f in used]
    alt += [f"No growth rate for {words.years(gaps)}."] if gaps else []
    notes = [caution or "Whiskers are rounding only, where it shows."]
    notes += ["A bar with an arrow is cut; its number says how far it goes."] * (
        len(usual) < len(rows)
    )
    notes += [f"Shaded: no pair of figures to compare ({words.years(gaps)})."] if gaps else []
    return parts.finish(
        figure,
        rows,
        title=title,
        alt=" ".join(alt),
        source=source,
        note=" ".join(notes),
        name=name,
    )


def _cut(growth: pd.Series[float]) -> float:
    """Return the growth above which a bar is cut: a lone one that would flatten all others."""
    falling = sorted(growth, reverse=True)
    while len(falling) > 2 and falling[0] > 5 * max(falling[1], -falling[-1], 0.02):
        falling.pop(0)
    return float(falling[0])


def _growth_series(axes: Axes, rows: pd.DataFrame, flow: str, number: int, count: int) -> None:
    wide = 0.72 / count
    at = rows["year"] + (number - (count - 1) / 2) * wide
    colour = style.FLOW_COLOURS[flow] if flow != "total" else style.MUTED
    parts.bars(axes, at, rows["growth"], wide * 0.94, colour, label=style.FLOW_NAMES[flow])
    columns = ("growth", "growth_low", "growth_high")
    parts.whiskers(axes, at, rows, columns, style.INK, caps=2)
    first, last = axes.get_xlim()
    crowded, top = (last - first) * count > 18, axes.get_ylim()[1]
    for x, row in zip(at, rows.to_dict("records"), strict=True):
        text = words.share(*columns)(row).removeprefix("about ").removesuffix("%")
        up = row["growth"] >= 0
        if row["growth"] > top:
            axes.annotate(
                f"↑ {text}%",
                (x, top),
                xytext=(-4 - 4 * wide, -2),
                textcoords="offset points",
                ha="right",
                va="top",
                fontsize=8,
            )
            continue
        if crowded or text.startswith("between"):
            continue  # no room; for "between" the whisker says it
        axes.annotate(
            text,
            (x, max(row["growth_high"], 0) if up else min(row["growth_low"], 0)),
            xytext=(0, 3 if up else -3),
            textcoords="offset points",
            ha="center",
            va="bottom" if up else "top",
            fontsize=8,
        )
