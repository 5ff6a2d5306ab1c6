"""Goods of a flow by both sides' statistics: what is drawn and said of them.

`sides` is what `ct.mirror_goods` returns of one flow and year.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns

from catrade.charts import style
from catrade.charts.draw import canvas
from catrade.charts.show import show
from catrade_build.tables.names import flow_with, in_sentence, name_of, possessive
from catrade_build.words import capital, dollars, exact, small
from pagemill.display import Chart

_SIDES = ["exporter_bn", "importer_bn"]
#: A good that is less of a flow than this is in the download only.
WORTH_LISTING = 0.01
#: Two figures of a good that are no further apart (in logarithms) agree.
_AGREE = 0.05
#: A good worth less than this part of the flow is not told as one that agrees.
_WORTH_TELLING = 0.05


def flow_name(frame: pd.DataFrame, here: str) -> str:
    """Return a flow as a reader says it, from one side: `China’s exports to Kazakhstan`."""
    whose = capital(possessive(in_sentence(here)))
    return f"{whose} {unowned_flow(frame, here)}"


def unowned_flow(frame: pd.DataFrame, here: str) -> str:
    """Return a flow as one side says it of itself: `exports to Kazakhstan`."""
    seller, buyer = frame[["exporter", "importer"]].iloc[0]
    if seller == here:
        return flow_with("export", in_sentence(buyer))
    return flow_with("import", in_sentence(seller))


def flow_slug(frame: pd.DataFrame, here: str) -> str:
    """Return `exports` or `imports`, as one side sees the flow."""
    return "exports" if frame["exporter"].iloc[0] == here else "imports"


def long(sides: pd.DataFrame, n: int = 6) -> pd.DataFrame:
    """Return the largest goods of a comparison a row a good and side: goods, reporter, value_bn.

    A good that is less than a hundredth of all is left out: its figures would be a few thousand
    dollars.
    """
    size = sides[_SIDES].max(axis=1)
    listed = size[size >= WORTH_LISTING * size.sum()]
    largest = listed.sort_values(ascending=False).head(n)
    who = sides[["exporter", "importer"]].iloc[0].tolist()
    rows = sides.loc[largest.index].rename(columns=dict(zip(_SIDES, who, strict=True)))
    return rows.melt(["goods", "year", "sources"], who, "reporter", "value_bn")


def draw_sides(
    sides: pd.DataFrame, here: str, *, name: str = "sides", n: int = 6, note: str = ""
) -> Chart | None:
    """Draw the largest goods of a flow by both sides' statistics, and say where they differ.

    Parameters
    ----------
    here
        The side that names the flow.
    name
        Beginning of the figure's name.
    n
        How many goods are drawn.
    note
        What stands below; else what kind of goods they are.
    """
    rows = long(sides, n)
    who = rows["reporter"].unique()
    colours = {side: style.COUNTRY_COLOURS.get(side, style.MUTED) for side in who}
    _, axes = canvas(110 + 70 * max(2, rows["goods"].nunique()))
    sns.barplot(
        rows,
        x="value_bn",
        y="goods",
        hue="reporter",
        palette=colours,
        saturation=1,
        ax=axes,
    )
    for bars in axes.containers:
        axes.bar_label(bars, fmt="{:.2f}", padding=6)
    axes.set_xticks([])
    return show(
        axes,
        rows,
        sides_title(sides, here),
        subtitle=f"{flow_name(sides, here)} in {sides['year'].iloc[0]}, $ billion, both sides’"
        " statistics",
        note=note or gap(sides),
        name=f"{name}-{flow_slug(sides, here)}",
    )


def sides_title(sides: pd.DataFrame, here: str) -> str:
    """Return the finding of a comparison: the good that the two sides count least alike."""
    row = sides.iloc[int(sides["difference_bn"].abs().argmax())]
    return (
        f"{row['goods']}, {possessive(name_of(here))} {flow_slug(sides, here)} {row['year']}:"
        f" {name_of(row['exporter'])} {dollars(row['exporter_bn']):bn},"
        f" {name_of(row['importer'])} {dollars(row['importer_bn']):bn}"
    )


def gap(sides: pd.DataFrame) -> str:
    """Say in which good the two sides of one flow and year are furthest apart, and which agree."""
    first = sides.iloc[0]
    rows = sides.dropna(subset="difference_bn")
    sold, bought = sides[_SIDES].sum()
    of_what = "the gap"
    counts = (
        f"{name_of(first['exporter'])} counts {dollars(sold):usd} exported in {first['year']},"
        f" {name_of(first['importer'])} {dollars(bought):usd} imported"
    )
    if pd.notna(first["covered"]):
        of_what = "the gap in these chapters"
        whose = possessive(in_sentence(first["covered_of"]))
        counts += (
            f" in the {len(rows)} chapters that both list, {exact(first['covered']):percent} of"
            f" {whose} figure"
        )
    worst = rows.sort_values("difference_bn", key=abs, kind="stable").iloc[-1]
    lead = "The widest gap is in"
    # Where gaps of goods run in both directions, a share of their sum says nothing.
    if 0 < worst["share_of_gap"] <= 1:
        lead = f"{exact(worst['share_of_gap']):percent} of {of_what} is"
    large = rows[rows[_SIDES].min(axis=1) > _WORTH_TELLING * sold]
    apart = np.log(large["ratio"]).abs()
    close = ""
    if apart.min() < _AGREE:
        alike = large.loc[apart.idxmin()]
        close = f"; for {small(alike['goods'])} they are close ({_both(alike)})"
    return f"{counts}. {lead} {small(worst['goods'])} ({_both(worst)}){close}."


def _both(row: Any) -> str:
    return f"{dollars(row['exporter_bn']):usd} and {dollars(row['importer_bn']):usd}"
