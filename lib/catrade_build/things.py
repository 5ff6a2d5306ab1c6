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

from catrade_build.columns import columns_of
from catrade_build.edition import table
from catrade_build.frames import ends_of, on_base, with_earlier
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
from catrade_build.tables.trade import (
    by_source,
    dated,
    known_from,
    newest_day,
)

#: What makes a thing, and what makes a series of figures.
KEY = ["table", "id", "reporter", "partner", "flow", "period"]
_SERIES = [*KEY[:-1], "unit"]
#: What one sum is of, whatever its flow.
_SUM = ["reporter", "partner", "freq", "period"]
_CELL = [*_SUM, "flow"]
_FIGURE = ["value", "low", "high"]
_BASE = ["base", "base_low", "base_high"]
_GROWTH = ["growth", "growth_low", "growth_high"]
_OWN_GROWTH = ["own_growth", "own_growth_low", "own_growth_high"]
#: Tables of figures that somebody prints.
FIGURES = ("trade", "market_series", "highlights", "composition")
#: How a figure of trade was made that its publisher prints: as it stands, in another currency, or
#: as exports and imports.
_PRINTED = ("published", "converted", "sum_of_flows")
#: Growth in two currencies that differs by so much tells two stories.
ANOTHER = 0.02
#: Growth is unusual beside that of at least so many earlier years.
ENOUGH = 5
#: What stands between two ids of sources in a cell.
_BETWEEN = "[;+] *"
#: Of trade the weight is held where goods with weights are so much of it.
_WEIGHED = 0.5
#: Letters of a day and of a month.
DAY_LONG, _MONTH_LONG = 10, 7


def things() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    day = as_of.current() or newest_day()
    parts = [
        _estimates(),
        _trade(),
        _market(),
        _facts(),
        _goods(),
        _events(),
        _rules(day),
        _verdicts(day),
    ]
    every = pd.concat(parts, ignore_index=True).reindex(columns=columns_of("things"))
    # Parts without a row have no numbers, and make the others' plain objects, too.
    numbers = [*_FIGURE, *_BASE, *_GROWTH, *_OWN_GROWTH, "tonnes_growth"]
    every[numbers] = every[numbers].astype(float)
    every["has_tonnes"] = every["has_tonnes"].eq(True)
    every["day"] = pd.to_datetime(every["day"])
    columns = {*columns_of("things")} - {*numbers, "day", "has_tonnes", "is_late"}
    texts = sorted(columns - {"base_growth", "unusual", "past"})
    every[texts] = every[texts].astype(object).fillna("").astype("str")
    every["quality"] = every["quality"].replace("", "ok")
    every["basis"] = every["basis"].replace("", "published")
    every["publisher"] = _publishers(every["sources"])
    every["is_late"] = _is_late(every)
    every = _with_growth(every.drop_duplicates(KEY, ignore_index=True))
    return every.assign(**_beside_its_past(every))


def _publishers(sources: pd.Series[str]) -> pd.Series[str]:
    """Return who vouches for some sources, each once, joined with `;`."""
    publishers = by_source("publisher")
    issuers = {source: issuer(name)[0] for source, name in publishers.items()}

    def of(ids: str) -> str:
        named = {issuers.get(source, source) for source in re.split(_BETWEEN, ids)}
        return ";".join(sorted(named))

    return sources.map({ids: of(ids) for ids in sources.unique()})


def _is_late(every: pd.DataFrame) -> pd.Series[bool]:
    """Say of each figure whether it became known later than its release has ever come.

    Of one known to the month the first day of it counts: that it is late is not sure before.
    """
    figures = every[every["table"].isin(FIGURES) & every["day"].notna()]
    names = {"reporter": "holder", "id": "series"}
    by = usual_by(figures.rename(columns=names))
    is_month = figures["when"].str.len() == _MONTH_LONG
    first = pd.to_datetime(figures["when"].where(is_month), format="%Y-%m")
    late = first.fillna(figures["day"]) > by
    return late.reindex(every.index, fill_value=False)


