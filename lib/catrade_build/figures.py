"""The table `figures`: every reporter, partner, flow and period with all that may be said of it.

One row a reporter, partner, flow, frequency, period and currency. Each step takes a frame and gives
one back with more columns: the chosen figure and its growth, the other side's, what part of all
trade it is, what a sentence may say of it, since when it is known. Values are in billions of the
row's currency, shares and growth are fractions. `defined/figures.yaml` says what each column holds.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from catrade_build import revisions, running, vintages
from catrade_build.cells.chosen import chosen
from catrade_build.cells.implied import with_computed
from catrade_build.columns import KEY, SERIES, beside, columns_of
from catrade_build.compare import (
    OTHER_STATISTIC,
    mirrors,
    other_shares,
    shares_of_groups,
    shares_of_world,
)
from catrade_build.frames import earlier, month_of, of_frequency
from catrade_build.kept import every_row
from catrade_build.rules import with_rules
from catrade_build.tables.names import GROUPS, MIRROR_FLOW, SILENT, WITHOUT_BOOKS
from catrade_build.tables.trade import CHOSEN, FREQS, dated

#: Whose rows are no figures of its own: all of the world's trade, and who publishes none.
_NO_REPORTERS = ["WLD", SILENT, *WITHOUT_BOOKS]
_GROWTH = ["growth", "growth_low", "growth_high", "growth_basis"]
_BASE = ["base", "base_low", "base_high"]
_CELL = ["reporter", "partner", "flow", "period"]


def figures() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    rows = pd.concat([in_dollars(), _in_own_currency()], ignore_index=True)
    # Two sides are compared by figures chosen among those of goods alone.
    goods = _of_goods()
    rows = beside(rows, mirrors(goods))
    years = with_computed(every_row().query("frequency == 'annual'"))
    shares = pd.concat([shares_of_world(years), shares_of_groups(chosen())])
    rows = _with_shares(rows, shares)
    rows = beside(rows, other_shares(shares))

    rows = rows[~rows["reporter"].isin(_NO_REPORTERS)].reset_index(drop=True)
    rows = with_history(with_rules(rows))
    at = rows["period"].map(month_of)
    order = rows.assign(at=at).sort_values([*SERIES, "at"]).index
    return rows.loc[order, columns_of("figures")].reset_index(drop=True)


def in_dollars(freqs: Iterable[str] = tuple(CHOSEN)) -> pd.DataFrame:
    """Return the figures in dollars with their growth, and that of goods alone beside each."""
    rows = pd.concat(map(_with_growth, freqs), ignore_index=True)
    return with_goods(rows, _of_goods(freqs))


def _of_goods(freqs: Iterable[str] = tuple(CHOSEN)) -> pd.DataFrame:
    """Return figures chosen among those of goods alone."""
    goods = pd.concat(
        chosen(CHOSEN[freq], goods=True).assign(freq=freq, currency="USD")
        for freq in freqs
    )
    return goods[goods["flow"] != "balance"]


def _with_growth(freq: str) -> pd.DataFrame:
    """Return figures with growth within a release beside them, and the base it is measured on.

    A doubtful figure has none, nor one over a break or on a doubtful base, unless the publisher
    prints it: then it knew its base.
    """
    rates = vintages.rates(CHOSEN[freq])
    is_sound = ~rates["begins"] & (rates["quality_base"] != "doubtful")
    is_sound |= rates["growth_basis"].isin(vintages.PRINTED)
    rates = rates[is_sound & (rates["quality"] == "ok")]
    cells = chosen(CHOSEN[freq])
    grown = cells.merge(rates[[*_CELL, *_GROWTH, *_BASE]], how="left", on=_CELL)
    grown = grown.assign(freq=freq, currency="USD")
    return _on_members_bases(grown, CHOSEN[freq])


def _on_members_bases(rows: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """Measure a region's growth within a year on the bases that its members' printed growth has.

    Publishers print growth of countries: of their sum it is that on the sum of these bases.
    """
    if frequency == "annual":
        return rows
    sums = running.with_regions().dropna(subset="growth")
    sums = sums[sums["frequency"].eq(frequency) & sums["currency"].eq("USD")]
    sums = sums[sums["partner"].isin([*GROUPS])]
    columns = [*_GROWTH, *_BASE]
    sums = sums[[*_CELL, *columns]].copy()
    sums[_BASE] /= 1e9
    both = rows[_CELL].merge(sums, how="left", on=_CELL).set_axis(rows.index)
    is_known = both["growth"].notna()
    rows.loc[is_known, columns] = both.loc[is_known, columns]
    return rows


def _in_own_currency() -> pd.DataFrame:
    """Return figures as their publishers print them in another currency than dollars."""
    printed = running.with_regions()
    rows = printed[printed["currency"] != "USD"]
    if rows.empty:  # as of a day before any such figure was published
        return pd.DataFrame()
    amounts = ["value", "low", "high", *_BASE]
    # Of a region publishers print single figures in a currency, no series.
    is_sum = rows[["reporter", "partner"]].isin([*GROUPS]).any(axis=1)
    return rows.assign(
        **rows[amounts] / 1e9,
        freq=rows["frequency"].map(FREQS),
        basis=is_sum.map({True: "sum_of_partners", False: "published"}),
        coverage="goods",
        begins=False,
    )


def with_goods(rows: pd.DataFrame, goods: pd.DataFrame) -> pd.DataFrame:
    """Put the figure of goods alone beside each, also where the figure itself has services."""
    told = ["value", "low", "high", "rounding", "basis", "quality", "sources"]
    of_goods = goods[[*KEY, *told]]
    return beside(
        rows, of_goods.rename(columns={name: f"goods_{name}" for name in told})
    )


def _with_shares(rows: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Add what part of the reporter's trade it is, and of the partner's answering flow."""
    part = ["share", "share_low", "share_high"]
    rows = beside(rows, shares[[*KEY, *part, "whole", "whole_sources"]])
    names = {name: name.replace("share", "share_partner") for name in part}
    names |= {"reporter": "partner", "partner": "reporter"}
    theirs = shares[[*KEY, *part]].rename(columns=names)
    theirs["flow"] = theirs["flow"].map(MIRROR_FLOW)
    return beside(rows, theirs)


