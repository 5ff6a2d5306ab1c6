"""The table `things`: what there is to say of everything, which news is the difference of.

One row a thing: a chosen figure, a series' figure, a fact, a flow's goods, an estimate, an event, a
rule, a verdict. As of two days (`catrade_build.tables.as_of`), their difference is what has become
known in between, and nothing else. `defined/things.yaml` says what each column holds.
"""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd

from catrade_build.columns import definitions
from catrade_build.edition import table
from catrade_build.frames import ends_of, on_base, with_base, with_earlier
from catrade_build.headlines import deed, in_short
from catrade_build.issuers import issuer
from catrade_build.releases import usual_by
from catrade_build.tables import as_of
from catrade_build.tables.goods import load_composition, load_highlights
from catrade_build.tables.names import CENTRAL_ASIA, flow_with, in_sentence, name_of
from catrade_build.tables.policy import (
    best_first,
    load_market,
    load_policy_events,
    load_series,
)
from catrade_build.tables.trade import by_source, dated, known_from, newest_day

#: What makes a thing.
KEY = ["table", "id", "reporter", "partner", "flow", "period"]
#: What makes a series of figures, and of these one statistic: with services or without are two.
_SERIES = [*KEY[:-1], "unit"]
_ALIKE = [*_SERIES, "what"]
#: What one sum is of, whatever its flow.
_SUM = ["reporter", "partner", "freq", "period"]
_CELL = [*_SUM, "flow"]
_BASE = ["base", "base_low", "base_high"]
_GROWTH = ["growth", "growth_low", "growth_high"]
_YES_NO = ["is_late", "has_tonnes"]
_OWN_GROWTH = ["own_growth", "own_growth_low", "own_growth_high"]
#: How a figure of trade was made that its publisher prints: as it stands, in another currency, or
#: as exports and imports.
_PRINTED = ("published", "converted", "sum_of_flows")
#: Growth in two currencies that differs by so much tells two stories.
ANOTHER = 0.02
#: Growth is unusual beside that of at least so many earlier years.
ENOUGH = 5
#: What stands between two ids of sources in a cell.
_BETWEEN = "[;+] *"
#: Quantities are told where goods with weights are so much of trade.
_WEIGHED = 0.5
#: Letters of a day and of a month.
_DAY_LONG, _MONTH_LONG = 10, 7


def things() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    day = as_of.current() or newest_day()
    printed = with_growth(_whole([_market(), _facts(), _goods()]))
    figures = beside_its_past(_whole([_trade(), printed]))
    figures["is_late"] = _is_late(figures)
    every = _whole([_estimates(), figures, _events(), _rules(day), _verdicts(day)])
    return every.assign(publisher=_publishers(every["sources"]))


