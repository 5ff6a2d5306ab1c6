"""Answers in words: the sentences of the policy report, computed from its frames.

They say what happened and what was in force, never what caused what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from catrade import formats, policy
from catrade.charts.market import millions
from catrade.charts.policy import THEME_NAMES, place_name
from catrade.dates import Day, as_day
from catrade.findings_nev_tables import STAGE_WORDS
from catrade.names import CENTRAL_ASIA
from catrade.numbers import format_percent
from catrade.policy import TaxRelief


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' if number != 1 else ''}"


def selection(jurisdiction: str, themes: Sequence[str]) -> str:
    """Say which events a report is about.

    Examples
    --------
    >>> selection("UZB", ["trade"]), selection("all", list(THEME_NAMES))
    ('Uzbekistan, on trade', 'China, Central Asia and their partners')
    """
    where = (
        "China, Central Asia and their partners"
        if jurisdiction == "all"
        else place_name(jurisdiction)
    )
    if set(themes) >= set(THEME_NAMES):
        return where
    return f"{where}, on {formats.join([THEME_NAMES[t].lower() for t in themes])}"


def scope(events: pd.DataFrame, jurisdiction: str, themes: Sequence[str]) -> str:
    """Say which events are shown and what kinds of stages they are."""
    if events.empty:
        return f"Shown: {selection(jurisdiction, themes)}; no event in these years."
    counts = events["stage"].value_counts()
    kinds = [f"{STAGE_WORDS[stage]} {counts[stage]}" for stage in STAGE_WORDS if stage in counts]
    where = events["jurisdiction"].value_counts()
    places = [f"{place_name(str(code))} {n}" for code, n in where.items()]
    return (
        f"Shown: {selection(jurisdiction, themes)}. By place: {formats.join(places)}. "
        f"By stage: {formats.join(kinds)}."
    )


def events_caption(start: int, end: int, jurisdiction: str, themes: Sequence[str]) -> str:
    """Name the table of events."""
    return f"Policy events from {start} to {end}: {selection(jurisdiction, themes)}"


def in_force_caption(day: Day) -> str:
    """Name the table of measures in force."""
    return f"Measures in force on {formats.date(as_day(day).isoformat())}"


def focus_interval(events: pd.DataFrame, focus: str) -> tuple[dt.date, dt.date] | None:
    """Return the days to shade, None without a focus."""
    return policy.focus_interval(events, focus) if focus else None


def focus(found: pd.DataFrame, day: Day, asked: str) -> str:
    """Say what was in force on the day in focus, or why there is none."""
    lead = "" if asked else "Without a focus the day is the report's own. "
    return lead + in_force_on(found, day)


def market_sources(*frames: pd.DataFrame) -> list[list[str]]:
    """Return the ids of the sources of loaded frames, one list a frame."""
    return [sorted(set(";".join(frame["source_id"]).split(";")) - {""}) for frame in frames]


def answer(
    events: pd.DataFrame,
    in_force: pd.DataFrame,
    relief: TaxRelief,
    shares: pd.DataFrame,
    *,
    day: Day,
    start: int,
    end: int,
) -> str:
    """Answer the question of `nev_policy_timeline` in a sentence or two.

    Parameters
    ----------
    events
        Events shown.
    in_force
        Result of `policy.policies_in_force` on `day`.
    relief
        Result of `policy.tax_relief_on` for `day`.
    shares
        Result of `market.nev_share`.
    day
        The day the report looks from.
    start, end
        First and last year.
    """
    if events.empty:
        return f"The tables hold no policy event for this selection from {start} to {end}."
    on = formats.date(as_day(day).isoformat())
    sure = int((in_force["status"] == "yes").sum())
    maybe = len(in_force) - sure
    perhaps = f" and perhaps {maybe} more" if maybe else ""
    text = (
        f"From {start} to {end} the tables hold {_count(len(events), 'event')} in "
        f"{_count(events['measure_id'].nunique(), 'measure')}; on {on} "
        f"{_count(sure, 'measure')}{perhaps} {'was' if sure == 1 else 'were'} in force"
    )
    about_tax = (events["measure_id"] == "purchase-tax").any() or (
        in_force["measure_id"] == "purchase-tax"
    ).any()
    text += f", and a buyer of an NEV in China {tax_words(relief)}." if about_tax else "."
    annual = shares[(shares["frequency"] == "annual") & shares["year"].between(start, end)]
    if len(annual) and about_tax:
        row = annual.iloc[-1]
        part = format_percent(row["share"], row["low"], row["high"])
        text += f" NEVs were {part} of car sales in {row['period']}."
    return text


def tax_words(relief: TaxRelief) -> str:
    """Say what a buyer pays, to follow "a buyer".

    Examples
    --------
    >>> tax_words(TaxRelief("half_to_cap", 0.5, 15000.0, "2026-01-01", "2027-12-31", ""))
    'had half the purchase tax waived, up to 15,000 yuan'
    """
    cap = f", up to {formats.fixed(relief.cap_cny, 0)} yuan" if relief.cap_cny else ""
    if relief.rule == "full_tax":
        return "paid the purchase tax in full"
    if relief.rule == "unknown":
        return "had relief from purchase tax by a rule that was not found"
    if relief.relief_share == 1:
        return f"had the whole purchase tax waived{cap}"
    return f"had half the purchase tax waived{cap}"


def relief_on(relief: TaxRelief, day: Day) -> str:
    """Say in one sentence what relief from purchase tax applied on a day."""
    on = formats.date(as_day(day).isoformat())
    since = f" (rule of {formats.date(relief.start)} to {formats.date(relief.end)})"
    return f"On {on} a buyer of an NEV in China {tax_words(relief)}{since if relief.start else ''}."


def in_force_on(found: pd.DataFrame, day: Day) -> str:
    """Say how many measures were in force on a day, by theme."""
    on = formats.date(as_day(day).isoformat())
    sure = found[found["status"] == "yes"]
    if found.empty:
        return f"The tables hold no measure of this selection in force on {on}."
    counts = sure["theme"].value_counts()
    listed = [f"{THEME_NAMES[t].lower()} {counts[t]}" for t in THEME_NAMES if t in counts]
    text = f"On {on} {_count(len(sure), 'measure')} {'was' if len(sure) == 1 else 'were'} in force"
    text += f": {formats.join(listed)}." if listed else "."
    maybe = found[found["status"] == "unknown"]
    if len(maybe):
        names = formats.join(list(maybe["measure_title"]))
        text += f" For {names} the sources do not settle it."
    pending = found[found["next_change"] != ""]
    if len(pending):
        row = pending.sort_values("next_change").iloc[0]
        text += (
            f" The next change already decided was that of {formats.date(row['next_change'])} "
            f"({row['measure_title']})."
        )
    return text


def sales(market: pd.DataFrame, growth: pd.DataFrame, start: int, end: int) -> str:
    """Say the newest yearly NEV sales and exports with their growth on the year before.

    Parameters
    ----------
    market
        Rows of `load_market` for China.
    growth
        Results of `market.growth_over_year`, one below the other.
    start, end
        First and last year.
    """
    parts = []
    for series, words in (("nev_sales", "NEV sales"), ("nev_exports", "NEV exports")):
        rows = market[(market["series"] == series) & (market["frequency"] == "annual")]
        rows = rows[rows["year"].between(start, end)].sort_values("year")
        if rows.empty:
            continue
        row = rows.iloc[-1]
        text = f"{words} were {millions(row)} in {row['period']}"
        grown = growth[(growth["series"] == series) & (growth["period"] == row["period"])]
        if len(grown):
            rate = grown.iloc[0]
            low, high = float(rate["growth_low"]), float(rate["growth_high"])
            if low > 0:
                text += f", up {format_percent(rate['growth'], low, high)}"
            elif high < 0:
                text += f", down {format_percent(-rate['growth'], -high, -low)}"
        parts.append(text)
    if not parts:
        return f"The tables hold no yearly figure of NEV sales from {start} to {end}."
    return f"{'; '.join(parts)}."


def neighbours(jurisdiction: str) -> tuple[str, ...]:
    """Return the countries whose imports of electric cars a report shows.

    Examples
    --------
    >>> neighbours("UZB"), neighbours("CHN")
    (('UZB',), ('KAZ', 'KGZ', 'UZB'))
    """
    return (jurisdiction,) if jurisdiction in CENTRAL_ASIA else ("KAZ", "KGZ", "UZB")


def share_check(shares: pd.DataFrame, start: int, end: int) -> str:
    """Say whether the computed NEV shares agree with the published ones."""
    rows = shares[shares["year"].between(start, end) & shares["agrees"].notna()]
    if rows.empty:
        return "No period has both a computed and a published NEV share to compare."
    agree = int(rows["agrees"].sum())
    if agree == len(rows):
        return (
            f"For all {len(rows)} periods that have both, the computed NEV share agrees with the "
            "published one within rounding."
        )
    apart = rows.loc[~rows["agrees"].astype(bool), "period"].map(formats.period)
    return (
        f"For {agree} of {len(rows)} periods the computed NEV share agrees with the published one; "
        f"it does not for {formats.join(list(apart))}."
    )


def january_meetings(conflicts: pd.DataFrame, sources: pd.DataFrame) -> str:
    """Say on which days meetings were held and which weekday their reports give.

    Parameters
    ----------
    conflicts
        Result of `policy.weekday_conflicts`.
    sources
        Rows of `load_sources`, for the names of those who report.
    """
    if conflicts.empty:
        return "No event of this selection has a weekday that a source reports wrongly."
    publisher = sources.set_index("source_id")["publisher"]
    parts = []
    for source, rows in conflicts.groupby("source_id", sort=False):
        told = [
            f"{r['weekday']} {formats.date(r['date'])} (it says {r['reported_weekday']})"
            for r in rows.drop_duplicates("date").to_dict("records")
        ]
        meetings = f"{len(rows)} meetings" if len(rows) > 1 else "a meeting"
        parts.append(f"{publisher.get(source, source)} reports {meetings} of {formats.join(told)}")
    offs = set(conflicts["days_off"])
    tail = " All weekdays reported are one day early." if offs == {-1} else ""
    return f"{'; '.join(parts)}.{tail}"


def central_asia(events: pd.DataFrame, market: pd.DataFrame) -> str:
    """Say what the tables hold on electric cars in Central Asia.

    Parameters
    ----------
    events
        Events shown.
    market
        Rows of `load_market` for Central Asian jurisdictions.
    """
    rules = events[events["jurisdiction"].isin(("KAZ", "KGZ", "TJK", "TKM", "UZB", "EAEU"))]
    imports = market[market["series"].isin(("ev_imports", "ev_and_hybrid_imports"))]
    text = (
        f"{_count(len(rules), 'event')} of the selection concern{'s' if len(rules) == 1 else ''} "
    )
    text += "rules and plants in Central Asia or the Eurasian Economic Union"
    if imports.empty:
        return f"{text}; no import figure was found for these years."
    facts = []
    for code, rows in imports.sort_values("year").groupby("jurisdiction"):
        row = rows.iloc[-1]
        kind = " with hybrids" if row["series"] == "ev_and_hybrid_imports" else ""
        facts.append(
            f"{place_name(str(code))} {millions(row)}{kind} in {formats.period(row['period'])}"
        )
    return f"{text}; newest import figures: {formats.join(facts)}."


def doubtful(events: pd.DataFrame) -> str:
    """Say how many events rest on weak sources, and which dates are not exact."""
    weak = int((events["quality"] != "ok").sum())
    vague = int((events["date_precision"] != "day").sum())
    single = int((~events["source_ids"].str.contains(";")).sum())
    return (
        f"Of {_count(len(events), 'event')}, {weak} rest on weak sources, {vague} are known only "
        f"to the month or year, and {single} have a single source."
    )


def recency(events: pd.DataFrame) -> str:
    """Say how far the tables reach."""
    if events.empty:
        return "The tables hold no event for this selection."
    row = events.sort_values(["first_day", "last_day"]).iloc[-1]
    return (
        f"The newest event is of {formats.date(row['date'])} ({row['title_en']}); what changed "
        "since is not in these tables, and a measure that is not in them was not found, which is "
        "not to say that there was none."
    )
