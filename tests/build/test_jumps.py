"""In which months the change of a year to date came: by hand.

Of published sums: truth/test_rule_columns.py."""

import pandas as pd
import pytest

from catrade_build.rules import jumps


def sums(moves, **more):
    """Sums to date of 100 and more: how far each moved since a year before, by its last month."""
    series = {"reporter": "CHN", "partner": "KAZ", "flow": "import", "freq": "ytd"}
    rows = [
        {
            "year": 2026,
            "at": 12 * 2026 + month,
            "value": 100 * month + move,
            "base": 100.0 * month,
            "growth_low": move / 1000,
            "growth_high": move / 1000,
        }
        for month, move in moves.items()
    ]
    return pd.DataFrame(rows).assign(currency="CNY", **series, **more)


@pytest.mark.parametrize(
    ("what", "moves", "run"),
    [
        ("21 of 30 in two months", {2: 21, 3: 25, 7: 30}, ("2026-01", "2026-02", 0.7)),
        ("a fall", {2: -2, 3: -3, 4: -18, 5: -20}, ("2026-04", "2026-04", 0.75)),
        ("four months are too few", {2: 5, 3: 25, 4: 30}, None),
        ("each month alike", {month: month for month in range(1, 8)}, None),
        ("the others moved back", {2: 40, 3: 38, 4: 36, 5: 30}, None),
    ],
)
def test_the_run_that_holds_most_of_a_change(what, moves, run):
    last = jumps(sums(moves)).iloc[-1]
    first, end, part = run or ("", "", float("nan"))
    assert (last["jump_first"], last["jump_last"]) == (first, end), what
    assert last["jump_part"] == pytest.approx(part, nan_ok=True), what


def test_nothing_is_said_of_a_change_that_rounding_leaves_open():
    rows = sums({2: 21, 3: 25, 7: 30}, growth_low=-0.001)
    assert jumps(rows)["jump_part"].isna().all()


def test_years_and_months_have_none():
    rows = sums({2: 21, 3: 25, 7: 30})
    assert jumps(rows.assign(freq="month"))["jump_part"].isna().all()
