"""The figures of this subject: frames made long, drawn by the cores of `catrade.charts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from catrade.charts import bars, core, dots, style, words
from catrade.charts.labels import text_width
from catrade.names import name_of
from catrade.trade_composition.composition import LABEL, OTHER, share, top_items
from catrade.trade_composition.concentration import item_column
from catrade.trade_composition.say import told
from pagemill.display import Chart
from pagemill.rounded import Rounded

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catrade.charts.core import About, Size
    from catrade.trade_composition.goods import Flow

__all__ = ["both_sides", "good_by_year", "structure"]

#: What the followed goods are painted as: the product groups they belong to.
_GROUP = {"Gas": "27", "Gold": "68-71"}
_REST = "All other goods"
_THICK, _STEP, _NAMED = 13.0, 20.0, 15.0


def ranked(flow: Flow, n: int = 6) -> pd.DataFrame:
    """Return the `n` largest goods of the newest year and the rest, beside the first year's.

    Returns
    -------
    DataFrame
        The flow, year, item, label, kind (what it is painted as), value_usd, share with its bounds,
        first_year and first_share (NaN where the table has one year).
    """
    item, years = flow.item, flow.years
    rows = share(top_items(flow.newest, n))
    then = flow.items[flow.items["year"] == years[0]].set_index(item)["share"]
    first = rows[item].map(then).fillna(0.0)
    rest = rows[item] == OTHER
    first = first.where(~rest, 1 - first.sum())
    names = rows[LABEL[item]].mask(rest, "All other (" + rows["members"].astype(str) + ")")
    kind = rows["group"] if "group" in rows else rows[item]
    rows = rows.assign(label=names, kind=kind.mask(rest, OTHER), first_year=years[0])
    return rows.assign(first_share=first if len(years) > 1 else float("nan"))


def structure(flow: Flow, n: int = 6, **about: Unpack[About]) -> Chart:
    """Rank the goods of the newest year by their share, with a dot where the share began.

    Parameters
    ----------
    flow
        A flow with a table, see `catrade.trade_composition.goods.flows`.
    n
        How many goods are named; the rest is one bar.
    about
        Title and other words, as of `catrade.charts.bars`; a subtitle is made if none is given.
    """
    rows = ranked(flow, n)
    paint = core.palette(dict.fromkeys(rows["kind"]))
    records, year = rows.to_dict("records"), flow.years[-1]
    texts = [f"{Rounded.of(row, 'share'):percent}, {told(row['value_usd']):bn}" for row in records]
    compared = bool(rows["first_share"].notna().all())
    reach = 100 * float(rows[["share", "first_share"]].max().max())

    def draw(size: Size, subtitle: str) -> Figure:
        named = _NAMED if size.narrow else 0.0
        step, names = _STEP + named, [text_width(row["label"], size.type) for row in records]
        figure, (axes,) = core.canvas(
            size,
            subtitle,
            height=step * len(rows),
            left=4 if size.narrow else max(names) + 8,
            right=max(text_width(text, size.type) for text in texts) + 12,
            below=4,
        )
        axes.set(xlim=(0, reach), ylim=(step * len(rows), 0))
        axes.set_axis_off()
        top = axes.get_window_extent().y1
        for place, (row, text) in enumerate(zip(records, texts, strict=True)):
            y, now, then = place * step + named, 100 * row["share"], 100 * row["first_share"]
            bar = Rectangle((0, y), now, _THICK, facecolor=paint[row["kind"]])
            core.tell(axes.add_artist(bar), f"{row['label']}: {text}")
            if compared:
                look: Any = {"marker": "o", "markersize": 7, "clip_on": False}
                dot = Line2D([then], [y + _THICK / 2], color=style.INK, **look)
                dot.set(markeredgecolor=style.PAPER, markeredgewidth=1)
                core.tell(axes.add_artist(dot), f"{row['label']}, {flow.years[0]}: {then:.1f}%")
            at, lift = (y - 4, "baseline") if size.narrow else (y + _THICK / 2, "center_baseline")
            core.write(figure, 0, top - at, row["label"], size.type, va=lift)
            axes.annotate(text, (max(now, then if compared else 0), y + _THICK / 2), (8, 0),
                          textcoords="offset points", va="center_baseline", fontsize=size.type,
                          annotation_clip=False)  # fmt: skip
        return figure

    dot = f"; dot: {flow.years[0]}" if compared else ""
    whose = "BACI" if flow.book == "BACI" else f"{words.country(flow.book)}’s statistics"
    listed = [f"{row['label']} {text}" for row, text in zip(records, texts, strict=True)]
    if compared:
        listed = [
            f"{said} ({100 * row['first_share']:.1f}% in {row['first_year']})"
            for said, row in zip(listed, records, strict=True)
        ]
    subtitle = f"Share of {flow.name} in {year}, %, and dollars; {whose}{dot}"
    words_of: About = {"subtitle": subtitle, "name": f"structure-{flow.slug}", **about}
    alt = f"Bar chart: {subtitle}. {'; '.join(listed)}."
    return core.finish(draw, rows, words_of, alt=lambda: alt)


def good_by_year(table: pd.DataFrame, **about: Unpack[About]) -> Chart:
    """Draw a good published singly within all goods of its flow, a column a year.

    Parameters
    ----------
    table
        What `catrade.trade_composition.goods.published_good` returns.
    about
        Title and other words, as of `catrade.charts.bars`.
    """
    good = str(table["good"].iloc[0])
    whole = table["value_usd"].where(table["good_usd"].isna())
    unknown = f"All goods ({good.lower()} not published)"
    parts = {good: table["good_usd"], _REST: table["rest_usd"], unknown: whole}
    columns = ["year", "reporter", "source_ids"]
    long = pd.concat(
        table[columns].assign(part=part, value_bn=values / 1e9) for part, values in parts.items()
    )
    long = long.dropna(subset=["value_bn"]).sort_values("year", kind="stable")
    colours = {good: _GROUP[good], _REST: style.NOT_ALLOCATED, unknown: style.GRID}
    return bars(
        long,
        "year",
        by="part",
        stacked=True,
        upright=True,
        order="given",
        colours=colours,
        **{"table": table, "height": 120, **about},  # type: ignore[misc]
    )


def both_sides(pairs: pd.DataFrame, n: int = 6, **about: Unpack[About]) -> Chart:
    """Set the exporter's and the importer's figure of each good side by side, the largest goods.

    Parameters
    ----------
    pairs
        What `catrade.trade_composition.goods.pairs` returns.
    n
        How many goods to draw.
    about
        Title and other words, as of `catrade.charts.dots`; a subtitle is made if none is given.
    """
    label = LABEL[item_column(pairs, "both_sides")]
    size = pairs[["exporter_usd", "importer_usd"]].max(axis=1).sort_values(ascending=False)
    rows = pairs.loc[size.index[:n]]
    long = pd.concat(
        rows.assign(
            reporter=rows[side],
            reporter_name=rows[side].map(name_of),
            value_bn=rows[f"{side}_usd"] / 1e9,
        )
        for side in ("exporter", "importer")
    )
    seller, buyer, year = pairs[["exporter", "importer", "year"]].iloc[0]
    way = f"exports to {words.country(buyer)}" if seller == "CHN" else ""
    way = way or f"imports from {words.country(seller)}"
    subtitle = f"China’s {way} in {year}, $ billion, both sides’ statistics"
    said: About = {"subtitle": subtitle, "table": pairs, **about}
    return dots(long, label, by="reporter_name", **said)
