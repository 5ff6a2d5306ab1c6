"""What a sentence may not say of a figure: each rule on rows that are written out here.

What is said of published figures truth/test_rule_columns.py has by hand, column by column.
"""

import pandas as pd
import pytest

from catrade_build.columns import KEY
from catrade_build.rules import with_rules

FIGURE = ["value", "low", "high", "base", "base_low", "base_high"]
SHARE = ["share", "share_low", "share_high"]
GROWTH = ["growth_low", "growth_high"]
ABOUT = ["quality", "coverage", "begins"]
COLUMNS = [*KEY, *FIGURE, *ABOUT, *SHARE, *GROWTH]


def row(period, value, partner="CHN", flow="export", freq="year", **more):
    """A sound figure of Kazakhstan's, known to a tenth."""
    figure = {"value": value, "low": value - 0.05, "high": value + 0.05}
    about = {"reporter": "KAZ", "partner": partner, "flow": flow, "freq": freq}
    sound = {"currency": "USD", "quality": "ok", "coverage": "goods", "begins": False}
    return {**about, **sound, "period": period, **figure, **more}


def ruled(*rows):
    """The rows with what may be said of them, by period where there is one a period."""
    return with_rules(pd.DataFrame(rows).reindex(columns=COLUMNS)).set_index("period")


def years(first, *values, **more):
    return [row(str(first + n), value, **more) for n, value in enumerate(values)]


# --- record_since: above all of at least five years in a row, of one statistic


def test_a_record_says_since_when():
    told = ruled(*years(2018, 5.0, 4.0, 6.0, 7.0, 5.0, 8.0))["record_since"]
    assert told["2023"] == 2018
    assert (
        told.drop("2023").isna().all()
    )  # 2020 and 2021 have fewer than five before them


@pytest.mark.parametrize(
    ("what", "rows"),
    [
        ("four years before it", years(2019, 5, 4, 6, 7, 8)),
        ("a year missing", [*years(2016, 5, 4, 6), *years(2020, 7, 5, 8)]),
        ("a level within rounding", years(2018, 5, 4, 6, 7, 8.0, 8.05)),
        ("a higher year before", years(2018, 5, 9, 6, 7, 5, 8)),
        (
            "another statistic",
            [*years(2018, 1, 1, 1), *years(2021, 7, begins=True), *years(2022, 8, 9)],
        ),
        ("a doubt", [*years(2018, 5, 4, 6, 7, 5), row("2023", 8, quality="doubtful")]),
        ("a balance", years(2018, 5, 4, 6, 7, 5, 8, flow="balance")),
    ],
)
def test_no_record(what, rows):
    assert ruled(*rows)["record_since"].isna().all(), what


def test_a_month_is_held_against_the_same_month():
    januaries = [row(f"{2018 + n}-01", 5 + n, freq="month") for n in range(6)]
    december = row("2022-12", 99, freq="month")
    assert ruled(*januaries, december)["record_since"]["2023-01"] == 2018


# --- leader


def test_unlike_counts_are_compared_by_shares():
    china = row("2024", 9.0, coverage="mixed", share=0.2, share_low=0.2, share_high=0.2)
    russia = row("2024", 9.5, "RUS", share=0.1, share_low=0.1, share_high=0.1)
    told = ruled(china, russia)
    assert dict(zip(told["partner"], told["leader"], strict=True)) == {
        "CHN": "yes",
        "RUS": "no",
    }


# --- has_ended, and growth without what has ended


def test_a_balance_does_not_end_and_a_base_that_was_revised_counts():
    assert not ruled(*years(2023, 10.0, 0.5, flow="balance"))["has_ended"].any()
    # 0.9 of 10 as first held; its growth is measured on 8, of which a tenth is 0.8.
    rows = [row("2023", 10.0), row("2024", 0.9, base=8.0)]
    assert not ruled(*rows)["has_ended"].any()


def test_without_a_base_that_is_left_there_is_no_growth():
    """All of it may have been what has ended: 10.0 to 10.1 less up to 10.05."""
    exact = {"base_low": 10.0, "base_high": 10.1}
    rows = [
        row("2024", 0.6, flow="total", base=10.05, **exact),
        row("2024", 0.5, flow="import", base=10.0, base_low=9.95, base_high=10.05),
    ]
    told = ruled(*rows).set_index("flow").loc["total"]
    assert told["ended"] == ""
    assert pd.isna(told["without_ended"])


def test_growth_without_a_flow_that_has_ended():
    based = {"base_low": 9.95, "base_high": 10.05}
    rows = [
        row("2024", 22.0, flow="total", base=30.0, base_low=29.95, base_high=30.05),
        row("2024", 21.5, flow="export", base=20.0, base_low=19.95, base_high=20.05),
        row("2024", 0.5, flow="import", base=10.0, **based),
    ]
    told = ruled(*rows).set_index("flow").loc["total"]
    assert told["ended"] == "import"
    assert told["without_ended"] == pytest.approx(21.5 / 20.0 - 1)
    # Lowest: 21.95 less 0.55, over 30.05 less 9.95; highest: 22.05 less 0.45 over 29.95 - 10.05.
    assert told["without_ended_low"] == pytest.approx(21.40 / 20.10 - 1)
    assert told["without_ended_high"] == pytest.approx(21.60 / 19.90 - 1)


# --- burst


def months(*values):
    names = [f"{2023 + n // 12}-{n % 12 + 1:02}" for n in range(len(values))]
    return [
        row(name, value, freq="month", flow="import")
        for name, value in zip(names, values, strict=True)
    ]


def test_no_burst_in_an_even_flow_nor_in_few_months():
    assert ruled(*months(*[1.0] * 24))["burst_part"].isna().all()
    assert ruled(*months(*[0.01] * 10, 5, 0, 4, 0.01))["burst_part"].isna().all()
    # Nine tenths in twelve months of 24 are in half of them; in thirteen they are in more.
    assert ruled(*months(*[9] * 13, *[0.1] * 11))["burst_part"].isna().sum() == 23
    assert ruled(*months(*[5] * 14, *[0.1] * 10))["burst_part"].isna().all()


def test_only_months_without_a_gap_up_to_the_newest_count():
    sharp = months(*[0.01] * 10, 5, 0, 4, *[0.01] * 12)
    assert ruled(*sharp[1:]).iloc[-1]["burst_of"] == 24
    assert ruled(*sharp[:1], *sharp[2:])["burst_of"].isna().all()  # 23 since the gap
