"""What the policy pages say where a sentence has branches; all others stand in the notebooks.

They set figures and rules side by side and claim no cause.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from catrade.calc.relief import SCHEMES
from catrade.pages.nev_policy.events import THEME_NAMES, weekday_conflicts
from catrade.tables.names import in_sentence
from catrade.tables.trade import load_sources
from rounding import formats

_UNIONS = {"EAEU": "the Eurasian Economic Union", "EU": "the EU"}


def by_place(jurisdictions: pd.Series[str]) -> str:
    """Say how many of some rules or events are whose, the most first.

    Examples
    --------
    >>> by_place(pd.Series(["CHN", "EU", "CHN"]))
    'China 2 and the EU 1'
    """
    counts = jurisdictions.astype(str).value_counts()
    counts = counts.sort_index().sort_values(ascending=False, kind="stable")
    parts = [
        f"{_UNIONS.get(code) or in_sentence(code)} {number}"
        for code, number in zip(counts.index, counts, strict=True)
    ]
    return formats.join(parts)


def selection(events: pd.DataFrame, themes: tuple[str, ...]) -> str:
    """Say whose events a page has, and on what.

    Examples
    --------
    >>> events = pd.DataFrame({"jurisdiction": ["UZB", "UZB"]})
    >>> selection(events, ("trade",)), selection(events, tuple(THEME_NAMES))
    ('Uzbekistan 2, on trade', 'Uzbekistan 2')
    """
    where = by_place(events["jurisdiction"]) or "none"
    if set(themes) >= set(THEME_NAMES):
        return where
    names = formats.join([THEME_NAMES[theme].lower() for theme in themes])
    return f"{where}, on {names}"


def buyer(tax: str, paid: pd.DataFrame, day: dt.date) -> str:
    """Say what a buyer of an NEV in China got on a day.

    Parameters
    ----------
    tax
        Result of `relief.tax_relief_on` that day.
    paid
        Result of `relief.highest_support` up to the year of the day.
    day
        The day.
    """
    text = f"On {formats.date(day.isoformat())} a buyer had {tax}"
    now = paid[(paid["year"] == day.year) & (paid["amount_cny"] > 0)]
    for row in now.to_dict("records"):
        scheme = row["scheme"].removeprefix("Subsidy for every buyer")
        comma = "," if "price" in row["terms"] else ""
        what = f"{comma} {scheme.removeprefix('Bonus ')}" if scheme else ""
        less = f" ({row['lesser']}, for trading it in)" if row["lesser"] else ""
        text += f", and got {row['terms']}{what}{less}"
    ended = subsidy_ended(paid)
    text += f"; the subsidy for every buyer ended in {ended}" if ended else ""
    return f"{text}."


def subsidy_ended(paid: pd.DataFrame) -> int | None:
    """Return the last year of the subsidy for every buyer, None while it went on or before it."""
    over = paid["scheme"].eq(SCHEMES["purchase_subsidy"]) & (paid["amount_cny"] == 0)
    return int(paid.loc[over, "year"].min()) - 1 if over.any() else None


def begun(found: pd.DataFrame) -> str:
    """Say how many rules had begun and are not known to have ended, and of how many none is set.

    Parameters
    ----------
    found
        Result of `ct.in_force`.
    """
    sure = found[found["status"] == "yes"]
    rules = "1 rule" if len(sure) == 1 else f"{len(sure)} rules"
    were = "was" if len(sure) == 1 else "were"
    text = f"{rules} had begun and {were} not known to have ended"
    if len(sure["jurisdiction"].drop_duplicates()) > 1:
        text += f" ({by_place(sure['jurisdiction'])})"
    unset = int((sure["until"] == "").sum())
    text += f", {unset} of them without a set end" if unset and len(sure) > 1 else ""
    maybe = len(found) - len(sure)
    return text + (f"; for {maybe} more the sources leave it open" if maybe else "")


def landmarks_title(marked: pd.DataFrame, end: int) -> str:
    """Name the figure of landmarks by how many of them are of the last three years.

    Parameters
    ----------
    marked
        Result of `events.landmarks`.
    end
        Last year.

    Examples
    --------
    >>> landmarks_title(pd.DataFrame({"date": pd.to_datetime(["2014-09-01", "2026-01-01"])}), 2026)
    '1 of 2 landmarks since 2024'
    """
    recent = int((marked["date"].dt.year >= end - 2).sum())
    if recent in (0, len(marked)):
        first, last = marked["date"].dt.year.min(), marked["date"].dt.year.max()
        years = f"in {first}" if first == last else f"from {first} to {last}"
        return f"{len(marked)} landmark{'s' if len(marked) > 1 else ''} {years}"
    return f"{recent} of {len(marked)} landmarks since {end - 2}"


def buyer_title(paid: pd.DataFrame) -> str:
    """Name the figure of what a buyer gets by what it shows.

    Parameters
    ----------
    paid
        Result of `relief.highest_support`.
    """
    known = paid[paid["amount_cny"] > 0]
    if known.empty:
        return "No buyer is paid for an electric car"
    first, last = [
        f"{formats.fixed(known['amount_cny'].iloc[at], 0)} yuan" for at in (0, -1)
    ]
    if "Bonus" in known["scheme"].iloc[-1]:
        if ended := subsidy_ended(paid):
            return f"The subsidy ended in {ended}; a scrapping bonus remains"
        return f"Scrapping an old car brings up to {last}"
    if first == last:
        return f"Up to {last} a car"
    return f"The highest subsidy: {first}, later {last}"


def weekdays(events: pd.DataFrame) -> str:
    """Say in one footnote which weekdays do not fit the dates on record, "" if all do.

    Parameters
    ----------
    events
        Rows of `ct.policies(…, full=True)`.
    """
    publisher = load_sources().set_index("source_id")["publisher"]
    parts = []
    for source, rows in weekday_conflicts(events).groupby("source_id", sort=False):
        days = [
            f"{row['weekday']} {formats.date(row['when'])} ({row['reported_weekday']})"
            for row in rows.drop_duplicates("when").to_dict("records")
        ]
        parts.append(f"{publisher.get(source, source)} for {formats.join(days)}")
    if not parts:
        return ""
    return f"Another weekday than the date has is given by {'; by '.join(parts)}."
