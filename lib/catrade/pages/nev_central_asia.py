"""Chinese electric cars in Central Asia: what the notebook takes out of the tables.

Three counts, never set beside each other: dollars and tonnes in the importers' own customs
statistics, dollars in Ember's groups of China's exports, and cars under a duty-free quota.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade.calc.market import figure, makers, newest, since_january, to_date
from catrade.cells.frames import join_ids
from catrade.tables.goods import load_highlights
from catrade.tables.names import CENTRAL_ASIA, in_sentence, name_of
from catrade.tables.policy import load_market
from catrade.words import dollars, exact, years
from rounding import formats
from rounding import told as sentences
from rounding.formats import date
from rounding.told import Row

#: What the notebook takes from here that is made elsewhere.
__all__ = ["date", "dollars", "load_market", "makers"]

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
    "2025-uzb-recycling-fee-in-force": "Uzbek fee raised",
    "2025-kgz-quota-exhausted": "Kyrgyz quota used up",
    "2026-kaz-no-quota": "No Kazakh quota",
}
#: What names a row of the countries' counts.
_YEAR = ["jurisdiction", "year"]


def imported(partners: Sequence[str], start: int, end: int) -> pd.DataFrame:
    """Return what countries bought from China by their own statistics: a row a kind and year.

    The weight is read in the note of each row. A row is doubtful if the note says so, or if its
    battery cars weigh less than half of the heaviest: they are kits, or a column is wrong.
    """
    rows = load_highlights("CHN", [*CENTRAL_ASIA], "vehicles")
    code = rows["item"].str.extract(r"^[^,]+, HS (?P<code>\S+) \(")
    weight = rows["note"].str.extract(r"net weight (\d+) t")[0]
    found = code.join(rows).assign(
        partner=rows["importer"],
        partner_name=rows["importer"].map(name_of),
        kind=code["code"].map(CARS),
        value_bn=rows["value"] / 1e9,
        tonnes=weight.astype(float),
        sources=rows["source_id"],
    )
    found = found.query("code in @CARS and unit == 'USD'")
    found = found.sort_values(["year", "partner", "kind"])
    of_one = a_car(found)["kilograms_a_car"]
    light = of_one.index[of_one < of_one.max() / 2]
    doubtful = found["note"].str.contains("; doubtful:")
    doubtful |= found.index.isin(light)
    found["quality"] = doubtful.map({True: "doubtful", False: "ok"})
    return found.query("partner in @partners and @start <= year <= @end")


def unheld(cars: pd.DataFrame, partners: Sequence[str]) -> str:
    """Say of which countries, and in which years between first and last, `imported` has no row."""
    span = range(cars["year"].min(), cars["year"].max() + 1)
    gaps = []
    for code in partners:
        held = cars.loc[cars["partner"] == code, "year"]
        gone = set(span).difference(held)
        if held.empty:
            gaps.append(name_of(code))
        elif gone:
            gaps.append(f"{name_of(code)} ({years(gone)})")
    if not gaps:
        return ""
    return f"Not held: {formats.join(gaps)}; what is not there is not zero."


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


def in_doubt(doubtful: pd.DataFrame, year: int) -> str:
    """Say how much of a year's sum is doubtful, unless nothing is."""
    return f" ({said(doubtful, year=year).value:usd} of it doubtful)"


def names_of(rows: pd.DataFrame) -> str:
    """Name the partners of some rows, as they stand in a sentence."""
    return formats.join([*rows["partner_name"].unique()])


# --- one car, quantity and price ------------------------------------------------------------------


def a_car(cars: pd.DataFrame) -> pd.DataFrame:
    """Return the dollars and kilograms of one battery car, where cars were counted.

    Cars, dollars and tonnes are of one source; what is rejected is not a count.
    """
    counts = _counts(cars, "ok").set_index(_YEAR)
    battery = cars[cars["kind"] == CARS["8703.80"]]
    place = ["partner", "year"]
    number = counts["value"].rename("cars")
    both = battery.join(number, on=place).dropna(subset="cars")
    both["dollars_a_car"] = both["value_bn"] * 1e9 / both["cars"]
    both["kilograms_a_car"] = both["tonnes"] * 1000 / both["cars"]
    return both.sort_values(place)


def rejected(cars: pd.DataFrame) -> str:
    """Say which counts of cars are rejected, and why."""
    rows = _counts(cars, "rejected")
    said = [
        f"{name_of(row.jurisdiction)}’s count for {row.year} is rejected: {row.quality_reason}."
        for row in sentences.rows(rows)
    ]
    return " ".join(said)


