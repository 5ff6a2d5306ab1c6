"""Charts of the evidence: which figures exist, and what both sides' books say.

Import them from `catrade.trade_growth.charts.levels`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade.charts import parts, style, words
from catrade.charts.labels import end_labels, right_margin, text_width
from catrade.charts.parts import end, limits, line
from catrade.charts.words import flow_word
from catrade.names import name_of
from pagemill import formats
from pagemill.display import Chart
from pagemill.intervals import Interval
from pagemill.periods import parse_period

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_VALUES = ("value_usd", "low_usd", "high_usd")

#: Fill of a cell and whether it is hatched; the sign tells the statuses apart without colour.
_STATUS = {
    "reported": ("#3c6cb4", "published", ""),
    "converted": ("#2f9a94", "published in another currency only", "c"),
    "zero": ("#90603c", "published as zero", "0"),
    "derived": ("#b3bac2", "computed from published parts", "="),
    "missing": (None, "no figure", "·"),
    "not_yet_reported": (None, "not yet reported", "…"),
}


@style.house()
def coverage_grid(coverage: pd.DataFrame, *, source: str = "", name: str = "coverage") -> Chart:
    """Draw which cells exist: rows are country and flow, columns years.

    Parameters
    ----------
    coverage
        Result of `coverage.coverage`: reporter, partner, flow, period, year, status, n_sources.
    """
    rows = coverage.copy()
    if rows.empty:
        return parts.empty("Coverage of the figures", name)
    # The side that is not China: with one partner as reporter, too.
    side = "reporter" if set(rows["partner"]) == {"CHN"} else "partner"
    flows = [flow for flow in parts.FLOWS if flow in set(rows["flow"])]
    who = parts.ordered(words.codes(rows, side))
    periods = sorted(set(rows["period"]), key=parse_period)
    lanes = {(code, flow): i for i, (code, flow) in enumerate((c, f) for c in who for f in flows)}
    height = 0.95 + 0.185 * len(lanes) + 0.06 * len(who)
    left = max(text_width(name_of(code)) for code in who) / 72 + (0.75 if len(flows) > 1 else 0.2)
    figure, (axes,) = style.new_figure(height, margins=(left, 0.1, 0.3, 0.5))
    axes.grid(False)
    axes.spines["bottom"].set_visible(False)
    gap = 0.35
    y = {lane: i + gap * who.index(lane[0]) for lane, i in lanes.items()}
    axes.set_xlim(-0.5, len(periods) - 0.5)
    axes.set_ylim(len(lanes) - 0.5 + gap * (len(who) - 1), -0.5)
    x = {period: i for i, period in enumerate(periods)}
    _cells(
        axes,
        rows.assign(
            x=rows["period"].map(x), y=[y[k] for k in zip(rows[side], rows["flow"], strict=True)]
        ),
    )
    step = next(s for s in (1, 2, 5, 10) if len(periods) / s <= 16)
    ticks = [i for i in range(len(periods)) if (len(periods) - 1 - i) % step == 0]
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set_xticks(ticks, [periods[i] for i in ticks])
    axes.set_yticks(
        list(y.values()), [flow_word(f) if len(flows) > 1 else name_of(c) for c, f in lanes]
    )
    if len(flows) > 1:
        axes.tick_params(axis="y", labelsize=8, labelcolor=style.MUTED)
        for code in who:
            axes.annotate(
                name_of(code),
                (0, y[code, flows[0]]),
                xycoords=("figure fraction", "data"),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
    found = rows["status"].value_counts()
    _legend(axes, [status for status in _STATUS if status in found.index])
    have = int(found.reindex(["reported", "converted", "zero"]).fillna(0).sum())
    derived = int(found.get("derived", 0))
    span = f"{periods[0]} to {periods[-1]}" if len(periods) > 1 else periods[0]
    title = f"A figure is published for {have} of {len(rows)} cells"
    title += f" and can be computed for {derived} more" if derived else ""
    counts = [(str(status), n) for status, n in found.items()]
    alt = [f"Grid of countries by periods, {len(who)} by {len(periods)}, {span}:"]
    alt += [f"{formats.join([f'{_STATUS[s][1]} {n}' for s, n in counts])}."]
    by = rows[rows["status"] == "missing"].groupby(side).size()
    alt += (
        [f"Without a figure: {', '.join(f'{name_of(c)} {by[c]}' for c in who if c in by.index)}."]
        if len(by)
        else []
    )
    most = rows.sort_values("n_sources", kind="stable").iloc[-1]
    alt += [
        f"Most sources: {most['n_sources']}, for {name_of(most[side])}, {flow_word(most['flow'])}, "
        f"{formats.period(most['period'])}."
    ]
    return parts.finish(
        figure,
        rows,
        title=title,
        alt=" ".join(alt),
        source=source,
        note="A number says how many sources publish the figure, where more than one does.",
        name=name,
        latest_right=False,
    )


def _cells(axes: Axes, rows: pd.DataFrame) -> None:
    """Draw all cells of one status as one path: hundreds of rectangles would weigh a page down."""
    for status, (fill, _, sign) in _STATUS.items():
        some = rows[rows["status"] == status]
        if some.empty:
            continue
        if fill:
            boxes = [Path([(x - 0.46, y - 0.44), (x + 0.46, y - 0.44), (x + 0.46, y + 0.44),
                           (x - 0.46, y + 0.44), (x - 0.46, y - 0.44)], closed=True)
                     for x, y in zip(some["x"], some["y"], strict=True)]  # fmt: skip
            axes.add_artist(PathPatch(Path.make_compound_path(*boxes), facecolor=fill))
        ink = style.text_on(fill) if fill else style.MUTED
        for x, y, count in zip(some["x"], some["y"], some["n_sources"], strict=True):
            text = str(count) if count > 1 else sign
            if text:
                axes.text(x, y, text, ha="center", va="center_baseline", fontsize=7.5, color=ink)


def _legend(axes: Axes, statuses: Sequence[str]) -> None:
    """Write the key under the grid, wrapped by measured width."""
    points = style.WIDTH * 72
    x, y = 6.0, 22.0
    for status in statuses:
        fill, text, sign = _STATUS[status]
        width = text_width(text, 8.5) + 30
        if x + width > points:
            x, y = 6.0, y - 14
        box = {"facecolor": fill or "none", "edgecolor": style.GRID, "linewidth": 0.8, "pad": 2}
        key = {"ha": "center", "bbox": box, "fontsize": 7.5}
        ink = style.text_on(fill) if fill else style.MUTED
        _at(axes, sign or "  ", x + 5, y, color=ink, **key)
        _at(axes, text, x + 14, y, color=style.INK, fontsize=8.5)
        x += width


def _at(axes: Axes, text: str, x: float, y: float, **how: Any) -> None:
    axes.annotate(text, (x, y), xycoords="figure points", va="center", **how)


@style.house()
def both_books(
    cells: pd.DataFrame,
    ratio: pd.DataFrame | None = None,
    *,
    subject: str = "",
    source: str = "",
    name: str = "both-books",
) -> Chart:
    """Draw one flow as China and as its partner report it, with the ratio underneath.

    Parameters
    ----------
    cells
        Yearly cell frame of one country and one flow, both sides (see `series.with_country`):
        reporter (CHN and the other), partner, china_flow, year, period, value_usd and interval.
    ratio
        year, period, ratio, ratio_low, ratio_high (China's figure over the partner's). Without
        it, the ratio of the two figures of each year that has both.
    """
    rows = cells[cells["value_usd"].notna()].sort_values("year")
    china = rows[rows["reporter"] == "CHN"]
    other = rows[rows["reporter"] != "CHN"]
    code = next(iter([*words.codes(other, "reporter"), *words.codes(china, "partner")]), "CA5")
    flow = next(iter(words.codes(china, "flow")), "")
    flow = flow or next(iter(words.codes(other, "china_flow")), "total")
    subject = subject or words.subject(["CHN"], [code], flow)
    if rows.empty:
        return parts.empty(f"{subject}, both sides' figures", name)
    both = _ratio(china, other) if ratio is None else ratio[ratio["ratio"].notna()]
    first, last = int(rows["year"].min()), int(rows["year"].max())
    sides = [(c, part) for c, part in (("CHN", china), (code, other)) if len(part)]
    labels = [
        parts.dated(f"{name_of(c)} {parts.short_money(part.iloc[-1])}", part.iloc[-1], last)
        for c, part in sides
    ]
    figure, axes = style.new_figure(
        4.4 if len(both) else 3.3,
        ratios=(1.0, 0.45) if len(both) else (1.0,),
        margins=(0.5, right_margin(labels), 0.36, 0.32),
        gap=0.42,
    )
    style.year_axis(axes[-1], first, last)
    axes[0].set_ylim(*limits(rows, "low_usd", "high_usd"))
    style.money_axis(axes[0], float(rows["value_usd"].abs().max()), f"{subject}, as each reports")
    for c, part in reversed(sides):
        line(axes[0], part, _VALUES, parts.colour_of(c))
    ends = [(*end(part, "value_usd"), text, parts.colour_of(c))
            for (c, part), text in zip(sides, labels, strict=True)]  # fmt: skip
    end_labels(axes[0], ends)
    missing = name_of("CHN" if china.empty else code)
    title = f"{subject}: {missing}'s own figures were not found"
    if len(both):
        _ratio_panel(axes[1], both)
        row = both.iloc[-1]
        than = f"China reports {_times(row)} what {words.country(code)} does"
        title = f"{subject} in {row['period']}: {than}"
    elif china.empty or other.empty:
        title = f"{subject}: only {name_of(sides[0][0])}'s figures were found"
    else:
        title = f"{subject}: no year has both sides' figures"
    alt = [f"Line chart, {words.span(rows)}: {subject}, as each side reports it."]
    alt += [words.run(name_of(c), part, "value_usd", words.money) for c, part in sides]
    if len(both):
        alt.append(
            words.run(
                "Ratio of China's figure to the partner's",
                both,
                "ratio",
                lambda r: f"{r['ratio']:.2f}",
            )
        )
    table = (
        rows.merge(both[["year", "ratio", "ratio_low", "ratio_high"]], on="year", how="left")
        if len(both)
        else rows
    )
    return parts.finish(
        figure,
        table,
        title=title,
        alt=" ".join(alt),
        source=source,
        note=words.basis_note(rows),
        name=name,
    )


def _times(row: Any) -> str:
    if row["ratio_low"] <= 1 <= row["ratio_high"]:
        return "within rounding"
    return f"{row['ratio']:.2f} times" if row["ratio"] < 2 else f"{row['ratio']:.1f} times"


def _ratio(china: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    pairs = china.merge(other, on=["year", "period"], suffixes=("", "_other"))
    pairs = pairs[pairs["low_usd_other"] > 0]
    ends = [
        Interval(a, b) / Interval(c, d)
        for a, b, c, d in zip(
            pairs["low_usd"], pairs["high_usd"], pairs["low_usd_other"], pairs["high_usd_other"],
            strict=True,
        )
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "year": pairs["year"],
            "period": pairs["period"],
            "ratio": pairs["value_usd"] / pairs["value_usd_other"],
            "ratio_low": [end.low for end in ends],
            "ratio_high": [end.high for end in ends],
        }
    ).reset_index(drop=True)


def _ratio_panel(axes: Axes, both: pd.DataFrame) -> None:
    top = float(both["ratio_high"].max())
    axes.set_ylim(0, max(top, 1.0) * 1.12)
    axes.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axes.set_title("China's figure divided by the partner's (1 = they agree)")
    axes.axhline(1, color=style.MUTED, linewidth=1)
    line(axes, both, ("ratio", "ratio_low", "ratio_high"), style.FLOW_COLOURS["balance"], 1.8)
    row = both.iloc[-1]
    end_labels(axes, [(*end(both, "ratio"), f"{row['ratio']:.2f}", style.FLOW_COLOURS["balance"])])
