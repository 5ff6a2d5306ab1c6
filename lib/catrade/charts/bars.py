"""Bars: ranked or grouped rows, contributions with what is left over, and columns over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from catrade.charts import canvas, core, style
from catrade.charts.canvas import Panel, Size
from catrade.charts.core import About, Measure, shown
from pagemill.display import Chart

#: How light the oldest of several years is beside the newest.
_OLDEST = 0.35
_COLUMN = 0.6624  # of the room each has
_NO_FIGURE = "n/a: no figure."


def bars(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "value_bn",
    by: str | None = None,
    *,
    order: str = "value",
    text: str | None = None,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw ranked rows of bars with their values written, those of one label beside one another.

    Parameters
    ----------
    frame
        One row a bar. A row without a value is marked "n/a", never drawn as zero.
    label, value, by
        Columns: what a bar stands for, how long it is, and what a label's bars differ in.
    order
        `value`, largest first, or `given`.
    text
        A column with what to write beside the bars, if not the value.
    unit, colours, about
        As of `catrade.charts.lines`.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers, or `order` is unknown.

    Examples
    --------
    >>> frame = pd.DataFrame({"partner": ["KGZ", "KAZ"], "value_bn": [27.2, 48.6]})
    >>> chart = bars(frame, "partner", title="Kazakhstan is the largest partner")
    >>> chart.alt
    'Bar chart: $ billion. Kazakhstan $48.6 billion; Kyrgyzstan $27.2 billion.'
    """
    drawn = _bars_of(frame, "bars", label, value, by, unit, colours, text)
    drawn.labels = core.ordered(drawn.sizes(), order)
    return _as_rows(drawn, frame, about)


def contributions(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "contribution",
    by: str | None = None,
    *,
    total: Any = None,
    rest: Any = None,
    text: str | None = None,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw what parts add to a whole: rows as of `bars`, the rest and the whole last.

    Parameters
    ----------
    frame, label, value, by, text, unit, colours, about
        As of `bars`.
    total, rest
        Labels of the whole, drawn in ink, and of what belongs to no part, in grey.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"flow": ["total", "export"], "contribution": [0.12, 0.08]})
    >>> contributions(frame, "flow", total="total", title="Exports made two thirds").alt
    'Bar chart: Percentage points. Exports +8.0 points; Total +12.0 points.'
    """
    drawn = _bars_of(frame, "contributions", label, value, by, unit, colours, text)
    ranked = core.ordered(drawn.sizes(), "value")
    drawn.last = [one for one in (rest, total) if one in ranked]
    drawn.labels = [one for one in ranked if one not in drawn.last] + drawn.last
    drawn.paint |= {rest: style.NOT_ALLOCATED, total: style.INK}
    return _as_rows(drawn, frame, about)


def columns(
    frame: pd.DataFrame,
    label: str = "year",
    value: str = "value_bn",
    by: str | None = None,
    *,
    cut: float | None = None,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw columns in the frame's order, such as years; with `by`, stacks with their sum written.

    Parameters
    ----------
    frame, label, value, by, unit, colours, about
        As of `bars`.
    cut
        Single columns longer than this are cut, and say so.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers.

    Examples
    --------
    >>> frame = pd.DataFrame({"year": [2024, 2025], "value_bn": [94.8, 106.3]})
    >>> columns(frame, title="Trade passed $100bn").alt
    'Bar chart: $ billion. 2024 $94.8 billion; 2025 $106.3 billion.'
    """
    drawn = _bars_of(frame, "columns", label, value, by, unit, colours)
    reach = np.inf if cut is None else cut * drawn.measure.scale
    notes = [_NO_FIGURE] if drawn.rows["_value"].isna().any() else []
    if not by and (drawn.rows["_value"].abs() > reach).any():
        notes.append("A bar with an arrow is cut; its value is written.")

    def draw(size: Size, subtitle: str) -> Figure:
        return _draw_columns(drawn, size, subtitle, about.get("height", 190), reach)

    def alt(head: str) -> str:
        return drawn.alt("Stacked bar chart" if by else "Bar chart", head)

    return core.finish(
        draw, frame, about, alt=alt, unit=drawn.measure.subtitle, notes=notes
    )


