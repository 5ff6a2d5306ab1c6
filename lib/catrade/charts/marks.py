"""What a drawing says: the value of each of its marks, and the whole of it in words.

Both are read from matplotlib's artists and from the frame that was drawn: a mark stands for the
rows that have its figure at its time. So the words are of what is seen, whoever drew it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.artist import getp
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import PathCollection, QuadMesh
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.dates import (
    AutoDateFormatter,
    ConciseDateFormatter,
    DateFormatter,
    date2num,
    num2date,
)
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.path import Path
from matplotlib.text import Annotation
from matplotlib.transforms import IdentityTransform
from pandas.api.types import is_datetime64_any_dtype

from catrade.charts.style import DRIVE_NAMES, FLOW_NAMES
from catrade_build.issuers import is_rate
from catrade_build.tables.names import capital, name_of
from catrade_build.words import told_dollars
from pagemill.svg import TITLE
from rounding import formats
from rounding.rounded import Rounded, ends_of

#: Units that `Rounded` writes: what one is, and its format.
_WRITTEN = {
    "$ billion": (1e9, "bn"),
    "$ million": (1e6, "bn"),
    "billion yuan": (1e9, "cny"),
    "million yuan": (1e6, "cny"),
    "billion euros": (1e9, "eur"),
    "percentage points": (0.01, "points"),
    "%": (0.01, "percent"),
}
#: A unit, and not the 6% of another thing.
_UNITS = "|".join(map(re.escape, _WRITTEN)).replace("%", r"(?<!\d)%")
_UNIT = re.compile(
    rf"{_UNITS}|(?:(?<=, )|^)(?:(?:thousand|million|billion)\b[^,;:.]*|tonnes|units)",
    re.IGNORECASE,
)
#: What a drawing may have multiplied a column by.
_SCALES = (1.0, 100.0, 1e3, 1e-3)
_TIMES = ("year", "month")
#: Columns that name no series.
_BOOKKEEPING = re.compile(
    "(^|_)(sources?|id|basis|note|unit|reason|url|period|when|quality|coverage|currency|rounding"
    "|frequency|kind|releases|published|begins|break)$"
)
_LONGEST_NAME = 48
#: So many series, and so many marks that no time orders, are told one by one.
_MOST = 10
#: A growth of more is in per cent already.
_LARGEST_FRACTION = 20
#: More marks than these have no values by finger: the page would be of them alone.
_MOST_TIPS = 2000
_YEARS = (1900, 2100)
_DATED = (AutoDateFormatter, ConciseDateFormatter, DateFormatter)
#: What the points of a line are called that tell its values.
_TIPS = "_tips"
#: Of an artist of a legend, the first it has.
_PARTS = ("color", "facecolor", "markerfacecolor")


class Mark(NamedTuple):
    """One mark: title of its axes, series, colour, what it is of, when, where, and its figure."""

    panel: str
    series: str
    colour: str
    name: str
    when: str
    place: float
    value: float
    text: str
    #: Whether it is a share of 0.12 that is said as 12%.
    is_fraction: bool = False

    @property
    def told(self) -> str:
        """What finger, mouse and keys say of it."""
        parts = [self.panel, self.series, self.name, self.when]
        new = [part for part in parts[:3] if part not in self.when] + parts[3:]
        head = ", ".join(dict.fromkeys(filter(None, new)))
        return f"{head}: {self.text}" if head else self.text


@dataclass
class Drawn:
    """What an artist has drawn: its marks' places on the axes, colours, and what it is called."""

    artist: Any
    x: Any
    y: Any
    colours: list[str]
    series: str = ""
    #: Whether its figures run across; None where they may run either way.
    across: bool | None = None
    #: Figures that stand on neither axis.
    cells: Any = None
    #: Of bars over dates from when until when each is.
    spans: list[str] = field(default_factory=list)


class Origin(NamedTuple):
    """Where figures are from: which part of them a column has, which, and multiplied by what."""

    part: float = 0.0
    column: str = ""
    scale: float = 1.0


def unit_of(subtitle: str, column: str = "") -> str:
    """Return the unit that a subtitle names, else that of a column; "" if neither says one.

    Examples
    --------
    >>> unit_of("Exports, $ billion, China’s statistics"), unit_of("Cars, thousand, used")
    ('$ billion', 'thousand')
    >>> unit_of("Growth", "value_bn"), unit_of("", "share"), unit_of("", "rain")
    ('$ billion', '%', '')
    """
    if match := _UNIT.search(subtitle):
        unit = match[0].strip()
        return unit.lower() if unit.lower() in _WRITTEN else unit
    if column.endswith("_bn"):
        return "$ billion"
    return "%" if is_rate(column) else ""


