"""The running year: printed growth, the base it speaks of, the region as a sum."""

import math

import pytest
from customs_rows import of, row

from catrade_build.running import in_currency, sum_members

#: What is held, what is printed, growth and its unit: 120 / 100 = 20%, as printed; 100.5 to
#: 101.5 of a year ago touches 99.5 to 100.5, and 101.5 to 102.5.
FITS = """
100 120 0.2 0.001
100 101 0.0 0.0
102 101 0.0 0.0
"""


@pytest.mark.parametrize("line", FITS.strip().splitlines())
def test_printed_growth_that_fits_the_figure_held_keeps_it_as_base(line):
    held, value, rate, unit = map(float, line.split())
    now = row("KAZ", "2026-7M", value, rate, growth_precision=unit)
    newest = of(row("KAZ", "2025-7M", held), now).iloc[-1]
    assert (newest["base"], newest["base_basis"]) == (held, "published")
    assert (newest["growth"], newest["growth_basis"]) == (rate, "printed")
    ends = newest["growth_low"], newest["growth_high"]
    assert ends == pytest.approx((rate - unit / 2, rate + unit / 2))


def test_printed_growth_that_contradicts_the_figure_held_gives_the_revised_base():
    # Customs prints 25%, so the year before has become 120 / 1.25 = 96: 95.96 to 96.04.
    printed = row("KAZ", "2026-7M", 120.0, 0.25)
    newest = of(row("KAZ", "2025-7M", 100.0), printed).iloc[-1]
    assert newest["base"] == pytest.approx(96.0)
    assert newest["base_basis"] == "implied_by_growth"
    assert newest["base_low"] == pytest.approx(119.5 / 1.2505)
    assert newest["base_high"] == pytest.approx(120.5 / 1.2495)


def test_a_sum_rests_on_the_weakest_of_its_bases():
    """As held, 100 and 100; one has since been revised to 96."""
    held = row("KAZ", "2025-7M", 100.0), row("UZB", "2025-7M", 100.0)
    fits, not_so = row("KAZ", "2026-7M", 120.0, 0.2), row("UZB", "2026-7M", 120.0, 0.25)
    both = sum_members(of(*held, fits, not_so), ("KAZ", "UZB"), "both").iloc[-1]
    assert (both["value"], both["base"]) == (240.0, pytest.approx(196.0))
    assert both["base_basis"] == "implied_by_growth"


def test_without_printed_growth_it_is_computed_and_without_a_base_there_is_none():
    # In billions: 0.95 to 1.05, then 1.15 to 1.25.
    held = row("KAZ", "2025-7M", 1.0, precision=0.1)
    newest = row("KAZ", "2026-7M", 1.2, precision=0.1)
    before, now = of(held, newest).to_dict("records")
    assert (before["growth_basis"], now["growth_basis"]) == ("", "computed")
    assert math.isnan(before["growth"])
    assert now["growth"] == pytest.approx(0.2)
    ends = now["growth_low"], now["growth_high"]
    assert ends == pytest.approx((1.15 / 1.05 - 1, 1.25 / 0.95 - 1))


def test_a_base_of_zero_gives_no_growth():
    newest = of(row("KAZ", "2025-7M", 0.0), row("KAZ", "2026-7M", 120.0)).iloc[-1]
    assert math.isnan(newest["growth"])
    assert not math.isinf(newest["growth_high"])


def test_only_china_s_own_figures_make_a_region():
    figures = in_currency("USD", "ytd")
    assert {*figures["reporter"]} > {"CHN"}
    assert {*figures.loc[figures["partner"] == "CA5", "reporter"]} == {"CHN"}
