"""Chinese electric cars in Central Asia: what the notebook takes out of the tables.

Three counts, never set beside each other: cars that the importers counted, dollars and tonnes in
their customs statistics, and dollars in Ember's groups of China's exports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade_build.calc.market import (
    figure,
    newest_period,
    newest_sum,
    since_january,
    to_date,
)
from catrade_build.cells.frames import join_ids
from catrade_build.tables.goods import load_highlights
from catrade_build.tables.names import in_sentence, name_of, names_of
from catrade_build.tables.policy import load_market
from catrade_build.words import NUMBERS, capital, dollars, exact, times
from rounding.formats import date, period
from rounding.rounded import Rounded
from rounding.told import Row, Unknown, either, newest, told
from rounding.told import rows as rows_of

#: What the notebook takes from here that is made elsewhere.
__all__ = ["date", "load_market", "newest_sum"]

#: What is counted as an electric car, by the code of the Harmonized System.
CARS = {
    "8703.80": "Battery cars",
    "8703.60": "Plug-in hybrids",
    "8702.40": "Electric buses",
}
#: Groups of China's exports that the page shows, as Ember names them.
KINDS = {"ev": "Electric vehicles", "battery": "Batteries", "solar": "Solar"}
#: Rules and plants that are marked beside the months, by the id of their event.
MARKS = {
    "2022-eaeu-ev-quotas": "Duty-free quotas",
    "2022-tjk-ev-programme": "Tajik programme",
    "2024-byd-uzb-production-launch": "BYD starts",
    "2024-rus-eaeu-car-difference": "Russian rule on cars",
    "2025-uzb-recycling-fee-in-force": "Uzbek fee raised",
    "2025-kgz-quota-exhausted": "Kyrgyz quota used up",
    "2026-kaz-no-quota": "No Kazakh quota",
}
#: What names a row of the countries' counts, and a series of what they imported.
_YEAR = ["jurisdiction", "year"]
_SERIES = ["partner", "kind"]
#: Sums of less, a million dollars, are not set beside each other: a few cars make a rate of them.
_LEAST_BN = 0.001
#: A doubtful part of more than this carries no headline.


# --- cars counted ---------------------------------------------------------------------------------


def counts_of(partners: Sequence[str], start: int, end: int) -> pd.DataFrame:
    """Return what countries count of electric cars: number, dollars and quotas."""
    rows = load_market(None, partners, start, end)
    rows = rows[rows["series"].str.startswith("ev_")]
    name = rows["jurisdiction"].map(name_of)
    return rows.assign(partner_name=name, what=name + ", electric cars")


def cars_counted(counts: pd.DataFrame, quotas: pd.DataFrame) -> pd.DataFrame:
    """Return the electric cars each country imported from anywhere: a row a country and year.

    Most first, without a value where no year was counted; `before` is the number of the year
    before, `text` the number with the quota.
    """
    rows = counts.query("series == 'ev_imports' and frequency == 'annual'")
    rows = rows.sort_values(["quality", "precision"], ascending=[False, True])
    rows = rows.query("quality != 'rejected'").drop_duplicates(_YEAR)
    year = rows["year"]
    years = range(year.min(), year.max() + 1) if len(rows) else []
    countries = rows["jurisdiction"].unique()
    every = pd.MultiIndex.from_product([countries, years], names=_YEAR)
    rows = rows.set_index(_YEAR).reindex(every)
    of_country = rows.groupby("jurisdiction")["value"]
    rows = rows.assign(before=of_country.shift(), last=of_country.transform("last"))
    quota = quotas.query("value > 0").set_index(_YEAR)["value"].rename("quota")
    rows = rows.join(quota).reset_index()
    rows["partner_name"] = rows["jurisdiction"].map(name_of)
    rows["text"] = [
        either(
            f"{row.value:count} (duty-free quota {row.quota:,.0f})",
            f"{row.value:count}",
        )
        for row in rows_of(rows)
    ]
    rows["sources"] = rows["sources"].fillna("")
    return rows.sort_values(["last", "year"], ascending=[False, True])


def newest_counts(yearly: pd.DataFrame) -> list[Row]:
    """Return the countries that counted their cars of the newest year, most first."""
    held = yearly.dropna(subset="value")
    return rows_of(held.query("year == year.max()"))


def in_numbers(yearly: pd.DataFrame) -> str:
    """Say how many electric cars countries imported in the newest year, the first before it too."""
    rows = newest_counts(yearly)
    if not rows:
        return ""
    first = rows[0]
    text = f"{in_sentence(first.jurisdiction)} counts {first.value:count} imported electric cars"
    text = either(
        f"{text} in {first.year} (a year before {first.before:,.0f})",
        f"{text} in {first.year}",
    )
    others = [f"{in_sentence(row.jurisdiction)} {row.value:count}" for row in rows[1:]]
    return f"{', '.join([text, *others])}."


def of_all_cars(counts: pd.DataFrame) -> str:
    """Say which share electric cars are of a country's imported cars, and which China has of them.

    Examples
    --------
    >>> of_all_cars(load_market(jurisdiction="KAZ"))
    ''
    """
    parts = []
    for code, rows in counts.groupby("jurisdiction"):
        year = newest_period(rows, "ev_share_of_car_imports", "annual")
        share = figure(rows, "ev_share_of_car_imports", year)
        parts.append(
            f"Of the cars that {in_sentence(str(code))} imported in {year}, {share:percent} were"
            " electric."
        )
        months = newest_period(rows, "ev_imports_from_chn", "ytd")
        whole = figure(rows, "ev_imports", months)
        of_china = figure(rows, "ev_imports_from_chn", months) / whole
        if months[:4] >= year:
            parts.append(
                f"In {period(months or None)}, {of_china:percent} of these were from China."
            )
    return told(*parts)


# --- what they cost -------------------------------------------------------------------------------


def imported(partners: Sequence[str], start: int, end: int) -> pd.DataFrame:
    """Return what countries bought from China by their own statistics: a row a kind and year."""
    rows = load_highlights("CHN", [*partners], "vehicles", start, end)
    code = rows["item"].str.extract(r"^[^,]+, HS (?P<code>\S+) \(")
    name = rows["importer"].map(name_of)
    kind = code["code"].map(CARS)
    rows = code.join(rows).assign(
        jurisdiction=rows["importer"],
        partner=rows["importer"],
        partner_name=name,
        kind=kind,
        value_bn=rows["value"] / 1e9,
        tonnes=rows["net_weight_t"],
        what=name + ", " + kind.str.lower(),
    )
    rows = rows[kind.notna() & (rows["unit"] == "USD")]
    return rows.sort_values(["year", *_SERIES])


def of_two_years(cars: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return a year and the one before, the largest series first, those with a doubt last.

    `sound` says whether a series is held in both years, neither of them doubtful: only such years
    are compared.
    """
    rows = cars.query("@year - 1 <= year <= @year")
    series = rows.groupby(_SERIES)
    certain = series["quality"].transform("min") == "ok"  # "doubtful" comes before it
    text = [
        "under $1m" if value < _LEAST_BN else f"{dollars(value):bn}"
        for value in rows["value_bn"]
    ]
    rows = rows.assign(
        certain=certain,
        sound=certain & (series["year"].transform("size") == 2),
        size=series["value_bn"].transform("sum"),
        text=text,
    )
    order = ["certain", "size", "what", "year"]
    return rows.sort_values(order, ascending=[False, False, True, True])


