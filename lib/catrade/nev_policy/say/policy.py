"""Answers in words: the sentences of the policy report, computed from its frames.

They say what happened and what was in force, never what caused what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pandas as pd

from catrade.dates import Day, as_day, date_interval
from catrade.names import CENTRAL_ASIA
from catrade.nev_policy import policy
from catrade.nev_policy.charts.market import millions
from catrade.nev_policy.charts.timeline import THEME_NAMES, place_name
from catrade.nev_policy.policy import TaxRelief
from catrade.nev_policy.say import market as cars
from catrade.nev_policy.say.tables import STAGE_WORDS
from pagemill import formats
from pagemill.periods import parse_period


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
    on = formats.date(as_day(day).isoformat())
    return f"Measures that had begun by {on} and were not known to have ended"


def focus_interval(events: pd.DataFrame, focus: str) -> tuple[dt.date, dt.date] | None:
    """Return the days to shade, None without a focus."""
    return policy.focus_interval(events, focus) if focus else None


def market_sources(*frames: pd.DataFrame) -> list[list[str]]:
    """Return the ids of the sources of loaded frames, one list a frame."""
    return [sorted(set(";".join(frame["source_id"]).split(";")) - {""}) for frame in frames]


def answer(
    events: pd.DataFrame,
    in_force: pd.DataFrame,
    relief: TaxRelief,
    market: pd.DataFrame,
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
    market
        Rows of `load_market` for China.
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
    said = [
        f"From {start} to {end} the tables hold {_count(len(events), 'event')} in "
        f"{_count(events['measure_id'].nunique(), 'measure')}.",
        f"On {on} {begun(in_force)}.",
    ]
    ids = pd.concat([events["measure_id"], in_force["measure_id"]])
    if (ids == "purchase-tax").any():
        said += [
            f"A buyer of an NEV in China then {tax_words(relief)}.",
            cars.last_year(shares, start, end),
            cars.running_year(market, shares, end),
        ]
    return " ".join(filter(None, said))


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


def begun(found: pd.DataFrame) -> str:
    """Say how many rules had begun and are not known to have ended, and of how many none is set.

    Parameters
    ----------
    found
        Result of `policy.policies_in_force`.
    """
    sure = found[found["status"] == "yes"]
    were = "was" if len(sure) == 1 else "were"
    text = f"{_count(len(sure), 'measure')} had begun and {were} not known to have ended"
    open_ended = int((sure["until"] == "").sum())
    text += f" ({open_ended} without a set end)" if open_ended else ""
    maybe = int((found["status"] == "unknown").sum())
    return text + (f"; for {maybe} more the sources leave it open" if maybe else "")


def in_force_on(found: pd.DataFrame, day: Day) -> str:
    """Say how many measures had begun by a day and are not known to have ended, by theme."""
    on = formats.date(as_day(day).isoformat())
    if found.empty:
        return f"The tables hold no measure of this selection in force on {on}."
    sure, maybe = (found[found["status"] == status] for status in ("yes", "unknown"))
    counts = sure["theme"].value_counts()
    listed = [f"{THEME_NAMES[t].lower()} {counts[t]}" for t in THEME_NAMES if t in counts]
    text = f"On {on} {begun(sure)}" + (f": {formats.join(listed)}." if listed else ".")
    if len(maybe):
        late = maybe["since"].map(lambda since: date_interval(since)[1] > as_day(day))
        told = []
        for rows, words in ((maybe[~late], "still applied"), (maybe[late], "had begun by then")):
            if len(rows):
                names = formats.join([_named(title) for title in rows["measure_title"]])
                told.append(f"whether {names} {words}")
        unclear = formats.join(told)
        text += f" {unclear[:1].upper()}{unclear[1:]} is unclear from the sources."
    pending = found[found["next_change"] != ""]
    if len(pending):
        row = pending.sort_values("next_change").iloc[0]
        text += (
            f" The next change already decided was that of {formats.date(row['next_change'])} "
            f"({row['measure_title']})."
        )
    return text


def _named(title: str) -> str:
    """Return a measure's title inside a sentence: the rule on NEVs, the EAEU quotas."""
    plain = title[1:2].islower()
    return f"the {title[:1].lower() + title[1:] if plain else title}"


def neighbours(jurisdiction: str) -> tuple[str, ...]:
    """Return the countries whose imports of electric cars a report shows.

    Examples
    --------
    >>> neighbours("UZB"), neighbours("CHN")
    (('UZB',), ('KAZ', 'KGZ', 'UZB'))
    """
    return (jurisdiction,) if jurisdiction in CENTRAL_ASIA else ("KAZ", "KGZ", "UZB")


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
    last = imports["period"].map(
        lambda text: (parse_period(text).year, parse_period(text).last_month)
    )
    for code, rows in imports.iloc[last.argsort(kind="stable")].groupby("jurisdiction"):
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
