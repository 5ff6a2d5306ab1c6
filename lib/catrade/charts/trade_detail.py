"""Charts of what lies behind the totals: contributions by partner, months.

Import them from `catrade.charts.trade`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade import formats
from catrade.charts import parts, style, words
from catrade.charts.labels import end_labels, right_margin, text_width
from catrade.charts.parts import limits
from catrade.display import Chart
from catrade.names import name_of, parse_period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOT_ALLOCATED = "not allocated"
_VALUES = ("value_usd", "low_usd", "high_usd")


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
        Column that names the parts; `not allocated` among them is drawn in grey.
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
        notes.append("Grey: growth that the figures give to no single part.")
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
        return "Not allocated"
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


@style.house()
def monthly(
    cells: pd.DataFrame,
    ytd: pd.DataFrame | None = None,
    *,
    flow: str = "total",
    subject: str = "",
    source: str = "",
    name: str = "monthly",
) -> Chart:
    """Draw months as bars and, beside last year's, the part of the year known so far.

    Parameters
    ----------
    cells
        Monthly cell frame of one reporter and partner; only rows of `flow` are drawn. May be
        empty. A month without a figure between others is shaded.
    ytd
        Result of `growth.growth` on year-to-date cells (period such as `2025-10M`): value_usd,
        base_usd, base_period, growth and its interval.
    flow
        Which flow to draw.
    subject
        Whose trade it is, as the beginning of a sentence; found in the cells if there are any.
    """
    rows = cells[(cells["flow"] == flow) & cells["value_usd"].notna()].copy()
    known = pd.DataFrame() if ytd is None else ytd[ytd["flow"] == flow].copy()
    subject = subject or words.subject_of(cells if len(cells) or ytd is None else ytd, flow)
    if rows.empty and known.empty:
        return parts.empty(f"{subject} by month", name)
    rows["at"] = [12 * (p := parse_period(str(t))).year + p.last_month - 1 for t in rows["period"]]
    rows = rows.sort_values("at")
    ratios = [1.0] if len(rows) else []
    ratios += [min(0.24 + 0.2 * len(known), 1.4)] if len(known) else []
    height = 0.7 + 2.2 * sum(ratios) + 0.45 * (len(ratios) - 1)
    figure, axes = style.new_figure(
        height, ratios=tuple(ratios), margins=(0.5, 0.2, 0.36, 0.42), gap=0.78, share=False
    )
    gaps = _months(axes[0], rows) if len(rows) else []
    if len(known):
        _year_to_date(axes[-1], known)
    alt, notes = [f"{subject} within the year."], []
    if len(rows):
        alt.append(words.run("By month", rows, "value_usd", words.money))
        notes.append(
            words.basis_note(rows.assign(year=rows["at"] // 12)).replace("Hollow marks: n", "N")
        )
    if gaps:
        missing = words.months(gaps)
        alt.append(f"No figure for {missing}.")
        notes.insert(0, f"Shaded: no figure for {missing}.")
    alt += [f"{_ytd_sentence(row)}." for _, row in known.iterrows()]
    if len(known):
        title = f"{subject}: {_ytd_sentence(known.iloc[-1])}"
    else:
        newest = rows.iloc[-1]
        title = f"{subject}: {words.money(newest)} in {formats.period(newest['period'])}"
    table = pd.concat([rows.drop(columns="at"), known], ignore_index=True)
    return parts.finish(
        figure,
        table,
        title=title,
        alt=" ".join(alt),
        source=source,
        note=" ".join(filter(None, notes)),
        name=name,
    )


def _ytd_sentence(row: Any) -> str:
    change = words.moved(row["growth_low"], row["growth_high"], row["growth"])
    when = formats.period(row["period"])
    return f"{words.money(row)} in {when}, {change} on the year before"


def _months(axes: Axes, rows: pd.DataFrame) -> list[int]:
    first, last = int(rows["at"].min()), int(rows["at"].max())
    axes.set_xlim(first - 0.7, last + 0.7)
    axes.set_ylim(*limits(rows, "low_usd", "high_usd"))
    style.money_axis(axes, float(rows["value_usd"].abs().max()), "By month", ticks=4)
    parts.bars(axes, rows["at"], rows["value_usd"], 0.72, style.MUTED)
    parts.whiskers(axes, rows["at"], rows, _VALUES, style.INK, caps=2)
    step = 1 if last - first < 18 else 3 if last - first < 48 else 12
    ticks = [at for at in range(first, last + 1) if at % 12 % step == 0]
    marked = {at for at in ticks if at % 12 == 0} | {ticks[0]}
    names = [formats.month(at % 12 + 1) + (f"\n{at // 12}" if at in marked else "") for at in ticks]
    axes.set_xticks(ticks, names)
    return parts.shade_gaps([axes], list(rows["at"]), first, last)


def _year_to_date(axes: Axes, known: pd.DataFrame) -> None:
    """Draw last year's figure as a ring, this year's as a dot, and the growth beside it."""
    places = range(len(known))[::-1]
    names = [formats.period(text) for text in known["period"]]
    left = max(text_width(text) for text in names) / 72 + 0.2
    box, width = axes.get_position(), style.WIDTH
    axes.set_position((left / width, box.y0, 0.985 - left / width, box.height))
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    largest = float(known[["value_usd", "base_usd"]].max().max())
    divisor, unit = style.axis_unit(largest)
    axes.set_xlim(0, largest * 1.3)
    axes.set_ylim(-0.6, len(known) - 0.4)
    axes.set_title(f"Year to date: ring the year before, dot this year, {unit}")
    axes.xaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v / divisor:g}"))
    axes.set_yticks(list(places), names)
    for place, row in zip(places, known.to_dict("records"), strict=True):
        ends = [row["base_usd"], row["value_usd"]]
        parts.trace(axes, ends, [place] * 2, style.MUTED, linewidth=1.6)
        for value, face in zip(ends, (style.PAPER, style.INK), strict=True):
            parts.trace(axes, [value], [place], style.INK, marks="o", markerfacecolor=face,
                        markersize=6)  # fmt: skip
        text = words.share("growth", "growth_low", "growth_high", signed=True)(row)
        axes.annotate(
            text,
            (max(row["value_usd"], row["base_usd"]), place),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize=8.5,
        )
