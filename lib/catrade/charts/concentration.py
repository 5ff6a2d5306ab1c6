"""Charts of how concentrated trade is, and of the share of a group; see `catrade.concentration`."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade.charts import style, words
from catrade.charts.items import (
    books,
    empty,
    goods,
    lower,
    share_text,
    source_line,
)
from catrade.charts.labels import end_labels, right_margin
from catrade.charts.parts import line, shade_gaps
from catrade.display import Chart
from catrade.errors import ParameterError

_FLOW = ["exporter", "importer", "reporter"]
_LEVEL = {"hs_chapter": "chapters", "section": "sections", "group": "commodity groups"}


def _series(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Split a frame into flows; the label says only what tells them apart."""
    senders, takers = words.codes(frame, "exporter"), words.codes(frame, "importer")
    two_books = len(set(frame["reporter"])) > 1
    parts = {}
    for key, rows in frame.groupby(_FLOW, sort=True):
        exporter, importer, reporter = map(str, key)
        way = [f"from {words.country(exporter)}"] if len(senders) > 1 else []
        way += [f"to {words.country(importer)}"] if len(takers) > 1 else []
        book = [f"by {words.country(reporter)}"] if two_books else []
        label = ", ".join([" ".join(way)] * bool(way) + book) or goods(exporter, importer)
        ordered = rows.sort_values("year").reset_index(drop=True)
        parts[words.capital(label)] = ordered.assign(period=ordered["year"].astype(str))
    if len(parts) > len(style.CATEGORY_COLOURS):
        message = f"a chart shows at most {len(style.CATEGORY_COLOURS)} flows; got {len(parts)}"
        raise ParameterError(message)
    return parts


def _gaps(axes: Any, parts: dict[str, pd.DataFrame]) -> str:
    """Shade the years no flow has; return a sentence on each flow's own gaps."""
    years = {int(year) for rows in parts.values() for year in rows["year"]}
    shade_gaps(axes, sorted(years), min(years), max(years))
    said = []
    for label, rows in parts.items():
        own = {int(year) for year in rows["year"]}
        missing = set(range(min(own), max(own) + 1)) - own
        if missing:
            whose = f" ({lower(label)})" if len(parts) > 1 else ""
            said.append(f"No complete table{whose} for {words.years(missing)}.")
    return " ".join(said)


@style.house()
def concentration_lines(
    table: pd.DataFrame, *, source: str = "", name: str = "concentration"
) -> Chart:
    """Draw the Herfindahl–Hirschman and Theil index of one or several flows by year.

    Parameters
    ----------
    table
        What `catrade.concentration.concentration` returns, all at one level.
    """
    if table.empty:
        return empty("concentration of goods", name)
    parts = _series(table)
    level, count = table["level"].iloc[0], int(table["n"].iloc[0])
    labels = list(parts) if len(parts) > 1 else [""]
    ends = [
        f"{text} {rows.iloc[-1]['hhi']:.2f}".strip()
        for text, rows in zip(labels, parts.values(), strict=True)
    ]
    figure, axes = style.new_figure(
        4.4, ratios=(1.0, 1.0), margins=(0.5, right_margin(ends) + 0.05, 0.36, 0.32), gap=0.46
    )
    first, last = int(table["year"].min()), int(table["year"].max())
    panels = (
        ("hhi", "Herfindahl–Hirschman index (1 = one item only)"),
        ("theil", f"Theil index (0 = all equal, {math.log(count):.1f} = one item only)"),
    )
    style.year_axis(axes[-1], first, last)
    for panel, (column, title) in zip(axes, panels, strict=True):
        panel.set_ylim(0, 1.12 * float(table[f"{column}_high"].max()))
        panel.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
        panel.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
        panel.set_title(title)
    note = _gaps(axes, parts)
    for panel, (column, _) in zip(axes, panels, strict=True):
        marks = []
        for number, (text, rows) in enumerate(parts.items()):
            colour = style.CATEGORY_COLOURS[number]
            line(panel, rows, (column, f"{column}_low", f"{column}_high"), colour)
            value = float(rows.iloc[-1][column])
            said = f"{text if len(parts) > 1 else ''} {value:.2f}".strip()
            marks.append((float(rows.iloc[-1]["year"]), value, said, colour))
        end_labels(panel, marks)
    newest = table[table["year"] == last]
    most = newest.loc[[newest["hhi"].idxmax()]].iloc[0]
    title = _concentration_title(parts, most)
    alt = [
        f"Two line charts by year, {first} to {last}: concentration over {count} possible "
        f"{_LEVEL[level]}, above the Herfindahl–Hirschman index, below the Theil index."
    ]
    for text, rows in parts.items():
        alt.append(words.run(f"{text}, HHI", rows, "hhi", lambda row: f"{row['hhi']:.3f}"))
        alt.append(words.run(f"{text}, Theil", rows, "theil", lambda row: f"{row['theil']:.2f}"))
    alt.append(note)
    return Chart(
        figure,
        title,
        " ".join(filter(None, alt)),
        table.reset_index(drop=True),
        source or source_line(table),
        note,
        name,
        latest_right=True,
    )


