"""What the policy pages say where a sentence has branches; all others stand in the notebooks.

They set figures and rules side by side and claim no cause.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from catrade.calc.changes import peak_between
from catrade.calc.events import THEME_NAMES, weekday_conflicts
from catrade.calc.market import compared, figure, newest
from catrade.calc.relief import SCHEMES, TaxRelief
from catrade.tables.names import in_sentence
from catrade.words import told
from rounding import formats, numbers
from rounding.rounded import Rounded


def place(code: str) -> str:
    """Return the name of a jurisdiction inside a sentence.

    Examples
    --------
    >>> place("EAEU"), place("UZB")
    ('the Eurasian Economic Union', 'Uzbekistan')
    """
    unions = {"EAEU": "the Eurasian Economic Union", "EU": "the EU"}
    return unions.get(code) or in_sentence(code)


def by_place(jurisdictions: pd.Series[str]) -> str:
    """Say how many of some rules or events are whose, the most first.

    Examples
    --------
    >>> by_place(pd.Series(["CHN", "EU", "CHN"]))
    'China 2 and the EU 1'
    """
    counts = jurisdictions.astype(str).value_counts()
    counts = counts.sort_index().sort_values(ascending=False, kind="stable")
    named = zip(counts.index, counts, strict=True)
    return formats.join([f"{place(code)} {number}" for code, number in named])


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
    return (
        f"{where}, on {formats.join([THEME_NAMES[theme].lower() for theme in themes])}"
    )


def count(cars: Rounded) -> str:
    """Write a number of vehicles with the digits its rounding bears.

    Examples
    --------
    >>> count(Rounded(2355000, 2354500, 2355500)), count(Rounded(8159, 8158.5, 8159.5))
    ('2.36 million', '8,159')
    >>> count(Rounded(22400, 22400, 22500, "floor"))
    'over 22,400'
    """
    word = {"floor": "over ", "ceiling": "under "}.get(cars.rounding, "")
    if cars.value < 1e6:
        return word + formats.fixed(cars.value, 0)
    value, low, high = (number / 1e6 for number in (cars.value, cars.low, cars.high))
    return f"{word}{numbers.text(value, numbers.digits(value, low, high) or 0)} million"


def moved(rate: Rounded) -> str:
    """Say a rate of change.

    Examples
    --------
    >>> moved(Rounded(0.073, 0.0729, 0.0731)), moved(Rounded(-0.07, -0.075, -0.065))
    ('up 7.3%', 'down 7%')
    >>> moved(Rounded(0.0, -0.1, 0.1))
    'little changed'
    """
    if rate.low < 0 < rate.high:
        return "little changed"
    return f"up {rate:percent}" if rate.value >= 0 else f"down {rate * -1:percent}"


def police(market: pd.DataFrame, period: str) -> str:
    """Say how many new NEVs the police register counts in a period, "" if that is not known.

    Parameters
    ----------
    market
        Rows of `load_market` for China.
    period
        Such as `2026-6M`.
    """
    now, before = compared(market, "nev_registrations", period)
    if not now or not before:
        return ""
    text = (
        f" The police register counts {count(now)} new NEVs, {moved(now / before - 1)}"
    )
    part, ago = compared(market, "nev_share_of_registrations", period)
    if part and ago:
        text += f": {part:percent} of all new cars, after {ago:percent}"
    return f"{text}."


def buyer(tax: TaxRelief, paid: pd.DataFrame, day: dt.date) -> str:
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
        text += f", and got {row['terms']}"
        text += f"{comma} {scheme.removeprefix('Bonus ')}" if scheme else ""
        if row["lesser"]:
            text += f" ({row['lesser']}, for trading it in)"
    ended = subsidy_ended(paid)
    return (
        f"{text}; the subsidy for every buyer ended in {ended}."
        if ended
        else f"{text}."
    )


def subsidy_ended(paid: pd.DataFrame) -> int | None:
    """Return the last year of the subsidy for every buyer, None while it went on or before it."""
    none = paid[
        paid["scheme"].eq(SCHEMES["purchase_subsidy"]) & (paid["amount_cny"] == 0)
    ]
    return int(none["year"].min()) - 1 if len(none) else None


def begun(found: pd.DataFrame) -> str:
    """Say how many rules had begun and are not known to have ended, and of how many none is set.

    Parameters
    ----------
    found
        Result of `policy.policies_in_force`.
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
    first, last = (
        f"{formats.fixed(known['amount_cny'].iloc[at], 0)} yuan" for at in (0, -1)
    )
    if "Bonus" not in known["scheme"].iloc[-1]:
        return (
            f"The highest subsidy: {first}, later {last}"
            if first != last
            else f"Up to {last} a car"
        )
    if ended := subsidy_ended(paid):
        return f"The subsidy ended in {ended}; a scrapping bonus remains"
    return f"Scrapping an old car brings up to {last}"


