"""Series over time: what is missing stays a gap, what is not a published figure is hollow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullLocator

from catrade.charts import core, style, words
from catrade.charts.core import About, Key, Measure, Size, shown, tell
from catrade.charts.labels import spread, text_width
from pagemill.display import Chart
from pagemill.errors import ParameterError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: With more points than this only the ends and extremes are marks that say their value.
_FEW = 45
#: Points from a line's end to its label, in the margin; further away it stands at the end itself.
_REACH = 40
Marks = pd.DataFrame | Iterable[tuple[Any, str]]


def lines(
    frame: pd.DataFrame,
    x: str = "date",
    y: str = "value_bn",
    by: str | None = None,
    *,
    band: bool = False,
    marks: Marks = (),
    hollow: str = "basis",
    newest: bool = False,
    log: bool = False,
    zero: bool = True,
    columns: str = "",
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw series over time, with their names and newest values at their ends.

    Parameters
    ----------
    frame
        One row a series and period; a row without a value, or a year or month that is not there,
        is a gap.
    x, y, by
        Columns: dates (or whole years), values, and what tells the series apart (found if there
        is one: partner, reporter or flow).
    band
        Whether intervals are a band; otherwise they are whiskers where wide enough to be seen.
    marks
        Named vertical rules: pairs of a date and a text, or a frame with columns date and label.
    hollow
        A column: points where it is true, or `basis` where it is not `published`, are hollow.
    newest
        Whether the newest point of each series is hollow, as one that may yet be revised.
    log, zero
        A logarithmic scale; whether a plain one begins at zero.
    columns
        The series drawn as columns behind the lines, such as a balance.
    unit
        What the values are, if their column's name does not say it; see `core.Measure`.
    colours
        Colours, or codes of the table of colours, of single series.
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
    by = core.series_of(frame, by, x) if isinstance(frame, pd.DataFrame) else by
    rows = core.checked(frame, filter(None, [x, y, by]), "lines")
    measure = Measure.of(rows, y, unit)
    rows, annual = _dated(rows, x)
    value, low, high = measure.arrays(rows)
    rows = rows.assign(_value=value, _low=low, _high=high)
    rows["_hollow"] = _hollow(rows, hollow, by, newest=newest)
    series = {
        key: _with_gaps(part.sort_values("_at"), annual=annual)
        for key, part in (rows.groupby(by, sort=False) if by else [("", rows)])
        if part["_value"].notna().any()
    }
    if not series:
        message = f"lines has nothing to draw: no row has a value in {y!r}"
        raise ParameterError(message)
    paint = core.palette(series, colours) if by or colours else {"": style.INK}
    rules = _rules(marks)
    log = log and all((part["_value"].dropna() > 0).all() for part in series.values())
    look = {"band": band, "log": log, "zero": zero, "columns": columns}

    def draw(size: Size, subtitle: str) -> Figure:
        picture = _Picture(size, measure, series, paint, rules, annual)
        return picture.draw(subtitle, about.get("height", 210), **look)

    def alt() -> str:
        head = (about.get("subtitle") or measure.subtitle or "values").rstrip(".")
        named = "; ".join(f"{label} ({when})" for _, label, when in rules)
        return " ".join(
            [
                f"Line chart, {_span(series)}: {head}.",
                *(_run(key, part, measure) for key, part in series.items()),
                *([f"Marked: {named}."] if rules else []),
            ]
        )

    broken = any(part["_value"].isna().any() for part in series.values())
    notes = [
        words.basis_note(rows.assign(year=rows["_at"].astype(int))) if hollow == "basis" else "",
        "Hollow at the end: the newest figure, which may be revised." if newest else "",
        "Where a line breaks, there is no figure." if broken else "",
    ]
    return core.finish(draw, frame, about, alt=alt, unit=measure.subtitle, notes=notes)


def _place(day: pd.Timestamp) -> float:
    """Return a day as a place on the axis, in years."""
    return float(day.year + (day.month - 1) / 12 + (day.day - 1) / 365.25)


def _dated(rows: pd.DataFrame, x: str) -> tuple[pd.DataFrame, bool]:
    """Add each row's place in years and its date in words; say whether all are whole years."""
    if pd.api.types.is_numeric_dtype(rows[x]):
        return rows.assign(_at=rows[x].astype(float), _when=rows[x].map("{:.0f}".format)), True
    days = pd.to_datetime(rows[x].astype(str), format="mixed")
    firsts = bool((days.dt.day == 1).all())
    if firsts and len(set(days.dt.month)) == 1:
        return rows.assign(_at=days.dt.year.astype(float), _when=days.dt.strftime("%Y")), True
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
    filled["_hollow"] = filled["_hollow"].fillna(False).astype(bool)
    return filled.assign(_at=full / (1 if annual else 12)).reset_index(drop=True)


