"""Charts of what lies behind the totals: contributions by partner and flow.

Import them from `catrade.trade_growth.charts.levels`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from catrade.charts import parts, style, words
from catrade.charts.labels import end_labels, right_margin
from catrade.names import name_of
from pagemill import formats
from pagemill.display import Chart
from pagemill.periods import parse_period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOT_ALLOCATED = "not allocated"


@style.house()
def contribution_bars(
    contributions: pd.DataFrame,
    *,
    by: str = "partner",
    subject: str = "China's trade with Central Asia",
    colours: dict[str, str] | None = None,
    source: str = "",
    name: str = "contribution",
) -> Chart:
    """Draw what each part added to growth, stacked, with the total's growth as a mark.

    Parameters
    ----------
    contributions
        Result of `shares.contribution_to_growth` for one flow: `by`, period, base_period,
        contribution (fraction of the total's base); rows of a period sum to the total's growth.
    by
        Column that names the parts; `not allocated` among them, the residual, is drawn in grey.
    subject
        What grew, as the beginning of a sentence.
    colours
        Colour a part; countries have theirs.
    """
    rows = contributions[contributions["contribution"].notna()].copy()
    if rows.empty:
        return parts.empty(f"{subject}, contributions to growth", name)
    rows["year"] = [parse_period(str(text)).year for text in rows["period"]]
    # A remainder of nothing (parts that sum exactly) needs neither bar nor label.
    trivial = (rows[by] == NOT_ALLOCATED) & (rows["contribution"].abs() < 5e-4)
    drawn = rows[~trivial]
    codes = [*parts.ordered([c for c in words.codes(drawn, by) if c != NOT_ALLOCATED])]
    codes += [NOT_ALLOCATED] if NOT_ALLOCATED in set(drawn[by]) else []
    paint = {**style.COUNTRY_COLOURS, **style.FLOW_COLOURS, **(colours or {})}
    paint.setdefault(NOT_ALLOCATED, style.NOT_ALLOCATED)
    first, last = int(rows["year"].min()), int(rows["year"].max())
    wide = drawn.pivot_table(index="year", columns=by, values="contribution", aggfunc="sum")
    total = rows.groupby("year")["contribution"].sum()
    now = {row[by]: row for row in drawn[drawn["year"] == last].to_dict("records")}
    texts = {c: f"{_part_name(c)} {words.signed_points(now[c])}" for c in codes if c in now}
    figure, (axes,) = style.new_figure(
        3.8, margins=(0.5, right_margin(list(texts.values())), 0.36, 0.32)
    )
    style.year_axis(axes, first, last)
    up, down = wide.clip(lower=0).sum(axis=1), wide.clip(upper=0).sum(axis=1)
    room = 0.1 * (max(float(up.max()), 0) - min(float(down.min()), 0) or 1)
    axes.set_ylim(min(float(down.min()), 0) - room * (down.min() < 0), float(up.max()) + room)
    style.percent_axis(axes, "Contribution to growth", unit="percentage points")
    middles = _stack(axes, wide, codes, paint, last)
    axes.axhline(0, color=style.MUTED, linewidth=0.8)
    _total_marks(axes, total)
    gaps = parts.shade_gaps([axes], list(total.index), first, last)
    end_labels(
        axes,
        [(last + 0.34, middles[c], text, paint.get(c, style.MUTED)) for c, text in texts.items()],
        leaders=True,
    )
    latest = rows[rows["year"] == last].sort_values("contribution", ascending=total[last] < 0)
    alt = [f"Stacked bar chart, {words.span(rows)}: contributions to the growth of"]
    alt += [f"{subject}, in percentage points."]
    totals = pd.DataFrame({"period": total.index.astype(str), "x": total.to_numpy()})
    alt += [words.run("Growth", totals, "x", lambda row: formats.points(row["x"]))]
    listing = [f"{_part_name(row[by])} {words.signed_points(row)}" for _, row in latest.iterrows()]
    alt += [f"In {last}: {', '.join(listing)}."]
    alt += [f"No growth rate in {words.years(gaps)}."] if gaps else []
    notes = ["Diamond: growth of the total."]
    if NOT_ALLOCATED in codes:
        notes.append("Residual (grey): growth that the figures give to no single part.")
    notes += [f"Shaded: no growth rate ({words.years(gaps)})."] if gaps else []
    return parts.finish(
        figure,
        rows,
        title=_contribution_title(latest, by, subject, rise=bool(total[last] >= 0)),
        alt=" ".join(alt),
        source=source,
        note=" ".join(notes),
        name=name,
        by=by,
    )


def _contribution_title(latest: pd.DataFrame, by: str, subject: str, *, rise: bool) -> str:
    named = latest[latest[by] != NOT_ALLOCATED]
    year, of = int(latest["year"].iloc[0]), "rise" if rise else "fall"
    if named.empty:
        return f"{subject}: no part's contribution is known for {year}"
    ends = ("contribution_low", "contribution_high")
    reach = named[list(ends)] if set(ends) <= set(named.columns) else named[["contribution"] * 2]
    low, high = reach.iloc[:, 0], reach.iloc[:, 1]
    # Rounding may leave open who is first: then all who may be are named.
    first = high >= low.iloc[0] if rise else low <= high.iloc[0]
    added = f"added most to the {of} in {words.inside(subject)} in {year}"
    if first.sum() == 1:
        best = named.iloc[0]
        return f"{_part_name(best[by])} {added}: {words.signed_points(best)} percentage points"
    listing = [
        f"{_part_name(row[by])} ({words.signed_points(row)})"
        for row in named[first].to_dict("records")
    ]
    return f"{formats.join(listing)} {added}, in percentage points"


def _part_name(code: Any) -> str:
    if code == NOT_ALLOCATED:
        return "Residual"
    return style.FLOW_NAMES.get(str(code)) or name_of(str(code))


def _stack(
    axes: Axes, wide: pd.DataFrame, codes: Sequence[str], paint: dict[str, str], last: int
) -> dict[str, float]:
    """Draw the stacks outwards from zero; return the middle of each part in the last year."""
    ends = {year: {True: 0.0, False: 0.0} for year in wide.index}  # of the rises and the falls
    middles: dict[str, float] = {}
    for code in codes:
        colour = paint.get(code, style.MUTED)
        for year, value in zip(wide.index, wide[code].fillna(0.0), strict=True):
            begin = ends[year][value >= 0]
            if value:
                parts.bars(axes, [year], [value], 0.68, colour, [begin],
                           edgecolor=style.PAPER, linewidth=0.6)  # fmt: skip
            if year == last:
                middles[code] = begin + value / 2
            ends[year][value >= 0] += value
    return middles


def _total_marks(axes: Axes, total: pd.Series[float]) -> None:
    axes.plot(
        total.index,
        total.to_numpy(),
        "D",
        color=style.INK,
        markerfacecolor=style.PAPER,
        markersize=5.5,
        markeredgewidth=1.4,
        zorder=5,
    )
