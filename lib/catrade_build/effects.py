"""The table `effects`: what price and quantity made of the change of each good on a year before.

Of years, months and running sums since January of every flow whose goods have weights; a running
sum holds a good that is listed in all its months. Chapters are many goods, of which dollars a tonne
are no price: effects are of headings and what is finer.
"""

from __future__ import annotations

import pandas as pd

from catrade_build.columns import columns_of
from catrade_build.decompose import decompose
from catrade_build.edition import table
from catrade_build.frames import join_ids
from rounding.dates import last_day

_SERIES = ["exporter", "importer", "reporter", "level"]
_TEXTS = [*_SERIES, "freq", "period", "code", "goods", "currency", "missing", "sources"]
_EFFECTS = [
    f"{of}{end}" for of in ("price", "quantity") for end in ("", "_low", "_high")
]
_SUMMED = ["value", "low", "high", "net_weight_t", "weight_low", "weight_high"]
#: Letters of a month and of a heading.
_MONTH_LONG, _HEADING = 7, 4
#: What is no single good, and so has no price.
_MANY = "many goods"
#: Parts of a period after its year, by how long they are: a year, a month, January to a month.
_FREQS = {"": "year", "M": "ytd"}


def effects() -> pd.DataFrame:
    """Return the whole table, as of the day that tables are read of."""
    goods = table("goods").query("level in ('heading', 'national')")
    weights = goods.groupby(_SERIES)["net_weight_t"].transform("count")
    goods = goods[weights > 0][
        [*_SERIES, "period", "code", "goods", *_SUMMED, "sources"]
    ]
    rows = pd.concat([goods, *_running(goods)], ignore_index=True)
    rows["year"], rows["part"] = (
        rows["period"].str[:4].astype(int),
        rows["period"].str[4:],
    )
    parts = []
    for _, series in rows.groupby([*_SERIES, "part"]):
        for year in sorted({*series["year"]} & {*series["year"] + 1}):
            two = series[series["year"].isin([year - 1, year])]
            apart = decompose(two, "year").merge(_named(two), on="goods")
            of = {name: two[name].iloc[0] for name in [*_SERIES, "part"]}
            parts.append(apart.assign(**of, year=year, period=f"{year}{of['part']}"))
    if not parts:
        none = pd.DataFrame(columns=columns_of("effects"), dtype="float64")
        return none.astype(dict.fromkeys(_TEXTS, "str") | {"until": "datetime64[us]"})
    made = pd.concat(parts, ignore_index=True)
    is_many = made["code"].str.partition("-")[0].str.len() < _HEADING
    made.loc[is_many, _EFFECTS] = float("nan")
    made["missing"] = made["missing"].mask(is_many, _MANY)
    made["freq"] = made["part"].str[-1:].map(_FREQS).fillna("month")
    made["until"] = pd.to_datetime(made["period"].map(last_day))
    return made.assign(currency="USD")[columns_of("effects")]


def _running(goods: pd.DataFrame) -> list[pd.DataFrame]:
    """Return sums from January to each month, of goods that are listed in all of these."""
    months = goods[goods["period"].str.len() == _MONTH_LONG]
    months = months.assign(
        year=months["period"].str[:4], month=months["period"].str[5:].astype(int)
    )
    sums = []
    for last in range(2, months["month"].max() + 1 if len(months) else 2):
        held = months[months["month"] <= last]
        good = held.groupby([*_SERIES, "year", "code", "goods"])
        # One month without a weight leaves the sum without.
        added = good[_SUMMED].agg("sum", skipna=False)
        added["sources"] = good["sources"].agg(join_ids)
        added = added[good.size() == last].reset_index()
        added["period"] = added.pop("year") + f"-{last}M"
        sums.append(added)
    return sums


def _named(two: pd.DataFrame) -> pd.DataFrame:
    """Return code and sources of each good of two years."""
    goods = two.groupby("goods", as_index=False)
    return goods.agg(code=("code", "last"), sources=("sources", join_ids))
