"""Series over time: what is missing stays a gap, what is not a published figure is hollow."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import canvas, core, style
from catrade.charts.canvas import Plot, Point, Size, free_rows, spread
from catrade.charts.core import About, shown
from pagemill.display import Chart
from pagemill.svg import TITLE
from rounding.errors import ParameterError

#: With more points than this only the ends and extremes say their value, by marks no wider than
#: the line: a dot here and there would look as if it meant something.
_FEW = 45
#: Points from a line's end to its label, in the margin; further away it stands at the end itself.
_REACH = 40
_NEXT = 1.28  # type sizes from label to label
_ROW = 1.4  # type sizes from row to row of the names of rules
#: Years between a first and a last month that are told apart by months, not years.
_MONTHS = 2.6


@core.or_nothing
def lines(
    frame: pd.DataFrame,
    x: str = "date",
    y: str = "value_bn",
    by: str | None = None,
    *,
    band: bool = False,
    marks: pd.DataFrame | Mapping[str, str] | None = None,
    newest: bool = False,
    log: bool = False,
    break_note: str = "",
    **about: Unpack[About],
) -> Chart:
    """Draw series over time, with their names and newest values at their ends.

    Parameters
    ----------
    frame
        One row a series and period; a row without a value, or a year or month that is not there,
        is a gap. Where `quality` is doubtful, a point has a question mark.
    x, y, by
        Columns: dates (or whole years), values, and what tells the series apart (found if there
        is one: partner, reporter or flow).
    band
        Whether intervals are a band; otherwise they are whiskers where wide enough to be seen.
    marks
        Named vertical rules: `{"2024-01-25": "BYD starts"}`, or a frame with columns `date` and
        `label`.
    newest
        Whether the newest point of each series is hollow, as one that may yet be revised. Points
        whose `basis` is not `published` always are.
    log
        A logarithmic scale, where all values are above zero.
    break_note
        What a break in a line means, where it is not only that there is no figure.
    about
        title, subtitle, unit, colours and more; see `catrade.charts.core.About`.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2024, 2025], "value_bn": [94.8, 106.3]})
    >>> chart = lines(frame, "year", title="Trade passed $100bn")
    >>> chart.alt
    'Line chart, 2024 to 2025: $ billion. $94.8 billion in 2024, $106.3 billion in 2025.'
    """
    # Rows in time, and their series with gaps; then the picture of these, and what is said of it.
    if by is None and isinstance(frame, pd.DataFrame):
        others = (name for name in core.series_columns(frame) if name != x)
        by = next(others, None)
    measure, rows = core.drawn_rows("lines", frame, y, about, label=x, by=by)
    rows["at"], rows["when"], annual = _dated(rows["label"])
    points = core.with_value("lines", rows, y).sort_values("at", kind="stable")
    few = len(points) <= _FEW
    series = {}
    for key, part in rows.groupby("by", sort=False):
        if part["value"].notna().any():
            full = _with_gaps(part.sort_values("at"), annual=annual)
            series[key] = _marked(full, newest=newest, few=few)
    paint: dict[Any, str] = {"": style.INK}
    if by or about.get("colours"):
        paint = core.palette(series, about.get("colours"))
    first, last = points["at"].min(), points["at"].max()
    # Close to the right edge, so that a label in the margin stands by its line.
    pad = 0.03 * ((last - first) or 1.0)
    window = (first - (pad if last > first else 0.5), last + pad)
    rules = _rules_of(marks)
    marked = [rule for rule in rules if window[0] <= rule.at <= window[1]]
    beyond = [rule.name for rule in rules if rule not in marked]
    is_log = log and points["low"].min() > 0
    ends = points.drop_duplicates("by", keep="last")
    ends = ends.sort_values("value", ascending=False)
    # At the end of each line: name, figure, and when, if it is earlier.
    entries = []
    for row in core.each(ends):
        when = f" ({row.when})" if row.at < last - 1e-6 else ""
        label = f"{shown(row.by)} {row.text}".strip()
        entries.append((f"{label}{when}", paint[row.by]))

    def draw(size: Size, subtitle: str) -> Figure:
        """Draw one size: margins as wide as their texts, scales, lines, rules, names."""
        low, high = points["low"].min(), points["high"].max()
        limits = (low / 1.15, high * 1.15) if is_log else canvas.limits(low, high)
        ticks = measure.ticks(*limits, log=is_log)
        # A phone has the names in a key above, the largest first; a wide picture at the ends.
        keyed = size.narrow and list(series) != [""]
        left = 10 + size.widest(ticks.values())
        right = 14.0
        if not size.narrow:
            right = 22 + size.widest(label for label, _ in entries)
        names = _names_above(marked, window, (left, size.width - right), size)
        rows_above = [name.row + 1 for name in names]
        listed = _listed(marked, size)
        line = size.type * 1.35
        plot = Plot(
            size,
            subtitle,
            entries if keyed else [],
            x=window,
            y=limits,
            height=about.get("height", 210) * (0.85 if size.narrow else 1),
            left=left,
            right=right,
            above=12 + max(rows_above, default=0) * size.type * _ROW,
            below=20 + len(listed) * line,
        )
        if is_log:
            plot.axes.set_yscale("log")
        plot.scale_left(ticks)
        _time(plot, first, last, annual)
        # The total lies beneath, and shows on both sides of a part that is nearly all of it.
        from_below = list(series)[::-1]
        for key in sorted(from_below, key=lambda key: paint[key] != style.INK):
            wide = len(series) > 1 and paint[key] == style.INK
            _line(plot, key, series[key], paint[key], band=band, wide=wide)
        _rules(plot, names)
        for row, text in enumerate(reversed(listed)):
            plot.write(0, 4 + row * line, text)
        if not keyed:
            _name_ends(plot, ends, entries, series)
        return plot.figure

    notes = [words.basis_note(frame)]
    if newest:
        notes.append("Hollow at the end: the newest figure, which may be revised.")
    values = [part["value"] for part in series.values()]
    # A line that only begins late or ends early does not break.
    if any(v.loc[v.first_valid_index() : v.last_valid_index()].hasnans for v in values):
        notes.append(break_note or "Where a line breaks, there is no figure.")
    if beyond:
        notes.append(f"Before or after what is shown: {'; '.join(beyond)}.")
    span = " to ".join(points["when"].iloc[[0, -1]].unique())
    sentences = [_run(key, points[points["by"] == key]) for key in series]
    if marked:
        names = [f"{rule.name} ({rule.when})" for rule in marked]
        sentences.append(f"Marked: {'; '.join(names)}")
    return core.finish(
        draw,
        frame,
        about,
        kind=f"Line chart, {span}",
        sentences=[". ".join(sentences)],
        notes=notes,
        unit=measure.unit.name,
    )


def _run(key: Any, points: pd.DataFrame) -> str:
    """Return a series in one sentence: first, newest, highest, lowest, each with its date."""
    value = points["value"]
    dated = points["said"] + " in " + points["when"]
    places: list[Any] = [0, -1, value.argmax(), value.argmin()]
    first, last, high, low = dated.iloc[places]
    name = f"{shown(key)}: " if key else ""
    if len(points) == 1:
        return f"{name}{first}, the only figure"
    more = f"; highest {high}, lowest {low}" if len(points) > 2 else ""
    return f"{name}{first}, {last}{more}"


def _dated(x: pd.Series) -> tuple[pd.Series, pd.Series, bool]:
    """Return each row's place in years and date in words; and whether all are whole years."""
    if pd.api.types.is_numeric_dtype(x):
        return x.astype(float), x.map("{:.0f}".format), True
    days = pd.to_datetime(x.astype(str), format="mixed")
    day = days.dt
    if not day.is_month_start.all():
        return days.map(_place_of), day.strftime("%-d %B %Y"), False
    if day.month.min() < day.month.max():
        return days.map(_place_of), day.strftime("%B %Y"), False
    return day.year.astype(float), day.strftime("%Y"), True


