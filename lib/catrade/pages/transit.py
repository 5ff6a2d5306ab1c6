"""What China sends through Kyrgyzstan: what the notebook takes out of the tables.

Three books: China's customs, the Kyrgyz committee, and what the press has of Russian trackers. None
of them says where the goods go.
"""

from __future__ import annotations

import pandas as pd

from catrade.cells.frames import join_ids
from catrade.tables.goods import load_highlights
from catrade.tables.names import name_of
from catrade.tables.policy import load_market
from catrade.tables.trade import read_table
from catrade.words import dollars
from rounding import formats
from rounding import told as sentences
from rounding.told import Row

#: Machines that came and went: dishwashing and packing, harvest, tillage, sewing.
MACHINES = ("8422", "8433", "8432", "8452")
#: How much freight and insurance add to a value, at a guess; `ct.mirror` takes another.
FREIGHT = 0.1
#: Origins of cars with a colour of their own.
_ORIGINS = {"CHN": "From China", "KOR": "From Korea"}
#: What is counted, in words, by whose book and series.
_COUNTED = {
    "car_imports": "Cars imported from everywhere",
    "car_imports_from_chn": "Cars imported from China",
    "car_re_exports_to_rus": "Cars sent on to Russia",
    "car_re_exports_to_kaz": "Cars sent on to Kazakhstan",
    "car_imports_from_kgz": "Cars from Kyrgyzstan",
    "new_car_imports_from_kgz": "New cars from Kyrgyzstan",
    "private_car_imports_from_kgz": "Cars from Kyrgyzstan, private persons’",
}
_BOOKS = {
    "KGZ": "Kyrgyz committee",
    "CHN": "China’s customs",
    "RUS": "Russian trackers",
}


def cars_by_origin(start: int) -> pd.DataFrame:
    """Return the cars that Kyrgyzstan imported, by year: from China, from Korea, from eight more.

    Years of which a count is doubtful are left out.
    """
    rows = load_market(None, "KGZ", start, None, "annual")
    origin = rows["series"].str.extract("^car_imports_from_(...)$")[0].str.upper()
    rows = rows.assign(origin=origin).dropna(subset="origin")
    doubtful = rows.loc[rows["quality"] != "ok", "year"]
    rows = rows[~rows["year"].isin(doubtful)]
    others = rows["origin"].map(_ORIGINS).fillna("From eight others")
    sums = rows.assign(origin=others).groupby(["year", "origin"], as_index=False)
    cars = sums.agg(cars=("value", "sum"), sources=("sources", "first"))
    return cars.assign(thousand=cars["cars"] / 1000)


def three_books(since: int) -> pd.DataFrame:
    """Return what each book counts of cars on their way: a row a kind of count, by whose."""
    market = load_market(list(_COUNTED), ["KGZ", "RUS"], since)
    market = market.assign(book=market["jurisdiction"], what=market["series"])
    market = market.assign(what=market["what"].map(_COUNTED))
    facts = pd.concat([load_highlights("CHN", "KGZ"), load_highlights("KGZ", "RUS")])
    facts = facts[(facts["topic"] == "vehicles") & (facts["unit"] == "units")]
    is_china = facts["note"].str.contains("Chinese customs")
    is_tracked = facts["exporter"] == "KGZ"
    facts = facts.assign(
        book=is_china.map({True: "CHN", False: "RUS"}),
        what=is_china.map(
            {True: "Cars exported to Kyrgyzstan", False: "New cars in transit"}
        ),
    )
    facts = facts[(is_china | is_tracked) & (facts["year"] >= since)]
    rows = pd.concat([market, facts], ignore_index=True)
    rows = rows.sort_values(["what", "period"], kind="stable")
    place = {book: number for number, book in enumerate(_BOOKS)}
    rows = rows.sort_values("book", key=lambda book: book.map(place), kind="stable")
    bound = rows["rounding"] == "floor"
    number = rows["value"].map("{:,.0f}".format)
    number = number.mask(bound, "over " + number)
    number = number.mask(rows["quality"] != "ok", number + ", doubtful")
    when = rows["period"].map(formats.period)
    rows = rows.assign(
        whose=rows["book"].map(_BOOKS),
        counts=number + " (" + when + ")",
        sources=rows["sources"],
    )
    groups = rows.groupby(["whose", "what"], sort=False, as_index=False)
    return groups.agg({"counts": "; ".join, "sources": join_ids})


