"""Growth within one release, in dollars and as printed in yuan: by hand."""

import math

import pandas as pd
import pytest
from fetch_files import cases
from published_rows import annual, one, raw
from published_rows import customs_row as row
from published_rows import in_currency as of

from catrade_build.running import as_printed, sum_members
from catrade_build.vintages import growth_in_vintage


def _rows(*figures: tuple[str, float, float], **more: object) -> pd.DataFrame:
    """Rows of Kyrgyzstan's own total: year, figure, half a unit."""
    rows = raw(
        *(("KGZ", "CHN", year, "total", value, half) for year, value, half in figures)
    )
    return rows.assign(
        **{"growth_printed": None, "growth_precision": None, "currency": "USD", **more}
    )


def _with_growth(rows: pd.DataFrame, value: float, unit: float) -> pd.DataFrame:
    """Let the last row's publisher print growth."""
    last = [None] * (len(rows) - 1)
    return rows.assign(growth_printed=[*last, value], growth_precision=[*last, unit])


def _rate(rows: pd.DataFrame, shown: pd.DataFrame | None = None) -> dict:
    cells = annual(rows if shown is None else shown, reporter="partner", partner="KGZ")
    yuan = as_printed(rows).query("currency == 'CNY'")
    return one(growth_in_vintage(cells, rows, yuan), period="2023")


BOTH = _rows(("2022", 100.0, 0.5), ("2023", 110.0, 0.5))  # 8.96 to 11.06 per cent


def test_the_quotient_stands_where_printed_growth_agrees_and_is_no_finer():
    for value, unit in ((0.1, 0.1), (0.12, 0.01)):
        rate = _rate(_with_growth(BOTH, value, unit))
        assert rate["growth_basis"] == "one release"
        assert rate["growth"] == pytest.approx(0.1)
        assert rate["base"] == 100.0


def test_a_source_that_prints_growth_of_several_years_has_as_many_releases():
    rows = BOTH.assign(growth_printed=0.1, growth_precision=0.1)
    assert _rate(rows)["growth_basis"] == "two releases"


def test_printed_growth_stands_where_it_contradicts_the_quotient():
    rate = _rate(_with_growth(BOTH, 0.13, 0.01))
    assert rate["growth_basis"] == "printed"
    ends = [rate["growth_low"], rate["growth"], rate["growth_high"]]
    assert ends == pytest.approx([0.125, 0.13, 0.135])
    assert rate["growth_computed"] == pytest.approx(0.1)
    assert rate["base"] == pytest.approx(110 / 1.13)


def test_growth_that_is_doubted_says_nothing_of_a_sound_figure():
    """A copy prints 13% beside 110 after 100; where all it tells is doubted, its rate is too."""
    copy = _with_growth(
        _rows(("2023", 110.0, 0.5), sources="copy", quality="doubtful"), 0.13, 0.01
    )
    rows = pd.concat([BOTH, copy], ignore_index=True)
    assert _rate(rows)["growth"] == pytest.approx(0.1)
    rows["quality"] = "doubtful"
    assert _rate(rows)["growth"] == pytest.approx(0.13)


#: Of which years the newer data base has a level | the basis and the growth.
OLDER = """
2022 | printed 0.13
2023 | two releases 0.1
2022 2023 | one release 0.1
"""


@pytest.mark.parametrize(("years", "used"), cases(OLDER))
def test_a_printed_rate_older_than_the_figure_is_never_used(years, used):
    # Press of January 2024 prints 13%; a data base of 2025 has either level, or both. Of its own
    # figure the press has said the growth within one vintage, whatever the base has become since.
    press = _with_growth(BOTH.assign(published="2024-01", sources="press"), 0.13, 0.01)
    newer = BOTH[BOTH["period"].isin(years.split())]
    newer = newer.assign(published="2025", sources="base", source_kind="dataset")
    rate = _rate(pd.concat([press, newer], ignore_index=True))
    assert f"{rate['growth_basis']} {rate['growth']:.4g}" == used


def test_a_printed_rate_belongs_to_its_own_figure():
    other = _rows(("2023", 110.2, 1.0), sources="b")
    both = pd.concat([BOTH, other], ignore_index=True)
    assert _rate(_with_growth(both, 0.13, 0.01))["growth"] == 0.13
    for change in (
        {"low_usd": 120e9, "high_usd": 124e9},  # another figure
        {"quality": "rejected"},
    ):
        rows = _with_growth(
            pd.concat([BOTH, other.assign(**change)], ignore_index=True), 0.13, 0.01
        )
        assert _rate(rows, shown=BOTH)["growth_basis"] == "one release"


def test_a_rate_that_may_be_anything_is_not_given():
    wide = _rows(("2022", 100.0, 6.0), ("2023", 102.0, 6.0))  # −9.4 to +14.9 per cent
    cells = annual(wide, reporter="partner", partner="KGZ")
    assert growth_in_vintage(cells, wide, as_printed(wide)[:0]).empty
    assert _rate(_with_growth(wide, 0.03, 0.01))["growth"] == 0.03
    rise = _rows(("2022", 100.0, 20.0), ("2023", 200.0, 20.0))  # 50 to 175 per cent
    assert _rate(rise)["growth"] == pytest.approx(1.0)


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


def test_growth_of_a_month_is_on_the_base_that_the_sums_to_date_imply():
    """Customs' yuan with Uzbekistan, exports: February 2025 has been revised since."""
    february = of(
        row("UZB", "2025-02", 6_484_222_000),
        row("UZB", "2026-01", 9_536_184_998, 0.436),
        row("UZB", "2026-02", 7_516_127_351),
        row("UZB", "2026-2M", 17_052_312_349, 0.319),
        frequency="monthly",
    ).iloc[-1]
    # 17,052,312,349 / 1.319 − 9,536,184,998 / 1.436 = 12,928,212,547 − 6,640,797,352
    assert february["base"] == pytest.approx(6_287_415_195, abs=1)
    ends = [february["growth_low"], february["growth"], february["growth_high"]]
    # at 1.3185 and 1.4365, and at 1.3195 and 1.4355
    assert ends == pytest.approx([0.1941, 0.1954, 0.1968], abs=0.0001)
    assert february["growth_basis"] == "computed"
