"""What there is to say of everything on a day, and how two such days differ.

A *state* has one row a thing: a chosen figure, a series' figure, a fact, a flow's goods, a rule, an
event, a verdict. It is made as of a day (`catrade_build.tables.as_of`), so that the difference of
two states is what has become known between two days, and nothing else.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np
import pandas as pd

from catrade.face.market import read_name
from catrade_build.calc.due import usual_by
from catrade_build.calc.in_force import policies_in_force
from catrade_build.calc.market import best_first
from catrade_build.calc.nowcast import running_year
from catrade_build.calc.revisions import ENOUGH, every_base, record
from catrade_build.cells.chosen import chosen
from catrade_build.cells.frames import earlier
from catrade_build.cells.memory import kept
from catrade_build.claims.claims import judge_claims, standings
from catrade_build.issuers import issuer
from catrade_build.tables import as_of
from catrade_build.tables.goods import load_composition, load_highlights
from catrade_build.tables.names import CENTRAL_ASIA, flow_with, in_sentence, name_of
from catrade_build.tables.policy import load_claims, load_market, load_policy_events
from catrade_build.tables.trade import (
    CHOSEN,
    load_sources,
    newest_day,
    read_table,
    table_known_from,
)
from pagemill.reads import note_reading
from rounding.dates import date_interval, parse_period
from rounding.formats import is_missing
from rounding.rounded import Rounded

#: What makes a thing: two states are set side by side by these.
KEY = ["table", "id", "reporter", "partner", "flow", "period"]
_FIGURE = ["value", "low", "high"]
_KNOWN = ["day", "when"]
_WHENCE = ["sources", "publisher", "basis", "quality", "event"]
_STATE = [*KEY, "what", *_FIGURE, "unit", "stated", *_KNOWN, *_WHENCE, "is_late"]
_CELL = ["reporter", "partner", "period"]
_SERIES = ["table", "id", "reporter", "partner", "flow"]
_FIGURES = ("trade", "market_series", "highlights", "composition")
#: How a cell of trade was made that its publisher prints: as it stands, in another currency, or as
#: exports and imports.
_PRINTED = ("published", "converted", "sum_of_flows")
#: Parts of a figure that are no news: float noise.
_SAME = 1e-9
#: What stands between two ids of sources in a cell.
_BETWEEN = "[;+] *"
#: Letters of a day and of a month, as against those of a year.
_DAY_LONG, _MONTH_LONG = 10, 7
#: What has happened to a thing that is new, gone, or another than before.
_KINDS = {
    "nowcast": ("new estimate", "withdrawn", "estimate moved"),
    "policy_events": ("decided", "withdrawn", "decided"),
    "in_force": ("begun", "ended", "begun"),
    "claims": ("judged", "withdrawn", "verdict changed"),
}
#: What the two sides of a difference are called.
_NAMES = {
    "value_then": "before",
    "low_then": "before_low",
    "high_then": "before_high",
    "value_now": "after",
    "low_now": "after_low",
    "high_now": "after_high",
    "stated_then": "was",
    "stated_now": "now",
    "day_now": "day",
    "when_now": "when",
}
#: What a state rests on beside the tables of chosen figures.
_READ_BESIDE = (
    "claims",
    "highlights",
    "market_series",
    "policy_events",
    "release_days",
    "releases",
)


def state() -> pd.DataFrame:
    """Return what there is to say as of the day that holds: one row a thing.

    Returns
    -------
    DataFrame
        table, id (of what is not told by the next four), reporter, partner, flow, period: the key;
        what (in words), value, low, high (NaN where it is no figure), unit, stated (a verdict, or
        that a rule is in force), day (since when it is known, at the latest; NaT where its source
        has no period of its own), when (the same as exact as it is said: `2026-09` is some day of
        that month), sources, publisher (who vouches for these, joined with `;`), basis (`published`
        or `computed`), quality, event (that decided it, or governs the rule), is_late (whether a
        figure became known later than its release has ever come).
    """
    for table in _READ_BESIDE:
        note_reading(table)  # also where it is found computed
    return _state()


@kept
def _state() -> pd.DataFrame:
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
    every = pd.concat(parts, ignore_index=True).reindex(columns=_STATE)
    texts = [*KEY, "what", "unit", "stated", "when", *_WHENCE]
    every[texts] = every[texts].astype(object).fillna("").astype("str")
    # Parts without a row have no numbers, and make the others' plain objects, too.
    every[_FIGURE] = every[_FIGURE].astype(float)
    every["quality"] = every["quality"].replace("", "ok")
    every["basis"] = every["basis"].replace("", "published")
    every["publisher"] = _publishers(every["sources"])
    every["is_late"] = _is_late(every)
    return every.drop_duplicates(KEY, ignore_index=True)


def _publishers(sources: pd.Series[str]) -> pd.Series[str]:
    """Return who vouches for some sources, each once, joined with `;`."""
    published = load_sources().set_index("source_id")["publisher"]
    issuers = {source: issuer(name)[0] for source, name in published.items()}

    def of(ids: str) -> str:
        named = {issuers.get(source, source) for source in re.split(_BETWEEN, ids)}
        return ";".join(sorted(named))

    return sources.map({ids: of(ids) for ids in sources.unique()})


def _is_late(every: pd.DataFrame) -> pd.Series[bool]:
    """Say of each figure whether it became known later than its release has ever come.

    Of one known to the month the first day of it counts: that it is late is not sure before.
    """
    figures = every[every["table"].isin(_FIGURES) & every["day"].notna()]
    names = {"reporter": "holder", "id": "series"}
    by = usual_by(figures.rename(columns=names))
    is_month = figures["when"].str.len() == _MONTH_LONG
    first = pd.to_datetime(figures["when"].where(is_month), format="%Y-%m")
    late = first.fillna(figures["day"]) > by
    return late.reindex(every.index, fill_value=False)


def _estimates() -> pd.DataFrame:
    """Return where the running year may end, of the five and the region: China's trade."""
    partners = [*CENTRAL_ASIA, "CA5"]
    rows = pd.concat([running_year("CHN", code) for code in partners])
    places = rows["country"].map(in_sentence)
    return rows.assign(
        table="nowcast",
        reporter="CHN",
        partner=rows["country"],
        period=rows["year"].astype(str),
        what="China: trade with " + places + ", estimate of the running year",
        value=rows["estimate"],
        low=rows["estimate_low"],
        high=rows["estimate_high"],
        unit=rows["currency"] + " billion",
    )


