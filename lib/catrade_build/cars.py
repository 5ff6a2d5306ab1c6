"""The table `cars`: cars that were counted at a border, by whom, how many, for how much.

Series of the market count cars, single facts of customs have their dollars and tonnes by code of
the Harmonized System, and what a customs union lets in without duty stands in a third place. Here
they are one row a country that counts, kind of car, way, other side and period, with what a
sentence may say of it. `defined/cars.yaml` says what each column holds.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.frames import ends_of, join_ids, part_of, with_year_before
from catrade_build.tables.goods import load_highlights
from catrade_build.tables.names import in_sentence
from catrade_build.tables.policy import best_first, load_market
from catrade_build.tables.trade import FREQS
from rounding import formats
from rounding.dates import parse_period
from rounding.intervals import bounds, ratio_bounds

SERIES = ["country", "goods", "flow", "partner", "freq"]
KEY = [*SERIES, "period"]
#: What is counted, as the name of a series begins, and by the code of customs.
GOODS = {
    "car": "cars",
    "ev": "electric cars",
    "new_car": "new cars",
    "private_car": "cars of private persons",
    "8703.80": "electric cars",
    "8703.60": "plug-in hybrids",
    "8702.40": "electric buses",
}
_NAME = (
    r"^(?P<kind>ev|car|new_car|private_car)_(?P<flow>import|re_export)s"
    r"(?:_(?:from|to)_(?P<partner>[a-z]{3}))?(?:_usd)?$"
)
#: Cars of anywhere that a customs union lets in without duty.
_UNDER_QUOTA = {"goods": "electric cars", "flow": "import", "partner": "WLD"}
_ENDS = ["value", "low", "high"]
_WAYS = {
    "import": "imported from",
    "export": "sent to",
    "re_export": "sent on to",
    "transit": "on their way from",
}
_PRICE = [*ends_of("price").values(), "price_cars", "price_quality", "price_sources"]
_PRICE += ["kilograms"]
_PRINTED = {"floor": "over ", "ceiling": "under ", "about": "about "}


def cars() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    printed = pd.concat([_of_market(), _of_customs()])
    printed = printed[printed["quality"] != "rejected"]
    is_money = printed["unit"] == "USD"
    counts, money = printed[~is_money], printed[is_money]
    money = money.assign(**money[_ENDS] / 1e9)

    rows = with_parts(_best(counts).drop(columns="tonnes"), counts)
    before = {"base": "before", "base_low": "before_low", "base_high": "before_high"}
    rows = with_year_before(rows, SERIES).rename(columns=before)
    rows = with_shares(rows)
    names = {"value": "usd_bn", "low": "usd_low_bn", "high": "usd_high_bn"}
    names |= {"quality": "usd_quality", "sources": "usd_sources"}
    worth = _best(money).rename(columns=names)
    worth = worth[[*KEY, *names.values(), "tonnes"]]
    rows = rows.merge(worth, how="outer", on=KEY)
    rows = rows.merge(prices(money, counts), how="left", on=KEY)
    rows = with_quotas(rows)
    rows["year"] = rows["period"].str[:4].astype(int)
    rows["when"] = rows["period"].map(formats.period)
    rows["date"] = pd.to_datetime(rows["period"].map(_first_day))
    rows["sources"] = rows["sources"].fillna(rows["usd_sources"])
    texts = [name for name in map(str, rows) if rows[name].dtype.kind not in "fiM"]
    rows[texts] = rows[texts].fillna("")
    rows["what"] = [_what(row) for row in rows.to_dict("records")]
    rows["said"] = [_said(row) for row in rows.to_dict("records")]
    rows = rows.sort_values([*SERIES, "date"], ignore_index=True)
    return rows.reindex(columns=columns_of("cars"))


def _what(row: dict[Any, Any]) -> str:
    """Say what is counted: `cars sent on to Russia`."""
    whither = "anywhere" if row["partner"] == "WLD" else in_sentence(row["partner"])
    return f"{row['goods']} {_WAYS[row['flow']]} {whither}"


def _said(row: dict[Any, Any]) -> str:
    """Say how many, as it was printed: `over 60,000, doubtful`.

    Examples
    --------
    >>> _said({"value": 60000.0, "rounding": "floor", "quality": "doubtful"})
    'over 60,000, doubtful'
    """
    if pd.isna(row["value"]):
        return ""
    doubt = ", doubtful" if row["quality"] == "doubtful" else ""
    return f"{_PRINTED.get(row['rounding'], '')}{row['value']:,.0f}{doubt}"


def _first_day(text: str) -> str:
    """Return the first day of a year, or of the last month of another period."""
    period = parse_period(text)
    is_year = period.frequency == "annual"
    month = period.first_month if is_year else period.last_month
    return f"{period.year}-{month:02}-01"


def _of_market() -> pd.DataFrame:
    """Return what series of the market count of cars that were imported or sent on."""
    market = load_market()
    named = market["series"].str.extract(_NAME)
    rows = market.assign(
        country=market["jurisdiction"],
        goods=named["kind"].map(GOODS),
        flow=named["flow"],
        partner=named["partner"].str.upper().fillna("WLD"),
        doubt=market["quality_reason"],
    )
    return _with_freq(rows[named["kind"].notna()])


def _of_customs() -> pd.DataFrame:
    """Return what customs of a buyer have by code, those of a seller, and cars on their way."""
    facts = load_highlights().query("topic == 'vehicles'")
    facts = facts.assign(
        country=facts["importer"],
        partner=facts["exporter"],
        flow="import",
        goods=facts["item"].str.extract(r"HS (\S+)$", expand=False).map(GOODS),
        tonnes=facts["net_weight_t"],
        doubt=facts["quality_reason"],
    )
    by_code = facts[facts["goods"].notna() & facts["unit"].eq("USD")]
    counted = facts[facts["unit"] == "units"]
    sent = counted[counted["reporter"] == counted["exporter"]]
    sent = sent.assign(
        country=sent["exporter"], partner=sent["importer"], flow="export", goods="cars"
    )
    on_way = counted[counted["item"].str.contains("in transit")]
    on_way = on_way.assign(flow="transit", goods="new cars")
    return _with_freq(pd.concat([by_code, sent, on_way]))


def _with_freq(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what all of these have, those of whole years, months and sums since January."""
    rows = rows.assign(freq=rows["frequency"].map(FREQS)).dropna(subset="freq")
    needed = [*KEY, *_ENDS, "unit", "rounding", "quality", "doubt", "sources", "tonnes"]
    return rows.reindex(columns=[*needed, "precision"])


