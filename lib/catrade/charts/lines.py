"""Series over time: what is missing stays a gap, what is not a published figure is hollow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from catrade import words
from catrade.charts import canvas, core, rules, style
from catrade.charts.canvas import Size, say
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
    frame = core.checked(frame, [x, by], "lines", y)
    measure = Measure.of(frame, y, unit)
    at, when, annual = _dated(frame[x])
    rows = measure.drawn(frame).assign(_at=at, _when=when.astype(object))
    few = rows["_value"].count() <= _FEW
    series = {}
    for key, part in rows.groupby(frame[by] if by else lambda _: "", sort=False):
        if part["_value"].notna().any():
            part = _with_gaps(part.sort_values("_at"), annual=annual)
            series[key] = _marked(part, newest=newest, few=few)
    if not series:
        raise ParameterError(f"lines has nothing to draw: no row has a value in {y!r}")
    paint = core.palette(series, colours) if by or colours else {"": style.INK}
    named = rules.rules_of(marks)
    height = about.get("height", 210)
    picture = _Lines(measure, series, paint, named, height, annual, band, log)
    notes = [words.basis_note(frame)]
    if newest:
        notes.append("Hollow at the end: the newest figure, which may be revised.")
    if any(part["_value"].isna().any() for part in series.values()):
        notes.append(break_note or "Where a line breaks, there is no figure.")
    return core.finish(
        picture.draw, frame, about, alt=picture.alt, unit=measure.subtitle, notes=notes
    )


def _dated(x: pd.Series) -> tuple[pd.Series, pd.Series, bool]:
    """Return each row's place in years and date in words; and whether all are whole years."""
    if pd.api.types.is_numeric_dtype(x):
        return x.astype(float), x.map("{:.0f}".format), True
    days = pd.to_datetime(x.astype(str), format="mixed")
    firsts = bool((days.dt.day == 1).all())
    if firsts and len(set(days.dt.month)) == 1:
        return days.dt.year.astype(float), days.dt.strftime("%Y"), True
    when = days.dt.strftime("%B %Y" if firsts else "%-d %B %Y")
    return days.map(rules.place_of), when, False


def _with_gaps(part: pd.DataFrame, *, annual: bool) -> pd.DataFrame:
    """Add rows without a value for the years, quarters or months that are not there."""
    a_year = 1 if annual else 12
    ticks = (part["_at"] * a_year).round(6)
    if (ticks % 1).any() or ticks.duplicated().any():
        return part.reset_index(drop=True)
    whole = ticks.astype(int)
    step = np.gcd.reduce(np.diff(whole))
    if annual or step not in (3, 6):
        step = 1
    full = np.arange(whole.min(), whole.max() + 1, step)
    filled = part.set_index(whole).reindex(full)
    return filled.assign(_at=full / a_year).reset_index(drop=True)


def _marked(part: pd.DataFrame, *, newest: bool, few: bool) -> pd.DataFrame:
    """Say which points say their value, `_told`, which are seen as dots, and which are hollow."""
    value = part["_value"]
    known = value.notna()
    hollow, last = part["_hollow"].eq(True), value.last_valid_index()
    if newest:
        hollow |= value.index == last
    alone = known & value.shift(1).isna() & value.shift(-1).isna()
    seen = hollow | alone | few
    outermost = (value.first_valid_index(), last, value.idxmin(), value.idxmax())
    told = known & (seen | value.index.isin(outermost))
    return part.assign(_hollow=hollow, _seen=seen, _told=told)


