"""The table of figures: its columns, and what it must never hold."""

import datetime as dt

import pytest

from catrade_build.columns import KEY, columns_of
from catrade_build.edition import table
from catrade_build.tables import as_of


@pytest.fixture(scope="module")
def figures():
    return table("figures")


def test_columns_are_those_that_are_defined_and_a_key_stands_once(figures):
    assert list(figures) == columns_of("figures")
    assert not figures.duplicated(KEY).any()
    assert not figures["reporter"].isin(["WLD", "CA5", "TKM"]).any()


def test_ends_hold_their_figure(figures):
    for name in ("", "growth", "goods_value", "mirror", "share", "share_partner"):
        low, high = (f"{name}_low", f"{name}_high") if name else ("low", "high")
        low, high = low.replace("_value", ""), high.replace("_value", "")
        rows = figures.dropna(subset=[name or "value", low, high])
        value = rows[name or "value"]
        slack = 1e-9 * value.abs()
        assert (rows[low] <= value + slack).all(), name
        assert (value <= rows[high] + slack).all(), name


@pytest.mark.parametrize("day", ["2009-01-01", "2018-01-01"])
def test_an_edition_of_an_early_day_has_all_its_columns(day):
    """Before any figure in yuan, and before most figures, were published."""
    with as_of.holding(dt.date.fromisoformat(day)):
        assert [*table("figures")] == columns_of("figures")
