"""What the trade growth page says where words depend on what is known.

Every function takes frames or rows of this subject's calculations and returns text; no figure is
typed here. Sentences without branches stand in the notebook.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade.charts.words import amount
from catrade.names import GROUPS, in_sentence, name_of
from catrade.trade_growth.pair import BothSides, newest
from catrade.trade_growth.revisions import largest
from catrade.trade_growth.shares import NOT_ALLOCATED
from pagemill import formats
from pagemill.rounded import Rounded

__all__ = [
    "change",
    "counts",
    "covered",
    "flow_name",
    "gold",
    "gone",
    "in_dollars",
    "led",
    "level",
    "measure",
    "moved",
    "nothing",
    "other",
    "other_side",
    "remarks",
    "revised",
    "running",
    "running_title",
    "share",
    "signed",
    "subject",
    "weights",
    "who",
    "whole_year",
    "whose",
    "without",
]

#: How many countries are named in a region's sentence: those that moved most.
_NAMED = 3
#: Parts of a whole in words, and how far from them a ratio may be.
_PARTS = {1 / 4: "a quarter", 1 / 3: "a third", 1 / 2: "half", 2 / 3: "two thirds"}
_NEAR = 0.015
#: A flow that lost so much of a year before has no seasonal pattern left to go by.
_GONE = -0.8
#: From which multiple of its own share the share with China's exports makes the own one a floor.
_FLOOR = 1.5
_FLOWS = {"export": "exports", "import": "imports", "total": "trade"}
_WAYS = {"export": "to", "import": "from", "total": "with"}


def whose(reporter: str, partner: str) -> str:
    """Say whose statistics a page shows.

    Examples
    --------
    >>> whose("CHN", "KAZ"), whose("partner", "KAZ"), whose("partner", "CA4")
    ('China’s statistics', 'Kazakhstan’s statistics', 'the partners’ statistics')
    """
    if reporter == "CHN":
        return "China’s statistics"
    return "the partners’ statistics" if partner in GROUPS else f"{name_of(partner)}’s statistics"


def subject(reporter: str, partner: str, flow: str = "total") -> str:
    """Name what is counted, as a title begins.

    Examples
    --------
    >>> subject("CHN", "CA5"), subject("partner", "KAZ", "import"), subject("partner", "CA4")
    ('Trade with Central Asia', 'Kazakhstan’s imports from China', 'Trade with China')
    """
    what = f"{_FLOWS[flow]} {_WAYS[flow]}"
    if reporter == "CHN":
        return f"{what[0].upper()}{what[1:]} {name_of(partner)}"
    owner = "" if partner in GROUPS else f"{name_of(partner)}’s "
    text = f"{owner}{what} China"
    return f"{text[0].upper()}{text[1:]}"


def other(reporter: str, partner: str) -> str:
    """Name the other side, as it stands in a sentence."""
    return in_sentence(partner) if reporter == "CHN" else "China"


def who(reporter: str, partner: str) -> str:
    """Name whose figures are shown, as their owner."""
    if reporter == "CHN":
        return "China"
    return "the partners" if partner in GROUPS else name_of(partner)


def measure(years: pd.DataFrame, reporter: str, partner: str) -> str:
    """Say what is measured, for the line under a title."""
    services = years["coverage"].isin(["goods_and_services", "mixed"]).any()
    what = "Goods, exports with services," if services else "Goods"
    return f"{what} at current prices, $ billion, {whose(reporter, partner)}"


def counts(reporter: str, partner: str) -> str:
    """Return who counts, with the verb.

    Examples
    --------
    >>> counts("CHN", "KAZ"), counts("partner", "CA4")
    ('China counts', 'The four of the five that publish statistics count')
    """
    if reporter == "CHN":
        return "China counts"
    if partner in GROUPS:
        return "The four of the five that publish statistics count"
    return f"{name_of(partner)} counts"


def nothing(reporter: str, partner: str) -> str:
    """Say plainly that there is nothing to show, and what would be."""
    if reporter == "partner" and partner == "TKM":
        return (
            "Turkmenistan publishes no trade statistics of its own: only China’s can be shown, and "
            "none of the sources here says otherwise for these years."
        )
    return f"{subject(reporter, partner)}: no yearly total in these years by " + (
        f"{whose(reporter, partner)}."
    )


def change(row: Any) -> str:
    """Return growth of a year as the end of a sentence; empty where there is no rate.

    Examples
    --------
    >>> change({"growth": -0.056, "growth_low": -0.0561, "growth_high": -0.0559,
    ...         "base_period": "2024"})
    ', 5.6% less than in 2024'
    >>> change({"growth": 0.01, "growth_low": -0.01, "growth_high": 0.03, "base_period": "2024"})
    ', as much as in 2024 within rounding'
    """
    if formats.is_missing(row["growth"]):
        return ""
    rate, base = Rounded.of(row, "growth"), row["base_period"]
    if not _sure(row):
        return f", as much as in {base} within rounding"
    text = f", {_size(rate)} {'more' if rate.value > 0 else 'less'} than in {base}"
    return f"{text} (its own rate)" if row.get("base_revised") else text


def other_side(both: BothSides | None, *, reporter: str, partner: str) -> str:
    """Say what the other side counts, in the newest year both have."""
    if both is None:
        return "; Turkmenistan publishes no trade statistics of its own" if partner == "TKM" else ""
    own, china = f"{both.own:usd}", f"{both.china:usd}"
    if reporter != "CHN":
        they = "they" if partner in GROUPS else name_of(partner)
        return f"; of goods China counted {china} in {both.year}, {they} {own}"
    part = part_of(both.own.value / both.china.value)
    if partner in GROUPS:
        return (
            f"; the four of the five that publish statistics counted {own} in {both.year}, {part} "
            f"China’s figure for them ({china})"
        )
    return (
        f"; {name_of(partner)} itself counted {own} in {both.year}, {part} China’s figure for that "
        f"year ({china})"
    )


def part_of(ratio: float) -> str:
    """Return a ratio in words that go before a figure.

    Examples
    --------
    >>> part_of(0.246), part_of(0.59), part_of(1.004), part_of(1.31)
    ('a quarter of', '59% of', 'about as much as', '1.3 times')
    """
    for part, words in _PARTS.items():
        if abs(ratio - part) <= _NEAR:
            return f"{words} of"
    if abs(ratio - 1) <= _NEAR:
        return "about as much as"
    return f"{ratio:.1f} times" if ratio > 1 else f"{100 * ratio:.0f}% of"


def _newest(
    to_date: pd.DataFrame, partner: str, after: int
) -> tuple[dict[str, Any] | None, pd.DataFrame]:
    """Return the pair's newest total after a year, and how each part of it moved.

    Parts are a region's members with their flows, or a country's flows; `move` is the change on a
    year before, NaN where there is no base.
    """
    later = to_date[to_date["country"].eq(partner) & to_date["flow"].eq("total")]
    later = later[later["year"] > after]
    if later.empty:
        return None, to_date.iloc[:0].assign(move=0.0)
    total = later.iloc[-1].to_dict()
    others = to_date["country"].ne(partner) if partner in GROUPS else to_date["flow"].ne("total")
    rows = to_date[to_date["period"].eq(total["period"]) & others]
    return total, rows.assign(move=rows["value"] - rows["base"])


def _most(rows: pd.DataFrame) -> dict[str, Any] | None:
    """Return the flow that moved most; None where none can be said to have moved."""
    flows = rows[rows["flow"].isin(["export", "import"])].dropna(subset=["move", "growth"])
    place = int(flows["move"].abs().to_numpy().argmax()) if len(flows) else 0
    return flows.iloc[place].to_dict() if len(flows) else None


def running(
    to_date: pd.DataFrame, *, partner: str, after: int, currency: str = "CNY", who: str = "China"
) -> str:
    """Say what the newest January-to-month figure of a running year is, and what moved it.

    Parameters
    ----------
    to_date
        What `pair.within_year` returns of sums to date.
    partner
        Code of the country or region.
    after
        The last whole year: an older period is no news.
    currency, who
        Of the figures, and whose they are.

    Returns
    -------
    A sentence that begins with a space; empty if nothing newer than `after` is held.
    """
    total, rows = _newest(to_date, partner, after)
    if total is None:
        return ""
    what = amount(total, currency)
    start = f" In {formats.period(total['period'])} {who}’s figure"
    if formats.is_missing(total["growth"]):
        return f"{start} was {what}."
    start += (
        f" {moved(total)} to {what}"
        if _sure(total)
        else (f" was unchanged within rounding at {what}")
    )
    if partner in GROUPS:
        said = _moves(rows)
    else:
        known = {row["flow"]: signed(row) for row in rows.to_dict("records") if signed(row)}
        said = [f"{_FLOWS[flow]} {known[flow]}" for flow in ("export", "import") if flow in known]
    return f"{start}: {formats.join(said)}." if said else f"{start}."


def _moves(rows: pd.DataFrame) -> list[str]:
    """Name the countries whose totals moved most, and the flow that moved most of all."""
    totals = rows[rows["flow"] == "total"].dropna(subset=["move", "growth"])
    order = totals["move"].abs().sort_values(ascending=False, kind="stable").index
    most, said = _most(rows), []
    for row in totals.loc[order].head(_NAMED).to_dict("records"):
        text = f"{name_of(row['country'])} {signed(row)}"
        if most is not None and most["country"] == row["country"]:
            text += f" (China’s {_FLOWS[most['flow']]} {_WAYS[most['flow']]} it {signed(most)})"
        said.append(text)
    return said


def running_title(to_date: pd.DataFrame, *, reporter: str, partner: str, after: int) -> str:
    """Return the title of the chart of months: what moved most since a year before."""
    total, rows = _newest(to_date, partner, after)
    most = _most(rows)
    if total is None or most is None:
        return f"{subject(reporter, partner)} by month"
    when = formats.period(total["period"])
    if partner not in GROUPS:
        return f"{subject(reporter, partner, most['flow'])} {moved(most)} in {when}"
    totals = rows[rows["flow"] == "total"].dropna(subset=["move", "growth"]).sort_values("move")
    ends = totals.iloc[[-1, 0]].to_dict("records") if len(totals) > 1 else []
    said = [f"{name_of(row['country'])} {moved(row, ('up', 'down'))}" for row in ends]
    return f"{', '.join(said)} in {when}"


def without(to_date: pd.DataFrame, partner: str, after: int) -> str:
    """Say how a region's growth looks without the one flow that moved most.

    Parameters
    ----------
    to_date, partner, after
        As for `running`.
    """
    total, rows = _newest(to_date, partner, after)
    most = _most(rows)
    if partner not in GROUPS or total is None or most is None or rows["base"].isna().any():
        return ""
    rest = (total["value"] - most["value"]) / (total["base"] - most["base"]) - 1
    return (
        f"Without China’s {_FLOWS[most['flow']]} {_WAYS[most['flow']]} {name_of(most['country'])}, "
        f"trade with {in_sentence(partner)} {'rose' if rest > 0 else 'fell'} "
        f"{formats.percent(abs(rest))}."
    )


def gone(to_date: pd.DataFrame, partner: str, after: int, currency: str = "CNY") -> str:
    """Name China’s imports that all but ended, so that last year's months are no measure."""
    _, rows = _newest(to_date, partner, after)
    rows = rows[rows["flow"].eq("import") & (rows["growth"] < _GONE) & rows["reporter"].eq("CHN")]
    said = []
    for row in rows.to_dict("records"):
        names = {"value": "base", "low": "base_low", "high": "base_high"}
        before = amount({end: row[name] for end, name in names.items()}, currency)
        said.append(
            f"Imports from {name_of(row['country'])} fell from {before} to "
            f"{amount(row, currency)}, so a year ago’s months are no measure of this year’s."
        )
    return " ".join(said)