def moved(rows: pd.DataFrame) -> str:
    """Say how cars of each origin changed in the newest two years."""
    wide = rows.pivot_table("cars", "origin", "year")
    last, before = wide.columns[-1], wide.columns[-2]
    parts = [
        f"{origin.lower().replace('china', 'China').replace('korea', 'Korea')} "
        f"{wide.loc[origin, before]:,.0f} and {wide.loc[origin, last]:,.0f}"
        for origin in wide.index
    ]
    return f"Cars imported in {before} and {last}: {formats.join(parts)}."


def cars_title(rows: pd.DataFrame) -> str:
    """Name the figure of cars by the newest year of the two largest origins."""
    newest = rows[rows["year"] == rows["year"].max()]
    newest = newest[newest["origin"].isin(_ORIGINS.values())]
    largest = newest.sort_values("cars", ascending=False)
    said = [f"{row.cars:,.0f} {row.origin.lower()}" for row in largest.itertuples()]
    text = formats.join([one.replace("china", "China") for one in said])
    return f"Cars in {newest['year'].max()}: {text.replace('korea', 'Korea')}"


def covered(rows: pd.DataFrame) -> str:
    """Say which part of all imported cars the known origins are, where all are counted."""
    every = load_market("car_imports", "KGZ", frequency="annual").set_index("year")
    known = rows.groupby("year")["cars"].sum()
    share = (known / every["value"]).dropna()
    if share.empty:
        return ""
    years = f"{share.index.min()}–{share.index.max()}"
    return f"Ten countries of origin: {share.min():.0%} to {share.max():.0%} of all cars, {years}."


def goods_summed(rows: pd.DataFrame) -> pd.DataFrame:
    """Add up goods of a period, said in words."""
    amounts = ["value_bn", "low_bn", "high_bn"]
    sums = rows.groupby("period")[amounts].sum().reset_index()
    return sums.assign(when=sums["period"].map(formats.period))


def watched(headings: pd.DataFrame, year: int) -> Row:
    """Return what is held of headings that hold watched goods, in a year."""
    rows = headings[(headings["watched"] > 0) & (headings["period"] == str(year))]
    rows = rows.sort_values("value_bn", ascending=False)
    return Row(
        {
            "value_bn": dollars(rows["value_bn"].sum()),
            "codes": int(rows["watched"].sum()),
            "all": len(read_table("watched_goods")),
            "names": formats.join([name.lower() for name in rows["goods"]]),
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
    whole = months.groupby("period")["partner"].transform("nunique")
    months = months[whole == months["partner"].nunique()]
    newest = months[months["date"] == months["date"].max()]
    rows: pd.DataFrame = pd.concat([printed, newest]).dropna(subset="growth")
    rows["partner_name"] = rows["partner"].map(name_of)
    return rows


def in_one_book(goods: pd.DataFrame) -> pd.DataFrame:
    """Add what the exporter counts more than the importer, freight left in."""
    return goods.assign(
        missing_bn=goods["exporter_bn"] - goods["importer_bn"],
        missing_low_bn=goods["exporter_low_bn"] - goods["importer_high_bn"],
        missing_high_bn=goods["exporter_high_bn"] - goods["importer_low_bn"],
    )


def largest_gap(goods: pd.DataFrame) -> Row:
    """Return the goods of which the two books differ most."""
    return sentences.newest(goods.sort_values("missing_bn", ascending=False).head(1))


def roads_title(rows: pd.DataFrame) -> str:
    """Name the figure of the direct road by the newest growth of both."""
    newest = rows[rows["date"] == rows["date"].max()]
    said = [
        f"{row.partner_name} {row.growth:+percent}" for row in sentences.rows(newest)
    ]
    return f"{formats.period(newest['period'].iloc[0])}: {', '.join(said)}"
