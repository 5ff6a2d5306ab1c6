"""Charts of what trade consists of: structure now and over time, and what drove its change.

Every function takes a frame made by the calculation modules for one flow as one side's books have
it, draws it and returns a `Chart`; it computes nothing but the words. The charts of concentration
(`catrade.trade_composition.charts.concentration`) and of both sides' books and gold
(`catrade.trade_composition.charts.both_sides`) can be had from here, too.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.charts import parts, style, words
from catrade.charts.labels import end_labels, right_margin
from catrade.trade_composition.charts.both_sides import both_books, gold_effect
from catrade.trade_composition.charts.concentration import concentration_lines, group_share_line
from catrade.trade_composition.charts.history import published_groups
from catrade.trade_composition.charts.items import (
    LABEL,
    ON_PAPER,
    bar_axes,
    empty,
    item_labels,
    money_text,
    one_flow,
    percent_text,
    percent_ticks,
    recorded,
    share_text,
    short_name,
    source_line,
)
from catrade.trade_composition.composition import OTHER
from catrade.trade_composition.concentration import item_column
from pagemill import numbers
from pagemill.display import Chart
from pagemill.errors import ParameterError

__all__ = [
    "both_books",
    "concentration_lines",
    "drivers_of_change",
    "gold_effect",
    "group_share_line",
    "published_groups",
    "structure_now",
    "structure_over_time",
]


@style.house()
def structure_now(
    shares: pd.DataFrame, *, source: str = "", note: str = "", name: str = "structure"
) -> Chart:
    """Rank the items of one flow in one year by their share.

    Parameters
    ----------
    shares
        `share(top_items(frame, n))` of one flow, reporter and year.
    note
        What a reader must know of the table, such as how much of the flow it covers.

    Raises
    ------
    ParameterError
        If the frame holds several flows or years.
    """
    if shares.empty:
        return empty("goods by chapter", name)
    exporter, importer, reporter = one_flow(shares, "structure_now")
    if len(set(shares["year"])) != 1:
        message = f"structure_now draws one year; the frame has {words.years(shares['year'])}"
        raise ParameterError(message)
    rows = shares.sort_values("rank") if "rank" in shares.columns else shares
    rows = rows.reset_index(drop=True)
    item, year = item_column(rows, "structure_now"), int(rows["year"].iloc[0])
    labels = item_labels(rows, item)
    texts = [f"{share_text(row)}, {money_text(row)}" for row in rows.to_dict("records")]
    whole = f"{recorded(exporter, importer, reporter)} in {year}"
    figure, axes = bar_axes(labels, f"Share of {whole}, %", right=right_margin(texts) + 0.05)
    rest = rows[item] == OTHER
    colours = [style.NOT_ALLOCATED if o else style.CATEGORY_COLOURS[0] for o in rest]
    parts.bars(axes, range(len(rows)), rows["share"], 0.72, colours, flat=True)
    axes.set_xlim(0, float(rows["share"].max()))
    percent_ticks(axes)
    for place, (value, text) in enumerate(zip(rows["share"], texts, strict=True)):
        axes.annotate(
            text,
            (value, place),
            xytext=(4, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=8.5,
            annotation_clip=False,
            bbox=ON_PAPER,
        )
    named = rows[~rest].reset_index(drop=True)
    top = named.iloc[0]
    listed = [f"{labels[n]} {share_text(r)}" for n, r in enumerate(rows.to_dict("records"))]
    alt = (
        f"Bar chart of {whole}, largest first. "
        f"Largest: {labels[0]}, {share_text(top)} ({words.money(top)}). "
        f"All bars: {'; '.join(listed)}."
    )
    return Chart(
        figure,
        f"{labels[0]}: {share_text(top)} of {short_name(exporter, importer, reporter)}, {year}",
        alt,
        rows,
        source or source_line(rows),
        note,
        name,
    )


@style.house()
def structure_over_time(
    shares: pd.DataFrame, *, source: str = "", name: str = "structure-over-time"
) -> Chart:
    """Stack the shares of a flow's items year by year, with gaps where there is no table.

    Parameters
    ----------
    shares
        `share(top_items(frame, n, across="flow"))` of one flow and reporter, n at most 8.

    Raises
    ------
    ParameterError
        If the frame holds several flows or more than eight items besides the rest.
    """
    if shares.empty:
        return empty("goods by chapter", name)
    exporter, importer, reporter = one_flow(shares, "structure_over_time")
    item = item_column(shares, "structure_over_time")
    order = shares.sort_values("rank").drop_duplicates(item).reset_index(drop=True)
    named = order[order[item] != OTHER]
    if len(named) > len(style.CATEGORY_COLOURS):
        message = f"structure_over_time draws at most 8 items and the rest; got {len(named)}"
        raise ParameterError(message)
    labels = order[LABEL[item]].astype(str).tolist()
    palette = iter(style.CATEGORY_COLOURS)
    colour = {c: style.NOT_ALLOCATED if c == OTHER else next(palette) for c in order[item]}
    first, last = int(shares["year"].min()), int(shares["year"].max())
    wide = shares.pivot_table(index="year", columns=item, values="share")[order[item]].fillna(0.0)
    newest = shares[shares["year"] == last].set_index(item)
    ends = [
        f"{text} {share_text(newest.loc[code])}" if code in newest.index else f"{text} 0%"
        for code, text in zip(order[item], labels, strict=True)
    ]
    figure, (axes,) = style.new_figure(3.9, margins=(0.45, right_margin(ends) + 0.08, 0.36, 0.32))
    style.year_axis(axes, first, last)
    axes.set_ylim(0, 1)
    whole = recorded(exporter, importer, reporter)
    style.percent_axis(axes, f"Share of {whole}")
    years = wide.index.to_numpy()
    base, places = pd.Series(0.0, index=wide.index), []
    # From the bottom: the largest, so that its change can be read against the axis.
    for code in order[item]:
        parts.bars(axes, years, wide[code], 0.8, colour[code], base)
        places.append(float(base.loc[last] + wide.loc[last, code] / 2))
        base = base + wide[code]
    gaps = parts.shade_gaps([axes], years.tolist(), first, last)
    if gaps:
        axes.text(
            (gaps[0] + gaps[-1]) / 2, 0.5, "no\ncomplete\ntable", ha="center", va="center",
            color=style.MUTED, fontsize=8.5,
        )  # fmt: skip
    end_labels(
        axes,
        [
            (last + 0.4, place, text, colour[code])
            for code, place, text in zip(order[item], places, ends, strict=True)
        ],
    )
    by_year = shares.sort_values("year")
    of = parts.split(by_year.assign(period=by_year["year"].astype(str)), item)
    runs = [
        words.run(text, of[code], "share", share_text)
        for code, text in zip(order[item], labels, strict=True)
    ]
    title = _moved_most(named[item].tolist(), dict(zip(order[item], labels, strict=True)), of)
    missing = f" No complete table for {words.years(gaps)}." if gaps else ""
    alt = f"Stacked bars by year, {first} to {last}: shares of {whole}. "
    return Chart(
        figure,
        title,
        f"{alt}{' '.join(runs)}{missing}",
        shares.reset_index(drop=True),
        source or source_line(shares),
        f"Shaded: no complete table ({words.years(gaps)})." if gaps else "",
        name,
        latest_right=True,
    )


def _moved_most(codes: list[str], labels: dict[str, str], of: dict[str, pd.DataFrame]) -> str:
    """Name the item whose share differs most between its first and its last year."""
    moves = {code: of[code]["share"].iloc[-1] - of[code]["share"].iloc[0] for code in codes}
    most = max(codes, key=lambda code: abs(moves[code]))
    then, now = of[most].iloc[0], of[most].iloc[-1]
    title = f"{labels[most]}: {share_text(now)} in {now['year']}"
    return (
        title if then["year"] == now["year"] else (f"{title}, {share_text(then)} in {then['year']}")
    )


@style.house()
def drivers_of_change(
    contributions: pd.DataFrame, *, source: str = "", name: str = "drivers"
) -> Chart:
    """Draw what each item added to or took from a flow's growth between two years.

    Parameters
    ----------
    contributions
        `top_contributions(contribution_to_change(frame, start, end), n)` of one flow.
    """
    if contributions.empty:
        return empty("goods by chapter", name)
    exporter, importer, reporter = one_flow(contributions, "drivers_of_change")
    rows = contributions.reset_index(drop=True)
    item = item_column(rows, "drivers_of_change")
    labels = item_labels(rows, item)
    start, end = int(rows["start"].iloc[0]), int(rows["end"].iloc[0])
    texts = [_points(row) for row in rows.to_dict("records")]
    flow = recorded(exporter, importer, reporter)
    whole, title = f"{flow}, {start} to {end}", f"{words.capital(flow)}, percentage points"
    values = rows["contribution"]
    falls = [text for text, value in zip(texts, values, strict=True) if value < 0]
    rises = [text for text, value in zip(texts, values, strict=True) if value >= 0]
    figure, axes = bar_axes(labels, title, right=max(right_margin(rises), 0.3))
    up, down = style.CATEGORY_COLOURS[0], style.CATEGORY_COLOURS[1]
    colours = [
        style.NOT_ALLOCATED if code == OTHER else up if value >= 0 else down
        for code, value in zip(rows[item], rows["contribution"], strict=True)
    ]
    parts.bars(axes, range(len(rows)), rows["contribution"], 0.72, colours, flat=True)
    low, high = min(0.0, values.min()), max(0.0, values.max())
    # Texts of falling items stand inside the axes, so that none covers the row labels.
    inner = axes.get_position().width * style.WIDTH
    room = (high - low or 1.0) * right_margin(falls) / (inner - right_margin(falls)) if falls else 0
    axes.set_xlim(low - room, high if high > low else 1.0)
    axes.axvline(0, color=style.MUTED, linewidth=0.8)
    percent_ticks(axes)
    for place, (value, text) in enumerate(zip(rows["contribution"], texts, strict=True)):
        axes.annotate(
            text,
            (value, place),
            xytext=(4 if value >= 0 else -4, 0),
            textcoords="offset points",
            ha="left" if value >= 0 else "right",
            va="center_baseline",
            fontsize=8.5,
            bbox=ON_PAPER,
        )
    growth = float(rows["growth"].iloc[0])
    named = rows[rows[item] != OTHER]
    size = named["contribution"].tolist()
    best = max(range(len(size)), key=lambda n: abs(size[n]))
    most, least = size.index(max(size)), size.index(min(size))
    verb = "added" if size[best] >= 0 else "took away"
    finding = f"{labels[best]} {verb} most: {texts[best].lstrip('+−')} points, {start}–{end}"
    alt = (
        f"Bar chart of contributions to the growth of {whole}, in percentage points of the {start} "
        f"value; together {numbers.format_points(growth, growth, growth, signed=True)}. "
        f"Largest: {labels[most]} {texts[most]}; smallest: {labels[least]} {texts[least]}. "
        "All bars: " + "; ".join(f"{a} {b}" for a, b in zip(labels, texts, strict=True)) + "."
    )
    return Chart(
        figure,
        finding,
        alt,
        rows,
        source or source_line(rows),
        f"The bars add up to the growth of the flow, {percent_text(growth)} in current dollars.",
        name,
    )


def _points(row: Any) -> str:
    value, low, high = (float(row[f"contribution{end}"]) for end in ("", "_low", "_high"))
    return numbers.format_points(value, low, high, signed=True).removesuffix(" points")
