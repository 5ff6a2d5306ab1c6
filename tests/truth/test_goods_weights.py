"""Weights, prices and both books of goods, in plain pandas from the tables, and by hand."""

import pandas as pd
import pytest

from catrade_build.edition import table
from catrade_build.tables.paths import data_dir


def _rows(name):
    return pd.read_csv(
        data_dir() / f"{name}.csv",
        dtype={"period": str, "code": str},
    )


@pytest.fixture(scope="module")
def edition():
    return table("goods")


def test_all_groups_are_in_all_goods(edition):
    rows = edition[edition["level"] == "national"]
    months = rows.groupby("period").agg(
        listed=("value", "sum"), whole=("whole", "first")
    )
    assert len(months) == 12
    assert (months["listed"] < months["whole"]).all()


def test_weights_that_cannot_be_are_few(edition):
    (doubted,) = edition[edition["weight_doubt"] != ""].to_dict("records")
    assert (doubted["period"], doubted["code"]) == ("2026-06", "7208-7212")
    assert doubted["weight_doubt"].startswith("0.16 dollars a tonne, where 628.5")


def test_what_price_and_quantity_made_of_half_a_year(edition):
    """The figure of the page, from the rows: +2.36 billion of price, −1.00 of tonnes."""
    rows = _rows("composition_groups").query("importer == 'WLD' and code.str.len() > 2")
    rows = rows[~rows["code"].isin(["86-89", "TOTAL"])]
    # The file has releases in their order: the last of a month stands.
    rows = rows.drop_duplicates(["period", "code"], keep="last")
    is_steel = (rows["code"] == "7208-7212") & (rows["period"] == "2026-06")
    rows = rows[~is_steel].query("net_weight_t > 0")
    rows = rows.assign(year=rows["period"].str[:4])
    good = rows.groupby(["code", "year"])[["value_usd", "net_weight_t"]]
    sums = good.sum()[good.size() == 6].reset_index()
    sums = sums.pivot_table(index="code", columns="year").dropna()
    (v0, v1), (q0, q1) = (
        (sums[name, "2025"], sums[name, "2026"])
        for name in ("value_usd", "net_weight_t")
    )
    price = ((q0 + q1) / 2 * (v1 / q1 - v0 / q0)).sum() / 1e9
    quantity = ((v0 / q0 + v1 / q1) / 2 * (q1 - q0)).sum() / 1e9
    found = table("effects").query("period == '2026-6M' and missing == ''")
    assert set(found["code"]) == set(sums.index)
    assert found["price"].sum() == pytest.approx(price)
    assert found["quantity"].sum() == pytest.approx(quantity)
    assert (price, quantity) == pytest.approx((2.36, -1.00), abs=0.01)
    assert price + quantity == pytest.approx((v1 - v0).sum() / 1e9)


def test_many_goods_have_no_price():
    found = table("effects").query("period == '2026-06'").set_index("code")
    assert found.loc[["15", "28", "73", "86-89"], "missing"].eq("many goods").all()
    assert found.loc["28", ["price", "quantity"]].isna().all()
    assert found.loc["28", "change"] == pytest.approx(0.770704 - 0.429, abs=0.2)


def test_money_has_its_tonnes_beside_it():
    """June 2026: of the goods with weights fewer tonnes than a year before, at mean prices."""
    things = table("things").query(
        "table == 'trade' and reporter == 'KAZ' and partner == 'WLD'"
    )
    june = things.query("flow == 'export' and period == '2026-06'").iloc[0]
    weighed = table("effects").query("period == '2026-06' and missing == ''")
    assert weighed["after"].sum() > june["value"] / 2
    assert june["tonnes_growth"] == pytest.approx(
        weighed["quantity"].sum() / weighed["before"].sum()
    )
    assert june["tonnes_growth"] < 0
    # Of imports no weight is held.
    bought = things.query("flow == 'import' and period == '2026-06'").iloc[0]
    assert pd.isna(bought["tonnes_growth"])


def test_the_gap_of_two_books_reaches_from_the_one_least_to_the_other_most(edition):
    both = edition.dropna(subset=["low", "high", "mirror_low", "mirror_high"])
    assert (both["mirror_low"] < both["mirror_high"]).sum() > 100
    least = both["low"] - both["mirror_high"]
    most = both["high"] - both["mirror_low"]
    assert both["gap_low"].tolist() == pytest.approx(least.tolist())
    assert both["gap_high"].tolist() == pytest.approx(most.tolist())