@dataclass
class _Bars:
    """Bars with their colours, to be drawn lying or upright.

    Attributes
    ----------
    rows
        One a bar: `_label`, `_by`, `_text` beside it, and what `Measure.drawn` adds.
    measure
        What they measure.
    kinds
        What the bars of a label differ in; empty without.
    paint
        Colours of kinds, or of labels where kinds are years.
    ages
        How dense the bars of each year are, where kinds are years.
    labels
        In the order they are drawn.
    last
        Those of them drawn below a line.
    """

    rows: pd.DataFrame
    measure: Measure
    kinds: list[Any]
    paint: dict[Any, str]
    ages: Mapping[Any, float]
    labels: list[Any]
    last: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.of: dict[Any, list[dict[Any, Any]]] = {}
        own = ["_label", "_by", "_text", "_value", "_low", "_high"]
        rows = self.rows[[*own, *self.measure.held(self.rows)]]
        for row in rows.to_dict("records"):
            self.of.setdefault(row["_label"], []).append(row)

    def sizes(self) -> pd.Series[float]:
        """Return the sum of each label's bars; one without a figure is least."""
        sums = self.rows.groupby("_label", sort=False)["_value"].sum(min_count=1)
        return sums.fillna(-np.inf)

    def entries(self) -> canvas.Entries:
        """Return the key."""
        if self.ages:
            return [(shown(one), style.MUTED, self.ages[one]) for one in self.kinds]
        return [(shown(one), self.paint[one], 1.0) for one in self.kinds]

    def look(self, row: Mapping[Any, Any]) -> dict[str, Any]:
        """Return the colour of a bar, how dense it is, and what it says of itself."""
        kind, one = row["_by"], row["_label"]
        coloured = kind if self.kinds and not self.ages else one
        name = core.named(one, kind) if self.kinds else shown(one)
        return {
            "colour": self.paint[coloured],
            "told": f"{name}: {row['_text']}",
            "alpha": self.ages.get(kind, 1.0),
        }

    def sum_text(self, one: Any) -> str:
        """Write the sum of a label's bars."""
        rows = pd.DataFrame(self.of[one])
        return self.measure.text(rows[self.measure.held(rows)].sum(min_count=1))

    def alt(self, kind: str, head: str) -> str:
        """Say every value of a short chart, the ends of a long one."""
        said = []
        for one in self.labels:
            parts = []
            for row in self.of[one]:
                text = self.measure.text(row, prose=True)
                parts.append(f"{shown(row['_by'])} {text}")
            name = f"{shown(one)}: " if self.kinds else ""
            said.append(f"{name}{', '.join(parts)}")
        if len(said) > 12:
            said = [*said[:5], f"{len(said) - 7} more", *said[-2:]]
        return f"{kind}: {head}. {'; '.join(said)}."


def _bars_of(
    frame: pd.DataFrame,
    core_name: str,
    label: str,
    value: str,
    by: str | None,
    unit: str | None,
    colours: Mapping[Any, str] | None,
    text: str | None = None,
) -> _Bars:
    """Return a frame's bars in its order, with their colours."""
    rows = core.checked(frame, [label, by], core_name, value, text)
    rows = rows.reset_index(drop=True)
    measure = Measure.of(rows, value, unit)
    rows["_text"] = rows[text] if text else measure.texts(rows)
    rows = measure.drawn(rows).assign(_label=rows[label], _by=rows[by or label])
    labels = list(dict.fromkeys(rows["_label"]))
    kinds = list(dict.fromkeys(rows["_by"])) if by else []
    ages: dict[Any, float] = {}
    if by and not colours and pd.api.types.is_numeric_dtype(rows[by]):
        # Years beside one another are one thing: its colour, the older lighter.
        dense = np.linspace(_OLDEST, 1, len(kinds))
        ages = dict(zip(sorted(kinds), dense.tolist(), strict=True))
    paint = core.palette(kinds if by and not ages else labels, colours)
    if not by and not colours:
        # What has no colour of its own needs none: all bars are of one kind.
        free = set(paint.values()) & set(style.CATEGORY_COLOURS)
        if len(free) > 1:
            paint = dict.fromkeys(paint, style.CATEGORY_COLOURS[0])
    return _Bars(rows, measure, kinds, paint, ages, labels)


def _as_rows(drawn: _Bars, frame: pd.DataFrame, about: About) -> Chart:
    notes = [_NO_FIGURE] if drawn.rows["_value"].isna().any() else []
    return core.finish(
        lambda size, subtitle: _draw_rows(drawn, size, subtitle),
        frame,
        about,
        alt=lambda head: drawn.alt("Bar chart", head),
        unit=drawn.measure.subtitle,
        notes=notes,
    )


def _draw_rows(drawn: _Bars, size: Size, subtitle: str) -> Figure:
    """Draw a row a label: its name, beside its bars or on a phone above them."""
    low = min(float(drawn.rows["_low"].min()), 0.0)
    high = max(float(drawn.rows["_high"].max()), 0.0) or 1.0
    every = [row["_text"] for one in drawn.labels for row in drawn.of[one]]
    room = canvas.widest(every, size) + 8
    counts = [len(drawn.of[one]) for one in drawn.labels]
    thick, title = (14.0 if max(counts) == 1 else 11.0), (15.0 if size.narrow else 0.0)
    height = sum(title + count * thick + 6 for count in counts)
    height += 6 if drawn.last else 0
    names = 4.0 if size.narrow else canvas.widest(map(shown, drawn.labels), size) + 8
    (panel,) = canvas.panels(
        size,
        subtitle,
        drawn.entries(),
        height=height,
        left=names + (room if low < 0 else 0),
        right=room,
        above=2,
        below=4,
    )
    top = panel.frame.y1
    panel.limit((low, high), (height, 0))
    y = 0.0
    for one, count in zip(drawn.labels, counts, strict=True):
        if one in drawn.last[:1]:
            across, edge = [0, size.width], [top - y - 2] * 2
            panel.stroke(across, edge, style.GRID)
            y += 6
        first, after = y + title, y + title + count * thick
        at, where = top - (first + after) / 2, "center_baseline"
        if size.narrow:
            at, where = top - (first - 4), "baseline"
        weight = "bold" if one in drawn.last[1:] else "normal"
        panel.write(0, at, shown(one), va=where, fontweight=weight)
        for number, row in enumerate(drawn.of[one]):
            _draw_row(panel, drawn, row, first + (number + 0.5) * thick, thick - 1)
        # On a phone the line of zero leaves the names above the bars alone.
        panel.line([0, 0], [first, after], color=style.MUTED, linewidth=0.8)
        y = after + 6
    return panel.figure


