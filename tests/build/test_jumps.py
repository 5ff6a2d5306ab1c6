"""In which months the change of a year to date came: by hand, and of published sums."""

import pandas as pd
import pytest

from catrade_build.edition import table
from catrade_build.jumps import with_jumps


def sums(moves, **more):
    """Sums to date of 100 and more: how far each moved since a year before, by its last month."""
    series = {"reporter": "CHN", "partner": "KAZ", "flow": "import", "freq": "ytd"}
    rows = [
        {
            "period": f"2026-{month}M",
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
        ("four months are too few", {2: 21, 3: 25, 4: 30}, None),
        ("each month alike", {month: month for month in range(1, 8)}, None),
        ("the others moved back", {2: 40, 3: 38, 4: 36, 5: 30}, None),
    ],
)
def test_the_run_that_holds_most_of_a_change(what, moves, run):
    last = with_jumps(sums(moves)).iloc[-1]
    first, end, part = run or ("", "", float("nan"))
    assert (last["jump_first"], last["jump_last"]) == (first, end), what
    assert last["jump_part"] == pytest.approx(part, nan_ok=True), what


def test_nothing_is_said_of_a_change_that_rounding_leaves_open():
    rows = sums({2: 21, 3: 25, 7: 30}, growth_low=-0.001)
    assert with_jumps(rows)["jump_part"].isna().all()


def test_years_and_months_have_none():
    rows = sums({2: 21, 3: 25, 7: 30})
    assert with_jumps(rows.assign(freq="month"))["jump_part"].isna().all()


def test_chinas_purchases_from_kazakhstan_jumped_in_two_months():
    """Customs print 46.3% more for January to July 2026; 70% of it came in the first two."""
    rows = table("figures").query(
        "reporter == 'CHN' and partner == 'KAZ' and currency == 'CNY'"
    )
    row = rows.query("flow == 'import' and period == '2026-7M'").iloc[0]
    two = rows.query("flow == 'import' and period == '2026-2M'").iloc[0]
    assert (row["jump_first"], row["jump_last"]) == ("2026-01", "2026-02")
    part = (two["value"] - two["base"]) / (row["value"] - row["base"])
    assert row["jump_part"] == pytest.approx(part)
    assert f"{part:.0%}" == "70%"
