"""Charts of how concentrated trade is, and of the share of a group."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catrade.charts import style, words
from catrade.charts.labels import end_labels, right_margin
from catrade.charts.parts import line, shade_gaps
from catrade.trade_composition.charts.items import (
    empty,
    flow_name,
    goods,
    lower,
    recorded,
    share_text,
    short_name,
    source_line,
)
from pagemill.display import Chart
from pagemill.errors import ParameterError

_FLOW = ["exporter", "importer", "reporter"]
_LEVEL = {
    "hs_chapter": "HS chapters",
    "section": "HS sections",
    "group": "commodity groups",
    "wits_group": "product groups",
}


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
        label = ", ".join([" ".join(way)] * bool(way) + book) or flow_name(exporter, importer)
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
    """Draw the Herfindahl–Hirschman index of one or several flows by year.

    Parameters
    ----------
    table
        What `catrade.trade_composition.concentration.concentration` returns, all at one level.
    """
    if table.empty:
        return empty("concentration of goods", name)
    parts = _series(table)
    level = _LEVEL[str(table["level"].iloc[0])]
    ends = [
        f"{text if len(parts) > 1 else ''} {rows.iloc[-1]['hhi']:.2f}".strip()
        for text, rows in parts.items()
    ]
    figure, (axes,) = style.new_figure(2.9, margins=(0.5, right_margin(ends) + 0.05, 0.36, 0.32))
    first, last = int(table["year"].min()), int(table["year"].max())
    style.year_axis(axes, first, last)
    axes.set_ylim(0, 1.12 * float(table["hhi_high"].max()))
    axes.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g}"))
    axes.set_title(f"Herfindahl–Hirschman index{_whose(table)}")
    note = f"Over {level}; 1 would be one item only. {_gaps([axes], parts)}".strip()
    marks = []
    for number, (text, rows) in enumerate(zip(ends, parts.values(), strict=True)):
        colour = style.CATEGORY_COLOURS[number]
        line(axes, rows, ("hhi", "hhi_low", "hhi_high"), colour)
        marks.append((float(rows.iloc[-1]["year"]), float(rows.iloc[-1]["hhi"]), text, colour))
    end_labels(axes, marks)
    newest = table[table["year"] == last]
    most = newest.loc[[newest["hhi"].idxmax()]].iloc[0]
    alt = [f"Line chart by year, {first} to {last}: Herfindahl–Hirschman index over {level}."]
    for text, rows in parts.items():
        alt.append(words.run(f"{text}, HHI", rows, "hhi", lambda row: f"{row['hhi']:.3f}"))
    alt.append(note)
    return Chart(
        figure,
        _concentration_title(parts, most),
        " ".join(filter(None, alt)),
        table.reset_index(drop=True),
        source or source_line(table),
        note,
        name,
        latest_right=True,
    )


def _whose(table: pd.DataFrame) -> str:
    """Return the one flow of a table as a title says it; empty text for several."""
    flows = table[_FLOW].drop_duplicates()
    return f", {recorded(*flows.iloc[0])}" if len(flows) == 1 else ""


def _concentration_title(parts: dict[str, pd.DataFrame], most: Any) -> str:
    if len(parts) > 1:
        whole = flow_name(most["exporter"], most["importer"])
        return f"{words.capital(whole)} most concentrated in {most['year']}: HHI {most['hhi']:.2f}"
    rows = next(iter(parts.values()))
    now = rows.iloc[-1]
    if len(rows) == 1:
        return f"HHI {now['hhi']:.2f} in {now['year']}"
    return f"HHI {now['hhi']:.2f} in {now['year']}, {rank_words(rows['hhi'].tolist())}"


def rank_words(values: list[float]) -> str:
    """Return where the last of some yearly values stands among them.

    Examples
    --------
    >>> rank_words([0.24, 0.16, 0.17]), rank_words([0.2, 0.3]), rank_words([0.46, 0.46])
    ('second lowest of 3 years', 'highest of 2 years', 'as in the other years')
    """
    last, count = values[-1], len(values)
    near = [math.isclose(value, last, rel_tol=1e-9) for value in values]
    if all(near):
        return "as in the other years"
    below = sum(value < last and not same for value, same in zip(values, near, strict=True))
    above = count - below - sum(near)
    place, end = (below, "lowest") if below <= above else (above, "highest")
    if place >= len(_PLACES):
        return f"{place + 1}th {end} of {count} years"
    return f"{_PLACES[place]}{end} of {count} years"


_PLACES = ("", "second ", "third ")


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
    flows = table[_FLOW].drop_duplicates()
    whose = recorded(*flows.iloc[0]) if len(flows) == 1 else of_what
    style.percent_axis(axes, f"Share of {whose}")
    shaded = _gaps([axes], parts)
    marks = []
    for number, (text, rows) in enumerate(zip(ends, parts.values(), strict=True)):
        colour = style.CATEGORY_COLOURS[number]
        line(axes, rows, ("share", "share_low", "share_high"), colour)
        marks.append((float(rows.iloc[-1]["year"]), float(rows.iloc[-1]["share"]), text, colour))
    end_labels(axes, marks)
    lead = max(parts.values(), key=lambda rows: (int(rows.iloc[-1]["year"]), len(rows)))
    now, then = lead.iloc[-1], lead.iloc[0]
    title = f"{words.capital(what)}: {share_text(now)} in {now['year']}"
    if now["year"] != then["year"]:
        title += f", {share_text(then)} in {then['year']}"
    if not one:
        title += f" ({short_name(now['exporter'], now['importer'], now['reporter'])})"
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
