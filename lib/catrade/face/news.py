"""What there is to say of everything on a day, and how two such days differ.

A *state* has one row a thing: a chosen figure, a series' figure, a fact, a flow's goods, a rule, an
event, a verdict. It is made as of a day (`catrade.tables.as_of`), so that the difference of two
states is what has become known between two days, and nothing else.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from catrade.calc.in_force import policies_in_force
from catrade.calc.market import best_first
from catrade.calc.nowcast import running_year
from catrade.calc.revisions import ENOUGH, every_base, record
from catrade.cells.chosen import chosen
from catrade.cells.memory import kept
from catrade.claims.claims import judge_claims, standings
from catrade.face.market import read_name
from catrade.tables import as_of
from catrade.tables.goods import load_composition, load_highlights
from catrade.tables.names import CENTRAL_ASIA, flow_with, in_sentence, name_of
from catrade.tables.policy import load_claims, load_market, load_policy_events
from catrade.tables.trade import (
    CHOSEN,
    load_sources,
    newest_day,
    read_table,
    table_known_from,
)
from pagemill.reads import note_reading
from rounding.dates import date_interval, parse_period
from rounding.errors import ParameterError
from rounding.formats import is_missing
from rounding.rounded import Rounded

#: What makes a thing: two states are set side by side by these.
KEY = ["table", "id", "reporter", "partner", "flow", "period"]
_FIGURE = ["value", "low", "high"]
_STATE = [*KEY, "what", *_FIGURE, "unit", "stated", "day", "sources"]
#: So many figures of other periods make a record.
_ENOUGH_PERIODS = 5
#: Parts of a figure that are no news: float noise.
_SAME = 1e-9
#: What has happened to a thing that is new, gone, or another than before.
_KINDS = {
    "nowcast": ("new estimate", "withdrawn", "estimate moved"),
    "policy_events": ("decided", "withdrawn", "decided"),
    "in_force": ("begun", "ended", "begun"),
    "claims": ("judged", "withdrawn", "verdict changed"),
}
#: What a state rests on beside the tables of chosen figures.
_READ_BESIDE = (
    "claims",
    "highlights",
    "market_series",
    "policy_events",
    "release_days",
)


def state() -> pd.DataFrame:
    """Return what there is to say as of the day that holds: one row a thing.

    Returns
    -------
    DataFrame
        table, id (of what is not told by the next four), reporter, partner, flow, period: the key;
        what (in words), value, low, high (NaN where it is no figure), unit, stated (a verdict, or
        that a rule is in force), day (since when it is known; NaT where its source has no period
        of its own), sources.
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
    texts = [*KEY, "what", "unit", "stated", "sources"]
    every[texts] = every[texts].astype(object).fillna("").astype("str")
    return every.drop_duplicates(KEY, ignore_index=True)


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
    cells = pd.concat([chosen(freq) for freq in CHOSEN.values()])
    cells = cells.query("flow != 'balance'")
    told = [
        f"{name_of(reporter)}: {flow_with(flow, in_sentence(partner))}"
        for reporter, partner, flow in cells[["reporter", "partner", "flow"]].to_numpy()
    ]
    has_services = cells["coverage"].isin(["goods_and_services", "mixed"])
    services = has_services.map({True: ", with services", False: ""})
    names = {"value_bn": "value", "low_bn": "low", "high_bn": "high"}
    cells = cells.rename(columns=names)
    return cells.assign(
        table="trade",
        what=pd.Series(told, cells.index) + services,
        unit="USD billion",
        day=_of_trade(cells),
    )


def _of_trade(cells: pd.DataFrame) -> pd.Series[pd.Timestamp]:
    """Return since when the newest figure in each cell is known."""
    rows = read_table("trade")
    days = rows.assign(day=table_known_from("trade", rows))
    days = days.drop_duplicates(["sources", "period"], keep="last")
    ids = cells[["period", "sources"]].reset_index(names="place")
    ids["sources"] = ids["sources"].str.split(r"[;+]")
    days = ids.explode("sources").merge(days[["sources", "period", "day"]], how="left")
    return days.groupby("place")["day"].max().reindex(cells.index)