def in_dollars(to_date: pd.DataFrame, partner: str, after: int) -> str:
    """Say what of the running year is published in dollars, too.

    Parameters
    ----------
    to_date
        What `pair.within_year` returns of sums to date in dollars.
    """
    total, _ = _newest(to_date, partner, after)
    if total is None:
        return ""
    grown = f" ({signed(total)})" if signed(total) else ""
    when = formats.period(total["period"])
    return f"In dollars {when} came to {amount(total, 'USD')}{grown}."


def gold(facts: pd.DataFrame) -> str:
    """Say how much of China's imports from Kyrgyzstan was gold, as far as it is known."""
    if facts.empty:
        return ""
    row = facts.sort_values("period").iloc[-1]
    return (
        f"Of what China imported from Kyrgyzstan in {row['period']}, {100 * row['share']:.0f}% was "
        "gold, as RIA Novosti counted in customs data."
    )


def level(years: pd.DataFrame, *, reporter: str, partner: str) -> str:
    """Return the title of the chart of levels: a record, or the year that was higher."""
    flow = next((f for f in ("total", "export", "import") if newest(years, f) is not None), "total")
    row = newest(years, flow)
    name = subject(reporter, partner, flow)
    if row is None:
        return f"{name}: no figure"
    now, before = f"{Rounded.of(row):bn}", years[years["flow"].eq(flow)]
    before = before[before["year"] < row["year"]]
    if before.empty:
        return f"{name}: {now} in {row['year']}"
    if row["low_usd"] > before["high_usd"].max():
        return f"{name} reached a record {now} in {row['year']}"
    high = before.iloc[int(before["value_usd"].to_numpy().argmax())]
    return f"{name}: {now} in {row['year']}, {Rounded.of(high):bn} in {high['year']}"


