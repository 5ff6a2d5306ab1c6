"""Chinese electric cars in Central Asia: what the notebook takes out of the tables.

Three counts, never set beside each other: dollars and tonnes in the importers' own customs
statistics, dollars in Ember's groups of China's exports, and cars under a duty-free quota.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from catrade.tables.goods import load_highlights
from catrade.tables.names import GROUPS, name_of
from catrade.tables.policy import load_market, load_policy_events
from catrade.words import told
from rounding import formats
from rounding.rounded import Rounded
from rounding.told import Row, newest

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
#: Members of the customs union whose quotas these are.
_UNION = {"KAZ", "KGZ"}


def members(partner: str) -> list[str]:
    """Return the countries that a partner is.

    Examples
    --------
    >>> members("CA5"), members("UZB")
    (['KAZ', 'KGZ', 'TJK', 'TKM', 'UZB'], ['UZB'])
    """
    return [*GROUPS.get(partner, (partner,))]


def imported(partners: Sequence[str], start: int, end: int) -> pd.DataFrame:
    """Return what countries bought from China by their own statistics: a row a kind and year.

    The weight is read in the note of each row, where the source's own table has it.
    """
    rows = load_highlights("CHN", [*partners], "vehicles", start, end)
    found = rows["item"].str.extract(r"^[^,]+, HS (?P<code>\S+) \(").join(rows)
    found = found[found["code"].isin(CARS) & found["unit"].eq("USD")]
    return found.assign(
        partner=found["importer"],
        partner_name=found["importer"].map(name_of),
        kind=found["code"].map(CARS),
        value_bn=found["value"] / 1e9,
        tonnes=found["note"].str.extract(r"net weight (\d+) t")[0].astype(float),
        sources=found["source_id"],
    ).sort_values(["year", "partner", "kind"])


def summed(rows: pd.DataFrame, *by: str) -> pd.DataFrame:
    """Add up dollars; a sum names all its sources."""
    groups = rows.groupby([*by], sort=False, as_index=False)
    named = ("sources", lambda ids: ";".join(dict.fromkeys(ids)))
    return groups.agg(value_bn=("value_bn", "sum"), sources=named)


def said(rows: pd.DataFrame, **where: Any) -> Row:
    """Return the newest row for a sentence: dollars as finely as a reader needs them."""
    row = newest(rows, **where)
    if not row:
        return row
    return Row({"year": row.year, "value": told(row.value_bn * 1e9)})


def apart(rows: pd.DataFrame) -> pd.DataFrame:
    """Split each change of value between two years into quantity (weight) and price a tonne.

    After Bennet: the change of one, at the mean of both years of the other. Their sum is the
    change of value, nothing is left over.
    """
    keys = ["partner", "kind"]
    rows = rows.sort_values([*keys, "year"]).reset_index(drop=True)
    before = rows.groupby(keys)[["year", "value_bn", "tonnes"]].shift()
    price, was = (
        rows["value_bn"] / rows["tonnes"],
        before["value_bn"] / before["tonnes"],
    )
    split = rows.assign(
        what=rows["partner_name"] + ", " + rows["kind"].str.lower(),
        change_bn=rows["value_bn"] - before["value_bn"],
        quantity_bn=(rows["tonnes"] - before["tonnes"]) * (price + was) / 2,
        price_bn=(price - was) * (rows["tonnes"] + before["tonnes"]) / 2,
    )
    return split[before["year"].eq(rows["year"] - 1)]


def two_bars(split: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each effect of `apart`, the largest change first."""
    largest = split.sort_values("change_bn", key=abs, ascending=False)
    long = largest.melt(
        ["what", "year", "sources"], ["quantity_bn", "price_bn"], "effect", "part_bn"
    )
    named = {"quantity_bn": "Quantity", "price_bn": "Price"}
    return long.assign(effect=long["effect"].map(named))


def misfit(each: pd.DataFrame) -> Row:
    """Return the newest row of `a_car` whose cars weigh less than half of the heaviest."""
    weight = each["kilograms_a_car"]
    return newest(each[weight < weight.max() / 2])


def without(split: pd.DataFrame, odd: Row) -> pd.DataFrame:
    """Leave out of `apart` the battery cars that do not fit: their weight is no quantity."""
    fits = split["partner_name"].ne(odd.partner_name) | split["year"].ne(odd.year)
    return split[fits | split["kind"].ne(CARS["8703.80"])]


def grouped(
    partners: Sequence[str], kinds: Sequence[str], frequency: str, start: int, end: int
) -> pd.DataFrame:
    """Return China's exports by Ember's groups: a row a partner, kind and period."""
    names = {
        f"ember_{kind}_exports_to_{partner.lower()}_usd": (partner, KINDS[kind])
        for kind in kinds
        for partner in partners
    }
    rows = load_market([*names], "CHN", start, end, frequency)
    of = pd.DataFrame([*rows["series"].map(names)], rows.index, ["partner", "kind"])
    rows = rows.join(of)
    return rows.assign(
        partner_name=rows["partner"].map(name_of),
        date=pd.to_datetime(rows["period"].str[:7]),
        value_bn=rows["value"] / 1e9,
        sources=rows["source_id"],
    ).sort_values(["date", "partner", "kind"])


