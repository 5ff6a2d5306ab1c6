"""What one unit costs: a value by its weight, or by a count of the same place, goods and period."""

from __future__ import annotations

import pandas as pd

from catrade.face.convert import times_of
from catrade.face.market import read_name
from catrade_build.calc.concentration import LEVELS
from catrade_build.cells.frames import (
    first_present,
    is_in,
    its_columns,
    present,
    require_columns,
)
from catrade_build.tables.names import code_of, name_of
from catrade_build.tables.policy import load_series
from rounding.dates import parse_period
from rounding.errors import ParameterError, some
from rounding.formats import join
from rounding.intervals import bounds, ratio_bounds

#: What says where a figure is of: who buys and who sells, else whoever is named.
_SIDES = ("importer", "exporter")
_PLACES = ("jurisdiction", "country", "partner", "reporter")
#: What says of which goods it is.
_GOODS = ("hs", "item", "goods", *LEVELS, "series", "kind")
#: A heading of the Harmonized System in a text, such as that of single facts.
_HEADING = r"\bHS ([0-9]{4}(?:\.[0-9]{2})?)\b"


def price(value: pd.DataFrame, count: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return what one unit costs: dollars by weight, or by a count of the same source.

    Parameters
    ----------
    value
        Amounts in dollars, as `ct.facts` and `ct.market` return them.
    count
        Figures in another unit, such as vehicles, of the same places, goods and periods; by
        default the weight that stands in `value` (net_weight_t). Both must say what they are of:
        what `ct.facts` and `ct.market` return does; a frame of one's own has columns such as
        importer, goods and year.

    Returns
    -------
    DataFrame
        The rows of `value` with price, price_low and price_high (what rounding allows), unit
        ("USD per vehicle", "USD per kg") and quality (`doubtful` where either figure is). Without
        a count of that year or month, or with one of another source, there is no price: NaN, and
        quality_reason says so.

    Raises
    ------
    ParameterError
        If the value is not in dollars or the count is; if a place, goods or a kind of period of
        the value has no count; or if nothing of one stands beside the other.

    Examples
    --------
    >>> from catrade.face.tables import facts
    >>> found = price(facts("CHN", "KGZ", 2024, topic="vehicles"))
    >>> found.dropna(subset="price")[["price", "unit", "quality"]].round(2).values.tolist()[1:]
    [[5.67, 'USD per kg', 'doubtful'], [12.23, 'USD per kg', 'ok']]

    An electric car from China in Kazakhstan, 45.4 million dollars by 1,247 cars:

    >>> from catrade.face.market import market
    >>> cars = facts("CHN", "KAZ", 2024, 2024, topic="vehicles")
    >>> cars = cars[cars["item"].str.contains("HS 8703.80")]
    >>> count = market("ev_imports_from_chn", 2024, 2024, jurisdiction="KAZ")
    >>> price(cars, count)[["price", "unit"]].round().values.tolist()
    [[36446.0, 'USD per vehicle']]
    """
    dollars = _in_dollars(value)
    if count is None:
        if "net_weight_t" not in value:
            raise ParameterError(
                "price needs a count, such as ct.market('ev_imports') returns, or a column "
                f"net_weight_t; the frame has {its_columns(value)}"
            )
        ends = ("low_count", "count", "high_count")
        weight = dict.fromkeys(ends, 1000 * dollars["net_weight_t"])
        beside = dollars.assign(**weight, unit="USD per kg")
    else:
        beside = _beside(dollars, count)
    amount = bounds(beside, "low_usd", "high_usd")
    ratio = ratio_bounds(amount, bounds(beside, "low_count", "high_count"))
    prices = beside.assign(
        price=beside["value_usd"] / beside["count"].where(beside["count"] > 0),
        price_low=ratio.low,
        price_high=ratio.high,
    )
    if count is not None:
        if "quality_reason" not in prices:
            prices["quality_reason"] = ""
        is_absent = prices["count"].isna()
        is_other = ~is_absent & (prices["sources"] != prices["other_sources"])
        prices.loc[is_other, ["price", "price_low", "price_high"]] = float("nan")
        prices.loc[is_other, "quality_reason"] = "value and count are of other sources"
        prices.loc[is_absent, "quality_reason"] = "no count of this period"
    if prices["price"].isna().all():
        raise ParameterError(
            "price finds no value and count of one source, place and period side by side"
        )
    ours = "value_usd low_usd high_usd count low_count high_count other_sources"
    prices = prices.drop(columns=ours.split(), errors="ignore")
    prices.attrs = dict(value.attrs)
    return prices


def _in_dollars(value: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a frame that are in dollars, as value_usd with its bounds."""
    if not isinstance(value, pd.DataFrame) or not {"value", "value_bn"} & set(value):
        raise ParameterError(
            "price needs amounts, such as ct.facts returns, in dollars"
        )
    rows: pd.DataFrame = value
    if "series" in rows and rows["series"].str.startswith("ember_").any():
        raise ParameterError(
            "price has no count for Ember's groups: they hold more than cars, and which "
            "goods is not published"
        )
    if "value_bn" not in rows:
        is_usd = rows["unit"] == "USD" if "unit" in rows else [False] * len(rows)
        rows = rows.loc[is_usd]
        if rows.empty:
            raise ParameterError("price needs amounts in dollars; the frame has none")
    scale, unit = (1e9, "_bn") if "value_bn" in rows else (1.0, "")
    amounts = {
        f"{end}_usd": scale * rows.get(f"{end}{unit}", rows[f"value{unit}"])
        for end in ("value", "low", "high")
    }
    return rows.assign(**amounts)


def _beside(dollars: pd.DataFrame, count: pd.DataFrame) -> pd.DataFrame:
    """Return each amount with the count of the same place, goods and period, NaN without one."""
    require_columns(count, [], "price, of a count,")
    if "value" not in count or set(count.get("unit", [""])) & {"USD", "CNY"}:
        raise ParameterError(
            "count must hold figures that are no money in a column value, such as "
            f"ct.market('ev_imports') returns; it has {its_columns(count)}"
        )
    units = count.get("unit", pd.Series("unit", count.index))
    amounts = {
        "count": count["value"],
        "low_count": count.get("low", count["value"]),
        "high_count": count.get("high", count["value"]),
        "other_sources": count.get("sources", ""),
        "other_quality": count.get("quality", "ok"),
        "unit": "USD per " + units.str.removesuffix("s"),
    }
    counted = _of_what("count", count)
    counts = counted.assign(**amounts).dropna(subset="count")
    if counts.empty:
        raise ParameterError("price needs a count; the frame has no row with one")
    valued = _of_what("value", dollars)
    _require_same(valued, counts[[*counted]])
    keys = [*valued]
    if counts.duplicated(keys).any():
        raise ParameterError(
            "price needs one count a place, kind of goods and period; there are several"
        )
    beside = valued.merge(counts, how="left", on=keys).drop(columns=keys)
    both = dollars.drop(columns="unit", errors="ignore").reset_index(drop=True)
    both = both.join(beside)
    both["unit"] = both["unit"].fillna(counts["unit"].iloc[0])
    if "quality" in both:
        is_doubtful = both["other_quality"].eq("doubtful")
        both["quality"] = both["quality"].mask(is_doubtful, "doubtful")
    return both.drop(columns="other_quality")


def _of_what(side: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return what each figure is of: its place in one column or two, its goods, its period.

    Raises
    ------
    ParameterError
        If the frame does not say it.
    """
    rows = _with_trade(frame) if "series" in frame else frame
    # Exporter and importer say all; who else is named may be either.
    places = present(_SIDES, rows)
    if len(places) < len(_SIDES):
        places = present([*_SIDES, *_PLACES], rows)
    if not places:
        raise ParameterError(
            f"price needs a column that says where the {side} is of, such as importer; it has "
            f"{its_columns(frame)}"
        )
    what = {}
    for name in places:
        what[name] = rows[name].map(lambda code: name_of(code_of(str(code))))
    named = first_present(_GOODS, rows)
    goods = rows[named].astype(str) if named else pd.Series("", rows.index)
    heading = "HS " + goods.str.extract(_HEADING, expand=False)
    what["goods"] = heading.fillna(goods)
    if (what["goods"] == "").any():
        at = what["goods"].tolist().index("")
        of = f", {frame['series'].iloc[at]}," if "series" in frame else ""
        raise ParameterError(
            f"price does not know of which goods the {side}{of} is: the tables have no heading of "
            "the Harmonized System for it; a frame of one's own says it in a column goods"
        )
    return pd.DataFrame({**what, "period": times_of(frame)})


def _with_trade(frame: pd.DataFrame) -> pd.DataFrame:
    """Add exporter, importer and heading to series of the market; one's own stay as they are."""
    about = load_series().set_index("series")
    if not frame["series"].isin(about.index).all():
        return frame
    require_columns(frame, ["jurisdiction"], "price, of a series of the market,")
    about = about.loc[frame["series"]].set_axis(frame.index)
    partner = frame["series"].map(lambda name: read_name(name).partner or "WLD")
    sells = about["flow"] == "export"
    return frame.assign(
        exporter=partner.mask(sells, frame["jurisdiction"]),
        importer=frame["jurisdiction"].mask(sells, partner),
        hs=("HS " + about["hs"]).where(about["hs"] != "", ""),
    )


def _require_same(valued: pd.DataFrame, counted: pd.DataFrame) -> None:
    """Raise one sentence if a value has no count of its place, its goods or its kind of period."""
    if {*valued} != {*counted}:
        has, other = (join([*frame.columns[:-2]]) for frame in (valued, counted))
        raise ParameterError(
            "price cannot tell whether value and count are of one place: the value says it by "
            f"{has}, the count by {other}"
        )
    valued, counted = map(_with_frequency, (valued, counted))
    keys: list[str] = []
    for name in valued.columns.drop("period"):
        keys.append(name)
        without = valued[~is_in(valued, counted, keys)]
        if without.empty:
            continue
        row = without.iloc[0]
        # What is counted of the same in all that was compared before.
        near = counted
        for key in keys[:-1]:
            near = near[near[key] == row[key]]
        shown = "period" if name == "frequency" else name
        words = "kind of goods" if name == "goods" else shown
        raise ParameterError(
            f"price needs value and count of one {words}: the count is of "
            f"{', '.join(some(near[shown].unique().tolist()))}, the value of {row[shown]}"
        )


def _with_frequency(what: pd.DataFrame) -> pd.DataFrame:
    frequency = what["period"].map(lambda period: parse_period(period).frequency)
    return what.assign(frequency=frequency)
