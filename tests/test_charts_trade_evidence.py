"""Charts of what is known: coverage, and both books side by side."""

from __future__ import annotations

import pandas as pd
import pytest
from pictures import texts
from trade_frames import (
    both_frame,
    coverage_frame,
)

from catrade.trade_growth.charts import levels as trade


def test_coverage_counts_and_writes_numbers_of_sources() -> None:
    chart = trade.coverage_grid(coverage_frame())
    assert chart.title == "A figure is published for 4 of 8 cells and can be computed for 1 more"
    assert "Without a figure: Turkmenistan 2." in chart.alt
    assert "Most sources: 4, for Kazakhstan, total, 2024." in chart.alt
    shown = texts(chart)
    assert {"4", "Kazakhstan", "Turkmenistan", "exports", "no figure", "not yet reported"} <= set(
        shown
    )
    assert "1" not in shown, "one source is the rule and is not written"
    assert not chart.latest_right


def test_coverage_tells_statuses_apart_without_colour() -> None:
    # Each status that is not "published" has its sign: in the grid and once more in the key.
    shown = texts(trade.coverage_grid(coverage_frame()))
    assert [shown.count(sign) for sign in ("c", "=", "0", "…", "·")] == [2, 2, 2, 2, 3]


def test_coverage_of_a_large_grid_stays_light() -> None:
    frame = pd.concat([coverage_frame().assign(period=str(y), year=y) for y in range(1992, 2026)])
    frame = frame.drop_duplicates(["partner", "flow", "period"])
    assert len(trade.coverage_grid(frame).svg()) < 20_000


def test_both_books_gives_the_ratio() -> None:
    # 22.71 / 5.6 = 4.055
    chart = trade.both_books(both_frame())
    assert chart.title == (
        "China's trade with Kyrgyzstan in 2024: China reports 4.1 times what Kyrgyzstan does"
    )
    assert chart.table["ratio"].dropna().unique() == pytest.approx([22.71 / 5.6])
    assert "4.06" in texts(chart)


def test_both_books_that_agree_say_so() -> None:
    frame = both_frame()
    same = frame["reporter"] == "KGZ"
    frame.loc[same, ["value_usd", "low_usd", "high_usd"]] = [22.7e9, 22.65e9, 22.75e9]
    assert "China reports within rounding what Kyrgyzstan does" in trade.both_books(frame).title


@pytest.mark.parametrize(
    ("keep", "title"),
    [
        ("CHN", "China's trade with Kyrgyzstan: only China's figures were found"),
        ("KGZ", "China's trade with Kyrgyzstan: only Kyrgyzstan's figures were found"),
    ],
)
def test_both_books_with_one_side(keep: str, title: str) -> None:
    frame = both_frame()
    assert trade.both_books(frame[frame["reporter"] == keep]).title == title