def _counts(cars: pd.DataFrame, quality: str) -> pd.DataFrame:
    """Return the counts of cars in the source of their dollars."""
    rows = load_market("ev_imports_from_chn", frequency="annual")
    same = "source_id in @cars.source_id and jurisdiction in @cars.partner"
    return rows.query(f"quality == @quality and {same}")


def left_out(odd: pd.DataFrame) -> str:
    """Say which doubtful rows of `imported` are left out."""
    if odd.empty:
        return ""
    names = formats.join(_named(odd))
    return f"Left out, since weight or value does not fit: {names}."


def doubted(odd: pd.DataFrame) -> str:
    """Say which doubtful rows of `imported` are in a sum, and how much they are."""
    if odd.empty:
        return ""
    pairs = zip(_named(odd), odd["value_bn"], strict=True)
    names = [f"{name} ({dollars(value):usd})" for name, value in pairs]
    return f"Doubtful, but counted here: {formats.join(names)}."


def _named(rows: pd.DataFrame) -> list[str]:
    """Name rows of `imported`: country, kind and year."""
    kind = rows["kind"].str.lower()
    return list(rows["partner_name"] + ", " + kind + " " + rows["year"].astype(str))


def apart(rows: pd.DataFrame) -> pd.DataFrame:
    """Split each change of value between two years into quantity (weight) and price a tonne.

    After Bennet: the change of one, at the mean of both years of the other. Their sum is the
    change of value, nothing is left over. What moved most comes first.
    """
    rows = rows.sort_values(["partner", "kind", "year"], ignore_index=True)
    rows["a_tonne"] = rows["value_bn"] / rows["tonnes"]
    both = ["tonnes", "a_tonne"]
    before = rows.groupby(["partner", "kind"])[["year", *both]].shift()
    change = rows[both] - before[both]
    mean = (rows[both] + before[both]) / 2
    split = rows.assign(
        what=rows["partner_name"] + ", " + rows["kind"].str.lower(),
        quantity_bn=change["tonnes"] * mean["a_tonne"],
        price_bn=change["a_tonne"] * mean["tonnes"],
    )
    split = split[before["year"] == rows["year"] - 1]
    moved = split["quantity_bn"].abs() + split["price_bn"].abs()
    most_first = moved.sort_values(ascending=False)
    return split.loc[most_first.index]


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
        sources=rows["source_id"],
    )
    found = found.query("partner in @partners").dropna(subset="kind")
    return found.sort_values(["date", "partner", "kind"])


def running(months: pd.DataFrame) -> Row:
    """Return the newest year's months as one sum, and its growth on the same months before.

    Parameters
    ----------
    months
        A row a month, with `date` and `value_bn`.
    """
    now, ago = to_date(months)
    if now.empty:
        return Row({})
    last = now["date"].max()
    value, before = now["value_bn"].sum(), ago["value_bn"].sum()
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
    # The quotas are those of two members of the union.
    whose = {*partners}
    if whose & {"KAZ", "KGZ"}:
        whose.add("EAEU")
    events = events.query("event_id in @MARKS and jurisdiction in @whose")
    events = events[events["date"].between(dates.min(), dates.max())]
    return events.assign(label=events["event_id"].map(MARKS))


# --- counts, quotas and the licence ---------------------------------------------------------------


def counted(counts: pd.DataFrame) -> str:
    """Say how many electric cars each country imported, their share of all and China's part.

    Examples
    --------
    >>> counted(load_market(jurisdiction="KAZ", end=2025))
    'By national counts Kazakhstan imported 16,108 electric cars in 2025.'
    """
    parts = []
    for code, rows in counts.groupby("jurisdiction"):
        year = newest(rows, "ev_imports", "annual")
        if not year:
            continue
        cars = figure(rows, "ev_imports", year)
        text = f"{in_sentence(str(code))} imported {cars:count} electric cars in {year}"
        if part := figure(rows, "ev_share_of_car_imports", year):
            text += f", {part:percent} of all its imported cars"
        months = newest(rows, "ev_imports_from_chn", "ytd")
        whole = figure(rows, "ev_imports", months)
        of_china = figure(rows, "ev_imports_from_chn", months) / whole
        if of_china and months.startswith(year):
            text += f" ({of_china:percent} from China in {formats.period(months)})"
        parts.append(text)
    return f"By national counts {formats.join(parts)}." if parts else ""


def quotas(counts: pd.DataFrame, events: pd.DataFrame, start: int) -> pd.DataFrame:
    """Return duty-free quotas (value), the electric cars imported, and the part used."""
    rows = counts.query("frequency == 'annual' and quality == 'ok' and year >= @start")
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