def moved(row: Any, verbs: tuple[str, str] = ("rose", "fell")) -> str:
    """Return growth as a verb, `rose 12.1%`, or `did not move` where rounding leaves it open."""
    if not _sure(row):
        return "did not move"
    rate = Rounded.of(row, "growth")
    return f"{verbs[rate.value < 0]} {_size(rate)}"


def _sure(row: Any) -> bool:
    """Say whether growth is a rise or a fall for certain."""
    return bool(row["growth_low"] > 0 or row["growth_high"] < 0)


def signed(row: Any) -> str:
    """Return growth with its sign; empty where there is none."""
    return "" if formats.is_missing(row["growth"]) else f"{Rounded.of(row, 'growth'):+percent}"


def _size(rate: Rounded) -> str:
    if rate.value >= 0:
        return f"{rate:percent}"
    return f"{Rounded(-rate.value, -rate.high, -rate.low):percent}"


def whole_year(found: pd.DataFrame, currency: str) -> str:
    """Say where the running year may end by two ways, and by how much these missed before.

    Parameters
    ----------
    found
        The pair's row of `nowcast.nowcast`; without one nothing is said.
    """
    if found.empty:
        return ""
    row = found.iloc[0]
    ends = sorted(row[method] / 1e9 for method in ("ratio", "additive"))
    places = 0 if ends[0] >= 99.5 else 1
    low, high = (formats.fixed(end, places) for end in ends)
    unit, dollar = (" billion yuan", "") if currency == "CNY" else (" billion", "$")
    span = f"{dollar}{low}" if low == high else f"{dollar}{low} to {high}"
    text = f"If the months left follow last year’s, {row['year']} ends at {span}{unit}"
    errors = [abs(e) for m in ("ratio", "additive") for e in row[f"{m}_errors"].values()]
    if not errors:
        return f"{text}; no earlier year tests this."
    years = formats.join([str(year) for year in row["ratio_errors"]])
    return f"{text}; the same reckoning missed {years} by up to {formats.percent(max(errors))}."


