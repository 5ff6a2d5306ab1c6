"""Chinese electric cars in Central Asia: what the notebook takes out of the tables.

Three counts, never set beside each other: cars that the importers counted, dollars and tonnes in
their customs statistics, and dollars in Ember's groups of China's exports.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade.calc.market import (
    figure,
    newest_period,
    newest_sum,
    since_january,
    to_date,
)
from catrade.cells.frames import join_ids
from catrade.tables.goods import load_highlights
from catrade.tables.names import CENTRAL_ASIA, in_sentence, name_of
from catrade.tables.policy import load_market
from catrade.words import NUMBERS, capital, dollars, exact
from rounding import formats
from rounding import told as sentences
from rounding.formats import date
from rounding.told import Row

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
#: A part that is doubtful and less than this is in the note, not in the title.
_MUCH = 0.05
#: Sums of less, a million dollars, are not set beside each other: a few cars make a rate of them.
_LEAST_BN = 0.001
#: Series of less in two years together are not drawn.
SHOWN_BN = 0.02


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
    held = rows["year"]
    years_held = range(held.min(), held.max() + 1) if len(rows) else []
    pairs = [rows["jurisdiction"].unique(), years_held]
    every = pd.MultiIndex.from_product(pairs, names=_YEAR)
    rows = rows.set_index(_YEAR).reindex(every)
    of_country = rows.groupby("jurisdiction")["value"]
    rows = rows.assign(before=of_country.shift(), last=of_country.transform("last"))
    quota = quotas.query("value > 0").set_index(_YEAR)["value"].rename("quota")
    rows = rows.join(quota).reset_index()
    rows["partner_name"] = rows["jurisdiction"].map(name_of)
    texts = []
    for row in sentences.rows(rows):
        with_quota = f"{row.value:count} (duty-free quota {row.quota:,.0f})"
        texts.append(sentences.either(with_quota, f"{row.value:count}"))
    rows["text"] = pd.array(texts, dtype=str)
    rows["sources"] = rows["sources"].fillna("")
    return rows.sort_values(["last", "year"], ascending=[False, True])


def in_numbers(yearly: pd.DataFrame) -> str:
    """Say how many electric cars countries imported in the newest year, the first before it too."""
    held = yearly.dropna(subset="value")
    newest_year = held["year"].max()
    texts: list[str] = []
    for row in sentences.rows(held[held["year"] == newest_year]):
        name = in_sentence(row.jurisdiction)
        if texts:
            texts.append(f"{name} {row.value:count}")
            continue
        text = (
            f"{name} counts {row.value:count} imported electric cars in {newest_year}"
        )
        first = sentences.either(f"{text} (a year before {row.before:,.0f})", text)
        texts.append(first)
    return f"{', '.join(texts)}." if texts else ""


def numbers_title(yearly: pd.DataFrame) -> str:
    """Name the figure of cars counted by the newest year of one or two countries."""
    held = yearly.dropna(subset="value")
    newest_year = held["year"].max()
    rows = sentences.rows(held[held["year"] == newest_year].head(2))
    names = [f"{row.partner_name} {row.value:count}" for row in rows]
    return f"Electric cars imported in {newest_year}: {formats.join(names)}"


def of_all_cars(counts: pd.DataFrame) -> str:
    """Say which share electric cars are of a country's imported cars, and which China has of them.

    Examples
    --------
    >>> of_all_cars(load_market(jurisdiction="KAZ"))
    ''
    """
    parts = []
    for code, rows in counts.groupby("jurisdiction"):
        name = in_sentence(str(code))
        year = newest_period(rows, "ev_share_of_car_imports", "annual")
        share = figure(rows, "ev_share_of_car_imports", year)
        parts.append(
            f"Of the cars that {name} imported in {year} {share:percent} were electric."
        )
        months = newest_period(rows, "ev_imports_from_chn", "ytd")
        whole = figure(rows, "ev_imports", months)
        of_china = figure(rows, "ev_imports_from_chn", months) / whole
        when = formats.period(months or None)
        if months[:4] >= year:
            parts.append(f"In {when} {of_china:percent} of these were from China.")
    return sentences.told(*parts)


# --- what they cost -------------------------------------------------------------------------------


def imported(partners: Sequence[str], start: int, end: int) -> pd.DataFrame:
    """Return what countries bought from China by their own statistics: a row a kind and year."""
    rows = load_highlights("CHN", [*CENTRAL_ASIA], "vehicles")
    code = rows["item"].str.extract(r"^[^,]+, HS (?P<code>\S+) \(")
    found = code.join(rows).assign(
        jurisdiction=rows["importer"],
        partner=rows["importer"],
        partner_name=rows["importer"].map(name_of),
        kind=code["code"].map(CARS),
        value_bn=rows["value"] / 1e9,
        tonnes=rows["net_weight_t"],
    )
    found["what"] = found["partner_name"] + ", " + found["kind"].str.lower()
    found = found.query("code in @CARS and unit == 'USD'")
    found = found.sort_values(["year", *_SERIES])
    return found.query("partner in @partners and @start <= year <= @end")


def of_two_years(cars: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return a year and the one before, the largest series first, those with a doubt last.

    `sound` says whether a series is held in both years, neither of them doubtful: only such years
    are compared.
    """
    rows = cars[cars["year"].isin([year - 1, year])]
    series = rows.groupby(_SERIES)
    is_whole = series["year"].transform("size") == 2
    worst = series["quality"].transform("min")  # "doubtful" comes before "ok"
    rows = rows.assign(
        certain=worst == "ok",
        sound=is_whole & (worst == "ok"),
        size=series["value_bn"].transform("sum"),
    )
    small = rows["value_bn"] < _LEAST_BN
    text = [f"{dollars(value):bn}" for value in rows["value_bn"]]
    rows["text"] = pd.Series(text, rows.index, dtype=str).mask(small, "under $1m")
    order = ["certain", "size", "what", "year"]
    return rows.sort_values(order, ascending=[False, False, True, True])


