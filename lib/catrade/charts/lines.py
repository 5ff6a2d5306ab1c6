"""Series over time: what is missing stays a gap, what is not a published figure is hollow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from catrade import words
from catrade.charts import canvas, core, style
from catrade.charts.canvas import Size
from catrade.charts.core import About, Measure, shown
from catrade.charts.labels import spread, text_width
from pagemill.display import Chart
from rounding.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: With more points than this only the ends and extremes say their value, by marks no wider than
#: the line: a dot here and there would look as if it meant something.
_FEW = 45
#: Points from a line's end to its label, in the margin; further away it stands at the end itself.
_REACH = 40


def lines(
    frame: pd.DataFrame,
    x: str = "date",
    y: str = "value_bn",
    by: str | None = None,
    *,
    band: bool = False,
    marks: pd.DataFrame | Mapping[Any, str] | None = None,
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
    series = {
        key: _with_gaps(part.sort_values("_at"), annual=annual)
        for key, part in (rows.groupby(by, sort=False) if by else [("", rows)])
        if part["_value"].notna().any()
    }
    if not series:
        raise ParameterError(f"lines has nothing to draw: no row has a value in {y!r}")
    paint = core.palette(series, colours) if by or colours else {"": style.INK}
    rules = _rules(marks)
    every = pd.concat(list(series.values())).dropna(subset=["_value"])
    log = log and bool((every["_low"] > 0).all())

    def draw(size: Size, subtitle: str) -> Figure:
        picture = _Picture(size, measure, series, paint, rules, annual, every)
        return picture.draw(subtitle, about.get("height", 210), band=band, log=log)

    def alt(head: str) -> str:
        when = every.sort_values("_at")["_when"]
        span = " to ".join(dict.fromkeys([when.iloc[0], when.iloc[-1]]))
        runs = " ".join(_run(key, part, measure) for key, part in series.items())
        named = "; ".join(f"{label} ({when})" for _, label, when in rules)
        return f"Line chart, {span}: {head}. {runs}" + (
            f" Marked: {named}." if rules else ""
        )

    notes = [
        words.basis_note(rows),
        "Hollow at the end: the newest figure, which may be revised." if newest else "",
        (break_note or "Where a line breaks, there is no figure.")
        if any(part["_value"].isna().any() for part in series.values())
        else "",
    ]
    return core.finish(draw, frame, about, alt=alt, unit=measure.subtitle, notes=notes)


def _place(day: pd.Timestamp) -> float:
    """Return a day as a place on the axis, in years."""
    return float(day.year + (day.month - 1) / 12 + (day.day - 1) / 365.25)


def _dated(rows: pd.DataFrame, x: str) -> tuple[pd.DataFrame, bool]:
    """Add each row's place in years and its date in words; say whether all are whole years."""
    if pd.api.types.is_numeric_dtype(rows[x]):
        return rows.assign(
            _at=rows[x].astype(float), _when=rows[x].map("{:.0f}".format)
        ), True
    days = pd.to_datetime(rows[x].astype(str), format="mixed")
    firsts = bool((days.dt.day == 1).all())
    if firsts and len(set(days.dt.month)) == 1:
        return rows.assign(
            _at=days.dt.year.astype(float), _when=days.dt.strftime("%Y")
        ), True
    when = days.dt.strftime("%B %Y" if firsts else "%-d %B %Y")
    return rows.assign(_at=days.map(_place), _when=when), False


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
        made |= made.index.isin(
            known.drop_duplicates(by or "_newest", keep="last").index
        )
    return made


def _rules(
    marks: pd.DataFrame | Mapping[Any, str] | None,
) -> list[tuple[float, str, str]]:
    """Return the named rules as place, text and month in words, in order of time."""
    days = core.named_days(marks).itertuples(index=False)
    return [(_place(day), str(label), f"{day:%B %Y}") for day, label in days]


def _run(key: Any, part: pd.DataFrame, measure: Measure) -> str:
    """Return a series in one sentence: first, newest, highest and lowest, each with its date."""
    known = part.dropna(subset=["_value"])
    value = known["_value"]
    first, last, high, low = (
        f"{measure.text(row, prose=True)} in {row['_when']}"
        for row in (known.iloc[n] for n in (0, -1, value.argmax(), value.argmin()))
    )
    name = f"{shown(key)}: " if key else ""
    if len(known) == 1:
        return f"{name}{first}, the only figure."
    more = f"; highest {high}, lowest {low}" if len(known) > 2 else ""
    return f"{name}{first}, {last}{more}."