def _trade() -> pd.DataFrame:
    # A row a cell needs a label a cell: days are put beside rows by it.
    cells = pd.concat([chosen(freq) for freq in CHOSEN.values()], ignore_index=True)
    cells = cells.query("flow != 'balance'")
    told = [
        f"{name_of(reporter)}: {flow_with(flow, in_sentence(partner))}"
        for reporter, partner, flow in cells[["reporter", "partner", "flow"]].to_numpy()
    ]
    has_services = cells["coverage"].isin(["goods_and_services", "mixed"])
    services = has_services.map({True: ", with services", False: ""})
    names = {"value_bn": "value", "low_bn": "low", "high_bn": "high"}
    cells = cells.rename(columns=names)
    printed = cells["basis"].isin(_PRINTED)
    # The sum of two flows of which one is our product of a share and a total is ours, too.
    is_flow = cells["flow"] != "total"
    of_flows = printed.where(is_flow, True).groupby([cells[name] for name in _CELL])
    is_sum = cells["basis"] == "sum_of_flows"
    printed &= ~is_sum | of_flows.transform("all")
    cells = cells.assign(
        table="trade",
        what=pd.Series(told, cells.index) + services,
        unit="USD billion",
        basis=printed.map({True: "published", False: "computed"}),
    )
    return cells.assign(**_known(cells))