@dataclass
class _Lines:
    """The series, to be drawn wide or narrow."""

    measure: Measure
    series: Mapping[Any, pd.DataFrame]
    paint: Mapping[Any, str]
    rules: Sequence[rules.Rule]
    height: float
    annual: bool
    band: bool
    log: bool

    def __post_init__(self) -> None:
        every = pd.concat(list(self.series.values())).dropna(subset=["_value"])
        self.every = every.sort_values("_at", kind="stable")
        self.first, self.last = every["_at"].min(), every["_at"].max()
        low, high = every["_low"].min(), every["_high"].max()
        self.log = self.log and low > 0
        self.limits = (
            (low / 1.15, high * 1.15) if self.log else canvas.limits(low, high)
        )
        self.ticks = self.measure.ticks(*self.limits, log=self.log)
        self.known, self.ends, self.labels = {}, {}, {}
        for key, part in self.series.items():
            self.known[key] = part.dropna(subset=["_value"]).to_dict("records")
            newest = self.known[key][-1]
            late = f" ({newest['_when']})" if newest["_at"] < self.last - 1e-6 else ""
            self.ends[key] = (newest["_at"], newest["_value"])
            self.labels[key] = f"{shown(key)} {newest['_text']}{late}".strip()

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
        known = self.known[key]
        highest = max(known, key=lambda row: row["_value"])
        lowest = min(known, key=lambda row: row["_value"])
        rows = (known[0], known[-1], highest, lowest)
        said = [
            f"{self.measure.text(row, prose=True)} in {row['_when']}" for row in rows
        ]
        first, last, high, low = said
        name = f"{shown(key)}: " if key else ""
        if len(known) == 1:
            return f"{name}{first}, the only figure."
        more = f"; highest {high}, lowest {low}" if len(known) > 2 else ""
        return f"{name}{first}, {last}{more}."

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw everything: margins as wide as their texts, scales, lines, rules, names."""
        # A phone has the names in a key above, the largest first; a wide picture at the ends.
        keyed = size.narrow and list(self.labels) != [""]
        ranked = sorted(self.labels, key=lambda key: -self.ends[key][1])
        entries = [(self.labels[key], self.paint[key], 1.0) for key in ranked if keyed]
        left = 10 + canvas.widest(self.ticks.values(), size)
        right = 14.0
        if not size.narrow:
            right = canvas.widest(self.labels.values(), size) + 22
        # Close to the right edge, so that a label in the margin stands by its line.
        pad = 0.03 * ((self.last - self.first) or 1.0)
        begin = self.first - (pad if self.last > self.first else 0.5)
        end = self.last + pad
        scale = (size.width - left - right) / (end - begin)
        places = [left + (rule.at - begin) * scale for rule in self.rules]
        named = rules.names_above(self.rules, places, size)
        listed = rules.listed(self.rules, size)
        figure, axes = canvas.subplots(
            size,
            subtitle,
            entries,
            height=self.height * (0.85 if size.narrow else 1),
            left=left,
            right=right,
            above=12 + rules.room_above(named, size),
            below=20 + len(listed) * size.type * 1.35,
        )
        if self.log:
            axes.set_yscale("log")
            axes.minorticks_off()
        axes.set(xlim=(begin, end), ylim=self.limits)
        canvas.scale_left(axes, self.ticks)
        self._time(axes, size)
        if self.limits[0] < 0:
            axes.axhline(0, color=style.MUTED, linewidth=0.8)
        # The total lies beneath, and shows on both sides of a part that is nearly all of it.
        later = [key for key in self.series if self.paint[key] != style.INK]
        beneath = [key for key in self.series if key not in later]
        for key in (*beneath[::-1], *later[::-1]):
            self._line(axes, key, size)
        rules.draw(axes, self.rules, named, size)
        for number, text in enumerate(reversed(listed)):
            y = 4 + number * size.type * 1.35
            canvas.write(axes, 0, y, text)
        if not keyed:
            self._name_ends(axes, size)
        return figure

    def _time(self, axes: Axes, size: Size) -> None:
        """Mark years (in the middle of their months), or months where the window is short."""
        across, wide = axes.bbox.width, text_width("2025", size.type) + 9
        if not self.annual and self.last - self.first < _MONTHS:
            months = range(round(self.first * 12), round(self.last * 12) + 1)
            named = months[:: -canvas.step_of(len(months), across, wide + 9)]
            days = [pd.Timestamp(month // 12, month % 12 + 1, 1) for month in named]
            ticks = {at.year + (at.month - 1) / 12: f"{at:%b %y}" for at in days}
            canvas.scale_below(axes, ticks, list(ticks))
            return
        years = range(int(np.ceil(self.first - 1e-6)), int(self.last + 1e-6) + 1)
        if self.annual:
            named = years[:: -canvas.step_of(len(years), across, wide)]
            canvas.scale_below(axes, {year: str(year) for year in named}, named)
            return
        low, high = axes.get_xlim()
        begun = range(int(self.first), int(self.last + 1e-6) + 1)
        middles = {}
        for year in begun[:: -canvas.step_of(len(begun), across, wide)]:
            middle = year + 0.5 - 1 / 24
            if low <= middle <= high:
                middles[middle] = str(year)
        canvas.scale_below(axes, middles, years)

    def _line(self, axes: Axes, key: Any, size: Size) -> None:
        """Draw a series: its line, its band, and the points that say their value."""
        part, colour = self.series[key], self.paint[key]
        whole = colour == style.INK and len(self.series) > 1
        wide = (1.6 if size.narrow else 2.0) + (1.6 if whole else 0)
        axes.plot(part["_at"], part["_value"], color=colour, linewidth=wide, zorder=3)
        if self.band:
            ends = part["_low"], part["_high"]
            axes.fill_between(part["_at"], *ends, color=colour, alpha=0.2, linewidth=0)
        full = 6.5 if whole else 4.5
        for row in self.known[key]:
            if not row["_told"]:
                continue
            x, y = row["_at"], row["_value"]
            if not self.band:
                canvas.whisker(axes, (x, row["_low"]), (x, row["_high"]), colour)
            told = f"{core.named(key, row['_when'])}: {row['_text']}"
            wide = full if row["_seen"] else 1
            canvas.dot(axes, (x, y), colour, told, hollow=row["_hollow"], size=wide)
            if row["_doubtful"]:
                say(axes, (x, y), "?", (4, 5))

    def _name_ends(self, axes: Axes, size: Size) -> None:
        """Write names and values in the margin, or at the end itself where that is too far away."""
        frame = axes.bbox
        ends = {key: axes.transData.transform(end) for key, end in self.ends.items()}
        near = []
        if not size.narrow:
            near = [key for key, (x, _) in ends.items() if frame.x1 - x <= _REACH]
        beside = spread(
            [ends[key][1] for key in near],
            size.type * _NEXT,
            low=frame.y0 + 3,
            high=frame.y1 + size.type,
        )
        for key, y in zip(near, beside, strict=True):
            x = frame.x1 + 8
            if len(ends) > 1:
                canvas.square(axes.figure, x - 1, y, 4, color=self.paint[key])
                x += 6
            text = self.labels[key]
            canvas.write(axes, x, y, text, va="center_baseline")
        for key in [key for key in ends if key not in near]:
            x, y = ends[key]
            wide = text_width(self.labels[key], size.type)
            left = min(x + 11, size.width - wide - 4)
            y = self._free(axes, left, wide, y, size, beside=left > x + 6)
            text = self.labels[key]
            canvas.write(axes, left, y, text, va="center_baseline")

    def _free(
        self,
        axes: Axes,
        left: float,
        wide: float,
        y: float,
        size: Size,
        *,
        beside: bool,
    ) -> float:
        """Return the place nearest to `y` where a text lies on no line."""
        across = np.linspace(left, left + wide, 25)
        taken = []
        for part in self.series.values():
            places = axes.transData.transform(part[["_at", "_value"]].to_numpy(float))
            x, level = places.T
            taken.append(np.interp(across, x, level, np.nan, np.nan) - y)
        tries = [0.0] if beside else []
        for halves in range(2, 14):
            tries += [halves * size.type / 2, -halves * size.type / 2]
        for move in tries:
            if not (np.abs(np.concatenate(taken) - move) < size.type * 0.8).any():
                return y + move
        return y + tries[0]