def written(value: float, unit: str, low: float = np.nan, high: float = np.nan) -> str:
    """Return a figure with its unit, and no more digits than its interval bears.

    Examples
    --------
    >>> written(19.907, "$ billion", 19.85, 19.95), written(0.6244, "$ billion")
    ('$19.9bn', '$624m')
    >>> written(-12.1, "%"), written(81.02, "thousand"), written(0.0512, "")
    ('−12.1%', '81.0 thousand', '0.051')
    """
    is_exact = np.isnan(low)
    low, high = np.nanmin([low, value]), np.nanmax([high, value])
    if unit in _WRITTEN:
        size, spec = _WRITTEN[unit]
        figure = Rounded(value * size, low * size, high * size)
        is_money = spec not in ("percent", "points")
        return f"{told_dollars(figure) if is_exact and is_money else figure:{spec}}"
    size = abs(value)
    places = 1 if size >= 1 or size == 0 else 1 - int(np.floor(np.log10(size)))
    if size >= 1000 or (float(value).is_integer() and not unit):
        places = 0
    return f"{formats.decimal(value, places)} {unit}".strip()


def word(key: str) -> str:
    """Return a code as a reader sees it.

    Examples
    --------
    >>> word("KAZ"), word("export"), word("Own words")
    ('Kazakhstan', 'Exports', 'Own words')
    """
    return capital((FLOW_NAMES | DRIVE_NAMES).get(key) or name_of(key))


@dataclass
class Figures:
    """The frame that was drawn, asked which of its rows a mark stands for."""

    frame: pd.DataFrame
    columns: list[str] = field(init=False)
    naming: list[str] = field(init=False)
    is_yearly: bool = field(init=False)

    def __post_init__(self) -> None:
        numbers = [str(name) for name in self.frame.select_dtypes("number")]
        others = {end for name in numbers for end in ends_of(name)} | {*_TIMES}
        self.columns = [name for name in numbers if name not in others]
        texts = self.frame.select_dtypes(["object", "str", "category"]).astype(str)
        self.naming = _naming(texts)
        self._texts = [
            texts[name].fillna("").map(word).to_numpy() for name in self.naming
        ]
        columns = [self.frame[name] for name in self.frame]
        dates = [column for column in columns if is_datetime64_any_dtype(column)]
        years = [self.frame[name] for name in _TIMES if name in self.frame]
        self._times = [*map(date2num, dates), *(year.to_numpy() for year in years)]
        self._texts += [year.astype(str).to_numpy() for year in years]
        begin_years = all(date.dropna().dt.is_year_start.all() for date in dates)
        self.is_yearly = (
            "year" in self.frame and begin_years and "when" not in self.frame
        )

    def origin(self, values: Any) -> Origin:
        """Return the column that most of some drawn values are of."""
        drawn = _nine_digits(values)
        columns = [
            Origin(np.isin(drawn, _nine_digits(self.frame[name] * by)).mean(), name, by)
            for by in _SCALES
            for name in self.columns
        ]
        best = max(columns, key=lambda origin: origin.part, default=Origin())
        return best if best.part else Origin()

    def is_of_fractions(self, column: str) -> bool:
        """Say whether a column holds shares of one, and not per cent."""
        if column not in self.frame:
            return False
        units = {*self.frame.get("unit", ()), self.frame.attrs.get("unit")}
        is_told = is_rate(column) or "fraction" in units
        return is_told and bool(self.frame[column].abs().max() <= _LARGEST_FRACTION)

    def rows_of(
        self, figure: float, column: str, place: float, texts: list[str]
    ) -> pd.DataFrame:
        """Return the rows that a mark may stand for: of its figure, its time and its names."""
        fits = np.full(len(self.frame), fill_value=True)
        whether = (
            [np.isclose(self.frame[column], figure, rtol=1e-9, atol=0)]
            if column
            else []
        )
        whether += [times == place for times in self._times]
        whether += [np.isin(names, texts) for names in self._texts]
        for same in whether:
            if (fits & same).any():
                fits &= same
        return self.frame[fits]


def _nine_digits(values: Any) -> Any:
    return np.char.mod("%.9g", np.asarray(values, float).ravel())