def _known(figures: pd.DataFrame) -> pd.DataFrame:
    """Return day and when: since when the newest source of each figure is known (see `state`)."""
    released = read_table("release_days")[["sources", "period", "released"]]
    to_date = released.assign(period=released["period"].map(_to_date))
    released = pd.concat([released, to_date]).drop_duplicates(["sources", "period"])
    published = load_sources().set_index("source_id")["published"]

    ids = figures[["period", "sources"]].reset_index(names="place")
    ids["sources"] = ids["sources"].str.split(_BETWEEN)
    ids = ids.explode("sources").merge(released, how="left")
    ids["when"] = ids["released"].fillna(ids["sources"].map(published)).fillna("")
    ids["day"] = as_of.days_of(ids["when"])
    ids["exact"] = ids["when"].str.len()
    # Of two that end on one day the one that says less decides what is known.
    newest = ids.sort_values(["day", "exact"], ascending=[False, True])
    newest = newest.drop_duplicates("place").set_index("place")
    return newest[_KNOWN].reindex(figures.index)


def _to_date(period: str) -> str:
    """Return `2025-Q1` and `2025-H1` as `2025-3M` and `2025-6M`, any other period as it is."""
    read = parse_period(period)
    if read.frequency in ("quarterly", "half") and read.first_month == 1:
        return f"{read.year}-{read.last_month}M"
    return period


def _with_days(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(table=name, **_known(frame))


def _market() -> pd.DataFrame:
    series = ["jurisdiction", "series", "period"]
    rows = best_first(load_market()).drop_duplicates(series)
    told = [
        f"{name_of(where)}: {read_name(name).meaning}"
        for where, name in rows[["jurisdiction", "series"]].to_numpy()
    ]
    rows = rows.assign(
        id=rows["series"],
        reporter=rows["jurisdiction"],
        what=told,
        basis=rows["derived"].map({True: "computed", False: "published"}),
    )
    return _with_days("market_series", rows)


def _facts() -> pd.DataFrame:
    rows = load_highlights()
    told = rows["item"] + ", " + rows["exporter"].map(name_of)
    told += rows.pop("flow").map({"export": " to ", "total": " and "})
    told += rows["importer"].map(in_sentence)
    places = {"exporter": "reporter", "importer": "partner"}
    shares = rows["value"].isna() & rows["share"].notna()
    for name, share in zip(_FIGURE, ["share", "share_low", "share_high"], strict=True):
        rows[name] = rows[name].mask(shares, rows[share])
    rows["unit"] = rows["unit"].mask(shares, "fraction")
    rows = rows.assign(id=rows["topic"] + ": " + rows["item"], what=told)
    return _with_days("highlights", rows.rename(columns=places))


def _goods() -> pd.DataFrame:
    rows = load_composition(partial=False)
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
        id=sums["reporter"],
        partner=sums["importer"],
        reporter=sums["exporter"],
        period=sums["year"].astype(str),
        low=sums["value"],
        high=sums["value"],
        unit="USD billion",
        what=told,
    )
    return _with_days("composition", named)


def _events() -> pd.DataFrame:
    rows = load_policy_events().drop(columns="value")  # is of no figure
    day = table_known_from("policy_events", rows)
    own = rows["issued_date"].where(rows["issued_date"] != "", rows["date"])
    # What takes effect on a day may have been told before; of a month, nobody knows which day.
    is_told_before = own.str.len().eq(_DAY_LONG) & day.lt(as_of.days_of(own))
    return rows.assign(
        table="policy_events",
        id=rows["event_id"],
        event=rows["event_id"],
        reporter=rows["jurisdiction"],
        period=rows["date"],
        what=rows["title_en"],
        stated=rows["stage"],
        day=day,
        when=own.mask(is_told_before, _told(rows["sources"], day)),
    )