def _with_growth(every: pd.DataFrame) -> pd.DataFrame:
    """Add base and growth where the table of the thing has none, and what the base had grown by.

    The base is a sound published figure of the same series a year before; a share has no growth.
    """
    sound = every["quality"].eq("ok") & every["basis"].eq("published")
    sound &= every["table"].isin(FIGURES)
    # Which row is that of a year before, where there is one.
    alike = [*_SERIES, "period", "what"]
    rows = every.loc[every["table"].isin(FIGURES), alike]
    held = every.loc[sound, alike].reset_index(names="row")
    asked = with_earlier(rows).drop(columns="period")
    asked = asked.rename(columns={"base_period": "period"})
    row = asked.merge(held, how="left", on=alike)["row"].set_axis(rows.index)
    row = row.reindex(every.index)

    is_bare = sound & every["table"].ne("trade") & every["base"].isna()
    for end, name in ends_of("base").items():
        every[name] = every[name].mask(is_bare, row.map(every[end]))
    can_grow = is_bare & every["growth"].isna() & every["unit"].ne("fraction")
    can_grow &= every["base_low"].gt(0)
    for name, rate in on_base(every).items():
        every[name] = every[name].mask(can_grow, rate)

    return every.assign(base_growth=row.map(every["growth"]))


def _beside_its_past(every: pd.DataFrame) -> dict[str, pd.Series[float]]:
    """Return unusual and past of all growth (see `defined/things.yaml`).

    Season and trend make records of levels; growth in the same part of other years has neither.
    Rounding counts for the usual: the nearer end of the interval is measured.
    """
    rows = every[every["quality"].eq("ok") & every["growth_low"].gt(-1)]
    rows = rows.assign(part=rows["period"].str[4:]).sort_values("period")
    size = rows.groupby([*_SERIES, "part"])["growth"].transform("size")
    unusual = pd.Series(np.nan, every.index)
    past = pd.Series(np.nan, every.index)
    for _, series in rows[size > ENOUGH].groupby([*_SERIES, "part"]):
        low, growth, high = np.log1p(
            series[["growth_low", "growth", "growth_high"]].to_numpy()
        ).T
        for place in range(ENOUGH, len(series)):
            middle = np.median(growth[:place])
            furthest = np.abs(growth[:place] - middle).max()
            distance = max(low[place] - middle, middle - high[place], 0.0)
            row = series.index[place]
            unusual[row] = distance / furthest if furthest > 0 else np.nan
            past[row] = place
    return {"unusual": unusual, "past": past}


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
    cells = _with_tonnes(cells)
    return cells.assign(**_known(cells))


def _with_tonnes(cells: pd.DataFrame) -> pd.DataFrame:
    """Add what quantities alone made of each figure, where most of its goods have weights."""
    effects = table("effects").query("level == 'national' and missing == ''")
    is_sold = effects["reporter"] == effects["exporter"]
    effects = effects.assign(
        flow=is_sold.map({True: "export", False: "import"}),
        partner=effects["importer"].where(is_sold, effects["exporter"]),
    )
    key = ["reporter", "partner", "flow", "period"]
    sums = effects.groupby(key)[["before", "after", "quantity"]].sum()
    beside = cells[key].join(sums, on=key)
    has_tonnes = beside["after"] >= _WEIGHED * cells["value"]
    growth = (beside["quantity"] / beside["before"]).where(has_tonnes)
    return cells.assign(has_tonnes=has_tonnes, tonnes_growth=growth)


def _known(figures: pd.DataFrame) -> pd.DataFrame:
    """Return day and when: since when the newest source of each figure is known."""
    each = dated(figures[["period", "sources"]])
    each["exact"] = each["when"].str.len()
    # Of two that end on one day the one that says less decides what is known.
    newest = each.sort_values(["day", "exact"], ascending=[False, True])
    newest = newest.drop_duplicates("row").set_index("row")
    return newest[["day", "when"]].reindex(figures.index)


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
    rows = load_highlights().rename(columns={"reporter": "counted_by"})
    is_said = rows["counted_by"] != ""
    told = rows["item"] + ", " + rows["exporter"].map(name_of)
    between = rows.pop("flow").map({"export": " to ", "total": " and "})
    between += rows["importer"].map(in_sentence)
    # With whom may not be said.
    told += between.where(rows["importer"] != "UNSPEC", "")
    counts = rows["counted_by"].where(is_said, "WLD").map(in_sentence)
    told += (", as counted by " + counts).where(is_said, "")
    shares = rows["value"].isna() & rows["share"].notna()
    for name, share in ends_of("share").items():
        rows[name] = rows[name].mask(shares, rows[share])
    rows["unit"] = rows["unit"].mask(shares, "fraction")
    places = {"exporter": "reporter", "importer": "partner"}
    rows = rows.assign(
        table="highlights",
        id=rows["topic"] + ": " + rows["item"] + ", " + rows["counted_by"],
        what=told,
        has_tonnes=rows["net_weight_t"].notna(),
        tonnes_growth=_tonnes_growth(rows),
    )
    return rows.assign(**_known(rows)).rename(columns=places)