def _with_days(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(table=name, day=table_known_from(name, frame))


def _market() -> pd.DataFrame:
    series = ["jurisdiction", "series", "period"]
    rows = best_first(load_market()).drop_duplicates(series)
    words = [read_name(name).meaning for name in rows["series"]]
    where = rows["jurisdiction"].map(name_of)
    rows = rows.assign(
        id=rows["series"], reporter=rows["jurisdiction"], what=where + ": " + words
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
    told = "Goods by HS chapter, " + sums["exporter"].map(name_of)
    told += " to " + sums["importer"].map(in_sentence)
    told += ", by " + sums["reporter"].map(name_of)
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
    events = rows.assign(
        id=rows["event_id"],
        reporter=rows["jurisdiction"],
        period=rows["date"],
        what=rows["title_en"],
        stated=rows["stage"],
    )
    return _with_days("policy_events", events)


def _rules(day: dt.date) -> pd.DataFrame:
    events = load_policy_events()
    if events.empty:
        return pd.DataFrame(columns=_STATE)
    rules = policies_in_force(events, day).query("status == 'yes'")
    since = [date_interval(text)[1] for text in rules["since"]]
    return rules.assign(
        table="in_force",
        id=rules["measure_id"],
        reporter=rules["jurisdiction"],
        what=rules["measure_title"],
        stated="in force",
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
    for name in ("what", "unit", "sources"):
        both[name] = both[f"{name}_now"].fillna(both[f"{name}_then"])
    texts = ["stated_then", "stated_now"]
    both[texts] = both[texts].fillna("")
    return both.reset_index(drop=True)


def _kind(row: dict[Any, Any]) -> str:
    """Return in one or two words what has happened to a thing."""
    figure = ("new", "withdrawn", "revised")
    new, gone, changed = _KINDS.get(row["table"], figure)
    if row["_merge"] == "right_only":
        return new
    if row["_merge"] == "left_only":
        return gone
    if changed == "revised" and not row["beyond"] > 0:
        return "refined"
    return changed


def with_surprise(changes: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Add how far each difference is from what was to be expected, and why.

    Parameters
    ----------
    changes
        What `differences` returns.
    now
        The later state.

    Returns
    -------
    `changes` plus `surprise`, in times of what is usual, and `why` (in words): a revision over what
    nine in ten have stayed below; an estimate of the year over half its interval, or one of a
    figure above or below all others held, its distance from them over the usual step of the
    series. NaN and "" where none of that is so.
    """
    surprising = pd.concat(
        [_large_revisions(changes), _moved(changes), _records(changes, now)]
    )
    surprising = surprising[["surprise", "why"]].astype({"surprise": float})
    changes = changes.join(surprising)
    return changes.assign(why=changes["why"].fillna("").astype("str"))


def _large_revisions(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the revisions that are larger than nine in ten of what is known of such."""
    revised = changes.query("kind == 'revised' and table == 'trade'")
    bases = every_base()
    of_all = record(bases).set_index("flow")["ninety"]
    own = bases.groupby("reporter")[[*bases]].apply(record).reset_index()
    own = own[own["n"] >= ENOUGH].set_index(["reporter", "flow"])
    usual = revised.join(own["ninety"], on=["reporter", "flow"])["ninety"]
    size = revised["change"].abs() / usual.fillna(revised["flow"].map(of_all))
    large = revised.assign(surprise=size)[size > 1]
    return large.assign(why="a revision larger than nine in ten")


def _moved(changes: pd.DataFrame) -> pd.DataFrame:
    """Return the estimates of a year that lie outside of the interval they had."""
    moved = changes.query("kind == 'estimate moved'")
    half = (moved["high_then"] - moved["low_then"]) / 2
    step = moved["value_now"] - moved["value_then"]
    size = step.abs() / half
    outside = moved.assign(surprise=size)[size > 1]
    return outside.assign(why="outside the interval of the estimate before")


def _records(changes: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Return new figures above, or below, all of their series of other periods that are held."""
    series = ["table", "id", "reporter", "partner", "flow", "length"]
    figures = now[now["table"].isin(["trade", "market_series"])]
    figures = figures.assign(length=figures["period"].map(_length))
    new = changes.query("kind == 'new'")
    new = new.assign(length=new["period"].map(_length)).reset_index(names="place")
    pairs = new.merge(
        figures[[*series, "period", *_FIGURE]], on=series, suffixes=("", "_of")
    )
    pairs = pairs.query("period_of != period").sort_values("period_of")
    others = pairs.groupby("place").agg(
        n=("value", "size"),
        most=("high", "max"),
        least=("low", "min"),
        step=("value", lambda values: values.diff().abs().median()),
    )
    records = new.set_index("place").join(others[others["n"] >= _ENOUGH_PERIODS])
    above = records["low_now"] - records["most"]
    below = records["least"] - records["high_now"]
    gap = above.where(above > 0, below)
    what = np.where(above > 0, "highest", "lowest")
    records = records.assign(surprise=gap / records["step"], what=what)[gap > 0]
    records["why"] = [
        f"the {row['what']} of {row['n'] + 1:.0f} "
        f"{'months' if row['length'] == 'monthly' else 'years'} held"
        for row in records.to_dict("records")
    ]
    return records


def _length(period: str) -> str:
    """Return what makes two periods alike: years, months, or sums to the same month."""
    try:
        read = parse_period(period)
    except ParameterError:
        return ""
    if read.frequency in ("annual", "monthly"):
        return read.frequency
    return f"to month {read.last_month}"


def as_clause(row: dict[Any, Any]) -> str:
    """Return what has happened to a thing as a clause: the figure, or before and after.

    Parameters
    ----------
    row
        Of what `ct.changes` returns.

    Examples
    --------
    >>> row = {"kind": "revised", "unit": "USD billion", "change": 0.0429, "was": "", "now": "",
    ...        "before": 5.762, "before_low": 5.762, "before_high": 5.762,
    ...        "after": 6.009, "after_low": 6.009, "after_high": 6.009}
    >>> as_clause(row)
    '$6.01 billion, was $5.76 billion (+4.3%)'
    """
    if is_missing(row["after"]) and is_missing(row["before"]):
        was = f", was {row['was']}" if row["now"] and row["was"] else ""
        return f"{row['now']}{was}"
    if is_missing(row["after"]):
        return f"was {_figure(row, 'before')}"
    if is_missing(row["before"]):
        return _figure(row, "after")
    change = Rounded.of(row, "after") / Rounded.of(row, "before") - 1
    now, before = _figure(row, "after"), _figure(row, "before")
    was = f", was {before}" if before != now else ""
    by = f"{change:+percent}"
    # A change that rounds to nothing is none to be told.
    return f"{now}{was} ({by})" if by.strip("+−0.%") else f"{now}{was}"


def _figure(row: dict[Any, Any], name: str) -> str:
    """Write a figure in its unit with the digits that its rounding bears."""
    number = Rounded.of(row, name)
    unit = row["unit"]
    if unit.endswith(" billion"):
        number = number * 1e9
        unit = unit.removesuffix(" billion")
    if unit in ("USD", "CNY", "EUR"):
        return f"{number:{unit.lower()}}"
    return f"{number:percent}" if unit == "fraction" else f"{number:count} {unit}"
