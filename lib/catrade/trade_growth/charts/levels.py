"""Charts of trade over time: levels, growth, index, share.

Every function takes a frame made by the calculation modules (columns named there), draws it and
returns a `Chart`; it computes nothing but the words. A missing year is a gap in the line and a
shaded strip, a figure that was not published as such a hollow mark, a rounding interval wide
enough to be seen a whisker.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from catrade.charts import parts, style, words
from catrade.charts.labels import end_labels, right_margin
from catrade.charts.parts import FLOWS, end, limits, line
from catrade.charts.words import flow_word
from catrade.names import name_of
from catrade.trade_growth.charts.detail import contribution_bars
from catrade.trade_growth.charts.evidence import both_books, coverage_grid
from catrade.trade_growth.charts.growth import growth_bars
from catrade.trade_growth.charts.months import monthly
from catrade.trade_growth.charts.split import contribution_split
from pagemill.display import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "both_books",
    "contribution_bars",
    "contribution_split",
    "coverage_grid",
    "growth_bars",
    "index_lines",
    "levels",
    "monthly",
    "share_line",
]


@style.house()
def levels(
    cells: pd.DataFrame,
    *,
    subject: str = "",
    caution: str = "",
    source: str = "",
    name: str = "levels",
) -> Chart:
    """Draw exports, imports and their total by year, with the balance underneath.

    Parameters
    ----------
    cells
        Yearly cell frame of one reporter and partner: year, period, flow (total, export, import,
        balance; any of them may be absent), value_usd, low_usd, high_usd, basis.
    subject
        Whose trade it is, as the beginning of a sentence ("China's trade with Kazakhstan"); found
        in the cells if there are any, so only an empty frame needs it.
    caution
        What its whiskers do not show, for the note.
    source, name
        Source line (made from the cells if empty) and slug.
    """
    rows = cells[cells["value_usd"].notna()].sort_values("year")
    flows = [flow for flow in FLOWS if (rows["flow"] == flow).any()]
    balance = rows[rows["flow"] == "balance"]
    lead = flows[0] if flows else "total"
    subject = subject or words.subject_of(cells, lead)
    if not flows:
        return parts.empty(subject, name)
    shown = rows[rows["flow"].isin(flows)]
    first, last = int(rows["year"].min()), int(rows["year"].max())
    of = parts.split(shown, "flow")
    ends = {flow: of[flow].iloc[-1] for flow in flows}
    labels = {
        flow: parts.dated(f"{style.FLOW_NAMES[flow]} {parts.short_money(row)}", row, last)
        for flow, row in ends.items()
    }
    figure, axes = style.new_figure(
        4.4 if len(balance) else 3.4,
        ratios=(1.0, 0.38) if len(balance) else (1.0,),
        margins=(0.5, right_margin(list(labels.values())), 0.36, 0.32),
        gap=0.42,
    )
    style.year_axis(axes[-1], first, last)
    axes[0].set_ylim(*limits(shown, "low_usd", "high_usd"))
    style.money_axis(
        axes[0], float(shown["value_usd"].abs().max()), f"{words.reported_by(rows)}, current prices"
    )
    gaps = parts.shade_gaps(axes, list(of[lead]["year"]), first, last)
    for flow in reversed(flows):
        wide = 2.4 if flow == lead else 1.8
        columns = ("value_usd", "low_usd", "high_usd")
        line(axes[0], of[flow], columns, style.FLOW_COLOURS[flow], wide)
    end_labels(
        axes[0],
        [(*end(of[f], "value_usd"), labels[f], style.FLOW_COLOURS[f]) for f in flows],
    )
    if len(balance):
        _balance_panel(axes[1], balance, last, float(shown["value_usd"].abs().max()))
    alt = [f"Line chart by year, {words.span(rows)}: {words.subject_flows(cells, flows)}."]
    named = [*((style.FLOW_NAMES[f], of[f]) for f in flows), ("Balance", balance)]
    alt += [words.run(label, part, "value_usd", words.money) for label, part in named if len(part)]
    alt += [f"No figure for the {flow_word(lead)} in {words.years(gaps)}."] if gaps else []
    note = f"Shaded: no figure for the {flow_word(lead)} ({words.years(gaps)})." if gaps else ""
    return parts.finish(
        figure,
        rows,
        title=f"{subject} {_level_words(of[lead], lead)}",
        alt=" ".join(alt),
        source=source,
        note=" ".join(filter(None, [note, words.basis_note(shown), caution])),
        name=name,
    )


def _level_words(rows: pd.DataFrame, flow: str) -> str:
    # The level only: growth is the next chart's finding, and it may come from print.
    newest = rows.iloc[-1]
    highest = len(rows) > 1 and newest["low_usd"] > rows["high_usd"].iloc[:-1].max()
    verb = "were" if flow in {"export", "import"} else "was"
    return f"{'reached' if highest else verb} {words.money(newest)} in {newest['period']}"


def _balance_panel(axes: Axes, balance: pd.DataFrame, last: int, largest: float) -> None:
    axes.set_ylim(*limits(balance, "low_usd", "high_usd"))
    # The unit of the panel above, so that the two can be compared.
    style.money_axis(axes, largest, "Balance: exports less imports", ticks=3)
    colour = style.FLOW_COLOURS["balance"]
    parts.bars(axes, balance["year"], balance["value_usd"], 0.62, colour)
    columns = ("value_usd", "low_usd", "high_usd")
    parts.whiskers(axes, balance["year"], balance, columns, style.INK)
    axes.axhline(0, color=style.MUTED, linewidth=0.8)
    row = balance.iloc[-1]
    text = parts.dated(parts.short_money(row, signed=True), row, last)
    end_labels(axes, [(float(row["year"]) + 0.4, float(row["value_usd"]), text, "none")])


@style.house()
def index_lines(
    index: pd.DataFrame,
    *,
    log: bool = True,
    subject: str = "",
    caution: str = "",
    source: str = "",
    name: str = "index",
) -> Chart:
    """Draw one index line a country, base period = 100.

    Parameters
    ----------
    index
        Result of `growth.index_to_base` for one flow: year, period, index, index_low, index_high,
        base_period and the column that tells the series apart (country, partner or reporter).
    log
        Logarithmic scale: equal distances are equal rates of growth. Ignored if a value is zero.
    caution
        What is to be known of the base, for the note.
    """
    rows = index[index["index"].notna()].sort_values("year")
    lead = next(iter(words.codes(rows, "flow")), "total")
    subject = subject or words.subject_of(index, lead)
    if rows.empty:
        return parts.empty(f"{subject}, index", name)
    key = parts.series_column(rows)
    by_key = parts.split(rows, key)
    of = {code: by_key[code] for code in parts.ordered(list(by_key))}
    first, last = int(rows["year"].min()), int(rows["year"].max())
    base = rows.iloc[0]["base_period"]
    labels = {
        code: parts.dated(f"{name_of(code)} {part.iloc[-1]['index']:,.0f}", part.iloc[-1], last)
        for code, part in of.items()
    }
    right = right_margin(list(labels.values()))
    figure, (axes,) = style.new_figure(3.9, margins=(0.55, right, 0.36, 0.32))
    style.year_axis(axes, first, last)
    log = log and bool((rows["index_low"] > 0).all())
    if log:
        axes.set_yscale("log")
        axes.set_ylim(float(rows["index_low"].min()) / 1.15, float(rows["index_high"].max()) * 1.15)
        axes.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5), numticks=8))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(*limits(rows, "index_low", "index_high"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:,.0f}"))
    axes.set_title(
        f"Index of dollars at current prices, {base} = 100{' (logarithmic scale)' if log else ''}"
    )
    axes.axhline(100, color=style.MUTED, linewidth=0.9)
    for code, part in of.items():
        wide = 2.6 if code in {"CA5", "CA4"} else 1.8
        line(axes, part, ("index", "index_low", "index_high"), parts.colour_of(code), wide)
    end_labels(
        axes, [(*end(part, "index"), labels[c], parts.colour_of(c)) for c, part in of.items()]
    )
    alt = [f"Line chart of an index, {base} = 100, {words.span(rows)}: {subject}."]
    alt += [
        words.run(name_of(code), part, "index", lambda row: f"{row['index']:,.0f}")
        for code, part in of.items()
    ]
    return parts.finish(
        figure,
        rows,
        title=_index_title(rows, key, lead, str(base)),
        alt=" ".join(alt),
        source=source,
        note=" ".join(filter(None, [words.basis_note(rows), caution])),
        name=name,
    )


def _index_title(rows: pd.DataFrame, key: str, flow: str, base: str) -> str:
    latest = rows[rows["year"] == rows["year"].max()]
    countries = latest[~latest[key].isin(["CA5", "CA4"])]
    ranked = (countries if len(countries) else latest).sort_values("index")
    best: dict[Any, Any] = ranked.iloc[-1].to_dict()
    if {"reporter", "partner"} <= set(best):
        who = words.subject([best["reporter"]], [best["partner"]], flow)
    else:
        who = words.capital(f"{words.owner(best[key])} trade")
    times = f"{best['index'] / 100:.1f} times" if best["index"] >= 200 else f"{best['index']:.0f}%"
    of = "" if best["index"] >= 200 else " of"
    title = f"{who} stood at {times}{of} its {base} level in {best['period']}"
    if flow in {"export", "import"}:
        title = title.replace(" its ", " their ")
    return title + (f", the most of {len(countries)} countries" if len(countries) > 1 else "")


@style.house()
def share_line(
    shares: pd.DataFrame,
    *,
    of_what: str = "China's trade with the world",
    source: str = "",
    name: str = "share",
) -> Chart:
    """Draw a share over the years, such as Central Asia's in China's trade with the world.

    Parameters
    ----------
    shares
        Result of `shares.share_of`: year, period, flow, share, share_low, share_high (fractions)
        and the column that tells the series apart. Several flows of one partner, or one flow of
        several, become several lines.
    of_what
        The whole, as it stands in a sentence.
    """
    rows = shares[shares["share"].notna()].sort_values("year")
    whole = f"Share in {of_what}"
    if rows.empty:
        return parts.empty(whole, name)
    key = parts.series_column(rows)
    flows = [flow for flow in FLOWS if (rows["flow"] == flow).any()]
    by_flow = len(rows[key].unique()) == 1 and len(flows) > 1
    split = "flow" if by_flow else key
    codes = flows if by_flow else parts.ordered(words.codes(rows, key))
    by_code = parts.split(rows, split)
    of = {code: by_code[code] for code in codes}
    paint = {c: style.FLOW_COLOURS[c] if by_flow else parts.colour_of(c) for c in codes}
    names = {c: style.FLOW_NAMES[c] if by_flow else name_of(c) for c in codes}
    # Below five per cent, one decimal would hide most of the change.
    most = 2 if rows["share"].max() < 0.05 else 1
    write = words.share("share", "share_low", "share_high", most=most)
    first, last = int(rows["year"].min()), int(rows["year"].max())
    labels = {
        c: parts.dated(f"{names[c]} {write(row).removeprefix('about ')}", row, last)
        for c, row in ((c, part.iloc[-1]) for c, part in of.items())
    }
    right = right_margin(list(labels.values()))
    figure, (axes,) = style.new_figure(3.2, margins=(0.5, right, 0.36, 0.32))
    style.year_axis(axes, first, last)
    axes.set_ylim(*limits(rows, "share_low", "share_high"))
    style.percent_axis(axes, whole)
    lead = of[codes[0]]
    gaps = parts.shade_gaps([axes], list(lead["year"]), first, last)
    for code in reversed(codes):
        line(axes, of[code], ("share", "share_low", "share_high"), paint[code])
    end_labels(axes, [(*end(of[c], "share"), labels[c], paint[c]) for c in codes])
    newest, oldest = lead.iloc[-1], lead.iloc[0]
    who = words.capital(words.owner(newest[key]))
    title = f"{who} share in {of_what} was {write(newest)} in {newest['period']}"
    if len(lead) > 1:
        title += f", against {write(oldest)} in {oldest['period']}"
    alt = [f"Line chart, {words.span(rows)}: share in {of_what}, in per cent."]
    alt += [words.run(names[code], of[code], "share", write) for code in codes]
    alt += [f"No figure in {words.years(gaps)}."] if gaps else []
    note = f"Shaded: no figure ({words.years(gaps)})." if gaps else ""
    return parts.finish(
        figure,
        rows,
        title=title,
        alt=" ".join(alt),
        source=source,
        note=" ".join(filter(None, [note, words.basis_note(rows)])),
        name=name,
    )