def _naming(texts: pd.DataFrame) -> list[str]:
    """Return the columns of texts that name series: they differ, and none repeats another."""
    naming: dict[tuple[int, ...], str] = {}
    for name in map(str, texts):
        codes, kinds = pd.factorize(texts[name])
        is_name = len(kinds) > 1 and max(map(len, kinds)) <= _LONGEST_NAME
        if is_name and not _BOOKKEEPING.search(name) and f"{name}_name" not in texts:
            naming.setdefault(tuple(codes), name)
    return list(naming.values())


def read(figure: Figure, frame: pd.DataFrame, unit: str) -> list[Mark]:
    """Return the marks of a figure, and let each artist say of itself what they are."""
    figures = Figures(frame.reset_index(drop=True))
    marks: list[Mark] = []
    panels = panels_of(figure)
    for axes in panels:
        panel = word(title_of(axes)) if len(panels) > 1 else ""
        for drawn, its in _read_axes(axes, figures, unit):
            its = [mark._replace(panel=panel) for mark in its]
            marks += its
            if len(marks) <= _MOST_TIPS:
                _tell(axes, drawn, [mark.told for mark in its])
    return marks


def panels_of(figure: Figure) -> list[Axes]:
    """Return the axes of a figure without its colour bars."""
    return [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]


def title_of(axes: Axes) -> str:
    """Return the title of axes, wherever it stands."""
    return axes.get_title("left") or axes.get_title() or axes.get_title("right")


def _read_axes(
    axes: Axes, figures: Figures, unit: str
) -> Iterator[tuple[Drawn, list[Mark]]]:
    every = [*drawn_on(axes)]
    if not every:
        return
    up = figures.origin(np.concatenate([drawn.y for drawn in every]))
    along = figures.origin(np.concatenate([drawn.x for drawn in every]))
    for drawn in every:
        across = along.part > up.part if drawn.across is None else drawn.across
        values, places = (drawn.x, drawn.y) if across else (drawn.y, drawn.x)
        # Bars of a group stand beside the name that they share.
        is_bars = isinstance(drawn.artist, list)
        named = axes.yaxis if across else axes.xaxis
        names = _texts_at(named, places, within=0.45 if is_bars else 0)
        if drawn.cells is not None:
            values = drawn.cells
            rows = _texts_at(axes.yaxis, drawn.y)
            names = [row + name for row, name in zip(rows, names, strict=True)]
        origin = figures.origin(values)
        # A line that has neither name nor figure of the frame only leads to something.
        if isinstance(drawn.artist, Line2D) and not (drawn.series or origin.part):
            continue
        its = [
            _mark(figures, drawn.series, origin, unit, *mark)
            for mark in zip(drawn.colours, values, places, names, strict=True)
        ]
        for number, span in enumerate(drawn.spans):
            its[number] = its[number]._replace(text=span, when="")
        yield drawn, its


def _mark(
    figures: Figures,
    series: str,
    origin: Origin,
    unit: str,
    colour: str,
    value: float,
    place: float,
    texts: list[str],
) -> Mark:
    _, column, scale = origin
    rows = figures.rows_of(value / scale, column, place, texts)
    when = _when(rows, is_yearly=figures.is_yearly)
    if not when and place in range(*_YEARS):
        when = f"{place:.0f}"
    called = [text for text in texts if _says_more(text, when)]
    if not called and not series:
        agreed = [name for name in figures.naming if len(rows[name].unique()) == 1]
        words = [word(str(rows[name].iloc[0])) for name in agreed]
        called = [text for text in words if _says_more(text, when)]
    ends: list[float] = []
    if column and len(rows) == 1:
        ends = [rows[end].item() for end in ends_of(column) if end in rows]
    if "date" in rows and len(rows["date"].unique()) == 1:
        # In order of time, as cells are not.
        place = date2num(rows["date"].iloc[0])  # type: ignore[no-untyped-call]
    # A share of 0.12 is drawn as it is, or as 12.
    is_fraction = unit == "%" and scale == 1 and figures.is_of_fractions(column)
    by = 100 if is_fraction else 1
    text = written(value * by, unit, *(end * scale * by for end in ends))
    name = ", ".join(called)
    return Mark("", series, colour, name, when, place, value, text, is_fraction)


def _says_more(text: str, when: str) -> bool:
    return not when or (text not in when and any(map(str.isalpha, text)))