def _told(sources: pd.Series[str], day: pd.Series[pd.Timestamp]) -> pd.Series[str]:
    """Return the date of the source that told of an event on a day, as exact as it is."""
    published = load_sources().set_index("source_id")["published"]
    dates = sources.str.split(_BETWEEN).explode().map(published)
    told = dates.to_frame("when").join(day.rename("day")).reset_index(names="place")
    told = told[as_of.days_of(told["when"]) == told["day"]]
    told["exact"] = told["when"].str.len()
    told = told.sort_values("exact").drop_duplicates("place")
    return told.set_index("place")["when"].reindex(sources.index)


def _rules(day: dt.date) -> pd.DataFrame:
    events = load_policy_events()
    if events.empty:
        return pd.DataFrame(columns=_STATE)
    rules = policies_in_force(events, day).query("status == 'yes'")
    since = [date_interval(text)[1] for text in rules["since"]]
    # After the end of the register all rules are doubtful; here it is asked whether this one is.
    quality = events.set_index("event_id")["quality"]
    return rules.assign(
        table="in_force",
        id=rules["measure_id"],
        reporter=rules["jurisdiction"],
        what=rules["measure_title"],
        stated="in force",
        event=rules["event_id"],
        quality=rules["event_id"].map(quality),
        when=rules["since"],
        day=pd.to_datetime(pd.Series(since, rules.index, dtype=object)),
    )


def _verdicts(day: dt.date) -> pd.DataFrame:
    """Return the verdicts on announcements that were printed by a day."""
    claims = load_claims(None)
    published = load_sources().set_index("source_id")["published"]
    printed = claims["document"].map(published).fillna("")
    is_out = [text != "" and date_interval(text)[1] <= day for text in printed]
    if not any(is_out):
        return pd.DataFrame(columns=_STATE)
    judged = judge_claims(claims[is_out]).verdicts
    claim = standings(judged)
    ids = judged.groupby("claim_id")["sources"].agg(";".join)
    documents = claims.drop_duplicates("claim_id").set_index("claim_id")["document"]
    return pd.DataFrame(
        {
            "table": "claims",
            "id": claim["claim_id"].map(documents) + ": " + claim["claim_id"],
            "period": claim["period"].fillna(""),
            "what": claim["statement"],
            "stated": claim["standing"],
            "sources": claim["claim_id"].map(ids),
        }
    )