def _tonnes_growth(facts: pd.DataFrame) -> pd.Series[float]:
    """Return what the weight of each fact has grown by on a year before."""
    alike = ["exporter", "importer", "counted_by", "topic", "item", "period"]
    held = facts.dropna(subset="net_weight_t").drop_duplicates(alike)
    before = with_earlier(facts[alike])
    before = before.assign(period=before["base_period"])
    base = before.merge(held[[*alike, "net_weight_t"]], how="left", on=alike)
    growth: pd.Series[float] = (
        facts["net_weight_t"] / base["net_weight_t"].to_numpy() - 1
    )
    return growth


def _goods() -> pd.DataFrame:
    rows = load_composition()
    flow = ["exporter", "importer", "reporter", "year"]
    sums = rows.groupby(flow, as_index=False).agg(
        value=("value_usd", "sum"), sources=("sources", "first")
    )
    sums["value"] /= 1e9
    told = [
        f"Goods by HS chapter, {name_of(exporter)} to {in_sentence(importer)}, by {name_of(whose)}"
        for exporter, importer, whose in sums[
            ["exporter", "importer", "reporter"]
        ].to_numpy()
    ]
    named = sums.assign(
        table="composition",
        id=sums["reporter"],
        partner=sums["importer"],
        reporter=sums["exporter"],
        period=sums["year"].astype(str),
        low=sums["value"],
        high=sums["value"],
        unit="USD billion",
        what=told,
    )
    return named.assign(**_known(named))


def _events() -> pd.DataFrame:
    rows = load_policy_events().drop(columns="value")  # is of no figure
    day = known_from("policy_events", rows)
    own = rows["issued_date"].where(rows["issued_date"] != "", rows["date"])
    # What takes effect on a day may have been told before; of a month, nobody knows which day.
    is_told_before = own.str.len().eq(DAY_LONG) & day.lt(as_of.days_of(own))
    return rows.assign(
        table="policy_events",
        id=rows["event_id"],
        event=rows["event_id"],
        measure=rows["measure_id"],
        reporter=rows["jurisdiction"],
        period=rows["date"],
        what=rows["title_en"],
        stated=rows["stage"],
        day=day,
        when=own.mask(is_told_before, _told(rows["sources"], day)),
    )


def _told(sources: pd.Series[str], day: pd.Series[pd.Timestamp]) -> pd.Series[str]:
    """Return the date of the source that told of an event on a day, as exact as it is."""
    told = dated(sources.to_frame()).join(day.rename("known"), on="row")
    told = told[told["day"] == told["known"]]
    told = told.sort_values("when", key=lambda when: when.str.len())
    return told.drop_duplicates("row").set_index("row")["when"].reindex(sources.index)


def _rules(day: dt.date) -> pd.DataFrame:
    """Return the rules in force on a day, each from the day on which its spells began."""
    spells = table("spells")
    begun = spells[spells["start"] <= pd.Timestamp(day)]
    is_over = begun["end"] < pd.Timestamp(day)
    rules = begun[~is_over & begun["status"].eq("yes")]
    # As exact as the first event of the run of spells says it.
    run = begun.groupby(["measure", "since"])["event_id"].transform("first")
    events = load_policy_events().set_index("event_id")
    when = run.reindex(rules.index).map(events["effective_date"])
    return rules.assign(
        table="in_force",
        id=rules["measure"],
        reporter=rules["jurisdiction"],
        what=rules["title"],
        stated="in force",
        event=rules["event_id"],
        when=when,
        day=as_of.days_of(when),
    )


def _verdicts(day: dt.date) -> pd.DataFrame:
    """Return the verdicts on announcements that were printed by a day."""
    claims = table("claims")
    printed = as_of.days_of(claims["document"].map(by_source("published")))
    claims = claims[printed <= pd.Timestamp(day)]
    by_claim = claims.groupby(["document", "claim_id"])["sources"]
    claims = claims.assign(sources=by_claim.transform(";".join))
    claims = claims.drop_duplicates(["document", "claim_id"])
    return pd.DataFrame(
        {
            "table": "claims",
            "id": claims["document"] + ": " + claims["claim_id"],
            "period": claims["period"].fillna(""),
            "what": claims["statement"],
            "stated": claims["standing"],
            "sources": claims["sources"],
        }
    )