@dataclass
class _Picture:
    """One drawing of the series, wide or narrow."""

    size: Size
    measure: Measure
    series: Mapping[Any, pd.DataFrame]
    paint: Mapping[Any, str]
    rules: list[tuple[float, str, str]]
    annual: bool
    every: pd.DataFrame

    def __post_init__(self) -> None:
        self.first, self.last = (
            float(self.every["_at"].min()),
            float(self.every["_at"].max()),
        )
        # Close to the right edge, so that a label in the margin stands by its line.
        pad = 0.03 * ((self.last - self.first) or 1.0)
        self.window = (
            self.first - (pad if self.last > self.first else 0.5),
            self.last + pad,
        )
        self.ends, self.labels = {}, {}
        for key, part in self.series.items():
            self.ends[key] = end = part.loc[part["_value"].last_valid_index()]
            late = "" if end["_at"] >= self.last - 1e-6 else f" ({end['_when']})"
            self.labels[key] = f"{shown(key)} {self.measure.text(end)}{late}".strip()

    def draw(self, subtitle: str, height: float, *, band: bool, log: bool) -> Figure:
        """Draw everything."""
        size, every = self.size, self.every
        low, high = every["_low"].min(), every["_high"].max()
        low, high = (low / 1.15, high * 1.15) if log else canvas.limits(low, high)
        keyed = size.narrow and list(self.labels) != [""]
        order = (
            sorted(self.labels, key=lambda k: -self.ends[k]["_value"]) if keyed else []
        )
        right = 14 if size.narrow else canvas.widest(self.labels.values(), size) + 22
        ticks = self.measure.ticks(low, high, log=log)
        left = 10 + canvas.widest(ticks.values(), size)
        across = size.width - left - right
        begin, end = self.window
        places = [
            left + (at - begin) / (end - begin) * across for at, _, _ in self.rules
        ]
        rows = [0] * len(places) if size.narrow else self._rows(places)
        listed = [
            line
            for number, (_, label, when) in enumerate(self.rules, 1)
            for line in canvas.wrap(
                f"{number} {label}, {when}", size.width - 4, size.type
            )
        ] * size.narrow
        figure, (axes,) = canvas.canvas(
            size,
            subtitle,
            [(self.labels[k], self.paint[k], 1.0) for k in order],
            height=height * (0.85 if size.narrow else 1),
            left=left,
            right=right,
            above=12 + (max(rows, default=-1) + 1) * size.type * 1.4,
            below=20 + len(listed) * size.type * 1.35,
        )
        self._time_axis(axes, across)
        if log:
            axes.set_yscale("log")
            axes.yaxis.set_minor_locator(NullLocator())
        axes.set_ylim(low, high)
        axes.set_yticks(list(ticks), list(ticks.values()))
        if low < 0:
            axes.axhline(0, color=style.MUTED, linewidth=0.8)
        # The total lies beneath, and shows on both sides of a part that is nearly all of it.
        last_first = reversed(list(self.series.items()))
        for name, part in sorted(
            last_first, key=lambda item: self.paint[item[0]] != style.INK
        ):
            self._line(axes, name, part, band=band)
        self._draw_rules(figure, axes, places, rows)
        for number, text in enumerate(reversed(listed)):
            canvas.write(figure, 0, 4 + number * size.type * 1.35, text, size.type)
        if not keyed:
            self._end_labels(axes)
        return figure

    def _time_axis(self, axes: Axes, across: float) -> None:
        """Mark years (in the middle of their months), or months where the window is short."""
        low, high = axes.set_xlim(*self.window)
        wide = text_width("2025", self.size.type) + 9
        if not self.annual and self.last - self.first < 2.6:
            months = range(round(self.first * 12), round(self.last * 12) + 1)
            marked = months[:: -canvas.step_of(len(months), across, wide + 9)]
            names = [f"{pd.Timestamp(m // 12, m % 12 + 1, 1):%b %y}" for m in marked]
            axes.set_xticks([m / 12 for m in marked], names)
            return
        years = range(
            int(self.first + (1 - 1e-6 if self.annual else 0)),
            int(self.last + 1e-6) + 1,
        )
        marked = years[:: -canvas.step_of(len(years), across, wide)]
        middle = 0.0 if self.annual else 0.5 - 1 / 24
        seen = [year for year in marked if low <= year + middle <= high]
        axes.set_xticks([year + middle for year in seen], [str(year) for year in seen])
        if not self.annual:
            axes.tick_params(axis="x", which="major", length=0)
            axes.set_xticks([year for year in years if year >= self.first], minor=True)
            axes.tick_params(axis="x", which="minor", length=4)

    def _line(self, axes: Axes, key: Any, part: pd.DataFrame, *, band: bool) -> None:
        colour, at, value = self.paint[key], part["_at"], part["_value"]
        whole = colour == style.INK and len(self.series) > 1
        wide = (1.6 if self.size.narrow else 2.0) + 1.6 * whole
        canvas.line(axes, at, value, color=colour, linewidth=wide, zorder=3)
        alone = value.shift().isna() & value.shift(-1).isna() & value.notna()
        known = part.assign(_alone=alone)[value.notna()]
        if band:
            look: dict[str, Any] = {"color": colour, "alpha": 0.2, "linewidth": 0}
            axes.fill_between(at, part["_low"], part["_high"], **look)
        if len(self.every) > _FEW:
            extremes = [known.index[0], known.index[-1], value.idxmin(), value.idxmax()]
            kept = known.index.isin([*extremes, *value.index[alone]])
            known = known[known["_hollow"].eq(True) | kept]
        for row in known.to_dict("records"):
            place = (row["_at"], row["_value"])
            if not band:
                ends = (row["_at"], row["_low"]), (row["_at"], row["_high"])
                canvas.whisker(axes, *ends, colour)
            told = f"{core.named(key, row['_when'])}: {self.measure.text(row)}"
            hollow = bool(row["_hollow"])
            lone = hollow or len(self.every) <= _FEW or row["_alone"]
            canvas.dot(
                axes,
                place,
                colour,
                told,
                hollow=hollow,
                size=4.5 + 2 * whole if lone else 1,
            )
            if row["_doubtful"]:
                canvas.say(axes, place, "?", self.size, toward=(4, 5))

    def _end_labels(self, axes: Axes) -> None:
        """Write names and values in the margin, or at the end itself where that is too far away."""
        size, frame = self.size, axes.get_window_extent()
        ends = {
            key: axes.transData.transform((end["_at"], end["_value"]))
            for key, end in self.ends.items()
        }
        near = [
            key for key in ends if frame.x1 - ends[key][0] <= _REACH and not size.narrow
        ]
        wanted = [float(ends[key][1]) for key in near]
        places = spread(
            wanted, size.type * 1.28, low=frame.y0 + 3, high=frame.y1 + size.type
        )
        figure: Any = axes.figure
        for key, y in zip(near, places, strict=True):
            x = frame.x1 + 8
            if len(ends) > 1:
                canvas.square(figure, frame.x1 + 7, y, 4, self.paint[key])
                x += 6
            canvas.write(
                figure, x, y, self.labels[key], size.type, va="center_baseline"
            )
        for key in (key for key in ends if key not in near):
            wide = text_width(self.labels[key], size.type)
            x = min(ends[key][0] + 11, size.width - wide - 4)
            y = self._free(
                axes, x, x + wide, ends[key][1], beside=bool(x > ends[key][0] + 6)
            )
            canvas.write(
                figure, x, y, self.labels[key], size.type, va="center_baseline"
            )

    def _free(
        self, axes: Axes, left: float, right: float, y: float, *, beside: bool
    ) -> float:
        """Return the place nearest to `y` where a text lies on no line."""
        drawn = []
        for part in self.series.values():
            at, value = axes.transData.transform(
                part[["_at", "_value"]].to_numpy(float)
            ).T
            drawn.append(
                np.interp(np.linspace(left, right, 25), at, value, np.nan, np.nan)
            )
        size = self.size.type
        tries = [0.0] * beside + [
            n * size / 2 * sign for n in range(2, 14) for sign in (1, -1)
        ]
        taken = np.concatenate(drawn) - y
        clear = (
            move for move in tries if not (np.abs(taken - move) < size * 0.8).any()
        )
        return y + next(clear, tries[0])

    def _draw_rules(
        self, figure: Figure, axes: Axes, places: list[float], rows: list[int]
    ) -> None:
        size, frame = self.size, axes.get_window_extent()
        look: dict[str, Any] = {
            "color": style.MUTED,
            "linewidth": 0.9,
            "linestyle": (0, (3, 2)),
        }
        named = zip(self.rules, places, rows, strict=True)
        for number, ((_, label, when), x, row) in enumerate(named, 1):
            top = frame.y1 + 4 + row * size.type * 1.4
            look["gid"] = canvas.told_as(f"{label}, {when}")
            canvas.line(figure, [x, x], [frame.y0, top], zorder=2, **look)
            text = str(number) if size.narrow else label
            start = (
                x - text_width(text, size.type) / 2
                if size.narrow
                else self._start(x, label)
            )
            paper = {"facecolor": style.PAPER, "pad": 0.5, "linewidth": 0}
            canvas.write(
                figure,
                start,
                top + 1,
                text,
                size.type,
                va="bottom",
                bbox=paper,
                zorder=5,
            )

    def _start(self, x: float, text: str) -> float:
        return min(x - 2, self.size.width - text_width(text, self.size.type) - 2)

    def _rows(self, places: list[float]) -> list[int]:
        """Return the row above the plot each rule's name stands in: none lies on another."""
        starts = [
            self._start(x, rule[1]) for x, rule in zip(places, self.rules, strict=True)
        ]
        stops = [
            start + text_width(rule[1], self.size.type) + 6
            for start, rule in zip(starts, self.rules, strict=True)
        ]
        rows = [0] * len(places)
        for one in reversed(range(len(places))):
            later = range(one + 1, len(places))
            near = [
                o for o in later if starts[o] < stops[one] and starts[one] < stops[o]
            ]
            rows[one] = max((rows[o] for o in near), default=-1) + 1
        return rows