def _when(rows: pd.DataFrame, *, is_yearly: bool) -> str:
    """Return the one time of some rows in words, or nothing."""
    for column in ("year", "when") if is_yearly else ("when", "date", "year"):
        if column in rows and len(rows[column].unique()) == 1:
            time = rows[column].iloc[0]
            if column != "date":
                return f"{time:.0f}" if isinstance(time, float) else str(time)
            return formats.date(f"{time:%Y-%m-%d}"[: 7 if time.day == 1 else 10])
    return ""


def _texts_at(
    axis: Axis, places: Iterable[float], within: float = 0.0
) -> list[list[str]]:
    """Return what stands beside places of an axis, of which most have nothing.

    A number is of its own place only, a name of all that are no further away than `within`.
    """
    named = []
    ticks = axis.get_ticklocs()
    for tick, label in zip(ticks, axis.get_ticklabels(), strict=False):
        text = word(label.get_text())
        if text and text not in (f"{tick:g}", f"{tick:.1f}"):
            reach = within if any(map(str.isalpha, text)) else 0.0
            named.append((tick, text, reach + 1e-6))
    return [
        [text for tick, text, reach in named if abs(tick - place) <= reach]
        for place in places
    ]


def drawn_on(axes: Axes) -> Iterator[Drawn]:
    """Yield what has marks on axes: bars, lines, clouds of points, cells."""
    names = _names_of_colours(axes)
    for bars in axes.containers:
        if isinstance(bars, BarContainer):
            yield from _bars(axes, bars, names)
    seen: set[tuple[Any, ...]] = set()
    for line in axes.lines:
        points = np.asarray(line.get_xydata(), float)
        points = points[np.isfinite(points).all(axis=1)]
        # What stands upright is an interval or a rule, and what is not in data spans the axes.
        is_rule = len(points) == 2 and points[0, 0] == points[1, 0]
        if is_rule or line.get_transform() != axes.transData:
            continue
        colour = to_hex(line.get_color())
        series = _series(line, colour, names)
        # The end of a line is drawn as a point besides.
        new = [point for point in points if (series, colour, *point) not in seen]
        seen |= {(series, colour, *point) for point in points}
        if new:
            x, y = np.transpose(new)
            yield Drawn(line, x, y, [colour] * len(new), series)
    for cloud in axes.collections:
        if isinstance(cloud, QuadMesh):
            corners: Any = cloud.get_coordinates()
            x, y = (corners[:-1, :-1] + corners[1:, 1:]).reshape(-1, 2).T / 2
            cells = _filled(cloud.get_array()).ravel()
            held = np.isfinite(cells)
            yield Drawn(cloud, x[held], y[held], [""] * held.sum(), cells=cells[held])
        elif isinstance(cloud, PathCollection) and cloud.get_label() != _TIPS:
            x, y = _filled(cloud.get_offsets()).T
            faces: Any = cloud.get_facecolor()
            colours = np.resize([to_hex(face) for face in faces] or [""], len(x))
            series = _series(cloud, colours[0], names) if len({*colours}) == 1 else ""
            if len(x):
                yield Drawn(cloud, x, y, [*colours], series)


def _bars(axes: Axes, bars: BarContainer, names: dict[str, str]) -> Iterator[Drawn]:
    lengths = np.asarray(bars.datavalues, float)
    held = [
        bar for bar, length in zip(bars, lengths, strict=True) if np.isfinite(length)
    ]
    if held:
        boxes = np.array([bar.get_bbox().extents for bar in held])
        x, y = boxes[:, [0, 2]].mean(axis=1), boxes[:, [1, 3]].mean(axis=1)
        lengths = lengths[np.isfinite(lengths)]
        colours = [to_hex(bar.get_facecolor()) for bar in held]
        series = _series(bars, colours[0], names)
        across = bars.orientation == "horizontal"
        if isinstance(axes.xaxis.get_major_formatter(), _DATED) and across:
            spans = [_span(box[0], box[2], *axes.get_xlim()) for box in boxes]
            yield Drawn(held, boxes[:, 0], y, colours, series, across, spans=spans)
        elif across:
            yield Drawn(held, lengths, y, colours, series, across)
        else:
            yield Drawn(held, x, lengths, colours, series, across)


def _span(start: float, end: float, low: float, high: float) -> str:
    """Say from when until when a bar is: where it leaves the axes, nobody knows."""
    since = f"from {_day(start)}" if start > low else ""
    until = f"until {_day(end)}" if end < high else ""
    return f"{since} {until}".strip() or "all the time"


def _day(place: float) -> str:
    return formats.date(num2date(place).date().isoformat())  # type: ignore[no-untyped-call]