def value_title(cars: pd.DataFrame, year: int) -> str:
    """Name the figure of values: by their sum, unless too much of it is doubtful."""
    rows = cars[cars["year"] == year]
    if doubtful_part(rows) > _MUCH:
        return f"Electric cars from China: value of {year} in doubt"
    return f"{dollars(rows['value_bn'].sum()):bn} of Chinese electric cars in {year}"


def doubtful_part(rows: pd.DataFrame) -> float:
    """Return which part of some dollars is doubtful."""
    of_quality = rows.groupby("quality")["value_bn"].sum()
    whole = of_quality.sum()
    return float(of_quality.get("doubtful", 0.0) / whole) if whole else 0.0


def in_doubt(part: float) -> str:
    """Say which part of a sum is doubtful, if any is."""
    return f" ({part:.0%} doubtful)" if part else ""


def doubts(rows: pd.DataFrame) -> str:
    """Say of each doubtful row what it is and why, as the table does."""
    odd = rows[rows["quality"] == "doubtful"]
    said = [
        f"{row.what} {formats.period(row.period)}: {row.quality_reason}."
        for row in sentences.rows(odd)
    ]
    return " ".join(said)


def unheld(cars: pd.DataFrame, partners: Sequence[str]) -> str:
    """Say of which countries `imported` has no row."""
    held = set(cars["partner"])
    gone = [name_of(code) for code in partners if code not in held]
    text = f"Not held: {formats.join(gone)}; what is not there is not zero."
    return text if gone else ""


