"""What China sends through Kyrgyzstan: what the notebook takes out of the tables.

Three sides count: China's customs, the Kyrgyz committee, and Russian trackers, as the press has
them. None of them says where the goods go.
"""

from __future__ import annotations

import pandas as pd

from catrade.pages import mirror_statistics
from catrade_build.cells.frames import join_ids
from catrade_build.tables.goods import load_highlights
from catrade_build.tables.names import name_of
from catrade_build.tables.policy import load_market
from catrade_build.tables.trade import read_table
from catrade_build.words import dollars, small
from rounding.formats import join, period
from rounding.told import Row

#: What freight and insurance add to a value: one number on all pages.
FREIGHT = mirror_statistics.IMF_MARGIN
#: Origins of cars with a colour of their own.
_ORIGINS = {"CHN": "From China", "KOR": "From Korea"}
_OTHERS = "From eight others"
#: China's cars in its colour; Korea has none of its own, and takes no other country's.
ORIGIN_COLOURS = {"From China": "CHN", "From Korea": "#549cb4", _OTHERS: "other"}
#: Of four kinds of machines: the hues of no country on the page.
MACHINE_COLOURS = ["#549cb4", "#789c60", "#786048", "#6c78fc"]
#: What is counted, in words, by its series.
_COUNTED = {
    "car_imports": "Cars imported from everywhere",
    "car_imports_from_chn": "Cars imported from China",
    "car_re_exports_to_rus": "Cars sent on to Russia",
    "car_re_exports_to_kaz": "Cars sent on to Kazakhstan",
    "car_imports_from_kgz": "Cars from Kyrgyzstan",
    "new_car_imports_from_kgz": "New cars from Kyrgyzstan",
    "private_car_imports_from_kgz": "Cars from Kyrgyzstan, private persons’",
}
_SIDES = {
    "KGZ": "Kyrgyz committee",
    "CHN": "China’s customs",
    "RUS": "Russian trackers",
}


def cars_by_origin(start: int) -> pd.DataFrame:
    """Return the cars that Kyrgyzstan imported, by year: from China, from Korea, from eight more.

    Years of which a count is doubtful are left out.
    """
    rows = load_market(None, "KGZ", start, None, "annual")
    code = rows["series"].str.extract("^car_imports_from_(...)$")[0].str.upper()
    origin = code.map(_ORIGINS).fillna(_OTHERS).where(code.notna())
    rows = rows.assign(origin=origin).dropna(subset="origin")
    doubtful = rows.loc[rows["quality"] != "ok", "year"]
    of_origin = rows[~rows["year"].isin(doubtful)].groupby(["year", "origin"])
    cars = of_origin.agg(cars=("value", "sum"), sources=("sources", "first"))
    return cars.assign(thousand=cars["cars"] / 1000).reset_index()


def three_counts(since: int) -> pd.DataFrame:
    """Return what each side counts of cars on their way: a row a kind of count, by whose."""
    market = load_market(None, ["KGZ", "RUS"], since)
    market = market[market["series"].isin(_COUNTED)]
    market = market.assign(
        side=market["jurisdiction"], what=market["series"].map(_COUNTED)
    )
    # What others than customs say of China's exports is no side of its own.
    sent = load_highlights("CHN", "KGZ", "vehicles", since)
    sent = sent[sent["note"].str.contains("Chinese customs")]
    sent = sent.assign(side="CHN", what="Cars exported to Kyrgyzstan")
    tracked = load_highlights("KGZ", "RUS", "vehicles", since)
    tracked = tracked.assign(side="RUS", what="New cars in transit")
    facts = pd.concat([sent, tracked]).query("unit == 'units'")
    rows = pd.concat([market, facts], ignore_index=True)
    rows["side"] = pd.Categorical(rows["side"], [*_SIDES])
    rows = rows.sort_values(["side", "what", "period"], kind="stable")
    number = rows["value"].map("{:,.0f}".format)
    number = number.mask(rows["rounding"] == "floor", "over " + number)
    number = number.mask(rows["quality"] != "ok", number + ", doubtful")
    when = rows["period"].map(period)
    rows = rows.assign(
        whose=rows["side"].astype(str).map(_SIDES), counts=number + " (" + when + ")"
    )
    groups = rows.groupby(["whose", "what"], sort=False, as_index=False)
    return groups.agg({"counts": "; ".join, "sources": join_ids})


def moved(cars: pd.DataFrame) -> str:
    """Say how cars of each origin changed in the newest two years."""
    wide = cars.pivot_table("cars", "origin", "year")
    if len(wide.columns) < 2:
        return ""
    before, last = wide.columns[-2:]
    parts = [
        f"{small(origin)} {wide.loc[origin, before]:,.0f} and {wide.loc[origin, last]:,.0f}"
        for origin in wide.index
    ]
    return f"Cars imported in {before} and {last}: {join(parts)}."


def covered(cars: pd.DataFrame) -> str:
    """Say which part of all imported cars the known origins are, where all are counted."""
    every = load_market(None, "KGZ", frequency="annual").set_index("year")
    every = every[every["series"] == "car_imports"]
    share = (cars.groupby("year")["cars"].sum() / every["value"]).dropna()
    if share.empty:
        return ""
    return (
        f"Ten countries of origin: {share.min():.0%} to {share.max():.0%} of all cars,"
        f" {share.index.min()}–{share.index.max()}."
    )


def summed_by_period(goods: pd.DataFrame) -> pd.DataFrame:
    """Add up goods of each period, said in words."""
    amounts = ["value_bn", "low_bn", "high_bn"]
    sums = goods.groupby("period", as_index=False)[amounts].sum()
    return sums.assign(when=sums["period"].map(period))


def watched(headings: pd.DataFrame, year: int) -> Row:
    """Return what is held of headings that hold watched goods, in a year, and whose list it is."""
    listed = read_table("watched_goods")
    rows = headings.query(f"watched > 0 and period == '{year}'")
    rows = rows.sort_values("value_bn", ascending=False)
    return Row(
        {
            "value_bn": dollars(rows["value_bn"].sum()),
            "codes": int(rows["watched"].sum()),
            "all": len(listed),
            "listed_by": [*listed["sources"].unique()],
            "names": join([name.lower() for name in rows["goods"]]),
        }
    )


def roads(printed: pd.DataFrame, months: pd.DataFrame) -> pd.DataFrame:
    """Return the growth of China's exports to Russia and Kyrgyzstan as customs print it.

    Parameters
    ----------
    printed
        What `ct.as_printed` returns of years.
    months
        The same of sums since January; the newest that all partners have counts.
    """
    held = months.groupby("period")["partner"].transform("nunique")
    of_all = months[held == months["partner"].nunique()]
    newest = of_all.query("date == date.max()")
    rows: pd.DataFrame = pd.concat([printed, newest]).dropna(subset="growth")
    return rows.assign(partner_name=rows["partner"].map(name_of))