def doubtful_part(rows: pd.DataFrame) -> float:
    """Return which part of some dollars is doubtful."""
    doubtful = rows.loc[rows["quality"] == "doubtful", "value_bn"].sum()
    return float(doubtful / rows["value_bn"].sum()) if doubtful else 0.0


def doubts(rows: pd.DataFrame) -> str:
    """Say of each doubtful row what it is and why, as the table does."""
    odd = rows[rows["quality"] == "doubtful"]
    return " ".join(
        f"{row.what} {period(row.period)}: {row.quality_reason}."
        for row in rows_of(odd)
    )


def summed(rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Add up dollars; a sum names all its sources."""
    groups = rows.groupby([*by], sort=False, as_index=False)
    return groups.agg({"value_bn": "sum", "sources": join_ids})


def in_dollars(rows: pd.DataFrame, **where: Any) -> Row:
    """Return the newest row for a sentence: dollars as finely as a reader needs them."""
    row = newest(rows, **where)
    return Row({"year": row.year, "value": dollars(row.value_bn)}) if row else row


def buyers(rows: pd.DataFrame) -> str:
    """Say which country counts, or how many do."""
    names = rows["partner_name"].unique()
    if len(names) == 1:
        return f"{names[0]} counts"
    return f"{capital(NUMBERS[len(names)])} countries count"


def a_car(cars: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the dollars and kilograms of one electric car, where one source counts both.

    They are battery cars from China, with their weight, and cars from anywhere (`origin` says
    which), of which a national office printed number and dollars.
    """
    battery = cars[cars["kind"] == CARS["8703.80"]]
    printed = counts.query("series == 'ev_imports_usd' and frequency != 'monthly'")
    worth = pd.concat([battery, printed])
    worth["origin"] = worth["series"].map({"ev_imports_usd": "all"}).fillna("China")
    origins = {"ev_imports_from_chn": "China", "ev_imports": "all"}
    number = counts[counts["quality"] != "rejected"]
    number = number.assign(origin=number["series"].map(origins))
    same = ["jurisdiction", "period", "sources", "origin"]
    beside = number[[*same, "value", "quality"]]
    rows = worth.merge(beside, on=same, suffixes=("", "_cars"))
    rows["dollars_a_car"] = rows["value"] / rows["value_cars"]
    doubt = (rows[["quality", "quality_cars"]] == "doubtful").any(axis=1)
    marks = doubt.map({True: " (doubtful)", False: ""})
    rows["when"] = rows["period"].map(period) + marks
    rows["kilograms_a_car"] = rows["net_weight_t"] * 1000 / rows["value_cars"]
    # Of a year the longest period, which has the most cars.
    rows = rows.sort_values("value_cars", ascending=False)
    rows = rows.drop_duplicates(["jurisdiction", "origin", "year"])
    return rows.sort_values(["jurisdiction", "origin", "year"])


# --- what China sends -----------------------------------------------------------------------------


def grouped(
    partners: Sequence[str], frequency: str, start: int, end: int
) -> pd.DataFrame:
    """Return China's exports by Ember's groups: a row a partner, kind and period."""
    rows = load_market(None, "CHN", start, end, frequency)
    named = rows["series"].str.extract("ember_(.+)_exports_to_(.+)_usd")
    partner = named[1].str.upper()
    rows = rows.assign(
        partner=partner,
        kind=named[0].map(KINDS),
        partner_name=partner.map(name_of, na_action="ignore"),
        date=pd.to_datetime(rows["period"].str[:7]),
        value_bn=rows["value"] / 1e9,
    )
    rows = rows.query("partner in @partners").dropna(subset="kind")
    return rows.sort_values(["date", "partner", "kind"])


def of_all(rows: pd.DataFrame, partners: Sequence[str], *by: str) -> pd.DataFrame:
    """Return the rows of what is held for every partner: a sum without one of them is none."""
    held = rows.groupby([*by])["partner"].transform("nunique")
    return rows[held == len(partners)]


def twelve_months(months: pd.DataFrame) -> pd.DataFrame:
    """Return sums of twelve months, a row a partner and month, and the sum a year before.

    Of twelve months that are not all held there is no sum: a month without a row is not known, and
    what was not sent is a row with a zero.
    """
    wide = months.pivot_table("value_bn", "date", "partner")
    sums = wide.asfreq("MS").rolling(12).sum()
    rows = sums.melt(value_name="value_bn", ignore_index=False).reset_index()
    rows["before_bn"] = sums.shift(12).melt()["value"]
    rows["partner_name"] = rows["partner"].map(name_of)
    rows["sources"] = join_ids(months["sources"].unique())
    return rows.dropna(subset="value_bn")


def most_sent(yearly: pd.DataFrame) -> pd.DataFrame:
    """Return the newest sums of twelve months of the three countries that were sent most."""
    return yearly.query("date == date.max()").nlargest(3, "value_bn")


def sums_title(yearly: pd.DataFrame) -> str:
    """Name the figure of sums of twelve months by the newest."""
    rows = rows_of(most_sent(yearly))
    sums = [f"{row.partner_name} {dollars(row.value_bn):bn}" for row in rows]
    return f"To {rows[0].date:%B %Y}: {', '.join(sums)}"


def both_ways(months: pd.DataFrame, yearly: pd.DataFrame, place: str) -> str:
    """Say how the running year, its newest month and sums of twelve months to a place compare."""
    growth, when = running(months)
    text = (
        f"China’s exports of electric vehicles to {place} were {growth:more} in {when} than"
        " a year before"
    )
    recent = months.tail(12)
    last = newest(recent)
    peak = newest(recent.query("value_bn == value_bn.max()"))
    if peak.date < last.date and last.value_bn >= _LEAST_BN:
        but = "but" if growth.value > 0 else "and"
        text += (
            f", {but} those of a month fell from {dollars(peak.value_bn):usd} in"
            f" {peak.date:%B %Y} to {dollars(last.value_bn):usd} in {last.date:%B %Y}"
        )
    grown = most_sent(yearly).query("before_bn >= @_LEAST_BN")
    sums = [
        f"{row.partner_name} {exact(row.value_bn / row.before_bn - 1):+percent}"
        for row in rows_of(grown)
    ]
    over = f"Twelve months on the twelve before: {', '.join(sums)}." if sums else ""
    return told(f"{text}.", over)


def running(months: pd.DataFrame) -> tuple[Rounded | Unknown, str]:
    """Return the growth of the newest year's months on the same months before, and their period.

    Nothing of sums of less than a million dollars.

    Parameters
    ----------
    months
        A row a month, with `date` and `value_bn`.
    """
    now, ago = to_date(months)
    value, before = now["value_bn"].sum(), ago["value_bn"].sum()
    if min(value, before) < _LEAST_BN:
        return Unknown(), ""
    last = now["date"].max()
    return exact(value / before - 1), period(since_january(last.year, last.month))


def marks(
    events: pd.DataFrame, partners: Sequence[str], dates: pd.Series[pd.Timestamp]
) -> pd.DataFrame:
    """Return the rules and plants of some countries as marks of a chart of these dates.

    Parameters
    ----------
    events
        What `ct.policies(full=True)` returns.
    """
    # Two members of the union: its quotas, and Russia's rule on what is sent on.
    whose = {*partners}
    if whose & {"KAZ", "KGZ"}:
        whose |= {"EAEU", "RUS"}
    events = events.query("event_id in @MARKS and jurisdiction in @whose")
    events = events[events["date"].between(dates.min(), dates.max())]
    return events.assign(label=events["event_id"].map(MARKS))


# --- after a rule ---------------------------------------------------------------------------------


def furthest(rules: pd.DataFrame, partners: Sequence[str]) -> Row:
    """Return the rule after which exports moved furthest from those of other countries.

    Parameters
    ----------
    rules
        What `ct.after()` returns.
    """
    moved = rules[rules["told"] & rules["partner"].isin(partners)]
    return newest(moved.nsmallest(1, "relative"))


def around(months: pd.DataFrame, beside: pd.DataFrame) -> pd.DataFrame:
    """Return a year before and after a day, the months before it as 100: a row a partner and month.

    Parameters
    ----------
    months
        A row a partner and month, with `value_bn`.
    beside
        What `ct.after(event, series)` returns.
    """
    first = beside["date"].iloc[0]
    shown = beside.query("comparison in ['this rule', 'another country']")
    large = shown.dropna(subset="ratio")
    before = large.set_index("partner")["before_bn"]
    rows = months[months["partner"].isin(before.index)]
    a_year = pd.DateOffset(years=1)
    is_near = rows["date"].between(first - a_year, first + a_year, inclusive="left")
    rows = rows[is_near]
    index = rows["value_bn"] / rows["partner"].map(before) * 100
    rows = rows.assign(index=index, partner_name=rows["partner"].map(name_of))
    return rows.sort_values("partner", key=lambda code: code != beside["partner"][0])


def what_followed(beside: pd.DataFrame) -> str:
    """Say what happened after a rule, beside what, and how sure that is.

    Parameters
    ----------
    beside
        What `ct.after(event, series)` returns.
    """
    row = beside.iloc[0]
    if not row["told"]:
        return ""
    others = beside.query("comparison == 'another country'")
    used = others.query("reason == ''")
    names = names_of(used["partner"])
    change = exact(row["ratio"] - 1)
    before = "before" if pd.isna(row["decided"]) else "before the decision"
    text = (
        f"In the three months from {row['day']:%B %Y} China’s exports of electric vehicles to "
        f"{in_sentence(row['partner'])} were {change:more} than in the three {before} (in the same "
        f"months of {how_many_others(row['years'])} {row['years_low']:.2f} to"
        f" {row['years_high']:.2f} times as much)"
    )
    if pd.notna(row["on_year"]):
        text += f", and {times(row['on_year'])} as in the same months a year before"
    text += (
        f". To {names} they were {row['others_low']:.2f} to {row['others_high']:.2f} times as much"
        "."
    )
    seen = f"{row['as_far']:.0f}" if row["as_far"] else "none"
    sure = (
        f"Of {row['dates']:.0f} other months, in which no rule began, {seen} saw as large a change "
        "(the months compared overlap)."
    )
    expected = f"That is the way one would expect of the rule, “{row['rule']}”."
    named = expected if row["rule"] else ""
    return told(text, sure, named, _also_named(others))


def how_many_others(years: float) -> str:
    """Say how many other years some months were set beside.

    Examples
    --------
    >>> how_many_others(2.0), how_many_others(12.0)
    ('two other years', '12 other years')
    """
    number = int(years)
    words = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{words} other years"


def _also_named(others: pd.DataFrame) -> str:
    """Say which other country a rule concerns too, and what its imports did."""
    hit = others[others["reason"].str.contains("falls into") & others["ratio"].notna()]
    return " ".join(
        f"{name_of(row.partner)} ({row.ratio.value:.2f} times) is no control: a rule concerns it "
        "too in these months."
        for row in rows_of(hit)
    )


def all_rules(rules: pd.DataFrame, partners: Sequence[str]) -> pd.DataFrame:
    """Return the rules that can be compared as texts of a table, the newest last."""
    rows = rules.query("partner in @partners").dropna(subset="relative")
    readings = {True: "further than all of these", False: "within what is usual"}
    return rows.assign(
        after=_written(rows, "×{ratio:.2f}"),
        on_year=_written(rows, "×{on_year:.2f}"),
        years=_written(rows, "×{years_low:.2f} to ×{years_high:.2f} ({years:.0f})"),
        others=_written(rows, "×{others_low:.2f} to ×{others_high:.2f} ({others:.0f})"),
        days=_written(rows, "{as_far:.0f} of {dates:.0f}"),
        reading=rows["told"].map(readings),
    )


def _written(rows: pd.DataFrame, template: str) -> list[str]:
    return [template.format_map(row) for row in rows.to_dict("records")]


def untold(rules: pd.DataFrame) -> str:
    """Say of how many rules nothing can be computed."""
    judged = rules.loc[rules["relative"].notna(), "event_id"]
    number = len({*rules["event_id"]} - {*judged})
    if not number:
        return ""
    return (
        f"Of {number} more rules nothing can be said: months are missing or too small, another "
        "rule begins in them, or the rule concerns every country, so that none is left to compare."
    )


# --- quotas --------------------------------------------------------------------------------------


def quotas(counts: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return duty-free quotas (value), the electric cars imported, and the part used."""
    rows = counts.query("frequency == 'annual' and quality == 'ok'")
    rows = rows.drop_duplicates(["series", *_YEAR])
    cars = rows.query("series == 'ev_imports'").set_index(_YEAR)
    ends = events[events["event_id"].str.contains("quota-exhausted")]
    used_up = ends.set_index(_YEAR)["date"].rename("used_up")
    rows = rows.query("series == 'ev_duty_free_quota'").sort_values(_YEAR)
    counted = cars[["value", "sources"]].add_suffix("_cars")
    rows = rows.join(counted, on=_YEAR).join(used_up, on=_YEAR)
    both = rows["sources"] + ";" + rows["sources_cars"]
    return rows.assign(
        country=rows["jurisdiction"].map(name_of),
        used=rows["value_cars"] / rows["value"].where(rows["value"] > 0),
        sources=both.fillna(rows["sources"]),
    )