def central_asia(
    countries: Sequence[str],
    bought: pd.DataFrame,
    market: pd.DataFrame,
    rules: pd.DataFrame,
    single: pd.DataFrame | None = None,
) -> str:
    """Say in up to three sentences what the page means for countries of Central Asia.

    Parameters
    ----------
    countries
        Their codes.
    bought
        Rows of `load_composition` from China to them in HS chapter 87, in their own statistics.
    market
        Rows of `load_market` for them.
    rules
        Rules in force with those on China's exports, a result of `policy.policies_in_force`.
    single
        Rows of `load_highlights` of battery cars they bought in China, in dollars: told of a
        country that prints no number of electric cars.

    Examples
    --------
    >>> from catrade.tables.policy import load_market
    >>> none = load_market(jurisdiction=[])
    >>> cars = load_market("ev_imports", "KAZ", frequency="annual")
    >>> none_bought = pd.DataFrame(columns=["importer", "year"])
    >>> rules = pd.DataFrame(columns=["measure_id", "since"])
    >>> central_asia(["KAZ"], none_bought, cars, rules)
    'By national figures Kazakhstan imported 16,108 electric cars in 2025.'
    """
    whose = "its own" if len(countries) == 1 else "their own"
    vehicles = [
        *filter(None, (_vehicles(bought[bought["importer"] == c]) for c in countries))
    ]
    near = [market[market["jurisdiction"] == code] for code in countries]
    cars = [*filter(None, map(_electric_cars, near))]
    counted = set(market.loc[market["series"] == "ev_imports", "jurisdiction"])
    if single is not None:
        rest = single[~single["importer"].isin(counted)].sort_values("year")
        cars += [
            f"{in_sentence(row['importer'])} bought battery cars of {_dollars(row)} from China in"
            f" {row['year']}"
            for row in rest.drop_duplicates("importer", keep="last").to_dict("records")
        ]
    licence = rules.loc[rules["measure_id"] == "bev-export-licence", "since"]
    limits = [
        f"China has licensed exports of battery cars since {formats.date(d)}"
        for d in licence
    ]
    sentences = [
        f"By {whose} statistics road vehicles and parts were {formats.join(vehicles)}"
        if vehicles
        else "",
        f"By national figures {formats.join(cars)}" if cars else "",
        "; ".join(filter(None, [*limits, *map(_duty_free, near)])),
    ]
    return " ".join(f"{text}." for text in sentences if text)


def _dollars(row: Mapping[Any, Any]) -> str:
    return f"{told(row['value']):usd}"


def _vehicles(rows: pd.DataFrame) -> str:
    if rows.empty:
        return ""
    rows = rows.sort_values("year")
    last, first = rows.iloc[-1], rows.iloc[0]
    part, before = (Rounded.of(row, "share") for row in (last, first))
    then = f"; {before:percent} in {first['year']}" if len(rows) > 1 else ""
    if peak := peak_between(rows.set_index("year")["share"]):
        most = Rounded.of(rows.set_index("year").loc[peak], "share")
        then += f", {most:percent} in {peak}"
    return (
        f"{part:percent} of what {in_sentence(last['importer'])} bought from China in "
        f"{last['year']} ({Rounded.of(last):usd}{then})"
    )


def _electric_cars(rows: pd.DataFrame) -> str:
    year = newest(rows, "ev_imports", "annual")
    cars = figure(rows, "ev_imports", year)
    if cars is None:
        return ""
    text = f"{in_sentence(rows['jurisdiction'].iloc[0])} imported {count(cars)} electric cars in "
    text += year
    if part := figure(rows, "ev_share_of_car_imports", year):
        text += f", {part:percent} of all its imported cars"
    months = newest(rows, "ev_imports_from_chn", "ytd")
    mine, all_of = (
        figure(rows, f"ev_imports{tail}", months) for tail in ("_from_chn", "")
    )
    if mine and all_of and months.startswith(year):
        text += f" ({mine / all_of:percent} from China in {formats.period(months)})"
    return text


def _duty_free(rows: pd.DataFrame) -> str:
    year = newest(rows, "ev_duty_free_quota", "annual")
    quota, before = compared(rows, "ev_duty_free_quota", year) if year else (None, None)
    if quota is None:
        return ""
    quotas = f"a duty-free quota of {count(quota)} electric cars"
    after = (
        f", after one of {count(before)}"
        if before and before.value != quota.value
        else ""
    )
    where = in_sentence(rows["jurisdiction"].iloc[0])
    has = quotas if quota.value else "no duty-free quota for them"
    return f"{where} has {has} in {year}{after}"


def weekdays(events: pd.DataFrame, sources: pd.DataFrame) -> str:
    """Say in one footnote which weekdays do not fit the dates on record, "" if all do.

    Parameters
    ----------
    events
        Rows of `load_policy_events()`.
    sources
        Rows of `load_sources`, for the names of those who report.
    """
    conflicts = weekday_conflicts(events)
    publisher = sources.set_index("source_id")["publisher"]
    parts = []
    for source, rows in conflicts.groupby("source_id", sort=False):
        told = [
            f"{row['weekday']} {formats.date(row['date'])} ({row['reported_weekday']})"
            for row in rows.drop_duplicates("date").to_dict("records")
        ]
        parts.append(f"{publisher.get(source, source)} for {formats.join(told)}")
    if not parts:
        return ""
    return f"Another weekday than the date has is given by {'; by '.join(parts)}."