def split_title(split: pd.DataFrame) -> str:
    """Say quantity and price of the largest change of `apart`."""
    if split.empty:
        return ""
    row = split.sort_values("change_bn", key=abs).iloc[-1]
    quantity, price = (told(row[name] * 1e9) for name in ("quantity_bn", "price_bn"))
    return f"{row['what']}: quantity {quantity:+bn}, price {price:+bn}"


def running(months: pd.DataFrame) -> Row:
    """Return the newest year's months as one sum, and its growth on the same months before.

    Parameters
    ----------
    months
        A row a month, with `date` and `value_bn`.
    """
    if months.empty:
        return Row({})
    last = months["date"].max()
    within = months[months["date"].dt.month <= last.month]
    sums = within.groupby(within["date"].dt.year)["value_bn"].agg(["sum", "count"])
    sums = sums.loc[sums["count"] == last.month, "sum"]  # no month of them is missing
    if not {last.year - 1, last.year} <= {*sums.index}:
        return Row({})
    now, ago = sums[last.year], sums[last.year - 1]
    growth = Rounded(now / ago - 1, now / ago - 1, now / ago - 1)
    period = formats.period(f"{last.year}-{last.month}M")
    return Row({"period": period, "value": told(now * 1e9), "growth": growth})


def abroad(end: int) -> pd.DataFrame:
    """Return the newest count of vehicles that Chinese makers sent abroad since January."""
    rows = load_market("nev_exports", "CHN", None, end, "ytd")
    rows = rows[rows["quality"] == "ok"].sort_values("period").tail(1)
    return rows.assign(when=rows["period"].map(formats.period))


def names_of(rows: pd.DataFrame) -> str:
    """Name the partners of some rows, as they stand in a sentence."""
    return formats.join([*rows["partner_name"].unique()])


def marks(partners: Sequence[str], first: pd.Timestamp) -> pd.DataFrame:
    """Return the rules and plants of some countries since a day, as marks of a chart."""
    events = load_policy_events(jurisdiction=[*partners, "EAEU"])
    events = events[events["event_id"].isin(MARKS) & (events["first_day"] >= first)]
    if not _UNION & {*partners}:
        events = events[events["jurisdiction"] != "EAEU"]
    return events.assign(
        label=events["event_id"].map(MARKS),
        date=events["first_day"],
        sources=events["source_ids"],
    ).sort_values("date")


def quotas(partners: Sequence[str], start: int, end: int) -> pd.DataFrame:
    """Return duty-free quotas, the electric cars imported from anywhere, and the part used."""
    series = ["ev_duty_free_quota", "ev_imports"]
    rows = load_market(series, [*partners], start, end, "annual")
    rows = rows[rows["quality"] == "ok"]
    rows = rows.drop_duplicates(["series", "jurisdiction", "year"])
    wide = rows.pivot_table(
        "value", ["jurisdiction", "year"], "series", dropna=False
    ).reindex(columns=series)
    wide = wide[wide["ev_duty_free_quota"] > 0].reset_index()
    ends = load_policy_events(jurisdiction=[*partners])
    ends = ends[ends["event_id"].str.contains("quota-exhausted")]
    keys = ["jurisdiction", "year"]
    sources = rows.groupby(keys)["source_id"].agg(";".join).rename("sources")
    used_up = ends.assign(year=ends["first_day"].dt.year, used_up=ends["first_day"])
    wide = wide.merge(sources, on=keys).merge(
        used_up[[*keys, "used_up"]], "left", on=keys
    )
    return wide.assign(
        country=wide["jurisdiction"].map(name_of),
        used=wide["ev_imports"] / wide["ev_duty_free_quota"],
    )


def filled(quotas: pd.DataFrame) -> str:
    """Say how much of a quota was used in the newest year that is known."""
    known = quotas.dropna(subset="used").sort_values("year")
    if known.empty:
        return ""
    last = known.iloc[-1]
    text = f"{last['country']} imported electric cars to {last['used']:.0%} of its "
    text += f"duty-free quota in {last['year']}"
    own = known[known["country"] == last["country"]].set_index("year")["used"]
    if last["year"] - 1 in own.index:
        text += f", after {own[last['year'] - 1]:.0%} a year before"
    return f"{text}."


def a_car(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the dollars and kilograms of one battery car, where cars were counted.

    Parameters
    ----------
    rows
        Result of `imported`.
    """
    counted = load_market("ev_imports_from_chn", frequency="annual")
    # One source: cars, dollars and tonnes of the same row. What is rejected is not a count.
    counted = counted[counted["source_id"].isin(rows["source_id"])]
    counted = counted[counted["quality"] == "ok"]
    counted = counted[["jurisdiction", "year", "value"]].set_axis(
        ["partner", "year", "cars"], axis=1
    )
    both = rows[rows["kind"] == CARS["8703.80"]].merge(counted, on=["partner", "year"])
    return both.assign(
        dollars_a_car=both["value_bn"] * 1e9 / both["cars"],
        kilograms_a_car=both["tonnes"] * 1000 / both["cars"],
    ).sort_values(["partner", "year"])