def differences(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return what differs between two states, one row a thing: its kind, before and after.

    Parameters
    ----------
    then, now
        What `state` returns, as of two days.
    """
    both = then.merge(
        now, on=KEY, how="outer", suffixes=("_then", "_now"), indicator=True
    )
    is_new = both["_merge"] == "right_only"
    is_gone = both["_merge"] == "left_only"
    same = np.isclose(
        both[[f"{end}_then" for end in _FIGURE]].astype(float),
        both[[f"{end}_now" for end in _FIGURE]].astype(float),
        rtol=_SAME,
        atol=0,
        equal_nan=True,
    )
    moved = pd.Series(~same.all(axis=1), both.index)
    restated = both["stated_then"] != both["stated_now"]
    both = both[is_new | is_gone | moved | restated]

    up = (both["low_now"] - both["high_then"]).clip(lower=0)
    down = (both["low_then"] - both["high_now"]).clip(lower=0)
    both["beyond"] = (up + down) / both["value_then"].abs()
    both["change"] = both["value_now"] / both["value_then"] - 1
    both["kind"] = [_kind(row) for row in both.to_dict("records")]
    for name in ("what", "unit", "sources", "quality", "basis", "event"):
        both[name] = both[f"{name}_now"].fillna(both[f"{name}_then"])
    texts = ["stated_then", "stated_now", "when_now"]
    both[texts] = both[texts].fillna("")
    return both.rename(columns=_NAMES).reset_index(drop=True)


def _kind(row: dict[Any, Any]) -> str:
    """Return in one or two words what has happened to a thing."""
    is_new, is_gone = row["_merge"] == "right_only", row["_merge"] == "left_only"
    if row["table"] in _KINDS:
        new, gone, changed = _KINDS[row["table"]]
        return new if is_new else gone if is_gone else changed
    if is_gone:
        return "withdrawn"
    if row["basis_now"] == "computed":
        return "worked out"
    # What only we had worked out before was printed by nobody: it is new.
    if is_new or row["basis_then"] == "computed":
        return "added" if row["is_late_now"] else "new"
    if not row["beyond"] > 0:
        return "refined"
    # One publisher's one statistic: with services or without are two.
    series = ("publisher", "what")
    is_one = all(row[f"{name}_now"] == row[f"{name}_then"] for name in series)
    is_alone = ";" not in row["publisher_now"]
    return "revised" if is_one and is_alone else "other source"


def with_year_before(changes: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Add the figure of a year before and the growth on it, of the figures as they are written.

    Parameters
    ----------
    changes
        What `differences` returns.
    now
        The later state.

    Returns
    -------
    `changes` plus year_before with its bounds, and growth with its own (a fraction; none of a
    share); NaN where none is held of the same publisher, or of the same series of the market.
    """
    beside = _beside_year_before(now).set_index(KEY)
    changes = changes.join(beside[[f"{end}_before" for end in _FIGURE]], on=KEY)
    names = ["year_before", "year_before_low", "year_before_high"]
    ends = [f"{end}_before" for end in _FIGURE]
    changes = changes.rename(columns=dict(zip(ends, names, strict=True)))
    growth = [_growth(row) for row in changes.to_dict("records")]
    return changes.join(pd.DataFrame(growth, changes.index, columns=_GROWTH))


_GROWTH = ["growth", "growth_low", "growth_high"]


def _growth(row: dict[Any, Any]) -> tuple[Any, Any, Any]:
    if row["unit"] == "fraction" or not row["year_before_low"] > 0:
        return np.nan, np.nan, np.nan
    growth = _shown(row, "after") / _shown(row, "year_before") - 1
    return growth.value, growth.low, growth.high


def _beside_year_before(now: pd.DataFrame) -> pd.DataFrame:
    """Return the sound published figures that have one of the same series a year before."""
    figures = now[now["table"].isin(_FIGURES)]
    figures = figures.query("quality == 'ok' and basis == 'published'")
    periods = {text: earlier(text, 1) for text in figures["period"].unique()}
    figures = figures.assign(year_before=figures["period"].map(periods))
    told = [*_SERIES, "period", "what", "unit", "publisher", *_FIGURE]
    before = figures[told].rename(columns={"period": "year_before"})
    alike = [*_SERIES, "year_before", "what", "unit"]
    both = figures.merge(before, on=alike, suffixes=("", "_before"))
    is_one = both["publisher"] == both["publisher_before"]
    return both[is_one | (both["table"] == "market_series")]


def with_surprise(changes: pd.DataFrame) -> pd.DataFrame:
    """Add how far each difference is from what was to be expected, and why.

    Parameters
    ----------
    changes
        What `differences` returns.

    Returns
    -------
    `changes` plus `surprise`, in times of what is usual, and `why` (in words): a revision over what
    nine in ten have stayed below; an estimate of the year over half its interval. NaN and "" where
    none of that is so. No level is a surprise, however high: trend and season make such records,
    and for growth beside its own past too few years of the same months are held.
    """
    surprising = pd.concat([_large_revisions(changes), _moved(changes)])
    surprising = surprising[["surprise", "why"]].astype({"surprise": float})
    changes = changes.join(surprising)
    return changes.assign(why=changes["why"].fillna("").astype("str"))


def _large_revisions(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the revisions that are larger than nine in ten of what is known of such.

    Where too few are known, or nine in ten moved nothing, none is called large.
    """
    revised = changes.query("kind == 'revised' and table == 'trade'")
    bases = every_base()
    of_all = record(bases).query("n >= @ENOUGH").set_index("flow")["ninety"]
    own = bases.groupby("reporter")[[*bases]].apply(record).reset_index()
    own = own[own["n"] >= ENOUGH].set_index(["reporter", "flow"])
    usual = revised.join(own["ninety"], on=["reporter", "flow"])["ninety"]
    usual = usual.fillna(revised["flow"].map(of_all)).astype(float)
    size = revised["change"].abs() / usual.where(usual > 0)
    large = revised.assign(surprise=size)[size > 1]
    return large.assign(why="a revision larger than nine in ten")


def _moved(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates of a year that lie outside of the interval they had."""
    moved = changes.query("kind == 'estimate moved'")
    half = (moved["before_high"] - moved["before_low"]) / 2
    step = moved["after"] - moved["before"]
    size = step.abs() / half.where(half > 0)
    outside = moved.assign(surprise=size)[size > 1]
    return outside.assign(why="outside the interval of the estimate before")


def as_clause(row: dict[Any, Any]) -> str:
    """Return what has happened to a thing as a clause: the figure, or before and after.

    Parameters
    ----------
    row
        Of what `ct.changes` returns.

    Examples
    --------
    >>> row = {"kind": "revised", "unit": "USD billion", "was": "", "now": "",
    ...        "before": 5.762, "before_low": 5.762, "before_high": 5.762,
    ...        "after": 6.009, "after_low": 6.009, "after_high": 6.009}
    >>> as_clause(row)
    '$6.01 billion, was $5.76 billion (+4%)'
    """
    if is_missing(row["after"]) and is_missing(row["before"]):
        was = f", was {row['was']}" if row["now"] and row["was"] else ""
        return f"{row['now']}{was}"
    if is_missing(row["after"]):
        return f"was {_figure(row, 'before')}"
    now = _figure(row, "after")
    if row["kind"] == "new" and not is_missing(row["year_before"]):
        ago, kind, _ = _in_unit(row, "year_before")
        return f"{now}, {ago:{kind}} a year before"
    if is_missing(row["before"]) or row["kind"] in _PRINTED_FIRST:
        return now
    before = _figure(row, "before")
    if row["kind"] == "other source":
        return now if now == before else f"{now}, by another source before {before}"
    if now != before:
        return f"{now}, was {before}{_by(row)}"
    return f"{now}{_slightly(row)}"


#: Kinds of figures that nobody had printed before.
_PRINTED_FIRST = ("new", "added", "worked out")


def _by(row: dict[Any, Any]) -> str:
    """Return by how much a figure has changed, of the figures as they are written."""
    now, before = _shown(row, "after"), _shown(row, "before")
    if row["unit"] == "fraction":
        return f" ({now - before:+points})"
    by = f"{now / before - 1:+percent}"
    # A change that rounds to nothing is none to be told.
    return f" ({by})" if by.strip("+−0.%") else ""


def _slightly(row: dict[Any, Any]) -> str:
    """Return by how much a figure has changed that is written as it was."""
    step = _in_unit(row, "after")[0] - _in_unit(row, "before")[0]
    if not step.is_sure:
        return ""
    _, kind, unit = _in_unit(row, "after")
    by = f"{abs(step):{'points' if kind == 'percent' else kind}}{unit}"
    return f", {by} {'more' if step.value > 0 else 'less'} than before"


def _shown(row: dict[Any, Any], name: str) -> Rounded:
    number, kind, _ = _in_unit(row, name)
    return number.shown(kind)


def _figure(row: dict[Any, Any], name: str) -> str:
    """Write a figure in its unit with the digits that its rounding bears."""
    number, kind, unit = _in_unit(row, name)
    return f"{number:{kind}}{unit}"


def _in_unit(row: dict[Any, Any], name: str) -> tuple[Rounded, str, str]:
    """Return a figure, what it is written as, and what stands behind it."""
    number = Rounded.of(row, name)
    unit = row["unit"]
    if unit.endswith(" billion"):
        number = number * 1e9
        unit = unit.removesuffix(" billion")
    if unit in ("USD", "CNY", "EUR"):
        return number, unit.lower(), ""
    return (
        (number, "percent", "") if unit == "fraction" else (number, "count", f" {unit}")
    )