def _with_gaps(part: pd.DataFrame, *, annual: bool) -> pd.DataFrame:
    """Add rows without a value for the years, quarters or months that are not there."""
    a_year = 1 if annual else 12
    months = (part["at"] * a_year).round(6)
    if (months % 1 > 0).any() or months.duplicated().any():
        return part
    months = months.astype(int)
    step = np.gcd.reduce(np.diff(months))
    if annual or step not in (3, 6):
        step = 1
    full = np.arange(months.min(), months.max() + 1, step)
    filled = part.set_index(months).reindex(full)
    return filled.assign(at=full / a_year)


def _marked(part: pd.DataFrame, *, newest: bool, few: bool) -> pd.DataFrame:
    """Say which points say their value, `told`, which are seen as dots, and which are hollow."""
    value = part["value"]
    first, last = value.first_valid_index(), value.last_valid_index()
    hollow = part["hollow"].eq(True)
    if newest:
        hollow |= value.index == last
    alone = value.shift(1).isna() & value.shift(-1).isna()
    seen = hollow | alone | few
    outermost = value.index.isin([first, last, value.idxmin(), value.idxmax()])
    told = (seen | outermost) & value.notna()
    return part.assign(hollow=hollow, seen=seen, told=told)


def _time(plot: Plot, begin: float, end: float, annual: bool) -> None:
    """Mark years (in the middle of their months), or months where the window is short."""
    first = begin - 1e-6
    last = end + 1e-6
    years = range(math.ceil(first), int(last) + 1)
    if annual:
        plot.scale_below({year: str(year) for year in years})
    elif last - first < _MONTHS:
        months = range(round(first * 12), round(last * 12) + 1)
        days = {at / 12: date(at // 12, at % 12 + 1, 1) for at in months}
        plot.scale_below({at: f"{day:%b %y}" for at, day in days.items()})
    else:
        touched = range(int(first), int(last) + 1)
        names = {year + 0.5 - 1 / 24: str(year) for year in touched}
        plot.scale_below(names, marks=years)


def _line(
    plot: Plot,
    key: Any,
    part: pd.DataFrame,
    colour: str,
    *,
    band: bool,
    wide: bool,
) -> None:
    """Draw a series: its line, its band, and the points that say their value."""
    width = 1.6 if plot.size.narrow else 2.0
    dot = 4.5
    if wide:
        width += 1.6
        dot += 2
    x = part["at"]
    plot.axes.plot(x, part["value"], color=colour, linewidth=width, zorder=3)
    told = part[part["told"]]
    if band:
        plot.axes.fill_between(
            x, part["low"], part["high"], color=colour, alpha=0.2, linewidth=0
        )
    else:
        plot.whiskers(told, colour, upright=True)
    name = f"{shown(key)}, " if key else ""
    for seen, its in told.groupby("seen"):
        plot.dots(
            its["at"],
            its["value"],
            name + its["when"] + ": " + its["text"],
            colours=colour,
            hollow=its["hollow"],
            size=dot if seen else 1,
        )
    doubtful = told[told["doubtful"].eq(True)]
    for place in doubtful[["at", "value"]].to_numpy():
        plot.say(place, "?", (4, 5))


def _name_ends(
    plot: Plot,
    ends: pd.DataFrame,
    entries: canvas.Entries,
    series: Mapping[Any, pd.DataFrame],
) -> None:
    """Write names and values in the margin, or at the end itself where that is too far away."""
    frame = plot.axes.bbox
    size = plot.size
    margin = []
    heights = []
    places = plot.places(ends["at"], ends["value"])
    for (label, colour), (x, y) in zip(entries, places, strict=True):
        if size.narrow or frame.x1 - x > _REACH:
            _name_at(plot, x, y, label, series)
        else:
            margin.append((label, colour))
            heights.append(y)
    low = frame.y0 + 3
    high = frame.y1 + size.type
    spaced = spread(heights, size.type * _NEXT, low, high)
    for (label, colour), y in zip(margin, spaced, strict=True):
        x = frame.x1 + 8
        if len(ends) > 1:
            plot.square(x - 1, y, 4, color=colour)
            x += 6
        plot.write(x, y, label, va="center_baseline")


def _name_at(
    plot: Plot,
    x: float,
    y: float,
    text: str,
    series: Mapping[Any, pd.DataFrame],
) -> None:
    """Write a text beside the end of a line, as near as it lies on none."""
    size = plot.size
    wide = size.wide(text)
    left = min(x + 11, size.width - wide - 4)
    across = np.linspace(left, left + wide, 25)
    lines = []
    for part in series.values():
        at, height = plot.places(part["at"], part["value"]).T
        lines.append(np.interp(across, at, height, np.nan, np.nan))
    # Half a line away is too near; so is none, where the text begins over the end.
    tries = [y] if left > x + 6 else []
    for halves in range(2, 14):
        move = halves * size.type / 2
        tries += [y + move, y - move]
    for height in tries:
        if not (np.abs(np.array(lines) - height) < size.type * 0.8).any():
            break
    plot.write(left, height, text, va="center_baseline")


class _Rule(NamedTuple):
    """A named day: its place in years, its name, its month in words."""

    at: float
    name: str
    when: str


def _place_of(day: pd.Timestamp) -> float:
    """Return a day as a place on an axis of years."""
    begun = (day.month - 1) / 12
    return float(day.year + begun + (day.day - 1) / 365.25)


def _rules_of(marks: pd.DataFrame | Mapping[str, str] | None) -> list[_Rule]:
    """Return named days in order of time.

    Raises
    ------
    ParameterError
        If a column is missing or a day is none.
    """
    if isinstance(marks, Mapping):
        marks = pd.DataFrame(marks.items(), columns=["date", "label"])
    if marks is None or getattr(marks, "empty", False):
        return []
    core.drawable(marks, [], "marks of lines", "date", "label")
    texts = marks["date"].astype(str)
    try:
        days = pd.to_datetime(texts)
    except ValueError:
        raise ParameterError(
            f"marks of lines need days such as 2024-01-25; got {', '.join(texts[:3])}"
        ) from None
    named = sorted(zip(days, marks["label"], strict=True))
    return [_Rule(_place_of(day), str(name), f"{day:%B %Y}") for day, name in named]


class _Name(NamedTuple):
    """What is written over a rule: where it begins, and in which row above the axes."""

    rule: _Rule
    text: str
    start: float
    row: int


def _names_above(
    rules: Sequence[_Rule], window: Point, edges: Point, size: Size
) -> list[_Name]:
    """Return where the names of rules stand; on a phone their numbers, see `_listed`.

    A name begins at its rule, unless it would run out of the picture; none lies on another.
    """
    begin, end = window
    left, right = edges
    scale = (right - left) / (end - begin)
    names = []
    stretches = []
    # From the last: what is named later stands lower, so that no rule crosses a name.
    for number, rule in reversed([*enumerate(rules, 1)]):
        text = str(number) if size.narrow else rule.name
        wide = size.wide(text)
        x = left + (rule.at - begin) * scale
        start = min(x - 2, size.width - wide - 2)
        if size.narrow:
            start = x - wide / 2
        names.append(_Name(rule, text, start, 0))
        stretches.append((start, start + wide + 6))
    if size.narrow:
        return names
    rows = free_rows(stretches)
    return [name._replace(row=row) for name, row in zip(names, rows, strict=True)]


def _listed(rules: Sequence[_Rule], size: Size) -> list[str]:
    """Return what is written below a narrow drawing: each rule by its number."""
    if not size.narrow:
        return []
    lines = []
    for number, rule in enumerate(rules, 1):
        text = f"{number} {rule.name}, {rule.when}"
        lines += canvas.wrap(text, size.width - 4, size.type)
    return lines


def _rules(plot: Plot, names: Sequence[_Name]) -> None:
    """Draw the rules, each up to its name."""
    frame = plot.axes.bbox
    for rule, text, start, row in names:
        up = 4 + row * plot.size.type * _ROW
        plot.axes.axvline(
            rule.at,
            ymax=1 + up / frame.height,
            color=style.MUTED,
            linewidth=0.9,
            linestyle=canvas.DASHES,
            zorder=2,
            clip_on=False,
            gid=f"{TITLE}{rule.name}, {rule.when}",
        )
        top = frame.y1 + up + 1
        plot.write(start, top, text, **canvas.ON_PAPER)
