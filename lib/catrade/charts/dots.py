"""Dots: two or three values a row with a line between them, or one with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from catrade.charts import core, style
from catrade.charts.core import About, Key, Measure, Size, shown, tell
from catrade.charts.labels import text_width
from pagemill.display import Chart
from pagemill.errors import ParameterError, choice_error

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ROW, _NARROW_ROW = 22.0, 32.0


def dots(
    frame: pd.DataFrame,
    label: str = "partner_name",
    value: str = "value_bn",
    by: str | None = None,
    *,
    panels: str | None = None,
    order: str = "value",
    log: bool = False,
    reference: tuple[float, str] | None = None,
    unit: str | None = None,
    colours: Mapping[Any, str] | None = None,
    **about: Unpack[About],
) -> Chart:
    """Draw one row a label with a dot a value, such as China's figure and its partner's.

    Parameters
    ----------
    frame
        One row a dot. A row without a value is marked "n/a".
    label, value, by
        Columns: what a row stands for, where its dots are, and what they differ in.
    panels
        A column: one panel a value, side by side, or one under the other on a phone.
    order
        `value`, largest first, or `given`.
    log
        Whether the scale is logarithmic: equal distances are equal ratios.
    reference
        A named vertical line: its value, in the unit of `value`, and its name.
    unit, colours, about
        As of `catrade.charts.lines`.

    Raises
    ------
    ParameterError
        If a column is missing or holds no numbers, no row has a value, or `order` is unknown.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"partner": ["KGZ", "KGZ"], "reporter": ["CHN", "KGZ"], "value_bn": [22.7, 5.6]}
    ... )
    >>> dots(frame, "partner", by="reporter", title="China counts four times as much").alt
    'Dot chart: $ billion. Kyrgyzstan: Kyrgyzstan $5.6 billion, China $22.7 billion.'
    """
    if order not in ("value", "given"):
        error = choice_error("order", order, ("value", "given"))
        raise error
    columns = filter(None, [label, value, by, panels])
    rows = core.checked(frame, columns, "dots").reset_index(drop=True)
    measure = Measure.of(rows, value, unit)
    drawn, low, high = measure.arrays(rows)
    if np.isnan(drawn).all():
        message = f"dots has nothing to draw: no row has a value in {value!r}"
        raise ParameterError(message)
    rows = rows.assign(_value=drawn, _low=low, _high=high, _label=rows[label])
    rows["_by"] = rows[by] if by else ""
    rows["_panel"] = rows[panels] if panels else ""
    largest = rows.groupby("_label", sort=False)["_value"].max()
    if order == "value":
        largest = largest.sort_values(ascending=False, kind="stable")
    paint = core.palette(dict.fromkeys(rows["_by"]), colours) if by else {"": style.INK}
    log = log and bool((rows["_low"].dropna() > 0).all())
    picture = _Dots(rows, list(largest.index), measure, paint, log, reference)
    return core.finish(
        lambda size, subtitle: picture.draw(size, subtitle),
        frame,
        about,
        alt=lambda: picture.alt(about),
        unit=measure.subtitle,
        notes=["n/a: no figure." if rows["_value"].isna().any() else ""],
    )


class _Dots:
    """The dots, to be drawn wide or narrow."""

    def __init__(
        self,
        rows: pd.DataFrame,
        labels: list[Any],
        measure: Measure,
        paint: Mapping[Any, str],
        log: bool,
        reference: tuple[float, str] | None,
    ) -> None:
        self.rows, self.labels, self.measure = rows, labels, measure
        self.paint, self.log, self.reference = paint, log, reference
        self.panels = list(dict.fromkeys(rows["_panel"]))

    def alt(self, about: About) -> str:
        """Say every dot's value."""
        head = (about.get("subtitle") or self.measure.subtitle or "values").rstrip(".")
        said = []
        for panel in self.panels:
            for one in self.labels:
                rows = self._of(panel, one)
                parts = [
                    f"{shown(row['_by'])} {self.measure.text(row, prose=True)}".strip()
                    for row in rows
                ]
                name = f"{shown(panel)}, {shown(one)}" if panel != "" else shown(one)
                said += [f"{name}: {', '.join(parts)}"] if rows else []
        return f"Dot chart: {head}. {'; '.join(said)}."

    def _of(self, panel: Any, one: Any) -> list[dict[Any, Any]]:
        rows = self.rows[(self.rows["_panel"] == panel) & (self.rows["_label"] == one)]
        return list(rows.sort_values("_value").to_dict("records"))

    def draw(self, size: Size, subtitle: str) -> Figure:
        """Draw everything."""
        entries = [(shown(kind), colour, 1.0) for kind, colour in self.paint.items() if kind != ""]
        room = max(text_width(self.measure.text(row), size.type) for row in
                   self.rows.to_dict("records")) + 10  # fmt: skip
        names = max(text_width(shown(one), size.type) for one in self.labels)
        step = _NARROW_ROW if size.narrow else _ROW
        height = step * len(self.labels) + 4
        headed = self.panels != [""] or self.reference is not None
        figure, panels = core.canvas(
            size,
            subtitle,
            Key(entries, size) if entries else None,
            height=height,
            left=4 if size.narrow else names + 12,
            right=8,
            above=18 if headed else 2,
            below=20,
            panels=len(self.panels),
            gap=18,
        )
        low, high = self.rows["_low"].min(), self.rows["_high"].max()
        if self.reference:
            at = self.reference[0] * self.measure.scale
            low, high = min(low, at), max(high, at)
        for number, (panel, axes) in enumerate(zip(self.panels, panels, strict=True)):
            self._scale(axes, low, high, room)
            axes.set_ylim(height, 0)
            axes.yaxis.set_visible(False)
            axes.grid(visible=True, axis="x")
            box = axes.get_window_extent()
            if panel != "":
                core.write(figure, box.x0, box.y1 + 6, shown(panel), size.type, fontweight="bold")
            if self.reference:
                self._refer(figure, axes, size)
            for row, one in enumerate(self.labels):
                y = step * (row + (0.72 if size.narrow else 0.5)) + 2
                if size.narrow:
                    core.write(figure, 4, box.y1 - y + 10, shown(one), size.type)
                elif number == 0:
                    core.write(figure, 0, box.y1 - y, shown(one), size.type, va="center_baseline")
                self._row(axes, size, self._of(panel, one), y, one)
        return figure

    def _scale(self, axes: Axes, low: float, high: float, room: float) -> None:
        """Set limits that leave room for the values written beyond the outermost dots."""
        across = axes.get_window_extent().width
        part = min(0.35, room / across)
        if self.log:
            low, high = np.log10(low), np.log10(high)
        elif low >= 0:
            low = 0.0
        spare = (high - low or 1.0) / (1 - 2 * part) * part
        ends = np.array([low - (spare if self.log or low < 0 or part else 0), high + spare])
        if not self.log and low == 0:
            ends[0] = -spare * 0.6
        axes.set_xlim(*(10**ends if self.log else ends))
        if self.log:
            axes.set_xscale("log")
            axes.set_xlim(*10**ends)
        self.measure.axis(axes.xaxis, 4)
        if self.log:
            axes.xaxis.set_major_locator(LogLocator(10, subs=(1, 2, 5), numticks=6))
            axes.xaxis.set_minor_locator(NullLocator())
        elif low == 0:
            # No number is less than nothing.
            axes.set_xticks([tick for tick in axes.get_xticks() if 0 <= tick <= ends[1]])

    def _refer(self, figure: Figure, axes: Axes, size: Size) -> None:
        at, name = self.reference or (0.0, "")
        axes.axvline(at * self.measure.scale, color=style.INK, linewidth=1, linestyle=(0, (3, 2)))
        x, _ = axes.transData.transform((at * self.measure.scale, 0))
        wide = text_width(name, size.type)
        start = float(np.clip(x - wide / 2, 2, size.width - wide - 4))
        core.write(figure, start, axes.get_window_extent().y1 + 5, name, size.type)

    def _row(self, axes: Axes, size: Size, rows: list[dict[Any, Any]], y: float, one: Any) -> None:
        known = [row for row in rows if not np.isnan(row["_value"])]
        if len(known) > 1:
            ends = [known[0]["_value"], known[-1]["_value"]]
            axes.add_artist(Line2D(ends, [y, y], color=style.GRID, linewidth=3, zorder=2))
        for row in known:
            colour = self.paint[row["_by"]]
            span = axes.transData.transform([(row["_low"], y), (row["_high"], y)])[:, 0]
            if span[1] - span[0] > 8:
                axes.add_artist(
                    Line2D(
                        [row["_low"], row["_high"]],
                        [y, y],
                        color=colour,
                        linewidth=1.2,
                        marker="|",
                        markersize=6,
                        zorder=3,
                    )
                )
            made = row.get("basis", "published") not in ("published", "reported")
            dot = Line2D(
                [row["_value"]],
                [y],
                color=colour,
                marker="o",
                markersize=7,
                markeredgewidth=1.4,
                markerfacecolor=style.PAPER if made else colour,
                zorder=4,
            )
            axes.add_artist(dot)
            name = f"{shown(one)}, {shown(row['_by'])}" if row["_by"] != "" else shown(one)
            tell(dot, f"{name}: {self.measure.text(row)}")
        missing = [row for row in rows if np.isnan(row["_value"])]
        for text, row, side in self._written(known):
            edge = row["_high"] if side > 0 else row["_low"]
            self._say(axes, size, edge, y, text, side)
        if missing and not known:
            self._say(axes, size, axes.get_xlim()[0], y, "n/a", 1, colour=style.MUTED)
        elif missing:
            whose = "; ".join(f"{shown(row['_by'])} n/a" for row in missing)
            text = f"{self.measure.text(known[-1])}; {whose}"
            axes.texts[-1].set_text(text)

    def _written(self, known: list[dict[Any, Any]]) -> list[tuple[str, dict[Any, Any], int]]:
        """Return the values written: the outermost, left and right."""
        texts = [(self.measure.text(known[-1]), known[-1], 1)] if known else []
        if len(known) > 1:
            texts.insert(0, (self.measure.text(known[0]), known[0], -1))
        return texts

    def _say(
        self,
        axes: Axes,
        size: Size,
        x: float,
        y: float,
        text: str,
        side: int,
        colour: str = style.INK,
    ) -> None:
        axes.annotate(
            text,
            (x, y),
            xytext=(7 * side, 0),
            textcoords="offset points",
            va="center_baseline",
            ha="left" if side > 0 else "right",
            fontsize=size.type,
            color=colour,
            annotation_clip=False,
        )
