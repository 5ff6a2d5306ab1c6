"""The figures of this subject: frames made long, drawn by the cores of `catrade.charts`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import pandas as pd

from catrade.calc.both_sides import each_side, flow_name
from catrade.calc.composition import LABEL, OTHER, share, top_items
from catrade.calc.concentration import item_column
from catrade.charts import bars, dots, style
from catrade.tables.names import in_sentence
from catrade.words import told
from pagemill.display import Chart
from rounding.rounded import Rounded

if TYPE_CHECKING:
    from catrade.charts.core import About
    from catrade.pages.trade_composition.goods import Flow

__all__ = ["both_sides", "good_by_year", "structure"]

#: What the followed goods are painted as: the product groups they belong to.
_GROUP = {"Gas": "27", "Gold": "68-71"}
_REST = "All other goods"
#: A good that is less of all is no row: its figures would be a few thousand dollars.
_WORTH_DRAWING = 0.01


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
    names = rows[LABEL[item]].mask(
        rest, "All other (" + rows["members"].astype(str) + ")"
    )
    kind = rows["group"] if "group" in rows else rows[item]
    rows = rows.assign(label=names, kind=kind.mask(rest, OTHER), first_year=years[0])
    return rows.assign(first_share=first if len(years) > 1 else float("nan"))


def structure(flow: Flow, n: int = 6, **about: Unpack[About]) -> Chart:
    """Rank the goods of the newest year by their share, with a dot where the share began.

    Parameters
    ----------
    flow
        A flow with a table, see `catrade.pages.trade_composition.goods.flows`.
    n
        How many goods are named; the rest is one bar.
    about
        Title and other words, as of `catrade.charts.bars`; a subtitle is made if none is given.
    """
    rows, year = ranked(flow, n), flow.years[-1]
    texts = [
        f"{Rounded.of(row, 'share'):percent}, {told(row['value_usd']):bn}"
        for row in rows.to_dict("records")
    ]
    compared = bool(rows["first_share"].notna().all())
    dot = f"; dot: {flow.years[0]}" if compared else ""
    whose = "BACI" if flow.book == "BACI" else f"{in_sentence(flow.book)}’s statistics"
    subtitle = f"Share of {flow.name} in {year}, %, and dollars; {whose}{dot}"
    said: About = {
        "subtitle": subtitle,
        "name": f"structure-{flow.slug}",
        "table": rows,
        **about,
    }
    return bars(
        rows.assign(text=texts),
        "label",
        "share",
        order="given",
        before="first_share" if compared else None,
        text="text",
        colours=dict(zip(rows["label"], rows["kind"], strict=True)),
        **said,
    )


def good_by_year(published: pd.DataFrame, **about: Unpack[About]) -> Chart:
    """Draw a good published singly within all goods of its flow, a column a year.

    Parameters
    ----------
    published
        What `catrade.pages.trade_composition.goods.published_good` returns.
    about
        Title and other words, as of `catrade.charts.bars`.
    """
    good = str(published["good"].iloc[0])
    whole = published["value_usd"].where(published["good_usd"].isna())
    unknown = f"All goods ({good.lower()} not published)"
    exact = published.assign(whole_usd=whole)
    parts = {
        good: ("good_usd", "good_low_usd", "good_high_usd"),
        _REST: ("rest_usd", "rest_low_usd", "rest_high_usd"),
        unknown: ("whole_usd", "low_usd", "high_usd"),
    }
    long = pd.concat(
        exact[["year", "reporter", "source_ids"]].assign(
            part=part,
            value_bn=exact[value] / 1e9,
            low_bn=exact[low] / 1e9,
            high_bn=exact[high] / 1e9,
        )
        for part, (value, low, high) in parts.items()
    )
    long = long.dropna(subset=["value_bn"]).sort_values("year", kind="stable")
    colours = {good: _GROUP[good], _REST: style.NOT_ALLOCATED, unknown: style.GRID}
    said: About = {"table": published, "height": 100, **about}
    return bars(long, "year", by="part", upright=True, colours=colours, **said)


def both_sides(pairs: pd.DataFrame, n: int = 6, **about: Unpack[About]) -> Chart:
    """Set the exporter's and the importer's figure of each good side by side, the largest goods.

    Parameters
    ----------
    pairs
        What `catrade.pages.trade_composition.goods.pairs` returns.
    n
        How many goods to draw.
    about
        Title and other words, as of `catrade.charts.dots`; a subtitle is made if none is given.
    """
    label = LABEL[item_column(pairs, "both_sides")]
    size = (
        pairs[["exporter_usd", "importer_usd"]].max(axis=1).sort_values(ascending=False)
    )
    rows = pairs.loc[size[size >= _WORTH_DRAWING * size.sum()].index[:n]]
    seller, buyer, year = pairs[["exporter", "importer", "year"]].iloc[0]
    subtitle = (
        f"{flow_name(seller, buyer)} in {year}, $ billion, both sides’ statistics"
    )
    said: About = {"subtitle": subtitle, "table": pairs, **about}
    return dots(each_side(rows), label, "value_usd", by="side", **said)