def _best(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row a key: the finest without doubt."""
    return best_first(rows).drop_duplicates(KEY)


def with_parts(rows: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Add a row for each year between two that was not counted whole, with what is held of it.

    That is the least and the most that anybody counted of its longest part.
    """
    years = rows[rows["freq"] == "year"].assign(at=rows["period"].str[:4].astype(int))
    missing = []
    for series, held in years.groupby(SERIES):
        every = range(held["at"].min(), held["at"].max())
        absent = [str(year) for year in every if year not in {*held["at"]}]
        missing += [(*series, year) for year in absent]
    if not missing:
        return rows
    gaps = pd.DataFrame(missing, columns=KEY)
    parts = counts[counts["freq"] == "ytd"]
    parts = parts.assign(
        period=parts["period"].str[:4],
        freq="year",
        months=parts["period"].str.extract(r"-(\d+)M", expand=False).astype(float),
    )
    longest = parts.groupby(KEY)["months"].transform("max")
    by_year = parts[parts["months"] == longest].groupby(KEY)
    ends = by_year.agg(
        part_low=("value", "min"),
        part_high=("value", "max"),
        sources=("sources", join_ids),
    )
    gaps = gaps.merge(ends.reset_index(), how="left", on=KEY)
    return pd.concat([rows, gaps], ignore_index=True)


def with_shares(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what part of the same cars from anywhere it is, and of electric cars of all cars."""
    sound = rows[rows["quality"] == "ok"]
    same = [name for name in KEY if name != "partner"]
    whole = sound.loc[sound["partner"] == "WLD", [*same, *_ENDS]]
    rows = rows.merge(whole.rename(columns=ends_of("whole")), how="left", on=same)
    is_part = (rows["partner"] != "WLD") & (rows["quality"] == "ok")
    shares = part_of(rows, "whole", "share")
    rows = rows.assign(**{name: part.where(is_part) for name, part in shares.items()})

    printed = _printed("ev_share_of_car_imports")
    names = ends_of("of_cars")
    printed = printed.rename(columns={"jurisdiction": "country"} | names)
    printed = printed.drop_duplicates(["country", "period"]).assign(**_UNDER_QUOTA)
    of_all = ["country", "period", *_UNDER_QUOTA]
    return rows.merge(printed[[*of_all, *names.values()]], how="left", on=of_all)


def prices(money: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Return the dollars and kilograms of one car, where one source has the money and the count.

    Examples
    --------
    Thirty million dollars, to the million, of a thousand cars of 1,500 tonnes:

    >>> of = dict(zip(KEY, ["KAZ", "cars", "import", "CHN", "year", "2024"]))
    >>> of |= {"quality": "ok", "sources": "a", "precision": 1.0}
    >>> usd = pd.DataFrame([{"value": 0.03, "low": 0.0295, "high": 0.0305, "tonnes": 1500.0} | of])
    >>> number = pd.DataFrame([{"value": 1000.0, "low": 1000.0, "high": 1000.0} | of])
    >>> price = prices(usd, number)
    >>> price[["price", "price_low", "price_high", "kilograms"]].round().values.tolist()
    [[30000.0, 29500.0, 30500.0, 1500.0]]

    Of another source's cars there is none:

    >>> len(prices(usd, number.assign(sources="b")))
    0
    """
    same = [*KEY, "sources"]
    counted = counts[[*same, *_ENDS, "quality", "precision"]]
    both = money.merge(counted, on=same, suffixes=("", "_cars"))
    cost = ratio_bounds(bounds(both), bounds(both, "low_cars", "high_cars"))
    is_doubtful = (both[["quality", "quality_cars"]] == "doubtful").any(axis=1)
    both = both.assign(
        price=1e9 * both["value"] / both["value_cars"],
        price_low=1e9 * cost.low,
        price_high=1e9 * cost.high,
        price_cars=both["value_cars"],
        price_quality=is_doubtful.map({True: "doubtful", False: "ok"}),
        kilograms=1000 * both["tonnes"] / both["value_cars"],
        price_sources=both["sources"],
    )
    both = both[both["value_cars"] > 0].sort_values("price_quality", ascending=False)
    return both.drop_duplicates(KEY)[[*KEY, *_PRICE]]


def _printed(series: str) -> pd.DataFrame:
    """Return a series of the market, what is best first."""
    market = load_market()
    return best_first(market[market["series"] == series])


def with_quotas(rows: pd.DataFrame) -> pd.DataFrame:
    """Add what may be imported without duty in a year, and what part of that was.

    Of a quota without a count there is a row, too.
    """
    quotas = _printed("ev_duty_free_quota")
    quotas = quotas[quotas["quality"] == "ok"].drop_duplicates(
        ["jurisdiction", "period"]
    )
    quotas = quotas.rename(columns={"jurisdiction": "country", "value": "quota"})
    quotas = quotas.assign(**_UNDER_QUOTA, freq="year", quota_sources=quotas["sources"])
    rows = rows.merge(quotas[[*KEY, "quota", "quota_sources"]], how="outer", on=KEY)
    is_told = (rows["quality"] == "ok") & (rows["quota"] > 0)
    for end, used in ends_of("used").items():
        rows[used] = (rows[end] / rows["quota"]).where(is_told)
    return rows