def _concentration_title(parts: dict[str, pd.DataFrame], most: Any) -> str:
    if len(parts) > 1:
        whole = goods(most["exporter"], most["importer"])
        return (
            f"Most concentrated in {most['year']}: {whole} (HHI {most['hhi']:.2f}, as if "
            f"{most['equivalent_items']:.1f} equal items)"
        )
    rows = next(iter(parts.values()))
    now, then = rows.iloc[-1], rows.iloc[0]
    whole = words.capital(goods(now["exporter"], now["importer"]))
    if len(rows) == 1:
        return f"{whole} had an HHI of {now['hhi']:.2f} in {now['year']}"
    # Overlapping bounds do not bear a word on direction.
    apart = now["hhi_low"] > then["hhi_high"] or now["hhi_high"] < then["hhi_low"]
    how = ("more" if now["hhi"] > then["hhi"] else "less") if apart else "about as"
    than = "concentrated as" if how == "about as" else "concentrated than"
    return (
        f"{whole} were {how} {than} in {then['year']}: HHI {now['hhi']:.2f} in {now['year']}, "
        f"{then['hhi']:.2f} then"
    )


@style.house()
def group_share_line(
    table: pd.DataFrame, *, source: str = "", note: str = "", name: str = "group-share"
) -> Chart:
    """Draw the joint share of some items, such as machinery, electronics and vehicles.

    Parameters
    ----------
    table
        What `group_share` returns, for one or several flows and one group of items.
    note
        What the group stands for, such as that it is a proxy.

    Raises
    ------
    ParameterError
        If the table holds several groups of items.
    """
    if table.empty:
        return empty("goods by group", name)
    names = words.codes(table, "name")
    if len(names) != 1:
        message = f"group_share_line draws one group of items; the table has {', '.join(names)}"
        raise ParameterError(message)
    what, parts = names[0], _series(table)
    one = len(parts) == 1
    ends = [
        f"{'' if one else text} {share_text(rows.iloc[-1])}".strip() for text, rows in parts.items()
    ]
    figure, (axes,) = style.new_figure(3.3, margins=(0.45, right_margin(ends) + 0.05, 0.36, 0.32))
    first, last = int(table["year"].min()), int(table["year"].max())
    style.year_axis(axes, first, last)
    axes.set_ylim(0, min(1.0, 1.12 * float(table["share_high"].max())))
    exporter, importer = table["exporter"].iloc[0], table["importer"].iloc[0]
    same = len(table[["exporter", "importer"]].drop_duplicates()) == 1
    of_what = goods(exporter, importer) if same else "the goods traded"
    style.percent_axis(axes, f"Share of {lower(what)} in {of_what}")
    shaded = _gaps([axes], parts)
    marks = []
    for number, (text, rows) in enumerate(zip(ends, parts.values(), strict=True)):
        colour = style.CATEGORY_COLOURS[number]
        line(axes, rows, ("share", "share_low", "share_high"), colour)
        marks.append((float(rows.iloc[-1]["year"]), float(rows.iloc[-1]["share"]), text, colour))
    end_labels(axes, marks)
    lead = max(parts.values(), key=lambda rows: (int(rows.iloc[-1]["year"]), len(rows)))
    now, then = lead.iloc[-1], lead.iloc[0]
    whole = goods(now["exporter"], now["importer"])
    title = f"{words.capital(what)} made up {share_text(now)} of {whole} in {now['year']}"
    if now["year"] != then["year"]:
        title += f", against {share_text(then)} in {then['year']}"
    if len(set(table["reporter"])) > 1:
        title += f" ({books(str(now['reporter']))})"
    alt = [f"Line chart, {first} to {last}: share of {lower(what)} in {of_what}, in per cent."]
    alt += [words.run(text, rows, "share", share_text) for text, rows in parts.items()]
    alt.append(shaded)
    return Chart(
        figure,
        title,
        " ".join(filter(None, alt)),
        table.reset_index(drop=True),
        source or source_line(table),
        " ".join(filter(None, [note, shaded])),
        name,
        latest_right=True,
    )