def summed(rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Add up dollars; a sum names all its sources."""
    groups = rows.groupby([*by], sort=False, as_index=False)
    return groups.agg({"value_bn": "sum", "sources": join_ids})


def said(rows: pd.DataFrame, **where: Any) -> Row:
    """Return the newest row for a sentence: dollars as finely as a reader needs them."""
    row = sentences.newest(rows, **where)
    if not row:
        return row
    value = dollars(row.value_bn)
    return Row({"year": row.year, "value": value})


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
    rows = worth.merge(number[[*same, "value"]], on=same, suffixes=("", "_cars"))
    rows["dollars_a_car"] = rows["value"] / rows["value_cars"]
    rows["when"] = rows["period"].map(formats.period)
    rows["kilograms_a_car"] = rows["net_weight_t"] * 1000 / rows["value_cars"]
    # Of a year the longest period, which has the most cars.
    rows = rows.sort_values("value_cars", ascending=False)
    rows = rows.drop_duplicates(["jurisdiction", "origin", "year"])
    return rows.sort_values(["jurisdiction", "origin", "year", "period"])


# --- what China sends -----------------------------------------------------------------------------


def grouped(
    partners: Sequence[str], frequency: str, start: int, end: int
) -> pd.DataFrame:
    """Return China's exports by Ember's groups: a row a partner, kind and period."""
    rows = load_market(None, "CHN", start, end, frequency)
    named = rows["series"].str.extract("ember_(.+)_exports_to_(.+)_usd")
    partner = named[1].str.upper()
    found = rows.assign(
        partner=partner,
        kind=named[0].map(KINDS),
        partner_name=partner.map(name_of, na_action="ignore"),
        date=pd.to_datetime(rows["period"].str[:7]),
        value_bn=rows["value"] / 1e9,
    )
    found = found.query("partner in @partners").dropna(subset="kind")
    return found.sort_values(["date", "partner", "kind"])


def twelve_months(months: pd.DataFrame) -> pd.DataFrame:
    """Return sums of twelve months, a row a partner and month, and the sum a year before.

    A month that the file does not have counts as nothing sent.
    """
    wide = months.pivot_table("value_bn", "date", "partner", aggfunc="sum")
    sums = wide.asfreq("MS").fillna(0).rolling(12).sum()
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
    rows = most_sent(yearly)
    said = [
        f"{row.partner_name} {dollars(row.value_bn):bn}" for row in sentences.rows(rows)
    ]
    return f"To {rows['date'].max():%B %Y}: {', '.join(said)}"


def both_ways(months: pd.DataFrame, yearly: pd.DataFrame) -> str:
    """Say how the running year, its newest month and sums of twelve months compare."""
    year_so_far = running(months)
    growth = year_so_far.growth
    text = (
        f"China’s exports were {growth:more} in {year_so_far.period} than a year before"
    )
    recent = months.tail(12)
    last, most = sentences.newest(recent), recent["value_bn"].max()
    peak = sentences.newest(recent[recent["value_bn"] == most])
    if peak.date < last.date and last.value_bn >= _LEAST_BN:
        while_ = "but" if growth.value > 0 else "and"
        highest, newest_one = dollars(peak.value_bn), dollars(last.value_bn)
        text += f", {while_} a month fell from {highest:usd} in {peak.date:%B %Y}"
        text += f" to {newest_one:usd} in {last.date:%B %Y}"
    grown = most_sent(yearly).query("before_bn >= @_LEAST_BN")
    sums = [
        f"{row.partner_name} {exact(row.value_bn / row.before_bn - 1):+percent}"
        for row in sentences.rows(grown)
    ]
    over = f"Twelve months on the twelve before: {', '.join(sums)}." if sums else ""
    return sentences.told(f"{text}.", over)


def running(months: pd.DataFrame) -> Row:
    """Return the newest year's months as one sum, and its growth on the same months before.

    Nothing of sums of less than a million dollars.

    Parameters
    ----------
    months
        A row a month, with `date` and `value_bn`.
    """
    now, ago = to_date(months)
    value, before = now["value_bn"].sum(), ago["value_bn"].sum()
    if min(value, before) < _LEAST_BN:
        return Row({})
    last = now["date"].max()
    return Row(
        {
            "period": formats.period(since_january(last.year, last.month)),
            "value": dollars(value),
            "growth": exact(value / before - 1),
        }
    )


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
    told = rules[rules["told"] & rules["partner"].isin(partners)]
    fell = told.sort_values("relative").head(1)
    return sentences.newest(fell)


def around(months: pd.DataFrame, beside: pd.DataFrame, least: int = 12) -> pd.DataFrame:
    """Return months before and after a day, those before it as 100: a row a partner and month.

    Parameters
    ----------
    months
        A row a partner and month, with `value_bn`.
    beside
        What `ct.after(event, series)` returns.
    least
        So many months before and after are shown.
    """
    first = beside["date"].iloc[0]
    shown = beside["comparison"].isin(["this rule", "another country"])
    large = beside[shown & beside["ratio"].notna()]
    before = large.set_index("partner")["before_bn"]
    rows = months[months["partner"].isin(before.index)]
    begins = first - pd.DateOffset(months=least)
    rows = rows[rows["date"].between(begins, first + pd.DateOffset(months=least - 1))]
    index = rows["value_bn"] / rows["partner"].map(before) * 100
    name = rows["partner"].map(name_of)
    rows = rows.assign(index=index, partner_name=name)
    return rows.sort_values("partner", key=lambda code: code != beside["partner"][0])


def after_said(beside: pd.DataFrame, months: int = 3) -> str:
    """Say what happened after a rule, beside what, and how sure that is.

    Parameters
    ----------
    beside
        What `ct.after(event, series)` returns.
    """
    row = beside.iloc[0]
    if not row["told"]:
        return ""
    others = beside[beside["comparison"] == "another country"]
    used = others[others["reason"] == ""]
    names = formats.join([in_sentence(code) for code in used["partner"]])
    change = exact(row["ratio"] - 1)
    number = NUMBERS[months]
    text = (
        f"In the {number} months from {row['day']:%B %Y} China’s exports of electric vehicles to "
        f"{in_sentence(row['partner'])} were {change:more} than in the {number} before; to {names} "
        f"they were {row['others_low']:.2f} to {row['others_high']:.2f} times as much, and in the "
        f"same months of other years {row['years_low']:.2f} to {row['years_high']:.2f} times."
    )
    seen = f"{row['as_far']:.0f}" if row["as_far"] else "none"
    sure = f"Of {row['dates']:.0f} months in which no rule began {seen} saw as much (they overlap)."
    named = f"It is as the rule “{row['rule']}” would have it." if row["rule"] else ""
    return sentences.told(text, sure, named, _also_named(others))


def _also_named(others: pd.DataFrame) -> str:
    """Say which other country a rule concerns too, and what its imports did."""
    hit = others[others["reason"].str.contains("falls into") & others["ratio"].notna()]
    said = [
        f"{name_of(row.partner)} ({row.ratio.value:.2f} times) is no control: a rule concerns it "
        "too in these months."
        for row in sentences.rows(hit)
    ]
    return " ".join(said)


def all_rules(rules: pd.DataFrame, partners: Sequence[str]) -> pd.DataFrame:
    """Return the rules that can be compared as texts of a table, the newest last."""
    rows = rules[rules["partner"].isin(partners) & rules["relative"].notna()]
    seen = _written(rows["as_far"], ".0f")
    readings = {True: "further than all of these", False: "within what is usual"}
    return rows.assign(
        after="×" + _written(rows["ratio"], ".2f"),
        years=_span(rows["years_low"], rows["years_high"]),
        others=_span(rows["others_low"], rows["others_high"]),
        days=seen + " of " + _written(rows["dates"], ".0f"),
        reading=rows["told"].map(readings),
    )


def _span(low: pd.Series[float], high: pd.Series[float]) -> pd.Series[Any]:
    return "×" + _written(low, ".2f") + " to ×" + _written(high, ".2f")


def _written(column: pd.Series[Any], form: str) -> pd.Series[Any]:
    # Of no rows pandas makes numbers, to which no text can be added.
    return column.map(lambda value: format(value, form)).astype(str)


def untold(rules: pd.DataFrame) -> str:
    """Say of how many rules nothing can be computed."""
    judged = rules.loc[rules["relative"].notna(), "event_id"]
    number = len({*rules["event_id"]} - {*judged})
    text = (
        f"Of {number} more rules nothing can be said: months are missing or too small, another "
        "rule begins in them, or the rule concerns every country, so that none is left to compare."
    )
    return text if number else ""


# --- quotas --------------------------------------------------------------------------------------


def quotas(counts: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Return duty-free quotas (value), the electric cars imported, and the part used."""
    rows = counts.query("frequency == 'annual' and quality == 'ok'")
    rows = rows.drop_duplicates(["series", *_YEAR])
    cars = rows[rows["series"] == "ev_imports"].set_index(_YEAR)
    ends = events[events["event_id"].str.contains("quota-exhausted")]
    used_up = ends.set_index(_YEAR)["date"].rename("used_up")
    found = rows[rows["series"] == "ev_duty_free_quota"]
    imported = cars[["value", "sources"]].add_suffix("_cars")
    found = found.join(imported, on=_YEAR).join(used_up, on=_YEAR)
    found = found.sort_values(_YEAR)
    quota = found["value"].where(found["value"] > 0)
    both = found["sources"] + ";" + found["sources_cars"]
    return found.assign(
        country=found["jurisdiction"].map(name_of),
        used=found["value_cars"] / quota,
        sources=both.fillna(found["sources"]),
    )