def _filled(values: Any) -> Any:
    return np.ma.filled(np.ma.asarray(values, float), np.nan)


def _series(artist: Any, colour: str, names: dict[str, str]) -> str:
    """Return the name that an artist was given, or that a legend gives to its colour."""
    label = str(artist.get_label() or "_")
    return names.get(colour, "") if label.startswith("_") else word(label)


def _names_of_colours(axes: Axes) -> dict[str, str]:
    names: dict[str, str] = {}
    legends = [axes.get_legend(), *getp(axes, "figure").legends]
    for legend in filter(None, legends):
        for handle, text in zip(legend.legend_handles, legend.texts, strict=True):
            # A group of bars, or of a line and its intervals, has the colour of its first.
            artist = next(iter(handle.get_children()), handle)
            part = next(part for part in _PARTS if hasattr(artist, f"get_{part}"))
            names.setdefault(to_hex(getp(artist, part)), word(text.get_text()))
    return names


def _tell(axes: Axes, drawn: Drawn, told: list[str]) -> None:
    """Write on each mark what it is, as the press reads it; points of a line get one to be met."""
    sayings = [TITLE + text for text in told]
    if drawn.cells is not None:
        corners = drawn.artist.get_coordinates()
        sides = np.abs(corners[1, 1] - corners[0, 0])
        for x, y, saying in zip(drawn.x, drawn.y, sayings, strict=True):
            corner = (x - sides[0] / 2, y - sides[1] / 2)
            axes.add_artist(Rectangle(corner, *sides, alpha=0, gid=saying))
    elif isinstance(drawn.artist, list):
        for bar, saying in zip(drawn.artist, sayings, strict=True):
            bar.set_gid(saying)
    elif isinstance(drawn.artist, PathCollection):
        drawn.artist.set_urls(sayings)
    else:
        points = PathCollection(
            [Path.unit_circle()],
            sizes=[16],
            offsets=np.column_stack([drawn.x, drawn.y]),
            offset_transform=axes.transData,
            facecolors=drawn.colours[0],
            linewidths=0,
            alpha=0.01,
            zorder=4,
            urls=sayings,
            label=_TIPS,
        )
        points.set_transform(IdentityTransform())
        axes.add_collection(points, autolim=False)


def in_words(figure: Figure, marks: list[Mark]) -> str:
    """Return what a drawing shows: its series with their ends and extremes, and what is written."""
    series: dict[tuple[str, str, str], list[Mark]] = {}
    for mark in marks:
        series.setdefault((mark.panel, mark.series, mark.colour), []).append(mark)
    # What has a name first, and of these what is largest now.
    ranked = sorted(
        series.values(), key=lambda its: (not its[0].series, -its[-1].value)
    )
    kept = ranked if len(ranked) <= _MOST else ranked[:_MOST]
    sentences = [_told(its) for its in series.values() if its in kept]
    if more := len(ranked) - len(kept):
        sentences.append(f"{more} more series are in its data")
    texts = [
        " ".join(text.get_text().split())
        for axes in figure.axes
        for text in axes.texts
        if isinstance(text, Annotation)
    ]
    # A number at its bar is told with the bar.
    words = "; ".join(text for text in texts if any(map(str.isalpha, text)))
    if words:
        sentences.append(f"Written in it: {words}")
    return ". ".join(sentences)


def _told(marks: list[Mark]) -> str:
    """Say a series: of one over time its ends and extremes, else the largest and the smallest."""
    head = ", ".join(filter(None, (marks[0].panel, marks[0].series)))
    by_size = sorted(marks, key=lambda mark: -mark.value)
    names, times = {mark.name for mark in marks}, {mark.when for mark in marks}
    if len(names) == 1 < len(times):
        head = head or names.pop()
        first, *_, last = sorted(marks, key=lambda mark: mark.place)
        words = [f"from {_at(first)} to {_at(last)}"]
        extremes = {"highest": by_size[0], "lowest": by_size[-1]}
        words += [
            f"{what} {_at(mark)}"
            for what, mark in extremes.items()
            if mark not in (first, last)
        ]
    else:
        words = [f"{mark.name} {_at(mark)}".strip() for mark in by_size]
        if more := max(0, len(words) - _MOST):
            words = [*words[: _MOST - 1], f"{more} more", words[-1]]
    return f"{head}: {', '.join(words)}" if head else capital(", ".join(words))


def _at(mark: Mark) -> str:
    return f"{mark.text} ({mark.when})" if mark.when else mark.text