def led(split: pd.DataFrame) -> str:
    """Return the title of the chart of contributions: who brought most of the newest growth."""
    if split.empty:
        return ""
    last = split[split["year"] == split["year"].max()]
    by = "country" if "country" in split.columns else "flow"
    total, named = last["contribution"].sum(), last[last[by] != NOT_ALLOCATED]
    year = last["year"].iloc[0]
    if named.empty:
        return f"Growth of {formats.percent(total)} in {year} cannot be split"
    rise = total >= 0
    named = named.sort_values("contribution", ascending=not rise)
    best = named.iloc[0]
    # Rounding may leave open who is first: then all who may be are named.
    first = named["contribution_high"] >= best["contribution_low"]
    first = first if rise else named["contribution_low"] <= best["contribution_high"]
    if first.sum() > 1:
        names = formats.join([flow_name(code) for code in named.loc[first, by]])
        return f"{names} {'added' if rise else 'took'} most in {year}"
    size = _size(Rounded.of(best, "contribution")).removesuffix("%")
    if rise:
        whole = formats.percent(total).removesuffix("%")
        return f"{flow_name(best[by])} added {size} of {whole} points of growth in {year}"
    return f"{flow_name(best[by])} took {size} points off in {year}"


def flow_name(code: str) -> str:
    """Return what a part of a total is called at the beginning of a title."""
    return {"export": "Exports", "import": "Imports"}.get(code) or name_of(code)