def _hollow(rows: pd.DataFrame, column: str, by: str | None, *, newest: bool) -> pd.Series:
    """Say which points are hollow."""
    made = pd.Series(False, rows.index)
    if column != "basis":
        made = core.checked(rows, [column], "lines")[column].fillna(False).astype(bool)
    elif "basis" in rows.columns:
        made = ~rows["basis"].fillna("published").isin(["published", "reported"])
    if newest:
        known = rows[rows["_value"].notna()].assign(_newest=0)
        last = known.sort_values("_at").drop_duplicates(by or "_newest", keep="last")
        made |= made.index.isin(last.index)
    return made


def _rules(marks: Marks) -> list[tuple[float, str, str]]:
    """Return the named rules as place, text and month in words, in order of time."""
    frame = marks if isinstance(marks, pd.DataFrame) else pd.DataFrame(list(marks))
    if frame.empty:
        return []
    dates, labels = (frame[c] for c in (("date", "label") if frame is marks else (0, 1)))
    pairs = zip(dates.astype(str), labels.astype(str), strict=True)
    days = sorted((pd.Timestamp(when), label) for when, label in pairs)
    return [(_place(day), label, f"{day:%B %Y}") for day, label in days]


def _span(series: Mapping[Any, pd.DataFrame]) -> str:
    known = pd.concat(list(series.values())).dropna(subset=["_value"]).sort_values("_at")["_when"]
    first, last = str(known.iloc[0]), str(known.iloc[-1])
    return first if first == last else f"{first} to {last}"


def _run(key: Any, part: pd.DataFrame, measure: Measure) -> str:
    """Return a series in one sentence: first, newest, highest and lowest, each with its date."""
    known = part.dropna(subset=["_value"]).reset_index(drop=True)

    def at(place: int) -> str:
        row = known.iloc[place]
        return f"{measure.text(row, prose=True)} in {row['_when']}"

    name, last = f"{shown(key)}: " if key else "", len(known) - 1
    if last == 0:
        return f"{name}{at(0)}, the only figure."
    if last == 1:
        return f"{name}{at(0)}, {at(1)}."
    high, low = at(int(known["_value"].argmax())), at(int(known["_value"].argmin()))
    return f"{name}{at(0)}, {at(last)}; highest {high}, lowest {low}."