_PLACE = [*_CELL, "sources"]


def with_history(rows: pd.DataFrame) -> pd.DataFrame:
    """Add known_since, first, doubt and break to figures; see `defined/figures.yaml`."""
    said = every_row(convert=False)
    counted = [*_CELL, "currency", "coverage"]
    first = revisions.every_revision()[[*counted, "first"]]
    first = first.assign(first=first["first"] / 1e9)
    rows = rows.merge(first, how="left", on=counted)
    rows["known_since"] = _known_since(rows)
    rows["doubt"] = _doubts(rows, said)
    rows["break"] = rows["begins"].map({True: OTHER_STATISTIC, False: ""})
    return rows


def _known_since(rows: pd.DataFrame) -> pd.Series:
    """Return from which day on all that a figure rests on is known; NaT without a date.

    A figure that later growth implies is known with the year after.
    """
    is_implied = rows["basis"] == "implied_by_growth"
    period = rows["period"].mask(
        is_implied, rows["period"].map(lambda text: earlier(text, -1))
    )
    return dated(rows[["sources"]].assign(period=period)).groupby("row")["day"].max()


def _doubts(rows: pd.DataFrame, said: pd.DataFrame) -> pd.Series:
    """Return why figures are doubtful, in the words of the rows that they rest on."""
    doubtful = said[said["quality"] == "doubtful"]
    doubtful = pd.concat([doubtful, of_frequency(doubtful, "ytd")])
    why = doubtful.drop_duplicates(_PLACE)[[*_PLACE, "quality_reason"]]

    # A sum rests on flows and on members, so theirs are looked up as well.
    asked = rows.loc[rows["quality"] != "ok", _PLACE].reset_index(names="row")
    asked["sources"] = asked["sources"].str.split(";")
    asked["flow"] = asked["flow"].map(
        lambda flow: (
            [flow, "export", "import"] if flow in ("total", "balance") else [flow]
        )
    )
    for side in ("reporter", "partner"):
        asked[side] = asked[side].map(lambda code: [code, *GROUPS.get(code, ())])
    for column in ("sources", "flow", "reporter", "partner"):
        asked = asked.explode(column)
    reasons = asked.merge(why).groupby("row")["quality_reason"]
    joined = reasons.agg(lambda several: "; ".join(dict.fromkeys(several)))
    return joined.reindex(rows.index).fillna("")