def share(row: Any) -> str:
    """Return a share in per cent."""
    return f"{Rounded.of(row, 'share'):percent}"


def weights(shares: pd.DataFrame, partner: str) -> str:
    """Return the title of the chart of shares in both directions."""
    if shares.empty:
        return ""
    last = shares.sort_values("year").groupby(["country", "reporter"]).tail(1)
    own, china = last[last["reporter"] != "CHN"], last[last["reporter"] == "CHN"]
    name = in_sentence(partner)
    theirs = f"{name} {share(china.iloc[-1])} of China’s" if len(china) else ""
    if own.empty:
        return f"{name_of(partner)} is {theirs.split(' ', 1)[1]} trade" if theirs else ""
    if partner in GROUPS and len(own) == 1:
        return f"China is {share(own.iloc[0])} of {name_of(own['country'].iloc[0])}’s trade"
    if len(own) > 1:
        low, high = (share(own.loc[own["share"].agg(end)]) for end in ("idxmin", "idxmax"))
        return f"China is {low} to {high} of its partners’ trade"
    text = f"China is {share(own.iloc[0])} of {name}’s trade"
    return f"{text}, {theirs}" if theirs else text


def floor(shares: pd.DataFrame, partner: str) -> str:
    """Say where a country's own share is a floor, and where services are counted."""
    own = shares[(shares["reporter"] != "CHN") & (shares["country"] == partner)]
    if own.empty:
        return ""
    row = own.sort_values("year").iloc[-1]
    said = []
    if row["mirror_share"] > _FLOOR * row["share"]:
        said.append(
            f"China’s {share(row)} of {name_of(partner)}’s trade in {row['year']} is a floor: with "
            "China’s figure for its exports in the place of the imports recorded it would be "
            f"{formats.percent(row['mirror_share'])}."
        )
    if row["coverage"] != "goods":
        said.append(
            "Exports are counted with services, in the trade with China and with the world alike."
        )
    return " ".join(said)


def remarks(years: pd.DataFrame, rows: pd.DataFrame, *, partner: str) -> str:
    """Say what the newest total stands beside: doubts, services, a revised base, who is left out.

    Parameters
    ----------
    years
        What `pair.yearly` returns.
    rows
        The published rows behind them, for the reason why a figure is doubtful.
    """
    last = newest(years)
    if last is None:
        return ""
    said = []
    if last["quality"] != "ok":
        used = rows["source_id"].isin(last["source_ids"].split(";"))
        used &= (rows["quality"] == "doubtful") & (rows["period"] == last["period"])
        reasons = formats.join(list(rows.loc[used, "quality_reason"].unique()))
        said.append(f"The total of {last['period']} is doubtful: {reasons}.")
    if last["coverage"] != "goods":
        said.append(f"The total of {last['period']} counts services too, as China’s does not.")
    if last["base_revised"]:
        said.append(
            f"Growth is the publisher’s own: the figure found for {last['base_period']} has not "
            f"been revised yet and would give {formats.percent(last['growth_computed'])}."
        )
    if partner == "CA4":
        said.append("Turkmenistan, which publishes no trade statistics, is not in it.")
    begun = sorted({int(year) for year in years.loc[years["begins"], "year"]})
    if begun:
        when = formats.join([str(year) for year in begun])
        said.append(
            f"A line breaks where another statistic begins ({when}): the office’s and the data "
            "base’s figures differ there, or count other things."
        )
    return " ".join(said)


def covered(known: pd.DataFrame) -> str:
    """Return the title of the grid of what exists."""
    published = known["status"].isin(["reported", "converted", "zero"]).sum()
    return f"{published} of {len(known)} yearly figures are published"


def revised(found: pd.DataFrame, *, annual: bool = True) -> str:
    """Say that intervals are rounding only, and what revisions of such figures have been."""
    size = largest(found, annual=annual)
    kind = "yearly figures" if annual else "January-to-month figures"
    if size < 0.0005:
        return f"Whiskers are rounding only; no revision of these {kind} is known here."
    return (
        f"Whiskers are rounding only; past revisions of these {kind} were up to "
        f"{formats.percent(size)}."
    )