class _Picture:
    """One drawing of the series, wide or narrow."""

    def __init__(
        self,
        size: Size,
        measure: Measure,
        series: Mapping[Any, pd.DataFrame],
        paint: Mapping[Any, str],
        rules: list[tuple[float, str, str]],
        annual: bool,
    ) -> None:
        self.size, self.measure, self.series, self.paint = size, measure, series, paint
        self.rules, self.annual = rules, annual
        self.every = pd.concat(list(series.values()))
        self.first, self.last = float(self.every["_at"].min()), float(self.every["_at"].max())
        self.many = len(self.every) > _FEW
        self.ends = {k: part.loc[part["_value"].last_valid_index()] for k, part in series.items()}

    def draw(self, subtitle: str, height: float, **look: Any) -> Figure:
        """Draw everything."""
        size = self.size
        labels = {key: self._label(key) for key in self.series}
        low, high = core.limits(
            self.every["_low"], self.every["_high"], zero=look["zero"] and not look["log"]
        )
        if look["log"]:
            low, high = self.every["_low"].min() / 1.15, self.every["_high"].max() * 1.15
        key = None
        if size.narrow and len(labels) > 1:
            order = sorted(labels, key=lambda k: -self.ends[k]["_value"])
            key = Key([(labels[k], self.paint[k], 1.0) for k in order], size)
        widest = max(text_width(label, size.type) for label in labels.values())
        right = widest + 22 if not size.narrow else 14
        left = 10 + max(text_width(core.plain(round(v)) + "%", size.type) for v in (low, high))
        across = size.width - left - right
        places = [left + self._part(at) * across for at, _, _ in self.rules]
        rows = [0] * len(places) if size.narrow else _rows(places, self._rule_texts(), size)
        listed = self._listed() if size.narrow else []
        above = 12 + (max(rows) + 1) * size.type * 1.4 if rows else 12
        figure, (axes,) = core.canvas(
            size,
            subtitle,
            key,
            height=height * (0.85 if size.narrow else 1),
            left=left,
            right=right,
            above=above,
            below=20 + len(listed) * size.type * 1.35,
        )
        self._time_axis(axes, across)
        if look["log"]:
            axes.set_yscale("log")
        axes.set_ylim(low, high)
        self.measure.axis(axes.yaxis)
        if look["log"]:
            axes.yaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5), numticks=8))
            axes.yaxis.set_minor_locator(NullLocator())
        if low < 0:
            axes.axhline(0, color=style.MUTED, linewidth=0.8)
        for name, part in reversed(list(self.series.items())):
            draw = self._columns if look["columns"] and name == look["columns"] else self._line
            draw(axes, name, part, band=look["band"])
        self._draw_rules(figure, axes, places, rows, listed)
        if key is None:
            self._end_labels(axes, labels)
        return figure

    def _part(self, at: float) -> float:
        pad = self._pad
        return (at - self.first + pad) / (self.last - self.first + 2 * pad)

    @property
    def _pad(self) -> float:
        return 0.4 if self.annual else max(0.02 * (self.last - self.first), 0.05)

    def _label(self, key: Any) -> str:
        end = self.ends[key]
        late = "" if end["_at"] >= self.last - 1e-6 else f" ({end['_when']})"
        return f"{shown(key)} {self.measure.text(end)}{late}".strip()

    def _time_axis(self, axes: Axes, across: float) -> None:
        """Mark years (in the middle of their months), or months where the window is short."""
        axes.set_xlim(self.first - self._pad, self.last + self._pad)
        each = text_width("2025", self.size.type) + 9
        if not self.annual and self.last - self.first < 2.6:
            months = range(round(self.first * 12), round(self.last * 12) + 1)
            step = next(
                s for s in (1, 2, 3, 6, 12) if len(months) / s * (each + 9) <= across or s == 12
            )
            ticks = [m for m in months if (months[-1] - m) % step == 0]
            names = [f"{pd.Timestamp(m // 12, m % 12 + 1, 1):%b %y}" for m in ticks]
            axes.set_xticks([m / 12 for m in ticks], names)
            return
        first, last = int(np.ceil(self.first - 1e-6)), int(self.last + 1e-6)
        middle = 0.0 if self.annual else 0.5 - 1 / 24
        years = range(first if self.annual else int(self.first), last + 1)
        span = max(len(years), 1)
        step = next((s for s in (1, 2, 5, 10) if span / s * each <= across), 20)
        marked = [
            y
            for y in years
            if (last - y) % step == 0
            and self.first - self._pad <= y + middle <= self.last + self._pad
        ]
        axes.set_xticks([y + middle for y in marked], [str(y) for y in marked])
        if not self.annual:
            axes.tick_params(axis="x", which="major", length=0)
            axes.set_xticks([y for y in years if y >= self.first], minor=True)
            axes.tick_params(axis="x", which="minor", length=4)

    def _columns(self, axes: Axes, key: Any, part: pd.DataFrame, **_: Any) -> None:
        wide = 0.62 / (1 if self.annual else 12)
        for row in part.dropna(subset=["_value"]).to_dict("records"):
            bar = Rectangle(
                (row["_at"] - wide / 2, 0), wide, row["_value"], color=self.paint[key], alpha=0.55
            )
            axes.add_artist(bar)
            tell(bar, self._told(key, row))

    def _told(self, key: Any, row: Any) -> str:
        name = f"{shown(key)}, " if key else ""
        return f"{name}{row['_when']}: {self.measure.text(row)}"

    def _line(self, axes: Axes, key: Any, part: pd.DataFrame, *, band: bool) -> None:
        colour, wide = self.paint[key], 1.6 if self.size.narrow else 2.0
        axes.add_artist(Line2D(part["_at"], part["_value"], color=colour, linewidth=wide, zorder=3))
        known = part.dropna(subset=["_value"])
        if band:
            axes.fill_between(
                part["_at"], part["_low"], part["_high"], color=colour, alpha=0.2, linewidth=0
            )
        else:
            _whiskers(axes, known, colour)
        alone = (
            part["_value"].notna() & part["_value"].shift().isna() & part["_value"].shift(-1).isna()
        )
        if self.many:
            ends = [
                known.index[0],
                known.index[-1],
                known["_value"].idxmin(),
                known["_value"].idxmax(),
            ]
            seen = known["_hollow"] | alone.loc[known.index]
            known = known[seen | known.index.isin(ends)]
        for row in known.to_dict("records"):
            face = style.PAPER if row["_hollow"] else colour
            size = 4.5 if row["_hollow"] or not self.many else 3.5
            mark = Line2D(
                [row["_at"]],
                [row["_value"]],
                color=colour,
                marker="o",
                markersize=size,
                markerfacecolor=face,
                markeredgewidth=1.2,
                linestyle="none",
                zorder=4,
            )
            axes.add_artist(mark)
            tell(mark, self._told(key, row))

    def _end_labels(self, axes: Axes, labels: Mapping[Any, str]) -> None:
        """Write names and values in the margin, at the end itself where that is too far away."""
        size, box = self.size, axes.get_window_extent()
        ends = {
            key: axes.transData.transform((end["_at"], end["_value"]))
            for key, end in self.ends.items()
        }
        margin = [key for key in labels if box.x1 - ends[key][0] <= _REACH]
        places = spread(
            [float(ends[key][1]) for key in margin],
            size.type * 1.28,
            low=box.y0 + 3,
            high=box.y1 + size.type,
        )
        for key, y in zip(margin, places, strict=True):
            if not size.narrow:
                self._write_end(axes, labels[key], key, box.x1 + 5, y, square=len(labels) > 1)
        for key in labels:
            if key in margin and not size.narrow:
                continue
            x, y = ends[key]
            wide = text_width(labels[key], size.type)
            x = min(x + 8, size.width - wide - 4)
            over = self._free(axes, x, x + wide, y, beside=bool(x > ends[key][0] + 6))
            self._write_end(axes, labels[key], key, x, over, square=False)

    def _free(self, axes: Axes, left: float, right: float, y: float, *, beside: bool) -> float:
        """Return the place nearest to `y` where a text lies on no line."""
        drawn = []
        for part in self.series.values():
            at, value = axes.transData.transform(part[["_at", "_value"]].to_numpy(float)).T
            drawn.append(np.interp(np.linspace(left, right, 25), at, value, np.nan, np.nan))
        step = self.size.type * 0.5
        tries = [0.0] * beside + [n * step * sign for n in range(2, 14) for sign in (1, -1)]
        clear = (
            try_
            for try_ in tries
            if not (np.abs(np.concatenate(drawn) - y - try_) < self.size.type * 0.8).any()
        )
        return y + next(clear, tries[0])

    def _write_end(
        self, axes: Axes, label: str, key: Any, x: float, y: float, *, square: bool
    ) -> None:
        figure: Any = axes.figure
        where = core.points(figure)
        if square:
            paint = self.paint[key]
            figure.add_artist(Rectangle((x + 2, y - 3), 4, 6, color=paint, transform=where))
        core.write(figure, x + (9 if square else 3), y, label, self.size.type, va="center_baseline")

    def _rule_texts(self) -> list[str]:
        return [label for _, label, _ in self.rules]

    def _listed(self) -> list[str]:
        """Return the lines under a narrow plot that say what the numbered rules are."""
        return [
            line
            for number, (_, label, when) in enumerate(self.rules, 1)
            for line in core.wrap(f"{number} {label}, {when}", self.size.width - 4, self.size.type)
        ]

    def _draw_rules(
        self, figure: Figure, axes: Axes, places: list[float], rows: list[int], listed: list[str]
    ) -> None:
        size, box = self.size, axes.get_window_extent()
        for number, ((_, label, when), x, row) in enumerate(
            zip(self.rules, places, rows, strict=True), 1
        ):
            top = box.y1 + 4 + row * size.type * 1.4
            rule = Line2D(
                [x, x],
                [box.y0, top],
                color=style.MUTED,
                linewidth=0.9,
                linestyle=(0, (3, 2)),
                transform=core.points(figure),
                zorder=2,
            )
            figure.add_artist(rule)
            tell(rule, f"{label}, {when}")
            text = str(number) if size.narrow else label
            wide = text_width(text, size.type)
            start = x - wide / 2 if size.narrow else min(x - 2, size.width - wide - 2)
            core.write(
                figure,
                start,
                top + 1,
                text,
                size.type,
                va="bottom",
                bbox={"facecolor": style.PAPER, "pad": 0.5, "linewidth": 0},
                zorder=5,
            )
        for line, text in enumerate(reversed(listed)):
            core.write(figure, 0, 4 + line * size.type * 1.35, text, size.type)


