"""Series over time: what is missing stays a gap, what is not a published figure is hollow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import canvas, core, rules, style
from catrade.charts.canvas import Panel, Size
from catrade.charts.core import About, Measure, shown
from catrade.charts.labels import spread, text_width
from pagemill.display import Chart
from rounding.errors import ParameterError

#: With more points than this only the ends and extremes say their value, by marks no wider than
#: the line: a dot here and there would look as if it meant something.
_FEW = 45
#: Points from a line's end to its label, in the margin; further away it stands at the end itself.
_REACH = 40
_NEXT = 1.28  # type sizes from label to label
#: What is known of a point: its place, its figure and interval as drawn, and words.
_POINT = ["_at", "_value", "_low", "_high", "_hollow", "_doubtful", "_when", "_text"]
#: Years between a first and a last month that are told apart by months, not years.
_MONTHS = 2.6


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
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
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
    unit
        What the values are, if their column's name does not say it; see `core.Measure`.
    colours
        Colours, or codes of the table of colours, of single series.
    break_note
        What a break in a line means, where it is not only that there is no figure.
    about
        title, subtitle, alt, note, source, name, height, table; see `core.About`.

    Raises
    ------
    ParameterError
        If a column is missing, holds no numbers, or no row has a value.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2024, 2025], "value_bn": [94.8, 106.3]})
    >>> chart = lines(frame, "year", title="Trade passed $100bn")
    >>> chart.alt
    'Line chart, 2024 to 2025: $ billion. $94.8 billion in 2024, $106.3 billion in 2025.'
    """
    by = core.series_of(frame, by, x)
    rows = core.checked(frame, [x, by], "lines", y)
    measure = Measure.of(rows, y, unit)
    rows, annual = _dated(measure.drawn(rows), x)
    rows["_doubtful"] = rows.get("quality", "ok") == "doubtful"
    rows["_hollow"] = _hollow(rows, by, newest=newest) | rows["_doubtful"]
    rows["_text"] = measure.texts(rows)
    computed = words.basis_note(rows)
    rows = rows[[*_POINT, *measure.held(rows), *([by] if by else [])]]
    rows = rows.astype({"_when": object, "_text": object})  # texts are read one by one
    series = {}
    for key, part in rows.groupby(by, sort=False) if by else [("", rows)]:
        if part["_value"].notna().any():
            series[key] = _with_gaps(part.sort_values("_at"), annual=annual)
    if not series:
        raise ParameterError(f"lines has nothing to draw: no row has a value in {y!r}")
    paint = core.palette(series, colours) if by or colours else {"": style.INK}
    named = rules.rules_of(marks)
    picture = _Lines(measure, series, paint, named, annual=annual, band=band, log=log)

    def draw(size: Size, subtitle: str) -> Figure:
        return picture.draw(size, subtitle, about.get("height", 210))

    broken = any(part["_value"].isna().any() for part in series.values())
    notes = [computed]
    if newest:
        notes.append("Hollow at the end: the newest figure, which may be revised.")
    if broken:
        notes.append(break_note or "Where a line breaks, there is no figure.")
    return core.finish(
        draw, frame, about, alt=picture.alt, unit=measure.subtitle, notes=notes
    )


def _dated(rows: pd.DataFrame, x: str) -> tuple[pd.DataFrame, bool]:
    """Add each row's place in years and its date in words; say whether all are whole years."""
    if pd.api.types.is_numeric_dtype(rows[x]):
        at, when = rows[x].astype(float), rows[x].map("{:.0f}".format)
        return rows.assign(_at=at, _when=when), True
    days = pd.to_datetime(rows[x].astype(str), format="mixed")
    firsts = bool((days.dt.day == 1).all())
    if firsts and len(set(days.dt.month)) == 1:
        at, when = days.dt.year.astype(float), days.dt.strftime("%Y")
        return rows.assign(_at=at, _when=when), True
    when = days.dt.strftime("%B %Y" if firsts else "%-d %B %Y")
    return rows.assign(_at=days.map(rules.place_of), _when=when), False


def _with_gaps(part: pd.DataFrame, *, annual: bool) -> pd.DataFrame:
    """Add rows without a value for the years, quarters or months that are not there."""
    ticks = (part["_at"] * (1 if annual else 12)).round(6)
    if (ticks % 1).any() or ticks.duplicated().any():
        return part.reset_index(drop=True)
    whole = ticks.astype(int).to_numpy()
    step = 1 if annual or len(whole) < 2 else int(np.gcd.reduce(np.diff(whole)))
    full = np.arange(whole.min(), whole.max() + 1, step if step in (3, 6) else 1)
    filled = part.set_index(whole).reindex(full)
    return filled.assign(_at=full / (1 if annual else 12)).reset_index(drop=True)