def _whole(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Put parts below each other with all columns, one row a thing; a text that lacks is empty."""
    columns = definitions()["things"]["columns"]
    every = pd.concat(parts, ignore_index=True).reindex(columns=[*columns])
    numbers = [name for name, about in columns.items() if "unit" in about]
    texts = [name for name in columns if name not in (*numbers, "day", *_YES_NO)]
    every[numbers] = every[numbers].astype(float)
    every[texts] = every[texts].astype(object).fillna("").astype("str")
    every["day"] = pd.to_datetime(every["day"])
    every[_YES_NO] = every[_YES_NO].eq(True)
    every["quality"] = every["quality"].replace("", "ok")
    every["basis"] = every["basis"].replace("", "published")
    return every.drop_duplicates(KEY, ignore_index=True)


def _publishers(sources: pd.Series[str]) -> pd.Series[str]:
    """Return who vouches for some sources, each once, joined with `;`."""
    publishers = by_source("publisher")
    issuers = {source: issuer(name)[0] for source, name in publishers.items()}

    def of(ids: str) -> str:
        named = {issuers.get(source, source) for source in re.split(_BETWEEN, ids)}
        return ";".join(sorted(named))

    return sources.map({ids: of(ids) for ids in sources.unique()})


def _is_late(figures: pd.DataFrame) -> pd.Series[bool]:
    """Say of each figure whether it became known later than its release has ever come.

    Of one known to the month the first day of it counts: that it is late is not sure before.
    """
    is_month = figures["when"].str.len() == _MONTH_LONG
    first = pd.to_datetime(figures["when"].where(is_month), format="%Y-%m")
    return first.fillna(figures["day"]) > usual_by(figures)


def with_growth(rows: pd.DataFrame) -> pd.DataFrame:
    """Add the figure of a year before to what is printed, and growth where none is printed.

    The base is a sound one of the same series; a share has no growth.
    """
    is_sound = rows["quality"].eq("ok") & rows["basis"].eq("published")
    bare = rows.drop(columns=_BASE)
    both = with_base(bare, bare[is_sound], _ALIKE)
    both[_BASE] = both[_BASE].where(is_sound)
    is_bare = rows["growth"].isna() & rows["unit"].ne("fraction")
    for name, rate in on_base(both).items():
        both[name] = both[name].mask(is_bare, rate)
    return both


def beside_its_past(figures: pd.DataFrame) -> pd.DataFrame:
    """Add base_growth, unusual and past of all growth (see `defined/things.yaml`).

    Season and trend make records of levels; growth in the same part of other years has neither.
    Rounding counts for the usual: the nearer end of the interval is measured.
    """
    sound = figures[figures["quality"] == "ok"]
    names = {"period": "base_period", "growth": "base_growth"}
    printed = sound.loc[sound["basis"] == "published", [*_ALIKE, "period", "growth"]]
    asked = with_earlier(figures).drop(columns="base_growth")
    figures = asked.merge(printed.rename(columns=names), how="left")

    grown = sound[sound["growth_low"] > -1].sort_values("period")
    part = grown["period"].str[4:]
    by = [*(grown[name] for name in _SERIES), part]
    logs = grown[_GROWTH].transform(np.log1p)
    each = logs["growth"].groupby(by)
    earlier = {
        "middle": each.expanding().median().droplevel([*range(len(by))]),
        "top": each.cummax(),
        "bottom": each.cummin(),
    }
    usual = pd.DataFrame(earlier, grown.index).groupby(by).shift()
    middle = usual["middle"]
    furthest = (usual["top"] - middle).clip(lower=middle - usual["bottom"])
    below, above = middle - logs["growth_high"], logs["growth_low"] - middle
    apart = below.clip(lower=above).clip(lower=0)
    past = each.cumcount().astype(float)
    is_told = past >= ENOUGH
    unusual = apart / furthest.where(furthest > 0)
    return figures.assign(unusual=unusual.where(is_told), past=past.where(is_told))


def _estimates() -> pd.DataFrame:
    """Return where the running year may end, of the five and the region: China's trade."""
    rows = table("estimates").query("reporter == 'CHN' and flow == 'total'")
    rows = rows[rows["partner"].isin([*CENTRAL_ASIA, "CA5"])]
    places = rows["partner"].map(in_sentence)
    return rows.assign(
        table="nowcast",
        period=rows["year"].astype(str),
        what="China: trade with " + places + ", estimate of the running year",
        value=rows["estimate"],
        low=rows["estimate_low"],
        high=rows["estimate_high"],
        unit=rows["currency"] + " billion",
    )


def _trade() -> pd.DataFrame:
    figures = table("figures").query("flow != 'balance'")
    is_dollars = figures["currency"] == "USD"
    # In the currency that is printed it grew otherwise: the rate moved, too.
    own = figures.loc[~is_dollars, [*_CELL, "currency", *_GROWTH]]
    own = own.set_axis([*_CELL, "own_currency", *_OWN_GROWTH], axis=1)
    own = own.drop_duplicates(_CELL)
    cells = figures[is_dollars].merge(own, how="left", on=_CELL)
    is_other = (cells["own_growth"] - cells["growth"]).abs() >= ANOTHER
    cells[_OWN_GROWTH] = cells[_OWN_GROWTH].where(is_other)
    told = [
        f"{name_of(reporter)}: {flow_with(flow, in_sentence(partner))}"
        for reporter, partner, flow in cells[["reporter", "partner", "flow"]].to_numpy()
    ]
    has_services = cells["coverage"].isin(["goods_and_services", "mixed"])
    services = has_services.map({True: ", with services", False: ""})
    printed = cells["basis"].isin(_PRINTED)
    # The sum of two flows of which one is our product of a share and a total is ours, too.
    is_flow = cells["flow"] != "total"
    of_flows = printed.where(is_flow, True).groupby([cells[name] for name in _SUM])
    printed &= (cells["basis"] != "sum_of_flows") | of_flows.transform("all")
    cells = cells.assign(
        table="trade",
        what=pd.Series(told, cells.index) + services,
        unit="USD billion",
        basis=printed.map({True: "published", False: "computed"}),
    )
    known = _known(cells[["period", "sources"]])
    return cells.assign(tonnes_growth=_tonnes_growth(cells), **known)


def _tonnes_growth(cells: pd.DataFrame) -> pd.Series[float]:
    """Return what quantities alone made of each figure, where most of its goods have weights."""
    effects = table("effects").query("level == 'national' and missing == ''")
    is_sold = effects["reporter"] == effects["exporter"]
    effects = effects.assign(
        flow=is_sold.map({True: "export", False: "import"}),
        partner=effects["importer"].where(is_sold, effects["exporter"]),
    )
    key = ["reporter", "partner", "flow", "period"]
    sums = effects.groupby(key)[["before", "after", "quantity"]].sum()
    beside = cells[key].join(sums, on=key)
    growth: pd.Series[float] = beside["quantity"] / beside["before"]
    return growth.where(beside["after"] >= _WEIGHED * cells["value"])


def _known(figures: pd.DataFrame, *, newest: bool = True) -> pd.DataFrame:
    """Return day and when: since when the newest source of each figure is known, or the first."""
    each = dated(figures)
    each["exact"] = each["when"].str.len()
    # Of two that end on one day the one that says less decides what is known.
    each = each.sort_values(["day", "exact"], ascending=[not newest, True])
    each = each.drop_duplicates("row").set_index("row")
    return each[["day", "when"]].reindex(figures.index)


def _market() -> pd.DataFrame:
    series = ["jurisdiction", "series", "period"]
    rows = best_first(load_market()).drop_duplicates(series)
    meaning = rows["series"].map(load_series().set_index("series")["meaning"])
    rows = rows.assign(
        table="market_series",
        id=rows["series"],
        reporter=rows["jurisdiction"],
        what=rows["jurisdiction"].map(name_of) + ": " + meaning,
    )
    return rows.assign(**_known(rows))


def _facts() -> pd.DataFrame:
    rows = load_highlights()
    between = rows.pop("flow").map({"export": " to ", "total": " and "})
    between += rows["importer"].map(in_sentence)
    whose = rows["reporter"]
    counted = ", as counted by " + whose.map(in_sentence)
    told = rows["item"] + ", " + rows["exporter"].map(name_of)
    # With whom, and by whom, may not be said.
    told += between.where(rows["importer"] != "UNSPEC", "")
    told += counted.where(whose != "", "")
    shares = rows["value"].isna() & rows["share"].notna()
    for name, share in ends_of("share").items():
        rows[name] = rows[name].mask(shares, rows[share])
    rows = rows.assign(
        table="highlights",
        id=rows["topic"] + ": " + rows["item"] + ", " + whose,
        reporter=rows["exporter"],
        partner=rows["importer"],
        unit=rows["unit"].mask(shares, "fraction"),
        what=told,
        has_tonnes=rows["net_weight_t"].notna(),
        tonnes_growth=_weight_growth(rows),
    )
    return rows.assign(**_known(rows))


def _weight_growth(facts: pd.DataFrame) -> pd.Series[float]:
    """Return what the weight of each fact has grown by on a year before."""
    alike = ["exporter", "importer", "reporter", "topic", "item", "period"]
    held = facts.dropna(subset="net_weight_t").drop_duplicates(alike)
    before = with_earlier(facts[alike]).assign(period=lambda rows: rows["base_period"])
    base = before.merge(held[[*alike, "net_weight_t"]], how="left", on=alike)
    growth: pd.Series[float] = (
        facts["net_weight_t"] / base["net_weight_t"].to_numpy() - 1
    )
    return growth


def _goods() -> pd.DataFrame:
    flow = ["exporter", "importer", "reporter", "period"]
    rows = load_composition().rename(columns={"year": "period"})
    rows = rows.groupby(flow, as_index=False).agg(
        value=("value_usd", "sum"), sources=("sources", "first")
    )
    between = rows["exporter"].map(name_of) + " to " + rows["importer"].map(in_sentence)
    rows["value"] /= 1e9
    rows = rows.assign(
        table="composition",
        id=rows["reporter"],
        reporter=rows["exporter"],
        partner=rows["importer"],
        period=rows["period"].astype(str),
        low=rows["value"],
        high=rows["value"],
        unit="USD billion",
        what="Goods by HS chapter, "
        + between
        + ", by "
        + rows["reporter"].map(name_of),
    )
    return rows.assign(**_known(rows))


def _events() -> pd.DataFrame:
    rows = load_policy_events().drop(columns="value")  # is of no figure
    day = known_from("policy_events", rows)
    own = rows["issued_date"].where(rows["issued_date"] != "", rows["date"])
    # What takes effect on a day may have been told before; of a month, nobody knows which day.
    is_told_before = own.str.len().eq(_DAY_LONG) & day.lt(as_of.days_of(own))
    first = _known(rows[["sources"]], newest=False)
    rows = rows.assign(
        table="policy_events",
        id=rows["event_id"],
        event=rows["event_id"],
        measure=rows["measure_id"],
        reporter=rows["jurisdiction"],
        period=rows["date"],
        what=rows["title_en"],
        short=in_short(rows),
        stated=rows["stage"],
        day=day,
        when=own.mask(is_told_before, first["when"]),
    )
    return rows.assign(deed=[deed(event) for event in rows.to_dict("records")])


def _rules(day: dt.date) -> pd.DataFrame:
    """Return the rules in force on a day, each from the day on which its spells began."""
    rules = table("spells").query("status == 'yes'")
    on = pd.Timestamp(day)
    rules = rules[(rules["start"] <= on) & ~(rules["end"] < on)]
    return rules.assign(
        table="in_force",
        id=rules["measure"],
        reporter=rules["jurisdiction"],
        what=rules["title"],
        stated="in force",
        event=rules["event_id"],
        when=rules["since_when"],
        day=as_of.days_of(rules["since_when"]),
    )


def _verdicts(day: dt.date) -> pd.DataFrame:
    """Return the verdicts on announcements that were printed by a day."""
    claims = table("claims")
    printed = as_of.days_of(claims["document"].map(by_source("published")))
    claims = claims[printed <= pd.Timestamp(day)]
    by_claim = claims.groupby(["document", "claim_id"])["sources"]
    claims = claims.assign(sources=by_claim.transform(";".join))
    claims = claims.drop_duplicates(["document", "claim_id"])
    return claims[["period", "sources"]].assign(
        table="claims",
        id=claims["document"] + ": " + claims["claim_id"],
        what=claims["statement"],
        stated=claims["standing"],
    )