def _rows(places: list[float], texts: list[str], size: Size) -> list[int]:
    """Return the row above the plot each rule's name stands in: none lies on another."""
    spans = []
    for x, text in zip(places, texts, strict=True):
        start = min(x - 2, size.width - text_width(text, size.type) - 2)
        spans.append((start, start + text_width(text, size.type) + 6))
    rows = [0] * len(places)
    for one in reversed(range(len(places))):
        later = range(one + 1, len(places))
        near = [
            rows[o] for o in later if spans[o][0] < spans[one][1] and spans[one][0] < spans[o][1]
        ]
        rows[one] = next(
            row
            for row in range(len(places) + 1)
            if row not in near and row >= max(near, default=-1)
        )
    return rows


def _whiskers(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    """Draw the intervals that are wide enough to be seen; the limits must be set."""
    place = axes.transData.transform
    ends = [place([(0, v) for v in rows[end]])[:, 1] for end in ("_low", "_high")]
    box = axes.get_window_extent()
    seen = (ends[1] - ends[0]) > max(0.014 * box.height, 3)
    for row in rows[seen].to_dict("records"):
        axes.add_artist(
            Line2D(
                [row["_at"]] * 2,
                [row["_low"], row["_high"]],
                color=colour,
                linewidth=1,
                marker="_",
                markersize=5,
                zorder=3.5,
            )
        )