def _draw_row(
    panel: Panel,
    drawn: _Bars,
    row: Mapping[Any, Any],
    at: float,
    thick: float,
) -> None:
    value = row["_value"]
    if np.isnan(value):
        panel.say((0, at), "n/a", (4, 0), color=style.MUTED)
        return
    panel.box((0, at - thick / 2), (value, thick), **drawn.look(row))
    panel.whisker((row["_low"], at), (row["_high"], at), style.INK)
    end, toward = (row["_low"], -4) if value < 0 else (row["_high"], 4)
    panel.say((end, at), row["_text"], (toward, 0))


def _draw_columns(
    drawn: _Bars, size: Size, subtitle: str, height: float, reach: float
) -> Figure:
    """Draw a column or a stack a label, over a scale; values where all have room."""
    low, high = canvas.limits(*_ends(drawn, reach))
    numbers = drawn.measure.ticks(low, high)
    (panel,) = canvas.panels(
        size,
        subtitle,
        drawn.entries(),
        height=height * (0.85 if size.narrow else 1),
        left=10 + canvas.widest(numbers.values(), size),
        right=6,
        above=14,
    )
    panel.limit((-0.5, len(drawn.labels) - 0.5), (low, high))
    panel.scale_left(numbers)
    panel.name_columns([shown(one) for one in drawn.labels])
    panel.axes.axhline(0, color=style.MUTED, linewidth=0.8)
    texts = [drawn.of[one][0]["_text"] for one in drawn.labels]
    if drawn.kinds:
        texts = [drawn.sum_text(one) for one in drawn.labels]
    slot = panel.frame.width / len(drawn.labels)
    fits = canvas.widest(texts, size) + 2 <= 0.9 * slot
    for at, (one, text) in enumerate(zip(drawn.labels, texts, strict=True)):
        rows = drawn.of[one]
        if all(np.isnan(row["_value"]) for row in rows):
            panel.say((at, 0), "n/a", (0, 4), color=style.MUTED)
        elif drawn.kinds:
            _draw_stack(panel, drawn, rows, at, text if fits else "")
        else:
            _draw_column(panel, drawn, rows[0], at, reach, written=fits)
    return panel.figure


def _ends(drawn: _Bars, reach: float) -> tuple[float, float]:
    """Return the ends of the longest columns, cut where asked, or of the stacks."""
    low = drawn.rows["_low"].clip(-reach, reach)
    high = drawn.rows["_high"].clip(-reach, reach)
    if drawn.kinds:
        value, of = drawn.rows["_value"], drawn.rows["_label"]
        low = value.clip(upper=0).groupby(of).sum()
        high = value.clip(lower=0).groupby(of).sum()
    return float(low.min()), max(float(high.max()), 0.0) or 1.0


def _draw_stack(
    panel: Panel,
    drawn: _Bars,
    rows: Sequence[Mapping[Any, Any]],
    at: float,
    text: str,
) -> None:
    """Draw the parts on one another, what is below zero downwards, and the sum above."""
    up = down = 0.0
    for row in rows:
        value = row["_value"]
        if np.isnan(value):
            continue
        start = down if value < 0 else up
        corner, sides = (at - _COLUMN / 2, start), (_COLUMN, value)
        look = drawn.look(row) | {"edgecolor": style.PAPER, "linewidth": 0.7}
        panel.box(corner, sides, **look)
        if value < 0:
            down += value
        else:
            up += value
    if text and up > 0:
        panel.say((at, up), text, (0, 4))


def _draw_column(
    panel: Panel,
    drawn: _Bars,
    row: Mapping[Any, Any],
    at: float,
    reach: float,
    *,
    written: bool,
) -> None:
    value, text = row["_value"], row["_text"]
    kept = float(np.clip(value, -reach, reach))
    panel.box((at - _COLUMN / 2, 0), (_COLUMN, kept), **drawn.look(row))
    end, toward = (row["_low"], -4) if value < 0 else (row["_high"], 4)
    if kept == value:
        panel.whisker((at, row["_low"]), (at, row["_high"]), style.INK)
    else:
        end, text, written = kept, f"↑ {text}", True
    if written:
        panel.say((at, end), text, (0, toward))