def _hollow(rows: pd.DataFrame, by: str | None, *, newest: bool) -> pd.Series:
    """Say which points are hollow: what was computed, and the newest if asked."""
    made = pd.Series(False, rows.index)
    if "basis" in rows.columns:
        made = ~rows["basis"].fillna("published").isin(["published", "reported"])
    if newest:
        known = rows[rows["_value"].notna()].assign(_newest=0).sort_values("_at")
        last = known.drop_duplicates(by or "_newest", keep="last")
        made |= made.index.isin(last.index)
    return made


@dataclass
class _Lines:
    """The series, to be drawn wide or narrow."""

    measure: Measure
    series: Mapping[Any, pd.DataFrame]
    paint: Mapping[Any, str]
    rules: Sequence[rules.Rule]
    annual: bool
    band: bool
    log: bool

    def __post_init__(self) -> None:
        every = pd.concat(list(self.series.values())).dropna(subset=["_value"])
        self.every = every.sort_values("_at", kind="stable")
        self.few = len(every) <= _FEW
        at = self.every["_at"].to_numpy(float)
        self.first, self.last = float(at[0]), float(at[-1])
        # Close to the right edge, so that a label in the margin stands by its line.
        pad = 0.03 * ((self.last - self.first) or 1.0)
        before = pad if self.last > self.first else 0.5
        self.window = (self.first - before, self.last + pad)
        ends = every[["_low", "_high"]].to_numpy(float)
        low, high = float(ends.min()), float(ends.max())
        self.log = self.log and low > 0
        self.limits = (
            (low / 1.15, high * 1.15) if self.log else canvas.limits(low, high)
        )
        self.ticks = self.measure.ticks(*self.limits, log=self.log)
        self.ends, self.labels, self.points = {}, {}, {}
        for key, part in self.series.items():
            columns = [part[name].tolist() for name in _POINT]
            self.points[key] = points = list(zip(*columns, strict=True))
            at, value, *_, when, text = [p for p in points if p[1] == p[1]][-1]
            late = "" if at >= self.last - 1e-6 else f" ({when})"
            self.ends[key] = (at, value)
            self.labels[key] = f"{shown(key)} {text}{late}".strip()

    def alt(self, head: str) -> str:
        """Say each series in a sentence, and what is marked."""
        when = self.every["_when"]
        span = " to ".join(dict.fromkeys([when.iloc[0], when.iloc[-1]]))
        runs = [self._run(key) for key in self.series]
        named = "; ".join(f"{rule.name} ({rule.when})" for rule in self.rules)
        marked = f" Marked: {named}." if named else ""
        return f"Line chart, {span}: {head}. {' '.join(runs)}{marked}"

    def _run(self, key: Any) -> str:
        """Return a series in one sentence: first, newest, highest, lowest, each with its date."""
        part, points = self.series[key], self.points[key]
        rows = part[self.measure.held(part)].to_dict("records")
        known = [number for number, point in enumerate(points) if point[1] == point[1]]
        value = {number: points[number][1] for number in known}
        extremes = (
            max(known, key=value.__getitem__),
            min(known, key=value.__getitem__),
        )
        said = []
        for number in (known[0], known[-1], *extremes):
            text = self.measure.text(rows[number], prose=True)
            said.append(f"{text} in {points[number][6]}")
        first, last, high, low = said
        name = f"{shown(key)}: " if key else ""
        if len(known) == 1:
            return f"{name}{first}, the only figure."
        more = f"; highest {high}, lowest {low}" if len(known) > 2 else ""
        return f"{name}{first}, {last}{more}."

    def draw(self, size: Size, subtitle: str, height: float) -> Figure:
        """Draw everything: margins as wide as their texts, scales, lines, rules, names."""
        # A phone has the names in a key above, the largest first; a wide picture at the ends.
        keyed = size.narrow and list(self.labels) != [""]
        ranked = sorted(self.labels, key=lambda key: -self.ends[key][1])
        entries = [(self.labels[k], self.paint[k], 1.0) for k in ranked if keyed]
        left = 10 + canvas.widest(self.ticks.values(), size)
        right = 14.0
        if not size.narrow:
            right = canvas.widest(self.labels.values(), size) + 22
        (begin, end), across = self.window, size.width - left - right
        places = [left + (r.at - begin) / (end - begin) * across for r in self.rules]
        rows = rules.rows_above(self.rules, places, size)
        listed = rules.listed(self.rules, size)
        (panel,) = canvas.panels(
            size,
            subtitle,
            entries,
            height=height * (0.85 if size.narrow else 1),
            left=left,
            right=right,
            above=12 + rules.room_above(rows, size),
            below=20 + len(listed) * size.type * 1.35,
        )
        panel.limit(self.window, self.limits, log=self.log)
        panel.scale_left(self.ticks)
        self._time(panel)
        if self.limits[0] < 0:
            panel.axes.axhline(0, color=style.MUTED, linewidth=0.8)
        # The total lies beneath, and shows on both sides of a part that is nearly all of it.
        later = [key for key in self.series if self.paint[key] != style.INK]
        beneath = [key for key in self.series if key not in later]
        for key in (*beneath[::-1], *later[::-1]):
            self._line(panel, key)
        rules.draw(panel, self.rules, places, rows)
        for number, text in enumerate(reversed(listed)):
            panel.write(0, 4 + number * size.type * 1.35, text)
        if not keyed:
            self._name_ends(panel)
        return panel.figure

    def _time(self, panel: Panel) -> None:
        """Mark years (in the middle of their months), or months where the window is short."""
        low, high = self.window
        across = panel.frame.width
        wide = text_width("2025", panel.size.type) + 9
        if not self.annual and self.last - self.first < _MONTHS:
            months = range(round(self.first * 12), round(self.last * 12) + 1)
            named = months[:: -canvas.step_of(len(months), across, wide + 9)]
            days = {m / 12: pd.Timestamp(m // 12, m % 12 + 1, 1) for m in named}
            ticks = {at: f"{day:%b %y}" for at, day in days.items()}
            panel.scale_below(ticks, marks=ticks)
            return
        begin = int(np.ceil(self.first - 1e-6) if self.annual else self.first)
        years = range(begin, int(self.last + 1e-6) + 1)
        middle = 0.0 if self.annual else 0.5 - 1 / 24
        ticks = {}
        for year in years[:: -canvas.step_of(len(years), across, wide)]:
            if low <= year + middle <= high:
                ticks[year + middle] = str(year)
        starts = [year for year in years if year >= self.first]
        panel.scale_below(ticks, marks=ticks if self.annual else starts)

    def _line(self, panel: Panel, key: Any) -> None:
        """Draw a series: its line, its band, and the points that say their value."""
        part, colour = self.series[key], self.paint[key]
        at, value = part["_at"].to_numpy(), part["_value"].to_numpy()
        whole = colour == style.INK and len(self.series) > 1
        wide = (1.6 if panel.size.narrow else 2.0) + (1.6 if whole else 0)
        panel.line(at, value, color=colour, linewidth=wide, zorder=3)
        if self.band:
            low, high = part["_low"], part["_high"]
            panel.axes.fill_between(at, low, high, color=colour, alpha=0.2, linewidth=0)
        known = ~np.isnan(value)
        edges = np.pad(known, 1)
        alone = known & ~edges[:-2] & ~edges[2:]
        pointed = known
        if not self.few:
            ends = np.flatnonzero(known)[[0, -1]]
            extremes = [*ends, np.nanargmin(value), np.nanargmax(value)]
            kept = np.isin(np.arange(len(value)), extremes)
            pointed = known & (kept | alone | part["_hollow"].eq(True).to_numpy())
        full = 6.5 if whole else 4.5
        for number in np.flatnonzero(pointed).tolist():
            x, y, low, high, hollow, doubtful, when, text = self.points[key][number]
            if not self.band:
                panel.whisker((x, low), (x, high), colour)
            seen = hollow or alone[number] or self.few
            look: dict[str, Any] = {"hollow": hollow, "size": full if seen else 1}
            panel.dot((x, y), colour, f"{core.named(key, when)}: {text}", **look)
            if doubtful:
                panel.say((x, y), "?", (4, 5))

    def _name_ends(self, panel: Panel) -> None:
        """Write names and values in the margin, or at the end itself where that is too far away."""
        size, frame = panel.size, panel.frame
        ends = {key: panel.place(*end) for key, end in self.ends.items()}
        near = []
        if not size.narrow:
            near = [key for key, (x, _) in ends.items() if frame.x1 - x <= _REACH]
        beside = spread(
            [ends[key][1] for key in near],
            size.type * _NEXT,
            low=frame.y0 + 3,
            high=frame.y1 + size.type,
        )
        at = {key: (frame.x1 + 8, y) for key, y in zip(near, beside, strict=True)}
        for key, (x, y) in ends.items():
            if key in at:
                continue
            wide = text_width(self.labels[key], size.type)
            left = min(x + 11, size.width - wide - 4)
            at[key] = (left, self._free(panel, left, wide, y, beside=left > x + 6))
        for key, (x, y) in at.items():
            if key in near and len(ends) > 1:
                panel.square(x - 1, y, 4, self.paint[key])
                x += 6
            panel.write(x, y, self.labels[key], va="center_baseline")

    def _free(
        self, panel: Panel, left: float, wide: float, y: float, *, beside: bool
    ) -> float:
        """Return the place nearest to `y` where a text lies on no line."""
        letters = panel.size.type
        across = np.linspace(left, left + wide, 25)
        taken = []
        for part in self.series.values():
            drawn = panel.axes.transData.transform(
                part[["_at", "_value"]].to_numpy(float)
            )
            x, level = drawn.T
            taken.append(np.interp(across, x, level, np.nan, np.nan) - y)
        tries = [0.0] if beside else []
        for halves in range(2, 14):
            tries += [halves * letters / 2, -halves * letters / 2]
        for move in tries:
            if not (np.abs(np.concatenate(taken) - move) < letters * 0.8).any():
                return y + move
        return y + tries[0]
